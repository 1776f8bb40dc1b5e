"""The label model against explicit paths: every way from a mine to a market is one column of a linear program of its own.

A path knows its whole history, so nothing can be washed, escape a quota or lose its right. If labels, which know only what the
rules can tell apart, gave another optimum, they would know too little or too much.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from model.case.build import case_from_tables
from model.case.case import Case
from model.network.network import Network
from model.solver.planning import solve

COUNTRIES = ("China", "Japan", "Malaysia", "United States")
YIELD = 0.8
SHORT = 300.0  # USD/kg


@dataclass
class World:
    """A random network of mines, separators, hubs and two markets in the United States."""

    mines: dict[str, tuple[str, float, float]]  # name → country, price, available
    works: dict[str, tuple[str, float]]  # name → country, capacity of ore
    hubs: dict[str, str]
    lanes: dict[tuple[str, str], float]  # (from, to) → cost
    needs: dict[str, tuple[str, float]]  # market → end use, t
    cap: float  # share of all need with any Chinese stage
    military_cap: float
    volumes: dict[tuple[str, str], float]  # (material, end use) → t that China lets out


def world(seed: int) -> World:
    """Return a random world."""
    r = random.Random(seed)
    country = {}
    for k in range(3):
        country[f"Mine {k}"] = r.choice(COUNTRIES[:3])
        country[f"Works {k}"] = r.choice(COUNTRIES)
    hubs = {f"Hub {c}": c for c in r.sample(COUNTRIES, 3)}
    mines = {
        m: (c, round(r.uniform(1, 9), 1), round(r.uniform(20, 90), 1))
        for m, c in country.items()
        if m.startswith("Mine")
    }
    works = {w: (c, round(r.uniform(20, 120), 1)) for w, c in country.items() if w.startswith("Works")}
    needs = {"Cars": ("Civil", round(r.uniform(20, 80), 1)), "Radar": ("Military", round(r.uniform(5, 30), 1))}
    pairs = [(a, b) for a in mines for b in (*works, *hubs)] + [(a, b) for a in hubs for b in (*works, *needs)]
    pairs += [(a, b) for a in works for b in (*hubs, *needs)]
    lanes = {p: round(r.uniform(0.1, 5), 1) for p in pairs if r.random() < 0.7}
    volumes = {
        (g, u): round(r.uniform(0, 40), 1) for g in ("Ore", "Oxide") for u in ("Civil", "Military") if r.random() < 0.7
    }
    return World(mines, works, hubs, lanes, needs, round(r.uniform(0.1, 1), 2), r.choice([0.0, 0.0, 0.5, 1.0]), volumes)


def case_of(w: World, *, mine_only: bool = False, told: str = "what rules ask") -> Case:
    """Return the world as a Case; with `mine_only` the caps look at the mine's country alone.

    `told` makes labels tell more than the rules ask, by shares of 100 % for everyone: "each country" in which any stage was
    performed, or "each history", the country of each stage.
    """
    more = {"what rules ask": (), "each country": ("Any Stage",), "each history": ("Mined", "Separated")}[told]
    place = {**{m: c for m, (c, _, _) in w.mines.items()}, **{s: c for s, (c, _) in w.works.items()}, **w.hubs}
    stage = "Mined" if mine_only else "Any Stage"
    tables = {
        "settings": [{"setting": "Optimality Gap", "value": 0}],
        "periods": [{"period": "2026", "start": pd.Timestamp("2026-01-01"), "months": 12}],
        "countries": [{"country": c} for c in COUNTRIES],
        "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        "suppliers": [{"supplier": f"Owner of {m}", "country": c} for m, (c, _, _) in w.mines.items()],
        "sites": [{"site": s, "country": c} for s, c in place.items()]
        + [{"site": s, "country": "United States"} for s in w.needs],
        "offers": [
            {"offer": m, "supplier": f"Owner of {m}", "site": m, "material": "Ore", "price": p, "available_to_us": a}
            for m, (_, p, a) in w.mines.items()
        ],
        "lines": [{"site": s, "line": "SX", "capacity": c} for s, (_, c) in w.works.items()],
        "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
        "recipe_items": [
            {"recipe": "Split", "role": "Input", "material": "Ore", "per_unit": 1.0},
            {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": YIELD},
        ],
        "lanes": [{"from_place": a, "to_place": b, "cost": c} for (a, b), c in w.lanes.items()],
        "demand": [
            {"segment": s, "material": "Oxide", "site": s, "end_use": u, "2026": q} for s, (u, q) in w.needs.items()
        ],
        "shortage_costs": [{"segment": s, "tier": 1, "cost": SHORT} for s in w.needs],
        "derisking_rules": [
            {
                "rule": "All",
                "metric": "Country Share",
                "who": "China",
                "stage": stage,
                "limit_type": "Max",
                "2026": w.cap,
            },
            {
                "rule": "Military",
                "metric": "Country Share",
                "who": "China",
                "stage": stage,
                "end_use": "Military",
                "limit_type": "Max",
                "2026": w.military_cap,
            },
            *(
                {"rule": f"All {s}", "metric": "Country Share", "stage": s, "limit_type": "Max", "2026": 1}
                for s in more
            ),
        ],
        "export_controls": [
            {"control": f"{g} {u}", "jurisdiction": "China", "material": g, "end_use": u, "kind": "Quota", "2026": v}
            for (g, u), v in w.volumes.items()
        ],
    }
    return case_from_tables({n: pd.DataFrame(rows) for n, rows in tables.items() if rows})


Path = tuple[str, str, str, tuple[tuple[str, str, str], ...]]  # mine, works, market, legs (from, to, material)


def paths(w: World) -> list[Path]:
    """Return every way from a mine through a separator to a market that visits no place twice on one stage."""

    def ways(start: str, end: str, material: str, seen: frozenset[str]) -> list[tuple[tuple[str, str, str], ...]]:
        found = [((start, end, material),)] if (start, end) in w.lanes else []
        for hub in (*w.hubs, *w.works):  # goods may pass a plant without being worked
            if hub not in (*seen, start, end) and (start, hub) in w.lanes:
                found += [((start, hub, material), *rest) for rest in ways(hub, end, material, seen | {hub})]
        return found

    return [
        (m, s, market, (*a, *b))
        for m in w.mines
        for s in w.works
        for a in ways(m, s, "Ore", frozenset())
        for market in w.needs
        for b in ways(s, market, "Oxide", frozenset())
    ]


def optimum(w: World) -> float:
    """Return the least cost (kUSD) over paths, one column each in t of ore, and shortage."""
    found = paths(w)
    place = {**{m: c for m, (c, _, _) in w.mines.items()}, **{s: c for s, (c, _) in w.works.items()}, **w.hubs}
    place |= dict.fromkeys(w.needs, "United States")
    markets = list(w.needs)
    cost = [
        w.mines[m][1] + sum(w.lanes[a, b] * (1 if g == "Ore" else YIELD) for a, b, g in legs) for m, _, _, legs in found
    ]
    rows: list[list[float]] = []
    limits: list[float] = []

    def limit(weights: list[float], most: float) -> None:
        rows.append([*weights, *(0.0 for _ in markets)])
        limits.append(most)

    for m, (_, _, available) in w.mines.items():
        limit([float(p[0] == m) for p in found], available)
    for s, (_, capacity) in w.works.items():
        limit([float(p[1] == s) for p in found], capacity)

    def leaves(path: Path, material: str) -> float:
        made_in = place[path[0]] if material == "Ore" else place[path[1]]
        crossings = sum(g == material and place[a] == "China" != place[b] and made_in == "China" for a, b, g in path[3])
        return crossings * (1.0 if material == "Ore" else YIELD)

    for (g, use), volume in w.volumes.items():
        limit([leaves(p, g) if w.needs[p[2]][0] == use else 0.0 for p in found], volume)
    chinese = [float("China" in (place[m], place[s])) * YIELD for m, s, _, _ in found]
    limit(chinese, w.cap * sum(q for _, q in w.needs.values()))
    limit(
        [c * float(p[2] == "Radar") for c, p in zip(chinese, found, strict=True)], w.military_cap * w.needs["Radar"][1]
    )
    served = [[YIELD * float(p[2] == s) for p in found] + [float(s == x) for x in markets] for s in markets]
    result = linprog(
        [*cost, *(SHORT for _ in markets)],
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=np.array(served),
        b_eq=[q for _, q in w.needs.values()],
    )
    assert result.success
    return float(result.fun)


def planned(case: Case) -> float:
    """Return the plan's cost in kUSD."""
    plan = solve(case, as_is=False).plan
    assert plan is not None
    return 1e3 * plan.cost()


@given(seed=st.integers(0, 100_000))
def test_labels_give_the_optimum_of_all_paths(seed: int):
    w = world(seed)
    assert planned(case_of(w)) == pytest.approx(optimum(w), rel=1e-6, abs=1e-6)


def test_labels_by_mine_alone_are_cheaper_and_wrong():
    """That is origin washing built into the model: on some worlds it finds a plan that the rule forbids."""
    gains = [optimum(w) - planned(case_of(w, mine_only=True)) for w in map(world, range(16))]
    assert max(gains) > 1
    assert min(gains) > -1e-6


def test_telling_more_changes_the_size_and_nothing_else(capsys: pytest.CaptureFixture[str]):
    """Labels by what the rules ask, by each country and by each history give one optimum, that of all paths."""
    told = ("what rules ask", "each country", "each history")
    sizes = {how: np.zeros(4, dtype=int) for how in told}
    for seed in range(3):
        w = world(seed)
        for how in told:
            outcome = solve(case_of(w, told=how), as_is=False)
            assert outcome.plan is not None
            assert 1e3 * outcome.plan.cost() == pytest.approx(optimum(w), rel=1e-6, abs=1e-6)
            figures = [outcome.sizes[k] for k in ("rows", "columns", "nonzeros")]
            sizes[how] += np.array([outcome.plan.summary["labels"], *figures])
    with capsys.disabled():
        for how, figures in sizes.items():
            print(f"\n  labels by {how}: labels, rows, columns, nonzeros of three worlds {figures.tolist()}", end="")
        print()
    least, by_country, histories = (sizes[how] for how in told)
    assert (least < by_country).all()
    assert by_country[0] <= histories[0]
    assert histories[3] > 1.3 * least[3]


def test_labels_are_few():
    """Two caps and a control with rights need at most 2 (Chinese or not) · 2 (made in China last or not) · 3 rights."""
    assert max(len(Network(case_of(world(seed))).labels) for seed in range(40)) <= 12
