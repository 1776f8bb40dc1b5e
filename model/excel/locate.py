"""Where in a workbook the tables of a case stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.excel.package import ExcelTable, SheetPart
from model.problems import Problem, problem
from model.schema.column import Table
from model.schema.outside import sheet_outside
from model.schema.tables import TABLES
from model.schema.values import as_text, fold

MAX_COLUMNS = 200
HEADER_ROWS = 30
OWN_SHEETS = {"start", "readme", "read me", "about", "_lists"}
"""Sheets that this program writes itself and that hold no table."""


@dataclass(frozen=True)
class Place:
    """Where a table stands.

    Attributes
    ----------
    header_row : int or None
        None: to be searched in the first rows.
    last_row : int or None
        Last data row of the Excel Table; rows below it are read too.
    skipped_row : int or None
        The totals row of the Excel Table.
    end_row : int or None
        First row of another Excel Table below.
    """

    table: Table
    sheet: SheetPart
    header_row: int | None = None
    first_column: int = 1
    last_column: int = MAX_COLUMNS
    last_row: int | None = None
    skipped_row: int | None = None
    end_row: int | None = None


def excel_name(table: Table) -> str:
    """Return the name of the Excel Table that holds a declared table: no spaces, no hyphens."""
    return re.sub(r"\W", "", table.name)


def locate(sheets: Iterable[SheetPart], tables: Mapping[str, Table] = TABLES) -> tuple[list[Place], list[Problem]]:
    """Return the places of all tables: by the name of an Excel Table anywhere, else by the name of the sheet."""
    by_excel_name = {excel_name(t).casefold(): t for t in tables.values()}
    by_sheet_name = {_sheet_key(t.name): t for t in tables.values()}
    places: dict[str, Place] = {}
    found: list[Problem] = []
    rest: list[SheetPart] = []
    for sheet in sheets:
        known = [(by_excel_name.get(re.sub(r"[\W_]", "", x.name).casefold()), x) for x in sheet.tables]
        for table, excel_table in known:
            if table is not None:
                _take(_place(table, sheet, excel_table), places, found)
        if not any(table for table, _ in known):
            rest.append(sheet)
    for sheet in rest:
        table = by_sheet_name.get(_sheet_key(sheet.name))
        if table is not None:
            _take(Place(table, sheet), places, found)
        elif fold(sheet.name) not in OWN_SHEETS:
            outside = sheet_outside(sheet.name)
            said = problem(outside, sheet.name, what=f"sheet {sheet.name!r}") if outside else None
            found.append(said or problem("unknown-sheet", sheet.name, sheet=sheet.name))
    return [places[name] for name in tables if name in places], found


def _take(place: Place, places: dict[str, Place], found: list[Problem]) -> None:
    name = place.table.name
    if name in places:
        found.append(
            problem(
                "sheet-twice",
                place.sheet.name,
                table=name,
                first=places[name].sheet.name,
                second=place.sheet.name,
                name=name,
            )
        )
        return
    places[name] = place
    if place.sheet.hidden:
        found.append(problem("sheet-hidden", place.sheet.name, table=name, name=name))


def _sheet_key(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", fold(name))


def _place(table: Table, sheet: SheetPart, excel_table: ExcelTable) -> Place:
    left, top, right, bottom = excel_table.bounds
    alone = len(sheet.tables) == 1
    below = [other.bounds[1] for other in sheet.tables if other.bounds[1] > bottom]
    totals = bottom if excel_table.has_totals else None
    # Columns typed beside the only table of a sheet belong to it; beside one of several they may be another's.
    return Place(
        table,
        sheet,
        top if excel_table.has_header else None,
        1 if alone else left,
        MAX_COLUMNS if alone else min(right, left + MAX_COLUMNS - 1),
        bottom - 1 if totals else bottom,
        totals,
        min(below, default=None),
    )


def find_header(rows: Mapping[int, Mapping[int, object]], table: Table) -> int | None:
    """Return the first row that holds every key column, else the one with most known headers (two at least).

    The second lets a misspelt key be named with the header that was meant.
    """
    by_name = {fold(n): c.name for c in table.all_columns for n in (c.title, c.name, *c.aliases)}
    best, most = None, 1
    for number, cells in sorted(rows.items()):
        texts = [as_text(v) for v in cells.values()]
        known = {by_name.get(fold(t)) or by_name.get(fold(t.partition("(")[0])) for t in texts} - {None}
        if known.issuperset(table.header_key):
            return number
        if len(known) > most:
            best, most = number, len(known)
    return best
