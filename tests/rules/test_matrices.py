"""Expected rows of every family on a case of a few lines: written by hand first, compared as a matrix.

Quantities are t of the period, sizes t/y. Where a number is not typed in the case, the docstring says how it comes about.
"""

from __future__ import annotations

from typing import Any

from tests.rules.matrix import by_hand, rows_of
from tests.rules.micro import case, halves, need, offer, years

CHAIN: dict[str, Any] = {
    "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 2.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 0.9},
    ],
    "offers": [{"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}],
    "shortage_costs": [{"segment": "Plant", "tier": 1, "cost": 50.0}],
}
PROJECT = {"project": "New", "site": "Works", "line": "SX", "min_size": 20, "max_size": 80, "construction_time": 12}
TWO_YEARS = years(2026, 2027)


def works(**tables: Any):
    """Return a case of a works that splits 2 t of feed into 0.9 t of oxide, for a plant beside it."""
    return case(**{**CHAIN, "demand": [need(site="Works", p2026=100)], **tables})


def store(**tables: Any):
    """Return a case of two years in which oxide is bought at a store and may be held there."""
    given: dict[str, Any] = {
        "periods": TWO_YEARS,
        "offers": [offer("A", 1.0, site="Store")],
        "demand": [need(site="Store", p2026=10, p2027=20)],
        "stockpiles": [{"site": "Store", "material": "Oxide", "opening_stock": 5, "loss": 0.1}],
    }
    return case(**{**given, **tables})


def assert_rows(c: Any, family: str, expected: str) -> None:
    assert rows_of(c, family) == by_hand(expected)


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


def permitted(**more: Any):
    return works(
        periods=years(2026, 2027, 2028),
        projects=[{**PROJECT, "permit_time": 12, "permit_cost": 1.0, **more}],
    )


def test_permit_before_build():
    """A year of permitting: construction in 2027 needs the permit of 2026; what starts in 2028 would come after the horizon."""
    assert_rows(
        permitted(),
        "permit_before_build",
        """
        build[New,2027] - permit[New,2026] <= 0
        build[New,2028] - permit[New,2027] <= 0
        """,
    )


def test_monotone():
    """No construction may newly start in 2028, so the cumulative build of 2028 is that of 2027."""
    assert_rows(
        permitted(),
        "monotone",
        """
        build[New,2027] - build[New,2028] = 0
        permit[New,2026] - permit[New,2027] <= 0
        permit[New,2027] - permit[New,2028] <= 0
        """,
    )


def test_project_size():
    """20 to 80 t/y if construction starts in the period, nothing otherwise."""
    assert_rows(
        works(periods=years(2026, 2027, 2028), projects=[PROJECT]),
        "project_size",
        """
        size[New,2026] - 20 build[New,2026] >= 0
        size[New,2026] - 80 build[New,2026] <= 0
        size[New,2027] - 20 build[New,2027] + 20 build[New,2026] >= 0
        size[New,2027] - 80 build[New,2027] + 80 build[New,2026] <= 0
        """,
    )


def test_exclusive():
    """One of two, counted at the end."""
    rivals = [{**PROJECT, "project": p, "exclusive_group": "Site"} for p in ("New", "Old")]
    assert_rows(works(periods=TWO_YEARS, projects=rivals), "exclusive", "build[New,2027] + build[Old,2027] <= 1")


def test_prerequisite():
    """The second stage starts no earlier than the first."""
    stages = [PROJECT, {**PROJECT, "project": "More", "prerequisite": "New"}]
    assert_rows(
        works(periods=TWO_YEARS, projects=stages),
        "prerequisite",
        """
        build[More,2026] - build[New,2026] <= 0
        build[More,2027] - build[New,2027] <= 0
        """,
    )


def test_budget():
    """Our share is a quarter of 8 fixed and 0.4 for each t/y: 2 and 0.1; the year has 5 MUSD."""
    c = works(
        periods=TWO_YEARS,
        projects=[{**PROJECT, "capex_fixed": 8, "capex_per_capacity": 0.4, "capital_share": 0.25}],
        budgets=[{"budget": "Purse", "2026": 5}],
    )
    assert_rows(c, "budget", "2 build[New,2026] + 0.1 size[New,2026] <= 5")


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


# ---- origin: one offer from China, one from elsewhere -------------------------------------------------------------


def world(**tables: Any):
    """Return a case of an importer that may buy in China, at a port, or elsewhere; Cars are civil, Arms military."""
    given: dict[str, Any] = {
        "suppliers": [{"supplier": "North", "country": "China"}, {"supplier": "South", "country": "Chile"}],
        "sites": [
            {"site": "Harbour", "country": "China"},
            {"site": "Bay", "country": "Chile"},
            {"site": "Coast", "country": "Peru"},
        ],
        "offers": [offer("North", site="Harbour"), offer("South", site="Bay")],
        "lanes": [{"from_place": "Any", "to_place": "Coast"}],
        "demand": [need("Cars", site="Coast", p2026=100), need("Arms", site="Coast", end_use="Military", p2026=20)],
        "shortage_costs": [{"segment": s, "tier": 1, "cost": 50.0} for s in ("Cars", "Arms")],
    }
    return case(**{**given, **tables})


CONTROL = {"control": "Q", "jurisdiction": "China", "material": "Oxide"}


def test_export_quota():
    """What leaves China, for either use, is 30 t at most; what comes from Chile does not count."""
    c = world(export_controls=[{**CONTROL, "kind": "Quota", "2026": 30}])
    assert_rows(c, "export_quota", "flow[Harbour→Coast,Oxide,last:China→free,2026] <= 30")


def test_a_ban_is_a_quota_of_nothing():
    """The flow is split by what the ban sees: only what leaves for arms is banned."""
    c = world(export_controls=[{**CONTROL, "kind": "Ban", "end_use": "Military"}])
    assert_rows(c, "export_quota", "flow[Harbour→Coast,Oxide,last:China→for Military,2026] <= 0")


def test_licence_grant():
    """A licence for civil use is granted 40 % of the 100 t that cars need, and 7 t were granted before the plan."""
    row = {**CONTROL, "kind": "Licence", "end_use": "Civil", "approval_rate": 0.4}
    assert_rows(
        world(export_controls=[row]), "licence_grant", "flow[Harbour→Coast,Oxide,last:China→for Civil,2026] <= 40"
    )
    more = world(export_controls=[row | {"2026": 7}])
    assert_rows(more, "licence_grant", "flow[Harbour→Coast,Oxide,last:China→for Civil,2026] <= 47")


def test_derived_content():
    """Whatever was worked in China counts where arms are delivered, 0.5 t of Dy in each t of oxide, and Chile's does not. The
    control names military use, so what leaves China leaves for it or for other uses."""
    c = world(
        contents=[{"element": "Dy", "material": "Oxide", "content": 0.5}],
        export_controls=[
            {**CONTROL, "material": "Dy", "kind": "Quota", "reach": "Derived Content", "end_use": "Military", "2026": 3}
        ],
    )
    assert_rows(c, "derived_content", "0.5 deliver[Arms,Oxide,country:Any Stage:China&for Military,2026] <= 3")


def rule(**more: Any):
    return {"rule": "R", "metric": "Country Share", "who": "China", "limit_type": "Max", "2026": 0.25, **more}


def test_share_cap():
    """A quarter of 120 t of need, delivered or not: 30 t."""
    assert_rows(
        world(de_risking_rules=[rule()]),
        "share_cap",
        "deliver[Cars,Oxide,country:Any Stage:China,2026] + deliver[Arms,Oxide,country:Any Stage:China,2026] <= 30",
    )


def test_share_cap_of_least_counts_what_is_from_there():
    """At least a quarter for cars from Chile, else the slack is paid: what is not from elsewhere counts."""
    soft = rule(who="Chile", limit_type="Min", segment="Cars", hardness="Soft", penalty=1.0)
    assert_rows(
        world(de_risking_rules=[soft]),
        "share_cap",
        "deliver[Cars,Oxide,free,2026] + slack[Oxide / Chile,2026] >= 25",
    )


def test_source_count():
    """A source counts from a tenth of 120 t."""
    c = world(de_risking_rules=[{"rule": "R", "metric": "Sources", "limit_type": "Min", "2026": 2}])
    assert_rows(
        c,
        "source_count",
        """
        purchase[North,2026] - 12 counted[Oxide,North,2026] >= 0
        purchase[South,2026] - 12 counted[Oxide,South,2026] >= 0
        counted[Oxide,North,2026] + counted[Oxide,South,2026] >= 2
        """,
    )


def test_every_family_with_rows_has_its_matrix_here():
    """A family without an expected matrix fails this test; a duty is a cost and has no row."""
    from pathlib import Path

    from model.rules.catalogue import FAMILIES

    text = "\n".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*matri*.py"))
    assert [f.name for f in FAMILIES if f'"{f.name}"' not in text and f.name != "tariff"] == []
