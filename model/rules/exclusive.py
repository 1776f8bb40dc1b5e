"""exclusive: at most one project of a group is ever started, builds under way included.

Σ_{p in group} build[p,T] ≤ 1 − builds under way in the group
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from model.network import buildout
from model.network.network import Network
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (group,) of every group that a project still to be decided belongs to."""
    return [(g,) for g in sorted({p.exclusive_group for p in net.projects if p.exclusive_group})]


def rule(m: Model, net: Network, group: str) -> Any:
    """Return the limit of one group."""
    last = len(net.timeline) - 1
    members = [
        m.build[p.project, last]
        for p in net.projects
        if p.exclusive_group == group and buildout.build_starts(net)[p.project]
    ]
    running = sum(net.project_rows[c.project].exclusive_group == group for c in net.running_builds)
    return total((1.0, v) for v in members) <= float(1 - running) if members else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the group may be loosened."""
    rows = [p for p in net.projects if p.exclusive_group == idx[0]]
    return Relaxation(
        f"only one project of group {idx[0]} may be built",
        "project",
        1.0,
        tuple(("Projects", p.row_id, "exclusive_group", None) for p in rows),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every group of which more than one project is started, builds under way included."""
    members = Counter(ledger.projects[p].exclusive_group for p in ledger.started)
    running = Counter(ledger.projects[c.project].exclusive_group for c in ledger.running)
    for group, number in members.items():
        if group:
            yield from at_most("exclusive", number + running[group], 1, "projects of group {}", group)


FAMILY = Family("exclusive", index, rule, check, relax=relax)
