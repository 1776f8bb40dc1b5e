"""The periods of the next case: what is past drops, a period that is cut keeps its rest, numbers follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from model.case.case import Case
from model.case.rewrite import by_own_periods, frame_of_table
from model.case.timeline import Period, Timeline, month_number
from model.errors import YttriaError
from model.schema.tables import TABLES


class RollError(YttriaError):
    """A case can not be rolled to the day that is asked for."""


@dataclass(frozen=True)
class Piece:
    """A period of the next case, and the period of this case of which it is all or the rest."""

    label: str
    start: float
    months: float
    old: Period

    @property
    def end(self) -> float:
        """First month after it."""
        return self.start + self.months


def month_date(month: float) -> dt.date:
    """Return a whole month as the date of its first day."""
    return dt.date(int(month // 12), int(month % 12) + 1, 1)


def pieces_of(line: Timeline, to: dt.date) -> list[Piece]:
    """Return the periods that are left from a day on.

    The rest of a period of several years is the rest of its first year, then whole years.

    Raises
    ------
    RollError
        If the day is not the first of a month after the start and before the end of the plan, or cuts a period whose
        quantities are amounts of the period.
    """
    at = month_number(to)
    if to.day != 1:
        raise RollError(f"a case is rolled to the first day of a month, not to {to}")
    if not line.start < at < line.end:
        first, last = month_date(line.start), month_date(line.end)
        raise RollError(f"{to} is not inside the plan, which runs from {first} to {last}")
    out: list[Piece] = []
    for p in line.periods:
        if p.end <= at + 1e-9:
            continue
        if p.start >= at - 1e-9:
            out.append(Piece(p.label, p.start, p.months, p))
        elif line.per_period:
            raise RollError(f"{to} cuts period {p.label}, whose quantities are amounts of the period; roll to its end")
        else:
            out += _rest(p, at, {q.label for q in line.periods})
    return out


def _rest(p: Period, at: float, taken: set[str]) -> Iterator[Piece]:
    new_year = (at // 12 + 1) * 12
    if p.end <= new_year + 1e-9 or at % 12 == 0:
        yield Piece(p.label, at, p.end - at, p)
        return
    first, rest = str(int(at // 12)), str(int(new_year // 12))
    for name, start, end in ((first, at, new_year), (rest, new_year, p.end)):
        last = str(int(end // 12) - 1)
        span = name if name == last else f"{name}-{last[2:]}"
        yield Piece(span if span not in taken else f"{p.label}, {span}", start, end - start, p)


def periods_frame(pieces: list[Piece]) -> pd.DataFrame:
    """Return table Periods of the next case."""
    rows = [{"period": q.label, "start": month_date(q.start), "months": round(q.months)} for q in pieces]
    return pd.DataFrame(rows).astype(object)


def moved_on(case: Case, name: str, pieces: list[Piece]) -> pd.DataFrame:
    """Return a table with numbers across for the periods that are left; rates stay rates.

    Columns of years are kept where they say the same for what is left; elsewhere each period gets its own.
    """
    frame = frame_of_table(case, name)
    old = list(case.data[name].wide.columns)
    declared = TABLES[name].periods
    assert declared is not None, name
    if declared.blank != "as before" and _years_do(old, pieces):
        return frame.drop(columns=[h for h in old if not _needed(h, pieces)])
    own = by_own_periods(case, name)
    across = pd.DataFrame({q.label: own[q.old.label] for q in pieces}, index=frame.index).astype(object)
    return pd.concat([frame.drop(columns=old), across], axis=1)


def _years_do(headers: list[str], pieces: list[Piece]) -> bool:
    """Return whether every column is a calendar year or a period that is left as it was."""
    whole = {q.label for q in pieces if q.label == q.old.label}
    gone = {q.old.label for q in pieces} - whole
    return not any(h in gone or not (h.isdigit() or h in whole or not _needed(h, pieces)) for h in headers)


def _needed(header: str, pieces: list[Piece]) -> bool:
    if any(q.label == header for q in pieces):
        return True
    years = {int(m // 12) for q in pieces for m in range(int(q.start), int(q.end))}
    return header.isdigit() and int(header) in years
