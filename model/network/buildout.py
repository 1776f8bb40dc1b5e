"""Build-out: when a project may start, and in which periods its plant stands, what it can do and what it recovers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.case.case import Row
from model.case.timeline import Timeline, Vector, month_number
from model.network.parts import looks_at, once_per_network

if TYPE_CHECKING:
    from model.network.network import Network


def commissioning(project: Row, start: float) -> float:
    """Return the month in which a project started at month `start` of construction is commissioned."""
    return start + float(project.construction_time)


def needs_permit(project: Row) -> bool:
    """Return whether the permit is a decision of its own: it takes time or costs money."""
    return bool(project.permit_time > 0 or project.permit_cost > 0)


def permit_period(net: Network, project: Row, t: int) -> int | None:
    """Return the last period in whose start a permit must be started to build in `t`; None if there is none."""
    latest = net.timeline.periods[t].start - float(project.permit_time)
    started = [s for s in net.periods if net.timeline.periods[s].start <= latest + 1e-9 and _may_start(net, project, s)]
    return max(started) if started else None


def _may_start(net: Network, project: Row, t: int) -> bool:
    start = net.timeline.periods[t].start
    return net.decidable(t) and (project.earliest_start is None or start >= month_number(project.earliest_start) - 1e-9)


@once_per_network
@looks_at("Projects")
def build_starts(net: Network) -> dict[str, list[int]]:
    """Return for each project the periods in which construction may start.

    A project that would be commissioned after the horizon is not offered at all: it would be free of charge.
    """
    out: dict[str, list[int]] = {}
    for p in net.projects:
        latest = month_number(p.latest_start) if p.latest_start else np.inf
        ts = [
            t
            for t in net.periods
            if _may_start(net, p, t)
            and net.timeline.periods[t].start <= latest + 1e-9
            and commissioning(p, net.timeline.periods[t].start) < net.timeline.end - 1e-9
            and (not needs_permit(p) or permit_period(net, p, t) is not None)
        ]
        # `build` is cumulative: it needs every period from the first possible start on, also those without a new start.
        out[p.project] = list(range(min(ts), len(net.timeline))) if ts else []
    return out


@once_per_network
@looks_at("Projects")
def new_starts(net: Network) -> dict[str, list[int]]:
    """Return for each project the periods in which its construction may newly start."""
    out: dict[str, list[int]] = {}
    for p in net.projects:
        latest = month_number(p.latest_start) if p.latest_start else np.inf
        out[p.project] = [
            t
            for t in build_starts(net)[p.project]
            if net.timeline.periods[t].start <= latest + 1e-9
            and commissioning(p, net.timeline.periods[t].start) < net.timeline.end - 1e-9
        ]
    return out


@once_per_network
@looks_at("Projects")
def permits(net: Network) -> list[tuple[str, int]]:
    """Return (project, period) of the cumulative permit decisions."""
    starts = build_starts(net)
    return [
        (p.project, t)
        for p in net.projects
        if needs_permit(p) and starts[p.project]
        for first in [min(s for s in net.periods if _may_start(net, p, s))]
        for t in net.periods
        if t >= first
    ]


def ramp(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return the share of capacity usable in each period of a project started at month `start`, shape (T,).

    The mean over the period of the ramp at years since commissioning; year 4's share holds to the end of life, zero after.
    """
    on = commissioning(project, start)
    life = float(project.life) * 12
    edges = [0.0, 12.0, 24.0, 36.0, life] if life > 36 else [e for e in (0.0, 12.0, 24.0, 36.0) if e < life] + [life]
    shares = [project.ramp_year_1, project.ramp_year_2, project.ramp_year_3, project.ramp_year_4]
    return np.array(
        [
            sum(
                share * timeline.share_in(t, on + low, on + high)
                for share, low, high in zip(shares, edges[:-1], edges[1:], strict=False)
            )
            for t in range(len(timeline))
        ]
    )


@once_per_network
@looks_at()
def ramp_of(net: Network, project: str, start: float) -> Vector:
    """Return `ramp` of a project by name."""
    return ramp(net.timeline, net.project_rows[project], start)


@once_per_network
@looks_at()
def years_of(net: Network, project: str, start: float) -> Vector:
    """Return `years_on` of a project by name, shape (T,)."""
    return years_on(net.timeline, net.project_rows[project], start)


def learns(project: Row) -> bool:
    """Return whether the plant recovers less in its first years, so that each vintage is counted by itself."""
    return bool(
        min(project.recovery_year_1, project.recovery_year_2, project.recovery_year_3, project.recovery_year_4) < 1
    )


def recovery(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return output as a share of the recipe's yield in each period, shape (T,), of a project started at month `start`.

    The mean over the part of the period in which the plant exists; year 4's share holds to the end of life, 1 elsewhere.
    """
    on = commissioning(project, start)
    shares = [project.recovery_year_1, project.recovery_year_2, project.recovery_year_3, project.recovery_year_4]
    life = float(project.life) * 12
    edges = [*(min(edge, life) for edge in (0.0, 12.0, 24.0, 36.0)), life]
    out = np.ones(len(timeline))
    for t in range(len(timeline)):
        spans = [timeline.share_in(t, on + low, on + high) for low, high in itertools.pairwise(edges)]
        if sum(spans) > 0:
            out[t] = sum(share * span for share, span in zip(shares, spans, strict=True)) / sum(spans)
    return out


def joint_recovery(timeline: Timeline, project: Row, running: Sequence[Row]) -> Vector:
    """Return the recovery in each period, shape (T,), of a project's builds under way: their mean by usable capacity."""
    starts = [month_number(c.build_start) for c in running]
    usable = np.array([c.build_size * ramp(timeline, project, s) for c, s in zip(running, starts, strict=True)])
    got = np.sum(usable * [recovery(timeline, project, s) for s in starts], axis=0)
    able = np.sum(usable, axis=0)
    return np.where(able > 0, got / np.where(able > 0, able, 1.0), 1.0)


def years_on(timeline: Timeline, project: Row, start: float) -> Vector:
    """Return the years of each period in which the project exists, from commissioning to end of life, shape (T,)."""
    on = commissioning(project, start)
    return np.array(
        [
            timeline.share_in(t, on, on + float(project.life) * 12) * timeline.periods[t].years
            for t in range(len(timeline))
        ]
    )
