"""Answers of sweeps: kept plans against paper, tornado, spider, grids, percentiles; a failed point never becomes a number."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from model.report import sweep_tables as tables
from model.report.sweep_book import sweep_content, sweep_tables
from model.study.design import Design, Parameter
from model.study.overlay import Change, Target
from model.study.session import Options, PointSolver
from model.study.sweeps import Sweep, sweep
from tests.rules import micro
from tests.rules.test_buildout import chain, project
from tests.study.cases import PRICE_OF_A, cheapest, design, five

NEED = Target("Demand", "Any", "Quantity")


@pytest.fixture(scope="module")
def one() -> tuple[Sweep, Sweep]:
    """Return factors on the prices of A and B, re-optimised and with the plan kept."""
    own = sweep(five(), design(0.8, 1.2, 1.5), gap=1e-6)
    return own, sweep(five(), design(0.8, 1.2, 1.5), gap=1e-6, frozen=True)


def test_a_kept_plan_costs_what_paper_says(one):
    """Base: 30 t of A, 60 of B, 10 of C and their orders (22): 132.5 kUSD.

    With B at 1.605 the three orders stay paid; C (1.39) is filled before B: 32.4 + 55.6 + 30 · 1.605 + 22 = 158.15. A plan of its
    own pays 145.7, so that being able to adapt is worth 12.45.
    """
    own, kept = one
    assert 1e3 * kept.base["objective"] == pytest.approx(132.5)
    assert 1e3 * kept.points.loc[6, "objective"] == pytest.approx(158.15)
    assert 1e3 * own.points.loc[6, "objective"] == pytest.approx(cheapest({"B": 1.5}))
    row = tables.tornado_table(own, kept).set_index("parameter").loc["× Offers.B.Price"]
    assert 1e3 * row["high_adapting"] == pytest.approx(12.45, abs=1e-3)
    assert 1e3 * row["kept_swing"] == pytest.approx(158.15 - (132.5 - 60 * 0.2 * 1.07))


def test_a_kept_plan_is_never_cheaper_than_one_of_its_own(one):
    own, kept = one
    assert (kept.points["objective"] >= own.points["bound"] - 1e-9).all()


def test_a_tornado_is_sorted_by_swing(one):
    """By brute force: B from 119.66 to 145.7, A from 126.02 to 133.8."""
    found = tables.tornado_table(*one)
    assert list(found["parameter"]) == ["× Offers.B.Price", "× Offers.A.Price"]
    swings = [cheapest({n: 1.5}) - cheapest({n: 0.8}) for n in "BA"]
    assert list(1e3 * found["swing"]) == pytest.approx(swings)
    assert set(found["shown"]) == {"Yes"}


def test_a_kept_tornado_is_sorted_by_its_own_swing(one):
    """Where the plan can not be kept stands first, then the largest swing with it kept."""
    both = tables.tornado_table(*one)
    found = tables.kept_table(both.assign(kept_swing=[1.0, 2.0]))
    assert list(found["kept_swing"]) == [2.0, 1.0]
    broken = tables.kept_table(both.assign(kept_swing=[2.0, 1.0], low_kept_status=["optimal", "no plan exists"]))
    assert list(broken["low_kept_status"]) == ["no plan exists", "optimal"]


def test_where_the_plan_can_not_be_kept_stands_which_rule():
    """140 t are more than the 130 that A, B and C have: a plan of its own orders elsewhere, the kept one has none."""
    more = Design("Need", (Parameter(NEED, "×", values=(0.5, 1.4)),))
    own, kept = sweep(five(), more, gap=1e-6), sweep(five(), more, gap=1e-6, frozen=True)
    assert own.points.loc[2, "status"] == "optimal"
    assert kept.points.loc[2, "status"] == "no plan exists"
    assert pd.isna(kept.points.loc[2, "objective"])
    assert kept.points.loc[2, "message"].startswith("broken: ")
    row = tables.tornado_table(own, kept).iloc[0]
    assert row["high_kept_status"] == "no plan exists"
    assert row["high_kept_breaks"].startswith("broken: ")
    assert pd.isna(row["high_kept"])
    assert pd.isna(row["high_adapting"])


def test_shortage_is_possible_in_a_kept_plan():
    """A has 60 t at 1 + 10 for the order, all of the need; at 80 t of need the rest goes short at 50: B is not ordered from."""
    case = micro.case(
        offers=[
            micro.offer("A", 1.0, available_to_us=60, cost_per_order=10),
            micro.offer("B", 2.0, available_to_us=60, cost_per_order=10),
        ],
        demand=[micro.need("Cars", p2026=60)],
        shortage_costs=[{"segment": "Cars", "tier": 1, "cost": 50}],
    )
    options = Options(gap=1e-6)
    free = PointSolver(case, options)
    start = free.base()[1]
    kept = PointSolver(case, replace(options, frozen=True))
    kept.start_from(start)
    more = (Change(NEED, "=", 80.0),)
    assert 1e3 * free.solve(more)["objective"] == pytest.approx(60 + 10 + 20 * 2 + 10)
    found = kept.solve(more)
    assert 1e3 * found["objective"] == pytest.approx(60 + 10 + 20 * 50)
    assert found["short_civil_t"] == pytest.approx(20)


def test_a_relaxed_plan_is_kept_as_it_is():
    """Relaxed, a size of 10 in a plant of at most 40 is a quarter of a build: kept, it is not rounded away.

    The base makes its 10 t there instead of going short at 50; at twice the need the kept plant still makes 10.
    """
    built = project(construction_time=0, max_size=40, capex_fixed=0.01)
    case = chain(demand=[micro.need(site="Works", p2026=10)], projects=[built])
    options = Options(lp=True)
    free = PointSolver(case, options)
    base, start = free.base()
    kept = PointSolver(case, replace(options, frozen=True))
    kept.start_from(start)
    assert kept.solve(())["objective"] == pytest.approx(base["objective"], rel=1e-4)
    more = (Change(NEED, "×", 2.0),)
    assert free.solve(more)["short_civil_t"] == pytest.approx(0, abs=1e-4)
    assert kept.solve(more)["short_civil_t"] == pytest.approx(10, abs=1e-4)


def test_a_failed_point_stands_first_and_has_no_figure():
    failing = Design("Need", (Parameter(PRICE_OF_A, "×", 0.5, 3.0), Parameter(NEED, "×", 0.9, 10.0)))
    found = tables.tornado_table(sweep(five(), failing, gap=1e-6))
    assert found.loc[0, "parameter"] == "× Demand.Any.Quantity"
    assert found.loc[0, "high_status"] == "no plan exists"
    assert pd.isna(found.loc[0, "high_most"])
    assert found.loc[0, "low_status"] == "optimal"


def test_an_interval_wider_than_the_change_is_not_shown():
    """Within a gap of a fifth of the cost a change of 1 % of A's price can not be told from none."""
    small = Design("Price", (Parameter(PRICE_OF_A, "×", 0.99, 1.01),))
    assert tables.tornado_table(sweep(five(), small, gap=0.2)).loc[0, "shown"] == "No"


def test_a_two_way_table_has_a_status_in_the_cells_of_failed_points():
    grid = Design("Both", (Parameter(PRICE_OF_A, "×", 0.5, 2.0), Parameter(NEED, "×", 0.5, 3.0)), "Grid")
    found = sweep(five(), grid, gap=1e-6)
    shows, frame = tables.two_way_table(found)
    assert list(frame["down"]) == ["0.5", "as it is", "2"]
    assert [s.name for s in shows[1:]] == ["0.5", "as it is", "3"]
    assert list(frame["3"]) == ["no plan exists"] * 3
    assert 1e3 * frame.loc[1, "as it is"] == pytest.approx(cheapest({}))
    assert 1e3 * frame.loc[0, "as it is"] == pytest.approx(cheapest({"A": 0.5}))
    _, ended = sweep_tables(found)["GridStatus"]
    assert ended.loc[0].tolist() == ["0.5", "optimal", "optimal", "no plan exists"]
    sheet = openpyxl.load_workbook(io.BytesIO(sweep_content("Five", found, sweep_tables(found))))["Two-way"]
    cells = [row[3] for row in sheet[sheet.tables["Grid"].ref][1:]]
    assert all(c.value == "no plan exists" and c.font.i and c.alignment.horizontal == "center" for c in cells)


def test_percentiles_are_of_the_draws_that_have_a_plan():
    """At most 190 t can be had: of a need drawn from 50 to 300 t the draws above fail and are counted."""
    draws = Design("Need", (Parameter(NEED, "×", 0.5, 3.0),), "Sobol", 16)
    found = sweep(five(), draws, gap=1e-6)
    row = tables.percentiles_table(found).set_index("figure").loc["Objective"]
    drawn = found.points.iloc[1:]
    too_much = (drawn["× Demand.Any.Quantity"] > 2.2).sum()
    assert 0 < too_much < 16
    assert (row["draws"], row["failed"]) == (16 - too_much, too_much)
    assert row["p50"] == pytest.approx(drawn["objective"].dropna().median())
    assert tables.histogram_table(found)["draws"].sum() == 16 - too_much


def test_which_plan_is_best_where():
    """Two t/y are bought for 10 each year, or made by a plant: at a high price it is built, at a low one not."""
    points = pd.DataFrame(
        {
            "point": [0, 1, 2, 3],
            "× Offers.A.Price": [None, 0.5, 2.0, 3.0],
            "status": ["optimal", "optimal", "optimal", "no plan exists"],
            "objective": [10.0, 5.0, 12.0, None],
            "bound": [10.0, 5.0, 12.0, None],
            "builds": ["{}", "{}", '{"Plant": "2026"}', None],
        }
    )
    found = Sweep(Design("Price", (Parameter(PRICE_OF_A, "×", 0.5, 3.0),)), points, 4, 0)
    plans = tables.plans_table(found).set_index("builds")
    assert list(plans["plan"]) == ["A", "B"]
    assert plans.loc["nothing", "where"] == "as it is; × Offers.A.Price: 0.5"
    assert plans.loc["Plant", "where"] == "× Offers.A.Price: 2"
    assert plans["share_of_points"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("method", ["One at a Time", "Grid", "Sobol"])
def test_the_workbook_opens_and_names_its_tables(method: str, one):
    if method == "One at a Time":
        own, kept = one
    else:
        made = Design("n", (Parameter(PRICE_OF_A, "×", 0.5, 2.0), Parameter(NEED, "×", 0.5, 3.0)), method, 8)
        own, kept = sweep(five(), made, gap=1e-6), None
    content = sweep_content("Five", own, sweep_tables(own, kept))
    book = openpyxl.load_workbook(io.BytesIO(content))
    expected = {
        "One at a Time": ["Sweep", "Tornado", "Spider", "Best Plans", "Points"],
        "Grid": ["Sweep", "Two-way", "Best Plans", "Points"],
        "Sobol": ["Sweep", "Monte Carlo", "Best Plans", "Points"],
    }
    assert book.sheetnames == expected[method]
    charts = {"One at a Time": 3, "Grid": 0, "Sobol": 1}
    assert sum(len(sheet._charts) for sheet in book) == charts[method]
    points = book["Points"][book["Points"].tables["Points"].ref]
    headers = [c.value for c in points[0]]
    assert {"Objective (MUSD)", "Purchases (MUSD)", "Builds"} <= set(headers)
    assert "Duties (MUSD)" not in headers  # zero at every point
    assert {
        row[headers.index("Builds")].value for row in points[1:] if row[headers.index("Status")].value == "optimal"
    } == {"nothing"}


def test_classes_of_a_histogram_end_at_round_figures():
    draws = Design("Need", (Parameter(NEED, "×", 0.5, 3.0),), "Sobol", 24)
    points = pd.DataFrame({"objective": [0.0, *(123.4 + 7.3 * n for n in range(24))]})
    found = tables.histogram_table(Sweep(draws, points, 24, 0))
    assert list(found["from_objective"]) == [100.0, 150.0, 200.0, 250.0]
    assert (found["draws"].sum(), found["share_below"].iloc[-1]) == (24, 1.0)
