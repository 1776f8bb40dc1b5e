"""What the buyer sets: limits, targets, budgets, and decisions settled beforehand."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import ANY, BY_STATE, COMMON, HARDNESS, MAIN_USES, OVERRIDABLE, WINDOW

TABLES = (
    Table(
        "Limits",
        "one limit on anything that is decided",
        (
            Column("limit", "text", "Name of the limit.", required=True, aliases=("Limit ID",)),
            Column(
                "measure",
                "choice",
                "Volume: t bought. Spend: MUSD of purchases. Number Used: how many are used, see Counts. Capacity: t/y built. "
                "Stock: t held at the end of each period. Disposal: t disposed of, such as tailings. Emission: t of a "
                "Substance, by table Emission Factors.",
                required=True,
                choices=("Volume", "Spend", "Number Used", "Capacity", "Stock", "Disposal", "Emission"),
            ),
            Column("limit_type", "choice", "Min, Max or Fixed.", required=True, choices=("Min", "Max", "Fixed")),
            Column(
                "counts",
                "choice",
                "What Number Used counts: offers or suppliers ordered from, sites that may open or close and are open, lanes "
                "in use, recipes run by site, projects started by then.",
                default="Offers",
                choices=("Offers", "Suppliers", "Sites", "Lanes", "Recipes", "Projects"),
            ),
            Column(
                "size_is",
                "choice",
                "For Capacity: the size of the whole plant, or our share of its output.",
                default="Whole Plant",
                choices=("Whole Plant", "Our Share"),
            ),
            Column(
                "applies", "choice", "To the sum of what matches, or to each.", default="Sum", choices=("Sum", "Each")
            ),
            Column("supplier", "reference", "Only this supplier.", refers_to=("Suppliers",), blank="any"),
            Column("offer", "reference", "Only this offer.", refers_to=("Offers",), blank="any"),
            Column("site", "reference", "Only this site.", refers_to=("Sites",), blank="any"),
            Column("material", "reference", "Only this material.", refers_to=("Materials",), blank="any"),
            Column("project", "reference", "Only this project.", refers_to=("Projects",), blank="any"),
            Column(
                "substance",
                "reference",
                "For Emission: what is emitted.",
                refers_to=("Emission Factors",),
                blank="the limit is on no emission",
            ),
            Column(
                "end_use",
                "choice",
                "For Stock: only what this end use may use counts.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            WINDOW,
            *HARDNESS,
        ),
        key=("limit",),
        group="Rules",
        common=BY_STATE,
        absent="no limit",
        periods=PeriodColumns(
            "amount",
            "t/y",
            "The limit: t/y for Volume, Disposal and Emission, MUSD/y for Spend, a number for Number Used, t/y for Capacity, "
            "t for Stock.",
            blank="no limit",
            per_year=False,
        ),
    ),
    Table(
        "Emission Factors",
        "one source of a substance: a recipe, a line type, or what is disposed of; rows that match add up",
        (
            Column("substance", "text", "What is emitted, such as CO2 or thorium.", required=True),
            Column(
                "recipe",
                "reference",
                "Every unit of this recipe that is run.",
                refers_to=("Recipes",),
                blank="another column is filled",
            ),
            Column(
                "line",
                "text",
                "Every unit of a line of this type that is used, by whatever runs on it, separations too.",
                blank="another column is filled",
            ),
            Column(
                "material",
                "reference",
                "Every tonne of this material that is disposed of.",
                refers_to=("Materials",),
                blank="another column is filled",
            ),
            Column("site", "reference", "Only at this site.", refers_to=("Sites",), blank="everywhere"),
            Column(
                "factor",
                "number",
                "Tonnes per unit run, per unit of the line, or per tonne disposed of.",
                required=True,
                low=0,
            ),
        ),
        key=("substance", "recipe", "line", "material", "site"),
        group="Rules",
        common=COMMON,
        absent="nothing is emitted that is counted",
    ),
    Table(
        "Overrides",
        "one decision that is settled beforehand",
        (
            Column("override", "text", "Name of the override.", required=True),
            Column(
                "table",
                "choice",
                "Table whose rows are decided on.",
                required=True,
                choices=tuple(OVERRIDABLE),
            ),
            Column(
                "row",
                "text",
                "Row by its key (several parts: A / B; a lane is From / To / Material), or a supplier, site, material or "
                "group that stands for several, or Any.",
                required=True,
                aliases=("Row or Group",),
            ),
            Column(
                "field",
                "choice",
                "Purchase, Flow, Run, Delivery, Shortage, Substitution, Recycled, Sale, Disposal: t of the whole window. Size, "
                "Committed: t/y started or signed in it. Start, Permit, Order, Sign, Renew, Leave, Qualify, Adopt: how many in "
                "it. Stock: t at the end of each period of it. Open, Use: sites open, lanes used in each period.",
                choices=tuple(dict.fromkeys(f for fields in OVERRIDABLE.values() for f in fields)),
                blank="the first of the table: Purchase, Sign, Leave, Qualify, Flow, Run, Size, Open, Stock, Delivery, "
                "Substitution, Recycled, Sale, Disposal",
            ),
            Column("from_period", "text", "First period or year.", blank="from the start", aliases=("From",)),
            Column("to_period", "text", "Last period or year.", blank="to the end", aliases=("To",)),
            Column(
                "limit_type",
                "choice",
                "Min: at least the value. Max: at most. Fixed: exactly.",
                default="Fixed",
                choices=("Min", "Max", "Fixed"),
            ),
            Column("value", "number", "The value.", low=0, required=True),
        ),
        key=("override",),
        group="Rules",
        common=COMMON,
        absent="the plan decides everything by itself",
    ),
    Table(
        "Cover Targets",
        "one target of days of cover",
        (
            Column("target", "text", "Name of the target.", required=True),
            Column("end_use", "choice", "Demand that is to be covered.", default=ANY, choices=(ANY, *MAIN_USES)),
            Column("segment", "reference", "Only this segment of Demand.", refers_to=("Demand",), blank="all"),
            Column(
                "material",
                "reference",
                "Material or element to be held.",
                required=True,
                refers_to=("Materials", "Contents"),
            ),
            Column("site", "reference", "Only what is held here counts.", refers_to=("Sites",), blank="anywhere"),
            Column(
                "forms",
                "choice",
                "As Delivered: only the materials in need count. Any Form: also what open plants can make into them in "
                "time, by what reaches the need.",
                default="As Delivered",
                choices=("As Delivered", "Any Form"),
            ),
            Column(
                "applies",
                "choice",
                "To all demand that matches together, or to each end use or segment by itself.",
                default="Sum",
                choices=("Sum", "Each End Use", "Each Segment"),
            ),
            Column(
                "convert_within",
                "number",
                "Time in which stock must reach the need, lanes and conversion included.",
                unit="days",
                low=0,
                high=3650,
                blank="the target's own days",
            ),
            Column(
                "in_transit",
                "choice",
                "Whether goods under way count that will be there in that time.",
                default="No",
                choices=("No", "Yes"),
            ),
            Column(
                "on_consignment",
                "choice",
                "Whether a supplier's stock that lies at our site counts: what is Consigned in Offers of kind Consignment and "
                "not yet drawn.",
                default="No",
                choices=("No", "Yes"),
            ),
            Column(
                "safety_stock",
                "number_or_series",
                "Held beside the days, of what the target names; for each by itself, if it applies to each.",
                unit="t",
                low=0,
                default=0.0,
            ),
            *HARDNESS,
            Column(
                "missed_at_end",
                "choice",
                "Soft: whether what is missed at the end of the plan counts for that period, or goes on for twenty years.",
                default="Counts Once",
                choices=("Counts Once", "Goes On"),
            ),
        ),
        key=("target",),
        group="Rules",
        common=COMMON,
        absent="no target in days",
        periods=PeriodColumns(
            "days",
            "days",
            "Days of the demand that follows, held at the end of the period.",
            blank="no limit",
            per_year=False,
        ),
    ),
    Table(
        "Budgets",
        "one limit on capital committed",
        (
            Column("budget", "text", "Name of the budget.", required=True),
            Column("project", "reference", "Only this project.", refers_to=("Projects",), blank="all projects"),
            Column(
                "window",
                "choice",
                "Span over which capital is summed.",
                default="Calendar Year",
                choices=("Period", "Calendar Year"),
            ),
        ),
        key=("budget",),
        group="Rules",
        common=COMMON,
        absent="capital is not limited",
        periods=PeriodColumns(
            "capital", "MUSD/y", "Most that may be committed to permits and builds, our share.", blank="no limit"
        ),
    ),
)
