"""The audit of days_of_cover: every route walked again, every target added up, nothing covers or works twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from model.case.case import Row
from model.rules.comparison import at_least, at_most
from model.rules.family import Violation
from model.rules.ledger import Ledger
from model.rules.ledger_cover import Line, Need, Routes
from model.rules.line_capacity import can_do

FAMILY_NAME = "days_of_cover"


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield targets that are not reached, tonnes that cover twice, plants that would do too much, and cover that is none."""
    routes = Routes(ledger)
    held: dict[tuple[str, str, int], float] = defaultdict(float)
    stock: dict[tuple[str, str, str, int, int], float] = defaultdict(float)
    lines: dict[tuple[str, Line, int], list[tuple[float, float]]] = defaultdict(list)
    coming: dict[tuple[str, str, str, int, int], list[tuple[float, float]]] = defaultdict(list)
    lying: dict[tuple[str, str, int], float] = defaultdict(float)
    asked = {r.target: parts(ledger, r) for r in ledger.own_rules("Cover Targets")}
    for name, item, i, g, n, text, t, q in ledger.rows["cover"]:
        target = ledger.targets[name]
        needs = asked.get(name, {}).get(item)
        walk = None if needs is None else routes.walk(target, needs, i, g, n, text, t)
        if walk is None or walk.factor <= 0:
            sentence = f"{g} of label {n} at {i} covers for {name} in {ledger.period(t)}, but does not count for it"
            yield Violation(FAMILY_NAME, sentence, q)
            continue
        held[name, item, t] += walk.factor * q
        slack, lot = walk.slack, (target.material, i, g, n, t)
        if walk.consigned is not None:
            lying[target.material, walk.consigned, t] += q
        elif not walk.under_way:
            stock[lot] += q
        elif walk.asks:  # what is converted must be there first
            last = routes.longest((i, g, n))
            coming[lot].append((last, q))
            slack -= last
        else:
            coming[lot].append((slack, q))
        for line, per in walk.asks:
            lines[target.material, line, t].append((slack, per * q))
    yield from _reached(ledger, held)
    yield from _shared(ledger, stock)
    yield from _worked(ledger, routes, lines)
    yield from _arriving(ledger, routes, coming)
    yield from _lying(ledger, lying)


def parts(ledger: Ledger, target: Row) -> dict[str, set[Need]]:
    """Return what a target covers together, by name: all demand that it matches, or that of each end use or segment."""
    out: dict[str, set[Need]] = defaultdict(set)
    by = {"Sum": None, "Each Segment": "segment", "Each End Use": "end_use"}[target.applies]
    for key, _, _ in ledger.needed(target, target.material, (0,)):
        part = "" if by is None else f" / {getattr(ledger.demand[key], by)}"
        out[target.material + part].add(key)
    return out or ({target.material: set()} if by is None else {})


def _reached(ledger: Ledger, held: dict[tuple[str, str, int], float]) -> Iterator[Violation]:
    soft: set[tuple[str, str, str]] = set()
    binding: set[tuple[str, str, int]] = set()
    for r in ledger.own_rules("Cover Targets"):
        for item, needs in parts(ledger, r).items():
            for t, asked in _asked(ledger, r, needs):
                label = ledger.period(t)
                binding.add((r.target, item, t))
                soft |= {(r.target, item, label)} if r.hardness == "Soft" else set()
                got = held.get((r.target, item, t), 0.0) + ledger.slack("Cover Targets", r, item, label)
                yield from at_least(FAMILY_NAME, got, asked, "target {} of {} in {}", r.target, item, label)
    for (name, item, t), tonnes in sorted(held.items()):
        if (name, item, t) not in binding:
            sentence = f"stock covers for {name} in {ledger.period(t)}, where it asks for nothing"
            yield Violation(FAMILY_NAME, sentence, tonnes)
    missed = {rule for table, rule, _, _ in ledger.missed if table == "Cover Targets"}
    yield from ledger.stray(FAMILY_NAME, "Cover Targets", soft, missed)


def _asked(ledger: Ledger, target: Row, needs: set[Need]) -> Iterator[tuple[int, float]]:
    """Yield (period, t of what the target names): the need in the days after it, the last rate going on, and safety stock."""
    line = ledger.timeline
    by_period = np.zeros(len(line))
    for key, t, tonnes in ledger.needed(target, target.material, range(len(line))):
        by_period[t] += tonnes if key in needs else 0.0
    days, beside = ledger.case.across("Cover Targets", target), ledger.case.by_period(target.safety_stock)
    for p in line.periods:
        if not np.isnan(days[p.index]):
            until = p.end + float(days[p.index]) * 12 / 365.25
            ends = [*(q.end for q in line.periods[:-1]), np.inf]  # the last rate holds for good
            asked = sum(
                by_period[q.index] / q.months * max(0.0, min(until, end) - max(p.end, q.start))
                for q, end in zip(line.periods, ends, strict=True)
            )
            yield p.index, float(asked + (0.0 if np.isnan(beside[p.index]) else beside[p.index]))


def _shared(ledger: Ledger, covered: dict[tuple[str, str, str, int, int], float]) -> Iterator[Violation]:
    """Yield every lot of which more covers, over all targets of one name, than is held."""
    held = ledger.total("stocks", 0, 1, 2, 3)
    for (_, i, g, n, t), tonnes in sorted(covered.items()):
        yield from at_most(
            FAMILY_NAME,
            tonnes,
            held.get((i, g, n, t), 0.0),
            "cover by {} of label {} at {} in {}",
            g,
            n,
            i,
            ledger.period(t),
        )


def _within(uses: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield (time, all that has no more than that) for every time that differs."""
    for time in sorted({x for x, _ in uses}):
        yield time, sum(amount for x, amount in uses if x <= time + 1e-9)


def _worked(
    ledger: Ledger, routes: Routes, lines: dict[tuple[str, Line, int], list[tuple[float, float]]]
) -> Iterator[Violation]:
    """Yield every line that cover of one name would ask for more than it can do in the time that is left."""
    capacity, kinds = can_do(ledger)
    running = {(r.site, r.line): ledger.case.by_period(r.availability) for r in ledger.case.rows("Lines")}
    for (name, line, t), uses in sorted(lines.items()):
        if line[2]:
            able = sum(float(p.capacity[t]) for p in routes.young(line, t)) * float(ledger.timeline.amount_factor[t])
            able *= float(running[line[:2]][t]) if line[:2] in running else 1.0
        else:
            able = float(capacity[line[:2]][t]) if kinds.get(line[:2]) == "Process" else 0.0
        for time, load in _within(uses):
            able_then = able / ledger.timeline.periods[t].months * time
            words = "cover of {} by {} at {} in {}"
            yield from at_most(FAMILY_NAME, load, able_then, words, name, line[1], line[0], ledger.period(t))


def _arriving(
    ledger: Ledger, routes: Routes, coming: dict[tuple[str, str, str, int, int], list[tuple[float, float]]]
) -> Iterator[Violation]:
    """Yield every lot of which more under way covers than will be there in time."""
    for (_, i, g, n, t), uses in sorted(coming.items()):
        for time, tonnes in _within(uses):
            there = routes.arriving((i, g, n), t, time)
            words = "cover by {} of label {} in transit to {} in {}"
            yield from at_most(FAMILY_NAME, tonnes, there, words, g, n, i, ledger.period(t))


def _lying(ledger: Ledger, covered: dict[tuple[str, str, int], float]) -> Iterator[Violation]:
    """Yield every consignment of which more covers than has not been drawn by then, or than may be drawn in the period after."""
    last = len(ledger.timeline) - 1
    for (name, k, t), tonnes in sorted(covered.items()):
        row = ledger.offers[k]
        rest = float(row.consigned) - sum(q for (offer, s), q in ledger.bought.items() if offer == k and s <= t)
        words = "cover of {} by {} on consignment in {}"
        yield from at_most(FAMILY_NAME, tonnes, rest, words, name, k, ledger.period(t))
        next_one = float(ledger.available(row)[min(t + 1, last)])
        if not np.isnan(next_one):
            words = "cover of {} by what may be drawn of {} after {}"
            yield from at_most(FAMILY_NAME, tonnes, next_one, words, name, k, ledger.period(t))
