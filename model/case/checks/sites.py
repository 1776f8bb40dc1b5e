"""Sites that open and close, and markets that have one source."""

from __future__ import annotations

from model.case.checks.finder import Finder, grouped, plain
from model.case.places import market_place, supplier_place
from model.schema.tables import TABLES

_USED = {"Existing": (), "Potential": ("opening_cost",), "May Close": ("closing_cost",)}


def find(finder: Finder) -> None:
    """Check what opening and closing costs, what is there before a site opens, and what one source means."""
    _costs(finder)
    _already_there(finder)
    _one_source(finder)


def _costs(finder: Finder) -> None:
    for row in finder.rows("Sites"):
        for column in ("opening_cost", "closing_cost"):
            if getattr(row, column) and row.facility in _USED and column not in _USED[row.facility]:
                title = TABLES["Sites"].column(column).title
                finder.say("site-cost-unused", "Sites", row, column, facility=row.facility, column=title)
        if row.facility == "Potential" and not row.fixed_cost and not row.opening_cost:
            finder.say("site-free", "Sites", row, "opening_cost", site=row.site)


def _already_there(finder: Finder) -> None:
    potential = {r.site for r in finder.rows("Sites") if r.facility == "Potential"}
    for row in finder.rows("Stockpiles"):
        if row.site in potential and row.opening_stock:
            stock = plain(row.opening_stock)
            finder.say("site-potential-stock", "Stockpiles", row, "opening_stock", site=row.site, stock=stock)
    for row in finder.rows("Commitments"):
        if row.site in potential and row.kind != "Running Build":
            finder.say("site-must-open", "Commitments", row, "site", site=row.site, commitment=row.commitment)


def _one_source(finder: Finder) -> None:
    single = [r for r in finder.rows("Demand") if r.served_by == "One Source" and r.material]
    if not single:
        return
    markets = grouped((r for r in finder.rows("Demand") if r.material), lambda r: (market_place(r), r.material))
    supplied = {(supplier_place(r), r.material): r.offer for r in finder.rows("Offers")}
    supplied |= {(supplier_place(r), r.material): r.commitment for r in finder.rows("Commitments") if r.material}
    supplied |= {(r.site, r.material): "the opening stock" for r in finder.rows("Stockpiles") if r.opening_stock}
    making = {r.line for r in finder.rows("Recipes")} | {r.line for r in finder.rows("Plant Feeds")}
    plants = {r.site for table in ("Lines", "Projects") for r in finder.rows(table) if r.line in making}
    for row in single:
        market = (market_place(row), row.material)
        other = next((r for r in markets[market] if r.served_by == "Any"), None)
        if other is not None:
            finder.say("one-source-mixed", "Demand", row, "served_by", site=market[0], other=other.segment)
        what = supplied.get(market)
        if what is None and market[0] in plants and row.material in finder.made:
            what = "a recipe"
        if what is not None:
            finder.say("one-source-own", "Demand", row, "served_by", site=market[0], material=row.material, what=what)
