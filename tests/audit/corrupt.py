"""Small changes of a plan's tables, each giving a new Plan; a change that changes nothing is a fault of the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan, plan_frame

Change = Callable[[Plan], Plan]
# Family, what is spoilt, amount by which the row is off (None where any amount above rounding will do), change.
Corruption = tuple[str, str, float | None, Change]


def _with(plan: Plan, table: str, frame: pd.DataFrame) -> Plan:
    return Plan({**plan.tables, table: frame}, plan.summary, plan.as_is)


def rows_of(plan: Plan, table: str, **where: object) -> pd.DataFrame:
    frame = plan.tables[table]
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame), f"no row of {table} with {where}"
    return frame


def change(table: str, column: str, value: Any, **where: object) -> Change:
    """Change one field of the first row that matches; a function is applied to what stands there."""

    def apply(plan: Plan) -> Plan:
        row = rows_of(plan, table, **where).index[0]
        frame = plan.tables[table].copy()
        frame.loc[row, column] = value(frame.loc[row, column]) if callable(value) else value
        return _with(plan, table, frame)

    return apply


def drop(table: str, **where: object) -> Change:
    """Drop every row that matches."""
    return lambda plan: _with(plan, table, plan.tables[table].drop(rows_of(plan, table, **where).index))


def add(table: str, *row: object) -> Change:
    """Add one row."""
    return lambda plan: _with(plan, table, pd.concat([plan.tables[table], plan_frame(table, [row])], ignore_index=True))


def both(*changes: Change) -> Change:
    """Make several changes."""

    def apply(plan: Plan) -> Plan:
        for one in changes:
            plan = one(plan)
        return plan

    return apply


def more(amount: float) -> Callable[[float], float]:
    return lambda value: value + amount


def assert_found_out(case: Case, plan: Plan, corruption: Corruption, words: Mapping[str, str]) -> None:
    """Assert that a spoilt plan is found out by the family where it belongs, by what it is off, in the words that are meant."""
    family, name, amount, spoil = corruption
    found = audit(case, spoil(plan))
    ours = [v for v in found if v.family == family]
    assert ours, f"{family} is silent; found {[str(v) for v in found[:5]]}"
    assert all(v.amount > 1e-7 and v.sentence for v in ours)
    assert any(words.get(name, "") in v.sentence for v in ours), [str(v) for v in ours]
    if amount is not None:
        assert any(v.amount == pytest.approx(amount, rel=1e-4) for v in ours), [str(v) for v in ours]
