"""Overlays: a case in which some numbers are others, always made from the base and never from another overlay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.case.build import replace_table, set_value
from model.case.case import Case, Row
from model.case.grammar import OWN, field_named, has_own_range, periods_between, rows_named, table_named
from model.case.timeline import Vector
from model.errors import CaseError
from model.problems import errors_of, problem
from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables import TABLES
from model.schema.typed import TableData
from model.schema.values import Bad, as_text, in_range, is_blank, nearest

Value = float | str
"""A number; "Low" or "High" for each row's own; for = also the text of a choice or a date."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which numbers are meant: the grammar of a row of Sweeps, see `model.case.grammar`."""

    table: str
    row: str
    field: str
    from_period: str | None = None
    to_period: str | None = None

    @property
    def name(self) -> str:
        """Words for a header: `Offers.A-1.Price`, with the periods if they are given."""
        ends = [as_text(e) for e in (self.from_period, self.to_period) if not is_blank(e)]
        return ".".join([self.table, self.row, self.field]) + (f" ({' to '.join(ends)})" if ends else "")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an overlay: the numbers meant, how (× + =), and by what."""

    target: Target
    how: str
    value: Value


EVERY_PERIOD = "*"


@dataclass(frozen=True, slots=True)
class Added:
    """Rows that an overlay adds to a table, which it makes where there is none.

    Attributes
    ----------
    rows : tuple of rows
        Each of (column, value); the column `EVERY_PERIOD` gives the number that runs across in every period.
    """

    table: str
    rows: tuple[tuple[tuple[str, Value], ...], ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Rows that an overlay leaves out, each by any name that `model.case.grammar.rows_named` knows, with what names only them."""

    table: str
    rows: tuple[str, ...]


Overlay = tuple[Change | Added | Left, ...]
"""What a point changes, in order."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What an overlay touches: a field of some rows of a table."""

    table: str
    field: str
    rows: tuple[int, ...]


def overlaid(case: Case, changes: Iterable[Change | Added | Left]) -> tuple[Case, tuple[Touched, ...]]:
    """Return the case with every change made, and what was touched.

    Raises
    ------
    CaseError
        If a change names what the case does not have, or leads to a number that its column can not hold.
    """
    touched: list[Touched] = []
    for change in changes:
        if isinstance(change, Added):
            case = _with_rows(case, change)
            touched.append(Touched(change.table, EVERY_PERIOD, ()))
            continue
        if isinstance(change, Left):
            gone = frozenset(i for name in change.rows for i in _named(case, change.table, name))
            case = _without(case, change.table, gone)
            touched.append(Touched(change.table, "status", tuple(sorted(gone))))
            continue
        table, field, rows, ts = resolve(case, change.target)
        if isinstance(field, PeriodColumns):
            case = _across(case, table, field, rows, ts, change)
        elif field.kind in ("number", "number_or_series"):
            case = _static(case, table, field, rows, ts, change)
        else:
            case = _word(case, table, field, rows, change)
        touched.append(Touched(table.name, field.name, tuple(rows)))
    return case, tuple(touched)


def resolve(case: Case, target: Target) -> tuple[Table, Column | PeriodColumns, list[int], tuple[int, ...]]:
    """Return table, field, row ids and periods that a target means.

    Raises
    ------
    CaseError
        If the case has no such table, row, field or period.
    """
    table = table_named(target.table)
    if table is None:
        raise _refused("table-unknown", found=target.table, hint=nearest(target.table, TABLES))
    if table.name not in case.data:
        raise _refused("table-absent", name=table.name)
    field = field_named(table, target.field)
    if field is None or field.name in table.key:
        known = [c.title for c in table.columns if c.name not in table.key]
        known += [table.periods.title] if table.periods is not None else []
        raise _refused("field-unknown", name=table.name, found=target.field, hint=nearest(target.field, known))
    rows = rows_named(case, table.name, target.row)
    if not rows:
        raise _refused("row-unknown", table=table.name, where=f"what is named {target.row!r}")
    ts = periods_between(case, target.from_period, target.to_period)
    if ts is None:
        ends = " to ".join(as_text(e) for e in (target.from_period, target.to_period) if not is_blank(e))
        raise _refused("change-periods", found=ends)
    return table, field, rows, ts


def _refused(code: str, **fields: Any) -> CaseError:
    return CaseError([problem(code, **fields)])


def _without(case: Case, table: str, rows: frozenset[int]) -> Case:
    return set_value(case, table, lambda row: row.name in rows, "status", "Exclude")


def _named(case: Case, table: str, name: str) -> list[int]:
    rows = rows_named(case, table, name)
    if not rows:
        raise _refused("row-unknown", table=table, where=f"what is named {name!r}")
    return rows


# ---- rows that are added ----------------------------------------------------------------------------------------------


def _with_rows(case: Case, added: Added) -> Case:
    """Return the case with rows added to a table; the table is read and looked up again as if they had been typed."""
    table = TABLES[added.table]
    before = case.tables[added.table] if added.table in case.data else pd.DataFrame()
    declared = {c.name for c in table.all_columns}
    across = [str(c) for c in before.columns if c not in declared] or [p.label for p in case.timeline.periods]
    rows = []
    for given in added.rows:
        cells = dict(given)
        number = cells.pop(EVERY_PERIOD, None)
        rows.append(cells | ({} if number is None else dict.fromkeys(across, number)))
    after = pd.DataFrame(rows, dtype=object)
    if len(before):
        after = pd.DataFrame([*before.astype(object).to_dict("records"), *rows], dtype=object)
    return replace_table(case, added.table, after)


# ---- how a number changes ---------------------------------------------------------------------------------------------


def _changed(before: Vector, ts: tuple[int, ...], change: Change, own: float | None) -> Vector:
    """Return numbers by period after a change in the periods `ts`; blanks stay blank unless = fills them.

    `own` is a row's own Low or High, the end of its first number: the others move in proportion.
    """
    after, at = before.copy(), list(ts)
    if own is not None:
        first = before[~np.isnan(before) & (before != 0)]
        after[at] = before[at] * (own / first[0]) if len(first) else own
    elif change.how == "×":
        after[at] = before[at] * _number(change)
    elif change.how == "+":
        after[at] = before[at] + _number(change)
    else:
        after[at] = _number(change)
    return after


def _number(change: Change) -> float:
    if isinstance(change.value, str):
        raise _refused("not-a-number", column=change.target.name, found=change.value)
    return float(change.value)


def _own(row: Row, table: Table, field: Column | PeriodColumns, change: Change) -> float | None:
    """Return the row's own Low or High where the change asks for it.

    Raises
    ------
    CaseError
        If the row has none, or it is one of another number.
    """
    if change.value not in OWN:
        return None
    end = row.low if change.value == "Low" else row.high
    if not has_own_range(table, field) or is_blank(end):
        raise _refused("sweep-no-own-range", name=change.target.name)
    return float(end)


def _fit(numbers: Vector, field: Column | PeriodColumns) -> None:
    """Raise CaseError if a number lies outside what its column can hold."""
    share = isinstance(field, Column) and field.unit.startswith("%")
    try:
        for number in numbers[~np.isnan(numbers)]:
            in_range(float(number), field.low, field.high, share)
    except Bad as bad:
        raise _refused(bad.code, column=field.title, **bad.fields) from None


# ---- numbers that run across ------------------------------------------------------------------------------------------


def _across(
    case: Case, table: Table, field: PeriodColumns, rows: list[int], ts: tuple[int, ...], change: Change
) -> Case:
    numbers, by_id = case.numbers(table.name).copy(), _by_id(case, table)
    for i in rows:
        numbers[i] = _changed(numbers[i], ts, change, _own(by_id[i], table, field, change))
        _fit(numbers[i], field)
    d = case.data[table.name]
    return case.with_data({table.name: replace(d, wide=_by_label(case, d, numbers))})


def _by_label(case: Case, d: TableData, numbers: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Return numbers as period columns, one per period, which mean what the columns of whole years meant."""
    return pd.DataFrame(numbers, index=d.frame.index, columns=[p.label for p in case.timeline.periods])


def _by_id(case: Case, table: Table) -> dict[int, Row]:
    return {r.row_id: r for r in case.rows(table.name)}


# ---- numbers that do not run across -----------------------------------------------------------------------------------


def _static(case: Case, table: Table, field: Column, rows: list[int], ts: tuple[int, ...], change: Change) -> Case:
    always = len(ts) == len(case.timeline)
    if not always and field.kind == "number":
        raise _refused("change-in-time", column=field.title)
    by_id = _by_id(case, table)
    cells: dict[int, object] = {}
    series: dict[str, Vector] = {}
    for i in rows:
        row = by_id[i]
        old, own = getattr(row, field.name), _own(row, table, field, change)
        if isinstance(old, str) or not always:
            after = _changed(case.by_period(old), ts, change, own)
            _fit(after, field)
            cells[i] = f"{table.name} {i} {field.name} (changed)"
            series[str(cells[i])] = after
        else:
            before = np.array([np.nan if is_blank(old) else float(old)])
            number = np.array([own]) if own is not None else _changed(before, (0,), change, None)
            _fit(number, field)
            cells[i] = float(number[0])
    case = _with_series(case, series, field.unit)
    d = case.data[table.name]
    frame = d.frame.copy()
    values = [cells.get(i, value) for i, value in enumerate(frame[field.name])]
    kind = object if field.kind == "number_or_series" else float
    frame[field.name] = pd.Series(values, index=frame.index, dtype=kind)
    changed = {table.name: replace(d, frame=frame)}
    return case.with_data(changed, None if table.name in _OF_NEEDS else {table.name: _rows(case, table, field, cells)})


_OF_NEEDS = ("Demand", "Products", "Substitutions")  # of which more rows are made than there are


def _rows(case: Case, table: Table, field: Column, cells: dict[int, object]) -> list[Row]:
    """Return the rows of a table with other cells in one column: what reading all of it again would give."""
    return [
        Row(r.row_id, {**r.values, field.name: field.default if is_blank(v) else v}, r.scale)
        if (v := cells.get(r.row_id, r)) is not r
        else r
        for r in case.rows(table.name)
    ]


def _with_series(case: Case, series: dict[str, Vector], unit: str) -> Case:
    """Return the case with series added, or exchanged where an overlay has added them already."""
    if not series:
        return case
    if not case.has("Series"):
        labels = [p.label for p in case.timeline.periods]
        rows = [{"series": n, "series_unit": unit, **dict(zip(labels, v, strict=True))} for n, v in series.items()]
        return replace_table(case, "Series", pd.DataFrame(rows))
    d = case.data["Series"]
    at = {r.series: r.row_id for r in case.rows("Series")}
    new = [n for n in series if n not in at]
    numbers = np.vstack([case.numbers("Series"), np.zeros((len(new), len(case.timeline)))])
    at |= {n: len(d.frame) + k for k, n in enumerate(new)}
    for name, values in series.items():
        numbers[at[name]] = values
    columns = {c: list(d.frame[c]) + [None] * len(new) for c in d.frame.columns}
    for column, value in (("series", new), ("series_unit", [unit] * len(new)), ("status", ["Include"] * len(new))):
        columns[column] = [*d.frame[column], *value]
    frame = pd.DataFrame(columns, dtype=object)
    frame.index.name = d.frame.index.name
    changed = replace(d, frame=frame, extra=d.extra.reindex(frame.index))
    return case.with_data({"Series": replace(changed, wide=_by_label(case, changed, numbers))})


# ---- words and settings -----------------------------------------------------------------------------------------------


def _word(case: Case, table: Table, field: Column, rows: list[int], change: Change) -> Case:
    """Return the case with a text, choice, date or setting exchanged, read and looked up as if it had been typed."""
    value: object = change.value
    if change.how != "=":
        if table.name != "Settings":
            raise _refused("change-not-number", column=field.title, how=change.how)
        setting = next(r.setting for r in case.rows("Settings") if r.row_id == rows[0])
        before = case.settings.get(setting.lower().replace(" ", "_"))
        if not isinstance(before, int | float):
            raise _refused("change-not-number", column=setting, how=change.how)
        value = before * _number(change) if change.how == "×" else before + _number(change)
    value = repr(value) if table.name == "Settings" and isinstance(value, float) else value
    wanted = set(rows)
    new = set_value(case, table.name, lambda row: row.name in wanted, field.name, value)
    known = {(p.code, p.address, p.sentence) for p in case.problems}
    wrong = [p for p in errors_of(new.problems) if (p.code, p.address, p.sentence) not in known]
    if wrong:
        raise CaseError(wrong)
    return new
