"""Micro cases of look-through: what is mixed, worked abroad or sent round keeps what it was; optima from the docstrings."""

from __future__ import annotations

import pytest

from model.network.network import Network
from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes

COUNTRIES = [{"country": c} for c in ("China", "Malaysia", "Japan", "United States")]
SHORT = [{"segment": s, "tier": 1, "cost": 200.0} for s in ("Cars", "Missiles")]


def alloy(**tables):
    """Return a case in which a magnet takes 0.3 t of Nd metal and 0.02 t of Dy metal; cars and missiles need 10 t each."""
    given = {
        "countries": COUNTRIES,
        "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Malaysia"}],
        "sites": [
            {"site": s, "country": c}
            for s, c in (("Hub", "China"), ("Plant B", "Malaysia"), ("Coast", "United States"))
        ],
        "materials": [
            {"material": "Nd", "stage": "Metal"},
            {"material": "Dy", "stage": "Metal"},
            {"material": "Magnet", "stage": "Magnet"},
        ],
        "offers": [
            {"offer": "Nd", "supplier": "B", "site": "Plant B", "material": "Nd", "price": 10.0},
            {"offer": "Dy China", "supplier": "A", "site": "Hub", "material": "Dy", "price": 50.0},
        ],
        "recipes": [{"recipe": "Sinter", "line": "Press", "stage": "Magnet"}],
        "recipe_items": [
            {"recipe": "Sinter", "role": role, "material": g, "per_unit": q}
            for role, g, q in (("Input", "Nd", 0.3), ("Input", "Dy", 0.02), ("Output", "Magnet", 1.0))
        ],
        "lines": [{"site": "Coast", "line": "Press", "capacity": 100}],
        "demand": [
            need("Cars", "Magnet", site="Coast", p2026=10),
            need("Missiles", "Magnet", site="Coast", end_use="Military", p2026=10),
        ],
        "shortage_costs": SHORT,
        **tables,
    }
    return case(**given)


LICENCE = [
    {
        "control": "Civil",
        "jurisdiction": "China",
        "material": "Dy",
        "end_use": "Civil",
        "kind": "Licensed Volume",
        "2026": 5,
    },
    {"control": "Military", "jurisdiction": "China", "material": "Dy", "end_use": "Military", "kind": "Ban"},
]


def test_licensed_civil_dysprosium_can_not_be_alloyed_into_military_magnets():
    """Half a per cent of civil dysprosium makes the whole magnet civil: cars 10 · (3 + 1) = 40, missiles 10 t short at 200."""
    plan = plan_of(alloy(export_controls=LICENCE))
    assert 1e3 * plan.cost() == pytest.approx(40 + 2000)
    assert tonnes(plan, "shortages", segment="Missiles") == pytest.approx(10)


def test_other_dysprosium_is_kept_apart_for_them():
    """Malaysian Dy at 400: missiles 10 · (3 + 8) = 110, cars stay with the Chinese: 40."""
    offers = [
        {"offer": "Nd", "supplier": "B", "site": "Plant B", "material": "Nd", "price": 10.0},
        {"offer": "Dy China", "supplier": "A", "site": "Hub", "material": "Dy", "price": 50.0},
        {"offer": "Dy Malaysia", "supplier": "B", "site": "Plant B", "material": "Dy", "price": 400.0},
    ]
    assert cost_of(alloy(offers=offers, export_controls=LICENCE)) == pytest.approx(150)


def test_a_magnet_with_one_covered_metal_is_a_covered_magnet():
    """No covered metal stage for missiles: the Malaysian Nd does not help, the Chinese Dy decides: 40 + 2 000."""
    law = {
        "rule": "Law",
        "metric": "Country Share",
        "who": "China",
        "stage": "Metal",
        "end_use": "Military",
        "limit_type": "Max",
        "2026": 0.0,
    }
    assert cost_of(alloy(derisking_rules=[law])) == pytest.approx(2040)


def chain(**tables):
    """Return a case in which ore mined in the United States at 1 is separated in China for 1, or at home for 6 USD/kg."""
    given = {
        "countries": COUNTRIES,
        "suppliers": [{"supplier": "Mine", "country": "United States"}],
        "sites": [
            {"site": s, "country": c}
            for s, c in (("Pit", "United States"), ("Ganzhou", "China"), ("Home", "United States"))
        ],
        "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        "offers": [{"offer": "Ore", "supplier": "Mine", "site": "Pit", "material": "Ore", "price": 1.0}],
        "recipes": [
            {"recipe": "There", "line": "SX", "site": "Ganzhou", "stage": "Separated", "conversion_cost": 1.0},
            {"recipe": "Here", "line": "SX", "site": "Home", "stage": "Separated", "conversion_cost": 6.0},
        ],
        "recipe_items": [
            {"recipe": r, "role": role, "material": g, "per_unit": 1.0}
            for r in ("There", "Here")
            for role, g in (("Input", "Ore"), ("Output", "Oxide"))
        ],
        "lines": [{"site": s, "line": "SX", "capacity": 100} for s in ("Ganzhou", "Home")],
        "demand": [need("Cars", "Oxide", site="Home", p2026=10)],
        "shortage_costs": SHORT[:1],
        **tables,
    }
    return case(**given)


def test_goods_sent_abroad_and_processed_come_back_with_the_history():
    """American ore separated in China is no American oxide: a rule against any Chinese stage takes the dear way, 70 and not 20;
    a rule that looks at the mine alone is content with the cheap one."""
    rule = {"rule": "No China", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.0}
    assert cost_of(chain()) == pytest.approx(20)
    assert cost_of(chain(derisking_rules=[rule])) == pytest.approx(70)
    assert cost_of(chain(derisking_rules=[rule | {"stage": "Mined"}])) == pytest.approx(20)


def test_what_was_processed_inside_is_counted_when_it_leaves():
    """A quota of 4 t on Chinese oxide catches what was mined in America and separated in China: 4 · 2 + 6 · 7."""
    quota = {"control": "Quota", "jurisdiction": "China", "material": "Oxide", "kind": "Quota", "2026": 4}
    assert cost_of(chain(export_controls=[quota])) == pytest.approx(8 + 42)


def test_a_washing_lane_gives_no_credit():
    """By way of a Japanese trader the Chinese oxide is still Chinese."""
    rule = {"rule": "No China", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.0}
    sites = [
        {"site": s, "country": c}
        for s, c in (("Pit", "United States"), ("Ganzhou", "China"), ("Home", "United States"), ("Trader", "Japan"))
    ]
    lanes = [
        {"from_place": "Pit", "to_place": "Ganzhou"},
        {"from_place": "Pit", "to_place": "Home"},
        {"from_place": "Ganzhou", "to_place": "Trader"},
        {"from_place": "Trader", "to_place": "Home"},
    ]
    assert cost_of(chain(sites=sites, lanes=lanes)) == pytest.approx(20)
    assert cost_of(chain(sites=sites, lanes=lanes, derisking_rules=[rule])) == pytest.approx(70)


def test_labels_forget_what_nothing_ahead_can_count():
    """A rule on missiles' magnets tells metals apart, but the magnets of cars carry no flag of it."""
    law = {
        "rule": "Law",
        "metric": "Country Share",
        "who": "China",
        "stage": "Metal",
        "material": "Dy",
        "limit_type": "Max",
        "2026": 0.0,
    }
    net = Network(alloy(derisking_rules=[law]))
    assert {net.labels[n].flags for n in net.node_labels["Coast", "Magnet"]} == {frozenset()}


def test_a_cap_on_an_element_looks_at_the_parts_that_hold_it():
    """A magnet takes 1 t Nd oxide and 1 t Dy oxide. None of the Dy may be separated in China, where both cost 1 USD/kg instead
    of the 3 of Estonia. Nd still comes from there: 10 · (1 + 3 + 1) = 50; were it the whole lot that counts, 10 · (3 + 3 + 1).
    """
    oxides = ("Nd ox", "Dy ox")
    rule = {"rule": "No Dy", "metric": "Country Share", "who": "China", "stage": "Separated", "material": "Dy"}
    found = case(
        materials=[{"material": g, "stage": "Magnet" if g == "Magnet" else "Separated"} for g in (*oxides, "Magnet")],
        contents=[
            {"element": e, "material": g, "content": 1.0}
            for e, ox in zip(("Nd", "Dy"), oxides, strict=True)
            for g in (ox, "Magnet")
        ],
        suppliers=[{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Estonia"}],
        sites=[{"site": s, "country": "United States"} for s in ("Press", "Cars")],
        offers=[
            offer(f"{g} by {s}", price, supplier=s, material=g) for g in oxides for s, price in (("A", 1.0), ("B", 3.0))
        ],
        demand=[need("Cars", "Magnet", site="Cars", p2026=10)],
        recipes=[{"recipe": "Press", "line": "Press", "stage": "Magnet", "site": "Press", "conversion_cost": 1.0}],
        recipe_items=[
            {"recipe": "Press", "role": "Output" if g == "Magnet" else "Input", "material": g, "per_unit": 1.0}
            for g in (*oxides, "Magnet")
        ],
        lines=[{"site": "Press", "line": "Press", "capacity": 50}],
        de_risking_rules=[rule | {"limit_type": "Max", "2026": 0.0}],
    )
    assert cost_of(found) == pytest.approx(50)


def test_a_right_says_no_more_than_what_the_material_can_be_used_for():
    """Of what leaves China for cars 5 t may: 5 · 1 + 5 · 3. Only cars use it, so that the licence says nothing of a lot."""
    control = {"control": "Licence", "jurisdiction": "China", "material": "Any", "kind": "Licensed Volume", "2026": 5.0}
    tables = {
        "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Estonia"}],
        "offers": [offer("A", 1.0), offer("B", 3.0)],
        "export_controls": [control | {"end_use": "Civil"}],
        "sites": [{"site": "Fort", "country": "United States"}],
    }
    cars, fort = need("Cars", p2026=10), need("Fort", "Alloy", site="Fort", end_use="Military", p2026=1)
    alloy = {"materials": [{"material": "Oxide", "stage": "Separated"}, {"material": "Alloy", "stage": "Metal"}]}
    bought = {"offers": [*tables["offers"], offer("C", 2.0, supplier="B", material="Alloy")]}
    both = case(demand=[cars, fort], **(tables | alloy | bought))
    assert {x.right for x in Network(both).labels} == {None}
    assert cost_of(both) == pytest.approx(5 * 1 + 5 * 3 + 2)
