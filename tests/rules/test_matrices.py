"""Expected rows of every family on a case of a few lines: written by hand first, compared as a matrix.

Quantities are t of the period, sizes t/y. Where a number is not typed in the case, the docstring says how it comes about.

Here are offers, lanes, demand and limits; other families stand by subject in the files test_matrices_*.py.
"""

from __future__ import annotations

from typing import Any

from tests.rules.matrix import assert_rows
from tests.rules.matrix_cases import TWO_YEARS, store
from tests.rules.micro import case, halves, need, offer


def test_offer_limits():
    """60 t/y in a half-year: 30 t; an offer without a limit has no row."""
    c = case(
        periods=halves("2026-H1"),
        offers=[offer("A", 1.0, available_to_us=60), offer("B", 1.0)],
        demand=[need(p2026=10)],
    )
    assert_rows(c, "offer_limits", "purchase[A,2026-H1] <= 30")


def orders(**terms: Any):
    return case(
        periods=TWO_YEARS, offers=[offer("A", 1.0, available_to_us=25, **terms)], demand=[need(p2026=40, p2027=10)]
    )


def test_order_cost():
    """The bound is what is available, 25, or what is needed from then on: 10 in 2027, nothing may be held."""
    assert_rows(
        orders(cost_per_order=5),
        "order_cost",
        """
        purchase[A,2026] - 25 ordered[A,2026] <= 0
        purchase[A,2027] - 10 ordered[A,2027] <= 0
        """,
    )


def test_minimum_order():
    assert_rows(
        orders(minimum_order=4),
        "minimum_order",
        """
        purchase[A,2026] - 4 ordered[A,2026] >= 0
        purchase[A,2027] - 4 ordered[A,2027] >= 0
        """,
    )


def test_commitments():
    """12 t/y: 6 t in each half-year, whatever is decided."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        offers=[offer()],
        demand=[need(p2026=20)],
        commitments=[{"commitment": "C1", "kind": "Contract", "supplier": "A", "material": "Oxide", "2026": 12}],
    )
    assert_rows(
        c,
        "commitments",
        """
        committed[C1,2026-H1] = 6
        committed[C1,2026-H2] = 6
        """,
    )


def lanes(*rows: dict[str, Any]):
    return case(
        offers=[offer("A", 1.0, site="Port"), offer("B", 1.0, site="Mill")],
        demand=[need(site="Works", p2026=50)],
        lanes=[{"to_place": "Works", **row} for row in rows],
    )


def test_lane_capacity():
    """The two lanes share 30 t."""
    c = lanes(
        {"from_place": "Port", "capacity": 30, "shared_as": "Rail"},
        {"from_place": "Mill", "capacity": 30, "shared_as": "Rail"},
    )
    assert_rows(c, "lane_capacity", "flow[Port→Works,Oxide,2026] + flow[Mill→Works,Oxide,2026] <= 30")


def test_lane_fixed():
    """The bound is the lane's capacity of 30; where it has none, the need of 50."""
    c = lanes(
        {"from_place": "Port", "capacity": 30, "shared_as": "Rail", "minimum_if_used": 7},
        {"from_place": "Mill", "shared_as": "Road", "fixed_cost": 1.0},
    )
    assert_rows(
        c,
        "lane_fixed",
        """
        flow[Port→Works,Oxide,2026] - 30 lane_used[Rail,2026] <= 0
        flow[Port→Works,Oxide,2026] - 7 lane_used[Rail,2026] >= 0
        flow[Mill→Works,Oxide,2026] - 50 lane_used[Road,2026] <= 0
        """,
    )


def test_lane_fixed_of_several():
    """One name for the way to the mill and on: every tonne is carried twice, so 100 t are the bound of both together."""
    c = lanes(
        {"from_place": "Port", "to_place": "Mill", "shared_as": "Rail", "fixed_cost": 0.01},
        {"from_place": "Mill", "shared_as": "Rail", "fixed_cost": 0.01},
    )
    assert_rows(
        c,
        "lane_fixed",
        """
        flow[Port→Mill,Oxide,2026] + flow[Mill→Works,Oxide,2026] - 100 lane_used[Rail,2026] <= 0
        flow[Port→Mill,Oxide,2026] - 50 lane_used[Rail,2026] <= 0
        flow[Mill→Works,Oxide,2026] - 50 lane_used[Rail,2026] <= 0
        """,
    )


TIERS = [
    {"segment": "Plant", "tier": 1, "cost": 5.0, "share_of_demand": 0.25},
    {"segment": "Plant", "tier": 2, "cost": 50.0},
]


def test_demand_and_shortage_tiers():
    """A quarter of 100 t/y for half a year: the first tier takes 12.5 of 50 t."""
    c = case(periods=halves("2026-H1"), offers=[offer()], demand=[need(p2026=100)], shortage_costs=TIERS)
    assert_rows(
        c,
        "demand",
        "deliver[Plant,Oxide,2026-H1] + short[Plant,Oxide,1,2026-H1] + short[Plant,Oxide,2,2026-H1] = 50",
    )
    assert_rows(c, "shortage_tiers", "short[Plant,Oxide,1,2026-H1] <= 12.5")


def test_sales():
    c = store(sales=[{"site": "Store", "material": "Oxide", "price": 1.0, "most": 3, "least": 2}])
    assert_rows(
        c,
        "sales",
        """
        sale[Store,Oxide,2026] <= 3
        sale[Store,Oxide,2026] >= 2
        sale[Store,Oxide,2027] <= 3
        sale[Store,Oxide,2027] >= 2
        """,
    )


def test_limits_of_volume_spend_and_stock():
    """A at 2 USD/kg: 0.002 MUSD a tonne; a soft limit has a slack."""
    c = store(
        offers=[offer("A", 2.0, site="Store")],
        limits=[
            {"limit": "V", "measure": "Volume", "limit_type": "Min", "supplier": "A", "2026": 8},
            {"limit": "M", "measure": "Spend", "limit_type": "Max", "2026": 0.1, "hardness": "Soft", "penalty": 1.0},
            {"limit": "S", "measure": "Stock", "limit_type": "Fixed", "2027": 6},
        ],
    )
    assert_rows(
        c,
        "limits",
        """
        purchase[A,2026] >= 8
        0.002 purchase[A,2026] - slack[all,2026] <= 0.1
        stock[Store,Oxide,2027] = 6
        """,
    )


def test_limits_of_number_used():
    """An offer is used if it is ordered from; most one of two."""
    c = case(
        offers=[offer("A"), offer("B")],
        demand=[need(p2026=10)],
        limits=[{"limit": "N", "measure": "Number Used", "limit_type": "Max", "2026": 1}],
    )
    assert_rows(
        c,
        "limits",
        """
        used[A,2026] + used[B,2026] <= 1
        ordered[A,2026] - used[A,2026] <= 0
        ordered[B,2026] - used[B,2026] <= 0
        used[A,2026] - ordered[A,2026] <= 0
        used[B,2026] - ordered[B,2026] <= 0
        """,
    )


def test_every_family_with_rows_has_its_matrix_here():
    """A family without an expected matrix fails this test; a duty is a cost and has no row."""
    from pathlib import Path

    from model.rules.catalogue import FAMILIES

    text = "\n".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_matrices*.py"))
    assert [f.name for f in FAMILIES if f'"{f.name}"' not in text and f.name != "tariff"] == []
