"""project_size: capacity started in a period is within the project's range if construction starts in it, else zero.

min · (build[p,t] − build[p,t−1]) ≤ size[p,t] ≤ max · (build[p,t] − build[p,t−1])

Our share of the capital is paid as an annuity from commissioning to the end of life or horizon, whichever is earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case.timeline import month_number
from model.network.network import Network
from model.rules import groups
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger, at_least, at_most
from model.rules.ledger_projects import why_not


def index(net: Network) -> list[Index]:
    """Return (project, period, "min" or "max") of every possible start."""
    return [(p, t, end) for p, ts in groups.new_starts(net).items() for t in ts for end in ("min", "max")]


def started(m: Model, net: Network, p: str, t: int) -> list[tuple[float, Any]]:
    """Return build[p,t] − build[p,t−1] as terms."""
    before = [(-1.0, m.build[p, t - 1])] if (p, t - 1) in m.build else []
    return [(1.0, m.build[p, t]), *before]


def rule(m: Model, net: Network, p: str, t: int, end: str) -> Any:
    """Return one end of the range of sizes."""
    row = net.project_rows[p]
    bound = row.min_size if end == "min" else row.max_size
    expression = total([(1.0, m.size[p, t]), *((-bound * c, v) for c, v in started(m, net, p, t))])
    return expression >= 0.0 if end == "min" else expression <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield annuities and fixed cost of every possible start, and of builds under way."""
    rate = net.timeline.rate
    for p, starts in groups.new_starts(net).items():
        row = net.project_rows[p]
        share = groups.annuity(row, rate) * row.capital_share
        for s in starts:
            years = groups.years_on(net.timeline, row, net.timeline.periods[s].start)
            for t in net.periods:
                if years[t] > 0:
                    yield Cost("Capital", t, share * years[t] * row.capex_per_capacity, m.size[p, s])
                    for c, v in started(m, net, p, s):
                        yield Cost("Capital", t, c * share * years[t] * row.capex_fixed, v)
                        yield Cost("Plants", t, c * years[t] * row.fixed_cost * row.capital_share, v)
    for run in net.running_builds:
        row = net.project_rows[run.project]
        years = groups.years_on(net.timeline, row, month_number(run.build_start))
        capital = row.capex_fixed + row.capex_per_capacity * run.build_size
        for t in net.periods:
            yield Cost("Capital", t, groups.annuity(row, rate) * row.capital_share * years[t] * capital, None)
            yield Cost("Plants", t, years[t] * row.fixed_cost * row.capital_share, None)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the range of sizes may be loosened."""
    p, _, end = idx
    row = net.project_rows[p]
    column = "min_size" if end == "min" else "max_size"
    return Relaxation(f"the size of {p} is limited", "t/y", 1.0, (("Projects", row.row_id, column, None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every build of a wrong size, in a period in which it may not start, or of what is being built already."""
    running = {c.project for c in ledger.running}
    for p, t, size in ledger.rows["builds"]:
        row, label = ledger.projects[p], ledger.period(t)
        yield from at_least("project_size", size, row.min_size, "size of {}", p)
        yield from at_most("project_size", size, row.max_size, "size of {}", p)
        reason = why_not(ledger.timeline, row, t)
        if ledger.as_is or p in running:
            reason = "in As Is" if ledger.as_is else "since it is being built already"
        if reason:
            yield Violation("project_size", f"{p} may not start in {label}: {reason}", max(size, 1.0))


FAMILY = Family("project_size", index, rule, check, costs=costs, relax=relax)
