"""Goods under way at the end of a period that count as cover: what will be there in time, in the form in which it travels.

Goods leave evenly over a period, so that what has left between T − lead and T − lead + x, and not after T, arrives within x of T.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from model.case.timeline import Period
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.cover_routes import BETWEEN, IN_TRANSIT, Node, Route
from model.rules.family import Model

_Way = tuple[str, int, int, int]  # (flow, purchase or committed; its number; label before; label after)


@once_per_network
def pools(net: Network) -> dict[Node, list[tuple[float, _Way]]]:
    """Return (months under way, what moves) by (place, material, label) on arrival; NaN months of a contract in transit."""
    out: dict[Node, list[tuple[float, _Way]]] = defaultdict(list)
    for a in net.arcs:
        if a.lead > 0:
            for x, y, _ in a.moves:
                out[a.destination, a.material, y].append((a.lead, ("flow", a.index, x, y)))
    for k, o in enumerate(net.offers):
        if o.row.lead_time > 0:
            for n, _ in o.labels:
                out[*o.node, n].append((float(o.row.lead_time), ("purchase", k, n, n)))
    for k, c in enumerate(net.commitments):
        if c.row.kind == "In Transit":
            for n, _ in c.labels:
                out[*c.node, n].append((0.0, ("committed", k, n, n)))
    return dict(out)


def is_transit(route: Route) -> bool:
    """Return whether a route starts under way."""
    return route.text.split(BETWEEN)[0] == IN_TRANSIT


def longest(net: Network, node: Node) -> float:
    """Return the longest time (months) under way of what comes to a node; that of a contract in transit is not known."""
    return max(float("inf") if way[0] == "committed" else lead for lead, way in pools(net)[node])


def routes(net: Network, node: Node, onward: Iterable[Route]) -> list[Route]:
    """Return the routes of what is under way to a node; what is converted must be there first, so the time is parted."""
    last = longest(net, node)
    out = []
    for k in onward:
        text = BETWEEN.join(x for x in (IN_TRANSIT, k.text) if x)
        if not k.loads:
            out.append(replace(k, text=text, room=k.slack))
        elif k.slack > last + 1e-9:
            out.append(replace(k, text=text, room=last, slack=k.slack - last))
    return out


def arriving(p: Period, lead: float, end: float, months: float) -> float:
    """Return the share of what leaves evenly in a period that is under way at `end` and arrives within so many months."""
    low, high = max(p.start, end - lead), min(p.end, end, end - lead + months)
    return max(0.0, high - low) / p.months


def coming(net: Network, m: Model, node: Node, t: int, months: float) -> list[tuple[float, Any]]:
    """Return (share, variable) of what is under way to a node at the end of a period and is there within so many months."""
    out = []
    end = net.timeline.periods[t].end
    for lead, (what, k, x, y) in pools(net)[node]:
        for p in net.timeline.periods:
            key = (k, x, y, p.index) if what == "flow" else (k, x, p.index)
            variable = getattr(m, what)
            if key not in variable:
                continue
            if what == "committed":  # the period is that of arrival
                share = max(0.0, min(p.end, end + months) - max(p.start, end)) / p.months
            else:
                share = arriving(p, lead, end, months) if p.index <= t else 0.0
            if share > 1e-12:
                out.append((share, variable[key]))
    return out
