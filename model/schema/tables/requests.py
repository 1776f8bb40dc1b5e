"""Requests for quotation: what is asked for, and whom."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import ANY, COMMON, MAIN_USES

TABLES = (
    Table(
        "Requests",
        "one material wanted under one request for quotation (RFQ)",
        (
            Column("rfq", "text", "Name of the request.", required=True, aliases=("RFQ",)),
            Column("material", "reference", "What is wanted.", required=True, refers_to=("Materials",)),
            Column(
                "site",
                "reference",
                "Where it is wanted; told to the suppliers.",
                refers_to=("Sites",),
                blank="wherever the supplier hands over",
            ),
            Column(
                "end_use", "choice", "What it is for; told to the suppliers.", default=ANY, choices=(ANY, *MAIN_USES)
            ),
            Column("reply_by", "date", "Day by which bids are due.", blank="no day is named"),
        ),
        key=("rfq", "material", "site"),
        group="Supply",
        common=COMMON,
        implied=True,
        absent="a request may have any name and asks for what table Demand needs",
        periods=PeriodColumns("wanted", "t/y", "Tonnes wanted, as a rate per year.", blank="zero", partial=True),
    ),
    Table(
        "Invitations",
        "one supplier asked under one request for quotation",
        (
            Column("rfq", "reference", "The request.", required=True, refers_to=("Requests",)),
            Column("supplier", "reference", "Who is asked.", required=True, refers_to=("Suppliers",)),
            Column(
                "last_round",
                "integer",
                "Last round in which the supplier is asked.",
                low=1,
                high=99,
                blank="all rounds",
            ),
        ),
        key=("rfq", "supplier"),
        group="Supply",
        common=COMMON,
        absent="every supplier is asked",
    ),
)
