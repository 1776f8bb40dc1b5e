"""What is paid for what is bought, by offer and period, and on which steps of its price."""

from __future__ import annotations

from collections import defaultdict

from model.case.case import Row
from model.case.prices import price_of
from model.report.view import View
from model.rules.family import kusd_to_musd

Key = tuple[str, int]  # (offer, period)


def purchase_costs(view: View) -> dict[Key, float]:
    """Return (offer, period) → MUSD of everything bought."""
    return view.once(_paid)


def _paid(view: View) -> dict[Key, float]:
    out: dict[Key, float] = defaultdict(float)
    tiers = {(r.offer, r.step): r for r in view.case.rows("Price Tiers")}
    stepped = {k for k, _ in tiers}
    for (k, t), tonnes in view.sums("purchases", "offer", "period").items():
        if k not in stepped:
            out[k, t] += kusd_to_musd(float(price_of(view.case, view.offers[k])[t])) * tonnes
    for (k, step, t), tonnes in view.sums("price_steps", "offer", "step", "period").items():
        price = price_of(view.case, view.offers[k], tiers[k, step].price if step else None)
        out[k, t] += kusd_to_musd(float(price[t])) * tonnes
    return dict(out)


def price_paid(view: View, row: Row, t: int) -> float:
    """Return the average price (USD/kg) of an offer or commitment in a period; its own where nothing is bought."""
    tonnes = view.sums("purchases", "offer", "period").get((row.offer, t), 0.0) if hasattr(row, "offer") else 0.0
    return 1e3 * purchase_costs(view)[row.offer, t] / tonnes if tonnes > 0 else float(price_of(view.case, row)[t])


def steps_used(view: View) -> dict[Key, str]:
    """Return (offer, period) → the steps on which something is bought; "Offer" for the offer's own price below the first."""
    found: dict[Key, list[int]] = defaultdict(list)
    for k, step, t in view.sums("price_steps", "offer", "step", "period"):
        found[k, t].append(step)
    return {key: ", ".join(str(n) if n else "Offer" for n in sorted(steps)) for key, steps in found.items()}
