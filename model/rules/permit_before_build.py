"""permit_before_build: construction starts only with a permit; permit and build are separate cumulative binaries.

build[p,t] ≤ permit[p,s]      with s the last period such that start of s + permit time ≤ start of t

A permit is paid in the period in which it is started, whether anything is built on it or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from model.network import buildout
from model.network.network import Network
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.ledger_projects import may_begin, needs_permit


def index(net: Network) -> list[Index]:
    """Return (project, period) of the build decisions of projects that need a permit."""
    return [
        (p, t) for p, ts in buildout.build_starts(net).items() if buildout.needs_permit(net.project_rows[p]) for t in ts
    ]


def rule(m: Model, net: Network, p: str, t: int) -> Any:
    """Return build ≤ permit, as early as the permit time allows."""
    s = buildout.permit_period(net, net.project_rows[p], t)
    return total([(1.0, m.build[p, t]), (-1.0, m.permit[p, s])]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the permit's cost in the period in which it is started."""
    for p, t in m.permit:
        cost = net.project_rows[p].permit_cost * net.project_rows[p].capital_share
        yield Cost("Permits", t, cost, m.permit[p, t])
        if (p, t - 1) in m.permit:
            yield Cost("Permits", t, -cost, m.permit[p, t - 1])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the permit time may be loosened."""
    p, t = idx
    row = net.project_rows[p]
    return Relaxation(
        f"{p} can not be built in {net.timeline.periods[t].label} without a permit",
        "project",
        1.0,
        (("Projects", row.row_id, "permit_time", None),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every build without a permit in time, and every permit that is started too early."""
    line = ledger.timeline
    granted = {
        p: line.periods[t].start + float(ledger.projects[p].permit_time)
        for p, t in sorted(ledger.rows["permits"], key=lambda r: -r[1])
    }
    for p, t, _ in ledger.rows["builds"]:
        start = line.periods[t].start
        if needs_permit(ledger.projects[p]) and granted.get(p, math.inf) > start + 1e-9:
            late = granted.get(p, line.end) - start
            yield Violation("permit_before_build", f"{p} is started in {line.periods[t].label} without a permit", late)
    for p, t in ledger.rows["permits"]:
        if ledger.as_is or not needs_permit(ledger.projects[p]) or not may_begin(line, ledger.projects[p], t):
            yield Violation(
                "permit_before_build", f"a permit of {p} can not be started in {line.periods[t].label}", 1.0
            )


FAMILY = Family("permit_before_build", index, rule, check, costs=costs, relax=relax)
