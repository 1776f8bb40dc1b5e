"""What planners get wrong with targets in days and goals of stock; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, drop, put, read, remove
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")
OXIDE_HELD = both(remove("Stockpiles", "Works/NdPr Metal"), add("Stockpiles", Site="Works", Material="NdPr Oxide"))

ALL = [
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

FINE: dict[str, Change] = {
    "oxide held for metal, in any form": OXIDE_HELD,
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
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
