"""recycling: no more comes back than was sold, at the age at which it comes back.

Σ_l recycled[r,l,t] ≤ open[r,t] · content[r] · recovery[r] ·
    (Σ_year,a returned[a] · sold[year] · overlap(year + a, t) + Σ_{s ≤ t},a returned[a] · overlap(s + a, t) · Σ_l deliver[d,l,s])

Past sales are data, by calendar year or month; sales of the plan are its deliveries. overlap is the share of what is sold evenly
in a year or period that is a years old in t, never rounded, so that nothing is recycled before it was sold. open is the share of
the period after the first use. What is not recycled in its period is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector, month_number
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.ledger_lots import Lot
from model.schema.values import is_blank


@once_per_network
def _ages(net: Network, k: int) -> list[tuple[float, float]]:
    """Return (age in months, share of sales) of a row of Recycling by its position."""
    name = net.recycling[k].row.recycling
    return [(12 * float(r.age), float(r.returned)) for r in net.case.rows("Returns") if r.recycling == name]


@once_per_network
def _yield(net: Network, k: int) -> Vector:
    """Return t recovered per t that comes back in each period, shape (T,)."""
    row = net.recycling[k].row
    first = month_number(row.first_use) if row.first_use else -np.inf
    return np.array([row.content * row.recovery * net.timeline.share_in(t, first, np.inf) for t in net.periods])


@once_per_network
def past(net: Network, k: int) -> Vector:
    """Return what comes back in each period (t) of what was sold before the plan, shape (T,)."""
    row = net.recycling[k].row
    sold = [r for r in net.case.rows("Past Sales") if (r.segment, r.material) == (row.segment, row.sold_material)]
    out = np.zeros(len(net.timeline))
    for r in sold:
        for lag, share in _ages(net, k):
            start, months = (12.0 * r.year, 12) if is_blank(r.month) else (12.0 * r.year + r.month - 1, 1)
            low = start + lag
            inside = [net.timeline.share_in(t, low, low + months) * net.timeline.periods[t].months for t in net.periods]
            out += share * float(r.sold) * np.array(inside) / months
    return out


@once_per_network
def _planned(net: Network, k: int) -> dict[int, list[tuple[int, float]]]:
    """Return period → (period of the sale, share of it that comes back then) of what the plan sells."""
    found: dict[tuple[int, int], float] = defaultdict(float)
    for s in net.periods:
        for lag, share in _ages(net, k):
            for t, part in net.timeline.arrivals(s, lag):
                found[t, s] += share * part
    out: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (t, s), share in found.items():
        out[t].append((s, share))
    return out


def recovered(net: Network) -> list[Index]:
    """Return (row of Recycling by position, label, period) in which something may come back."""
    return [
        (k, n, t)
        for k, source in enumerate(net.recycling)
        for n, _ in source.labels
        for t in net.periods
        if _yield(net, k)[t] > 0 and (past(net, k)[t] > 0 or _planned(net, k)[t])
    ]


def index(net: Network) -> list[Index]:
    """Return (row of Recycling by position, period)."""
    return list(dict.fromkeys((k, t) for k, _, t in recovered(net)))


@once_per_network
def _sold(net: Network, m: Model) -> dict[tuple[str, str, int], list[Any]]:
    out: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for d, n, t in m.deliver:
        out[net.demand[d].segment, net.demand[d].material, t].append(m.deliver[d, n, t])
    return out


def rule(m: Model, net: Network, k: int, t: int) -> Any:
    """Return the most that comes back in one period."""
    row, per = net.recycling[k].row, float(_yield(net, k)[t])
    terms = [(1.0, m.recycled[k, n, t]) for n, _ in net.recycling[k].labels]
    for s, share in _planned(net, k)[t]:
        terms += [(-per * share, v) for v in _sold(net, m)[row.segment, row.sold_material, s]]
    return total(terms) <= per * float(past(net, k)[t])


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield collection and recovery."""
    for k, n, t in m.recycled:
        price = float(net.case.by_period(net.recycling[k].row.collection_cost)[t])
        yield Cost("Recycling", t, kusd_to_musd(price), m.recycled[k, n, t])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how more might come back."""
    k, t = idx
    row = net.recycling[k].row
    where = ("Recycling", row.row_id, "recovery", net.timeline.periods[t].label)
    return Relaxation(f"{row.recycling} brings back no more {row.material}", "t", 1.0, (where,))


# ---- audit --------------------------------------------------------------------------------------------------------


def most_by_plan(ledger: Ledger) -> dict[tuple[str, int], float]:
    """Return the most that may be recycled by (row of Recycling, period), by past sales and what the plan delivers (t)."""
    periods, origin = ledger.timeline.periods, ledger.timeline.start
    delivered = ledger.total("deliveries", 0, 1, 3)
    out: dict[tuple[str, int], float] = {}
    for name, row in ledger.recycling.items():
        sales = [(p.start, p.end, delivered.get((row.segment, row.sold_material, p.index), 0.0)) for p in periods]
        for r in ledger.case.rows("Past Sales"):
            low = 12.0 * r.year + (0 if is_blank(r.month) else r.month - 1)
            if (r.segment, r.material) == (row.segment, row.sold_material) and low < origin:
                sales.append((low, min(low + (12 if is_blank(r.month) else 1), origin), r.sold))
        ages = [(12.0 * r.age, r.returned) for r in ledger.case.rows("Returns") if r.recycling == name]
        first = month_number(row.first_use) if row.first_use else origin
        for p in periods:
            back = 0.0
            for low, high, tonnes in sales:
                for lag, share in ages:
                    together = max(0.0, min(high + lag, p.end) - max(low + lag, p.start))
                    back += share * tonnes * together / (high - low)
            behind = min(1.0, max(0.0, (p.end - first) / p.months))
            out[name, p.index] = row.content * row.recovery * behind * back
    return out


def as_declared(ledger: Ledger, row: Row, label: int) -> bool:
    """Return whether a label says of what is recovered what its row declares, whatever it says of sources of a stage."""
    kept, declared = ledger.memory.at(label, row.site, row.material), ledger.memory.opening(row)
    return _without_sources(kept) == _without_sources(declared)


def _without_sources(lot: Lot) -> Lot:
    return Lot(lot.right, frozenset(f for f in lot.flags if not f.startswith("source:")))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is recycled beyond what comes back, and lots of another origin than is declared."""
    most = most_by_plan(ledger)
    for (k, t), tonnes in ledger.total("recycled", 0, 2).items():
        yield from at_most("recycling", tonnes, most[k, t], "{} in {}", k, ledger.period(t))
    for k, n, _, q in ledger.rows["recycled"]:
        if not as_declared(ledger, ledger.recycling[k], n):
            yield Violation("recycling", f"{k} comes back under label {n}, which is not what is declared of it", q)


FAMILY = Family("recycling", index, rule, check, costs=costs, relax=relax)
