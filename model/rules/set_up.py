"""set_up: a recipe that is set up in a period, or has a least run, has a decision whether it runs at all.

Σ_{l, vintage} run[r,l,t] ≤ most[r,t] · recipe_on[r,t]      Σ_{l, vintage} run[r,l,t] ≥ minimum run · recipe_on[r,t]

`most` is what the line can do after the set-up, or what all need ahead takes of the outputs if that is less. The set-up takes
its use of the line's capacity, see line_capacity, and is paid in every period in which the recipe runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.timeline import Vector, month_number
from model.network import buildout
from model.network.network import Network
from model.network.parts import Operation, once_per_network
from model.rules import line_capacity, need, number_used
from model.rules.comparison import at_least, counts
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


@once_per_network
def switched(net: Network) -> dict[tuple[str, str], list[Operation]]:
    """Return the operations of each (recipe, site) that has a decision whether it runs."""
    counted = number_used.limits_that_count(net, "Recipes")
    out: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for o in net.operations:
        r = o.recipe
        own = r.set_up_cost > 0 or r.set_up_use > 0 or r.minimum_run > 0
        if own or any(limit.site in (None, o.site) for limit in counted):
            out[r.recipe, o.site].append(o)
    return dict(out)


def decisions(net: Network) -> list[Index]:
    """Return (recipe, site, period) of the decisions."""
    return [(r, i, t) for r, i in switched(net) for t in net.periods]


def index(net: Network) -> list[Index]:
    """Return (recipe, site, period, "most" or "least")."""
    return [(*d, "most") for d in decisions(net)] + [
        (*d, "least") for d in decisions(net) if least(net, d[0], d[1]) > 0
    ]


@once_per_network
def least(net: Network, recipe: str, site: str) -> float:
    """Return the least that a recipe runs if it runs; where recipes are counted, running nothing would count as one."""
    counted = any(limit.site in (None, site) for limit in number_used.limits_that_count(net, "Recipes"))
    return max(float(switched(net)[recipe, site][0].recipe.minimum_run), number_used.TOKEN if counted else 0.0)


@once_per_network
def most(net: Network, recipe: str, site: str) -> Vector:
    """Return the most that a recipe could be run in each period, shape (T,): what its line can do, or what is needed."""
    plain, *_ = operations = switched(net)[recipe, site]
    line = plain.recipe.line
    able = line_capacity.existing(net, site, line) + line_capacity.at_most_added(net, site, line)
    for o in operations:
        if o.vintage is not None:
            able = able + _young(net, *o.vintage)
    units = (able * line_capacity.factor(net, site, line) - plain.recipe.set_up_use) / max(plain.line_use, 1e-9)
    worst = min(o.least_yield for o in operations)
    needs = [need.at_once(net)[g] / (out * worst) for g, out in plain.outputs if out > 0]
    wanted = np.max(needs, axis=0) if needs else np.full(len(net.timeline), np.inf)
    found: Vector = np.maximum(np.minimum(units, np.maximum(wanted, least(net, recipe, site))), 0.0)
    return found


def _young(net: Network, project: str, start: int) -> Vector:
    row = net.project_rows[project]
    if start >= 0:
        ready: Vector = (
            row.max_size * row.max_repeats * buildout.ramp_of(net, project, net.timeline.periods[start].start)
        )
    else:
        running = [c for c in net.running_builds if c.project == project]
        ready = np.sum(
            [c.build_size * buildout.ramp_of(net, project, month_number(c.build_start)) for c in running], axis=0
        )
    share: Vector = row.output_share * ready
    return share


@once_per_network
def _runs(net: Network, m: Model) -> dict[tuple[str, str, int], list[tuple[float, Any]]]:
    out: dict[tuple[str, str, int], list[tuple[float, Any]]] = defaultdict(list)
    for o, n, t in m.run:
        out[net.operations[o].recipe.recipe, net.operations[o].site, t].append((1.0, m.run[o, n, t]))
    return out


def rule(m: Model, net: Network, recipe: str, site: str, t: int, end: str) -> Any:
    """Return one link between what is run and whether it runs."""
    on = m.recipe_on[recipe, site, t]
    bound = float(most(net, recipe, site)[t]) if end == "most" else least(net, recipe, site)
    link = total([*_runs(net, m)[recipe, site, t], (-bound, on)])
    return link <= 0.0 if end == "most" else link >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the cost of every set-up."""
    for recipe, site, t in m.recipe_on:
        cost = switched(net)[recipe, site][0].recipe.set_up_cost
        yield Cost("Set-ups", t, kusd_to_musd(cost), m.recipe_on[recipe, site, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a least run may be loosened."""
    recipe, site, _, end = idx
    row = switched(net)[recipe, site][0].recipe
    if end != "least" or row.minimum_run <= 0:
        return None
    return Relaxation(
        f"{recipe} has a minimum run at {site}", "t", 1.0, (("Recipes", row.row_id, "minimum_run", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is run without a set-up, set-ups that nobody needs, and runs below the least."""
    done: dict[tuple[str, str, int], float] = defaultdict(float)
    for r, i, _, _, t, units in ledger.rows["runs"]:
        done[r, i, t] += units
    set_up = set(ledger.rows["set_ups"])
    for r, i, t in sorted(set_up | {key for key, units in done.items() if counts(units)}):
        row, counted = ledger.recipes[r], number_used.counted_recipes(ledger, i)
        needs = counted or row.set_up_cost > 0 or row.set_up_use > 0 or row.minimum_run > 0
        label, units = ledger.period(t), done.get((r, i, t), 0.0)
        if not needs:
            if (r, i, t) in set_up:
                yield Violation("set_up", f"{r} at {i} in {label} needs no set-up", 1.0)
            continue
        if (r, i, t) not in set_up:
            yield Violation("set_up", f"{r} is run at {i} in {label} without a set-up", units)
        smallest = max(float(row.minimum_run), number_used.TOKEN if counted else 0.0)
        yield from at_least("set_up", units, smallest, "run of {} at {} in {}", r, i, label)


FAMILY = Family("set_up", index, rule, check, costs=costs, relax=relax)
