"""Micro cases of modules, expansions, phasing, cash, subsidies and shares; every optimum is derived in the docstring."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from model.rules import capital
from model.rules.ledger_projects import capital_due, yearly_payment
from tests.rules.micro import cost_of, need, plan_of, years
from tests.rules.test_buildout import chain, project

LATER = [need(site="Works", p2026=0, p2027=100)]
CASH = {"Capex Mode": "Cash"}


def two_years(**tables):
    return chain(**{"periods": years(2026, 2027), "demand": LATER, **tables})


def test_modules_come_in_whole_numbers():
    """100 t are needed; modules of 30 t/y cost 4 MUSD over ten years, 400 a year. Going short costs 50 a tonne and feed 1: three
    make 90 at 1 200 + 90 and 10 go short at 500: 1 790; a fourth would cost 400 + 100 = 500 − 490 less: 1 600 + 100 = 1 700."""
    module = project(min_size=30, max_size=30, max_repeats=5, capex_fixed=4)
    plan = plan_of(two_years(projects=[module]))
    assert 1e3 * plan.cost() == pytest.approx(1700)
    assert plan.tables["modules"].to_dict("records") == [{"project": "New", "period": "2026", "modules": 4.0}]
    few = two_years(projects=[{**module, "max_repeats": 3}])
    assert cost_of(few) == pytest.approx(1790)


def test_modules_follow_one_another():
    """Need rises from 30 in 2027 to 60 in 2028: the second module of 30 starts in 2027. 400 in 2027, 800 in 2028, feed 90."""
    c = chain(
        periods=years(2026, 2027, 2028),
        demand=[need(site="Works", p2026=0, p2027=30, p2028=60)],
        projects=[project(min_size=30, max_size=30, max_repeats=2, capex_fixed=4)],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(1290)
    assert sorted(plan.tables["builds"]["period"]) == ["2026", "2027"]


def test_an_expansion_follows_what_it_expands():
    """The base of at most 60 t/y is dear, 0.2 MUSD a t/y, 20 a year; the expansion is free, at most half of the base. 100 t are
    needed, at 50 going short: each t of base brings 1.5 t, 75 − 1.5 − 20: all 60, 90 made. 1 200 + 90 + 500 = 1 790."""
    base = project("Base", max_size=60, capex_per_capacity=0.2)
    wing = project("Wing", max_size=100, prerequisite="Base", max_relative=0.5)
    assert cost_of(two_years(projects=[base, wing])) == pytest.approx(1790)


def test_an_expansion_is_at_least_a_share_of_what_it_expands():
    """The wing must have the base's size, at 0.3: 30 a year. The base alone makes 60: 1 200 + 60 + 2 000; with a wing of 60
    at least: 1 200 + 1 800 + 100 = 3 100, so that the base is made smaller: 50 + 50, 1 000 + 1 500 + 100 = 2 600."""
    base = project("Base", max_size=60, capex_per_capacity=0.2)
    wing = project("Wing", max_size=100, capex_per_capacity=0.3, prerequisite="Base", min_relative=1.0)
    assert cost_of(two_years(projects=[base, wing])) == pytest.approx(2600)


def test_offtake_only_costs_no_capital():
    """A plant of others that costs 100 MUSD and leaves us 40 %: 40 t for nothing but feed, 60 short: 40 + 3 000."""
    c = two_years(
        projects=[project(participation="Offtake Only", output_share=0.4, min_size=100, capex_fixed=100, fixed_cost=5)]
    )
    assert c.rows("Projects")[0].capital_share == 0
    assert cost_of(c) == pytest.approx(3040)


def test_cash_is_paid_over_construction():
    """18 months from 2026: two thirds of 12 MUSD in 2026, one third in 2027; 80 and 20 % by year are 9.6 and 2.4. It runs from
    mid-2027 and makes 50 t of the 100; 10 % interest, money at the end of a period: 8 / 1.1 + 4 / 1.21, and what feed
    and shortage cost in 2027."""
    settings = {**CASH, "Discount Rate": 0.1, "Discount Timing": "End"}
    plant = project(construction_time=18, capex_fixed=12)
    even = two_years(settings=settings, projects=[plant], shortage_costs=[DEAR])
    assert cost_of(even) == pytest.approx(1e3 * (8 / 1.1 + 4 / 1.21) + short_of_dear(50))
    front = two_years(
        settings=settings, projects=[{**plant, "capex_year_1": 0.8, "capex_year_2": 0.2}], shortage_costs=[DEAR]
    )
    assert cost_of(front) == pytest.approx(1e3 * (9.6 / 1.1 + 2.4 / 1.21) + short_of_dear(50))


DEAR = {"segment": "Plant", "tier": 1, "cost": 1000.0}


def short_of_dear(made: float) -> float:
    """Return what feed for what is made and the rest of 100 t cost in 2027, at 10 % to the end of 2027."""
    return (made * 1 + (100 - made) * 1000) / 1.21


def test_salvage_gives_back_the_annuities_to_come():
    """10 MUSD, ten years without interest: 2027 uses one year, nine remain: 10 − 9 = 1 000, as with annuities, and feed 100."""
    plant = project(capex_fixed=10)
    assert cost_of(two_years(settings={**CASH, "Salvage": "Remaining Annuities"}, projects=[plant])) == pytest.approx(
        1100
    )
    assert cost_of(two_years(projects=[plant])) == pytest.approx(1100)
    assert cost_of(two_years(settings=CASH, projects=[plant])) == pytest.approx(
        5000
    )  # rather short than 10 000 for a year


@pytest.mark.parametrize("shares", [(), (0.2, 0.5, 0.3), (0.1, 0.2, 0.3, 0.4), (0.0, 1.0)])
def test_interest_of_phased_spending(shares):
    """Against 48 000 small payments; the audit's own formula gives the same."""
    plant = project(construction_time=48, **{f"capex_year_{y}": s for y, s in enumerate(shares, 1)})
    row = chain(projects=[plant]).rows("Projects")[0]
    by_year = np.repeat(np.array([*shares, *[0.0] * (4 - len(shares))] if shares else [0.25] * 4), 12_000) / 12_000
    left = 4 - (np.arange(48_000) + 0.5) / 12_000
    spent = float(by_year @ 1.08**left)
    assert capital.annuity(row, 0.08) == pytest.approx(0.08 / (1 - 1.08**-10) * spent, rel=1e-7)
    assert yearly_payment(row, 0.08) == pytest.approx(capital.annuity(row, 0.08), rel=1e-12)


@pytest.mark.parametrize(("mode", "salvage"), [("Annuity", "None"), ("Cash", "None"), ("Cash", "Remaining Annuities")])
def test_two_ways_of_finding_what_is_paid_agree(mode, salvage):
    from model.network import buildout

    plant = project(construction_time=30, capex_year_1=0.5, capex_year_3=0.5, life=7, finance_rate=0.09)
    c = chain(periods=years(2026, 2027, 2028, 2029), settings={"Discount Rate": 0.05}, projects=[plant])
    row, line = c.rows("Projects")[0], c.timeline
    for start in (p.start + shift for p in line.periods[:2] for shift in (-5.0, 0.0)):
        on = buildout.years_on(line, row, start)
        ours = capital.payments(line, {"capex_mode": mode, "salvage": salvage}, row, start, on)
        assert ours == pytest.approx(capital_due(line, row, start, mode, salvage), abs=1e-12)


def test_a_subsidy_up_to_its_ceilings():
    """Two plants of 50 t/y at 10 MUSD each, 1 000 a year: half is paid back, at most 4 MUSD for one and 6 in all. 2027 makes 100:
    2 000 − 600 + 100 = 1 500. Without the common ceiling 2 000 − 800 + 100 = 1 300."""
    plants = [project(p, max_size=50, capex_fixed=10) for p in ("A", "B")]
    support = {"subsidy": "Act", "share": 0.5, "ceiling_per_project": 4.0}
    plan = plan_of(two_years(projects=plants, subsidies=[{**support, "ceiling": 6.0}]))
    assert 1e3 * plan.cost() == pytest.approx(1500)
    assert plan.tables["subsidies"]["amount"].sum() == pytest.approx(6)
    assert cost_of(two_years(projects=plants, subsidies=[support])) == pytest.approx(1300)
    only = two_years(projects=plants, subsidies=[{**support, "project": "A"}])
    assert cost_of(only) == pytest.approx(2000 - 400 + 100)


def test_a_limit_on_our_share_of_capacity():
    """Half of the plant's output is ours. A limit of 30 t/y on whole plants leaves us 15, on our share 30."""
    limit = {"limit": "L", "measure": "Capacity", "limit_type": "Max", "2026": 30, "2027": 30}
    plants = [project(output_share=0.5)]
    assert cost_of(two_years(projects=plants, limits=[limit])) == pytest.approx(15 + 85 * 50)
    assert cost_of(two_years(projects=plants, limits=[{**limit, "size_is": "Our Share"}])) == pytest.approx(
        30 + 70 * 50
    )


SIZES = {"Small": (40, 5), "Middle": (70, 7), "Large": (110, 12)}


def test_plants_in_sizes_by_brute_force():
    """Two sites, each with one of three sizes or none; capital in MUSD over ten years; freight of 4 from the far site."""
    projects = [
        project(f"{size} {site}", site=site, min_size=c, max_size=c, capex_fixed=k, exclusive_group=site)
        for site in ("Works", "Far")
        for size, (c, k) in SIZES.items()
    ]
    c = two_years(
        projects=projects,
        offers=[
            {"offer": s, "supplier": "Mine", "site": s, "material": "Feed", "price": 1.0} for s in ("Works", "Far")
        ],
        lanes=[{"from_place": "Far", "to_place": "Works", "material": "Oxide", "cost": 4.0}],
    )
    best = np.inf
    for near, far in product([None, *SIZES], repeat=2):
        (a, ka), (b, kb) = (SIZES[s] if s else (0, 0) for s in (near, far))
        made = min(a, 100)
        sent = min(b, 100 - made)
        best = min(best, 100 * (ka + kb) + made + 5 * sent + 50 * (100 - made - sent))
    assert cost_of(c) == pytest.approx(best)
