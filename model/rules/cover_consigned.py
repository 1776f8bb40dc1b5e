"""Goods that lie at our site on consignment and count as cover: the supplier's until they are drawn, and ours to draw.

What counts at the end of a period is what Consigned says lies there less what was drawn until then, and no more than may be drawn
in the period that follows. What is filled up again, without a number, is a promise and no stock: it counts for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.cover_routes import BETWEEN, Node, Route
from model.rules.family import Model

CONSIGNED = "on consignment: "  # and the offer: the first step of a route in a plan table


@once_per_network
def pools(net: Network) -> dict[Node, list[str]]:
    """Return the offers whose goods lie at a place, by (place, material, label)."""
    out: dict[Node, list[str]] = defaultdict(list)
    for o in net.offers:
        if o.row.kind == "Consignment" and o.row.consigned is not None and not o.row.lead_time > 0:
            for n, _ in o.labels:
                out[*o.node, n].append(o.row.offer)
    return dict(out)


def offer_of(route: Route) -> str | None:
    """Return the offer at whose goods a route starts; None if it starts elsewhere."""
    first = route.text.split(BETWEEN)[0]
    return first.removeprefix(CONSIGNED) if first.startswith(CONSIGNED) else None


def routes(net: Network, node: Node, onward: Iterable[Route]) -> Iterator[Route]:
    """Yield the routes of what lies on consignment at a node: those of stock that is held there."""
    for k in onward:
        for offer in pools(net)[node]:
            yield replace(k, text=BETWEEN.join(x for x in (f"{CONSIGNED}{offer}", k.text) if x))


def there(net: Network, m: Model, offer: str, t: int) -> tuple[float, list[tuple[float, Any]]]:
    """Return what lies there from the start (t), and what was drawn of it by the end of a period as terms."""
    k = next(k for k, o in enumerate(net.offers) if o.row.offer == offer)
    drawn = [
        (1.0, m.purchase[k, n, s]) for n, _ in net.offers[k].labels for s in range(t + 1) if (k, n, s) in m.purchase
    ]
    return float(net.offers[k].row.consigned), drawn


def drawable(net: Network, offer: str, t: int) -> float:
    """Return what may be drawn in the period after another (t), in the last one of it itself; NaN means no limit."""
    row = next(o.row for o in net.offers if o.row.offer == offer)
    return float(net.available(row)[min(t + 1, len(net.timeline) - 1)])
