"""Where things are: places by name with their country, and which places a lane row means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.case.case import Case, Row
from model.schema.tables.common import ANY


@dataclass(frozen=True)
class Places:
    """Every place of a case.

    Attributes
    ----------
    country : mapping of str to str
        Country of each place; "" where none is known.
    groups : mapping of str to frozenset of str
        Countries of each country group.
    """

    country: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]

    def countries_of(self, name: str) -> frozenset[str]:
        """Return the countries that a country or group name stands for."""
        return self.groups.get(name, frozenset({name}))

    def specificity(self, name: str, place: str) -> int:
        """Return how closely `name` means `place`: 3 itself, 2 its country, 1 a group or 0 Any; -1 not at all."""
        if name == place:
            return 3
        if name == ANY:
            return 0
        country = self.country[place]
        if country and name == country:
            return 2
        return 1 if country and country in self.groups.get(name, frozenset()) else -1


def supplier_place(row: Row) -> str:
    """Return where an offer or commitment hands over: its site, or a place of the supplier's own."""
    return str(row.site or row.supplier)


def market_place(row: Row) -> str:
    """Return where a demand row is served: its site, or a market of the segment's own."""
    return str(row.site or row.segment)


def places_of(case: Case) -> Places:
    """Return the places that a case names; see the defaults of tables Sites and Suppliers."""
    home = {r.supplier: r.country for r in case.rows("Suppliers")}
    country: dict[str, str] = {r.site: r.country for r in case.rows("Sites")}
    for row in (*case.rows("Offers"), *(r for r in case.rows("Commitments") if r.kind != "Running Build")):
        place = supplier_place(row)
        country.setdefault(place, home.get(row.supplier) or "")
    for row in case.rows("Demand"):
        country.setdefault(market_place(row), "")
    for table in ("Lines", "Projects", "Stockpiles", "Sales", "Recycling"):
        for row in case.rows(table):
            country.setdefault(row.site, "")
    # Without table Sites a lane may name transit places that appear nowhere else.
    if not case.has("Sites"):
        groups = {r.group for r in case.rows("Country Groups")} | {r.country for r in case.rows("Countries")}
        for row in case.rows("Lanes"):
            for place in (row.from_place, row.to_place):
                if place != ANY and place not in groups and place not in home.values():
                    country.setdefault(place, "")
    members: dict[str, set[str]] = {}
    for r in case.rows("Country Groups"):
        members.setdefault(r.group, set()).add(r.country)
    return Places(country, {g: frozenset(c) for g, c in members.items()})


def control_of(case: Case, places: Places) -> dict[str, str]:
    """Return place → country of control: of the supplier that runs a site, else the country in which it lies."""
    home = {r.supplier: r.country for r in case.rows("Suppliers") if r.country}
    out = dict(places.country)
    out.update({r.site: home[r.operator] for r in case.rows("Sites") if r.operator in home})
    return out
