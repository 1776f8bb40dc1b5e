"""Rules on the sources of a stage: which of them a plan breaks, and who its sources are where a rule took no part."""

from __future__ import annotations

import pandas as pd

from model.case.case import Case
from model.plan import Plan, plan_frame
from model.rules.ledger import Ledger
from model.rules.ledger_sources import by_stage, counted, traced, unmet

TOLD_APART = "sources_told_apart"


def broken(case: Case, plan: Plan) -> frozenset[int]:
    """Return the row ids of rules on the sources of a stage that a plan breaks."""
    if not any(by_stage(r) for r in case.rows("De-risking Rules")):
        return frozenset()
    return frozenset(unmet(Ledger(case, plan)))


def with_sources(case: Case, plan: Plan, told_apart: frozenset[int]) -> Plan:
    """Return the plan with the sources of every rule on a stage, by a trace where the rule took no part.

    The summary names the rules (row ids) whose sources its labels tell apart.
    """
    rules = [r for r in case.rows("De-risking Rules") if by_stage(r) and not plan.as_is]
    if not rules:
        return plan
    ledger = Ledger(case, plan)
    rows = [
        (r.rule, g, window, source)
        for r in rules
        if r.row_id not in told_apart
        for g, window, ts, tonnes in traced(ledger, r)
        for source in sorted(counted(ledger, r, g, ts, tonnes))
    ]
    known = plan.tables["counted_sources"]
    listed = pd.concat([known, plan_frame("counted_sources", rows)], ignore_index=True) if rows else known
    return Plan(
        {**plan.tables, "counted_sources": listed}, {**plan.summary, TOLD_APART: sorted(told_apart)}, plan.as_is
    )
