"""days_of_cover: stock for so many days of the need that follows; each tonne covers for one target only.

Σ content · cover[target,i,g,l,t] ≥ required[target,t] − slack      Σ_targets cover[target,i,g,l,t] ≤ stock[i,g,l,t]
required[target,t] = need, as data, in the days after the end of t; after the horizon the last rate goes on

Stock that no covered need may use has no cover. As delivered: only the materials in need count; any form: all that contain
the element, whether or not there is a way to make them into what is needed in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector
from model.network.network import Network, once_per_network
from model.rules import groups
from model.rules.family import Cost, Family, Index, Model, Relaxation, kusd_to_musd, total

DAYS_PER_MONTH = 365.25 / 12


def index(net: Network) -> list[Index]:
    """Return (target row, "", "", 0, period) of the targets and (−1, place, material, label, period) of shared stock."""
    rows: list[Index] = [(r.row_id, "", "", 0, t) for r in targets(net) for t in periods(net, r)]
    shared = {(i, g, n, t) for _, i, g, n, t in covers(net)}
    return rows + [(-1, *node) for node in sorted(shared)]


def targets(net: Network) -> list[Row]:
    """Return the targets; As Is has none, since they bind what is planned."""
    return groups.own_rules(net, "Cover Targets")


def periods(net: Network, target: Row) -> list[int]:
    """Return the periods for which a target names days."""
    days = net.case.across("Cover Targets", target)
    return [t for t in net.periods if not np.isnan(days[t])]


@once_per_network
def _needs(net: Network, target: Row) -> list[tuple[int, float]]:
    """Return (position, content) of the demand rows that a target covers."""
    return groups.rule_demand(net, target, target.material)


@once_per_network
def covers(net: Network) -> list[tuple[int, str, str, int, int]]:
    """Return (target, place, material, label, period) of the stock that may cover."""
    out: list[tuple[int, str, str, int, int]] = []
    for r in targets(net):
        needs = _needs(net, r)
        uses = {groups.market_use(net, d) for d, _ in needs}
        delivered = {net.demand[d].material for d, _ in needs}
        for i, g, n in net.nodes():
            counts = g in delivered if r.forms == "As Delivered" else net.contents.of(r.material, g) > 0
            if (
                counts
                and (i, g) in net.stock_rows
                and r.site in (None, i)
                and any(net.labels[n].serves(u) for u in uses)
            ):
                out += [(r.row_id, i, g, n, t) for t in periods(net, r)]
    return out


@once_per_network
def required(net: Network, target: Row) -> Vector:
    """Return what a target asks for at the end of each period (t of what it names), shape (T,); NaN where nothing."""
    days = net.case.across("Cover Targets", target)
    line = net.timeline
    need = np.zeros(len(line))
    for d, weight in _needs(net, target):
        need += weight * net.case.amounts("Demand", net.demand[d])
    per_month = need / np.array([p.months for p in line.periods])
    out = np.full(len(line), np.nan)
    for t in periods(net, target):
        start = line.periods[t].end
        end = start + days[t] / DAYS_PER_MONTH
        within = sum(
            per_month[p.index] * max(0.0, min(end, p.end) - max(start, p.start)) for p in line.periods[t + 1 :]
        )
        out[t] = within + per_month[-1] * max(0.0, end - max(start, line.end))
    return out


@once_per_network
def _by_row(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[str, Any]]]:
    out: dict[tuple[int, int], list[tuple[str, Any]]] = defaultdict(list)
    for r, i, g, n, t in m.cover:
        out[r, t].append((g, m.cover[r, i, g, n, t]))
    return out


def rule(m: Model, net: Network, r: int, i: str, g: str, n: int, t: int) -> Any:
    """Return one target in one period, or how one stock is shared among targets."""
    if r < 0:
        shared = [(1.0, m.cover[c.row_id, i, g, n, t]) for c in targets(net) if (c.row_id, i, g, n, t) in m.cover]
        return total([*shared, (-1.0, m.stock[i, g, n, t])]) <= 0.0
    row = next(c for c in targets(net) if c.row_id == r)
    terms = [(net.contents.of(row.material, h), v) for h, v in _by_row(net, m)[r, t]]
    if row.hardness == "Soft":
        terms.append((1.0, m.slack["Cover Targets", r, row.material, net.timeline.periods[t].label]))
    amount = float(required(net, row)[t])
    return groups.at_least(m, terms, amount)


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the penalty of every missed soft target, per kg and year."""
    for r in targets(net):
        if r.hardness == "Soft":
            for t in periods(net, r):
                p = net.timeline.periods[t]
                slack = m.slack["Cover Targets", r.row_id, r.material, p.label]
                yield Cost("Penalties", t, kusd_to_musd(r.penalty) * p.years, slack)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a target may be loosened."""
    r, _, _, _, t = idx
    if r < 0:
        return None
    row = next(c for c in targets(net) if c.row_id == r)
    label = net.timeline.periods[t].label
    return Relaxation(
        f"target {row.target} asks for days of cover in {label}", "t", 1.0, (("Cover Targets", r, None, label),)
    )


FAMILY = Family("days_of_cover", index, rule, costs=costs, relax=relax)
