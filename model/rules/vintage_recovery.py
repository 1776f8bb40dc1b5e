"""vintage_recovery: a plant that recovers less in its first years is run, and bounded, by itself.

Σ line use[r] · run[r,v,l,t] ≤ our share · ramp[v,t] · size[v] · availability · Δ      for every vintage v = (project, start)

Its output is recovery[v,t] times the recipe's yield; the recovery is the mean over the period by age. Builds under way of one
project are run as one, with their recovery by usable capacity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.timeline import month_number
from model.network import buildout
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger
from model.rules.line_capacity import factor


def index(net: Network) -> list[Index]:
    """Return (project, start, period) of every vintage that some recipe can run on."""
    vintages = sorted({o.vintage for o in net.operations if o.vintage is not None})
    return [(p, s, t) for p, s in vintages for t in net.periods]


@once_per_network
def _loads(net: Network, m: Model) -> dict[Index, list[tuple[float, Any]]]:
    loads: dict[Index, list[tuple[float, Any]]] = defaultdict(list)
    for o, n, t in m.run:
        operation = net.operations[o]
        if operation.vintage is not None:
            loads[*operation.vintage, t].append((operation.line_use, m.run[o, n, t]))
    return loads


def usable(net: Network, p: str, s: int, t: int) -> float:
    """Return what a vintage can do in a period: t, or t per t/y built; a build under way has start −1."""
    row = net.project_rows[p]
    allowed = float(factor(net, row.site, row.line)[t] * row.output_share)
    if s >= 0:
        return allowed * float(buildout.ramp_of(net, p, net.timeline.periods[s].start)[t])
    running = [c for c in net.running_builds if c.project == p]
    ready = sum(c.build_size * buildout.ramp_of(net, p, month_number(c.build_start))[t] for c in running)
    return allowed * float(ready)


def rule(m: Model, net: Network, p: str, s: int, t: int) -> Any:
    """Return the capacity of one vintage in one period."""
    load = _loads(net, m).get((p, s, t), [])
    if not load:
        return None
    able = usable(net, p, s, t)
    return total(load) <= able if s < 0 else total([*load, (-able, m.size[p, s])]) <= 0.0


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield young plants that do more than they can, and runs on plants that are not there, or are not young.

    What they make is looked at where all that is made is: see material_balance.
    """
    loads: dict[tuple[str, int], float] = defaultdict(float)
    for r, i, vintage, _, t, units in ledger.rows["runs"]:
        if not vintage:
            continue
        plant = ledger.plants.get(vintage)
        if plant is None or (plant.site, plant.line) != (i, ledger.recipes[r].line):
            sentence = f"recipe {r} is run at {i} on {vintage}, which is no plant of its own there"
            yield Violation("vintage_recovery", sentence, units)
        else:
            loads[vintage, t] += units * sum(ledger.items[r]["Line Use"].values() or [1.0])
    running = {(row.site, row.line): ledger.case.by_period(row.availability) for row in ledger.case.rows("Lines")}
    for (vintage, t), load in sorted(loads.items()):
        plant = ledger.plants[vintage]
        shares = running.get((plant.site, plant.line))
        availability = 1.0 if shares is None else float(shares[t])
        allowed = float(plant.capacity[t]) * availability * float(ledger.timeline.amount_factor[t])
        yield from at_most("vintage_recovery", load, allowed, "{} in {}", vintage, ledger.period(t))


FAMILY = Family("vintage_recovery", index, rule, check)
