"""Cover targets and budgets: whether they ask for what is needed and can be held, and limit what costs."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.checks.rules import hardness, no_limit
from model.schema.tables.common import ANY

_MOST_DAYS = 730.0
_CAPITAL = ("permit_cost", "capex_fixed", "capex_per_capacity")


def find(finder: Finder) -> None:
    """Check targets of days of cover and budgets of capital."""
    for row in finder.rows("Cover Targets"):
        _cover(finder, row)
    for row in finder.rows("Budgets"):
        _budget(finder, row)


def _cover(finder: Finder, row: Row) -> None:
    table, name = "Cover Targets", f"target {row.target}"
    no_limit(finder, table, row, name)
    days = finder.case.across(table, row)
    t = finder.first(days, days > _MOST_DAYS)
    if t >= 0:
        finder.say("cover-days-high", table, row, None, finder.label(t), found=plain(days[t]))
    needs = [
        d
        for d in finder.rows("Demand")
        if row.segment in (None, d.segment)
        and row.end_use in (ANY, d.end_use)
        and finder.contents.of(row.material or "", d.material) > 0
    ]
    hardness(finder, table, row, _going_short(finder, row, needs))
    if row.material is None or not finder.rows("Demand"):
        return
    if not needs:
        if row.material in finder.contents.elements and not finder.meant(row.material, finder.demanded):
            finder.say("element-undemanded", table, row, "material", name=name, element=row.material)
            return
        said = (row.segment, row.material, row.end_use if row.end_use != ANY else None)
        what = " / ".join(str(v) for v in said if v)
        finder.say("cover-matches-no-demand", table, row, "material", name=name, what=what)
        return
    stocked = {r.material for r in finder.rows("Stockpiles") if r.material}
    counted = {d.material for d in needs}
    if row.forms == "Any Form":
        counted |= finder.meant(row.material, stocked) | _made_into(finder, counted)
    lying = [
        o
        for o in finder.rows("Offers")
        if (o.kind, row.on_consignment) == ("Consignment", "Yes")
        and o.material in counted
        and row.site in (None, o.site)
        and o.consigned is not None
    ]
    if row.on_consignment == "Yes" and not lying:
        finder.say("cover-nothing-consigned", table, row, "on_consignment", name=name, material=row.material)
    if not any(o.consigned > 0 for o in lying):
        _held(finder, row, name, counted)
    _other_goal(finder, row, counted)


def _going_short(finder: Finder, target: Row, needs: list[Row]) -> list[float]:
    """Return what going short of the covered needs costs, in USD per kg of what the target names."""
    tiers = grouped(finder.rows("Shortage Costs"), lambda r: r.segment)
    return [
        cost / finder.contents.of(target.material, d.material)
        for d in needs
        for tier in tiers.get(d.segment, [])
        if (cost := finder.kilogram_cost(tier)) is not None
    ]


def _made_into(finder: Finder, wanted: set[str]) -> set[str]:
    """Return the materials of which recipes and separations can make some others, over any number of steps."""
    steps = [({feed.feed}, set(made)) for feed, made in finder.separations]
    for rows in grouped(finder.rows("Recipe Items"), lambda r: r.recipe).values():
        roles = grouped(rows, lambda r: r.role)
        inputs, outputs = ({r.material for r in roles.get(role, ())} for role in ("Input", "Output"))
        steps.append((inputs, outputs))
    found: set[str] = set()
    while fresh := {g for inputs, outputs in steps if outputs & (wanted | found) for g in inputs if g} - found:
        found |= fresh
    return found


def _held(finder: Finder, row: Row, name: str, counted: set[str]) -> None:
    held = [s for s in finder.rows("Stockpiles") if s.material in counted and row.site in (None, s.site)]
    if any(np.any(finder.case.by_period(s.capacity) != 0) for s in held):  # no limit is NaN
        return
    finder.say(
        "cover-without-stockpile",
        "Cover Targets",
        row,
        "site" if row.site else "material",
        name=name,
        material=row.material,
        where=f" at {row.site}" if row.site else "",
    )


def _other_goal(finder: Finder, row: Row, counted: set[str]) -> None:
    for goal in finder.rows("Limits"):
        if (
            goal.measure == "Stock"
            and goal.limit_type in ("Min", "Fixed")
            and goal.material in counted
            and (None in (row.site, goal.site) or row.site == goal.site)
            and (ANY in (row.end_use, goal.end_use) or row.end_use == goal.end_use)
        ):
            finder.say(
                "cover-and-stock-goal",
                "Cover Targets",
                row,
                "material",
                limit=goal.limit,
                other=finder.case.address("Limits", goal, "material"),
                material=goal.material,
            )


def _budget(finder: Finder, row: Row) -> None:
    table = "Budgets"
    no_limit(finder, table, row, f"budget {row.budget}")
    if not finder.rows("Projects"):
        finder.say("budget-without-projects", table, row, None, budget=row.budget)
    project = next((p for p in finder.rows("Projects") if p.project and p.project == row.project), None)
    if project is None or any(finder.unread("Projects", project, c) for c in (*_CAPITAL, "capital_share")):
        return
    if project.capital_share == 0 or not any(getattr(project, c) for c in _CAPITAL):
        finder.say("budget-project-free", table, row, "project", project=row.project)
