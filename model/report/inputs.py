"""Sheet Inputs Used: every figure of the case as it was understood, with its place, source and confidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.case.case import Case
from model.checking import check
from model.report.shape import Show, frame_of, mark, text
from model.schema.column import Column
from model.schema.tables import TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.typed import TableData
from model.schema.values import is_blank

INPUTS = (
    text("table", 16),
    text("row", 38),
    text("column", 22),
    Show("value", "any", width=30),
    mark("unit", 12),
    mark("used", 7),
    text("address", 34),
    text("source", 40),
    mark("confidence"),
)
NOTES = (text("level", 16), text("address", 38), Show("sentence", "open", width=22))
_OWN_COLUMNS = ("source", "confidence", "status")
_LONGEST = 32_000  # a cell holds 32,767 characters


def inputs_table(case: Case) -> pd.DataFrame:
    """Return one row per filled cell, and per setting left at its default.

    Returns
    -------
    DataFrame
        Columns of `INPUTS`; `value` is a number, text or date in the stored unit, `used` is No for excluded rows.
    """
    rows: list[tuple[Any, ...]] = []
    for name in TABLES:
        if case.has(name):
            rows += _cells(case, case.data[name])
        if name == "Settings":
            rows += _defaults(case)
    return frame_of(INPUTS, rows)


def _defaults(case: Case) -> Iterator[tuple[Any, ...]]:
    """Yield the settings that the case leaves at their default."""
    given = {r.setting for r in case.rows("Settings") if not is_blank(r.value)}
    for c in SETTINGS:
        if c.title not in given and case.settings[c.name] not in (None, ""):
            yield "Settings", c.title, "Value", _shown(case.settings[c.name]), c.unit, "Yes", "default", "", ""


def _cells(case: Case, d: TableData) -> Iterator[tuple[Any, ...]]:
    used = {r.row_id for r in case.rows(d.table.name)}
    columns: list[tuple[str, str, str, Any]] = [
        (c.name, c.title, _unit(c), d.frame[c.name]) for c in d.table.all_columns if c.name not in _OWN_COLUMNS
    ]
    if d.table.periods is not None:
        columns += [(str(h), str(h), d.table.periods.unit, d.wide[h]) for h in d.wide.columns]
    keys = set(d.table.key)
    for n, row_id in enumerate(d.frame.index):
        key = " / ".join(str(v) for k in d.table.key if not is_blank(v := d.frame[k].iloc[n]))
        source, confidence = (d.frame[k].iloc[n] for k in ("source", "confidence"))
        for name, title, unit, values in columns:
            value = values.iloc[n]
            if is_blank(value) or (name in keys and len(keys) < len(d.table.columns)):
                continue
            yield (
                d.table.name,
                key,
                title,
                _shown(value),
                unit,
                "Yes" if int(row_id) in used else "No",
                d.locator.address(int(row_id), name),
                "" if is_blank(source) else str(source)[:_LONGEST],
                "" if is_blank(confidence) else str(confidence),
            )


def _unit(column: Column) -> str:
    return "share" if column.unit == "%" else column.unit


def _shown(value: Any) -> Any:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "Yes" if value else "No"
    if isinstance(value, (dt.date, int, float)):
        return value.date() if isinstance(value, dt.datetime) else value
    return value.item() if hasattr(value, "item") else str(value)[:_LONGEST]


def notes_table(case: Case) -> pd.DataFrame:
    """Return what was found while the case was read and checked, as far as it did not stop the run."""
    return frame_of(NOTES, [(p.level, p.address, p.sentence[:_LONGEST]) for p in check(case)])
