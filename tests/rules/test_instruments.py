"""Micro cases of prepayment, reserved capacity and the largest exposure; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.contracts import contracts_table, exposure_table
from model.report.sourcing import sourcing_table
from model.report.view import View
from model.solver.planning import solve
from tests.audit.corrupt import Change, add, change, drop, more
from tests.rules.micro import case, cost_of, need, offer, plan_of, tonnes, years

TWO = years(2026, 2027)
FIVE_A_KG = {"segment": "Plant", "tier": 1, "cost": 5.0}


def _prepaid(**terms: object):
    """Return 10 t a year, A at 2 USD/kg under a contract and B at 3 without; terms of the contract in kUSD."""
    return case(
        periods=TWO,
        offers=[offer("A", 2.0, contract="Frame"), offer("B", 3.0)],
        demand=[need(p2026=10, p2027=10)],
        contracts=[{"contract": "Frame", **terms}],
    )


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"prepaid": 0.03}, 40),
        ({"prepaid": 0.03, "credited": 1.0}, 30 + 40 - 20),
        ({"prepaid": 0.045}, 45),
        ({"prepaid": 0.045, "credited": 1.0}, 60),
        ({"prepaid": 0.03, "credited": 1.0, "duration": 12}, 60),
        ({"credit_left": 0.015}, 40 - 15),
        ({"prepaid": 0.03, "credit_left": 0.006, "credited": 1.5}, 70 - 30),
    ],
)
def test_a_prepayment_is_credited_until_it_is_used_up(terms: dict[str, float], expected: float):
    """20 t cost 40 of A, 60 of B. 30 prepaid come back whole: 40. At 1 USD/kg 20 of 30 come back: 50.

    45 prepaid come back up to the price of 40: 45. At 1 USD/kg only 20 of 45 would come back, 65 in all: B. For twelve months
    only 10 of 30 come back, so one year of A costs 40 and the year of B 30: B for both. 15 prepaid earlier come off: 25.
    30 now and 6 earlier at 1.5 USD/kg: 30 of the 36 come off, 40.
    """
    assert cost_of(_prepaid(**terms)) == pytest.approx(expected)


def test_a_credit_falls_due_with_the_payment():
    """Paid a year later: 20 and 20 due in 2027, all within the plan, 30 credited with them, 30 paid in 2026."""
    c = case(
        periods=TWO,
        offers=[offer("A", 2.0, contract="Frame", payment_days=365.25)],
        demand=[need(p2026=10, p2027=10)],
        contracts=[{"contract": "Frame", "prepaid": 0.03}],
    )
    found = cash_ledger(View(c, plan_of(c))).groupby(["kind", "period"])["amount"].sum() * 1e3
    assert found.to_dict() == pytest.approx(
        {("Purchases", "2027"): 40.0, ("Contracts", "2026"): 30.0, ("Contracts", "2027"): -30.0}
    )


def test_the_dear_step_can_not_be_credited_first():
    """The first 10 t cost 1, what follows 3 USD/kg: 10 t a year are 10 and 30. 100 USD/kg could be credited of 0.02 prepaid.

    At ten percent and the whole price at most, 10 are credited in 2026 and 10 in 2027: 20 + 10 − 10 + (30 − 10) / 1.1.
    """
    c = case(
        settings={"Discount Rate": 0.1, "Discount Timing": "Start"},
        periods=TWO,
        offers=[offer("A", 1.0, contract="Frame")],
        demand=[need(p2026=10, p2027=10)],
        price_tiers=[{"offer": "A", "step": 1, "from_quantity": 10, "price": 3.0, "basis": "Cumulative"}],
        contracts=[{"contract": "Frame", "prepaid": 0.02, "credited": 100.0}],
    )
    assert cost_of(c) == pytest.approx(20 + 20 / 1.1)


def test_consignment_is_an_offer_at_our_own_site():
    """Oxide of the supplier's lies at the plant, at 4 USD/kg; 5 t are bought when they are drawn in each year, 10 t/y at most."""
    c = case(
        periods=TWO,
        countries=[{"country": "Japan"}],
        sites=[{"site": "Plant", "country": "Japan"}],
        offers=[offer("A", 4.0, site="Plant", incoterm="DAP", payment_days=365.25, available_to_us=10)],
        demand=[need(site="Plant", p2026=5, p2027=5)],
        stockpiles=[{"site": "Plant", "material": "Oxide", "carrying_cost": 1.0}],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(40)
    assert [tonnes(plan, "purchases", period=p) for p in ("2026", "2027")] == pytest.approx([5, 5])
    assert tonnes(plan, "stocks") == 0


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        # 8 t lie there in all at 4, and 10 t/y could be drawn; A sends no more after the ban, so that 2 t come of B at 9.
        ({"kind": "Consignment", "consigned": 8}, 32 + 18),
        # It is filled up again; or nothing lies there, and 10 t come of B.
        ({"kind": "Consignment"}, 40),
        ({"kind": "Consignment", "consigned": 0}, 90),
        # An offer that is none would have to leave China.
        ({"kind": "Bid"}, 90),
    ],
)
def test_a_consignment_lies_there_already(terms: dict[str, object], expected: float):
    """Oxide of a Chinese supplier at the plant at 4 USD/kg, 5 t needed in each of two years under a ban; As Is draws it too."""
    c = case(
        periods=TWO,
        countries=[{"country": n} for n in ("China", "Japan")],
        suppliers=[{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Japan"}],
        sites=[{"site": "Plant", "country": "Japan"}],
        offers=[offer("A", 4.0, site="Plant", incoterm="DAP", available_to_us=10, **terms), offer("B", 9.0)],
        demand=[need(site="Plant", p2026=5, p2027=5)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        export_controls=[{"control": "Ban", "jurisdiction": "China", "material": "Oxide", "kind": "Ban"}],
    )
    outcome = solve(c)
    assert outcome.plan is not None
    assert outcome.as_is is not None
    assert 1e3 * outcome.plan.cost() == pytest.approx(expected)
    theirs = {"Bid": 0.0}.get(str(terms["kind"]), float(terms.get("consigned", 10)))  # type: ignore[arg-type]
    assert tonnes(outcome.as_is, "purchases") == pytest.approx(theirs)
    if terms.get("consigned") == 8:
        shown = sourcing_table(View(c, outcome.plan))
        first = shown[shown["source"] == "A"].iloc[0]
        assert (first["available"], shown[shown["source"] == "A"].iloc[1]["available"]) == (8, 8 - first["bought"])
        broken = change("purchases", "tonnes", more(1.0), offer="A", period="2026")(outcome.plan)
        assert [v.amount for v in audit(c, broken) if v.family == "offer_limits"] == pytest.approx([1.0])


def _reserved(**terms: object):
    """Return needs of 20 and 30 t; A at 1 USD/kg with a fee of 1 for each kg of room, B at 3.5."""
    return case(
        periods=TWO,
        offers=[offer("A", 1.0, contract="Frame"), offer("B", 3.5)],
        demand=[need(p2026=20, p2027=30)],
        contracts=[{"contract": "Frame", "committed_most": 100, "reservation_fee": 1.0, **terms}],
    )


@pytest.mark.parametrize(
    ("terms", "expected", "size"),
    [
        ({}, 60 + 50, 30),
        ({"committed_most": 25}, 50 + 45 + 17.5, 25),
        ({"committed": 40}, 80 + 50, 40),
        ({"reservation_fee": 1.5}, 60 + 40 + 35, 20),
        ({"take_or_pay": 0.8, "untaken_price": 0.5}, 60 + 50 + 2, 30),
    ],
)
def test_how_much_is_reserved_is_decided_once(terms: dict[str, float], expected: float, size: float):
    """Each t/y of room beyond 20 costs 2 for two years and saves 2.5 once: 30 t/y, 60 of fees and 50 of oxide. Signed in 2027,
    it would be 30, 30 and 70 for B in 2026.

    At most 25: 50 of fees, 45 of A, 5 t of B. At least 40: 80 of fees. At a fee of 1.5 room beyond 20 costs 3, more than it
    saves: 60 of fees, 40 of A and 10 t of B. 80 % of the room to be taken or paid at 0.5: of 24 t in 2026 4 are not taken; room
    beyond 25 then costs 2.4 and still saves 2.5.
    """
    c = _reserved(**terms)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert plan.tables["reservations"]["size"].tolist() == pytest.approx([size])
    told = cash_ledger(View(c, plan)).groupby("kind")["amount"].sum()
    assert 1e3 * told.sum() == pytest.approx(expected)


def _owed(**terms: object):
    """Return 20 t a year of A, ordered half a year ahead at 2 USD/kg, or of B at 5 at once."""
    return case(
        periods=TWO,
        suppliers=[{"supplier": "A", "country": "Japan", **terms}, {"supplier": "B", "country": "Japan"}],
        countries=[{"country": "Japan"}],
        offers=[offer("A", 2.0, lead_time=6), offer("B", 5.0)],
        demand=[need(p2026=0, p2027=20)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        stockpiles=[{"site": "Plant", "material": "Oxide"}],
    )


@pytest.mark.parametrize(
    ("terms", "expected"), [({}, 40), ({"largest_exposure": 0.01}, 65), ({"largest_exposure": 0}, 100)]
)
def test_the_largest_exposure_limits_what_is_on_order(terms: dict[str, float], expected: float):
    """Of x t ordered in 2026 half are on order at its end, at 2 USD/kg: x kUSD are owed; of y t in 2027 y.

    Without a limit x = 20: 40. With 10 kUSD x = 10 costs 20, y = 10 another 20 for the 5 t in time, and 5 t of B 25. With none
    all is bought of B: 100.
    """
    c = _owed(**terms)
    assert cost_of(c) == pytest.approx(expected)


@pytest.mark.parametrize(("largest", "expected"), [(0.03, 40), (0.029, 60)])
def test_a_prepayment_is_owed(largest: float, expected: float):
    """30 kUSD prepaid are owed until they are credited: with less than that B supplies, 60 instead of 40."""
    c = case(
        periods=TWO,
        countries=[{"country": "Japan"}],
        suppliers=[{"supplier": "A", "country": "Japan", "largest_exposure": largest}],
        offers=[offer("A", 2.0, contract="Frame"), {**offer("B", 3.0), "supplier": "A"}],
        demand=[need(p2026=10, p2027=10)],
        contracts=[{"contract": "Frame", "prepaid": 0.03}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_what_is_shown():
    """20 of the 30 prepaid are credited in 2026 at the whole price, 10 in 2027: 30 are owed, then 10; and 5 on order, then 5."""
    c = _prepaid(prepaid=0.03)
    shown = contracts_table(View(c, plan_of(c)))
    told = ["signed", "bought", "prepaid", "credited", "not_credited"]
    assert shown[told].values.tolist() == [["2026", *(pytest.approx(x, abs=1e-9) for x in (20, 0.03, 0.03, 0))]]
    c = _owed(largest_exposure=0.01)
    shown = exposure_table(View(c, plan_of(c)))
    assert shown["exposure"].tolist() == pytest.approx([0.01, 0.01])


def test_spoilt_instruments_are_found_out():
    c = _prepaid(prepaid=0.03, credited=1.5)
    plan = plan_of(c)
    assert audit(c, plan) == []

    def amounts(family: str, spoil: Change) -> list[float]:
        return [v.amount for v in audit(c, spoil(plan)) if v.family == family]

    # 15 credited in each year, as much as 1.5 USD/kg allow, and all that was prepaid.
    assert amounts("prepayment", change("credits", "amount", more(0.002), period="2026")) == pytest.approx(
        [0.002, 0.002]
    )
    assert amounts("prepayment", change("credits", "amount", more(0.006), period="2027")) == pytest.approx(
        [0.001, 0.006, 0.006]
    )
    assert amounts("prepayment", add("credits", "B", "2026", 0.001)) == pytest.approx([0.001])

    c = _reserved(committed=25)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert amounts("reservation", change("reservations", "size", more(-3))) == pytest.approx([3.0])
    assert amounts("reservation", change("reservations", "size", more(80))) == pytest.approx([10.0])
    assert amounts("reservation", change("reservations", "period", "2027")) == pytest.approx([30.0, 25.0, 20.0])
    assert amounts("reservation", drop("reservations")) == pytest.approx([25.0, 20.0, 30.0])

    c = _owed(largest_exposure=0.01)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert tonnes(plan, "purchases", offer="A", period="2026") == pytest.approx(10)
    assert amounts("exposure", change("purchases", "tonnes", more(3), offer="A", period="2026")) == pytest.approx(
        [0.003]
    )
