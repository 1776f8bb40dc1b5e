"""Micro cases of lines, permits and projects; every optimum is derived in the test's docstring."""

from __future__ import annotations

import numpy as np
import pytest

from model.network import buildout
from model.network.network import Network
from model.rules import capital
from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, tonnes, years

CHAIN = {
    "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
    ],
    "shortage_costs": [{"segment": "Plant", "tier": 1, "cost": 50.0}],
}
FEED = {"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0}


def chain(**tables):
    """Return a case in which feed at 1 USD/kg is split one to one at the Works; going short costs 50."""
    return case(**{**CHAIN, "offers": [FEED], "demand": [need(site="Works", p2026=100)], **tables})


def project(name="New", **more):
    """Return a project for a splitting line of up to 100 t/y, one year of construction, life ten years."""
    return {
        "project": name,
        "site": "Works",
        "line": "SX",
        "max_size": 100,
        "construction_time": 12,
        "life": 10,
        **more,
    }


def test_line_capacity_and_availability():
    """50 t/y at 80 % make 40 of 100 t: 40 + 60 · 50 = 3040; the line's fixed cost of 5 is due whatever happens."""
    c = chain(lines=[{"site": "Works", "line": "SX", "capacity": 50, "availability": 0.8, "fixed_cost": 0.005}])
    assert cost_of(c) == pytest.approx(3045)


def test_line_use_per_unit():
    """Each unit takes 2 of the line's 50: 25 t made, 75 short: 25 + 3750."""
    c = chain(
        lines=[{"site": "Works", "line": "SX", "capacity": 50}],
        recipe_items=[*CHAIN["recipe_items"], {"recipe": "Split", "role": "Line Use", "per_unit": 2.0}],
    )
    assert cost_of(c) == pytest.approx(3775)


def test_throughput_counts_what_is_delivered_at_the_site():
    """The gate passes 30 of 100 t: 30 + 70 · 50 = 3530."""
    c = chain(
        lines=[
            {"site": "Works", "line": "SX", "capacity": 500},
            {"site": "Works", "line": "Gate", "kind": "Throughput", "capacity": 30},
        ]
    )
    assert cost_of(c) == pytest.approx(3530)


def test_storage_line_holds_all_materials_of_the_site():
    """1 USD/kg in 2026, 7 in 2027; 10 t needed in 2027, the shed holds 4 t: 4 + 6 · 7 = 46."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", "Market", site="Shed")],
        demand=[need(site="Shed", p2026=0, p2027=10)],
        series=[{"series": "Market", "2026": 1.0, "2027": 7.0}],
        stockpiles=[{"site": "Shed", "material": "Oxide"}],
        lines=[{"site": "Shed", "line": "Bins", "kind": "Storage", "capacity": 4}],
    )
    assert cost_of(c) == pytest.approx(46)


def test_project_pays_annuities_inside_the_horizon_only():
    """Built in 2026, on from 2027: capital 20 + 0.1 · 100 = 30 MUSD over ten years is 3 000 a year for two years, plus 10 a year
    fixed, plus feed 2 · 100; 2026 goes short at 5 000: 6 000 + 20 + 200 + 5 000 = 11 220 < 15 000 of going short throughout."""
    c = chain(
        periods=years(2026, 2027, 2028),
        demand=[need(site="Works", p2026=100, p2027=100, p2028=100)],
        projects=[project(capex_fixed=20, capex_per_capacity=0.1, fixed_cost=0.01)],
    )
    assert cost_of(c) == pytest.approx(11_220)


def test_annuity_with_interest():
    """8 %, 10 years, 24 months of construction. Recovery factor 0.08 / (1 − 1.08^−10) = 0.149029; interest of even spending
    (1.08² − 1) / (2 · ln 1.08) = 1.081028…; checked by summing 24 000 small payments."""
    row = case(
        **CHAIN, offers=[FEED], demand=[need(site="Works", p2026=1)], projects=[project(construction_time=24)]
    ).rows("Projects")[0]
    steps = (np.arange(24_000) + 0.5) / 24_000 * 2
    spent = float(np.mean(1.08 ** (2 - steps)))
    assert capital.annuity(row, 0.08) == pytest.approx(0.08 / (1 - 1.08**-10) * spent, rel=1e-7)
    assert capital.annuity(row, 0.0) == pytest.approx(0.1)


def test_minimum_size():
    """Only 30 t are needed but 60 must be built: 0.1 MUSD per t/y over ten years is 600 a year;
    2027 alone: 600 + 30 = 630 < 1 500."""
    c = chain(
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=0, p2027=30)],
        projects=[project(min_size=60, capex_per_capacity=0.1)],
    )
    assert cost_of(c) == pytest.approx(630)


def test_permit_comes_before_construction():
    """Half-years; permit 7 months, so construction starts a year after the permit (2027-H1), 6 months later it runs. 10 t are
    needed per half-year (20 t/y). Served: 2027-H2. Short: 3 · 10 · 50 = 1 500; permit 4, feed 10."""
    c = chain(
        periods=halves("2026-H1", "2026-H2", "2027-H1", "2027-H2"),
        demand=[need(site="Works", p2026=20, p2027=20)],
        projects=[project(construction_time=6, permit_time=7, permit_cost=0.004, max_size=20)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(1514)
    assert plan.tables["permits"]["period"].tolist() == ["2026-H1"]
    assert plan.tables["builds"]["period"].tolist() == ["2027-H1"]


def test_nothing_is_started_before_its_earliest_date_or_after_its_latest():
    """Earliest 2027 and a year of construction leave 2028 served: 2 · 100 · 50 + 100; a latest date before that forbids it."""
    demand = [need(site="Works", p2026=100, p2027=100, p2028=100)]
    late = chain(periods=years(2026, 2027, 2028), demand=demand, projects=[project(earliest_start="2027-01-01")])
    assert cost_of(late) == pytest.approx(10_100)
    never = chain(
        periods=years(2026, 2027, 2028),
        demand=demand,
        projects=[project(earliest_start="2027-01-01", latest_start="2026-12-31")],
        settings={"Terminal Rule": "None"},
    )
    assert plan_of_or_errors(never)


def plan_of_or_errors(c) -> bool:
    """Return whether the impossible dates are refused with a sentence, or nothing is built."""
    from model.checking import check

    refused = [p for p in check(c) if p.level == "error"]
    return bool(refused) or plan_of(c).tables["builds"].empty


def test_ramp_is_the_mean_over_unequal_periods():
    """Commissioned on 2027-01-01: 40 % in its first year, 80 % in its second, then 100 %. Half-years 2027 give 40 %, the year
    2028 80 %, the two years 2029–2030 100 %."""
    periods = [
        *halves("2026-H1", "2026-H2", "2027-H1", "2027-H2"),
        *years(2028),
        {"period": "2029-30", "start": "2029-01-01", "months": 24},
    ]
    c = chain(
        periods=periods,
        demand=[need(site="Works", **{"p2026": 10, "p2027": 10, "p2028": 10}) | {"2029-30": 10}],
        projects=[project(ramp_year_1=0.4, ramp_year_2=0.8)],
    )
    row = c.rows("Projects")[0]
    start = c.timeline.periods[0].start
    assert buildout.ramp(c.timeline, row, start) == pytest.approx([0, 0, 0.4, 0.4, 0.8, 1.0])
    # Started half a year later, 2028 mixes half a year at 40 % and half a year at 80 %.
    assert buildout.ramp(c.timeline, row, start + 6) == pytest.approx([0, 0, 0, 0.4, 0.6, (0.5 * 0.8 + 1.5) / 2])


def test_life_ends():
    """A life of one year: 2027 is served, 2028 is not."""
    c = chain(
        periods=years(2026, 2027, 2028),
        demand=[need(site="Works", p2026=0, p2027=100, p2028=100)],
        projects=[project(life=1)],
    )
    assert cost_of(c) == pytest.approx(100 + 5000)


def test_a_build_that_starts_up_after_the_horizon_is_not_offered():
    """Two years of construction and a horizon of two years: nothing can be built, also not for free."""
    c = chain(
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=1, p2027=1)],
        projects=[project(construction_time=24)],
    )
    assert buildout.build_starts(Network(c)) == {"New": []}


def test_exclusive_projects():
    """Two projects of 50 t/y each; only one of the group may be built: 2027: 50 + 50 · 50 = 2 550. Without the group: 100."""
    both = [project("New", max_size=50), project("Other", max_size=50)]
    demand = [need(site="Works", p2026=0, p2027=100)]
    free = chain(periods=years(2026, 2027), demand=demand, projects=both)
    assert cost_of(free) == pytest.approx(100)
    one = chain(periods=years(2026, 2027), demand=demand, projects=[p | {"exclusive_group": "Site"} for p in both])
    assert cost_of(one) == pytest.approx(2550)


def test_prerequisite_must_start_first():
    """The gate costs 10 MUSD over ten years = 1 000 a year; the line alone may not be built: 1 000 + 100 = 1 100 < 5 000."""
    c = chain(
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=0, p2027=100)],
        projects=[
            project(prerequisite="Road"),
            project("Road", line="Road", kind="Throughput", capex_fixed=10, min_size=100),
        ],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(1100)
    assert set(plan.tables["builds"]["project"]) == {"New", "Road"}


def test_running_build_delivers_without_a_decision():
    """40 t/y under construction since mid-2025 run from mid-2026: 20 t in 2026, 40 in 2027; annuity 0.1 · 40 / 10 = 400 a year
    from mid-2026: 600; feed 60; short 80 + 60 = 140 t at 50."""
    c = chain(
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=100, p2027=100)],
        projects=[project(capex_per_capacity=0.1)],
        commitments=[
            {
                "commitment": "Works II",
                "kind": "Running Build",
                "project": "New",
                "build_start": "2025-07-01",
                "build_size": 40,
            }
        ],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(600 + 60 + 7000)
    assert plan.tables["builds"].empty


def test_plan_date_forbids_decisions_before_it():
    """Nothing can be ordered in 2026 when the plan date is 2027-01-01: 10 t short at 50, then 10 at 1."""
    c = case(
        settings={"Plan Date": "2027-01-01"},
        periods=years(2026, 2027),
        offers=[offer()],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=CHAIN["shortage_costs"],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(510)
    assert tonnes(plan, "purchases", period="2026") == 0
