"""What planners get wrong about what is sold, held and thrown away, and all that is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put
from tests.case.wrong import Wrong, assert_said, names

SECOND = add("Sales", Site="Works", Material="NdPr Oxide", Step="2", Price="25")

SALES = [
    Wrong(
        SECOND,
        "sale-step-dearer",
        "sales.csv:3 (Price)",
        "in 2026-H1 step 2 fetches 25 USD/kg, more than the 20 of step 1: it would be sold first; number the steps by "
        "falling price",
    ),
    Wrong(
        both(
            put("Sales", "Works/NdPr Oxide", "Most", ""),
            add("Sales", Site="Works", Material="NdPr Oxide", Step="2", Price="15"),
        ),
        "sale-step-unlimited",
        "sales.csv:2 (Most)",
        "step 1 takes any amount: step 2 is never used; give Most",
    ),
    Wrong(
        add("Sales", Site="Works", Material="NdPr Oxide", Step="1", Price="15"),
        "key-twice",
        "sales.csv:3 (Site)",
        "Works / NdPr Oxide / 1 stands twice, first in row 2",
    ),
]
METAL = "Works/NdPr Metal"
STOCKPILES = [
    Wrong(
        put("Stockpiles", METAL, "Opening Age", "3"),
        "opening-age-unused",
        "stockpiles.csv:2 (Opening Age)",
        "without a Shelf Life the Opening Age is not used",
    ),
    Wrong(
        both(
            put("Stockpiles", METAL, "Shelf Life", "12"),
            put("Stockpiles", METAL, "Opening Age", "20"),
            put("Materials", "NdPr Metal", "Disposal Cost", "1"),
        ),
        "opening-too-old",
        "stockpiles.csv:2 (Opening Age)",
        "the opening stock of 20 t is 20 months old, past its shelf life of 12: all of it leaves in the first period",
    ),
    Wrong(
        put("Stockpiles", METAL, "Shelf Life", "12"),
        "shelf-life-no-way-out",
        "stockpiles.csv:2 (Shelf Life)",
        "NdPr Metal has no Disposal Cost: what would become too old must be used, sold or sent on in time",
    ),
]
SHOCK = add("Series", Series="Shock", Unit="", **{"2026-H1": "0", "2026-H2": "0.5", "2027": "1", "2028-29": "1"})
RESERVES = [
    Wrong(
        put("Stockpiles", METAL, "Released", "1"),
        "released-unused",
        "stockpiles.csv:2 (Released)",
        "a stock that is drawable Always has no use for Released",
    ),
    Wrong(
        both(
            put("Stockpiles", METAL, "Drawable", "In Shocks"),
            put("Stockpiles", METAL, "Released", "Shock"),
            SHOCK,
        ),
        "released-not-yes-no",
        "stockpiles.csv:2 (Released)",
        "a period is released by 1 and closed by 0; found 0.5 in 2026-H2",
    ),
    Wrong(
        put("Stockpiles", METAL, "Drawable", "In Shocks"),
        "reserve-never-released",
        "stockpiles.csv:2 (Released)",
        "the reserve is drawable In Shocks, but no period is Released: it is never drawn",
    ),
    Wrong(
        both(
            put("Stockpiles", METAL, "Drawable", "Never"),
            put("Stockpiles", METAL, "Closing Rule", "Max"),
        ),
        "reserve-above-closing",
        "stockpiles.csv:2 (Closing Stock)",
        "the reserve may never be drawn, so that 20 t of it are left at the end, but at most 10 may be",
    ),
]
LIMITS = [
    Wrong(
        put("Limits", "L1", "Measure", "Emission"),
        "emission-without-substance",
        "limits.csv:2 (Substance)",
        "a limit on an Emission names the Substance",
        ("limit-filter",),
    ),
    Wrong(
        put("Limits", "L1", "Substance", "CO2"),
        "emission-substance-unused",
        "limits.csv:2 (Substance)",
        "measure Volume has no Substance; only Emission has",
    ),
    Wrong(
        add("Limits", Limit="L3", Measure="Disposal", Limit_Type="Max", Material="NdPr Metal", **{"2026": "1"}),
        "disposal-impossible",
        "limits.csv:4 (Material)",
        "NdPr Metal has no Disposal Cost and is never disposed of: the limit limits nothing",
    ),
    Wrong(
        put("Emission Factors", "CO2/Reduce", "Line", "Reduction"),
        "emission-names-one",
        "emission_factors.csv:2 (Recipe)",
        "a factor is per unit of one recipe, line or material disposed of; found Recipe and Line",
    ),
    Wrong(
        add("Emission Factors", Substance="CO2", Line="Reductoin", Factor="1"),
        "emission-line-unknown",
        "emission_factors.csv:3 (Line)",
        "no site has a line 'Reductoin'; did you mean 'Reduction'?: nothing is emitted there",
    ),
]
ALL = [*SALES, *STOCKPILES, *RESERVES, *LIMITS]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
