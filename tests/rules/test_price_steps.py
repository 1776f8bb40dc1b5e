"""Micro cases of prices that go in steps; every optimum is derived in the docstring or found by trying everything."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pyomo.environ as pyo
import pytest

from model.auditor import audit
from model.case.case import Case
from model.network.network import Network
from model.plan import Plan, plan_frame
from model.rules.family import Model, total
from model.solver.build import Costs, build
from model.solver.compile import compile_model
from model.solver.highs import Session
from model.solver.passes import cost_weights
from tests.rules.micro import Rows, case, cost_of, halves, need, offer, plan_of, tonnes, years


def steps(offer_name: str, *prices: tuple[float, float], **more: object) -> Rows:
    """Return rows of Price Tiers from (from quantity, price)."""
    return [
        {"offer": offer_name, "step": n, "from_quantity": start, "price": price, **more}
        for n, (start, price) in enumerate(prices, 1)
    ]


def whole(c: Case) -> int:
    """Return how many whole-number columns the case's model has."""
    m, costs = build(Network(c))
    return int(compile_model(m, costs).integral.sum())


def test_rising_steps_need_no_binaries():
    """100 t: 40 at the offer's own 1, 40 at 2, 20 at 4 USD/kg = 40 + 80 + 80."""
    c = case(offers=[offer("A", 1.0)], demand=[need(p2026=100)], price_tiers=steps("A", (40, 2), (80, 4)))
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(200)
    got = plan.tables["price_steps"].set_index("step")["tonnes"].to_dict()
    assert got == pytest.approx({0: 40.0, 1: 40.0, 2: 20.0})
    assert whole(c) == 0


@pytest.mark.parametrize(("tonnage", "expected"), [(100, 50 * 3 + 50), (60, 60 * 2.1)])
def test_incremental_discount_is_for_what_lies_beyond(tonnage: float, expected: float):
    """A is 3 up to 50 t and 1 beyond, B 2.1: 100 t of A cost 200 < 210; 60 t of A would cost 160 > 126 of B."""
    c = case(
        offers=[offer("A", 3.0), offer("B", 2.1)],
        demand=[need(p2026=tonnage)],
        price_tiers=steps("A", (50, 1)),
    )
    assert cost_of(c) == pytest.approx(expected)


@pytest.mark.parametrize(("tonnage", "expected"), [(45, 50 + 0.5), (10, 20), (80, 80)])
def test_all_units_discount_is_worth_a_surplus(tonnage: float, expected: float):
    """2 USD/kg, and 1 for everything from 50 t on; what is too much is thrown away at 0.1: 45 t cost 50.5 < 90, 10 t 20."""
    c = case(
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 0.1}],
        offers=[offer("A", 9.0)],
        demand=[need(p2026=tonnage)],
        price_tiers=steps("A", (0, 2), (50, 1), units="All Units"),
    )
    assert cost_of(c) == pytest.approx(expected)


@pytest.mark.parametrize(("basis", "expected"), [("Per Order", 100), ("Period", 100), ("Year", 60 + 40 * 3)])
def test_what_is_counted_as_one_quantity(basis: str, expected: float):
    """50 t in each half-year, 1 USD/kg up to 60 t and 3 beyond: an order stays below, the year does not."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        offers=[offer("A", 1.0)],
        demand=[need(p2026=100)],
        price_tiers=steps("A", (60, 3), basis=basis),
    )
    assert cost_of(c) == pytest.approx(expected)


def test_a_period_of_two_years_has_twice_the_quantity_of_a_year():
    """100 t/y over two years, 1 USD/kg up to 60 t a year, 3 beyond: 120 + 80 · 3 = 360."""
    c = case(
        periods=[{"period": "2026-27", "start": "2026-01-01", "months": 24}],
        offers=[offer("A", 1.0)],
        demand=[need(p2026=100, p2027=100)],
        price_tiers=steps("A", (60, 3), basis="Year"),
    )
    assert cost_of(c) == pytest.approx(360)


@pytest.mark.parametrize("units", ["Incremental", "All Units"])
def test_a_yearly_rebate_is_of_the_whole_year(units: str):
    """50 t in each half-year; 2 USD/kg, 1 from 80 t: 80 · 2 + 20 = 180 for what lies beyond, 100 for all units."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        settings={"Discount Rate": 0.1, "Discount Timing": "Start"},
        offers=[offer("A", 2.0)],
        demand=[need(p2026=100)],
        price_tiers=steps("A", (80, 1), basis="Year", units=units),
    )
    late = 1.1**-0.5
    # The rebate on what lies beyond 80 t comes with the second half's tonnes: 50 · 2 now, 30 · 2 + 20 later.
    expected = 100 + 80 * late if units == "Incremental" else 50 + 50 * late
    assert cost_of(c) == pytest.approx(expected)


def test_a_spending_limit_counts_what_is_paid_on_each_step():
    """At most 100 kUSD: 40 t at 1, 20 at 3; the other 40 of 100 t go short at 50 = 100 + 2000."""
    c = case(
        offers=[offer("A", 1.0)],
        demand=[need(p2026=100)],
        price_tiers=steps("A", (40, 3)),
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        limits=[{"limit": "Budget", "measure": "Spend", "limit_type": "Max", "2026": 0.1}],
    )
    assert cost_of(c) == pytest.approx(2100)


# ---- families of the literature -----------------------------------------------------------------------------------


def _mine_cost(taken: float, edges: tuple[float, ...], price: tuple[float, ...]) -> float:
    ends = (*edges[1:], float("inf"))
    return sum(p * max(0.0, min(taken, high) - low) for low, high, p in zip(edges, ends, price, strict=True))


@pytest.mark.parametrize("price", [(1.0, 3.0, 6.0), (5.0, 3.0, 1.0)])
def test_exhaustible_mine_against_every_way_of_digging(price: tuple[float, float, float]):
    """A mine whose cost goes in steps at 40 and 70 t taken out so far, beside a market at 4: every plan in tens of t is tried.

    All numbers are multiples of ten, so that some optimum is: rising cost is convex, and falling cost is concave between steps.
    """
    edges, needs, rate = (0.0, 40.0, 70.0), (30, 40, 30), 0.1
    c = case(
        periods=years(2026, 2027, 2028),
        settings={"Discount Rate": rate, "Discount Timing": "Start"},
        offers=[offer("Mine", 99.0, available_to_us=40), offer("Market", 4.0)],
        demand=[need(p2026=needs[0], p2027=needs[1], p2028=needs[2])],
        price_tiers=steps("Mine", *zip(edges, price, strict=True), basis="Cumulative"),
    )
    best = np.inf
    for dug in itertools.product(*(range(0, n + 1, 10) for n in needs)):
        so_far = np.concatenate([[0], np.cumsum(dug)])
        cost = 0.0
        for t, n in enumerate(needs):
            mined = _mine_cost(so_far[t + 1], edges, price) - _mine_cost(so_far[t], edges, price)
            cost += (mined + 4.0 * (n - dug[t])) * (1 + rate) ** -t
        best = min(best, cost)
    assert cost_of(c) == pytest.approx(best)
    assert (whole(c) > 0) == (price[0] > price[-1])


def test_vendor_bids_against_every_award():
    """Three bids with a set-up cost, a minimum and price steps for 100 t: every award in fives is tried.

    Between two multiples of five every cost is linear, so that some optimum lies on them.
    """
    setup, least, size = (20, 60, 5), (10, 30, 0), (70, 100, 40)
    price = {"A": ((0, 2.0), (40, 1.5)), "B": ((0, 1.9), (50, 1.2), (80, 0.9)), "C": ((0, 2.4),)}
    c = case(
        offers=[
            offer(name, 9.0, cost_per_order=setup[n], minimum_order=least[n], available_to_us=size[n])
            for n, name in enumerate(price)
        ],
        demand=[need(p2026=100)],
        price_tiers=[row for name, given in price.items() for row in steps(name, *given)],
    )

    def bid(n: int, tons: float) -> float:
        if tons == 0:
            return 0.0
        edges, prices = zip(*list(price.values())[n], strict=True)
        return setup[n] + _mine_cost(tons, edges, prices) if least[n] <= tons <= size[n] else float("inf")

    best = min(bid(0, a) + bid(1, b) + bid(2, 100 - a - b) for a in range(0, 101, 5) for b in range(0, 101 - a, 5))
    assert cost_of(c) == pytest.approx(best)


# ---- tightness ----------------------------------------------------------------------------------------------------


def _relaxed(net: Network, m: Model, costs: Costs) -> float:
    """Return the cost of the relaxation in kUSD."""
    matrix = compile_model(m, costs)
    session = Session(matrix)
    session.relax_integers(True)
    weights, constant = cost_weights(net, matrix)
    return 1e3 * (session.minimise(weights).objective + constant)


def _in_big_numbers(m: Model, low: dict[int, float], large: float = 1e4) -> None:
    """Replace the rows of one offer's all-units steps in one period by switches of a size that is large for certain."""
    m.del_component("price_steps")
    taken = {n: m.stepped[0, n, 0] for n in low}
    on = {n: m.step_on[0, n, 0] for n in low}
    rows = m.naive = pyo.ConstraintList()
    rows.add(total([(1.0, m.purchase[0, 0, 0]), *((-1.0, v) for v in taken.values())]) == 0.0)
    rows.add(total([(1.0, v) for v in on.values()]) <= 1.0)
    for n, start in low.items():
        rows.add(total([(1.0, taken[n]), (-large, on[n])]) <= 0.0)
        rows.add(total([(1.0, taken[n]), (-large, on[n])]) >= start - large)


# All units at 3 up to 20 t, at 2 up to 50 and at 1.5 to the 100 t that can be had: (20, 40) lies above the line from (0, 0) to
# (50, 75), so the envelope has 1.5 USD/kg all the way.
ENVELOPE = {10: 15.0, 30: 45.0, 55: 82.5, 90: 135.0}


@pytest.mark.parametrize("tonnage", ENVELOPE)
def test_the_relaxation_is_the_convex_envelope_and_never_weaker_than_a_big_number(tonnage: float):
    """The cost of the relaxation is that of the envelope of all prices; with big numbers it is never more."""
    c = case(
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 1.0}],
        offers=[offer("A", 9.0, available_to_us=100)],
        demand=[need(p2026=tonnage)],
        price_tiers=steps("A", (0, 3), (20, 2), (50, 1.5), units="All Units"),
    )
    net = Network(c)
    m, costs = build(net)
    tight = _relaxed(net, m, costs)
    assert tight == pytest.approx(ENVELOPE[tonnage])
    _in_big_numbers(m, {1: 0.0, 2: 20.0, 3: 50.0})
    assert tight >= _relaxed(net, m, costs) - 1e-9


def test_incremental_relaxation_is_tighter_than_a_big_number():
    """3 USD/kg up to 50 t, 1 beyond, 100 t can be had; 20 t needed. The envelope from (0, 0) to (100, 200) has slope 2: 40.
    With a number of 1e4 in place of the widths the second step is open at almost once: 1 USD/kg and hardly more."""
    c = case(
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 9.0}],
        offers=[offer("A", 3.0, available_to_us=100)],
        demand=[need(p2026=20), need("Mill", p2026=80)],
        shortage_costs=[{"segment": "Mill", "tier": 1, "cost": 0.5}],
        price_tiers=steps("A", (50, 1)),
    )
    net = Network(c)
    m, costs = build(net)
    tight = _relaxed(net, m, costs)
    assert tight == pytest.approx(20 * 2 + 80 * 0.5)
    del m.price_steps[0, 0, "most", 1]
    m.loose = pyo.Constraint(expr=total([(1.0, m.stepped[0, 1, 0]), (-1e4, m.step_on[0, 1, 0])]) <= 0)
    # A two-hundredth of the first step is filled for each tonne of the second: 50 / 1e4 · 3 + 1 USD/kg.
    assert _relaxed(net, m, costs) == pytest.approx(20 * (3 * 0.005 + 1) / 1.005 + 80 * 0.5)


# ---- audit --------------------------------------------------------------------------------------------------------


def _spoilt(plan: Plan, *rows: tuple[str, int, str, float]) -> Plan:
    return dataclasses.replace(plan, tables={**plan.tables, "price_steps": plan_frame("price_steps", list(rows))})


@pytest.mark.parametrize(
    ("rows", "words", "amount"),
    [
        ([("A", 0, "2026", 60.0), ("A", 1, "2026", 40.0)], "step 0 of A in 2026", 10.0),
        ([("A", 0, "2026", 40.0), ("A", 1, "2026", 60.0)], "step 0 of A in 2026 before the next", 10.0),
        ([("A", 0, "2026", 50.0), ("A", 1, "2026", 40.0)], "steps of A in 2026", 10.0),
        ([("A", 0, "2026", 50.0), ("A", 7, "2026", 50.0)], "A has no step 7", 50.0),
    ],
)
def test_spoilt_steps_are_found_out(rows: list[tuple[str, int, str, float]], words: str, amount: float):
    c = case(offers=[offer("A", 3.0)], demand=[need(p2026=100)], price_tiers=steps("A", (50, 1)))
    plan = plan_of(c)
    assert audit(c, plan) == []
    found = [v for v in audit(c, _spoilt(plan, *rows)) if v.family == "price_steps"]
    assert any(words in v.sentence and v.amount == pytest.approx(amount) for v in found), [str(v) for v in found]


def test_a_rebate_is_not_taken_before_what_it_is_for():
    """A discount beyond 80 t of a year, taken in the first half by a plan that shifts it there."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        offers=[offer("A", 2.0)],
        demand=[need(p2026=100)],
        price_tiers=steps("A", (80, 1), basis="Year"),
    )
    plan = plan_of(c)
    early = _spoilt(plan, ("A", 0, "2026-H1", 30.0), ("A", 1, "2026-H1", 20.0), ("A", 0, "2026-H2", 50.0))
    assert [v.amount for v in audit(c, early) if v.family == "price_steps"] == pytest.approx([50.0])


def test_all_units_are_all_at_one_price():
    """80 t are bought; a plan that claims the price of 100 t for them is off by 20."""
    c = case(
        offers=[offer("A", 2.0)],
        demand=[need(p2026=80)],
        price_tiers=steps("A", (0, 2), (100, 1), units="All Units"),
    )
    plan = plan_of(c)
    assert tonnes(plan, "price_steps", step=1) == pytest.approx(80)
    found = [v for v in audit(c, _spoilt(plan, ("A", 2, "2026", 80.0))) if v.family == "price_steps"]
    assert [v.amount for v in found] == pytest.approx([20.0])
