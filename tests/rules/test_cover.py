"""Micro cases of days of cover: what counts, at what it gives, and what can be made of it in time.

A need of 36.525 t of oxide a year is a tenth of a tonne a day: ten days of it are 1 t. Ore costs 1 USD/kg, and 2 t of it give
1 t of oxide; a target that is missed costs 3 USD/kg. The need itself is served from ore where there is a kiln.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years

NEED = 36.525
SERVED = NEED * 2  # from ore at 1 USD/kg
MATERIALS = [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}]
RECIPE = [{"recipe": "Refine", "line": "Kiln", "stage": "Separated"}]
ITEMS = [
    {"recipe": "Refine", "role": "Input", "material": "Ore", "per_unit": 2},
    {"recipe": "Refine", "role": "Output", "material": "Oxide", "per_unit": 1},
]
TARGET = {"target": "Ten days", "material": "Oxide", "forms": "Any Form", "2026": 10}
SOFT = {**TARGET, "hardness": "Soft", "penalty": 3}


def kiln(capacity: float | None = 100, target: dict[str, Any] = SOFT, **more: Any) -> Case:
    """Return a case with ore in store beside a kiln; without one there is oxide at 10 USD/kg."""
    tables: dict[str, Any] = {
        "materials": MATERIALS,
        "offers": [offer("A", 1.0, material="Ore", site="Works"), offer("B", 10.0, site="Works")],
        "demand": [need(site="Works", p2026=NEED)],
        "recipes": RECIPE,
        "recipe_items": ITEMS,
        "stockpiles": [{"site": "Works", "material": "Ore"}],
        "cover_targets": [target],
        **more,
    }
    if capacity is not None:
        tables["lines"] = [{"site": "Works", "line": "Kiln", "capacity": capacity}]
    return case(**tables)


def test_ore_covers_at_the_yield_where_a_plant_is_in_reach():
    """1 t of oxide in cover is 2 t of ore in store: 2 more than the need costs."""
    c = kiln(target=TARGET)
    assert cost_of(c) == pytest.approx(SERVED + 2)
    assert tonnes(plan_of(c), "cover", site="Works", material="Ore") == pytest.approx(2)


def test_ore_covers_nothing_without_a_plant():
    """Oxide at 10 for the need, and 1 t missed at 3."""
    assert cost_of(kiln(None)) == pytest.approx(NEED * 10 + 3)


def test_as_delivered_ore_covers_nothing():
    assert cost_of(kiln(target={**SOFT, "forms": "As Delivered"})) == pytest.approx(SERVED + 3)


@pytest.mark.parametrize(
    ("more", "recipe", "covered"),
    [
        ({}, {}, 1.0),
        ({"convert_within": 5}, {}, 0.5),
        ({}, {"conversion_time": 5}, 0.5),
        ({}, {"conversion_time": 12}, 0.0),
    ],
)
def test_a_plant_can_only_work_in_the_time_that_is_left(more: dict[str, Any], recipe: dict[str, Any], covered: float):
    """The kiln just makes the need, 1 t in ten days; in five it makes half of it, and what takes longer than ten counts as none.

    Covered at 2 per tonne, missed at 3.
    """
    c = kiln(NEED, {**SOFT, **more}, recipes=[{**RECIPE[0], **recipe}])
    assert cost_of(c) == pytest.approx(SERVED + covered * 2 + (1 - covered) * 3)


@pytest.mark.parametrize(("days", "covered"), [(30, 0.0), (31, 1.0)])
def test_a_lane_that_takes_longer_does_not_count(days: float, covered: float):
    """The store is a month away, which is 30.4375 days: within 30 days nothing comes, within 31 all of it."""
    c = kiln(
        1e6,
        {**SOFT, "convert_within": days},
        offers=[offer("A", 1.0, material="Ore", site="Works"), offer("C", 1.0, material="Ore", site="Store")],
        lanes=[{"from_place": "Store", "to_place": "Works", "lead_time": 1}],
        stockpiles=[{"site": "Store", "material": "Ore"}],
    )
    assert cost_of(c) == pytest.approx(SERVED + covered * 2 + (1 - covered) * 3)


def test_a_lane_that_carries_nothing_is_closed():
    lane = {"from_place": "Store", "to_place": "Works", "capacity": 0}
    c = kiln(
        offers=[offer("A", 1.0, material="Ore", site="Works"), offer("C", 1.0, material="Ore", site="Store")],
        lanes=[lane],
        stockpiles=[{"site": "Store", "material": "Ore"}],
    )
    assert cost_of(c) == pytest.approx(SERVED + 3)


def test_a_plant_is_built_so_that_its_feed_covers():
    """Oxide at 1.5 is cheaper than ore; yet 1 t in ten days from ore in store needs a kiln of 36.525 t/y."""
    c = kiln(
        None,
        TARGET,
        offers=[offer("A", 1.0, material="Ore", site="Works"), offer("B", 1.5, site="Works")],
        projects=[
            {
                "project": "New",
                "site": "Works",
                "line": "Kiln",
                "max_size": 500,
                "capex_per_capacity": 1e-3,
                "construction_time": 0,
            }
        ],
    )
    assert plan_of(c).tables["builds"]["size"].tolist() == pytest.approx([NEED])


def test_a_young_plant_gives_what_it_recovers():
    """It recovers half in its first year: 4 t of ore for 1 t of oxide."""
    c = kiln(
        None,
        TARGET,
        offers=[offer("A", 1.0, material="Ore", site="Works"), offer("B", 1.5, site="Works")],
        projects=[
            {
                "project": "New",
                "site": "Works",
                "line": "Kiln",
                "max_size": 500,
                "capex_per_capacity": 1e-3,
                "construction_time": 0,
                "recovery_year_1": 0.5,
            }
        ],
    )
    plan = plan_of(c)
    assert tonnes(plan, "cover") == pytest.approx(4)
    assert plan.tables["builds"]["size"].tolist() == pytest.approx([2 * NEED])


def test_two_targets_share_the_plant():
    """Both ask for 1 t within ten days, and the kiln makes 1 t in that time: one of them is missed."""
    other = {**SOFT, "target": "Another"}
    assert cost_of(kiln(NEED, cover_targets=[SOFT, other])) == pytest.approx(SERVED + 2 + 3)
    assert cost_of(kiln(2 * NEED, cover_targets=[SOFT, other])) == pytest.approx(SERVED + 4)


def test_a_longer_time_is_no_time_of_its_own():
    """In 20 days the kiln makes 2 t: 1 t for those who wait ten days and 1 t for those who wait 20, who ask for 2 t."""
    other = {**SOFT, "target": "Twenty days", "2026": 20}
    assert cost_of(kiln(NEED, cover_targets=[SOFT, other])) == pytest.approx(SERVED + 2 * 2 + 1 * 3)


BAN = {"control": "Ban", "jurisdiction": "China", "material": "Ore", "end_use": "Military", "kind": "Ban"}


@pytest.mark.parametrize(("end_use", "covered"), [("Civil", 1.0), ("Military", 0.0)])
def test_a_way_through_a_banned_export_does_not_count(end_use: str, covered: float):
    """Ore in China may leave for civil use alone; the need is served by oxide at home."""
    c = kiln(
        sites=[{"site": "Works", "country": "United States"}, {"site": "Store", "country": "China"}],
        offers=[
            offer("B", 2.0, site="Works", separated_in="United States"),
            offer("C", 1.0, material="Ore", site="Store", mined_in="China"),
        ],
        demand=[
            need("Cars", site="Works", p2026=NEED / 2),
            need("Arms", site="Works", p2026=NEED / 2, end_use="Military"),
        ],
        export_controls=[BAN],
        stockpiles=[{"site": "Store", "material": "Ore"}],
        cover_targets=[{**SOFT, "end_use": end_use, "2026": 20}],
    )
    plan = plan_of(c)
    assert tonnes(plan, "cover") == pytest.approx(2 * covered)
    assert plan.tables["missed"]["amount"].sum() == pytest.approx(1 - covered)


def test_a_ban_of_the_year_that_follows_closes_the_way():
    """What is held at the end of 2026 would leave in 2027, when nothing may leave any more."""
    c = kiln(
        periods=years(2026, 2027),
        sites=[{"site": "Works", "country": "United States"}, {"site": "Store", "country": "China"}],
        offers=[
            offer("B", 2.0, site="Works", separated_in="United States"),
            offer("C", 1.0, material="Ore", site="Store", mined_in="China"),
        ],
        demand=[need(site="Works", p2026=NEED, p2027=NEED)],
        export_controls=[{**BAN, "end_use": "Any", "effective": "2027-01-01"}],
        stockpiles=[{"site": "Store", "material": "Ore"}],
        cover_targets=[{**SOFT, "2027": None}],
    )
    assert plan_of(c).tables["missed"]["amount"].tolist() == pytest.approx([1])


def test_what_two_metals_make_is_shared_among_them():
    """3 t of one and 1 t of the other make 4 t of alloy; ten days of it, 1 t, are 0.75 t and 0.25 t.

    Were each to count in full, 1 t of the cheap one would do.
    """
    c = case(
        materials=[{"material": m, "stage": "Metal"} for m in ("Light", "Heavy", "Alloy")],
        offers=[
            {"offer": "L", "supplier": "L", "site": "Works", "material": "Light", "price": 1.0},
            {"offer": "H", "supplier": "H", "site": "Works", "material": "Heavy", "price": 9.0},
        ],
        demand=[need(material="Alloy", site="Works", p2026=NEED)],
        lines=[{"site": "Works", "line": "Melt", "capacity": 1000}],
        recipes=[{"recipe": "Alloy", "line": "Melt", "stage": "Metal"}],
        recipe_items=[
            {"recipe": "Alloy", "role": "Input", "material": "Light", "per_unit": 0.75},
            {"recipe": "Alloy", "role": "Input", "material": "Heavy", "per_unit": 0.25},
            {"recipe": "Alloy", "role": "Output", "material": "Alloy", "per_unit": 1},
        ],
        stockpiles=[{"site": "Works", "material": "Light", "capacity": 0.75}, {"site": "Works", "material": "Heavy"}],
        cover_targets=[{**TARGET, "material": "Alloy"}],
    )
    plan = plan_of(c)
    assert tonnes(plan, "cover", material="Light") == pytest.approx(0.75)
    assert tonnes(plan, "cover", material="Heavy") == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("at_end", "rate", "price", "held", "expected"),
    [
        ("Counts Once", 0.0, 10, 0, 3),
        ("Goes On", 0.0, 10, 1, 10),
        ("Goes On", 0.1, 40, 0, (3 + 3 * 8.513564) * 1.1**-0.5),
    ],
)
def test_what_is_missed_at_the_end_may_go_on(at_end: str, rate: float, price: float, held: float, expected: float):
    """1 t of oxide is held for good or missed at 3 a year; for twenty years more that is 60, at ten per cent 3 · 8.513564.

    8.513564 is the present value of one a year for twenty years, from any table of annuities.
    """
    c = kiln(
        None,
        {**SOFT, "missed_at_end": at_end},
        settings={"Discount Rate": rate},
        offers=[offer("B", price, site="Works")],
        stockpiles=[{"site": "Works", "material": "Oxide"}],
    )
    assert cost_of(c) == pytest.approx(NEED * price * (1 + rate) ** -0.5 + expected)
    assert tonnes(plan_of(c), "cover") == pytest.approx(held)


# ---- each by itself, safety stock, goods in transit ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("applies", "missed"),
    [("Sum", 0.0), ("Each Segment", 0.5), ("Each End Use", 0.5)],
    ids=["together", "segment", "end use"],
)
def test_each_is_covered_by_itself(applies: str, missed: float):
    """1 t of oxide that only civil use may have covers both needs together, and one of them by itself."""
    c = case(
        offers=[
            offer("A", 1.0, site="Works", end_uses_allowed="Civil"),
            offer("B", 50.0, site="Arsenal", end_uses_allowed="Military"),
        ],
        sites=[{"site": "Works", "country": "United States"}, {"site": "Arsenal", "country": "United States"}],
        demand=[
            need("Cars", site="Works", p2026=NEED / 2),
            need("Arms", site="Arsenal", p2026=NEED / 2, end_use="Military"),
        ],
        stockpiles=[{"site": "Works", "material": "Oxide"}],
        cover_targets=[{**SOFT, "forms": "As Delivered", "applies": applies}],
    )
    plan = plan_of(c)
    assert plan.tables["missed"]["amount"].sum() == pytest.approx(missed)
    assert tonnes(plan, "cover") == pytest.approx(1 - missed)


def test_safety_stock_stands_beside_the_days():
    """Ten days, 1 t, and 1.5 t beside them: 2.5 t of oxide in 5 t of ore."""
    assert cost_of(kiln(target={**TARGET, "safety_stock": 1.5})) == pytest.approx(SERVED + 5)


@pytest.mark.parametrize(("counts", "days", "amount"), [("No", 30, 0.0), ("Yes", 15.21875, 1.5), ("Yes", 61, 3.0)])
def test_goods_in_transit_count_as_far_as_they_are_there_in_time(counts: str, days: float, amount: float):
    """36 t/y at a month under way: 3 t are under way at the end of the year, half of which is there within half a month."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, site="Mine", available_to_us=36)],
        lanes=[{"from_place": "Mine", "to_place": "Works", "lead_time": 1}],
        demand=[need(site="Works", p2026=33, p2027=36)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50}],
        stockpiles=[{"site": "Works", "material": "Oxide", "capacity": 0}],
        cover_targets=[
            {
                **SOFT,
                "forms": "As Delivered",
                "in_transit": counts,
                "convert_within": days,
                "2026": 365.25,
                "2027": None,
            }
        ],
    )
    plan = plan_of(c)
    assert tonnes(plan, "cover") == pytest.approx(amount)
    assert plan.tables["missed"]["amount"].sum() == pytest.approx(36 - amount)


def consigned(target: dict[str, Any] | None = None, **more: Any) -> Case:
    """Return 36.525 t needed at the works, of B at 10; 0.6 t of K lie there on consignment at 12. Ten days are asked for, 1 t."""
    lying = {"kind": "Consignment", "consigned": 0.6, "incoterm": "DAP", "site": "Works", **more}
    return case(
        periods=years(2026),
        offers=[offer("B", 10.0, site="Works"), offer("K", 12.0, **lying)],
        demand=[need(site="Works", p2026=NEED)],
        stockpiles=[{"site": "Works", "material": "Oxide"}],
        cover_targets=[
            {"target": "Ten days", "material": "Oxide", "2026": 10, "on_consignment": "Yes", **(target or {})}
        ],
    )


@pytest.mark.parametrize(
    ("target", "more", "bought"),
    [
        # It is the supplier's: all of the 1 t is bought, of B.
        ({"on_consignment": "No"}, {}, 1.0),
        # 0.6 t are there to be drawn, 0.4 t are bought.
        ({}, {}, 0.4),
        # A quarter of a tonne may be drawn in a year; and nothing is known of what is filled up again, or lies elsewhere.
        ({}, {"available_to_us": 0.25}, 0.75),
        ({}, {"consigned": None}, 1.0),
        ({"site": "Works"}, {"site": "Yard"}, 1.0),
        ({}, {"lead_time": 1}, 1.0),
    ],
)
def test_goods_on_consignment_cover_where_the_target_says_so(
    target: dict[str, Any], more: dict[str, Any], bought: float
):
    """What K has there is dearer and not drawn; what it does not cover is bought of B beside the need, at 10 a tonne."""
    c = consigned(target, **more)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(10 * (NEED + bought))
    mine = plan.tables["cover"]
    assert mine[mine["route"] == "on consignment: K"]["tonnes"].sum() == pytest.approx(1 - bought)


def test_what_is_drawn_covers_no_longer():
    """K at 4 is cheaper than B at 10, and each tonne of it lies there for cover or is drawn: drawn, it saves 6, and one of B is
    bought for cover at 10; left there it covers for nothing. All 0.6 t stay, and the need is of B."""
    c = consigned().set("Offers", {"offer": "K"}, "price", 4.0)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(10 * (NEED + 0.4))
    # If no cover is asked for, it is drawn.
    free = c.set("Cover Targets", {"target": "Ten days"}, "", 0.0, period="2026")
    assert cost_of(free) == pytest.approx(10 * (NEED - 0.6) + 4 * 0.6)
