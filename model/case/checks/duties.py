"""Tariffs: whether they charge something, and whether what they charge has a value."""

from __future__ import annotations

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.places import Places, market_place, places_of
from model.case.prices import BROUGHT_UNCLEARED
from model.schema.tables.common import ANY

_HIGHEST = 3.0


def find(finder: Finder) -> None:
    """Check tariffs one by one, and the reference values that they need."""
    if not finder.rows("Tariffs"):
        return
    places = places_of(finder.case)
    values = {r.material: r for r in finder.rows("Materials") if r.material}
    said: set[str] = set()
    for row in finder.rows("Tariffs"):
        _rate(finder, row)
        _origin(finder, row)
        _quota(finder, row)
        if row.importer is None or row.material is None:
            continue
        charged = _entering(finder, row, places)
        if not charged:
            what = "no material" if row.material == ANY else f"nothing of {row.material}"
            finder.say("tariff-charges-nothing", "Tariffs", row, "importer", what=what, importer=row.importer)
        known = _bought_at_one_price(finder) if row.charged_on == "Price Where Known" else set()
        for material in sorted((charged & values.keys()) - said - known):
            if finder.blank("Materials", values[material], "reference_value"):
                said.add(material)
                finder.say(
                    "tariff-without-value",
                    "Materials",
                    values[material],
                    "reference_value",
                    tariff=row.tariff,
                    material=material,
                )


def _bought_at_one_price(finder: Finder) -> set[str]:
    """Return the materials that come of one offer or commitment alone at a price that never changes; rather too few."""
    others = finder.made | {r.material for r in finder.rows("Recycling")}
    others |= {r.material for r in finder.rows("Stockpiles") if r.opening_stock}
    stepped = {r.offer for r in finder.rows("Price Tiers")}
    offers, signed = finder.rows("Offers"), finder.rows("Commitments")
    names = [o.material for o in (*offers, *signed)]
    plain_ones = {o.material for o in offers if isinstance(o.price, float) and not o.index and o.offer not in stepped}
    plain_ones |= {c.material for c in signed if isinstance(c.price, float) and c.price > 0}
    return {g for g in plain_ones - others if names.count(g) == 1}


def _rate(finder: Finder, row: Row) -> None:
    data = finder.case.data["Tariffs"]
    rates = finder.case.across("Tariffs", row)
    if not rates.any() and not any(i == row.row_id and name in data.wide for i, name in data.unread):
        finder.say("tariff-without-rate", "Tariffs", row, None, tariff=row.tariff)
    t = finder.first(rates, rates > _HIGHEST)
    if t >= 0:
        percent = plain(100 * rates[t])
        finder.say("tariff-rate-high", "Tariffs", row, None, finder.label(t), found=plain(rates[t]), percent=percent)


def _quota(finder: Finder, row: Row) -> None:
    """Check the quota of a tariff: complete, cheaper than what lies beyond it, and on prices that are one."""
    if (row.in_quota is None) != (row.in_quota_rate is None):
        missing = "in_quota" if row.in_quota is None else "in_quota_rate"
        finder.say("quota-incomplete", "Tariffs", row, missing)
        return
    if row.in_quota is None:
        return
    rates, lower = finder.case.across("Tariffs", row), finder.case.by_period(row.in_quota_rate)
    t = finder.first(lower, lower > rates)
    if t >= 0:
        found = {"period": finder.label(t), "found": plain(100 * lower[t]), "rate": plain(100 * rates[t])}
        finder.say("quota-rate-not-lower", "Tariffs", row, "in_quota_rate", **found)
    stepped = {r.offer for r in finder.rows("Price Tiers")}
    for offer in finder.rows("Offers"):
        if (
            offer.offer in stepped
            and offer.incoterm in BROUGHT_UNCLEARED
            and finder.meant(row.material, {offer.material})
        ):
            finder.say("quota-on-steps", "Tariffs", row, "in_quota", offer=offer.offer)


def _origin(finder: Finder, row: Row) -> None:
    if row.importer is None or row.origin is None:
        return
    own = finder.countries_of(row.importer) & finder.countries_of(row.origin)
    if own:
        finder.say(
            "tariff-own-origin", "Tariffs", row, "origin", countries=" and ".join(sorted(own)), origin=row.origin
        )


def _entering(finder: Finder, row: Row, places: Places) -> set[str]:
    """Return the materials that the tariff sees and that a lane may bring into the importer; rather too many."""
    lots = [r for t in ("Offers", "Commitments") for r in finder.rows(t)]
    present = finder.made | {r.material for r in (*lots, *finder.rows("Stockpiles"))}
    moved = finder.meant(row.material, present & (finder.demanded | finder.consumed))
    inside = {p for p, country in places.country.items() if country in places.countries_of(row.importer)}
    outside = places.country.keys() - inside
    if not finder.case.has("Lanes"):
        return moved & {material for place, material in _taken(finder) if place in inside}
    lanes = [
        r
        for r in finder.rows("Lanes")
        if r.from_place
        and r.to_place
        and any(places.specificity(r.from_place, p) >= 0 for p in outside)
        and any(places.specificity(r.to_place, p) >= 0 for p in inside)
    ]
    return moved if any(r.material == ANY for r in lanes) else moved & {r.material for r in lanes}


def _taken(finder: Finder) -> set[tuple[str, str]]:
    """Return the pairs of place and material at which something is used, sold or held."""
    taken = {(market_place(r), r.material) for r in finder.rows("Demand")}
    taken |= {(r.site, r.material) for t in ("Sales", "Stockpiles") for r in finder.rows(t)}
    taken |= {(r.site, r.feed) for r in finder.rows("Plant Feeds")}
    for recipe in finder.rows("Recipes"):
        inputs = [r.material for r in finder.rows("Recipe Items") if r.recipe == recipe.recipe and r.role == "Input"]
        sites = [s for s in finder.process_lines.get(recipe.line, ()) if recipe.site in (None, s)]
        taken |= {(site, material) for site in sites for material in inputs}
    return taken
