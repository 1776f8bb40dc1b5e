"""Micro cases of export controls, de-risking rules and limits; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.network.network import Network
from model.solver.highs import Status
from model.solver.planning import solve
from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years

PLACES = {
    "countries": [{"country": c} for c in ("China", "Japan", "United States", "Malaysia")],
    "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Malaysia"}],
    "sites": [
        {"site": s, "country": c}
        for s, c in (("Hub", "China"), ("Trader", "Japan"), ("Coast", "United States"), ("Plant B", "Malaysia"))
    ],
    "shortage_costs": [{"segment": s, "tier": 1, "cost": 50.0} for s in ("Cars", "Defence")],
}
CHINA = offer("A", 1.0, site="Hub")
OUTSIDE = offer("B", 10.0, site="Plant B")
CARS, DEFENCE = need("Cars", site="Coast", p2026=100), need("Defence", site="Coast", end_use="Military", p2026=20)
VOLUME = {
    "control": "Licences",
    "jurisdiction": "China",
    "material": "Oxide",
    "kind": "Licensed Volume",
    "end_use": "Civil",
    "2026": 30,
}
NO_ARMS = {"control": "No arms", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "end_use": "Military"}


def world(**tables):
    """Return a case with a Chinese offer at 1 and one from outside at 10 USD/kg, cars and defence in the US."""
    given = {**PLACES, "offers": [CHINA, OUTSIDE], "demand": [CARS, DEFENCE], **tables}
    segments = {d["segment"] for d in given["demand"]}
    return case(**given | {"shortage_costs": [t for t in given["shortage_costs"] if t["segment"] in segments]})


def test_licensed_volume_by_end_use():
    """Civil 30 of 100 t at 1, the other 70 and all 20 of defence at 10: 30 + 700 + 200 = 930."""
    assert cost_of(world(export_controls=[VOLUME, NO_ARMS])) == pytest.approx(930)


def test_without_a_control_there_is_one_label():
    """Rules cost nothing where there are none."""
    assert len(Network(world()).labels) == 1
    assert cost_of(world()) == pytest.approx(120)


def test_the_refusal_of_military_use_follows_through_a_third_country():
    """Nothing from outside, Chinese oxide by way of a Japanese trader: civil passes, defence goes short: 100 + 20 · 50."""
    lanes = [{"from_place": "Hub", "to_place": "Trader"}, {"from_place": "Trader", "to_place": "Coast"}]
    c = world(offers=[CHINA], lanes=lanes, export_controls=[NO_ARMS])
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(100 + 1000)
    assert tonnes(plan, "shortages", segment="Defence") == pytest.approx(20)


def test_quota_is_counted_once_in_transit():
    """30 t leave China once, by way of Japan: counted once, so 30 arrive; 90 come from outside."""
    lanes = [
        {"from_place": "Hub", "to_place": "Trader"},
        {"from_place": "Trader", "to_place": "Coast"},
        {"from_place": "Plant B", "to_place": "Coast"},
    ]
    quota = {"control": "Quota", "jurisdiction": "China", "material": "Oxide", "kind": "Quota", "2026": 30}
    assert cost_of(world(lanes=lanes, export_controls=[quota])) == pytest.approx(30 + 900)


def test_an_offer_outside_of_chinese_make_counts_at_purchase():
    """The trader in Japan sells Chinese oxide at 2: it shares the 30 t with the direct offer at 1: 30 + 70 · 10 + 200."""
    trader = offer("T", 2.0, site="Trader", mined_in="China", separated_in="China")
    c = world(
        offers=[CHINA, OUTSIDE, trader],
        export_controls=[VOLUME, NO_ARMS],
        suppliers=[*PLACES["suppliers"], {"supplier": "T", "country": "Japan"}],
    )
    assert cost_of(c) == pytest.approx(930)


def test_goods_made_elsewhere_pass_a_jurisdiction_freely():
    """Malaysian oxide handed over at the Chinese hub is transit: a ban on Chinese exports does not touch it."""
    ban = {"control": "Ban", "jurisdiction": "China", "material": "Oxide", "kind": "Ban"}
    transit = offer("B", 10.0, site="Hub")
    assert cost_of(world(offers=[transit], export_controls=[ban])) == pytest.approx(1200)


def test_quota_by_calendar_year_or_period():
    """30 t a year over two halves: in the calendar year all 30 may leave in the half that needs them."""
    halves = [
        {"period": "2026-H1", "start": "2026-01-01", "months": 6},
        {"period": "2026-H2", "start": "2026-07-01", "months": 6},
    ]
    demand = [need("Cars", site="Coast") | {"2026-H1": 0, "2026-H2": 100}]
    quota = {"control": "Quota", "jurisdiction": "China", "material": "Oxide", "kind": "Quota", "2026": 30}
    year = world(periods=halves, demand=demand, export_controls=[quota])
    assert cost_of(year) == pytest.approx(30 + 20 * 10)
    half = world(periods=halves, demand=demand, export_controls=[quota | {"window": "Period"}])
    assert cost_of(half) == pytest.approx(15 + 35 * 10)


def test_a_control_counts_only_while_it_is_in_force():
    """Suspended from 2027 on: 2026 from outside, 2027 from China."""
    ban = {"control": "Ban", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "suspended": "2027-01-01"}
    c = world(periods=years(2026, 2027), demand=[need("Cars", site="Coast", p2026=10, p2027=10)], export_controls=[ban])
    assert cost_of(c) == pytest.approx(100 + 10)


def rule(**more):
    """Return a de-risking rule on China."""
    return {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.4, **more}


def test_share_cap_on_a_country():
    """At most 40 % of 120 t from China: 48 + 72 · 10 = 768."""
    assert cost_of(world(derisking_rules=[rule()])) == pytest.approx(768)


def test_share_cap_counts_demand_and_not_deliveries():
    """Nothing from outside: 48 t from China are served and 72 go short. Deliveries are then all Chinese, and the rule is kept,
    because the base is demand: 48 + 72 · 50."""
    assert cost_of(world(offers=[CHINA], derisking_rules=[rule()])) == pytest.approx(48 + 3600)


def test_share_cap_of_one_segment_or_end_use():
    """No Chinese material for defence: 100 + 20 · 10."""
    assert cost_of(world(derisking_rules=[rule(end_use="Military") | {"2026": 0}])) == pytest.approx(300)
    assert cost_of(world(derisking_rules=[rule(segment="Defence") | {"2026": 0}])) == pytest.approx(300)


def test_share_cap_sees_the_stage_and_not_only_the_last_exporter():
    """B separates in Malaysia what was mined in China: any stage counts it, the separation stage does not."""
    washed = offer("B", 10.0, site="Plant B", mined_in="China", separated_in="Malaysia")
    any_stage = world(offers=[CHINA, washed], derisking_rules=[rule()])
    assert cost_of(any_stage) == pytest.approx(48 + 72 * 50)
    separated = world(offers=[CHINA, washed], derisking_rules=[rule(stage="Separated")])
    assert cost_of(separated) == pytest.approx(768)


def test_undeclared_stages_count_as_the_worst():
    """B says where it was mined but not where it was separated: Unknown, and the cap counts it."""
    vague = offer("B", 10.0, site="Plant B", mined_in="Malaysia")
    assert cost_of(world(offers=[CHINA, vague], derisking_rules=[rule()])) == pytest.approx(48 + 72 * 50)


def test_share_minimum_and_fixed():
    """At least, or exactly, 25 % from outside of 120 t: 90 + 30 · 10 = 390."""
    for kind in ("Min", "Fixed"):
        c = world(derisking_rules=[rule(who="Malaysia", limit_type=kind) | {"2026": 0.25}])
        assert cost_of(c) == pytest.approx(390)


def test_every_country_by_itself():
    """No country above 60 % of 120 t: 72 + 48 · 10 = 552."""
    assert cost_of(world(derisking_rules=[rule(who=None) | {"2026": 0.6}])) == pytest.approx(552)


def test_supplier_share():
    """A at most 40 %: as with the country."""
    assert cost_of(world(derisking_rules=[rule(metric="Supplier Share", who="A")])) == pytest.approx(768)


def test_a_soft_rule_is_missed_where_that_is_cheaper():
    """Keeping the cap costs 9 per kg; a penalty of 2 is paid on the 72 t above it: 120 + 144. A penalty of 20 is not."""
    assert cost_of(world(derisking_rules=[rule(hardness="Soft", penalty=2.0)])) == pytest.approx(264)
    assert cost_of(world(derisking_rules=[rule(hardness="Soft", penalty=20.0)])) == pytest.approx(768)


def test_two_sources_at_least_and_a_token_is_none():
    """Two sources of 10 % of 120 t each: 12 t from outside: 108 + 120 = 228."""
    two = {"rule": "Two", "metric": "Sources", "limit_type": "Min", "2026": 2}
    plan = plan_of(world(derisking_rules=[two]))
    assert 1e3 * plan.cost() == pytest.approx(228)
    assert tonnes(plan, "purchases", offer="B") == pytest.approx(12)


def test_one_source_at_most():
    """A has 60 t only; one source serves 120: all from B at 10 = 1 200, against 60 + 60 short = 3 060."""
    one = {"rule": "One", "metric": "Sources", "limit_type": "Max", "2026": 1}
    assert cost_of(world(offers=[CHINA | {"available_to_us": 60}, OUTSIDE], derisking_rules=[one])) == pytest.approx(
        1200
    )


def test_sources_by_country_or_site():
    """A and B in two countries are two sources of either kind; two offers of one country are one."""
    two = {"rule": "Two", "metric": "Sources", "limit_type": "Min", "source_is": "Country", "2026": 2}
    again = offer("A2", 1.0, site="Hub", supplier="A")
    assert cost_of(world(offers=[CHINA, again, OUTSIDE], derisking_rules=[two])) == pytest.approx(228)


def test_volume_and_spend_limits():
    """A at most 50 t: 50 + 700 = 750. At most 0.6 MUSD in all: 120 t can not be had for it once A is held to 50."""
    volume = {"limit": "A", "measure": "Volume", "limit_type": "Max", "supplier": "A", "2026": 50}
    assert cost_of(world(limits=[volume])) == pytest.approx(750)
    spend = {"limit": "Purse", "measure": "Spend", "limit_type": "Max", "2026": 0.6}
    # 50 t from A for 0.05, 55 t from B for the remaining 0.55, 15 t short at 50.
    assert cost_of(world(limits=[volume, spend])) == pytest.approx(50 + 550 + 750)


def test_number_used():
    """Two offers at least, B with a minimum order of 15 t: 105 + 150."""
    two = {"limit": "Two", "measure": "Number Used", "limit_type": "Min", "2026": 2}
    c = world(offers=[CHINA, OUTSIDE | {"minimum_order": 15}], limits=[two])
    assert cost_of(c) == pytest.approx(255)
    one = {"limit": "One", "measure": "Number Used", "limit_type": "Max", "2026": 1}
    assert cost_of(world(offers=[CHINA | {"available_to_us": 60}, OUTSIDE], limits=[one])) == pytest.approx(1200)


def test_stock_goal_soft_and_hard():
    """A goal of 30 t at the end, hard: 30 more at 1. Soft with a penalty of 0.5 per kg and year: missed, 15."""
    stock = {"stockpiles": [{"site": "Coast", "material": "Oxide"}]}
    goal = {"limit": "Goal", "measure": "Stock", "limit_type": "Min", "site": "Coast", "2026": 30}
    assert cost_of(world(**stock, limits=[goal])) == pytest.approx(150)
    assert cost_of(world(**stock, limits=[goal | {"hardness": "Soft", "penalty": 0.5}])) == pytest.approx(135)


def test_stock_that_the_end_use_may_not_use_does_not_count():
    """A goal of 30 t for defence: Chinese oxide at 1 is civil only, so the goal takes 30 t from outside at 10. Defence itself
    needs 20 from outside: 100 + 200 + 300. The same goal for anybody is met with Chinese oxide: 100 + 200 + 30."""
    goal = {"limit": "Goal", "measure": "Stock", "limit_type": "Min", "site": "Coast", "2026": 30}
    tables = {"stockpiles": [{"site": "Coast", "material": "Oxide"}], "export_controls": [NO_ARMS]}
    assert cost_of(world(**tables, limits=[goal | {"end_use": "Military"}])) == pytest.approx(600)
    assert cost_of(world(**tables, limits=[goal])) == pytest.approx(330)


def test_capacity_limit():
    """At most 40 t/y may be built of the 100 that are wanted."""
    c = case(
        periods=years(2026, 2027),
        materials=[{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        offers=[{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
        demand=[need(site="Works", p2026=0, p2027=100)],
        recipes=[{"recipe": "Split", "line": "SX"}],
        recipe_items=[
            {"recipe": "Split", "role": r, "material": g, "per_unit": 1.0}
            for r, g in (("Input", "Feed"), ("Output", "Oxide"))
        ],
        projects=[{"project": "New", "site": "Works", "line": "SX", "max_size": 100, "construction_time": 12}],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        limits=[{"limit": "Build", "measure": "Capacity", "limit_type": "Max", "2026": 40, "2027": 40}],
    )
    assert cost_of(c) == pytest.approx(40 + 60 * 50)


def test_a_hard_rule_that_nothing_satisfies_gives_no_plan():
    """Two sources of a material that one offer sells: no plan, and no number either."""
    two = {"rule": "Two", "metric": "Sources", "limit_type": "Min", "2026": 2}
    outcome = solve(world(offers=[CHINA], derisking_rules=[two]), as_is=False)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.plan is None
    assert outcome.objective is None
