"""Days of cover against their targets: by target, and by the form and place in which stock counts."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from model.case.case import Row
from model.report.rulebook import binds
from model.report.shape import Show, amount, frame_of, mark, text
from model.report.view import View
from model.rules import days_of_cover, groups

TARGETS = (
    text("target", 26),
    mark("end_use", 10),
    text("segment", 18),
    text("material", 18),
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
    text("form", 22),
    text("site", 22),
    text("may_serve", 16),
    mark("period", 10),
    amount("stock"),
    amount("counted"),
    amount("content"),
    Show("days", "number", "days", 10),
)


def cover_table(view: View) -> pd.DataFrame:
    """Return one row per cover target and period: days and t of what it names, held against what it asks for.

    Held is all stock that may cover, also where it covers for another target; counted is what the plan allots to this one,
    and days held are the days of the need that follows which that lasts.
    """
    counts, may = _by_target(view)
    missed = {(r, w): float(x) for table, r, _, w, x in view.rows("missed") if table == "Cover Targets"}
    rows = []
    for r in days_of_cover.targets(view.net):
        asked = days_of_cover.required(view.net, r)
        days = view.case.across("Cover Targets", r)
        for t in days_of_cover.periods(view.net, r):
            got, target = counts.get((r.target, t), 0.0), float(asked[t])
            rows.append(
                (
                    r.target,
                    r.end_use,
                    r.segment or "",
                    r.material,
                    r.forms,
                    view.period(t),
                    lasting(view, r, t, got),
                    float(days[t]),
                    may.get((r.row_id, t), 0.0),
                    got,
                    target,
                    missed.get((r.target, view.period(t)), 0.0),
                    "Yes" if target > 0 and binds(may.get((r.row_id, t), 0.0), target) else "No",
                    r.hardness,
                    r.confidence or "",
                )
            )
    return frame_of(TARGETS, rows)


def _by_target(view: View) -> tuple[dict[tuple[str, int], float], dict[tuple[int, int], float]]:
    """Return (target, period) → t of what it names that are allotted to it, and (target's row, period) → that may be."""
    named = {r.target: r for r in days_of_cover.targets(view.net)}
    counts: dict[tuple[str, int], float] = defaultdict(float)
    for (target, g, t), got in view.sums("cover", "target", "material", "period").items():
        counts[target, t] += view.net.contents.of(named[target].material, g) * got
    material = {r.row_id: r.material for r in named.values()}
    held = view.sums("stocks", "site", "material", "label", "period")
    may: dict[tuple[int, int], float] = defaultdict(float)
    for row, i, g, n, t in days_of_cover.covers(view.net):
        may[row, t] += view.net.contents.of(material[row], g) * held.get((i, g, n, t), 0.0)
    return counts, may


def lasting(view: View, target: Row, t: int, amount: float) -> float | None:
    """Return for how many days of the need that follows period `t` an amount lasts; None where no need follows."""
    need = np.zeros(len(view.periods))
    for d, weight in groups.rule_demand(view.net, target, target.material):
        need += weight * view.case.amounts("Demand", view.net.demand[d])
    months, rate = 0.0, float(need[-1]) / view.periods[-1].months
    for p in view.periods[t + 1 :]:
        wanted = float(need[p.index])
        if wanted > 0 and amount <= wanted:
            return (months + p.months * amount / wanted) * days_of_cover.DAYS_PER_MONTH
        amount -= wanted
        months += p.months
    if rate <= 0:
        return None
    return (months + amount / rate) * days_of_cover.DAYS_PER_MONTH


def forms_table(view: View) -> pd.DataFrame:
    """Return one row per cover target, form, place, whom it may serve and period: t held, allotted, and their content."""
    named = {r.target: r for r in days_of_cover.targets(view.net)}
    held = view.sums("stocks", "site", "material", "label", "period")
    allotted = view.sums("cover", "target", "site", "material", "label", "period")
    stock: dict[tuple[str, str, str, str, int], float] = defaultdict(float)
    cover: dict[tuple[str, str, str, str, int], float] = defaultdict(float)
    rows_of = {r.row_id: r.target for r in named.values()}
    for row, i, g, n, t in days_of_cover.covers(view.net):
        key = (rows_of[row], g, i, view.right(n), t)
        stock[key] += held.get((i, g, n, t), 0.0)
        cover[key] += allotted.get((rows_of[row], i, g, n, t), 0.0)
    rows = []
    for (target, g, i, right, t), got in sorted(stock.items()):
        counts = cover[target, g, i, right, t]
        if got > 0 or counts > 0:
            content = view.net.contents.of(named[target].material, g) * counts
            days = lasting(view, named[target], t, content)
            rows.append((target, g, i, right, view.period(t), got, counts, content, days))
    return frame_of(FORMS, rows)


def forms_of(view: View, target: Row) -> set[str]:
    """Return the materials that count for a target."""
    return {g for row, _, g, _, _ in days_of_cover.covers(view.net) if row == target.row_id}
