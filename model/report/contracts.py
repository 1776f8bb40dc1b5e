"""What is signed: terms, money and tonnes of every contract, and what could be lost with each supplier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.case.prices import top_up, unsupported_price
from model.case.timeline import Vector
from model.report.shape import Show, amount, frame_of, mark, musd, part, text
from model.report.view import View, ledger_of
from model.report.words import date_of, listed
from model.rules.exposure import exposures
from model.rules.family import kusd_to_musd

CONTRACTS = (
    text("contract", 22),
    text("suppliers", 26),
    mark("signed", 10),
    Show("until", "date", width=13),
    mark("end", 14),
    amount("committed", "t/y"),
    amount("bought"),
    amount("paid_untaken"),
    musd("set_up_cost"),
    musd("exit_cost"),
    musd("reservation_fees"),
    musd("prepaid"),
    musd("credited"),
    musd("not_credited"),
    mark("confidence"),
)
EXPOSURE = (
    text("supplier", 26),
    mark("period", 10),
    musd("exposure"),
    musd("largest_exposure"),
    part("share_of_largest"),
    mark("confidence"),
)


SUPPORTS = (
    text("support", 22),
    text("offer", 22),
    text("supplier", 26),
    text("paid_by", 18),
    mark("period", 10),
    amount("bought"),
    Show("price", "price", "USD/kg", 10),
    Show("added", "price", "USD/kg", 10),
    musd("paid"),
    mark("confidence"),
)


def room_of(view: View, row: Row, signed: int, size: float) -> Vector:
    """Return what may be bought under a contract in each period (t), shape (T,), of a quantity (t/y) decided at signing."""
    first = view.periods[signed].start
    noticed = next((view.periods[view.at[t]].start for c, t in view.rows("notices") if c == row.contract), None)
    ends = ends_on(row, first, noticed, row.contract in {c for c, _ in view.rows("renewals")})
    last = np.inf if ends is None else ends
    shares = np.array([view.line.share_in(t, first, last) for t in view.net.periods])
    room: Vector = size * shares * view.line.amount_factor
    return room


def ends_on(row: Row, start: float, notice: float | None, renewed: bool) -> float | None:
    """Return the month in which a contract that started in a month ends; None if it runs to the end of the plan.

    Parameters
    ----------
    notice : float or None
        Month in which notice was given.
    """
    if notice is not None:
        return notice + float(row.notice)
    if row.duration is None:
        return None
    return start + float(row.duration) + (float(row.renewal) if renewed else 0.0)


def contracts_table(view: View) -> pd.DataFrame:
    """Return one row per contract: when it is signed, what is committed, bought and paid under it; blank where it is not."""
    return frame_of(CONTRACTS, _contracts(view))


def _contracts(view: View) -> Iterator[tuple[Any, ...]]:
    signed = {name: view.at[label] for name, label in view.rows("contracts")}
    size = {name: q for name, _, q in view.rows("reservations")}
    left = {c: view.periods[view.at[t]].start for c, t in view.rows("notices")}
    renewed = {c for c, _ in view.rows("renewals")}
    for row in view.case.rows("Contracts"):
        name, at = row.contract, signed.get(row.contract)
        under = [o for o in view.offers.values() if o.contract == name]
        suppliers = listed(list(dict.fromkeys(str(o.supplier) for o in under)))
        if at is None:
            yield (name, suppliers, "not signed", *(None,) * 11, row.confidence or "")
            continue
        offers = {o.offer for o in under}
        ends = ends_on(row, view.periods[at].start, left.get(name), name in renewed)
        committed = size.get(name, float(view.case.by_period(row.committed)[at]))
        fees = kusd_to_musd(
            float(view.case.by_period(row.reservation_fee) @ room_of(view, row, at, size.get(name, 0.0)))
        )
        credited = sum(q for offer, _, q in view.rows("credits") if offer in offers)
        yield (
            name,
            suppliers,
            view.period(at),
            None if ends is None else date_of(ends),
            ", ".join(word for word, names in (("renewed", renewed), ("left", left)) if name in names),
            committed,
            sum(q for (offer, _), q in view.sums("purchases", "offer", "period").items() if offer in offers),
            sum(q for c, _, q in view.rows("untaken") if c == name),
            kusd_to_musd(row.set_up_cost),
            row.exit_cost if name in left else 0.0,
            fees,
            row.prepaid,
            credited,
            row.prepaid + row.credit_left - credited,
            row.confidence or "",
        )


def exposure_table(view: View) -> pd.DataFrame:
    """Return one row per supplier with a largest exposure and period: MUSD that could be lost with it, and the most."""
    owed = exposures(view.once(ledger_of))
    rows = []
    for r in view.case.rows("Suppliers"):
        if r.largest_exposure is None:
            continue
        for t in view.net.periods:
            now = owed.get((r.supplier, t), 0.0)
            share = now / r.largest_exposure if r.largest_exposure > 0 else None
            rows.append((r.supplier, view.period(t), now, r.largest_exposure, share, r.confidence or ""))
    return frame_of(EXPOSURE, rows)


def supports_table(view: View) -> pd.DataFrame:
    """Return one row per price support and period in which its offer is bought: USD/kg added, and MUSD paid by whom."""
    bought = view.sums("purchases", "offer", "period")
    rows = []
    for r in view.case.rows("Price Supports"):
        offer = view.offers[r.offer]
        price = unsupported_price(view.case, offer)
        added = top_up(view.case, r, price)
        for t in view.net.periods:
            got = bought.get((r.offer, t), 0.0)
            if got > 0:
                told = (r.support, r.offer, offer.supplier, r.paid_by or "the buyer", view.period(t), got)
                paid = kusd_to_musd(float(added[t])) * got
                rows.append((*told, float(price[t]), float(added[t]), paid, r.confidence or ""))
    return frame_of(SUPPORTS, rows)
