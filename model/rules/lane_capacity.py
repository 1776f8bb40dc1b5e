"""lane_capacity: no more leaves on a lane than it can carry; rows of one name in Shared As carry together.

Σ_{a in lane, l} flow[a,l_in,l_out,t] ≤ capacity[lane,t]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (lane, period) of lanes with a capacity."""
    return [
        (key, t)
        for key, arcs in groups.lane_groups(net).items()
        for t in net.periods
        if np.isfinite(capacity(net, key, t))
    ]


def capacity(net: Network, key: str, t: int) -> float:
    """Return a lane's capacity in a period (t); NaN means no limit."""
    row = groups.lane_groups(net)[key][0].row
    assert row is not None
    return float(net.case.rate_amounts(row.capacity)[t])


@once_per_network
def flows(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[float, Any]]]:
    """Return what leaves on each arc and period as terms, over all labels."""
    out: dict[tuple[int, int], list[tuple[float, Any]]] = defaultdict(list)
    for a, x, y, t in m.flow:
        out[a, t].append((1.0, m.flow[a, x, y, t]))
    return out


def carried(m: Model, net: Network, key: str, t: int) -> list[tuple[float, Any]]:
    """Return what a lane carries in a period as terms."""
    return [term for a in groups.lane_groups(net)[key] for term in flows(net, m)[a.index, t]]


def rule(m: Model, net: Network, key: str, t: int) -> Any:
    """Return the capacity of one lane in one period."""
    return total(carried(m, net, key, t)) <= capacity(net, key, t)


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield freight on everything that leaves."""
    price = {a.index: net.case.by_period(a.row.cost) for a in net.arcs if a.row is not None}
    for (a, t), terms in flows(net, m).items():
        if a in price:
            amount = kusd_to_musd(float(price[a][t]))
            for _, leaving in terms:
                yield Cost("Freight", t, amount, leaving)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a lane's capacity may be loosened."""
    key, t = idx
    rows = {a.row.row_id for a in groups.lane_groups(net)[key] if a.row is not None}
    return Relaxation(
        f"lane {key} carries no more",
        "t",
        1.0,
        tuple(("Lanes", r, "capacity", net.timeline.periods[t].label) for r in sorted(rows)),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what leaves beyond a lane's capacity, or where there is no lane."""
    for (key, t), tonnes in ledger.carried.items():
        row = ledger.lanes.row_of(key)
        if row is not None:
            yield from at_most(
                "lane_capacity",
                tonnes,
                float(ledger.case.rate_amounts(row.capacity)[t]),
                "lane {} in {}",
                key,
                ledger.period(t),
            )
    open_to = None if ledger.lanes.declared else ends(ledger)
    for i, j, g, _, _, t, q in ledger.rows["flows"]:
        exists = ledger.lanes.governing(i, j, g) is not None if open_to is None else i != j and (j, g) in open_to
        if not exists:
            yield Violation("lane_capacity", f"{g} leaves {i} for {j} in {ledger.period(t)}, but no lane does", q)


def ends(ledger: Ledger) -> set[tuple[str, str]]:
    """Return where material may be sent in a case without lanes: to whoever needs, sells, holds or works it."""
    found = (
        {(ledger.place_of(r), r.material) for r in ledger.demand.values()}
        | {k[:2] for k in ledger.markets}
        | {*ledger.stockpiles}
    )
    lines = [
        (r.site, r.line) for table in ("Lines", "Projects") for r in ledger.case.rows(table) if r.kind == "Process"
    ]
    return found | {
        (site, g)
        for r in ledger.recipes.values()
        for site, line in lines
        if line == r.line and r.site in (None, site)
        for g in ledger.items[r.recipe]["Input"]
    }


FAMILY = Family("lane_capacity", index, rule, check, costs=costs, relax=relax)
