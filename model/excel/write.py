"""Writing workbooks: a case, a blank template, a list of problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.excel.layout import COLOURS, columns_of
from model.excel.lists import Lists
from model.excel.page import Book
from model.excel.sheets import key_column, write_sheet
from model.excel.start import ENOUGH, write_start
from model.problems import LEVELS, Problem
from model.schema.column import Table
from model.schema.parse import parse
from model.schema.raw import RawTable
from model.schema.tables import SCHEMA_VERSION, TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.typed import TableData

if TYPE_CHECKING:
    from model.case.case import Case

TEMPLATE_YEARS = tuple(str(y) for y in range(2026, 2036))
_TEMPLATE_ROWS = 15
_LEVEL_COLOURS = {"error": "#F8CBAD", "warning": "#FFE699", "note": "#E2EFDA"}


def write_case_workbook(case: Case, path: Path) -> None:
    """Write a case as a planner's workbook, with every row and unknown column; the same case gives the same bytes.

    Raises
    ------
    StoreError
        If it can not be written there, or a text does not fit in a cell.
    """
    tables = [t for t in TABLES.values() if case.has(t.name)]
    _write(path, str(case.settings["case_title"] or case.name), tables, case.data)


def write_template(path: Path) -> None:
    """Write a blank workbook with every table, those that suffice first.

    Raises
    ------
    StoreError
        If it can not be written there.
    """
    tables = [TABLES[n] for n in ENOUGH] + [t for n, t in TABLES.items() if n not in ENOUGH]
    given = {"schema_version": SCHEMA_VERSION, "base_date": dt.date(int(TEMPLATE_YEARS[0]), 1, 1)}
    rows: list[tuple[int, dict[int, object]]] = [
        (i, {1: c.title, 2: given[c.name]} if c.name in given else {1: c.title}) for i, c in enumerate(SETTINGS, 2)
    ]
    data, _ = parse([RawTable(TABLES["Settings"], "frame", "Settings", 1, {1: "Setting", 2: "Value"}, rows)])
    _write(path, "New planning case", tables, data, blank_rows=_TEMPLATE_ROWS)


def _write(path: Path, title: str, tables: Sequence[Table], data: Mapping[str, TableData], blank_rows: int = 1) -> None:
    book = Book(title)
    write_start(book, title, tables)
    layouts = {t.name: columns_of(t, data.get(t.name), TEMPLATE_YEARS) for t in tables}
    rows = {t.name: len(data[t.name].frame) if t.name in data else blank_rows for t in tables}
    lists = Lists({t.name: key_column(t, layouts[t.name], rows[t.name]) for t in tables})
    for table in tables:
        write_sheet(book, table, layouts[table.name], rows[table.name], lists)
    lists.write(book)
    book.save(path)


def write_problems_workbook(problems: Iterable[Problem], case_path: Path, out_path: Path) -> None:
    """Write one row per problem, with a link to its cell in the case.

    Raises
    ------
    StoreError
        If it can not be written there.
    """
    listed = sorted(problems, key=lambda p: LEVELS.index(p.level))
    book = Book(f"Problems of {case_path.name}")
    page = book.page("Problems")
    counts = ", ".join(
        f"{n} {level}{'s' if n != 1 else ''}" for level in LEVELS if (n := sum(p.level == level for p in listed))
    )
    page.text(0, 0, f"{case_path.name}: {counts or 'nothing was found'}", book.format(bold=True, font_size=13))
    headers = ("Level", "Sheet", "Cell", "What was found and what was expected", "Message")
    for at, width in enumerate((10, 24, 18, 84, 26)):
        page.sheet.set_column(at, at, width)
    for row, found in enumerate(listed or [Problem("note", "", "", "nothing was found")], 2):
        look = {"valign": "top", "border": 1, "border_color": "#D0D0D0"}
        sheet, cell = split_address(found.address)
        page.text(row, 0, found.level, book.format(bg_color=_LEVEL_COLOURS[found.level], **look))
        page.text(row, 1, sheet, book.format(**look))
        linked = book.format(font_color="#0B5394", underline=1, **look)
        target = _link(found.address, case_path, out_path)
        if target and (cell or sheet):
            page.link(row, 2, target, cell or "open", linked)
        else:
            page.text(row, 2, cell, book.format(**look))
        page.text(row, 3, found.sentence[:32_000], book.format(text_wrap=True, **look))
        page.text(row, 4, found.code, book.format(font_color="#7F7F7F", **look))
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=COLOURS["required"])
    page.table(
        (1, 0, max(len(listed), 1) + 1, len(headers) - 1),
        {"name": "Problems", "style": None, "columns": [{"header": h, "header_format": head} for h in headers]},
    )
    page.sheet.freeze_panes(2, 0)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.repeat_rows(1)
    page.sheet.set_footer("&L&F&R&P / &N")
    book.save(out_path)


def split_address(address: str) -> tuple[str, str]:
    """Return (sheet or file, cell or row) of ``Offers!F7``, ``offers.csv:7 (Price)`` or ``Offers``."""
    for mark in ("!", ":"):
        place, found, rest = address.rpartition(mark)
        if found:
            return place, rest
    return address, ""


def _link(address: str, case_path: Path, out_path: Path) -> str:
    """Return a link to the cell, relative to the list, or "" where Excel could not follow it."""
    sheet, cell = split_address(address)
    file = case_path / sheet if case_path.is_dir() else case_path
    try:
        relative = file.resolve().relative_to(out_path.resolve().parent).as_posix()
    except ValueError:
        relative = str(file.resolve())
    if "#" in relative:
        return ""
    if case_path.is_dir():
        return f"external:{relative}"
    quoted = sheet.replace("'", "''")
    return f"external:{relative}#'{quoted}'!{cell or 'A1'}"
