"""commitments: what is signed, on order or under way arrives as agreed, in every plan, unless it is left.

Σ_l committed[c,l,t] = tonnes[c,t] · (1 − Σ_u share of t from the end of the notice given at u on · left[c,u])

The labels differ only in the right under which a controlling jurisdiction lets the material out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case.prices import payments, price_of
from model.network.network import Network
from model.rules import leaving
from model.rules.comparison import equal
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import as_offered


def index(net: Network) -> list[Index]:
    """Return (commitment, period)."""
    return [(k, t) for k in range(len(net.commitments)) for t in net.periods]


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the delivery of one commitment in one period."""
    source = net.commitments[k]
    terms = [(1.0, m.committed[k, n, t]) for n, _ in source.labels]
    return total([*terms, *leaving.escaped(m, net, k, t)]) == float(net.case.amounts("Commitments", source.row)[t])


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what is still to be paid for committed deliveries."""
    for k, source in enumerate(net.commitments):
        price = price_of(net.case, source.row)
        for n, _ in source.labels:
            for t in net.periods:
                for due, share in payments(net.timeline, source.row, t):
                    yield Cost("Commitments", due, kusd_to_musd(price[t]) * share, m.committed[k, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a commitment may be loosened: by getting out of it."""
    k, t = idx
    row, label = net.commitments[k].row, net.timeline.periods[t].label
    return Relaxation(
        f"{row.commitment} is committed in {label}", "t", 1.0, (("Commitments", row.row_id, None, label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every commitment that is not taken as agreed, or taken as another lot than agreed."""
    for name, row in ledger.commitments.items():
        agreed = ledger.case.amounts("Commitments", row) - ledger.escaped(name)
        for p in ledger.timeline.periods:
            yield from equal(
                "commitments", ledger.taken.get((name, p.index), 0.0), float(agreed[p.index]), "{} in {}", name, p.label
            )
    for name, n, _, q in ledger.rows["committed"]:
        if not as_offered(ledger, ledger.commitments[name], n):
            yield Violation("commitments", f"{name} is taken under label {n}, which is not what was agreed", q)


FAMILY = Family("commitments", index, rule, check, costs=costs, relax=relax)
