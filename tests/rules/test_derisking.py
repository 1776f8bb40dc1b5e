"""Micro cases of what a de-risking rule counts, by whom and with which exemptions; each optimum is derived on paper."""

from __future__ import annotations

import pytest

from model.network.network import Network
from tests.rules.micro import case, cost_of, need, offer, years

SITES = [
    {"site": s, "country": c}
    for s, c in (("Hub", "China"), ("Trader", "Japan"), ("Coast", "United States"), ("Plant B", "Malaysia"))
]
SUPPLIERS = [{"supplier": s, "country": c} for s, c in (("A", "China"), ("B", "Malaysia"), ("U", "United States"))]
A, B = offer("A", 1.0, site="Hub"), offer("B", 10.0, site="Plant B")


def world(*rules, demand=None, **tables):
    """Return a case with oxide from China at 1 and from Malaysia at 10 USD/kg, and 100 t needed by cars in the US."""
    demand = demand or [need("Cars", site="Coast", p2026=100)]
    given = {
        "sites": SITES,
        "suppliers": SUPPLIERS,
        "offers": [A, B],
        "demand": demand,
        "shortage_costs": [{"segment": s, "tier": 1, "cost": 50.0} for s in sorted({d["segment"] for d in demand})],
        **tables,
    }
    if rules:
        given["de_risking_rules"] = list(rules)
    return case(**given)


def rule(limit=0.0, **more):
    return {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": limit, **more}


LANES = [
    {"from_place": "Hub", "to_place": "Coast"},
    {"from_place": "Hub", "to_place": "Trader", "cost": 2.0},
    {"from_place": "Trader", "to_place": "Coast"},
    {"from_place": "Plant B", "to_place": "Coast"},
]


def test_washing_satisfies_a_rule_on_the_last_exporter_and_on_no_stage():
    """By way of a Japanese trader, at 2 USD/kg more, Chinese oxide comes from Japan to whoever looks at the last border: 100 · 3.
    By the stages it stays Chinese: 100 · 10. By the last exporter, Japan may not send it either: 100 · 10."""
    assert cost_of(world(rule(), lanes=LANES)) == pytest.approx(1000)
    assert cost_of(world(rule(stage="Last Exporter"), lanes=LANES)) == pytest.approx(300)
    both = [rule(stage="Last Exporter"), rule(stage="Last Exporter", rule="Japan", who="Japan")]
    assert cost_of(world(*both, lanes=LANES)) == pytest.approx(1000)


def test_what_crossed_no_border_was_sent_by_where_it_was_handed_over():
    """Chinese oxide that A hands over on the American coast has no other exporter than the United States: 100 · 1. At least half
    from Malaysia as last exporter: 50 · 1 + 50 · 10."""
    here = A | {"site": "Coast", "separated_in": "China", "mined_in": "China"}
    assert cost_of(world(rule(stage="Last Exporter"), offers=[here, B])) == pytest.approx(100)
    half = rule(0.5, stage="Last Exporter", who="Malaysia", limit_type="Min")
    assert cost_of(world(half, offers=[here, B])) == pytest.approx(550)


def test_the_last_exporter_of_what_is_worked_on_the_way_is_where_it_was_worked():
    """Chinese ore at 1 is split in Malaysia: to the last border it is Malaysian, 100 · 1; by the mine it is Chinese, and only the
    dear oxide is left, 100 · 10."""
    tables = {
        "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        "offers": [A | {"material": "Ore"}, B],
        "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
        "recipe_items": [
            {"recipe": "Split", "role": r, "material": g, "per_unit": 1.0}
            for r, g in (("Input", "Ore"), ("Output", "Oxide"))
        ],
        "lines": [{"site": "Plant B", "line": "SX", "capacity": 500}],
    }
    assert cost_of(world(rule(stage="Last Exporter"), **tables)) == pytest.approx(100)
    assert cost_of(world(rule(stage="Mined"), **tables)) == pytest.approx(1000)


def test_domestic_share_is_of_the_market_s_own_country():
    """U sells American oxide at 20, J Japanese oxide at 30. A quarter of each market's need shall be domestic. The United States:
    25 · 20 + 75 · 1; Japan, 40 t: 10 · 30 + 30 · 1. American oxide in Japan would be cheaper, and does not count there."""
    tables = {
        "demand": [need("Cars", site="Coast", p2026=100), need("Trains", site="Trader", p2026=40)],
        "suppliers": [*SUPPLIERS, {"supplier": "J", "country": "Japan"}],
        "offers": [A, offer("U", 20.0), offer("J", 30.0)],
    }
    home = rule(0.25, metric="Domestic Share", who=None, limit_type="Min")
    cars, trains = home | {"segment": "Cars"}, home | {"rule": "Trains", "segment": "Trains"}
    assert cost_of(world(cars, trains, **tables)) == pytest.approx(575 + 330)
    # Both together: 35 of 140 t, all of them American in America.
    assert cost_of(world(home, **tables)) == pytest.approx(35 * 20 + 105)


def test_domestic_share_by_stage():
    """U mines at home and separates in Malaysia, at 5: domestic by the mine, 100 · 5; at every stage only the oxide at 20 is."""
    away = offer("U", 5.0, mined_in="United States", separated_in="Malaysia")
    here = offer("U2", 20.0, supplier="U")
    home = rule(1.0, metric="Domestic Share", who=None, limit_type="Min")
    assert cost_of(world(home | {"stage": "Mined"}, offers=[A, away, here])) == pytest.approx(500)
    assert cost_of(world(home, offers=[A, away, here])) == pytest.approx(2000)
    # At most 40 t domestic by the mine: the rest is Chinese.
    most = rule(0.4, metric="Domestic Share", who=None, stage="Mined")
    assert cost_of(world(most, offers=[A | {"price": 9.0}, away])) == pytest.approx(40 * 5 + 60 * 9)


def test_control_of_what_is_bought_is_the_supplier_s_at_the_last_stage():
    """A, under Chinese control, sells oxide separated in Malaysia at 1. By site it is not Chinese, 100; by control it is, 1 000.
    What B separates from Chinese ore is B's by control, and Chinese at the mine, of which nobody knows who controls it."""
    abroad = A | {"site": "Plant B", "mined_in": "Malaysia", "separated_in": "Malaysia"}
    control = rule(counted_by="Country of Control")
    assert cost_of(world(rule(), offers=[abroad, B])) == pytest.approx(100)
    assert cost_of(world(control, offers=[abroad, B])) == pytest.approx(1000)
    washed = B | {"mined_in": "China", "separated_in": "China"}
    assert cost_of(world(control | {"stage": "Separated"}, offers=[A, washed])) == pytest.approx(1000)
    assert cost_of(world(control | {"stage": "Mined"}, offers=[A, washed])) == pytest.approx(5000)


@pytest.mark.parametrize(("operator", "cost"), [("A", 1000), ("U", 200), (None, 200), ("Somebody", 200)])
def test_control_of_a_site_is_its_operator_s(operator, cost):
    """Australian ore at 2 is split in Malaysia. If A runs the plant, its oxide is under Chinese control and the dear one is
    taken; run by U, or by nobody known, it is not."""
    c = world(
        rule(counted_by="Country of Control", stage="Separated"),
        materials=[{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        suppliers=[*SUPPLIERS, {"supplier": "Pit", "country": "Australia"}],
        sites=[*SITES, {"site": "Works", "country": "Malaysia", "operator": operator}],
        offers=[offer("Pit", 2.0, material="Ore"), B],
        recipes=[{"recipe": "Split", "line": "SX", "stage": "Separated"}],
        recipe_items=[
            {"recipe": "Split", "role": r, "material": g, "per_unit": 1.0}
            for r, g in (("Input", "Ore"), ("Output", "Oxide"))
        ],
        lines=[{"site": "Works", "line": "SX", "capacity": 500}],
    )
    assert cost_of(c) == pytest.approx(cost)


def test_a_group_together_or_each_of_it():
    """China sells at 1, Russia at 2. Together at most 40 %: 40 · 1 + 60 · 10; each at most 40 %: 40 · 1 + 40 · 2 + 20 · 10."""
    tables = {
        "suppliers": [*SUPPLIERS, {"supplier": "R", "country": "Russia"}],
        "offers": [A, offer("R", 2.0), B],
        "countries": [{"country": c} for c in ("China", "Russia", "Malaysia", "Japan", "United States")],
        "country_groups": [{"group": "Covered", "country": c} for c in ("China", "Russia")],
    }
    assert cost_of(world(rule(0.4, who="Covered"), **tables)) == pytest.approx(640)
    assert cost_of(world(rule(0.4, who="Covered", applies="Each"), **tables)) == pytest.approx(320)


def spared(**what):
    return {"rule_exemptions": [{"exemption": "E", "rule": "Cap", **what}]}


@pytest.mark.parametrize("what", [{"supplier": "A"}, {"site": "Hub"}, {"country": "China"}])
def test_an_exempt_lot_does_not_count(what):
    """Chinese oxide is exempt by its supplier, by its place or as a whole: 100 · 1. Another one at 0.5, sold by C in Harbin, is
    exempt by the country alone: 100 · 0.5."""
    other = offer("C", 0.5, site="Harbin")
    c = world(
        rule(),
        **spared(**what),
        suppliers=[*SUPPLIERS, {"supplier": "C", "country": "China"}],
        sites=[*SITES, {"site": "Harbin", "country": "China"}],
        offers=[A, B, other],
    )
    assert cost_of(c) == pytest.approx(50 if "country" in what else 100)


def test_a_minimum_takes_an_exempt_lot_for_good():
    """At least 30 % outside China is asked as 30 % from Malaysia: 30 · 10 + 70. With A exempt nothing dear is needed: 100."""
    least = rule(0.3, who="Malaysia", limit_type="Min")
    assert cost_of(world(least)) == pytest.approx(370)
    assert cost_of(world(least, **spared(supplier="A"))) == pytest.approx(100)


def test_an_exemption_of_a_supplier_ends_where_somebody_else_works_the_lot():
    """A's ore is exempt. Split in China, a stage that nobody exempted makes the oxide Chinese: 100 · 10; with the plant exempt
    as well, 100 · 1."""
    tables = {
        "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        "offers": [A | {"material": "Ore"}, B],
        "sites": [*SITES, {"site": "Ganzhou", "country": "China"}],
        "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
        "recipe_items": [
            {"recipe": "Split", "role": r, "material": g, "per_unit": 1.0}
            for r, g in (("Input", "Ore"), ("Output", "Oxide"))
        ],
        "lines": [{"site": "Ganzhou", "line": "SX", "capacity": 500}],
    }
    mine = {"exemption": "Ore", "rule": "Cap", "supplier": "A"}
    plant = {"exemption": "Plant", "rule": "Cap", "site": "Ganzhou"}
    assert cost_of(world(rule(), rule_exemptions=[mine], **tables)) == pytest.approx(1000)
    assert cost_of(world(rule(), rule_exemptions=[mine, plant], **tables)) == pytest.approx(100)


def test_an_exempt_need_leaves_the_base_too():
    """Cars need 100 and trains 50 t; at most half may be Chinese: 75 · 1 + 75 · 10. With trains exempt they are all Chinese, and
    of cars half: 50 + 50 · 1 + 50 · 10. The same if trains need a material of their own that is exempt."""
    demand = [need("Cars", site="Coast", p2026=100), need("Trains", site="Coast", p2026=50)]
    assert cost_of(world(rule(0.5), demand=demand)) == pytest.approx(825)
    assert cost_of(world(rule(0.5), demand=demand, **spared(segment="Trains"))) == pytest.approx(600)
    pure = [demand[0], demand[1] | {"material": "Pure"}]
    tables = {
        "materials": [{"material": g, "stage": "Separated"} for g in ("Oxide", "Pure")],
        "contents": [{"element": "Dy", "material": g, "content": 1.0} for g in ("Oxide", "Pure")],
        "offers": [A, A | {"offer": "A2", "material": "Pure"}, B],
    }
    exempt = spared(material="Pure")
    assert cost_of(world(rule(0.5, material="Dy"), demand=pure, **tables, **exempt)) == pytest.approx(600)


def test_an_exemption_ends():
    """A is exempt until the end of 2026: 100 · 1 and then 100 · 10."""
    c = world(
        rule() | {"2027": 0.0},
        periods=years(2026, 2027),
        demand=[need("Cars", site="Coast", p2026=100, p2027=100)],
        **spared(supplier="A", until="2026-12-31"),
    )
    assert cost_of(c) == pytest.approx(1100)


def test_too_little_to_count():
    """Rich holds 50 % Dy and lean 2 %, both cheap from China. No Chinese Dy: 100 · 10 for each. Where less than 5 % does not
    count, the lean one may be Chinese: 1 000 + 100."""
    tables = {
        "materials": [{"material": g, "stage": "Separated"} for g in ("Rich", "Lean")],
        "contents": [
            {"element": "Dy", "material": "Rich", "content": 0.5},
            {"element": "Dy", "material": "Lean", "content": 0.02},
        ],
        "demand": [need("Cars", "Rich", site="Coast", p2026=100), need("Toys", "Lean", site="Coast", p2026=100)],
        "offers": [x | {"offer": f"{x['offer']} {g}", "material": g} for x in (A, B) for g in ("Rich", "Lean")],
    }
    dy = rule(material="Dy")
    assert cost_of(world(dy, **tables)) == pytest.approx(2000)
    assert cost_of(world(dy | {"de_minimis": 0.05}, **tables)) == pytest.approx(1100)


def test_derived_content_that_is_too_little_is_not_reached():
    """China bans what is made of its Dy. What holds 2 % of it is below a de minimis of 5 %: 100 · 1 and not 100 · 10."""
    ban = {"control": "Reach", "jurisdiction": "China", "material": "Dy", "kind": "Ban", "reach": "Derived Content"}
    tables = {
        "contents": [{"element": "Dy", "material": "Oxide", "content": 0.02}],
        "offers": [A | {"site": "Trader"}, B],
    }
    assert cost_of(world(export_controls=[ban], **tables)) == pytest.approx(1000)
    assert cost_of(world(export_controls=[ban | {"de_minimis": 0.05}], **tables)) == pytest.approx(100)


def test_what_no_rule_asks_costs_nothing():
    """Operators and exemptions without a rule leave one label."""
    sites = [s | {"operator": "A"} for s in SITES]
    assert len(Network(world(sites=sites)).labels) == 1
