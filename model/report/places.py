"""Sites that the plan opens or closes, and the one source of each market that has one."""

from __future__ import annotations

import pandas as pd

from model.case.places import market_place
from model.report.shape import Show, day, frame_of, mark, musd, text
from model.report.view import View

SITES = (
    text("site", 28),
    text("country", 14),
    mark("facility", 11),
    mark("decision", 13),
    day("from_date"),
    Show("fixed_cost", "money", "MUSD/y", 11),
    musd("opening_or_closing_cost"),
    mark("confidence"),
)
SOURCES = (text("market", 24), text("material", 22), text("served_from", 28), text("segments", 36))


def sites_table(view: View) -> pd.DataFrame:
    """Return one row per site that may open or close: what is decided, from when, and what it costs."""
    open_in: dict[str, list[int]] = {}
    for site, period in view.rows("open_sites"):
        open_in.setdefault(site, []).append(view.at[period])
    rows = []
    for row in view.case.rows("Sites"):
        if row.facility == "Existing":
            continue
        ts = sorted(open_in.get(row.site, []))
        decision, when, paid = "Not opened", None, None
        if row.facility == "Potential" and ts:
            decision, when, paid = "Open", view.start(ts[0]), row.opening_cost
        elif row.facility == "May Close":
            closed = len(ts) < len(view.periods)
            decision = "Close" if closed else "Stays open"
            when, paid = (view.start(len(ts)), row.closing_cost) if closed else (None, None)
        country = view.country_of(row.site)
        rows.append(
            (row.site, country, row.facility, decision, when, view.a_year(row.fixed_cost), paid, row.confidence or "")
        )
    return frame_of(SITES, rows)


def sources_table(view: View) -> pd.DataFrame:
    """Return one row per market and material that is served by one source."""
    rows = []
    for place, material, source in view.rows("assignments"):
        served = [d.segment for d in view.net.demand if (market_place(d), d.material) == (place, material)]
        rows.append((place, material, source, ", ".join(served)))
    return frame_of(SOURCES, sorted(rows))
