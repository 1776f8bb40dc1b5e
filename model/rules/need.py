"""How much of a material could be of use: demand, sales, stock and cover, carried upstream through recipes.

It bounds decisions that are yes or no, so that the relaxation stays near the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from model.case.case import Row
from model.case.markets import most_in
from model.case.overrides import decision, meant
from model.case.places import supplier_place
from model.case.timeline import Vector
from model.network.network import Network
from model.network.parts import Operation, looks_at, once_per_network
from model.schema.values import is_blank

_NO_LIMIT = 1e6  # t; of a market that takes everything, and of what a least spend may buy at whatever price
# Needs, sales, stock and its targets, what rules force on the plan, and what may be thrown away.
_TABLES = ("Demand", "Sales", "Stockpiles", "Cover Targets", "Limits", "Materials")


@once_per_network
@looks_at(*_TABLES)
def ahead(net: Network) -> Mapping[str, Vector]:
    """Return the most of each material that could be of use from each period on (t), shape (T,); finite.

    Remaining demand, sales, stock, cover and what rules force on the plan, carried upstream through recipes at their input per
    unit of output.
    """
    late = late_share(net)
    wanted = _carried(net, _ends(net), late)
    once = {g: np.zeros(len(net.timeline)) for g in net.material}
    for more in (_held(net), _forced(net)):
        for g, tonnes in more.items():
            once[g] = once[g] + tonnes
    kept = _carried(net, once, {g: np.full(len(v), v.max()) for g, v in late.items()})
    return {g: np.cumsum(v[::-1])[::-1] + kept[g] for g, v in wanted.items()}


@once_per_network
def moved(net: Network) -> Mapping[str, Vector]:
    """Return the most of each material that could be moved or held in each period (t), shape (T,): need, or by-products.

    What is made beside what is needed must go somewhere, such as to a place where it may be thrown away.
    """
    total = {g: v.copy() for g, v in at_once(net).items()}
    for _ in range(len(net.material)):
        beside = {g: np.zeros(len(net.timeline)) for g in total}
        for op in net.operations:
            most = _run_most(net, op, total)
            for h, out in op.outputs:
                beside[h] = beside[h] + out * most
        fresh = {
            g: v if is_blank(net.material[g].disposal_cost) else v + np.cumsum(beside[g][::-1])[::-1]
            for g, v in at_once(net).items()
        }
        if all(np.allclose(fresh[g], total[g]) for g in fresh):
            break
        total = fresh
    return total


def _run_most(net: Network, op: Operation, total: Mapping[str, Vector]) -> Vector:
    """Return the most that an operation could be run in each period (units), shape (T,): for outputs, or to be rid of inputs."""
    useful = [at_once(net)[h] / (out * op.least_yield) for h, out in op.outputs if out > 0]
    rid = [total[g] / per for g, per in op.inputs if per > 0 and not is_blank(net.material[g].disposal_cost)]
    size = len(net.timeline)
    return np.max([*useful, *rid], axis=0) if useful or rid else np.zeros(size)


@once_per_network
@looks_at(*_TABLES)
def at_once(net: Network) -> Mapping[str, Vector]:
    """Return the most of each material that could be of use in each period (t), shape (T,), among what is there in it.

    Where neither the material nor anything that is made of it can be held, thrown away or be under way, what is there in a
    period is used in it: no more than the need of the period. Elsewhere it is all need ahead.
    """
    waits = _waiting(net)
    now = _carried(net, _ends(net), {})
    return {g: v if g in waits else np.minimum(v, now[g]) for g, v in ahead(net).items()}


def _waiting(net: Network) -> set[str]:
    """Return the materials of which a tonne need not be used in the period in which it is there."""
    waits = {g for _, g in net.stock_rows} | {a.material for a in net.arcs if a.lead > 0}
    waits |= {g for g, row in net.material.items() if not is_blank(row.disposal_cost)}
    made: dict[str, set[str]] = defaultdict(set)
    for op in net.operations:
        for g, _ in op.inputs:
            made[g] |= {h for h, _ in op.outputs}
    while more := {g for g, outs in made.items() if g not in waits and outs & waits}:
        waits |= more
    return waits


@once_per_network
@looks_at()
def late_share(net: Network) -> dict[str, Vector]:
    """Return how much must leave for a tonne to arrive before the horizon ends, by period, shape (T,).

    Of what leaves in the last periods a part arrives too late to be of use. A material is taken to go two ways after the offer.
    """
    line = net.timeline

    def most(leads: set[float]) -> Vector:
        arrive = [[sum(share for _, share in line.arrivals(t, lead)) for t in net.periods] for lead in leads]
        found: Vector = np.max([[1.0 / q if q > 0 else 1.0 for q in row] for row in arrive], axis=0, initial=1.0)
        return found

    out = {}
    for g in net.material:
        leads = [a.lead for a in net.arcs if a.material == g and a.lead > 0]
        ordered = {float(o.row.lead_time) for o in net.offers if o.row.material == g and o.row.lead_time > 0}
        if leads or ordered:
            out[g] = most(set(leads)) ** min(len(leads), 2) * most(ordered)
    return out


def _carried(net: Network, ends: Mapping[str, Vector], late: Mapping[str, Vector]) -> dict[str, Vector]:
    """Return what ends its way, and what is used for what does, shape (T,), each more by what arrives too late."""
    at = {g: k for k, g in enumerate(ends)}
    size, nothing = len(net.timeline), len(at)
    steps = _steps(net)
    used = [at[g] for g, _, _ in steps]
    ratios = np.array([ratio for _, ratio, _ in steps]).reshape(-1, 1)
    # What a step makes, by row; the row after the last material is of nothing, where a step makes fewer than another.
    most = max((len(outs) for _, _, outs in steps), default=0)
    made = [[at[h] for h in outs] + [nothing] * (most - len(outs)) for _, _, outs in steps]
    more = np.ones((len(at) + 1, size))
    end = np.zeros((len(at) + 1, size))
    for g, k in at.items():
        more[k] = late.get(g, 1.0)
        end[k] = ends[g] * more[k]
    total = end
    for _ in range(len(net.material) if steps else 0):
        fresh = end.copy()
        np.add.at(fresh, used, ratios * total[made].sum(axis=1) * more[used])
        if np.allclose(fresh, total):
            break
        total = fresh
    return {g: total[k] for g, k in at.items()}


@once_per_network
@looks_at()
def _steps(net: Network) -> list[tuple[str, float, list[str]]]:
    """Return (input, most of it per unit of an output, outputs) of every input of an operation that makes something."""
    return [
        (g, max(per / (out * op.least_yield) for _, out in op.outputs if out > 0), [h for h, _ in op.outputs])
        for op in net.operations
        for g, per in op.inputs
        if any(out > 0 for _, out in op.outputs)
    ]


def _ends(net: Network) -> dict[str, Vector]:
    """Return what could be delivered or sold of each material in each period (t), shape (T,)."""
    case = net.case
    ends = {g: np.zeros(len(net.timeline)) for g in net.material}
    for d in net.demand:
        ends[d.material] += case.amounts("Demand", d)
    for g, drawn in _drawn(net):
        ends[g] += drawn
    for s in case.rows("Sales"):
        ends[s.material] += np.nan_to_num(most_in(case, s), nan=_NO_LIMIT)
    return ends


def _drawn(net: Network) -> Iterator[tuple[str, Vector]]:
    """Yield (material, t) of what could be drawn in each period by each need that it may stand in for, shape (T,)."""
    from model.rules import substitution

    for s in substitution.substitutes(net):
        if s.drawn is not None:
            yield net.demand[s.drawn].material, s.row.ratio * s.most


def _forced(net: Network) -> dict[str, float]:
    """Return what limits and overrides may make the plan buy, move, run, hold or throw away, needed or not (t)."""
    out: dict[str, float] = defaultdict(float)
    for r in net.case.rows("Limits"):
        if r.limit_type != "Max" and r.measure in ("Volume", "Spend", "Disposal"):
            asked = float(np.nansum(net.case.across("Limits", r) * net.timeline.amount_factor))
            for g, per_unit in _limited(net, r).items():
                out[g] += asked * per_unit if asked > 0 else 0.0
    for r in net.case.rows("Overrides"):
        if r.limit_type != "Max":
            for g, per_unit in _settled(net, r).items():
                out[g] += float(r.value) * per_unit
    return out


def _limited(net: Network, row: Row) -> dict[str, float]:
    """Return the materials of which a limit counts purchases or disposals, with t per unit of the limit."""
    if row.measure == "Disposal":
        return {g: 1.0 for g in net.material if row.material in (None, g)}
    out: dict[str, float] = {}
    for o in (o.row for o in net.offers):
        if all(
            x in (None, y) for x, y in ((row.offer, o.offer), (row.supplier, o.supplier), (row.material, o.material))
        ):
            out[o.material] = 1.0 if row.measure == "Volume" else _NO_LIMIT
    return out


def _settled(net: Network, row: Row) -> dict[str, float]:
    """Return the materials that an override moves, with t per unit of it."""
    what = decision(row)
    if what == "Run":
        ran = [o for o in net.operations if meant(row, (o.recipe.recipe, o.site), (o.site,))]
        return {g: max(1.0, out) for o in ran for g, out in o.outputs}
    if what == "Purchase":
        rows = [o.row for o in net.offers]
        return {r.material: 1.0 for r in rows if meant(row, (r.offer,), (r.supplier, r.material, supplier_place(r)))}
    if what == "Flow":
        return {a.material: 1.0 for a in net.arcs if meant(row, (a.origin, a.destination, a.material))}
    if what == "Stock":
        return {g: 1.0 for i, g in net.stock_rows if meant(row, (i, g), (g,))}
    return {}


def _held(net: Network) -> dict[str, float]:
    """Return the most of each material (t) that stock rules could ask for at the end of any period."""
    from model.rules import days_of_cover

    limits = [r for r in net.case.rows("Limits") if r.measure == "Stock"]
    most = max((float(np.nanmax(net.case.across("Limits", r), initial=0.0)) for r in limits), default=0.0)
    covered = days_of_cover.most_needed(net)
    out: dict[str, float] = defaultdict(float)
    for r in net.case.rows("Stockpiles"):
        out[r.material] += max(most, r.closing_stock or 0.0, r.opening_stock) + covered.get(r.material, 0.0)
    return out
