"""What is varied: sweeps, in the grammar that everything which changes numbers for a while shares."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import COMMON

METHODS = ("One at a Time", "Grid", "Latin Hypercube", "Sobol")
DISTRIBUTIONS = ("Uniform", "Triangular", "Normal", "Log-uniform")
CHANGES = ("×", "+", "=")


def grammar(what: str) -> tuple[Column, ...]:
    """Return the columns that say which numbers are meant, and how they are changed."""
    return (
        Column("table", "text", f"Table whose numbers {what}, such as Offers.", required=True),
        Column(
            "row",
            "text",
            "Row by its key (several key columns: A / B), everything that names this supplier, site, material, segment, "
            "country or country group, or Any.",
            required=True,
            aliases=("Row or Group",),
        ),
        Column("field", "text", "Column, or the name of the number that runs across, such as Price.", required=True),
        Column("from_period", "text", "First period or year.", blank="from the start", aliases=("From",)),
        Column("to_period", "text", "Last period or year.", blank="to the end", aliases=("To",)),
        Column(
            "change",
            "choice",
            "×: the number is multiplied by the value. +: the value is added. =: the value stands in its place.",
            default="×",
            choices=CHANGES,
        ),
    )


TABLES = (
    Table(
        "Sweeps",
        "one number, or several that move together, varied in one sweep",
        (
            Column("sweep", "text", "Name of the sweep; its rows are varied together.", required=True),
            *grammar("are varied"),
            Column(
                "method",
                "choice",
                "One at a Time: each row to its ends by itself. Grid: every combination. "
                "Latin Hypercube, Sobol: Points draws from the distributions.",
                choices=METHODS,
                blank="as in the sweep's first row that says so, else One at a Time",
            ),
            Column(
                "points",
                "integer",
                "Draws of the sweep; for One at a Time and Grid the steps from Low to High.",
                low=1,
                high=1_000_000,
                blank="64 draws; Low and High, and the number as it is",
            ),
            Column(
                "distribution", "choice", "Distribution that is drawn from.", default="Uniform", choices=DISTRIBUTIONS
            ),
            Column(
                "most_likely", "number", "Peak of a Triangular, mean of a Normal.", blank="half way from Low to High"
            ),
            Column("deviation", "number", "Standard deviation of a Normal.", low=0, blank="a quarter of the range"),
            *(Column(f"value_{k}", "number", "A value to try, instead of Low and High.") for k in (1, 2, 3, 4, 5)),
        ),
        key=("sweep", "table", "row", "field", "from_period"),
        group="Study",
        common=COMMON,
        absent="nothing is swept",
    ),
)
