"""Steps of a frontier: one matrix, solved with at most so much of a measure; in this process or in several.

A step starts from the pay-off table alone: with whole numbers from the plan with the least of the measure, which keeps to every
limit, else from the basis of the cheapest plan. So it is the same wherever, and after whatever else, it is solved.
"""

from __future__ import annotations

import math
import multiprocessing
import pickle
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

import numpy as np

from model.case.case import Case
from model.errors import CaseError, SolverError
from model.network.parts import Scope
from model.plan import CASH_KINDS
from model.problems import problem
from model.solver.compile import Floats
from model.solver.highs import Basis, Session, Solution
from model.solver.passes import cost_weights, priority_weights
from model.study.inplace import Built
from model.study.measures import Measure, measure_of, short
from model.study.overlay import overlaid
from model.study.session import Options


@dataclass(frozen=True)
class Corners:
    """What every step needs to know of the pay-off table.

    Attributes
    ----------
    held : float
        Shortage of priority 1 that every step keeps to (t).
    gap : float
        Absolute gap (MUSD).
    weight : float
        MUSD per unit of the measure by which the second term counts.
    plan : array or None
        The plan with the least of the measure, shape (n,).
    basis : Basis or None
        Of the cheapest plan, where there are no whole numbers.
    """

    held: float
    gap: float
    weight: float
    plan: Floats | None
    basis: Basis | None


class Program:
    """The program of a frontier: what is minimised, what is limited, and the session that solves it.

    Raises
    ------
    CaseError
        If nothing in the case enters the measure.
    """

    def __init__(self, case: Case, measure: Measure, options: Options) -> None:
        built = Built(case, Scope())
        self.net, self.matrix, self.options = built.net, built.matrix, options
        if options.lp:
            self.matrix = replace(self.matrix, integral=np.zeros_like(self.matrix.integral))
        self.cost, self.constant = cost_weights(self.net, self.matrix, measure.kinds)
        self.cash, self.cash_constant = cost_weights(self.net, self.matrix, CASH_KINDS)
        self.less, self.short = measure.weights(self.net, self.matrix), short(self.net, self.matrix)
        if not self.less.any():
            raise CaseError([problem("frontier-nothing", found=measure.name)])
        self.first = priority_weights(self.net, self.matrix)
        self.whole = bool(self.matrix.integral.any())
        self.session = Session(self.matrix, seed=options.seed)
        self._priority = self.session.add_limit(self.first, math.inf) if self.first.any() else None
        self._limit = self.session.add_limit(self.less, math.inf)
        self._dear = self.session.add_limit(self.cost, math.inf)

    def minimise(
        self,
        weights: Floats,
        gap: float,
        start: Floats | None = None,
        *,
        measure: float = math.inf,
        cost: float = math.inf,
    ) -> Solution:
        """Return the least of weights · x with at most so much of the measure, and of cost; `start` is for whole numbers."""
        self.session.move_limit(self._limit, measure)
        self.session.move_limit(self._dear, cost)
        advice = start if self.whole else None
        return self.session.minimise(weights, gap=gap, time_limit=self.options.time_limit, start=advice)

    def hold(self, shortage: float) -> None:
        """Keep the shortage of priority 1 at no more than so many tonnes from now on."""
        if self._priority is not None:
            self.session.move_limit(self._priority, shortage)

    def step(self, limit: float, corners: Corners) -> Solution:
        """Return the cheapest plan with at most so much of the measure."""
        self.hold(corners.held)
        if corners.basis is not None:
            self.session.start_from(corners.basis)
        weights = self.cost + corners.weight * self.less
        return self.minimise(weights, corners.gap, corners.plan, measure=limit)


# ---- in several processes --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """What a process is told once: the case as it was asked about, and where its steps start."""

    case: Case
    against: str
    options: Options
    corners: Corners


_OWN: list[_Work] = []
_PROGRAM: list[Program] = []


def _begin(packed: bytes) -> None:
    # Ctrl-C reaches every process of a console; the coordinating one decides what happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _OWN[:] = [pickle.loads(packed)]


def _step(limit: float) -> Solution:
    work = _OWN[0]
    if not _PROGRAM:
        measure = measure_of(work.case, work.against)
        _PROGRAM[:] = [Program(overlaid(work.case, measure.overlay)[0], measure, work.options)]
    return _PROGRAM[0].step(limit, work.corners)


def in_processes(
    case: Case, against: str, options: Options, corners: Corners, limits: Mapping[str, float], workers: int
) -> Iterator[tuple[str, Solution]]:
    """Yield the steps of some limits, by name, as they are solved by processes of this machine.

    Raises
    ------
    SolverError
        If a process ended, or HiGHS failed in it.
    """
    before = set(multiprocessing.active_children())
    packed = pickle.dumps(_Work(case, against, options, corners))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(limits)), mp_context=context, initializer=_begin, initargs=(packed,))
    try:
        steps = {pool.submit(_step, limit): name for name, limit in limits.items()}
        for step in as_completed(steps):
            yield steps[step], step.result()
    except BrokenProcessPool:
        raise SolverError(
            "a process that solved a step ended, perhaps for want of memory; what is solved is kept: start again with fewer"
        ) from None
    finally:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
