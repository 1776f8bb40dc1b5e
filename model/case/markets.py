"""What markets for by-products can take, by the rows of table Sales."""

from __future__ import annotations

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Vector


def most_in(case: Case, row: Row) -> Vector:
    """Return the most that a step can take within each period (t), shape (T,); NaN means no limit.

    Over a calendar year all of the year's tonnes may go in one of its periods.
    """
    most = case.rate_amounts(row.most)
    out = np.full(len(most), np.nan)
    for _, ts in case.timeline.windows(row.window):
        if not np.isnan(most[list(ts)]).any():
            out[list(ts)] = float(np.sum(most[list(ts)]))
    return out
