"""Every point of a sweep as a reader wants it; `points.csv` has them as programs do."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from model.report.shape import Show, mark, musd, text
from model.report.sweep_tables import names_of
from model.schema.column import title_case
from model.study.sweeps import Sweep

_MONEY = ("objective", "bound", "change_least", "change_most", "cash", "penalties", "gap_asked")
_SHOWN = {
    **{name: musd(name) for name in _MONEY},
    "shortage": musd("shortage", "Valued Shortage"),
    "priority_shortage": Show("priority_shortage", "tonnes", "t", 11),
    "seconds": Show("seconds", "price", "s", 9, "Time"),
    "solver_seconds": Show("solver_seconds", "price", "s", 9, "Solver Time"),
    "point": mark("point", 7),
    "in_place": mark("in_place", 8),
    "audited": mark("audited", 9),
    **{name: text(name, 30) for name in ("builds", "permits", "message")},
}


def points_table(found: Sweep) -> tuple[list[Show], pd.DataFrame]:
    """Return every point with words for headers and units, and no cost that is zero everywhere."""
    varied = set(names_of(found.design).values())
    shows, columns = [], {}
    for c in found.points:
        name, values = str(c), found.points[c]
        if name.startswith("cost_") and not (pd.to_numeric(values, errors="coerce").abs() > 0).any():
            continue
        shows.append(Show(name, "any", width=16, title=name) if name in varied else _show(name))
        columns[name] = [_told(v) for v in values] if name in ("builds", "permits") else list(values)
    frame = pd.DataFrame(columns, dtype=object)
    return shows, frame.where(frame.notna(), None)


def _show(name: str) -> Show:
    if name in _SHOWN:
        return _SHOWN[name]
    if name.startswith("cost_"):
        return musd(name, title_case(name.removeprefix("cost_")))
    if name.endswith("_t"):
        return Show(name, "tonnes", "t", 10, title_case(name.removesuffix("_t")))
    return text(name, 18)


def _told(value: Any) -> str | None:
    """Return starts by project as words."""
    if not isinstance(value, str):
        return None
    return ", ".join(f"{project} ({start})" for project, start in json.loads(value).items()) or "nothing"
