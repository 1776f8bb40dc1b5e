"""Micro cases of contracts; every optimum is derived in the test's docstring."""

from __future__ import annotations

import dataclasses

import pytest

from model.auditor import audit
from model.plan import plan_frame
from model.report.cash import cash_ledger
from model.report.view import View
from tests.audit.corrupt import change, drop, more
from tests.rules.micro import case, cost_of, need, offer, plan_of, years

THREE = years(2026, 2027, 2028)


def frame(**terms: object) -> dict[str, object]:
    return {"contract": "Frame", **terms}


@pytest.mark.parametrize(("set_up", "expected"), [(15, 20 + 15), (25, 40)])
def test_two_offers_share_one_set_up_cost(set_up: float, expected: float):
    """10 t each of two oxides at 1 USD/kg under one contract, or at 2 without: 20 and the set-up once, or 40."""
    c = case(
        materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Other", "stage": "Separated"}],
        offers=[
            offer("A", 1.0, contract="Frame"),
            {**offer("B", 1.0, contract="Frame"), "material": "Other"},
            offer("C", 2.0),
            {**offer("D", 2.0), "material": "Other"},
        ],
        demand=[need(p2026=10), need(material="Other", p2026=10)],
        contracts=[frame(set_up_cost=set_up)],
    )
    assert cost_of(c) == pytest.approx(expected)


@pytest.mark.parametrize(("terms", "expected"), [({}, 30), ({"duration": 24}, 20 + 50), ({"duration": 18}, 15 + 75)])
def test_a_contract_runs_for_its_duration(terms: dict[str, float], expected: float):
    """10 t a year at 1 USD/kg under the contract, at most 10 t/y, at 5 without: two years of three, or one and a half."""
    c = case(
        periods=THREE,
        offers=[offer("A", 1.0, contract="Frame"), offer("B", 5.0)],
        demand=[need(p2026=10, p2027=10, p2028=10)],
        contracts=[frame(most=10, **terms)],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_a_least_quantity_keeps_a_contract_out():
    """10 t needed: 25 t at least at 1 USD/kg, the rest thrown away at 1, cost 40; without the contract 10 t at 3 = 30."""
    tables = {
        "materials": [{"material": "Oxide", "stage": "Separated", "disposal_cost": 1.0}],
        "demand": [need(p2026=10)],
        "contracts": [frame(least=25)],
    }
    assert cost_of(case(offers=[offer("A", 1.0, contract="Frame"), offer("B", 3.0)], **tables)) == pytest.approx(30)
    # At 5 USD/kg elsewhere the contract is signed: 25 + 15.
    assert cost_of(case(offers=[offer("A", 1.0, contract="Frame"), offer("B", 5.0)], **tables)) == pytest.approx(40)


def _take_or_pay():
    """20 t needed, 0 the year after; 20 t/y committed for both years, half of it paid for, taken or not, at 0.4 USD/kg."""
    return case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, contract="Frame"), offer("B", 5.0)],
        demand=[need(p2026=20, p2027=0)],
        contracts=[frame(committed=20, take_or_pay=0.5, untaken_price=0.4, set_up_cost=3)],
    )


def test_take_or_pay():
    """20 t at 1 USD/kg, a set-up of 3, and 10 t not taken in 2027 at 0.4 = 27, against 100 without the contract."""
    c = _take_or_pay()
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(27)
    assert plan.tables["untaken"].values.tolist() == [["Frame", "2027", pytest.approx(10)]]
    told = cash_ledger(View(c, plan)).groupby("kind")["amount"].sum() * 1e3
    assert told.to_dict() == pytest.approx({"Purchases": 20.0, "Contracts": 7.0})


def test_spoilt_contracts_are_found_out():
    c = _take_or_pay()
    plan = plan_of(c)
    assert audit(c, plan) == []

    def amounts(family: str, spoilt: object) -> list[float]:
        return [v.amount for v in audit(c, spoilt) if v.family == family]

    assert amounts("contract", drop("contracts", contract="Frame")(plan)) == pytest.approx([20.0])
    assert amounts("take_or_pay", change("untaken", "tonnes", more(-4), contract="Frame")(plan)) == pytest.approx([4.0])
    twice = plan_frame("contracts", [("Frame", "2026"), ("Frame", "2027")])
    assert amounts("contract", dataclasses.replace(plan, tables={**plan.tables, "contracts": twice})) == [1.0]
    tight = c.set("Contracts", {"contract": "Frame"}, "most", 15)
    assert [v.amount for v in audit(tight, plan) if v.family == "contract"] == pytest.approx([5.0])
    long = c.set("Contracts", {"contract": "Frame"}, "least", 6)
    assert [v.amount for v in audit(long, plan) if v.family == "contract"] == pytest.approx([6.0])
