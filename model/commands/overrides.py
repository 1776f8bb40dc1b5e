"""`--set TABLE.ROW.FIELD=VALUE`: a cell that is changed for one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.case.build import matching_rows, set_value
from model.case.case import Case
from model.commands.request import UsageError
from model.errors import CaseError
from model.problems import errors_of
from model.schema.raw import CsvText
from model.schema.typed import TableData
from model.schema.values import fold, nearest, tidy


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a change: names may hold dots and equals signs themselves."""

    table: str
    row: str
    field: str
    value: str


def apply_changes(case: Case, changes: Iterable[str]) -> Case:
    """Return the case with every change made.

    Raises
    ------
    UsageError
        If a change names a table, row or field that the case does not have, or a value that does not fit.
    """
    for text in changes:
        case = _apply(case, text)
    return case


def _apply(case: Case, text: str) -> Case:
    readings = list(_readings(text))
    if not readings:
        raise UsageError(f"--set {text!r}: expected TABLE.ROW.FIELD=VALUE, such as Offers.A-1.Price=95")
    first: UsageError | None = None
    for reading in readings:
        try:
            return _change(case, text, reading)
        except UsageError as error:
            first = first or error
    assert first is not None
    raise first


def _readings(text: str) -> Iterator[_Reading]:
    """Yield the ways to read a change, the plainest first: up to the first "=", and the field after the last dot."""
    for equals in (i for i, c in enumerate(text) if c == "="):
        table, _, rest = text[:equals].partition(".")
        for dot in sorted((i for i, c in enumerate(rest) if c == "."), reverse=True):
            reading = _Reading(*map(tidy, (table, rest[:dot], rest[dot + 1 :], text[equals + 1 :])))
            if reading.table and reading.row and reading.field:
                yield reading


def _change(case: Case, text: str, reading: _Reading) -> Case:
    try:
        d, _ = matching_rows(case, reading.table, {})
        where = _row(d, text, reading.row)
        changed = set_value(case, d.table.name, where, reading.field, CsvText(reading.value))
    except CaseError as error:
        raise UsageError(f"--set {text!r}: {errors_of(error.problems)[0].sentence}") from None
    known = {(p.code, p.address, p.sentence) for p in case.problems}
    for p in errors_of(changed.problems):
        if (p.code, p.address, p.sentence) not in known:
            raise UsageError(f"--set {text!r}: {p.sentence}")
    return changed


def _row(d: TableData, text: str, row: str) -> dict[str, object]:
    """Return the key of the one row that is meant."""
    names = {int(i): d.locator.keys.get(int(i), "") for i in d.frame.index}
    hits = [i for i, name in names.items() if fold(name) == fold(row)]
    if len(hits) > 1:
        raise UsageError(f"--set {text!r}: {len(hits)} rows of table {d.table.name} are called {row!r}")
    if not hits:
        hint = nearest(row, [n for n in names.values() if n])
        key = " / ".join(d.table.column(k).title for k in d.table.key)
        raise UsageError(f"--set {text!r}: table {d.table.name} has no row {row!r}{hint} (a row is named by {key})")
    return {k: d.frame.at[hits[0], k] for k in d.table.key}
