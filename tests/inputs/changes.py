"""Changes of a shipped case that read it once, however many cells they touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from model.case.case import Case

Choice = Callable[[pd.DataFrame], pd.Series]


def scaled(case: Case, table: str, factor: float, keep: Choice) -> Case:
    """Return the case with the period columns of some rows multiplied."""
    frame = case.tables[table].copy()
    frame.loc[keep(frame), list(case.data[table].wide.columns)] *= factor
    return case.replace(table, frame)


def put_across(case: Case, table: str, value: float, keep: Choice, periods: Iterable[str] = ()) -> Case:
    """Return the case with a value in some period columns, or in all, of some rows."""
    frame = case.tables[table].copy()
    frame.loc[keep(frame), list(periods) or list(case.data[table].wide.columns)] = value
    return case.replace(table, frame)


def permits_later(case: Case) -> Case:
    """Return the case with every permit two years longer."""
    frame = case.tables["Projects"]
    return case.replace("Projects", frame.assign(permit_time=frame["permit_time"].fillna(0) + 24))
