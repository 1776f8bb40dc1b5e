"""Bids into Offers: ids, tonnes as a rate or a series, and earlier rounds set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.bids.reading import Bid, key_of
from model.case.build import replace_table
from model.case.case import Case
from model.case.checks import check
from model.case.rewrite import by_own_periods, frame_of_table, with_rows
from model.problems import Problem, problem
from model.schema.tables import TABLES
from model.schema.values import fold, is_blank

_LETTER = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Merged:
    """A case with bids in its Offers, what was made of each bid, and what is wrong with it."""

    case: Case
    offers: tuple[str, ...]
    set_aside: tuple[str, ...]
    problems: tuple[Problem, ...]


def merge(case: Case, bids: Sequence[Bid]) -> Merged:
    """Return the case with the bids as offers.

    Offers of an earlier round of the same supplier, request and material are excluded: the later bid stands for them.
    """
    found = list(_read_before(case, bids))
    offers = frame_of_table(case, "Offers")
    taken = {fold(v) for v in offers["offer"] if not is_blank(v)}
    names = [_name(b, taken) for b in bids]
    set_aside = _set_aside(offers, bids)
    rows, series = [], []
    for bid, name in zip(bids, names, strict=True):
        available, across = _available(case, bid, name)
        rows.append(_offer(bid, name, available))
        series += [across] if across else []
    at = len(offers)
    offers = pd.concat([offers, pd.DataFrame.from_records(rows).astype(object)], ignore_index=True)
    if series:
        case = replace_table(case, "Series", _series(case, series))
    case = replace_table(case, "Offers", offers)
    for p in check(case):
        placed = _at_bid(p, case, bids, at)
        if placed is not None or p.level == "error":
            found.append(placed or p)
    return Merged(case, tuple(names), tuple(set_aside), tuple(found))


def _read_before(case: Case, bids: Sequence[Bid]) -> list[Problem]:
    offers = case.data["Offers"]
    read = {
        (fold(s), fold(q), int(n)): offers.locator.address(int(str(i)), "offer")
        for (i, s), q, n in zip(
            offers.frame["supplier"].items(), offers.frame["rfq"], offers.frame["round"], strict=True
        )
        if not (is_blank(s) or is_blank(q) or is_blank(n))
    }
    out = []
    for key in dict.fromkeys(key_of(b) for b in bids):
        at = read.get((fold(key[0]), fold(key[1]), key[2]))
        if at:
            first = next(b for b in bids if key_of(b) == key)
            out.append(
                problem("bid-read-before", first.address("round"), supplier=key[0], rfq=key[1], round=key[2], at=at)
            )
    return out


def _name(bid: Bid, taken: set[str]) -> str:
    supplier, rfq, number = key_of(bid)
    stem = f"{supplier} - {bid.values.get('material', '')} - R{number}"
    if fold(stem) in taken and fold(f"{stem} - {rfq}") not in taken:
        stem = stem if _same_sheet(bid, stem, taken) else f"{stem} - {rfq}"
    name, n = stem, 1
    while fold(name) in taken:
        n += 1
        name = f"{stem} ({n})"
    taken.add(fold(name))
    return name


def _same_sheet(bid: Bid, stem: str, taken: set[str]) -> bool:
    """Return whether an earlier row of the same sheet has the name, so that a number tells them apart."""
    frame = bid.data.frame
    mine = (bid.values.get("material"), bid.values.get("rfq"), bid.values.get("round"))
    earlier = zip(frame["material"], frame["rfq"], frame["round"], strict=True)
    return fold(stem) in taken and mine in list(earlier)[: bid.row_id]


def _set_aside(offers: pd.DataFrame, bids: Sequence[Bid]) -> list[str]:
    """Exclude what is of an earlier round, in the frame, and return the offers' ids."""
    last: dict[tuple[str, str, str], int] = {}
    for b in bids:
        supplier, rfq, number = key_of(b)
        key = (fold(supplier), fold(rfq), fold(b.values.get("material", "")))
        last[key] = max(number, last.get(key, 0))
    out = []
    for i in offers.index:
        cells: list[Any] = [offers.at[i, c] for c in ("supplier", "rfq", "material")]
        given: Any = offers.at[i, "round"]
        if any(is_blank(c) for c in cells) or offers.at[i, "status"] == "Exclude":
            continue
        later = last.get((fold(cells[0]), fold(cells[1]), fold(cells[2])), 0)
        if later > (1 if is_blank(given) else int(given)):
            notes: Any = offers.at[i, "notes"]
            offers.at[i, "status"] = "Exclude"
            offers.at[i, "notes"] = f"{'' if is_blank(notes) else f'{notes}; '}replaced by the bid of round {later}"
            out.append(str(offers.at[i, "offer"]))
    return out


def _available(case: Case, bid: Bid, name: str) -> tuple[Any, dict[str, Any] | None]:
    """Return a rate where the same holds in all periods, else the name of a series and its row."""
    rates = bid.offered / case.timeline.amount_factor
    if np.ptp(rates) <= 1e-9 * max(1.0, float(rates.max())):
        return float(rates[0]), None
    series = f"{name}, t/y"
    labels = [p.label for p in case.timeline.periods]
    values = {label: float(f"{rate:.12g}") for label, rate in zip(labels, rates, strict=True)}
    return series, {"series": series, "series_unit": TABLES["Offers"].column("available_to_us").unit, **values}


def _series(case: Case, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return table Series with rows added; years are spread over periods where the two would stand side by side."""
    frame = with_rows(case, "Series", [])
    labels = {p.label for p in case.timeline.periods}
    if case.has("Series") and set(case.data["Series"].wide.columns) - labels:
        own = by_own_periods(case, "Series")
        frame = frame.drop(columns=list(case.data["Series"].wide.columns)).join(own)
    return pd.concat([frame, pd.DataFrame.from_records(rows).astype(object)], ignore_index=True)


def _offer(bid: Bid, name: str, available: Any) -> dict[str, Any]:
    own = {c.name for c in TABLES["Offers"].columns} | {"notes"}
    values = {k: v for k, v in bid.values.items() if k in own}
    source = f"bid sheet {bid.file}, line {bid.values.get('line', '')}"
    return {"offer": name, "kind": "Bid", **values, "available_to_us": available, "source": source, "confidence": "B"}


def _at_bid(found: Problem, case: Case, bids: Sequence[Bid], first: int) -> Problem | None:
    """Return what is said of a new offer at the cell of the bid sheet that it comes from; None if of something else."""
    locator = case.data["Offers"].locator
    of_row = {locator.row(i): bid for i, bid in enumerate(bids, first)}
    bid = of_row.get(found.row) if found.table == "Offers" else None
    if bid is None:
        return None
    title = found.address.rpartition(", ")[2]
    column = next((c.name for c in bid.data.table.columns if c.title == title), None)
    if column is None and title == TABLES["Offers"].column("available_to_us").title:
        column = next(iter(bid.data.wide.columns), None)
    return replace(found, address=bid.address(column))
