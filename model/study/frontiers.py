"""Frontier: what it costs to depend less, to hold more, or to go short of less, by the augmented ε-constraint method.

min cost + δ · measure  with measure ≤ ε, for ε in equal steps from what the cheapest plan has to the least that is possible
(Mavrotas, Applied Mathematics and Computation 213, 2009). The ends are lexicographic optima, which is the pay-off table; δ is so
small that the second term never moves cost by more than a ten-thousandth of its range, and keeps points from being dominated.
A step that the point before satisfies already is skipped (Mavrotas and Florios 2013). The shortage of priority 1 is minimised
first and held, as in a plan. One step beyond the end shows that there is nothing.

Every step starts from the plan of the one before, so that they are solved one after the other; each solve is kept in a store.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from model.case.build import raise_on_errors
from model.case.case import Case
from model.checking import check
from model.errors import CaseError
from model.network.network import Network
from model.network.parts import Scope
from model.plan import CASH_KINDS, COST_KINDS
from model.problems import problem
from model.rules import days_of_cover, groups, share_cap
from model.rules.ledger_sources import by_stage
from model.schema.tables.common import STAGES
from model.schema.values import fold, nearest
from model.solver.compile import Floats, Matrix
from model.solver.highs import Session, Solution, Status
from model.solver.passes import cost_weights, priority_weights
from model.study.inplace import Built
from model.study.memory import Memory
from model.study.overlay import EVERY_PERIOD, Added, Change, Overlay, Target, Value, overlaid
from model.study.session import Options
from model.study.store import Store
from model.study.sweeps import GAP_SHARE

POINTS = 11
LEAST_POINTS = 8
_AUGMENT = 1e-4  # share of the range of cost that the second term may move it by, at most
_SAME = 1e-6  # share of a range below which two figures are the same
_OWN_RULE = "Frontier"
_SHORTAGE, _COVER, _COVERED = "shortage", "cover", "covered"

Weights = Callable[[Network, Matrix], Floats]


@dataclass(frozen=True)
class Measure:
    """What stands against cost; less is better.

    Attributes
    ----------
    name, unit : str
        In words.
    overlay : Overlay
        How the case is changed so that the measure is free to move: the rule is soft, at no penalty.
    weights : callable
        (network, matrix) → weights of shape (n,) whose product with a solution is the measure.
    kinds : tuple of str
        Kinds of cost that stand against it.
    most : callable or None
        Network → what is reached where nothing is missing, for measures that count what is missing.
    fine : float
        How exactly its least is found where there are whole numbers.
    """

    name: str
    unit: str
    overlay: Overlay
    weights: Weights
    kinds: tuple[str, ...] = COST_KINDS
    most: Callable[[Network], float] | None = None
    fine: float = 1e-4


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
        return _Search(changed, measure, options, memory).run(max(points, LEAST_POINTS))


# ---- what stands against cost -----------------------------------------------------------------------------------------


def measure_of(case: Case, against: str) -> Measure:
    """Return the measure that a text means.

    Raises
    ------
    CaseError
        If the case has nothing of that name.
    """
    words = fold(against)
    rules = {fold(r.rule): r for r in case.rows("De-risking Rules")}
    targets = {fold(r.target): r.target for r in case.rows("Cover Targets")}
    if words == _SHORTAGE:
        return Measure("Shortage", "t", (), _short, (*CASH_KINDS, "Penalties"), fine=1e-2)
    if words in rules and rules[words].metric != "Sources" and rules[words].limit_type != "Min":
        return _of_rule(str(rules[words].rule), ())
    if words in targets or (words == _COVER and targets):
        return _of_cover(case, None if words == _COVER else targets[words])
    first, _, stage = against.strip().partition(" ")
    known = {fold(s): s for s in (*STAGES, "Any Stage")}
    if fold(first) == _COVERED and fold(stage) in known:
        row: dict[str, Value] = {
            "rule": _OWN_RULE,
            "metric": "Country Share",
            "who": "Covered",
            "stage": known[fold(stage)],
            "limit_type": "Max",
            EVERY_PERIOD: 0.0,
        }
        return _of_rule(
            _OWN_RULE, (Added("De-risking Rules", (tuple(row.items()),)),), f"Covered, {known[fold(stage)]}"
        )
    choices = [_SHORTAGE, *(str(r.rule) for r in rules.values()), *targets.values()]
    raise CaseError([problem("frontier-unknown", found=against, hint=nearest(against, choices))])


def _short(net: Network, matrix: Matrix) -> Floats:
    weights = np.zeros(matrix.shape[1])
    for j, (lead, _, _) in matrix.columns_named("short"):
        weights[j] = sum(float(net.portion[d]) for d in net.together[lead])
    return weights


def _free(table: str, row: str) -> Overlay:
    """Return what makes a rule soft at no penalty."""
    return (Change(Target(table, row, "Hardness"), "=", "Soft"), Change(Target(table, row, "Penalty"), "=", 0.0))


def _of_rule(rule: str, added: Overlay, name: str = "") -> Measure:
    def weights(net: Network, matrix: Matrix) -> Floats:
        row = next(r for r in share_cap.rules(net) if r.rule == rule)
        needed = sum(
            share_cap.base(net, row, g, ts, weighted=False)
            for g in groups.rule_materials(net, row)
            for _, ts in groups.rule_windows(net, "De-risking Rules", row)
        )
        out = np.zeros(matrix.shape[1])
        for j, (table, s, _, _) in matrix.columns_named("slack"):
            if (table, s) == ("De-risking Rules", row.row_id):
                out[j] = 1.0 / needed if needed > 0 else 0.0
        return out

    none = Change(Target("De-risking Rules", rule, "Limit"), "×", 0.0)
    return Measure(name or rule, "share", (*added, *_free("De-risking Rules", rule), none), weights)


def _of_cover(case: Case, target: str | None) -> Measure:
    names = [str(r.target) for r in case.rows("Cover Targets") if target in (None, r.target)]

    def asked(net: Network) -> dict[tuple[int, str, str], tuple[float, float]]:
        """Return (target, item, period) → days and tonnes asked for."""
        out = {}
        for r in days_of_cover.targets(net):
            days = net.case.across("Cover Targets", r)
            for item, _ in days_of_cover.items(net, r) if r.target in names else ():
                need = days_of_cover.required(net, r, item)
                for t in days_of_cover.periods(net, r):
                    if need[t] > 0:
                        out[r.row_id, item, net.timeline.periods[t].label] = float(days[t]), float(need[t])
        return out

    def weights(net: Network, matrix: Matrix) -> Floats:
        wanted = asked(net)
        out = np.zeros(matrix.shape[1])
        for j, (table, s, item, period) in matrix.columns_named("slack"):
            if table == "Cover Targets" and (s, item, period) in wanted:
                days, tonnes = wanted[s, item, period]
                out[j] = days / tonnes / len(wanted)
        return out

    def most(net: Network) -> float:
        wanted = asked(net)
        return sum(days for days, _ in wanted.values()) / len(wanted) if wanted else 0.0

    overlay = tuple(c for name in names for c in _free("Cover Targets", name))
    return Measure(target or "Days of cover", "days missed", overlay, weights, COST_KINDS, most, 1e-2)


# ---- the search ---------------------------------------------------------------------------------------------------------


class _Search:
    """One matrix, solved at every step."""

    def __init__(self, case: Case, measure: Measure, options: Options, memory: Memory) -> None:
        self.measure, self._options, self._memory = measure, options, memory
        built = Built(case, Scope())
        self.net, self.matrix = built.net, built.matrix
        if options.lp:
            self.matrix = replace(self.matrix, integral=np.zeros_like(self.matrix.integral))
        self.cost, self.constant = cost_weights(self.net, self.matrix, measure.kinds)
        self.cash, self.cash_constant = cost_weights(self.net, self.matrix, CASH_KINDS)
        self.less, self.short = measure.weights(self.net, self.matrix), _short(self.net, self.matrix)
        self.session = Session(self.matrix, seed=options.seed)
        self.whole = bool(self.matrix.integral.any())
        self.notes: list[str] = []
        if any(by_stage(r) for r in case.rows("De-risking Rules")):
            self.notes.append("rules on the sources of a stage take no part")
        if not self.less.any():
            raise CaseError([problem("frontier-nothing", found=measure.name)])
        self.most = measure.most(self.net) if measure.most is not None else None
        self.gap = 0.0

    def run(self, points: int) -> Frontier:
        """Return the frontier."""
        status = self._hold_priority()
        if status is not Status.OPTIMAL:
            return Frontier(self.measure, _table([_failed(math.nan, status)]), _pay_off([]), tuple(self.notes))
        self.gap = self._gap()
        self._limit = self.session.add_limit(self.less, math.inf)
        self._dear = self.session.add_limit(self.cost, math.inf)
        cheapest, least = self._lexicographic()
        if cheapest is None or least is None:
            return Frontier(self.measure, _table([_failed(math.nan, Status.STOPPED)]), _pay_off([]), tuple(self.notes))
        self._memory.points = points  # what comes before is the same for any number of steps
        rows = self._steps(cheapest, least, points)
        tables = _marked(_table([self._with_reached(r) for r in rows]), self.gap)
        return Frontier(
            self.measure, tables, _pay_off([self._figures(x) for x in (cheapest, least)]), tuple(self.notes)
        )

    def _minimise(self, weights: Floats, gap: float, start: Floats | None = None) -> Solution:
        advice, limit = start if self.whole else None, self._options.time_limit
        return self._memory.solution(lambda: self.session.minimise(weights, gap=gap, time_limit=limit, start=advice))

    def _hold_priority(self) -> Status:
        first = priority_weights(self.net, self.matrix)
        if not first.any():
            return Status.OPTIMAL
        found = self._minimise(first, 1e-6)
        if found.values is None:
            return found.status
        self.session.add_limit(first, found.objective if found.objective > 1e-6 else 0.0)
        return Status.OPTIMAL

    def _gap(self) -> float:
        if not self.whole:
            return 0.0
        self.session.relax_integers(True)
        found = self._minimise(self.cost, 0.0)
        self.session.relax_integers(False)
        return (
            0.0
            if found.values is None
            else self._options.gap * abs(float(self.cash @ found.values) + self.cash_constant)
        )

    def _lexicographic(self) -> tuple[Floats | None, Floats | None]:
        """Return the cheapest plan with the least of the measure, and the plan with the least of it that is cheapest."""
        cheap = self._minimise(self.cost, self.gap)
        low = self._minimise(self.less, self.measure.fine)
        if cheap.values is None or low.values is None:
            return None, None
        self.session.move_limit(self._dear, cheap.objective + max(1e-7 * abs(cheap.objective), 1e-9))
        one = self._minimise(self.less, self.measure.fine, cheap.values)
        self.session.move_limit(self._dear, math.inf)
        self.session.move_limit(self._limit, low.objective + max(1e-7 * abs(low.objective), 1e-9))
        other = self._minimise(self.cost, self.gap, low.values)
        self.session.move_limit(self._limit, math.inf)
        return (
            cheap.values if one.values is None else one.values,
            low.values if other.values is None else other.values,
        )

    def _steps(self, cheapest: Floats, least: Floats, points: int) -> list[dict[str, object]]:
        high, low = float(self.less @ cheapest), float(self.less @ least)
        span = high - low
        dear = max(float(self.cost @ (least - cheapest)), 0.0)
        if span <= _SAME * max(abs(high), 1e-9):
            self.notes.append("the cheapest plan has the least of it already: there is nothing to trade")
            return [self._figures(cheapest) | {"limit": high, "status": Status.OPTIMAL.value, "number": 1}]
        weight = _AUGMENT * dear / span
        rows: list[dict[str, object]] = []
        start, reached, number = cheapest, math.inf, 0
        for k in range(points):
            limit = high - span * k / (points - 1)
            if reached <= limit + _SAME * span and number:
                rows.append({"limit": limit, "status": Status.OPTIMAL.value, "same_as": number})
                continue
            found = self._at(limit + _SAME * span * 1e-3, weight, start)
            if found.values is None:
                rows.append(_failed(limit, found.status))
                continue
            number = k + 1
            start, reached = found.values, float(self.less @ found.values)
            bound = found.bound - weight * max(limit, 0.0) + self.constant
            figures = self._figures(found.values)
            rows.append(
                figures
                | {"limit": limit, "status": found.status.value, "number": number, "bound": min(bound, figures["cost"])}
            )
        if low <= _SAME * span:
            self.notes.append("the last point has none of it: less is not possible")
        else:
            beyond = max(low - span / (points - 1), low / 2)
            rows.append(_failed(beyond, self._at(beyond, weight, None).status))
        return rows

    def _at(self, limit: float, weight: float, start: Floats | None) -> Solution:
        self.session.move_limit(self._limit, limit)
        found = self._minimise(self.cost + weight * self.less, self.gap, start)
        self.session.move_limit(self._limit, math.inf)
        return found

    def _figures(self, values: Floats) -> dict[str, float]:
        return {
            "measure": float(self.less @ values),
            "cost": float(self.cost @ values) + self.constant,
            "bound": float(self.cost @ values) + self.constant,
            "cash": float(self.cash @ values) + self.cash_constant,
            "short": float(self.short @ values),
        }

    def _with_reached(self, row: dict[str, object]) -> dict[str, object]:
        if self.most is None or "measure" not in row:
            return row
        return row | {"reached": self.most - float(str(row["measure"]))}


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
