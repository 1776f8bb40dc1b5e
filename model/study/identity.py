"""What a point is: a key under which its result is kept, and the hash of the source that makes results."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.schema.tables import TABLES
from model.schema.values import is_blank
from model.study.session import Options

_PACKAGES = ("schema", "case", "network", "rules", "solver", "study")
# What is written for the reader, or says what to vary, decides nothing.
_FOR_READERS = {"status", "low", "high", "source", "as_of", "confidence", "notes"}
_NO_INPUT = {"Facts", "Sweeps", "Demand Checks"}


@cache
def source_hash() -> str:
    """Return the SHA-256 of all source files that a point's result depends on."""
    root = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for path in sorted(p for package in _PACKAGES for p in (root / package).rglob("*.py")):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


class Identity:
    """Keys of the points of one base case.

    Tables that an overlay does not touch are hashed once.
    """

    def __init__(self, options: Options) -> None:
        self._known: dict[int, tuple[object, str]] = {}
        made_by = {"options": asdict(options), "highspy": metadata.version("highspy"), "source": source_hash()}
        self._frame = json.dumps(made_by, sort_keys=True)

    def key(self, case: Case) -> str:
        """Return the SHA-256 of the case as it is planned, the options, HiGHS's version and the source."""
        tables = {name: self._table(case, name) for name in case.data if name not in _NO_INPUT}
        text = json.dumps([self._frame, tables], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def of_refused(self, case: Case, point: Iterable[object]) -> str:
        """Return the key of a point that no case can be made of."""
        text = json.dumps([self.key(case), [repr(p) for p in point]])
        return hashlib.sha256(text.encode()).hexdigest()

    def _table(self, case: Case, name: str) -> str:
        data = case.data[name]
        known = self._known.get(id(data))
        # The object is kept, so that its number is not given to another one.
        if known is None or known[0] is not data:
            known = data, _hash(list(_rows(case, name)))
            if len(self._known) > 4 * len(TABLES):
                self._known.clear()
            self._known[id(data)] = known
        return known[1]


def _rows(case: Case, name: str) -> Iterable[list[Any]]:
    table = TABLES[name]
    columns = [c.name for c in table.all_columns if c.name not in _FOR_READERS]
    across = case.numbers(name).tolist() if table.periods is not None else None
    for row in case.rows(name):
        values = [row.values[c] for c in columns]
        numbers = [] if across is None else across[row.row_id]
        yield [*(None if is_blank(v) else v for v in values), *(None if math.isnan(n) else n for n in numbers)]


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()
