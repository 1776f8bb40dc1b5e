"""Stockpiles: what can be held, and how it may be drawn."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import ANY, COMMON, MAIN_USES, provenance

TABLES = (
    Table(
        "Stockpiles",
        "one material that may be held at a site",
        (
            Column("site", "reference", "Where it is held.", required=True, refers_to=("Sites",)),
            Column("material", "reference", "What is held.", required=True, refers_to=("Materials",)),
            Column("opening_stock", "number", "Stock at the start of the first period.", unit="t", low=0, default=0.0),
            Column(
                "end_uses_allowed",
                "choice",
                "End uses for which the opening stock may be used.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            Column("capacity", "number_or_series", "Most that can be held.", unit="t", low=0, blank="no limit"),
            Column(
                "carrying_cost",
                "number_or_series",
                "Storage and handling, without interest.",
                unit="USD/kg/y",
                low=0,
                default=0.0,
            ),
            Column("loss", "number", "Share lost per year.", unit="%/y", low=0, high=1, default=0.0),
            Column(
                "shelf_life",
                "number",
                "Longest that a tonne may be held; what came first leaves first, and what comes from elsewhere is fresh.",
                unit="months",
                low=1,
                high=1200,
                blank="keeps for ever",
            ),
            Column(
                "opening_age",
                "number",
                "How old the opening stock is at the start of the first period, against its Shelf Life.",
                unit="months",
                low=0,
                high=1200,
                default=0.0,
            ),
            Column("fill_rate", "number_or_series", "Most that can be put in.", unit="t/y", low=0, blank="no limit"),
            Column(
                "release_rate", "number_or_series", "Most that can be taken out.", unit="t/y", low=0, blank="no limit"
            ),
            Column(
                "drawable",
                "choice",
                "Whether the stock may fall, losses apart. In Shocks: only in the periods of Released. New goods may always "
                "take the place of old ones, and what is above the reserve is no exception.",
                default="Always",
                choices=("Always", "In Shocks", "Never"),
            ),
            Column(
                "released",
                "number_or_series",
                "1 in the periods in which a stock that is drawable In Shocks may be drawn, 0 in all others.",
                low=0,
                high=1,
                blank="never",
            ),
            Column(
                "closing_rule",
                "choice",
                "How the stock at the end is bound.",
                choices=("None", "Min", "Max", "Fixed"),
                blank="as Setting Terminal Rule",
            ),
            Column("closing_stock", "number", "Stock at the end for the rule.", unit="t", low=0),
            *provenance("the opening stock"),
        ),
        key=("site", "material"),
        group="Network",
        common=COMMON,
        absent="nothing can be held over",
    ),
)
