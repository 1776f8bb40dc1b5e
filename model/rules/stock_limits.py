"""stock_limits: a stockpile holds, fills and empties only so much; a reserve is drawn only where it is released.

Σ_l stock[i,g,l,t] ≤ capacity[t]
Σ_l (stock[i,g,l,t] − (1 − loss)^Δ · stock[i,g,l,t−1]) ≤ fill rate · Δ      and ≥ −release rate · Δ
                                                          ≥ 0 for a reserve in every period in which it may not be drawn
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from model.case.case import Case, Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.material_balance import kept

_COLUMNS = {"capacity": "capacity", "fill": "fill_rate", "release": "release_rate", "reserve": "drawable"}


def index(net: Network) -> list[Index]:
    """Return (place, material, period, "capacity", "fill", "release" or "reserve") where there is a limit."""
    return [
        (i, g, t, kind)
        for i, g in sorted(net.stock_rows)
        for kind in _COLUMNS
        for t in net.periods
        if np.isfinite(bound(net, i, g, t, kind)) and any((i, g) == (a, b) for a, b, _ in net.nodes())
    ]


def bound(net: Network, i: str, g: str, t: int, kind: str) -> float:
    """Return one limit of a stockpile in a period (t); NaN means none."""
    row = net.stock_rows[i, g]
    if kind == "reserve":
        return 0.0 if closed(net.case, row)[t] else float("nan")
    value = getattr(row, _COLUMNS[kind])
    return float((net.case.by_period(value) if kind == "capacity" else net.case.rate_amounts(value))[t])


def closed(case: Case, row: Row) -> npt.NDArray[np.bool_]:
    """Return in which periods a stockpile is a reserve that may not be drawn, shape (T,)."""
    if row.drawable == "Always":
        return np.zeros(len(case.timeline), dtype=bool)
    released = np.nan_to_num(case.by_period(row.released)) > 0.5
    return ~released if row.drawable == "In Shocks" else np.ones(len(case.timeline), dtype=bool)


@once_per_network
def held(net: Network, m: Model) -> dict[tuple[str, str, int], list[tuple[int, Any]]]:
    """Return (label, stock variable) of each stockpile and period."""
    out: dict[tuple[str, str, int], list[tuple[int, Any]]] = defaultdict(list)
    for i, g, n, t in m.stock:
        out[i, g, t].append((n, m.stock[i, g, n, t]))
    return out


def rule(m: Model, net: Network, i: str, g: str, t: int, kind: str) -> Any:
    """Return one limit of one stockpile in one period."""
    now = [(1.0, v) for _, v in held(net, m)[i, g, t]]
    if kind == "capacity":
        return total(now) <= bound(net, i, g, t, kind)
    share = kept(net, i, g, t)
    before = [(-share, v) for _, v in held(net, m)[i, g, t - 1]] if t > 0 else []
    opening = share * net.stock_rows[i, g].opening_stock if t == 0 else 0.0
    limit = bound(net, i, g, t, kind)
    change = total([*now, *before])
    return change <= limit + opening if kind == "fill" else change >= opening - limit


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the carrying cost of stock at the end of each period, without interest: discounting carries that."""
    price = {node: net.case.by_period(row.carrying_cost) for node, row in net.stock_rows.items()}
    for i, g, n, t in m.stock:
        amount = kusd_to_musd(float(price[i, g][t])) * net.timeline.periods[t].years
        yield Cost("Storage", t, amount, m.stock[i, g, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a stockpile's limit may be loosened."""
    i, g, t, kind = idx
    row, label = net.stock_rows[i, g], net.timeline.periods[t].label
    if kind == "reserve":
        column = "released" if row.drawable == "In Shocks" else "drawable"
        return Relaxation(
            f"the reserve of {g} at {i} may not be drawn", "t", 1.0, (("Stockpiles", row.row_id, column, label),)
        )
    return Relaxation(
        f"the {kind} of {g} at {i} is limited", "t", 1.0, (("Stockpiles", row.row_id, _COLUMNS[kind], label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield stocks above capacity, filled or emptied too fast, or where nothing may be held."""
    for (i, g, t), tonnes in ledger.held.items():
        if (i, g) not in ledger.stockpiles or not ledger.materials[g].storable:
            yield Violation("stock_limits", f"{g} is held at {i} in {ledger.period(t)}, where it may not be", tonnes)
    for (i, g), row in ledger.stockpiles.items():
        capacity = ledger.case.by_period(row.capacity)
        fill, release = ledger.case.rate_amounts(row.fill_rate), ledger.case.rate_amounts(row.release_rate)
        before = row.opening_stock
        for p in ledger.timeline.periods:
            now = ledger.held.get((i, g, p.index), 0.0)
            change = now - before * ledger.kept(i, g, p.index)
            yield from at_most("stock_limits", now, float(capacity[p.index]), "{} held at {} in {}", g, i, p.label)
            yield from at_most("stock_limits", change, float(fill[p.index]), "{} put in at {} in {}", g, i, p.label)
            yield from at_least(
                "stock_limits", change, -float(release[p.index]), "{} put in at {} in {}", g, i, p.label
            )
            if not _may_be_drawn(ledger, row, p.index):
                yield from at_least("stock_limits", change, 0.0, "{} put into the reserve at {} in {}", g, i, p.label)
            before = now


def _may_be_drawn(ledger: Ledger, row: Row, t: int) -> bool:
    """Return whether a stockpile may be drawn in a period: always, never, or where its series says 1."""
    number = float(ledger.case.by_period(row.released)[t])
    return {"Always": True, "Never": False}.get(row.drawable, number == 1.0)


FAMILY = Family("stock_limits", index, rule, check, costs=costs, relax=relax)
