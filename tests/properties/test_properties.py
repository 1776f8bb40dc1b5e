"""What must hold for every case: loosening never costs more, order does not matter, money scales, brute force agrees."""

from __future__ import annotations

import copy
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from model.case.case import Case
from model.network import buildout
from model.network.network import Network
from model.solver.build import build
from model.solver.compile import Matrix, compile_model
from model.solver.passes import cost_weights
from model.solver.planning import solve
from tests.generator import case_of, random_tables

SEEDS = st.integers(0, 10_000)


def cost(case: Case) -> float:
    """Return the proven cost of a case in MUSD."""
    outcome = solve(case, as_is=False, gap=0.0)
    assert outcome.plan is not None, outcome.explanation
    assert outcome.proven
    return outcome.plan.cost()


def loosened(tables: dict, how: str) -> dict:
    """Return the tables with one thing made easier for the buyer."""
    out = copy.deepcopy(tables)
    if how == "more volume":
        out["export_controls"][0] = {
            k: v * 1.5 if isinstance(v, float) else v for k, v in out["export_controls"][0].items()
        }
    elif how == "higher cap":
        out["derisking_rules"][0] = {
            k: min(1.0, v + 0.2) if isinstance(v, float) else v for k, v in out["derisking_rules"][0].items()
        }
    elif how == "no control":
        del out["export_controls"]
    elif how == "more available":
        out["offers"][0]["available_to_us"] *= 2
    elif how == "shorter permit":
        out["projects"] = [p | {"permit_time": 0} for p in out["projects"]]
    elif how == "cheaper offer":
        out["offers"][0]["price"] *= 0.5
    elif how == "more storage":
        out["stockpiles"] = [s | {"capacity": 1000} for s in out["stockpiles"]]
    return out


EASIER = (
    "more volume",
    "higher cap",
    "no control",
    "more available",
    "shorter permit",
    "cheaper offer",
    "more storage",
)


@given(how=st.sampled_from(EASIER), seed=SEEDS)
def test_loosening_never_costs_more(how: str, seed: int):
    tables = random_tables(seed, periods=2)
    assert cost(case_of(loosened(tables, how))) <= cost(case_of(tables)) * (1 + 1e-6) + 1e-9


@given(seed=SEEDS)
def test_less_demand_never_costs_more(seed: int):
    tables = random_tables(seed, periods=2)
    del tables["derisking_rules"]
    fewer = copy.deepcopy(tables)
    fewer["demand"] = [{k: v * 0.8 if isinstance(v, float) else v for k, v in d.items()} for d in tables["demand"]]
    # Minimum orders can make less demand dearer only through what must be thrown away; without them it can not.
    for t in (tables, fewer):
        t["offers"] = [
            {k: v for k, v in o.items() if k not in ("minimum_order", "cost_per_order")} for o in t["offers"]
        ]
        t["stockpiles"] = [s | {"opening_stock": 0} for s in t["stockpiles"]]
    assert cost(case_of(fewer)) <= cost(case_of(tables)) * (1 + 1e-6) + 1e-9


@given(seed=SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int):
    tables = random_tables(seed, periods=2)
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    assert cost(case_of(shuffled)) == pytest.approx(cost(case_of(tables)), rel=1e-6)


@given(seed=SEEDS, factor=st.sampled_from([0.01, 3.0, 250.0]))
def test_money_scales(seed: int, factor: float):
    tables = random_tables(seed, periods=2, binaries=False)
    dearer = copy.deepcopy(tables)
    columns = {
        "offers": ["price"],
        "lanes": ["cost"],
        "recipes": ["conversion_cost"],
        "sales": ["price"],
        "stockpiles": ["carrying_cost"],
        "materials": ["disposal_cost"],
        "shortage_costs": ["cost"],
    }
    for name, names in columns.items():
        dearer[name] = [{k: v * factor if k in names else v for k, v in row.items()} for row in dearer[name]]
    assert cost(case_of(dearer)) == pytest.approx(factor * cost(case_of(tables)), rel=1e-6)


def starts_of(net: Network) -> list[dict[str, int]]:
    """Return every way of starting projects, or not, as project → period."""
    choices = [[None, *buildout.new_starts(net)[p.project]] for p in net.projects]
    return [
        {p.project: t for p, t in zip(net.projects, ts, strict=True) if t is not None}
        for ts in itertools.product(*choices)
    ]


def cost_with(net: Network, matrix: Matrix, starts: dict[str, int]) -> float:
    """Return the cost of the linear program in which exactly these projects start, permits as late as they may be."""
    lower, upper = matrix.col_lower.copy(), matrix.col_upper.copy()
    for (name, index), j in matrix.column_of.items():
        if name in ("build", "permit"):
            p, t = index
            first = starts.get(p)
            if name == "permit" and first is not None:
                first = buildout.permit_period(net, net.project_rows[p], first)
            lower[j] = upper[j] = float(first is not None and t >= first)
    weights, constant = cost_weights(net, matrix)
    a = csr_matrix((matrix.values, matrix.columns, matrix.starts), shape=matrix.shape)
    found = milp(
        weights, constraints=LinearConstraint(a, matrix.row_lower, matrix.row_upper), bounds=Bounds(lower, upper)
    )
    return float(found.fun) + constant if found.success else float("inf")


@pytest.mark.parametrize("seed", range(8))
def test_builds_agree_with_brute_force(seed: int):
    """Every way of starting projects is one linear program; the cheapest of them is the plan."""
    tables = random_tables(seed, periods=3)
    tables["offers"] = [
        {k: v for k, v in o.items() if k not in ("minimum_order", "cost_per_order")} for o in tables["offers"]
    ]
    tables["shortage_costs"] = [s | {"cost": 10 * s["cost"]} for s in tables["shortage_costs"]]
    case = case_of(tables)
    net = Network(case)
    m, costs = build(net)
    matrix = compile_model(m, costs)
    assert set(matrix.integral[[j for (name, _), j in matrix.column_of.items() if name in ("build", "permit")]]) <= {
        True
    }
    best = min(cost_with(net, matrix, starts) for starts in starts_of(net))
    assert cost(case) == pytest.approx(best, rel=1e-6)


def test_some_of_the_brute_force_cases_do_build():
    """Otherwise the test above would prove nothing about building."""
    built = 0
    for seed in range(8):
        tables = random_tables(seed, periods=3)
        tables["shortage_costs"] = [s | {"cost": 10 * s["cost"]} for s in tables["shortage_costs"]]
        plan = solve(case_of(tables), as_is=False).plan
        built += plan is not None and not plan.tables["builds"].empty
    assert built >= 2
