"""As Is, plan and change: the table of page one."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.plan import CASH_KINDS
from model.report.service import short_rows, units_of
from model.report.shape import Show, frame_of, mark, text
from model.report.story import Story
from model.report.view import View

COMPARED = (
    text("what", 42),
    mark("unit", 9),
    Show("as_is", "by unit", width=12),
    Show("plan", "by unit", width=12),
    Show("change", "by unit", width=12),
)


def compared_table(story: Story) -> pd.DataFrame:
    """Return one row per figure of page one, money discounted; As Is and change are blank where there is no As Is."""
    plan = dict(_figures(story.view))
    beside = dict(_figures(story.beside)) if story.beside is not None else {}
    rows = []
    for what, unit in dict.fromkeys((*plan, *beside)):
        new = plan.get((what, unit), 0.0)
        old = beside.get((what, unit), 0.0) if story.beside is not None else None
        if new or old or what.startswith("Cash") or what.startswith("Short"):
            rows.append((what, unit, old, new, None if old is None else new - old))
    order = {key: n for n, key in enumerate(dict.fromkeys((*plan, *beside)))}
    return frame_of(COMPARED, sorted(rows, key=lambda r: _place(r[0], order[r[0], r[1]])))


def _place(what: str, order: int) -> tuple[int, int]:
    groups = ("Cash", "of which", "Penalties", "Valued", "Short", "Not built", "Stock", "Projects", "Capacity")
    return next((n for n, g in enumerate(groups) if what.strip().startswith(g)), len(groups)), order


def _figures(view: View) -> list[tuple[tuple[str, str], float]]:
    plan = view.plan
    out = [(("Cash cost, discounted", "MUSD"), plan.cost(*CASH_KINDS))]
    out += [((f"   of which {kind.lower()}", "MUSD"), plan.cost(kind)) for kind in CASH_KINDS]
    out.append((("Penalties for missed soft rules (not cash)", "MUSD"), plan.cost("Penalties")))
    out.append((("Valued shortage (not cash)", "MUSD"), plan.cost("Shortage")))
    short = view.sums("shortages", "segment", "material")
    products: dict[str, float] = defaultdict(float)
    for d, _, stops, _, _ in short_rows(view):
        number = units_of(d, stops)
        if number is not None and d.product:
            products[d.product] += number
    out += [
        ((f"Short: {d.segment}, {d.material}", "t"), short.get((d.segment, d.material), 0.0))
        for d in view.net.demand
        if not d.stands_in
    ]
    out += [((f"Not built for want of it: {p}", "units"), n) for p, n in products.items()]
    last = len(view.periods) - 1
    held = view.sums("stocks", "site", "material", "period")
    out += [
        ((f"Stock at the end: {g} at {i}", "t"), held.get((i, g, last), 0.0)) for i, g in sorted(view.net.stock_rows)
    ]
    out.append((("Projects started", "number"), float(len(plan.tables["builds"]))))
    out.append((("Capacity started", "t/y"), float(plan.tables["builds"]["size"].sum())))
    return out
