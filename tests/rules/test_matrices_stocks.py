"""Expected rows of what is sold, held and thrown away, written by hand first."""

from __future__ import annotations

from tests.rules.micro import halves, need
from tests.rules.test_matrices import assert_rows, store
from tests.rules.test_stocks import FACTORS, split


def test_sales_by_step_and_calendar_year():
    """At 10 t/y step 1 takes 5 t in each half; at 6 t/y step 2 takes 6 t, and at least 2 t, in the year."""
    c = store(
        periods=halves("2026-H1", "2026-H2"),
        demand=[need(site="Store", p2026=10)],
        sales=[
            {"site": "Store", "material": "Oxide", "step": 1, "price": 1.0, "most": 10},
            {
                "site": "Store",
                "material": "Oxide",
                "step": 2,
                "price": 0.5,
                "most": 6,
                "least": 2,
                "window": "Calendar Year",
            },
        ],
    )
    assert_rows(
        c,
        "sales",
        """
        sale[Store,Oxide,2026-H1] <= 5
        sale[Store,Oxide,2026-H2] <= 5
        sale[Store,Oxide,step 2,2026-H1] + sale[Store,Oxide,step 2,2026-H2] <= 6
        sale[Store,Oxide,step 2,2026-H1] + sale[Store,Oxide,step 2,2026-H2] >= 2
        """,
    )


def test_rotation_counts_what_came_within_the_shelf_life():
    """18 months: all of 2026's inflow and the 4.5 t left of the opening stock at the end of 2026; half of it, nine tenths of it
    left, and all of 2027's at the end of 2027, when the opening stock is two years old."""
    c = store(stockpiles=[{"site": "Store", "material": "Oxide", "opening_stock": 5, "loss": 0.1, "shelf_life": 18}])
    assert_rows(
        c,
        "rotation",
        """
        stock[Store,Oxide,2026] - purchase[A,2026] <= 4.5
        stock[Store,Oxide,2027] - purchase[A,2027] - 0.45 purchase[A,2026] <= 0
        """,
    )


def test_a_reserve_may_not_fall_but_by_its_loss():
    """A tenth is lost a year. Never drawn: 4.5 t are left of the opening 5 at least, and nine tenths of what 2026 leaves.
    Drawn In Shocks, and 2027 is released: the first row only."""
    pile = {"site": "Store", "material": "Oxide", "opening_stock": 5, "loss": 0.1}
    first = "stock[Store,Oxide,2026] >= 4.5"
    second = "stock[Store,Oxide,2027] - 0.9 stock[Store,Oxide,2026] >= 0"
    shock = {"series": [{"series": "Shock", "2026": 0, "2027": 1}]}
    assert_rows(store(stockpiles=[pile | {"drawable": "Never"}]), "stock_limits", f"{first}\n{second}")
    c = store(stockpiles=[pile | {"drawable": "In Shocks", "released": "Shock"}], **shock)
    assert_rows(c, "stock_limits", first)


def test_limits_on_disposal_and_emission():
    """A unit of the recipe emits 2 t, and 0.5 t more by the line of which it takes one unit; a tonne thrown away 3 t."""
    c = split(
        emission_factors=FACTORS,
        limits=[
            {"limit": "D", "measure": "Disposal", "limit_type": "Max", "2026": 5},
            {"limit": "E", "measure": "Emission", "substance": "CO2", "limit_type": "Max", "2026": 200}
            | {"hardness": "Soft", "penalty": 1.0},
        ],
    )
    assert_rows(
        c,
        "limits",
        """
        disposal[Works,Light,2026] <= 5
        2.5 run[Split,2026] + 3 disposal[Works,Light,2026] - slack[all,2026] <= 200
        """,
    )
