"""Points: right, the same in every order, shown as intervals, and nothing but what was changed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from model.errors import CaseError
from model.rules.family import Violation
from model.solver.extract import extract
from model.solver.planning import solve
from model.study.engines import attempt
from model.study.overlay import Change, Target
from model.study.session import Options, PointSolver
from tests.audit.rich_case import rich_case
from tests.rules import micro
from tests.rules.test_qualification import two_years
from tests.rules.test_stage_sources import chain, sources
from tests.study.cases import PRICE_OF_A, cheapest, five

DEARER = (Change(PRICE_OF_A, "×", 1.2),)


def solver(case, **options) -> PointSolver:
    made = PointSolver(case, Options(**options))
    made.base()
    return made


def test_a_start_that_misleads_shows_as_an_interval():
    """With A 20 % dearer another set of suppliers is cheapest (133.8: 60 t of B and 40 t of C).

    Started from the base's plan with a gap of a fifth of the cost, HiGHS stops at a dearer plan: the interval from bound to
    objective holds the optimum all the same. At the gap of sweeps the optimum itself is found.
    """
    optimum = cheapest({"A": 1.2})
    assert optimum == pytest.approx(60 * 1.07 + 40 * 1.39 + 14)
    exact = solver(five(), gap=1e-6)
    start = exact._start
    assert 1e3 * exact.base()[0]["objective"] == pytest.approx(cheapest({}))
    wide = solver(five(), gap=0.2)
    wide.start_from(replace(start, gap_money=0.2 * 0.1325))
    misled = wide.solve(DEARER)
    assert 1e3 * misled["objective"] > optimum + 1
    assert 1e3 * misled["bound"] <= optimum + 1e-6
    found = solver(five(), gap=1e-3).solve(DEARER)
    assert 1e3 * found["objective"] == pytest.approx(optimum)
    assert found["gap_asked"] < 1e-3 * 0.2


def test_no_order_of_points_matters_and_overlays_do_not_add_up():
    """Each point alone, in one order and in the other, twice over: the same figures, and brute force agrees."""
    factors = [0.9, 1.2, 1.5]
    changes = [(Change(PRICE_OF_A, "×", f),) for f in factors]
    alone = [solver(five()).solve(c)["objective"] for c in changes]
    one = solver(five())
    forth = [one.solve(c)["objective"] for c in changes]
    back = [one.solve(c)["objective"] for c in reversed(changes)]
    assert alone == forth == back[::-1]
    assert [1e3 * x for x in alone] == pytest.approx([cheapest({"A": f}) for f in factors])
    assert 1e3 * one.solve(())["objective"] == pytest.approx(cheapest({}))


def test_a_neighbours_bases_change_no_cost():
    """Far corners of prices and volumes, from the base and from each other's bases: the same cost, status and shortage."""
    one = solver(rich_case(), lp=True)
    corners = [
        (
            Change(Target("Offers", "Any", "price"), "×", price),
            Change(Target("Export Controls", "Any", "volume"), "×", volume),
            Change(Target("Demand", "Any", "quantity"), "×", need),
        )
        for price, volume, need in ((0.5, 0.9, 1.0), (2.0, 1.5, 0.8), (1.3, 0.95, 1.05))
    ]
    found = {}
    for n, corner in enumerate(corners):
        found[n] = one.solve(corner, keep=True), one.left
    for n, corner in enumerate(corners):
        (alone, own), (_, near) = found[n], found[(n + 1) % 3]
        again = one.solve(corner, near, keep=True)
        assert again["status"] == alone["status"] == "optimal"
        for figure in ("objective", "bound", "priority_shortage"):
            assert again[figure] == pytest.approx(alone[figure], rel=1e-6, abs=1e-9)
        assert len(one.left.basis.columns) == len(own.basis.columns)
    one.solve(corners[0])
    assert one.left is None


@pytest.mark.parametrize(
    "change",
    [
        Change(Target("Demand", "Any", "quantity"), "×", 0.9),
        Change(Target("Export Controls", "Any", "volume"), "×", 0.5),
        Change(Target("Lanes", "Any", "lead_time"), "+", 1.0),
    ],
    ids=lambda c: c.target.name,
)
def test_a_point_is_the_plan_of_the_overlaid_case(change: Change):
    """As a linear program, warm and in place (or built anew), against the same case with its whole numbers relaxed and cold."""
    from model.study.overlay import overlaid

    case = rich_case()
    found = solver(case, lp=True).solve((change,))
    cold = PointSolver(overlaid(case, [change])[0], Options(lp=True)).base()[0]
    assert found["status"] == "optimal"
    assert found["objective"] == pytest.approx(cold["objective"], rel=1e-6)
    assert found["priority_shortage"] == pytest.approx(cold["priority_shortage"], abs=1e-5)
    assert found["in_place"] == (change.target.field != "lead_time")


def test_priority_comes_before_cost_at_every_point():
    """Of 80 t defence (priority 1) needs 50: at 40 t it gets all, and goes short of 10; the civil need pays far more for it."""
    case = micro.case(
        offers=[micro.offer(available_to_us=80)],
        demand=[micro.need("Jets", priority=1, p2026=50), micro.need("Cars", p2026=50)],
        shortage_costs=[{"segment": "Jets", "tier": 1, "cost": 1}, {"segment": "Cars", "tier": 1, "cost": 50}],
    )
    one = solver(case)
    less = Change(Target("Offers", "A", "Available to Us"), "=", 40.0)
    found = one.solve((less,))
    assert found["priority_shortage"] == pytest.approx(10)
    assert 1e3 * found["cash"] == pytest.approx(40)
    assert 1e3 * found["shortage"] == pytest.approx(10 * 1 + 50 * 50)
    assert one.solve(())["priority_shortage"] == pytest.approx(0)


def test_a_point_agrees_with_solve():
    """The base of a sweep is the plan that `solve` gives, cost by cost."""
    case = five()
    figures = solver(case).base()[0]
    outcome = solve(case, gap=1e-6, as_is=False)
    assert figures["objective"] == pytest.approx(outcome.objective)
    assert figures["cash"] == pytest.approx(outcome.plan.summary["cash"])
    assert figures["cost_orders"] == pytest.approx(outcome.plan.cost("Orders"))


def test_a_point_without_a_plan_is_a_status():
    found = solver(five()).solve((Change(Target("Demand", "Any", "Quantity"), "×", 10.0),))
    assert found["status"] == "no plan exists"
    assert "objective" not in found


def test_a_point_that_does_not_fit_says_why():
    one = solver(five())
    with pytest.raises(CaseError, match="-5 is below 0"):
        one.solve((Change(Target("Offers", "A", "Available to Us"), "=", -5.0),))
    found = attempt(one, (Change(Target("Offers", "Z", "Price"), "×", 2.0),))
    assert found == {"status": "problem in the case", "message": "no row matches what is named 'Z'"}


def test_a_fault_is_that_points_status(monkeypatch):
    one = solver(five())

    def fail(changes, *given, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(one, "solve", fail)
    assert attempt(one, ()) == {"status": "failed", "message": "ZeroDivisionError in the program"}


def test_a_relaxed_sweep_is_a_lower_bound():
    """Order costs are paid in part only: never above the whole-number optimum."""
    found = solver(five(), lp=True).solve(DEARER)
    assert 1e3 * found["objective"] < cheapest({"A": 1.2})
    assert "builds" not in found


def test_a_rule_on_the_sources_of_a_stage_joins_in_where_a_point_breaks_it():
    """Base: Kuantan makes 60 t, so Eneabba 40, and two separators are used as the rule asks: 60 · 4 + 40 · 7 = 520.

    With room for 500 t at Kuantan the cheapest plan would use it alone, at 400; the rule takes 10 t from Eneabba: 430.
    """
    lines = [
        {"site": s, "line": line, "capacity": 60 if s == "Kuantan" else 500}
        for s, line in (("Kuantan", "SX"), ("Eneabba", "SX"), ("Ochang", "Press"), ("Sumter", "Press"))
    ]
    one = PointSolver(chain(sources("Separated"), lines=lines), Options(gap=1e-6))
    base, start = one.base()
    assert 1e3 * base["objective"] == pytest.approx(520)
    assert start.sources == frozenset()
    found = one.solve((Change(Target("Lines", "Kuantan / SX", "Capacity"), "=", 500.0),))
    assert 1e3 * found["objective"] == pytest.approx(430)
    assert not found["in_place"]
    assert 1e3 * one.solve(())["objective"] == pytest.approx(520)


def test_a_point_that_misses_a_soft_rule_on_the_sources_of_a_stage_pays_for_it():
    """All by Kuantan at 400, one separator missed at 10 t · 4 = 40, though 430 would keep the rule: 440, no less than 400."""
    one = PointSolver(chain(sources("Separated", hardness="Soft", penalty=4.0)), Options(gap=1e-6))
    base, start = one.base()
    assert start.sources == frozenset()
    assert [1e3 * base[k] for k in ("objective", "penalties", "bound")] == pytest.approx([440, 40, 400])


def test_an_audited_point_is_made_a_plan_once(monkeypatch):
    """Its sources are looked at, and it is audited: of one and the same plan."""
    one = PointSolver(chain(sources("Separated", hardness="Soft", penalty=4.0)), Options(gap=1e-6, audit=True))
    one.base()
    made: list[dict[str, pd.DataFrame]] = []

    def counting(*given):
        plan = extract(*given)
        made.append(plan.tables)
        return plan

    monkeypatch.setattr("model.study.session.extract", counting)
    found = one.solve((Change(Target("Offers", "Any", "Price"), "×", 1.1),))
    assert (found["status"], found["audited"], len(made)) == ("optimal", True, 1)


def test_need_enters_what_a_qualification_keeps_back():
    """4 t a year: 12 + 4 + 5 = 21. Half as much again: 6 · 3 in 2026, 6 · 1 in 2027, and 5 for the qualification: 29."""
    one = solver(two_years(), gap=1e-6)
    found = one.solve((Change(Target("Demand", "Any", "Quantity"), "×", 1.5),))
    assert 1e3 * found["objective"] == pytest.approx(29)
    assert found["in_place"]


def test_the_audit_of_a_point_is_its_status(monkeypatch):
    """The base's plan is audited in any case, a point's if asked; what the audit refuses has a sentence and no number."""
    one = PointSolver(five(), Options(audit=True))
    assert one.base()[0]["audited"]
    assert one.solve(DEARER)["audited"]
    silent = solver(five())
    assert "audited" not in silent.solve(DEARER)
    monkeypatch.setattr(
        "model.study.figures.audit", lambda case, plan: [Violation("demand", "Cars lacks 3 t", 3.0)] * 2
    )
    refused = one.solve(DEARER)
    assert refused["status"] == "failed audit"
    assert refused["message"] == "the audit refused the plan: demand: Cars lacks 3 t (off by 3), and 1 more"
    assert "objective" not in refused
    assert silent.solve(DEARER)["status"] == "optimal"
    assert PointSolver(five(), Options()).base()[0]["status"] == "failed audit"
    assert solver(five(), lp=True).base()[0]["status"] == "optimal"
