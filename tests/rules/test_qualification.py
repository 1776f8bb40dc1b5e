"""Micro cases of qualifications; every optimum is derived in the test's docstring. Money in kUSD, prices in USD/kg."""

from __future__ import annotations

from typing import Any

import pytest

from model.auditor import audit
from model.case.case import Case
from model.network.network import Network
from model.solver.planning import solve
from tests.rules.micro import Rows, case, cost_of, need, offer, plan_of, tonnes, years

CHEAP = {"qualification": "A for us", "supplier": "A", "material": "Oxide", "months": 12, "cost": 0.005}


def two_years(amount: float = 4.0, qualifications: Rows | None = None, **tables: Any) -> Case:
    """A at 1, to be qualified, or B at 3, for `amount` t in 2026 and 2027."""
    given: dict[str, Any] = {
        "periods": years(2026, 2027),
        "offers": [offer("A", 1.0), offer("B", 3.0)],
        "demand": [need(p2026=amount, p2027=amount)],
        "qualifications": [CHEAP] if qualifications is None else qualifications,
        **tables,
    }
    return case(**given)


def row(**more: Any) -> dict[str, Any]:
    return {**CHEAP, **more}


def test_a_qualification_that_saves_more_than_it_costs_is_started_a_year_before() -> None:
    """4 t · (3 − 1) = 8 saved in 2027 for 5: 12 + 4 + 5 = 21."""
    plan = plan_of(two_years())
    assert 1e3 * plan.cost() == pytest.approx(21.0)
    assert plan.tables["qualifications"].values.tolist() == [["A for us", "2026"]]
    assert 1e3 * plan.cost("Qualifications") == pytest.approx(5.0)
    assert tonnes(plan, "purchases", offer="A", period="2026") == 0.0


def test_a_qualification_that_saves_less_is_not_started() -> None:
    """2 t · 2 = 4 saved for 5: 6 + 6 = 12 from B."""
    plan = plan_of(two_years(2.0))
    assert 1e3 * plan.cost() == pytest.approx(12.0)
    assert plan.tables["qualifications"].empty


def test_within_a_period_the_part_after_it_is_done_is_served() -> None:
    """Six months: half of 2026, 2 t of 4, and 2027: 2 · 3 + 2 · 1 + 4 · 1 + 5 = 17."""
    assert cost_of(two_years(qualifications=[row(months=6)])) == pytest.approx(17.0)


def test_one_in_progress_needs_no_decision_and_costs_nothing() -> None:
    """Done by July 2026: 2 · 3 + 2 · 1 + 4 · 1 = 12; months and cost of the row do not matter."""
    plan = plan_of(two_years(qualifications=[row(state="In Progress", done_by="2026-07-01")]))
    assert 1e3 * plan.cost() == pytest.approx(12.0)
    assert plan.tables["qualifications"].empty


def test_qualified_limits_nothing_and_makes_no_label() -> None:
    """8 t at 1."""
    c = two_years(qualifications=[row(state="Qualified")])
    assert cost_of(c) == pytest.approx(8.0)
    assert len(Network(c).labels) == 1


def test_without_months_it_can_not_be_started() -> None:
    """8 t at 3."""
    assert cost_of(two_years(qualifications=[row(months=None)])) == pytest.approx(24.0)


def test_what_would_be_done_after_the_horizon_is_not_offered() -> None:
    """24 months from 2026 end with the plan: 8 t at 3, though it would cost nothing."""
    assert cost_of(two_years(qualifications=[row(months=24, cost=0.0)])) == pytest.approx(24.0)


@pytest.mark.parametrize(
    ("scope", "cost"), [({"end_use": "Military"}, 8.0), ({"segment": "Other"}, 8.0), ({"end_use": "Civil"}, 21.0)]
)
def test_only_the_use_that_asks_is_kept_back(scope: dict[str, str], cost: float) -> None:
    """Civil demand of Plant: a row for arms, or for another segment, leaves it 8 t at 1."""
    other = need("Other", "Oxide", p2026=0.0, p2027=0.0)
    c = two_years(
        qualifications=[row(**scope)], demand=[need(p2026=4.0, p2027=4.0), other, {**other, "segment": "Arms"}]
    )
    assert cost_of(c) == pytest.approx(cost)


def two_materials(at_once: int | None, *more: dict[str, Any]) -> Case:
    """Three years, 4 t a year of X and of Y, each at 1 from one to be qualified (12 months, free), or at 3."""
    settings = {} if at_once is None else {"Qualifications at Once": at_once}
    return case(
        settings=settings,
        periods=years(2026, 2027, 2028),
        materials=[{"material": g, "stage": "Separated"} for g in "XY"],
        offers=[offer(f"{s}{g}", p, material=g) for g in "XY" for s, p in (("Cheap", 1.0), ("Dear", 3.0))],
        demand=[need("Plant", g, p2026=4.0, p2027=4.0, p2028=4.0) for g in "XY"],
        qualifications=[
            *({"qualification": g, "supplier": f"Cheap{g}", "months": 12} for g in "XY"),
            *more,
        ],
    )


def test_as_many_run_as_there_are_people() -> None:
    """All at 3 costs 72. Both from 2027 on save 4 · 4 · 2 = 32: 40. One at a time: one saves two years, 16, the other one, 8: 48.
    None at a time: 72."""
    assert cost_of(two_materials(None)) == pytest.approx(40.0)
    assert cost_of(two_materials(2)) == pytest.approx(40.0)
    assert cost_of(two_materials(1)) == pytest.approx(48.0)
    assert cost_of(two_materials(0)) == pytest.approx(72.0)


def test_those_in_progress_keep_people_busy() -> None:
    """One at a time, and one in progress until July 2027: nobody is free in 2026 and 2027, in 2028
    it is too late: 72."""
    busy = {"qualification": "Z", "supplier": "DearX", "end_use": "Military"}
    c = two_materials(1, {**busy, "state": "In Progress", "done_by": "2027-07-01"})
    assert cost_of(c) == pytest.approx(72.0)


# ---- who made it --------------------------------------------------------------------------------------------------

WORKS: dict[str, Any] = {
    "periods": years(2026, 2027),
    "materials": [{"material": "Feed", "stage": "Mined"}, {"material": "Oxide", "stage": "Separated"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Feed", "per_unit": 1.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
    ],
    "lines": [{"site": "Works", "line": "SX", "capacity": 100}],
    "offers": [
        {"offer": "F", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0},
        {"offer": "B", "supplier": "B", "site": "Works", "material": "Oxide", "price": 3.0},
    ],
    "demand": [need(site="Works", end_use="Military", p2026=4.0, p2027=4.0)],
}


def works(*qualifications: dict[str, Any], **tables: Any) -> Case:
    """Oxide made at the Works of feed at 1, or bought there of B at 3; 4 t a year for arms."""
    return case(**{**WORKS, "qualifications": list(qualifications), **tables})


def test_what_a_site_makes_waits_for_its_qualification() -> None:
    """2026 from elsewhere, which takes a place of its own: 4 · 3 + 4 · 1 + 5 = 21."""
    elsewhere = [WORKS["offers"][0], offer("B", 3.0)]
    c = works(row(site="Works", supplier=None, end_use="Military"), offers=elsewhere)
    assert cost_of(c) == pytest.approx(21.0)


def test_who_lies_upstream_need_not_be_qualified() -> None:
    """The mine sells feed, the Works make oxide of it: 8 t at 1, whatever the mine's qualification for oxide or for all."""
    c = works(
        row(supplier="Mine", material="Oxide", months=None), row(qualification="Any", supplier="Mine", material=None)
    )
    assert cost_of(c) == pytest.approx(8.0)
    assert len(Network(c).labels) == 1


def test_a_recipe_without_a_stage_leaves_the_maker() -> None:
    """Bagging performs no stage: oxide of A stays oxide of A, which arms can never take: 8 t of B at 3."""
    bag = works(
        row(supplier="A", material="Bag", months=None),
        materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Bag", "stage": "Separated"}],
        recipes=[{"recipe": "Fill", "line": "SX"}],
        recipe_items=[
            {"recipe": "Fill", "role": "Input", "material": "Oxide", "per_unit": 1.0},
            {"recipe": "Fill", "role": "Output", "material": "Bag", "per_unit": 1.0},
        ],
        offers=[offer("A", 1.0, site="Works"), offer("B", 3.0, site="Works")],
        demand=[need("Plant", "Bag", site="Works", end_use="Military", p2026=4.0, p2027=4.0)],
    )
    assert cost_of(bag) == pytest.approx(24.0)


def test_stock_that_is_held_was_accepted() -> None:
    """4 t held at the Works serve 2026 though the Works are not qualified; 2027 is bought: 4 · 3 = 12."""
    c = works(
        row(site="Works", supplier=None, months=None),
        stockpiles=[{"site": "Works", "material": "Oxide", "opening_stock": 4.0, "closing_rule": "None"}],
        offers=[offer("B", 3.0)],
    )
    assert cost_of(c) == pytest.approx(12.0)


def test_as_is_starts_nothing_and_finishes_what_is_in_progress() -> None:
    """A renewal of A alone: not qualified, 8 t short; done by July 2026, 2 t short in 2026."""
    renewal = [offer("A", 1.0, kind="Renewal")]
    tier = [{"segment": "Plant", "tier": 1, "cost": 50.0}]
    open_row = solve(two_years(offers=renewal, shortage_costs=tier, qualifications=[row(months=1)]))
    assert open_row.as_is is not None
    assert tonnes(open_row.as_is, "shortages") == pytest.approx(8.0)
    progress = two_years(
        offers=renewal, shortage_costs=tier, qualifications=[row(state="In Progress", done_by="2026-07-01")]
    )
    done = solve(progress)
    assert done.as_is is not None
    assert tonnes(done.as_is, "shortages") == pytest.approx(2.0)
    assert audit(progress, done.as_is) == []
