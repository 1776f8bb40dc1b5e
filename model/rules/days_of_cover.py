"""days_of_cover: stock for so many days of the need that follows; each tonne covers once.

Σ content · cover[target,i,g,l,t] ≥ required[target,t] − slack      Σ_targets of a name cover[target,i,g,l,t] ≤ stock[i,g,l,t]
required[target,t] = need, as data, in the days after the end of t; after the horizon the last rate goes on

A tonne covers for one of the targets that name the same element or material; what holds two elements covers once for each.
Stock that no covered need may use has no cover. As delivered: only the materials in need count, each for those who need it;
any form: all that contain the element, whether or not there is a way to make them into what is needed in time.
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
from model.rules import groups
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger, at_least, at_most

DAYS_PER_MONTH = 365.25 / 12


def index(net: Network) -> list[Index]:
    """Return (target row, name, "", "", 0, period) of targets and (−1, name, place, material, label, period) of shared stock."""
    named = {r.row_id: r.material for r in targets(net)}
    rows: list[Index] = [(r.row_id, r.material, "", "", 0, t) for r in targets(net) for t in periods(net, r)]
    return rows + [(-1, *node) for node in sorted({(named[r], i, g, n, t) for r, i, g, n, t in covers(net)})]


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
        anyhow = r.forms != "As Delivered"
        for i, g, n in net.nodes():
            counts = net.contents.of(r.material, g) > 0
            uses = {groups.market_use(net, d) for d, _ in needs if anyhow or net.demand[d].material == g}
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


def rule(m: Model, net: Network, r: int, name: str, i: str, g: str, n: int, t: int) -> Any:
    """Return one target in one period, or how one stock is shared among targets."""
    if r < 0:
        mine = [c.row_id for c in targets(net) if c.material == name]
        shared = [(1.0, m.cover[c, i, g, n, t]) for c in mine if (c, i, g, n, t) in m.cover]
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
    r, _, _, _, _, t = idx
    if r < 0:
        return None
    row = next(c for c in targets(net) if c.row_id == r)
    label = net.timeline.periods[t].label
    return Relaxation(
        f"target {row.target} asks for days of cover in {label}", "t", 1.0, (("Cover Targets", r, None, label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield targets that are not reached, tonnes that cover twice, and cover by what covers nothing."""
    yield from _shared(ledger)
    held: dict[tuple[str, int], float] = defaultdict(float)
    for name, i, g, n, t, q in ledger.rows["cover"]:
        target = ledger.targets[name]
        if not _counts(ledger, target, i, g, n):
            sentence = f"{g} of label {n} at {i} covers for {name} in {ledger.period(t)}, but does not count for it"
            yield Violation("days_of_cover", sentence, q)
        else:
            held[name, t] += ledger.about.content(target.material, g) * q
    soft: set[tuple[str, str, str]] = set()
    binding: set[tuple[str, int]] = set()
    for r in ledger.own_rules("Cover Targets"):
        for t, asked in _asked(ledger, r):
            label = ledger.period(t)
            binding.add((r.target, t))
            soft |= {(r.target, r.material, label)} if r.hardness == "Soft" else set()
            got = held.get((r.target, t), 0.0) + ledger.slack("Cover Targets", r, r.material, label)
            yield from at_least("days_of_cover", got, asked, "target {} of {} in {}", r.target, r.material, label)
    for (name, t), tonnes in sorted(held.items()):
        if (name, t) not in binding:
            sentence = f"stock covers for {name} in {ledger.period(t)}, where it asks for nothing"
            yield Violation("days_of_cover", sentence, tonnes)
    yield from ledger.stray(
        "days_of_cover",
        "Cover Targets",
        soft,
        {rule for table, rule, _, _ in ledger.missed if table == "Cover Targets"},
    )


def _shared(ledger: Ledger) -> Iterator[Violation]:
    """Yield every lot of which more covers, over all targets of one name, than is held."""
    held = ledger.total("stocks", 0, 1, 2, 3)
    covered: dict[tuple[str, str, str, int, int], float] = defaultdict(float)
    for target, i, g, n, t, tonnes in ledger.rows["cover"]:
        covered[ledger.targets[target].material, i, g, n, t] += tonnes
    for (_, i, g, n, t), tonnes in sorted(covered.items()):
        yield from at_most(
            "days_of_cover",
            tonnes,
            held.get((i, g, n, t), 0.0),
            "cover by {} of label {} at {} in {}",
            g,
            n,
            i,
            ledger.period(t),
        )


def _counts(ledger: Ledger, target: Row, site: str, material: str, label: int) -> bool:
    """Return whether a lot held somewhere may cover: it is there, of an allowed form, and some covered need may use it."""
    needs = {key for key, _, _ in ledger.needed(target, target.material, (0,))}
    if target.forms == "As Delivered":
        needs = {key for key in needs if key[1] == material}
    usable = {ledger.use_of(ledger.demand[key]) for key in needs}
    holds = ledger.about.content(target.material, material) > 0
    return holds and target.site in (None, site) and bool(usable & ledger.lots[label].right)


def _asked(ledger: Ledger, target: Row) -> Iterator[tuple[int, float]]:
    """Yield (period, t of what the target names) of the need in the days after each period, the last rate going on."""
    line = ledger.timeline
    by_period = np.zeros(len(line))
    for _, t, tonnes in ledger.needed(target, target.material, range(len(line))):
        by_period[t] += tonnes
    days = ledger.case.across("Cover Targets", target)
    for p in line.periods:
        if not np.isnan(days[p.index]):
            until = p.end + float(days[p.index]) * 12 / 365.25
            ends = [*(q.end for q in line.periods[:-1]), np.inf]  # the last rate holds for good
            asked = sum(
                by_period[q.index] / q.months * max(0.0, min(until, end) - max(p.end, q.start))
                for q, end in zip(line.periods, ends, strict=True)
            )
            yield p.index, float(asked)


FAMILY = Family("days_of_cover", index, rule, check, costs=costs, relax=relax)
