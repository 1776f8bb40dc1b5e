"""The Pyomo model of a network: variables, one constraint per family, costs by kind and period."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from model.network.network import Network
from model.rules.catalogue import FAMILIES
from model.rules.family import Model
from model.rules.variables import declare


@dataclass
class Costs:
    """Undiscounted cost coefficients: (kind, period) → [(MUSD per unit, variable)], and what is due whatever is decided."""

    terms: dict[tuple[str, int], list[tuple[float, Any]]] = field(default_factory=lambda: defaultdict(list))
    constants: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))


def build(net: Network) -> tuple[Model, Costs]:
    """Return the model of a network and its costs.

    The model has one indexed Constraint per family of `model.rules.catalogue`, under the family's name.
    """
    with without_garbage_collection():
        m = pyo.ConcreteModel()
        declare(m, net)
        for family in FAMILIES:
            _add(m, net, family)
        return m, _costs(m, net)


def _add(m: Model, net: Network, family: Any) -> None:
    rule = family.rule

    def constrain(block: Model, *index: Any) -> Any:
        relation = rule(block, net, *index)
        return pyo.Constraint.Skip if relation is None else relation

    index: Any = family.index(net)
    if len({len(i) for i in index}) > 1:
        index = pyo.Set(initialize=index, dimen=None)
        setattr(m, f"{family.name}_index", index)
    setattr(m, family.name, pyo.Constraint(index, rule=constrain))


def _costs(m: Model, net: Network) -> Costs:
    out = Costs()
    for family in FAMILIES:
        for cost in family.costs(m, net):
            if cost.amount == 0.0:
                continue
            if cost.variable is None:
                out.constants[cost.kind, cost.period] += cost.amount
            else:
                out.terms[cost.kind, cost.period].append((cost.amount, cost.variable))
    return out


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Let no garbage be collected inside the block."""
    # Building makes millions of small objects that all live on; scanning them again and again doubles the time.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
