"""How the plan stands to the export controls: what leaves, what is granted, and what others make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.report.charges import counted
from model.report.rulebook import binds
from model.report.shape import amount, frame_of, mark, part, text
from model.report.view import View
from model.rules import derived_content, export_quota, licence_grant

CONTROLS = (
    text("control", 28),
    text("jurisdiction", 15),
    text("material", 22),
    mark("end_use", 10),
    text("destination", 16),
    mark("kind", 16),
    mark("reach", 16),
    mark("window", 10),
    amount("applied"),
    amount("granted"),
    amount("volume"),
    amount("used"),
    amount("left"),
    part("share_used"),
    mark("binding", 9),
    mark("confidence"),
)


def controls_table(view: View) -> pd.DataFrame:
    """Return one row per export control and window in which it is in force: t that may leave, used and left.

    A control on an element counts its content. Under a licence, what may leave is what is granted, which may have been
    applied for in an earlier window. What reaches derived content counts deliveries in place of departures.
    """
    left, reached = counted(view), _derived(view)
    rows: list[tuple[Any, ...]] = []
    for c in view.case.rows("Export Controls"):
        derived = c.reach == "Derived Content"
        if c.kind == "Licence":
            rows += _licence(view, c, left)
        if derived or c.kind != "Licence":
            volumes = view.case.amounts("Export Controls", c)
            for window, ts in export_quota.windows(view.net, c):
                volume = 0.0 if c.kind == "Ban" else float(np.sum(volumes[list(ts)]))
                got = sum((reached if derived else left).get((c.row_id, t), 0.0) for t in ts)
                rows.append(_row(c, c.reach, window, None, None, volume, got))
    return frame_of(CONTROLS, rows)


def _licence(view: View, c: Row, left: dict[tuple[int, int], float]) -> Iterator[tuple[Any, ...]]:
    applied, granted = licence_grant.applied(view.net, c), licence_grant.granted(view.net, c)
    for window, ts in licence_grant.windows(view.net, c):
        most = float(sum(granted[list(ts)]))
        got = sum(left.get((c.row_id, t), 0.0) for t in ts)
        yield _row(c, "Exports", window, float(sum(applied[list(ts)])), most, most, got)


def _derived(view: View) -> dict[tuple[int, int], float]:
    """Return (control, period) → t delivered that a control on derived content counts."""
    out: dict[tuple[int, int], float] = {}
    wanted = {(d.segment, d.material): k for k, d in enumerate(view.net.demand)}
    delivered = view.sums("deliveries", "segment", "material", "label", "period")
    for c in (c for c in view.case.rows("Export Controls") if c.reach == "Derived Content"):
        flag, weights = derived_content.flag_of(c), derived_content.weights(view.net, c)
        for (segment, g, n, t), got in delivered.items():
            weight = weights.get(wanted[segment, g], 0.0)
            if weight > 0 and flag in view.label(n).flags:
                out[c.row_id, t] = out.get((c.row_id, t), 0.0) + weight * got
    return out


def _row(
    c: Row, reach: str, window: str, applied: float | None, granted: float | None, volume: float, got: float
) -> tuple[Any, ...]:
    return (
        c.control,
        c.jurisdiction,
        c.material,
        c.end_use,
        c.destination,
        c.kind,
        reach,
        window,
        applied,
        granted,
        volume,
        got,
        volume - got,
        got / volume if volume > 0 else None,
        "Yes" if binds(got, volume) else "No",
        c.confidence or "",
    )
