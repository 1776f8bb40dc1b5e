"""Terms of purchase beyond a price and a quantity."""

from __future__ import annotations

from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables.common import COMMON

TABLES = (
    Table(
        "Price Tiers",
        "one step of an offer's price",
        (
            Column("offer", "reference", "Offer whose price goes in steps.", required=True, refers_to=("Offers",)),
            Column(
                "step",
                "integer",
                "1, 2, 3 … in rising quantity; below the first, the offer's own price holds.",
                required=True,
                low=1,
                high=99,
            ),
            Column(
                "from_quantity",
                "number",
                "Quantity from which the step's price holds, counted as Basis says; of a whole calendar year for Year.",
                unit="t",
                low=0,
                default=0.0,
            ),
            Column("price", "number_or_series", "Price in the step.", unit="USD/kg", required=True),
            Column(
                "units",
                "choice",
                "Incremental: the price holds for what is bought beyond From Quantity. All Units: for all of it.",
                default="Incremental",
                choices=("Incremental", "All Units"),
            ),
            Column(
                "basis",
                "choice",
                "What is counted: one order or period (there is one order in a period), a calendar year, or all that is "
                "bought from the start of the plan on, as from a mine whose cost rises with what is taken out.",
                default="Per Order",
                choices=("Per Order", "Period", "Year", "Cumulative"),
            ),
        ),
        key=("offer", "step"),
        group="Supply",
        common=COMMON,
        absent="every offer has one price whatever the quantity",
    ),
    Table(
        "Contracts",
        "one contract that may be signed",
        (
            Column("contract", "text", "Name by which offers belong to it.", required=True),
            Column("set_up_cost", "number", "Paid when it is signed.", unit="kUSD", low=0, default=0.0),
            Column(
                "duration",
                "number",
                "How long it runs from the start of the period in which it is signed.",
                unit="months",
                low=1,
                blank="to the end of the plan",
            ),
            Column("least", "number_or_series", "Least to be bought while it runs.", unit="t/y", low=0, default=0.0),
            Column("most", "number_or_series", "Most to be bought while it runs.", unit="t/y", low=0, blank="no limit"),
            Column(
                "committed",
                "number_or_series",
                "Quantity to which we commit while it runs.",
                unit="t/y",
                low=0,
                default=0.0,
            ),
            Column(
                "take_or_pay",
                "number",
                "Share of the committed quantity that is paid for whether it is taken or not.",
                unit="%",
                low=0,
                high=1,
                default=0.0,
            ),
            Column("untaken_price", "number_or_series", "Paid for what is not taken of it.", unit="USD/kg", low=0),
            Column(
                "committed_most",
                "number",
                "Most to which we may commit: the committed quantity is then decided at signing, once, at least the largest "
                "Committed, and no more than it is bought in any period.",
                unit="t/y",
                low=0,
                blank="the committed quantity is as given, and no room is reserved",
            ),
            Column(
                "reservation_fee",
                "number",
                "Paid per kg that is reserved by Committed Most, bought or not, in every period while the contract runs.",
                unit="USD/kg",
                low=0,
                default=0.0,
            ),
            Column("prepaid", "number", "Paid when it is signed, and credited later.", unit="MUSD", low=0, default=0.0),
            Column(
                "credited",
                "number",
                "Credit for every kg bought, never more than its price, until what was prepaid is used up; the rest is lost.",
                unit="USD/kg",
                low=0,
                blank="the whole price",
            ),
            Column(
                "credit_left",
                "number",
                "Prepaid before the plan and not yet credited; lost where the plan does not sign.",
                unit="MUSD",
                low=0,
                default=0.0,
            ),
        ),
        key=("contract",),
        group="Supply",
        common=COMMON,
        absent="no offer needs a contract",
    ),
    Table(
        "Exchange Rates",
        "one currency",
        (Column("currency", "text", "Currency other than the case's, such as EUR.", required=True),),
        key=("currency",),
        group="Supply",
        common=COMMON,
        absent="every price is in the case's currency",
        periods=PeriodColumns(
            "rate", "", "What one unit is worth in the case's currency.", blank="as before", per_year=False
        ),
    ),
    Table(
        "Inflation",
        "one year's level of prices",
        (
            Column("year", "integer", "Calendar year.", required=True, low=1990, high=2100),
            Column("level", "number", "Level of prices, such as 100 in some year.", required=True, low=1e-6),
        ),
        key=("year",),
        group="Supply",
        common=COMMON,
        absent="every price is in money of the case's price year",
    ),
)
