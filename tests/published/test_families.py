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


def test_two_stage_facility_choice_with_random_demand_and_availability():
    """All 2³ ways of opening plants first, and for each outcome a plain linear program of what they can then make and send.

    Columns: A, B, C to the north, A, B, C to the south, imports to the north and the south.
    """
    _, cost = planned("facility_choice")
    opening, size = np.array([300, 220, 200]), np.array([60, 50, 40])
    outcomes = [  # probability, availability of A, B, C, demand of the north and the south
        (0.5, [1, 1, 1], [40, 30]),
        (0.3, [0.5, 1, 0.8], [50, 35]),
        (0.2, [1, 0.3, 0.6], [30, 45]),
    ]
    price = [2 + 3, 2 + 5, 2 + 4, 2 + 6, 2 + 2, 2 + 4, 25, 25]
    made = np.hstack([np.eye(3), np.eye(3), np.zeros((3, 2))])
    served = np.array([[1, 1, 1, 0, 0, 0, 1, 0], [0, 0, 0, 1, 1, 1, 0, 1]])

    def of(opened: tuple[int, ...]) -> float:
        total = float(opening @ opened)
        for chance, runs, need in outcomes:
            most = size * runs * opened
            total += chance * linprog(price, A_ub=made, b_ub=most, A_eq=served, b_eq=need, method="highs").fun
        return total

    assert cost == pytest.approx(min(of(opened) for opened in product((0, 1), repeat=3)), rel=1e-6)


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


def test_mines_that_run_out_at_costs_that_rise():
    """One plain linear program with a column for each mine's step and year: ore in the ground by grade in the north, steps of a
    price in the south. Cheap steps come first by themselves, since later money counts less."""
    _, cost = planned("mines")
    need, in_the_ground, steps = [60, 70, 90], [(60, 4), (40, 6), (20, 9)], [(40, 3), (50, 5), (np.inf, 8)]
    kinds = [(1 + c, q) for q, c in in_the_ground] + [(2 + c, q) for q, c in steps] + [(12, np.inf)]
    worth = [1.1**-t for t in range(3)]
    cells = [(k, t) for k in range(len(kinds)) for t in range(3)]
    left = [[float(k == kind) for k, _ in cells] for kind in range(6)]
    right = [q for _, q in kinds[:6]]
    for some, capacity in ((range(3), 50), (range(3, 6), 35)):
        left += [[float(k in some and s == t) for k, s in cells] for t in range(3)]
        right += [capacity] * 3
    found = linprog(
        [kinds[k][0] * worth[t] for k, t in cells],
        A_ub=[row for row, q in zip(left, right, strict=True) if np.isfinite(q)],
        b_ub=[q for q in right if np.isfinite(q)],
        A_eq=[[float(s == t) for _, s in cells] for t in range(3)],
        b_eq=need,
        method="highs",
    )
    assert cost == pytest.approx(found.fun, rel=1e-6)


def test_investment_in_sizes_with_lead_times():
    """Every pair of starts, with a plain linear program of sizes, output and imports. A plant costs fixed capital, and more by
    size, in the year of its construction and runs from the next; the second one's permit is paid a year before that."""
    _, cost = planned("investment")
    need, worth, years = [40, 60, 90, 120], [1.1**-t for t in range(4)], range(4)

    def of(tanks: int | None, columns: int | None) -> float:
        fixed, price, bounds = 0.0, [10 * w for w in worth], [(0.0, np.inf)] * 4
        plants = [(tanks, 20, 60, 50, 4, 4), (columns, 50, 90, 100, 5, 1)]
        for start, least, most, capital, by_size, running in plants:
            fixed += 0 if start is None else capital * worth[start]
            price += [by_size * worth[start or 0], *(running * w for w in worth)]
            bounds += [(0, 0) if start is None else (least, most)] + [(0, np.inf)] * 4
        fixed += 0 if columns is None else 20 * worth[columns - 1]
        left, right = [], []
        for n, (start, *_) in enumerate(plants):
            for t in years:
                row = [0.0] * 14
                row[4 + 5 * n + 1 + t], row[4 + 5 * n] = 1.0, -float(start is not None and t > start)
                left.append(row)
                right.append(0.0)
        served = [[float(k in (t, 5 + t, 10 + t)) for k in range(14)] for t in years]
        return fixed + linprog(price, A_ub=left, b_ub=right, A_eq=served, b_eq=need, bounds=bounds).fun

    found = {(a, b): of(a, b) for a in (None, 0, 1, 2) for b in (None, 1, 2)}
    assert cost == pytest.approx(min(found.values()), rel=1e-6)
    assert min(found, key=found.__getitem__) == (0, 1)  # both are built, so that lead times and sizes matter


def test_grades_that_stand_in_for_worse_ones():
    """Every set of grades that are made: each need takes the cheapest of its own grade and the better ones among them."""
    _, cost = planned("grades")
    made, set_up, need = [10, 8, 7, 5], [60, 90, 50, 120], [20, 25, 40, 30]

    def of(some: tuple[int, ...]) -> float:
        ways = [[made[i] + 0.5 * (j - i) for i in some if i <= j] for j in range(4)]
        return sum(set_up[i] for i in some) + sum(q * min(w, default=np.inf) for q, w in zip(need, ways, strict=True))

    choices = [c for size in range(1, 5) for c in combinations(range(4), size)]
    assert cost == pytest.approx(min(of(c) for c in choices), rel=1e-6)
    assert min(choices, key=of) == (0, 2)  # two of the four
