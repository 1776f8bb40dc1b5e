"""What is paid to suppliers by the terms of the case, worked out again for the audit; nothing is shared with the network."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Vector, month_number
from model.rules.ledger_lots import day_after

Tier = tuple[int, float, Row]  # (step, quantity from which it holds, row of Price Tiers)


class Terms:
    """Prices of offers and commitments by period, in USD/kg of the case's money."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def price(self, row: Row, value: Any = None) -> Vector:
        """Return the price of an offer or commitment, or another one on the same terms, shape (T,)."""
        out = np.array(self.case.by_period(row.price if value is None else value))
        series = getattr(row, "index", None) if value is None else None
        for p in self.case.timeline.periods:
            t = p.index
            if series is not None:
                out[t] = self._by_formula(row, self.case.by_period(series), t, float(out[t]))
            if row.currency in self._rates:
                out[t] *= self._rates[row.currency][t]
        levels = {r.year: r.level for r in self.case.rows("Inflation")}
        years = (self.case.settings["price_year"], row.price_year)
        if all(y in levels for y in years):
            out *= levels[years[0]] / levels[years[1]]
        if getattr(row, "incoterm", None) not in ("CIF", "DAP", "DDP"):
            out *= 1.0 + getattr(row, "insurance", 0.0)
        for support in self.case.rows("Price Supports") if hasattr(row, "offer") else ():
            if support.offer == row.offer and support.paid_by is None:
                out = out + [self._added(support, p.index, float(out[p.index])) for p in self.case.timeline.periods]
        return out

    def _added(self, support: Row, t: int, price: float) -> float:
        """Return what a support adds to a price in a period, for the part of it in which the support holds."""
        strike = float(self.case.by_period(support.strike)[t])
        above = strike if support.returned_above is None else float(self.case.by_period(support.returned_above)[t])
        first = month_number(support.valid_from) if support.valid_from else -math.inf
        end = month_number(day_after(support.valid_until)) if support.valid_until else math.inf
        part = self.case.timeline.share_in(t, first, end)
        if price < strike:
            return part * (strike - price)
        return -part * support.share_returned * (price - above) if price > above else 0.0

    @cached_property
    def _rates(self) -> dict[str, Vector]:
        return {r.currency: self.case.across("Exchange Rates", r) for r in self.case.rows("Exchange Rates")}

    def _by_formula(self, row: Row, series: Vector, t: int, given: float) -> float:
        """Return the price by the index a lag ago, and the price as given for what of the time lies before the plan."""
        line = self.case.timeline
        start, months = line.periods[t].start - row.index_lag, line.periods[t].months
        parts = [line.share_in(q.index, start, start + months) * q.months / months for q in line.periods]
        known = sum(parts)
        if known <= 0:
            return given
        premium, floor, cap = (float(self.case.by_period(v)[t]) for v in (row.premium, row.floor, row.cap))
        price = row.factor * float(np.dot(parts, series)) / known + premium
        price = price if math.isnan(floor) else max(floor, price)
        price = price if math.isnan(cap) else min(cap, price)
        return float(known * price + (1.0 - known) * given)

    def paid_in(self, row: Row, t: int) -> list[tuple[int, float]]:
        """Return (period, share) of the payment of what is due in a period, some days later, at the latest in the last."""
        line = self.case.timeline
        later = row.payment_days * 12 / 365.25
        start, end = line.periods[t].start + later, line.periods[t].end + later
        shares = [line.share_in(q.index, start, end) * q.months / (end - start) for q in line.periods]
        shares[-1] += 1.0 - sum(shares)
        return [(q, share) for q, share in enumerate(shares) if share > 0]

    @cached_property
    def tiers(self) -> dict[str, list[Tier]]:
        """Steps of every offer that has any, in rising quantity; step 0 is its own price below the first."""
        out: dict[str, list[Tier]] = {}
        for r in sorted(self.case.rows("Price Tiers"), key=lambda r: r.step):
            if r.offer not in out:
                out[r.offer] = [] if r.from_quantity <= 0 else [(0, 0.0, r)]
            out[r.offer].append((r.step, float(r.from_quantity), r))
        return out

    def step_price(self, offer: Row, step: int) -> Vector:
        """Return the price of one step of an offer, shape (T,); step 0 is the offer's own."""
        rows = {number: row for number, _, row in self.tiers[offer.offer]}
        return self.price(offer, rows[step].price if step else None)

    def spans(self, basis: str) -> list[tuple[str, tuple[int, ...]]]:
        """Return (name, periods) of what is counted as one quantity."""
        line = self.case.timeline
        if basis == "Cumulative":
            return [("all periods", tuple(range(len(line))))]
        return line.windows("Calendar Year" if basis == "Year" else "Period")
