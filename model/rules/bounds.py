"""True bounds of what a decision may let through: never a loose big number, so that relaxations stay tight."""

from __future__ import annotations

import numpy as np

from model.case.markets import most_in
from model.case.places import market_place
from model.case.timeline import Vector
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import need, substitution
from model.schema.values import is_blank


@once_per_network
def arc_most(net: Network, a: int, t: int) -> float:
    """Return the most that could be wanted on an arc in a period (t): its lane's capacity, or what its end takes."""
    arc = net.arcs[a]
    limits = [float(need.moved(net)[arc.material][t])]
    if arc.row is not None:
        limits.append(float(net.case.rate_amounts(arc.row.capacity)[t]))
    taken = _taken(net, arc.destination, arc.material)
    if taken is not None:
        limits += [float(taken[later]) / share for later, share in net.timeline.arrivals(t, arc.lead) if share > 0]
    return float(np.nanmin(limits))


@once_per_network
def _taken(net: Network, place: str, material: str) -> Vector | None:
    """Return what is taken at a place in each period (t), shape (T,), where it can only be delivered or sold; else None."""
    if (place, material) in _passed_on(net):
        return None
    total = np.zeros(len(net.timeline))
    for d in net.demand:
        if (market_place(d), d.material) == (place, material):
            total = total + net.case.amounts("Demand", d)
    for s in substitution.substitutes(net):
        if s.drawn is not None and (market_place(net.demand[s.drawn]), net.demand[s.drawn].material) == (
            place,
            material,
        ):
            total = total + s.row.ratio * s.most
    for r in net.case.rows("Sales"):
        if (r.site, r.material) == (place, material):
            total = total + most_in(net.case, r)
    return total


@once_per_network
def _passed_on(net: Network) -> set[tuple[str, str]]:
    """Return the nodes at which material can be worked, held, sent on or got rid of."""
    nodes = {(o.site, g) for o in net.operations for g, _ in o.inputs} | set(net.stock_rows)
    nodes |= {(a.origin, a.material) for a in net.arcs}
    return nodes | {n for n in net.node_labels if not is_blank(net.material[n[1]].disposal_cost)}


def arrival_periods(net: Network, t: int, months: float) -> list[int]:
    """Return the periods in which something that leaves in `t` arrives."""
    return [later for later, _ in net.timeline.arrivals(t, months)]
