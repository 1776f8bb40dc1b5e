"""Sheets Provenance Records and Landed Cost: what is delivered by the way that it came, and what that cost."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from model.report.chains import Attribution
from model.report.lots import COSTS
from model.report.shape import Show, amount, frame_of, mark, musd, text
from model.report.view import View
from model.schema.tables.common import STAGES

PROVENANCE = (
    text("segment", 22),
    mark("period", 10),
    text("material", 20),
    *(text(f"{s.lower()}_in", 34 if s == "Separated" else 22) for s in STAGES),
    text("source", 28),
    Show("delivered", "tonnes", "t", 10),
)
LANDED = (
    text("segment", 22),
    text("material", 20),
    text("source", 28),
    text("supplier", 22),
    amount("delivered"),
    *(Show(c, "price", "USD/kg", 10) for c in COSTS),
    Show("landed", "price", "USD/kg", 10),
    musd("cost"),
    mark("confidence"),
)
LANDED_WHOLE = (
    text("segment", 22),
    text("material", 20),
    text("largest_source", 28),
    mark("sources", 22),
    *LANDED[4:-1],
)
LANDED_SUMS = (
    text("cost", 22),
    musd("delivered"),
    musd("sold"),
    musd("disposed_of"),
    musd("held_or_under_way"),
    musd("lost_or_rounding"),
    musd("total"),
)
MANY = "many small"
_MOST = 5000
# Kinds of cost that go with the material, by the column of `COSTS` in which they stand.
KINDS = {
    "price": ("Purchases", "Commitments", "Recycling"),
    "freight": ("Freight",),
    "duties": ("Duties",),
    "licence_fees": ("Licences",),
    "conversion": ("Conversion",),
}


def provenance_table(view: View, traced: Attribution) -> pd.DataFrame:
    """Return t delivered by segment, period, material and chain; they add up to plan table `deliveries`.

    Beyond 5,000 rows, the smallest are added up as "many small" by segment, period and material.
    """
    found: list[tuple[tuple[str, int, str], tuple[str, ...], str, float]] = []
    for (segment, g, t), lots in traced.delivered.items():
        for n, (got, *_) in zip(lots.chains, lots.values, strict=True):
            if got > 0:
                chain = traced.chains[int(n)]
                found.append(((segment, t, g), chain.stages, chain.source, float(got)))
    found.sort(key=lambda r: (*r[0], -r[3], r[1], r[2]))
    if len(found) > _MOST:
        least = sorted((r[3] for r in found), reverse=True)[_MOST - 1]
        rest: dict[tuple[str, int, str], float] = defaultdict(float)
        for key, _, _, got in found:
            rest[key] += got if got < least else 0.0
        found = [r for r in found if r[3] >= least]
        found += [(key, ("",) * len(STAGES), MANY, got) for key, got in rest.items() if got > 0]
        found.sort(key=lambda r: (*r[0], r[2] == MANY, -r[3], r[1], r[2]))
    rows = [(key[0], view.period(key[1]), key[2], *stages, source, got) for key, stages, source, got in found]
    return frame_of(PROVENANCE, rows)


def landed_table(view: View, traced: Attribution) -> pd.DataFrame:
    """Return one row per segment, material and source: t delivered over the plan, and what a kg of it cost on average.

    Undiscounted. What an input costs goes into what is made of it; what has no t of its own in the product stands at 0 t.
    """
    found: dict[tuple[str, str, str], np.ndarray] = defaultdict(lambda: np.zeros(1 + len(COSTS)))
    for (segment, g, _), lots in traced.delivered.items():
        for n, values in zip(lots.chains, lots.values, strict=True):
            found[segment, g, traced.chains[int(n)].source] += values
    rows = []
    for (segment, g, source), values in found.items():
        row = view.offers.get(source) or view.commitments.get(source)
        got, costs = float(values[0]), [float(x) for x in values[1:]]
        per_kg = [1e3 * x / got if got > 0 else None for x in costs]
        whole = 1e3 * sum(costs) / got if got > 0 else None
        supplier, confidence = (row.supplier, row.confidence or "") if row is not None else ("", "")
        rows.append((segment, g, source, supplier, got, *per_kg, whole, sum(costs), confidence))
    return frame_of(LANDED, sorted(rows, key=lambda r: (r[0], r[1], -r[4], r[2])))


def landed_whole(traced: Attribution) -> pd.DataFrame:
    """Return one row per segment and material: t delivered over the plan of all sources, and what a kg of it cost on average."""
    found: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(1 + len(COSTS)))
    sources: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (segment, g, _), lots in traced.delivered.items():
        for n, values in zip(lots.chains, lots.values, strict=True):
            found[segment, g] += values
            sources[segment, g][traced.chains[int(n)].source] += float(values[0])
    rows = []
    for key, values in sorted(found.items()):
        got, costs = float(values[0]), [float(x) for x in values[1:]]
        if got > 0:
            largest = max(sources[key], key=lambda s: (sources[key][s], s))
            per_kg = [1e3 * x / got for x in (*costs, sum(costs))]
            rows.append((*key, largest, str(len(sources[key])), got, *per_kg, sum(costs)))
    return frame_of(LANDED_WHOLE, rows)


def landed_sums(traced: Attribution) -> pd.DataFrame:
    """Return where each cost that goes with the material ends (MUSD): in what is delivered, sold, disposed of or held."""
    delivered = sum((lots.totals for lots in traced.delivered.values()), np.zeros(1 + len(COSTS)))
    ends = ("Sold", "Disposed of", "In stock or under way at the end", "Lost or rounding")
    parts = [delivered, *(traced.elsewhere.get(e, np.zeros(1 + len(COSTS))) for e in ends)]
    rows = []
    for at, cost in enumerate(COSTS, 1):
        across = [float(p[at]) for p in parts]
        rows.append((cost.replace("_", " ").capitalize(), *across, sum(across)))
    return frame_of(LANDED_SUMS, rows)
