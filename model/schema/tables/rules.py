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
                "material",
                "reference",
                "Controlled material or element.",
                required=True,
                refers_to=("Materials", "Contents"),
                also=(ANY,),
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
                "Quota and Licensed Volume limit tonnes; a Licence grants a share of a base; a Ban forbids.",
                required=True,
                choices=("Quota", "Licensed Volume", "Licence", "Ban"),
            ),
            Column(
                "window",
                "choice",
                "Span over which tonnes are summed.",
                default="Calendar Year",
                choices=("Period", "Calendar Year"),
            ),
            Column(
                "reach",
                "choice",
                "Exports: what leaves. Derived Content: also what others make of it, wherever it is delivered.",
                default="Exports",
                choices=("Exports", "Derived Content"),
            ),
            Column(
                "base",
                "number_or_series",
                "Licence: tonnes applied for.",
                unit="t/y",
                low=0,
                blank="the need that the control matches",
            ),
            Column(
                "approval_rate",
                "number_or_series",
                "Licence: share of the base that is granted.",
                unit="%",
                low=0,
                high=1,
            ),
            Column(
                "delay", "number", "Licence: from application to grant.", unit="months", low=0, high=60, default=0.0
            ),
            Column("fee", "number", "Cost per kg that leaves under the control.", unit="USD/kg", low=0, default=0.0),
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
                "Only this material or element.",
                refers_to=("Materials", "Contents"),
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
    Table(
        "Tariffs",
        "one duty",
        (
            Column("tariff", "text", "Name of the duty.", required=True),
            Column(
                "importer",
                "reference",
                "Country or group that takes it on entry.",
                required=True,
                refers_to=("Countries", "Country Groups"),
            ),
            Column(
                "origin",
                "reference",
                "Country or group whose origin is charged.",
                required=True,
                refers_to=("Countries", "Country Groups"),
            ),
            Column(
                "stage", "choice", "Stage that decides the origin.", default="Any Stage", choices=("Any Stage", *STAGES)
            ),
            Column(
                "material",
                "reference",
                "Material or element charged.",
                default=ANY,
                refers_to=("Materials", "Contents"),
                also=(ANY,),
            ),
        ),
        key=("tariff",),
        group="Rules",
        common=COMMON,
        absent="no duty",
        periods=PeriodColumns(
            "rate", "%", "Duty as a share of the material's Reference Value.", blank="zero", per_year=False
        ),
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
                "safety_stock",
                "number_or_series",
                "Held beside the days, of what the target names; for each by itself, if it applies to each.",
                unit="t",
                low=0,
                default=0.0,
            ),
            *_HARD,
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
