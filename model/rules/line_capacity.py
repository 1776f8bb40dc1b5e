"""line_capacity: what a line can do in a period.

Process:     Σ line use[r] · run[r,l,t] + set-up use[r] · recipe_on[r,t]  ≤ (capacity + built capacity) · availability · Δ
Throughput:  Σ flow leaving + deliver + sale at i  ≤ the same
Storage:     Σ stock[i,g,l,t]                      ≤ capacity + built capacity            (t at any time, no Δ)

built capacity in t = Σ_{p, start s} our share · ramp[p,s,t] · size[p,s] + running builds; the ramp is the mean over the
period by age. Plants that recover less in their first years are bounded by themselves, see vintage_recovery.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.places import market_place
from model.case.timeline import Vector, month_number
from model.network import buildout
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.ledger_projects import is_young, usable


def index(net: Network) -> list[Index]:
    """Return (site, line, period) of every line that exists, is being built, or may be."""
    return [(s, line, t) for s, line in sorted(net.line_keys) for t in net.periods]


@once_per_network
def _loads(net: Network, m: Model) -> dict[Index, list[tuple[float, Any]]]:
    loads: dict[Index, list[tuple[float, Any]]] = defaultdict(list)
    for o, n, t in m.run:
        operation = net.operations[o]
        if operation.vintage is not None:
            continue  # bounded by its own plant, see vintage_recovery
        loads[operation.site, "Process:" + operation.recipe.line, t].append((operation.line_use, m.run[o, n, t]))
    recipes = {o.recipe.recipe: o.recipe for o in net.operations}
    for r, i, t in m.recipe_on:
        if recipes[r].set_up_use > 0:
            loads[i, "Process:" + recipes[r].line, t].append((recipes[r].set_up_use, m.recipe_on[r, i, t]))
    for a, x, y, t in m.flow:
        loads[net.arcs[a].origin, "Throughput", t].append((1.0, m.flow[a, x, y, t]))
    for d, n, t in m.deliver:
        loads[market_place(net.demand[d]), "Throughput", t].append((1.0, m.deliver[d, n, t]))
    for i, g, k, n, t in m.sale:
        loads[i, "Throughput", t].append((1.0, m.sale[i, g, k, n, t]))
    for i, g, n, t in m.stock:
        loads[i, "Storage", t].append((1.0, m.stock[i, g, n, t]))
    return loads


@once_per_network
@looks_at("Lines")
def factor(net: Network, site: str, line: str) -> Vector:
    """Return what a t/y of capacity allows in each period (t), shape (T,): availability · Δ, or 1 for storage."""
    row = net.line_rows.get((site, line))
    if net.line_keys[site, line] == "Storage":
        return np.ones(len(net.timeline))
    availability = net.case.by_period(row.availability) if row is not None else np.ones(len(net.timeline))
    return availability * net.timeline.amount_factor


@once_per_network
@looks_at("Lines", "Projects", "Commitments")
def existing(net: Network, site: str, line: str) -> Vector:
    """Return capacity that is no decision, in t/y, shape (T,): the line as it stands and builds under way."""
    row = net.line_rows.get((site, line))
    capacity = net.case.by_period(row.capacity) if row is not None else np.zeros(len(net.timeline))
    for c in net.running_builds:
        p = net.project_rows[c.project]
        if (p.site, p.line) == (site, line) and not buildout.learns(p):
            capacity = capacity + p.output_share * c.build_size * buildout.ramp_of(
                net, p.project, month_number(c.build_start)
            )
    return capacity


@once_per_network
@looks_at("Projects")
def added(net: Network, site: str, line: str) -> list[tuple[str, int, Vector]]:
    """Return (project, start, t/y usable per t/y built, shape (T,)) of what may be built, young plants left out."""
    starts = buildout.new_starts(net)
    return [
        (p.project, s, p.output_share * buildout.ramp_of(net, p.project, net.timeline.periods[s].start))
        for p in net.projects
        if (p.site, p.line) == (site, line) and not buildout.learns(p)
        for s in starts[p.project]
    ]


def at_most_added(net: Network, site: str, line: str) -> Vector:
    """Return the most capacity that projects could add to a line in each period, in t/y, shape (T,)."""
    most: dict[str, Vector] = {}
    for p, _, share in added(net, site, line):
        most[p] = np.maximum(
            most.get(p, np.zeros(len(share))), net.project_rows[p].max_size * net.project_rows[p].max_repeats * share
        )
    total_most: Vector = np.sum([*most.values(), np.zeros(len(net.timeline))], axis=0)
    return total_most


def load(net: Network, m: Model, site: str, line: str, t: int) -> list[tuple[float, Any]]:
    """Return what is asked of a line in a period as terms."""
    kind = net.line_keys[site, line]
    return _loads(net, m).get((site, f"Process:{line}" if kind == "Process" else kind, t), [])


def rule(m: Model, net: Network, site: str, line: str, t: int) -> Any:
    """Return the capacity of one line in one period; nothing where nothing uses it."""
    asked = load(net, m, site, line, t)
    if not asked:
        return None
    allowed = factor(net, site, line)[t]
    built = [(-allowed * r[t], m.size[p, s]) for p, s, r in added(net, site, line) if r[t] > 0]
    return total([*asked, *built]) <= float(existing(net, site, line)[t] * allowed)


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fixed cost of existing lines; it is due whatever is decided."""
    for row in net.case.rows("Lines"):
        for t in net.periods:
            yield Cost("Lines", t, float(net.case.by_period(row.fixed_cost)[t]) * net.timeline.periods[t].years, None)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a line's capacity may be loosened."""
    site, line, t = idx
    row = net.line_rows.get((site, line))
    label = net.timeline.periods[t].label
    sources = (("Lines", row.row_id, "capacity", label),) if row is not None else ()
    return Relaxation(f"{line} at {site} can do no more in {label}", "t", 1.0, sources)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every line that does more than it can, and every recipe that runs where there is no line for it."""
    capacity, kinds = can_do(ledger)
    loads = does(ledger)
    for site, line, t in sorted({(i, ln, t) for i, ln, t in loads if ln in ("Throughput", "Storage")}):
        for (i, name), kind in kinds.items():
            if i == site and kind == line:
                yield from at_most(
                    "line_capacity",
                    loads[site, line, t],
                    float(capacity[i, name][t]),
                    "{} at {} in {}",
                    name,
                    i,
                    ledger.period(t),
                )
    for (site, line, t), done in sorted(loads.items()):
        if line.startswith("Process:"):
            name = line.removeprefix("Process:")
            allowed = float(capacity[site, name][t]) if kinds.get((site, name)) == "Process" else 0.0
            yield from at_most("line_capacity", done, allowed, "{} at {} in {}", name, site, ledger.period(t))


def does(ledger: Ledger) -> dict[tuple[str, str, int], float]:
    """Return what is asked of (site, line or kind, period)."""
    loads: dict[tuple[str, str, int], float] = defaultdict(float)
    for r, i, vintage, _, t, units in ledger.rows["runs"]:
        if vintage:
            continue  # bounded by its own plant, see vintage_recovery
        loads[i, "Process:" + ledger.recipes[r].line, t] += units * sum(ledger.items[r]["Line Use"].values() or [1.0])
    for r, i, t in ledger.rows["set_ups"]:
        loads[i, "Process:" + ledger.recipes[r].line, t] += ledger.recipes[r].set_up_use
    for i, _, _, _, _, t, q in ledger.rows["flows"]:
        loads[i, "Throughput", t] += q
    for segment, g, _, t, q in ledger.rows["deliveries"]:
        if (segment, g) in ledger.demand:
            loads[ledger.place_of(ledger.demand[segment, g]), "Throughput", t] += q
    for i, _, _, _, t, q in ledger.rows["sales"]:
        loads[i, "Throughput", t] += q
    for i, _, _, t, q in ledger.rows["stocks"]:
        loads[i, "Storage", t] += q
    return loads


def can_do(ledger: Ledger) -> tuple[dict[tuple[str, str], Vector], dict[tuple[str, str], str]]:
    """Return what each line can do in each period (t), shape (T,), builds of the plan and under way included, and its kind."""
    line, case = ledger.timeline, ledger.case
    rows = {(r.site, r.line): r for r in case.rows("Lines")}
    kinds = {key: r.kind for key, r in rows.items()}
    capacity = {key: case.by_period(r.capacity) for key, r in rows.items()}
    builds = [(p, line.periods[t].start, size) for p, t, size in ledger.rows["builds"]]
    builds += [(c.project, month_number(c.build_start), c.build_size) for c in ledger.running]
    for p in ledger.projects.values():
        kinds.setdefault((p.site, p.line), p.kind)
        capacity.setdefault((p.site, p.line), np.zeros(len(line)))
    for name, start, size in builds:
        p = ledger.projects[name]
        if not is_young(p):
            capacity[p.site, p.line] = capacity[p.site, p.line] + p.output_share * size * usable(line, p, start)
    for key, kind in kinds.items():
        if kind != "Storage":
            running = case.by_period(rows[key].availability) if key in rows else 1.0
            capacity[key] = capacity[key] * running * line.amount_factor
    return capacity, kinds


FAMILY = Family("line_capacity", index, rule, check, costs=costs, relax=relax)
