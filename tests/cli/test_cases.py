"""`cases`: canned cases side by side, kept in a store; a name that there is not is a sentence."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import write_case


def test_cases_are_written_and_kept(tmp_path: Path, run):
    case, out = write_case(tmp_path / "case"), tmp_path / "out"
    options = ("--out", out, "--workers", "1", "--json")
    ended = run("cases", case, "180 Days", "Quota Halved", *options)
    assert ended.code == 0
    assert ended.facts["cases"]["statuses"] == {"180 Days": "optimal", "Quota Halved": "does not apply"}
    assert ended.facts["cases"]["answers"]["Quota Halved"] == "The case has no export control with a volume."
    for name in ("results.xlsx", "cases.csv", "answers.csv", "points.sqlite"):
        assert (out / "case" / "cases" / name).is_file()
    assert run("cases", case, "180 Days", *options).facts["cases"]["solved"] == 0


def test_a_name_that_there_is_not(tmp_path: Path, run):
    ended = run("cases", write_case(tmp_path / "case"), "Quota Halfed", "--out", tmp_path / "out")
    assert ended.code == 64
    assert "There is no canned case 'Quota Halfed'; did you mean 'Quota Halved'?" in ended.err


def test_a_break_even_is_written(tmp_path: Path, run):
    """40 t of A-1 pay for their order (10 kUSD) while B-2 costs 0.25 more: up to 34.75, that is 1.7375 times its price."""
    case, out = write_case(tmp_path / "case"), tmp_path / "out"
    words = ("break-even", case, "Offers.A-1.Price", "--between", "x0.5:x2", "--out", out, "--json")
    ended = run(*words, "--until", "buys A-1")
    assert ended.code == 0
    found = ended.facts["break_even"]
    assert found["outcome"] == "found"
    assert found["low"] <= 1.7375 <= found["high"]
    folder = out / "case" / "break_even" / "Offers.A-1.Price until buys A-1"
    assert (folder / "results.xlsx").is_file()
    assert (folder / "break_even.csv").is_file()


def test_a_break_even_asked_for_wrongly(tmp_path: Path, run):
    case = write_case(tmp_path / "case")
    for words, said in (
        (("Offers.A-1.Price", "--until", "buys A-1"), "break-even needs --between"),
        (("Price", "--between", "1:2", "--until", "buys A-1"), "'Price' is no number of a case"),
        (("Offers.A-1.Price", "--between", "1-2", "--until", "buys A-1"), "expected two values such as 80:200"),
        (("Offers.A-1.Price", "--between", "1:2", "--until", "sells A-1"), "'sells A-1' is no question about a plan"),
        (("Offers.A-9.Price", "--between", "1:2", "--until", "buys A-1"), "No row matches what is named 'A-9'"),
    ):
        ended = run("break-even", case, *words, "--out", tmp_path / "out")
        assert ended.code == 64, words
        assert said in ended.err, words
