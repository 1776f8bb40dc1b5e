"""Rows whose time has passed when a case is rolled: they leave the next case, and are shown beside it, so that nothing piles up.

An override whose last period is gone is settled for good. What the roll itself wrote, the rest of a number as a series or of a
limit for each as a limit, goes when nothing refers to it any more. A row that a sweep names stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.case.build import replace_table
from model.case.case import Case
from model.case.rewrite import frame_of_table
from model.rolling.horizon import Piece
from model.schema.tables import TABLES
from model.schema.values import as_text, fold, is_blank

LEFT_IN = ", left in "
_LEFT_FROM = re.compile(r".+, left from \d{4}-\d{2}-\d{2}")
_SERIES_KINDS = ("number_or_series", "reference", "text")


@dataclass(frozen=True)
class Passed:
    """A row that is not in the next case, and why; `what` says all that stood in it."""

    table: str
    name: str
    what: str
    why: str


def without_passed(case: Case, new: Case, pieces: Sequence[Piece]) -> tuple[Case, list[Passed]]:
    """Return the next case without the rows whose time has passed, and these rows."""
    gone: list[Passed] = []
    for table, find in (("Overrides", _overrides), ("Limits", _limits), ("Series", _series)):
        if not new.has(table):
            continue
        frame = frame_of_table(new, table)
        key = TABLES[table].key[0]
        swept = {fold(r.row) for r in new.rows("Sweeps") if r.table == table and not is_blank(r.row)}
        why = {i: w for i, w in find(case, new, frame, pieces).items() if fold(as_text(frame.at[i, key])) not in swept}
        was = frame_of_table(case, table)
        by_name = {fold(as_text(v)): i for i, v in was[key].items()}
        for i, w in why.items():
            name = as_text(frame.at[i, key])
            before = by_name.get(fold(name))
            what = _in_words(frame, i) if before is None else _in_words(was, before)
            gone.append(Passed(table, name, what, w))
        if why:
            new = replace_table(new, table, frame.drop(index=list(why)).reset_index(drop=True))
    return new, gone


def _in_words(frame: pd.DataFrame, i: Any) -> str:
    """Return what stands in a row, "name value" by column, but for its key and a plain Include."""
    cells = [(str(c), frame.at[i, c]) for c in frame.columns[1:]]
    return "; ".join(f"{c.replace('_', ' ')} {as_text(v)}" for c, v in cells if not is_blank(v) and v != "Include")


def _overrides(case: Case, new: Case, frame: pd.DataFrame, pieces: Sequence[Piece]) -> dict[Any, str]:
    """Return the overrides, in force or excluded, whose last period or year is before all that is left."""
    line, left = case.timeline, {q.old.index for q in pieces}
    out = {}
    for i in frame.index:
        if is_blank(frame.at[i, "to_period"]):
            continue  # it runs to the end of the plan
        name = fold(as_text(frame.at[i, "to_period"]))
        mine = {
            p.index
            for p in line.periods
            if name == fold(p.label) or (name.isdigit() and p.year <= int(name) < p.year + p.whole_years)
        }
        if mine and not mine & left:
            out[i] = "its last period is before the day"
    return out


def _limits(case: Case, new: Case, frame: pd.DataFrame, pieces: Sequence[Piece]) -> dict[Any, str]:
    """Return what an earlier roll left of limits for each, where no number is left in it."""
    across = [q.label for q in pieces if q.label in frame.columns]
    across += [h for h in new.data["Limits"].wide.columns if h not in across]
    made = [i for i in frame.index if LEFT_IN in as_text(frame.at[i, "limit"])]
    return {i: "its window is before the day" for i in made if all(is_blank(frame.at[i, h]) for h in across)}


def _series(case: Case, new: Case, frame: pd.DataFrame, pieces: Sequence[Piece]) -> dict[Any, str]:
    """Return what an earlier roll left of a number, where another series has taken its place."""
    used = {
        fold(v)
        for name, d in new.data.items()
        if name != "Series"
        for c in d.table.all_columns
        if c.kind in _SERIES_KINDS
        for v in d.frame[c.name]
        if isinstance(v, str)
    }
    made = [i for i in frame.index if _LEFT_FROM.fullmatch(as_text(frame.at[i, "series"]))]
    return {i: "a later series has taken its place" for i in made if fold(as_text(frame.at[i, "series"])) not in used}
