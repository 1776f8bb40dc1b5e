"""Overrides: whether they mean a decision that exists, in periods that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.overrides import DECISIONS, YES_OR_NO, decision, meant, periods_of
from model.case.places import places_of, supplier_place
from model.case.separation import recipes

Named = tuple[tuple[str | None, ...], tuple[str | None, ...]]


def find(finder: Finder) -> None:
    """Check every override."""
    for row in finder.rows("Overrides"):
        if row.table is None or row.row is None:
            continue
        known = DECISIONS[row.table]
        if row.field is not None and row.field not in known:
            finder.say("override-field", "Overrides", row, "field", name=row.table, known=" or ".join(known))
            continue
        if not any(meant(row, key, groups) for key, groups in _names(finder, row.table)):
            finder.say("override-row", "Overrides", row, "row", name=row.table, found=row.row)
        if periods_of(finder.timeline, row) is None:
            finder.say("override-periods", "Overrides", row, "from_period")
        if row.value is not None and decision(row) in YES_OR_NO and row.value != round(row.value):
            what = decision(row)
            finder.say("override-whole", "Overrides", row, "value", field=what, found=plain(row.value))


def _names(finder: Finder, table: str) -> Iterable[Named]:
    """Yield (key, other names) of everything that an override of a table may mean."""
    rows: list[Row] = finder.rows(table) if table != "Recipes" else recipes(finder.case)
    simple: dict[str, Callable[[Row], Named]] = {
        "Offers": lambda r: ((r.offer,), (r.supplier, r.material, supplier_place(r))),
        "Projects": lambda r: ((r.project,), (r.site, r.exclusive_group)),
        "Stockpiles": lambda r: ((r.site, r.material), (r.material,)),
        "Demand": lambda r: ((r.segment, r.material), (r.material,)),
    }
    if table in simple:
        return [simple[table](r) for r in rows]
    if table == "Sites":
        return [((r.site,), ()) for r in rows if r.facility != "Existing"]
    if table == "Recipes":
        sites = [(r.site, r.line) for t in ("Lines", "Projects") for r in finder.rows(t)]
        return [((r.recipe, i), (i,)) for r in rows for i, line in sites if line == r.line and r.site in (None, i)]
    places = places_of(finder.case).country
    materials = [m.material for m in finder.rows("Materials")]
    return (((i, j, g), ()) for i in places for j in places if i != j for g in materials)
