"""What points start from: the base as solved, and the bases that a neighbour left; as bytes for store and workers."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

import numpy as np

from model.solver.compile import Floats
from model.solver.highs import Basis


@dataclass(frozen=True)
class Start:
    """What the points of a sweep start from: the base as solved.

    Attributes
    ----------
    values : array or None
        The base's plan, in the order of its columns; None where the base has no plan.
    basis, first_basis : Basis or None
        Of the base's linear program, and of its pass for priority 1.
    gap_money : float
        Absolute gap of every point, in MUSD.
    held : float
        Shortage of priority 1 in the base (t).
    sources : frozenset of int
        Rules on the sources of a stage that take part, by row id: the base's plan breaks them otherwise.
    """

    values: Floats | None
    basis: Basis | None
    first_basis: Basis | None
    gap_money: float
    held: float
    sources: frozenset[int] = frozenset()


def packed(start: Start) -> bytes:
    """Return a start as bytes.

    They are small, since most of a basis is the same: what is sent to a process should fit into a pipe.
    """
    parts = [None if b is None else (b.columns, b.rows) for b in (start.basis, start.first_basis)]
    head = {
        "gap_money": start.gap_money,
        "held": start.held,
        "sources": sorted(start.sources),
        "columns": -1 if start.values is None else len(start.values),
        "bases": [None if p is None else [len(p[0]), len(p[1])] for p in parts],
    }
    body = b"" if start.values is None else np.asarray(start.values, dtype="<f8").tobytes()
    body += b"".join(p[0] + p[1] for p in parts if p is not None)
    return zlib.compress(json.dumps(head).encode() + b"\n" + body)


def unpacked(blob: bytes) -> Start:
    """Return the start that `packed` made bytes of."""
    head_bytes, _, body = zlib.decompress(blob).partition(b"\n")
    head = json.loads(head_bytes)
    size = head["columns"]
    values = None if size < 0 else np.frombuffer(body, dtype="<f8", count=size).copy()
    at = max(size, 0) * 8
    bases: list[Basis | None] = []
    for sizes in head["bases"]:
        if sizes is None:
            bases.append(None)
            continue
        columns, rows = sizes
        bases.append(Basis(body[at : at + columns], body[at + columns : at + columns + rows]))
        at += columns + rows
    return Start(values, bases[0], bases[1], head["gap_money"], head["held"], frozenset(head["sources"]))
