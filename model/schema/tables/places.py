"""Countries, groups, materials, sites and suppliers: the nouns of a case."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import COMMON, STAGES

TABLES = (
    Table(
        "Countries",
        "one country",
        (Column("country", "text", "Name used everywhere else.", required=True),),
        key=("country",),
        group="Places",
        common=COMMON,
        implied=True,
        absent="every country named by a site or supplier",
    ),
    Table(
        "Country Groups",
        "one country of a group",
        (
            Column("group", "text", "Name of the group, such as Covered or EU.", required=True),
            Column("country", "reference", "Member.", required=True, refers_to=("Countries",)),
        ),
        key=("group", "country"),
        group="Places",
        common=COMMON,
        absent="no group",
    ),
    Table(
        "Materials",
        "one material or grade at a stage",
        (
            Column("material", "text", "Name used everywhere else.", required=True),
            Column(
                "stage",
                "choice",
                "Last stage that has been performed on it.",
                required=True,
                choices=(*STAGES, "Part", "Other"),
            ),
            Column("storable", "yes_no", "Whether it may be held where a Stockpiles row says so.", default=True),
            Column(
                "disposal_cost",
                "number_or_series",
                "Cost of getting rid of it; blank: it can not be disposed of.",
                unit="USD/kg",
                low=0,
                blank="can not be disposed of",
            ),
            Column(
                "reference_value",
                "number_or_series",
                "Value per kg on which duties are taken where no single price was paid; see Charged On of Tariffs.",
                unit="USD/kg",
                low=0,
                blank="no duty can be taken on it, but where the price paid is known",
            ),
            Column("customs_code", "text", "Tariff number, for the reader."),
        ),
        key=("material",),
        needed=True,
        group="Places",
        common=COMMON,
    ),
    Table(
        "Suppliers",
        "one supplier",
        (
            Column("supplier", "text", "Name used everywhere else.", required=True),
            Column(
                "country",
                "reference",
                "Country of control.",
                required=True,
                refers_to=("Countries",),
                aliases=("Country of Control",),
            ),
            Column(
                "largest_exposure",
                "number",
                "Most that may be lost with it in any period: what is prepaid and not yet credited, and the price of what is "
                "ordered and not yet handed over.",
                unit="MUSD",
                low=0,
                blank="no limit",
            ),
        ),
        key=("supplier",),
        group="Places",
        common=COMMON,
        implied=True,
        absent="an offer's supplier is a name without a country, and its provenance is Unknown unless declared",
    ),
    Table(
        "Sites",
        "one place where material is handed over, worked, held or used",
        (
            Column("site", "text", "Name used everywhere else.", required=True),
            Column("country", "reference", "Country in which it lies.", required=True, refers_to=("Countries",)),
            Column(
                "kind",
                "choice",
                "What it is, for the reader and the reports.",
                default="Other",
                choices=(
                    "Mine",
                    "Separation Plant",
                    "Metal Plant",
                    "Magnet Plant",
                    "Recycler",
                    "Warehouse",
                    "Port",
                    "Market",
                    "Factory",
                    "Other",
                ),
            ),
            Column(
                "operator",
                "text",
                "Who runs it. The name of a supplier says whose country controls the site, and who the source is.",
            ),
            Column(
                "facility",
                "choice",
                "Existing: it is there. Potential: the plan may open it, and it then stays open. May Close: it is open, and "
                "the plan may close it for good. At a site that is not open nothing is bought, held, worked or sent.",
                default="Existing",
                choices=("Existing", "Potential", "May Close"),
            ),
            Column(
                "fixed_cost", "number_or_series", "Cost per year while it is open.", unit="MUSD/y", low=0, default=0.0
            ),
            Column("opening_cost", "number", "Paid when a Potential site opens.", unit="MUSD", low=0, default=0.0),
            Column(
                "closing_cost",
                "number",
                "Paid when a May Close site closes; negative if closing brings money in.",
                unit="MUSD",
                default=0.0,
            ),
        ),
        key=("site",),
        group="Places",
        common=COMMON,
        implied=True,
        absent="an offer's site is its supplier and lies in its supplier's country; a market is its name",
    ),
)
