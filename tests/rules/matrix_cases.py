"""Small cases on which rows are expected by hand: a works, a store, a world of two countries."""

from __future__ import annotations

from typing import Any

from tests.rules.micro import case, need, offer, years

CHAIN: dict[str, Any] = {
    "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 2.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 0.9},
    ],
    "offers": [{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
    "shortage_costs": [{"segment": "Plant", "tier": 1, "cost": 50.0}],
}


PROJECT = {"project": "New", "site": "Works", "line": "SX", "min_size": 20, "max_size": 80, "construction_time": 12}


TWO_YEARS = years(2026, 2027)


def works(**tables: Any):
    """Return a case of a works that splits 2 t of feed into 0.9 t of oxide, for a plant beside it."""
    return case(**{**CHAIN, "demand": [need(site="Works", p2026=100)], **tables})


def store(**tables: Any):
    """Return a case of two years in which oxide is bought at a store and may be held there."""
    given: dict[str, Any] = {
        "periods": TWO_YEARS,
        "offers": [offer("A", 1.0, site="Store")],
        "demand": [need(site="Store", p2026=10, p2027=20)],
        "stockpiles": [{"site": "Store", "material": "Oxide", "opening_stock": 5, "loss": 0.1}],
    }
    return case(**{**given, **tables})


def world(**tables: Any):
    """Return a case of an importer that may buy in China, at a port, or elsewhere; Cars are civil, Arms military."""
    given: dict[str, Any] = {
        "suppliers": [{"supplier": "North", "country": "China"}, {"supplier": "South", "country": "Chile"}],
        "sites": [
            {"site": "Harbour", "country": "China"},
            {"site": "Bay", "country": "Chile"},
            {"site": "Coast", "country": "Peru"},
        ],
        "offers": [offer("North", site="Harbour"), offer("South", site="Bay")],
        "lanes": [{"from_place": "Any", "to_place": "Coast"}],
        "demand": [need("Cars", site="Coast", p2026=100), need("Arms", site="Coast", end_use="Military", p2026=20)],
        "shortage_costs": [{"segment": s, "tier": 1, "cost": 50.0} for s in ("Cars", "Arms")],
    }
    return case(**{**given, **tables})


CONTROL = {"control": "Q", "jurisdiction": "China", "material": "Oxide"}


def rule(**more: Any):
    return {"rule": "R", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.25, **more}
