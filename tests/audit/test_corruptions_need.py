"""Plans for products, spoilt: found in the family where it belongs, by what it is off."""

from __future__ import annotations

from model.auditor import audit
from tests.audit.corrupt import change, drop, more
from tests.rules.micro import plan_of
from tests.rules.test_products import cars


def test_the_audit_finds_units_that_lack_one_material_only() -> None:
    """A tonne of Nd more is short and one less delivered: the sums hold, but 250 cars more lack their Nd than their Dy."""
    c = cars(dy=4.0)
    plan = change("shortages", "tonnes", more(1.0), material="Nd")(plan_of(c))
    plan = change("deliveries", "tonnes", more(-1.0), material="Nd")(plan)
    found = [v for v in audit(c, plan) if v.family == "demand"]
    assert [round(v.amount, 6) for v in found] == [0.25]
    assert "car" in str(found[0])


def test_the_audit_finds_a_product_that_lacks_nothing_of_one_material() -> None:
    """6 000 cars lack 24 t of Nd and 6 t of Dy; without the rows of Dy its balance is off by 6 t."""
    c = cars(dy=4.0)
    found = [v for v in audit(c, drop("shortages", material="Dy")(plan_of(c))) if v.family == "demand"]
    assert [round(v.amount, 6) for v in found] == [6.0, 6.0]


def test_the_audit_finds_a_price_of_one_material_alone() -> None:
    """Valued at 0.1 kUSD per 4 kg of Nd instead of per 5 kg of both, 6 000 cars would be 750 kUSD instead of 600."""
    c = cars(dy=4.0)
    plan = change("costs", "amount", 0.75, kind="Shortage")(plan_of(c))
    found = [v for v in audit(c, plan) if v.family == "costs"]
    assert [round(v.amount, 6) for v in found] == [0.15]
