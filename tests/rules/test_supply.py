"""Micro cases of what is bought, moved and held; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes, years

TIERS = [{"segment": "Plant", "tier": 1, "cost": 50.0}]


def test_offer_limits_take_the_cheap_offer_first():
    """100 t needed, 60 at 1 and the rest at 3 USD/kg: 60 + 40 · 3 = 180."""
    c = case(offers=[offer("A", 1.0, available_to_us=60), offer("B", 3.0)], demand=[need(p2026=100)])
    assert cost_of(c) == pytest.approx(180)


def test_offer_validity_scales_what_is_available():
    """Valid for the second half of the year only: half of 60 t/y, so 30 at 1 and 70 at 3 = 240."""
    c = case(
        offers=[offer("A", 1.0, available_to_us=60, valid_from="2026-07-01"), offer("B", 3.0)], demand=[need(p2026=100)]
    )
    assert cost_of(c) == pytest.approx(240)


def test_price_series_follows_the_periods():
    """10 t in each year at 1, then 4 USD/kg, nothing may be held: 10 + 40 = 50."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", "Market")],
        demand=[need(p2026=10, p2027=10)],
        series=[{"series": "Market", "2026": 1.0, "2027": 4.0}],
    )
    assert cost_of(c) == pytest.approx(50)


def test_rates_per_year_are_multiplied_by_the_length_of_a_half():
    """100 t/y for half a year is 50 t; the offer's 60 t/y give 30 at 1, 20 at 3: 30 + 60 = 90."""
    c = case(
        periods=halves("2026-H1"),
        offers=[offer("A", 1.0, available_to_us=60), offer("B", 3.0)],
        demand=[need(p2026_H1=100)],
    )
    assert cost_of(c) == pytest.approx(90)


def test_order_cost_batches_orders():
    """Two years of 10 t; ordering costs 25, holding 1 t for a year 1: one order of 20 and 10 held = 20 + 25 + 10 = 55 < 70."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, site="Store", cost_per_order=25)],
        demand=[need(site="Store", p2026=10, p2027=10)],
        stockpiles=[{"site": "Store", "material": "Oxide", "carrying_cost": 1.0}],
    )
    assert cost_of(c) == pytest.approx(55)


def test_minimum_order_is_all_or_nothing():
    """10 t needed; A at 1 with a minimum of 40 (the rest can only be thrown away at 0.5), B at 6: A = 40 + 15 = 55 < 60."""
    tables = {
        "demand": [need(p2026=10)],
        "materials": [{"material": "Oxide", "stage": "Separated", "disposal_cost": 0.5}],
    }
    assert cost_of(case(offers=[offer("A", 1.0, minimum_order=40), offer("B", 6.0)], **tables)) == pytest.approx(55)
    # With B at 5 USD/kg it is the other way round: 50 < 55.
    assert cost_of(case(offers=[offer("A", 1.0, minimum_order=40), offer("B", 5.0)], **tables)) == pytest.approx(50)


def test_lead_time_splits_by_overlap():
    """Only 2026 can be ordered from A; after 6 months half of it arrives in 2026, half in 2027, so both needs are met: 20."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, lead_time=6, valid_until="2026-12-31")],
        demand=[need(p2026=10, p2027=10)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(20)
    assert tonnes(plan, "purchases", period="2026") == pytest.approx(20)


def test_lane_lead_time_makes_the_first_period_go_short():
    """A year under way: nothing can be served in 2026 (10 t at 50), 2027 costs 10 + freight 2 · 10: 500 + 30."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer()],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=TIERS,
        lanes=[{"from_place": "A", "to_place": "Plant", "cost": 2.0, "lead_time": 12}],
    )
    assert cost_of(c) == pytest.approx(530)


def test_lane_capacity_is_shared_by_name():
    """Two lanes of one name carry 30 t together; 40 needed at two markets: 30 · 1 + 10 short at 50 = 530."""
    lanes = [{"from_place": "A", "to_place": m, "capacity": 30, "shared_as": "Ship"} for m in ("Plant", "Mill")]
    c = case(
        offers=[offer()],
        demand=[need("Plant", p2026=20), need("Mill", p2026=20)],
        lanes=lanes,
        shortage_costs=[*TIERS, {"segment": "Mill", "tier": 1, "cost": 50.0}],
    )
    assert cost_of(c) == pytest.approx(530)


@pytest.mark.parametrize(("paid", "expected"), [("Each Period", 20 + 2 * 8), ("Once", 20 + 8)])
def test_lane_fixed_cost_each_period_or_once(paid: str, expected: float):
    """10 t in each of two years at 1 USD/kg; the lane costs 8 kUSD whenever, or once."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer()],
        demand=[need(p2026=10, p2027=10)],
        lanes=[{"from_place": "A", "to_place": "Plant", "fixed_cost": 0.008, "fixed_cost_paid": paid}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_lane_minimum_if_used():
    """10 t needed; the direct lane carries at least 25 t, and what is too much can not be left: detour at freight 3, 10 + 30."""
    c = case(
        offers=[offer()],
        demand=[need(p2026=10)],
        lanes=[
            {"from_place": "A", "to_place": "Plant", "minimum_if_used": 25},
            {"from_place": "A", "to_place": "Port", "cost": 1.0},
            {"from_place": "Port", "to_place": "Plant", "cost": 2.0},
        ],
    )
    assert cost_of(c) == pytest.approx(40)


def test_commitments_are_taken_whatever_they_cost():
    """6 t are signed at 9 USD/kg; the other 4 of 10 t come at 1: 54 + 4 = 58."""
    c = case(
        offers=[offer()],
        demand=[need(p2026=10)],
        commitments=[
            {"commitment": "Old", "kind": "Contract", "supplier": "A", "material": "Oxide", "price": 9.0, "2026": 6}
        ],
    )
    assert cost_of(c) == pytest.approx(58)


def test_stock_loses_a_share_per_year():
    """81 t needed in 2027, bought in 2026 and 10 % lost over the year: 90 t at 1."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, site="Store", valid_until="2026-12-31")],
        demand=[need(site="Store", p2027=81, p2026=0)],
        stockpiles=[{"site": "Store", "material": "Oxide", "loss": 0.1}],
    )
    assert cost_of(c) == pytest.approx(90)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"capacity": 6}, 6 * 1 + 4 * 7),
        ({"fill_rate": 5}, 5 * 1 + 5 * 7),
        ({"release_rate": 3}, 3 * 1 + 7 * 7),
    ],
)
def test_stock_limits(limit: dict[str, float], expected: float):
    """10 t needed in 2027; 1 USD/kg in 2026, 7 in 2027: as much as the stockpile allows comes from 2026."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", "Market", site="Store")],
        demand=[need(site="Store", p2026=0, p2027=10)],
        series=[{"series": "Market", "2026": 1.0, "2027": 7.0}],
        stockpiles=[{"site": "Store", "material": "Oxide", **limit}],
    )
    assert cost_of(c) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"closing_rule": "None"}, 2),
        ({"closing_rule": "Min", "closing_stock": 5}, 7),
        ({"closing_rule": "Fixed", "closing_stock": 8}, 10),
    ],
)
def test_stock_terminal(rule: dict[str, object], expected: float):
    """8 t at the start, 10 needed at 1 USD/kg: without a rule 2 are bought, otherwise also what must be left."""
    c = case(
        offers=[offer("A", 1.0, site="Store")],
        demand=[need(site="Store", p2026=10)],
        stockpiles=[{"site": "Store", "material": "Oxide", "opening_stock": 8, **rule}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_terminal_rule_of_the_settings_keeps_the_opening_stock():
    """The same case under Keep Opening Stock: 10 bought."""
    c = case(
        settings={"Terminal Rule": "Keep Opening Stock"},
        offers=[offer("A", 1.0, site="Store")],
        demand=[need(site="Store", p2026=10)],
        stockpiles=[{"site": "Store", "material": "Oxide", "opening_stock": 8}],
    )
    assert cost_of(c) == pytest.approx(10)


def test_shortage_tiers_fill_from_the_cheapest():
    """40 of 100 t can be had at 1; thrift takes 20 % at 2, the rest stops at 10: 40 + 40 + 400 = 480."""
    c = case(
        offers=[offer("A", 1.0, available_to_us=40)],
        demand=[need(p2026=100)],
        shortage_costs=[
            {"segment": "Plant", "tier": 1, "share_of_demand": 0.2, "cost": 2.0},
            {"segment": "Plant", "tier": 2, "cost": 10.0},
        ],
    )
    assert cost_of(c) == pytest.approx(480)


def test_shortage_cost_per_unit_of_product_stopped():
    """10 t short at 2 kg an engine are 5 000 engines; at 30 kUSD each 150 000 kUSD."""
    c = case(
        offers=[offer("A", 1.0, available_to_us=0)],
        demand=[need(p2026=10, product="engine", content=2.0)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost_per_product": 30.0}],
    )
    assert cost_of(c) == pytest.approx(150_000)


def test_priority_one_is_served_before_cost_is_looked_at():
    """10 t for two who need 10 each; defence would cost 1 to leave short, cars 100: defence is served all the same."""
    c = case(
        offers=[offer("A", 5.0, available_to_us=10)],
        demand=[need("Defence", end_use="Military", priority=1, p2026=10), need("Cars", p2026=10)],
        shortage_costs=[{"segment": "Defence", "tier": 1, "cost": 1.0}, {"segment": "Cars", "tier": 1, "cost": 100.0}],
    )
    plan = plan_of(c)
    assert tonnes(plan, "shortages", segment="Defence") == pytest.approx(0, abs=1e-6)
    assert 1e3 * plan.cost() == pytest.approx(50 + 1000)


def test_sales_and_disposal_bound_joint_output():
    """One t of feed gives 0.6 heavy and 0.3 light. 60 heavy needed: 100 feed at 1, run at 0.5, 30 light: 10 sold at 4, 20 thrown
    away at 2: 100 + 50 − 40 + 40 = 150."""
    c = case(
        materials=[
            {"material": "Feed", "stage": "Mined"},
            {"material": "Heavy", "stage": "Separated"},
            {"material": "Light", "stage": "Separated", "disposal_cost": 2.0},
        ],
        offers=[{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
        demand=[need("Plant", "Heavy", site="Works", p2026=60)],
        lines=[{"site": "Works", "line": "SX", "capacity": 1000}],
        recipes=[{"recipe": "Split", "line": "SX", "stage": "Separated", "conversion_cost": 0.5}],
        recipe_items=[
            {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
            {"recipe": "Split", "role": "Output", "material": "Heavy", "per_unit": 0.6},
            {"recipe": "Split", "role": "Output", "material": "Light", "per_unit": 0.3},
        ],
        sales=[{"site": "Works", "material": "Light", "price": 4.0, "most": 10}],
    )
    assert cost_of(c) == pytest.approx(150)


@pytest.mark.parametrize(("least", "expected"), [(0, 10 * 1), (6, 10 * 1 + 6 * (1 - 0.25))])
def test_least_sales_must_be_made_even_at_a_loss(least: float, expected: float):
    """Selling at 0.25 what costs 1 loses 0.75 per kg; it happens only where it must."""
    c = case(
        offers=[offer("A", 1.0, site="Store")],
        demand=[need(site="Store", p2026=10)],
        sales=[{"site": "Store", "material": "Oxide", "price": 0.25, "least": least}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_a_lane_of_one_name_may_be_passed_twice():
    """10 t go by the same road from A to B and on to C: 10 and the road once for 10."""
    road = {"shared_as": "Road", "fixed_cost": 0.01}
    c = case(
        sites=[{"site": s, "country": "Chile"} for s in "ABC"],
        offers=[offer("O", site="A")],
        demand=[need(site="C", p2026=10)],
        lanes=[{"from_place": "A", "to_place": "B", **road}, {"from_place": "B", "to_place": "C", **road}],
    )
    assert cost_of(c) == pytest.approx(20)


@pytest.mark.parametrize(
    "forced",
    [
        {"overrides": [{"override": "Buy", "table": "Offers", "row": "O", "limit_type": "Fixed", "value": 20}]},
        {"overrides": [{"override": "Buy", "table": "Offers", "row": "O", "limit_type": "Min", "value": 20}]},
        {"limits": [{"limit": "Buy", "measure": "Volume", "limit_type": "Min", "2026": 20}]},
        {"limits": [{"limit": "Buy", "measure": "Spend", "limit_type": "Min", "2026": 0.02}]},
        {"limits": [{"limit": "Away", "measure": "Disposal", "limit_type": "Min", "2026": 10}]},
    ],
)
def test_more_than_is_needed_may_be_forced(forced):
    """20 t bought at 1 of which 10 are needed; the order costs 5 and throwing 10 away costs 10: 35."""
    c = case(
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 1.0}],
        offers=[offer("O", cost_per_order=5)],
        demand=[need(p2026=10)],
        **forced,
    )
    assert cost_of(c) == pytest.approx(35)


@pytest.mark.parametrize("fixed", [0.0, 1e-3])
def test_what_arrives_after_the_end_may_be_sent_all_the_same(fixed: float):
    """Half of what leaves in the only year arrives in it: 20 t leave for 10 needed, bought at 1; the lane costs what it costs."""
    c = case(
        sites=[{"site": s, "country": "Chile"} for s in ("Port", "Works")],
        offers=[offer("O", site="Port", cost_per_order=1e3 * fixed)],
        demand=[need(site="Works", p2026=10)],
        lanes=[{"from_place": "Port", "to_place": "Works", "lead_time": 6, "fixed_cost": fixed}],
    )
    assert cost_of(c) == pytest.approx(20 + 2e3 * fixed)
