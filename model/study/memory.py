"""Solves one after the other that a store keeps: a search that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence

from model.case.case import Case
from model.solver.highs import Solution, Status
from model.study.identity import Identity
from model.study.session import Options
from model.study.starts import Start, packed, unpacked
from model.study.store import Store


class Memory:
    """The solves of one search, by their number.

    Which solves follow is a matter of the results so far, so that a search that was stopped finds its own way back.

    Attributes
    ----------
    points : int
        Number of steps of the search, 0 while the results are the same for any number.
    """

    def __init__(self, store: Store, case: Case, what: Sequence[str], options: Options) -> None:
        self._store, self._number = store, 0
        self.points = 0
        known = json.dumps([Identity(options).key(case), *what])
        self._key = hashlib.sha256(known.encode()).hexdigest()

    def solution(self, solve: Callable[[], Solution]) -> Solution:
        """Return the next solution of the search: as it is kept, or from `solve`, and then it is kept.

        Raises
        ------
        KeyboardInterrupt
            If `solve` was stopped by one; what it found is not kept.
        """
        self._number += 1
        key = f"{self._key}:{self.points}:{self._number}"
        row, left = self._store.rows([key]).get(key), self._store.start(key)
        if row is not None:
            values = None if left is None else unpacked(left).values
            bound = -math.inf if row["bound"] is None else row["bound"]
            return Solution(Status(row["status"]), math.nan if values is None else row["objective"], bound, values, 0.0)
        found = solve()
        if found.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if found.values is not None:
            self._store.add_start(key, packed(Start(found.values, None, None, 0.0, 0.0)))
        bound = found.bound if math.isfinite(found.bound) else None
        objective = None if found.values is None else found.objective
        self._store.add(key, {"status": found.status.value, "objective": objective, "bound": bound})
        return found
