"""Lanes, lines and recipes: what can be moved and made."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import (
    ANY,
    BY_STATE,
    COMMON,
    CONVERSION_TIME,
    STAGES,
    TOLLER_SHARE,
)

_PLACE = ("Sites", "Suppliers", "Demand", "Countries", "Country Groups")

TABLES = (
    Table(
        "Lanes",
        "one way from a place to a place",
        (
            Column(
                "from_place",
                "reference",
                "Site, supplier, segment, country, country group or Any.",
                required=True,
                refers_to=_PLACE,
                also=(ANY,),
                aliases=("From",),
            ),
            Column(
                "to_place",
                "reference",
                "Site, supplier, segment, country, country group or Any.",
                required=True,
                refers_to=_PLACE,
                also=(ANY,),
                aliases=("To",),
            ),
            Column("material", "reference", "Material or Any.", default=ANY, refers_to=("Materials",), also=(ANY,)),
            Column("cost", "number_or_series", "Freight, insurance and handling.", unit="USD/kg", default=0.0),
            Column(
                "lead_time",
                "number",
                "Time under way, licence time included.",
                unit="months",
                low=0,
                high=240,
                default=0.0,
            ),
            Column("capacity", "number_or_series", "Most that may leave.", unit="t/y", low=0, blank="no limit"),
            Column(
                "shared_as",
                "text",
                "Rows of one name share capacity, fixed cost and minimum.",
                blank="each pair of places by itself",
            ),
            Column("fixed_cost", "number_or_series", "Cost of using the lane at all.", unit="MUSD", low=0, default=0.0),
            Column(
                "fixed_cost_paid",
                "choice",
                "Whether the fixed cost falls due in each period of use, or once, in the first period of use.",
                default="Each Period",
                choices=("Each Period", "Once"),
            ),
            Column(
                "minimum_if_used",
                "number",
                "Least tonnage of a period in which the lane is used.",
                unit="t",
                low=0,
                default=0.0,
            ),
        ),
        key=("from_place", "to_place", "material"),
        group="Network",
        common=BY_STATE,
        absent="every offer reaches every market and plant that takes its material, at no cost and in no time",
    ),
    Table(
        "Lines",
        "one capacity at a site",
        (
            Column("site", "reference", "Where it stands.", required=True, refers_to=("Sites",)),
            Column("line", "text", "Line type; recipes and projects name it.", required=True, aliases=("Line Type",)),
            Column(
                "kind",
                "choice",
                "Process: what recipes use. Throughput: all that leaves the site or is delivered at it. "
                "Storage: all stock held at the site.",
                default="Process",
                choices=("Process", "Throughput", "Storage"),
            ),
            Column(
                "capacity",
                "number_or_series",
                "Capacity; for Storage in t at any time.",
                unit="t/y",
                low=0,
                required=True,
            ),
            Column(
                "availability",
                "number_or_series",
                "Share of the time in which the line can run; storage holds its capacity at any time.",
                unit="%",
                low=0,
                high=1,
                default=1.0,
            ),
            Column(
                "fixed_cost",
                "number_or_series",
                "Cost per year whether it runs or not.",
                unit="MUSD/y",
                low=0,
                default=0.0,
            ),
            Column(
                "minimum_load",
                "number",
                "Least share of what the row's capacity can do in a period in which the line runs at all.",
                unit="%",
                low=0,
                high=1,
                default=0.0,
            ),
        ),
        key=("site", "line"),
        group="Network",
        common=COMMON,
        absent="no plant and no limit on any site",
    ),
    Table(
        "Recipes",
        "one way of turning inputs into outputs",
        (
            Column("recipe", "text", "Name of the recipe.", required=True),
            Column("line", "text", "Line type on which it runs.", required=True, aliases=("Line Type",)),
            Column(
                "site",
                "reference",
                "Only at this site.",
                refers_to=("Sites",),
                blank="at every site that has such a line",
            ),
            Column(
                "stage",
                "choice",
                "Stage performed, which gives the output the site's country at that stage.",
                choices=STAGES,
                blank="no stage is performed",
            ),
            Column(
                "conversion_cost", "number_or_series", "Cost per unit of the recipe run.", unit="USD/kg", default=0.0
            ),
            CONVERSION_TIME,
            TOLLER_SHARE,
            Column(
                "set_up_cost",
                "number",
                "Paid at each site in every period in which the recipe runs.",
                unit="kUSD",
                low=0,
                default=0.0,
            ),
            Column(
                "set_up_use",
                "number",
                "Capacity of the line, in t, that a period in which the recipe runs takes for the set-up.",
                unit="t",
                low=0,
                default=0.0,
            ),
            Column(
                "minimum_run",
                "number",
                "Least units of a period in which the recipe runs at a site.",
                unit="t",
                low=0,
                default=0.0,
            ),
        ),
        key=("recipe",),
        group="Network",
        common=COMMON,
        absent="nothing is converted",
    ),
    Table(
        "Recipe Items",
        "one input, output or line use of a recipe",
        (
            Column("recipe", "reference", "Recipe.", required=True, refers_to=("Recipes",)),
            Column(
                "role", "choice", "Input, Output or Line Use.", required=True, choices=("Input", "Output", "Line Use")
            ),
            Column("material", "reference", "Material of an input or output.", refers_to=("Materials",)),
            Column(
                "per_unit", "number", "Tonnes per unit run; for Line Use capacity per unit run.", required=True, low=0
            ),
        ),
        key=("recipe", "role", "material"),
        group="Network",
        common=COMMON,
        absent="nothing is converted",
    ),
)
