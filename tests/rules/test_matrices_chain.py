"""Expected rows of balance, recipes, lines and young plants, written by hand first; see test_matrices."""

from __future__ import annotations

from tests.rules.matrix import assert_rows, rows_of
from tests.rules.matrix_cases import CHAIN, PROJECT, TWO_YEARS, store, works
from tests.rules.micro import case, halves, need, offer


def test_material_balance():
    """A tenth is lost each year: 4.5 of 5 t are left in 2026, and 0.9 of what is held at its end in 2027."""
    assert_rows(
        store(),
        "material_balance",
        """
        purchase[A,2026] - deliver[Plant,Oxide,2026] - stock[Store,Oxide,2026] = -4.5
        purchase[A,2027] + 0.9 stock[Store,Oxide,2026] - deliver[Plant,Oxide,2027] - stock[Store,Oxide,2027] = 0
        """,
    )


def test_material_balance_spreads_a_lead_time():
    """Three months under way: half of what leaves in a half-year arrives in it, half in the next; the rest leaves the horizon."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        offers=[offer("A", 1.0, site="Port")],
        demand=[need(site="Works", p2026=10)],
        lanes=[{"from_place": "Port", "to_place": "Works", "lead_time": 3}],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 5.0}],
    )
    assert_rows(
        c,
        "material_balance",
        """
        purchase[A,2026-H1] - flow[Port→Works,Oxide,2026-H1] = 0
        purchase[A,2026-H2] - flow[Port→Works,Oxide,2026-H2] = 0
        0.5 flow[Port→Works,Oxide,2026-H1] - deliver[Plant,Oxide,2026-H1] = 0
        0.5 flow[Port→Works,Oxide,2026-H1] + 0.5 flow[Port→Works,Oxide,2026-H2] - deliver[Plant,Oxide,2026-H2] = 0
        """,
    )


def test_joint_output_and_its_balance():
    """2 t of feed a unit; 0.9 t of oxide come of it in the balance."""
    c = works(lines=[{"site": "Works", "line": "SX", "capacity": 60}])
    assert_rows(c, "joint_output", "use[Split,Feed,2026] - 2 run[Split,2026] = 0")
    assert_rows(
        c,
        "material_balance",
        """
        purchase[Mine,2026] - use[Split,Feed,2026] = 0
        0.9 run[Split,2026] - deliver[Plant,Oxide,2026] = 0
        """,
    )


def test_line_capacity():
    """Half a year: 60 t/y at 80 % are 24 t; a unit uses 1.5. What is built in 2026-H1 runs a year later, after the horizon's
    two halves but for none of it, so it is not offered; a gate passes 10 of 20 t/y."""
    c = works(
        periods=halves("2026-H1"),
        recipe_items=[*CHAIN["recipe_items"], {"recipe": "Split", "role": "Line Use", "per_unit": 1.5}],
        lines=[
            {"site": "Works", "line": "SX", "capacity": 60, "availability": 0.8},
            {"site": "Works", "line": "Gate", "kind": "Throughput", "capacity": 20},
        ],
        projects=[PROJECT],
    )
    assert_rows(
        c,
        "line_capacity",
        """
        1.5 run[Split,2026-H1] <= 24
        deliver[Plant,Oxide,2026-H1] <= 10
        """,
    )


def test_line_capacity_of_a_plant_that_ramps_up():
    """Started in 2026 it runs from 2027 at 40 %, and our share of it is a half: 0.2 t for each t/y of it."""
    c = works(
        periods=TWO_YEARS,
        lines=[{"site": "Works", "line": "SX", "capacity": 60}],
        projects=[{**PROJECT, "ramp_year_1": 0.4, "output_share": 0.5}],
    )
    assert_rows(
        c,
        "line_capacity",
        """
        run[Split,2026] <= 60
        run[Split,2027] - 0.2 size[New,2026] <= 60
        """,
    )


def test_vintage_recovery():
    """A plant that recovers 50 % in its first year runs by itself; 0.45 t of oxide a unit stand in the balance."""
    c = works(
        periods=TWO_YEARS,
        lines=[{"site": "Works", "line": "SX", "capacity": 60}],
        projects=[{**PROJECT, "ramp_year_1": 0.8, "recovery_year_1": 0.5}],
    )
    assert_rows(
        c,
        "vintage_recovery",
        """
        run[Split,New 2026,2026] <= 0
        run[Split,New 2026,2027] - 0.8 size[New,2026] <= 0
        """,
    )
    assert any("+0.45 run[Split,New 2026,2027]" in row for row in rows_of(c, "material_balance"))
