"""What planners get wrong: each case is the faultless one with one thing changed, and all that is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from model.problems import LEVELS
from tests.case import (
    test_wrong_input_chemistry,
    test_wrong_input_derisking,
    test_wrong_input_need,
    test_wrong_input_outside,
    test_wrong_input_plants,
    test_wrong_input_recycling,
    test_wrong_input_stocks,
    test_wrong_input_substitution,
    test_wrong_input_terms,
    test_wrong_sweeps,
)
from tests.case.base import add, both, drop, lose, put, read, remove, rename, table
from tests.case.wrong import Wrong, assert_said, listed, names

# Tables with numbers by period that the frame's tests take away.
BY_PERIOD = (
    "Exchange Rates",
    "Series",
    "Limits",
    "Export Controls",
    "De-risking Rules",
    "Tariffs",
    "Cover Targets",
    "Budgets",
)
# Without a lot from China the lanes from there join nothing and its controls limit nothing.
NO_ONE_IN_CHINA = ("lane-matches-nothing",) * 2 + ("control-jurisdiction-unused",) * 2

CELLS = [
    Wrong(
        put("Offers", "O1", "Lead Time", "soon"),
        "not-a-number",
        "offers.csv:2 (Lead Time)",
        "Lead Time: expected a number, found 'soon'",
    ),
    Wrong(
        put("Offers", "O1", "Available to Us", "1,200"),
        "text-read-as-number",
        "offers.csv:2 (Available to Us)",
        "Available to Us: text '1,200' read as 1200",
    ),
    Wrong(
        put("Offers", "O1", "Available to Us", "1.200,5"),
        "ambiguous-number",
        "offers.csv:2 (Available to Us)",
        "Available to Us: '1.200,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    Wrong(
        put("Demand", "Motors", "2027", "1.200,5"),
        "ambiguous-number",
        "demand.csv:2 (2027)",
        "Quantity 2027: '1.200,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    Wrong(put("Demand", "Motors", "2027", "-5"), "too-small", "demand.csv:2 (2027)", "Quantity 2027: -5 is below 0"),
    Wrong(
        put("Lines", "Works/Reduction", "Availability", "90"),
        "share-above-one",
        "lines.csv:2 (Availability)",
        "Availability: 90 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Lines", "Works/Reduction", "Availability", "90%"),
        "text-read-as-number",
        "lines.csv:2 (Availability)",
        "Availability: text '90%' read as 0.9",
    ),
    Wrong(
        put("Periods", "2027", "Months", "12.5"),
        "not-whole",
        "periods.csv:4 (Months)",
        "Months: expected a whole number, found 12.5",
        ("period-gap", "change-periods"),
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "500"),
        "out-of-range",
        "offers.csv:2 (Lead Time)",
        "Lead Time: 500 is outside 0 to 240",
    ),
    Wrong(
        put("Offers", "O3", "Valid Until", "31.12.2028"),
        "not-a-date",
        "offers.csv:4 (Valid Until)",
        "Valid Until: expected a date such as 2026-07-01, found '31.12.2028'",
    ),
    Wrong(
        put("Offers", "O3", "Valid Until", "2028-02-30"),
        "not-a-date",
        "offers.csv:4 (Valid Until)",
        "Valid Until: expected a date such as 2026-07-01, found '2028-02-30'",
    ),
    Wrong(
        put("Materials", "Ce Oxide", "Stage", "Seperated"),
        "not-a-choice",
        "materials.csv:4 (Stage)",
        "Stage: 'Seperated' is not one of Mined, Separated, Metal, Magnet, Part, Other; did you mean 'Separated'?",
    ),
    Wrong(
        put("Materials", "Ce Oxide", "Storable", "perhaps"),
        "not-yes-or-no",
        "materials.csv:4 (Storable)",
        "Storable: expected Yes or No, found 'perhaps'",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", ""),
        "cell-empty",
        "offers.csv:2 (Supplier)",
        "Supplier is empty; it must be filled",
    ),
    Wrong(
        put("Settings", "Discount Rate", "Value", "8"),
        "setting-bad",
        "settings.csv:5 (Value)",
        "setting Discount Rate: 8 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Settings", "Control State", "Value", "Extendet"),
        "control-state",
        "settings.csv:10 (Value)",
        "setting Control State names 'Extendet'; expected one of table Control States (Extended, Rules return)",
    ),
    Wrong(
        put("Settings", "Control State", "Value", ""),
        "control-state",
        "settings.csv:10 (Value)",
        "setting Control State names nothing; expected one of table Control States (Extended, Rules return)",
    ),
    Wrong(
        put("Settings", "Plan Date", "Value", "in July"),
        "setting-bad",
        "settings.csv:3 (Value)",
        "setting Plan Date: expected a date such as 2026-07-01, found 'in July'",
    ),
    Wrong(
        put("Settings", "Schema Version", "Value", "7"),
        "newer-schema",
        "settings.csv:9 (Value)",
        "the case has layout version 7, but this program knows 1; update the program",
    ),
    Wrong(
        both(
            add("Facts", Fact="007", What="a", Value="1", Title="t"),
            add("Facts", Fact="7", What="b", Value="1", Title="t"),
        ),
        "mixed-codes",
        "facts.csv:4 (Fact)",
        "Fact: '7' and '007' look alike but differ; write codes as text throughout",
    ),
]

HEADERS = [
    Wrong(
        rename("Offers", "Price", "Prise"),
        "column-missing",
        "offers.csv:1 (Price)",
        "column 'Price (USD/kg)' is missing; did you mean 'Prise'?",
        ("column-unknown", "series-unused"),
    ),
    Wrong(
        rename("Offers", "Lead Time", "Leadtime"),
        "column-unknown",
        "offers.csv:1 (Leadtime)",
        "column 'Leadtime' is not known and is not used; did you mean 'Lead Time'?",
    ),
    Wrong(
        rename("Offers", "Lead Time", "Price"),
        "column-twice",
        "offers.csv:1 (Price)",
        "column 'Price' stands twice, in column 5 and column 8",
    ),
    Wrong(
        rename("Offers", "Minimum Order", "Minimum Order (lb)"),
        "unit-unknown",
        "offers.csv:1 (Minimum Order)",
        "column 'Minimum Order' has unit 'lb'; expected t or kg or kt",
    ),
    Wrong(
        rename("Offers", "Minimum Order", "Minimum Order (kg)"),
        "unit-converted",
        "offers.csv:1 (Minimum Order)",
        "column 'Minimum Order' is given in kg and was converted to t",
    ),
    Wrong(
        rename("Demand", "2027", "2037"),
        "period-unknown",
        "demand.csv:1 (2037)",
        "column '2037' is not a period or a year of table Periods; did you mean '2027'?",
        ("period-without-column",),
    ),
    Wrong(
        lose("Demand", "2027"),
        "period-without-column",
        "demand.csv:1 (2027)",
        "period 2027 has no column, and neither has its year",
    ),
    Wrong(
        lose("Demand", "2029"),
        "period-years-missing",
        "demand.csv:1 (2028-29)",
        "period 2028-29 has columns for some of its years; 2029 are missing",
    ),
    Wrong(
        both(put("Demand", "Motors", "2026-H1", "200"), put("Demand", "Motors", "2026-H2", "200")),
        "period-doubled",
        "demand.csv:1 (2026)",
        "year 2026 stands beside its own periods 2026-H1, 2026-H2; keep one or the other",
    ),
    Wrong(
        put("Demand", "Motors", "2028-29", "250"),
        "period-doubled",
        "demand.csv:1 (2028)",
        "year 2028 stands beside its own periods 2028-29; keep one or the other",
        ("period-doubled",),
    ),
    Wrong(
        table("Limits", "Limit,Measure,Limit Type\nL1,Volume,Max"),
        "no-period-columns",
        "limits.csv:1 (header)",
        "table Limits has no column for any period or year",
        ("rule-without-limit",),
    ),
    Wrong(
        drop("Materials"),
        "table-missing",
        "",
        "table Materials is missing; a case needs Settings, Materials, Offers, Demand",
    ),
    Wrong(
        table("Demand", "Segment,Material,2026,2027,2028,2029"),
        "table-empty",
        "demand.csv:1",
        "table Demand has no rows that are included",
        ("not-found", "not-found", "not-found", "not-found", "row-unknown"),
    ),
]

REFERENCES = [
    Wrong(
        put("Offers", "O1", "Material", "NdPr Oxid"),
        "not-found",
        "offers.csv:2 (Material)",
        "Material: 'NdPr Oxid' is not in Materials; did you mean 'NdPr Oxide'?",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", "Energy Fuels"),
        "not-found",
        "offers.csv:2 (Supplier)",
        "Supplier: 'Energy Fuels' is not in Suppliers",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", "LYNAS "),
        "spelling",
        "offers.csv:2 (Supplier)",
        "Supplier: 'LYNAS' is taken as 'Lynas'",
    ),
    Wrong(
        put("Shortage Costs", "Motors/1", "Segment", "Motor"),
        "not-found",
        "shortage_costs.csv:2 (Segment)",
        "Segment: 'Motor' is not in Demand; did you mean 'Motors'?",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Segment", "Motor"),
        "not-found",
        "de_risking_rules.csv:2 (Segment)",
        "Segment: 'Motor' is not in Demand; did you mean 'Motors'?",
    ),
    Wrong(
        add("Suppliers", Supplier="LYNAS", Country="USA"),
        "key-twice",
        "suppliers.csv:5 (Supplier)",
        "LYNAS stands twice, first in row 2",
    ),
    Wrong(
        add("Demand", Segment="Jets", Material="NdPr Metal"),
        "key-twice",
        "demand.csv:4 (Segment)",
        "Jets / NdPr Metal stands twice, first in row 3",
        ("demand-zero",),
    ),
    Wrong(
        put("Suppliers", "Iluka", "Status", "Exclude"),
        "row-left-out",
        "offers.csv:4 (Supplier)",
        "the row is left out with 'Iluka', which is excluded in Suppliers",
        ("row-left-out", "row-left-out"),
    ),
    Wrong(
        put("Series", "CN Price", "Status", "Exclude"),
        "row-left-out",
        "offers.csv:3 (Price)",
        "the row is left out with 'CN Price', which is excluded in Series",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("Country Groups", "Covered", "Status", "Exclude"),
        "row-left-out",
        "de_risking_rules.csv:2 (Who)",
        "the row is left out with 'Covered', which is excluded in Country Groups",
        ("row-left-out", "row-left-out"),
    ),
    Wrong(
        put("Offers", "O2", "Price", "CN Prices"),
        "series-unknown",
        "offers.csv:3 (Price)",
        "Price: 'CN Prices' is neither a number nor a row of table Series; did you mean 'CN Price'?",
        ("series-unused",),
    ),
    Wrong(
        put("Series", "CN Price", "Unit", "USD/t"),
        "series-unit",
        "offers.csv:3 (Price)",
        "Price: series 'CN Price' is in USD/t, but the column is in USD/kg",
    ),
    Wrong(
        put("Series", "CN Price", "2026-H1", ""),
        "series-start",
        "series.csv:2 (2026-H1)",
        "series 'CN Price' has no value for the first period 2026-H1",
    ),
    Wrong(
        both(
            add("Series", **{"Series": "Up Time", "2026-H1": "0.9", "2027": "1.2"}),
            put("Lines", "Works/Reduction", "Availability", "Up Time"),
        ),
        "series-range",
        "series.csv:3 (2027)",
        "series 'Up Time' has 1.2 in 2027, but Availability at lines.csv:2 (Availability) must be 0 to 1",
    ),
    Wrong(
        add("Series", **{"Series": "Old", "2026-H1": "1"}),
        "series-unused",
        "series.csv:3 (Series)",
        "series 'Old' is not used by any included row",
    ),
    Wrong(
        put("Projects", "Expand", "Exclusive Group", "METAL"),
        "name-spelled-twice",
        "projects.csv:3 (Exclusive Group)",
        "Exclusive Group: 'metal' and 'METAL' at projects.csv:2 (Exclusive Group) differ in capitals only; "
        "write one name in one way",
        ("exclusive-alone",) * 2,
    ),
    Wrong(
        add("Suppliers", Supplier="Lynas.", Country="USA"),
        "names-alike",
        "suppliers.csv:5 (Supplier)",
        "Supplier: 'Lynas.' and 'Lynas' at suppliers.csv:2 (Supplier) look like one name, but are taken as two",
    ),
]

FRAME = [
    Wrong(
        put("Periods", "2026-H2", "Start", "2026-06-01"),
        "period-overlap",
        "periods.csv:3 (Start)",
        "period 2026-H2 starts before 2026-H1 ends",
        ("period-gap",),
    ),
    Wrong(
        remove("Periods", "2026-H2"),
        "period-gap",
        "periods.csv:3 (Start)",
        "period 2027 starts 2027-01-01, but 2026-H1 ends 2026-06-30",
        ("period-unknown",),
    ),
    Wrong(
        both(
            put("Periods", "2026-H2", "Months", "18"),
            remove("Periods", "2027"),
            *(lose(name, "2027") for name in ("Demand", "Commitments", *BY_PERIOD)),
        ),
        "period-crosses-year",
        "periods.csv:3 (Months)",
        "period 2026-H2 lies in two calendar years; it must lie in one, or consist of whole years",
        ("rule-partly-in-force",),
    ),
    Wrong(
        put("Periods", "2026-H1", "Start", "2026-01-02"),
        "period-not-first",
        "periods.csv:2 (Start)",
        "period 2026-H1 starts on 2026-01-02; periods start on the first day of a month",
    ),
    Wrong(
        both(
            drop("Periods", *BY_PERIOD, "Rule Exemptions"),
            put("Offers", "O2", "Price", "60"),
        ),
        "horizon-columns-missing",
        "demand.csv:1",
        "without table Periods the case runs from 2026 to 2035, but there is no column for 2030 to 2035; add them, "
        "or a table "
        "Periods",
        ("table-absent",),
    ),
    Wrong(
        both(
            drop("Periods", *BY_PERIOD, "Rule Exemptions"),
            put("Offers", "O2", "Price", "60"),
            table(
                "Demand",
                "Segment,Material,2025,"
                + ",".join(map(str, range(2026, 2036)))
                + "\nMotors,NdPr Metal,100,100,100,100,100,100,100,100,100,100,100"
                + "\nJets,NdPr Metal,,1,1,1,1,1,1,1,1,1,1",
            ),
        ),
        "year-outside-horizon",
        "demand.csv:1 (2025)",
        "column 2025 lies outside the years 2026 to 2035 of the case and is not used",
        ("table-absent",),
    ),
    Wrong(
        put("Settings", "Plan Date", "Value", "2030-01-01"),
        "plan-date-after-horizon",
        "settings.csv:3 (Value)",
        "Plan Date 2030-01-01 is not before the end of the last period 2028-29: nothing could be decided",
    ),
    Wrong(
        put("Settings", "Base Date", "Value", "2010-01-01"),
        "base-date-outside",
        "settings.csv:2 (Value)",
        "Base Date 2010-01-01 lies 16 years before the plan: all money is discounted over that time",
    ),
    Wrong(
        put("Settings", "Data As Of", "Value", "2026-02-01"),
        "data-after-plan",
        "settings.csv:4 (Value)",
        "Data As Of 2026-02-01 is after Plan Date 2026-01-01",
    ),
    Wrong(
        remove("Settings", "Discount Rate"),
        "no-discount-rate",
        "settings.csv:1",
        "no discount rate is given: later money counts in full",
    ),
    Wrong(
        put("Settings", "Discount Rate", "Value", "0.8"),
        "discount-rate-high",
        "settings.csv:5 (Value)",
        "a discount rate of 80 per cent per year is unusual",
    ),
    Wrong(
        put("Settings", "Optimality Gap", "Value", "0.5"),
        "gap-large",
        "settings.csv:6 (Value)",
        "a gap of 50 per cent of the cash cost lets the plan be that much dearer than the best",
    ),
    Wrong(
        put("Settings", "Quantities Are", "Value", "Per Period"),
        "units-per-period-length",
        "settings.csv:7 (Value)",
        "quantities are per period: the length of a period matters for discounting only",
    ),
    Wrong(
        both(put("Offers", "O1", "Low", "99"), put("Offers", "O1", "High", "80")),
        "low-above-high",
        "offers.csv:2 (Low)",
        "Low 99 is above High 80",
    ),
]

SUPPLY = [
    Wrong(
        put("Offers", "O3", "Mined In", ""),
        "provenance-unknown",
        "offers.csv:4 (Mined In)",
        "offer O3 does not say where it was mined; every rule treats that as the worst case",
    ),
    Wrong(
        both(
            put("Stockpiles", "Works/NdPr Metal", "Mined In", ""),
            put("Stockpiles", "Works/NdPr Metal", "Separated In", ""),
            put("Stockpiles", "Works/NdPr Metal", "Metal In", ""),
        ),
        "provenance-unknown",
        "stockpiles.csv:2 (Mined In)",
        "the opening stock of NdPr Metal at Works does not say where it was mined or separated or reduced to metal; "
        "every rule treats that as the worst case",
    ),
    Wrong(
        put("Offers", "O3", "Metal In", "Japan"),
        "provenance-before-stage",
        "offers.csv:4 (Metal In)",
        "Metal In is filled, but NdPr Oxide has not been through that stage",
    ),
    Wrong(
        both(
            drop("Suppliers"),
            put("Offers", "O1", "Mined In", "Australia"),
            put("Offers", "O1", "Separated In", "Malaysia"),
            put("Commitments", "K1", "Mined In", "Australia"),
            put("Commitments", "K1", "Separated In", "Malaysia"),
        ),
        "supplier-without-country",
        "offers.csv:3 (Supplier)",
        "supplier 'Baotou' has no country; its material counts as the worst case",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("Offers", "O1", "Price", "-90"),
        "price-negative",
        "offers.csv:2 (Price)",
        "offer O1 has a negative price in 2026-H1",
        ("sale-above-offer",),
    ),
    Wrong(
        put("Offers", "O1", "Price", "90000"),
        "price-unlike-others",
        "offers.csv:2 (Price)",
        "offer O1: the price of 90000 USD/kg is 947 times the usual 95 USD/kg of other offers of NdPr Oxide; is it "
        "in "
        "another unit, such as USD/t?",
    ),
    Wrong(
        both(
            put("Commitments", "K1", "2026-H1", "25"),
            put("Commitments", "K1", "2026-H2", "25"),
            lose("Commitments", "2026"),
        ),
        "half-year-amount",
        "commitments.csv:2 (2026-H1)",
        "2026-H1 has 25, which is about 50 per cent of the 50 of 2027: numbers are rates per year whatever the "
        "period's length; "
        "is this an amount of the period?",
    ),
    Wrong(
        both(put("Offers", "O1", "Valid From", "2027-01-01"), put("Offers", "O1", "Valid Until", "2026-01-01")),
        "dates-reversed",
        "offers.csv:2 (Valid Until)",
        "Valid From 2027-01-01 is after Valid Until 2026-01-01",
    ),
    Wrong(
        put("Offers", "O1", "Valid Until", "2025-12-31"),
        "offer-outside-horizon",
        "offers.csv:2 (Valid Until)",
        "offer O1 can not be ordered in any period of the plan",
    ),
    Wrong(
        put("Offers", "O1", "Valid From", "2030-01-01"),
        "offer-outside-horizon",
        "offers.csv:2 (Valid From)",
        "offer O1 can not be ordered in any period of the plan",
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "45"),
        "lead-time-long",
        "offers.csv:2 (Lead Time)",
        "a lead time of 45 months is longer than three years; is it in days?",
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "48"),
        "lead-time-beyond-horizon",
        "offers.csv:2 (Lead Time)",
        "with a lead time of 48 months nothing arrives before the plan ends",
    ),
    Wrong(
        put("Offers", "O1", "Minimum Order", "700"),
        "order-minimum-above-available",
        "offers.csv:2 (Minimum Order)",
        "offer O1: the minimum order of 700 t is above what is available in any period",
    ),
    Wrong(
        both(
            add("Materials", Material="Dy Oxide", Stage="Separated"),
            add("Offers", Offer="O4", Supplier="Lynas", Material="Dy Oxide", Price="400", Minimum_Order="9"),
            add(
                "Demand",
                **{"Segment": "Labs", "Material": "Dy Oxide", "2026": "2", "2027": "2", "2028": "2", "2029": "2"},
            ),
            add("Shortage Costs", Segment="Labs", Tier="1", Cost="900"),
        ),
        "order-minimum-above-demand",
        "offers.csv:5 (Minimum Order)",
        "offer O4: the minimum order of 9 t is above the 4 t that are needed of Dy Oxide in any period, and "
        "nothing else takes it",
    ),
    Wrong(
        add("Offers", Offer="O4", Supplier="Lynas", Material="Ce Oxide", Price="1"),
        "material-unused",
        "offers.csv:5 (Material)",
        "offer O4: nobody needs Ce Oxide, and no recipe, stockpile or sale takes it",
    ),
    Wrong(
        put("Commitments", "K1", "Material", "Ce Oxide"),
        "material-unused",
        "commitments.csv:2 (Material)",
        "commitment K1: nobody needs Ce Oxide, and no recipe, stockpile or sale takes it",
    ),
    Wrong(
        both(
            put("Stockpiles", "Works/NdPr Metal", "End Uses Allowed", "Military"),
            put("Demand", "Jets", "End Use", "Civil"),
        ),
        "end-use-unused",
        "stockpiles.csv:2 (End Uses Allowed)",
        "the opening stock of NdPr Metal at Works is for Military use only, but no demand has that end use",
    ),
    Wrong(
        put("Commitments", "K1", "Supplier", ""),
        "commitment-incomplete",
        "commitments.csv:2 (Supplier)",
        "a Contract needs Supplier",
    ),
    Wrong(
        put("Commitments", "K2", "Build Size", ""),
        "commitment-incomplete",
        "commitments.csv:3 (Build Size)",
        "a Running Build needs Build Size",
    ),
    Wrong(
        both(put("Commitments", "K1", "2026", ""), put("Commitments", "K1", "2027", "")),
        "commitment-without-tonnes",
        "commitments.csv:2 (Commitment)",
        "commitment K1 has no tonnes in any period",
    ),
    Wrong(
        both(
            put("Commitments", "K1", "Supplier", "Baotou"),
            put("Commitments", "K1", "Site", ""),
            put("Commitments", "K1", "2027", "350"),
        ),
        "commitment-above-control",
        "commitments.csv:2 (2027)",
        "in 2027 commitments of 350 t are above the 300 t that control C1 lets leave",
    ),
    Wrong(
        put("Commitments", "K2", "Build Size", "900"),
        "build-size-outside",
        "commitments.csv:3 (Build Size)",
        "the size 900 of the running build is outside 50 to 300",
    ),
]

NETWORK = [
    Wrong(
        put("Recipes", "Reduce", "Line", "Reducton"),
        "recipe-without-line",
        "recipes.csv:2 (Line)",
        "recipe Reduce: no site has a line 'Reducton'; did you mean 'Reduction'?",
        ("line-unused", "demand-above-supply"),
    ),
    Wrong(
        remove("Recipe Items", "Reduce/Output"),
        "recipe-without-output",
        "recipes.csv:2 (Recipe)",
        "recipe Reduce has no Output",
        ("demand-above-supply",),
    ),
    Wrong(
        remove("Recipe Items", "Reduce/Input"),
        "recipe-without-input",
        "recipes.csv:2 (Recipe)",
        "recipe Reduce has no Input: it makes material out of nothing",
    ),
    Wrong(
        put("Recipe Items", "Reduce/Input", "Per Unit", "0.8"),
        "recipe-makes-mass",
        "recipe_items.csv:3 (Per Unit)",
        "recipe Reduce makes 1 t out of 0.8 t",
    ),
    Wrong(
        put("Recipe Items", "Reduce/Input", "Material", ""),
        "item-material-missing",
        "recipe_items.csv:2 (Material)",
        "an Input needs a material",
    ),
    Wrong(
        put("Recipe Items", "Reduce/Line Use", "Material", "NdPr Oxide"),
        "item-line-use-material",
        "recipe_items.csv:4 (Material)",
        "a Line Use has no material",
    ),
    Wrong(
        put("Projects", "Rebuild", "Kind", "Storage"),
        "line-kinds-differ",
        "projects.csv:3 (Kind)",
        "line 'Reduction' at Works is Storage in table Projects, but Process in table Lines",
    ),
    Wrong(
        add("Lines", Site="Works", Line="Furnace", Capacity="10"),
        "line-unused",
        "lines.csv:5 (Line)",
        "no recipe runs on line 'Furnace'",
    ),
    Wrong(
        put("Projects", "Expand", "Min Size", "400"),
        "project-min-above-max",
        "projects.csv:2 (Min Size)",
        "Min Size 400 is above Max Size 300",
        ("build-size-outside",),
    ),
    Wrong(
        put("Projects", "Rebuild", "Construction Time", "60"),
        "project-too-late",
        "projects.csv:3 (Construction Time)",
        "project Rebuild can not start up before the horizon ends, so it is never built",
    ),
    Wrong(
        put("Projects", "Expand", "Latest Start", "2025-06-01"),
        "dates-reversed",
        "projects.csv:2 (Latest Start)",
        "Earliest Start 2026-01-01 is after Latest Start 2025-06-01",
    ),
    Wrong(
        put("Projects", "Rebuild", "Latest Start", "2025-06-01"),
        "project-start-impossible",
        "projects.csv:3 (Latest Start)",
        "project Rebuild can not start before 2026-01-01, but its Latest Start is 2025-06-01: it is never built",
    ),
    Wrong(
        put("Projects", "Rebuild", "Construction Time", "24"),
        "project-short-use",
        "projects.csv:3 (Construction Time)",
        "project Rebuild would run for 2 years at most before the horizon ends: the plan may refuse it for that "
        "reason alone",
    ),
    Wrong(
        both(put("Projects", "Rebuild", "Capex Fixed", ""), put("Projects", "Rebuild", "Capex per Capacity", "0")),
        "project-free",
        "projects.csv:3 (Capex per Capacity)",
        "project Rebuild has neither a capital cost nor a fixed cost: the plan builds it for nothing",
    ),
    Wrong(
        put("Projects", "Rebuild", "Capex per Capacity", "60000"),
        "capex-unusual",
        "projects.csv:3 (Capex per Capacity)",
        "Capex per Capacity of 60000 MUSD/(t/y) is beyond anything built so far; is it in USD/(t/y)?",
    ),
    Wrong(
        put("Projects", "Expand", "Ramp Year 2", "0.4"),
        "ramp-falling",
        "projects.csv:2 (Ramp Year 2)",
        "the share of capacity falls from 0.5 in year 1 to 0.4 in year 2",
    ),
    Wrong(
        put("Projects", "Expand", "Prerequisite", "Expand"),
        "project-own-prerequisite",
        "projects.csv:2 (Prerequisite)",
        "project Expand is its own prerequisite",
    ),
    Wrong(
        both(
            put("Projects", "Expand", "Prerequisite", "Rebuild"), put("Projects", "Rebuild", "Prerequisite", "Expand")
        ),
        "prerequisite-circle",
        "projects.csv:2 (Prerequisite)",
        "projects wait for each other in a circle: Expand → Rebuild → Expand",
    ),
    Wrong(
        put("Projects", "Rebuild", "Exclusive Group", ""),
        "exclusive-alone",
        "projects.csv:2 (Exclusive Group)",
        "project Expand is the only one of exclusive group 'metal'",
    ),
    Wrong(
        both(
            add("Lanes", From_Place="Allies", To_Place="Any", Cost="2"),
            add("Lanes", From_Place="Any", To_Place="Allies", Cost="3"),
        ),
        "lane-equal",
        "lanes.csv:7 (From Place)",
        "two rows apply to Dock → Works equally well: rows 6 and 7",
    ),
    Wrong(
        add("Lanes", From_Place="Works", To_Place="Works", Cost="2"),
        "lane-to-itself",
        "lanes.csv:6 (To Place)",
        "the lane leads from Works to itself",
    ),
    Wrong(
        add("Lanes", From_Place="Works", To_Place="Dock", Material="Ce Oxide"),
        "lane-matches-nothing",
        "lanes.csv:6 (From Place)",
        "the lane joins no two places that could use it",
    ),
    Wrong(
        put("Lanes", "China/USA", "Capacity", "300"),
        "lane-shared-differ",
        "lanes.csv:5 (Capacity)",
        "rows shared as 'sea' differ in Capacity",
    ),
    Wrong(
        put("Lanes", "Kuantan", "Minimum If Used", "1500"),
        "lane-minimum-above-capacity",
        "lanes.csv:3 (Minimum If Used)",
        "the lane's minimum of 1500 t is above its capacity in every period: it is never used",
    ),
    Wrong(
        put("Materials", "NdPr Metal", "Storable", "No"),
        "stock-not-storable",
        "stockpiles.csv:2 (Material)",
        "NdPr Metal is declared not storable",
    ),
    Wrong(
        put("Stockpiles", "Works/NdPr Metal", "Opening Stock", "250"),
        "stock-above-capacity",
        "stockpiles.csv:2 (Opening Stock)",
        "the opening stock of 250 t is above the capacity of 200 t",
    ),
    Wrong(
        put("Stockpiles", "Works/NdPr Metal", "Closing Stock", "250"),
        "closing-above-capacity",
        "stockpiles.csv:2 (Closing Stock)",
        "the closing stock of 250 t is above the capacity of 200 t",
    ),
    Wrong(
        put("Stockpiles", "Works/NdPr Metal", "Closing Stock", ""),
        "closing-stock-missing",
        "stockpiles.csv:2 (Closing Stock)",
        "closing rule Min needs a Closing Stock",
    ),
    Wrong(
        put("Stockpiles", "Works/NdPr Metal", "Closing Rule", ""),
        "closing-rule-missing",
        "stockpiles.csv:2 (Closing Rule)",
        "the Closing Stock of 10 t has no Closing Rule and binds nothing",
    ),
    Wrong(
        both(
            put("Stockpiles", "Works/NdPr Metal", "Closing Rule", ""),
            put("Stockpiles", "Works/NdPr Metal", "Closing Stock", ""),
            remove("Settings", "Terminal Rule"),
        ),
        "no-terminal-rule",
        "stockpiles.csv:2 (Closing Rule)",
        "the opening stock of 20 t may be used up by the end: no closing rule is set",
    ),
]

RULES = [
    Wrong(
        put("De-risking Rules", "R2", "Penalty", ""),
        "soft-without-penalty",
        "de_risking_rules.csv:3 (Penalty)",
        "a soft rule needs a Penalty",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Penalty", "5"),
        "penalty-unused",
        "de_risking_rules.csv:2 (Penalty)",
        "a hard rule has no use for a Penalty",
    ),
    Wrong(
        put("De-risking Rules", "R2", "Penalty", "200"),
        "penalty-above-shortage",
        "de_risking_rules.csv:3 (Penalty)",
        "the penalty of 200 USD/kg reaches the lowest shortage cost of 200 USD/kg: the plan may rather stop a line "
        "than miss the "
        "rule",
    ),
    Wrong(
        put("Limits", "L1", "Project", "Expand"),
        "limit-filter",
        "limits.csv:2 (Project)",
        "measure Volume can not be limited by Project",
    ),
    Wrong(
        add("Limits", **{"Limit": "L3", "Measure": "Volume", "Limit_Type": "Min", "Supplier": "Baotou", "2027": "500"}),
        "limits-contradict",
        "limits.csv:4 (2027)",
        "in 2027 at least 500 is asked for here, but at most 400 is allowed at limits.csv:2 (2027)",
    ),
    Wrong(
        add(
            "De-risking Rules",
            **{
                "Rule": "R3",
                "Metric": "Country Share",
                "Who": "Covered",
                "Stage": "Separated",
                "Segment": "Motors",
                "Limit_Type": "Min",
                "2028": "0.7",
                "2029": "0.7",
            },
        ),
        "limits-contradict",
        "de_risking_rules.csv:4 (2028)",
        "in 2028-29 at least 0.7 is asked for here, but at most 0.575 is allowed at de_risking_rules.csv:2 (2028)",
    ),
    Wrong(
        add("Limits", Limit="L3", Measure="Spend", Limit_Type="Max"),
        "rule-without-limit",
        "limits.csv:4 (Limit)",
        "limit L3 has no limit in any period and limits nothing",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Who", "Lynas"),
        "rule-who-kind",
        "de_risking_rules.csv:2 (Who)",
        "metric Country Share counts a country or country group, but 'Lynas' is none",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Metric", "Supplier Share"),
        "rule-who-kind",
        "de_risking_rules.csv:2 (Who)",
        "metric Supplier Share counts a supplier, but 'Covered' is none",
    ),
    Wrong(
        both(
            drop("Suppliers"),
            *(put("Offers", o, c, "Japan") for o in ("O1", "O2") for c in ("Mined In", "Separated In")),
            *(put("Commitments", "K1", c, "Japan") for c in ("Mined In", "Separated In")),
            put("De-risking Rules", "R1", "Stage", "Magnet"),
        ),
        "rule-stage-needs-countries",
        "de_risking_rules.csv:2 (Stage)",
        "no offer declares where its material was made into magnets",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("De-risking Rules", "R1", "Material", "Ce Oxide"),
        "rule-matches-no-demand",
        "de_risking_rules.csv:2 (Material)",
        "rule R1 limits nothing: no demand is of Motors / Ce Oxide",
    ),
    Wrong(
        put("De-risking Rules", "R1", "2027", "65"),
        "rule-share-above-one",
        "de_risking_rules.csv:2 (2027)",
        "a share of 65 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("De-risking Rules", "R2", "2027", "0.5"),
        "rule-number-not-whole",
        "de_risking_rules.csv:3 (2027)",
        "a number of sources must be whole, found 0.5",
    ),
    Wrong(
        put("Limits", "L2", "2027", "2.5"),
        "rule-number-not-whole",
        "limits.csv:3 (2027)",
        "a number of offers must be whole, found 2.5",
    ),
    Wrong(
        put("De-risking Rules", "R2", "End Use", "Civil"),
        "rule-sources-segment",
        "de_risking_rules.csv:3 (End Use)",
        "metric Sources counts what is bought and can not be limited to a segment or end use",
    ),
    Wrong(
        put("De-risking Rules", "R2", "2027", "5"),
        "sources-above-suppliers",
        "de_risking_rules.csv:3 (2027)",
        "rule R2 asks for 5 sources, but only 3 suppliers offer NdPr Oxide",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Effective", "2027-07-02"),
        "rule-partly-in-force",
        "de_risking_rules.csv:2 (Effective)",
        "rule R1 is in force for part of 2027 only and is applied there",
    ),
    Wrong(
        put("Export Controls", "C1", "Suspended", "2027-07-01"),
        "rule-partly-in-force",
        "export_controls.csv:2 (Suspended)",
        "control C1 is in force for part of 2027 only and is not applied there",
    ),
    Wrong(
        put("Export Controls", "C1", "Effective", "2031-01-01"),
        "rule-outside-horizon",
        "export_controls.csv:2 (Effective)",
        "control C1 is not in force in any period of the plan",
    ),
    Wrong(
        put("Export Controls", "C2", "2028", "30"),
        "ban-with-volume",
        "export_controls.csv:3 (2028)",
        "a Ban forbids everything; its volumes are not used",
    ),
    Wrong(
        put("Export Controls", "C2", "Kind", "Licensed Volume"),
        "control-without-volume",
        "export_controls.csv:3 (Control)",
        "the control has no volume in any period and limits nothing",
    ),
    Wrong(
        put("Export Controls", "C1", "Jurisdiction", "USA"),
        "control-jurisdiction-unused",
        "export_controls.csv:2 (Jurisdiction)",
        "nothing is offered or made in USA: the control limits nothing",
    ),
    Wrong(
        put("Export Controls", "C1", "Material", "Ce Oxide"),
        "control-material-unused",
        "export_controls.csv:2 (Material)",
        "nobody offers or makes Ce Oxide: the control limits nothing",
    ),
]

DEMAND = [
    Wrong(
        both(drop("Projects"), remove("Commitments", "K2"), put("Lines", "Works/Reduction", "Capacity", "150")),
        "demand-above-supply",
        "demand.csv:2 (2026)",
        "up to the end of 2026-H1 105 t of NdPr Metal are needed, but all sources together give 95 t at most",
        ("budget-without-projects", "subsidy-without-project"),
    ),
    Wrong(
        both(put("Demand", "Jets", "2026", ""), *(put("Demand", "Jets", y, "0") for y in ("2027", "2028", "2029"))),
        "demand-zero",
        "demand.csv:3 (Segment)",
        "Jets asks for no NdPr Metal in any period",
    ),
    Wrong(
        put("Shortage Costs", "Motors/2", "Cost", "100"),
        "shortage-tiers-falling",
        "shortage_costs.csv:3 (Cost)",
        "tier 2 costs less than tier 1: the dearer one would never be used first",
    ),
    Wrong(
        put("Shortage Costs", "Motors/2", "Cost", "CN Price"),  # 60 to 62, where tier 1 costs 200
        "shortage-tiers-falling",
        "shortage_costs.csv:3 (Cost)",
        "tier 2 costs less than tier 1: the dearer one would never be used first",
    ),
    Wrong(
        put("Shortage Costs", "Motors/2", "Cost", ""),
        "shortage-cost-missing",
        "shortage_costs.csv:3 (Cost)",
        "tier 2 has no cost; fill Cost or Cost per Product",
    ),
    Wrong(
        put("Shortage Costs", "Motors/2", "Cost per Product", "9"),
        "shortage-cost-twice",
        "shortage_costs.csv:3 (Cost per Product)",
        "tier 2 has both Cost and Cost per Product; keep one",
    ),
    Wrong(
        both(put("Shortage Costs", "Jets/1", "Cost", ""), put("Shortage Costs", "Jets/1", "Cost per Product", "900")),
        "shortage-content-missing",
        "shortage_costs.csv:4 (Cost per Product)",
        "Cost per Product needs a Content in Demand for segment Jets",
    ),
    Wrong(
        put("Shortage Costs", "Motors/1", "Share Of Demand", ""),
        "shortage-share-missing",
        "shortage_costs.csv:2 (Share Of Demand)",
        "tier 1 is not the last and needs a Share Of Demand",
    ),
    Wrong(
        both(
            put("Shortage Costs", "Motors/2", "Share Of Demand", "0.9"),
            add("Shortage Costs", Segment="Motors", Tier="3", Cost="900"),
        ),
        "shortage-tiers-full",
        "shortage_costs.csv:3 (Share Of Demand)",
        "the tiers up to 2 take all of the demand of Motors: later tiers are never used",
    ),
    Wrong(
        both(
            add(
                "Demand",
                **{"Segment": "Labs", "Material": "NdPr Oxide", "2026": "1", "2027": "1", "2028": "1", "2029": "1"},
            ),
            add("Shortage Costs", Segment="Labs", Tier="1", Cost="9"),
        ),
        "shortage-cheaper-than-supply",
        "shortage_costs.csv:5 (Cost)",
        "going short of NdPr Oxide costs Labs 9 USD/kg at most, less than the cheapest offer at 60 USD/kg: nothing "
        "may be bought",
    ),
    Wrong(
        remove("Shortage Costs", "Jets"),
        "priority-without-cost",
        "demand.csv:3 (Segment)",
        "Jets has no Shortage Costs and must be served in full",
    ),
    Wrong(
        put("Sales", "Works/NdPr Oxide", "Least", "6"),
        "least-above-most",
        "sales.csv:2 (Least)",
        "in 2026-H1 Least 6 is above Most 5",
    ),
    Wrong(
        put("Sales", "Works/NdPr Oxide", "Price", "70"),
        "sale-above-offer",
        "sales.csv:2 (Price)",
        "NdPr Oxide sells at 70 USD/kg, but is offered at 60 USD/kg: the plan may buy to sell",
    ),
]

ALL = [*CELLS, *HEADERS, *REFERENCES, *FRAME, *SUPPLY, *NETWORK, *RULES, *DEMAND]


def test_the_base_case_is_faultless(tmp_path: Path) -> None:
    assert check(read(tmp_path / "case")) == []


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


def test_every_sentence_about_a_case_is_tested() -> None:
    from model.messages import CELL, OUTSIDE, REFERENCE, SENSE

    not_of_a_folder = {
        "formula-error",
        "formula-never-calculated",
        "text-read-as-date",
        "table-absent",
        "canned-unknown",
        "frontier-nothing",
        "frontier-unknown",
        "sweep-none",
        "sweep-unknown",
        "sweep-which",
        "until-name",
        "until-unknown",
        "demand-unreachable",
        "demand-unreachable-hard",
        "cover-unreachable",
        "cover-unreachable-hard",
    }
    elsewhere = (
        test_wrong_input_chemistry,
        test_wrong_input_derisking,
        test_wrong_input_need,
        test_wrong_input_outside,
        test_wrong_input_plants,
        test_wrong_input_terms,
        test_wrong_input_stocks,
        test_wrong_input_recycling,
        test_wrong_input_substitution,
        test_wrong_sweeps,
    )
    tested = {w.code for w in (*ALL, *(w for module in elsewhere for w in module.ALL))}
    assert {*CELL, *OUTSIDE, *REFERENCE, *SENSE} - tested == not_of_a_folder


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    chosen = [
        CELLS[0],
        CELLS[8 - 3],
        CELLS[9],
        CELLS[11],
        CELLS[12],
        CELLS[14],
        REFERENCES[1],
        REFERENCES[3],
        FRAME[6],
        NETWORK[4],
        RULES[3],
        DEMAND[4],
    ]
    case = read(tmp_path / "case", *(w.change for w in chosen))
    errors = [p for p in check(case) if p.level == "error"]
    assert {(w.code, w.address) for w in chosen} <= {(p.code, p.address) for p in errors}
    assert len(errors) == 12, listed(errors)


def test_problems_come_by_level_then_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    from model.schema.tables import TABLES

    found = check(read(tmp_path / "case", *(w.change for w in (CELLS[0], RULES[0], FRAME[3], DEMAND[9], NETWORK[20]))))
    order = [(LEVELS.index(p.level), list(TABLES).index(p.table), p.row) for p in found]
    assert order == sorted(order)
    assert len(order) >= 5
