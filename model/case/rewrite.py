"""A case's tables as frames that can be changed and read again: declared columns, period columns, own columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case, by_period
from model.schema.tables import TABLES


def frame_of_table(case: Case, name: str) -> pd.DataFrame:
    """Return a table with everything that is written in it, excluded rows too; empty with its columns if absent.

    Columns are the names in code, the headers of period columns and those of unknown columns.
    """
    if name not in case.data:
        return pd.DataFrame({c.name: pd.Series(dtype=object) for c in TABLES[name].all_columns})
    d = case.data[name]
    return pd.concat([d.frame.astype(object), d.wide.astype(object), d.extra.astype(object)], axis=1)


def with_rows(case: Case, name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a table's frame with rows added at its end."""
    frame = frame_of_table(case, name)
    added = pd.DataFrame.from_records(list(rows)).astype(object)
    return pd.concat([frame, added], ignore_index=True) if len(added) else frame


def by_own_periods(case: Case, name: str) -> pd.DataFrame:
    """Return a table's numbers in a column for each period, as written (rates stay rates), shape (rows, T).

    A year's column is spread over its periods and the columns of a period of several years are averaged, as
    `Case.across` does: a blank stays blank where it means "no limit", and becomes what it means elsewhere.
    """
    declared = TABLES[name].periods
    assert declared is not None, name
    d = case.data[name]
    numbers = by_period(d.wide, declared.blank, case.timeline)
    labels = [p.label for p in case.timeline.periods]
    return pd.DataFrame(np.asarray(numbers), columns=labels, index=d.frame.index)
