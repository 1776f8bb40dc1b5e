"""Expected rows of what is sold, held and thrown away, written by hand first."""

from __future__ import annotations

from tests.rules.matrix import assert_rows
from tests.rules.matrix_cases import store
from tests.rules.micro import case, halves, need, offer
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


def test_stock_limits():
    """90 % of 5 t are left of the opening stock, so filling 3 allows 7.5 at the end of 2026, releasing 2 leaves 2.5 at least."""
    c = store(
        stockpiles=[
            {
                "site": "Store",
                "material": "Oxide",
                "opening_stock": 5,
                "loss": 0.1,
                "capacity": 8,
                "fill_rate": 3,
                "release_rate": 2,
            }
        ]
    )
    assert_rows(
        c,
        "stock_limits",
        """
        stock[Store,Oxide,2026] <= 8
        stock[Store,Oxide,2027] <= 8
        stock[Store,Oxide,2026] <= 7.5
        stock[Store,Oxide,2027] - 0.9 stock[Store,Oxide,2026] <= 3
        stock[Store,Oxide,2026] >= 2.5
        stock[Store,Oxide,2027] - 0.9 stock[Store,Oxide,2026] >= -2
        """,
    )


def test_stock_terminal():
    c = store(settings={"Terminal Rule": "Keep Opening Stock"})
    assert_rows(c, "stock_terminal", "stock[Store,Oxide,2027] >= 5")


def test_days_of_cover():
    """At the end of 2026: 73.05 days are 2.4 months of 12, so 0.2 · 20 t; in 2027 the last rate goes on. One lot covers once."""
    c = store(cover_targets=[{"target": "T", "material": "Oxide", "2026": 73.05, "2027": 73.05}])
    assert_rows(
        c,
        "days_of_cover",
        """
        cover[T,Store,Oxide,2026] >= 4
        cover[T,Store,Oxide,2027] >= 4
        cover[T,Store,Oxide,2026] - stock[Store,Oxide,2026] <= 0
        cover[T,Store,Oxide,2027] - stock[Store,Oxide,2027] <= 0
        """,
    )


def test_days_of_cover_by_goods_on_consignment():
    """0.6 t of K lie at the works and 5 t a year may be drawn: what covers and what was drawn are no more than lies there, and
    what covers is no more than may be drawn next. Ten days of 36.525 t are 1 t."""
    lying = offer("K", 1.0, site="Works", kind="Consignment", consigned=0.6, available_to_us=5)
    c = case(
        offers=[lying],
        demand=[need(site="Works", p2026=36.525)],
        cover_targets=[{"target": "Ten days", "material": "Oxide", "2026": 10, "on_consignment": "Yes"}],
    )
    cover = "cover[Ten days,Works,Oxide,on consignment: K,2026]"
    assert_rows(c, "days_of_cover", f"{cover} >= 1\n{cover} + purchase[K,2026] <= 0.6\n{cover} <= 5")


def test_days_of_cover_by_a_plant():
    """73.05 days of 20 t/y are 4 t. The kiln turns 2 t of ore into 1 t; of its 10 t/y it can do 2 t in that time."""
    c = store(
        materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Ore", "stage": "Mined"}],
        offers=[offer(site="Store"), offer("B", site="Store") | {"material": "Ore"}],
        stockpiles=[{"site": "Store", "material": "Ore"}],
        lines=[{"site": "Store", "line": "Kiln", "capacity": 10}],
        recipes=[{"recipe": "R", "line": "Kiln"}],
        recipe_items=[
            {"recipe": "R", "role": "Input", "material": "Ore", "per_unit": 2},
            {"recipe": "R", "role": "Output", "material": "Oxide", "per_unit": 1},
        ],
        cover_targets=[{"target": "T", "material": "Oxide", "forms": "Any Form", "2026": 73.05, "2027": None}],
    )
    assert_rows(
        c,
        "days_of_cover",
        """
        0.5 cover[T,Store,Ore,R at Store to Oxide,2026] >= 4
        0.5 cover[T,Store,Ore,R at Store to Oxide,2026] <= 2
        cover[T,Store,Ore,R at Store to Oxide,2026] - stock[Store,Ore,2026] <= 0
        """,
    )
