"""Overrides: whether they mean a decision that exists, in periods that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.overrides import COUNTED, DECISIONS, decision, meant, periods_of
from model.case.places import places_of, supplier_place
from model.case.separation import recipes
from model.schema.values import is_blank

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
        if not any(meant(row, key, groups) for key, groups in _names(finder, row.table, decision(row))):
            finder.say("override-row", "Overrides", row, "row", name=row.table, found=row.row)
        if periods_of(finder.timeline, row) is None:
            finder.say("override-periods", "Overrides", row, "from_period")
        if row.value is not None and decision(row) in COUNTED and row.value != round(row.value):
            what = decision(row)
            finder.say("override-whole", "Overrides", row, "value", field=what, found=plain(row.value))


_SIMPLE: dict[str, Callable[[Row], Named]] = {
    "Offers": lambda r: ((r.offer,), (r.supplier, r.material, supplier_place(r))),
    "Commitments": lambda r: ((r.commitment,), (r.supplier, r.material)),
    "Qualifications": lambda r: ((r.qualification,), (r.site, r.supplier)),
    "Projects": lambda r: ((r.project,), (r.site, r.exclusive_group)),
    "Sites": lambda r: ((r.site,), ()),
    "Stockpiles": lambda r: ((r.site, r.material), (r.material,)),
    "Demand": lambda r: ((r.segment, r.material), (r.material,)),
    "Substitutions": lambda r: ((r.segment, r.material, r.substitute), (r.material, r.substitute)),
    "Recycling": lambda r: ((r.recycling,), (r.site, r.material)),
    "Sales": lambda r: ((r.site, r.material, str(r.step)), (r.material,)),
}
# Decision → whether a row has it to decide on; what is not named is decided on in every row.
_DECIDED: dict[tuple[str, str], Callable[[Row], bool]] = {
    ("Offers", "Order"): lambda r: r.cost_per_order > 0 or r.minimum_order > 0,
    ("Contracts", "Renew"): lambda r: not is_blank(r.renewal),
    ("Contracts", "Leave"): lambda r: not is_blank(r.exit_cost),
    ("Contracts", "Committed"): lambda r: not is_blank(r.committed_most),
    ("Commitments", "Leave"): lambda r: not is_blank(r.exit_cost),
    ("Qualifications", "Qualify"): lambda r: r.state == "Not Qualified" and not is_blank(r.months),
    ("Lanes", "Use"): lambda r: isinstance(r.fixed_cost, str) or r.fixed_cost > 0 or r.minimum_if_used > 0,
    ("Projects", "Permit"): lambda r: r.permit_time > 0 or r.permit_cost > 0,
    ("Sites", "Open"): lambda r: r.facility != "Existing",
    ("Substitutions", "Adopt"): lambda r: r.adoption_cost > 0,
    ("Materials", "Disposal"): lambda r: not is_blank(r.disposal_cost),
}


def _names(finder: Finder, table: str, what: str) -> Iterable[Named]:
    """Yield (key, other names) of everything that an override of a decision may mean."""
    every: list[Row] = finder.rows(table) if table != "Recipes" else recipes(finder.case)
    decided = _DECIDED.get((table, what))
    rows = [r for r in every if decided is None or decided(r)]
    if table in _SIMPLE:
        return [_SIMPLE[table](r) for r in rows]
    if table == "Contracts":
        offers = finder.rows("Offers")
        return [((r.contract,), tuple(o.supplier for o in offers if o.contract == r.contract)) for r in rows]
    places = places_of(finder.case).country
    if table == "Materials":
        return [((r.material,), tuple(places)) for r in rows]
    if table == "Recipes":
        sites = [(r.site, r.line) for t in ("Lines", "Projects") for r in finder.rows(t)]
        return [((r.recipe, i), (i,)) for r in rows for i, line in sites if line == r.line and r.site in (None, i)]
    if what == "Use" and rows:
        joint: list[Named] = [((r.shared_as,), ()) for r in rows if r.shared_as]
        return [*joint, *(((i, j), ()) for i in places for j in places if i != j)]
    materials = [m.material for m in finder.rows("Materials")] if what == "Flow" else []
    return (((i, j, g), ()) for i in places for j in places if i != j for g in materials)
