"""Plans with products and qualifications, spoilt: found in the family where it belongs, by what it is off."""

from __future__ import annotations

import dataclasses

from model.auditor import audit
from tests.audit.corrupt import add, change, drop, more
from tests.rules.micro import plan_of
from tests.rules.test_products import cars
from tests.rules.test_qualification import row, two_materials, two_years, works


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


def test_the_audit_finds_what_is_delivered_before_its_qualification() -> None:
    """A delivers 4 t of 2027, which the plan started a qualification for in 2026; without the start, or a year later, none of
    them may be. The 5 kUSD are then not due either."""
    c = two_years()
    for spoil in (drop("qualifications"), change("qualifications", "period", "2027")):
        found = {v.family: v.amount for v in audit(c, spoil(plan_of(c))) if v.family == "qualification"}
        assert round(found["qualification"], 6) == 4.0


def test_the_audit_finds_a_lot_whose_seller_is_hidden() -> None:
    """A label without its mark is not the one that is offered."""
    c = two_years()
    plan = plan_of(c)
    labels = plan.tables["labels"].assign(flags="")
    hidden = dataclasses.replace(plan, tables={**plan.tables, "labels": labels})
    assert "offer_limits" in {v.family for v in audit(c, hidden)}


def test_the_audit_finds_a_lot_whose_maker_is_hidden() -> None:
    """A recipe at the Works makes oxide of the Works; a label that does not say so hides it."""
    c = works(row(site="Works", supplier=None, end_use="Military", months=0))
    plan = plan_of(c)
    labels = plan.tables["labels"].assign(flags="")
    hidden = dataclasses.replace(plan, tables={**plan.tables, "labels": labels})
    assert "joint_output" in {v.family for v in audit(c, hidden)}


def test_the_audit_finds_more_at_once_than_can_run() -> None:
    """One at a time: X and Y both started in 2026 are one too many in that year."""
    c = two_materials(1)
    plan = plan_of(c)
    first = plan.tables["qualifications"].set_index("qualification")["period"].to_dict()
    late = next(q for q, period in first.items() if period != "2026")
    found = audit(c, change("qualifications", "period", "2026", qualification=late)(plan))
    assert [(v.family, v.amount) for v in found] == [("qualification", 1.0)]


def test_the_audit_finds_a_start_that_can_not_be() -> None:
    """One in progress is not started again; and what it would cost is missing."""
    c = two_years(qualifications=[row(state="In Progress", done_by="2026-07-01")])
    found = audit(c, add("qualifications", "A for us", "2026")(plan_of(c)))
    assert sorted(v.family for v in found) == ["costs", "costs", "qualification"]
