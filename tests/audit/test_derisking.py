"""What the audit finds out about de-risking rules by itself: plans that hide, or break, what a rule counts."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.plan import Plan
from tests.audit.corrupt import change, rows_of
from tests.rules.micro import need, offer, plan_of
from tests.rules.test_derisking import LANES, SITES, SUPPLIERS, A, B, rule, world

ORE = {
    "materials": [{"material": "Ore", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "suppliers": [*SUPPLIERS, {"supplier": "Pit", "country": "Australia"}],
    "sites": [*SITES, {"site": "Works", "country": "Malaysia", "operator": "A"}],
    "offers": [offer("Pit", 2.0, material="Ore"), B],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": r, "material": g, "per_unit": 1.0}
        for r, g in (("Input", "Ore"), ("Output", "Oxide"))
    ],
    "lines": [{"site": "Works", "line": "SX", "capacity": 500}],
}
TRADER = rule(stage="Last Exporter")
HOME = rule(0.25, metric="Domestic Share", who=None, limit_type="Min")
SOLD_AT_HOME = {"offers": [A, offer("U", 20.0)]}
CONTROL = rule(counted_by="Country of Control", stage="Separated")


def without_flags(plan: Plan) -> Plan:
    """Return the plan with labels that say nothing of any lot."""
    labels = plan.tables["labels"]
    return Plan({**plan.tables, "labels": labels.assign(flags="")}, plan.summary, plan.as_is)


@pytest.mark.parametrize(
    ("derisking", "tables", "family"),
    [
        (TRADER, {"lanes": LANES}, "export_quota"),
        (HOME, SOLD_AT_HOME, "offer_limits"),
        (CONTROL | {"2026": 0.5}, ORE, "joint_output"),
        (rule(counted_by="Country of Control"), {"offers": [A | {"site": "Plant B"}, B]}, "offer_limits"),
    ],
)
def test_a_plan_that_hides_what_a_rule_asks_is_found(derisking, tables, family):
    c = world(derisking | {"2026": 0.5}, **tables)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert family in {v.family for v in audit(c, without_flags(plan))}


def flagged(plan: Plan, word: str) -> list[int]:
    """Return the labels of which a flag holds a word, then those of which none does."""
    labels = plan.tables["labels"]
    return sorted(labels["label"], key=lambda n: word not in labels.set_index("label")["flags"][n])


@pytest.mark.parametrize(
    ("derisking", "tables", "word"),
    [
        (TRADER | {"2026": 0.4}, {"lanes": LANES}, "exporter"),
        (HOME, SOLD_AT_HOME, "not country:Any Stage:United States"),
        (CONTROL | {"2026": 0.5}, ORE, "control"),
    ],
)
def test_a_share_that_is_broken_is_found(derisking, tables, word):
    """What the rule holds to its limit is delivered under the other label as well."""
    c = world(derisking, **tables)
    plan = plan_of(c)
    bad, *_, good = flagged(plan, word)
    held = rows_of(plan, "deliveries", label=good)["tonnes"].sum()
    assert held > 0
    spoilt = change("deliveries", "label", bad, label=good)(plan)
    assert [v.amount for v in audit(c, spoilt) if v.family == "share_cap"] == pytest.approx([held])


@pytest.mark.parametrize("what", [{"supplier": "A"}, {"site": "Hub"}, {"country": "China"}, {"segment": "Cars"}])
def test_an_exemption_that_is_none_is_found(what):
    """The plan of a case with an exemption is none of the case without it: 100 t of Chinese oxide are counted."""
    exempt = {"rule_exemptions": [{"exemption": "E", "rule": "Cap", **what}]}
    demand = [need("Cars", site="Coast", p2026=100), need("Trains", site="Coast", p2026=1)]
    plan = plan_of(world(rule(), demand=demand, **exempt))
    found = {v.family for v in audit(world(rule(), demand=demand), plan)}
    assert ("share_cap" if "segment" in what else "offer_limits") in found


def test_a_de_minimis_that_is_none_is_found():
    tables = {"contents": [{"element": "Dy", "material": "Oxide", "content": 0.02}]}
    plan = plan_of(world(rule(material="Dy", de_minimis=0.05), **tables))
    found = audit(world(rule(material="Dy"), **tables), plan)
    assert [(v.family, v.amount) for v in found] == [("share_cap", pytest.approx(2.0))]


def test_derived_content_without_a_de_minimis_is_found():
    ban = {"control": "Reach", "jurisdiction": "China", "material": "Dy", "kind": "Ban", "reach": "Derived Content"}
    tables = {
        "contents": [{"element": "Dy", "material": "Oxide", "content": 0.02}],
        "offers": [A | {"site": "Trader"}, B],
    }
    plan = plan_of(world(export_controls=[ban | {"de_minimis": 0.05}], **tables))
    found = audit(world(export_controls=[ban], **tables), plan)
    assert [(v.family, v.amount) for v in found] == [("derived_content", pytest.approx(2.0))]
