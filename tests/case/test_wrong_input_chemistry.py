"""What planners get wrong with contents, separation, licences, tariffs, targets in days, budgets and shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, drop, put, read, remove, table
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")
OXIDE_HELD = both(remove("Stockpiles", "Works/NdPr Metal"), add("Stockpiles", Site="Works", Material="NdPr Oxide"))

CONTENTS = [
    Wrong(
        put("Contents", "NdPr/NdPr Oxide", "Content", "85"),
        "content-too-high",
        "contents.csv:2 (Content)",
        "85 t of NdPr in a tonne of NdPr Oxide is more than there can be; is it in per cent or kg?",
    ),
    Wrong(
        put("Contents", "NdPr/NdPr Metal", "Content", "1.4"),
        "content-too-high",
        "contents.csv:3 (Content)",
        "1.4 t of NdPr in a tonne of NdPr Metal is more than there can be; is it in per cent or kg?",
    ),
    Wrong(
        add("Contents", Element="ce oxide", Material="Monazite", Content="0.46"),
        "element-is-material",
        "contents.csv:4 (Element)",
        "'ce oxide' is the name of an element and of a material: a rule could mean either; give one another name",
    ),
    Wrong(
        add("Contents", Element="NDPR", Material="Monazite", Content="0.2"),
        "name-spelled-twice",
        "contents.csv:4 (Element)",
        "Element: 'NDPR' and 'NdPr' at contents.csv:2 (Element) differ in capitals only; write one name in one way",
    ),
    Wrong(
        both(
            add("Contents", Element="Sm", Material="SEG Oxide", Content="0.6"),
            put("De-risking Rules", "R1", "Material", "Sm"),
        ),
        "element-undemanded",
        "de_risking_rules.csv:2 (Material)",
        "rule R1 has no effect: no material in demand contains Sm",
    ),
    Wrong(
        both(
            add("Contents", Element="Sm", Material="SEG Oxide", Content="0.6"),
            put("Cover Targets", "T1", "Material", "Sm"),
        ),
        "element-undemanded",
        "cover_targets.csv:2 (Material)",
        "target T1 has no effect: no material in demand contains Sm",
    ),
    Wrong(
        both(put("Demand", "Motors", "Material", "SEG Oxide"), put("De-risking Rules", "R1", "Material", "NdPr")),
        "rule-matches-no-demand",
        "de_risking_rules.csv:2 (Material)",
        "rule R1 limits nothing: no demand is of Motors / NdPr",
        ("cover-matches-no-demand", "demand-above-supply"),
    ),
    Wrong(
        both(
            add("Contents", Element="Oxide", Material="NdPr Oxide", Content="1"),
            put("De-risking Rules", "R2", "Material", "Oxide"),
            put("De-risking Rules", "R2", "2027", "5"),
        ),
        "sources-above-suppliers",
        "de_risking_rules.csv:3 (2027)",
        "rule R2 asks for 5 sources, but only 3 suppliers offer Oxide",
    ),
    Wrong(
        both(
            add("Contents", Element="Ce", Material="Ce Oxide", Content="1"),
            put("Export Controls", "C1", "Material", "Ce"),
        ),
        "control-material-unused",
        "export_controls.csv:2 (Material)",
        "nobody offers or makes Ce: the control limits nothing",
    ),
    Wrong(
        both(
            put("Contents", "NdPr/NdPr Oxide", "Content", "0.5"),
            put("Export Controls", "C1", "Material", "NdPr"),
            put("Commitments", "K1", "Supplier", "Baotou"),
            put("Commitments", "K1", "Site", ""),
            put("Commitments", "K1", "2027", "700"),
        ),
        "commitment-above-control",
        "commitments.csv:2 (2027)",
        "in 2027 commitments of 350 t are above the 300 t that control C1 lets leave",
    ),
]

SEPARATION = [
    Wrong(
        put("Baskets", "Monazite", "Other REO", ""),
        "basket-not-closed",
        "baskets.csv:2 (Other REO)",
        "the basket of Monazite adds up to 97 per cent; put 3 per cent into Other REO",
    ),
    Wrong(
        put("Baskets", "Monazite", "Other REO", "0.06"),
        "basket-not-closed",
        "baskets.csv:2 (Other REO)",
        "the basket of Monazite adds up to 103 per cent; put 3 per cent into Other REO",
    ),
    Wrong(
        put("Baskets", "Monazite", "Ce", "0.64"),
        "basket-above-whole",
        "baskets.csv:2 (Feed)",
        "the oxides of Monazite add up to 115 per cent, even without Other REO",
    ),
    Wrong(
        put("Baskets", "Monazite", "Basis", "Proxy"),
        "basket-proxy-missing",
        "baskets.csv:2 (Proxy Of)",
        "basis Proxy needs a Proxy Of",
    ),
    Wrong(
        put("Baskets", "Monazite", "Ce", "46"),
        "share-above-one",
        "baskets.csv:2 (Ce)",
        "Ce: 46 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        both(
            add("Materials", Material="Sm Oxide", Stage="Separated"),
            add("Recoveries", Site="Kuantan", Product="Sm Oxide", Sm="0.2"),
        ),
        "recovery-above-one",
        "recoveries.csv:3 (Sm)",
        "Kuantan recovers 110 per cent of Sm in all products together",
    ),
    Wrong(
        put("Materials", "SEG Oxide", "Stage", "Metal"),
        "recovery-stage",
        "recoveries.csv:2 (Product)",
        "SEG Oxide is of stage Metal; what separation makes is of stage Separated",
    ),
    Wrong(
        both(
            add("Materials", Material="Y Oxide", Stage="Separated"),
            add("Recoveries", Site="Kuantan", Product="Y Oxide", Y="0.9"),
        ),
        "recovery-unreached",
        "recoveries.csv:3 (Product)",
        "nothing of Monazite ends in Y Oxide at Kuantan",
    ),
    Wrong(
        add("Recoveries", Site="Works", Product="SEG Oxide", Sm="0.9"),
        "recovery-without-feed",
        "recoveries.csv:3 (Site)",
        "Works takes no feed of table Plant Feeds: its recoveries are not used",
    ),
    Wrong(
        remove("Baskets", "Monazite"),
        "feed-without-basket",
        "plant_feeds.csv:2 (Feed)",
        "Monazite has no row in table Baskets",
    ),
    Wrong(
        drop("Recoveries"),
        "feed-without-recovery",
        "plant_feeds.csv:2 (Site)",
        "Kuantan has no row in table Recoveries: nothing would be made of Monazite",
    ),
    Wrong(
        put("Plant Feeds", "Kuantan", "Line", "Seperation"),
        "feed-without-line",
        "plant_feeds.csv:2 (Line)",
        "Kuantan has no line 'Seperation' and none can be built there; did you mean 'Separation'?",
        ("line-unused",),
    ),
    Wrong(
        add("Plant Feeds", Site="Kuantan", Feed="NdPr Oxide", Line="Reduction"),
        "feed-without-line",
        "plant_feeds.csv:3 (Line)",
        "Kuantan has no line 'Reduction' and none can be built there",
        ("feed-stage", "feed-without-basket"),
    ),
    Wrong(
        put("Materials", "Monazite", "Stage", "Other"),
        "feed-stage",
        "plant_feeds.csv:2 (Feed)",
        "Monazite is of stage Other; what is separated is of stage Mined",
        ("provenance-unknown",),
    ),
    Wrong(
        both(
            add("Recipes", Recipe="Split", Line="Separation", Stage="Separated"),
            add("Recipe Items", Recipe="Split", Role="Input", Material="Monazite", Per_Unit="1"),
            add("Recipe Items", Recipe="Split", Role="Output", Material="SEG Oxide", Per_Unit="0.05"),
        ),
        "separation-twice",
        "recipes.csv:3 (Recipe)",
        "recipe Split makes SEG Oxide of Monazite at Kuantan, which is made there already of the feed at "
        "plant_feeds.csv:2 (Feed)",
    ),
    Wrong(
        both(
            add("Demand", Segment="Labs", Material="SEG Oxide", **dict.fromkeys(YEARS, "20")),
            add("Shortage Costs", Segment="Labs", Tier="1", Cost="900"),
        ),
        "demand-above-supply",
        "demand.csv:4 (2026)",
        "up to the end of 2026-H1 10 t of SEG Oxide are needed, but all sources together give 4.4 t at most",
    ),
]

LICENCES = [
    Wrong(
        put("Export Controls", "C3", "Approval Rate", ""),
        "licence-without-rate",
        "export_controls.csv:4 (Approval Rate)",
        "a Licence needs an Approval Rate",
    ),
    Wrong(
        put("Export Controls", "C3", "2027", "50"),
        "licence-with-volume",
        "export_controls.csv:4 (2027)",
        "a Licence grants a share of its Base; what its volumes say is granted besides",
    ),
    Wrong(
        put("Export Controls", "C1", "Approval Rate", "0.5"),
        "licence-column-unused",
        "export_controls.csv:2 (Approval Rate)",
        "a Quota has no use for Approval Rate; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C2", "Base", "100"),
        "licence-column-unused",
        "export_controls.csv:3 (Base)",
        "a Ban has no use for Base; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C1", "Delay", "2"),
        "licence-column-unused",
        "export_controls.csv:2 (Delay)",
        "a Quota has no use for Delay; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C3", "Reach", "Derived Content"),
        "licence-derived",
        "export_controls.csv:4 (Reach)",
        "a Licence can not reach Derived Content; take a Ban, a Quota or a Licensed Volume",
    ),
    Wrong(
        put("Export Controls", "C3", "Delay", "48"),
        "licence-delay-beyond-horizon",
        "export_controls.csv:4 (Delay)",
        "with a delay of 48 months nothing is granted before the plan ends: the control forbids everything",
    ),
    Wrong(
        put("Export Controls", "C3", "Material", "NdPr Oxide"),
        "licence-base-zero",
        "export_controls.csv:4 (Base)",
        "no demand that the control matches has NdPr Oxide in it, so that nothing is granted; fill Base, or name an "
        "element",
    ),
    Wrong(
        put("Export Controls", "C2", "Reach", "Derived Content"),
        "derived-matches-nothing",
        "export_controls.csv:3 (Material)",
        "no demand that the control matches has NdPr Oxide in it, so that no derived content is seen; name an element",
    ),
]

TARIFFS = [
    Wrong(
        put("Materials", "NdPr Metal", "Reference Value", ""),
        "tariff-without-value",
        "materials.csv:3 (Reference Value)",
        "tariff D1 is taken on NdPr Metal, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price",
    ),
    Wrong(
        both(
            drop("Lanes"),
            put("Tariffs", "D1", "Material", "Any"),
            put("Materials", "NdPr Metal", "Reference Value", ""),
        ),
        "tariff-without-value",
        "materials.csv:3 (Reference Value)",
        "tariff D1 is taken on NdPr Metal, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price",
    ),
    Wrong(
        both(*(put("Tariffs", "D1", y, "") for y in YEARS)),
        "tariff-without-rate",
        "tariffs.csv:2 (Tariff)",
        "tariff D1 has no rate in any period and charges nothing",
    ),
    Wrong(
        put("Tariffs", "D1", "2027", "25"),
        "tariff-rate-high",
        "tariffs.csv:2 (2027)",
        "a rate of 25 is 2500 per cent; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Tariffs", "D1", "Origin", "Allies"),
        "tariff-own-origin",
        "tariffs.csv:2 (Origin)",
        "USA takes the duty and is of origin Allies too: what it made itself is charged when it comes back",
    ),
    Wrong(
        put("Tariffs", "D1", "Material", "Ce Oxide"),
        "tariff-charges-nothing",
        "tariffs.csv:2 (Importer)",
        "nothing of Ce Oxide comes to USA: the tariff charges nothing",
    ),
    Wrong(
        both(put("Tariffs", "D1", "Importer", "Australia"), put("Tariffs", "D1", "Material", "Any"), drop("Lanes")),
        "tariff-charges-nothing",
        "tariffs.csv:2 (Importer)",
        "no material comes to Australia: the tariff charges nothing",
    ),
]

TARGETS = [
    Wrong(
        put("Cover Targets", "T1", "Penalty", ""),
        "soft-without-penalty",
        "cover_targets.csv:2 (Penalty)",
        "a soft rule needs a Penalty",
    ),
    Wrong(
        put("Cover Targets", "T1", "Penalty", "200"),
        "penalty-above-shortage",
        "cover_targets.csv:2 (Penalty)",
        "the penalty of 200 USD/kg reaches the lowest shortage cost of 170.94 USD/kg: the plan may rather stop a line "
        "than miss the rule",
    ),
    Wrong(
        both(*(put("Cover Targets", "T1", y, "") for y in YEARS)),
        "rule-without-limit",
        "cover_targets.csv:2 (Target)",
        "target T1 has no limit in any period and limits nothing",
    ),
    Wrong(
        put("Cover Targets", "T1", "Material", "NdPr Oxide"),
        "cover-matches-no-demand",
        "cover_targets.csv:2 (Material)",
        "target T1 asks for nothing: no demand is of NdPr Oxide / Civil",
    ),
    Wrong(
        put("Cover Targets", "T1", "Site", "Dock"),
        "cover-without-stockpile",
        "cover_targets.csv:2 (Site)",
        "target T1 can not be met: no stockpile at Dock may hold what counts as NdPr",
    ),
    Wrong(
        both(put("Cover Targets", "T1", "Site", ""), drop("Stockpiles")),
        "cover-without-stockpile",
        "cover_targets.csv:2 (Material)",
        "target T1 can not be met: no stockpile may hold what counts as NdPr",
    ),
    Wrong(
        both(OXIDE_HELD, put("Cover Targets", "T1", "Forms", "As Delivered")),
        "cover-without-stockpile",
        "cover_targets.csv:2 (Site)",
        "target T1 can not be met: no stockpile at Works may hold what counts as NdPr",
    ),
    Wrong(
        put("Cover Targets", "T1", "On Consignment", "Yes"),
        "cover-nothing-consigned",
        "cover_targets.csv:2 (On Consignment)",
        "target T1 counts goods on consignment, but no offer of kind Consignment says in Consigned what of NdPr lies there",
    ),
    Wrong(
        put("Cover Targets", "T1", "2028", "5000"),
        "cover-days-high",
        "cover_targets.csv:2 (2028)",
        "2515 days are more than two years; is it in tonnes or per cent?",
    ),
    Wrong(
        add(
            "Limits",
            Limit="L3",
            Measure="Stock",
            Limit_Type="Min",
            Material="NdPr Metal",
            Site="Works",
            **dict.fromkeys(YEARS, "20"),
        ),
        "cover-and-stock-goal",
        "cover_targets.csv:2 (Material)",
        "limit L3 at limits.csv:4 (Material) sets the stock of NdPr Metal too: both bind",
    ),
]

CAPITAL = [
    Wrong(
        both(
            put("Budgets", "B1", "Project", "Rebuild"),
            put("Projects", "Rebuild", "Capex Fixed", ""),
            put("Projects", "Rebuild", "Capex per Capacity", ""),
        ),
        "budget-project-free",
        "budgets.csv:2 (Project)",
        "project Rebuild costs us no capital: the budget does not limit it",
        ("project-free",),
    ),
    Wrong(
        both(put("Budgets", "B1", "Project", "Rebuild"), put("Projects", "Rebuild", "Capital Share", "0")),
        "budget-project-free",
        "budgets.csv:2 (Project)",
        "project Rebuild costs us no capital: the budget does not limit it",
        ("project-free-output",),
    ),
    Wrong(
        both(drop("Projects", "Subsidies"), remove("Commitments", "K2")),
        "budget-without-projects",
        "budgets.csv:2 (Budget)",
        "the case has no project: budget B1 limits nothing",
    ),
    Wrong(
        both(*(put("Budgets", "B1", y, "") for y in YEARS)),
        "rule-without-limit",
        "budgets.csv:2 (Budget)",
        "budget B1 has no limit in any period and limits nothing",
    ),
    Wrong(
        table("Budgets", "Budget,2026-H1,2026-H2,2027,2028,2029\nB1,20,20,40,40,40"),
        "half-year-amount",
        "budgets.csv:2 (2026-H1)",
        "2026-H1 has 20, which is about 50 per cent of the 40 of 2027: numbers are rates per year whatever the "
        "period's length; is this an amount of the period?",
    ),
    Wrong(
        both(put("Projects", "Expand", "Recovery Year 1", "0.9"), put("Projects", "Expand", "Recovery Year 2", "0.7")),
        "recovery-falling",
        "projects.csv:2 (Recovery Year 2)",
        "the recovery falls from 0.9 in year 1 to 0.7 in year 2",
    ),
    Wrong(
        both(put("Projects", "Expand", "Capital Share", "0"), put("Projects", "Expand", "Output Share", "0.4")),
        "project-free-output",
        "projects.csv:2 (Capital Share)",
        "project Expand gives us 40 per cent of its capacity for none of its capital",
    ),
]

FINE = {
    "oxide held for metal, in any form": OXIDE_HELD,
    "a basket within half a point": put("Baskets", "Monazite", "Other REO", "0.026"),
    "nothing lost": put("Recoveries", "Kuantan", "Sm", "1"),
    "a metal heavier as oxide": put("Contents", "NdPr/NdPr Metal", "Content", "1.27"),
    "a fee that nothing pays": put("Export Controls", "C2", "Fee", "5"),
    "a base instead of a need": both(
        put("Export Controls", "C3", "Material", "NdPr Oxide"), put("Export Controls", "C3", "Base", "100")
    ),
    "derived content by element": both(
        put("Export Controls", "C2", "Material", "NdPr"), put("Export Controls", "C2", "Reach", "Derived Content")
    ),
    "no value where no duty is taken": both(drop("Lanes"), put("Materials", "NdPr Oxide", "Reference Value", "")),
    "a high duty": put("Tariffs", "D1", "2026", "1.45"),
    "a rule on an element": put("De-risking Rules", "R1", "Material", "NdPr"),
    "a stock goal for another use": add(
        "Limits",
        Limit="L3",
        Measure="Stock",
        Limit_Type="Min",
        Material="NdPr Metal",
        End_Use="Military",
        **dict.fromkeys(YEARS, "5"),
    ),
    "a most of stock is no goal": add(
        "Limits", Limit="L3", Measure="Stock", Limit_Type="Max", Material="NdPr Metal", **dict.fromkeys(YEARS, "90")
    ),
    "a plant that learns": put("Projects", "Expand", "Recovery Year 1", "0.7"),
    "capital without output": put("Projects", "Expand", "Output Share", "0"),
}
ALL = [*CONTENTS, *SEPARATION, *LICENCES, *TARIFFS, *TARGETS, *CAPITAL]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
