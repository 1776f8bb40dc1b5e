"""The same network over a case in which only numbers differ, so that a sweep does not propagate labels at every point."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from model.case.case import Case
from model.case.separation import recipes
from model.network.network import Network
from model.network.parts import Source, holds

# What places, labels and lanes alone decide, and what was gathered from the variables of a model.
_SHARED = (
    "scope",
    "timeline",
    "places",
    "contents",
    "predicates",
    "matches",
    "pairs",
    "relevance",
    "control",
    "stage_sources",
    "taints",
    "ledgers",
    "counts",
    "labels",
    "_label_ids",
    "node_labels",
    "demand_labels",
)


def renumbered(
    net: Network, case: Case, m: object, changed: Collection[str], kept: Collection[object] = ()
) -> Network | None:
    """Return the network with the rows of another case, or None where more than numbers differs.

    Parameters
    ----------
    net : Network
        Of the base.
    case : Case
        An overlay of the base: the same rows, the same names, the same recipes and lead times.
    m : object
        The model of the base. What was gathered from its variables for the rules is shared: no number that changes in place
        enters such a collection.
    changed : collection of str
        Tables with other numbers, and those with numbers that follow a series with others.
    kept : collection of functions
        What these have remembered holds for the other case as well, whatever they look at.
    """
    new: Network = object.__new__(Network)
    new.__dict__.update({name: net.__dict__[name] for name in _SHARED if name in net.__dict__})
    new.case = case
    new.material = {r.material: r for r in case.rows("Materials")}
    new.suppliers = {r.supplier: r for r in case.rows("Suppliers")}
    new.demand = case.rows("Demand")
    same = {name for name, data in case.data.items() if net.case.data.get(name) is data}

    def sources(found: list[Source], table: str) -> list[Source]:
        by_id = {} if table in same else {r.row_id: r for r in case.rows(table)}
        return [replace(s, row=by_id[s.row.row_id]) for s in found] if by_id else found

    new.offers = sources(net.offers, "Offers")
    new.commitments = sources(net.commitments, "Commitments")
    new.recycling = sources(net.recycling, "Recycling")
    new.opening = sources(net.opening, "Stockpiles")
    if sum(r.opening_stock > 0 for r in case.rows("Stockpiles")) != len(net.opening):
        return None
    if any(s.row.opening_stock <= 0 for s in new.opening):
        return None
    new.arcs, new.operations = net.arcs, net.operations
    if "Lanes" not in same and case.has("Lanes"):
        lanes = {r.row_id: r for r in case.rows("Lanes")}
        new.arcs = [a if a.row is None else replace(a, row=lanes[a.row.row_id]) for a in net.arcs]
    if not {"Recipes", "Plant Feeds"} & set(case.data) <= same:
        made = {r.recipe: r for r in recipes(case)}
        new.operations = [replace(o, recipe=made[o.recipe.recipe]) for o in net.operations]
    new.__dict__["_remembered"] = {
        k: v
        for k, v in net.__dict__.get("_remembered", {}).items()
        if k[0] in kept or holds(k[0], changed) or _gathered(k, m)
    }
    return new


def _gathered(key: tuple[Any, ...], m: object) -> bool:
    """Return whether what is remembered was gathered from the variables of the model, by a function of these alone."""
    return len(key) == 2 and key[1] is m
