"""offer_limits: no more is bought than the supplier can give us.

Σ_l purchase[k,l,t] ≤ available[k,t]

Availability is what is left for us after what others hold, never plant capacity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.rules.family import Cost, Family, Index, Model, Relaxation, kusd_to_musd, total


def index(net: Network) -> list[Index]:
    """Return (offer, period) wherever the availability is limited and something can be bought."""
    return [(k, t) for k, o in enumerate(net.offers) for t in net.periods
            if net.available(o.row)[t] > 0 and np.isfinite(net.available(o.row)[t])]


def bought(m: Model, net: Network, k: int, t: int) -> list[tuple[float, Any]]:
    """Return what is bought of an offer in a period as terms, over all labels."""
    return [(1.0, m.purchase[k, n, t]) for n, _ in net.offers[k].labels if (k, n, t) in m.purchase]


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the limit of one offer in one period."""
    return total(bought(m, net, k, t)) <= float(net.available(net.offers[k].row)[t])


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the price of everything bought, due at the order."""
    prices = [net.case.by_period(o.row.price) for o in net.offers]
    for k, n, t in m.purchase:
        yield Cost("Purchases", t, kusd_to_musd(prices[k][t]), m.purchase[k, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the availability may be loosened."""
    k, t = idx
    row, label = net.offers[k].row, net.timeline.periods[t].label
    return Relaxation(f"offer {row.offer} gives us no more in {label}", "t", 1.0,
                      (("Offers", row.row_id, "available_to_us", label),))


FAMILY = Family("offer_limits", index, rule, costs=costs, relax=relax)
