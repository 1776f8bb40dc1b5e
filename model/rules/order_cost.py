"""order_cost: what is bought in a period is bought by an order, and an order costs.

Σ_l purchase[k,l,t] ≤ most[k,t] · ordered[k,t]

`most` is what is available, or all need that lies ahead if that is less: never a loose big number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import groups
from model.rules.comparison import counts
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought


def index(net: Network) -> list[Index]:
    """Return (offer, period) wherever ordering at all is a decision."""
    return list(groups.ordered(net))


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the link between quantity and order."""
    most = groups.most(net, net.offers[k].row, t)
    return total([*bought(m, net, k, t), (-most, m.ordered[k, t])]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the cost of every order."""
    for k, t in m.ordered:
        yield Cost("Orders", t, kusd_to_musd(net.offers[k].row.cost_per_order), m.ordered[k, t])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is bought without an order, and orders where nothing can be bought."""
    limits = [r for r in ledger.case.rows("Limits") if r.measure == "Number Used"]
    counted = any(r.counts in groups.OF_OFFERS for r in limits)
    for (k, t), tonnes in ledger.bought.items():
        row = ledger.offers[k]
        needs = counted or row.cost_per_order > 0 or row.minimum_order > 0
        if needs and counts(tonnes) and (k, t) not in ledger.ordered:
            yield Violation("order_cost", f"{k} is bought without an order in {ledger.period(t)}", tonnes)
    for k, t in ledger.ordered:
        if ledger.available(ledger.offers[k])[t] <= 0 or (
            ledger.as_is and ledger.offers[k].kind not in ("Renewal", "Consignment")
        ):
            yield Violation("order_cost", f"{k} can not be ordered in {ledger.period(t)}", 1.0)


FAMILY = Family("order_cost", index, rule, check, costs=costs)
