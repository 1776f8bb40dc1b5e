"""Expected rows of the families of sites, set-ups and loads: written by hand first, compared as a matrix."""

from __future__ import annotations

import pytest

from tests.rules.matrix import assert_rows, by_hand, rows_of
from tests.rules.matrix_cases import CHAIN, PROJECT, TWO_YEARS, works
from tests.rules.micro import case, cost_of, need, offer, years
from tests.rules.test_tightness import fed

DEPOT = {"site": "Depot", "country": "Chile", "facility": "Potential", "opening_cost": 1.0}


def depot(**tables):
    """Return a case of a mine that sells 80 t/y, a potential depot and a town that needs 50 and 30 t."""
    return case(
        **{
            "periods": TWO_YEARS,
            "sites": [DEPOT, *({"site": s, "country": "Chile"} for s in ("Mine", "Town"))],
            "offers": [offer("Mine", site="Mine", available_to_us=80)],
            "demand": [need("Town", site="Town", p2026=50, p2027=30)],
            "lanes": [{"from_place": "Mine", "to_place": "Depot"}, {"from_place": "Depot", "to_place": "Town"}],
            **tables,
        }
    )


def test_site_status():
    """Nothing is held anywhere: what goes to the depot, and what leaves it, is bounded by the town's need of the year."""
    assert_rows(
        depot(),
        "site_status",
        """
        flow[Mine→Depot,Oxide,2026] - 50 open[Depot,2026] <= 0
        flow[Mine→Depot,Oxide,2027] - 30 open[Depot,2027] <= 0
        flow[Depot→Town,Oxide,2026] - 50 open[Depot,2026] <= 0
        flow[Depot→Town,Oxide,2027] - 30 open[Depot,2027] <= 0
        open[Depot,2026] - open[Depot,2027] <= 0
        """,
    )


def test_site_status_of_a_store_that_may_close():
    """The stock of the start holds it open in 2026; what is held at the end of 2026 needs it open in 2027."""
    c = case(
        periods=TWO_YEARS,
        sites=[{"site": "Shed", "country": "Chile", "facility": "May Close"}, {"site": "Town", "country": "Chile"}],
        offers=[offer(site="Town")],
        demand=[need("Town", site="Town", p2026=50, p2027=30)],
        lanes=[{"from_place": "Shed", "to_place": "Town"}],
        stockpiles=[{"site": "Shed", "material": "Oxide", "opening_stock": 5, "capacity": 9}],
    )
    assert_rows(
        c,
        "site_status",
        """
        flow[Shed→Town,Oxide,2026] - 50 open[Shed,2026] <= 0
        flow[Shed→Town,Oxide,2027] - 30 open[Shed,2027] <= 0
        stock[Shed,Oxide,2026] - 9 open[Shed,2027] <= 0
        stock[Shed,Oxide,2027] - 9 open[Shed,2027] <= 0
        open[Shed,2026] - open[Shed,2027] >= 0
        open[Shed,2026] = 1
        """,
    )


def test_site_status_where_something_can_wait():
    """At a depot that may hold 9 t, all need ahead could be there: 80 t and 30 t."""
    rows = rows_of(depot(stockpiles=[{"site": "Depot", "material": "Oxide", "capacity": 9}]), "site_status")
    assert set(
        by_hand(
            """
            flow[Mine→Depot,Oxide,2026] - 80 open[Depot,2026] <= 0
            flow[Mine→Depot,Oxide,2027] - 30 open[Depot,2027] <= 0
            stock[Depot,Oxide,2026] - 9 open[Depot,2026] <= 0
            """
        )
    ) < set(rows)


def test_site_status_of_what_is_thrown_away_elsewhere():
    """40 t of oxide leave 10 t of sludge, which the works may not throw away. A dump may open for 100 and throws it away at 1:
    40 + 100 + 10. Where it also sells 2 t of it at 3, 12 t could go there, what it sells and what is made: 40 + 100 + 8 − 6."""
    assert_rows(sludge(), "site_status", "flow[Works→Dump,Sludge,2026] - 10 open[Dump,2026] <= 0")
    assert cost_of(sludge()) == pytest.approx(150)
    sold = sludge(sales=[{"site": "Dump", "material": "Sludge", "price": 3.0, "most": 2}])
    assert_rows(sold, "site_status", "flow[Works→Dump,Sludge,2026] - 12 open[Dump,2026] <= 0")
    assert cost_of(sold) == pytest.approx(142)
    assert rows_of(sludge(limits=[]), "site_status") == []  # thrown away where it is made, it goes nowhere


def sludge(**tables):
    """Return a works without a way to be rid of its sludge but a dump that may open."""
    given = {
        "periods": years(2026),
        "materials": [
            {"material": "Feed", "stage": "Mined"},
            {"material": "Oxide", "stage": "Separated"},
            {"material": "Sludge", "stage": "Other", "disposal_cost": 1.0},
        ],
        "sites": [
            {"site": "Works", "country": "Chile"},
            {"site": "Dump", "country": "Chile", "facility": "Potential", "opening_cost": 0.1},
        ],
        "recipe_items": [
            {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
            {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
            {"recipe": "Split", "role": "Output", "material": "Sludge", "per_unit": 0.25},
        ],
        "lanes": [{"from_place": "Works", "to_place": "Dump", "material": "Sludge"}],
        "limits": [{"limit": "Works", "measure": "Disposal", "limit_type": "Max", "site": "Works", "2026": 0}],
        "lines": [{"site": "Works", "line": "SX", "capacity": 100}],
        "demand": [need(site="Works", p2026=40)],
    }
    return works(**given | tables)


def test_single_source():
    """The lane from the quay carries 20 t only."""
    c = case(
        sites=[{"site": s, "country": "Chile"} for s in ("Mine", "Quay", "Town")],
        offers=[offer("Mine", site="Mine"), offer("Quay", site="Quay")],
        demand=[need("Town", site="Town", p2026=50, served_by="One Source")],
        lanes=[{"from_place": "Mine", "to_place": "Town"}, {"from_place": "Quay", "to_place": "Town", "capacity": 20}],
    )
    assert_rows(
        c,
        "single_source",
        """
        flow[Mine→Town,Oxide,2026] - 50 assigned[Town,Oxide,Mine] <= 0
        flow[Quay→Town,Oxide,2026] - 20 assigned[Town,Oxide,Quay] <= 0
        assigned[Town,Oxide,Mine] + assigned[Town,Oxide,Quay] <= 1
        """,
    )


def test_set_up():
    """60 t of line less 6 of set-up at 1.5 a unit are 36; the need of 100 and 45 t of oxide at 0.9 a unit takes more."""
    c = works(
        recipes=[{**CHAIN["recipes"][0], "set_up_use": 6, "minimum_run": 12}],
        recipe_items=[*CHAIN["recipe_items"], {"recipe": "Split", "role": "Line Use", "per_unit": 1.5}],
        lines=[{"site": "Works", "line": "SX", "capacity": 60}],
    )
    assert_rows(
        c,
        "set_up",
        """
        run[Split,2026] - 36 recipe_on[Split,Works,2026] <= 0
        run[Split,2026] - 12 recipe_on[Split,Works,2026] >= 0
        """,
    )
    assert_rows(c, "line_capacity", "1.5 run[Split,2026] + 6 recipe_on[Split,Works,2026] <= 60")


def test_set_up_is_bounded_by_the_need():
    """45 t of oxide are 50 units."""
    c = works(
        recipes=[{**CHAIN["recipes"][0], "set_up_cost": 1}],
        lines=[{"site": "Works", "line": "SX", "capacity": 600}],
        demand=[need(site="Works", p2026=45)],
    )
    assert_rows(c, "set_up", "run[Split,2026] - 50 recipe_on[Split,Works,2026] <= 0")


def test_minimum_load():
    """Half of 60 t at 80 %; the most is what the line can do."""
    lines = [{"site": "Works", "line": "SX", "capacity": 60, "availability": 0.8, "minimum_load": 0.5}]
    assert_rows(
        works(lines=lines),
        "minimum_load",
        """
        run[Split,2026] - 48 line_on[SX,Works,2026] <= 0
        run[Split,2026] - 24 line_on[SX,Works,2026] >= 0
        """.replace("SX,Works", "Works,SX"),
    )


def test_number_of_suppliers_and_lanes():
    """A supplier is used if an offer of his is ordered from; a lane that is counted carries at least a kilogram."""
    c = case(
        periods=years(2026),
        sites=[{"site": s, "country": "Chile"} for s in ("Mine", "Town")],
        offers=[offer("A", site="Mine")],
        demand=[need("Town", site="Town", p2026=50)],
        lanes=[{"from_place": "Mine", "to_place": "Town", "shared_as": "Rail"}],
        limits=[
            {"limit": "S", "measure": "Number Used", "counts": "Suppliers", "limit_type": "Max", "2026": 1},
            {"limit": "L", "measure": "Number Used", "counts": "Lanes", "limit_type": "Max", "2026": 1},
        ],
    )
    assert_rows(
        c,
        "limits",
        """
        used[A,2026] <= 1
        ordered[A,2026] - used[A,2026] <= 0
        used[A,2026] - ordered[A,2026] <= 0
        used[Rail,2026] <= 1
        lane_used[Rail,2026] - used[Rail,2026] <= 0
        used[Rail,2026] - lane_used[Rail,2026] <= 0
        """,
    )
    assert_rows(
        c,
        "lane_fixed",
        """
        flow[Mine→Town,Oxide,2026] - 50 lane_used[Rail,2026] <= 0
        flow[Mine→Town,Oxide,2026] - 0.001 lane_used[Rail,2026] >= 0
        """,
    )


def test_project_size_of_modules():
    """Construction takes a year, so that of the two years only the first can see a start; at most three modules."""
    c = works(periods=TWO_YEARS, projects=[{**PROJECT, "max_repeats": 3}])
    assert_rows(
        c,
        "project_size",
        """
        size[New,2026] - 20 modules[New,2026] >= 0
        size[New,2026] - 80 modules[New,2026] <= 0
        modules[New,2026] - 3 build[New,2026] <= 0
        build[New,2026] - modules[New,2026] <= 0
        modules[New,2026] <= 3
        """,
    )


def test_expansion():
    """The wing is between a half and twice its base of at most 80 t/y: without a wing the base of 80 asks for none."""
    wing = {**PROJECT, "project": "Wing", "prerequisite": "New", "min_relative": 0.5, "max_relative": 2}
    assert_rows(
        works(periods=TWO_YEARS, projects=[PROJECT, wing]),
        "expansion",
        """
        size[Wing,2026] - 2 size[New,2026] <= 0
        size[Wing,2026] - 0.5 size[New,2026] - 40 build[Wing,2027] >= -40
        """,
    )


def test_subsidy():
    """A quarter of our half of 6 MUSD and of 0.2 MUSD a t/y; at most 3 MUSD for the project and 5 for all."""
    plant = {**PROJECT, "capex_fixed": 6, "capex_per_capacity": 0.2, "capital_share": 0.5}
    act = {"subsidy": "Act", "share": 0.25, "ceiling_per_project": 3, "ceiling": 5}
    assert_rows(
        works(periods=TWO_YEARS, projects=[plant], subsidies=[act]),
        "subsidy",
        """
        granted[Act,New,2026] - 0.025 size[New,2026] - 0.75 build[New,2026] <= 0
        granted[Act,New,2026] <= 3
        granted[Act,New,2026] <= 5
        """,
    )


def test_override():
    """What is bought of the supplier over both years; what is held, in each."""
    c = case(
        periods=TWO_YEARS,
        offers=[offer("A", site="Store")],
        demand=[need(site="Store", p2026=10, p2027=10)],
        stockpiles=[{"site": "Store", "material": "Oxide"}],
        overrides=[
            {"override": "O", "table": "Offers", "row": "A", "limit_type": "Max", "value": 15},
            {"override": "P", "table": "Stockpiles", "row": "Any", "limit_type": "Min", "value": 7},
        ],
    )
    assert_rows(
        c,
        "override",
        """
        purchase[A,2026] + purchase[A,2027] <= 15
        stock[Store,Oxide,2026] >= 7
        stock[Store,Oxide,2027] >= 7
        """,
    )


def test_lane_fixed_paid_once():
    """Opened with the first use, and never before one."""
    c = case(
        periods=TWO_YEARS,
        sites=[{"site": s, "country": "Chile"} for s in ("Mine", "Town")],
        offers=[offer("A", site="Mine")],
        demand=[need("Town", site="Town", p2026=50, p2027=30)],
        lanes=[
            {"from_place": "Mine", "to_place": "Town", "shared_as": "R", "fixed_cost": 1, "fixed_cost_paid": "Once"}
        ],
    )
    assert_rows(
        c,
        "lane_fixed",
        """
        flow[Mine→Town,Oxide,2026] - 50 lane_used[R,2026] <= 0
        flow[Mine→Town,Oxide,2027] - 30 lane_used[R,2027] <= 0
        lane_used[R,2026] - lane_opened[R,2026] <= 0
        lane_used[R,2027] - lane_opened[R,2027] <= 0
        lane_opened[R,2026] - lane_opened[R,2027] <= 0
        lane_used[R,2026] - lane_opened[R,2026] >= 0
        lane_used[R,2027] + lane_opened[R,2026] - lane_opened[R,2027] >= 0
        """,
    )


def test_a_lane_paid_once_is_paid_when_it_is_first_used():
    """Nothing is needed in 2026; 1 MUSD at the end of 2027 is 1 / 1.21 at 10 %, and 30 t are free."""
    c = case(
        settings={"Discount Rate": 0.1, "Discount Timing": "End"},
        periods=TWO_YEARS,
        sites=[{"site": s, "country": "Chile"} for s in ("Mine", "Town")],
        offers=[offer("A", 0.0, site="Mine")],
        demand=[need("Town", site="Town", p2026=0, p2027=30)],
        lanes=[{"from_place": "Mine", "to_place": "Town", "fixed_cost": 1, "fixed_cost_paid": "Once"}],
    )
    assert cost_of(c) == pytest.approx(1e3 / 1.21)


def test_feed_limit():
    """30 t of feed a year leave the pit and are eighteen months on their way: none comes in 2026, in 2027 half of what left in
    2026, in 2028 its other half and half of what left in 2027. The plant could do 90 t."""
    assert_rows(
        fed(),
        "feed_limit",
        """
        run[Split,2026] <= 0
        run[Split,2027] - 15 build[Big,2027] <= 0
        run[Split,2028] - 30 build[Big,2028] <= 0
        """,
    )


def test_feed_limit_beside_what_stands():
    """A line of 10 t stands, and feed for 30 comes, some of it on order. Two plants may join it: one adds 15, the other, of
    40 of which half is ours, 20, as much as feed leaves. Where the feed may be held there is no limit by the year."""
    plants = [
        {"project": "Small", "site": "Works", "line": "SX", "max_size": 15, "construction_time": 0},
        {
            "project": "Large",
            "site": "Works",
            "line": "SX",
            "max_size": 40,
            "output_share": 0.5,
            "construction_time": 0,
        },
    ]
    ordered = {
        "commitment": "C",
        "kind": "Open Order",
        "supplier": "Mine",
        "material": "Feed",
        "site": "Works",
        "2026": 10,
    }
    given = {
        "periods": years(2026),
        "offers": [{**CHAIN["offers"][0], "available_to_us": 50}],
        "commitments": [ordered],
        "lines": [{"site": "Works", "line": "SX", "capacity": 10}],
        "projects": plants,
    }
    # Split takes 2 t of feed for a unit: 60 t are 30 units.
    assert_rows(works(**given), "feed_limit", "run[Split,2026] - 15 build[Small,2026] - 20 build[Large,2026] <= 10")
    held = works(**given, stockpiles=[{"site": "Works", "material": "Feed"}])
    assert rows_of(held, "feed_limit") == []
