"""Periods in exact months: lengths, overlaps, lags, discounting, windows. See *Time* in docs/workbook.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def month_number(date: dt.date) -> float:
    """Return a date as months since year 0; days count as shares of their month."""
    days = (dt.date(date.year + date.month // 12, date.month % 12 + 1, 1) - date.replace(day=1)).days
    return date.year * 12 + (date.month - 1) + (date.day - 1) / days


def day_number(month: float) -> int:
    """Return months since year 0 as days, so that the days between two dates can be counted."""
    year, rest = divmod(month, 12)
    first = dt.date(int(year), int(rest) + 1, 1)
    days = (dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.toordinal() + round((rest - int(rest)) * days)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the plan; `start` and `end` are months since year 0."""

    index: int
    label: str
    start: float
    months: float
    year: int

    @property
    def end(self) -> float:
        """First month after the period."""
        return self.start + self.months

    @property
    def years(self) -> float:
        """Length in years."""
        return self.months / 12

    @property
    def whole_years(self) -> int:
        """Number of calendar years that a multi-year period covers, at least 1."""
        return max(1, round(self.months / 12))


@dataclass(frozen=True)
class Timeline:
    """The periods of a case and what follows from them alone.

    Attributes
    ----------
    rate : float
        Real discount rate per year.
    timing : {"Start", "Mid", "End"}
        Point of a period at which its money counts.
    base, plan : float
        Base date and plan date, months since year 0.
    per_period : bool
        Quantities in period columns are amounts per period, not rates per year.
    """

    periods: tuple[Period, ...]
    rate: float
    timing: str
    base: float
    plan: float
    per_period: bool = False

    def __len__(self) -> int:
        return len(self.periods)

    @cached_property
    def years(self) -> Vector:
        """Lengths in years, shape (T,)."""
        return np.array([p.years for p in self.periods])

    @cached_property
    def amount_factor(self) -> Vector:
        """What a rate per year is multiplied by to be an amount of the period, shape (T,)."""
        return np.ones(len(self)) if self.per_period else self.years

    @cached_property
    def discount(self) -> Vector:
        """Discount factors, shape (T,): (1 + rate) to the minus years from the base date."""
        at = {"Start": 0.0, "Mid": 0.5, "End": 1.0}[self.timing]
        return np.array([(1 + self.rate) ** (-(p.start + at * p.months - self.base) / 12) for p in self.periods])

    @property
    def start(self) -> float:
        """First month of the plan."""
        return self.periods[0].start

    @property
    def end(self) -> float:
        """First month after the plan."""
        return self.periods[-1].end

    def arrivals(self, t: int, lag: float) -> list[tuple[int, float]]:
        """Return (period, share) of what leaves evenly in period `t` and arrives `lag` months later.

        The share is the overlap of `t` shifted by the lag with the period, divided by the length of `t`; never rounded.
        Shares that would arrive after the horizon are left out, so they may add up to less than 1.
        """
        p = self.periods[t]
        low, high = p.start + lag, p.end + lag
        shares = [(q.index, (min(high, q.end) - max(low, q.start)) / p.months) for q in self.periods[t:]]
        return [(i, s) for i, s in shares if s > 1e-12]

    def share_in(self, t: int, start: float, end: float) -> float:
        """Return the share of period `t` that lies between two months."""
        p = self.periods[t]
        return max(0.0, min(end, p.end) - max(start, p.start)) / p.months

    def years_counted(self, t: int, beyond: int = 0) -> float:
        """Return the length of a period in years; for the last, with so many years after it, discounted to its money's date."""
        p = self.periods[t]
        if t < len(self) - 1 or beyond == 0:
            return p.years
        at = {"Start": 0.0, "Mid": 0.5, "End": 1.0}[self.timing]
        later = [p.years * (1 - at) + k + at for k in range(beyond)]
        return float(p.years + sum((1 + self.rate) ** -y for y in later))

    def windows(self, kind: str) -> list[tuple[str, tuple[int, ...]]]:
        """Return (name, periods) of every window: each period, or the periods of each calendar year."""
        if kind == "Period":
            return [(p.label, (p.index,)) for p in self.periods]
        by_year: dict[int, list[int]] = {}
        for p in self.periods:
            by_year.setdefault(p.year, []).append(p.index)
        return [(str(y) if len(ts) > 1 else self.periods[ts[0]].label, tuple(ts)) for y, ts in by_year.items()]

    def applies(self, t: int, start: float | None, end: float | None) -> bool:
        """Return whether something in force between two months counts in period `t`: on more than half of its days."""
        first, last = day_number(self.periods[t].start), day_number(self.periods[t].end)
        low = first if start is None else max(first, day_number(start))
        high = last if end is None else min(last, day_number(end))
        return 2 * (high - low) > last - first

    def labels(self, ts: Sequence[int]) -> list[str]:
        """Return the labels of periods."""
        return [self.periods[t].label for t in ts]
