"""The one seam to HiGHS: a matrix goes in, typed outcomes come out; nothing is read from a run that did not succeed."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import numpy as np

from model.errors import SolverError
from model.solver.canary import require_sane_solver
from model.solver.compile import Floats, Matrix


class Status(Enum):
    """What a run of the solver established."""

    OPTIMAL = "optimal"
    INFEASIBLE = "no plan exists"
    UNBOUNDED = "cost has no lower limit"
    STOPPED = "stopped by the time limit"
    INTERRUPTED = "stopped by the user"


_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: Status.STOPPED,
    highspy.HighsModelStatus.kSolutionLimit: Status.STOPPED,
    highspy.HighsModelStatus.kInterrupt: Status.INTERRUPTED,
    highspy.HighsModelStatus.kHighsInterrupt: Status.INTERRUPTED,
}


_BASIS_STATUS = [highspy.HighsBasisStatus(s) for s in range(5)]
_BASES_AT_HAND = 4  # those of the base and of a neighbour, for two passes


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of progress: `incumbent` is None until there is a plan; both in the unit of the objective."""

    stage: str
    incumbent: float | None
    bound: float | None
    seconds: float


_FOR_A_FIRST_PLAN = (
    "mip_heuristic_run_rens",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
    "mip_allow_restart",
)


@dataclass(frozen=True)
class Solution:
    """Result of one run. `values` is None unless a feasible point was found."""

    status: Status
    objective: float
    bound: float
    values: Floats | None
    seconds: float


@dataclass(frozen=True)
class Basis:
    """A simplex basis: one status per column and per row, as HiGHS numbers them. Unlike HiGHS's own, it can be stored."""

    columns: bytes
    rows: bytes


OnProgress = Callable[[Progress], None]


class Session:
    """One HiGHS object holding one matrix; numbers of it may change, limits be added, integers fixed, objectives exchanged.

    Parameters
    ----------
    threads : int
        1 by default: HiGHS keeps its threads per Python thread and returns nonsense when the number changes.
    """

    def __init__(self, matrix: Matrix, *, threads: int = 1, seed: int = 0) -> None:
        self.matrix = matrix
        self.threads, self.seed = threads, seed
        self._whole = bool(matrix.integral.any())
        self._limit_scales: dict[int, float] = {}
        highspy.Highs.resetGlobalScheduler(True)
        require_sane_solver()
        highspy.Highs.resetGlobalScheduler(True)
        self._highs = highspy.Highs()
        self._options = {
            "output_flag": False,
            "threads": threads,
            "random_seed": seed,
            "mip_feasibility_tolerance": 1e-6,
            "primal_feasibility_tolerance": 1e-7,
            "dual_feasibility_tolerance": 1e-7,
        }
        for name, value in self._options.items():
            self._set(name, value)
        self._pass(matrix)
        self._ready: dict[Basis, highspy.HighsBasis] = {}
        self._stop = threading.Event()
        for callback in (self._highs.cbSimplexInterrupt, self._highs.cbIpmInterrupt, self._highs.cbMipInterrupt):
            callback.subscribe(self._interrupt_if_asked)

    def _set(self, name: str, value: Any) -> None:
        _must(self._highs.setOptionValue(name, value), f"option {name}")

    def _pass(self, matrix: Matrix) -> None:
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_ = np.zeros(matrix.shape[1])
        lp.col_lower_, lp.col_upper_ = matrix.col_lower, matrix.col_upper
        lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.starts, matrix.columns, matrix.values
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if w else highspy.HighsVarType.kContinuous for w in matrix.integral
        ]
        _must(self._highs.passModel(lp), "the model")

    def become(self, matrix: Matrix) -> None:
        """Change coefficients, row bounds and thereby the model to those of a matrix with the same rows, columns and entries.

        Only what differs is changed, so that a basis stays of use.
        """
        old = self.matrix
        for at in np.flatnonzero(matrix.values != old.values):
            row = int(np.searchsorted(old.starts, at, side="right")) - 1
            _must(self._highs.changeCoeff(row, int(old.columns[at]), float(matrix.values[at])), "a coefficient")
        rows = np.flatnonzero((matrix.row_lower != old.row_lower) | (matrix.row_upper != old.row_upper))
        rows = rows.astype(np.int32)
        if len(rows):
            low, high = matrix.row_lower[rows], matrix.row_upper[rows]
            _must(self._highs.changeRowsBounds(len(rows), rows, low, high), "row bounds")
        self.matrix = matrix

    def basis(self) -> Basis | None:
        """Return the basis of the last run; None after a whole-number run or where there is none."""
        found = self._highs.getBasis()
        if self._whole or not found.valid:
            return None
        return Basis(*(bytes([s.value for s in part]) for part in (found.col_status, found.row_status)))

    def start_from(self, basis: Basis) -> None:
        """Let the next run start from a basis, if it fits the model; a run takes it as advice."""
        if basis not in self._ready:
            if len(self._ready) >= _BASES_AT_HAND:
                self._ready.clear()
            made = highspy.HighsBasis()
            made.col_status = [_BASIS_STATUS[s] for s in basis.columns]
            made.row_status = [_BASIS_STATUS[s] for s in basis.rows]
            made.valid = True
            made.alien = False  # it is one that HiGHS gave: it need not be factorised only to see that it is regular
            self._ready[basis] = made
        _must(self._highs.setBasis(self._ready[basis]), "a basis")

    def add_limit(self, weights: Floats, upper: float) -> int:
        """Add the row weights · x ≤ upper and return its number; it stays for all later runs."""
        columns = np.flatnonzero(weights).astype(np.int32)
        # Scaled to a largest entry of 1, so that the solver's absolute tolerance means the same for every such row.
        scale = 1.0 / float(np.max(np.abs(weights[columns]))) if len(columns) else 1.0
        row = self.matrix.shape[0] + len(self._limit_scales)
        _must(
            self._highs.addRow(-highspy.kHighsInf, upper * scale, len(columns), columns, weights[columns] * scale),
            "a row",
        )
        self._limit_scales[row] = scale
        return row

    def move_limit(self, row: int, upper: float) -> None:
        """Give a row that `add_limit` added another upper end; infinity lifts it."""
        bound = upper * self._limit_scales[row] if math.isfinite(upper) else highspy.kHighsInf
        _must(self._highs.changeRowBounds(row, -highspy.kHighsInf, bound), "a row bound")

    def relax_integers(self, relaxed: bool) -> None:
        """Treat whole-number columns as continuous, or as whole again."""
        kind = highspy.HighsVarType.kContinuous if relaxed else highspy.HighsVarType.kInteger
        for j in np.flatnonzero(self.matrix.integral):
            _must(self._highs.changeColIntegrality(int(j), kind), "integrality")
        self._whole = not relaxed and bool(self.matrix.integral.any())

    def free_integers(self) -> None:
        """Undo `fix_integers`: the bounds of the matrix, and whole again."""
        for j in np.flatnonzero(self.matrix.integral):
            low, high = float(self.matrix.col_lower[j]), float(self.matrix.col_upper[j])
            _must(self._highs.changeColBounds(int(j), low, high), "a bound")
        self.relax_integers(False)

    def rely_on_start(self, relied: bool) -> None:
        """Leave out, or take up again, what looks for a first good plan: nested searches, and restarts of the root.

        With a good start at hand they cost more than half of the time of a point (`benchmarks/README.md`). The gap that is
        asked for is proven all the same.
        """
        for option in _FOR_A_FIRST_PLAN:
            self._set(option, not relied)

    def fix_integers(self, values: Floats) -> None:
        """Fix every whole-number column at its rounded value and treat it as continuous from now on."""
        self.relax_integers(True)
        for j in np.flatnonzero(self.matrix.integral):
            whole = float(round(values[j]))
            _must(self._highs.changeColBounds(int(j), whole, whole), "a bound")

    def keep_optimal_face(self) -> None:
        """Restrict the model to all points as good as the last optimum, by complementary slackness.

        What has a price in the optimal dual solution stays where it is: columns with a reduced cost at their bound, rows with
        a dual at theirs. Any optimum keeps to this whatever dual solution was found, and, unlike a row "cost within 1e-7",
        it leaves no slack that a second objective would spend on crumbs.
        """
        solution, lp = self._highs.getSolution(), self._highs.getLp()
        # Every attribute of these objects is copied when it is looked at: once each, not once per column.
        for j, at in _priced_ends(solution.col_dual, solution.col_value, lp.col_lower_, lp.col_upper_):
            _must(self._highs.changeColBounds(j, at, at), "a bound")
        for i, at in _priced_ends(solution.row_dual, solution.row_value, lp.row_lower_, lp.row_upper_):
            _must(self._highs.changeRowBounds(i, at, at), "a row bound")

    def minimise(
        self,
        weights: Floats,
        *,
        gap: float = 0.0,
        time_limit: float = math.inf,
        stage: str = "",
        start: Floats | None = None,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        """Minimise weights · x.

        Parameters
        ----------
        weights : array, shape (n,)
            Objective in the caller's unit.
        gap : float
            Absolute gap in the objective's unit at which a whole-number run may stop; 0 for proven.
        time_limit : float
            Seconds for this run.
        start : array, optional
            A point whose whole numbers are tried first; NaN where the solver may choose.

        Raises
        ------
        SolverError
            If HiGHS fails or returns a status that may not be read as a result.
        """
        scale = _scale(weights)
        size = len(weights)
        _must(self._highs.changeColsCost(size, np.arange(size, dtype=np.int32), weights * scale), "the objective")
        self._set("mip_rel_gap", 0.0)
        self._set("mip_abs_gap", max(gap * scale, 1e-9))
        began = time.monotonic()
        self._set(
            "time_limit",
            float(self._highs.getRunTime()) + time_limit if math.isfinite(time_limit) else highspy.kHighsInf,
        )
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(np.where(np.isnan(start), highspy.kHighsInf, start))  # infinite: not given
            self._highs.setSolution(solution)
        self._listen(on_progress, stage, scale, began)
        status = self._run()
        return self._read(status, weights, scale, time.monotonic() - began)

    def _listen(self, on_progress: OnProgress | None, stage: str, scale: float, began: float) -> None:
        self._highs.cbMipLogging.clear()
        self._highs.cbMipImprovingSolution.clear()
        self._set("output_flag", on_progress is not None)
        self._set("log_to_console", False)
        if on_progress is None:
            return

        def tell(event: Any) -> None:
            data = event.data_out
            primal, bound = float(data.mip_primal_bound) / scale, float(data.mip_dual_bound) / scale
            on_progress(
                Progress(
                    stage,
                    primal if abs(primal) < 1e20 else None,
                    bound if abs(bound) < 1e20 else None,
                    time.monotonic() - began,
                )
            )

        self._highs.cbMipLogging += tell
        self._highs.cbMipImprovingSolution += tell

    def _run(self) -> highspy.HighsStatus:
        """Run the solver; Ctrl-C, however often, makes it stop with what it has."""
        # Python delivers Ctrl-C to the main thread only; elsewhere a plain run is enough.
        if threading.current_thread() is not threading.main_thread():
            return highspy._Highs.run(self._highs)
        # The run goes to a thread of its own, so that the main thread stays free for Ctrl-C. highspy's own way of doing this
        # prints, ends the process at the fifth Ctrl-C, and shares its locks between all solvers of the process.
        answer: list[highspy.HighsStatus] = []
        done = threading.Event()

        def work() -> None:
            try:
                answer.append(highspy._Highs.run(self._highs))
            finally:
                done.set()

        self._stop.clear()
        with _ctrl_c_sets(self._stop):  # before the thread starts, which may be well under way when this one goes on
            threading.Thread(target=work, daemon=True).start()
            # An event, not Thread.join: an interrupted join takes the thread for finished (CPython issue 89437).
            while not done.wait(0.05):
                pass
        return answer[0] if answer else highspy.HighsStatus.kError

    def _interrupt_if_asked(self, event: Any) -> None:
        if self._stop.is_set():
            event.interrupt()

    def _read(self, run: highspy.HighsStatus, weights: Floats, scale: float, seconds: float) -> Solution:
        model_status = self._highs.getModelStatus()
        if model_status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            return self._decide(weights, seconds)
        if run not in (highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning) or model_status not in _STATUS:
            raise SolverError(f"HiGHS stopped with {run} and {model_status}; no result was read")
        status = _STATUS[model_status]
        info = self._highs.getInfo()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status is Status.OPTIMAL and not feasible and model_status != highspy.HighsModelStatus.kModelEmpty:
            raise SolverError("HiGHS reports an optimum without a feasible point; no result was read")
        if status in (Status.INFEASIBLE, Status.UNBOUNDED) or not feasible:
            return Solution(status, math.nan, -math.inf, None, seconds)
        values = np.array(self._highs.getSolution().col_value, dtype=float)
        objective = product(weights, values)
        whole = self._whole and math.isfinite(info.mip_dual_bound)
        bound = float(info.mip_dual_bound) / scale if whole else objective if status is Status.OPTIMAL else -math.inf
        return Solution(status, objective, min(bound, objective), values, seconds)

    def _decide(self, weights: Floats, seconds: float) -> Solution:
        """Tell infeasible from unbounded by solving without presolve."""
        self._set("presolve", "off")
        try:
            self._run()
            model_status = self._highs.getModelStatus()
        finally:
            self._set("presolve", "choose")
        if model_status not in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnbounded):
            raise SolverError(f"HiGHS could not tell infeasible from unbounded ({model_status})")
        return Solution(_STATUS[model_status], math.nan, -math.inf, None, seconds)


@contextmanager
def _ctrl_c_sets(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C set an event instead of raising; a handler of the caller's own is left in place.

    An exception would not do: the second Ctrl-C may come while the first is being handled, and end the run with nothing.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Duals are those of the scaled objective, whose typical coefficient is 1: below the solver's own tolerance they are noise.
_PRICED = 1e-7


def _priced_ends(dual: Any, value: Any, lower: Any, upper: Any) -> list[tuple[int, float]]:
    """Return (index, the bound at which it stands) of everything that has a price in the optimal dual solution."""
    at, low, high = np.asarray(value), np.asarray(lower), np.asarray(upper)
    nearest = np.where(np.abs(at - low) <= np.abs(at - high), low, high)
    return [(int(i), float(nearest[i])) for i in np.flatnonzero(np.abs(np.asarray(dual)) > _PRICED)]


def product(weights: Floats, values: Floats) -> float:
    """Return weights · x of two vectors of shape (n,).

    numpy's own product hands long vectors to several threads, which spin for a tenth of a second after it: as much processor
    time as a small re-solve, taken from whoever solves beside it.
    """
    return float(np.einsum("i,i->", weights, values))


def _must(status: highspy.HighsStatus, what: str) -> None:
    if status not in (highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning):
        raise SolverError(f"HiGHS did not accept {what}: {status}")


def _scale(weights: Floats) -> float:
    """Return a power of two that brings the typical size of the objective's coefficients to 1.

    Costs in MUSD per t leave freight at 2e-5, where the solver's absolute tolerances would hide it.
    """
    sizes = np.abs(weights[weights != 0.0])
    if not len(sizes):
        return 1.0
    return float(2.0 ** round(-float(np.mean(np.log2(sizes)))))


def versions() -> dict[str, str]:
    """Return the versions of HiGHS and its Python package."""
    from importlib.metadata import version

    return {"highspy": version("highspy"), "pyomo": version("pyomo")}
