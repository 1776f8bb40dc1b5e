"""material_balance: what is there is what came, per place, material, label and period (t).

stock[i,g,l,t−1] · (1 − loss)^Δ + opening + Σ purchase arriving + Σ committed + Σ recycled + Σ flow arriving
    + Σ recovery · output · run = Σ flow leaving + Σ use + Σ deliver + sale + disposal + stock[i,g,l,t]

What leaves in one period arrives by overlap of the shifted period; what arrives after the horizon has left the model. The
recovery is 1 but for young plants, see vintage_recovery.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from model.case.places import market_place
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import equal
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (place, material, label, period) of every node that can hold material."""
    return [(i, g, n, t) for i, g, n in net.nodes() for t in net.periods]


_Rows = dict[Index, list[tuple[float, Any]]]


@once_per_network
def _terms(net: Network, m: Model) -> _Rows:
    """Return the signed terms of every balance, gathered in one pass over the variables."""
    rows: _Rows = defaultdict(list)
    _moved(net, m, rows)
    _worked(net, m, rows)
    _left(net, m, rows)
    return rows


def _moved(net: Network, m: Model, rows: _Rows) -> None:
    arrivals = cache(net.timeline.arrivals)
    for k, n, t in m.purchase:
        offer = net.offers[k]
        for later, share in arrivals(t, float(offer.row.lead_time)):
            rows[*offer.node, n, later].append((share, m.purchase[k, n, t]))
    for k, n, t in m.committed:
        rows[*net.commitments[k].node, n, t].append((1.0, m.committed[k, n, t]))
    for k, n, t in m.recycled:
        rows[*net.recycling[k].node, n, t].append((1.0, m.recycled[k, n, t]))
    for a, x, y, t in m.flow:
        arc = net.arcs[a]
        rows[arc.origin, arc.material, x, t].append((-1.0, m.flow[a, x, y, t]))
        for later, share in arrivals(t, arc.lead):
            rows[arc.destination, arc.material, y, later].append((share, m.flow[a, x, y, t]))


def _worked(net: Network, m: Model, rows: _Rows) -> None:
    for o, n, t in m.run:
        operation = net.operations[o]
        for g, per in operation.outputs:
            rows[operation.site, g, operation.lands[g, n], t].append((operation.per(per, t), m.run[o, n, t]))
    for o, g, x, y, t in m.use:
        rows[net.operations[o].site, g, x, t].append((-1.0, m.use[o, g, x, y, t]))


def _left(net: Network, m: Model, rows: _Rows) -> None:
    for d, n, t in m.deliver:
        rows[market_place(net.demand[d]), net.demand[d].material, n, t].append((-1.0, m.deliver[d, n, t]))
    for i, g, x, y, t in m.downgrade:
        rows[i, g, x, t].append((-1.0, m.downgrade[i, g, x, y, t]))
        rows[i, g, y, t].append((1.0, m.downgrade[i, g, x, y, t]))
    for i, g, k, n, t in m.sale:
        rows[i, g, n, t].append((-1.0, m.sale[i, g, k, n, t]))
    for i, g, n, t in m.disposal:
        rows[i, g, n, t].append((-1.0, m.disposal[i, g, n, t]))
    for i, g, n, t in m.stock:
        rows[i, g, n, t].append((-1.0, m.stock[i, g, n, t]))
        if t + 1 < len(net.timeline):
            rows[i, g, n, t + 1].append((kept(net, i, g, t + 1), m.stock[i, g, n, t]))


def node_terms(m: Model, net: Network, i: str, g: str, n: int, t: int) -> list[tuple[float, Any]]:
    """Return what comes to a node, positive, and what goes from it or is held, negative; opening stock is not among it."""
    return _terms(net, m).get((i, g, n, t), [])


def kept(net: Network, place: str, material: str, t: int) -> float:
    """Return the share of stock that is left after a period's loss."""
    return float((1 - net.stock_rows[place, material].loss) ** net.timeline.periods[t].years)


def rule(m: Model, net: Network, i: str, g: str, n: int, t: int) -> Any:
    """Return the balance of one node; opening stock stands on the right."""
    terms = _terms(net, m).get((i, g, n, t), [])
    opening = sum(
        s.row.opening_stock * (kept(net, i, g, 0) if (i, g) in net.stock_rows else 1.0)
        for s in net.opening
        if t == 0 and s.node == (i, g) and s.labels[0][0] == n
    )
    return None if not terms and opening == 0 else total(terms) == -opening


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every node at which what came is not what went, label by label."""
    came, went = came_to(ledger), went_from(ledger)
    for i, g, lot, t in dict.fromkeys([*came, *went]):
        yield from equal(
            "material_balance",
            went.get((i, g, lot, t), 0.0),
            came.get((i, g, lot, t), 0.0),
            "{} at {} with {} in {}: what goes is not what comes",
            g,
            i,
            " and ".join(sorted(lot.flags)) or "nothing against it",
            ledger.period(t),
        )


def came_to(ledger: Ledger) -> dict[Index, float]:
    """Return what comes to each node, opening stock under its declared provenance included."""
    line = ledger.timeline
    came: dict[Index, float] = defaultdict(float)
    at = ledger.memory.at
    _entered(ledger, came)
    for i, j, g, _, n, t, q in ledger.rows["flows"]:
        lane = ledger.lanes.governing(i, j, g)
        for later, share in line.arrivals(t, float(lane.lead_time) if lane is not None else 0.0):
            came[j, g, at(n, j, g), later] += share * q
    for i, g, _, n, t, q in ledger.rows["downgraded"]:
        came[i, g, at(n, i, g), t] += q
    for r, i, vintage, n, t, units in ledger.rows["runs"]:
        recovery = float(ledger.plants[vintage].recovery[t]) if vintage in ledger.plants else 1.0
        for g, per in ledger.items[r]["Output"].items():
            came[i, g, at(n, i, g), t] += recovery * per * units
    for i, g, n, t, q in ledger.rows["stocks"]:
        if t + 1 < len(line) and (i, g) in ledger.stockpiles:
            came[i, g, at(n, i, g), t + 1] += ledger.kept(i, g, t + 1) * q
    return came


def _entered(ledger: Ledger, came: dict[Index, float]) -> None:
    """Add what enters the network: opening stock, what is bought or committed, and what comes back."""
    at = ledger.memory.at
    for row in ledger.stockpiles.values():
        if row.opening_stock > 0:
            lot = ledger.memory.opening(row)
            kept = ledger.kept(row.site, row.material, 0)
            came[row.site, row.material, lot, 0] += row.opening_stock * kept
    for k, n, t, q in ledger.rows["purchases"]:
        row = ledger.offers[k]
        for later, share in ledger.timeline.arrivals(t, float(row.lead_time)):
            place = ledger.place_of(row)
            came[place, row.material, at(n, place, row.material), later] += share * q
    for c, n, t, q in ledger.rows["committed"]:
        place, material = ledger.place_of(ledger.commitments[c]), ledger.commitments[c].material
        came[place, material, at(n, place, material), t] += q
    for k, n, t, q in ledger.rows["recycled"]:
        row = ledger.recycling[k]
        came[row.site, row.material, at(n, row.site, row.material), t] += q


def went_from(ledger: Ledger) -> dict[Index, float]:
    """Return what leaves each node, what is held at the end of the period included."""
    went: dict[Index, float] = defaultdict(float)
    at = ledger.memory.at
    for i, _, g, n, _, t, q in ledger.rows["flows"]:
        went[i, g, at(n, i, g), t] += q
    for _, i, g, n, _, t, q in ledger.rows["inputs"]:
        went[i, g, at(n, i, g), t] += q
    for segment, g, n, t, q in ledger.rows["deliveries"]:
        if (segment, g) in ledger.demand:
            place = ledger.place_of(ledger.demand[segment, g])
            went[place, g, at(n, place, g), t] += q
    for i, g, n, _, t, q in ledger.rows["downgraded"]:
        went[i, g, at(n, i, g), t] += q
    for i, g, _, n, t, q in ledger.rows["sales"]:
        went[i, g, at(n, i, g), t] += q
    for table in ("disposals", "stocks"):
        for i, g, n, t, q in ledger.rows[table]:
            went[i, g, at(n, i, g), t] += q
    return went


FAMILY = Family("material_balance", index, rule, check)
