"""Overrides when a case is rolled: their periods follow; what the day cuts is excluded, and what is past goes by `passed`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.overrides import IN_EACH_PERIOD, decision, periods_of
from model.case.rewrite import frame_of_table
from model.problems import Problem, problem
from model.rolling.choices import Choice
from model.rolling.horizon import Piece, month_date
from model.schema.values import fold


def bound(case: Case, choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices, with signatures that an override has settled taken as accepted unless they are rejected."""
    settled = [r for r in case.rows("Overrides") if (r.table, decision(r)) == ("Contracts", "Sign") and r.value >= 1]
    names = {fold(r.row) for r in settled if r.limit_type in ("Fixed", "Min")}
    return [
        replace(c, verdict="Accepted") if (c.kind, c.verdict) == ("Sign", "Open") and fold(c.item) in names else c
        for c in choices
    ]


def going_on(contracts: Sequence[str], pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return the overrides by which contracts that were signed before the day go on, so that what they ask for still binds."""
    first = pieces[0].label
    return [
        {
            "override": f"{c}, signed before {month_date(pieces[0].start)}",
            "table": "Contracts",
            "row": c,
            "field": "Sign",
            "from_period": first,
            "to_period": first,
            "limit_type": "Fixed",
            "value": 1.0,
        }
        for c in contracts
    ]


def overrides_left(case: Case, pieces: Sequence[Piece]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return table Overrides for the periods that are left, and a warning for each row that the day cuts.

    A value that holds in each period goes on. One that is of a whole window can not be cut, since nothing says how much of
    it was done before the day.
    """
    frame = frame_of_table(case, "Overrides")
    old = {q.old.index for q in pieces}
    whole = {q.old.index for q in pieces if q.months == q.old.months}
    warnings = []
    for r in case.rows("Overrides"):
        window = periods_of(case.timeline, r)
        left = [t for t in window or () if t in old]
        if not left:
            frame.at[r.row_id, "status"] = "Exclude"
        elif set(window or ()) - whole and decision(r) not in IN_EACH_PERIOD:
            frame.at[r.row_id, "status"] = "Exclude"
            at = case.address("Overrides", r, "value")
            warnings.append(problem("override-cut", at, table="Overrides", override=r.override))
        else:
            mine = [q.label for q in pieces if q.old.index in left]
            frame.at[r.row_id, "from_period"] = mine[0] if r.from_period else None
            frame.at[r.row_id, "to_period"] = mine[-1] if r.to_period else None
    return frame, warnings
