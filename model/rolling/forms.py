"""What is read when a case is rolled: the actuals form, and the meeting's columns of sheet Decisions."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import ANY, COMMON, MAIN_USES, provenance

FORM_DIGITS = 3  # decimals of the tonnes that a form states: a kilogram; less than that is no difference
KILOGRAM = 10.0**-FORM_DIGITS
_STATUS = tuple(c for c in COMMON if c.name in ("status", "notes"))
_PLANNED = Column("planned", "number", "What was planned, to compare with; it is not read.", unit="t")
_END_USES = Column(
    "end_uses_allowed", "choice", "End uses for which it may be used.", default=ANY, choices=(ANY, *MAIN_USES)
)

ACTUALS: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "Actual Stock",
            "one lot that lies in a stockpile on the day of the roll",
            (
                Column("site", "reference", "Where it lies.", required=True, refers_to=("Sites",)),
                Column("material", "reference", "What it is.", required=True, refers_to=("Materials",)),
                Column(
                    "tonnes", "number", "Counted stock; type 0 where there is none.", unit="t", required=True, low=0
                ),
                _PLANNED,
                Column(
                    "supplier",
                    "reference",
                    "Who delivered it; needed where a stockpile holds lots of different origin or right.",
                    refers_to=("Suppliers",),
                ),
                _END_USES,
                *provenance("the lot"),
            ),
            key=(
                "site",
                "material",
                "supplier",
                "end_uses_allowed",
                "mined_in",
                "separated_in",
                "metal_in",
                "magnet_in",
            ),
            common=_STATUS,
            needed=True,
        ),
        Table(
            "Actual Deliveries",
            "one delivery that came before the day of the roll",
            (
                Column(
                    "source",
                    "reference",
                    "Commitment or offer under which it was delivered.",
                    required=True,
                    refers_to=("Commitments", "Offers"),
                ),
                Column("date", "date", "Day of the hand-over.", required=True),
                Column("tonnes", "number", "Tonnes handed over.", unit="t", required=True, low=0),
                _PLANNED,
                Column(
                    "shortfall",
                    "choice",
                    "What becomes of tonnes that were due by the day of the roll and did not come.",
                    default="Still Due",
                    choices=("Still Due", "Cancelled"),
                ),
            ),
            key=("source", "date"),
            common=_STATUS,
            absent="nothing was delivered",
        ),
        Table(
            "Actual In Transit",
            "one shipment that has left and has not arrived",
            (
                Column("shipment", "text", "Name of the shipment.", required=True),
                Column("supplier", "reference", "Who sent it.", required=True, refers_to=("Suppliers",)),
                Column("material", "reference", "What it is.", required=True, refers_to=("Materials",)),
                Column("site", "reference", "Where it arrives.", required=True, refers_to=("Sites",)),
                Column("arrives", "date", "Day of arrival.", required=True),
                Column("tonnes", "number", "Tonnes under way.", unit="t", required=True, low=0),
                _PLANNED,
                _END_USES,
                *provenance("the shipment"),
            ),
            key=("shipment",),
            common=_STATUS,
            absent="nothing is under way (without the sheet: what the plan has under way)",
        ),
        Table(
            "Actual Volumes",
            "one volume of which something was used before the day of the roll",
            (
                Column(
                    "of_table",
                    "choice",
                    "Where it stands.",
                    required=True,
                    choices=("Export Controls", "Tariffs", "Sales", "Limits", "Contracts"),
                    aliases=("Table",),
                ),
                Column(
                    "name",
                    "text",
                    'Name of the control, tariff, limit or contract; Site / Material / Step; of a limit for each "limit: item".',
                    required=True,
                ),
                Column(
                    "used",
                    "number",
                    "Used since the start of the calendar year, or of the period where its Window is the period; of a plan that "
                    "began later since its start. In MUSD for a limit on spend.",
                    unit="t",
                    low=0,
                    blank="as planned",
                ),
                _PLANNED,
            ),
            key=("of_table", "name"),
            common=_STATUS,
            absent="what was planned was used (what was delivered of what is bought or committed)",
        ),
        Table(
            "Actual Builds",
            "one step of a project that was made",
            (
                Column("project", "reference", "Project.", required=True, refers_to=("Projects",)),
                Column(
                    "step",
                    "choice",
                    "What happened.",
                    required=True,
                    choices=("Permit Started", "Permit Granted", "Construction Started"),
                ),
                Column("date", "date", "Day on which it happened.", required=True),
                Column("size", "number", "Capacity under construction.", unit="t/y", low=0, blank="needed for a start"),
            ),
            key=("project", "step"),
            common=_STATUS,
            absent="what was decided is taken as done",
        ),
    )
}

DECISIONS = Table(
    "Decisions",
    "one decision of a plan, with what the meeting made of it",
    (
        Column("decision", "text", "Kind of decision.", required=True),
        Column("what", "text", "What is decided.", required=True),
        Column("period", "text", "Period or year.", required=True),
        Column("accept", "text", "Anything typed here accepts."),
        Column("reject", "text", "Anything typed here rejects."),
        Column("changed_to", "number", "Another quantity, in the row's unit.", low=0),
        Column("owner", "text", "Who sees to it."),
        Column("date", "text", "When it was decided."),
    ),
    key=("decision", "what", "period"),
    common=_STATUS,
    absent="nothing was decided",
)
