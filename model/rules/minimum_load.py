"""minimum_load: a line that runs in a period at all does at least a share of what it can do as it stands.

Σ load[i,line,t] ≤ most[i,line,t] · line_on[i,line,t]
Σ load[i,line,t] ≥ minimum load · capacity[t] · availability · Δ · line_on[i,line,t]

The load is what line_capacity counts, set-ups included; `most` is what the line can do with everything built on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import line_capacity
from model.rules.comparison import at_least, counts
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


@once_per_network
def bound_lines(net: Network) -> list[tuple[str, str]]:
    """Return (site, line) of the lines that have a least load."""
    return [(r.site, r.line) for r in net.case.rows("Lines") if r.minimum_load > 0 and r.kind != "Storage"]


def decisions(net: Network) -> list[Index]:
    """Return (site, line, period) of the decisions."""
    return [(*line, t) for line in bound_lines(net) for t in net.periods]


def index(net: Network) -> list[Index]:
    """Return (site, line, period, "most" or "least")."""
    return [(*d, end) for d in decisions(net) for end in ("most", "least")]


def least(net: Network, site: str, line: str, t: int) -> float:
    """Return the least load of a line that runs in a period (t)."""
    row = net.line_rows[site, line]
    can = net.case.by_period(row.capacity)[t] * line_capacity.factor(net, site, line)[t]
    return float(row.minimum_load * can)


def rule(m: Model, net: Network, site: str, line: str, t: int, end: str) -> Any:
    """Return one link between the load of a line and whether it runs."""
    asked = line_capacity.load(net, m, site, line, t)
    if not asked:
        return None
    able = line_capacity.existing(net, site, line) + line_capacity.at_most_added(net, site, line)
    bound = float((able * line_capacity.factor(net, site, line))[t]) if end == "most" else least(net, site, line, t)
    link = total([*asked, (-bound, m.line_on[site, line, t])])
    return link <= 0.0 if end == "most" else link >= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a least load may be loosened."""
    site, line, t, end = idx
    if end != "least":
        return None
    row, label = net.line_rows[site, line], net.timeline.periods[t].label
    return Relaxation(
        f"{line} at {site} has a minimum load in {label}", "t", 1.0, (("Lines", row.row_id, "minimum_load", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield lines that do something, but less than their least load, and lines said to run that have none."""
    loads = line_capacity.does(ledger)
    rows = {(r.site, r.line): r for r in ledger.case.rows("Lines") if r.minimum_load > 0 and r.kind != "Storage"}
    runs = set(ledger.rows["line_uses"])
    for i, line, t in sorted(runs):
        if (i, line) not in rows:
            yield Violation("minimum_load", f"{line} at {i} in {ledger.period(t)} has no minimum load", 1.0)
    for (i, line), row in rows.items():
        name = f"Process:{line}" if row.kind == "Process" else row.kind
        can = ledger.case.by_period(row.capacity) * ledger.case.by_period(row.availability)
        for t in range(len(ledger.timeline)):
            done = loads.get((i, name, t), 0.0)
            if not counts(done) and (i, line, t) not in runs:
                continue
            if (i, line, t) not in runs:
                yield Violation("minimum_load", f"{line} at {i} runs in {ledger.period(t)}, but is not said to", done)
            bound = row.minimum_load * float(can[t]) * float(ledger.timeline.amount_factor[t])
            yield from at_least("minimum_load", done, bound, "{} at {} in {}", line, i, ledger.period(t))


FAMILY = Family("minimum_load", index, rule, check, relax=relax)
