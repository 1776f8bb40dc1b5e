"""Sweeps: whether what they vary exists, can be varied so, and has a range."""

from __future__ import annotations

import math

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.grammar import field_named, has_own_range, periods_between, rows_named, table_named
from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables import TABLES
from model.schema.tables.common import ANY
from model.schema.tables.study import METHODS
from model.schema.values import as_text, fold, is_blank, nearest

_TABLE = "Sweeps"
_MANY = 10_000


def find(finder: Finder) -> None:
    """Check every row of Sweeps, and each sweep as a whole."""
    for name, rows in grouped((r for r in finder.rows(_TABLE) if r.sweep), lambda r: str(r.sweep)).items():
        method = _method(finder, name, rows)
        counts = [_row(finder, row, method) for row in rows if row.table and row.row and row.field]
        points = math.prod(counts) if method == "Grid" else sum(counts)
        if method in METHODS[2:]:
            points = max((int(r.points) for r in rows if not is_blank(r.points)), default=0)
        if points > _MANY:
            finder.say("sweep-many-points", _TABLE, rows[0], "points", sweep=name, count=points)


def _method(finder: Finder, name: str, rows: list[Row]) -> str:
    given = [r for r in rows if not is_blank(r.method)]
    for row in given[1:]:
        if row.method != given[0].method:
            finder.say(
                "sweep-methods-differ", _TABLE, row, "method", sweep=name, found=row.method, other=given[0].method
            )
    return str(given[0].method) if given else METHODS[0]


def _row(finder: Finder, row: Row, method: str) -> int:
    """Check one row and return how many values it asks for."""
    found = _target(finder, row)
    if found is not None:
        _how(finder, row, found[1])
        _range(finder, row, method, *found)
    values = sum(not is_blank(getattr(row, f"value_{k}")) for k in range(1, 6))
    return max(values, int(row.points) if not is_blank(row.points) else 2)


def _target(finder: Finder, row: Row) -> tuple[Table, Column | PeriodColumns, list[int]] | None:
    table = table_named(row.table)
    if table is None:
        finder.say("table-unknown", _TABLE, row, "table", found=row.table, hint=nearest(row.table, TABLES))
        return None
    if table.name not in finder.case.data:
        finder.say("table-absent", _TABLE, row, "table", name=table.name)
        return None
    field = field_named(table, row.field)
    if field is None or field.name in table.key:
        known = [c.title for c in table.columns if c.name not in table.key]
        known += [table.periods.title] if table.periods is not None else []
        hint = nearest(row.field, known)
        finder.say("field-unknown", _TABLE, row, "field", name=table.name, found=row.field, hint=hint)
        field = None
    rows = rows_named(finder.case, table.name, row.row)
    if not rows:
        off = _switched_off(finder, table.name, str(row.row))
        code = "sweep-row-off" if off else "row-unknown"
        finder.say(code, _TABLE, row, "row", where=f"what is named {row.row!r}", name=table.name, sweep=row.sweep)
    ts = periods_between(finder.case, row.from_period, row.to_period)
    if ts is None:
        ends = " to ".join(as_text(e) for e in (row.from_period, row.to_period) if not is_blank(e))
        finder.say("change-periods", _TABLE, row, "from_period", found=ends)
    elif len(ts) < len(finder.timeline) and isinstance(field, Column) and field.kind != "number_or_series":
        finder.say("change-in-time", _TABLE, row, "from_period", column=field.title)
    return None if field is None or not rows else (table, field, rows)


def _switched_off(finder: Finder, table: str, name: str) -> bool:
    """Return whether a name means a row that is not part of the case for its Status alone."""
    frame = finder.case.data[table].frame
    gone = frame[frame["status"] == "Exclude"] if "status" in frame else frame.head(0)
    keys = [k for k in TABLES[table].key if k in gone]
    texts = {fold(" / ".join(as_text(v) for v in words)) for words in gone[keys].itertuples(index=False)}
    # Also whatever else such a row names: its supplier, or the country in which it was mined.
    refers = [c.name for c in TABLES[table].columns if c.kind == "reference" and c.name in gone]
    texts |= {fold(v) for column in refers for v in gone[column] if isinstance(v, str)}
    return fold(name) in texts | ({fold(ANY)} if len(gone) else set())


def _how(finder: Finder, row: Row, field: Column | PeriodColumns) -> None:
    words = isinstance(field, Column) and field.kind not in ("number", "number_or_series")
    if words and row.change != "=" and not (row.table and table_named(row.table) is TABLES["Settings"]):
        finder.say("change-not-number", _TABLE, row, "change", column=field.title, how=row.change)


def _range(finder: Finder, row: Row, method: str, table: Table, field: Column | PeriodColumns, rows: list[int]) -> None:
    values = any(not is_blank(getattr(row, f"value_{k}")) for k in range(1, 6))
    drawn = method in METHODS[2:]
    low, high = (None if is_blank(v) else float(v) for v in (row.low, row.high))
    if values and not drawn:
        if low is not None or high is not None:
            finder.say("sweep-values-and-range", _TABLE, row, "low")
        return
    if (low is None) != (high is None):
        finder.say("sweep-range-incomplete", _TABLE, row, "low" if low is None else "high")
        return
    if low is None or high is None:
        mine = {r.row_id: r for r in finder.rows(table.name)}
        if not has_own_range(table, field) or any(is_blank(mine[i].low) or is_blank(mine[i].high) for i in rows):
            finder.say("sweep-no-own-range", _TABLE, row, "low", name=f"{table.name}.{row.row}.{row.field}")
        elif drawn and len(rows) > 1:
            finder.say("sweep-no-distribution", _TABLE, row, "low", method=method)
        return
    if not is_blank(row.most_likely) and not min(low, high) <= row.most_likely <= max(low, high):
        finder.say(
            "sweep-peak-outside",
            _TABLE,
            row,
            "most_likely",
            found=plain(row.most_likely),
            low=plain(low),
            high=plain(high),
        )
    if row.distribution == "Log-uniform" and min(low, high) <= 0:
        finder.say("sweep-low-not-positive", _TABLE, row, "low", found=plain(min(low, high)))
