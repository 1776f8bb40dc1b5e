"""Columns that every table carries, grouped at the right of the sheet."""

from __future__ import annotations

from model.schema.column import Column

COMMON = (
    Column(
        "status",
        "choice",
        "Exclude keeps the row in the file and out of the plan.",
        default="Include",
        choices=("Include", "Exclude"),
    ),
    Column("low", "number", "Low end of the row's main number, for later sweeps."),
    Column("high", "number", "High end of the row's main number, for later sweeps."),
    Column(
        "source", "text", "Where the figures come from: a text, or fact ids by field (price: YT064; lead time: L012)."
    ),
    Column("as_of", "date", "Date of the figures."),
    Column(
        "confidence",
        "choice",
        "A official, B company or press, C secondary, D claim, E own estimate.",
        choices=("A", "B", "C", "D", "E"),
    ),
    Column("notes", "text", "Anything else."),
)
CONVERSION_TIME = Column(
    "conversion_time",
    "number",
    "From input to output, for Cover Targets: stock counts only if it becomes what is needed in time. "
    "The plan itself converts within the period.",
    unit="days",
    low=0,
    high=730,
    default=0.0,
)
TOLLER_SHARE = Column(
    "toller_share",
    "number",
    "Share of the products that whoever works our material keeps, beside or instead of a conversion cost.",
    unit="%",
    low=0,
    high=0.99,
    default=0.0,
)
# For tables whose rows may hold in one state of the export controls only: prices, volumes, rules.
BY_STATE = (
    COMMON[0],
    Column(
        "control_state",
        "reference",
        "The row holds only while Setting Control State is this one.",
        refers_to=("Control States",),
        blank="in every state",
    ),
    *COMMON[1:],
)
MAIN_USES = ("Civil", "Military")
ANY = "Any"
STAGES = ("Mined", "Separated", "Metal", "Magnet")
LAST_EXPORTER = "Last Exporter"
SITE_COUNTRY, CONTROL = "Site Country", "Country of Control"


def provenance(what: str) -> tuple[Column, ...]:
    """Return the four provenance columns of a table whose rows are lots of material."""
    blank = "if other stages are given, blank means Unknown; if none is given, the supplier's country at every stage"
    return tuple(
        Column(
            f"{stage.lower()}_in",
            "reference",
            f"Country in which {what} was {verb}.",
            blank=blank,
            refers_to=("Countries",),
            also=("Unknown",),
        )
        for stage, verb in zip(STAGES, ("mined", "separated", "reduced to metal", "made into magnets"), strict=True)
    )


MONEY_OF_A_PRICE = (
    Column(
        "currency",
        "reference",
        "Currency of the price; its row in Exchange Rates says what it is worth.",
        refers_to=("Exchange Rates",),
        blank="the case's currency",
    ),
    Column(
        "price_year",
        "integer",
        "Year of the money of the price; table Inflation takes it to the case's Price Year.",
        low=1990,
        high=2100,
        blank="the case's price year",
    ),
    Column(
        "payment_days",
        "number",
        "Days from the order, or the hand-over of what is committed, to the payment.",
        unit="days",
        low=0,
        default=0.0,
    ),
)
# Table → decisions that an override may settle, the first being meant where Field is blank.
OVERRIDABLE = {
    "Offers": ("Purchase", "Order"),
    "Contracts": ("Sign", "Renew", "Leave", "Committed"),
    "Commitments": ("Leave",),
    "Qualifications": ("Qualify",),
    "Lanes": ("Flow", "Use"),
    "Recipes": ("Run",),
    "Projects": ("Size", "Start", "Permit"),
    "Sites": ("Open",),
    "Stockpiles": ("Stock",),
    "Demand": ("Delivery", "Shortage"),
    "Substitutions": ("Substitution", "Adopt"),
    "Recycling": ("Recycled",),
    "Sales": ("Sale",),
    "Materials": ("Disposal",),
}

HARDNESS = (
    Column(
        "hardness", "choice", "Hard rules hold; soft ones cost their penalty.", default="Hard", choices=("Hard", "Soft")
    ),
    Column("penalty", "number", "Cost per kg by which a soft rule is missed.", unit="USD/kg", low=0),
)
WINDOW = Column(
    "window",
    "choice",
    "Span over which amounts are summed.",
    default="Calendar Year",
    choices=("Period", "Calendar Year"),
)
