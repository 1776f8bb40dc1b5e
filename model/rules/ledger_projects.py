"""When a project may start, what it can do by age and what it costs a year, worked out again for the audit."""

from __future__ import annotations

import math

import numpy as np

from model.case.case import Row
from model.case.timeline import Timeline, Vector, month_number

_A_MOMENT = 1e-9


def _by_age(project: Row, what: str, months: float) -> float:
    """Return the integral over a project's life, up to an age in months, of what it is worth in years 1 to 4 and on."""
    age = min(max(months, 0.0), float(project.life) * 12)
    first, second, third, on = (getattr(project, f"{what}_year_{y}") for y in (1, 2, 3, 4))
    done = sum(share * min(max(age - 12.0 * y, 0.0), 12.0) for y, share in enumerate((first, second, third)))
    return float(done + on * max(age - 36.0, 0.0))


def done_by_age(project: Row, months: float) -> float:
    """Return the months of full capacity that a project has given by an age in months: the integral of its ramp."""
    return _by_age(project, "ramp", months)


def is_young(project: Row) -> bool:
    """Return whether a plant recovers less in some year, so that what it makes is counted by itself."""
    return any(getattr(project, f"recovery_year_{y}") < 1 for y in (1, 2, 3, 4))


def recovered(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return output as a share of the yield in each period, shape (T,), if construction starts in month `start`.

    The mean over those months of the period in which the plant stands; 1 where it does not stand, for want of output.
    """
    on = start + float(project.construction_time)
    months = 12.0 * years_of_life(timeline, project, start)
    got = np.array(
        [
            _by_age(project, "recovery", p.end - on) - _by_age(project, "recovery", p.start - on)
            for p in timeline.periods
        ]
    )
    out: Vector = np.where(months > _A_MOMENT, got / np.maximum(months, _A_MOMENT), 1.0)
    return out


def usable(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return the share of capacity usable in each period if construction starts in month `start`, shape (T,)."""
    on = start + float(project.construction_time)
    given = [done_by_age(project, p.end - on) - done_by_age(project, p.start - on) for p in timeline.periods]
    shares: Vector = np.array(given) / np.array([p.months for p in timeline.periods])
    return shares


def years_of_life(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return the years of each period that lie between commissioning and end of life, shape (T,)."""
    on = start + float(project.construction_time)
    off = on + 12 * float(project.life)
    return np.array([max(0.0, min(off, p.end) - max(on, p.start)) / 12 for p in timeline.periods])


def spent(project: Row) -> list[tuple[float, float, float]]:
    """Return (from, to, share) in months of construction over which capital is spent evenly: by year, or as a whole."""
    months = float(project.construction_time)
    by_year = [getattr(project, f"capex_year_{y}") for y in (1, 2, 3, 4)]
    shares = {y: float(s) for y, s in enumerate(by_year) if s is not None and not math.isnan(s) and s > 0}
    if not shares:
        return [(0.0, months, 1.0)]
    return [(min(12.0 * y, months), months if y == 3 else min(12.0 * (y + 1), months), s) for y, s in shares.items()]


def _rate(project: Row, discount_rate: float) -> float:
    own = project.finance_rate
    return discount_rate if own is None or math.isnan(own) else float(own)


def yearly_payment(project: Row, discount_rate: float) -> float:
    """Return what a unit of capital costs a year: spent over construction, paid back evenly over life.

    rate · (1 + rate)^life / ((1 + rate)^life − 1), times the mean over what is spent of (1 + rate)^(time left of construction).
    """
    rate = _rate(project, discount_rate)
    life, months = float(project.life), float(project.construction_time)
    if rate <= 0.0:
        return 1.0 / life
    grown, grows = float((1 + rate) ** life), math.log(1 + rate)
    interest = 0.0
    for low, high, share in spent(project):
        late, early = math.exp(grows * (months - high) / 12), math.exp(grows * (months - low) / 12)
        interest += share * (early if high == low else 12 * (early - late) / (grows * (high - low)))
    return rate * grown / (grown - 1) * interest


def capital_due(timeline: Timeline, project: Row, start: float, mode: str, salvage: str) -> Vector:
    """Return what is paid in each period per unit of capital, shape (T,), if construction starts in month `start`."""
    yearly = yearly_payment(project, timeline.rate)
    if mode == "Annuity":
        return yearly * years_of_life(timeline, project, start)
    due = np.zeros(len(timeline))
    for p in timeline.periods:
        for low, high, share in spent(project):
            if high > low:
                inside = max(0.0, min(start + high, p.end) - max(start + low, p.start))
                due[p.index] += share * inside / (high - low)
            else:
                due[p.index] += share * (p.start <= start + low < p.end)
    if salvage == "Remaining Annuities":
        on = start + float(project.construction_time)
        years = max(0.0, (on + 12 * float(project.life) - max(on, timeline.end)) / 12)
        rate = _rate(project, timeline.rate)
        due[-1] -= yearly * (years if rate <= 0 else (1 - math.exp(-math.log(1 + rate) * years)) / rate)
    return due


def may_begin(timeline: Timeline, project: Row, t: int) -> bool:
    """Return whether permitting or construction may begin in a period: not before plan date and earliest start."""
    start = timeline.periods[t].start
    earliest = month_number(project.earliest_start) if project.earliest_start else -math.inf
    return start >= max(timeline.plan, earliest) - _A_MOMENT


def why_not(timeline: Timeline, project: Row, t: int) -> str:
    """Return why construction may not newly start in a period, or an empty text."""
    start = timeline.periods[t].start
    if not may_begin(timeline, project, t):
        return "before the plan date or its earliest start"
    if project.latest_start and start > month_number(project.latest_start) + _A_MOMENT:
        return "after its latest start"
    if start + float(project.construction_time) >= timeline.end - _A_MOMENT:
        return "too late to be commissioned within the horizon"
    return ""


def needs_permit(project: Row) -> bool:
    """Return whether the project waits or pays for a permit."""
    return bool(project.permit_time > 0 or project.permit_cost > 0)
