"""What the audit finds out about substitutes by itself: plans that replace what they may not."""

from __future__ import annotations

import pytest

from model.auditor import audit
from tests.audit.corrupt import add, both, change, drop, more
from tests.rules.micro import need, plan_of, years
from tests.rules.test_substitution import abroad, ferrite, lower, plant

TWO = {"periods": years(2026, 2027), "demand": [need(p2026=100, p2027=100)]}
SET_UP = ferrite(adoption_cost=0.3, adoption_time=6)


def found(c, plan):
    return {v.family for v in audit(c, plan)}


@pytest.mark.parametrize(
    ("substitution", "spoil", "families"),
    [
        (ferrite(ceiling=0.3), change("substitutions", "tonnes", more(1.0)), {"demand", "substitution", "costs"}),
        (SET_UP, drop("adoptions"), {"substitution", "costs"}),
        (SET_UP, change("adoptions", "period", "2027"), {"substitution", "costs"}),
        (ferrite(), add("adoptions", "Plant", "Oxide", "Ferrite", "2026"), {"substitution"}),
        (ferrite(), change("substitutions", "substitute", "Glue"), {"substitution", "costs"}),
        (lower(ratio=1.2), change("deliveries", "tonnes", more(-1.0), material="Low"), {"demand", "material_balance"}),
        (lower(), add("shortages", "Plant", "Low", 1, "2026", 1.0), {"demand", "shortage_tiers", "costs"}),
    ],
)
def test_a_plan_that_replaces_what_it_may_not_is_found(substitution, spoil, families):
    c = plant(substitution, **TWO)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert found(c, spoil(plan)) >= families


@pytest.mark.parametrize(
    ("allowed", "asked", "amount"),
    [
        (ferrite(), ferrite(ceiling=0.6), 40),
        (ferrite(), ferrite(first_use="2026-04-01"), 25),
        (ferrite(), ferrite(adoption_time=3), 25),
    ],
)
def test_a_plan_of_a_looser_case_is_found(allowed, asked, amount):
    """100 t are replaced in 2026, of which 60 %, or three quarters, may be."""
    got = [v for v in audit(plant(asked), plan_of(plant(allowed))) if v.family == "substitution"]
    assert [v.amount for v in got] == [pytest.approx(amount)]


def test_what_stands_in_counts_for_a_rule():
    """Without the rule 100 t of the Chinese grade come, 5 t of Dy; 2 t are allowed: 3 too many, of lots whose label says nothing
    of China where no rule asks. The plan of a rule of half, 5 t, is off by 3 as well, and its labels tell."""
    rule = {"rule": "Cap", "metric": "Country Share", "who": "China", "limit_type": "Max", "material": "Dy"}
    strict = abroad(de_risking_rules=[rule | {"2026": 0.2}])
    loose = plan_of(abroad(de_risking_rules=[rule | {"2026": 0.5}]))
    assert [(v.family, v.amount) for v in audit(strict, loose)] == [("share_cap", pytest.approx(3.0))]
    spoilt = both(change("substitutions", "tonnes", 10.0))(loose)
    assert "demand" in found(strict, spoilt)
