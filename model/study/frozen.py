"""A kept plan: what the base decides for good stays as it is at every point, all else is decided anew.

Kept are the whole numbers (permits, builds, contracts signed, orders, qualifications, lanes, lines and sites in use), the sizes,
and what is bought under a contract. What only says how something is counted (sources, taint, numbers used) follows from the rest.
Shortage stays possible and soft rules may be missed at their penalty. Where no plan keeps all of that, the rule that stands in
the way is found by an elastic program: every rule of the case that may be loosened is, at its weight, and as little as possible.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from model.network.network import Network
from model.rules.catalogue import FAMILIES
from model.schema.values import is_blank
from model.solver.compile import Floats, Matrix
from model.solver.highs import Session

COUNTED = ("counted", "tainted", "used")  # whole numbers that follow from other decisions
_ROOM = 1e-6
_NOTICED = 1e-6  # t or whatever the unit of a row is
_NAMED = 2
_PATIENCE = 60.0  # seconds for finding out which rule it is


def decided(net: Network, matrix: Matrix) -> npt.NDArray[np.int64]:
    """Return the numbers of the columns that a kept plan keeps, in rising order, shape (k,)."""
    bound = {k for k, o in enumerate(net.offers) if not is_blank(o.row.contract)}
    found = [
        j
        for j, (name, index) in enumerate(matrix.column_names)
        if (matrix.integral[j] and name not in COUNTED) or name == "size" or (name == "purchase" and index[0] in bound)
    ]
    return np.array(found, dtype=np.int64)


def kept(net: Network, matrix: Matrix, values: Floats, *, whole: bool = True) -> Matrix:
    """Return a matrix whose decisions stand where `values`, shape (n,), have them.

    Whole numbers are rounded, unless they were relaxed. What is not whole may move by a millionth: a solution holds its rows to
    the solver's tolerance only, and fixed to the last digit none of it might be possible.
    """
    columns = decided(net, matrix)
    lower, upper, integral = matrix.col_lower.copy(), matrix.col_upper.copy(), matrix.integral.copy()
    at = values[columns]
    exact = matrix.integral[columns] & whole
    room = np.where(exact, 0.0, _ROOM * np.maximum(np.abs(at), 1.0))
    at = np.where(exact, np.round(at), np.clip(at, lower[columns], upper[columns]))
    lower[columns] = np.where(exact, at, np.maximum(at - room, lower[columns]))
    upper[columns] = np.where(exact, at, np.minimum(at + room, upper[columns]))
    integral[columns] = False
    return replace(matrix, col_lower=lower, col_upper=upper, integral=integral)


def broken_rules(net: Network, matrix: Matrix) -> str:
    """Return in words which rules of an impossible matrix have to give way; at most two, the dearest first."""
    families = {f.name: f for f in FAMILIES}
    rows, weights, words = [], [], []
    for i, (name, index) in enumerate(matrix.row_names):
        found = families[name].relax(net, index) if name in families else None
        if found is not None:
            rows.append(i)
            weights.append(max(found.weight, 1e-6))
            words.append(found.sentence)
    elastic, slack = _loosened(matrix, np.array(rows, dtype=np.int64))
    costs = np.zeros(elastic.shape[1])
    costs[matrix.shape[1] :] = np.array(weights)[slack]
    answer = Session(elastic).minimise(costs, time_limit=_PATIENCE)
    if answer.values is None:
        return "what the plan has decided can not be kept; no single rule stands in the way"
    dear: dict[str, float] = {}
    for j, k in enumerate(slack):
        amount = float(answer.values[matrix.shape[1] + j])
        if amount > _NOTICED:
            dear[words[k]] = dear.get(words[k], 0.0) + amount * weights[k]
    if not dear:
        return "what the plan has decided can not be kept"
    named = sorted(dear, key=lambda w: -dear[w])
    more = len(named) - _NAMED
    return f"broken: {'; '.join(named[:_NAMED])}" + (f"; and {more} more" if more > 0 else "")


def _loosened(matrix: Matrix, rows: npt.NDArray[np.int64]) -> tuple[Matrix, list[int]]:
    """Return the matrix with a slack for every end of some rows, without whole numbers, and of which row each slack is."""
    sides = [
        (k, sign)
        for k, i in enumerate(rows)
        for sign, end in ((1.0, matrix.row_lower[i]), (-1.0, matrix.row_upper[i]))
        if np.isfinite(end)
    ]
    body = sparse.csr_matrix((matrix.values, matrix.columns, matrix.starts), shape=matrix.shape)
    at = ([rows[k] for k, _ in sides], range(len(sides)))
    beside = sparse.csr_matrix(([s for _, s in sides], at), shape=(matrix.shape[0], len(sides)))
    both = sparse.hstack([body, beside], format="csr")
    size = len(sides)
    elastic = replace(
        matrix,
        starts=both.indptr.astype(np.int32),
        columns=both.indices.astype(np.int32),
        values=both.data.astype(float),
        col_lower=np.append(matrix.col_lower, np.zeros(size)),
        col_upper=np.append(matrix.col_upper, np.full(size, np.inf)),
        integral=np.zeros(matrix.shape[1] + size, dtype=bool),
        column_names=[*matrix.column_names, *(("loosened", (n,)) for n in range(size))],
    )
    return elastic, [k for k, _ in sides]


__all__ = ["broken_rules", "decided", "kept"]
