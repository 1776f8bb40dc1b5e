"""Micro cases of what a price is made of: currency, price year, index, Incoterm, days of payment; by hand in the docstrings."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.view import View
from tests.audit.corrupt import change, more
from tests.rules.micro import Rows, case, cost_of, need, offer, plan_of, years

TWO = years(2026, 2027)


def test_currency_by_period():
    """10 t a year at 2 EUR/kg; 1.1 and then 1.2 USD a euro: 22 + 24 = 46."""
    c = case(
        periods=TWO,
        offers=[offer("A", 2.0, currency="EUR")],
        demand=[need(p2026=10, p2027=10)],
        exchange_rates=[{"currency": "EUR", "2026": 1.1, "2027": 1.2}],
    )
    assert cost_of(c) == pytest.approx(46)


def test_price_year():
    """10 t at 2 USD/kg of 2020, when prices stood at 80 of today's 100: 10 · 2 · 100 / 80 = 25."""
    c = case(
        settings={"Price Year": 2026},
        offers=[offer("A", 2.0, price_year=2020)],
        demand=[need(p2026=10)],
        inflation=[{"year": 2020, "level": 80}, {"year": 2026, "level": 100}],
    )
    assert cost_of(c) == pytest.approx(25)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, 10 * 2 + 10 * 6),
        ({"factor": 0.5, "premium": 1.0}, 10 * 2 + 10 * 4),
        ({"floor": 3.0}, 10 * 3 + 10 * 6),
        ({"cap": 4.5}, 10 * 2 + 10 * 4.5),
        # A year ago there was no index: the price as given, 9; then the index of 2026.
        ({"index_lag": 12}, 10 * 9 + 10 * 2),
        # Half of 2026 is priced by the first half of 2026, half as given; 2027 by halves of both years.
        ({"index_lag": 6}, 10 * (2 + 9) / 2 + 10 * (2 + 6) / 2),
    ],
)
def test_index_with_factor_premium_floor_cap_and_lag(terms: dict[str, float], expected: float):
    """10 t a year by an index of 2 and 6 USD/kg; the price as given is 9."""
    c = case(
        periods=TWO,
        offers=[offer("A", 9.0, index="List", **terms)],
        demand=[need(p2026=10, p2027=10)],
        series=[{"series": "List", "2026": 2.0, "2027": 6.0}],
    )
    assert cost_of(c) == pytest.approx(expected)


def test_price_steps_are_in_the_currency_of_the_offer():
    """20 t in euros at 2 USD: 10 at 1, 10 at 3 from the step on: (10 + 30) · 2 = 80."""
    c = case(
        offers=[offer("A", 1.0, currency="EUR")],
        demand=[need(p2026=20)],
        exchange_rates=[{"currency": "EUR", "2026": 2.0}],
        price_tiers=[{"offer": "A", "step": 1, "from_quantity": 10, "price": 3.0}],
    )
    assert cost_of(c) == pytest.approx(80)


def _customs(incoterm: str, **more_of_it: object) -> dict[str, Rows]:
    return {
        "countries": [{"country": x} for x in ("China", "Japan")],
        "suppliers": [{"supplier": "A", "country": "China"}],
        "sites": [{"site": "Osaka", "country": "Japan"}, {"site": "Works", "country": "Japan"}],
        "materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 100.0}],
        "offers": [offer("A", 2.0, incoterm=incoterm, **more_of_it)],
        "demand": [need(site="Works", p2026=10)],
        "lanes": [
            {"from_place": "A", "to_place": "Works", "cost": 1.0},
            {"from_place": "Osaka", "to_place": "Works", "cost": 0.3},
        ],
        "tariffs": [{"tariff": "D", "importer": "Japan", "origin": "China", "2026": 0.1}],
    }


@pytest.mark.parametrize(
    ("incoterm", "site", "expected"),
    [
        # Freight of 1 from the door, insurance of 5 per cent, duty of 10 per cent of what was paid, not of the value of 100.
        ("EXW", None, 10 * (2 * 1.05 * 1.1 + 1)),
        ("FOB", None, 10 * (2 * 1.05 * 1.1 + 1)),
        # Freight from Osaka on; duty on the price paid. With CFR the insurance is ours, and duty is taken on it.
        ("CFR", "Osaka", 10 * (2 * 1.05 * 1.1 + 0.3)),
        ("CIF", "Osaka", 10 * (2 * 1.1 + 0.3)),
        ("DAP", "Osaka", 10 * (2 * 1.1 + 0.3)),
        ("DDP", "Osaka", 10 * (2 + 0.3)),
    ],
)
def test_incoterms_add_nothing_twice(incoterm: str, site: str | None, expected: float):
    """10 t at 2 USD/kg of Chinese oxide for a works in Japan."""
    c = case(**_customs(incoterm, site=site, insurance=0.05))
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    ledger = cash_ledger(View(c, plan))
    assert 1e3 * ledger["amount"].sum() == pytest.approx(expected)


def test_a_duty_at_the_hand_over_is_looked_at():
    c = case(**_customs("CIF", site="Osaka"))
    plan = plan_of(c)
    spoilt = change("costs", "amount", more(-0.001), kind="Duties")(plan)
    assert any("Duties" in v.sentence for v in audit(c, spoilt))


def test_days_of_payment_move_the_money():
    """10 t a year at 1 USD/kg; half a year to pay: 5 in 2026, 10 in 2027, and the 5 that fall after the plan in its last year.
    At 10 per cent and money at the start of a year: 5 + 15 / 1.1."""
    c = case(
        periods=TWO,
        settings={"Discount Rate": 0.1, "Discount Timing": "Start"},
        offers=[offer("A", 1.0, payment_days=365.25 / 2)],
        demand=[need(p2026=10, p2027=10)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(5 + 15 / 1.1)
    told = cash_ledger(View(c, plan)).set_index("period")["amount"] * 1e3
    assert told.to_dict() == pytest.approx({"2026": 5.0, "2027": 15.0})
    early = change("costs", "period", "2026", kind="Purchases", period="2027")(plan)
    assert [v for v in audit(c, early) if v.family == "costs"]


def test_commitments_are_paid_on_their_terms():
    """10 t signed at 2 EUR/kg, 1.5 USD a euro, paid half a year later: 30, half of it discounted by a year at 10 per cent."""
    c = case(
        periods=TWO,
        settings={"Discount Rate": 0.1, "Discount Timing": "Start"},
        offers=[offer("A", 9.0)],
        demand=[need(p2026=10, p2027=0)],
        exchange_rates=[{"currency": "EUR", "2026": 1.5}],
        commitments=[
            {
                "commitment": "Old",
                "kind": "Contract",
                "supplier": "A",
                "material": "Oxide",
                "price": 2.0,
                "currency": "EUR",
                "payment_days": 365.25 / 2,
                "2026": 10,
            }
        ],
    )
    assert cost_of(c) == pytest.approx(15 + 15 / 1.1)
