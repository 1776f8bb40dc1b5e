"""Whether two matrices are the same, entry by entry."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from model.solver.compile import Matrix


def differences(a: Matrix, b: Matrix) -> list[str]:
    """Return in words where two matrices differ: names, entries, bounds, cost vectors, constants."""
    if a.row_names != b.row_names or a.column_names != b.column_names:
        return ["rows or columns"]
    found = []
    # Copies: scipy sorts the entries of what it is given.
    left, right = (csr_matrix((m.values, m.columns, m.starts), shape=m.shape, copy=True).tocoo() for m in (a, b))
    apart = (left.tocsr() - right.tocsr()).tocoo()
    for i, j, d in zip(apart.row, apart.col, apart.data, strict=True):
        if abs(d) > 1e-12 * max(1.0, abs(float(a.values.max()))):
            found.append(f"{a.row_names[i]} × {a.column_names[j]} by {d:g}")
    for part in ("row_lower", "row_upper", "col_lower", "col_upper", "integral"):
        x, y = getattr(a, part), getattr(b, part)
        with np.errstate(invalid="ignore"):
            close = (x == y) | (np.abs(x.astype(float) - y) <= 1e-12 * np.abs(y))
        found += [f"{part} of {i}" for i in np.flatnonzero(~close)]
    for key in sorted({*a.costs, *b.costs}):
        if not np.allclose(_cost(a, key), _cost(b, key), rtol=1e-12, atol=1e-15):
            found.append(f"cost {key}")
    for key in sorted({*a.constants, *b.constants}):
        if not np.isclose(a.constants.get(key, 0.0), b.constants.get(key, 0.0), rtol=1e-12, atol=1e-15):
            found.append(f"constant {key}")
    return found


def _cost(m: Matrix, key: tuple[str, int]) -> np.ndarray:
    out = np.zeros(m.shape[1])
    if key in m.costs:
        np.add.at(out, *m.costs[key])
    return out
