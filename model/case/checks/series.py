"""Numbers that follow a row of table Series: unit, range, a value to begin with."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.schema.column import Column
from model.schema.tables import TABLES
from model.schema.values import fold


def find(finder: Finder) -> None:
    """Check every use of a series, and series that nothing uses."""
    series = {r.series: r for r in finder.rows("Series") if r.series}
    begun: set[str] = set()
    for table in TABLES.values():
        for column in (c for c in table.columns if c.kind == "number_or_series"):
            for row in finder.rows(table.name):
                name = getattr(row, column.name)
                if isinstance(name, str) and name in series:
                    _use(finder, table.name, column, row, series[name], first=name not in begun)
                    begun.add(name)
    for name, row in series.items():
        if name not in begun:
            finder.say("series-unused", "Series", row, series=name)


def _use(finder: Finder, table: str, column: Column, row: Row, series: Row, *, first: bool) -> None:
    unit = column.unit
    # Storage is held, not done per year: its capacity is in t at any time.
    if table in ("Lines", "Projects") and row.kind == "Storage" and unit == "t/y":
        unit = "t"
    if series.series_unit and fold(series.series_unit) not in (fold(unit), fold(column.unit)):
        finder.say(
            "series-unit",
            table,
            row,
            column.name,
            column=column.title,
            series=series.series,
            found=series.series_unit,
            stored=unit,
        )
    values = finder.case.across("Series", series)
    start = finder.label(0)
    if first and np.isnan(values[0]) and not _unread(finder, series):
        finder.say("series-start", "Series", series, None, start, series=series.series, period=start)
    t = finder.first(values, (values < column.low) | (values > column.high))
    if t >= 0:
        bounds = (
            f"{plain(column.low)} or more" if np.isinf(column.high) else f"{plain(column.low)} to {plain(column.high)}"
        )
        finder.say(
            "series-range",
            "Series",
            series,
            None,
            finder.label(t),
            series=series.series,
            found=plain(values[t]),
            period=finder.label(t),
            column=column.title,
            used=finder.case.address(table, row, column.name),
            expected=bounds,
        )


def _unread(finder: Finder, series: Row) -> bool:
    return any(row_id == series.row_id for row_id, _ in finder.case.data["Series"].unread)
