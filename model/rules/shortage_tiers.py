"""shortage_tiers: going short costs more the deeper it goes; each tier but the last takes a share of demand.

short[d,tier,t] ≤ share[tier] · Σ demand[d',t]      for every tier but the last

The sum runs over the materials of a product, whose shortage is counted in tonnes of all of them; elsewhere it is the one need.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Vector
from model.network.network import Network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.schema.values import is_blank


def index(net: Network) -> list[Index]:
    """Return (demand row, tier, period) of tiers with a ceiling."""
    return [
        (d, k, t)
        for d, tiers in net.tiers.items()
        if d in net.together
        for k in range(len(tiers) - 1)
        for t in net.periods
    ]


def rule(m: Model, net: Network, d: int, k: int, t: int) -> Any:
    """Return the ceiling of one tier."""
    share = net.tiers[d][k].share_of_demand
    need = sum(float(net.case.amounts("Demand", net.demand[e])[t]) for e in net.together[d])
    return total([(1.0, m.short[d, k, t])]) <= float(share * need)


def unit_cost(case: Case, tier: Row, demand: Row) -> Vector:
    """Return a tier's cost in MUSD per t, shape (T,); a cost per product is spread over the materials counted in the product."""
    if not is_blank(tier.cost_per_product):
        per_product: Vector = (
            case.by_period(tier.cost_per_product) / demand.product_kg
        )  # kUSD/unit over kg/unit is MUSD/t
        return per_product
    return np.array([kusd_to_musd(float(c)) for c in case.by_period(tier.cost)])


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the valued shortage; it never enters the cash cost."""
    each = {
        (d, k): unit_cost(net.case, tier, net.demand[d]) for d, ts in net.tiers.items() for k, tier in enumerate(ts)
    }
    for d, k, t in m.short:
        if (d, k) in each:
            yield Cost("Shortage", t, float(each[d, k][t]), m.short[d, k, t])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every tier that takes more than its share, and shortage where going short is not allowed."""
    tiers = {(r.segment, r.tier): r for r in ledger.case.rows("Shortage Costs")}
    last = {segment: max(k for s, k in tiers if s == segment) for segment, _ in tiers}
    for (segment, g, k, t), tonnes in ledger.total("shortages", 0, 1, 2, 3).items():
        label = ledger.period(t)
        need = ledger.demand.get((segment, g))
        shown = ledger.as_is and segment not in last and k == 1
        if need is None or need.stands_in or not ((segment, k) in tiers or shown):
            yield Violation(
                "shortage_tiers", f"{segment} goes short of {g} in {label} at tier {k}, which it does not have", tonnes
            )
        elif not shown and k != last[segment]:
            share = tiers[segment, k].share_of_demand
            yield from at_most(
                "shortage_tiers",
                tonnes,
                float(share * ledger.case.amounts("Demand", need)[t]),
                "{} of {} short at tier {} in {}",
                g,
                segment,
                k,
                label,
            )


FAMILY = Family("shortage_tiers", index, rule, check, costs=costs)
