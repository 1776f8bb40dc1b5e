"""Terms of purchase: price steps."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.prices import price_of
from model.case.timeline import month_number
from model.schema.tables import TABLES


def find(finder: Finder) -> None:
    """Check the terms of every offer."""
    offers = {r.offer: r for r in finder.rows("Offers") if r.offer}
    _rates(finder)
    _supports(finder)
    _contracts(finder)
    for table in ("Offers", "Commitments"):
        for row in finder.rows(table):
            _money(finder, table, row)
    for row in finder.rows("Commitments"):
        _leaving(finder, row)
    for row in finder.rows("Offers"):
        _formula(finder, row)
        if row.kind == "Consignment" and finder.blank("Offers", row, "site"):
            finder.say("consignment-without-site", "Offers", row, "site")
        if row.kind != "Consignment" and row.consigned is not None:
            finder.say("consigned-not-consignment", "Offers", row, "consigned", kind=row.kind)
        if row.incoterm in ("CFR", "CIF", "DAP", "DDP") and finder.blank("Offers", row, "site"):
            finder.say("incoterm-without-site", "Offers", row, "site", incoterm=row.incoterm)
    tiers = grouped((r for r in finder.rows("Price Tiers") if r.offer in offers and r.step), lambda r: r.offer)
    for offer, rows in tiers.items():
        _tiers(finder, offers[offer], sorted(rows, key=lambda r: r.step))


def _contracts(finder: Finder) -> None:
    named = {r.contract for r in finder.rows("Offers")}
    for row in finder.rows("Contracts"):
        if row.contract and row.contract not in named:
            finder.say("contract-without-offer", "Contracts", row, contract=row.contract)
        least, most = finder.case.by_period(row.least), finder.case.by_period(row.most)
        t = finder.first(most, least > most)
        if t >= 0:
            finder.say(
                "contract-least-above-most",
                "Contracts",
                row,
                "least",
                period=finder.label(t),
                least=plain(least[t]),
                most=plain(most[t]),
            )
        if row.take_or_pay and finder.blank("Contracts", row, "untaken_price"):
            finder.say("take-or-pay-without-price", "Contracts", row, "untaken_price")
        _ends(finder, row)
        if finder.case.by_period(row.reservation_fee).any() and row.committed_most is None:
            finder.say("reservation-without-most", "Contracts", row, "committed_most")
        largest = float(np.nanmax(finder.case.by_period(row.committed)))
        if row.committed_most is not None and largest > row.committed_most:
            found = {"least": plain(largest), "most": plain(row.committed_most)}
            finder.say("committed-above-most", "Contracts", row, "committed_most", **found)
        if row.credited is not None and row.prepaid + row.credit_left <= 0:
            finder.say("credited-without-prepaid", "Contracts", row, "credited")


def _leaving(finder: Finder, row: Row) -> None:
    """Check how a commitment may end."""
    if row.exit_cost is not None and row.kind in ("In Transit", "Running Build"):
        finder.say("exit-under-way", "Commitments", row, "exit_cost", kind=row.kind)
    idle = next((c for c in ("notice", "take_or_pay") if getattr(row, c)), None)
    if idle and row.exit_cost is None:
        finder.say("commitment-not-left", "Commitments", row, idle, column=TABLES["Commitments"].column(idle).title)
    if row.end_date is not None and row.kind != "Running Build":
        end = month_number(row.end_date + dt.timedelta(days=1))
        amounts = finder.case.across("Commitments", row)
        starts = np.array([p.start for p in finder.timeline.periods])
        t = finder.first(amounts, (amounts > 0) & (starts >= end - 1e-9))
        if t >= 0:
            period = finder.label(t)
            finder.say("commitment-after-end", "Commitments", row, None, period, period=period, end=row.end_date)


def _supports(finder: Finder) -> None:
    stepped = {r.offer for r in finder.rows("Price Tiers")}
    known: dict[tuple[str, str | None], str] = {}
    for row in finder.rows("Price Supports"):
        if row.offer in stepped:
            finder.say("support-with-steps", "Price Supports", row, "offer", offer=row.offer)
        if row.returned_above is not None and row.strike is not None:
            strike, above = finder.case.by_period(row.strike), finder.case.by_period(row.returned_above)
            t = finder.first(above, above < strike)
            if t >= 0:
                found = {"period": finder.label(t), "above": plain(above[t]), "strike": plain(strike[t])}
                finder.say("support-returned-below-strike", "Price Supports", row, "returned_above", **found)
        other = known.setdefault((row.offer, row.paid_by), row.support)
        if other != row.support:
            who = row.paid_by or "the buyer"
            finder.say("support-twice", "Price Supports", row, "offer", offer=row.offer, other=other, who=who)


def _ends(finder: Finder, row: Row) -> None:
    """Check how a contract may end."""
    if row.notice and row.exit_cost is None:
        finder.say("notice-without-exit", "Contracts", row, "exit_cost")
    if row.renewal is not None and row.duration is None:
        finder.say("renewal-without-duration", "Contracts", row, "duration")


def _rates(finder: Finder) -> None:
    data = finder.case.data.get("Exchange Rates")
    for row in finder.rows("Exchange Rates"):
        rates = finder.case.across("Exchange Rates", row)
        bad = np.flatnonzero(~(rates > 0))
        if len(bad) and data is not None and not any(i == row.row_id for i, _ in data.unread):
            period = finder.label(int(bad[0]))
            finder.say(
                "exchange-rate-missing", "Exchange Rates", row, None, period, currency=row.currency, period=period
            )


def _money(finder: Finder, table: str, row: Row) -> None:
    year, ours = row.price_year, finder.case.settings["price_year"]
    if not year or year == ours:
        return
    known = {r.year for r in finder.rows("Inflation")}
    lacking = sorted({int(year), *([int(ours)] if ours else [])} - known)
    missing = "Setting Price Year is not given" if not ours else ""
    if lacking and not missing:
        missing = f"table Inflation has no row for {' and '.join(str(y) for y in lacking)}"
    if missing:
        finder.say("price-year-unknown", table, row, "price_year", year=int(year), missing=missing)


def _formula(finder: Finder, row: Row) -> None:
    low, high = (finder.case.by_period(v) for v in (row.floor, row.cap))
    t = finder.first(low, low > high)
    if t >= 0:
        finder.say("floor-above-cap", "Offers", row, "floor", low=plain(low[t]), high=plain(high[t]))
    if finder.blank("Offers", row, "index"):
        plainly = {"factor": 1.0, "premium": 0.0, "index_lag": 0.0, "floor": None, "cap": None}
        column = next((c for c, usual in plainly.items() if getattr(row, c) != usual), None)
        if column is not None:
            finder.say("index-missing", "Offers", row, column, column=TABLES["Offers"].column(column).title)


def _tiers(finder: Finder, offer: Row, rows: list[Row]) -> None:
    first = rows[0]
    for row in rows:
        for column in ("units", "basis"):
            said, expected = getattr(row, column), getattr(first, column)
            if said != expected:
                title = TABLES["Price Tiers"].column(column).title
                finder.say("tier-terms-differ", "Price Tiers", row, column, column=title, found=said, other=expected)
    for before, row in itertools.pairwise(rows):
        if row.from_quantity <= before.from_quantity:
            finder.say(
                "tier-not-rising",
                "Price Tiers",
                row,
                "from_quantity",
                step=row.step,
                found=plain(row.from_quantity),
                previous=plain(before.from_quantity),
            )
    if first.units == "All Units" and first.basis == "Cumulative":
        finder.say("tier-all-units-cumulative", "Price Tiers", first, "basis")
    _reached(finder, offer, rows)
    _dearer(finder, offer, rows)


def _reached(finder: Finder, offer: Row, rows: list[Row]) -> None:
    basis = rows[0].basis
    line = finder.timeline
    kind = "Calendar Year" if basis == "Year" else "Period"
    spans = [tuple(range(len(line)))] if basis == "Cumulative" else [ts for _, ts in line.windows(kind)]
    most = finder.case.rate_amounts(offer.available_to_us)
    years = [max(line.periods[t].whole_years for t in ts) if basis == "Year" else 1 for ts in spans]
    largest = max(float(most[list(ts)].sum()) / n for ts, n in zip(spans, years, strict=True))
    row = next((r for r in rows if r.from_quantity >= largest > 0), None)
    if row is not None:
        finder.say(
            "tier-unreached",
            "Price Tiers",
            row,
            "from_quantity",
            found=plain(row.from_quantity),
            most=plain(largest),
            offer=offer.offer,
        )


def _dearer(finder: Finder, offer: Row, rows: list[Row]) -> None:
    if rows[0].units != "All Units":
        return
    prices = [price_of(finder.case, offer, r.price) for r in rows]
    if rows[0].from_quantity > 0:
        rows, prices = [rows[0], *rows], [price_of(finder.case, offer), *prices]
    for row, before, after in zip(rows[1:], prices, prices[1:], strict=False):
        if np.any(after > before):
            finder.say("tier-all-units-dearer", "Price Tiers", row, "price", step=row.step, offer=offer.offer)
            return
