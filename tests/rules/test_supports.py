"""Micro cases of price supports and tolling; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.contracts import supports_table
from model.report.view import View
from tests.audit.corrupt import change, more
from tests.rules.micro import case, cost_of, need, offer, plan_of, years

TWO = years(2026, 2027)


def _supported(**terms: object):
    """Return 10 t a year of A at 4 USD/kg, then 10, or of B at 7; a floor of 6 on A."""
    return case(
        periods=TWO,
        series=[{"series": "Market", "2026": 4, "2027": 10}],
        offers=[offer("A", "Market"), offer("B", 7.0, available_to_us=10)],
        demand=[need(p2026=10, p2027=10)],
        price_supports=[{"support": "Floor", "offer": "A", "strike": 6.0, **terms}],
    )


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, 60 + 70),
        ({"paid_by": "State"}, 40 + 70),
        ({"strike": 8.0}, 70 + 70),
        ({"share_returned": 1.0}, 60 + 60),
        ({"share_returned": 0.9, "returned_above": 5.5, "strike": 5.0}, 50 + 100 - 0.9 * 45),
        ({"share_returned": 1.0, "valid_until": "2026-06-30"}, 40 + 10 + 70),
        ({"share_returned": 1.0, "valid_from": "2027-01-01"}, 40 + 60),
    ],
)
def test_who_pays_the_floor(terms: dict[str, object], expected: float):
    """Without a support 40 of A and 70 of B. With the floor A costs 6 and then 10: 60 and 70. Paid by the state it costs us 0.

    A floor of 8 makes B the cheaper one in both years. A contract for difference at 6 makes A cost 6 in both. Of all above 5.5
    nine tenths come back: 10 − 4.05 = 5.95. Valid for the first half of 2026, a floor of 6 adds 2 USD/kg
    for half of it. Valid from 2027 on, 4 and 6.
    """
    assert cost_of(_supported(**terms)) == pytest.approx(expected)


def test_what_is_shown_and_audited():
    """The state adds 2 USD/kg to 10 t in 2026: 20 kUSD; we add nothing. A plan at 4 USD/kg is wrong where the floor is ours."""
    c = _supported(paid_by="State")
    plan = plan_of(c)
    shown = supports_table(View(c, plan))
    assert shown[["paid_by", "period"]].values.tolist() == [["State", "2026"]]
    assert shown[["price", "added", "paid"]].values[0] == pytest.approx([4, 2, 0.02])
    ours = _supported()
    told = [v for v in audit(ours, plan) if v.family == "costs"]
    assert [v.amount for v in told] == pytest.approx([0.02, 0.02])
    spoilt = change("costs", "amount", more(0.01), kind="Purchases", period="2026")(plan_of(ours))
    assert [v.amount for v in audit(ours, spoilt) if v.family == "costs"] == pytest.approx([0.01])


def _tolled(**terms: object):
    """Return 12 t of oxide made of ore at 1 USD/kg, 2 t of ore to a tonne, at a toller who takes a fee of 0.5 and a share."""
    return case(
        materials=[{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        countries=[{"country": "Japan"}],
        sites=[{"site": "Mill", "country": "Japan"}, {"site": "Plant", "country": "Japan"}],
        offers=[{**offer("A", 1.0), "material": "Ore"}, offer("B", 4.0)],
        lanes=[{"from_place": "Any", "to_place": "Any", "cost": 0.0}],
        lines=[{"site": "Mill", "line": "Tank", "capacity": 100}],
        recipes=[{"recipe": "Toll", "line": "Tank", "site": "Mill", "conversion_cost": 0.5, **terms}],
        recipe_items=[
            {"recipe": "Toll", "role": "Input", "material": "Ore", "per_unit": 2.0},
            {"recipe": "Toll", "role": "Output", "material": "Oxide", "per_unit": 1.0},
        ],
        demand=[need(site="Plant", p2026=12)],
    )


@pytest.mark.parametrize(("share", "expected"), [(0.0, 30), (0.25, 40), (0.4, 48)])
def test_a_toller_keeps_a_share(share: float, expected: float):
    """A unit costs 2 + 0.5 and gives 1 t: 30. If a quarter is kept 16 units are run: 40. At 40 % a tonne costs 4.17: 48 of B."""
    c = _tolled(toller_share=share)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    if share == 0.25:
        found = audit(c.set("Recipes", {"recipe": "Toll"}, "toller_share", 0.5), plan)
        assert [v.amount for v in found if v.family == "material_balance"] == pytest.approx([4.0])


def test_a_toller_of_a_feed_with_a_basket():
    """Half of a feed is oxide that is recovered whole: 1 t of 1 USD/kg gives 0.5 t; a fifth is kept: 30 t of feed for 12 t."""
    c = case(
        materials=[{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
        countries=[{"country": "Japan"}],
        sites=[{"site": "Mill", "country": "Japan"}, {"site": "Plant", "country": "Japan"}],
        offers=[{**offer("A", 1.0), "material": "Ore"}],
        lanes=[{"from_place": "Any", "to_place": "Any", "cost": 0.0}],
        lines=[{"site": "Mill", "line": "Tank", "capacity": 100}],
        baskets=[{"feed": "Ore", "nd": 0.5, "la": 0.5, "basis": "Measured"}],
        recoveries=[{"site": "Mill", "product": "Oxide", "nd": 1.0}],
        plant_feeds=[{"site": "Mill", "feed": "Ore", "line": "Tank", "toller_share": 0.2}],
        demand=[need(site="Plant", p2026=12)],
    )
    assert cost_of(c) == pytest.approx(30)
