"""Rules on the sources of a stage: which of them a plan breaks, and who its sources are where a rule took no part."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from model.case.case import Case
from model.plan import COST_KINDS, Plan, plan_frame
from model.rules.family import kusd_to_musd
from model.rules.ledger import Ledger
from model.rules.ledger_sources import Miss, by_stage, counted, traced, unmet

TOLD_APART = "sources_told_apart"


def broken(case: Case, plan: Plan) -> list[Miss]:
    """Return what a plan misses of the rules on the sources of a stage."""
    if not any(by_stage(r) for r in case.rows("De-risking Rules")):
        return []
    return list(unmet(Ledger(case, plan)))


def rules_of(misses: Iterable[Miss]) -> frozenset[int]:
    """Return the row ids of the rules that are missed."""
    return frozenset(m.rule.row_id for m in misses)


def soft(miss: Miss) -> bool:
    """Return whether a miss may be paid for."""
    return miss.by is not None and miss.rule.hardness == "Soft"


def penalty(miss: Miss) -> float:
    """Return what a miss of a soft rule costs (MUSD), due in the last period of its window."""
    return kusd_to_musd(miss.rule.penalty) * miss.least * (miss.by or 0.0)


def paid_for(case: Case, plan: Plan, misses: Iterable[Miss]) -> Plan | None:
    """Return the plan with what it misses of soft rules valued at their penalties; None where a rule is hard.

    It is a plan of the case with all its rules: those that took no part in finding it are kept, or missed and paid for.
    """
    paid = list(misses)
    if not paid:
        return plan
    if not all(map(soft, paid)):
        return None
    rows = [("De-risking Rules", m.rule.rule, m.item, m.window, m.by) for m in paid]
    line, costs = case.timeline, plan.tables["costs"]
    due = {(kind, period): amount for kind, period, amount, _ in costs.itertuples(index=False, name=None)}
    for m in paid:
        key = ("Penalties", line.periods[m.periods[-1]].label)
        due[key] = due.get(key, 0.0) + penalty(m)
    sums = [
        (kind, p.label, due[kind, p.label], due[kind, p.label] * float(line.discount[p.index]))
        for kind in COST_KINDS
        for p in line.periods
        if (kind, p.label) in due
    ]
    missed = pd.concat([plan.tables["missed"], plan_frame("missed", rows)], ignore_index=True)
    return Plan({**plan.tables, "missed": missed, "costs": plan_frame("costs", sums)}, plan.summary, plan.as_is)


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
