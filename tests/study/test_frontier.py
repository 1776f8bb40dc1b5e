"""Frontiers: equal to brute force, with their ends, knee and infeasible end."""

from __future__ import annotations

import io
import itertools
import pickle

import openpyxl
import pandas as pd
import pytest

from model.errors import CaseError
from model.report.frontier_book import frontier_content, sentences
from model.solver.highs import Session
from model.study import frontier_steps
from model.study.frontiers import frontier
from model.study.measures import measure_of
from tests.rules import micro

NEED = 100.0
# Country, price (kUSD/t), tonnes, cost of an order (kUSD).
OFFERS = {
    "A": ("China", 1.0, 100, 5),
    "B": ("Australia", 1.6, 50, 9),
    "C": ("Japan", 2.0, 30, 4),
    "D": ("China", 0.9, 40, 12),
}


def three(short: float | None = None):
    """Return a case in which the cheap offers are Chinese, with a rule of at most 90 %."""
    return micro.case(
        settings={"Optimality Gap": 1e-4},
        countries=[{"country": c} for c in ("China", "Australia", "Japan", "United States")],
        country_groups=[{"group": "Covered", "country": "China"}],
        suppliers=[{"supplier": f"S-{n}", "country": OFFERS[n][0]} for n in OFFERS],
        offers=[
            micro.offer(n, price, supplier=f"S-{n}", available_to_us=t, cost_per_order=order, mined_in=c)
            for n, (c, price, t, order) in OFFERS.items()
        ],
        demand=[micro.need("Cars", p2026=NEED)],
        **({} if short is None else {"shortage_costs": [{"segment": "Cars", "tier": 1, "cost": short}]}),
        de_risking_rules=[
            {
                "rule": "China at most",
                "metric": "Country Share",
                "who": "Covered",
                "stage": "Mined",
                "limit_type": "Max",
                "2026": 0.9,
            }
        ],
    )


def cheapest(limit: float) -> float | None:
    """Return the least cost with at most `limit` t from China: all sets of orders, each filled from its cheapest."""
    best = None
    for size in range(1, len(OFFERS) + 1):
        for chosen in itertools.combinations(OFFERS, size):
            left, chinese, cost = NEED, limit, sum(OFFERS[n][3] for n in chosen)
            for country, price, most, _ in sorted((OFFERS[n] for n in chosen), key=lambda o: o[1]):
                taken = min(left, most, chinese if country == "China" else most)
                left, cost = left - taken, cost + price * taken
                chinese -= taken if country == "China" else 0.0
            if left <= 1e-9 and (best is None or cost < best):
                best = cost
    return best


@pytest.mark.parametrize(("against", "most"), [("China at most", 1.0), ("covered Mined", 0.9)])
def test_every_point_is_that_of_brute_force(against: str, most: float):
    """From 100 % (A alone, 105) to 20 % (B and C full, and 20 t of A): below there is no plan.

    Against the case's own rule its limit is what moves; against the stage in general that rule, 90 %, stays in force.
    """
    found = frontier(three(), against, gap=1e-7)
    solved = found.points[found.points["cost"].notna()]
    assert len(found.points) >= 8
    assert solved["measure"].iloc[0] == pytest.approx(most, abs=1e-6)
    assert solved["measure"].iloc[-1] == pytest.approx(0.2)
    for _, point in solved.iterrows():
        assert 1e3 * point["cost"] == pytest.approx(cheapest(NEED * point["limit"]), rel=2e-4)
        assert point["bound"] <= point["cost"] + 1e-12
    last = found.points.iloc[-1]
    assert last["status"] == "no plan exists"
    assert cheapest(NEED * last["limit"]) is None
    assert not solved["dominated"].any()
    assert list(1e3 * found.pay_off["cost"]) == pytest.approx([cheapest(100 * most), cheapest(20)], rel=1e-4)
    assert list(found.pay_off["measure"]) == pytest.approx([most, 0.2], abs=1e-6)
    assert any("At 1" in s and "no plan exists" in s for s in sentences(found))


def test_the_knee_is_where_it_bends():
    """By linear program: from 100 % to 50 % B for A, 0.6 a tonne; to 20 % C for A, 1 a tonne: the bend is at 50 %."""
    found = frontier(three(), "China at most", lp=True, points=9)
    knee = found.points[found.points["knee"]]
    assert len(knee) == 1
    assert knee["measure"].iloc[0] == pytest.approx(0.5)


def test_a_step_that_is_kept_already_is_not_solved_again():
    """Whole orders of 40 and 60 t: between 40 % and 0 % of A there is no plan in between."""
    case = micro.case(
        offers=[
            micro.offer("A", 1.0, available_to_us=60, minimum_order=60, mined_in="China", supplier="S-A"),
            micro.offer("B", 2.0, available_to_us=40, mined_in="Japan", supplier="S-B"),
            micro.offer("C", 4.0, available_to_us=100, mined_in="Japan", supplier="S-B"),
        ],
        countries=[{"country": "China"}, {"country": "Japan"}, {"country": "United States"}],
        country_groups=[{"group": "Covered", "country": "China"}],
        suppliers=[{"supplier": "S-A", "country": "China"}, {"supplier": "S-B", "country": "Japan"}],
        demand=[micro.need("Cars", p2026=NEED)],
    )
    found = frontier(case, "covered Mined", points=9, gap=1e-7)
    solved = found.points[found.points["cost"].notna()]
    assert list(solved["measure"]) == pytest.approx([0.6, 0.0])
    assert list(1e3 * solved["cost"]) == pytest.approx([60 + 80, 80 + 240])
    assert found.points["same_as"].notna().sum() == 7
    assert any("less is not possible" in n for n in found.notes)


def test_shortage_stands_against_cash_alone():
    """Going short of everything costs nothing in cash; the last tonnes come from the dearest offers."""
    found = frontier(three(short=1.2), "shortage", lp=True)
    solved = found.points[found.points["cost"].notna()]
    assert solved["measure"].iloc[0] == pytest.approx(NEED)
    assert solved["cost"].iloc[0] == pytest.approx(0.0, abs=1e-9)
    assert solved["measure"].iloc[-1] == pytest.approx(0.0, abs=1e-6)
    assert (solved["cost"].diff().dropna() > 0).all()


def test_days_of_cover_stand_against_cost():
    """Oxide is held at 1 kUSD/t and year: each day more costs the same, and all of the asked 73 days can be held."""
    found = frontier(holding(), "cover", lp=True, points=9)
    solved = found.points[found.points["cost"].notna()]
    assert solved["reached"].iloc[0] == pytest.approx(0.0, abs=1e-3)
    assert solved["reached"].iloc[-1] == pytest.approx(73.0)
    steps = solved["cost"].diff().dropna()
    assert steps.max() == pytest.approx(steps.min(), rel=1e-4)
    assert not found.points["knee"].any()
    said = sentences(found)
    assert "at 0.0 days held on average; the most that is asked for, 73.0 days held on average" in said[0]
    assert said[-1] == "Note: the last point misses no day of its targets."


def holding():
    """Return a case with one year, a store, and a target of 73 days, a fifth of a year's 100 t."""
    return micro.case(
        offers=[micro.offer("A", 1.0, available_to_us=200)],
        demand=[micro.need("Cars", p2026=NEED)],
        stockpiles=[{"site": "Market", "material": "Oxide", "carrying_cost": 1.0}],
        cover_targets=[{"target": "All", "material": "Oxide", "hardness": "Soft", "penalty": 0.0, "2026": 73}],
    )


def test_what_it_can_not_stand_against_is_a_sentence():
    with pytest.raises(CaseError, match="nothing in the case that cost could stand against is called 'China at moist'"):
        measure_of(three(), "China at moist")
    with pytest.raises(CaseError, match="nothing in the case can be bought, made or held that it would count"):
        frontier(three(), "shortage", lp=True)


def test_the_workbook_has_a_chart_and_both_tables():
    content = frontier_content("Three", frontier(three(), "China at most", lp=True, points=9))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert list(book["Frontier"].tables) == ["Frontier", "PayOff"]
    (chart,) = book["Frontier"]._charts
    assert [s.tx.v or s.tx.strRef.f for s in chart.series] == ["Cost", "Knee"]
    assert chart.x_axis.numFmt.formatCode == "0.#%"
    words = [str(c.value) for row in book["Frontier"] for c in row]
    assert "Least of China at most" in words


@pytest.mark.full
def test_two_processes_give_the_same_rows():
    """Whole orders, and rows that are skipped: what was solved ahead in vain is not shown."""
    alone = frontier(three(), "covered Mined")
    shared = frontier(three(), "covered Mined", workers=2)
    pd.testing.assert_frame_equal(shared.points, alone.points, check_exact=True)
    pd.testing.assert_frame_equal(shared.pay_off, alone.pay_off, check_exact=True)


def test_steps_in_another_process_are_those_of_this_one(monkeypatch):
    """As a process does it, without one: its steps, in any order, are those of a search by itself."""
    here: dict[str, float] = {}

    def in_turn(case, against, options, corners, limits, workers):
        frontier_steps._PROGRAM.clear()
        frontier_steps._begin(pickle.dumps(frontier_steps._Work(case, against, options, corners)))
        for name in reversed(limits):
            here[name] = limits[name]
            yield name, frontier_steps._step(limits[name])

    alone = frontier(three(), "China at most", lp=True).points
    monkeypatch.setattr("model.study.frontiers.in_processes", in_turn)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    pd.testing.assert_frame_equal(
        frontier(three(), "China at most", lp=True, workers=3).points, alone, check_exact=True
    )
    assert len(here) == len(alone)


def test_a_frontier_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    """Stopped at its sixth solve: five are kept, the others follow, and the table is that of a search without a break."""
    solves = []
    minimise = Session.minimise

    def counted(self, *given, **options):
        solves.append(1)
        if len(solves) == 6:
            raise KeyboardInterrupt
        return minimise(self, *given, **options)

    whole = frontier(three(), "China at most").points
    monkeypatch.setattr(Session, "minimise", counted)
    store = tmp_path / "s.sqlite"
    with pytest.raises(KeyboardInterrupt):
        frontier(three(), "China at most", store=store)
    resumed = frontier(three(), "China at most", store=store).points
    total = len(solves) - 1
    pd.testing.assert_frame_equal(resumed, whole)
    frontier(three(), "China at most", store=store)
    assert len(solves) == total + 1
    # Other numbers of steps share the ends.
    frontier(three(), "China at most", points=8, store=store)
    assert 0 < len(solves) - total - 1 <= total - 5
