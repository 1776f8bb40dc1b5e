"""Small changes of a plan's tables, each giving a new Plan; a change that changes nothing is a fault of the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from model.plan import Plan, plan_frame

Change = Callable[[Plan], Plan]


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
