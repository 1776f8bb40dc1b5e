"""When the capital of a plant is paid, per unit of capital: as annuities or in cash over the years of construction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Timeline, Vector


def phases(project: Row) -> list[tuple[float, float, float]]:
    """Return (first month, end, share) of the spans of construction over which capital is spent evenly.

    Without shares by year it is one span; the last of four years holds all that is left of construction.
    """
    months = float(project.construction_time)
    shares = [getattr(project, f"capex_year_{y}") for y in (1, 2, 3, 4)]
    if not any(s is not None and s > 0 for s in shares):
        return [(0.0, months, 1.0)]
    ends = [min(12.0 * y, months) for y in (1, 2, 3)] + [months]
    return [
        (min(12.0 * y, months), end, float(share))
        for y, (end, share) in enumerate(zip(ends, shares, strict=True))
        if share
    ]


def rate_of(project: Row, discount_rate: float) -> float:
    """Return the rate of a project's annuities."""
    own = project.finance_rate
    return discount_rate if own is None or np.isnan(own) else float(own)


def annuity(project: Row, discount_rate: float) -> float:
    """Return the yearly payment per unit of capital, from commissioning over the project's life.

    Capital recovery factor rate / (1 − (1 + rate)^−life), or 1 / life at rate zero, times the interest during construction:
    Σ share · mean over its span of (1 + rate)^(time left to commissioning), ((1 + rate)^n − 1) / (n · ln(1 + rate)) if all is
    spent evenly over n years.
    """
    rate, life = rate_of(project, discount_rate), float(project.life)
    if rate <= 0:
        return 1 / life
    recovery = rate / (1 - (1 + rate) ** -life)
    months = float(project.construction_time)
    interest = sum(
        share * _growth(rate, (months - end) / 12, (months - low) / 12) for low, end, share in phases(project)
    )
    return float(recovery * interest)


def _growth(rate: float, least: float, most: float) -> float:
    """Return the mean of (1 + rate)^years between two numbers of years."""
    if most - least < 1e-9:
        return float((1 + rate) ** least)
    return float(((1 + rate) ** most - (1 + rate) ** least) / ((most - least) * np.log1p(rate)))


def payments(timeline: Timeline, settings: Mapping[str, Any], project: Row, start: float, on: Vector) -> Vector:
    """Return what is paid per unit of capital in each period, shape (T,), if construction starts in month `start`.

    Parameters
    ----------
    settings : mapping
        Of the case: `capex_mode` and `salvage`.
    on : ndarray of shape (T,)
        Years of each period in which the plant exists.

    Notes
    -----
    In cash mode what was spent before the first period is past, and with salvage Remaining Annuities the annuities that
    would fall due after the last period come back in it, discounted to its end.
    """
    yearly = annuity(project, timeline.rate)
    if settings["capex_mode"] == "Annuity":
        return yearly * on
    out = np.zeros(len(timeline))
    for t, p in enumerate(timeline.periods):
        for low, end, share in phases(project):
            if end > low:
                out[t] += share * p.months * timeline.share_in(t, start + low, start + end) / (end - low)
            elif p.start <= start + low < p.end:
                out[t] += share
    if settings["salvage"] == "Remaining Annuities":
        off = start + float(project.construction_time) + 12 * float(project.life)
        left = max(min((off - timeline.end) / 12, float(project.life)), 0.0)
        rate = rate_of(project, timeline.rate)
        out[-1] -= yearly * (left if rate <= 0 else (1 - (1 + rate) ** -left) / rate)
    return out
