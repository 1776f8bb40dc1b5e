"""`compare`: between two runs, one of which was kept in the history."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import write_case


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_two_runs_are_compared(tmp_path: Path, run):
    """A-1 from 20 to 60 USD/kg: bought 40 t a year before, nothing after; B-2 takes the 80 t over at 35 USD/kg.

    Purchases in 2026 and 2027, discounted at 5 %: the bridge adds up to the change of the cost.
    """
    case, out = write_case(tmp_path / "case"), tmp_path / "out"
    assert run(case, "--out", out).code == 0
    assert run(case, "--out", out, "--set", "Offers.A-1.Price=60").code == 0
    before = next((out / "case" / "history").iterdir())
    ended = run("compare", before, out / "case", "--out", out, "--json")
    assert ended.code == 0
    folder = Path(ended.facts["comparison"]["results"]).parent
    inputs = rows(folder / "input_changes.csv")
    assert [(r["table"], r["row"], r["column"], r["before"], r["after"]) for r in inputs] == [
        ("Offers", "A-1", "Price", "20", "60")
    ]
    bought = {r["what"]: r for r in rows(folder / "decision_changes.csv") if r["decision"] == "Purchase"}
    assert {k: (float(r["before"]), float(r["after"])) for k, r in bought.items()} == {"A-1": (80, 0), "B-2": (30, 110)}
    bridge = rows(folder / "cost_bridge.csv")
    changes = [float(r["change"]) for r in bridge]
    assert sum(changes[:-2]) == pytest.approx(changes[-1])
    assert changes[-1] > 0
    book = openpyxl.load_workbook(io.BytesIO((folder / "results.xlsx").read_bytes()))
    assert book.sheetnames == ["Comparison", "Input Changes", "Decision Changes"]
    assert len(book["Comparison"]._charts) == 1


def test_a_run_compared_with_itself_has_no_changes(tmp_path: Path, run):
    case, out = write_case(tmp_path / "case"), tmp_path / "out"
    run(case, "--out", out)
    found = run("compare", out / "case", out / "case", "--out", out, "--json").facts["comparison"]
    assert (found["InputChanges"], found["DecisionChanges"]) == (0, 0)


def test_what_is_no_run_is_a_sentence(tmp_path: Path, run):
    ended = run("compare", tmp_path, tmp_path, "--out", tmp_path / "out")
    assert ended.code == 64
    assert "no run" in ended.err
