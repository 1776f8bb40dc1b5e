"""What an offer costs in the money of the case, by period; the network and reports read it here, the audit works it out again.

price = (index · factor + premium, at least the floor and at most the cap; the price as given where there is no index)
        · exchange rate[t] · level of prices in the case's year / level in the row's year · (1 + insurance that is ours)

and, where the buyer supports the price of an offer (table Price Supports, Paid By blank),
    + max(0, strike − price) − share returned · max(0, price − returned above)      for the share of the period in which it holds

The index is its mean over the period shifted back by the lag. Before the plan begins it has no number: there the price as given
holds, for its share of the period. Incoterms add nothing twice: a lane is paid from the Site on, whatever the term; insurance
is added where the seller does not bear it; the duty on entry is added to the price of goods that the seller brings into the
importer without clearing them (CFR, CIF, DAP), see `model.rules.tariff`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Timeline, Vector, month_number

DAYS_A_MONTH = 365.25 / 12
INSURED_BY_SELLER = ("CIF", "DAP", "DDP")
BROUGHT_UNCLEARED = ("CFR", "CIF", "DAP")


def price_of(case: Case, row: Row, value: Any = None) -> Vector:
    """Return the price of an offer or commitment (USD/kg) in each period, shape (T,), with what we add to support it.

    Parameters
    ----------
    value : number or series, optional
        A price on the row's terms in place of its own, such as that of a step; it follows no index.
    """
    paid = unsupported_price(case, row, value)
    if case.has("Price Supports") and hasattr(row, "offer"):
        added = [top_up(case, r, paid) for r in supports(case, row) if r.paid_by is None]
        paid = sum(added, paid)
    return paid


def unsupported_price(case: Case, row: Row, value: Any = None) -> Vector:
    """Return the price (USD/kg) on which supports of it settle, in each period, shape (T,)."""
    price = case.by_period(row.price if value is None else value)
    if value is None and getattr(row, "index", None) is not None:
        price = _indexed(case, row, price)
    ours = 0.0 if getattr(row, "incoterm", None) in INSURED_BY_SELLER else getattr(row, "insurance", 0.0)
    paid: Vector = price * money_factor(case, row) * (1.0 + ours)
    return paid


def supports(case: Case, offer: Row) -> list[Row]:
    """Return the rows of Price Supports of an offer."""
    return [r for r in case.rows("Price Supports") if r.offer == offer.offer]


def top_up(case: Case, support: Row, price: Vector) -> Vector:
    """Return what a support adds to a price (USD/kg) in each period, shape (T,); negative where some is given back."""
    strike = case.by_period(support.strike)
    above = strike if support.returned_above is None else case.by_period(support.returned_above)
    start = month_number(support.valid_from) if support.valid_from else -np.inf
    end = month_number(support.valid_until + dt.timedelta(days=1)) if support.valid_until else np.inf
    holds = np.array([case.timeline.share_in(p.index, start, end) for p in case.timeline.periods])
    added: Vector = holds * (np.maximum(0.0, strike - price) - support.share_returned * np.maximum(0.0, price - above))
    return added


def money_factor(case: Case, row: Row) -> Vector:
    """Return what one unit of a row's money is worth in money of the case, by period, shape (T,)."""
    factor = np.ones(len(case.timeline))
    rates = {r.currency: r for r in case.rows("Exchange Rates")}
    if row.currency in rates:
        factor = factor * case.across("Exchange Rates", rates[row.currency])
    year, ours = row.price_year, case.settings["price_year"]
    if year and ours and year != ours:
        level = {r.year: r.level for r in case.rows("Inflation")}
        if year in level and ours in level:
            factor = factor * level[ours] / level[year]
    return factor


def _indexed(case: Case, row: Row, given: Vector) -> Vector:
    """Return the price by the formula, mixed with the price as given for the time before the index has a number."""
    index = case.by_period(row.index)
    weights = lagged(case.timeline, float(row.index_lag))
    known = weights.sum(axis=1)
    mean = weights @ index / np.where(known > 0, known, 1.0)
    formula = np.clip(
        row.factor * mean + case.by_period(row.premium),
        np.nan_to_num(case.by_period(row.floor), nan=-np.inf),
        np.nan_to_num(case.by_period(row.cap), nan=np.inf),
    )
    mixed: Vector = known * formula + (1.0 - known) * given
    return mixed


def lagged(timeline: Timeline, lag: float) -> Vector:
    """Return the share of each period, shifted back by `lag` months, that lies in each period, shape (T, T)."""
    return np.array(
        [
            [max(0.0, min(p.end - lag, q.end) - max(p.start - lag, q.start)) / p.months for q in timeline.periods]
            for p in timeline.periods
        ]
    )


def payments(timeline: Timeline, row: Row, t: int) -> list[tuple[int, float]]:
    """Return (period, share) of when what is due in period `t` is paid; what falls after the plan is paid in its last period."""
    shares = dict(timeline.arrivals(t, float(row.payment_days) / DAYS_A_MONTH))
    last = len(timeline) - 1
    rest = 1.0 - sum(shares.values())
    if rest > 1e-12:
        shares[last] = shares.get(last, 0.0) + rest
    return list(shares.items())
