"""Mass balance against mixtures that taint; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.case.case import Case
from model.report.mixing import mixing_words
from model.report.workbook import result_tables
from model.solver.highs import Status
from model.solver.planning import solve
from tests.audit.corrupt import add
from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years

CLEAN = {"rule": "Radar", "metric": "Country Share", "who": "China", "segment": "Radar", "limit_type": "Max", "2026": 0}
PLACES = {
    "countries": [{"country": c} for c in ("China", "Malaysia", "United States")],
    "suppliers": [{"supplier": "D", "country": "China"}, {"supplier": "C", "country": "Malaysia"}],
    "sites": [
        {"site": "Port D", "country": "China"},
        {"site": "Port C", "country": "Malaysia"},
        *({"site": s, "country": "United States"} for s in ("Hub", "Second", "Works", "Base")),
    ],
    "demand": [need("Cars", site="Works", p2026=10), need("Radar", site="Base", end_use="Military", p2026=10)],
    "derisking_rules": [CLEAN],
}


def hub(mixing: str, **tables) -> Case:
    """Return a case in which D's oxide at 1 and C's at 10 USD/kg meet in a store; radar may have nothing Chinese."""
    given = {
        **PLACES,
        "settings": {"Mixing": mixing},
        "offers": [offer("D", 1.0, site="Port D"), offer("C", 10.0, site="Port C")],
        "lanes": [
            {"from_place": a, "to_place": b}
            for a, b in (("Port D", "Hub"), ("Port C", "Hub"), ("Hub", "Works"), ("Hub", "Base"))
        ],
        "stockpiles": [{"site": "Hub", "material": "Oxide"}],
    }
    return case(**given | tables)


def test_a_store_by_mass_balance_and_by_taint():
    """By mass balance 10 t of each: 110. Where D's taints the store, all 20 t are C's: 200."""
    assert cost_of(hub("Mass Balance")) == pytest.approx(110)
    assert cost_of(hub("Taint All")) == pytest.approx(200)


def test_where_nothing_is_stored_nothing_mixes():
    """The hub only passes lots on: 110 in either way."""
    assert cost_of(hub("Taint All", stockpiles=[])) == pytest.approx(110)


def test_a_store_of_its_own_for_each_closes_the_bracket():
    """D's goes through a second store: 110 in either way."""
    pairs = (("Port D", "Second"), ("Port C", "Hub"), ("Second", "Works"), ("Hub", "Base"))
    apart = {
        "lanes": [{"from_place": a, "to_place": b} for a, b in pairs],
        "stockpiles": [{"site": s, "material": "Oxide"} for s in ("Hub", "Second")],
    }
    for mixing in ("Mass Balance", "Taint All"):
        assert cost_of(hub(mixing, **apart)) == pytest.approx(110)


def test_clean_lots_may_be_counted_as_restricted():
    """D gives 4 t; cars may have at most 40 % Chinese, radar is not there: 4 of D's, 6 of C's all count as D's: too many.

    So by taint all 10 t are C's: 100, by mass balance 4 + 60 = 64. With a cap of 100 % the 6 t are counted with D's: 64.
    """
    few = {
        "offers": [offer("D", 1.0, site="Port D", available_to_us=4), offer("C", 10.0, site="Port C")],
        "demand": PLACES["demand"][:1],
    }
    rule = CLEAN | {"segment": "Cars", "2026": 0.4}
    assert cost_of(hub("Mass Balance", derisking_rules=[rule], **few)) == pytest.approx(64)
    assert cost_of(hub("Taint All", derisking_rules=[rule], **few)) == pytest.approx(100)
    plan = plan_of(hub("Taint All", derisking_rules=[rule | {"2026": 1}], **few))
    assert 1e3 * plan.cost() == pytest.approx(64)
    assert tonnes(plan, "downgraded") == pytest.approx(6)
    records = result_tables(hub("Taint All", derisking_rules=[rule | {"2026": 1}], **few), plan)["ProvenanceRecords"]
    assert dict(zip(records["source"], records["delivered"], strict=True)) == pytest.approx({"D": 4, "C": 6})


def test_what_was_held_taints_the_next_period():
    """The store opens with 5 t Chinese, radar needs 10 t a year, short at 50. In 2026 it is short: 500.

    Where cars take the 5 t in 2026, radar is served in 2027: 500 + 100. Where nobody does, it is short again: 1,000.
    By mass balance 200 in either case.
    """
    given = {
        "periods": years(2026, 2027),
        "offers": [offer("C", 10.0, site="Port C")],
        "stockpiles": [
            {
                "site": "Hub",
                "material": "Oxide",
                "opening_stock": 5,
                **{f"{s}_in": "China" for s in ("mined", "separated")},
            }
        ],
        "shortage_costs": [{"segment": s, "tier": 1, "cost": 50.0} for s in ("Cars", "Radar")],
        "derisking_rules": [CLEAN | {"2027": 0}],
    }
    radar = need("Radar", site="Base", end_use="Military", p2026=10, p2027=10)
    taken = [need("Cars", site="Works", p2026=5, p2027=0), radar]
    idle = [need("Cars", site="Works", p2026=0, p2027=0), radar]
    assert cost_of(hub("Taint All", **given, demand=taken)) == pytest.approx(600)
    assert cost_of(hub("Taint All", **given, demand=idle)) == pytest.approx(1000)
    for demand in (taken, idle):
        assert cost_of(hub("Mass Balance", **given, demand=demand)) == pytest.approx(200)


def test_a_right_taints_as_a_mark_does():
    """No rule, but a refusal of military use: D's oxide is civil only, and so is all that lies with it: 200."""
    refusal = {"control": "No", "jurisdiction": "China", "material": "Oxide", "kind": "Ban", "end_use": "Military"}
    assert cost_of(hub("Mass Balance", derisking_rules=[], export_controls=[refusal])) == pytest.approx(110)
    assert cost_of(hub("Taint All", derisking_rules=[], export_controls=[refusal])) == pytest.approx(200)


def test_a_soft_rule_does_not_taint():
    """At 100 USD/kg missed the soft rule is kept by mass balance as before: 110."""
    soft = CLEAN | {"hardness": "Soft", "penalty": 100.0}
    assert cost_of(hub("Taint All", derisking_rules=[soft])) == pytest.approx(110)


def line(mixing: str, *plants: str) -> Case:
    """Return a case in which ore of D at 1 and of C at 10 USD/kg is separated one for one in some plants."""
    given = {
        **PLACES,
        "settings": {"Mixing": mixing},
        "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        "offers": [
            {"offer": s, "supplier": s, "material": "Ore", "price": p, "site": f"Port {s}"}
            for s, p in (("D", 1.0), ("C", 10.0))
        ],
        "lines": [{"site": s, "line": "SX", "capacity": 50.0} for s in plants],
        "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
        "recipe_items": [
            {"recipe": "Split", "role": role, "material": g, "per_unit": 1.0}
            for role, g in (("Input", "Ore"), ("Output", "Oxide"))
        ],
        "lanes": [{"from_place": "Any", "to_place": s} for s in (*plants, "Works", "Base")],
    }
    return case(**given)


def test_one_line_for_two_feeds_and_one_for_each():
    """One plant: 110 by mass balance, 200 where D's ore taints the line. A second plant takes D's ore: 110 in either way."""
    assert cost_of(line("Mass Balance", "Hub")) == pytest.approx(110)
    assert cost_of(line("Taint All", "Hub")) == pytest.approx(200)
    assert cost_of(line("Taint All", "Hub", "Second")) == pytest.approx(110)


# ---- both, and what is said ------------------------------------------------------------------------------------------


def test_both_show_the_bracket():
    """110 by mass balance, 200 by taint: the truth lies between; the plan is that by mass balance."""
    c = hub("Both")
    outcome = solve(c, as_is=False)
    assert outcome.plan is not None
    assert 1e3 * outcome.plan.cost() == pytest.approx(110)
    assert 1e3 * outcome.plan.summary["taint_all"]["objective"] == pytest.approx(200)
    said = mixing_words(c, outcome.plan)
    assert "0.11 MUSD in cash with nothing short" in said
    assert "0.20 MUSD in cash with nothing short" in said
    assert "the truth lies between" in said


def test_both_say_that_mixing_does_not_matter():
    c = hub("Both", stockpiles=[])
    outcome = solve(c, as_is=False)
    assert outcome.plan is not None
    assert "mixing does not matter" in mixing_words(c, outcome.plan)
    assert result_tables(c, outcome.plan)


def test_both_say_that_there_is_no_plan_by_taint():
    """C gives 10 t, all of which radar needs; the 10 t of cars would have to be D's, and taint the store."""
    little = [offer("D", 1.0, site="Port D"), offer("C", 10.0, site="Port C", available_to_us=10)]
    outcome = solve(hub("Both", offers=little), as_is=False)
    assert outcome.status is Status.OPTIMAL
    assert any("no plan exists in which every mixture" in note for note in outcome.notes)


def test_mass_balance_says_nothing_of_mixing():
    c = hub("Mass Balance")
    assert mixing_words(c, plan_of(c)) == ""


# ---- what the audit must see -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [hub, lambda mixing: line(mixing, "Hub")])
def test_a_plan_by_mass_balance_is_refused_where_mixtures_taint(make):
    """10 t are kept clean beside 10 t that are not."""
    plan = plan_of(make("Mass Balance"))
    found = [v for v in audit(make("Taint All"), plan) if v.family == "taint"]
    assert found
    assert {round(v.amount, 6) for v in found} == {10.0}


def test_nothing_is_made_better_and_nothing_worse_by_mass_balance():
    c = hub("Taint All")
    plan = plan_of(c)
    labels = plan.tables["labels"]
    clean, bad = (int(labels[labels["flags"].str.contains("China") == x]["label"].iloc[0]) for x in (False, True))
    better = add("downgraded", "Hub", "Oxide", bad, clean, "2026", 1.0)(plan)
    assert any("which is better" in v.sentence for v in audit(c, better) if v.family == "taint")
    assert any(
        v.family == "taint"
        for v in audit(hub("Mass Balance"), add("downgraded", "Hub", "Oxide", clean, bad, "2026", 1.0)(plan))
    )
