"""What a point of a sweep costs: beyond the solver, against building anew, and with two workers.

`python -m benchmarks.sweeps [CASE] [FIELD …]`: the linear program of the case, in milliseconds of processor time, the least of
seven points per field, since other work on the machine only adds to it. Bare is what HiGHS itself takes for the same changes from
the same basis: its calls to change, run and read the model, and nothing of ours. Overhead is all else of the point: its case and
key, the changed rows and costs, what reads its figures, and the store. Asked: at most a tenth of bare or 20 ms, and 3 times
faster than building and solving anew.
`python -m benchmarks.sweeps [CASE] --workers`: the gain of two processes against one (asked: 1.7 on two free cores), over draws
that take each process 30 seconds and more, one thread each.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from model.case.case import Case
from model.case.load import load
from model.study.design import Design, Parameter
from model.study.identity import Identity
from model.study.overlay import Change, Target, overlaid
from model.study.session import Options, PointSolver
from model.study.store import Store
from model.study.sweeps import sweep

CASE = Path(__file__).parents[1] / "inputs" / "rare_earths"
FACTORS = (0.96, 0.97, 0.98, 0.99, 1.02, 1.03, 1.05)
AGAINST = 1  # of them is built anew as well
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
    """Counts what is spent in HiGHS: whatever a bare re-solve of the same change would do as well."""

    _CALLS = (
        "changeCoeff",
        "changeRowBounds",
        "changeRowsBounds",
        "changeColsCost",
        "setBasis",
        "setOptionValue",
        "getSolution",
        "getInfo",
        "getModelStatus",
    )

    def __init__(self, solver: PointSolver) -> None:
        self.seconds = 0.0
        session = solver._session
        for name in self._CALLS:
            setattr(session._highs, name, self._counted(getattr(type(session._highs), name), session._highs))
        # The run is in a thread of its own, for which this one waits.
        session._run = self._counted(type(session)._run, session)

    def _counted(self, method: Callable[..., Any], owner: object) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            began = time.process_time()
            try:
                return method(owner, *args)
            finally:
                self.seconds += time.process_time() - began

        return call


def main(case: Case, fields: list[str], workers: bool) -> None:
    """Print a table of milliseconds, or the gain of two workers."""
    if workers:
        _workers(case)
        return
    solver = PointSolver(case, Options(lp=True))
    solver.base()
    print(f"{solver._built.matrix.shape[0]} rows, {solver._built.matrix.nonzeros} nonzeros")
    print("field, all rows | bare ms | overhead ms | share | built anew and solved ms | times faster")
    with TemporaryDirectory() as folder, Store(Path(folder) / "points.sqlite") as store:
        for table, field in VARIED:
            if not fields or field in fields:
                _line(case, solver, store, table, field)


def _line(case: Case, solver: PointSolver, store: Store, table: str, field: str) -> None:
    bare, beyond, anew = [], [], []
    identity = Identity(Options(lp=True))
    identity.key(case)
    target = Target(table, "Any", field)
    solver.solve((Change(target, "×", 1.0),))
    for factor in FACTORS:
        change = Change(target, "×", factor)
        clock = Clock(solver)
        began = time.process_time()
        key = identity.key(overlaid(case, [change])[0])
        row = solver.solve((change,))
        store.add(key, row)
        took = time.process_time() - began
        if not row["in_place"]:
            continue  # something comes or goes at this factor, such as the bound of a plant by its feed
        beyond.append(took - clock.seconds)
        bare.append(clock.seconds)
        if len(anew) < AGAINST:
            began = time.process_time()
            other = PointSolver(overlaid(case, [change])[0], Options(lp=True)).base()[0]
            anew.append(time.process_time() - began)
            assert abs(other["objective"] - row["objective"]) <= 1e-6 * abs(other["objective"])
    w, b, a = (1e3 * min(x) for x in (bare, beyond, anew))
    print(f"{table}, {field} | {w:.0f} | {b:.1f} | {100 * b / w:.0f} % | {a:.0f} | {a / (w + b):.0f}", flush=True)


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
