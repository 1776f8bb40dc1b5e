"""What a tonne is worth at a border, found again for the audit: from the place where it starts back to all that it can come from.

The network lets offers flow forward; here every place is asked by itself, backwards along the lanes that govern its ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Vector
from model.rules.ledger_lanes import Lanes
from model.rules.ledger_plants import items_of, recipes_of
from model.rules.ledger_terms import Terms

_Node = tuple[str, str]  # (place, material)


class Customs:
    """Values at the border of one case, in USD/kg by period."""

    def __init__(self, case: Case, lanes: Lanes, terms: Terms) -> None:
        self.case, self.lanes, self.terms = case, lanes, terms
        self._reference = {r.material: np.nan_to_num(case.by_period(r.reference_value)) for r in case.rows("Materials")}
        self._paid: dict[_Node, Vector | None] = {}

    def value(self, tariff: Row, place: str, material: str) -> Vector:
        """Return what a tariff is taken on for what leaves a place, shape (T,)."""
        if tariff.charged_on != "Reference Value":
            if (place, material) not in self._paid:
                self._paid[place, material] = self._one_price(place, material)
            paid = self._paid[place, material]
            if paid is not None:
                return paid
        return self._reference[material]

    def _one_price(self, place: str, material: str) -> Vector | None:
        prices, any_later = [], False
        for node, later in self._behind((place, material)):
            if node in self._other:
                return None
            for row in self._signed[node]:
                price = self.terms.price(row)
                if np.any(price <= 0):  # paid before the plan
                    return None
                prices.append(price)
                any_later |= later
            for offer in self._offers[node]:
                if offer.offer in self.terms.tiers:
                    return None
                prices.append(self.terms.price(offer))
                any_later |= later or offer.lead_time > 0
        if not prices or any(np.any(np.abs(p - prices[0]) > 1e-9 * np.abs(prices[0])) for p in prices):
            return None
        moves = np.ptp(prices[0]) > 1e-9 * abs(prices[0][0])
        return None if any_later and moves else prices[0]

    def _behind(self, node: _Node) -> Iterator[tuple[_Node, bool]]:
        """Yield what a place's material may come from, itself first, and whether it may have come in another period."""
        first = (node, node in self._held)
        seen, waiting = {first}, [first]
        while waiting:
            (j, g), later = waiting.pop()
            yield (j, g), later
            for i in self.lanes.country:
                if not self._joined(i, j, g):
                    continue
                lane = self.lanes.governing(i, j, g)
                under_way = lane is not None and lane.lead_time > 0
                found = ((i, g), later or under_way or (i, g) in self._held)
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)

    def _joined(self, i: str, j: str, g: str) -> bool:
        if self.lanes.declared:
            return self.lanes.governing(i, j, g) is not None
        return i != j and (j, g) in self._wanted

    @cached_property
    def _offers(self) -> dict[_Node, list[Row]]:
        out: dict[_Node, list[Row]] = defaultdict(list)
        for r in self.case.rows("Offers"):
            out[str(r.site or r.supplier), r.material].append(r)
        return out

    @cached_property
    def _signed(self) -> dict[_Node, list[Row]]:
        out: dict[_Node, list[Row]] = defaultdict(list)
        for r in self.case.rows("Commitments"):
            if r.material:
                out[str(r.site or r.supplier), r.material].append(r)
        return out

    @cached_property
    def _held(self) -> set[_Node]:
        return {(r.site, r.material) for r in self.case.rows("Stockpiles")}

    @cached_property
    def _worked(self) -> dict[str, set[_Node]]:
        """Return what recipes take and make, by role."""
        out: dict[str, set[_Node]] = {"Input": set(), "Output": set()}
        recipes = recipes_of(self.case)
        items = items_of(self.case, recipes)
        lines = [(r.site, r.line) for t in ("Lines", "Projects") for r in self.case.rows(t) if r.kind == "Process"]
        for name, recipe in recipes.items():
            for site, line in lines:
                if line == recipe.line and recipe.site in (None, site):
                    for role, found in out.items():
                        found |= {(site, g) for g in items[name][role]}
        return out

    @cached_property
    def _other(self) -> set[_Node]:
        """Return where something is that was not bought."""
        case = self.case
        found = {(r.site, r.material) for r in case.rows("Recycling")}
        found |= {(r.site, r.material) for r in case.rows("Stockpiles") if r.opening_stock > 0}
        return found | self._worked["Output"]

    @cached_property
    def _wanted(self) -> set[_Node]:
        """Return where something is used, sold or held: the ends of the default lane."""
        found = {(str(r.site or r.segment), r.material) for r in self.case.rows("Demand")}
        found |= {(r.site, r.material) for t in ("Sales", "Stockpiles") for r in self.case.rows(t)}
        return found | self._worked["Input"]
