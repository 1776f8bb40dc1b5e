"""Frontier: what it costs to depend less, to hold more, or to go short of less, by the augmented ε-constraint method.

min cost + δ · measure  with measure ≤ ε, for ε in equal steps from what the cheapest plan has to the least that is possible
(Mavrotas, Applied Mathematics and Computation 213, 2009). The ends are lexicographic optima, which is the pay-off table; δ is so
small that the second term never moves cost by more than a ten-thousandth of its range, and keeps points from being dominated.
A step that the point before satisfies already is skipped (Mavrotas and Florios 2013). The shortage of priority 1 is minimised
first and held, as in a plan. One step beyond the end shows that there is nothing.

Once the pay-off table is known, no step needs another one: several processes may solve them. Each solve is kept in a store.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.case.build import raise_on_errors
from model.case.case import Case
from model.checking import check
from model.rules.ledger_sources import by_stage
from model.solver.compile import Floats
from model.solver.highs import Basis, Solution, Status
from model.study.frontier_steps import Corners, Program, in_processes
from model.study.measures import Measure, measure_of
from model.study.memory import Memory
from model.study.overlay import overlaid
from model.study.session import Options
from model.study.store import Store
from model.study.sweeps import GAP_SHARE

POINTS = 11
LEAST_POINTS = 8
_AUGMENT = 1e-4  # share of the range of cost that the second term may move it by, at most
_SAME = 1e-6  # share of a range below which two figures are the same


@dataclass(frozen=True)
class Frontier:
    """Result of `frontier`.

    Attributes
    ----------
    measure : Measure
        What stands against cost.
    points : DataFrame
        One row per step: `limit` (ε), status, `measure`, `cost` and its `bound` (MUSD, discounted), cash (MUSD), shortage (t),
        `reached`, and the marks `dominated`, `knee` and `same_as` (the point that satisfies the step already).
    pay_off : DataFrame
        Two rows: the cheapest plan, and the one with the least of the measure.
    notes : tuple of str
        What to know.
    """

    measure: Measure
    points: pd.DataFrame
    pay_off: pd.DataFrame
    notes: tuple[str, ...] = ()


def frontier(
    case: Case,
    against: str,
    *,
    points: int = POINTS,
    lp: bool = False,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    store: str | Path | None = None,
    workers: int = 1,
) -> Frontier:
    """Return the frontier of cost against something else.

    Parameters
    ----------
    case : Case
        It is checked first.
    against : str
        "shortage" (t, against cash cost); "cover", or the name of a row of Cover Targets (days missed on average); the name of a
        de-risking rule on shares; or "covered" with a stage, such as "covered Separated" (share of need).
    points : int
        Steps from one end to the other, at least eight.
    lp : bool
        Whether to relax whole numbers.
    gap : float, optional
        Share of the cash cost that may remain unproven at a point; a tenth of Setting Optimality Gap by default.
    time_limit : float, optional
        Seconds for one solve; Setting Time Limit by default.
    store : path, optional
        SQLite file that keeps every solve: a frontier that was stopped goes on where it was.
    workers : int
        Processes that solve the steps; the result is the same for any number. More than one needs the calling script to be
        guarded by ``if __name__ == "__main__":``.

    Raises
    ------
    CaseError
        If the case has errors, or nothing of that name.
    SolverError
        If HiGHS fails.
    StoreError
        If the store can not be used.
    """
    raise_on_errors(check(case))
    measure = measure_of(case, against)
    share = GAP_SHARE * float(case.settings["optimality_gap"]) if gap is None else gap
    limit = float(case.settings["time_limit"]) if time_limit is None else time_limit
    changed, _ = overlaid(case, measure.overlay)
    raise_on_errors(check(changed))
    options = Options(lp, 0.0 if lp else share, limit, seed)
    with Store(None if store is None else Path(store)) as kept:
        memory = Memory(kept, changed, ("frontier", measure.name, *measure.kinds), options)
        search = _Search(changed, measure, options, memory)

        def ahead(corners: Corners, limits: dict[str, float]) -> None:
            for name, found in in_processes(case, against, options, corners, limits, workers):
                memory.keep(name, found)

        return search.run(max(points, LEAST_POINTS), ahead if workers > 1 else None)


# ---- the search ---------------------------------------------------------------------------------------------------------

Ahead = Callable[[Corners, dict[str, float]], None]
"""Solves the steps of some limits, by their names, before they are asked for."""


class _Search:
    """The pay-off table, and the steps between its ends."""

    def __init__(self, case: Case, measure: Measure, options: Options, memory: Memory) -> None:
        self.measure, self._options, self._memory = measure, options, memory
        self._p = Program(case, measure, options)
        self.notes: list[str] = []
        if any(by_stage(r) for r in case.rows("De-risking Rules")):
            self.notes.append("rules on the sources of a stage take no part")
        self.most = measure.most(self._p.net) if measure.most is not None else None
        self.gap = self.held = 0.0

    def run(self, points: int, ahead: Ahead | None) -> Frontier:
        """Return the frontier."""
        status = self._hold_priority()
        if status is not Status.OPTIMAL:
            return self._result([_failed(math.nan, status)], [])
        self.gap = self._gap()
        cheapest, least, basis = self._lexicographic()
        if cheapest is None or least is None:
            return self._result([_failed(math.nan, Status.STOPPED)], [])
        rows = self._steps(cheapest, least, basis, points, ahead)
        return self._result([self._with_reached(r) for r in rows], [self._figures(x) for x in (cheapest, least)])

    def _result(self, rows: list[dict[str, object]], ends: list[dict[str, float]]) -> Frontier:
        return Frontier(self.measure, _marked(_table(rows), self.gap), _pay_off(ends), tuple(self.notes))

    def _hold_priority(self) -> Status:
        if not self._p.first.any():
            return Status.OPTIMAL
        found = self._memory.solution("priority", lambda: self._p.minimise(self._p.first, 1e-6))
        if found.values is None:
            return found.status
        self.held = found.objective if found.objective > 1e-6 else 0.0
        self._p.hold(self.held)
        return Status.OPTIMAL

    def _gap(self) -> float:
        if not self._p.whole:
            return 0.0
        self._p.session.relax_integers(True)
        found = self._memory.solution("relaxed", lambda: self._p.minimise(self._p.cost, 0.0))
        self._p.session.relax_integers(False)
        if found.values is None:
            return 0.0
        return self._options.gap * abs(float(self._p.cash @ found.values) + self._p.cash_constant)

    def _lexicographic(self) -> tuple[Floats | None, Floats | None, Basis | None]:
        """Return the cheapest plan with the least of the measure, the plan with the least of it that is cheapest, and a basis.

        The basis is that of the cheapest plan; None with whole numbers.
        """
        p, known, fine = self._p, self._memory.solution, self.measure.fine
        cheap = known("cheapest", lambda: p.minimise(p.cost, self.gap), p.session.basis)
        if cheap.values is None:
            return None, None, None
        # Right after it, since it is near: from the other end the narrow room for cost is hard to find.
        one = known("cheapest, with the least", lambda: p.minimise(p.less, fine, cheap.values, cost=_hair(cheap)))
        low = known("least", lambda: p.minimise(p.less, fine))
        if low.values is None:
            return None, None, None
        other = known("least, at the least cost", lambda: p.minimise(p.cost, self.gap, low.values, measure=_hair(low)))
        return (
            cheap.values if one.values is None else one.values,
            low.values if other.values is None else other.values,
            self._memory.basis("cheapest"),
        )

    def _steps(
        self, cheapest: Floats, least: Floats, basis: Basis | None, points: int, ahead: Ahead | None
    ) -> list[dict[str, object]]:
        p = self._p
        high, low = float(p.less @ cheapest), float(p.less @ least)
        span = high - low
        dear = max(float(p.cost @ (least - cheapest)), 0.0)
        if span <= _SAME * max(abs(high), 1e-9):
            self.notes.append("the cheapest plan has the least of it already: there is nothing to trade")
            return [self._figures(cheapest) | {"limit": high, "status": Status.OPTIMAL.value, "number": 1}]
        corners = Corners(self.held, self.gap, _AUGMENT * dear / span, least, basis)
        limits = {f"step {k} of {points}": high - span * k / (points - 1) for k in range(points)}
        # A hair more than the limit, so that the ends are not lost to rounding.
        asked = {name: limit + _SAME * span * 1e-3 for name, limit in limits.items()}
        if low > _SAME * span:
            asked["beyond"] = max(low - span / (points - 1), low / 2)
        else:
            self.notes.append("the last point has none of it: less is not possible")
        fresh = {name: limit for name, limit in asked.items() if not self._memory.has(name)}
        if ahead is not None and fresh:
            ahead(corners, fresh)

        def at(name: str) -> Solution:
            return self._memory.solution(name, lambda: p.step(asked[name], corners))

        rows: list[dict[str, object]] = []
        reached, number = math.inf, 0
        for k, (name, limit) in enumerate(limits.items()):
            if reached <= limit + _SAME * span and number:
                rows.append({"limit": limit, "status": Status.OPTIMAL.value, "same_as": number})
                continue
            found = at(name)
            if found.values is None:
                rows.append(_failed(limit, found.status))
                continue
            number, reached = k + 1, float(p.less @ found.values)
            figures = self._figures(found.values)
            bound = min(found.bound - corners.weight * max(limit, 0.0) + p.constant, figures["cost"])
            rows.append(figures | {"limit": limit, "status": found.status.value, "number": number, "bound": bound})
        if "beyond" in asked:
            rows.append(_failed(asked["beyond"], at("beyond").status))
        return rows

    def _figures(self, values: Floats) -> dict[str, float]:
        p = self._p
        cost = float(p.cost @ values) + p.constant
        return {
            "measure": float(p.less @ values),
            "cost": cost,
            "bound": cost,
            "cash": float(p.cash @ values) + p.cash_constant,
            "short": float(p.short @ values),
        }

    def _with_reached(self, row: dict[str, object]) -> dict[str, object]:
        if self.most is None or "measure" not in row:
            return row
        return row | {"reached": self.most - float(str(row["measure"]))}


def _hair(found: Solution) -> float:
    """Return a hair more than an optimum, so that rounding does not shut out the plan that has it."""
    return found.objective + max(1e-7 * abs(found.objective), 1e-9)


_COLUMNS = (
    "number",
    "limit",
    "status",
    "measure",
    "reached",
    "cost",
    "bound",
    "cash",
    "short",
    "same_as",
    "dominated",
    "knee",
)


def _failed(limit: float, status: Status) -> dict[str, object]:
    return {"limit": limit, "status": status.value}


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records([r | {"number": n} for n, r in enumerate(rows, 1)], columns=list(_COLUMNS))
    for column in ("limit", "measure", "reached", "cost", "bound", "cash", "short"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


def _pay_off(ends: list[dict[str, float]]) -> pd.DataFrame:
    names = ("Cheapest", "Least of the measure")
    rows = [{"plan": name, **end} for name, end in zip(names, ends, strict=False)]
    return pd.DataFrame.from_records(rows, columns=["plan", "measure", "cost", "cash", "short"])


def _marked(points: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Return the points with what is dominated and the knee marked.

    Dominated: another point has no more of the measure and certainly costs less. The knee is the point that lies farthest below
    the line between the ends, both axes scaled to their ranges (Das, Structural Optimization 18, 1999).
    """
    out = points.assign(dominated=False, knee=False)
    solved = out[out["cost"].notna()]
    if not len(solved):
        return out
    x, y, low = (solved[c].to_numpy(dtype=float) for c in ("measure", "cost", "bound"))
    wide, tall = np.ptp(x), np.ptp(y)
    for n, i in enumerate(solved.index):
        better = (x <= x[n] + _SAME * wide) & (y < low[n] - _SAME * max(tall, 1e-12))
        out.loc[i, "dominated"] = bool(better.any())
    if len(solved) > 2 and wide > 0 and tall > gap:
        first, last = int(x.argmax()), int(x.argmin())
        along = (x[first] - x) / (x[first] - x[last])
        below = y[first] + along * (y[last] - y[first]) - y
        best = int(below.argmax())
        if below[best] > max(1e-3 * tall, gap):
            out.loc[solved.index[best], "knee"] = True
    return out


__all__ = ["LEAST_POINTS", "POINTS", "Frontier", "Measure", "frontier", "measure_of"]
