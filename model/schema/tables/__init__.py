"""Declarations of all tables, in the order in which sheets stand in a workbook."""

from __future__ import annotations

from model.schema.column import Table
from model.schema.tables import (
    chemistry,
    demand,
    goals,
    network,
    places,
    projects,
    requests,
    rules,
    settings,
    stock,
    study,
    supply,
    terms,
)

_ALL = {
    t.name: t
    for module in (
        settings,
        places,
        chemistry,
        supply,
        terms,
        requests,
        network,
        projects,
        stock,
        demand,
        goals,
        rules,
        study,
    )
    for t in module.TABLES
}
_ORDER = (
    "Settings",
    "Periods",
    "Countries",
    "Country Groups",
    "Materials",
    "Contents",
    "Suppliers",
    "Sites",
    "Qualifications",
    "Offers",
    "Contracts",
    "Price Tiers",
    "Price Supports",
    "Exchange Rates",
    "Inflation",
    "Series",
    "Requests",
    "Invitations",
    "Demand",
    "Products",
    "Demand Checks",
    "Shortage Costs",
    "Substitutions",
    "Recycling",
    "Returns",
    "Past Sales",
    "Commitments",
    "Lanes",
    "Lines",
    "Recipes",
    "Recipe Items",
    "Baskets",
    "Recoveries",
    "Plant Feeds",
    "Projects",
    "Subsidies",
    "Budgets",
    "Stockpiles",
    "Cover Targets",
    "Sales",
    "Limits",
    "Emission Factors",
    "Control States",
    "Overrides",
    "Export Controls",
    "Tariffs",
    "De-risking Rules",
    "Rule Exemptions",
    "Sweeps",
    "Facts",
)
TABLES: dict[str, Table] = {name: _ALL.pop(name) for name in _ORDER}
assert not _ALL, f"tables without a place in the order: {sorted(_ALL)}"
SCHEMA_VERSION = 1
