"""`sweep`: points in a file, kept in a store; what is asked for wrongly is a sentence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import write_case

SWEEPS = [
    ["Sweep", "Table", "Row", "Field", "Low", "High", "Method", "Points"],
    ["Prices", "Offers", "A-1", "Price", 0.5, 2, "", ""],
    ["Draws", "Demand", "Any", "Quantity", 0.9, 1.1, "Sobol", 4],
]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path / "case", {"sweeps": SWEEPS})


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_points_are_written_and_kept(case: Path, tmp_path: Path, run):
    """A-1 at 20 USD/kg, freight 1, 40 t and 40 t a year; half and twice the price move the cost by ± the purchases or less."""
    out = tmp_path / "out"
    ended = run("sweep", case, "Prices", "--out", out, "--workers", "1", "--json")
    assert ended.code == 0
    assert ended.facts["sweep"]["solved"] == 3
    found = rows(out / "case" / "sweep" / "Prices" / "points.csv")
    assert [r["× Offers.A-1.Price"] for r in found] == ["", "0.5", "2.0"]
    assert [r["status"] for r in found] == ["optimal"] * 3
    base, half, twice = (float(r["objective"]) for r in found)
    assert half < base < twice
    folder = out / "case" / "sweep" / "Prices"
    tornado = rows(folder / "tornado_kept.csv")
    assert [(r["parameter"], r["high_kept_status"]) for r in tornado] == [("× Offers.A-1.Price", "optimal")]
    assert float(tornado[0]["high_kept"]) >= twice - base - 1e-9
    assert [r["parameter"] for r in rows(folder / "tornado.csv")] == ["× Offers.A-1.Price"]
    assert (folder / "results.xlsx").is_file()
    again = run("sweep", case, "Prices", "--out", out, "--workers", "1", "--json")
    assert (again.facts["sweep"]["solved"], again.facts["sweep"]["cached"]) == (0, 3)


def test_a_store_of_ones_own_and_draws_by_seed(case: Path, tmp_path: Path, run):
    store = tmp_path / "mine.sqlite"
    options = ("--out", tmp_path / "out", "--workers", "1", "--store", store, "--seed", "3", "--lp")
    ended = run("sweep", case, "draws", *options)
    assert ended.code == 0
    assert store.is_file()
    assert "Sobol, seed 3" in ended.err
    assert "5 points: 5 optimal." in ended.out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("Prizes",), 64, "The case has no sweep 'Prizes'; did you mean 'Prices'?"),
        ((), 64, "The case has several sweeps, name one: Prices, Draws."),
        (("Prices", "--workers", "0"), 64, "expected a whole number from 1"),
        (("Prices", "--threads", "2"), 64, "sweep has no option --threads"),
    ],
)
def test_what_is_asked_for_wrongly(words, code, sentence, case: Path, tmp_path: Path, run):
    ended = run("sweep", case, *words, "--out", tmp_path / "out")
    assert ended.code == code
    assert sentence in ended.err


def test_a_case_without_sweeps(tmp_path: Path, run):
    ended = run("sweep", write_case(tmp_path / "case"), "--out", tmp_path / "out")
    assert ended.code == 64
    assert "The case has no sweep; give one in table Sweeps." in ended.err


def test_a_frontier_is_written(tmp_path: Path, run):
    case = write_case(
        tmp_path / "case", {"shortage_costs": [["Segment", "Tier", "Cost (USD/kg)"], ["Coatings", 1, 50]]}
    )
    ended = run("frontier", case, "--against", "shortage", "--out", tmp_path / "out", "--lp", "--json")
    assert ended.code == 0
    folder = tmp_path / "out" / "case" / "frontier" / "Shortage"
    assert (folder / "results.xlsx").is_file()
    assert len(rows(folder / "frontier.csv")) == ended.facts["frontier"]["points"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "frontier needs --against"),
        (("--against", "sortage"), "is called 'sortage'; did you mean 'shortage'?"),
        (("--against", "shortage", "--points", "3"), "expected a whole number from 8"),
    ],
)
def test_a_frontier_asked_for_wrongly(words, sentence, case: Path, tmp_path: Path, run):
    ended = run("frontier", case, *words, "--out", tmp_path / "out")
    assert ended.code == 64
    assert sentence in ended.err
