"""What moves: every lane in use, with what the rules can tell of what moves on it."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.report.shape import amount, frame_of, mark, musd, text
from model.report.view import View
from model.rules.family import kusd_to_musd

FLOWS = (
    text("from", 26),
    text("to", 26),
    text("material", 24),
    text("may_serve", 18),
    text("origin", 44),
    mark("period", 10),
    amount("leaves"),
    musd("freight"),
    mark("confidence"),
)


def flows_table(view: View) -> pd.DataFrame:
    """Return one row per lane, material, right, origin and period: t that leave, and freight in MUSD undiscounted."""
    found: dict[tuple[str, str, str, str, str, int], float] = defaultdict(float)
    for (i, j, g, after, t), got in view.sums(
        "flows", "from_place", "to_place", "material", "label_after", "period"
    ).items():
        found[i, j, g, view.right(after), view.origin(after), t] += got
    rows = []
    for (i, j, g, right, origin, t), got in sorted(found.items()):
        lane = view.arc_rows[i, j, g]
        price = 0.0 if lane is None else float(view.case.by_period(lane.cost)[t])
        confidence = "" if lane is None else lane.confidence or ""
        rows.append((i, j, g, right, origin, view.period(t), got, kusd_to_musd(price) * got, confidence))
    return frame_of(FLOWS, rows)
