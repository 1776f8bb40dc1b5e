"""Micro cases of leaving and renewing a contract; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.contracts import contracts_table
from model.report.decisions import decisions_table
from model.report.view import View
from tests.audit.corrupt import add, both, change, drop
from tests.rules.micro import case, need, offer, plan_of, years

THREE = years(2026, 2027, 2028)


def _framed(**terms: object):
    """Return 10 t a year of A at 2 USD/kg under a contract, or of B at 5 without."""
    return case(
        periods=THREE,
        offers=[offer("A", 2.0, contract="Frame"), offer("B", 5.0)],
        demand=[need(p2026=10, p2027=10, p2028=10)],
        contracts=[{"contract": "Frame", "most": 10, **terms}],
    )


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"duration": 12}, 20 + 100),
        ({"duration": 12, "renewal": 12}, 40 + 50),
        ({"duration": 18, "renewal": 18}, 60),
        ({"duration": 24, "renewal": 6}, 50 + 25),
        ({"duration": 24, "renewal": 12}, 60),
        ({"duration": 12, "renewal": 12, "set_up_cost": 61}, 150),
    ],
)
def test_a_contract_may_be_renewed_once(terms: dict[str, object], expected: float):
    """A year of A is 20, of B 50. One year is signed, the others are B's: 120; renewed once, two years of A: 90. Renewed in the
    middle of 2027, or after two years for a whole one, it runs to the end: 60; for half a year 5 t of 2028 are B's: 75.
    A set-up of 61 for two years that save 60 is not worth it: 150.
    """
    c = _framed(**terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


def _falling(**terms: object):
    """Return 10, 10 and 0 t needed in three years of A at 2 USD/kg or B at 5; 10 t/y, the most, are to be paid for at 2."""
    return case(
        periods=THREE,
        offers=[offer("A", 2.0, contract="Frame"), offer("B", 5.0)],
        demand=[need(p2026=10, p2027=10, p2028=0)],
        contracts=[
            {"contract": "Frame", "most": 10, "committed": 10, "take_or_pay": 1.0, "untaken_price": 2.0, **terms}
        ],
    )


@pytest.mark.parametrize(
    ("terms", "expected", "notice"),
    [
        ({}, 60, []),
        ({"exit_cost": 0.005}, 45, ["2028"]),
        ({"exit_cost": 0.005, "notice": 12}, 45, ["2027"]),
        ({"exit_cost": 0.005, "notice": 6}, 40 + 10 + 5, ["2028"]),
        ({"exit_cost": 0.021}, 60, []),
        ({"exit_cost": 0.005, "duration": 24}, 40, []),
    ],
)
def test_a_contract_may_be_left(terms: dict[str, object], expected: float, notice: list[str]):
    """40 of A and 20 for what is not taken in 2028: 60. Left at the start of 2028 for 5: 45; with a year's notice it is given at
    the start of 2027. With half a year's notice given then 5 t of 2027 would be B's, 40 − 10 + 25 + 5 = 60; given in 2028, half
    of 2028 is still paid for: 55. For 21 it is not left; and what runs out after two years need not be.
    """
    c = _falling(**terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert plan.tables["notices"]["period"].tolist() == notice
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("terms", "expected", "notice"),
    [
        ({}, 60, []),
        ({"exit_cost": 0.005}, 45, ["2028"]),
        # Given in 2027, when it is renewed, a year's notice is in time; given in 2026 it would be before.
        ({"exit_cost": 0.005, "notice": 12}, 45, ["2027"]),
        ({"exit_cost": 0.005, "notice": 6}, 40 + 10 + 5, ["2028"]),
        ({"exit_cost": 0.021}, 60, []),
    ],
)
def test_what_is_renewed_may_be_left(terms: dict[str, object], expected: float, notice: list[str]):
    """A year, renewed for two: 40 of A and 20 for what is not taken in 2028; not renewed, 2027 is B's: 70. Left in 2028 for 5:
    45. With half a year's notice half of 2028 is paid for: 55. For 21 it is not left.
    """
    c = _falling(duration=12, renewal=24, **terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert plan.tables["renewals"]["period"].tolist() == ["2027"]
    assert plan.tables["notices"]["period"].tolist() == notice
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


def _decided(**terms: object):
    """Return 20, 20 and 0 t needed: A at 1 USD/kg with a fee of 1 for each kg of room, decided at signing; B at 3.5."""
    return case(
        periods=THREE,
        offers=[offer("A", 1.0, contract="Frame"), offer("B", 3.5)],
        demand=[need(p2026=20, p2027=20, p2028=0)],
        contracts=[{"contract": "Frame", "committed_most": 100, "reservation_fee": 1.0, **terms}],
    )


@pytest.mark.parametrize(
    ("terms", "expected", "size"),
    [
        ({}, 60 + 40, 20),
        ({"exit_cost": 0.005}, 40 + 40 + 5, 20),
        ({"exit_cost": 0.005, "notice": 6}, 50 + 40 + 5, 20),
        ({"exit_cost": 0.021}, 60 + 40, 20),
        # At least 25 t/y of room; all of it, taken or paid for at 0.5.
        ({"exit_cost": 0.005, "committed": 25}, 50 + 40 + 5, 25),
        ({"exit_cost": 0.005, "take_or_pay": 1.0, "untaken_price": 0.5}, 40 + 40 + 5, 20),
        # A year, and another; a year, and two more of which one is left.
        ({"duration": 12}, 20 + 20 + 70, 20),
        ({"duration": 12, "renewal": 12}, 40 + 40, 20),
        ({"duration": 12, "renewal": 24}, 60 + 40, 20),
        ({"duration": 12, "renewal": 24, "exit_cost": 0.005}, 40 + 40 + 5, 20),
        ({"duration": 12, "renewal": 24, "exit_cost": 0.005, "notice": 18}, 50 + 40 + 5, 20),
    ],
)
def test_a_decided_quantity_goes_on_and_ends_with_its_contract(terms: dict[str, object], expected: float, size: float):
    """Room of 20 t/y costs 20 a year, oxide of A 40 in all: 100 in three years. Left at the start of 2028 for 5: 85; with half a
    year's notice half a year's fee more: 95, given in 2028, or given in 2027 with a year and a half. For 21 it is not left.
    """
    c = _decided(**terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert plan.tables["reservations"]["size"].tolist() == pytest.approx([size])
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


def test_what_is_shown():
    """The renewal falls due in 2027, a notice where it is given."""
    c = _framed(duration=12, renewal=12)
    view = View(c, plan_of(c))
    assert contracts_table(view)[["signed", "end"]].values.tolist() in ([["2026", "renewed"]], [["2027", "renewed"]])
    told = decisions_table(view).set_index("decision")
    assert told.loc["Sign", ["reversible_until", "answers"]].tolist() == ["can not be left", "offers A, for 12 months"]
    assert told.loc["Renew", "reversible_until"] == "can not be left"
    c = _falling(exit_cost=0.005, notice=12)
    view = View(c, plan_of(c))
    shown = contracts_table(view)
    assert shown[["end", "exit_cost"]].values.tolist() == [["left", 0.005]]
    assert str(shown["until"].iloc[0])[:10] == "2028-01-01"
    told = decisions_table(view).set_index("decision")
    assert told.loc["Sign", "answers"] == "offers A, to the end of the plan"
    assert told.loc["Give notice", ["period", "money", "answers"]].tolist() == ["2027", 0.005, "ends on 2028-01-01"]


def test_spoilt_ends_are_found_out():
    c = _falling(exit_cost=0.005, notice=12)
    plan = plan_of(c)
    assert audit(c, plan) == []

    def told(spoilt: object, family: str) -> list[float]:
        return [v.amount for v in audit(c, spoilt) if v.family == family]

    # Without the notice the 10 t of 2028 are owed; given in 2028 it comes too late for them. What nobody left costs no exit.
    assert told(drop("notices")(plan), "take_or_pay") == pytest.approx([10.0])
    assert told(drop("notices")(plan), "costs") == pytest.approx([0.005, 0.005])
    assert told(change("notices", "period", "2028")(plan), "take_or_pay") == pytest.approx([10.0])
    assert told(change("notices", "period", "2026")(plan), "contract_end") == [1.0]
    assert told(add("notices", "Frame", "2028")(plan), "contract_end") == [1.0]
    assert told(add("renewals", "Frame", "2028")(plan), "contract_end") == [1.0, 1.0]
    # What is decided goes with the contract: without the notice the room of 2028 is paid for, without the renewal there is none.
    c = _decided(duration=12, renewal=24, exit_cost=0.005)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert told(drop("notices")(plan), "costs") == pytest.approx([0.015, 0.015])
    assert told(drop("renewals")(plan), "reservation") == pytest.approx([20.0])
    assert told(change("notices", "period", "2027")(plan), "reservation") == pytest.approx([20.0])
    c = _falling(exit_cost=0.005, duration=12, renewal=24)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert told(drop("renewals")(plan), "contract_end") == [1.0]
    assert told(change("notices", "period", "2027")(plan), "contract") == pytest.approx([10.0, 10.0])
    c = _framed(duration=12, renewal=12)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert told(drop("renewals")(plan), "contract") == pytest.approx([10.0, 10.0])
    spoilt = both(change("renewals", "period", "2026"), change("contracts", "period", "2026"))(plan)
    assert 1.0 in told(spoilt, "contract_end")
