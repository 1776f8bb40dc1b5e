"""Families of the literature as case folders; each optimum is found a second time, by trying all and by plain linear programs.

Invented figures, in kUSD and t. What is tried reads the folder's own figures only where they are long lists; the rest is typed.
"""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from model.case.case import Case
from model.case.load import load
from model.solver.planning import solve

HERE = Path(__file__).parent


def planned(name: str) -> tuple[Case, float]:
    """Return a case and the cost of its proven plan in kUSD."""
    case = load(HERE / name)
    outcome = solve(case, as_is=False)
    assert outcome.plan is not None, outcome.explanation
    assert outcome.proven
    return case, 1e3 * outcome.plan.cost()


def test_single_sourced_facility_location_with_plants_in_two_sizes():
    """All 3⁵ ways of giving each town one plant; each plant then takes the cheapest size that is large enough."""
    case, cost = planned("facility_location")
    need = {d.segment: float(case.across("Demand", d)[0]) for d in case.rows("Demand")}
    freight = {(r.from_place, r.to_place): float(case.by_period(r.cost)[0]) for r in case.rows("Lanes")}
    sizes = {(p.max_size, 1e3 * p.capex_fixed) for p in case.rows("Projects")}
    plants = [o.site for o in case.rows("Offers")]

    def of(way: tuple[str, ...]) -> float:
        total = sum(freight[p, t] * need[t] for p, t in zip(way, need, strict=True))
        for plant in set(way):
            load_of = sum(need[t] for p, t in zip(way, need, strict=True) if p == plant)
            total += min((k for c, k in sizes if c >= load_of), default=np.inf)
        return total

    assert cost == pytest.approx(min(of(way) for way in product(plants, repeat=len(need))), rel=1e-6)


def test_multi_commodity_network_design():
    """Every choice of at most five lanes, with a plain linear program of what goes on them for each."""
    case, cost = planned("network_design")
    lanes = [
        (r.from_place, r.to_place, float(case.by_period(r.cost)[0]), float(case.by_period(r.capacity)[0]), r)
        for r in case.rows("Lanes")
    ]
    goods = [m.material for m in case.rows("Materials")]
    supply = {(o.site, o.material): float(case.by_period(o.available_to_us)[0]) for o in case.rows("Offers")}
    need = {(d.site, d.material): float(case.across("Demand", d)[0]) for d in case.rows("Demand")}
    places = [s.site for s in case.rows("Sites")]
    most = int(case.across("Limits", case.rows("Limits")[0])[0])

    def of(chosen: tuple[int, ...]) -> float:
        used = [lanes[n] for n in chosen]
        columns = [(lane, g) for lane in used for g in goods]
        # What leaves a place less what comes is at most its supply, or less than nothing by its need.
        left = [
            [(i == place and h == g) - (j == place and h == g) for (i, j, *_), h in columns]
            for place in places
            for g in goods
        ]
        right = [supply.get((place, g), 0.0) - need.get((place, g), 0.0) for place in places for g in goods]
        for n, (_, _, _, capacity, row) in enumerate(used):
            both = [float(k // len(goods) == n) for k in range(len(columns))]
            left += [both, [-x for x in both]]
            right += [capacity, -row.minimum_if_used]
        found = linprog([lane[2] for lane, _ in columns], A_ub=left, b_ub=right, method="highs")
        return sum(1e3 * row.fixed_cost for *_, row in used) + found.fun if found.success else np.inf

    choices = (c for size in range(1, most + 1) for c in combinations(range(len(lanes)), size))
    assert cost == pytest.approx(min(of(c) for c in choices), rel=1e-6)


def test_lot_sizing_with_a_shared_line():
    """Every choice of set-ups, with a plain linear program of what is made and held: 2⁶ of them."""
    case, cost = planned("shared_line")
    recipes, lines = case.rows("Recipes"), case.rows("Lines")
    goods, periods = [r.recipe for r in recipes], range(len(case.timeline))
    need = np.array([case.across("Demand", d) for d in case.rows("Demand")])
    holding = [r.carrying_cost for r in case.rows("Stockpiles")]
    capacity = float(case.by_period(lines[0].capacity)[0])
    cells = [(g, t) for g in range(len(goods)) for t in periods]

    def of(on: tuple[int, ...]) -> float:
        chosen = dict(zip(cells, on, strict=True))
        left, right = [], []
        for g, t in cells:  # what has been made by then is at least what has been needed by then
            left.append([-float(h == g and s <= t) for h, s in cells])
            right.append(-need[g, : t + 1].sum())
        for t in periods:
            left.append([float(s == t) for _, s in cells])
            right.append(capacity - sum(recipes[g].set_up_use * chosen[g, t] for g in range(len(goods))))
        price = [holding[g] * (len(periods) - t) for g, t in cells]
        bounds = [(0, None if chosen[c] else 0) for c in cells]
        found = linprog(price, A_ub=left, b_ub=right, bounds=bounds, method="highs")
        if not found.success:
            return np.inf
        held = found.fun - sum(holding[g] * need[g, : t + 1].sum() for g, t in cells)
        return held + sum(recipes[g].set_up_cost * yes for (g, _), yes in chosen.items())

    assert cost == pytest.approx(min(of(on) for on in product((0, 1), repeat=len(cells))), rel=1e-6)


def test_process_planning_with_shared_units_imports_and_sales():
    """Two ways on one column, a furnace behind it, imports of what is between; one plain linear program of both years.

    Columns by year: feed cold, feed hot, import, melt, sale of heavy, sale of light, disposal of heavy, delivered, held, short.
    """
    case, cost = planned("process_plan")
    assert len(case.timeline) == 2
    price = [2 + 1, 2 + 1.5, 9, 4, -3, -7, 1, 0, 0.5, 60]
    upper = [None, None, 30, 50, 20, 15, None, None, None, None]
    heavy = [0.5, 0.2, 0, 0, -1, 0, -1, 0, 0, 0]
    light = [0.4, 0.7, 1, -1.1, 0, -1, 0, 0, 0, 0]
    alloy = [0, 0, 0, 1, 0, 0, 0, -1, -1, 0]
    served = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]
    nothing = [0] * 10
    before = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    rows = [(heavy, 0), (light, 0), (alloy, 0)]
    equal = [row + nothing for row, _ in rows] + [nothing + heavy, nothing + light, before + alloy]
    equal += [served + nothing, nothing + served]
    limits = [1, 1.6, *nothing[2:]], [1, 1, *nothing[2:]]  # the column's 100, the feed's 120
    found = linprog(
        price * 2,
        A_ub=[row for limit in limits for row in (limit + nothing, nothing + limit)],
        b_ub=[100, 100, 120, 120],
        A_eq=equal,
        b_eq=[0, 0, 0, 0, 0, 0, 40, 55],
        bounds=[(0, u) for u in upper] * 2,
        method="highs",
    )
    assert found.success
    assert cost == pytest.approx(found.fun, rel=1e-6)
