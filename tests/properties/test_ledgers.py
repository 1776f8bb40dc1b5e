"""Rules that attribute by themselves against one attribution for all: never dearer, and the plan stands up to the audit."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.network.network import Network
from model.solver.planning import solve
from tests.generator import COUNTRIES, case_of, random_tables, with_chemistry

LOWER = (30,)  # found by looking at forty; most of the others are equal
STAGES = ("Mined", "Separated", "Any Stage")


def tables_of(seed: int, attribution: str) -> dict:
    """Return a random case with several share rules above zero that look at different countries, stages and segments.

    Every market has two segments, so that who gets which lot is open.
    """
    r = random.Random(f"ledgers {seed}")
    tables = with_chemistry(random_tables(seed, periods=2, binaries=False), seed)
    labels = [p["period"] for p in tables["periods"]]
    twins = [d | {"segment": f"Others, {d['segment']}"} for d in tables["demand"] if d["material"] == "Oxide"]
    tables["demand"] = [*tables["demand"], *twins]
    tables["shortage_costs"] = [
        *tables["shortage_costs"],
        *({"segment": d["segment"], "tier": 1, "cost": round(r.uniform(100, 500), 1)} for d in twins),
    ]
    chosen = r.sample([d["segment"] for d in tables["demand"]], 3)
    rules = [
        {
            "rule": f"Share {k}",
            "metric": "Country Share",
            "who": r.choice(COUNTRIES),
            "stage": r.choice(STAGES),
            "segment": segment,
            "limit_type": r.choice(["Max", "Max", "Min"]),
            "hardness": "Soft",
            "penalty": round(r.uniform(10, 80), 1),
            **{p: round(r.uniform(0.1, 0.6), 2) for p in labels},
        }
        for k, segment in enumerate(chosen)
    ]
    more = [{"setting": "Attribution", "value": attribution}]
    return tables | {"derisking_rules": [*tables["derisking_rules"], *rules], "settings": tables["settings"] + more}


def cost(seed: int, attribution: str) -> float:
    outcome = solve(case_of(tables_of(seed, attribution)), as_is=False, gap=0.0)
    assert outcome.plan is not None, outcome.explanation
    assert outcome.proven
    return outcome.plan.cost()


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_ledgers_never_cost_more(seed: int):
    """Plans are audited by `solve`, ledger by ledger."""
    assert cost(seed, "Per Rule") <= cost(seed, "Joint") * (1 + 1e-6) + 1e-9


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), chemistry=st.booleans())
def test_mixtures_that_taint_never_cost_less(seed: int, chemistry: bool):
    """The one is a bound from below, the other from above; the plans are audited by `solve`."""
    tables = random_tables(seed, periods=2, binaries=False)
    tables = with_chemistry(tables, seed) if chemistry else tables
    costs = []
    for mixing in ("Mass Balance", "Taint All"):
        told = tables | {"settings": [*tables["settings"], {"setting": "Mixing", "value": mixing}]}
        outcome = solve(case_of(told), as_is=False, gap=0.0)
        assert outcome.plan is not None, outcome.explanation
        costs.append(outcome.plan.cost())
    assert costs[0] <= costs[1] * (1 + 1e-6) + 1e-9


def test_some_of_them_cost_less():
    """Otherwise the test above would prove little."""
    assert all(cost(seed, "Per Rule") < cost(seed, "Joint") - 1e-6 for seed in LOWER)


@pytest.mark.parametrize("seed", range(6))
def test_a_ledger_refines_the_joint_labels(seed: int):
    """Same lanes and plants; every label of a ledger is a joint one with marks, and each joint one has some in every place."""
    net = Network(case_of(tables_of(seed, "Per Rule")))
    assert net.ledgers
    for book in net.ledgers:
        fine = book.network
        assert [a.name for a in fine.arcs] == [a.name for a in net.arcs]
        assert [(o.site, o.recipe.recipe, o.vintage) for o in fine.operations] == [
            (o.site, o.recipe.recipe, o.vintage) for o in net.operations
        ]
        for node, labels in net.node_labels.items():
            assert {book.joint[n] for n in fine.node_labels[node]} == labels
