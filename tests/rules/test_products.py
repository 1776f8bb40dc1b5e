"""Demand in products: one shortage for all materials of a product; each optimum is found on paper in its docstring."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from model.plan import Plan
from model.solver.planning import solve
from tests.rules.micro import Rows, case, cost_of, need, offer, plan_of, tonnes

MATERIALS: Rows = [{"material": "Nd", "stage": "Metal"}, {"material": "Dy", "stage": "Metal"}]
CAR: Rows = [
    {"product": "car", "material": "Nd", "content": 4.0},
    {"product": "car", "material": "Dy", "content": 1.0},
]


def cars(nd: float = 100.0, dy: float = 100.0, **tables: Any) -> Case:
    """10 000 cars a year of 4 kg Nd (1 USD/kg) and 1 kg Dy (2 USD/kg): 40 t and 10 t; a car not built costs 0.1 kUSD."""
    given: dict[str, Any] = {
        "materials": MATERIALS,
        "products": CAR,
        "offers": [
            offer("N", 1.0, material="Nd", available_to_us=nd),
            offer("D", 2.0, material="Dy", available_to_us=dy),
        ],
        "demand": [{"segment": "Plant", "product": "car", "2026": 10_000}],
        "shortage_costs": [{"segment": "Plant", "tier": 1, "cost_per_product": 0.1}],
        **tables,
    }
    return case(**given)


def units(plan: Plan, material: str, kg: float) -> float:
    return 1e3 * tonnes(plan, "shortages", material=material) / kg


def test_a_product_is_served_all_its_materials() -> None:
    """40 t · 1 + 10 t · 2 = 60 kUSD."""
    assert cost_of(cars()) == pytest.approx(60.0)


def test_what_lacks_one_material_takes_none_of_the_others() -> None:
    """4 t of Dy are 4 000 cars, so 16 t of Nd: 16 + 8 = 24, and 6 000 cars · 0.1 kUSD = 600 not built. Served 40 t of Nd
    with 4 t of Dy the plan would be dearer by 24 and no car more would be built; each by itself it would miss 6 t only."""
    c = cars(dy=4.0)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(624.0)
    assert tonnes(plan, "deliveries", material="Nd") == pytest.approx(16.0)
    assert units(plan, "Nd", 4.0) == pytest.approx(6_000.0)
    assert units(plan, "Dy", 1.0) == pytest.approx(6_000.0)


def test_a_tier_takes_a_share_of_the_units_and_a_price_per_kg_counts_all_materials() -> None:
    """6 000 cars are short: 2 000 (a fifth) at 10 USD/kg of their 5 kg, so 2 000 · 0.05 = 100 kUSD, the rest, 4 000, at
    0.1 kUSD each, 400. With 24 bought: 524."""
    tiers = [
        {"segment": "Plant", "tier": 1, "share_of_demand": 0.2, "cost": 10.0},
        {"segment": "Plant", "tier": 2, "cost_per_product": 0.1},
    ]
    c = cars(dy=4.0, shortage_costs=tiers)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(524.0)
    assert 1e3 * tonnes(plan, "shortages", material="Dy", tier=1) / 1.0 == pytest.approx(2_000.0)


def test_without_a_shortage_cost_every_unit_must_be_built() -> None:
    """4 t of Dy build 4 000 of 10 000 cars, and no car may be missing: there is no plan."""
    assert solve(cars(dy=4.0, shortage_costs=[]), as_is=False).plan is None


def test_defence_products_come_first_in_tonnes_of_all_their_materials() -> None:
    """4 t of Dy for jets (priority 1, 2 000 of 1 kg Nd and 2 kg Dy, so 6 t of material) or cars: all of it goes to jets.
    2 t Nd + 4 t Dy = 2 + 8 = 10; every car is missing: 1 000. Cost alone would build cars: 4 000 cars · 0.1 kUSD = 400
    saved against 2 000 jets · 0.05 = 100."""
    c = cars(
        dy=4.0,
        products=[
            *CAR,
            {"product": "jet", "material": "Nd", "content": 1.0},
            {"product": "jet", "material": "Dy", "content": 2.0},
        ],
        demand=[
            {"segment": "Plant", "product": "car", "2026": 10_000},
            {"segment": "Base", "product": "jet", "end_use": "Military", "priority": 1, "2026": 2_000},
        ],
        shortage_costs=[
            {"segment": "Plant", "tier": 1, "cost_per_product": 0.1},
            {"segment": "Base", "tier": 1, "cost_per_product": 0.05},
        ],
    )
    plan = plan_of(c)
    assert plan.summary["priority_shortage"] == 0.0
    assert 1e3 * plan.cost() == pytest.approx(1_010.0)


def test_one_material_in_units_is_the_same_case_in_tonnes() -> None:
    """10 000 units of 4 kg are 40 t: of 25 t offered at 1, 25, and 15 t or 3 750 units at 0.1 kUSD, 375."""
    by_unit = cars(nd=25.0, products=CAR[:1])
    by_tonne = cars(nd=25.0, demand=[need("Plant", "Nd", p2026=40.0, product="car", content=4.0)])
    assert cost_of(by_unit) == pytest.approx(400.0)
    assert cost_of(by_tonne) == pytest.approx(400.0)


def test_a_rule_counts_the_tonnes_in_the_product() -> None:
    """No more than half of the Dy in cars may come from D; E asks 5 USD/kg: 40 + 5 · 2 + 5 · 5 = 75. The base is 10 t."""
    half = [
        {"rule": "R", "metric": "Supplier Share", "who": "D", "material": "Dy", "limit_type": "Max", "2026": 0.5},
    ]
    offers = [offer("N", 1.0, material="Nd"), offer("D", 2.0, material="Dy"), offer("E", 5.0, material="Dy")]
    assert cost_of(cars(offers=offers, de_risking_rules=half)) == pytest.approx(75.0)
