"""Who needs what, what going short costs, and what by-products fetch."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import BY_STATE, COMMON, MAIN_USES

TABLES = (
    Table(
        "Demand",
        "one segment's need of one material, or of all materials of one product",
        (
            Column("segment", "text", "Who needs it.", required=True),
            Column(
                "material",
                "reference",
                "What is needed.",
                refers_to=("Materials",),
                blank="every material that table Products gives for the Product; the quantity counts units per year",
            ),
            Column("end_use", "choice", "Civil or Military.", default="Civil", choices=MAIN_USES),
            Column(
                "site",
                "reference",
                "Market at which it is delivered.",
                refers_to=("Sites",),
                blank="a market of the segment's own",
            ),
            Column(
                "priority",
                "integer",
                "1 is served before cost is looked at; larger numbers at their shortage cost.",
                default=2,
                low=1,
                high=9,
            ),
            Column(
                "served_by",
                "choice",
                "One Source: all that comes to the market comes from one place, the same in every period.",
                default="Any",
                choices=("Any", "One Source"),
            ),
            Column("product", "text", "What stops when it is missing, such as engine.", blank="counted in tonnes"),
            Column(
                "content",
                "number",
                "Material per unit of that product; table Products says it where Material is blank.",
                unit="kg/unit",
                low=0,
            ),
        ),
        key=("segment", "material"),
        needed=True,
        group="Demand",
        common=BY_STATE,
        periods=PeriodColumns(
            "quantity",
            "t/y",
            "Tonnes needed, as a rate per year; units of the product per year where Material is blank.",
            blank="zero",
        ),
    ),
    Table(
        "Products",
        "one material of a product",
        (
            Column("product", "text", "Product of table Demand, such as F-35.", required=True),
            Column("material", "reference", "What a unit holds.", required=True, refers_to=("Materials",)),
            Column("content", "number", "Material per unit of the product.", unit="kg/unit", required=True, low=0),
        ),
        key=("product", "material"),
        group="Demand",
        common=COMMON,
        absent="every row of Demand names a material",
    ),
    Table(
        "Shortage Costs",
        "one tier of going short",
        (
            Column("segment", "reference", "Segment of table Demand.", required=True, refers_to=("Demand",)),
            Column("tier", "integer", "1, 2, 3 … in rising cost.", required=True, low=1, high=99),
            Column("meaning", "text", "What the tier is: thrift, substitute, line stop.", default=""),
            Column(
                "share_of_demand",
                "number",
                "Most of the demand that this tier can take; the last takes the rest.",
                unit="%",
                low=0,
                high=1,
                blank="the rest",
            ),
            Column("cost", "number", "Cost of going short.", unit="USD/kg", low=0),
            Column(
                "cost_per_product",
                "number",
                "Cost per unit of product stopped; needs Content in Demand, or table Products.",
                unit="kUSD/unit",
                low=0,
            ),
        ),
        key=("segment", "tier"),
        group="Demand",
        common=COMMON,
        absent="demand must be met in full, or there is no plan",
    ),
    Table(
        "Sales",
        "one price step of a market for a material at a site",
        (
            Column("site", "reference", "Where it is sold.", required=True, refers_to=("Sites",)),
            Column("material", "reference", "What is sold.", required=True, refers_to=("Materials",)),
            Column(
                "step",
                "integer",
                "1, 2, 3 … at prices that do not rise: the best price is taken first, up to its Most.",
                default=1,
                low=1,
                high=99,
            ),
            Column("price", "number_or_series", "Price received in this step.", unit="USD/kg", required=True),
            Column(
                "most", "number_or_series", "Most that is taken at this price.", unit="t/y", low=0, blank="no limit"
            ),
            Column(
                "least", "number_or_series", "Least that must be sold in this step.", unit="t/y", low=0, default=0.0
            ),
            Column(
                "window",
                "choice",
                "Span over which Most and Least are summed.",
                default="Period",
                choices=("Period", "Calendar Year"),
            ),
        ),
        key=("site", "material", "step"),
        group="Demand",
        common=COMMON,
        absent="nothing can be sold",
    ),
)
