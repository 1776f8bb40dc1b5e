"""`Case`: what a planner wrote, typed and checked, ready to be planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from model.case.timeline import Period, Timeline, Vector, month_number
from model.problems import Problem
from model.schema.column import Table
from model.schema.parse import TableData
from model.schema.tables import TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.values import is_blank, typed


class Row:
    """One included row of a table: declared columns as attributes, defaults filled in."""

    __slots__ = ("_values", "row_id")

    def __init__(self, row_id: int, values: dict[str, Any]) -> None:
        self.row_id, self._values = row_id, values

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __repr__(self) -> str:
        return f"Row({self.row_id}, {self._values})"


@dataclass(frozen=True)
class Case:
    """A case as read; immutable, every change gives a new one.

    Attributes
    ----------
    name : str
        Name of the workbook or folder, without ending.
    data : mapping of str to TableData
        Typed tables with their addresses, also of excluded rows and unknown columns.
    problems : tuple of Problem
        What was found while reading; `model.check` adds what only the tables together show.
    """

    name: str
    data: Mapping[str, TableData]
    problems: tuple[Problem, ...] = ()
    source: str = ""
    left_out: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table as one DataFrame: declared columns, then period columns; index `row_id`."""
        joined = {n: pd.concat([d.frame, d.wide], axis=1) if len(d.wide.columns) else d.frame for n, d in self.data.items()}
        return MappingProxyType(joined)

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        return {name: list(self._included(TABLES[name])) for name in self.data}

    def _included(self, table: Table) -> Iterator[Row]:
        d = self.data[table.name]
        skipped = self.left_out.get(table.name, frozenset())
        columns = {c.name: list(d.frame[c.name]) for c in table.all_columns}
        for position, row_id in enumerate(d.frame.index):
            values = {c.name: (c.default if is_blank(v := columns[c.name][position]) else v) for c in table.all_columns}
            if values["status"] == "Include" and int(row_id) not in skipped:
                yield Row(int(row_id), values)

    def rows(self, table: str) -> list[Row]:
        """Return the included rows of a table, with defaults for blanks; empty if the table is absent."""
        if table not in TABLES:
            raise KeyError(f"there is no table {table!r}")
        return self._rows.get(table, [])

    def has(self, table: str) -> bool:
        """Return whether the case has the table, be it empty."""
        return table in self.data

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """Settings by code name, defaults for what is not given."""
        given = {r.setting: r.value for r in self.rows("Settings") if not is_blank(r.value)}
        out: dict[str, Any] = {}
        for column in SETTINGS:
            value = given.get(column.title)
            out[column.name] = column.default if value is None else typed(column, value, lambda *a, **k: None)
        return MappingProxyType(out)

    @cached_property
    def timeline(self) -> Timeline:
        """The periods of the case in order of their start."""
        s = self.settings
        starts = [(r.period, r.start, float(r.months)) for r in self.rows("Periods")]
        if not self.has("Periods"):
            first = (s["base_date"] or s["plan_date"] or dt.date(self._first_year(), 1, 1)).year
            starts = [(str(y), dt.date(y, 1, 1), 12.0) for y in range(first, first + 10)]
        starts.sort(key=lambda p: p[1])
        periods = tuple(Period(i, label, month_number(start), months, start.year)
                        for i, (label, start, months) in enumerate(starts))
        base = month_number(s["base_date"]) if s["base_date"] else periods[0].start
        plan = month_number(s["plan_date"]) if s["plan_date"] else periods[0].start
        return Timeline(periods, s["discount_rate"], s["discount_timing"], base, plan, s["quantities_are"] == "Per Period")

    def _first_year(self) -> int:
        years = [int(h) for d in self.data.values() for h in d.wide.columns if h.isdigit()]
        return min(years, default=dt.date(2026, 1, 1).year)

    def series(self, table: str) -> pd.DataFrame:
        """Return the period columns of a table as typed, long: row_id, period, value; blanks left out."""
        wide = self.data[table].wide if table in self.data else pd.DataFrame()
        long = wide.rename_axis(columns="period").stack().rename("value").reset_index() if wide.size else pd.DataFrame(
            {"row_id": [], "period": [], "value": []})
        return long

    def across(self, table: str, row: Row) -> Vector:
        """Return the row's number in each period as written (rates stay rates), shape (T,); NaN where blank.

        A period label's own column comes before its year's; a period of several years takes the mean of their columns.
        Blanks are NaN, except where the table declares "zero" or "as before".
        """
        declared = TABLES[table].periods
        assert declared is not None, table
        wide = self.data[table].wide
        values = np.full(len(self.timeline), np.nan)
        for p in self.timeline.periods:
            if p.label in wide.columns:
                values[p.index] = wide.at[row.row_id, p.label]
            else:
                years = [str(p.year + k) for k in range(p.whole_years) if str(p.year + k) in wide.columns]
                if years:
                    values[p.index] = np.mean([wide.at[row.row_id, y] for y in years])
        if declared.blank == "zero":
            return np.nan_to_num(values, nan=0.0)
        if declared.blank == "as before":
            return pd.Series(values).ffill().to_numpy(dtype=float)
        return values

    def amounts(self, table: str, row: Row) -> Vector:
        """Return the row's number as amount of each period (t), shape (T,); NaN means no limit."""
        declared = TABLES[table].periods
        assert declared is not None, table
        values = self.across(table, row)
        return values * self.timeline.amount_factor if declared.per_year else values

    @cached_property
    def _series_rows(self) -> dict[str, Row]:
        return {r.series: r for r in self.rows("Series")}

    def by_period(self, value: Any) -> Vector:
        """Return a `number_or_series` value in each period, shape (T,); NaN if it is blank."""
        if isinstance(value, str):
            return self.across("Series", self._series_rows[value])
        return np.full(len(self.timeline), np.nan if is_blank(value) else float(value))

    def rate_amounts(self, value: Any) -> Vector:
        """Return a `number_or_series` rate per year as amount of each period, shape (T,); NaN means no limit."""
        return self.by_period(value) * self.timeline.amount_factor

    def address(self, table: str, row: Row | int | None, column: str | None = None, period: str | None = None) -> str:
        """Return where a figure stands; see `model.schema.raw.Locator.address`."""
        row_id = row.row_id if isinstance(row, Row) else row
        return self.data[table].locator.address(row_id, column, period)
