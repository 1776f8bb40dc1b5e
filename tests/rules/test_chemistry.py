"""Micro cases of baskets, young plants and rules on elements; every optimum is derived in the test's docstring."""

from __future__ import annotations

import numpy as np
import pytest

from model.network import buildout
from tests.rules.micro import case, cost_of, halves, need, plan_of, tonnes, years

MATERIALS = [
    {"material": "Clay", "stage": "Mined"},
    {"material": "Sand", "stage": "Mined"},
    {"material": "NdPr", "stage": "Separated", "disposal_cost": 1.0},
    {"material": "Dy", "stage": "Separated"},
    {"material": "Rest", "stage": "Separated", "disposal_cost": 0.5},
]
BASKETS = [
    {"feed": "Clay", "basis": "Measured", "nd": 0.2, "pr": 0.1, "dy": 0.05, "y": 0.4, "other_reo": 0.25},
    {"feed": "Sand", "basis": "Measured", "nd": 0.15, "pr": 0.05, "dy": 0.005, "ce": 0.5, "other_reo": 0.295},
]
RECOVERIES = [
    {"site": "Works", "product": "NdPr", "nd": 0.9, "pr": 0.9},
    {"site": "Works", "product": "Dy", "dy": 0.8},
    {"site": "Works", "product": "Rest", "ce": 1.0, "y": 1.0, "other_reo": 1.0},
]
FEEDS = [{"site": "Works", "feed": f, "line": "SX", "conversion_cost": 2.0} for f in ("Clay", "Sand")]


def plant(**tables):
    """Return a case with a plant that separates clay at 10 or sand at 1 USD/kg; going short costs 500."""
    given = {
        "materials": MATERIALS,
        "baskets": BASKETS,
        "recoveries": RECOVERIES,
        "plant_feeds": FEEDS,
        "lines": [{"site": "Works", "line": "SX", "capacity": 1000}],
        "offers": [
            {"offer": "Clay", "supplier": "Clay Co", "site": "Works", "material": "Clay", "price": 10.0},
            {"offer": "Sand", "supplier": "Sand Co", "site": "Works", "material": "Sand", "price": 1.0},
        ],
        "demand": [need("Magnets", "Dy", site="Works", p2026=4)],
        **tables,
    }
    segments = {d["segment"] for d in given["demand"]}
    given.setdefault("shortage_costs", [{"segment": s, "tier": 1, "cost": 500.0} for s in sorted(segments)])
    return case(**given)


def test_a_basket_is_separated_into_everything_that_it_holds():
    """4 t of Dy. Clay gives 0.05 · 0.8 = 0.04 a t: 100 t at 10 + 2; with it 27 t of NdPr at 1 and 65 t of rest at 0.5 to get
    rid of: 1 200 + 27 + 32.5 = 1 259.5. Sand gives 0.004: 1 000 t at 1 + 2, 180 t of NdPr and 795 of rest: 3 577.5."""
    plan = plan_of(plant())
    assert 1e3 * plan.cost() == pytest.approx(1259.5)
    assert tonnes(plan, "purchases", offer="Clay") == pytest.approx(100)
    assert tonnes(plan, "disposals", material="NdPr") == pytest.approx(27)


def test_the_cheap_feed_takes_over_where_its_by_product_sells():
    """NdPr sells at 40 USD/kg without limit: sand earns 0.18 · 40 − 3 − 0.3975 = 3.8025 a t and clay 0.27 · 40 − 12 − 0.325 < 0,
    so the line is filled with sand, whose 1 000 t hold just the 4 t of Dy: −3 802.5."""
    sales = [{"site": "Works", "material": "NdPr", "price": 40.0, "most": 1000}]
    assert cost_of(plant(sales=sales)) == pytest.approx(-3802.5)


def test_output_follows_the_feed_and_not_the_nameplate():
    """A line of 1 000 t/y, but only 50 t of clay and no sand: 2 t of Dy, 2 t short at 500: 600 + 13.5 + 16.25 + 1 000."""
    clay = {
        "offer": "Clay",
        "supplier": "Clay Co",
        "site": "Works",
        "material": "Clay",
        "price": 10.0,
        "available_to_us": 50,
    }
    assert cost_of(plant(offers=[clay])) == pytest.approx(1629.75)


def test_line_use_by_feed():
    """Clay takes 2 of the line's 100 a t: 50 t, 2 t of Dy; the same sum as above."""
    feeds = [FEEDS[0] | {"line_use": 2.0}]
    offers = [{"offer": "Clay", "supplier": "Clay Co", "site": "Works", "material": "Clay", "price": 10.0}]
    c = plant(plant_feeds=feeds, offers=offers, lines=[{"site": "Works", "line": "SX", "capacity": 100}])
    assert cost_of(c) == pytest.approx(1629.75)


SIMPLE = {
    "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
    ],
    "shortage_costs": [{"segment": "Plant", "tier": 1, "cost": 50.0}],
    "offers": [{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
}
NEW = {"project": "New", "site": "Works", "line": "SX", "max_size": 100, "construction_time": 12, "life": 10}


def test_a_young_plant_recovers_less():
    """Runs from 2027 at 100 t/y, recovery 60 % in its first year and 92 % in its second; 100 t needed a year. Feed 100 a year at
    1; short 100 in 2026, 40 in 2027, 8 in 2028 at 50: 200 + 7 400."""
    c = case(
        **SIMPLE,
        periods=years(2026, 2027, 2028),
        demand=[need(site="Works", p2026=100, p2027=100, p2028=100)],
        projects=[NEW | {"recovery_year_1": 0.6, "recovery_year_2": 0.92}],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(200 + 7400)
    assert tonnes(plan, "deliveries", period="2027") == pytest.approx(60)


def test_an_old_line_beside_a_young_plant_keeps_its_yield():
    """Old line 30 t/y at full yield, young plant at 60 %: in 2027 30 + 0.6 · 100 = 90 of 100; 2026 only 30."""
    c = case(
        **SIMPLE,
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=100, p2027=100)],
        projects=[NEW | {"recovery_year_1": 0.6}],
        lines=[{"site": "Works", "line": "SX", "capacity": 30}],
    )
    assert cost_of(c) == pytest.approx(30 + 70 * 50 + 130 + 10 * 50)


def test_recovery_is_the_mean_over_the_part_of_a_period_in_which_the_plant_exists():
    """Started on 2026-01-01 with 18 months of construction: on from mid-2027. The year 2027 sees its first half-year
    only, at 60 %; 2028 half a year at 60 % and half at 92 %: 76 %."""
    c = case(
        **SIMPLE,
        periods=years(2026, 2027, 2028),
        demand=[need(site="Works", p2026=1, p2027=1, p2028=1)],
        projects=[NEW | {"construction_time": 18, "recovery_year_1": 0.6, "recovery_year_2": 0.92}],
    )
    row, line = c.rows("Projects")[0], c.timeline
    assert buildout.recovery(line, row, line.periods[0].start) == pytest.approx([1.0, 0.6, 0.76])


def test_our_share_of_capital_and_output():
    """Half of the capital for 30 % of the output: 100 t/y built at 0.1 MUSD per t/y over ten years is 1 000 a year, 500 ours;
    30 t come of it in 2027: 500 + 30 + 70 · 50 = 4 030 < 5 000."""
    c = case(
        **SIMPLE,
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=0, p2027=100)],
        projects=[NEW | {"capex_per_capacity": 0.1, "capital_share": 0.5, "output_share": 0.3}],
    )
    assert cost_of(c) == pytest.approx(4030)


@pytest.mark.parametrize(("budget", "expected"), [(10, 100 + 1000), (6, 60 + 600 + 40 * 50), (None, 1100)])
def test_budget_for_capital(budget: float | None, expected: float):
    """100 t/y cost 10 MUSD, a tenth of it a year; a budget of 6 builds 60, and one that is blank limits nothing."""
    c = case(
        **SIMPLE,
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=0, p2027=100)],
        projects=[NEW | {"capex_per_capacity": 0.1}],
        budgets=[{"budget": "Capital", "2026": budget, "2027": budget}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_budget_counts_permits_and_fixed_capital_when_they_start():
    """Half-years: permit 1 MUSD in 2026-H1, plant 5 MUSD in 2026-H2; a budget of 2 MUSD/y in H1 is enough for the permit, one of
    8 MUSD/y in H2 is not for the plant, one of 10 is."""
    tables = {
        **SIMPLE,
        "periods": halves("2026-H1", "2026-H2", "2027-H1", "2027-H2"),
        "demand": [need(site="Works", p2026=0, p2027=100)],
        "projects": [NEW | {"capex_fixed": 5, "permit_cost": 1, "permit_time": 6, "construction_time": 6}],
    }
    row = {"budget": "Capital", "window": "Period", "2026-H1": 2, "2027": 0}
    assert not plan_of(case(**tables, budgets=[row | {"2026-H2": 10}])).tables["builds"].empty
    assert plan_of(case(**tables, budgets=[row | {"2026-H2": 8}])).tables["builds"].empty


ELEMENTS = {
    "materials": [{"material": "Strong", "stage": "Magnet"}, {"material": "Weak", "stage": "Magnet"}],
    "contents": [
        {"element": "Dysprosium", "material": "Strong", "content": 0.05},
        {"element": "Dysprosium", "material": "Weak", "content": 0.01},
    ],
    "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Japan"}],
    "demand": [need("Traction", "Strong", p2026=100), need("Small", "Weak", p2026=100)],
    "offers": [
        {"offer": f"{s} {g}", "supplier": s, "material": g, "price": p, "site": f"Port {s}"}
        for s, p in (("A", 1.0), ("B", 3.0))
        for g in ("Strong", "Weak")
    ],
    "sites": [{"site": "Port A", "country": "China"}, {"site": "Port B", "country": "Japan"}],
    "countries": [{"country": "China"}, {"country": "Japan"}],
}


def test_a_control_on_an_element_counts_it_in_every_material():
    """3 t of dysprosium may leave; strong magnets hold 5 t, weak 1. A t of weak magnets from China saves
    2 for 0.01 t, one of strong 2 for 0.05: 100 weak (1 t) and 40 strong (2 t) from China, 60 strong
    from Japan: 100 + 40 + 180."""
    control = {"control": "Dy", "jurisdiction": "China", "material": "Dysprosium", "kind": "Quota", "2026": 3}
    assert cost_of(case(**ELEMENTS, export_controls=[control])) == pytest.approx(320)


def test_a_share_of_an_element_is_a_share_of_its_tonnes():
    """At most half of the 6 t of dysprosium from China: as above, 320. By mass of magnets half would be 100 t,
    at 100 + 300."""
    rule = {
        "rule": "Cap",
        "metric": "Country Share",
        "who": "China",
        "limit_type": "Max",
        "material": "Dysprosium",
        "2026": 0.5,
    }
    assert cost_of(case(**ELEMENTS, derisking_rules=[rule])) == pytest.approx(320)


def test_a_blank_material_means_each_element_by_itself():
    """The same rule without a material is the same: the magnets contain one element."""
    rule = {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.5}
    assert cost_of(case(**ELEMENTS, derisking_rules=[rule])) == pytest.approx(320)


def test_sources_of_an_element():
    """Two sources of 10 % of 6 t each: 0.6 t of dysprosium from Japan, in 12 t of strong magnets: 188 + 36."""
    rule = {"rule": "Two", "metric": "Sources", "limit_type": "Min", "material": "Dysprosium", "2026": 2}
    assert cost_of(case(**ELEMENTS, derisking_rules=[rule])) == pytest.approx(224)


def test_contents_cost_nothing_where_no_rule_names_them():
    """Declaring what is in a material changes no size."""
    from model.network.network import Network
    from model.solver.build import build
    from model.solver.compile import compile_model

    without = {k: v for k, v in ELEMENTS.items() if k != "contents"}
    shapes = [compile_model(*build(Network(case(**t)))).shape for t in (ELEMENTS, without)]
    assert shapes[0] == shapes[1]
    assert np.prod(shapes[0]) > 0
