"""Micro cases of set-ups, least runs and loads, and limits on numbers; every optimum is derived in the docstring."""

from __future__ import annotations

from itertools import product

import pytest

from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years
from tests.rules.test_sites import LANES, location

FEED = {"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}


def works(recipe=None, demand=None, **tables):
    """Return a works that turns feed at 1 into oxide one to one; holding costs 2 a tonne and year."""
    return case(
        **{
            "periods": years(2026, 2027),
            "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
            "offers": [FEED],
            "recipes": [{"recipe": "Split", "line": "SX", **(recipe or {})}],
            "recipe_items": [
                {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
                {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
            ],
            "lines": [{"site": "Works", "line": "SX", "capacity": 100}],
            "stockpiles": [{"site": "Works", "material": "Oxide", "carrying_cost": 2}],
            "demand": demand or [need(site="Works", p2026=30, p2027=20)],
            **tables,
        }
    )


def test_a_set_up_is_paid_when_the_recipe_runs():
    """A set-up of 30: 2026 makes all 50, 30 + 50 and 20 · 2 held = 120; two set-ups would be 60 + 50 = 110, which is less.
    At 50 a set-up one run is cheaper: 50 + 50 + 40 = 140 against 150."""
    assert cost_of(works({"set_up_cost": 30})) == pytest.approx(110)
    plan = plan_of(works({"set_up_cost": 50}))
    assert 1e3 * plan.cost() == pytest.approx(140)
    assert plan.tables["set_ups"].to_dict("records") == [{"recipe": "Split", "site": "Works", "period": "2026"}]


def test_a_set_up_takes_capacity():
    """80 of the line's 100 t go into the set-up: 20 t a year, 30 asked for in 2026. 10 go short at 50: 500 + 40 = 540."""
    c = works({"set_up_use": 80}, shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}])
    assert cost_of(c) == pytest.approx(540)


def test_a_minimum_run():
    """At least 45 t or nothing: 2026 makes 50 and holds 20: 50 + 40 = 90; without the minimum it would be 50."""
    assert cost_of(works({"minimum_run": 45})) == pytest.approx(90)
    assert cost_of(works()) == pytest.approx(50)


def test_a_minimum_load():
    """The line does at least 48 % of 100 t in a year in which it runs: 50 in 2026 and 20 held: 90."""
    lines = [{"site": "Works", "line": "SX", "capacity": 100, "minimum_load": 0.48}]
    plan = plan_of(works(lines=lines))
    assert 1e3 * plan.cost() == pytest.approx(90)
    assert plan.tables["line_uses"].to_dict("records") == [{"site": "Works", "line": "SX", "period": "2026"}]


DEMAND = {"X": (20, 0, 25), "Y": (15, 30, 10)}
SET_UP, HOLD, SHARED = {"X": 40, "Y": 25}, {"X": 1, "Y": 2}, 60


def two_products():
    """Return two products that share a line of 60 t a year; each set-up takes 5 t of it."""
    return case(
        periods=years(2026, 2027, 2028),
        materials=[
            {"material": "Feed", "stage": "Mined"},
            *({"material": g, "stage": "Separated"} for g in DEMAND),
        ],
        offers=[FEED | {"price": 0.0}],
        recipes=[{"recipe": g, "line": "SX", "set_up_cost": SET_UP[g], "set_up_use": 5} for g in DEMAND],
        recipe_items=[
            item
            for g in DEMAND
            for item in (
                {"recipe": g, "role": "Input", "material": "Feed", "per_unit": 1.0},
                {"recipe": g, "role": "Output", "material": g, "per_unit": 1.0},
            )
        ],
        lines=[{"site": "Works", "line": "SX", "capacity": SHARED}],
        stockpiles=[{"site": "Works", "material": g, "carrying_cost": HOLD[g]} for g in DEMAND],
        demand=[
            need(g, g, site="Works", **dict(zip(("p2026", "p2027", "p2028"), need_of, strict=True)))
            for g, need_of in DEMAND.items()
        ],
    )


def by_brute_force() -> float:
    """Return the least cost over all made in fives of both products in all years; the optimum is a multiple of five, since
    demand, capacity and set-up use are, and with the set-ups fixed the rest is a network flow."""
    best = float("inf")
    plans = {
        g: [(made, cost) for made in product(range(0, SHARED, 5), repeat=3) if (cost := _cost(g, made)) is not None]
        for g in DEMAND
    }
    for x, first in plans["X"]:
        for y, second in plans["Y"]:
            load = [a + b + 5 * (a > 0) + 5 * (b > 0) for a, b in zip(x, y, strict=True)]
            if max(load) <= SHARED:
                best = min(best, first + second)
    return best


def _cost(g: str, made: tuple[int, ...]) -> float | None:
    held, cost = 0, 0.0
    for q, d in zip(made, DEMAND[g], strict=True):
        held += q - d
        if held < 0:
            return None
        cost += SET_UP[g] * (q > 0) + HOLD[g] * held
    return None if held else cost


def test_lot_sizing_with_shared_capacity_by_brute_force():
    assert cost_of(two_products()) == pytest.approx(by_brute_force())


def limit(counts, kind="Max", number=1, **more):
    return {"limit": "L", "measure": "Number Used", "counts": counts, "limit_type": kind, "2026": number, **more}


def test_number_of_suppliers():
    """A sells two grades' worth by two offers of 30 t at 1 and 2, B 30 t at 1.5. One supplier for 50: A, 30 + 40 = 70."""
    offers = [
        offer("A1", 1.0, available_to_us=30) | {"supplier": "A"},
        offer("A2", 2.0, available_to_us=30) | {"supplier": "A"},
        offer("B", 1.5, available_to_us=30),
    ]
    free = case(offers=offers, demand=[need(p2026=50)])
    assert cost_of(free) == pytest.approx(60)
    one = case(offers=offers, demand=[need(p2026=50)], limits=[limit("Suppliers")])
    assert cost_of(one) == pytest.approx(70)
    two = case(offers=offers, demand=[need(p2026=30)], limits=[limit("Suppliers", "Min", 2)])
    assert cost_of(two) == pytest.approx(30 + 0.5e-3)


def test_number_of_sites():
    """Both plants are needed for 80 t at 60 each; one may open: 60 t served, the dear way last: 100 + 60 + 40 + 60, 20 short
    at 50: 1 000. Together 1 260."""
    short = [{"segment": c, "tier": 1, "cost": 50.0} for c in ("C1", "C2")]
    c = location(limits=[limit("Sites")], shortage_costs=short)
    assert cost_of(c) == pytest.approx(1260)


def test_number_of_lanes():
    """Both plants stand and can do 100 each: two of the four lanes are the near ones, 80 + 80. One lane for two: one goes
    short in full: 40 + 40 + 40 · 50 = 2 080."""
    short = [{"segment": c, "tier": 1, "cost": 50.0} for c in ("C1", "C2")]
    plants = [{"site": s, "country": "Chile"} for s in ("North", "South")]
    free = location(100, plants, limits=[limit("Lanes", number=2)], shortage_costs=short)
    assert cost_of(free) == pytest.approx(160)
    one = location(100, plants, limits=[limit("Lanes")], shortage_costs=short)
    assert cost_of(one) == pytest.approx(2080)
    north = location(100, plants, limits=[limit("Lanes", number=0, site="North")], shortage_costs=short)
    assert cost_of(north) == pytest.approx(80 + 40 + 120)
    both = location(100, plants, limits=[limit("Lanes", "Min", 4)])
    assert cost_of(both) == pytest.approx(160 + 2 * 2e-3, abs=1e-4)


def test_number_of_recipes():
    """A quick way at no cost for 30 t and a slow one at 1 for all; only one may run: the slow one, 50 + 50 for both years."""
    c = works(
        recipes=[{"recipe": "Quick", "line": "A"}, {"recipe": "Slow", "line": "B", "conversion_cost": 1.0}],
        recipe_items=[
            {"recipe": r, "role": role, "material": g, "per_unit": 1.0}
            for r in ("Quick", "Slow")
            for role, g in (("Input", "Feed"), ("Output", "Oxide"))
        ],
        lines=[
            {"site": "Works", "line": "A", "capacity": 10},
            {"site": "Works", "line": "B", "capacity": 100},
        ],
        limits=[limit("Recipes") | {"2027": 1}],
    )
    assert cost_of(c) == pytest.approx(100)
    assert tonnes(plan_of(c), "purchases") == pytest.approx(50)


def test_number_of_projects():
    """Two wings of 50 t/y at no cost, 100 t needed from 2027 at a shortage cost of 50; one may be started: 50 + 2 500."""
    c = works(
        lines=[{"site": "Works", "line": "SX", "capacity": 0}],
        projects=[
            {"project": p, "site": "Works", "line": "SX", "max_size": 50, "construction_time": 12, "life": 9}
            for p in "AB"
        ],
        demand=[need(site="Works", p2026=0, p2027=100)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        limits=[limit("Projects") | {"2027": 1}],
    )
    assert cost_of(c) == pytest.approx(2550)


MATERIALS = ("P", "Q")
ARCS = {("S", "D1"): (30, 12), ("S", "D2"): (20, 10), ("D1", "D2"): (8, 1)}


def test_two_goods_share_a_lane_with_a_fixed_cost():
    """P and Q go from S to D1 and D2, 10 t of each at each end. A lane carries 20 of both together; using S → D1 costs 30, S → D2
    20 and D1 → D2 8; freight 1 a tonne. The 40 t are more than one lane from S takes: both are used, and nothing goes on from
    D1: 50 + 40 = 90. With room for 40 on each, and at least 25 on S → D2, D1 would have to get its goods over S → D1
    all the same: 40 t on it, 20 of them on to D2, 30 + 40 + 8 + 20 = 98; S → D2 would carry 20, below its minimum."""
    lanes = [
        {
            "from_place": i,
            "to_place": j,
            "cost": 1.0,
            "capacity": 20,
            "shared_as": f"{i}-{j}",
            "fixed_cost": 1e-3 * cost,
        }
        for (i, j), (cost, _) in ARCS.items()
    ]
    c = case(
        materials=[{"material": g, "stage": "Separated"} for g in MATERIALS],
        sites=[{"site": s, "country": "Chile"} for s in ("S", "D1", "D2")],
        offers=[offer(g, 0.0, site="S", material=g) for g in MATERIALS],
        demand=[need(f"{g}{d}", g, site=d, p2026=10) for g in MATERIALS for d in ("D1", "D2")],
        lanes=lanes,
    )
    assert cost_of(c) == pytest.approx(90)
    wide = [
        {**r, "capacity": 40, "minimum_if_used": 25 if r["to_place"] == "D2" and r["from_place"] == "S" else 0}
        for r in lanes
    ]
    assert cost_of(c.replace("Lanes", _frame(wide))) == pytest.approx(98)


def _frame(rows):
    import pandas as pd

    return pd.DataFrame(rows)


def test_nothing_is_added_where_nothing_is_asked():
    from model.network.network import Network
    from model.solver.build import build

    m, _ = build(Network(works()))
    assert len(m.recipe_on) == len(m.line_on) == len(m.used) == 0
    assert len(LANES) == 4
