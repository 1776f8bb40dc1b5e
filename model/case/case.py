"""`Case`: what a planner wrote, typed and checked, ready to be planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.case.products import materials_of, needs_by_material
from model.case.substitutes import stand_ins
from model.case.timeline import Period, Timeline, Vector, month_number
from model.problems import Problem
from model.schema.column import Blank, Column, Table
from model.schema.tables import TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.typed import TableData
from model.schema.values import Bad, is_blank, typed


class Row:
    """One included row of a table: declared columns as attributes, defaults filled in.

    `scale` is what its numbers by period are multiplied by: the tonnes in a unit where a row of Demand counts products.
    """

    __slots__ = ("_values", "row_id", "scale")

    def __init__(self, row_id: int, values: dict[str, Any], scale: float = 1.0) -> None:
        self.row_id, self._values, self.scale = row_id, values, scale

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def values(self) -> dict[str, Any]:
        """All attributes by name."""
        return self._values

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
        joined = {
            n: pd.concat([d.frame, d.wide], axis=1) if len(d.wide.columns) else d.frame for n, d in self.data.items()
        }
        return MappingProxyType(joined)

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        return self._rows_of({}, self.data)

    def _rows_of(self, known: Mapping[str, list[Row]], fresh: Iterable[str]) -> dict[str, list[Row]]:
        """Return rows by table: those of the tables `fresh` made from their data, the others as known."""
        rows = {**known, **{name: list(self._included(TABLES[name])) for name in fresh}}
        if "Demand" in self.data and {"Demand", "Products"} & set(fresh):
            products = materials_of(rows.get("Products", ()))
            rows["Demand"] = [
                Row(r.row_id, values, scale)
                for r in self._included(TABLES["Demand"])
                for values, scale in needs_by_material(r.values, products)
            ]
            drawn = stand_ins([(r.row_id, r.values) for r in rows["Demand"]], rows.get("Substitutions", ()))
            rows["Demand"] += [Row(row_id, values, 0.0) for row_id, values in drawn]
        return rows

    def _included(self, table: Table) -> Iterator[Row]:
        d = self.data[table.name]
        skipped = self.left_out.get(table.name, frozenset())
        names = list(d.frame.columns)
        defaults = [table.column(name).default for name in names]
        status = names.index("status")
        depending = [(c.name, *c.default_by) for c in table.columns if c.default_by]
        # All cells at once: asking a frame for one column after the other takes most of the time of reading a case.
        for row_id, cells in zip(d.frame.index.tolist(), d.frame.to_numpy(dtype=object).tolist(), strict=True):
            if row_id in skipped or not (is_blank(cells[status]) or cells[status] == "Include"):
                continue
            values = {n: w if is_blank(v) else v for n, v, w in zip(names, cells, defaults, strict=True)}
            for name, other, when, then in depending:
                if is_blank(cells[names.index(name)]) and values[other] == when:
                    values[name] = then
            yield Row(row_id, values)

    def rows(self, table: str) -> list[Row]:
        """Return the included rows of a table, with defaults for blanks; empty if the table is absent.

        A row of Demand that counts products comes once for each material of the product; see `model.case.products`. What
        stands in for a material comes as a need of zero tonnes; see `model.case.substitutes`.

        Raises
        ------
        KeyError
            If there is no such table in the schema.
        """
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
        return MappingProxyType({c.name: _setting(c, given.get(c.title)) for c in SETTINGS})

    @cached_property
    def timeline(self) -> Timeline:
        """The periods of the case in order of their start."""
        s = self.settings
        # A period that could not be read is a problem already; what else is wrong shall be found in spite of it.
        starts = [
            (r.period, r.start, float(r.months)) for r in self.rows("Periods") if r.period and r.start and r.months
        ]
        if not starts:
            first = (s["base_date"] or s["plan_date"] or dt.date(self._first_year(), 1, 1)).year
            starts = [(str(y), dt.date(y, 1, 1), 12.0) for y in range(first, first + 10)]
        starts.sort(key=lambda p: p[1])
        periods = tuple(
            Period(i, label, month_number(start), months, start.year) for i, (label, start, months) in enumerate(starts)
        )
        base = month_number(s["base_date"]) if s["base_date"] else periods[0].start
        plan = month_number(s["plan_date"]) if s["plan_date"] else periods[0].start
        per_period = s["quantities_are"] == "Per Period"
        return Timeline(periods, s["discount_rate"], s["discount_timing"], base, plan, per_period)

    def _first_year(self) -> int:
        years = [int(h) for d in self.data.values() for h in d.wide.columns if h.isdigit()]
        return min(years, default=dt.date(2026, 1, 1).year)

    def series(self, table: str) -> pd.DataFrame:
        """Return the period columns of a table as typed, long: row_id, period, value; blanks left out."""
        wide = self.data[table].wide if table in self.data else pd.DataFrame()
        long = (
            wide.reset_index().melt("row_id", var_name="period")
            if wide.size
            else pd.DataFrame({"row_id": [], "period": [], "value": []})
        )
        return long.dropna(subset=["value"]).sort_values("row_id", kind="stable", ignore_index=True)

    def across(self, table: str, row: Row) -> Vector:
        """Return the row's number in each period as written (rates stay rates), shape (T,); NaN where blank.

        A period label's own column comes before its year's; a period of several years takes the mean of their columns.
        Blanks are NaN, except where the table declares "zero" or "as before".
        """
        values: Vector = self.numbers(table)[row.row_id] * row.scale
        return values

    @cached_property
    def _numbers_across(self) -> dict[str, npt.NDArray[np.float64]]:
        return {}

    def numbers(self, table: str) -> npt.NDArray[np.float64]:
        """Return the numbers of all rows in each period as they stand in the table, shape (rows, T); see `across`."""
        declared = TABLES[table].periods
        assert declared is not None, table
        if table not in self._numbers_across:
            self._numbers_across[table] = by_period(self.data[table].wide, declared.blank, self.timeline)
        return self._numbers_across[table]

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

    @staticmethod
    def from_tables(tables: Mapping[str, pd.DataFrame], name: str = "case") -> Case:
        """Return a Case of frames, by table name; headers are those of a sheet or the names in code.

        Errors in it do not raise here; `model.check` lists them.

        Raises
        ------
        CaseError
            If a name is not that of a table.
        """
        from model.case.build import case_from_tables

        return case_from_tables(tables, name)

    def set(
        self,
        table: str,
        where: Mapping[str, object] | Callable[[pd.Series], bool],
        field: str,
        value: object,
        period: str | int | None = None,
    ) -> Case:
        """Return a new Case with another value in one field of the rows that match.

        See `model.case.build.set_value`.
        """
        from model.case.build import set_value

        return set_value(self, table, where, field, value, period)

    def replace(self, table: str, frame: pd.DataFrame) -> Case:
        """Return a new Case with one table replaced; see `model.case.build.replace_table`."""
        from model.case.build import replace_table

        return replace_table(self, table, frame)

    def with_data(self, changed: Mapping[str, TableData], rows: Mapping[str, list[Row]] | None = None) -> Case:
        """Return a new Case with typed tables exchanged as they are: nothing is read again and nothing is checked.

        What the other tables gave is shared with this case, so that a change of one number costs no more than its table. Rows
        may be added, but none may be excluded, nor a name changed: for that see `set`. Whoever has the rows that the data give
        already, of a table from which no other is made, says so with `rows`.
        """
        new = replace(self, data={**self.data, **changed})
        given = {} if rows is None else rows
        new.__dict__["_rows"] = new._rows_of({**self._rows, **given}, [name for name in changed if name not in given])
        kept = {n: v for n, v in self._numbers_across.items() if n not in changed}
        if not {"Settings", "Periods"} & set(changed):
            new.__dict__.update(settings=self.settings, timeline=self.timeline, _numbers_across=kept)
        if "Series" not in changed:
            new.__dict__["_series_rows"] = self._series_rows
        return new

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out from the tables is worked out again where the case arrives.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def where(self, table: str, **conditions: object) -> pd.DataFrame:
        """Return the rows of a table, excluded ones too, whose columns hold the given values; texts in any capitals.

        Raises
        ------
        CaseError
            If the case has no such table, or the table no such column.
        """
        from model.case.build import matching_rows

        d, rows = matching_rows(self, table, conditions)
        return self.tables[d.table.name].loc[rows]

    def save(self, path: str | Path) -> None:
        """Write the case to `path`: a workbook if it ends in .xlsx, else a folder of CSV files, replaced as a whole.

        Raises
        ------
        CaseError
            If cells of the case could not be read: they would be lost.
        StoreError
            If the place can not be written, or is a folder that holds other things than a case.
        """
        from model.case.save import save_case

        save_case(self, path)


def _setting(column: Column, value: object) -> Any:
    if value is None:
        return column.default
    try:
        return typed(column, value, lambda *a, **k: None)
    except Bad:  # reported where the case was read
        return column.default


def by_period(wide: pd.DataFrame, blank: Blank, timeline: Timeline) -> npt.NDArray[np.float64]:
    """Return the numbers of every row in each period, shape (rows, T); blanks are filled before years are averaged."""
    found = [_columns_of(p, wide) for p in timeline.periods]
    used = pd.DataFrame(wide[[h for headers in found for h in headers]].to_numpy(dtype=float))
    cells = (used.fillna(0.0) if blank == "zero" else used.ffill(axis=1) if blank == "as before" else used).to_numpy()
    out = np.full((len(wide), len(timeline)), 0.0 if blank == "zero" else np.nan)
    at = 0
    for t, headers in enumerate(found):
        if headers:
            out[:, t] = cells[:, at : at + len(headers)].mean(axis=1)
        elif t and blank == "as before":
            out[:, t] = cells[:, at - 1] if at else np.nan
        at += len(headers)
    return out


def _columns_of(period: Period, wide: pd.DataFrame) -> list[str]:
    if period.label in wide.columns:
        return [period.label]
    return [y for k in range(period.whole_years) if (y := str(period.year + k)) in wide.columns]
