"""Micro cases of leaving a commitment; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.decisions import decisions_table
from model.report.view import View
from model.solver.planning import solve
from tests.audit.corrupt import add, change, drop
from tests.rules.micro import case, need, offer, plan_of, tonnes, years

THREE = years(2026, 2027, 2028)


def _signed(**terms: object):
    """Return 10 t a year signed at 5 USD/kg, needed and for sale elsewhere at 2; going short costs 50."""
    return case(
        periods=THREE,
        offers=[offer("B", 2.0)],
        commitments=[
            {
                "commitment": "K",
                "kind": "Contract",
                "supplier": "A",
                "material": "Oxide",
                "price": 5.0,
                "2026": 10,
                "2027": 10,
                "2028": 10,
                **terms,
            }
        ],
        demand=[need(site="A", p2026=10, p2027=10, p2028=10)],
        sites=[{"site": "A", "country": "Japan"}],
        countries=[{"country": "Japan"}],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
    )


@pytest.mark.parametrize(
    ("terms", "expected", "left"),
    [
        ({}, 150, []),
        ({"exit_cost": 0.02}, 60 + 20, ["2026"]),
        ({"exit_cost": 0.02, "notice": 18}, 75 + 30 + 20, ["2026"]),
        ({"exit_cost": 0.02, "take_or_pay": 0.4}, 60 + 60 + 20, ["2026"]),
        ({"exit_cost": 0.02, "take_or_pay": 0.6}, 150, []),
        ({"exit_cost": 0.091}, 150, []),
        ({"exit_cost": 0.02, "notice": 12, "take_or_pay": 0.5}, 150, []),
        ({"exit_cost": 0.0, "notice": 12, "take_or_pay": 0.5, "payment_days": 365.25}, 50 + 40 + 50, ["2026"]),
    ],
)
def test_a_commitment_may_be_left(terms: dict[str, object], expected: float, left: list[str]):
    """150 as signed, 60 elsewhere. Left for 20: 80. With 18 months' notice 15 t are taken, 75, and 15 t bought, 30, and 20.
    Paying 40 % of 150 for what is not taken, 60, it is 140; at 60 % it would be 170, and for 91 in all 151: it stays. A year's
    notice at one half: 50, then 40 and 50 paid for nothing, 140 without an exit cost and 160 with one of 20.
    """
    c = _signed(**terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert plan.tables["departures"]["period"].tolist() == left
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


def test_as_is_leaves_nothing():
    """150 of what is signed, though leaving it would be free."""
    found = solve(_signed(exit_cost=0.0), as_is=True).as_is
    assert found is not None
    assert 1e3 * found.cost() == pytest.approx(150)
    assert found.tables["departures"].empty


def test_what_is_shown_and_audited():
    """15 t are not taken; the audit misses what is left without notice, twice, too late, or though it can not be."""
    c = _signed(exit_cost=0.02, notice=18)
    plan = plan_of(c)
    told = decisions_table(View(c, plan)).set_index("decision")
    assert told.loc["Leave", ["what", "period", "quantity", "money"]].tolist() == ["Oxide (K)", "2026", 15.0, 0.02]
    assert audit(c, plan) == []

    def amounts(family: str, spoilt: object) -> list[float]:
        return [v.amount for v in audit(c, spoilt) if v.family == family]

    assert tonnes(plan, "committed") == pytest.approx(15)
    assert amounts("commitments", drop("departures")(plan)) == pytest.approx([5.0, 10.0])
    assert amounts("commitments", change("departures", "period", "2027")(plan)) == pytest.approx([5.0, 5.0])
    assert amounts("leaving", add("departures", "K", "2028")(plan)) == [1.0]
    firm = c.set("Commitments", {"commitment": "K"}, "exit_cost", None)
    assert [v.amount for v in audit(firm, plan) if v.family == "leaving"] == [1.0]
    assert [v.amount for v in audit(firm, plan) if v.family == "costs"] == pytest.approx([0.02, 0.02])
    dear = c.set("Commitments", {"commitment": "K"}, "take_or_pay", 0.5)
    assert [v.amount for v in audit(dear, plan) if v.family == "costs"] == pytest.approx([0.0125, 0.0125, 0.025, 0.025])
