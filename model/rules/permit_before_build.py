"""permit_before_build: construction starts only with a permit; permit and build are separate cumulative binaries.

build[p,t] ≤ permit[p,s]      with s the last period such that start of s + permit time ≤ start of t

A permit is paid in the period in which it is started, whether anything is built on it or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import groups
from model.rules.family import Cost, Family, Index, Model, Relaxation, total


def index(net: Network) -> list[Index]:
    """Return (project, period) of the build decisions of projects that need a permit."""
    return [(p, t) for p, ts in groups.build_starts(net).items() if groups.needs_permit(net.project_rows[p]) for t in ts]


def rule(m: Model, net: Network, p: str, t: int) -> Any:
    """Return build ≤ permit, as early as the permit time allows."""
    s = groups.permit_period(net, net.project_rows[p], t)
    return total([(1.0, m.build[p, t]), (-1.0, m.permit[p, s])]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the permit's cost in the period in which it is started."""
    for p, t in m.permit:
        cost = net.project_rows[p].permit_cost
        yield Cost("Permits", t, cost, m.permit[p, t])
        if (p, t - 1) in m.permit:
            yield Cost("Permits", t, -cost, m.permit[p, t - 1])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the permit time may be loosened."""
    p, t = idx
    row = net.project_rows[p]
    return Relaxation(f"{p} can not be built in {net.timeline.periods[t].label} without a permit", "project", 1.0,
                      (("Projects", row.row_id, "permit_time", None),))


FAMILY = Family("permit_before_build", index, rule, costs=costs, relax=relax)
