"""What stands in the way: limits, export controls, de-risking rules."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import ANY, COMMON, MAIN_USES, STAGES

_HARD = (
    Column(
        "hardness", "choice", "Hard rules hold; soft ones cost their penalty.", default="Hard", choices=("Hard", "Soft")
    ),
    Column("penalty", "number", "Cost per kg by which a soft rule is missed.", unit="USD/kg", low=0),
)
_WINDOW = Column(
    "window",
    "choice",
    "Span over which amounts are summed.",
    default="Calendar Year",
    choices=("Period", "Calendar Year"),
)

TABLES = (
    Table(
        "Limits",
        "one limit on anything that is decided",
        (
            Column("limit", "text", "Name of the limit.", required=True, aliases=("Limit ID",)),
            Column(
                "measure",
                "choice",
                "Volume: t bought. Spend: MUSD of purchases. Number Used: offers ordered from. Capacity: t/y built. "
                "Stock: t held at the end of each period.",
                required=True,
                choices=("Volume", "Spend", "Number Used", "Capacity", "Stock"),
            ),
            Column("limit_type", "choice", "Min, Max or Fixed.", required=True, choices=("Min", "Max", "Fixed")),
            Column(
                "applies", "choice", "To the sum of what matches, or to each.", default="Sum", choices=("Sum", "Each")
            ),
            Column("supplier", "reference", "Only this supplier.", refers_to=("Suppliers",), blank="any"),
            Column("offer", "reference", "Only this offer.", refers_to=("Offers",), blank="any"),
            Column("site", "reference", "Only this site.", refers_to=("Sites",), blank="any"),
            Column("material", "reference", "Only this material.", refers_to=("Materials",), blank="any"),
            Column("project", "reference", "Only this project.", refers_to=("Projects",), blank="any"),
            Column(
                "end_use",
                "choice",
                "For Stock: only what this end use may use counts.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            _WINDOW,
            *_HARD,
        ),
        key=("limit",),
        group="Rules",
        common=COMMON,
        absent="no limit",
        periods=PeriodColumns(
            "amount",
            "t/y",
            "The limit: t/y for Volume, MUSD/y for Spend, a number for Number Used, t/y for Capacity, t for Stock.",
            blank="no limit",
            per_year=False,
        ),
    ),
    Table(
        "Export Controls",
        "one export control",
        (
            Column("control", "text", "Name of the control.", required=True, aliases=("Control ID",)),
            Column("jurisdiction", "reference", "Country that controls.", required=True, refers_to=("Countries",)),
            Column(
                "material", "reference", "Controlled material.", required=True, refers_to=("Materials",), also=(ANY,)
            ),
            Column(
                "destination",
                "reference",
                "Country of the segment finally served.",
                default=ANY,
                refers_to=("Countries", "Country Groups"),
                also=(ANY,),
            ),
            Column("end_use", "choice", "End use finally served.", default=ANY, choices=(ANY, *MAIN_USES)),
            Column(
                "kind",
                "choice",
                "Quota and Licensed Volume limit tonnes; a Ban forbids.",
                required=True,
                choices=("Quota", "Licensed Volume", "Ban"),
            ),
            Column(
                "window",
                "choice",
                "Span over which tonnes are summed.",
                default="Calendar Year",
                choices=("Period", "Calendar Year"),
            ),
            Column("effective", "date", "First day in force.", blank="in force from the start"),
            Column("suspended", "date", "First day no longer in force.", blank="in force to the end"),
        ),
        key=("control",),
        group="Rules",
        common=COMMON,
        absent="no export is controlled",
        periods=PeriodColumns("volume", "t/y", "Tonnes that may leave, as a rate per year.", blank="no limit"),
    ),
    Table(
        "De-risking Rules",
        "one rule on where supply comes from",
        (
            Column("rule", "text", "Name of the rule.", required=True, aliases=("Rule ID",)),
            Column(
                "metric",
                "choice",
                "Country Share and Supplier Share are shares of demand; Sources is a number.",
                required=True,
                choices=("Country Share", "Supplier Share", "Sources"),
            ),
            Column(
                "who",
                "reference",
                "Country, group or supplier that is counted.",
                refers_to=("Countries", "Country Groups", "Suppliers"),
                blank="every one by itself",
            ),
            Column(
                "stage",
                "choice",
                "Stage whose country is counted.",
                default="Any Stage",
                choices=("Any Stage", *STAGES),
            ),
            Column("segment", "reference", "Only this segment of Demand.", refers_to=("Demand",), blank="all"),
            Column("end_use", "choice", "Only this end use.", default=ANY, choices=(ANY, *MAIN_USES)),
            Column(
                "material",
                "reference",
                "Only this material.",
                refers_to=("Materials",),
                blank="each material by itself",
            ),
            Column("limit_type", "choice", "Min, Max or Fixed.", required=True, choices=("Min", "Max", "Fixed")),
            Column(
                "source_is",
                "choice",
                "What one source is.",
                default="Supplier",
                choices=("Supplier", "Site", "Country"),
            ),
            Column(
                "counts_from",
                "number",
                "Share of demand from which a source counts, for Min and Fixed.",
                unit="%",
                default=0.1,
                low=0,
                high=1,
            ),
            Column(
                "force",
                "choice",
                "What stands behind the rule.",
                default="Company Policy",
                choices=("Law", "Contract", "Company Policy"),
            ),
            Column("effective", "date", "First day in force.", blank="in force from the start"),
            Column("suspended", "date", "First day no longer in force.", blank="in force to the end"),
            _WINDOW,
            *_HARD,
        ),
        key=("rule",),
        group="Rules",
        common=COMMON,
        absent="no rule on origin",
        periods=PeriodColumns(
            "limit",
            "%",
            "Largest or least share (10 % is 0.1), or number of sources.",
            blank="no limit",
            per_year=False,
        ),
    ),
)
