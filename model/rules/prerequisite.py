"""prerequisite: a project is started no earlier than the project that it needs.

build[p,t] ≤ build[q,t]      with q the prerequisite of p; builds under way count as started
"""

from __future__ import annotations

from typing import Any

from model.network.network import Network
from model.rules import groups
from model.rules.family import Family, Index, Model, Relaxation, total


def index(net: Network) -> list[Index]:
    """Return (project, period) of the build decisions of projects that need another one."""
    running = {c.project for c in net.running_builds}
    return [(p.project, t) for p in net.projects if p.prerequisite and p.prerequisite not in running
            for t in groups.build_starts(net)[p.project]]


def rule(m: Model, net: Network, p: str, t: int) -> Any:
    """Return build[p,t] ≤ build[q,t]; q that can not be started by then forbids p."""
    needed = net.project_rows[p].prerequisite
    before = [(-1.0, m.build[needed, t])] if (needed, t) in m.build else []
    return total([(1.0, m.build[p, t]), *before]) <= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the prerequisite may be loosened."""
    row = net.project_rows[idx[0]]
    return Relaxation(f"{idx[0]} needs {row.prerequisite} first", "project", 1.0,
                      (("Projects", row.row_id, "prerequisite", None),))


FAMILY = Family("prerequisite", index, rule, relax=relax)
