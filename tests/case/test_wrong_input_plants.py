"""Every way of typing sites, plants and projects wrongly that the checks know, and all that is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import Change, add, both, put
from tests.case.wrong import Wrong, assert_said, names

SITES = [
    Wrong(
        put("Sites", "Kuantan", "Opening Cost", "3"),
        "site-cost-unused",
        "sites.csv:2 (Opening Cost)",
        "a site that is Existing has no use for Opening Cost",
    ),
    Wrong(
        both(
            add("Sites", Site="Port", Country="Japan", Facility="Potential"),
            add("Stockpiles", Site="Port", Material="NdPr Metal"),
        ),
        "site-free",
        "sites.csv:5 (Opening Cost)",
        "Port costs nothing to open and nothing a year: the plan opens it for nothing",
    ),
    Wrong(
        both(put("Sites", "Works", "Facility", "Potential"), put("Sites", "Works", "Fixed Cost", "1")),
        "site-potential-stock",
        "stockpiles.csv:2 (Opening Stock)",
        "Works is Potential, but 20 t are held there from the start",
    ),
    Wrong(
        both(put("Sites", "Kuantan", "Facility", "Potential"), put("Sites", "Kuantan", "Fixed Cost", "1")),
        "site-must-open",
        "commitments.csv:2 (Site)",
        "K1 is handed over at Kuantan, which must be open from then on",
    ),
    Wrong(
        put("Demand", "Jets", "Served By", "One Source"),
        "one-source-mixed",
        "demand.csv:3 (Served By)",
        "Motors is served at Dock too, but by any source; what comes there has one source or not",
    ),
    Wrong(
        add("Demand", Segment="Kilns", Material="NdPr Oxide", Site="Kuantan", Served_By="One Source", **{"2027": "1"}),
        "one-source-own",
        "demand.csv:4 (Served By)",
        "K1 gives NdPr Oxide at Kuantan itself: one source is asked of what comes on lanes only",
        ("priority-without-cost",),
    ),
]
SET_UPS = [
    Wrong(
        both(put("Recipes", "Reduce", "Set Up Use", "5"), put("Projects", "Expand", "Recovery Year 1", "0.8")),
        "set-up-young",
        "recipes.csv:2 (Set Up Use)",
        "the Set Up Use of Reduce is taken off what stands at Works, never off a plant that recovers less in some year",
    ),
    Wrong(
        both(
            add("Recipes", Recipe="Wash", Line="Tank", Minimum_Run="50"),
            add("Recipe Items", Recipe="Wash", Role="Input", Material="SEG Oxide", Per_Unit="1"),
            add("Recipe Items", Recipe="Wash", Role="Output", Material="Ce Oxide", Per_Unit="1"),
            add("Lines", Site="Works", Line="Tank", Kind="Process", Capacity="20"),
        ),
        "set-up-above-line",
        "recipes.csv:3 (Minimum Run)",
        "Minimum Run of 50 t is above the 40 t that its line can do in any period: it never runs",
    ),
    Wrong(
        put("Lines", "Works/Yard", "Minimum Load", "0.3"),
        "minimum-load-storage",
        "lines.csv:3 (Minimum Load)",
        "a Storage line has no load: its Minimum Load is not used",
    ),
]
NUMBERS = [
    Wrong(
        put("Limits", "L1", "Counts", "Lanes"),
        "limit-counts-unused",
        "limits.csv:2 (Counts)",
        "measure Volume counts nothing: Counts is for Number Used",
    ),
    Wrong(
        both(put("Limits", "L2", "Counts", "Suppliers"), put("Limits", "L2", "Applies", "Each")),
        "limit-each-number",
        "limits.csv:3 (Applies)",
        "a number of Suppliers is limited in sum, not each",
    ),
    Wrong(
        both(put("Limits", "L2", "Counts", "Sites"), put("Limits", "L2", "Material", "")),
        "limit-no-site",
        "limits.csv:3 (Counts)",
        "no site may open or close: there is nothing to count",
    ),
    Wrong(
        put("Limits", "L2", "Counts", "Recipes"),
        "limit-filter",
        "limits.csv:3 (Material)",
        "measure Number Used of Recipes can not be limited by Material",
    ),
]


def expand(column: str, value: str) -> Change:
    return put("Projects", "Expand", column, value)


PROJECTS = [
    Wrong(
        both(expand("Participation", "Own"), expand("Capital Share", "0.6")),
        "participation-shares",
        "projects.csv:2 (Capital Share)",
        "a project that is Own has both shares at 100 %",
    ),
    Wrong(
        expand("Participation", "Co-fund"),
        "participation-shares",
        "projects.csv:2 (Capital Share)",
        "a project that is Co-fund has a Capital Share between 0 and 100 %",
    ),
    Wrong(
        both(expand("Participation", "Offtake Only"), expand("Capital Share", "0.5")),
        "participation-shares",
        "projects.csv:2 (Capital Share)",
        "a project that is Offtake Only has no Capital Share",
    ),
    Wrong(
        expand("Capex Year 1", "0.7"),
        "capex-years-sum",
        "projects.csv:2 (Capex Year 1)",
        "the shares of capital by year add up to 70 per cent; they must add up to 100",
    ),
    Wrong(
        both(expand("Capex Year 1", "0.7"), expand("Capex Year 2", "0.3")),
        "capex-year-late",
        "projects.csv:2 (Capex Year 2)",
        "construction takes 6 months: there is no year 2 in which capital is spent",
    ),
    Wrong(
        expand("Max Relative", "0.5"),
        "relative-without-prerequisite",
        "projects.csv:2 (Max Relative)",
        "project Expand has a relative size, but no Prerequisite that it is relative to",
    ),
    Wrong(
        both(expand("Max Relative", "0.5"), expand("Min Relative", "0.7"), expand("Prerequisite", "Rebuild")),
        "relative-reversed",
        "projects.csv:2 (Min Relative)",
        "the smallest relative size 0.7 is above the largest of 0.5",
    ),
    Wrong(
        add("Subsidies", Subsidy="More", Share="0.3", Site="Kuantan"),
        "subsidy-without-project",
        "subsidies.csv:3 (Subsidy)",
        "no project fits subsidy More: it pays for nothing",
    ),
    Wrong(
        add("Subsidies", Subsidy="More", Share="0.9", Project="Expand"),
        "subsidy-above-whole",
        "subsidies.csv:3 (Share)",
        "all subsidies of Expand together pay back 110 per cent of its capital",
    ),
    Wrong(
        add("Settings", Setting="Salvage", Value="Remaining Annuities"),
        "salvage-unused",
        "settings.csv:11 (Value)",
        "only Capex Mode Cash has a use for Salvage: annuities end with the plan anyway",
    ),
    Wrong(
        put("Limits", "L1", "Size Is", "Our Share"),
        "limit-size-unused",
        "limits.csv:2 (Size Is)",
        "measure Volume has no size: Size Is is for Capacity",
    ),
]


def settle(**cells: str) -> Change:
    return add("Overrides", **{"Override": "More", "Table": "Offers", "Row": "O1", "Value": "1", **cells})


OVERRIDES = [
    Wrong(
        settle(Field="Stock"),
        "override-field",
        "overrides.csv:3 (Field)",
        "table Offers has no such decision; expected Purchase or Order",
    ),
    Wrong(
        settle(Row="O9"),
        "override-row",
        "overrides.csv:3 (Row)",
        "nothing of table Offers that is decided on is meant by 'O9'",
    ),
    Wrong(
        settle(Table="Contracts", Row="Frame", Field="Renew"),
        "override-row",
        "overrides.csv:3 (Row)",
        "nothing of table Contracts that is decided on is meant by 'Frame'",
    ),
    Wrong(
        settle(From_Period="2028", To_Period="2027"),
        "override-periods",
        "overrides.csv:3 (From Period)",
        "what stands in From Period and To Period are no periods or years of the plan in their order",
    ),
    Wrong(
        settle(Table="Projects", Row="Expand", Field="Start", Value="0.5"),
        "override-whole",
        "overrides.csv:3 (Value)",
        "Start counts: 0.5 is not whole",
    ),
]
ALL = [*SITES, *SET_UPS, *NUMBERS, *PROJECTS, *OVERRIDES]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
