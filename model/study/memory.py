"""Solves one after the other that a store keeps: a search that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence

from model.case.case import Case
from model.solver.highs import Basis, Solution, Status
from model.study.identity import Identity
from model.study.session import Options
from model.study.starts import Start, packed, unpacked
from model.study.store import Store


class Memory:
    """The solves of one search, by name."""

    def __init__(self, store: Store, case: Case, what: Sequence[str], options: Options) -> None:
        self._store = store
        known = json.dumps([Identity(options).key(case), *what])
        self._key = hashlib.sha256(known.encode()).hexdigest()

    def has(self, name: str) -> bool:
        """Return whether a solve is kept."""
        return bool(self._store.rows([self._at(name)]))

    def basis(self, name: str) -> Basis | None:
        """Return the basis that was kept with a solve; None where there is none."""
        left = self._store.start(self._at(name))
        return None if left is None else unpacked(left).basis

    def solution(
        self, name: str, solve: Callable[[], Solution], basis: Callable[[], Basis | None] = lambda: None
    ) -> Solution:
        """Return a solve of the search: as it is kept, or from `solve`, and then it is kept, with the basis that is left.

        Raises
        ------
        KeyboardInterrupt
            If `solve` was stopped by one; what it found is not kept.
        """
        key = self._at(name)
        row, left = self._store.rows([key]).get(key), self._store.start(key)
        if row is not None:
            values = None if left is None else unpacked(left).values
            bound = -math.inf if row["bound"] is None else row["bound"]
            return Solution(Status(row["status"]), math.nan if values is None else row["objective"], bound, values, 0.0)
        found = solve()
        self.keep(name, found, basis() if found.values is not None else None)
        return found

    def keep(self, name: str, found: Solution, basis: Basis | None = None) -> None:
        """Keep a solve.

        Raises
        ------
        KeyboardInterrupt
            If it was stopped by one: it is no result.
        """
        if found.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        key = self._at(name)
        if found.values is not None:
            self._store.add_start(key, packed(Start(found.values, basis, None, 0.0, 0.0)))
        bound = found.bound if math.isfinite(found.bound) else None
        objective = None if found.values is None else found.objective
        self._store.add(key, {"status": found.status.value, "objective": objective, "bound": bound})

    def _at(self, name: str) -> str:
        return f"{self._key}:{name}"
