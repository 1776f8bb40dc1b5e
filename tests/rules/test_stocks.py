"""Micro cases of what is sold, held and thrown away; every optimum is derived in the docstring."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes, years

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


# ---- shelf life ----

DEARER = {
    "periods": years(2026, 2027, 2028),
    "series": [{"series": "P", "2026": 1.0, "2027": 5.0, "2028": 9.0}],
    "offers": [offer("A", "P", site="Store")],
    "demand": [need(site="Store", p2026=10, p2027=10, p2028=10)],
}


def spoils(life: float | None, **tables: Any):
    """Return a case in which 10 t are needed a year and oxide costs 1, 5 and 9; it may be held for `life` months."""
    return case(**{**DEARER, "stockpiles": [{"site": "Store", "material": "Oxide", "shelf_life": life}], **tables})


@pytest.mark.parametrize(("life", "expected"), [(None, 30), (18, 30), (15, 130 / 3), (12, 70)])
def test_what_spoils_is_bought_later(life: float | None, expected: float):
    """Kept for ever all 30 t are bought at 1. At 12 months the 10 t held into 2028 must come in 2027: 20 + 50. At 15 months a
    quarter of what came in 2026 is young enough at the end of 2027: 10 ≤ x/4 + y with x + y = 30, so y = 10/3 at 5 and the rest
    at 1. At 18 months half of 30 is more than enough."""
    assert cost_of(spoils(life)) == pytest.approx(expected)


@pytest.mark.parametrize(("age", "expected"), [(6, 4), (7, 22)])
def test_an_opening_stock_that_gets_too_old_is_used_or_thrown_away(age: float, expected: float):
    """10 t are there, 4 are needed in 2026 and 10 in 2027. Held for 18 months and 6 old, 6 t are left for 2027 and 4 bought at 1.
    A month older, none may be left after 2026: 6 are thrown away at 2, and 10 bought: 12 + 10."""
    pile = {"site": "Store", "material": "Oxide", "opening_stock": 10, "shelf_life": 18, "opening_age": age}
    c = case(
        periods=years(2026, 2027),
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 2.0}],
        offers=[offer("A", 1.0, site="Store")],
        demand=[need(site="Store", p2026=4, p2027=10)],
        stockpiles=[pile],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_tonnes_are_turned_over_whatever_their_origin():
    """China's oxide at 1 in 2026 only, M's at 8 always; at most half of each year's need may be Chinese: 15 t of each at least.
    It can be had: at the end of 2027 5 t count as Chinese, and the 5 t of M's that came are what is physically left; which
    origin a tonne of a place is attributed is free, as everywhere. 15 + 120."""
    gone = {"available_to_us": "China"}
    c = spoils(
        12,
        suppliers=[{"supplier": "D", "country": "China"}, {"supplier": "M", "country": "Malaysia"}],
        series=[{"series": "China", "2026": 100.0, "2027": 0.0, "2028": 0.0}],
        offers=[offer("D", 1.0, site="Store", **gone), offer("M", 8.0, site="Store")],
        derisking_rules=[
            {"rule": "R", "metric": "Country Share", "who": "China", "limit_type": "Max"}
            | {str(y): 0.5 for y in (2026, 2027, 2028)}
        ],
    )
    assert cost_of(c) == pytest.approx(135)


# ---- reserves ----


def reserve(drawable: str, released: Any = None, **more: Any):
    """Return a case in which 10 t are held and 10 needed a year; oxide costs 1 in 2026 and 5 in 2027."""
    row = {"site": "Store", "material": "Oxide", "opening_stock": 10, "drawable": drawable, "released": released}
    return case(
        periods=years(2026, 2027),
        series=[
            {"series": "P", "2026": 1.0, "2027": 5.0},
            {"series": "First", "2026": 1, "2027": 0},
            {"series": "Second", "2026": 0, "2027": 1},
        ],
        offers=[offer("A", "P", site="Store")],
        demand=[need(site="Store", p2026=10, p2027=10)],
        stockpiles=[row | more],
    )


@pytest.mark.parametrize(
    ("drawable", "released", "expected"),
    [
        ("Always", None, 10),
        ("Never", None, 60),
        ("In Shocks", None, 60),
        ("In Shocks", "First", 50),
        ("In Shocks", "Second", 10),
        ("In Shocks", 1, 10),
    ],
)
def test_a_reserve_is_drawn_only_where_it_is_released(drawable: str, released: Any, expected: float):
    """20 t are needed. Free stock serves 2027 and 10 t are bought at 1. Closed, it stays, and what is added to it in 2026 stays
    too: 10 at 1 and 10 at 5. Released in 2026 only, it serves 2026, and 10 t are bought at 5; in 2027 only, as free stock."""
    assert cost_of(reserve(drawable, released)) == pytest.approx(expected)


def test_a_reserve_may_be_turned_over():
    """It keeps for a year: every year 10 t come and take the place of 10 old ones, which serve the need: 10 + 50 as before."""
    assert cost_of(reserve("Never", shelf_life=12)) == pytest.approx(60)


# ---- what is thrown away, and emitted ----

SHORT = [{"segment": "Plant", "tier": 1, "cost": 50.0}]
FACTORS = [
    {"substance": "CO2", "recipe": "Split", "factor": 2.0},
    {"substance": "CO2", "line": "SX", "site": "Works", "factor": 0.5},
    {"substance": "CO2", "material": "Light", "factor": 3.0},
    {"substance": "Thorium", "recipe": "Split", "factor": 9.0},
]


def limited(amount: float, measure: str = "Disposal", **more: Any):
    """Return the case with sales in steps, in which 30 t of light leave 5 t to be thrown away, with one more limit."""
    row = {"limit": "L", "measure": measure, "limit_type": "Max", "2026": amount}
    row |= {"substance": "CO2"} if measure == "Emission" else {}
    return split(sales=STEPS, shortage_costs=SHORT, emission_factors=FACTORS, limits=[row | more])


@pytest.mark.parametrize(
    ("amount", "more", "expected"),
    [
        (5, {}, 105),
        (0, {}, 125 - 55 + 500),
        (0, {"hardness": "Soft", "penalty": 7.0}, 105 + 35),
        (0, {"site": "Works", "material": "Light", "applies": "Each"}, 570),
        (0, {"material": "Heavy"}, 105),
    ],
)
def test_a_limit_on_disposal_holds_back_what_leaves_too_much(amount: float, more: dict[str, Any], expected: float):
    """5 t are thrown away at 105 in all. Where none may be, 25 t of light come of 250/3 t of feed, 125 to buy and run; 55 from
    sales; 10 t of heavy short at 50. Missing a soft limit by 5 t at 7 is cheaper. Heavy is never thrown away: no limit."""
    assert cost_of(limited(amount, **more)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("amount", "more", "expected"),
    [
        (265, {}, 105),
        (125, {}, 75 - 45 + 1500),
        (125, {"hardness": "Soft", "penalty": 1.0}, 105 + 140),
        (125, {"applies": "Each"}, 1530),
    ],
)
def test_a_limit_on_emission_counts_recipes_lines_and_disposal(amount: float, more: dict[str, Any], expected: float):
    """100 t of feed emit 200 by the recipe and 50 by the line, 5 t thrown away 15: 265. At 125, 50 t are run, 75 to buy and run,
    all of 15 t of light is sold, 40 + 5, and 30 t of heavy are short at 50. Soft, the 140 t too many cost 1 each."""
    assert cost_of(limited(amount, "Emission", **more)) == pytest.approx(expected)
