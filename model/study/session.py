"""A session: one base built once, points solved warm, each from a start that no order and no number of workers decides.

A point is overlaid, put in place or built anew, and solved by the two passes of a plan. A linear program starts from the base's
basis or a given neighbour's, a program with whole numbers from the base's plan; it is solved to an absolute gap in money, and
both objective and bound are kept: a start that misleads shows as an interval, not as a figure.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from model.case.build import raise_on_errors
from model.case.case import Case
from model.checking import check
from model.network.network import Network
from model.network.parts import Scope
from model.plan import CASH_KINDS
from model.rules.ledger_sources import by_stage
from model.solver.compile import Floats, Matrix
from model.solver.extract import TINY, extract
from model.solver.highs import Session, Solution, Status
from model.solver.passes import cost_weights
from model.solver.sources import penalty, rules_of, soft
from model.study.detail import details
from model.study.figures import Figures, Found, Shape, missed, wrong
from model.study.frozen import broken_rules, kept
from model.study.inplace import Built
from model.study.overlay import Overlay, overlaid
from model.study.starts import Start


@dataclass(frozen=True)
class Options:
    """The options that a point's result depends on.

    Attributes
    ----------
    lp : bool
        Whole numbers are relaxed.
    gap : float
        Share of the base's cash cost (discounted, without valued shortage) that may remain unproven at every point.
    time_limit : float
        Seconds for one point.
    seed : int
        For HiGHS.
    frozen : bool
        The decisions of the base's plan are kept at every point, see `model.study.frozen`.
    detail : bool
        Figures of single decisions are kept as well, see `model.study.detail`.
    audit : bool
        The plan of every point with whole numbers is audited; that of the base is in any case.
    """

    lp: bool = False
    gap: float = 5e-4
    time_limit: float = 300.0
    seed: int = 0
    frozen: bool = False
    detail: bool = False
    audit: bool = False


REFUSED = "failed audit"


class PointSolver:
    """Solves points of one base case.

    Parameters
    ----------
    case : Case
        The base, checked.
    options : Options
        The same for all points.
    sources : frozenset of int
        Rules on the sources of a stage that take part, by row id. More join in where a plan breaks them, at the base and at each
        point for itself; relaxed whole numbers have no plan that could be traced, so that there they are left out.
    """

    def __init__(self, case: Case, options: Options, sources: frozenset[int] = frozenset()) -> None:
        self.case, self.options = case, options
        self.left: Start | None = None
        self._start: Start | None = None
        self._build(sources)

    def _build(self, sources: frozenset[int]) -> None:
        self._sources = sources
        self._built = Built(self.case, Scope(sources=sources))
        self._shape = Shape(self._built.net, self._built.matrix)
        self._session = self._open(self._built.matrix)
        self._limit = self._session.add_limit(self._shape.priority, math.inf) if self._shape.first else None
        self._traced = not self.options.lp and any(by_stage(r) for r in self.case.rows("De-risking Rules"))

    def _judged(self, case: Case, net: Network, matrix: Matrix, found: Found) -> tuple[frozenset[int], Found]:
        """Return the hard rules on the sources of a stage that a plan breaks, and the plan, paying for the soft ones it misses.

        Soft ones never join in: to tell their sources apart takes longer than a point may; the interval says what it could save.
        """
        # A kept plan has no sources to choose: those that it was made with are all that it can be held to.
        if not self._traced or found.values is None or self.options.frozen:
            return frozenset(), found
        plan = extract(net, matrix, found.values, {})
        misses = missed(case, plan, self._sources)
        due = sum(penalty(m) * float(net.timeline.discount[m.periods[-1]]) for m in misses if soft(m))
        found = replace(found, paid=due, judged=(plan, misses))
        return rules_of(m for m in misses if not soft(m)), found

    def _open(self, matrix: Matrix) -> Session:
        return Session(self._relaxed(matrix), seed=self.options.seed)

    def _relaxed(self, matrix: Matrix) -> Matrix:
        if self.options.frozen and self._start is not None and self._start.values is not None:
            matrix = kept(self._built.net, matrix, self._start.values, whole=not self.options.lp)
        return replace(matrix, integral=np.zeros_like(matrix.integral)) if self.options.lp else matrix

    @property
    def whole(self) -> bool:
        """Whether points have whole numbers."""
        return bool(self._session.matrix.integral.any())

    def start_from(self, start: Start) -> None:
        """Let every point start from the base as it was solved here or elsewhere; frozen, keep what its plan decides."""
        self._start = start
        if not self.options.frozen:
            return
        self._session = self._open(self._built.matrix)
        self._limit = self._session.add_limit(self._shape.priority, math.inf) if self._shape.first else None
        if start.basis is None and start.values is not None and not self.whole:
            deadline = time.monotonic() + self.options.time_limit
            first = self._passes(self._built.net, self._built.matrix, 0.0, None, deadline)
            self._start = replace(start, basis=self._session.basis(), first_basis=first.first_basis)

    def base(self) -> tuple[Figures, Start]:
        """Solve the base, let every point start from it, and return its figures and what to start from."""
        began = time.monotonic()
        deadline = began + self.options.time_limit
        while True:
            net, matrix = self._built.net, self._built.matrix
            gap = self._gap(net, matrix, deadline)
            found = self._passes(net, matrix, gap, None, deadline)
            more, found = self._judged(self.case, net, matrix, found)
            if not more:
                break
            self._build(self._sources | more)
        basis = self._session.basis()
        self._start = Start(found.values, basis, found.first_basis, gap, found.held, self._sources)
        row = self._figures(net, matrix, found, gap, self._shape, began, in_place=True, audited=not self.options.lp)
        return row, self._start

    def _gap(self, net: Network, matrix: Matrix, deadline: float) -> float:
        """Return the absolute gap (MUSD): the asked share of the cash cost of the base's relaxation."""
        if not self.whole:
            return 0.0
        weights, _ = cost_weights(net, matrix)
        cash, constant = cost_weights(net, matrix, CASH_KINDS)
        self._session.relax_integers(True)
        relaxed = self._session.minimise(weights, time_limit=_left(deadline))
        self._session.relax_integers(False)
        spent = 0.0 if relaxed.values is None else float(cash @ relaxed.values)
        return self.options.gap * abs(spent + constant)

    def solve(self, changes: Overlay, near: Start | None = None, *, keep: bool = False) -> Figures:
        """Solve one point and return its figures.

        Parameters
        ----------
        changes : overlay
            What the point changes in the base.
        near : Start, optional
            The bases of a neighbour, from which a linear program starts; the base's without it. It decides how long the point
            takes, and which of several plans of the same cost is found.
        keep : bool
            Whether the bases of this point are to be left in `left`.

        Raises
        ------
        CaseError
            If the overlay does not fit the case, or makes a case with errors.
        SolverError
            If HiGHS fails.
        KeyboardInterrupt
            If the solver was stopped by Ctrl-C: such a point has no result.
        """
        assert self._start is not None, "solve the base, or give a start"
        began = time.monotonic()
        self.left = None
        case, touched = overlaid(self.case, changes)
        deadline = began + self.options.time_limit
        changed = self._built.changed(case, touched)
        if changed is None:
            return self._anew(case, began, self._sources)
        net, matrix = changed
        self._session.become(self._relaxed(matrix))
        start = self._start
        if near is not None and not self.whole:
            start = replace(start, basis=near.basis, first_basis=near.first_basis)
        keep = keep and not self.whole
        same = self._same_rows(matrix)
        found = self._passes(net, matrix, start.gap_money, start, deadline, same=same, keep=keep)
        if keep and found.values is not None:
            self.left = replace(start, values=None, basis=self._session.basis(), first_basis=found.first_basis)
        if found.status is Status.INFEASIBLE:
            raise_on_errors(check(case))
            if self.options.frozen:
                return self._refused(net, matrix, found, began)
        more, found = self._judged(case, net, matrix, found)
        if more:
            return self._anew(case, began, self._sources | more)
        return self._figures(net, matrix, found, start.gap_money, self._shape, began, in_place=True)

    def _anew(self, case: Case, began: float, sources: frozenset[int]) -> Figures:
        """Solve a point that changes more than numbers: built for itself, started from the base where names agree."""
        assert self._start is not None
        raise_on_errors(check(case))
        own = PointSolver(case, self.options, sources)
        net, matrix = own._built.net, own._built.matrix
        start = replace(self._start, values=self._translated(matrix))
        base = self._built.matrix
        if (matrix.row_names, matrix.column_names) != (base.row_names, base.column_names):
            start = replace(start, basis=None, first_basis=None)
        if self.options.frozen:
            own.start_from(replace(start))
        found = own._passes(net, matrix, start.gap_money, start, began + self.options.time_limit)
        if found.status is Status.INFEASIBLE and self.options.frozen:
            return own._refused(net, matrix, found, began)
        more, found = own._judged(case, net, matrix, found)
        if more:
            return self._anew(case, began, sources | more)
        return own._figures(net, matrix, found, start.gap_money, own._shape, began, in_place=False)

    def _refused(self, net: Network, matrix: Matrix, found: Found, began: float) -> Figures:
        """Return a point at which the kept plan is not possible, with the rule that it breaks."""
        row = self._figures(net, matrix, found, 0.0, self._shape, began, in_place=True)
        return row | {"message": broken_rules(net, self._relaxed(matrix))}

    def _translated(self, matrix: Matrix) -> Floats | None:
        """Return the base's plan in the columns of another matrix; zero where the base has no such column."""
        assert self._start is not None
        if self._start.values is None:
            return None
        known = self._built.matrix.column_of
        at = np.array([known.get(name, -1) for name in matrix.column_names])
        return np.where(at >= 0, self._start.values[at], 0.0)

    # ---- the passes of a point ----------------------------------------------------------------------------------------

    def _passes(
        self,
        net: Network,
        matrix: Matrix,
        gap: float,
        start: Start | None,
        deadline: float,
        *,
        same: bool = False,
        keep: bool = False,
    ) -> Found:
        """Minimise the shortage of priority 1, hold it, and minimise cost; whole numbers are made exact in the end.

        `same`: nothing that the first pass looks at is other than in the base. `keep`: the basis of the first pass is wanted.
        """
        weights, constant = cost_weights(net, matrix)
        first = Found(Status.OPTIMAL, None, -math.inf, 0.0, 0.0)
        plan = None if start is None else start.values
        if self._limit is not None:
            if start is not None and (start.held <= 0.0 or same):
                # What it is in the base it is here; or its result can not be less than nothing.
                self._session.move_limit(self._limit, start.held)
                found = self._cheapest(weights, gap, start, plan, deadline)
                if found.status is not Status.INFEASIBLE:
                    first = replace(first, held=start.held, first_basis=start.first_basis)
                    return self._cleaned(found, weights, constant, first, deadline)
                first = replace(first, seconds=found.seconds)
            first = self._first(net, start, deadline, first.seconds, keep=keep or start is None)
            if first.values is None:
                return first
            self._session.move_limit(self._limit, first.held)
            if self.whole:
                start = Start(first.values, None, None, gap, first.held)
        found = self._cheapest(weights, gap, start, plan, deadline)
        return self._cleaned(found, weights, constant, first, deadline)

    def _first(self, net: Network, start: Start | None, deadline: float, seconds: float, *, keep: bool) -> Found:
        """Return the least shortage of priority 1; `seconds` have been spent already."""
        assert self._limit is not None
        self._session.move_limit(self._limit, math.inf)
        advice = None if start is None else replace(start, basis=start.first_basis)
        found = self._minimise(self._shape.priority, 1e-7 * max(self._need(net), 1.0), advice, deadline)
        # Below a gram it is the solver's rounding, as in a plan.
        held = found.objective if found.values is not None and found.objective > 1e-6 else 0.0
        basis = self._session.basis() if keep else None
        return Found(found.status, found.values, -math.inf, held, seconds + found.seconds, basis)

    def _same_rows(self, matrix: Matrix) -> bool:
        base = self._built.matrix
        return all(
            np.array_equal(getattr(matrix, part), getattr(base, part)) for part in ("values", "row_lower", "row_upper")
        )

    def _need(self, net: Network) -> float:
        return sum(float(net.case.amounts("Demand", d).sum()) for d in net.demand)

    def _minimise(self, weights: Floats, gap: float, start: Start | None, deadline: float) -> Solution:
        if start is not None and start.basis is not None and not self.whole:
            self._session.start_from(start.basis)
        values = start.values if start is not None and self.whole else None
        found = self._session.minimise(weights, gap=gap, time_limit=_left(deadline), start=values)
        if found.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        return found

    def _cheapest(
        self, weights: Floats, gap: float, start: Start | None, plan: Floats | None, deadline: float
    ) -> Solution:
        """Minimise cost, with whole numbers from the base's plan and all else decided anew, where that is possible."""
        if plan is None or not self.whole:
            return self._minimise(weights, gap, start, deadline)
        kept = self._with_whole_numbers(plan, weights, _left(deadline))
        if kept.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if kept.values is None:
            found = self._minimise(weights, gap, start, deadline)
        else:
            self._session.rely_on_start(True)
            try:
                found = self._minimise(weights, gap, Start(kept.values, None, None, gap, 0.0), deadline)
            finally:
                self._session.rely_on_start(False)
        return replace(found, seconds=kept.seconds + found.seconds)

    def _with_whole_numbers(self, values: Floats, weights: Floats, seconds: float) -> Solution:
        """Minimise with the whole numbers of a plan, all else decided anew."""
        self._session.fix_integers(values)
        found = self._session.minimise(weights, time_limit=seconds)
        self._session.free_integers()
        return found

    def _cleaned(self, found: Solution, weights: Floats, constant: float, first: Found, deadline: float) -> Found:
        seconds = first.seconds + found.seconds
        values, bound = found.values, found.bound + constant
        if values is not None and self.whole:
            exact = self._with_whole_numbers(values, weights, max(_left(deadline), 10.0))
            seconds += exact.seconds
            if exact.values is not None and exact.status is Status.OPTIMAL:
                values = exact.values
        return Found(found.status, values, bound, first.held, seconds, first.first_basis)

    # ---- figures ------------------------------------------------------------------------------------------------------

    def _figures(
        self,
        net: Network,
        matrix: Matrix,
        found: Found,
        gap: float,
        shape: Shape,
        began: float,
        *,
        in_place: bool,
        audited: bool = False,
    ) -> Figures:
        out: Figures = {"status": found.status.value, "in_place": in_place}
        if found.values is not None:
            values = np.where(np.abs(found.values) > TINY, found.values, 0.0)
            out |= shape.figures(net, matrix, values, not self.options.lp)
            out |= {k: out[k] + found.paid for k in ("objective", "penalties")}
            out |= details(net, matrix, values) if self.options.detail else {}
            out["bound"] = min(found.bound, out["objective"]) if math.isfinite(found.bound) else None
            out["gap_asked"] = gap
            out["priority_shortage"] = found.held if self._limit is not None else None
            if audited or (self.options.audit and not self.options.lp):
                said = wrong(net, matrix, found, out)
                out = {"status": REFUSED, "message": said, "in_place": in_place} if said else out | {"audited": True}
        out["solver_seconds"] = round(found.seconds, 6)
        out["seconds"] = round(time.monotonic() - began, 6)
        return out


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.05)


__all__ = ["Options", "PointSolver"]
