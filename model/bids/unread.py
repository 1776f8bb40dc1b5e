"""What a supplier wrote beyond the form: columns, cells and sheets of its own. All of it is said, nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import shorten
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

from model.bids.form import FIXED, asked_of
from model.bids.sheet import FIRST_PAGE, SIGNED, bid_workbook
from model.case.case import Case
from model.case.timeline import Period
from model.excel.read import notes_of, read_workbook, words_of
from model.problems import Problem, problem
from model.schema.column import Table
from model.schema.outside import column_outside, sheet_outside
from model.schema.raw import RawTable, column_letter
from model.schema.typed import TableData
from model.schema.values import as_text, fold, is_blank

_LIKE = "Offers"
"""What a column of a bid asks for beyond the form is what it would ask for in this table."""


def beyond_the_form(case: Case, d: TableData, raw: RawTable, found: Iterable[Problem]) -> list[Problem]:
    """Return what is wrong with columns that the form does not have, cells under no header, and tonnes given twice.

    Parameters
    ----------
    found : iterable of Problem
        What reading the file said; cells under no header are among it.
    """
    stray = [p for p in found if p.code == "column-without-header" and p.table == raw.table.name]
    bare = [problem("bid-no-header", p.address, table=p.table, row=p.row) for p in stray]
    return [*_own_columns(d, raw), *bare, *_tonnes_nowhere(case, d)]


def _own_columns(d: TableData, raw: RawTable) -> Iterator[Problem]:
    read = set(d.locator.columns.values())
    doubled = {fold(as_text(raw.headers[at])) for at in read if at in raw.headers}
    for at, cell in sorted(raw.headers.items()):
        header = as_text(cell)
        filled = [(number, cells[at]) for number, cells in raw.rows if not is_blank(cells.get(at))]
        # A column that stands twice, or for a period that is none, was told of when the headers were read.
        if at in read or not filled or fold(header) in doubled or header not in d.extra.columns:
            continue
        bare = header.partition(" (")[0]
        row, value = filled[0]
        address = f"{raw.sheet}!{column_letter(at)}{row}"
        outside = column_outside(_LIKE, bare, [v for _, v in filled])
        if outside:
            yield problem(outside, address, table=raw.table.name, row=row, what=f"column {header!r}")
        else:
            more = f" and {len(filled) - 1} more" if len(filled) > 1 else ""
            yield _own(address, raw.table.name, row, header, as_text(value), more)


def _tonnes_nowhere(case: Case, d: TableData) -> Iterator[Problem]:
    """Say which tonnes stand in a column that no period of the plan takes up."""
    periods = case.timeline.periods
    taken = {h for p in periods for h in headers_of(p, d)}
    for header in (h for h in d.wide.columns if h not in taken):
        own = [p.label for p in periods if header in _years(p) and p.label in d.wide.columns]
        for i in (int(i) for i in d.frame.index):
            tonnes: Any = d.wide.at[i, header]
            at, row = d.locator.address(i, header), d.locator.row(i)
            if is_blank(tonnes):
                continue
            if own:
                yield problem("period-doubled", at, table=d.table.name, row=row, year=header, periods=", ".join(own))
            else:
                yield _own(at, d.table.name, row, header, f"{tonnes:g}")


def _own(at: str, table: str, row: int, column: str, found: str, more: str = "") -> Problem:
    return problem("bid-own-column", at, table=table, row=row, column=column, found=found, more=more)


def _years(p: Period) -> list[str]:
    return [str(p.year + k) for k in range(p.whole_years)]


def headers_of(p: Period, d: TableData) -> list[str]:
    """Return the columns in which the tonnes of a period stand: its own, or those of its years."""
    if p.label in d.wide.columns:
        return [p.label]
    return [y for y in _years(p) if y in d.wide.columns]


def said_beside(case: Case, d: TableData, path: Path) -> list[Problem]:
    """Return what the supplier wrote around the form: comments of cells, texts above it, and on its first page."""
    data = path.read_bytes()
    sheet, header, table = d.locator.sheet, d.locator.header_row, d.table.name
    notes = {at: text for at, text in notes_of(data, sheet).items() if coordinate_to_tuple(at)[0] > header}
    found = [
        problem("bid-comment", f"{sheet}!{at}", table=table, row=coordinate_to_tuple(at)[0], found=_short(text))
        for at, text in notes.items()
        if text
    ]
    above = {at: text for at, text in words_of(data, sheet, header - 1).items() if at != "A1"} if header > 1 else {}
    said = [(f"{sheet}!{at}", text) for at, text in above.items()]
    said += [(f"{FIRST_PAGE}!{at}", text) for at, text in _on_the_first_page(case, d, data)]
    return found + [problem("bid-words", at, table=table, found=_short(text)) for at, text in said]


def _short(text: str) -> str:
    return shorten(text, 200, placeholder=" …")


def _on_the_first_page(case: Case, d: TableData, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of the first page that were not there when it was sent out, but for who signs it."""
    row = next((i for i in d.frame.index if not any(is_blank(d.frame.at[i, c]) for c in FIXED)), None)
    words = words_of(data, FIRST_PAGE)
    if row is None or not words:
        return
    supplier, rfq, number = (str(d.frame.at[row, c]) for c in FIXED)
    sent = set(words_of(bid_workbook(case, asked_of(case, rfq, int(float(number))), supplier), FIRST_PAGE).values())
    signed = {coordinate_to_tuple(at)[0] for at, text in words.items() if text in SIGNED}
    for at, text in words.items():
        if text not in sent and coordinate_to_tuple(at)[0] not in signed:
            yield at, text


def other_sheets(path: Path, table: Table, names: Sequence[str]) -> Iterator[Problem]:
    """Say of every further sheet of a file that it is not read; one that is a filled copy of the form is an error."""
    for name in names:
        if sheet_outside(name):
            continue
        like = replace(table, name=name)
        raws, _ = read_workbook(path, {name: like}, whole=True)
        headers = {fold(as_text(h).partition(" (")[0]) for raw in raws for h in raw.headers.values()}
        keys = {fold(table.column(k).title) for k in table.key}
        copied = keys <= headers and any(raw.rows for raw in raws)
        yield problem("bid-sheet-copied", name, sheet=name) if copied else problem("bid-sheet-unread", name, sheet=name)
