"""Sheet Award: what each bid gets under each request for quotation, for a sourcing committee to sign.

Prices and tonnes are those of sheet Sourcing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from model.case.case import Row
from model.report.award_reasons import reason
from model.report.award_sources import sources_of
from model.report.chains import Attribution
from model.report.provenance import landed_table
from model.report.shape import Show, amount, frame_of, mark, musd, part, records
from model.report.view import View
from model.report.words import NOTICEABLE, listed, tonnes
from model.schema.values import is_blank

AWARD = (
    Show("rfq", "wrapped", width=13),
    Show("material", "wrapped", width=15),
    Show("supplier", "wrapped", width=20),
    mark("round", 7),
    amount("offered"),
    amount("awarded"),
    part("share_of_award"),
    musd("cost"),
    Show("price", "price", "USD/kg", 9),
    Show("earlier_round", "price", "USD/kg", 9),
    Show("landed", "price", "USD/kg", 9),
    Show("against_incumbent", "share", "%", 10),
    amount("under_contract"),
    Show("reason", "wrapped", width=46),
)
SUMS = (
    Show("rfq", "wrapped", width=13),
    Show("material", "wrapped", width=15),
    Show("awarded_to", "wrapped", width=20),
    mark("bids", 7),
    amount("wanted"),
    amount("awarded"),
    Show("share_of_wanted", "share", "%", 10),
    musd("cost"),
    Show("price", "price", "USD/kg", 9),
    Show("incumbent", "price", "USD/kg", 9),
    Show("lowest_bid", "price", "USD/kg", 9),
    Show("against_incumbent", "share", "%", 10),
    amount("under_contract"),
    Show("remark", "wrapped", width=46),
)
SIGNED = ("Prepared by", "Checked by", "Approved for the sourcing committee")


def has_awards(view: View) -> bool:
    """Return whether any offer answers a request for quotation."""
    return any(r.rfq for r in view.case.rows("Offers"))


def award_table(view: View) -> pd.DataFrame:
    """Return one row per bid: tonnes over the plan, MUSD undiscounted, USD/kg on average.

    A price of what is not awarded is the average over what could be had. `landed` is blank for what is not delivered as it
    is bought. `against_incumbent` compares the price with that of commitments for the material, else of renewals.
    """
    return frame_of(AWARD, view.once(_rows))


def _rows(view: View) -> list[tuple[Any, ...]]:
    sources, landed = view.once(sources_of), view.once(_landed)
    bids = [r for r in view.case.rows("Offers") if r.rfq]
    whole: dict[tuple[str, str], float] = defaultdict(float)
    for r in bids:
        whole[r.rfq, r.material] += sources[r.offer].bought
    out = []
    for r in bids:
        mine, total = sources[r.offer], whole[r.rfq, r.material]
        out.append(
            (
                r.rfq,
                r.material,
                r.supplier,
                r.round,
                mine.available,
                mine.bought,
                mine.bought / total if total > NOTICEABLE else None,
                mine.cost,
                mine.price,
                _earlier(view, r),
                landed.get((r.offer, r.material)),
                _change(mine.price, incumbent_price(view, r.material)),
                _under_contract(view, r.material, r.supplier),
                reason(view, r),
            )
        )
    return sorted(out, key=lambda a: (a[0], a[1], -a[5], a[8] if a[8] is not None else 1e99, a[2]))


def award_sums(view: View) -> pd.DataFrame:
    """Return one row per request and material: what was wanted, what is awarded and to whom, against the incumbents."""
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    for r in view.case.rows("Requests"):
        wanted[r.rfq, r.material] += float(view.case.amounts("Requests", r).sum())
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for a in records(award_table(view)):
        grouped[a.rfq, a.material].append(a)
    rows = []
    for (rfq, material), bids in grouped.items():
        got, cost = sum(b.awarded for b in bids), sum(b.cost for b in bids)
        price = 1e3 * cost / got if got > NOTICEABLE else None
        incumbent = incumbent_price(view, material)
        lowest = min((b.price for b in bids if b.price is not None and b.price == b.price), default=None)
        need = wanted.get((rfq, material))
        to = listed([b.supplier for b in bids if b.awarded > NOTICEABLE]) or "nobody"
        rows.append(
            (
                rfq,
                material,
                to,
                str(len(bids)),
                need,
                got,
                got / need if need else None,
                cost,
                price,
                incumbent,
                lowest,
                _change(price, incumbent),
                _under_contract(view, material, None),
                _remark(need, got),
            )
        )
    return frame_of(SUMS, rows)


def _remark(need: float | None, got: float) -> str:
    if need is None:
        return "the request is not in table Requests"
    if got < need - NOTICEABLE:
        return f"{tonnes(need - got)} of what was wanted are not awarded"
    return f"{tonnes(got - need)} more than was wanted" if got > need + NOTICEABLE else ""


# ---- what things cost


def _landed(view: View) -> dict[tuple[str, str], float]:
    """Return USD/kg at the market by source and material, of what is delivered as the material that was bought."""
    got: dict[tuple[str, str], float] = defaultdict(float)
    cost: dict[tuple[str, str], float] = defaultdict(float)
    for row in records(landed_table(view, view.once(Attribution))):
        got[row.source, row.material] += row.delivered
        cost[row.source, row.material] += row.cost
    return {key: 1e3 * cost[key] / t for key, t in got.items() if t > NOTICEABLE}


def incumbent_price(view: View, material: str) -> float | None:
    """Return what the material costs from those who supply it already (USD/kg): commitments, else renewals."""
    sources = view.once(sources_of)
    signed = [sources[n] for n, r in view.commitments.items() if r.material == material]
    paid = [s for s in signed if s.cost > 0]
    if paid:
        return 1e3 * sum(s.cost for s in paid) / sum(s.bought for s in paid)
    renewals = [sources[n].price for n, r in view.offers.items() if r.material == material and r.kind == "Renewal"]
    prices = [p for p in renewals if p is not None]
    return sum(prices) / len(prices) if prices else None


def _under_contract(view: View, material: str, supplier: str | None) -> float:
    sources = view.once(sources_of)
    mine = [n for n, r in view.commitments.items() if r.material == material and supplier in (None, r.supplier)]
    return sum(sources[n].bought for n in mine)


def _change(price: float | None, before: float | None) -> float | None:
    return price / before - 1 if price is not None and before else None


def _earlier(view: View, row: Row) -> float | None:
    """Return the price of the same supplier's bid in the round before, where it is kept as an excluded row."""
    frame = view.case.data["Offers"].frame
    same = frame[(frame["supplier"] == row.supplier) & (frame["rfq"] == row.rfq) & (frame["material"] == row.material)]
    earlier = [
        (int(n), p)
        for n, p in zip(same["round"], same["price"], strict=True)
        if not is_blank(n) and row.round is not None and n < row.round and isinstance(p, (int, float))
    ]
    return float(max(earlier)[1]) if earlier else None
