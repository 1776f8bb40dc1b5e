"""Micro cases of what is sold, held and thrown away; every optimum is derived in the docstring."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes

SPLIT: dict[str, Any] = {
    "materials": [
        {"material": "Feed", "stage": "Mined"},
        {"material": "Heavy", "stage": "Separated"},
        {"material": "Light", "stage": "Separated", "disposal_cost": 2.0},
    ],
    "offers": [{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
    "demand": [need("Plant", "Heavy", site="Works", p2026=60)],
    "lines": [{"site": "Works", "line": "SX", "capacity": 1000}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated", "conversion_cost": 0.5}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
        {"recipe": "Split", "role": "Output", "material": "Heavy", "per_unit": 0.6},
        {"recipe": "Split", "role": "Output", "material": "Light", "per_unit": 0.3},
    ],
}
STEPS = [
    {"site": "Works", "material": "Light", "step": 1, "price": 4.0, "most": 10},
    {"site": "Works", "material": "Light", "step": 2, "price": 1.0, "most": 15},
]


def split(**tables: Any):
    """Return a case in which 60 t of heavy need 100 t of feed at 1 and 0.5 a tonne to run, and leave 30 t of light."""
    return case(**{**SPLIT, **tables})


# ---- sales ----


def test_sales_take_the_dearest_step_first():
    """150 for 100 t of feed and their run; of 30 t of light 10 are sold at 4, 15 at 1, and 5 thrown away at 2: 150 − 55 + 10."""
    c = split(sales=STEPS)
    assert cost_of(c) == pytest.approx(105)
    plan = plan_of(c)
    assert [tonnes(plan, "sales", step=k) for k in (1, 2)] == pytest.approx([10, 15])


@pytest.mark.parametrize(("window", "expected"), [("Period", 6 - 5 * 2), ("Calendar Year", 6 - 10 * 2)])
def test_a_window_of_a_year_lets_all_be_sold_while_it_is_cheap(window: str, expected: float):
    """1 t is needed in each half, at 1 and at 5: 6. Sold at 3, 5 t a half or 10 t a year, all in the first half, earn 2 each."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        series=[{"series": "P", "2026-H1": 1.0, "2026-H2": 5.0}],
        offers=[offer("A", "P", site="Store")],
        demand=[need(site="Store", p2026=2)],
        sales=[{"site": "Store", "material": "Oxide", "price": 3.0, "most": 10, "window": window}],
    )
    assert cost_of(c) == pytest.approx(expected)
