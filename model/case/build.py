"""Making a Case: from raw tables, from frames, and by changing a number of another Case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from model.case.case import Case
from model.errors import CaseError
from model.problems import Problem, errors_of, problem
from model.schema.parse import TableData, names_of, parse
from model.schema.raw import RawTable
from model.schema.tables import TABLES
from model.schema.values import fold, is_blank


def case_from_raw(name: str, raws: Iterable[RawTable], found: Iterable[Problem] = (), source: str = "") -> Case:
    """Return the Case of raw tables; its `problems` hold everything found so far, errors included."""
    data, problems = parse(raws)
    needed = [t.name for t in TABLES.values() if t.needed]
    missing = [problem("table-missing", "", name=n, needed=", ".join(needed)) for n in needed if n not in data]
    left_out, notes = _left_out(data)
    return Case(name, data, (*found, *missing, *problems, *notes), source, left_out)


def _left_out(data: Mapping[str, TableData]) -> tuple[dict[str, frozenset[int]], list[Problem]]:
    """Return the rows that go with an excluded row that they name, and a note for each."""
    out: dict[str, set[int]] = {n: set(d.frame.index[d.frame["status"] == "Exclude"]) for n, d in data.items()}
    notes: list[Problem] = []
    changed = True
    while changed:
        changed = False
        gone = {n: _gone_names(d, out[n]) for n, d in data.items()}
        for name, d in data.items():
            for column in (c for c in d.table.columns if c.kind == "reference"):
                for i, value in d.frame[column.name].items():
                    row_id = int(str(i))
                    if row_id in out[name] or is_blank(value):
                        continue
                    table = _only_excluded(fold(value), column.refers_to, data, gone)
                    if table:
                        out[name].add(row_id)
                        changed = True
                        notes.append(problem("row-left-out", d.locator.address(row_id, column.name), table=name,
                                             row=d.locator.row(row_id), found=value, name=table))
    return {n: frozenset(rows) for n, rows in out.items()}, notes


def _gone_names(d: TableData, out: set[int]) -> set[str]:
    key = d.frame[d.table.key[0]]
    kept = {fold(v) for i, v in key.items() if i not in out and not is_blank(v)}
    return {fold(v) for i, v in key.items() if i in out and not is_blank(v)} - kept


def _only_excluded(value: str, tables: tuple[str, ...], data: Mapping[str, TableData], gone: Mapping[str, set[str]]) -> str:
    """Return the table in which the name is excluded, if no table holds it as included."""
    holders = [t for t in tables if t in data and value in names_of(data, t)]
    return holders[0] if holders and all(value in gone[t] for t in holders) else ""


def case_from_tables(tables: Mapping[str, pd.DataFrame], name: str = "case") -> Case:
    """Return a Case of frames made in Python; see `model.Case.from_tables`."""
    raws = []
    for given, frame in tables.items():
        table = _declared(given)
        headers = dict(enumerate(frame.columns, 1))
        rows = [(n, {at: _python(v) for at, v in enumerate(values, 1) if not is_blank(v) and v is not pd.NaT and v is not pd.NA})
                for n, values in enumerate(frame.itertuples(index=False, name=None), 1)]
        raws.append(RawTable(table, "frame", table.name, 0, headers, rows))
    return case_from_raw(name, raws)


def _python(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _declared(name: str) -> Any:
    for table in TABLES.values():
        if fold(name) in (fold(table.name), fold(table.file_name.removesuffix(".csv"))):
            return table
    raise CaseError([problem("unknown-sheet", "", sheet=name), Problem(
        "error", "not-found", "", f"{name!r} is not a table; tables are {', '.join(TABLES)}")])


def replace_table(case: Case, name: str, frame: pd.DataFrame) -> Case:
    """Return a new Case with one table replaced; columns and period columns as in `case.tables[name]`."""
    table = _declared(name)
    raws = [_raw_of(d) for n, d in case.data.items() if n != table.name]
    headers = dict(enumerate(frame.columns, 1))
    rows = [(n, {at: _python(v) for at, v in enumerate(values, 1) if not is_blank(v)})
            for n, values in enumerate(frame.itertuples(index=False, name=None), 1)]
    return case_from_raw(case.name, [*raws, RawTable(table, "frame", table.name, 0, headers, rows)], source=case.source)


def _raw_of(d: TableData) -> RawTable:
    """Return a typed table as raw cells at the places where they stood."""
    columns = {**{c.name: d.frame[c.name] for c in d.table.all_columns}, **dict(d.wide.items())}
    taken = dict(d.locator.columns)
    for name in (*columns, *d.extra.columns):
        taken.setdefault(str(name), max(taken.values(), default=0) + 1)
    names = {c.name: c.title for c in d.table.all_columns}
    headers: dict[int, object] = {at: names.get(name, name) for name, at in taken.items()}
    rows = []
    for i in d.frame.index:
        cells = {taken[str(n)]: v[i] for n, v in (*columns.items(), *d.extra.items()) if not is_blank(v[i])}
        rows.append((d.locator.row(int(i)), cells))
    return RawTable(d.table, d.locator.form, d.locator.sheet, d.locator.header_row, headers, rows)


def set_value(case: Case, table: str, where: Mapping[str, object] | Callable[[pd.Series], bool], field: str, value: object,
              period: str | int | None = None) -> Case:
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
    declared = _declared(table)
    d = case.data.get(declared.name)
    if d is None:
        raise CaseError([Problem("error", "not-found", "", f"the case has no table {declared.name}")])
    hits = [i for i in d.frame.index if _matches(d.frame.loc[i], where)]
    if not hits:
        raise CaseError([Problem("error", "not-found", declared.name, f"no row of {declared.name} matches {where}")])
    raw = _raw_of(d)
    column = _column_number(d, raw, field, period)
    numbers = {d.locator.row(int(i)) for i in hits}
    rows = [(n, _with(cells, column, value) if n in numbers else cells) for n, cells in raw.rows]
    raws = [replace(raw, rows=rows), *(_raw_of(other) for n, other in case.data.items() if n != declared.name)]
    return case_from_raw(case.name, raws, source=case.source)


def _with(cells: dict[int, object], column: int, value: object) -> dict[int, object]:
    rest = {at: v for at, v in cells.items() if at != column}
    return rest if is_blank(value) else {**rest, column: value}


def _matches(row: pd.Series, where: Mapping[str, object] | Callable[[pd.Series], bool]) -> bool:
    if callable(where):
        return bool(where(row))
    return all(fold(row[k]) == fold(v) if not is_blank(row[k]) else is_blank(v) for k, v in where.items())


def _column_number(d: TableData, raw: RawTable, field: str, period: str | int | None) -> int:
    wanted = fold(str(period)) if period is not None else fold(field)
    for at, header in raw.headers.items():
        if fold(header) == wanted or (period is None and fold(field) == fold(_code(d, str(header)))):
            return at
    what = f"column {period!r}" if period is not None else f"column {field!r}"
    raise CaseError([Problem("error", "column-missing", d.locator.address(None), f"{d.table.name} has no {what}")])


def _code(d: TableData, header: str) -> str:
    return next((c.name for c in d.table.all_columns if c.title == header), header)


def raise_on_errors(problems: Iterable[Problem]) -> None:
    """Raise CaseError if any of the problems is an error."""
    listed = list(problems)
    if errors_of(listed):
        raise CaseError(listed)


__all__ = ["case_from_raw", "case_from_tables", "raise_on_errors", "replace_table", "set_value"]
