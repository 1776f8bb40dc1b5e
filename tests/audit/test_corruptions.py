"""A sound plan passes; names, amounts, costs and sums that are spoilt are found.

Ways of spoiling what a plan decides stand by subject in the files test_corruptions_*.py.
"""

from __future__ import annotations

import dataclasses

import pytest

from model.auditor import audit, require_sound
from model.case.case import Case
from model.errors import AuditError
from model.plan import Plan
from tests.audit.corrupt import Change, Corruption, add, assert_found_out, both, change, drop, more, rows_of


def summary(key: str, value: float) -> Change:
    return lambda plan: dataclasses.replace(plan, summary={**plan.summary, key: value})


def test_the_plan_is_sound_and_has_something_of_everything(case: Case, plan: Plan) -> None:
    assert audit(case, plan) == []
    require_sound(case, plan)
    empty = {name for name, frame in plan.tables.items() if frame.empty}
    assert empty == {
        "open_sites",
        "assignments",
        "set_ups",
        "line_uses",
        "modules",
        "subsidies",
        "override_costs",
        "downgraded",
        "attributed",
        "qualifications",
        "contracts",
        "untaken",
        "reservations",
        "departures",
        "in_quota",
        "renewals",
        "notices",
        "credits",
        "price_steps",
        "substitutions",
        "recycled",
        "adoptions",
    }  # these have their own cases, see test_plants, test_corruptions_need and tests/rules


CORRUPTIONS: tuple[Corruption, ...] = (
    ("quantities", "a negative quantity", 2.0, change("sales", "tonnes", -2.0, material="Ce", period="2029")),
    ("quantities", "a missing quantity", 1.0, change("runs", "units", float("nan"), recipe="Sinter", period="2029")),
    ("names", "an unknown label", 0.8, change("deliveries", "label", 99, segment="Lamps", period="2029")),
    ("names", "an unknown period", None, change("stocks", "period", "2035", site="Works", period="2028")),
    ("names", "an unknown offer", 23.6712764, change("purchases", "offer", "Z-9", offer="S-1", period="2028")),
    ("names", "an unknown place", None, change("flows", "to_place", "Atlantis", from_place="Beta")),
    ("names", "an unknown project", None, change("builds", "project", "Castle", project="Texas wing")),
    ("names", "an unreadable label", 1.0, change("labels", "right", "Civil@Atlantis", label=4)),
    ("offer_limits", "a label made clean", None, change("labels", "flags", "", label=7)),
    (
        "names",
        "a table is missing",
        1.0,
        lambda plan: dataclasses.replace(plan, tables={k: v for k, v in plan.tables.items() if k != "sales"}),
    ),
    (
        "costs",
        "a discounted cost is wrong",
        0.01,
        change("costs", "discounted", more(0.01), kind="Capital", period="2029"),
    ),
    ("costs", "a cost is in the wrong period", None, change("costs", "period", "2028", kind="Sales", period="2029")),
    ("costs", "a cost of an unknown kind", 1.0, add("costs", "Bribes", "2028", 1.0, 0.9)),
    ("costs", "an order is not paid", 0.03, drop("orders", offer="A-1", period="2029")),
    ("summary", "the objective is wrong", 1.0, lambda plan: summary("objective", plan.summary["objective"] - 1)(plan)),
    ("summary", "the cash cost is wrong", 0.5, lambda plan: summary("cash", plan.summary["cash"] + 0.5)(plan)),
    ("summary", "the shortage is wrong", None, summary("shortage", 0.0)),
    (
        "summary",
        "the bound is above the objective",
        2.0,
        lambda plan: summary("bound", plan.summary["objective"] + 2)(plan),
    ),
    (
        "summary",
        "defence goes short unsaid",
        1.0,
        both(add("shortages", "Missiles", "Magnet", 1, "2028", 1.0), summary("priority_shortage", 0.0)),
    ),
)
# Where several checks of one family find something, the words of the one that is meant.
WORDS = {
    "a cost of an unknown kind": "unknown or stands twice",
}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(case: Case, plan: Plan, corruption: Corruption) -> None:
    assert_found_out(case, plan, corruption, WORDS)


def test_every_kind_of_cost_is_looked_at(case: Case, plan: Plan) -> None:
    kinds = list(dict.fromkeys(plan.tables["costs"]["kind"]))
    assert len(kinds) == 17
    for kind in kinds:
        row = rows_of(plan, "costs", kind=kind).iloc[0]
        found = audit(case, drop("costs", kind=kind, period=row["period"])(plan))
        assert [v.amount for v in found if v.family == "costs" and v.sentence.startswith(kind)] == pytest.approx(
            [abs(row["amount"]), abs(row["discounted"])]
        ), kind


def test_a_spoilt_plan_is_refused(case: Case, plan: Plan) -> None:
    with pytest.raises(AuditError) as refused:
        require_sound(case, drop("permits", project="Texas wing")(plan))
    assert {v.family for v in refused.value.violations} == {"permit_before_build", "costs"}
