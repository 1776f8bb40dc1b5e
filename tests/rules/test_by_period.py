"""Prices that may follow a series where one number used to hold for all periods; every optimum is derived beside its case."""

from __future__ import annotations

import pytest

from model.report.cash import cash_ledger
from model.report.view import View
from tests.rules.micro import case, need, offer, plan_of, years
from tests.rules.test_buildout import chain
from tests.rules.test_origin import CHINA, world

SERIES = [{"series": "S", "2026": 1.0, "2027": 3.0}, {"series": "List", "2026": 2.0, "2027": 6.0}]
TWO = {"periods": years(2026, 2027), "series": SERIES, "demand": [need(p2026=10, p2027=10)]}
STORE = {"sites": [{"site": "Store", "country": "Japan"}], "countries": [{"country": "Japan"}]}
QUOTA = {"control": "V", "jurisdiction": "China", "material": "Oxide", "kind": "Quota", "2026": 50, "2027": 50}


def _indexed(**terms: object):
    """Return 10 t a year at an index of 2 and 6 USD/kg."""
    return case(**TWO, offers=[offer("A", 9.0, index="List", **terms)])


def _by_lane(paid: str, *, falling: bool = False):
    series = [{"series": "Use", "2026": 0.03 if falling else 0.01, "2027": 0.01 if falling else 0.03}]
    lane = {"from_place": "A", "to_place": "Plant", "fixed_cost": "Use", "fixed_cost_paid": paid}
    return case(**TWO | {"series": series}, offers=[offer("A", 2.0)], lanes=[lane])


def _short(**cost: object):
    """Return 10 t a year that nobody sells, of which a product holds 2 kg."""
    return case(
        **TWO | {"demand": [need(p2026=10, p2027=10, content=2)]},
        offers=[offer("A", 2.0, available_to_us=0)],
        shortage_costs=[{"segment": "Plant", "tier": 1, **cost}],
    )


BUILT = {
    "project": "New",
    "site": "Works",
    "line": "SX",
    "max_size": 10,
    "capex_per_capacity": 0.0,
    "construction_time": 0,
}
CASES = {
    # 10 t at 2 + 1 and 6 + 3; a tenth of the index, but no less than 1 and 3; no more than 1 and 3.
    "premium": (lambda: _indexed(premium="S"), 30 + 90),
    "floor": (lambda: _indexed(floor="S", factor=0.1), 10 + 30),
    "cap": (lambda: _indexed(cap="S"), 10 + 30),
    # 10 t at 2 in both years, a fee of 1 and then 3 for 10 t of room.
    "reservation fee": (
        lambda: case(
            **TWO,
            offers=[offer("A", 2.0, contract="F")],
            contracts=[{"contract": "F", "committed_most": 20, "reservation_fee": "S"}],
        ),
        40 + 10 + 30,
    ),
    # 10 t that lie there at the end of both years, at 1 and then 3.
    "carrying cost": (
        lambda: case(
            **STORE,
            **TWO | {"demand": [need(site="Store", p2026=0, p2027=0)]},
            offers=[offer("A", 2.0, site="Store")],
            stockpiles=[{"site": "Store", "material": "Oxide", "opening_stock": 10, "carrying_cost": "S"}],
        ),
        10 + 30,
    ),
    # 5 t come in each year and nobody needs them.
    "disposal cost": (
        lambda: case(
            **TWO | {"demand": [need(p2026=0, p2027=0)]},
            materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": "S"}],
            offers=[offer("A", 2.0)],
            commitments=[
                {"commitment": "K", "kind": "Contract", "supplier": "A", "material": "Oxide", "2026": 5, "2027": 5}
            ],
        ),
        5 + 15,
    ),
    # A line that makes 10 t of feed at 1 in each year, for 1 and then 3 MUSD.
    "fixed cost of a line": (
        lambda: chain(
            **TWO | {"demand": [need(site="Works", p2026=10, p2027=10)]},
            lines=[{"site": "Works", "line": "SX", "capacity": 10, "fixed_cost": "S"}],
        ),
        20 + 1000 + 3000,
    ),
    # 10 t at 2 each year over a lane that costs 10 kUSD and then 30 to be used at all.
    "fixed cost of a lane": (lambda: _by_lane("Each Period"), 40 + 10 + 30),
    # Once, in the first period of use: 10. If it is 30 first and 10 then, the first year's 10 t are worth 30 more.
    "fixed cost of a lane paid once": (lambda: _by_lane("Once"), 40 + 10),
    "fixed cost of a lane paid once, falling": (lambda: _by_lane("Once", falling=True), 40 + 30),
    # The store that holds the 10 t is open in both years, for 1 and then 3 MUSD.
    "fixed cost of a site": (
        lambda: case(
            **TWO,
            countries=[{"country": "Japan"}],
            sites=[{"site": "Store", "country": "Japan", "fixed_cost": "S"}],
            offers=[offer("A", 2.0)],
        ),
        40 + 4000,
    ),
    # A site that may close is kept for the first year only, where its need is: 1 MUSD, and going short of its 10 t would be 9.
    "fixed cost of a site that may close": (
        lambda: case(
            **TWO | {"demand": [need(site="Store", p2026=10, p2027=0)]},
            countries=[{"country": "Japan"}],
            sites=[{"site": "Store", "country": "Japan", "facility": "May Close", "fixed_cost": "S"}],
            offers=[offer("A", 2.0)],
            shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 900}],
        ),
        20 + 1000,
    ),
    # A plant that is built at once and costs 1 and then 3 MUSD a year; its feed costs 1, and going short of 10 t would be 9.
    "fixed cost of a project": (
        lambda: chain(
            **TWO | {"demand": [need(site="Works", p2026=10, p2027=10)]},
            lines=None,
            projects=[BUILT | {"fixed_cost": "S"}],
            shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 900}],
        ),
        20 + 1000 + 3000,
    ),
    # 10 t short at 1 and then 3 USD/kg, since nobody sells; and of a product of 2 kg at 1 and then 3 kUSD each: 5000 of them.
    "cost of going short": (lambda: _short(cost="S"), 10 + 30),
    "cost of a product not made": (lambda: _short(cost_per_product="S"), 5000 + 15000),
    # 10 t a year leave China at 1, at a fee of 1 and then 3.
    "fee of a quota": (
        lambda: world(
            **TWO | {"demand": [need("Cars", site="Coast", p2026=10, p2027=10)]},
            offers=[CHINA],
            export_controls=[QUOTA | {"fee": "S"}],
        ),
        20 + 10 + 30,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_price_may_follow_a_series(name: str):
    """Paper: see the comments; the audit and the cash ledger work the same cost out by themselves."""
    make, expected = CASES[name]
    c = make()
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)
