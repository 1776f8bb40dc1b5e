"""Table Settings: one row per setting; each setting is declared here once."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import COMMON

SETTINGS: tuple[Column, ...] = (
    Column("schema_version", "integer", "Version of the workbook's layout.", default=1, low=1),
    Column("case_title", "text", "One line that says what the case is about.", default=""),
    Column("base_date", "date", "Date to which money is discounted.", blank="start of the first period"),
    Column("plan_date", "date", "Nothing is decided before this date.", blank="start of the first period"),
    Column(
        "frozen_until",
        "date",
        "When the case is rolled, decisions of the plan that fall due before this day are fixed as planned.",
        blank="nothing is fixed",
    ),
    Column("data_as_of", "date", "Date of the newest data in the case."),
    Column(
        "control_state",
        "reference",
        "The state of export controls that the case assumes; rows of another state are left out.",
        refers_to=("Control States",),
        default="",
    ),
    Column("currency", "text", "Currency of every amount.", default="USD"),
    Column("price_year", "integer", "Year of the money in which amounts are given.", low=1990, high=2100),
    Column("fiscal_year_start", "integer", "First month of the fiscal year.", default=1, low=1, high=12),
    Column("discount_rate", "number", "Real rate per year.", unit="%", default=0.0, low=0, high=1),
    Column(
        "discount_timing",
        "choice",
        "Point of a period at which its money counts.",
        default="Mid",
        choices=("Start", "Mid", "End"),
    ),
    Column(
        "quantities_are",
        "choice",
        "Whether quantities in period columns are rates per year or amounts per period.",
        default="Per Year",
        choices=("Per Year", "Per Period"),
    ),
    Column(
        "optimality_gap",
        "number",
        "Largest gap accepted, as a share of the cash cost without valued shortage.",
        unit="%",
        default=0.005,
        low=0,
        high=1,
    ),
    Column(
        "qualifications_at_once",
        "integer",
        "Most qualifications that can run at the same time, those in progress included.",
        low=0,
        blank="no limit",
    ),
    Column("time_limit", "number", "Seconds after which the best plan found is taken.", default=300.0, low=1),
    Column(
        "capex_mode",
        "choice",
        "Annuity: capital is paid from commissioning over life. Cash: it is paid as it is spent during construction.",
        default="Annuity",
        choices=("Annuity", "Cash"),
    ),
    Column(
        "salvage",
        "choice",
        "What Cash leaves of a plant at the end: nothing, or the annuities that would still fall due.",
        default="None",
        choices=("None", "Remaining Annuities"),
    ),
    Column(
        "terminal_rule",
        "choice",
        "What stock at the end must be where a Stockpiles row has no rule of its own.",
        default="None",
        choices=("None", "Keep Opening Stock"),
    ),
    Column(
        "attribution",
        "choice",
        "How origin is attributed: Joint tells all rules at once; Per Rule lets every share above zero attribute by "
        "itself, which is smaller and gives a lower bound of the cost. Automatic is Joint unless that grows too large.",
        default="Automatic",
        choices=("Automatic", "Joint", "Per Rule"),
    ),
    Column(
        "mixing",
        "choice",
        "What a mixture counts as: Mass Balance attributes freely and is the least that may come of it; Taint All counts all "
        "of it as restricted where any of it is. Both plans by mass balance and shows the cost of the other beside it.",
        default="Mass Balance",
        choices=("Mass Balance", "Taint All", "Both"),
    ),
    Column(
        "provenance_detail",
        "choice",
        "Whether a lot forgets what no rule ahead of it can count, or keeps every mark to the end (for comparison only).",
        default="Relevant",
        choices=("Relevant", "All Predicates"),
    ),
)

TABLES = (
    Table(
        "Settings",
        "one setting",
        (
            Column(
                "setting", "choice", "Name of the setting.", required=True, choices=tuple(c.title for c in SETTINGS)
            ),
            Column("value", "text", "Its value.", blank="the setting's default"),
        ),
        key=("setting",),
        needed=True,
        group="Frame",
        common=COMMON,
    ),
    Table(
        "Periods",
        "one period",
        (
            Column(
                "period", "text", "Label of the period, such as 2026-H2 or 2029.", required=True, aliases=("Label",)
            ),
            Column("start", "date", "First day.", required=True),
            Column(
                "months",
                "integer",
                "Length in months; within one calendar year, or whole years.",
                unit="months",
                required=True,
                low=1,
                high=240,
                aliases=("Length",),
            ),
        ),
        key=("period",),
        group="Frame",
        common=COMMON,
        absent="ten calendar years from the base date's year",
    ),
    Table(
        "Facts",
        "one sourced figure",
        (
            Column("fact", "text", "Id by which rows name the figure.", required=True, aliases=("Fact ID",)),
            Column("what", "text", "What the figure is.", required=True),
            Column("value", "text", "The figure.", required=True),
            Column("fact_unit", "text", "Its unit.", aliases=("Unit",)),
            Column("year", "text", "Year or span to which it refers."),
            Column("title", "text", "Title of the source.", required=True),
            Column("address", "text", "Where the source can be read."),
            Column("published", "text", "Year of the source."),
        ),
        key=("fact",),
        group="Sources",
        common=COMMON,
        absent="no figure is listed",
    ),
)
