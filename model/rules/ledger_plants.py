"""What plants make and which of them are counted by themselves, read again from the tables for the audit.

Separation of a feed at a plant: 1 t of feed gives Σ_oxide basket[feed, oxide] · recovery[plant, product, oxide] t of each
product of the plant. A plant that recovers less in some year is run under a name of its own, "project, start".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Timeline, Vector, month_number
from model.rules.ledger_projects import is_young, recovered, usable
from model.schema.tables import TABLES

Items = dict[str, dict[str, dict[str, float]]]  # recipe → role → material → t per unit

UNDER_WAY = "under way"
_ROLES = ("Input", "Output", "Line Use")
# The shares are the columns that both tables have and that are percentages, whatever they are called.
_OXIDES = tuple(
    c.name
    for c in TABLES["Baskets"].columns
    if c.unit == "%" and c.name in {other.name for other in TABLES["Recoveries"].columns}
)


@dataclass(frozen=True)
class Plant:
    """A plant that recovers less in some year: where it stands, what it can do (t/y) and recovers by period."""

    site: str
    line: str
    capacity: Vector
    recovery: Vector


def _separation(feed: Row) -> str:
    return f"Separation of {feed.feed} at {feed.site}"


def recipes_of(case: Case) -> dict[str, Row]:
    """Return recipes by name: typed ones, and one for every feed that a separation plant may take."""
    typed = {r.recipe: r for r in case.rows("Recipes")}
    for f in case.rows("Plant Feeds"):
        said = {"line": f.line, "site": f.site, "stage": "Separated"}
        said |= {c: getattr(f, c) for c in ("conversion_cost", "conversion_time")}
        said |= dict.fromkeys(("set_up_cost", "set_up_use", "minimum_run"), 0.0)
        typed[_separation(f)] = Row(f.row_id, {"recipe": _separation(f), **said})
    return typed


def items_of(case: Case, recipes: Iterable[str]) -> Items:
    """Return what each recipe takes, makes and uses of its line per unit."""
    out: Items = {r: {role: {} for role in _ROLES} for r in recipes}
    for r in case.rows("Recipe Items"):
        of_role = out[r.recipe][r.role]
        of_role[r.material or ""] = of_role.get(r.material or "", 0.0) + r.per_unit
    for r in case.rows("Recipes"):
        for material in out[r.recipe]["Output"]:
            out[r.recipe]["Output"][material] *= 1 - r.toller_share
    for f in case.rows("Plant Feeds"):
        made: dict[str, float] = {}
        for basket in (b for b in case.rows("Baskets") if b.feed == f.feed):
            for r in (r for r in case.rows("Recoveries") if r.site == f.site):
                made[r.product] = sum(getattr(basket, oxide) * getattr(r, oxide) for oxide in _OXIDES)
                made[r.product] -= f.toller_share * made[r.product]
        out[_separation(f)] = {"Input": {f.feed: 1.0}, "Output": made, "Line Use": {"": f.line_use}}
    return out


def plants_of(
    line: Timeline, projects: Mapping[str, Row], builds: Iterable[tuple[str, str, float, float]], running: Iterable[Row]
) -> dict[str, Plant]:
    """Return young plants by name; `builds` are (project, period label, month of start, size) of the plan."""
    named = [*builds, *((c.project, UNDER_WAY, month_number(c.build_start), c.build_size) for c in running)]
    out: dict[str, Plant] = {}
    for name, when, start, size in named:
        p = projects[name]
        if is_young(p):
            plant = Plant(p.site, p.line, p.output_share * size * usable(line, p, start), recovered(line, p, start))
            key = f"{name}, {when}"
            out[key] = _together(out[key], plant) if key in out else plant
    return out


def _together(one: Plant, other: Plant) -> Plant:
    """Return builds under way of one project as one plant; what it recovers is the mean by what each can do."""
    able = one.capacity + other.capacity
    got = one.capacity * one.recovery + other.capacity * other.recovery
    return Plant(one.site, one.line, able, np.divide(got, able, out=np.ones_like(able), where=able > 0))
