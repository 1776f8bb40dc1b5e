"""sales: by-products are sold within what their market takes; the rest must be got rid of at a cost, or not be made.

least[t] ≤ Σ_l sale[i,g,l,t] ≤ most[t]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, impossible, kusd_to_musd, total
from model.rules.ledger import Ledger, at_least, at_most
from model.schema.values import is_blank


def index(net: Network) -> list[Index]:
    """Return (place, material, period, "most" or "least") where there is a limit."""
    out: list[Index] = []
    for r in net.case.rows("Sales"):
        out += [(r.site, r.material, t, "most") for t in net.periods if np.isfinite(bound(net, r, t, "most"))]
        out += [(r.site, r.material, t, "least") for t in net.periods if bound(net, r, t, "least") > 0]
    return out


def bound(net: Network, row: Row, t: int, kind: str) -> float:
    """Return the least or most that can be sold in a period (t); NaN means no limit."""
    return float(net.case.rate_amounts(getattr(row, kind))[t])


@once_per_network
def _rows(net: Network) -> dict[tuple[str, str], Row]:
    return {(r.site, r.material): r for r in net.case.rows("Sales")}


@once_per_network
def _sold(net: Network, m: Model) -> dict[Index, list[Any]]:
    out: dict[Index, list[Any]] = defaultdict(list)
    for i, g, n, t in m.sale:
        out[i, g, t].append(m.sale[i, g, n, t])
    return out


def rule(m: Model, net: Network, i: str, g: str, t: int, kind: str) -> Any:
    """Return one limit of one market."""
    terms = [(1.0, v) for v in _sold(net, m)[i, g, t]]
    limit = bound(net, _rows(net)[i, g], t, kind)
    if not terms:
        return impossible(m) if kind == "least" else None
    return total(terms) <= limit if kind == "most" else total(terms) >= limit


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what sales bring in, as negative cost, and what disposal costs."""
    prices = {key: net.case.by_period(r.price) for key, r in _rows(net).items()}
    for i, g, n, t in m.sale:
        yield Cost("Sales", t, -kusd_to_musd(prices[i, g][t]), m.sale[i, g, n, t])
    for i, g, n, t in m.disposal:
        yield Cost("Disposal", t, kusd_to_musd(net.material[g].disposal_cost), m.disposal[i, g, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a market's limit may be loosened."""
    i, g, t, kind = idx
    return Relaxation(
        f"the market for {g} at {i} is limited",
        "t",
        1.0,
        (("Sales", _rows(net)[i, g].row_id, kind, net.timeline.periods[t].label),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield sales beyond or below what a market takes, or without one, and disposal of what can not be disposed of."""
    sold = ledger.total("sales", 0, 1, 3)
    for (i, g), row in ledger.markets.items():
        least, most = ledger.case.rate_amounts(row.least), ledger.case.rate_amounts(row.most)
        for p in ledger.timeline.periods:
            tonnes = sold.get((i, g, p.index), 0.0)
            yield from at_most("sales", tonnes, float(most[p.index]), "{} sold at {} in {}", g, i, p.label)
            yield from at_least("sales", tonnes, float(least[p.index]), "{} sold at {} in {}", g, i, p.label)
    for (i, g, t), tonnes in sold.items():
        if (i, g) not in ledger.markets:
            yield Violation("sales", f"{g} is sold at {i} in {ledger.period(t)}, where no market is", tonnes)
    for i, g, _, t, tonnes in ledger.rows["disposals"]:
        if is_blank(ledger.materials[g].disposal_cost):
            yield Violation("sales", f"{g} is disposed of at {i} in {ledger.period(t)}, which is not possible", tonnes)


FAMILY = Family("sales", index, rule, check, costs=costs, relax=relax)
