"""sales: by-products are sold within what their market takes; the rest must be got rid of at a cost, or not be made.

least ≤ Σ_{l, t in window} sale[i,g,step,l,t] ≤ most      each summed over the window's periods that have a number

Prices do not rise from step to step, so that the best is taken first without being told to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, impossible, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.schema.values import is_blank


@once_per_network
def steps(net: Network) -> dict[tuple[str, str], list[int]]:
    """Return the steps of each market (place, material)."""
    out: dict[tuple[str, str], list[int]] = defaultdict(list)
    for r in net.case.rows("Sales"):
        out[r.site, r.material].append(r.step)
    return out


@once_per_network
def _windows(net: Network, row: Row, kind: str) -> dict[str, tuple[tuple[int, ...], float]]:
    """Return window → (its periods that have a number, t) of the least or most of a step, where it binds anything."""
    amounts = net.case.rate_amounts(getattr(row, kind))
    out = {}
    for w, ts in net.timeline.windows(row.window):
        given = tuple(t for t in ts if np.isfinite(amounts[t]))
        limit = float(np.sum(amounts[list(given)]))
        if given and (kind == "most" or limit > 0):
            out[w] = (given, limit)
    return out


def index(net: Network) -> list[Index]:
    """Return (place, material, step, window, "most" or "least") where there is a limit."""
    return [
        (r.site, r.material, r.step, w, kind)
        for r in net.case.rows("Sales")
        for kind in ("most", "least")
        for w in _windows(net, r, kind)
    ]


@once_per_network
def _rows(net: Network) -> dict[tuple[str, str, int], Row]:
    return {(r.site, r.material, r.step): r for r in net.case.rows("Sales")}


@once_per_network
def _sold(net: Network, m: Model) -> dict[Index, list[Any]]:
    out: dict[Index, list[Any]] = defaultdict(list)
    for i, g, k, n, t in m.sale:
        out[i, g, k, t].append(m.sale[i, g, k, n, t])
    return out


def rule(m: Model, net: Network, i: str, g: str, k: int, w: str, kind: str) -> Any:
    """Return one limit of one step."""
    ts, limit = _windows(net, _rows(net)[i, g, k], kind)[w]
    terms = [(1.0, v) for t in ts for v in _sold(net, m)[i, g, k, t]]
    if not terms:
        return impossible(m) if kind == "least" else None
    return total(terms) <= limit if kind == "most" else total(terms) >= limit


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what sales bring in, as negative cost, and what disposal costs."""
    prices = {key: net.case.by_period(r.price) for key, r in _rows(net).items()}
    for i, g, k, n, t in m.sale:
        yield Cost("Sales", t, -kusd_to_musd(prices[i, g, k][t]), m.sale[i, g, k, n, t])
    disposed = {g: net.case.by_period(net.material[g].disposal_cost) for _, g, _, _ in m.disposal}
    for i, g, n, t in m.disposal:
        yield Cost("Disposal", t, kusd_to_musd(float(disposed[g][t])), m.disposal[i, g, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a market's limit may be loosened."""
    i, g, k, w, kind = idx
    row = _rows(net)[i, g, k]
    ts, _ = _windows(net, row, kind)[w]
    return Relaxation(
        f"the market for {g} at {i} is limited",
        "t",
        1.0,
        (("Sales", row.row_id, kind, net.timeline.periods[ts[-1]].label),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield sales beyond or below what a market takes, or without one, and disposal of what can not be disposed of."""
    sold = ledger.total("sales", 0, 1, 2, 4)
    for (i, g, k), row in ledger.markets.items():
        tonnes = np.array([sold.get((i, g, k, t), 0.0) for t in range(len(ledger.timeline))])
        words = g if k == 1 else f"{g} of step {k}"
        for w, ts in ledger.timeline.windows(row.window):
            for column, compare in (("most", at_most), ("least", at_least)):
                reached, bound = _over(tonnes, ledger.case.rate_amounts(getattr(row, column)), ts)
                yield from compare("sales", reached, bound, "{} sold at {} in {}", words, i, w)
    for (i, g, k, t), amount in sold.items():
        if (i, g, k) not in ledger.markets:
            yield Violation("sales", f"{g} is sold at {i} in {ledger.period(t)}, where no market is", amount)
    for i, g, _, t, amount in ledger.rows["disposals"]:
        if is_blank(ledger.materials[g].disposal_cost):
            yield Violation("sales", f"{g} is disposed of at {i} in {ledger.period(t)}, which is not possible", amount)


def _over(tonnes: Vector, bounds: Vector, ts: tuple[int, ...]) -> tuple[float, float]:
    """Return what is sold, and its bound, over the periods that have a number; a bound of NaN where none has."""
    given = [t for t in ts if not np.isnan(bounds[t])]
    return float(tonnes[given].sum()), float(bounds[given].sum()) if given else float("nan")


FAMILY = Family("sales", index, rule, check, costs=costs, relax=relax)
