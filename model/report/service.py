"""Who is served and who goes short: in tonnes and in products, by tier, and as rates that can be compared over time."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from model.case.case import Row
from model.report.shape import Show, amount, frame_of, mark, musd, part, records, text
from model.report.view import View, ledger_of
from model.report.words import NOTICEABLE
from model.rules.family import kusd_to_musd
from model.rules.shortage_tiers import unit_cost
from model.rules.substitution import in_place_of
from model.schema.tables.common import MAIN_USES
from model.schema.values import is_blank

DEMAND = (
    text("segment", 22),
    text("material", 22),
    mark("end_use", 10),
    mark("priority", 9),
    mark("period", 10),
    amount("demand"),
    amount("served"),
    amount("substituted"),
    amount("short"),
    part("share_served"),
    text("product", 16),
    Show("units_not_built", "number", "units", 11),
    musd("valued_shortage"),
    mark("confidence"),
)
SHORTAGES = (
    text("segment", 22),
    text("material", 22),
    mark("end_use", 10),
    mark("tier", 9),
    mark("period", 10),
    amount("short"),
    Show("cost", "price", "USD/kg", 11),
    musd("valued_shortage"),
    Show("meaning", "text", width=16),
    text("product", 16),
    Show("units_short", "number", "units", 11),
)
PRODUCTS = (
    text("segment", 22),
    text("product", 22),
    mark("period", 10),
    Show("units_asked", "number", "units", 11),
    Show("units_served", "number", "units", 11),
    Show("units_short", "number", "units", 11),
    Show("units_not_built", "number", "units", 11),
)
SUBSTITUTES = (
    text("segment", 22),
    text("material", 22),
    text("substitute", 22),
    mark("period", 10),
    amount("substituted"),
    amount("most"),
    amount("drawn"),
    text("drawn_material", 22),
    mark("adopted", 10),
    Show("cost", "price", "USD/kg", 11),
    musd("cost_of_doing_without"),
    musd("adoption_cost"),
    mark("confidence"),
)
SERVICE = (
    text("period", 22),
    amount("demand", "t/y"),
    *(amount(f"served_{use.lower()}", "t/y") for use in MAIN_USES),
    *(amount(f"short_{use.lower()}", "t/y") for use in MAIN_USES),
)


def units_of(demand: Row, stopped: float) -> float | None:
    """Return how many products are not built for want of `stopped` t of the row's material; None where it names no product."""
    content = demand.content
    return None if content is None or np.isnan(content) or content <= 0 else 1e3 * stopped / float(content)


def stopped_sums(view: View) -> dict[tuple[str, str, int], float]:
    """Return the shortage by (segment, material, period) that stops products.

    Tiers priced per product stop it; the others are thrift and the like. Where no tier of a segment is priced per product,
    nothing tells them apart and all of them count.
    """
    priced: dict[str, set[int]] = defaultdict(set)
    for r in view.case.rows("Shortage Costs"):
        if not is_blank(r.cost_per_product):
            priced[r.segment].add(r.tier)
    out: dict[tuple[str, str, int], float] = defaultdict(float)
    for (segment, material, tier, t), missing in view.sums(
        "shortages", "segment", "material", "tier", "period"
    ).items():
        if not priced[segment] or tier in priced[segment]:
            out[segment, material, t] += missing
    return out


def demand_table(view: View) -> pd.DataFrame:
    """Return one row per demand row and period: t, products not built, valued shortage (MUSD, not cash).

    What a segment draws of a material in place of another one is no delivery for its need of that material.
    """
    served = view.sums("deliveries", "segment", "material", "period")
    replaced, drawn = in_place_of(view.once(ledger_of))
    short = view.sums("shortages", "segment", "material", "period")
    stopped = stopped_sums(view)
    valued: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in records(shortages_table(view)):
        valued[row.segment, row.material, row.period] += row.valued_shortage
    rows = []
    for d in (d for d in view.net.demand if not d.stands_in):
        need = view.case.amounts("Demand", d)
        for t in view.net.periods:
            key = (d.segment, d.material, t)
            got, missing = served.get(key, 0.0) - drawn.get(key, 0.0), short.get(key, 0.0)
            rows.append(
                (
                    d.segment,
                    d.material,
                    d.end_use,
                    d.priority,
                    view.period(t),
                    float(need[t]),
                    got,
                    replaced.get(key, 0.0),
                    missing,
                    got / float(need[t]) if need[t] > 0 else None,
                    d.product or "",
                    units_of(d, stopped.get(key, 0.0)),
                    valued.get((d.segment, d.material, view.period(t)), 0.0),
                    d.confidence or "",
                )
            )
    return frame_of(DEMAND, rows)


def substitutes_table(view: View) -> pd.DataFrame:
    """Return one row per substitute and period: t replaced, the most that could be, t drawn of the network, and money."""
    replaced = view.sums("substitutions", "segment", "material", "substitute", "period")
    adopted = {tuple(key): period for *key, period in view.rows("adoptions")}
    rows = []
    for r in view.case.rows("Substitutions"):
        key = (r.segment, r.material, r.substitute)
        need = next(d for d in view.net.demand if (d.segment, d.material) == key[:2])
        ceiling = np.nan_to_num(view.case.by_period(r.ceiling), nan=1.0) * view.case.amounts("Demand", need)
        price, when = view.case.by_period(r.cost), adopted.get(key)
        for t in view.net.periods:
            tonnes, label = replaced.get((*key, t), 0.0), view.period(t)
            rows.append(
                (
                    *key,
                    label,
                    tonnes,
                    float(ceiling[t]),
                    r.ratio * tonnes if r.drawn_material else 0.0,
                    r.drawn_material or "",
                    when or "",
                    float(price[t]),
                    kusd_to_musd(float(price[t])) * tonnes,
                    r.adoption_cost if when == label else 0.0,
                    r.confidence or "",
                )
            )
    return frame_of(SUBSTITUTES, rows)


def shortages_table(view: View) -> pd.DataFrame:
    """Return one row per demand row, tier and period that goes short; a tier without a price (As Is) has no value."""
    tiers = {(r.segment, r.tier): r for r in view.case.rows("Shortage Costs")}
    demand = {(d.segment, d.material): d for d in view.net.demand}
    rows = []
    for (segment, g, tier, t), missing in sorted(
        view.sums("shortages", "segment", "material", "tier", "period").items()
    ):
        row, d = tiers.get((segment, tier)), demand[segment, g]
        cost = 0.0 if row is None else float(unit_cost(view.case, row, d)[t])
        rows.append(
            (
                segment,
                g,
                d.end_use,
                tier,
                view.period(t),
                missing,
                1e3 * cost,
                cost * missing,
                row.meaning if row else "",
                d.product or "",
                units_of(d, missing),
            )
        )
    return frame_of(SHORTAGES, rows)


def products_table(view: View) -> pd.DataFrame:
    """Return one row per demand row that counts products, and period.

    Short is what lacks its materials at any tier; not built is what stops, as in the table of demand.
    """
    short = view.sums("shortages", "segment", "material", "period")
    stopped = stopped_sums(view)
    rows = []
    for d in (need for lead in view.net.together if (need := view.net.demand[lead]).in_units):
        asked = view.case.amounts("Demand", d) * 1e3 / d.content
        for t in view.net.periods:
            key = (d.segment, d.material, t)
            missing = units_of(d, short.get(key, 0.0)) or 0.0
            stops = units_of(d, stopped.get(key, 0.0))
            rows.append(
                (d.segment, d.product, view.period(t), float(asked[t]), float(asked[t]) - missing, missing, stops)
            )
    return frame_of(PRODUCTS, rows)


def service_table(view: View) -> pd.DataFrame:
    """Return one row per period: demand, served and short of each end use in t/y, so that all periods compare.

    What substitutes replace counts as served.
    """
    out = np.zeros((len(view.periods), 1 + 2 * len(MAIN_USES)))
    for d in records(demand_table(view)):
        t, use = view.at[d.period], MAIN_USES.index(d.end_use)
        out[t, 0] += d.demand
        out[t, 1 + use] += d.served + d.substituted
        out[t, 1 + len(MAIN_USES) + use] += d.short
    out /= view.line.years[:, None]
    return frame_of(SERVICE, [(view.period(t), *(float(x) for x in out[t])) for t in view.net.periods])


def short_rows(view: View) -> list[tuple[Row, float, float, int, int]]:
    """Return (demand row, t short in all, t that stop products, first and last period) of whoever goes noticeably short.

    A product stands once, by its first material: the t short are those of all its materials, the t that stop it are of the first.
    Who is served first stands first, so that a page that has room for some of them names the gravest.
    """
    short = view.sums("shortages", "segment", "material", "period")
    stopped = stopped_sums(view)
    out = []
    for lead, members in view.net.together.items():
        d = view.net.demand[lead]
        held = {view.net.demand[e].material for e in members}
        tonnes: dict[int, float] = defaultdict(float)
        for (s, g, t), x in short.items():
            tonnes[t] += x if s == d.segment and g in held else 0.0
        mine = {t: x for t, x in sorted(tonnes.items()) if x >= NOTICEABLE}
        if mine:
            stops = sum(stopped.get((d.segment, d.material, t), 0.0) for t in mine)
            out.append((d, sum(mine.values()), stops, min(mine), max(mine)))
    return sorted(out, key=lambda r: (r[0].priority, -r[2], -r[1]))
