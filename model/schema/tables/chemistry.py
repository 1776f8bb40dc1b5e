"""What materials contain and how feeds are separated: contents, baskets, recoveries, plant feeds."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import COMMON, CONVERSION_TIME, TOLLER_SHARE

# The lanthanides that occur, yttrium, and the rest, in the order in which baskets are quoted.
OXIDES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")
REST = "other_reo"


def _shares(meaning: str, rest: bool) -> tuple[Column, ...]:
    names = (*(o.lower() for o in OXIDES), *((REST,) if rest else ()))
    return tuple(Column(n, "number", meaning, unit="%", low=0, high=1, default=0.0) for n in names)


TABLES = (
    Table(
        "Contents",
        "one element in one material",
        (
            Column(
                "element", "text", "Element or oxide by which rules, controls and targets may count.", required=True
            ),
            Column("material", "reference", "Material that contains it.", required=True, refers_to=("Materials",)),
            Column(
                "content", "number", "Tonnes of the element, as oxide, per tonne of the material.", required=True, low=0
            ),
        ),
        key=("element", "material"),
        group="Chemistry",
        common=COMMON,
        absent="rules, controls and targets name materials",
    ),
    Table(
        "Baskets",
        "the oxides of one feed",
        (
            Column(
                "feed",
                "reference",
                "Feed, counted in t of rare-earth oxides contained.",
                required=True,
                refers_to=("Materials",),
            ),
            Column(
                "basis",
                "choice",
                "How the basket is known.",
                required=True,
                choices=("Measured", "Proxy", "Recalled", "Back-solved"),
            ),
            Column("proxy_of", "text", "Deposit or product whose basket stands in."),
            *_shares("Share of all oxides; the row closes to 100 %.", rest=True),
        ),
        key=("feed",),
        group="Chemistry",
        common=COMMON,
        absent="no feed is separated by basket",
    ),
    Table(
        "Recoveries",
        "one product of one separation plant",
        (
            Column("site", "reference", "Separation plant.", required=True, refers_to=("Sites",)),
            Column("product", "reference", "Material that it makes.", required=True, refers_to=("Materials",)),
            *_shares(
                "Share of the feed's oxide that ends in this product; the rest is lost or in another product.",
                rest=True,
            ),
        ),
        key=("site", "product"),
        group="Chemistry",
        common=COMMON,
        absent="no feed is separated by basket",
    ),
    Table(
        "Plant Feeds",
        "one feed that one plant may take",
        (
            Column("site", "reference", "Separation plant.", required=True, refers_to=("Sites",)),
            Column("feed", "reference", "Feed with a row in Baskets.", required=True, refers_to=("Materials",)),
            Column("line", "text", "Line type that the feed uses.", required=True, aliases=("Line Type",)),
            Column("line_use", "number", "Capacity used per t of feed.", low=0, default=1.0),
            Column("conversion_cost", "number_or_series", "Cost per kg of oxides fed.", unit="USD/kg", default=0.0),
            CONVERSION_TIME,
            TOLLER_SHARE,
        ),
        key=("site", "feed"),
        group="Chemistry",
        common=COMMON,
        absent="separation is typed in Recipes",
    ),
)
