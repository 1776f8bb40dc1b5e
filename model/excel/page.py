"""xlsxwriter as this program uses it: every return code is looked at, texts stay texts, numbers keep every digit."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from model.errors import StoreError
from model.excel.replace import write_bytes

_CREATED = dt.datetime(2026, 1, 1)
FONT = "Calibri"


class _Exact(float):
    """A number that is written in its shortest exact form; xlsxwriter's own has 16 digits, one too few."""

    def __format__(self, spec: str) -> str:
        if spec != ".16G":
            return super().__format__(spec)
        return str(int(self)) if self.is_integer() and abs(self) < 1e15 else repr(float(self)).upper()


class Book:
    """A workbook being written in memory; the same calls give the same bytes."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self._book.set_properties({"title": title, "created": _CREATED, "comments": "Written by Yttria"})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Return a cell format, one object for equal properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"font_name": FONT, "font_size": 10, **properties})
        return self._formats[key]

    def page(self, name: str) -> Page:
        """Add a sheet."""
        return Page(self._book.add_worksheet(name), name, self.format())

    def name_range(self, name: str, formula: str) -> None:
        """Define a name for a range."""
        _checked(self._book.define_name(name, formula), f"name {name}")

    def chart(self, kind: str, subtype: str = "") -> Any:
        """Return a new native chart, to be put on a page with `Page.put_chart`."""
        return self._book.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})

    def content(self) -> bytes:
        """Close the workbook and return it."""
        self._book.close()
        return self._buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write the workbook to its place.

        Raises
        ------
        StoreError
            If it can not be written there.
        """
        write_bytes(path, self.content())


class Page:
    """One sheet being written. Rows and columns count from 0, as in xlsxwriter."""

    def __init__(self, sheet: Any, name: str, plain: Any) -> None:
        self.sheet, self.name, self._plain = sheet, name, plain

    def text(self, row: int, column: int, value: str, style: Any = None) -> None:
        """Write a text as a text, whatever it begins with.

        Raises
        ------
        StoreError
            If it is longer than a cell can be.
        """
        if len(value) > 32_767:
            raise StoreError(f"{self._at(row, column)}: a text of {len(value):,} characters does not fit in a cell")
        if value.startswith("<r>") and value.endswith("</r>"):
            # xlsxwriter would take such a text for XML of its own.
            parts = (value[0], self._plain, value[1:], style) if style else (value[0], self._plain, value[1:])
            _checked(self.sheet.write_rich_string(row, column, *parts), self._at(row, column))
        else:
            _checked(self.sheet.write_string(row, column, value, style), self._at(row, column))

    def number(self, row: int, column: int, value: float, style: Any = None) -> None:
        """Write a number with every digit."""
        _checked(self.sheet.write_number(row, column, _Exact(value + 0.0), style), self._at(row, column))

    def date(self, row: int, column: int, value: dt.date, style: Any = None) -> None:
        """Write a date; Excel knows none before 1900, which are written as ISO text."""
        if value < dt.date(1900, 3, 1):
            self.text(row, column, value.isoformat(), style)
        else:
            _checked(
                self.sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), style),
                self._at(row, column),
            )

    def blank(self, row: int, column: int, style: Any) -> None:
        """Write an empty formatted cell."""
        _checked(self.sheet.write_blank(row, column, None, style), self._at(row, column))

    def formula(self, row: int, column: int, formula: str, value: str | float, style: Any = None) -> None:
        """Write a formula with the value that it gives."""
        _checked(self.sheet.write_formula(row, column, formula, style, value), self._at(row, column))

    def comment(self, row: int, column: int, words: str) -> None:
        """Attach a note to a cell, large enough to be read."""
        lines = sum(1 + len(line) // 52 for line in words.split("\n"))
        size = {"x_scale": 2.6, "y_scale": max(0.4, 0.26 * lines), "font_size": 9, "author": "Yttria"}
        _checked(self.sheet.write_comment(row, column, words, size), self._at(row, column))

    def link(self, row: int, column: int, address: str, words: str, style: Any = None) -> None:
        """Write a link, or its words alone where Excel can not hold the address."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # addresses that are too long, or too many
            code = self.sheet.write_url(row, column, address, style, words)
        if code != 0:
            self.text(row, column, words, style)

    def validate(self, first: int, last: int, column: int, options: Mapping[str, Any]) -> None:
        """Add a drop-down or a range check to a column."""
        _checked(self.sheet.data_validation(first, column, last, column, dict(options)), self._at(first, column))

    def table(self, bounds: tuple[int, int, int, int], options: Mapping[str, Any]) -> None:
        """Make a real Excel Table of a range (first row, first column, last row, last column).

        Raises
        ------
        StoreError
            If a header does not fit in a table.
        """
        headers = [c["header"] for c in options["columns"]]
        unfit = next((h for h in headers if len(h) > 255 or h.startswith("<r>")), None)
        if unfit is not None:
            raise StoreError(f"{self.name}: the header {unfit[:40]!r} does not fit in an Excel Table")
        _checked(self.sheet.add_table(*bounds, dict(options)), f"table on sheet {self.name}")

    def put_chart(self, row: int, column: int, chart: Any, options: Mapping[str, Any]) -> None:
        """Put a chart on the sheet."""
        _checked(self.sheet.insert_chart(row, column, chart, dict(options)), self._at(row, column))

    def _at(self, row: int, column: int) -> str:
        return f"{self.name}!{xl_rowcol_to_cell(row, column)}"


def _checked(code: int | None, where: str) -> None:
    # xlsxwriter says what does not fit by a return code that is easily overlooked.
    if code not in (0, None):
        raise StoreError(f"{where} does not fit in an Excel workbook (code {code})")
