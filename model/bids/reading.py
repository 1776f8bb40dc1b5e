"""Filled bid sheets back in: every fault of every file at once, by file, sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.bids.form import BID, asked_of, bid_table
from model.bids.unread import beyond_the_form, headers_of, other_sheets, said_beside
from model.case.build import raw_of
from model.case.case import Case
from model.case.timeline import Vector
from model.excel.read import read_workbook
from model.problems import Problem, problem
from model.schema.column import Column, Table
from model.schema.parse import parse
from model.schema.typed import TableData
from model.schema.values import fold, is_blank

_FROM_THE_FORM = ("supplier", "line", "rfq", "round", "material", "site", "notes")
_NOT_SAID = {"file-no-table", "unknown-sheet", "column-unknown", "column-without-header", "no-period-columns"}
"""Said in words of the bid sheet, or of no matter there."""


@dataclass(frozen=True)
class Bid:
    """One row of a filled sheet that is a bid.

    Attributes
    ----------
    values : mapping
        Columns of the form in stored units; blanks left out.
    offered : Vector
        Tonnes of each period, shape (T,).
    """

    file: str
    row_id: int
    data: TableData
    values: Mapping[str, Any]
    offered: Vector

    def address(self, column: str | None) -> str:
        """Return file, sheet and cell."""
        return at_file(self.file, self.data.locator.address(self.row_id, column))


def at_file(file: str, address: str) -> str:
    """Return an address with its file, as Excel writes it: ``[bid.xlsx]Bid!F7``."""
    return f"[{file}]{address}" if address else file


def read_bids(case: Case, files: Sequence[Path], number: int | None) -> tuple[list[Bid], list[Problem]]:
    """Return the bids of all files and everything that is wrong with any of them.

    Parameters
    ----------
    number : int or None
        The only round that is taken; None for whatever each sheet says.
    """
    table = bid_table()
    bids: list[Bid] = []
    found: list[Problem] = []
    seen: dict[tuple[str, str, int], str] = {}
    for path in files:
        data, problems = _read_file(case, table, path)
        found += [replace(p, address=at_file(path.name, p.address)) for p in problems]
        if data is not None:
            mine = list(_bids(case, data, path.name, number, found))
            _say_twice(mine, seen, found)
            bids += mine
    return bids, found


def _read_file(case: Case, table: Table, path: Path) -> tuple[TableData | None, list[Problem]]:
    if not path.exists():
        return None, [problem("file-missing", path=path)]
    raws, found = read_workbook(path, {BID: table}, whole=True)
    told = [p for p in found if p.code not in _NOT_SAID]
    named = {"Periods", "Series", *(t for c in table.columns for t in c.refers_to)}
    known = [raw_of(d) for name, d in case.data.items() if name in named]
    told += other_sheets(path, table, [p.address for p in found if p.code == "unknown-sheet"])
    if not raws:
        return None, told or [problem("bid-no-sheet", sheet=BID)]
    data, more = parse([*known, *raws])
    told += [p for p in more if p.table == BID and p.code not in _NOT_SAID]
    if BID not in data:
        return None, [*told, problem("bid-empty", BID)]
    return data[BID], told + beyond_the_form(case, data[BID], raws[0], found) + said_beside(case, data[BID], path)


def _bids(case: Case, d: TableData, file: str, number: int | None, found: list[Problem]) -> Iterable[Bid]:
    declared = [c for c in d.table.columns if c.name not in _FROM_THE_FORM]
    offered = _tonnes(case, d)
    wanted: dict[str, set[str]] = {}
    suppliers: dict[str, str] = {}
    for i in (int(i) for i in d.frame.index):
        cells = {c.name: d.frame.at[i, c.name] for c in d.table.columns}
        values: dict[str, Any] = {k: v for k, v in cells.items() if not is_blank(v)}
        bid = Bid(file, i, d, values, offered[i])
        if d.frame.at[i, "status"] == "Exclude":
            found.append(problem("bid-excluded", bid.address("status"), row=_row(bid)))
            continue
        if not _anything(bid, declared):
            if "notes" in values:
                said = problem("bid-only-notes", bid.address("notes"), row=_row(bid), notes=values["notes"])
                found.append(said)
            elif "material" in values:
                found.append(problem("bid-none", bid.address("material"), row=_row(bid), material=values["material"]))
            continue
        _say_wrong_frame(bid, number, suppliers, found)
        rfq, material = values.get("rfq"), values.get("material")
        if rfq and material:
            asked = wanted.setdefault(rfq, {w.material for w in asked_of(case, rfq, 1).wanted})
            if material not in asked:
                say = problem("bid-not-asked", bid.address("material"), row=_row(bid), material=material, rfq=rfq)
                found.append(say)
        _say_incomplete(bid, found)
        yield bid


def _anything(bid: Bid, declared: Sequence[Column]) -> bool:
    unread = any(row_id == bid.row_id and name != "line" for row_id, name in bid.data.unread)
    return unread or bool(bid.offered.any()) or any(c.name in bid.values for c in declared)


def _tonnes(case: Case, d: TableData) -> np.ndarray:
    """Return the tonnes of every row and period; a year's column is spread evenly over its periods."""
    periods = case.timeline.periods
    out = np.zeros((len(d.frame), len(periods)))
    for t, p in enumerate(periods):
        headers = headers_of(p, d)
        if headers == [p.label]:
            out[:, t] = d.wide[p.label].fillna(0.0)
        elif headers:
            out[:, t] = sum(d.wide[y].fillna(0.0).to_numpy() for y in headers) * min(1.0, p.years)
    return out


def _say_wrong_frame(bid: Bid, number: int | None, suppliers: dict[str, str], found: list[Problem]) -> None:
    """Say where a row is of another round or supplier than it should be."""
    given = bid.values.get("round")
    if number is not None and given is not None and given != number:
        found.append(problem("bid-other-round", bid.address("round"), row=_row(bid), found=given, expected=number))
    supplier = bid.values.get("supplier")
    if supplier:
        first = next(iter(suppliers), supplier)
        suppliers.setdefault(supplier, bid.address("supplier"))
        if fold(first) != fold(supplier):
            at = suppliers[first]
            found.append(
                problem("bid-two-suppliers", bid.address("supplier"), row=_row(bid), found=supplier, other=first, at=at)
            )


def _say_incomplete(bid: Bid, found: list[Problem]) -> None:
    """Say what a row lacks to be a bid."""
    unread = {name for row_id, name in bid.data.unread if row_id == bid.row_id}
    needed = [c for c in _needed() if c.name in {x.name for x in bid.data.table.columns}]
    for column in needed:
        if column.name not in bid.values and column.name not in unread:
            found.append(problem("bid-incomplete", bid.address(column.name), row=_row(bid), column=column.title))
    if not bid.offered.any() and not unread & set(bid.data.wide.columns):
        first = next(iter(bid.data.wide.columns), None)
        found.append(problem("bid-without-tonnes", bid.address(first), row=_row(bid)))


def _needed() -> list[Column]:
    from model.schema.tables import TABLES

    return [c for c in TABLES["Offers"].columns if c.required and c.name not in ("offer", *_FROM_THE_FORM)]


def _say_twice(bids: Sequence[Bid], seen: dict[tuple[str, str, int], str], found: list[Problem]) -> None:
    for key in dict.fromkeys(key_of(b) for b in bids):
        first = next(b for b in bids if key_of(b) == key)
        other = seen.setdefault(key, first.file)
        if other != first.file:
            found.append(problem("bid-twice", first.address("supplier"), row=_row(first), supplier=key[0], file=other))


def key_of(bid: Bid) -> tuple[str, str, int]:
    """Return supplier, request and round of a bid."""
    v = bid.values
    return str(v.get("supplier", "")), str(v.get("rfq", "")), int(v.get("round", 1))


def _row(bid: Bid) -> int:
    return bid.data.locator.row(bid.row_id)
