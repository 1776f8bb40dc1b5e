"""Lanes, lines, recipes, projects and stockpiles: what can be moved, made, built and held."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import (
    ANY,
    BY_STATE,
    COMMON,
    CONVERSION_TIME,
    MAIN_USES,
    STAGES,
    TOLLER_SHARE,
    provenance,
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
            Column("fixed_cost", "number", "Cost of using the lane at all.", unit="MUSD", low=0, default=0.0),
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
    Table(
        "Projects",
        "one build-out candidate",
        (
            Column("project", "text", "Name of the project.", required=True),
            Column("site", "reference", "Where it would stand.", required=True, refers_to=("Sites",)),
            Column("line", "text", "Line type that it adds to.", required=True, aliases=("Line Type",)),
            Column(
                "kind", "choice", "Kind of capacity.", default="Process", choices=("Process", "Throughput", "Storage")
            ),
            Column("min_size", "number", "Smallest capacity that can be built.", unit="t/y", low=0, default=0.0),
            Column("max_size", "number", "Largest capacity that can be built.", unit="t/y", low=0, required=True),
            Column(
                "max_repeats",
                "integer",
                "Most identical modules, each between Min Size and Max Size, that can be started, at once or one after "
                "another; one permit serves all.",
                default=1,
                low=1,
                high=100,
            ),
            Column(
                "min_relative",
                "number",
                "Smallest size as a multiple of the Prerequisite's, for an expansion.",
                low=0,
                default=0.0,
            ),
            Column(
                "max_relative",
                "number",
                "Largest size as a multiple of the Prerequisite's, for an expansion.",
                low=0,
                blank="no limit",
            ),
            Column(
                "capex_fixed", "number", "Capital cost of building a module at all.", unit="MUSD", low=0, default=0.0
            ),
            Column(
                "capex_per_capacity", "number", "Capital cost per t/y built.", unit="MUSD/(t/y)", low=0, default=0.0
            ),
            *(
                Column(
                    f"capex_year_{y}",
                    "number",
                    f"Share of the capital spent in year {y} of construction" + (", and later." if y == 4 else "."),
                    unit="%",
                    low=0,
                    high=1,
                    blank="evenly over construction, if blank in all years",
                )
                for y in (1, 2, 3, 4)
            ),
            Column("fixed_cost", "number", "Cost per year from commissioning.", unit="MUSD/y", low=0, default=0.0),
            Column(
                "permit_cost", "number", "Cost of the permit, paid when it is started.", unit="MUSD", low=0, default=0.0
            ),
            Column(
                "permit_time",
                "number",
                "From start of permitting to the permit.",
                unit="months",
                low=0,
                high=240,
                default=0.0,
            ),
            Column(
                "construction_time",
                "number",
                "From start of construction to commissioning.",
                unit="months",
                low=0,
                high=240,
                required=True,
            ),
            *(
                Column(
                    f"ramp_year_{y}",
                    "number",
                    f"Share of capacity usable in year {y} after commissioning.",
                    unit="%",
                    low=0,
                    high=1,
                    default=1.0,
                )
                for y in (1, 2, 3, 4)
            ),
            *(
                Column(
                    f"recovery_year_{y}",
                    "number",
                    f"Output in year {y} after commissioning as a share of the recipe's yield.",
                    unit="%",
                    low=0,
                    high=1,
                    default=1.0,
                )
                for y in (1, 2, 3, 4)
            ),
            Column(
                "participation",
                "choice",
                "Own: all capital and output are ours. Co-fund: a share of them. Offtake Only: output, but no capital.",
                choices=("Own", "Co-fund", "Offtake Only"),
                blank="as Capital Share and Output Share say",
            ),
            Column(
                "capital_share",
                "number",
                "Our share of permit, capital and fixed cost.",
                unit="%",
                low=0,
                high=1,
                default=1.0,
                default_by=("participation", "Offtake Only", 0.0),
                blank="all; nothing if Participation is Offtake Only",
            ),
            Column("output_share", "number", "Our share of the capacity.", unit="%", low=0, high=1, default=1.0),
            Column(
                "earliest_start", "date", "Permitting and construction start no earlier.", blank="from the plan date"
            ),
            Column("latest_start", "date", "Construction starts no later.", blank="no limit"),
            Column("life", "number", "Years from commissioning.", unit="years", low=1 / 12, default=20.0),
            Column(
                "finance_rate", "number", "Rate of the annuity.", unit="%", low=0, high=1, blank="the discount rate"
            ),
            Column("exclusive_group", "text", "At most one project of a group is built.", blank="none"),
            Column(
                "prerequisite",
                "reference",
                "Project whose construction must have started by then.",
                refers_to=("Projects",),
                blank="none",
            ),
        ),
        key=("project",),
        group="Network",
        common=COMMON,
        absent="nothing can be built",
    ),
    Table(
        "Subsidies",
        "one programme that pays back capital",
        (
            Column("subsidy", "text", "Name of the programme.", required=True),
            Column("project", "reference", "Only this project.", refers_to=("Projects",), blank="any"),
            Column("site", "reference", "Only projects at this site.", refers_to=("Sites",), blank="any"),
            Column("country", "reference", "Only projects in this country.", refers_to=("Countries",), blank="any"),
            Column(
                "share",
                "number",
                "Share of our capital that is paid back, permits excepted, as and when the capital is paid.",
                unit="%",
                low=0,
                high=1,
                required=True,
            ),
            Column("ceiling_per_project", "number", "Most for one project.", unit="MUSD", low=0, blank="no limit"),
            Column("ceiling", "number", "Most for all projects together.", unit="MUSD", low=0, blank="no limit"),
        ),
        key=("subsidy",),
        group="Network",
        common=COMMON,
        absent="nobody pays back any capital",
    ),
    Table(
        "Stockpiles",
        "one material that may be held at a site",
        (
            Column("site", "reference", "Where it is held.", required=True, refers_to=("Sites",)),
            Column("material", "reference", "What is held.", required=True, refers_to=("Materials",)),
            Column("opening_stock", "number", "Stock at the start of the first period.", unit="t", low=0, default=0.0),
            Column(
                "end_uses_allowed",
                "choice",
                "End uses for which the opening stock may be used.",
                default=ANY,
                choices=(ANY, *MAIN_USES),
            ),
            Column("capacity", "number_or_series", "Most that can be held.", unit="t", low=0, blank="no limit"),
            Column(
                "carrying_cost",
                "number_or_series",
                "Storage and handling, without interest.",
                unit="USD/kg/y",
                low=0,
                default=0.0,
            ),
            Column("loss", "number", "Share lost per year.", unit="%/y", low=0, high=1, default=0.0),
            Column(
                "shelf_life",
                "number",
                "Longest that a tonne may be held; what came first leaves first, and what comes from elsewhere is fresh.",
                unit="months",
                low=1,
                high=1200,
                blank="keeps for ever",
            ),
            Column(
                "opening_age",
                "number",
                "How old the opening stock is at the start of the first period, against its Shelf Life.",
                unit="months",
                low=0,
                high=1200,
                default=0.0,
            ),
            Column("fill_rate", "number_or_series", "Most that can be put in.", unit="t/y", low=0, blank="no limit"),
            Column(
                "release_rate", "number_or_series", "Most that can be taken out.", unit="t/y", low=0, blank="no limit"
            ),
            Column(
                "drawable",
                "choice",
                "Whether the stock may fall, losses apart. In Shocks: only in the periods of Released. New goods may always "
                "take the place of old ones, and what is above the reserve is no exception.",
                default="Always",
                choices=("Always", "In Shocks", "Never"),
            ),
            Column(
                "released",
                "number_or_series",
                "1 in the periods in which a stock that is drawable In Shocks may be drawn, 0 in all others.",
                low=0,
                high=1,
                blank="never",
            ),
            Column(
                "closing_rule",
                "choice",
                "How the stock at the end is bound.",
                choices=("None", "Min", "Max", "Fixed"),
                blank="as Setting Terminal Rule",
            ),
            Column("closing_stock", "number", "Stock at the end for the rule.", unit="t", low=0),
            *provenance("the opening stock"),
        ),
        key=("site", "material"),
        group="Network",
        common=COMMON,
        absent="nothing can be held over",
    ),
)
