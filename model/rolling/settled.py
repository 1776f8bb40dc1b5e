"""Overrides when a case is rolled: their periods follow; what is past, or cut by the day, is excluded."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from model.case.case import Case
from model.case.overrides import IN_EACH_PERIOD, decision, periods_of
from model.case.rewrite import frame_of_table
from model.problems import Problem, problem
from model.rolling.horizon import Piece


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
