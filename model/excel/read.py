"""Reading a planner's workbook: cells as they are, with everything about them that a planner should know."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook

from model.excel.locate import HEADER_ROWS, MAX_COLUMNS, Place, find_header, locate
from model.excel.package import Package, Scan
from model.excel.preflight import read_bytes
from model.problems import Problem, problem
from model.schema.column import Table
from model.schema.raw import ErrorCell, RawTable, UncalculatedCell, column_letter
from model.schema.tables import TABLES
from model.schema.values import is_blank

MAX_BLANK_ROWS = 200
FORM_BLANK_ROWS = 2000
MAX_CELLS = 800_000
_DAMAGED = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    EOFError,
    OSError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
)
"""What openpyxl and the standard library raise on files that no spreadsheet program would write."""
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x(00[01][0-9A-Fa-f])_")

Cells = dict[int, object]


def read_workbook(
    path: Path, tables: Mapping[str, Table] = TABLES, *, whole: bool = False
) -> tuple[list[RawTable], list[Problem]]:
    """Return the raw tables of a workbook and everything that is to be said about the file and its sheets.

    `tables` are those that are looked for, by name: those of a case, or of a form that the program hands out. With `whole`
    cells far below and far beside a table are looked for too: what somebody else has filled in is nowhere passed over.

    Stored values are read, formulas are never computed. The file is not changed and not held open.
    """
    data, found = read_bytes(path)
    if data is None:
        return [], found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts that it would not write again
            raws, more = _tables(data, tables, whole)
    except _DAMAGED:
        return [], [*found, problem("file-damaged", path=path.name)]
    if not raws and not any(p.level == "error" for p in more):
        more.append(problem("file-no-table", path=path.name))
    return raws, [*found, *more]


def words_of(data: bytes, name: str, last_row: int | None = None) -> dict[str, str]:
    """Return the texts of a sheet by cell, of its first rows or of all; none where there is no such sheet."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        cells = [c for row in book[name].iter_rows(max_row=last_row) for c in row] if name in book.sheetnames else []
        return {c.coordinate: c.value for c in cells if isinstance(c.value, str) and not is_blank(c.value)}
    finally:
        book.close()


def notes_of(data: bytes, name: str) -> dict[str, str]:
    """Return the comments of a sheet by cell."""
    package = Package(data)
    return next((package.notes(s) for s in package.sheets if s.name == name), {})


def _tables(data: bytes, tables: Mapping[str, Table], whole: bool) -> tuple[list[RawTable], list[Problem]]:
    package = Package(data)
    places, found = locate(package.sheets, tables)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        raws = [_table(book[p.sheet.name], p, package.scan(p.sheet), found, whole) for p in places]
    finally:
        book.close()
    return [raw for raw in raws if raw is not None], found


def _table(sheet: Any, place: Place, scan: Scan, found: list[Problem], whole: bool) -> RawTable | None:
    sheet.reset_dimensions()  # some writers declare fewer cells than they write
    name, table = place.sheet.name, place.table.name
    header = _header(sheet, place, scan, found)
    if header is None:
        return None
    row, headers = header
    last = place.last_column if whole else min(max(headers, default=1) + 3, place.last_column)
    most_blank = FORM_BLANK_ROWS if whole else MAX_BLANK_ROWS
    rows, stray = _rows(sheet, place, scan, row, headers, last, most_blank, found)
    for column, number in sorted(stray.items()):
        letter = column_letter(column)
        at = f"{name}!{letter}{number}"
        found.append(problem("column-without-header", at, table=table, row=number, letter=letter))
    numbers = [number for number, _ in rows]
    _note_rows("rows-hidden", [n for n in numbers if n in scan.hidden_rows], place, found)
    if place.last_row is not None:
        _note_rows("rows-below-table", [n for n in numbers if n > place.last_row], place, found)
    _note_merged(place, scan, row, numbers, headers, found)
    _note_external(place, scan, rows, found)
    return RawTable(place.table, "sheet", name, row, headers, rows)


def _header(sheet: Any, place: Place, scan: Scan, found: list[Problem]) -> tuple[int, Cells] | None:
    """Return row number and cells of the header."""
    name, table = place.sheet.name, place.table.name
    first, last = (1, HEADER_ROWS) if place.header_row is None else (place.header_row, place.header_row)
    rows: dict[int, Cells] = {}
    for number, cells in enumerate(sheet.iter_rows(min_row=first, max_row=last), first):
        rows[number] = _cells(cells, 1, scan.uncalculated.get(number, ()))
    if not any(rows.values()) and place.header_row is None and not _anything(sheet):
        found.append(problem("sheet-empty", name, table=table, name=table))
        return None
    row = place.header_row if place.header_row is not None else find_header(rows, place.table)
    if row is None:
        columns = ", ".join(place.table.column(k).title for k in place.table.header_key)
        found.append(problem("no-header", f"{name}!A1", table=table, columns=columns))
        return None
    headers: Cells = {}
    for column, value in rows.get(row, {}).items():
        address = f"{name}!{column_letter(column)}{row}"
        if isinstance(value, UncalculatedCell):
            found.append(problem("formula-never-calculated", address, table=table, row=row, column="header"))
        elif isinstance(value, ErrorCell):
            found.append(problem("formula-error", address, table=table, row=row, column="header", found=value.code))
        elif place.first_column <= column <= place.last_column:
            headers[column] = value
    if any(column > MAX_COLUMNS for column in rows.get(row, {})):
        letter = column_letter(MAX_COLUMNS)
        found.append(problem("too-many-columns", f"{name}!{letter}{row}", table=table, row=row, letter=letter))
    return row, headers


def _anything(sheet: Any) -> bool:
    # Only asked of sheets whose first rows are blank; a sheet that starts further down is not empty.
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS)):
        if _cells(cells, 1, ()):
            return True
        if number > HEADER_ROWS + MAX_BLANK_ROWS:
            break
    return False


def _rows(
    sheet: Any,
    place: Place,
    scan: Scan,
    header: int,
    headers: Cells,
    last: int,
    most_blank: int,
    found: list[Problem],
) -> tuple[list[tuple[int, Cells]], dict[int, int]]:
    """Return the used rows below the header, and (column → first row) of cells that stand under no header."""
    rows: list[tuple[int, Cells]] = []
    stray: dict[int, int] = {}
    blank = visited = 0
    left = place.first_column
    for number, line in enumerate(sheet.iter_rows(min_row=header + 1, min_col=left, max_col=last), header + 1):
        if blank >= most_blank or number == place.end_row:
            break
        visited += len(line)
        if visited > MAX_CELLS:
            found.append(
                problem(
                    "sheet-too-large",
                    f"{place.sheet.name}!A{number}",
                    table=place.table.name,
                    row=number,
                    count=f"{MAX_CELLS:,}",
                )
            )
            break
        cells = _cells(line, left, scan.uncalculated.get(number, ()))
        blank += 1
        if number == place.skipped_row:
            continue
        for column in cells.keys() - headers.keys():
            if column <= last:
                stray.setdefault(column, number)
        used = {column: value for column, value in cells.items() if column in headers}
        if used:
            rows.append((number, used))
            blank = 0
    return rows, stray


def _cells(line: Iterable[Any], first: int, uncalculated: Iterable[int]) -> Cells:
    """Return the cells of a row that hold something, by column number."""
    cells: Cells = {}
    for column, cell in enumerate(line, first):
        value = cell.value
        if value is None:
            continue
        if cell.data_type == "e":
            cells[column] = ErrorCell(str(value))
        elif not is_blank(value):
            cells[column] = _unescape(value) if isinstance(value, str) else value
    cells.update({column: UncalculatedCell() for column in uncalculated})
    return cells


def _unescape(text: str) -> str:
    """Return a text with control characters in place of Excel's ``_x000D_``; openpyxl leaves them as they are."""
    return _ESCAPED.sub(lambda m: chr(int(m.group(1), 16)) if m.group(1) else "_", text) if "_x" in text else text


def _note_rows(code: str, numbers: list[int], place: Place, found: list[Problem]) -> None:
    if numbers:
        found.append(
            problem(
                code, f"{place.sheet.name}!A{numbers[0]}", table=place.table.name, row=numbers[0], rows=_spans(numbers)
            )
        )


def _spans(numbers: list[int]) -> str:
    """Return "5, 9-12" of [5, 9, 10, 11, 12]."""
    spans: list[list[int]] = []
    for n in numbers:
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _note_merged(
    place: Place, scan: Scan, header: int, numbers: list[int], headers: Cells, found: list[Problem]
) -> None:
    bottom = max([header, *numbers])
    for left, top, right, last in scan.merged:
        inside = any(left <= column <= right for column in headers)
        if inside and last >= header and top <= bottom:
            first = f"{column_letter(left)}{top}"
            found.append(
                problem(
                    "cells-merged",
                    f"{place.sheet.name}!{first}",
                    table=place.table.name,
                    row=top,
                    range=f"{first}:{column_letter(right)}{last}",
                )
            )


def _note_external(place: Place, scan: Scan, rows: list[tuple[int, Cells]], found: list[Problem]) -> None:
    """Add one note per column, so that a linked column of a thousand rows is one line."""
    linked: dict[int, list[int]] = {}
    for number, cells in rows:
        for column in scan.external.get(number, set()) & cells.keys():
            linked.setdefault(column, []).append(number)
    for column, numbers in sorted(linked.items()):
        code = "external-link" if len(numbers) == 1 else "external-links"
        found.append(
            problem(
                code,
                f"{place.sheet.name}!{column_letter(column)}{numbers[0]}",
                table=place.table.name,
                row=numbers[0],
                count=len(numbers),
            )
        )
