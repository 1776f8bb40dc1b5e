"""What the audit finds out about recycling by itself: plans that get back more than was sold, earlier, or as something else."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.plan import Plan
from tests.audit.corrupt import change, more
from tests.rules.micro import plan_of
from tests.rules.test_matrices_recycling import PAST
from tests.rules.test_recycling import BACK, ages, ruled, yard


def families(c, plan):
    return {v.family for v in audit(c, plan)}


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (change("recycled", "tonnes", more(1.0)), {"recycling", "material_balance", "costs"}),
        (change("recycled", "period", "2026"), {"recycling", "material_balance", "costs"}),
        (change("recycled", "recycling", "Scraps"), {"names", "material_balance", "costs"}),
        (change("deliveries", "tonnes", more(-10.0), period="2026"), {"recycling", "demand", "material_balance"}),
    ],
)
def test_a_plan_that_gets_back_what_was_not_sold_is_found(spoil, found):
    c = yard((1, 0.5))
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert families(c, spoil(plan)) >= found


@pytest.mark.parametrize(
    ("allowed", "asked", "amount"),
    [
        (yard((1, 0.5)), yard((1, 0.3)), 20),
        (yard((1, 0.5)), yard((1.25, 0.5)), 12.5),
        (yard((1, 0.5)), yard((1, 0.5), row={"first_use": "2027-07-01"}), 25),
        (yard((1, 0.5)), yard((1, 0.5), row={"recovery": 0.9}), 5),
        (yard((2, 0.5), past_sales=PAST), yard((2, 0.5)), 20),
    ],
)
def test_a_plan_of_a_looser_case_is_found(allowed, asked, amount):
    """50 t come back in 2027: 30 would be allowed, or three quarters, half, nine tenths of them; or 20 t, of past sales, none."""
    got = [v for v in audit(asked, plan_of(allowed)) if v.family == "recycling"]
    assert [v.amount for v in got] == [pytest.approx(amount)]


def test_a_plan_that_hides_where_it_was_made_is_found():
    """The plan of a case that declares a clean origin is none of the case that declares nothing: 50 t come back as clean."""
    clean = {"mined_in": "United States", "separated_in": "United States"}
    got = audit(ruled(), plan_of(ruled(**clean)))
    assert [(v.family, v.amount) for v in got] == [("recycling", pytest.approx(50.0))]


def test_a_ledger_of_a_rule_that_hides_it_is_found():
    """At most a fifth may be Chinese; the rule's own ledger calls clean what came back undeclared."""
    c = yard(
        (1, 0.5),
        sites=[{"site": "Yard", "country": "United States"}],
        suppliers=[{"supplier": "A", "country": "Malaysia"}],
        de_risking_rules=[
            {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.2, "2027": 0.2}
        ],
        settings={"Attribution": "Per Rule"},
        recycling=[BACK],
        returns=ages((1, 0.5)),
    )
    plan = plan_of(c)
    assert audit(c, plan) == []
    frame = plan.tables["attributed"]
    assert (frame["marks"] != "").any()
    spoilt = Plan({**plan.tables, "attributed": frame.assign(marks="", marks_after="")}, plan.summary, plan.as_is)
    assert "attribution" in families(c, spoilt)
