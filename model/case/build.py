"""Making a Case: from raw tables, from frames, and by changing a number of another Case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from model.case.case import Case
from model.errors import CaseError
from model.messages import FILE
from model.problems import Problem, errors_of, problem
from model.schema.column import Table
from model.schema.parse import parse
from model.schema.raw import RawTable
from model.schema.tables import TABLES
from model.schema.typed import TableData, names_of, set_aside
from model.schema.values import as_text, fold, is_blank, letters, nearest

Where = Mapping[str, object] | Callable[[pd.Series], bool]


def case_from_raw(name: str, raws: Iterable[RawTable], found: Iterable[Problem] = (), source: str = "") -> Case:
    """Return the Case of raw tables; its `problems` hold everything found so far, errors included."""
    data, problems = parse(raws)
    needed = [t.name for t in TABLES.values() if t.needed]
    missing = [problem("table-missing", "", name=n, needed=", ".join(needed)) for n in needed if n not in data]
    left_out, notes = _left_out(data)
    return Case(name, data, (*found, *missing, *problems, *notes), source, left_out)


def _left_out(data: Mapping[str, TableData]) -> tuple[dict[str, frozenset[int]], list[Problem]]:
    """Return the rows that go with an excluded row that they name, and a note for each."""
    out: dict[str, set[int]] = {n: set(rows) for n, rows in set_aside(data).items()}
    notes: list[Problem] = []
    changed = True
    while changed:
        changed = False
        gone = {n: _gone_names(d, out[n]) for n, d in data.items()}
        for name, d in data.items():
            for column in (c for c in d.table.columns if c.kind in ("reference", "number_or_series")):
                tables = column.refers_to or ("Series",)
                for row_id, value in enumerate(d.frame[column.name].tolist()):
                    if row_id in out[name] or not isinstance(value, str) or value in column.also:
                        continue
                    table = _only_excluded(fold(value), tables, data, gone)
                    if table:
                        out[name].add(row_id)
                        changed = True
                        notes.append(
                            problem(
                                "row-left-out",
                                d.locator.address(row_id, column.name),
                                table=name,
                                row=d.locator.row(row_id),
                                found=value,
                                name=table,
                            )
                        )
    return {n: frozenset(rows) for n, rows in out.items()}, notes


def _gone_names(d: TableData, out: set[int]) -> set[str]:
    names = [(i in out, fold(v)) for i, v in enumerate(d.frame[d.table.key[0]].tolist()) if not is_blank(v)]
    return {name for gone, name in names if gone} - {name for gone, name in names if not gone}


def _only_excluded(
    value: str, tables: tuple[str, ...], data: Mapping[str, TableData], gone: Mapping[str, set[str]]
) -> str:
    """Return the table in which the name is excluded, if no table holds it as included."""
    if not any(value in gone.get(t, ()) for t in tables):
        return ""
    holders = [t for t in tables if t in data and value in names_of(data, t)]
    return holders[0] if holders and all(value in gone[t] for t in holders) else ""


def case_from_tables(tables: Mapping[str, pd.DataFrame], name: str = "case") -> Case:
    """Return a Case of frames made in Python; see `model.Case.from_tables`."""
    raws = []
    for given, frame in tables.items():
        table = _declared(given)
        raws.append(_raw_of_frame(table, frame))
    return case_from_raw(name, raws)


def _raw_of_frame(table: Table, frame: pd.DataFrame) -> RawTable:
    headers = dict(enumerate(frame.columns, 1))
    rows = [
        (n, {at: _python(v) for at, v in enumerate(values, 1) if not (v is pd.NaT or v is pd.NA or is_blank(v))})
        for n, values in enumerate(frame.itertuples(index=False, name=None), 1)
    ]
    return RawTable(table, "frame", table.name, 0, headers, rows)


def _python(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _declared(name: str) -> Table:
    # `derisking_rules`, a Python name, means De-risking Rules as well.
    wanted = letters(name)
    for table in TABLES.values():
        if wanted == letters(table.name):
            return table
    raise CaseError([problem("table-unknown", "", found=name, hint=nearest(name, TABLES))])


def replace_table(case: Case, name: str, frame: pd.DataFrame) -> Case:
    """Return a new Case with one table replaced or added; columns and period columns as in `case.tables[name]`."""
    table = _declared(name)
    raws = {n: raw_of(d) for n, d in case.data.items()} | {table.name: _raw_of_frame(table, frame)}
    return case_from_raw(case.name, raws.values(), _kept(case, table.name), case.source)


# What a typed table no longer shows when it is read again: said once, where the case was first read.
_SAID_ONCE = {
    *FILE,
    "column-twice",
    "column-missing",
    "unit-unknown",
    "unit-converted",
    "period-unknown",
    "rows-below-table",
    "rows-hidden",
    "cells-merged",
    "too-many-columns",
    "external-link",
    "text-read-as-number",
    "text-read-as-date",
    "spelling",
} - {"newer-schema"}


def _kept(case: Case, replaced: str = "", changed: frozenset[str] = frozenset()) -> list[Problem]:
    return [
        p
        for p in case.problems
        if p.code in _SAID_ONCE and p.address not in changed and (not p.table or p.table != replaced)
    ]


def raw_of(d: TableData, also: str = "") -> RawTable:
    """Return a typed table as raw cells at the places where they stood, with column `also` if it had none."""
    columns: dict[str, pd.Series] = {c.name: d.frame[c.name] for c in d.table.all_columns}
    columns |= {str(h): values for frame in (d.wide, d.extra) for h, values in frame.items()}
    # A column of a year is gone where an overlay has put one for each of its periods.
    taken = {name: at for name, at in d.locator.columns.items() if name in columns}
    for name, values in columns.items():
        if name not in taken and (name == also or name in d.extra.columns or values.notna().any()):
            taken[str(name)] = max(taken.values(), default=0) + 1
    names = {c.name: c.title for c in d.table.all_columns}
    headers: dict[int, object] = {at: names.get(name, name) for name, at in taken.items()}
    kept = [(at, list(columns[name])) for name, at in taken.items()]
    rows = [(d.locator.row(i), {at: v[i] for at, v in kept if not is_blank(v[i])}) for i in range(len(d.frame))]
    for (row_id, name), cell in d.unread.items():
        rows[row_id][1][taken[name]] = cell
    return RawTable(d.table, d.locator.form, d.locator.sheet, d.locator.header_row, headers, rows)


def set_value(case: Case, table: str, where: Where, field: str, value: object, period: str | int | None = None) -> Case:
    """Return a new Case in which one field of the rows that match has another value.

    Parameters
    ----------
    where : mapping or callable
        Column → value that a row must have, or a function of the row.
    field : str
        Column in code (`price`) or as header (`Price`); with `period`, the name of the table's period number or "".
    period : str or int, optional
        Header of a period column, for numbers that run across.

    Raises
    ------
    CaseError
        If no row matches, or the field does not exist: a change that changes nothing is a fault.
    """
    d, hits = matching_rows(case, table, where)
    if not hits:
        wanted = {} if callable(where) else where
        shown = ", ".join(f"{k} = {as_text(v)!r}" for k, v in wanted.items()) or "the given function"
        raise CaseError([problem("row-unknown", d.table.name, table=d.table.name, where=shown)])
    name = _column_name(d, field, period)
    raw = raw_of(d, name)
    column = next(at for at, header in raw.headers.items() if header == _header(d, name))
    rows = [(n, _with(cells, column, _python(value)) if i in hits else cells) for i, (n, cells) in enumerate(raw.rows)]
    raws = {n: raw_of(other) for n, other in case.data.items()} | {d.table.name: replace(raw, rows=rows)}
    changed = frozenset(d.locator.address(i, name) for i in hits)
    return case_from_raw(case.name, raws.values(), _kept(case, changed=changed), case.source)


def matching_rows(case: Case, table: str, where: Where) -> tuple[TableData, list[int]]:
    """Return a table and the ids of its rows that match, excluded ones too.

    Raises
    ------
    CaseError
        If the case has no such table, or the table no such column.
    """
    declared = _declared(table)
    d = case.data.get(declared.name)
    if d is None:
        raise CaseError([problem("table-absent", "", name=declared.name)])
    if callable(where):
        return d, [int(i) for i in d.frame.index if where(d.frame.loc[i])]
    wanted = {_column_name(d, k, None): v for k, v in where.items()}
    hits = set(d.frame.index)
    for name, value in wanted.items():
        cells = d.frame[name] if name in d.frame else d.wide[name] if name in d.wide else d.extra[name]
        hits &= {i for i, cell in cells.items() if _same(cell, value)}
    return d, sorted(int(str(i)) for i in hits)


def _with(cells: dict[int, object], column: int, value: object) -> dict[int, object]:
    rest = {at: v for at, v in cells.items() if at != column}
    return rest if is_blank(value) else {**rest, column: value}


def _same(cell: object, value: object) -> bool:
    return fold(as_text(_python(cell))) == fold(as_text(_python(value))) if not is_blank(cell) else is_blank(value)


def _column_name(d: TableData, field: str, period: str | int | None) -> str:
    """Return the name in code, or the header, of the column that is meant."""
    across = d.table.periods
    if period is None:
        known = {fold(h): str(h) for h in (*d.wide.columns, *d.extra.columns)}
        for c in d.table.all_columns:
            known |= {fold(word): c.name for word in (c.name, c.title, c.header, *c.aliases)}
        wanted = field
    else:
        known = {fold(h): str(h) for h in d.wide.columns}
        wanted = str(period)
        if field and (across is None or fold(field) not in (fold(across.name), fold(across.title))):
            wanted = field  # a period of a number that does not run across
            known = {}
    if fold(wanted) not in known:
        raise CaseError(
            [
                problem(
                    "field-unknown",
                    d.locator.address(None),
                    table=d.table.name,
                    row=d.locator.row(None),
                    name=d.table.name,
                    found=wanted,
                    hint=nearest(wanted, known.values()),
                )
            ]
        )
    return known[fold(wanted)]


def _header(d: TableData, name: str) -> str:
    return next((c.title for c in d.table.all_columns if c.name == name), name)


def raise_on_errors(problems: Iterable[Problem]) -> None:
    """Raise CaseError if any of the problems is an error.

    Raises
    ------
    CaseError
        With all the problems, warnings and notes too.
    """
    listed = list(problems)
    if errors_of(listed):
        raise CaseError(listed)


__all__ = [
    "case_from_raw",
    "case_from_tables",
    "matching_rows",
    "raise_on_errors",
    "raw_of",
    "replace_table",
    "set_value",
]
