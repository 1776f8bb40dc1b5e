"""One declared table as a sheet: headers with notes, yellow cells, drop-downs, frozen panes, a real Excel Table."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from model.excel.layout import (
    COLOURS,
    INPUT,
    LINE,
    SheetColumn,
    header_note,
    leading_keys,
    setting_of,
)
from model.excel.lists import SPARE_ROWS, KeyColumn, Lists
from model.excel.locate import excel_name
from model.excel.page import Book, Page
from model.schema.column import Column, Table
from model.schema.csv_files import csv_text
from model.schema.dictionary import blank_words, range_words
from model.schema.values import Bad, as_text, is_blank, typed

HEADER_ROW = 1
"""Row of the headers, counted from 0; the row above says what a row is."""
FIRST_ROW = HEADER_ROW + 1
_WIDE = 260.0  # characters; a form that is wider is too small to read on A4


def key_column(table: Table, columns: Sequence[SheetColumn], rows: int) -> KeyColumn:
    """Return where the names of a table will stand."""
    names = tuple("" if is_blank(v) else as_text(v) for v in columns[0].values)
    return KeyColumn(table.name, 0, FIRST_ROW, FIRST_ROW + rows + SPARE_ROWS - 1, names)


def write_sheet(book: Book, table: Table, columns: Sequence[SheetColumn], rows: int, lists: Lists) -> None:
    """Write a sheet with `rows` rows, the blank ones included."""
    page = book.page(table.name)
    rows = max(rows, 1)  # an Excel Table needs one
    last = FIRST_ROW + rows - 1
    _write_title(book, page, table)
    for at, column in enumerate(columns):
        _write_cells(book, page, table, at, column, columns, rows)
        _validate(page, FIRST_ROW, last + SPARE_ROWS, at, column.declared, lists)
    page.table(
        (HEADER_ROW, 0, last, len(columns) - 1),
        {
            "name": excel_name(table),
            "style": None,
            "autofilter": True,
            "columns": [
                {"header": c.header, "header_format": _header_format(book, c), "format": _cell_format(book, c)}
                for c in columns
            ],
        },
    )
    for at, column in enumerate(columns):
        words = header_note(column)
        if words:
            page.comment(HEADER_ROW, at, words)
    if table.name == "Settings":
        _finish_settings(page, columns, lists)
    _arrange(book, page, table, columns, last)


def _write_title(book: Book, page: Page, table: Table) -> None:
    page.sheet.set_row(0, 20)
    page.sheet.set_row(HEADER_ROW, 44)
    absent = f" If the sheet has no rows: {table.absent}." if table.absent else ""
    years = f" The years hold: {table.periods.help.removesuffix('.')}." if table.periods else ""
    words = f"One row is {table.row_is}.{absent}{years} Point at a header to see what it means."
    page.text(0, 0, words, book.format(italic=True, font_color="#404040", valign="vcenter"))


def _header_format(book: Book, column: SheetColumn) -> Any:
    return book.format(
        bold=True,
        font_color="#FFFFFF",
        bg_color=COLOURS[column.role],
        text_wrap=True,
        valign="vcenter",
        border=1,
        border_color="#FFFFFF",
        **({"align": "center"} if column.role == "period" else {"align": "left", "indent": 1}),
    )


def _cell_format(book: Book, column: SheetColumn) -> Any:
    return book.format(
        bg_color=INPUT,
        border=1,
        border_color=LINE,
        num_format=column.number_format,
        locked=False,
        valign="top",
        **_align(column),
    )


def _align(column: SheetColumn) -> dict[str, Any]:
    numeric = column.declared is not None and column.declared.kind in ("number", "integer", "number_or_series")
    return {"align": "right"} if numeric else {"align": "left", "indent": 1}


def _write_cells(
    book: Book, page: Page, table: Table, at: int, column: SheetColumn, columns: Sequence[SheetColumn], rows: int
) -> None:
    style = _cell_format(book, column)
    is_value = table.name == "Settings" and column.declared is not None and column.declared.name == "value"
    for i in range(rows):
        value = column.values[i] if i < len(column.values) else None
        if is_value:
            declared = setting_of(columns[0].values[i]) if i < len(columns[0].values) else None
            look = SheetColumn(column.header, column.role, (), declared)
            _write_value(
                page,
                FIRST_ROW + i,
                at,
                _typed_setting(declared, value),
                book.format(
                    bg_color=INPUT,
                    border=1,
                    border_color=LINE,
                    num_format=look.number_format,
                    locked=False,
                    valign="top",
                    align="left",
                    indent=1,
                ),
            )
        elif column.declared is None:
            _write_value(page, FIRST_ROW + i, at, _number_if_plain(value), style)
        else:
            _write_value(page, FIRST_ROW + i, at, value, style)


def _write_value(page: Page, row: int, column: int, value: object, style: Any) -> None:
    if is_blank(value):
        page.blank(row, column, style)
    elif isinstance(value, bool):
        page.text(row, column, "Yes" if value else "No", style)
    elif isinstance(value, int | float) and math.isfinite(value):
        page.number(row, column, value, style)
    elif isinstance(value, dt.date):
        page.date(row, column, value, style)
    else:
        page.text(row, column, as_text(value), style)


def _typed_setting(declared: Column | None, value: object) -> object:
    """Return a setting's value as number or date, where the text it is kept as comes back from it unchanged."""
    if declared is None or is_blank(value):
        return value
    try:
        better = typed(declared, value, lambda *a, **k: None)
    except Bad:
        return value
    return better if not isinstance(better, bool) and csv_text(better) == as_text(value) else value


def _number_if_plain(value: object) -> object:
    """Return a text of an unknown column as number, where the same text comes back from it."""
    try:
        number = float(str(value))
    except ValueError:
        return value
    return number if math.isfinite(number) and as_text(number) == value else value


def _validate(page: Page, first: int, last: int, at: int, c: Column | None, lists: Lists) -> None:
    """Add the drop-down or range check of a column. Names that are not in a list are allowed: `check` hints at them."""
    check = None if c is None else _check_of(c, lists)
    if c is not None and check:
        page.validate(first, last, at, {**check, "error_title": c.title[:32]})


def _check_of(c: Column, lists: Lists) -> dict[str, object]:
    """Return what the program that shows the sheet shall check in a column, in its words; empty for nothing."""
    if c.kind in ("choice", "yes_no", "reference") and (name := lists.name_for(c)):
        return {
            "validate": "list",
            "source": f"={name}",
            "show_error": c.kind != "reference",
            "error_message": "Choose one of the list.",
        }
    if c.kind in ("number", "integer"):
        words = range_words(c.low, c.high)
        return {
            "validate": "integer" if c.kind == "integer" else "decimal",
            "criteria": "between",
            "minimum": c.low if c.low != float("-inf") else -1e15,
            "maximum": c.high if c.high != float("inf") else 1e15,
            "error_message": "A number" + (f", {words}." if words else "."),
        }
    if c.kind == "date":
        return {
            "validate": "date",
            "criteria": ">=",
            "value": dt.date(1950, 1, 1),
            "error_message": "A date, such as 2026-07-01.",
        }
    return {}


def _finish_settings(page: Page, columns: Sequence[SheetColumn], lists: Lists) -> None:
    """Give each setting its own note and drop-down: the column as a whole has none."""
    for i, name in enumerate(columns[0].values):
        declared = setting_of(name)
        if declared is None:
            continue
        unit = f"\nUnit: {declared.unit}" if declared.unit not in ("", "%") else ""
        page.comment(FIRST_ROW + i, 0, f"{declared.help}{unit}\nBlank: {blank_words(declared)}")
        _validate(page, FIRST_ROW + i, FIRST_ROW + i, 1, declared, lists)


def _arrange(book: Book, page: Page, table: Table, columns: Sequence[SheetColumn], last: int) -> None:
    """Set widths, the folded group at the right, frozen panes, printing and the look of excluded rows."""
    sheet = page.sheet
    for at, column in enumerate(columns):
        folded = {"level": 1, "hidden": True} if column.role == "common" else {}
        after = at > 0 and columns[at - 1].role == "common" and column.role != "common"
        width = 40.0 if table.name == "Settings" and at == 1 else column.width
        sheet.set_column(at, at, width, None, {"collapsed": True} if after else folded)
    if columns[-1].role == "common":
        sheet.set_column(len(columns), len(columns), None, None, {"collapsed": True})
    status = next((i for i, c in enumerate(columns) if c.declared is not None and c.declared.name == "status"), None)
    if status is not None:
        _grey_where_excluded(book, page, status, last, len(columns))
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, last + SPARE_ROWS, len(columns) - 1)})
    sheet.freeze_panes(FIRST_ROW, leading_keys(table))
    sheet.set_landscape()
    wide = sum(c.width for c in columns if c.role != "common") > _WIDE
    sheet.set_paper(8 if wide else 9)  # A3 where the print would be too small on A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&L&F&C&A&R&P / &N")
    if table.needed:
        sheet.set_tab_color(COLOURS["required"])


def _grey_where_excluded(book: Book, page: Page, status: int, last: int, width: int) -> None:
    page.sheet.conditional_format(
        FIRST_ROW,
        0,
        last + SPARE_ROWS,
        width - 1,
        {
            "type": "formula",
            "criteria": f'=${xl_col_to_name(status)}{FIRST_ROW + 1}="Exclude"',
            "format": book.format(font_color="#9A9A9A", italic=True),
        },
    )
