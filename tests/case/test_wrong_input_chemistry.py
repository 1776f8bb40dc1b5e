"""What planners get wrong with contents and separation; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, drop, put, read, remove
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")

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

ALL = [*CONTENTS, *SEPARATION]

FINE: dict[str, Change] = {
    "a basket within half a point": put("Baskets", "Monazite", "Other REO", "0.026"),
    "nothing lost": put("Recoveries", "Kuantan", "Sm", "1"),
    "a metal heavier as oxide": put("Contents", "NdPr/NdPr Metal", "Content", "1.27"),
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
