"""Published cases through the ordinary road: folder of CSV files in, audited plan out, the printed optimum to 1e-6."""

from __future__ import annotations

from pathlib import Path

import pytest

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
