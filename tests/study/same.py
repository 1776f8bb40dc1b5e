"""Whether two matrices are the same, entry by entry."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from model.network.network import Network
from model.solver.compile import Matrix
from model.study.inplace import _OF_WAYS

_MANY = 100  # answers that are kept at the least at every point of the rich case


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


def not_as_remembered(net: Network, anew: Network) -> list[str]:
    """Return what a network says without being asked again that is not so in the network built anew."""
    kept, found = net.__dict__["_remembered"], anew.__dict__["_remembered"]
    keys = [key for key in kept.keys() & found.keys() if hasattr(key[0], "looks_at") or key[0] in _OF_WAYS]
    assert len(keys) > _MANY
    return [f"{key[0].__name__} {key[1:]}" for key in keys if not _same(kept[key], found[key])]


def _same(a: object, b: object) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(v, b[k]) for k, v in a.items())
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray):
        return np.allclose(a, b, rtol=1e-12, atol=0, equal_nan=True)
    return a == b


def _cost(m: Matrix, key: tuple[str, int]) -> np.ndarray:
    out = np.zeros(m.shape[1])
    if key in m.costs:
        np.add.at(out, *m.costs[key])
    return out
