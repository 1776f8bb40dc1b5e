"""What can be bought, what is bought already, and the series that numbers may follow."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import ANY, BY_STATE, COMMON, MAIN_USES, provenance

TABLES = (
    Table(
        "Offers",
        "one offer",
        (
            Column("offer", "text", "Id of the offer.", required=True, aliases=("Offer ID",)),
            Column("supplier", "reference", "Who offers.", required=True, refers_to=("Suppliers",)),
            Column(
                "site",
                "reference",
                "Where the material is handed over.",
                refers_to=("Sites",),
                blank="a place of the supplier's own in the supplier's country",
            ),
            Column("material", "reference", "What is offered.", required=True, refers_to=("Materials",)),
            Column(
                "kind", "choice", "Kind of offer, for the reader.", default="Bid", choices=("Bid", "Spot", "Renewal")
            ),
            Column("price", "number_or_series", "Price at the hand-over.", unit="USD/kg", required=True),
            Column(
                "available_to_us",
                "number_or_series",
                "Most that this buyer can get, after what others hold; never plant capacity.",
                unit="t/y",
                low=0,
                blank="no limit",
            ),
            Column(
                "cost_per_order",
                "number",
                "Paid in every period in which something is ordered.",
                unit="kUSD",
                low=0,
                default=0.0,
            ),
            Column(
                "minimum_order",
                "number",
                "Least tonnage of a period in which something is ordered.",
                unit="t",
                low=0,
                default=0.0,
            ),
            Column(
                "lead_time",
                "number",
                "From order to hand-over; paid at the order.",
                unit="months",
                low=0,
                high=240,
                default=0.0,
            ),
            Column(
                "end_uses_allowed",
                "choice",
                "End uses that the supplier allows.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            Column("valid_from", "date", "First day on which it can be ordered.", blank="from the start"),
            Column("valid_until", "date", "Last day on which it can be ordered.", blank="to the end"),
            Column(
                "rfq",
                "reference",
                "Request for quotation that the offer answers.",
                refers_to=("Requests",),
                blank="not in answer to a request",
                aliases=("RFQ",),
            ),
            Column("round", "integer", "Round of the request.", low=1, high=99, blank="no round"),
            *provenance("the offered material"),
        ),
        key=("offer",),
        needed=True,
        group="Supply",
        common=BY_STATE,
    ),
    Table(
        "Series",
        "one series of numbers over time",
        (
            Column("series", "text", "Name by which other tables use it.", required=True),
            Column(
                "series_unit",
                "text",
                "Unit of its numbers; must be the unit of the column that uses it.",
                aliases=("Unit",),
            ),
        ),
        key=("series",),
        group="Supply",
        common=BY_STATE,
        absent="no number follows a series",
        periods=PeriodColumns(
            "value", "", "The number in the period.", blank="as before", per_year=False, low=float("-inf")
        ),
    ),
    Table(
        "Commitments",
        "one signed contract, open order, shipment in transit or running build",
        (
            Column("commitment", "text", "Id of the commitment.", required=True, aliases=("Commitment ID",)),
            Column(
                "kind",
                "choice",
                "What it is. Contracts and open orders count under export controls; goods in transit "
                "have left already.",
                required=True,
                choices=("Contract", "Open Order", "In Transit", "Running Build"),
            ),
            Column("supplier", "reference", "Who delivers.", refers_to=("Suppliers",)),
            Column("material", "reference", "What is delivered.", refers_to=("Materials",)),
            Column(
                "site",
                "reference",
                "Where it is handed over.",
                refers_to=("Sites",),
                blank="a place of the supplier's own in the supplier's country",
            ),
            Column("price", "number_or_series", "Price still to be paid at the hand-over.", unit="USD/kg", default=0.0),
            Column(
                "end_uses_allowed",
                "choice",
                "End uses that the supplier or its licence allows.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            Column("project", "reference", "Project of a running build.", refers_to=("Projects",)),
            Column(
                "build_start", "date", "First day of construction of a running build; may lie before the first period."
            ),
            Column("build_size", "number", "Capacity of a running build.", unit="t/y", low=0),
            *provenance("the delivered material"),
        ),
        key=("commitment",),
        group="Supply",
        common=BY_STATE,
        absent="nothing is signed, on order or being built",
        periods=PeriodColumns("tonnes", "t/y", "Tonnes handed over, as a rate per year.", blank="zero", partial=True),
    ),
    Table(
        "Qualifications",
        "one site or supplier that an end use must qualify before it takes its material",
        (
            Column("qualification", "text", "Id of the qualification.", required=True, aliases=("Qualification ID",)),
            Column(
                "site",
                "reference",
                "Site that last performed a stage on the delivered material, or hands it over unworked.",
                refers_to=("Sites",),
                blank="the row is about the supplier",
            ),
            Column(
                "supplier",
                "reference",
                "Supplier that sold the delivered material.",
                refers_to=("Suppliers",),
                blank="the row is about the site",
            ),
            Column(
                "material",
                "reference",
                "Material as delivered, or an element in it.",
                refers_to=("Materials", "Contents"),
                also=(ANY,),
                default=ANY,
            ),
            Column("end_use", "choice", "End use that asks for it.", default=ANY, choices=(ANY, *MAIN_USES)),
            Column("segment", "reference", "Only this segment of Demand.", refers_to=("Demand",), blank="all"),
            Column(
                "state",
                "choice",
                "Qualified limits nothing. In Progress is done at Done By. Not Qualified can be started in the plan.",
                default="Not Qualified",
                choices=("Qualified", "In Progress", "Not Qualified"),
            ),
            Column("done_by", "date", "Day from which one in progress is done."),
            Column(
                "months",
                "number",
                "Time that a qualification takes from its start.",
                unit="months",
                low=0,
                high=240,
                blank="can not be started",
            ),
            Column("cost", "number", "Paid when it is started.", unit="MUSD", default=0.0, low=0),
        ),
        key=("qualification",),
        group="Supply",
        common=COMMON,
        absent="everybody is qualified for everything",
    ),
)
