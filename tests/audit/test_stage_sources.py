"""What the audit finds out about sources of a stage by tracing a plan, whatever its labels and its list of sources say."""

from __future__ import annotations

from model.auditor import audit
from model.plan import Plan
from tests.audit.corrupt import add, drop
from tests.rules.micro import plan_of
from tests.rules.test_stage_sources import chain, sources


def families(case, plan: Plan) -> set[str]:
    return {v.family for v in audit(case, plan)}


def test_a_plan_with_one_separator_is_no_plan_with_two():
    """The plan of the case without the rule; and the same one that claims two sources."""
    plan, c = plan_of(chain()), chain(sources("Separated"))
    assert families(c, plan) == {"source_count"}
    claimed = plan
    for s in ("Lynas", "Iluka"):
        claimed = add("counted_sources", "Two", "Magnet", "2026", s)(claimed)
    assert [v.amount for v in audit(c, claimed)] == [10.0]


def test_two_magnet_makers_do_not_pass_for_two_separators():
    plan = plan_of(chain(sources("Magnet")))
    assert families(chain(sources("Magnet")), plan) == set()
    assert families(chain(sources("Separated")), plan) == {"source_count"}


def test_labels_that_lie_about_who_performed_a_stage_are_no_help():
    """The flags of the two separators are exchanged in every label: the trace does not read them. A source that is left out of
    the plan's list is missed."""
    c = chain(sources("Separated"))
    plan = plan_of(c)
    labels = plan.tables["labels"]
    swapped = [f.replace("Lynas", "?").replace("Iluka", "Lynas").replace("?", "Iluka") for f in labels["flags"]]
    lying = Plan({**plan.tables, "labels": labels.assign(flags=swapped)}, plan.summary)
    assert families(c, plan) == families(c, lying) == set()
    alone = drop("counted_sources", source="Iluka")(plan)
    assert families(c, alone) == {"source_count"}


def test_a_source_too_many_is_found():
    lines = [
        {"site": s, "line": line, "capacity": 60 if s == "Kuantan" else 500}
        for s, line in (("Kuantan", "SX"), ("Eneabba", "SX"), ("Ochang", "Press"), ("Sumter", "Press"))
    ]
    plan = plan_of(chain(lines=lines))
    c = chain(sources("Separated", 1, limit_type="Max"), lines=lines)
    found = [v for v in audit(c, plan) if v.family == "source_count"]
    assert sorted(round(v.amount, 6) for v in found) == [40.0, 60.0]
    claimed = plan
    for s in ("Lynas", "Iluka"):
        claimed = add("counted_sources", "Two", "Magnet", "2026", s)(claimed)
    assert [v.amount for v in audit(c, claimed)] == [1.0]


def test_as_is_counts_no_sources():
    plan = plan_of(chain())
    assert families(chain(sources("Separated")), Plan(plan.tables, plan.summary, as_is=True)) <= {"offer_limits"}
