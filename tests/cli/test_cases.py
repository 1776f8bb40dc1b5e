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
