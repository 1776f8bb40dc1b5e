"""Cells as they were found, before anything is made of them. Readers of all forms end here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from model.schema.column import Table, title_case

Form = Literal["sheet", "csv", "frame"]


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell whose formula gives an Excel error such as ``#REF!``."""

    code: str


@dataclass(frozen=True, slots=True)
class UncalculatedCell:
    """A cell with a formula for which the file holds no value."""


class CsvText(str):
    """A cell of a CSV file: a text by nature, so that a plain number or ISO date in it is no reason for a note."""

    __slots__ = ()


def column_letter(number: int) -> str:
    """Return the letters of column `number`, counted from 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class RawTable:
    """One table as found.

    Attributes
    ----------
    table : Table
        Declaration that it is read by.
    form : {"sheet", "csv", "frame"}
        Where it comes from; decides how an address is printed.
    sheet : str
        Name of the sheet or file as the user knows it.
    header_row : int
        Row number of the headers.
    headers : dict of int to object
        Column number, counted from 1, to the header cell.
    rows : list of (int, dict of int to object)
        Row number and the non-empty cells of the row by column number.
    """

    table: Table
    form: Form
    sheet: str
    header_row: int
    headers: Mapping[int, object]
    rows: list[tuple[int, dict[int, object]]]


@dataclass(frozen=True)
class Locator:
    """Turns (row, column, period) into an address; one per table.

    Attributes
    ----------
    columns : dict of str to int
        Code name of a column, or header of a period column, to its column number.
    row_numbers : dict of int to int
        Row id to row number.
    keys : dict of int to str
        Row id to the row's key in words, for tables that have no cells.
    """

    table: str
    form: Form
    sheet: str
    header_row: int
    columns: Mapping[str, int] = field(default_factory=dict)
    row_numbers: Mapping[int, int] = field(default_factory=dict)
    keys: Mapping[int, str] = field(default_factory=dict)
    period_headers: Mapping[str, str] = field(default_factory=dict)

    def address(self, row_id: int | None = None, column: str | None = None, period: str | None = None) -> str:
        """Return where a figure stands, as a planner would look it up.

        Examples: ``Export Controls!H14`` · ``export_controls.csv:14 (2028)`` · ``Export Controls, Dy / China, 2028``.
        `period` is a period label; the column of its year is found where the label has none of its own.
        """
        if period is not None:
            column = self.period_headers.get(period, period)
        number = self.header_row if row_id is None else self.row_numbers.get(row_id, 0)
        if self.form == "sheet":
            where = self.columns.get(column or "", 0)
            return f"{self.sheet}!{column_letter(where) if where else 'A'}{number}"
        shown = column or ""
        across = period is not None or shown in self.period_headers.values()
        if not across and shown.isidentifier() and shown.islower():
            shown = title_case(shown)
        if self.form == "csv":
            return f"{self.sheet}:{number}" + (f" ({shown})" if shown else "")
        parts = [self.table, self.keys.get(row_id, f"row {row_id + 1}") if row_id is not None else "", shown]
        return ", ".join(p for p in parts if p)

    def row(self, row_id: int | None) -> int:
        """Return the row number of a row id, or of the header."""
        return self.header_row if row_id is None else self.row_numbers.get(row_id, 0)
