"""project_size: capacity started in a period is within the project's range if construction starts in it, else zero.

min · (build[p,t] − build[p,t−1]) ≤ size[p,t] ≤ max · (build[p,t] − build[p,t−1])

A project that repeats starts whole modules: min · modules[p,t] ≤ size[p,t] ≤ max · modules[p,t], modules[p,t] ≤ repeats ·
build[p,t], build[p,t] ≤ Σ_{s ≤ t} modules[p,s], Σ_t modules[p,t] ≤ repeats; fixed capital and fixed cost count for each.

Our share of the capital is paid as an annuity from commissioning to the end of life or horizon, whichever is earlier, or in
cash as it is spent over construction (Setting Capex Mode).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.timeline import Vector, month_number
from model.network import buildout
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules.capital import payments
from model.rules.comparison import TOLERANCE, at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.ledger_projects import why_not


def index(net: Network) -> list[Index]:
    """Return (project, period, "min" or "max") of every possible start."""
    out: list[Index] = [(p, t, end) for p, ts in buildout.new_starts(net).items() for t in ts for end in ("min", "max")]
    for p, t in repeated(net):
        out += [(p, t, "start"), (p, t, "stay")]
    return out + [(p, 0, "all") for p in dict.fromkeys(p for p, _ in repeated(net))]


def repeated(net: Network) -> list[Index]:
    """Return (project, start) of the projects of which several modules can be started."""
    starts = buildout.new_starts(net)
    return [(p.project, t) for p in net.projects if p.max_repeats > 1 for t in starts[p.project]]


def started(m: Model, net: Network, p: str, t: int) -> list[tuple[float, Any]]:
    """Return what is newly started as terms: build[p,t] − build[p,t−1], or the modules of a project that repeats."""
    if (p, t) in m.modules:
        return [(1.0, m.modules[p, t])]
    before = [(-1.0, m.build[p, t - 1])] if (p, t - 1) in m.build else []
    return [(1.0, m.build[p, t]), *before]


def rule(m: Model, net: Network, p: str, t: int, end: str) -> Any:
    """Return one end of the range of sizes, or one link between modules and starting at all."""
    row = net.project_rows[p]
    repeats = float(row.max_repeats)
    if end == "all":
        return total((1.0, m.modules[i]) for i in m.modules if i[0] == p) <= repeats
    if end == "start":
        return total([(1.0, m.modules[p, t]), (-repeats, m.build[p, t])]) <= 0.0
    if end == "stay":
        before = [(-1.0, m.modules[i]) for i in m.modules if i[0] == p and i[1] <= t]
        return total([(1.0, m.build[p, t]), *before]) <= 0.0
    bound = row.min_size if end == "min" else row.max_size
    expression = total([(1.0, m.size[p, t]), *((-bound * c, v) for c, v in started(m, net, p, t))])
    return expression >= 0.0 if end == "min" else expression <= 0.0


@once_per_network
@looks_at("Projects")
def paid(net: Network, p: str, start: float) -> Vector:
    """Return what is paid in each period per unit of a project's capital, shape (T,), if construction starts then."""
    row = net.project_rows[p]
    return payments(net.timeline, net.case.settings, row, start, buildout.years_of(net, p, start))


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield capital and fixed cost of every possible start, and of builds under way."""
    for p, starts in buildout.new_starts(net).items():
        row = net.project_rows[p]
        for s in starts:
            start = net.timeline.periods[s].start
            years, capital = buildout.years_of(net, p, start), row.capital_share * paid(net, p, start)
            fixed = net.case.by_period(row.fixed_cost)
            size, new = m.size[p, s], started(m, net, p, s)
            for t in np.flatnonzero((capital != 0) | (years != 0)).tolist():
                yield Cost("Capital", t, float(capital[t]) * row.capex_per_capacity, size)
                for c, v in new:
                    yield Cost("Capital", t, c * float(capital[t]) * row.capex_fixed, v)
                    yield Cost("Plants", t, c * years[t] * float(fixed[t]) * row.capital_share, v)
    for run in net.running_builds:
        row, start = net.project_rows[run.project], month_number(run.build_start)
        years = buildout.years_of(net, run.project, start)
        whole = row.capital_share * (row.capex_fixed + row.capex_per_capacity * run.build_size)
        fixed = net.case.by_period(row.fixed_cost)
        for t in net.periods:
            yield Cost("Capital", t, whole * float(paid(net, run.project, start)[t]), None)
            yield Cost("Plants", t, years[t] * float(fixed[t]) * row.capital_share, None)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the range of sizes may be loosened."""
    p, _, end = idx
    row = net.project_rows[p]
    if end == "all":
        return Relaxation(
            f"{p} is built at most {row.max_repeats} times",
            "modules",
            1.0,
            (("Projects", row.row_id, "max_repeats", None),),
        )
    if end in ("start", "stay"):
        return None
    column = "min_size" if end == "min" else "max_size"
    return Relaxation(f"the size of {p} is limited", "t/y", 1.0, (("Projects", row.row_id, column, None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every build of a wrong size, in a period in which it may not start, or of what is being built already."""
    running = {c.project for c in ledger.running}
    for p, t, size in ledger.rows["builds"]:
        row, label = ledger.projects[p], ledger.period(t)
        modules = ledger.modules.get((p, t), 1.0 if row.max_repeats == 1 else 0.0)
        yield from at_least("project_size", size, modules * row.min_size, "size of {}", p)
        yield from at_most("project_size", size, modules * row.max_size, "size of {}", p)
        reason = why_not(ledger.timeline, row, t)
        if ledger.as_is or p in running:
            reason = "in As Is" if ledger.as_is else "since it is being built already"
        if reason:
            yield Violation("project_size", f"{p} may not start in {label}: {reason}", max(size, 1.0))
    counted: dict[str, float] = defaultdict(float)
    for (p, t), modules in ledger.modules.items():
        row = ledger.projects[p]
        counted[p] += modules
        if row.max_repeats == 1 or abs(modules - round(modules)) > TOLERANCE or (p, t) not in ledger.starts:
            yield Violation("project_size", f"{modules:g} modules of {p} in {ledger.period(t)} can not be", modules)
    for p, modules in counted.items():
        yield from at_most("project_size", modules, ledger.projects[p].max_repeats, "modules of {}", p)


FAMILY = Family("project_size", index, rule, check, costs=costs, relax=relax)
