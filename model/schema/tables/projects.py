"""Projects and subsidies: what can be built, and who pays a part of it back."""

from __future__ import annotations

from model.schema.column import Column, Table
from model.schema.tables.common import COMMON

TABLES = (
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
            Column(
                "fixed_cost", "number_or_series", "Cost per year from commissioning.", unit="MUSD/y", low=0, default=0.0
            ),
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
)
