"""What planners get wrong with demand, the price of going short, and sales; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, drop, put, remove
from tests.case.wrong import Wrong, assert_said, names

ALL = [
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


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
