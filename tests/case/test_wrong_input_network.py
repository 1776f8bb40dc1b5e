"""What planners get wrong with recipes, lines, projects, lanes and stockpiles; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put, remove
from tests.case.wrong import Wrong, assert_said, names

ALL = [
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


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
