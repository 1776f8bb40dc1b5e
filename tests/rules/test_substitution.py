"""Micro cases of substitutes; every optimum is derived in the test's docstring. Oxide costs 10 USD/kg, going short 50."""

from __future__ import annotations

import pytest

from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years

GRADES = [{"material": "Oxide", "stage": "Separated"}, {"material": "Low", "stage": "Separated"}]
SHORT = [{"segment": "Plant", "tier": 1, "cost": 50.0}]


def ferrite(**more):
    """Return a substitute from outside the network at 4 USD/kg replaced."""
    return {"segment": "Plant", "material": "Oxide", "substitute": "Ferrite", "cost": 4.0, **more}


def lower(**more):
    """Return a lower grade of the network as a substitute."""
    return {"segment": "Plant", "material": "Oxide", "substitute": "Grade B", "drawn_material": "Low", **more}


def plant(*substitutions, **tables):
    """Return a plant that needs 100 t of oxide."""
    given = {
        "materials": GRADES,
        "offers": [offer("A", 10.0), offer("B", 3.0, material="Low")],
        "demand": [need(p2026=100)],
        "shortage_costs": SHORT,
        "substitutions": list(substitutions),
        **tables,
    }
    return case(**given)


def test_a_substitute_from_outside_replaces_up_to_its_ceiling():
    """30 t are replaced at 4, 70 t bought at 10: 120 + 700. Without a ceiling all: 400. At 11 nothing is: 1000."""
    assert cost_of(plant(ferrite(ceiling=0.3))) == pytest.approx(820)
    assert cost_of(plant(ferrite())) == pytest.approx(400)
    assert cost_of(plant(ferrite(cost=11.0))) == pytest.approx(1000)


def test_a_ceiling_and_a_cost_may_follow_a_series():
    """A tenth in 2026 at 4, half in 2027 at 6: 40 + 900 + 300 + 500."""
    c = plant(
        ferrite(ceiling="Most", cost="Loss"),
        periods=years(2026, 2027),
        demand=[need(p2026=100, p2027=100)],
        series=[{"series": "Most", "2026": 0.1, "2027": 0.5}, {"series": "Loss", "2026": 4.0, "2027": 6.0}],
    )
    assert cost_of(c) == pytest.approx(1740)


def test_a_lower_grade_is_drawn_from_the_network():
    """1.2 t of it at 3 and 1 of lost performance are 4.6 per t replaced; half of the need may go: 230 + 500."""
    plan = plan_of(plant(lower(ratio=1.2, cost=1.0, ceiling=0.5)))
    assert 1e3 * plan.cost() == pytest.approx(730)
    assert tonnes(plan, "deliveries", material="Low") == pytest.approx(60)
    assert tonnes(plan, "substitutions") == pytest.approx(50)


def test_a_segment_that_needs_both_grades_has_the_lower_for_two_reasons():
    """20 t of the lower grade are needed anyway and 40 t can be had: 40 − 20 = 20 t replace as much: 40 · 3 + 80 · 10."""
    c = plant(
        lower(),
        demand=[need(p2026=100), need(material="Low", p2026=20)],
        offers=[offer("A", 10.0), offer("B", 3.0, material="Low", available_to_us=40)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(920)
    assert tonnes(plan, "substitutions") == pytest.approx(20)


def test_what_stands_in_never_goes_short_itself():
    """Nothing of the lower grade can be had: 100 t of oxide are bought; without oxide too, 100 t of it are short: 5000."""
    nothing = offer("B", 3.0, material="Low", available_to_us=0)
    assert cost_of(plant(lower(), offers=[offer("A", 10.0), nothing])) == pytest.approx(1000)
    assert cost_of(plant(lower(), offers=[nothing])) == pytest.approx(5000)


def test_a_need_that_must_be_served_is_served_by_a_substitute():
    """Without shortage costs and with 60 t of oxide there is a plan: 600 + 40 · 4."""
    c = plant(ferrite(), offers=[offer("A", 10.0, available_to_us=60)], shortage_costs=[], materials=GRADES[:1])
    # 4 is cheaper than 10: with all that may be replaced the plan is 100 · 4; a ceiling of 40 % leaves 60 t to buy.
    assert cost_of(c) == pytest.approx(400)
    c = plant(
        ferrite(ceiling=0.4), offers=[offer("A", 10.0, available_to_us=60)], shortage_costs=[], materials=GRADES[:1]
    )
    assert cost_of(c) == pytest.approx(760)


def test_first_use_in_the_middle_of_a_year():
    """From July on: half of 100 t are replaced: 50 · 4 + 50 · 10."""
    assert cost_of(plant(ferrite(first_use="2026-07-01"))) == pytest.approx(700)


def test_adoption_without_a_cost_starts_at_the_plan_date():
    """Nine months to adopt: a quarter of 2026: 25 · 4 + 75 · 10."""
    assert cost_of(plant(ferrite(adoption_time=9))) == pytest.approx(850)


@pytest.mark.parametrize(("paid", "cost", "adopted"), [(0.3, 1400, 1), (0.89, 1990, 1), (0.91, 2000, 0)])
def test_a_set_up_is_paid_once_if_it_is_worth_it(paid, cost, adopted):
    """Two years of 100 t. Half a year after 2026 begins 6 USD/kg are saved on 50 + 100 t: 900 kUSD, against what is paid once;
    adopted in 2027, it saves 300 only. Set up at 300: 2000 − 900 + 300; at 890: 1990; at 910 it stays as it is."""
    c = plant(
        ferrite(adoption_cost=paid, adoption_time=6),
        periods=years(2026, 2027),
        demand=[need(p2026=100, p2027=100)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(cost)
    assert list(plan.tables["adoptions"]["period"]) == ["2026"] * adopted


def test_substitution_between_three_grades_with_set_up():
    """A classic: a higher grade may serve the need of a lower one, and each grade that is carried at all costs 100 a year. Needs
    of 10, 20 and 70 t of Best, Good and Plain at 9, 8 and 7 USD/kg. All three: 90 + 160 + 490 + 300 = 1040. Best for all: 900 +
    100 = 1000. Best and Plain: 30 · 9 + 490 + 200 = 960. Good can not serve Best: Best and Good are 90 + 720 + 200 = 1010."""
    names, prices = ("Best", "Good", "Plain"), (9.0, 8.0, 7.0)
    pairs = [("Good", "Best"), ("Plain", "Best"), ("Plain", "Good")]
    c = case(
        materials=[{"material": g, "stage": "Separated"} for g in names],
        offers=[offer(g, p, material=g, cost_per_order=100) for g, p in zip(names, prices, strict=True)],
        demand=[need(material=g, p2026=q) for g, q in zip(names, (10, 20, 70), strict=True)],
        substitutions=[{"segment": "Plant", "material": g, "substitute": by, "drawn_material": by} for g, by in pairs],
    )
    assert cost_of(c) == pytest.approx(960)


def test_as_is_replaces_nothing():
    """Only what is committed comes: 100 t go short in As Is, whatever could be replaced."""
    from model.solver.planning import solve

    outcome = solve(plant(ferrite(), offers=[offer("A", 10.0)], materials=GRADES[:1]), as_is=True)
    assert outcome.as_is is not None
    assert tonnes(outcome.as_is, "shortages") == pytest.approx(100)
    assert tonnes(outcome.as_is, "substitutions") == 0


SITES = [{"site": s, "country": c} for s, c in (("Hub", "China"), ("Coast", "United States"), ("Mill", "Malaysia"))]
CONTENTS = [{"element": "Dy", "material": g, "content": x} for g, x in (("Oxide", 0.1), ("Low", 0.05))]
CAP = {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "material": "Dy", "2026": 0.2}


def abroad(**tables):
    """Return a plant in the US that takes oxide of Malaysia at 10 and may take a Chinese lower grade at 3 in its place."""
    return plant(
        lower(),
        sites=SITES,
        suppliers=[{"supplier": "A", "country": "Malaysia"}, {"supplier": "B", "country": "China"}],
        demand=[need(site="Coast", p2026=100)],
        offers=[offer("A", 10.0, site="Mill"), offer("B", 3.0, site="Hub", material="Low")],
        contents=CONTENTS,
        **tables,
    )


def test_a_rule_on_an_element_counts_the_substitute_by_content_and_the_need_as_data():
    """Of the 10 t of Dy that the need holds at most 2 t may be Chinese: 40 t of the lower grade at 5 %: 120 + 600. The share of
    what is really delivered, 2 of 8 t, is not asked."""
    plan = plan_of(abroad(de_risking_rules=[CAP]))
    assert 1e3 * plan.cost() == pytest.approx(720)
    assert tonnes(plan, "deliveries", material="Low") == pytest.approx(40)


def test_a_control_looks_at_what_stands_in():
    """China lets 1 t of Dy out for civil use: 20 t of the lower grade: 60 + 800."""
    control = {"control": "C", "jurisdiction": "China", "material": "Dy", "kind": "Volume", "2026": 1.0}
    c = abroad(export_controls=[control | {"kind": "Licensed Volume"}])
    assert cost_of(c) == pytest.approx(860)
