"""What stands in which column of a sheet, in which words and in which look. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.schema import units
from model.schema.column import Column, PeriodColumns, Table
from model.schema.dictionary import PERIOD_BLANKS, blank_words, range_words
from model.schema.tables.settings import SETTINGS
from model.schema.typed import TableData
from model.schema.values import is_blank

Role = Literal["required", "optional", "period", "common", "unknown"]
COLOURS: dict[Role, str] = {
    "required": "#17415A",
    "optional": "#5B8299",
    "period": "#7A6A3A",
    "common": "#6B6B6B",
    "unknown": "#8A5A7A",
}
"""Colour of a header by what its column is."""
MEANINGS: dict[Role, str] = {
    "required": "must be filled in every row that is used",
    "optional": "may stay blank; the note on the header says what a blank means",
    "period": "one column per year or period",
    "common": "status, source and notes; opened with the + above the columns",
    "unknown": "your own columns: kept, and not used",
}
INPUT = "#FFFBE8"
LINE = "#D0D0D0"
_NUMBER = "[>=1000]#,##0.##;[<=-1000]-#,##0.##;General"
_WHOLE = "[>=1000]#,##0;[<=-1000]-#,##0;General"


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet: header, what it is, what is declared of it, values from the first row on."""

    header: str
    role: Role
    values: Sequence[object]
    declared: Column | None = None

    @property
    def number_format(self) -> str:
        """Excel's number format of the cells."""
        if self.declared is None or self.declared.kind in ("text", "choice", "yes_no", "reference"):
            return "General"
        if self.declared.kind == "date":
            return "yyyy-mm-dd"
        if self.declared.unit.startswith("%"):
            # A rule's limit is a share, or a number of sources.
            return "0.0##%" if self.declared.high <= 1 else "[<=1]0.0##%;General"
        return _WHOLE if self.role == "period" or self.declared.unit == "t/y" else _NUMBER

    @property
    def width(self) -> float:
        """Width that shows header and content, within reason."""
        if self.role == "period":
            return max(9.0, len(self.header) + 2)
        words = max(len(w) for w in self.header.split()) + 4
        content = max((len(str(v)) for v in self.values if not is_blank(v)), default=0) + 2
        return float(min(max(words, content, 11), 40))


def columns_of(table: Table, data: TableData | None, years: Sequence[str] = ()) -> list[SheetColumn]:
    """Return the columns of a table's sheet: own, periods, the grouped ones, then those that are not declared.

    `years` are the period columns of a table that has none.
    """

    def declared(c: Column) -> SheetColumn:
        role: Role = "required" if c.required else "optional"
        values = list(data.frame[c.name]) if data else []
        return SheetColumn(c.header, "common" if c in table.common else role, values, c)

    columns = [declared(c) for c in table.columns]
    if table.periods:
        headers = list(data.wide.columns) if data else list(years)
        columns += [
            SheetColumn(h, "period", list(data.wide[h]) if data else [], as_column(table.periods)) for h in headers
        ]
    columns += [declared(c) for c in table.common]
    if data:
        columns += [SheetColumn(str(h), "unknown", list(data.extra[h])) for h in data.extra.columns]
    return columns


def as_column(periods: PeriodColumns) -> Column:
    """Return the number that runs across as a column, for its note and its look."""
    return Column(
        periods.name,
        "number",
        periods.help,
        periods.unit,
        blank=PERIOD_BLANKS[periods.blank],
        low=periods.low,
        high=periods.high,
    )


def leading_keys(table: Table) -> int:
    """Return how many columns at the left name a row; panes are frozen after them."""
    count = 0
    for column in table.columns:
        if column.name not in table.key:
            break
        count += 1
    return max(count, 1)


def header_note(column: SheetColumn) -> str:
    """Return what a planner should know of a column, as lines."""
    c = column.declared
    if c is None:
        return ""
    lines = [c.help]
    if c.unit:
        others = [u for u in units.alternatives(c.unit) if u != c.unit] if column.role != "period" else []
        also = f" (or, in the header: {', '.join(others)})" if others else ""
        lines.append("Share: type 10% or 0.1" if c.unit == "%" else f"Unit: {c.unit}{also}")
    if c.kind == "number_or_series":
        lines.append("A number, or the name of a row of sheet Series")
    if c.refers_to:
        lines.append("A name from " + ", ".join(c.refers_to) + "".join(f", or {w}" for w in c.also))
    if c.choices:
        lines.append("One of: " + ", ".join(c.choices))
    limits = range_words(c.low, c.high)
    if limits:
        lines.append(f"Allowed: {limits}")
    lines.append("Must be filled" if c.required else f"Blank: {blank_words(c)}")
    return "\n".join(lines)


def setting_of(name: object) -> Column | None:
    """Return the declaration of a setting by its title."""
    return next((c for c in SETTINGS if c.title == name), None)
