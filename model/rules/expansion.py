"""expansion: the size of a project that expands another one follows the size of that one.

Σ_s size[p,s] ≤ max relative[p] · (Σ_s size[q,s] + builds under way of q)                  with q the prerequisite of p
Σ_s size[p,s] ≥ min relative[p] · (Σ_s size[q,s] + builds under way of q) − min relative · most of q · (1 − build[p,T])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.network import buildout
from model.network.network import Network
from model.rules.comparison import at_least, at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.schema.values import is_blank


def index(net: Network) -> list[Index]:
    """Return (project, "max" or "min") of the projects that have a relative size and can be started."""
    out: list[Index] = []
    for p in net.projects:
        if p.prerequisite and buildout.build_starts(net)[p.project]:
            out += [(p.project, "max")] if not is_blank(p.max_relative) else []
            out += [(p.project, "min")] if p.min_relative > 0 else []
    return out


def rule(m: Model, net: Network, p: str, end: str) -> Any:
    """Return one end of the range of an expansion."""
    row = net.project_rows[p]
    q = row.prerequisite
    running = sum(c.build_size for c in net.running_builds if c.project == q)
    ours = [(1.0, m.size[i]) for i in m.size if i[0] == p]
    theirs = [m.size[i] for i in m.size if i[0] == q]
    if end == "max":
        return total([*ours, *((-row.max_relative, v) for v in theirs)]) <= float(row.max_relative * running)
    basis = net.project_rows[q]
    most = running + (basis.max_size * basis.max_repeats if theirs else 0.0)
    built = m.build[p, len(net.timeline) - 1]
    least = [*ours, *((-row.min_relative, v) for v in theirs), (-row.min_relative * most, built)]
    return total(least) >= float(row.min_relative * (running - most))


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the relative size may be loosened."""
    p, end = idx
    row = net.project_rows[p]
    sources = (("Projects", row.row_id, f"{end}_relative", None),)
    return Relaxation(f"the size of {p} follows that of {row.prerequisite}", "t/y", 1.0, sources)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every expansion that is too large or too small for what it expands."""
    sizes: dict[str, float] = defaultdict(float)
    for p, _, size in ledger.rows["builds"]:
        sizes[p] += size
    for c in ledger.running:
        sizes[c.project] += c.build_size
    for p in ledger.started:
        row = ledger.projects[p]
        if not row.prerequisite:
            continue
        basis = sizes.get(row.prerequisite, 0.0)
        if not is_blank(row.max_relative):
            yield from at_most("expansion", sizes[p], row.max_relative * basis, "size of {}", p)
        yield from at_least("expansion", sizes[p], row.min_relative * basis, "size of {}", p)


FAMILY = Family("expansion", index, rule, check, relax=relax)
