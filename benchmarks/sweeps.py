"""What a point of a sweep costs: beyond the solver, against building anew, and with two workers.

`python -m benchmarks.sweeps [CASE] [FIELD …]`: the linear program of the case, three points per field, medians, and how many
times faster a point is than building and solving it anew (asked: 3). Overhead is processor time outside the seam to HiGHS, so
that other work on the machine does not count. `python -m benchmarks.sweeps [CASE] --workers`: the gain of two processes against
one (asked: 1.7 on two free cores), over draws that take each process 30 seconds and more, one thread each.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.case.load import load
from model.solver.highs import Session
from model.study.design import Design, Parameter
from model.study.overlay import Change, Target, overlaid
from model.study.session import Options, PointSolver
from model.study.sweeps import sweep

CASE = Path(__file__).parents[1] / "inputs" / "rare_earths"
FACTORS = (0.97, 1.02, 1.05)
LEAST_SECONDS = 35.0
VARIED = (
    ("Offers", "price"),
    ("Offers", "available_to_us"),
    ("Demand", "quantity"),
    ("Export Controls", "volume"),
    ("De-risking Rules", "limit"),
    ("Shortage Costs", "cost"),
    ("Projects", "capex_per_capacity"),
    ("Lines", "capacity"),
    ("Lanes", "cost"),
)


class Clock:
    """Counts what is spent in the session of a solver: all that a bare re-solve of the same change would do."""

    def __init__(self, solver: PointSolver) -> None:
        self.seconds = self.busy = 0.0
        for name in ("become", "start_from", "move_limit", "minimise"):
            setattr(solver._session, name, self._counted(getattr(type(solver._session), name), solver._session))

    def _counted(self, method: Callable[..., Any], session: Session) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            began, busy = time.perf_counter(), time.thread_time()
            try:
                return method(session, *args, **options)
            finally:
                self.seconds += time.perf_counter() - began
                self.busy += time.thread_time() - busy

        return call


def main(case: Case, fields: list[str], workers: bool) -> None:
    """Print a table of milliseconds, or the gain of two workers."""
    if workers:
        _workers(case)
        return
    solver = PointSolver(case, Options(lp=True))
    solver.base()
    print("parameter | warm solver ms | overhead ms | overhead % | built anew ms | times faster")
    for table, field in VARIED:
        if not fields or field in fields:
            _line(case, solver, table, field)


def _line(case: Case, solver: PointSolver, table: str, field: str) -> None:
    warm, beyond, anew = [], [], []
    solver.solve((Change(Target(table, "Any", field), "×", 1.0),))
    for factor in FACTORS:
        change = Change(Target(table, "Any", field), "×", factor)
        clock = Clock(solver)
        busy = time.thread_time()
        row = solver.solve((change,))
        beyond.append(time.thread_time() - busy - clock.busy)
        warm.append(clock.seconds)
        began = time.perf_counter()
        other = PointSolver(overlaid(case, [change])[0], Options(lp=True)).base()[0]
        anew.append(time.perf_counter() - began)
        assert abs(other["objective"] - row["objective"]) <= 1e-6 * abs(other["objective"])
    w, b, a = (1e3 * statistics.median(x) for x in (warm, beyond, anew))
    print(f"{table}.{field} | {w:.0f} | {b:.0f} | {100 * b / w:.0f} | {a:.0f} | {a / (w + b):.1f}")


def _workers(case: Case) -> None:
    """Time the same draws with one process and with two, after each has built its base."""
    parameters = (
        Parameter(Target("Offers", "Any", "price"), "×", 0.8, 1.2),
        Parameter(Target("Demand", "Any", "quantity"), "×", 0.9, 1.1),
    )
    probe = PointSolver(case, Options(lp=True))
    probe.base()
    began = time.perf_counter()
    for factor in FACTORS:
        probe.solve(tuple(Change(p.target, p.how, factor) for p in parameters))
    one = (time.perf_counter() - began) / len(FACTORS)
    # Draws in powers of two are balanced; half of them should take a process half a minute.
    draws = 2 ** math.ceil(math.log2(max(16.0, 2 * LEAST_SECONDS / one)))
    design = Design("draws", parameters, "Sobol", draws)
    took = {}
    for workers in (2, 1):
        told: list[float] = []
        sweep(case, design, lp=True, workers=workers, on_progress=lambda _, told=told: told.append(time.perf_counter()))
        # The first points wait for the bases to be built; the rate is that of the later ones.
        took[workers] = (told[-1] - told[8]) / (len(told) - 9)
    chunk = took[2] * draws
    print(f"{draws} draws, {chunk:.0f} seconds of work for each of two processes, one thread each")
    print(f"seconds per point: {took[1]:.3f} with one process, {took[2]:.3f} with two: {took[1] / took[2]:.2f} times")


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    main(load(Path(words[0]) if words else CASE), words[1:], "--workers" in sys.argv)
