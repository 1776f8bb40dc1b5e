"""What is shipped is what would be made now: workbooks from their folders, pages from the declarations."""

from pathlib import Path

import pytest

from model.case.load import load
from model.excel.convert import rebuild_inputs
from model.excel.write import write_case_workbook
from model.schema.dictionary import data_dictionary, messages_page, pages, write_pages
from model.schema.tables import TABLES
from tests.excel.same import assert_same

ROOT = Path(__file__).parents[2]
WORKBOOKS = sorted((ROOT / "inputs").glob("*.xlsx"))


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda p: p.name)
def test_a_workbook_holds_what_its_folder_holds(workbook: Path) -> None:
    """If this fails: ``model.excel.convert.rebuild_inputs`` writes the workbooks anew."""
    assert_same(load(workbook.with_suffix("")), load(workbook))


def test_every_folder_has_its_workbook() -> None:
    folders = {p.parent.name for p in (ROOT / "inputs").glob("*/settings.csv")}
    assert "minimal" in folders
    assert folders == {p.stem for p in WORKBOOKS}


def test_rebuilding_writes_every_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "inputs" / "minimal"
    folder.mkdir(parents=True)
    for file in (ROOT / "inputs" / "minimal").glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    assert rebuild_inputs(tmp_path) == [tmp_path / "inputs" / "minimal.xlsx"]
    write_case_workbook(load(folder), tmp_path / "direct.xlsx")
    assert (tmp_path / "inputs" / "minimal.xlsx").read_bytes() == (tmp_path / "direct.xlsx").read_bytes()


def test_the_minimal_case_is_small_and_clean() -> None:
    case = load(ROOT / "inputs" / "minimal")
    assert sorted(case.data) == ["Demand", "Lanes", "Materials", "Offers", "Settings"]
    assert sum(len(d.frame) for d in case.data.values()) <= 12
    assert case.problems == ()
    assert all("nvented" in (note or "nvented") for d in case.data.values() for note in d.frame["notes"])


@pytest.mark.parametrize("name", pages())
def test_a_page_is_up_to_date(name: str) -> None:
    """If this fails: ``python -m model.schema.dictionary``."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name]


def test_pages_are_written(tmp_path: Path) -> None:
    write_pages(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data_dictionary.md", "messages.md"]


def test_the_dictionary_names_every_column() -> None:
    text = data_dictionary()
    for table in TABLES.values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert all(f"| **{c.title}**" in section for c in table.columns), table.name
        assert not table.periods or table.periods.help in section
    assert (
        f"| **Price** | number or series | USD/kg | must be filled | {TABLES['Offers'].column('price').help} |" in text
    )


def test_the_messages_are_all_listed() -> None:
    from model.messages import MESSAGES

    text = messages_page()
    assert all(text.count(f"| `{code}` | {m.level} |") == 1 for code, m in MESSAGES.items())
