"""minimum_order: whoever orders takes at least the minimum order.

Σ_l purchase[k,l,t] ≥ minimum order[k] · ordered[k,t]

Where the number of offers used is limited, an order is at least a kilogram: an order of nothing would count as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups, number_used
from model.rules.comparison import at_least, counts
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought


def index(net: Network) -> list[Index]:
    """Return (offer, period) of offers with a minimum order."""
    return [(k, t) for k, t in groups.ordered(net) if least(net, k) > 0]


@once_per_network
def least(net: Network, k: int) -> float:
    """Return the least that an order of an offer is (t)."""
    counting = number_used.limits_that_count(net, *groups.OF_OFFERS)
    counted = any(k in groups.limit_offers(net, r) and groups.rule_windows(net, "Limits", r) for r in counting)
    return max(float(net.offers[k].row.minimum_order), number_used.TOKEN if counted else 0.0)


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the minimum of one offer in one period."""
    return total([*bought(m, net, k, t), (-least(net, k), m.ordered[k, t])]) >= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the minimum may be loosened."""
    row = net.offers[idx[0]].row
    return Relaxation(
        f"offer {row.offer} has a minimum order", "t", 1.0, (("Offers", row.row_id, "minimum_order", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every order of less than the minimum, and orders of nothing where the number of offers used is limited."""
    counted = {
        k
        for r in ledger.own_rules("Limits")
        if r.measure == "Number Used" and r.counts in groups.OF_OFFERS and ledger.windows("Limits", r)
        for k in ledger.limited_offers(r)
    }
    for k, t in sorted({key for key, tonnes in ledger.bought.items() if counts(tonnes)} | ledger.ordered):
        smallest = max(float(ledger.offers[k].minimum_order), number_used.TOKEN if k in counted else 0.0)
        yield from at_least(
            "minimum_order", ledger.bought.get((k, t), 0.0), smallest, "order of {} in {}", k, ledger.period(t)
        )


FAMILY = Family("minimum_order", index, rule, check, relax=relax)
