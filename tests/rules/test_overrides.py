"""Micro cases of overrides: one for each decision, what each costs, and what is said where they can not be kept."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.overrides import overrides_table
from model.report.view import View
from model.solver.planning import solve
from tests.audit.corrupt import add, change, drop
from tests.rules.micro import case, cost_of, need, offer, plan_of, years
from tests.rules.test_buildout import CHAIN, FEED, chain, project
from tests.rules.test_sites import location


def override(table, row, value, name="O", **more):
    return {"override": name, "table": table, "row": row, "value": value, **more}


# 10 t a year are bought of A at 1 or B at 3, and may be held at 0.5 a tonne.
BOUGHT = {
    "periods": years(2026, 2027),
    "offers": [offer("A", 1.0, site="Store"), offer("B", 3.0, site="Store")],
    "demand": [need(site="Store", p2026=10, p2027=10)],
    "stockpiles": [{"site": "Store", "material": "Oxide", "carrying_cost": 0.5}],
}


def bought(*overrides, **tables):
    """Return a case of two years in which something is bought and held."""
    return case(**{**BOUGHT, "overrides": list(overrides), **tables})


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


def _framed(**terms):
    """Return 10 t in each of three years of A at 2 under a contract, or of B at 5."""
    return {
        "periods": years(2026, 2027, 2028),
        "offers": [offer("A", 2.0, contract="Frame"), offer("B", 5.0)],
        "demand": [need(p2026=10, p2027=10, p2028=10)],
        "contracts": [{"contract": "Frame", "most": 10, **terms}],
    }


_LANES = [
    {"from_place": "Store", "to_place": "Plant", "fixed_cost": 0.001},
    {"from_place": "B", "to_place": "Plant", "cost": 1.0},
]
_PLANT = {
    "offers": [offer("A", 10.0)],
    "demand": [need(p2026=100)],
    "shortage_costs": [{"segment": "Plant", "tier": 1, "cost": 50.0}],
}
_FERRITE = {"segment": "Plant", "material": "Oxide", "substitute": "Ferrite", "cost": 4.0}
_BOUND = {"commitment": "K", "kind": "Contract", "supplier": "C", "material": "Oxide", "price": 5.0, "exit_cost": 0.001}
_SCRAP = {"recycling": "Scrap", "segment": "Plant", "sold_material": "Oxide", "site": "Yard", "material": "Oxide"}
_ONE = {"to_period": "2027", "from_period": "2027"}

# What is settled, the tables around it, the cost without and with it (paper: see the comments), how the plan is spoilt.
SETTLED = {
    # 3 · 20. Of B alone 150; B in 2026 and A from 2027 on 50 + 40.
    "no signature": (("Contracts", "Frame", 0, {}), _framed(), 60, 150, add("contracts", "Frame", "2026")),
    "signed later": (
        ("Contracts", "A", 1, {"field": "Sign", **_ONE}),
        _framed(),
        60,
        90,
        change("contracts", "period", "2028"),
    ),
    # Two years of A and one of B, 90; not renewed 120.
    "not renewed": (
        ("Contracts", "Frame", 0, {"field": "Renew"}),
        _framed(duration=12, renewal=12),
        90,
        120,
        add("renewals", "Frame", "2027"),
    ),
    # Kept for 3 years at 2 it costs 60; to leave it in 2027 for 5 puts two years to B: 20 + 5 + 100.
    "left in 2027": (
        ("Contracts", "Frame", 1, {"field": "Leave", **_ONE}),
        _framed(exit_cost=0.005),
        60,
        125,
        drop("notices"),
    ),
    # A fee of 1 for 3 · 10 t of room and 60; of 12 t/y of room 36 and 60.
    "more committed": (
        ("Contracts", "Frame", 12, {"field": "Committed", "limit_type": "Min"}),
        _framed(committed_most=20, reservation_fee=1.0, most=None),
        90,
        96,
        change("reservations", "size", 10.0),
    ),
    # 10 t of C at 5 are left for 1, A at 1 is bought: 11. Not left: 50.
    "not left": (
        ("Commitments", "K", 0, {}),
        {"demand": [need(p2026=10)], "offers": [offer("A", 1.0)], "commitments": [_BOUND | {"2026": 10}]},
        11,
        50,
        add("departures", "K", "2026"),
    ),
    # Two orders at 1 each; one, and 10 t held over at 0.5.
    "one order": (
        ("Offers", "A", 1, {"field": "Order", "limit_type": "Max"}),
        {**BOUGHT, "offers": [offer("A", 1.0, site="Store", cost_per_order=1.0)]},
        22,
        26,
        add("orders", "A", "2027"),
    ),
    # 5 for A at 1 from 2027 on instead of B at 3: 30 + 10 + 5; without 60.
    "not qualified": (
        ("Qualifications", "A", 0, {}),
        {
            "periods": years(2026, 2027),
            "offers": [offer("A", 1.0), offer("B", 3.0)],
            "demand": [need(p2026=10, p2027=10)],
            "qualifications": [
                {"qualification": "Q", "supplier": "A", "material": "Oxide", "months": 12, "cost": 0.005}
            ],
        },
        45,
        60,
        add("qualifications", "Q", "2027"),
    ),
    # 1 a year for the lane of A, or 1 a tonne for that of B.
    "lane not used": (
        ("Lanes", "Store / Plant", 0, {"field": "Use"}),
        {
            "sites": [{"site": "Store", "country": "Japan"}, {"site": "Plant", "country": "Japan"}],
            "countries": [{"country": "Japan"}],
            "offers": [offer("A", 1.0, site="Store"), offer("B", 1.0)],
            "lanes": _LANES,
            "demand": [need(site="Plant", p2026=10)],
        },
        11,
        20,
        add("lane_uses", "Store → Plant (row 0)", "2026"),
    ),
    # Permitted in 2026, the plant makes 50 t in the second half of 2027 of feed at 1, of 100; the others go short at 50.
    "no permit": (
        ("Projects", "New", 0, {"field": "Permit"}),
        {
            **CHAIN,
            "periods": years(2026, 2027),
            "offers": [FEED],
            "demand": [need(site="Works", p2026=0, p2027=100)],
            "projects": [project(construction_time=6, permit_time=6)],
        },
        2550,
        5000,
        add("permits", "New", "2026"),
    ),
    # Going short costs 50, oxide 10: at least 20 t short.
    "short": (
        ("Demand", "Plant", 20, {"field": "Shortage", "limit_type": "Min"}),
        _PLANT,
        1000,
        800 + 1000,
        change("shortages", "tonnes", 10.0),
    ),
    # All is replaced at 4; of 30 t only, 120 + 700. Adopted for 1, or not.
    "replaced": (
        ("Substitutions", "Plant / Oxide / Ferrite", 30, {}),
        {**_PLANT, "substitutions": [_FERRITE]},
        400,
        820,
        change("substitutions", "tonnes", 20.0),
    ),
    "not adopted": (
        ("Substitutions", "Ferrite", 0, {"field": "Adopt"}),
        {**_PLANT, "substitutions": [_FERRITE | {"adoption_cost": 0.001}]},
        401,
        1000,
        add("adoptions", "Plant", "Oxide", "Ferrite", "2026"),
    ),
    # A fifth of 100 t comes back at 2: 40 + 800. Of 5 t only: 10 + 950.
    "recycled": (
        ("Recycling", "Yard", 5, {"limit_type": "Max"}),
        {
            **_PLANT,
            "sites": [{"site": "Yard", "country": "Japan"}],
            "countries": [{"country": "Japan"}],
            "recycling": [_SCRAP | {"collection_cost": 2.0}],
            "returns": [{"recycling": "Scrap", "age": 0, "returned": 0.2}],
        },
        840,
        960,
        change("recycled", "tonnes", 8.0),
    ),
    # Oxide at 1 is sold at 4 up to 10 t; in two steps of which the second is settled; disposed of for 2.
    "sold": (
        ("Sales", "Store / Oxide / 2", 3, {}),
        {
            **BOUGHT,
            "sales": [
                {"site": "Store", "material": "Oxide", "step": 1, "price": 4.0, "most": 5},
                {"site": "Store", "material": "Oxide", "step": 2, "price": 0.5, "most": 5},
            ],
        },
        20 - 30,
        20 - 30 + 1.5,
        change("sales", "tonnes", 2.0, step=2),
    ),
    "disposed of": (
        ("Materials", "Oxide", 4, {}),
        {**BOUGHT, "materials": [{"material": "Oxide", "stage": "Separated", "disposal_cost": 2.0}]},
        20,
        20 + 4 * 3,
        change("disposals", "tonnes", 3.0),
    ),
}


@pytest.mark.parametrize("name", SETTLED)
def test_every_other_decision_may_be_settled(name):
    """Paper: see the comments of each. A plan that does otherwise is found out, whatever else is wrong with it."""
    (table, row, value, more), tables, free, expected, spoil = SETTLED[name]
    assert cost_of(case(**tables)) == pytest.approx(free)
    c = case(**tables, overrides=[override(table, row, value, **more)])
    plan = plan_of(c, price_overrides=False)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert "override" in {v.family for v in audit(c, spoil(plan))}


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
