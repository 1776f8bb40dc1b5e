"""Demand Checks: whether what is asked for comes to the tonnes that are stated elsewhere."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.reconciliation import Compared, compared
from model.schema.tables.common import ANY

_TABLE = "Demand Checks"
_OF_DEMAND = ("Demand", "Products", "Contents")


def find(finder: Finder) -> None:
    """Compare demand with what every row of Demand Checks states."""
    if any(finder.case.data[name].unread for name in (_TABLE, *_OF_DEMAND) if finder.case.has(name)):
        return  # what could not be read may be what is missing
    for row in finder.rows(_TABLE):
        if row.check and row.material:
            _check(finder, row)


def _check(finder: Finder, row: Row) -> None:
    needs = [d for d in finder.rows("Demand") if d.material]
    found = compared(finder.case, row, needs, finder.contents)
    if np.isnan(found.stated).all():
        finder.say("demand-check-empty", _TABLE, row, None, check=row.check)
    elif not found.parts:
        said = (row.material, row.segment and f"in {row.segment}", row.site and f"at {row.site}")
        use = f"for {row.end_use} use" if row.end_use != ANY else None
        what = " ".join(str(v) for v in (*said, use) if v)
        finder.say("demand-check-unmatched", _TABLE, row, "material", check=row.check, what=what)
    else:
        _differs(finder, row, found)


def _differs(finder: Finder, row: Row, found: Compared) -> None:
    """Say the first period in which demand lies too far from what is stated, and how many more there are."""
    hits = np.flatnonzero(found.differs)
    if not len(hits):
        return
    t, more = int(hits[0]), len(hits) - 1
    per_year = finder.timeline.amount_factor[t]
    apart = abs(found.apart[t])
    finder.say(
        "demand-check-differs",
        _TABLE,
        row,
        None,
        finder.label(t),
        check=row.check,
        material=row.material,
        period=finder.label(t),
        found=plain(found.found[t] / per_year),
        stated=plain(found.stated[t] / per_year),
        apart="more than 100" if np.isnan(apart) else f"{100 * apart:.3g}",
        tolerance=plain(100 * row.tolerance),
        more=f", as in {more} more period{'s' if more > 1 else ''}" if more else "",
    )
