"""Figures of single decisions at a point: who is bought from, what is built, who goes short when, what is held.

They stand in a row as JSON texts, so that the store and the table of points stay flat.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from model.network.network import Network
from model.solver.compile import Floats, Matrix

PARTS = ("bought_by_offer", "bought_by_country", "size_by_project", "short_by_segment", "need_by_segment", "held_most")
_NOTICED = 1e-6


def details(net: Network, matrix: Matrix, values: Floats) -> dict[str, str]:
    """Return the parts as texts: tonnes by offer, country, segment and period, most held by place and material; sizes (t/y)."""
    labels = [p.label for p in net.timeline.periods]
    out: dict[str, Any] = {part: {} for part in PARTS}
    by_offer: dict[str, float] = defaultdict(float)
    by_country: dict[str, float] = defaultdict(float)
    sizes: dict[str, float] = defaultdict(float)
    country = {s.site: s.country for s in net.case.rows("Sites")} | {
        s.supplier: s.country for s in net.case.rows("Suppliers")
    }
    for j, (k, _, _) in matrix.columns_named("purchase"):
        row = net.offers[k].row
        by_offer[str(row.offer)] += float(values[j])
        by_country[str(country.get(row.site) or country.get(row.supplier) or "not said")] += float(values[j])
    for j, (p, _) in matrix.columns_named("size"):
        sizes[str(p)] += float(values[j])
    short: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for j, (lead, _, t) in matrix.columns_named("short"):
        for d in net.together[lead]:
            if values[j] > _NOTICED:
                short[net.demand[d].segment][labels[t]] += float(net.portion[d] * values[j])
    need: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in net.demand:
        for t, tonnes in enumerate(net.case.amounts("Demand", row)):
            need[row.segment][labels[t]] += float(tonnes)
    held: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(labels))
    for j, (i, g, _, t) in matrix.columns_named("stock"):
        held[i, g][t] += float(values[j])
    out["bought_by_offer"], out["bought_by_country"], out["size_by_project"] = by_offer, by_country, sizes
    out["short_by_segment"], out["need_by_segment"] = short, need
    out["held_most"] = {f"{i} / {g}": max(v) for (i, g), v in held.items()}
    return {part: json.dumps(_noticeable(out[part]), ensure_ascii=False) for part in PARTS}


def _noticeable(found: Any) -> Any:
    """Return amounts without zeros, to nine digits: what is below is the solver's rounding."""
    if isinstance(found, dict):
        kept = {k: _noticeable(v) for k, v in found.items()}
        return {k: v for k, v in kept.items() if v not in ({}, 0.0)}
    return float(f"{found:.9g}") if abs(found) > _NOTICED else 0.0
