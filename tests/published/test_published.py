"""Published cases through the ordinary road: folder of CSV files in, audited plan out, the printed optimum to 1e-6."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from model.case.load import load
from model.solver.planning import solve

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("name", "dollars"),
    [
        # H. P. Williams, Model Building in Mathematical Programming, problem 19 "Distribution 1".
        ("distribution", 198_500.0),
        # Snyder and Shen, Fundamentals of Supply Chain Theory, Example 3.9 (Wagner-Whitin).
        ("lot_sizing", 1380.0),
        # Williams, problem 20 "Distribution 2": depots to open, enlarge and close, four at most.
        ("depot_location", 174_000.0),
        # Williams, problem 3 "Factory planning": the largest profit, here a negative cost; 93 715 and a fraction.
        ("factory_planning", -93_715.17857142857),
        # Chopra and Meindl, Supply Chain Management, SunOil: plants in two sizes, 23 751 thousand.
        ("plant_sizes", 23_751_000.0),
        # Bracken and McCormick 1968, chapter 3; model BID of the GAMS Model Library.
        ("bid_evaluation", 15_210_109.512),
        # LandS, Louveaux and Smeers 1988: capacity before demand is known, each outcome a period; printed as 381.853333.
        ("capacity_choice", 381_853.333333),
    ],
)
def test_printed_optimum(name: str, dollars: float):
    outcome = solve(load(HERE / name), as_is=False)
    assert outcome.plan is not None
    assert outcome.proven
    assert 1e6 * outcome.plan.cost() == pytest.approx(dollars, rel=1e-6)


def test_orders_of_the_lot_sizing_case():
    """The optimum is unique: 210, 0, 150, 0."""
    plan = solve(load(HERE / "lot_sizing"), as_is=False).plan
    assert plan is not None
    bought = plan.tables["purchases"].set_index("period")["tonnes"]
    assert bought.to_dict() == pytest.approx({"1": 210.0, "3": 150.0})


def test_capacities_of_the_two_stage_case():
    """As printed: 8/3, 4, 10/3 and 2, all of them before the first outcome."""
    plan = solve(load(HERE / "capacity_choice"), as_is=False).plan
    assert plan is not None
    builds = plan.tables["builds"].groupby("project")["size"].sum()
    assert builds.to_list() == pytest.approx([8 / 3, 4, 10 / 3, 2], rel=1e-6)


def test_a_plant_with_a_fixed_cost_is_not_said_to_be_built_for_nothing():
    assert not [p for p in check(load(HERE / "plant_sizes")) if p.level != "note"]
