"""Micro cases of licences, derived content, duties and cover; every optimum is derived in the test's docstring."""

from __future__ import annotations

import numpy as np
import pytest

from model.network.network import Network
from model.rules.days_of_cover import required
from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes, years
from tests.rules.test_origin import CHINA, OUTSIDE, PLACES, world

LICENCE = {
    "control": "Licence",
    "jurisdiction": "China",
    "material": "Oxide",
    "kind": "Licence",
    "end_use": "Civil",
    "approval_rate": 0.4,
}


def test_a_licence_grants_a_share_of_the_civil_need():
    """40 % of the 100 t that cars need leave China at 1, 60 t come at 10; no control names defence, whose 20 t come at 1:
    40 + 600 + 20 = 660."""
    assert cost_of(world(export_controls=[LICENCE])) == pytest.approx(660)


def test_a_licence_with_a_base_of_its_own_and_a_fee():
    """40 % of 50 t: 20 at 1 + 0.5 of fee; 80 at 10; defence 20 at 1: 30 + 800 + 20."""
    row = LICENCE | {"base": 50, "fee": 0.5}
    assert cost_of(world(export_controls=[row])) == pytest.approx(850)


def test_a_licence_with_tonnes_granted_besides():
    """10 t were granted before the plan besides 40 % of 100 t: 50 at 1, 50 at 10, defence 20 at 1."""
    assert cost_of(world(export_controls=[LICENCE | {"2026": 10}])) == pytest.approx(50 + 500 + 20)


def test_a_licence_comes_after_its_delay():
    """Two half-years of 50 t each, delay 3 months: half of the first half-year's 20 t are granted in it, 10 t, and 10 + 10 in the
    second. Window: period. 10 + 400 and 20 + 300."""
    c = world(
        periods=halves("2026-H1", "2026-H2"),
        demand=[need("Cars", site="Coast", p2026=100)],
        export_controls=[LICENCE | {"delay": 3, "window": "Period"}],
    )
    assert cost_of(c) == pytest.approx(10 + 400 + 20 + 300)


def test_nothing_leaves_before_it_is_granted():
    """50 t are needed in the first half only; of the 20 t granted for them 10 come in the second. A calendar year sums
    both halves, but what is granted later can not leave earlier: 10 + 40 · 10."""
    c = world(
        periods=halves("2026-H1", "2026-H2"),
        demand=[need("Cars", site="Coast") | {"2026-H1": 100, "2026-H2": 0}],
        export_controls=[LICENCE | {"delay": 3}],
    )
    assert cost_of(c) == pytest.approx(410)


def test_licence_and_ban_bind_together():
    """Defence is refused: its 20 t come from outside: 40 + 600 + 200."""
    ban = {"control": "No arms", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "end_use": "Military"}
    assert cost_of(world(export_controls=[LICENCE, ban])) == pytest.approx(840)


CHAIN = {
    "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Ore", "per_unit": 1.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
    ],
    "lines": [{"site": "Plant B", "line": "SX", "capacity": 1000}],
    "lanes": [
        {"from_place": "Hub", "to_place": "Plant B", "material": "Ore"},
        {"from_place": "Plant B", "to_place": "Coast", "material": "Oxide"},
    ],
}


def test_derived_content_follows_what_others_make():
    """Chinese ore separated in Malaysia is Malaysian by its last stage and passes every ban on Chinese oxide; a ban that reaches
    derived content keeps it from defence all the same: 100 at 1, and 20 from Malaysia at 10."""
    ore = {"offer": "A", "supplier": "A", "site": "Hub", "material": "Ore", "price": 1.0, "mined_in": "China"}
    ban = {"control": "Arms", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "end_use": "Military"}
    free = world(**CHAIN, offers=[ore, OUTSIDE], export_controls=[ban])
    assert cost_of(free) == pytest.approx(120)
    reached = world(**CHAIN, offers=[ore, OUTSIDE], export_controls=[ban | {"reach": "Derived Content"}])
    assert cost_of(reached) == pytest.approx(100 + 200)


ON_VALUE = {"importer": "United States", "origin": "China", "charged_on": "Reference Value"}


def test_duty_by_origin_on_entry():
    """25 % of a reference value of 20 is 5 USD/kg on what China made, wherever it comes from; Malaysian oxide at 10 pays none, so
    China's costs 6: 120 · 6."""
    duty = ON_VALUE | {"tariff": "China", "2026": 0.25}
    tables = {"materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 20.0}]}
    plan = plan_of(world(**tables, tariffs=[duty]))
    assert 1e3 * plan.cost() == pytest.approx(720)
    assert 1e3 * plan.cost("Duties") == pytest.approx(600)


def test_duties_add_and_may_turn_the_choice():
    """Two duties of 25 % and 30 %: 11 USD/kg, China's oxide at 12 is dearer than Malaysia's at 10: 1 200."""
    duties = [ON_VALUE | {"tariff": name, "2026": rate} for name, rate in (("One", 0.25), ("Two", 0.3))]
    tables = {"materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 20.0}]}
    assert cost_of(world(**tables, tariffs=duties)) == pytest.approx(1200)


def test_a_detour_does_not_wash_the_origin_off():
    """By way of a Japanese trader the duty is the same, and is paid once."""
    lanes = [{"from_place": "Hub", "to_place": "Trader"}, {"from_place": "Trader", "to_place": "Coast"}]
    duty = ON_VALUE | {"tariff": "China", "2026": 0.25}
    tables = {"materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 20.0}]}
    assert cost_of(world(**tables, offers=[CHINA], lanes=lanes, tariffs=[duty])) == pytest.approx(720)


STORE = {"stockpiles": [{"site": "Coast", "material": "Oxide"}]}
TARGET = {"target": "Cover", "material": "Oxide", "2026": 73.05}


def test_days_of_cover_are_days_of_the_need_that_follows():
    """Halves of 100 and 200 t/y. 182.625 days (six months) after 2026-H1 are the need of H2, 100 t; after the horizon the last
    rate goes on: 100 t. 36.525 days are a tenth of a year: 20 t."""
    c = world(
        periods=halves("2026-H1", "2026-H2"),
        demand=[need("Cars", site="Coast") | {"2026-H1": 100, "2026-H2": 200}],
        **STORE,
        cover_targets=[
            {"target": "Half", "material": "Oxide", "2026": 182.625},
            {"target": "Tenth", "material": "Oxide", "2026": 36.525},
        ],
    )
    half, tenth = c.rows("Cover Targets")
    net = Network(c)
    assert required(net, half, "Oxide") == pytest.approx([100, 100])
    assert required(net, tenth, "Oxide") == pytest.approx([20, 20])


def test_a_hard_target_is_bought_and_held():
    """A fifth of a year of 120 t: 24 t more at 1."""
    assert cost_of(world(**STORE, cover_targets=[TARGET])) == pytest.approx(144)


def test_a_soft_target_is_missed_where_that_is_cheaper():
    """0.5 per kg and year is less than 1: 120 + 12."""
    assert cost_of(world(**STORE, cover_targets=[TARGET | {"hardness": "Soft", "penalty": 0.5}])) == pytest.approx(132)


def test_a_tonne_covers_for_one_target_only():
    """A fifth of a year each for cars (20 t) and for defence (4 t): 24 t and not 20, though either stock could serve both."""
    both = [TARGET | {"target": use, "end_use": use} for use in ("Civil", "Military")]
    plan = plan_of(world(**STORE, cover_targets=both))
    assert 1e3 * plan.cost() == pytest.approx(144)
    assert tonnes(plan, "cover") == pytest.approx(24)


def test_what_holds_two_elements_covers_once_for_each():
    """A magnet holds Nd and Dy. A fifth of a year of either is the same 20 t of magnets, held once: 120 · 1."""
    tables = {
        **PLACES,
        "materials": [{"material": "Magnet", "stage": "Magnet"}],
        "contents": [{"element": e, "material": "Magnet", "content": c} for e, c in (("Nd", 0.3), ("Dy", 0.02))],
        "offers": [offer("B", 1.0, site="Coast") | {"material": "Magnet"}],
        "demand": [need("Cars", "Magnet", site="Coast", p2026=100)],
        "stockpiles": [{"site": "Coast", "material": "Magnet"}],
        "shortage_costs": [{"segment": "Cars", "tier": 1, "cost": 50.0}],
        "cover_targets": [{"target": e, "material": e, "2026": 73.05} for e in ("Nd", "Dy")],
    }
    assert cost_of(case(**tables)) == pytest.approx(120)


def test_stock_that_defence_may_not_use_covers_it_not():
    """Chinese oxide is civil only: defence's 4 t of cover come from outside at 10, as its 20 t do: 100 + 200 + 40."""
    ban = {"control": "No arms", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "end_use": "Military"}
    target = TARGET | {"end_use": "Military"}
    assert cost_of(world(**STORE, cover_targets=[target], export_controls=[ban])) == pytest.approx(340)


def test_the_wrong_form_is_no_cover_unless_any_form_counts():
    """Cars need magnets with 30 % of oxide, held as oxide at 1 or as magnets at 5. As delivered: 20 t of magnets,
    100 more. Any form: the 6 t of oxide in them, 6 more, where a press stands that is too dear for every day."""
    tables = {
        **PLACES,
        "materials": [{"material": "Oxide", "stage": "Separated"}, {"material": "Magnet", "stage": "Magnet"}],
        "contents": [
            {"element": "Nd", "material": "Oxide", "content": 1.0},
            {"element": "Nd", "material": "Magnet", "content": 0.3},
        ],
        "offers": [offer("A", 1.0, site="Coast"), offer("B", 5.0, site="Coast") | {"material": "Magnet"}],
        "demand": [need("Cars", "Magnet", site="Coast", p2026=100)],
        "stockpiles": [{"site": "Coast", "material": g} for g in ("Oxide", "Magnet")],
        "shortage_costs": [{"segment": "Cars", "tier": 1, "cost": 50.0}],
    }
    press = {
        "lines": [{"site": "Coast", "line": "Press", "capacity": 100}],
        "recipes": [{"recipe": "Press", "line": "Press", "conversion_cost": 10.0}],
        "recipe_items": [
            {"recipe": "Press", "role": "Input", "material": "Oxide", "per_unit": 0.3},
            {"recipe": "Press", "role": "Output", "material": "Magnet", "per_unit": 1},
        ],
    }
    target = {"target": "Cover", "material": "Nd", "2026": 73.05}
    assert cost_of(case(**tables, **press, cover_targets=[target])) == pytest.approx(600)
    assert cost_of(case(**tables, cover_targets=[target | {"forms": "Any Form"}])) == pytest.approx(600)
    assert cost_of(case(**tables, **press, cover_targets=[target | {"forms": "Any Form"}])) == pytest.approx(506)


def test_nothing_is_asked_where_no_days_are_named():
    """A blank year has no target: only 2027 is covered, with a fifth of its 10 t."""
    c = world(
        periods=years(2026, 2027),
        demand=[need("Cars", site="Coast", p2026=10, p2027=10)],
        **STORE,
        cover_targets=[{"target": "Cover", "material": "Oxide", "2027": 73.05, "2026": np.nan}],
    )
    assert cost_of(c) == pytest.approx(22)
