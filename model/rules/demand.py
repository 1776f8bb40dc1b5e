"""demand: every need is served or goes short.

Σ_l deliver[d,l,t] + Σ_tier short[d,tier,t] = demand[d,t]

Only lots whose right covers the row's end use and country can be delivered: other deliveries do not exist.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from model.network.network import Network, once_per_network
from model.rules.family import Family, Index, Model, Relaxation, impossible, total


def index(net: Network) -> list[Index]:
    """Return (demand row, period)."""
    return [(d, t) for d in range(len(net.demand)) for t in net.periods]


@once_per_network
def served(net: Network, m: Model) -> dict[tuple[int, int], list[Any]]:
    """Return the delivery variables of each demand row and period over all labels."""
    out: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for d, n, t in m.deliver:
        out[d, t].append(m.deliver[d, n, t])
    return out


@once_per_network
def missing(net: Network, m: Model) -> dict[tuple[int, int], list[Any]]:
    """Return the shortage variables of each demand row and period over all tiers."""
    out: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for d, k, t in m.short:
        out[d, t].append(m.short[d, k, t])
    return out


def rule(m: Model, net: Network, d: int, t: int) -> Any:
    """Return the balance of one demand row in one period."""
    terms = [(1.0, v) for v in (*served(net, m)[d, t], *missing(net, m)[d, t])]
    amount = float(net.case.amounts("Demand", net.demand[d])[t])
    if not terms and amount > 0:
        return impossible(m)
    return total(terms) == amount if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a need may be loosened."""
    d, t = idx
    row, label = net.demand[d], net.timeline.periods[t].label
    return Relaxation(f"{row.segment} needs its {row.material} in {label}", "t", 1e3, (("Demand", row.row_id, None, label),))


FAMILY = Family("demand", index, rule, relax=relax)
