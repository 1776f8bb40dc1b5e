"""Ends of what is varied: whether the case is still a case there. Looked at before anything is solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.case.case import Case, Row
from model.case.checks import check as check_tables
from model.errors import CaseError
from model.problems import Problem, errors_of, problem
from model.schema.values import is_blank
from model.study.design import Parameter, designs_of, rows_by_sweep
from model.study.overlay import Change, Value, overlaid, resolve

_TABLE = "Sweeps"
_ODD = (
    "price-negative",
)  # other warnings, such as a need that is not the sum that was stated, are what a range is for
_VALUES = tuple(f"value_{k}" for k in range(1, 6))


@dataclass(frozen=True)
class _End:
    """One end of a row of Sweeps, and the column of that row in which it stands."""

    row: Row
    column: str
    change: Change


def find(case: Case) -> list[Problem]:
    """Return at which ends of its sweeps a case without errors has some, with the cell of the end.

    All low ends are looked at together, then all high ones, and each by itself only where something is wrong with them all:
    `refuse` looks at each for the sweep that is run.
    """
    found: list[Problem] = []
    for ends in zip(*_pairs(case), strict=True):
        together, refused = case, False
        for end in ends:
            try:
                together, _ = overlaid(together, [end.change])
            except CaseError:
                refused = True
        if refused or _first(check_tables(together)) is not None:
            found += [_at_cell(case, end, wrong) for end in ends if (wrong := _wrong(case, end.change)) is not None]
    return found


def refuse(case: Case, parameters: Iterable[Parameter]) -> None:
    """Look at the ends of ranges for what would not be a case; values that are tried are left to the points.

    Raises
    ------
    CaseError
        If a case without errors has some at an end.
    """
    changes = [Change(p.target, p.how, end) for p in parameters if not p.values for end in p.ends]
    found = [_said(c, "", wrong) for c in changes if (wrong := _wrong(case, c)) is not None]
    if errors_of(found):
        raise CaseError(found)


def _wrong(case: Case, change: Change) -> Problem | None:
    """Return the first thing that is wrong with a case after a change, None if nothing is."""
    try:
        return _first(check_tables(overlaid(case, [change])[0]))
    except CaseError as refused:
        return errors_of(refused.problems)[0]


def _first(problems: list[Problem]) -> Problem | None:
    """Return the first error, else the first warning of what no planner means."""
    return next(iter(errors_of(problems)), None) or next((p for p in problems if p.code in _ODD), None)


def _pairs(case: Case) -> Iterator[tuple[_End, _End]]:
    """Yield the low and the high end of every row of Sweeps."""
    for design, rows in zip(designs_of(case), rows_by_sweep(case).values(), strict=True):
        for p, row in zip(design.parameters, rows, strict=True):
            ends: list[tuple[str, Value]]
            if p.values:
                given = sorted((float(v), c) for c in _VALUES if not is_blank(v := getattr(row, c)))
                ends = [(column, value) for value, column in (given[0], given[-1])]
            else:
                turned = not is_blank(row.low) and not is_blank(row.high) and row.low > row.high
                names = ("high", "low") if turned else ("low", "high")
                ends = list(zip(names, p.ends, strict=True))
            low, high = (_End(row, column, Change(p.target, p.how, value)) for column, value in ends)
            yield low, high


def _at_cell(case: Case, end: _End, wrong: Problem) -> Problem:
    table, row = _TABLE, end.row.row_id
    if is_blank(getattr(end.row, end.column)):
        meant, _, rows, _ = resolve(case, end.change.target)
        if len(rows) == 1:
            table, row = meant.name, rows[0]
    locator = case.data[table].locator
    return _said(end.change, locator.address(row, end.column), wrong, table, locator.row(row))


def _said(change: Change, address: str, wrong: Problem, table: str = "", row: int = 0) -> Problem:
    value = change.value if isinstance(change.value, str) else f"{change.value:g}"
    code = "sweep-end" if wrong.level == "error" else "sweep-end-odd"
    said = {"name": change.target.name, "how": change.how, "value": value, "sentence": str(wrong)}
    return problem(code, address, table=table, row=row, **said)
