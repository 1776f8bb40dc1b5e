"""exposure: the most that may be lost with one supplier.

Σ_{c of the supplier} [ (prepaid[c] + credit left[c]) · Σ_{s ≤ t} signed[c,s] − Σ_{τ < t} credit[k,τ] ]
    + Σ_{k of the supplier} Σ_{τ ≤ t} share of τ's orders not handed over by the end of t · paid for k in τ  ≤ largest exposure

What is prepaid counts before anything is credited in the period, and goes on counting when it is lost. What is committed
already is paid at the hand-over and leaves nothing owed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import prepayment, price_steps, signing
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (supplier, period) wherever the exposure is limited and something can be owed."""
    named = [n for n, r in net.suppliers.items() if r.largest_exposure is not None]
    lagged = {o.row.supplier for o in net.offers if o.row.lead_time > 0}
    owing = lagged | {net.offers[k].row.supplier for k, _ in prepayment.credits(net)}
    return [(n, t) for n in named if n in owing for t in net.periods]


def rule(m: Model, net: Network, supplier: str, t: int) -> Any:
    """Return the limit of one supplier in one period."""
    terms: list[tuple[float, Any]] = []
    for c, row in prepayment.prepaid(net).items():
        offers = [k for k in signing.offers_under(net)[c] if net.offers[k].row.supplier == supplier]
        if offers:
            terms += [(float(row.prepaid + row.credit_left), m.signed[n, s]) for n, s in m.signed if n == c and s <= t]
            terms += [(-1.0, m.credit[k, at]) for k, at in prepayment.credits(net) if k in offers and at < t]
    for k, o in enumerate(net.offers):
        if o.row.supplier == supplier and o.row.lead_time > 0:
            for at in range(t + 1):
                there = sum(s for q, s in net.timeline.arrivals(at, float(o.row.lead_time)) if q <= t)
                if there < 1 - 1e-12:
                    terms += [((1 - there) * price, v) for price, v in price_steps.spent(m, net, k, at)]
    return total(terms) <= float(net.suppliers[supplier].largest_exposure) if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the limit may be loosened."""
    supplier, t = idx
    source = ("Suppliers", net.suppliers[supplier].row_id, "largest_exposure", None)
    return Relaxation(f"exposure to {supplier} in {net.timeline.periods[t].label}", "MUSD", 1.0, (source,))


def exposures(ledger: Ledger) -> dict[tuple[str, int], float]:
    """Return (supplier, period) → MUSD that could be lost with it, worked out from the plan's tables."""
    out: dict[tuple[str, int], float] = defaultdict(float)
    line = ledger.timeline
    for c, row in ledger.contracts.items():
        for name in {ledger.offers[k].supplier for k in ledger.under(c)}:
            for s in ledger.signed[c]:
                for p in line.periods[s:]:
                    out[name, p.index] += row.prepaid + row.credit_left
    for k, t, amount in ledger.rows["credits"]:
        for p in line.periods[t + 1 :]:
            out[ledger.offers[k].supplier, p.index] -= amount
    for k, t, each, tonnes in ledger.bought_at:
        row, ordered = ledger.offers[k], line.periods[t]
        for p in line.periods[t:]:
            # What was ordered in the part of its period that lies less than the lead time before the end of this one.
            late = (ordered.end + row.lead_time - max(p.end, ordered.start + row.lead_time)) / ordered.months
            out[row.supplier, p.index] += max(0.0, late) * kusd_to_musd(each) * tonnes
    return out


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every exposure above the largest that its supplier may have."""
    owed = exposures(ledger)
    for row in ledger.case.rows("Suppliers"):
        if row.largest_exposure is not None:
            for p in ledger.timeline.periods:
                amount = owed.get((row.supplier, p.index), 0.0)
                yield from at_most("exposure", amount, row.largest_exposure, "owed by {} in {}", row.supplier, p.label)


FAMILY = Family("exposure", index, rule, check, relax=relax)
