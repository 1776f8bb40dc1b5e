"""Limits for each when a case is rolled: what is left of the running year differs by item, and becomes a limit of each.

In the window that the day cuts, or of which something is used, every item that used something of a Max, and every item of a Min
or Fixed, gets a limit on this item alone with what is left. The limit for each keeps its whole there if it is a Max, for items
that have used nothing or come anew, and says nothing otherwise. From the next window on it holds as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case, Row
from model.case.places import supplier_place
from model.case.timeline import Vector
from model.report.view import View, ledger_of
from model.rolling.passed import LEFT_IN
from model.rules import groups, limits

Used = Callable[[float, float], float]


def name_of(limit: str, item: str) -> str:
    """Return how what a limit for each leaves of one item is called, in the form for actuals and in the next case."""
    return f"{limit}: {item}"


def of_each(case: Case) -> Iterator[Row]:
    """Yield the limits for each on something that adds up over a window."""
    return (r for r in case.rows("Limits") if r.measure in limits.SUMMED and r.applies != "Sum")


def items_named(case: Case, row: Row) -> list[str]:
    """Return what a limit for each may bind, without a model: offers, materials by site, or sites."""
    if row.measure == "Disposal":
        places = [(m.material, s.site) for m in case.rows("Materials") for s in case.rows("Sites")]
        return [f"{g} at {i}" for g, i in places if row.material in (None, g) and row.site in (None, i)]
    if row.measure == "Emission":
        return [s.site for s in case.rows("Sites") if row.site in (None, s.site)]
    return [
        o.offer
        for o in case.rows("Offers")
        if row.offer in (None, o.offer)
        and row.supplier in (None, o.supplier)
        and row.material in (None, o.material)
        and row.site in (None, supplier_place(o))
    ]


def used_by_item(
    view: View, row: Row, accepted: Callable[[set[str]], Used], until: Callable[[Vector], Used]
) -> Iterator[tuple[str, Used]]:
    """Yield (item, what of it is used between two months): purchases that were accepted, or what was planned until the day."""
    if row.measure in ("Volume", "Spend"):
        for k in groups.limit_offers(view.net, row):
            item = view.net.offers[k].row.offer
            yield item, accepted({item})
        return
    ledger = view.once(ledger_of)
    each = [limits.reached_by(ledger, row, (t,)) for t in view.net.periods]
    for item in limits.limited_items(view.net, row):
        yield item, until(np.array([reached.get(item, 0.0) for reached in each]))


def _alone(measure: str, item: str) -> dict[str, str]:
    """Return the columns by which a limit is on one item alone."""
    if measure == "Disposal":
        material, _, site = item.rpartition(" at ")
        return {"material": material, "site": site}
    return {"site": item} if measure == "Emission" else {"offer": item}


@dataclass(frozen=True)
class Left:
    """What is left of one item in one window, and the whole, as numbers by label of a period."""

    row_id: int
    item: str
    window: str
    used: float
    rates: Mapping[str, float]
    whole: Mapping[str, float]


def with_items(case: Case, frame: pd.DataFrame, found: Sequence[Left]) -> pd.DataFrame:
    """Return table Limits with a row for what is left of each item.

    Parameters
    ----------
    frame : DataFrame
        Limits of the next case, with a column for each period.
    """
    rows = {r.row_id: r for r in case.rows("Limits")}
    declared = {x.name for x in case.data["Limits"].table.all_columns}
    added: list[dict[str, Any]] = []
    for x in found:
        row = {str(c): frame.at[x.row_id, c] for c in frame.columns if c in declared}
        name = f"{name_of(str(row['limit']), x.item)}{LEFT_IN}{x.window}"
        if x.used > 0 or rows[x.row_id].limit_type != "Max":
            added.append({**row, "limit": name, "applies": "Sum", **_alone(rows[x.row_id].measure, x.item), **x.rates})
    for x in found:
        for label, whole in x.whole.items():
            frame.at[x.row_id, label] = whole if rows[x.row_id].limit_type == "Max" else None
    return pd.concat([frame, pd.DataFrame(added).astype(object)], ignore_index=True) if added else frame
