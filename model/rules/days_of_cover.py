"""days_of_cover: stock for so many days of the need that follows; each tonne covers once.

Σ factor[k] · cover[target,item,k,t] ≥ required[target,item,t] − slack
Σ_targets of a name, k cover[target,item,k,t] ≤ stock[i,g,l,t]                             k a route of the stock of g at i
Σ_{k with slack time ≤ v} load[k,line] · cover[…,k,t] ≤ capacity[line,t] · v              for every slack time v
Σ_{k with room ≤ x} cover[…,k,t] ≤ what is under way to i and is there x after t          if goods in transit count
Σ_k cover[…,k,t] + Σ_{s ≤ t} purchase[offer,s] ≤ consigned[offer]                         if goods on consignment count
Σ_k cover[…,k,t] ≤ available[offer,t+1]                                                   and no more than may be drawn
required[target,item,t] = need, as data, in the days after the end of t, + safety stock; after the horizon the last rate goes on

A tonne covers for one of the targets that name the same element or material; what holds two elements covers once for each, and
plants are looked at for each name by itself. Stock that no covered need may use has no cover. As delivered: only the materials
in need count; any form: also what open plants can make into them within the time allowed. The factor is what of the name
reaches the need per tonne held; what several inputs make together is shared among them by what they hold of the name, or by
mass. The slack time of a route is the time allowed less lanes and conversion: that long its plants can work for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules import cover_consigned, cover_transit, groups, line_capacity, vintage_recovery
from model.rules.cover_check import check
from model.rules.cover_routes import DAYS_PER_MONTH, LineKey, Route, routes
from model.rules.family import Cost, Family, Index, Model, Relaxation, kusd_to_musd, total

AFTERWARDS = 20
"""Years for which what is missed at the end goes on, where it does."""

Cover = tuple[int, str, str, str, int, str, int]  # (target, item, place, material, label, route, period)


def index(net: Network) -> list[Index]:
    """Return (what, rank, name or item, place, material or line, label or young, period) of every row.

    "target": rank is the target's row, then its item; "stock", "line", "transit" and "consigned" (with the offer as place; rank 0
    what lies there, 1 what may be drawn): what is shared among targets of a name.
    """
    rows: list[Index] = [
        ("target", r.row_id, item, "", "", 0, t)
        for r in targets(net)
        for item, _ in items(net, r)
        for t in periods(net, r)
    ]
    return [*rows, *shared_rows(net)]


def targets(net: Network) -> list[Row]:
    """Return the targets; As Is has none, since they bind what is planned."""
    return groups.own_rules(net, "Cover Targets")


def periods(net: Network, target: Row) -> list[int]:
    """Return the periods for which a target names days."""
    days = net.case.across("Cover Targets", target)
    return [t for t in net.periods if not np.isnan(days[t])]


@once_per_network
@looks_at()
def items(net: Network, target: Row) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return (name, (position, content) of demand rows) of what a target covers: all together, or each by itself."""
    needs = groups.rule_demand(net, target, target.material)
    if target.applies == "Sum":
        return [(target.material, needs)]
    column = "segment" if target.applies == "Each Segment" else "end_use"
    parts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for d, weight in needs:
        parts[f"{target.material} / {getattr(net.demand[d], column)}"].append((d, weight))
    return list(parts.items())


@once_per_network
def within(net: Network, target: Row, t: int) -> float:
    """Return the months in which stock must be able to reach the need."""
    days = target.convert_within
    return (
        float(net.case.across("Cover Targets", target)[t] if days is None or np.isnan(days) else days) / DAYS_PER_MONTH
    )


@once_per_network
def ways(net: Network) -> dict[Cover, Route]:
    """Return the route of everything that may cover."""
    out: dict[Cover, Route] = {}
    for r in targets(net):
        stocks = [(i, g, n) for i, g, n in net.nodes() if (i, g) in net.stock_rows and r.site in (None, i)]
        under_way = (
            [node for node in cover_transit.pools(net) if r.site in (None, node[0])] if counts_transit(r) else []
        )
        lying = (
            [node for node in cover_consigned.pools(net) if r.site in (None, node[0])] if counts_consigned(r) else []
        )
        convert = r.forms == "Any Form"
        for item, needs in items(net, r):
            for t in periods(net, r):
                span = within(net, r, t)
                found = routes(net, r.material, [d for d, _ in needs], t, span, convert, {*stocks, *under_way, *lying})
                held = {node: found[node] for node in stocks if node in found}
                out |= {(r.row_id, item, *node, k.text, t): k for node, ks in held.items() for k in ks}
                for node in under_way:
                    for k in cover_transit.routes(net, node, found.get(node, ())):
                        out[r.row_id, item, *node, k.text, t] = k
                for node in lying:
                    for k in cover_consigned.routes(net, node, found.get(node, ())):
                        out[r.row_id, item, *node, k.text, t] = k
    return out


def counts_consigned(target: Row) -> bool:
    """Return whether goods that lie at our site on consignment count for a target."""
    return bool(target.on_consignment == "Yes")


def counts_transit(target: Row) -> bool:
    """Return whether goods under way count for a target."""
    return bool(target.in_transit == "Yes")


def covers(net: Network) -> list[Cover]:
    """Return (target, item, place, material, label, route, period) of the stock that may cover."""
    return list(ways(net))


@once_per_network
def rates(net: Network, target: Row, item: str) -> Vector:
    """Return the need of one item of a target in each period, in t of what it names per month, shape (T,)."""
    need = np.zeros(len(net.timeline))
    for d, weight in dict(items(net, target))[item]:
        need += weight * net.case.amounts("Demand", net.demand[d])
    per_month: Vector = need / np.array([p.months for p in net.timeline.periods])
    return per_month


@once_per_network
def required(net: Network, target: Row, item: str) -> Vector:
    """Return what a target asks for at the end of each period (t of what it names), shape (T,); NaN where nothing."""
    days = net.case.across("Cover Targets", target)
    beside = net.case.by_period(target.safety_stock)
    line, per_month = net.timeline, rates(net, target, item)
    out = np.full(len(line), np.nan)
    for t in periods(net, target):
        start = line.periods[t].end
        end = start + days[t] / DAYS_PER_MONTH
        ahead = sum(per_month[p.index] * max(0.0, min(end, p.end) - max(start, p.start)) for p in line.periods[t + 1 :])
        out[t] = ahead + per_month[-1] * max(0.0, end - max(start, line.end)) + np.nan_to_num(beside[t])
    return out


@once_per_network
def most_needed(net: Network) -> dict[str, float]:
    """Return the most of each material that targets could ask for at the end of any period (t)."""
    least: dict[tuple[int, str, str], float] = {}
    for (r, item, _, g, _, _, _), k in ways(net).items():
        least[r, item, g] = min(k.factor, least.get((r, item, g), np.inf))
    rows = {r.row_id: r for r in targets(net)}
    out: dict[str, float] = defaultdict(float)
    for (r, item, g), factor in least.items():
        out[g] += float(np.nanmax(required(net, rows[r], item), initial=0.0)) / factor
    return out


# ---- what targets share -------------------------------------------------------------------------------------------

_Terms = list[tuple[float, float, Cover]]  # (time, load, what covers)


@once_per_network
def shared(net: Network) -> dict[Index, _Terms]:
    """Return what stands on each shared row, by its index: one row for every time that differs."""
    named = {r.row_id: r.material for r in targets(net)}
    stock: dict[Index, _Terms] = defaultdict(list)
    timed: dict[tuple[Any, ...], _Terms] = defaultdict(list)
    for key, k in ways(net).items():
        r, _, i, g, n, _, t = key
        offer = cover_consigned.offer_of(k)
        if offer is not None:
            for rank in (0, 1):
                stock["consigned", rank, named[r], offer, g, 0, t].append((0.0, 1.0, key))
        elif cover_transit.is_transit(k):
            timed["transit", named[r], i, g, n, t].append((k.room, 1.0, key))
        else:
            stock["stock", 0, named[r], i, g, n, t].append((0.0, 1.0, key))
        for (site, line, young), load in k.loads:
            timed["line", named[r], site, line, int(young), t].append((k.slack, load, key))
    for (what, *rest), terms in timed.items():
        for rank, time in enumerate(sorted({round(x, 9) for x, _, _ in terms})):
            stock[what, rank, *rest] = [(time, load, key) for x, load, key in terms if round(x, 9) <= time]
    return stock


@once_per_network
def shared_rows(net: Network) -> list[Index]:
    """Return the indices of the shared rows, in order."""
    return sorted(shared(net))


def capacity(m: Model, net: Network, line: LineKey, t: int) -> tuple[float, list[tuple[float, Any]]]:
    """Return what a line can do in a month of a period: t, and (t per t/y, size) of what is built."""
    site, name, young = line
    months = net.timeline.periods[t].months
    if young:
        named = {o.vintage for o in net.operations if o.vintage and (o.site, o.recipe.line) == (site, name)}
        able = [(p, s, vintage_recovery.usable(net, p, s, t) / months) for p, s in sorted(named)]
        return sum(x for _, s, x in able if s < 0), [(x, m.size[p, s]) for p, s, x in able if s >= 0]
    allowed = line_capacity.factor(net, site, name)[t] / months
    built = [(allowed * ramp[t], m.size[p, s]) for p, s, ramp in line_capacity.added(net, site, name) if ramp[t] > 0]
    return float(line_capacity.existing(net, site, name)[t] * allowed), built


@once_per_network
def _by_item(net: Network, m: Model) -> dict[tuple[int, str, int], list[tuple[float, Any]]]:
    out: dict[tuple[int, str, int], list[tuple[float, Any]]] = defaultdict(list)
    for key, k in ways(net).items():
        out[key[0], key[1], key[-1]].append((k.factor, m.cover[key]))
    return out


def rule(m: Model, net: Network, what: str, rank: int, name: str, i: str, g: str, n: int, t: int) -> Any:
    """Return one target in one period, or how stock, a line or what is under way is shared among targets."""
    if what == "target":
        row = next(c for c in targets(net) if c.row_id == rank)
        terms = list(_by_item(net, m)[rank, name, t])
        if row.hardness == "Soft":
            terms.append((1.0, m.slack["Cover Targets", rank, name, net.timeline.periods[t].label]))
        return groups.at_least(m, terms, float(required(net, row, name)[t]))
    found = shared(net)[what, rank, name, i, g, n, t]
    sharing = [(load, m.cover[key]) for _, load, key in found]
    if what == "stock":
        return total([*sharing, (-1.0, m.stock[i, g, n, t])]) <= 0.0
    if what == "consigned":
        return _consigned(m, net, rank, i, t, sharing)
    time = found[0][0] if len(found) == 1 else max(x for x, _, _ in found)
    if what == "transit":
        coming = cover_transit.coming(net, m, (i, g, n), t, time)
        return total([*sharing, *((-share, v) for share, v in coming)]) <= 0.0
    able, built = capacity(m, net, (i, g, bool(n)), t)
    return total([*sharing, *((-time * x, v) for x, v in built)]) <= able * time


def _consigned(m: Model, net: Network, rank: int, offer: str, t: int, sharing: list[tuple[float, Any]]) -> Any:
    """Return that no more covers than lies there on consignment, or than may be drawn of it next; None without a limit."""
    if rank == 1:
        most = cover_consigned.drawable(net, offer, t)
        return None if np.isnan(most) else total(sharing) <= most
    most, drawn = cover_consigned.there(net, m, offer, t)
    return total([*sharing, *drawn]) <= most


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the penalty of every missed soft target, per kg and year, for the years after the plan too where it goes on."""
    for r in targets(net):
        if r.hardness == "Soft":
            for item, _ in items(net, r):
                for t in periods(net, r):
                    slack = m.slack["Cover Targets", r.row_id, item, net.timeline.periods[t].label]
                    yield Cost("Penalties", t, kusd_to_musd(r.penalty) * penalty_years(net, r, t), slack)


def penalty_years(net: Network, target: Row, t: int) -> float:
    """Return the years for which what is missed at the end of a period costs its penalty."""
    return net.timeline.years_counted(t, AFTERWARDS if target.missed_at_end == "Goes On" else 0)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a target may be loosened."""
    what, r, item, _, _, _, t = idx
    if what != "target":
        return None
    row = next(c for c in targets(net) if c.row_id == r)
    label = net.timeline.periods[t].label
    return Relaxation(
        f"target {row.target} asks for days of cover of {item} in {label}",
        "t",
        1.0,
        (("Cover Targets", r, None, label),),
    )


FAMILY = Family("days_of_cover", index, rule, check, costs=costs, relax=relax)
