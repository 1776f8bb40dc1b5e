"""Demand beside tonnes stated elsewhere: each row of Demand Checks by period, what it is made up of, and what none counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.case.case import Case, Row
from model.case.contents import contents_of
from model.case.reconciliation import Compared, compared, uncounted
from model.report.shape import Show, amount, frame_of, mark, part, text

RECONCILIATION = (
    text("check", 30),
    text("segments", 30),
    mark("end_use", 10),
    text("material", 16),
    mark("period", 10),
    amount("from_demand"),
    amount("stated"),
    amount("difference"),
    Show("share_apart", "share", "%", 10, "Difference"),
    part("tolerance"),
    mark("within", 13),
    mark("confidence"),
)
PARTS = (
    text("check", 30),
    text("segment", 26),
    text("product", 16),
    text("demanded", 24),
    text("material", 16),
    mark("period", 10),
    amount("demand"),
    amount("held"),
    amount("from_demand"),
)
NO_CHECK = "no check counts it"


def compared_rows(case: Case) -> list[Compared]:
    """Return every row of Demand Checks beside the needs that it counts."""
    contents, demand = contents_of(case), case.rows("Demand")
    return [compared(case, row, demand, contents) for row in case.rows("Demand Checks")]


def reconciliation_table(case: Case) -> pd.DataFrame:
    """Return one row per check and period: t that demand comes to, t stated, and whether they agree."""
    labels = [p.label for p in case.timeline.periods]
    rows = []
    for c in compared_rows(case):
        segments = ", ".join(dict.fromkeys(need.segment for need, _ in c.parts))
        for t, label in enumerate(labels):
            given = not np.isnan(c.stated[t])
            rows.append(
                (
                    c.check.check,
                    segments,
                    c.check.end_use,
                    c.check.material,
                    label,
                    float(c.found[t]),
                    float(c.stated[t]),
                    float(c.found[t] - c.stated[t]),
                    float(c.apart[t]),
                    float(c.check.tolerance),
                    ("No" if c.differs[t] else "Yes") if given else "Not stated",
                    c.check.confidence or "",
                )
            )
    return frame_of(RECONCILIATION, rows)


def parts_table(case: Case) -> pd.DataFrame:
    """Return one row per check, need and period: t demanded, t that it holds, t that it comes to before losses.

    Needs that hold what some check names, but that no check counts for it, stand below; they come to what they hold.
    """
    known = compared_rows(case)
    listed = [(c.check.check, c.check.material, need, tonnes) for c in known for need, tonnes in c.parts]
    contents = contents_of(case)
    listed += [
        (NO_CHECK, name, need, held * case.amounts("Demand", need))
        for need, name, held in uncounted(known, case.rows("Demand"), contents)
    ]
    rows = []
    for check, name, need, tonnes in listed:
        asked = case.amounts("Demand", need)
        held = contents.of(name, need.material) * asked
        rows += [
            (*_words(check, need, name), p.label, float(asked[p.index]), float(held[p.index]), float(tonnes[p.index]))
            for p in case.timeline.periods
        ]
    return frame_of(PARTS, rows)


def _words(check: str, need: Row, name: str) -> tuple[str, str, str, str, str]:
    return check, need.segment, need.product or "", need.material, name
