"""Expected rows of what is sold, held and thrown away, written by hand first."""

from __future__ import annotations

from tests.rules.micro import halves, need
from tests.rules.test_matrices import assert_rows, store


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
