"""Prices in steps, Incoterms and contracts under changes in place; see test_inplace."""

from __future__ import annotations

import pytest

from model.study.inplace import Built
from model.study.overlay import Change, Target, overlaid
from tests.rules.micro import case, need, offer, years
from tests.study.same import differences


def terms():
    """Return a case of steps that rise, steps that fall, a duty at the hand-over and a contract."""
    return case(
        periods=years(2026, 2027),
        settings={"Discount Rate": 0.1},
        countries=[{"country": "China"}, {"country": "Japan"}],
        suppliers=[{"supplier": s, "country": "China"} for s in "ABC"],
        sites=[{"site": "Works", "country": "Japan"}],
        offers=[
            offer("A", 2.0, available_to_us=60, payment_days=40, contract="Frame"),
            offer("B", 3.0, available_to_us=80, site="Works", incoterm="CIF"),
            offer("C", 4.0),
        ],
        demand=[need(site="Works", p2026=100, p2027=120)],
        lanes=[{"from_place": "Any", "to_place": "Works", "cost": 0.1}],
        tariffs=[{"tariff": "D", "importer": "Japan", "origin": "China", "2026": 0.1, "2027": 0.1}],
        materials=[{"material": "Oxide", "stage": "Separated", "reference_value": 3.0}],
        contracts=[{"contract": "Frame", "least": 10, "committed": 40, "take_or_pay": 0.5, "untaken_price": 1}],
        price_tiers=[
            {"offer": "A", "step": 1, "from_quantity": 30, "price": 5.0, "basis": "Cumulative"},
            {"offer": "B", "step": 1, "from_quantity": 40, "price": 2.0, "units": "All Units"},
        ],
    )


@pytest.mark.parametrize(
    ("table", "field"),
    [("Offers", "price"), ("Offers", "available_to_us"), ("Demand", "quantity"), ("Tariffs", "rate")],
)
def test_in_place_is_built_anew(table: str, field: str):
    base = terms()
    built = Built(base)
    new, touched = overlaid(base, (Change(Target(table, "Any", field), "×", 1.05),))
    found = built.changed(new, touched)
    assert found is not None
    assert differences(found[1], Built(new).matrix) == []
    assert differences(built.matrix, Built(new).matrix) != []


@pytest.mark.parametrize(
    ("target", "factor"),
    [
        (Target("Offers", "A", "price"), 3.0),  # now its step falls, and has to be decided on
        (Target("Offers", "B", "available_to_us"), 0.4),  # the step can not be reached any more
        (Target("Price Tiers", "Any", "price"), 1.1),  # not declared
        (Target("Contracts", "Any", "least"), 1.1),  # not declared
    ],
)
def test_more_than_numbers_is_built_anew(target: Target, factor: float):
    base = terms()
    new, touched = overlaid(base, (Change(target, "×", factor),))
    assert Built(base).changed(new, touched) is None


def owing():
    """Return a prepaid contract with a supplier whose exposure is limited, and a commitment that may be left."""
    return case(
        periods=years(2026, 2027),
        settings={"Discount Rate": 0.1},
        countries=[{"country": "Japan"}],
        suppliers=[{"supplier": s, "country": "Japan", "largest_exposure": 0.2} for s in "AB"],
        sites=[{"site": "B", "country": "Japan"}],
        offers=[offer("A", 2.0, contract="Frame", lead_time=6, site="B")],
        commitments=[
            {
                "commitment": "K",
                "kind": "Contract",
                "supplier": "B",
                "material": "Oxide",
                "price": 3.0,
                "2026": 30,
                "2027": 30,
                "exit_cost": 0.01,
                "notice": 6,
                "take_or_pay": 0.5,
            }
        ],
        demand=[need(site="B", p2026=100, p2027=120)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[{"contract": "Frame", "prepaid": 0.05, "credited": 1.0}],
    )


@pytest.mark.parametrize(("table", "field"), [("Offers", "price"), ("Commitments", "price"), ("Commitments", "tonnes")])
def test_what_is_owed_and_left_is_changed_in_place(table: str, field: str):
    base = owing()
    built = Built(base)
    new, touched = overlaid(base, (Change(Target(table, "Any", field), "×", 1.05),))
    found = built.changed(new, touched)
    assert found is not None
    assert differences(found[1], Built(new).matrix) == []
    assert differences(built.matrix, Built(new).matrix) != []
