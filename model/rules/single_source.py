"""single_source: all that comes to a market served by one source comes from one place, the same in every period.

Σ_l flow[a,t] ≤ most[a,t] · assigned[market,g,i]      for every lane a from i to the market
Σ_i assigned[market,g,i] ≤ 1

`most` is what the lane can carry, or the demand at its end if that is less, so that an assignment is a share of demand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.places import market_place
from model.network.network import Network
from model.network.parts import Arc, once_per_network
from model.rules.bounds import arc_most
from model.rules.comparison import at_most, counts
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.lane_capacity import flows
from model.rules.ledger import Ledger


@once_per_network
def _arcs(net: Network) -> dict[tuple[str, str], list[Arc]]:
    """Return the arcs into each market that has one source, by (place, material)."""
    markets = {(market_place(d), d.material) for d in net.demand if d.served_by == "One Source"}
    out: dict[tuple[str, str], list[Arc]] = defaultdict(list)
    for a in net.arcs if markets else ():
        if (a.destination, a.material) in markets:
            out[a.destination, a.material].append(a)
    return dict(out)


def assignments(net: Network) -> list[Index]:
    """Return (market, material, source) of the decisions."""
    return [(*market, a.origin) for market, arcs in _arcs(net).items() for a in arcs]


def index(net: Network) -> list[Index]:
    """Return (market, material, arc, period), and (market, material, −1, 0) for the one source."""
    out: list[Index] = []
    for market, arcs in _arcs(net).items():
        out += [(*market, a.index, t) for a in arcs for t in net.periods]
        out.append((*market, -1, 0))
    return out


def rule(m: Model, net: Network, place: str, material: str, a: int, t: int) -> Any:
    """Return the link of one lane to its assignment, or that there is one source."""
    if a < 0:
        return total((1.0, m.assigned[place, material, arc.origin]) for arc in _arcs(net)[place, material]) <= 1.0
    used = m.assigned[place, material, net.arcs[a].origin]
    return total([*flows(net, m)[a, t], (-arc_most(net, a, t), used)]) <= 0.0


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a market may have another source."""
    place, material, a, _ = idx
    rows = [d for d in net.demand if (market_place(d), d.material) == (place, material)]
    if a >= 0:
        return None
    sources = tuple(("Demand", d.row_id, "served_by", None) for d in rows)
    return Relaxation(f"{place} has one source of {material}", "sources", 1.0, sources)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield markets with more than one source, and what comes from a place that is not the one."""
    markets = {
        (ledger.place_of(r), g): r.served_by == "One Source" for (_, g), r in ledger.demand.items() if r.served_by
    }
    chosen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for j, g, i in ledger.rows["assignments"]:
        chosen[j, g].add(i)
        if not markets.get((j, g)):
            yield Violation("single_source", f"{j} has no need of one source of {g}", 1.0)
    for (j, g), sources in chosen.items():
        yield from at_most("single_source", len(sources), 1, "sources of {} at {}", g, j)
    for i, j, g, _, _, t, q in ledger.rows["flows"]:
        if markets.get((j, g)) and counts(q) and i not in chosen[j, g]:
            yield Violation(
                "single_source", f"{g} comes to {j} from {i} in {ledger.period(t)}, which is not its source", q
            )


FAMILY = Family("single_source", index, rule, check, relax=relax)
