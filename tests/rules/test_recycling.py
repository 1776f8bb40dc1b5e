"""Micro cases of what comes back; every optimum is derived in the test's docstring. Oxide costs 10 USD/kg, recovery 2."""

from __future__ import annotations

import pytest

from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes, years

BACK = {
    "recycling": "Scrap",
    "segment": "Plant",
    "sold_material": "Oxide",
    "site": "Yard",
    "material": "Oxide",
    "collection_cost": 2.0,
}


def ages(*returns, name="Scrap"):
    """Return rows of Returns of (age, share)."""
    return [{"recycling": name, "age": a, "returned": x} for a, x in returns]


def yard(*returns, row=None, **tables):
    """Return a plant that needs 100 t of oxide in each of two years, some of which comes back to a yard."""
    given = {
        "periods": years(2026, 2027),
        "offers": [offer("A", 10.0)],
        "demand": [need(p2026=100, p2027=100)],
        "recycling": [BACK | (row or {})],
        "returns": ages(*returns),
        **tables,
    }
    return case(**given)


def test_nothing_comes_back_before_it_was_sold():
    """Half of it a year after the sale: in 2026 nothing, in 2027 50 t at 2: 1000 + 100 + 500. In the first year alone: 1000."""
    assert cost_of(yard((1, 0.5))) == pytest.approx(1600)
    assert cost_of(yard((1, 0.5), periods=years(2026), demand=[need(p2026=100)])) == pytest.approx(1000)


def test_an_age_is_not_rounded():
    """A year and a half after the sale half of 50 t fall into 2027, half behind the horizon: 1000 + 50 + 750."""
    assert cost_of(yard((1.5, 0.5))) == pytest.approx(1800)


def test_what_comes_back_at_once_is_scrap():
    """A fifth in the year of the sale, of all that is delivered, which is the need: 20 t a year: 2 · (40 + 800)."""
    assert cost_of(yard((0, 0.2))) == pytest.approx(1680)


def test_content_and_recovery():
    """Half comes back, of which 80 % hold the oxide and 90 % of that is recovered: 36 t: 1000 + 72 + 640."""
    assert cost_of(yard((1, 0.5), row={"content": 0.8, "recovery": 0.9})) == pytest.approx(1712)


def test_ages_add_up():
    """A tenth at once and three tenths a year later: 10 t in 2026, 10 + 30 t in 2027: 20 + 900 + 80 + 600."""
    assert cost_of(yard((0, 0.1), (1, 0.3))) == pytest.approx(1600)


def test_past_sales_come_back_by_age():
    """Of 60 t sold in 2024 and 80 t in 2025 half come back two years later: 30 t in 2026, 40 t in 2027, and of 2026 nothing:
    60 + 700 + 80 + 600."""
    past = [{"segment": "Plant", "material": "Oxide", "year": y, "sold": q} for y, q in ((2024, 60), (2025, 80))]
    assert cost_of(yard((2, 0.5), past_sales=past)) == pytest.approx(1440)


def test_past_sales_are_spread_over_half_years():
    """100 t sold in 2025 come back nine months later in full: 2025-10 to 2026-09: half in the first half of 2026, a quarter in
    the second. The plan's own 50 t of the first half come back in the last quarter of 2026 and after it: half of them in the
    second half-year. 50 · 2 + 0; then 25 + 25 = 50 t: 50 · 2."""
    c = yard(
        (0.75, 1.0),
        periods=halves("2026-H1", "2026-H2"),
        demand=[need(p2026_H1=100, p2026_H2=100)],
        past_sales=[{"segment": "Plant", "material": "Oxide", "year": 2025, "sold": 100}],
    )
    plan = plan_of(c)
    assert plan.tables["recycled"]["tonnes"].tolist() == pytest.approx([50, 50])
    assert 1e3 * plan.cost() == pytest.approx(200)


def test_first_use_in_the_middle_of_a_year():
    """The yard opens in July 2027: half of 50 t: 1000 + 50 + 750."""
    assert cost_of(yard((1, 0.5), row={"first_use": "2027-07-01"})) == pytest.approx(1800)


def test_what_goes_short_does_not_come_back():
    """In 2026 40 t can be had, half of which come back in 2027: 40 t bought and 60 short, then 20 back, 40 bought, 40 short:
    400 + 3000 + 40 + 400 + 2000."""
    c = yard(
        (1, 0.5),
        offers=[offer("A", 10.0, available_to_us=40)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
    )
    assert cost_of(c) == pytest.approx(5840)


def test_what_comes_back_dearer_than_new_is_left():
    assert cost_of(yard((1, 0.5), row={"collection_cost": 11.0})) == pytest.approx(2000)


def test_what_comes_back_is_worked_again():
    """Magnets at 30 come back as oxide, 0.3 t each, half of them after a year; oxide at 10 makes magnets one to one at a mill, so
    that 100 t are 1000. In 2027 15 t of oxide come at 2: 1000 + 30 + 850."""
    c = case(
        periods=years(2026, 2027),
        materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Magnet", "stage": "Magnet"}],
        offers=[offer("A", 10.0)],
        recipes=[{"recipe": "Sinter", "line": "Mill", "stage": "Magnet"}],
        recipe_items=[
            {"recipe": "Sinter", "role": r, "material": g, "per_unit": 1.0}
            for r, g in (("Input", "Oxide"), ("Output", "Magnet"))
        ],
        lines=[{"site": "Mill", "line": "Mill", "capacity": 200}],
        demand=[need(material="Magnet", p2026=100, p2027=100)],
        recycling=[BACK | {"sold_material": "Magnet", "content": 0.3}],
        returns=ages((1, 0.5)),
    )
    assert cost_of(c) == pytest.approx(1880)


CHINA = {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.0, "2027": 0.0}


def ruled(**declared):
    """Return the yard in the United States under a rule that allows nothing of Chinese origin at any stage."""
    return yard(
        (1, 0.5),
        row=declared,
        sites=[{"site": "Yard", "country": "United States"}, {"site": "Coast", "country": "United States"}],
        suppliers=[{"supplier": "A", "country": "Malaysia"}],
        demand=[need(site="Coast", p2026=100, p2027=100)],
        de_risking_rules=[CHINA],
    )


def test_of_what_nothing_is_declared_a_rule_thinks_the_worst():
    """Undeclared it counts as Chinese, and 100 t are bought each year; declared as mined and separated in the US: 1600. Only the
    separation declared, the mine is unknown: 2000."""
    assert cost_of(ruled()) == pytest.approx(2000)
    assert cost_of(ruled(mined_in="United States", separated_in="United States")) == pytest.approx(1600)
    assert cost_of(ruled(separated_in="United States")) == pytest.approx(2000)


def test_a_substitute_that_was_sold_comes_back_too():
    """A lower grade at 3 serves the need of 100 t of oxide, and 30 % of it comes back a year later at 2:
    300 + 60 + 210."""
    c = yard(
        (1, 0.3),
        row={"sold_material": "Low", "material": "Low"},
        materials=[{"material": g, "stage": "Separated"} for g in ("Oxide", "Low")],
        offers=[offer("A", 10.0), offer("B", 3.0, material="Low")],
        substitutions=[{"segment": "Plant", "material": "Oxide", "substitute": "B", "drawn_material": "Low"}],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(570)
    assert tonnes(plan, "recycled") == pytest.approx(30)


@pytest.mark.parametrize("mode", ["Joint", "Per Rule"])
def test_ledgers_of_single_rules_know_what_comes_back(mode):
    """At most a fifth may be Chinese, and what comes back undeclared counts: 20 of 50 t in 2027: 1000 + 40 + 800."""
    c = yard(
        (1, 0.5),
        sites=[{"site": "Yard", "country": "United States"}, {"site": "Coast", "country": "United States"}],
        suppliers=[{"supplier": "A", "country": "Malaysia"}],
        demand=[need(site="Coast", p2026=100, p2027=100)],
        de_risking_rules=[CHINA | {"2026": 0.2, "2027": 0.2}],
        settings={"Attribution": mode},
    )
    assert cost_of(c) == pytest.approx(1840)
