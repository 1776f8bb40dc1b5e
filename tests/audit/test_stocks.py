"""What the audit finds out by itself about what is sold, held and thrown away."""

from __future__ import annotations

import pytest

from model.auditor import audit
from tests.audit.corrupt import both, change, drop, more
from tests.rules.micro import plan_of
from tests.rules.test_stocks import FACTORS, STEPS, limited, reserve, split, spoils


def families(case, plan):
    return {v.family: v.amount for v in audit(case, plan)}


def test_a_tonne_at_the_price_of_a_full_step_is_found():
    c = split(sales=STEPS)
    plan = plan_of(c)
    assert audit(c, plan) == []
    dear = change("sales", "step", 1, step=2)(plan)
    found = families(c, dear)
    assert found["sales"] == pytest.approx(15)
    assert found["costs"] == pytest.approx(15 * 3e-3)


def test_a_year_that_sells_too_much_is_found():
    c = split(sales=[STEPS[0], {**STEPS[1], "window": "Calendar Year"}])
    plan = change("sales", "tonnes", more(1), step=2)(plan_of(c))
    assert families(c, plan)["sales"] == pytest.approx(1)


def test_goods_past_their_shelf_life_are_found():
    """The 10 t for 2028 are bought two years before and not one: the plan balances, but they are too old at the end of 2027."""
    c = spoils(12)
    plan = plan_of(c)
    assert audit(c, plan) == []
    early = both(
        change("purchases", "tonnes", 30.0, period="2026"),
        drop("purchases", period="2027"),
        change("stocks", "tonnes", 20.0, period="2026"),
    )(plan)
    found = families(c, early)
    assert found.keys() == {"rotation", "costs"}  # nothing is out of balance
    assert found["rotation"] == pytest.approx(10)


@pytest.mark.parametrize(("drawable", "released"), [("Never", None), ("In Shocks", "First")])
def test_a_reserve_that_is_drawn_is_found(drawable: str, released: str | None):
    """The plan of a free stockpile draws 10 t in 2027, when the reserve is closed."""
    plan = plan_of(reserve("Always"))
    found = audit(reserve(drawable, released), plan)
    assert [(v.family, v.amount) for v in found] == [("stock_limits", pytest.approx(10))]
    assert audit(reserve("In Shocks", "Second"), plan) == []


@pytest.mark.parametrize("applies", ["Sum", "Each"])
@pytest.mark.parametrize(("measure", "amount", "excess"), [("Disposal", 4, 1), ("Emission", 245, 20)])
def test_too_much_thrown_away_or_emitted_is_found(measure: str, amount: float, excess: float, applies: str):
    """The plan without a limit throws 5 t away and emits 265 t."""
    plan = plan_of(split(sales=STEPS, emission_factors=FACTORS))
    found = audit(limited(amount, measure, applies=applies), plan)
    assert [(v.family, v.amount) for v in found] == [("limits", pytest.approx(excess))]


def test_a_limit_missed_by_more_than_is_said_is_found():
    c = limited(0, applies="Each", hardness="Soft", penalty=7.0)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert plan.tables["missed"]["item"].tolist() == ["Light at Works"]
    assert families(c, change("missed", "amount", 2.0)(plan))["limits"] == pytest.approx(3)
