"""prerequisite: a project is started no earlier than the project that it needs.

build[p,t] ≤ build[q,t]      with q the prerequisite of p; builds under way count as started
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network import buildout
from model.network.network import Network
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (project, period) of the build decisions of projects that need another one."""
    running = {c.project for c in net.running_builds}
    return [
        (p.project, t)
        for p in net.projects
        if p.prerequisite and p.prerequisite not in running
        for t in buildout.build_starts(net)[p.project]
    ]


def rule(m: Model, net: Network, p: str, t: int) -> Any:
    """Return build[p,t] ≤ build[q,t]; q that can not be started by then forbids p."""
    needed = net.project_rows[p].prerequisite
    before = [(-1.0, m.build[needed, t])] if (needed, t) in m.build else []
    return total([(1.0, m.build[p, t]), *before]) <= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the prerequisite may be loosened."""
    row = net.project_rows[idx[0]]
    return Relaxation(
        f"{idx[0]} needs {row.prerequisite} first", "project", 1.0, (("Projects", row.row_id, "prerequisite", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every project that is started before the one that it needs."""
    running = {c.project for c in ledger.running}
    for p, t in ledger.started.items():
        needed = ledger.projects[p].prerequisite
        if needed and needed not in running and ledger.started.get(needed, len(ledger.timeline)) > t:
            yield Violation("prerequisite", f"{p} is started in {ledger.period(t)}, before {needed}", 1.0)


FAMILY = Family("prerequisite", index, rule, check, relax=relax)
