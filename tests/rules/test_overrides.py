"""Micro cases of overrides: one for each decision, what each costs, and what is said where they can not be kept."""

from __future__ import annotations

import pytest

from model.report.overrides import overrides_table
from model.report.view import View
from model.solver.planning import solve
from tests.rules.micro import case, cost_of, need, offer, plan_of, years
from tests.rules.test_buildout import chain, project
from tests.rules.test_sites import location


def override(table, row, value, name="O", **more):
    return {"override": name, "table": table, "row": row, "value": value, **more}


def bought(*overrides, **tables):
    """Return a case of two years in which 10 t a year are bought of A at 1 or B at 3, and may be held at 0.5 a tonne."""
    return case(
        **{
            "periods": years(2026, 2027),
            "offers": [offer("A", 1.0, site="Store"), offer("B", 3.0, site="Store")],
            "demand": [need(site="Store", p2026=10, p2027=10)],
            "stockpiles": [{"site": "Store", "material": "Oxide", "carrying_cost": 0.5}],
            "overrides": list(overrides),
            **tables,
        }
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), 20),
        # 4 t of B instead of A.
        ((override("Offers", "B", 4),), 20 + 4 * 2),
        # A, by the name of its supplier, at most 15 t over both years.
        ((override("Offers", "A", 15, limit_type="Max"),), 20 + 5 * 2),
        # 6 t of B in 2027 at least.
        ((override("Offers", "B", 6, limit_type="Min", from_period="2027"),), 20 + 6 * 2),
        # 7 t held at the end of 2026 and of 2027: 14 t-years at 0.5, 7 t bought that nobody needs.
        ((override("Stockpiles", "Store / Oxide", 7),), 20 + 7 + 7),
        # At the end of 2026 only: 10 t and 7 t in 2026, 3 in 2027.
        ((override("Stockpiles", "Store", 7, to_period="2026"),), 20 + 3.5),
    ],
)
def test_what_is_bought_and_held(rows, expected):
    """Paper: see the comments."""
    assert cost_of(bought(*rows)) == pytest.approx(expected)


def test_what_is_delivered():
    """Whoever must be served 8 t in 2026 goes short of 2 at 50: 8 + 100, and 10 in 2027."""
    short = [{"segment": "Plant", "tier": 1, "cost": 50.0}]
    c = bought(override("Demand", "Plant / Oxide", 8, from_period="2026", to_period="2026"), shortage_costs=short)
    assert cost_of(c) == pytest.approx(8 + 100 + 10)


def test_what_goes_on_a_lane_and_which_site_opens():
    """25 t come from the South to C1 at 3, which leaves it 35 of its 60 for C2: 200 + 80 + 75 + 15 and 35 + 15 = 420. The South
    must stay closed: all from the North, which can do 100: 100 + 80 + 40 + 120 = 340, as cheap as the other way round."""
    lane = override("Lanes", "South / C1", 25)
    assert cost_of(location(overrides=[lane])) == pytest.approx(420)
    closed = location(100, overrides=[override("Sites", "South", 0)])
    plan = plan_of(closed)
    assert 1e3 * plan.cost() == pytest.approx(340)
    assert set(plan.tables["open_sites"]["site"]) == {"North"}


def test_what_is_built_and_run():
    """The plant is free and would have 100 t/y. Size 60: 60 t made, 40 short: 60 + 2 000. Not started: 5 000. Run 30: 30 made."""
    given = {
        "periods": years(2026, 2027),
        "demand": [need(site="Works", p2026=0, p2027=100)],
        "projects": [project()],
    }
    assert cost_of(chain(**given, overrides=[override("Projects", "New", 60)])) == pytest.approx(2060)
    assert cost_of(chain(**given, overrides=[override("Projects", "New", 0, field="Start")])) == pytest.approx(5000)
    assert cost_of(chain(**given, overrides=[override("Recipes", "Split", 30, limit_type="Max")])) == pytest.approx(
        3530
    )


def test_each_is_priced_against_the_plan_without_it():
    """4 t of B cost 8; 5 t held at the end of 2026 cost 2.5; both together 10.5."""
    c = bought(override("Offers", "B", 4), override("Stockpiles", "Store", 5, name="P", to_period="2026"))
    plan = solve(c, as_is=False).plan
    assert plan is not None
    table = overrides_table(View(c, plan)).set_index("override")
    assert (1e3 * table["cost"]).to_dict() == pytest.approx({"O": 8, "P": 2.5, "all together": 10.5})
    assert (1e3 * table["cost_at_most"]).to_dict() == pytest.approx({"O": 8, "P": 2.5, "all together": 10.5}, abs=1e-3)
    assert table["plan_does"].to_list()[:2] == pytest.approx([4, 5])
    unpriced = solve(c, as_is=False, price_overrides=False).plan
    assert unpriced is not None
    assert set(overrides_table(View(c, unpriced))["without_it"]) == {"not run"}


def test_what_is_settled_can_not_be():
    """20 t are needed: at most 10 of all can not be, whatever is asked of A; nor can 30 t held in a store of 20."""
    clash = bought(
        override("Offers", "A", 12, limit_type="Min"), override("Offers", "Oxide", 10, name="P", limit_type="Max")
    )
    outcome = solve(clash, as_is=False)
    assert outcome.plan is None
    assert "There is a plan without override P." in outcome.explanation
    full = bought(
        override("Stockpiles", "Store", 30),
        stockpiles=[{"site": "Store", "material": "Oxide", "capacity": 20}],
    )
    assert "There is a plan without the overrides (O): what they settle can not be." in solve(full).explanation


def test_as_is_is_not_bound():
    beside = solve(
        bought(override("Offers", "B", 4), shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 5.0}])
    ).as_is
    assert beside is not None
    assert beside.tables["purchases"].empty
