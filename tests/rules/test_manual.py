"""The printed mathematics is the built mathematics."""

from pathlib import Path

from model.rules.manual import manual


def test_the_page_is_up_to_date():
    page = Path(__file__).parents[2] / "docs" / "model.md"
    assert page.read_text(encoding="utf-8") == manual(), "run: python -m model.rules.manual"
