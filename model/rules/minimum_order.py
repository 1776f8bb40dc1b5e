"""minimum_order: whoever orders takes at least the minimum order.

Σ_l purchase[k,l,t] ≥ minimum order[k] · ordered[k,t]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import groups
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger, at_least, counts
from model.rules.offer_limits import bought


def index(net: Network) -> list[Index]:
    """Return (offer, period) of offers with a minimum order."""
    return [(k, t) for k, t in groups.ordered(net) if net.offers[k].row.minimum_order > 0]


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the minimum of one offer in one period."""
    return total([*bought(m, net, k, t), (-net.offers[k].row.minimum_order, m.ordered[k, t])]) >= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the minimum may be loosened."""
    row = net.offers[idx[0]].row
    return Relaxation(f"offer {row.offer} has a minimum order", "t", 1.0, (("Offers", row.row_id, "minimum_order", None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every order of less than the minimum."""
    for k, t in sorted({key for key, tonnes in ledger.bought.items() if counts(tonnes)} | ledger.ordered):
        yield from at_least("minimum_order", ledger.bought.get((k, t), 0.0), ledger.offers[k].minimum_order,
                            "order of {} in {}", k, ledger.period(t))


FAMILY = Family("minimum_order", index, rule, check, relax=relax)
