"""What every offer and commitment gives over the plan, as sheet Sourcing has it: what awards are told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.report.shape import records
from model.report.sourcing import sourcing_table
from model.report.view import View
from model.report.words import NOTICEABLE
from model.schema.values import is_blank


@dataclass(frozen=True)
class Source:
    """What one offer or commitment gives over the plan: t that could be had (None: no limit), t had, MUSD, USD/kg."""

    available: float | None
    bought: float
    cost: float
    price: float | None


def sources_of(view: View) -> dict[str, Source]:
    """Return what every offer and commitment gives, as sheet Sourcing has it."""
    found: dict[str, list[Any]] = {name: [] for name in (*view.offers, *view.commitments)}
    for row in records(sourcing_table(view)):
        found[row.source].append(row)
    return {name: _source(rows) for name, rows in found.items()}


def _source(rows: list[Any]) -> Source:
    bought, cost = sum(r.bought for r in rows), sum(r.cost for r in rows)
    limits = [None if is_blank(r.available) else float(r.available) for r in rows]
    open_end = any(x is None for x in limits)
    available = None if open_end else sum(x for x in limits if x is not None)
    if bought > NOTICEABLE:
        return Source(available, bought, cost, 1e3 * cost / bought)
    weights = [1.0 if open_end else x or 0.0 for x in limits]
    price = sum(w * r.price for w, r in zip(weights, rows, strict=True)) / sum(weights) if sum(weights) > 0 else None
    return Source(available, bought, cost, price)
