"""A canary: two tiny models that a released HiGHS answered wrongly with status Optimal, solved before anything is trusted.

HiGHS 1.14.0 did not recompute row activities when presolve stuffed singleton columns and returned sub-optimal points as
proven (HiGHS issues 2957, 3043, 3094; fixed in 1.15.0). Both models can be solved by hand.
"""

from __future__ import annotations

from functools import cache

import highspy
import numpy as np

from model.errors import SolverError


def _stuffing() -> tuple[float, float]:
    """Minimise 2 x + 3 z, x + z ≥ 4.5, z whole, both in [0, 10]: x = 4.5 alone costs 9."""
    return 9.0, _solve(np.array([2.0, 3.0]), np.array([10.0, 10.0]), [False, True], [([0, 1], [1.0, 1.0], 4.5, np.inf)])


def _exclusive_links() -> tuple[float, float]:
    """Minimise 10 d0 + 8 d1 where one of two units of 1000 can be served: leaving the cheaper one costs 8000."""
    rows = [
        ([0, 2], [1.0, -1000.0], -np.inf, 0.0),
        ([1, 3], [1.0, -1000.0], -np.inf, 0.0),
        ([0, 4], [1.0, 1.0], 1000.0, 1000.0),
        ([1, 5], [1.0, 1.0], 1000.0, 1000.0),
        ([2, 3], [1.0, 1.0], -np.inf, 1.0),
    ]
    upper = np.array([1000.0, 1000.0, 1.0, 1.0, 1000.0, 1000.0])
    return 8000.0, _solve(
        np.array([0.0, 0.0, 0.0, 0.0, 10.0, 8.0]), upper, [False, False, True, True, False, False], rows
    )


def _solve(
    cost: np.ndarray, upper: np.ndarray, whole: list[bool], rows: list[tuple[list[int], list[float], float, float]]
) -> float:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), upper
    lp.row_lower_, lp.row_upper_ = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(r[0]) for r in rows)])
    lp.a_matrix_.index_ = np.array([j for r in rows for j in r[0]])
    lp.a_matrix_.value_ = np.array([v for r in rows for v in r[1]])
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if w else kinds.kContinuous for w in whole]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return float("nan")
    return float(cost @ np.array(solver.getSolution().col_value))


@cache
def require_sane_solver() -> None:
    """Solve the canaries once in this process.

    Raises
    ------
    SolverError
        If HiGHS answers one of them wrongly: then no answer of it is to be trusted.
    """
    for canary in (_stuffing, _exclusive_links):
        expected, found = canary()
        if not abs(found - expected) <= 1e-6 * expected:
            raise SolverError(
                f"this HiGHS answers a known model wrongly ({found:g} instead of {expected:g}); install highspy ≥ 1.15.1"
            )
