"""Micro cases of sites that open and close, and of markets with one source; every optimum is derived in the docstring."""

from __future__ import annotations

from itertools import product

import pytest

from model.network.network import Network
from model.network.parts import Scope
from model.rules import site_status
from model.solver.build import build
from model.solver.planning import solve
from tests.rules.micro import case, cost_of, need, offer, plan_of, years

PLACES = [{"site": s, "country": "Chile"} for s in ("North", "South")]
CUSTOMERS = [{"site": s, "country": "Chile"} for s in ("C1", "C2")]
LANES = [
    {"from_place": i, "to_place": j, "cost": c}
    for (i, j), c in {("North", "C1"): 1, ("North", "C2"): 3, ("South", "C1"): 3, ("South", "C2"): 1}.items()
]


def location(capacity: float = 60, sites=None, **tables):
    """Return two plants that sell at 1 and reach two customers of 40 t, the near one at 1, the far one at 3."""
    plants = sites or [{**s, "facility": "Potential", "opening_cost": 0.1} for s in PLACES]
    return case(
        **{
            "sites": [*plants, *CUSTOMERS],
            "offers": [offer(s["site"], site=s["site"]) for s in PLACES],
            "demand": [need(c, site=c, p2026=40) for c in ("C1", "C2")],
            "lanes": LANES,
            "lines": [{"site": s["site"], "line": "Gate", "kind": "Throughput", "capacity": capacity} for s in PLACES],
            **tables,
        }
    )


def test_capacity_opens_both_plants():
    """80 t are needed and a plant can do 60: both open, 200, and each serves the near one: 80 + 80. Together 360."""
    plan = plan_of(location())
    assert 1e3 * plan.cost() == pytest.approx(360)
    assert set(plan.tables["open_sites"]["site"]) == {"North", "South"}


def test_one_plant_is_enough_if_it_can_do_all():
    """Of 100 t each, one is enough: 100 + 80 + 40 + 120 = 340 against 360 of both."""
    plan = plan_of(location(100))
    assert 1e3 * plan.cost() == pytest.approx(340)
    assert len(plan.tables["open_sites"]) == 1


def test_fixed_cost_is_paid_while_open():
    """North is there and costs 30 whatever happens; South may open for 20 and costs 20 a year. C2 from the South saves 80 in a
    year: in 2026 as in 2027 it is open. 60 + 20 + 40 + 160 + 160 = 440; not opened: 60 + 160 + 320 = 540."""
    sites = [
        {**PLACES[0], "fixed_cost": 0.03},
        {**PLACES[1], "facility": "Potential", "opening_cost": 0.02, "fixed_cost": 0.02},
    ]
    demand = [need(c, site=c, p2026=40, p2027=40) for c in ("C1", "C2")]
    c = location(100, sites, periods=years(2026, 2027), demand=demand)
    assert cost_of(c) == pytest.approx(440)
    beside = solve(c).as_is
    assert beside is not None
    assert beside.tables["open_sites"].empty


def test_a_potential_site_opens_when_it_pays():
    """2026 asks for 1 t at C2, 2027 for 40: 4 from the North in 2026, then 20 + 20 and 80: 124. Opened at once: 20 + 40 + 82."""
    sites = [PLACES[0], {**PLACES[1], "facility": "Potential", "opening_cost": 0.02, "fixed_cost": 0.02}]
    c = location(100, sites, periods=years(2026, 2027), demand=[need("C2", site="C2", p2026=1, p2027=40)])
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(124)
    assert plan.tables["open_sites"].to_dict("records") == [{"site": "South", "period": "2027"}]


def test_a_site_closes_for_good_and_its_stock_must_go_before():
    """The shed costs 50 a year and holds 10 t, needed in 2027 at C1, where buying costs 8 a tonne. Closing at once would bring
    30, but the stock is there: it goes to C1's own store in 2026, which costs 1 a tonne to hold. 50 − 30 + 10 = 30 against
    100 if the shed stays and 50 + 80 − 30 without the stock."""
    c = case(
        periods=years(2026, 2027),
        sites=[
            {"site": "Shed", "country": "Chile", "facility": "May Close", "fixed_cost": 0.05, "closing_cost": -0.03},
            *CUSTOMERS,
        ],
        offers=[offer(price=8.0)],
        demand=[need("C1", site="C1", p2026=0, p2027=10)],
        stockpiles=[
            {"site": "Shed", "material": "Oxide", "opening_stock": 10},
            {"site": "C1", "material": "Oxide", "carrying_cost": 1},
        ],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(30)
    assert plan.tables["open_sites"].to_dict("records") == [{"site": "Shed", "period": "2026"}]


def test_what_is_under_way_finds_the_site_open():
    """South sells with half a year under way: what is ordered in 2026 arrives half in 2026, half in 2027, so that the depot is
    open in both. C2 asks for 20 in each: 20 ordered in 2026 and 2027 would leave 2026 with 10. Going short costs 50 a tonne:
    40 ordered in 2026 alone, 40 + 40 + 2 · 5 = 90, serves both."""
    c = case(
        periods=years(2026, 2027),
        sites=[{"site": "Depot", "country": "Chile", "facility": "Potential", "fixed_cost": 0.005}, *CUSTOMERS],
        offers=[offer(site="Depot", lead_time=6)],
        demand=[need("C2", site="C2", p2026=20, p2027=20)],
        lanes=[{"from_place": "Depot", "to_place": "C2", "cost": 1}],
        shortage_costs=[{"segment": "C2", "tier": 1, "cost": 50.0}],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(90)
    assert len(plan.tables["open_sites"]) == 2


def test_one_source_does_not_split():
    """North can do 50, South 100; C1 asks for 60 and C2 for 20. Free: 50 of C1 from the North: 50 + 30 + 20 and 80 bought = 180.
    With one source for C1 it is all from the South: 180 + 20 and 80 = 280."""
    demand = [need("C1", site="C1", p2026=60), need("C2", site="C2", p2026=20)]
    lines = [
        {"site": s, "line": "Gate", "kind": "Throughput", "capacity": c} for s, c in {"North": 50, "South": 100}.items()
    ]
    free = location(0, PLACES, demand=demand, lines=lines)
    assert cost_of(free) == pytest.approx(180)
    one = location(0, PLACES, demand=[{**d, "served_by": "One Source"} for d in demand], lines=lines)
    plan = plan_of(one)
    assert 1e3 * plan.cost() == pytest.approx(280)
    assert set(plan.tables["assignments"].itertuples(index=False, name=None)) == {
        ("C1", "Oxide", "South"),
        ("C2", "Oxide", "South"),
    }


CAPACITY = {"P1": 50, "P2": 70, "P3": 60}
FIXED = {"P1": 60, "P2": 90, "P3": 70}
NEED = {"K1": 30, "K2": 25, "K3": 20, "K4": 15}
FREIGHT = {"P1": (1, 4, 3, 6), "P2": (4, 1, 5, 2), "P3": (5, 3, 1, 2)}


def capacitated(served_by: str):
    """Return three potential plants and four customers."""
    return case(
        sites=[
            *(
                {"site": p, "country": "Chile", "facility": "Potential", "opening_cost": 1e-3 * FIXED[p]}
                for p in CAPACITY
            ),
            *({"site": k, "country": "Chile"} for k in NEED),
        ],
        offers=[offer(p, price=0.0, site=p) for p in CAPACITY],
        demand=[need(k, site=k, p2026=q, served_by=served_by) for k, q in NEED.items()],
        lanes=[
            {"from_place": p, "to_place": k, "cost": c}
            for p, costs in FREIGHT.items()
            for k, c in zip(NEED, costs, strict=True)
        ],
        lines=[{"site": p, "line": "Gate", "kind": "Throughput", "capacity": q} for p, q in CAPACITY.items()],
    )


def test_single_sourced_facility_location_by_brute_force():
    """All 3⁴ ways of giving each customer one plant, those within capacity, with the plants that they need."""
    best = min(
        sum(FREIGHT[p][n] * q for n, (p, q) in enumerate(zip(way, NEED.values(), strict=True)))
        + sum(FIXED[p] for p in set(way))
        for way in product(CAPACITY, repeat=4)
        if all(
            sum(q for p, q in zip(way, NEED.values(), strict=True) if p == plant) <= CAPACITY[plant]
            for plant in CAPACITY
        )
    )
    assert cost_of(capacitated("One Source")) == pytest.approx(best)
    assert cost_of(capacitated("Any")) <= best + 1e-6


def test_existing_sites_cost_no_variable():
    c = location(sites=PLACES)
    m, _ = build(Network(c))
    assert len(m.open) == len(m.assigned) == len(m.site_status) == len(m.single_source) == 0


def test_as_is_keeps_what_may_close():
    """As Is neither opens nor closes: the shed stays, the other is not there."""
    sites = [{**PLACES[0], "facility": "May Close"}, {**PLACES[1], "facility": "Potential", "opening_cost": 0.1}]
    net = Network(location(sites=sites), Scope(as_is=True))
    assert site_status._fixed(net, "North", 0) == 1
    assert site_status._fixed(net, "South", 0) == 0
