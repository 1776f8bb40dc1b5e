"""Overrides: which decisions a row means, and over which periods. Shared by checks, model and audit; nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.case.case import Row
from model.case.timeline import Timeline
from model.schema.tables.common import ANY, OVERRIDABLE
from model.schema.values import fold

DECISIONS = OVERRIDABLE
ALL_OVERRIDES = "all together"  # in a plan, the name under which none of them holds
# What is not in tonnes: decisions that are counted, and those of a rate.
COUNTED = {
    "Order": "orders",
    "Sign": "contracts",
    "Renew": "contracts",
    "Leave": "contracts",
    "Qualify": "qualifications",
    "Use": "lanes",
    "Start": "projects",
    "Permit": "projects",
    "Open": "sites",
    "Adopt": "substitutes",
}
UNITS = {**COUNTED, "Size": "t/y", "Committed": "t/y"}
IN_EACH_PERIOD = ("Stock", "Open", "Use")
_LANE = re.compile(r"(.+) → (.+) \(row \d+\)")


def decision(row: Row) -> str:
    """Return the decision that an override binds."""
    return str(row.field or DECISIONS[row.table][0])


def lane_parts(name: str) -> tuple[str, ...]:
    """Return the key of a lane that is used as one: its two ends, or what it is Shared As."""
    found = _LANE.fullmatch(name)
    return (found[1], found[2]) if found else (name,)


def meant(row: Row, key: Iterable[str | None], groups: Iterable[str | None] = ()) -> bool:
    """Return whether an override means something: by its key, the first parts of it, the name of a group, or Any.

    Parameters
    ----------
    key : iterable of str
        Parts of the key, such as site and material; written "A / B" in a sheet.
    groups : iterable of str
        Other names that mean it, such as the supplier of an offer.
    """
    said = [fold(part) for part in str(row.row).split(" / ")]
    parts = [fold(part or "") for part in key]
    return said == [fold(ANY)] or said == parts[: len(said)] or said in [[fold(g)] for g in groups if g]


def periods_of(timeline: Timeline, row: Row) -> tuple[int, ...] | None:
    """Return the periods of an override, by labels or calendar years; None if one of them is not known."""
    first, last = _ends(timeline, row.from_period), _ends(timeline, row.to_period)
    if first is None or last is None:
        return None
    start = first[0] if row.from_period else 0
    end = last[1] if row.to_period else len(timeline) - 1
    return tuple(range(start, end + 1)) or None


def _ends(timeline: Timeline, name: str | None) -> tuple[int, int] | None:
    if not name:
        return 0, len(timeline) - 1
    found = [p.index for p in timeline.periods if fold(p.label) == fold(name)]
    if not found and str(name).isdigit():
        found = [p.index for p in timeline.periods if p.year <= int(name) < p.year + p.whole_years]
    return (found[0], found[-1]) if found else None
