"""Days of cover against their targets: by target, and by the form and place in which stock counts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from model.case.case import Row
from model.report.rulebook import binds
from model.report.shape import Show, amount, frame_of, mark, text
from model.report.view import View
from model.rules import cover_consigned, cover_transit, days_of_cover
from model.rules.cover_routes import BETWEEN, DAYS_PER_MONTH, Route

TARGETS = (
    text("target", 26),
    mark("end_use", 10),
    text("segment", 18),
    text("covers", 18),
    mark("forms", 13),
    mark("period", 10),
    Show("days_held", "number", "days", 10),
    Show("days_target", "number", "days", 10),
    amount("held"),
    amount("counted"),
    amount("target_amount", title="Target Amount"),
    amount("missed_by"),
    mark("binding", 9),
    mark("hardness", 10),
    mark("confidence"),
)
FORMS = (
    text("target", 26),
    text("covers", 18),
    text("form", 22),
    text("site", 22),
    text("may_serve", 16),
    text("way", 30),
    mark("period", 10),
    amount("stock"),
    amount("counted"),
    amount("content"),
    Show("days", "number", "days", 10),
)
_Form = tuple[Any, ...]  # target's row, item, material, place, whom it may serve, period, and the way


def cover_table(view: View) -> pd.DataFrame:
    """Return one row per cover target, what it covers and period: days and t of what it names, held against what it asks for.

    Held is all stock that may cover, by its best way to the need, also where it covers for another target; counted is what the
    plan allots to this one, and days held are the days of the need that follows which that lasts.
    """
    counts, may = _by_target(view)
    missed = {(r, i, w): float(x) for table, r, i, w, x in view.rows("missed") if table == "Cover Targets"}
    rows = []
    for r in days_of_cover.targets(view.net):
        days = view.case.across("Cover Targets", r)
        for item, _ in days_of_cover.items(view.net, r):
            asked = days_of_cover.required(view.net, r, item)
            for t in days_of_cover.periods(view.net, r):
                got, target = counts.get((r.target, item, t), 0.0), float(asked[t])
                held = may.get((r.row_id, item, t), 0.0)
                rows.append(
                    (
                        r.target,
                        r.end_use,
                        r.segment or "",
                        item,
                        r.forms,
                        view.period(t),
                        lasting(view, r, item, t, got),
                        float(days[t]),
                        held,
                        got,
                        target,
                        missed.get((r.target, item, view.period(t)), 0.0),
                        "Yes" if target > 0 and binds(held, target) else "No",
                        r.hardness,
                        r.confidence or "",
                    )
                )
    return frame_of(TARGETS, rows)


def _allotted(view: View) -> dict[days_of_cover.Cover, float]:
    """Return t that cover by target, what it covers, place, material, label, route and period."""
    rows = {r.target: r.row_id for r in days_of_cover.targets(view.net)}
    found = view.sums("cover", "target", "item", "site", "material", "label", "route", "period")
    return {(rows[target], *rest): got for (target, *rest), got in found.items()}


def _by_target(view: View) -> tuple[dict[tuple[str, str, int], float], dict[tuple[int, str, int], float]]:
    """Return by (target, item, period) t of what it names that are allotted, and by (target's row, …) those that may be."""
    names = {r.row_id: r.target for r in days_of_cover.targets(view.net)}
    ways = days_of_cover.ways(view.net)
    counts: dict[tuple[str, str, int], float] = defaultdict(float)
    for key, got in _allotted(view).items():
        counts[names[key[0]], key[1], key[-1]] += ways[key].factor * got
    held = view.sums("stocks", "site", "material", "label", "period")
    best: dict[tuple[int, str, str, str, int, int], float] = defaultdict(float)
    for (r, item, i, g, n, _, t), k in ways.items():
        if is_held(k):
            best[r, item, i, g, n, t] = max(best[r, item, i, g, n, t], k.factor)
    may: dict[tuple[int, str, int], float] = defaultdict(float)
    for (r, item, i, g, n, t), factor in best.items():
        may[r, item, t] += factor * held.get((i, g, n, t), 0.0)
    return counts, may


def is_held(route: Route) -> bool:
    """Return whether a route starts at stock of ours, not under way nor at what a supplier keeps there."""
    return not cover_transit.is_transit(route) and cover_consigned.offer_of(route) is None


def lasting(view: View, target: Row, item: str, t: int, amount: float) -> float | None:
    """Return for how many days of the need that follows period `t` an amount lasts; None where no need follows."""
    rates = days_of_cover.rates(view.net, target, item)
    months, rate = 0.0, float(rates[-1])
    for p in view.periods[t + 1 :]:
        wanted = float(rates[p.index]) * p.months
        if wanted > 0 and amount <= wanted:
            return (months + p.months * amount / wanted) * DAYS_PER_MONTH
        amount -= wanted
        months += p.months
    if rate <= 0:
        return None
    return (months + amount / rate) * DAYS_PER_MONTH


def forms_table(view: View) -> pd.DataFrame:
    """Return one row per target, what it covers, form, place, whom it may serve, way and period: t held and allotted.

    Content is what of the name reaches the need: what is allotted times what a tonne of it gives. A way is blank where nothing
    is converted. What is held but allotted to nobody has a row of its own.
    """
    names = {r.row_id: r for r in days_of_cover.targets(view.net)}
    held = view.sums("stocks", "site", "material", "label", "period")
    allotted = _allotted(view)
    cover: dict[_Form, list[float]] = defaultdict(lambda: [0.0, 0.0])
    lots: dict[_Form, set[int]] = defaultdict(set)
    used: set[_Form] = set()
    for key, k in days_of_cover.ways(view.net).items():
        r, item, i, g, n, text, t = key
        got = allotted.get(key, 0.0)
        where = (r, item, g, i, view.right(n), t)
        if got > 0:
            cover[*where, text][0] += got
            cover[*where, text][1] += got * k.factor
            used.add(where)
        if is_held(k):
            lots[where].add(n)
    stock = {where: sum(held.get((where[3], where[2], n, where[5]), 0.0) for n in ns) for where, ns in lots.items()}
    idle = [(*where, "") for where, got in stock.items() if got > 0 and where not in used]
    rows = []
    for r, item, g, i, right, t, text in sorted([*cover, *idle]):
        counts, content = cover.get((r, item, g, i, right, t, text), (0.0, 0.0))
        row = names[r]
        days = lasting(view, row, item, t, content)
        way = text.replace(BETWEEN, ", ")
        got = stock.get((r, item, g, i, right, t), 0.0)
        rows.append((row.target, item, g, i, right, way, view.period(t), got, counts, content, days))
    return frame_of(FORMS, rows)


def forms_of(view: View, target: Row) -> set[str]:
    """Return the materials that count for a target."""
    return {key[3] for key in days_of_cover.covers(view.net) if key[0] == target.row_id}
