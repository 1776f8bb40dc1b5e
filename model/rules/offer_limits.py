"""offer_limits: no more is bought than the supplier can give us.

Σ_l purchase[k,l,t] ≤ available[k,t]
Σ_t Σ_l purchase[k,l,t] ≤ consigned[k]      of a consignment that is not filled up again

Availability is what is left for us after what others hold, never plant capacity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (offer, period) wherever the availability is limited and something can be bought; (offer, -1) of a consignment."""
    whole = [(k, -1) for k, o in enumerate(net.offers) if o.row.consigned is not None]
    return whole + [
        (k, t)
        for k, o in enumerate(net.offers)
        for t in net.periods
        if net.available(o.row)[t] > 0 and np.isfinite(net.available(o.row)[t])
    ]


def bought(m: Model, net: Network, k: int, t: int) -> list[tuple[float, Any]]:
    """Return what is bought of an offer in a period as terms, over all labels."""
    return [(1.0, m.purchase[k, n, t]) for n, _ in net.offers[k].labels if (k, n, t) in m.purchase]


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the limit of one offer in one period, or over the whole plan."""
    if t < 0:
        drawn = [term for at in net.periods for term in bought(m, net, k, at)]
        return total(drawn) <= float(net.offers[k].row.consigned) if drawn else None
    return total(bought(m, net, k, t)) <= float(net.available(net.offers[k].row)[t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the availability may be loosened."""
    k, t = idx
    row = net.offers[k].row
    if t < 0:
        source = ("Offers", row.row_id, "consigned", None)
        return Relaxation(f"no more of {row.offer} lies there on consignment", "t", 1.0, (source,))
    label = net.timeline.periods[t].label
    return Relaxation(
        f"offer {row.offer} gives us no more in {label}", "t", 1.0, (("Offers", row.row_id, "available_to_us", label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is bought beyond what is available, out of time, or as another lot than offered."""
    for (k, t), tonnes in sorted(ledger.bought.items()):
        offer, label = ledger.offers[k], ledger.period(t)
        yield from at_most("offer_limits", tonnes, float(ledger.available(offer)[t]), "bought of {} in {}", k, label)
        if ledger.as_is and offer.kind not in ("Renewal", "Consignment"):
            yield Violation("offer_limits", f"{k} is bought in As Is, but is no renewal", tonnes)
    for k, offer in ledger.offers.items():
        if offer.consigned is not None:
            drawn = sum(q for (name, _), q in ledger.bought.items() if name == k)
            yield from at_most("offer_limits", drawn, float(offer.consigned), "drawn of {} in all", k)
    lots = {(k, n) for k, n, _, _ in ledger.rows["purchases"]}
    wrong = {key for key in lots if not as_offered(ledger, ledger.offers[key[0]], key[1])}
    for k, n, _, q in ledger.rows["purchases"]:
        if (k, n) in wrong:
            yield Violation("offer_limits", f"{k} is bought under label {n}, which is not what is offered", q)


def as_offered(ledger: Ledger, row: Row, label: int) -> bool:
    """Return whether a label is what an offer or commitment declares, its right split by controls that count it."""
    declared, lot = ledger.about.bought(row), ledger.lots[label]
    left = ledger.about.left_behind(row)
    must = ledger.memory.must(ledger.place_of(row), row.material)
    given, right = (ledger.memory.meant(x.right, row.material) for x in (declared, lot))
    # Who performed a stage is traced through the plan, whatever labels say of it; see ledger_sources.
    said = frozenset(f for f in lot.flags & must if not f.startswith("source:"))
    if said != declared.flags & must or not right <= given:
        return False
    if right == given:
        return ledger.about.seen_by(right, row.material, left) is not None
    return bool(left and right) and ledger.about.seen_by(right, row.material, left) is not None


FAMILY = Family("offer_limits", index, rule, check, relax=relax)
