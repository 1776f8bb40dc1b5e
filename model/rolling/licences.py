"""Licences when a case is rolled: what is granted and not yet used, and what was applied for and is granted after the day.

Both stand in the next case as tonnes that the licence grants besides a share of its base: what was applied for in the period in
which it is granted, what is left of the running year or period at its beginning. What is applied for from the day on follows from
the base, as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from model.case.case import Case, Row
from model.case.timeline import month_number
from model.report.view import View
from model.rolling.actuals import Actuals
from model.rolling.horizon import Piece
from model.rolling.volumes import DUST, Volume, exported, part, spans, told_of
from model.rules import licence_grant
from model.schema.values import fold


def licences_left(
    case: Case, at: float, pieces: Sequence[Piece], actuals: Actuals, view: View | None
) -> Iterator[Volume]:
    """Yield what each licence grants besides its base in the windows that are left; nothing without a plan."""
    if view is None:
        return
    used, told = exported(view, actuals, at), told_of(actuals)
    for row in (r for r in case.rows("Export Controls") if r.kind == "Licence"):
        on, before = _in_force(case, row), _granted_before(view, row, at)
        for name, a, b, mine in spans(pieces, row.window):
            here = [p for p in case.timeline.periods if part(p.start, p.end, a, b) > 0 and on[p.index]]
            given = sum(before(p.index, max(a, p.start), min(p.end, at)) for p in here)
            planned = used[row.row_id](a, b)
            got = told.get(("Export Controls", fold(row.control)), planned) if a < at - DUST else 0.0
            coming = {q.label: before(q.old.index, q.start, q.end) if on[q.old.index] else 0.0 for q in mine}
            first = next((q for q in mine if on[q.old.index]), None)
            if first is not None:
                coming[first.label] += max(0.0, given - got)
            if given > DUST or got > DUST or any(q > DUST for q in coming.values()):
                years = {q.label: 1.0 if case.timeline.per_period else q.months / 12 for q in mine}
                rates = {label: float(f"{tonnes / years[label]:.15g}") for label, tonnes in coming.items()}
                yield Volume("Export Controls", row.control, row.row_id, None, name, given, planned, got, rates)


def _in_force(case: Case, row: Row) -> list[bool]:
    first, last = (month_number(d) if d else None for d in (row.effective, row.suspended))
    return [case.timeline.applies(t, first, last) for t in range(len(case.timeline))]


def _granted_before(view: View, row: Row, at: float) -> Callable[[int, float, float], float]:
    """Return what is granted between two months of a period (t) of what was applied for before the day, or stands in the row."""
    approved = licence_grant.applied(view.net, row) * view.case.by_period(row.approval_rate)
    besides, delay = licence_grant.besides(view.case, row), float(row.delay)

    def granted(t: int, start: float, end: float) -> float:
        p = view.line.periods[t]
        tonnes = float(besides[t]) * part(p.start, p.end, start, end)
        for q in view.line.periods:
            until = min(q.end, at)
            overlap = min(until + delay, end) - max(q.start + delay, start)
            if until > q.start and overlap > 0:
                tonnes += float(approved[q.index]) / q.months * overlap
        return tonnes

    return granted
