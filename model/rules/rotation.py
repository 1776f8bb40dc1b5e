"""rotation: nothing is held for longer than its shelf life; what came first leaves first.

Σ_l stock[i,g,l,t] ≤ Σ_{s ≤ t} share(s) · K(s,t) · inflow[i,g,s] + opening stock · K while it is young enough

share(s) is the part of period s that lies within the shelf life before the end of t, K(s,t) what losses leave of a tonne that
came in s by the end of t, inflow what is bought, arrives or is made, of every label. Told of what has left since the start, this
is: what came longer ago than the shelf life has left. Goods that come from another place count as fresh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from model.case.case import Row
from model.case.timeline import Timeline
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.material_balance import kept, node_terms, went_from
from model.rules.stock_limits import held
from model.schema.values import is_blank

_STAYS = ("stock", "downgrade")  # terms of the balance by which nothing new comes in


def index(net: Network) -> list[Index]:
    """Return (place, material, period) of everything that spoils."""
    known = {(i, g) for i, g, _ in net.nodes()}
    return [
        (i, g, t)
        for (i, g), row in sorted(net.stock_rows.items())
        if not is_blank(row.shelf_life) and (i, g) in known
        for t in net.periods
    ]


def fresh_shares(line: Timeline, row: Row, t: int, left: Callable[[int], float]) -> list[float]:
    """Return what of a period's inflow, shape (t + 1,), may still be there at the end of `t`, losses taken off."""
    end = line.periods[t].end
    shares, share_left = [], 1.0
    for s in range(t, -1, -1):
        shares.append(share_left * line.share_in(s, end - row.shelf_life, end))
        share_left *= left(s)
    return shares[::-1]


def opening_left(line: Timeline, row: Row, t: int, left: Callable[[int], float]) -> float:
    """Return what may still be there of the opening stock at the end of `t` (t)."""
    if line.periods[t].end - line.start + row.opening_age > row.shelf_life + 1e-9:
        return 0.0
    out = float(row.opening_stock)
    for s in range(t + 1):
        out *= left(s)
    return out


@once_per_network
def inflow(net: Network, m: Model, i: str, g: str, t: int) -> list[tuple[float, Any]]:
    """Return the terms of what comes to a place in a period, of every label."""
    terms = [term for n in net.node_labels[i, g] for term in node_terms(m, net, i, g, n, t)]
    return [(c, v) for c, v in terms if c > 0 and v.parent_component().name not in _STAYS]


def rule(m: Model, net: Network, i: str, g: str, t: int) -> Any:
    """Return the row of one stockpile at the end of one period."""
    row = net.stock_rows[i, g]
    shares = fresh_shares(net.timeline, row, t, lambda s: kept(net, i, g, s))
    came: dict[Any, float] = defaultdict(float)
    variables = {}
    for s, share in enumerate(shares):
        for c, v in inflow(net, m, i, g, s) if share > 0 else ():
            came[id(v)] -= share * c
            variables[id(v)] = v
    now = [(1.0, v) for _, v in held(net, m)[i, g, t]]
    opening = opening_left(net.timeline, row, t, lambda s: kept(net, i, g, s))
    return total([*now, *((c, variables[k]) for k, c in came.items())]) <= opening


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a shelf life may be loosened."""
    i, g, t = idx
    row = net.stock_rows[i, g]
    return Relaxation(
        f"{g} at {i} is held for {row.shelf_life:g} months at most",
        "t",
        1.0,
        (("Stockpiles", row.row_id, "shelf_life", net.timeline.periods[t].label),),
    )


def came_in(ledger: Ledger) -> dict[tuple[str, str], list[float]]:
    """Return (site, material) → t that came in by period, of every stockpile: what left and what the stock grew by."""
    left: dict[tuple[str, str, int], float] = defaultdict(float)
    for (i, g, _, t), q in went_from(ledger).items():
        left[i, g, t] += q
    for table in ("stocks", "downgraded"):  # what stays is no outflow
        for i, g, *_, t, q in ledger.rows[table]:
            left[i, g, t] -= q
    out = {}
    for (i, g), row in ledger.stockpiles.items():
        held_at = [float(row.opening_stock), *(ledger.held.get((i, g, p.index), 0.0) for p in ledger.timeline.periods)]
        out[i, g] = [
            left[i, g, t] + held_at[t + 1] - ledger.kept(i, g, t) * held_at[t] for t in range(len(ledger.timeline))
        ]
    return out


def young_enough(ledger: Ledger, row: Row, came: list[float], t: int) -> float:
    """Return the most that may be there of a stockpile at the end of a period: all that is within its shelf life."""
    line, i, g = ledger.timeline, row.site, row.material
    end, most = line.periods[t].end, 0.0
    for s in range(t + 1):
        p = line.periods[s]
        first = max(p.start, end - row.shelf_life)
        lost = 1.0
        for later in range(s + 1, t + 1):
            lost *= ledger.kept(i, g, later)
        most += max(p.end - first, 0.0) / p.months * lost * came[s]
    age = row.opening_age + end - line.start
    opening = float(row.opening_stock)
    for s in range(t + 1):
        opening *= ledger.kept(i, g, s)
    return most + (opening if age <= row.shelf_life + 1e-9 else 0.0)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every stockpile that holds more than came to it within its shelf life."""
    came = came_in(ledger)
    for (i, g), row in ledger.stockpiles.items():
        for p in ledger.timeline.periods if not is_blank(row.shelf_life) else ():
            young = young_enough(ledger, row, came[i, g], p.index)
            now = ledger.held.get((i, g, p.index), 0.0)
            yield from at_most("rotation", now, young, "{} held at {} at the end of {}", g, i, p.label)


FAMILY = Family("rotation", index, rule, check, relax=relax)
