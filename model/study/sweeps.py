"""`sweep`: many points of one case, solved warm, kept in a store, as a tidy table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from model.case.build import raise_on_errors
from model.case.case import Case
from model.checking import check
from model.errors import CaseError
from model.problems import problem
from model.schema.values import fold, nearest
from model.solver.highs import Status
from model.study import ends
from model.study.design import BASE, Design, Parameter, Point, designs_of, neighbours, points_of
from model.study.engines import PROBLEM, Dask, Engine, InThisProcess, Processes, Setup
from model.study.figures import Figures
from model.study.identity import Identity, source_hash
from model.study.overlay import Overlay, overlaid
from model.study.session import Options, PointSolver
from model.study.starts import Start, packed, unpacked
from model.study.store import Store
from model.study.tasks import Task

GAP_SHARE = 0.1  # of the case's gap: points are told apart by less than a plan may be off

_LEADING = ("point", "status", "objective", "bound", "change_least", "change_most")


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far a sweep is: points done in this run, failed among them, taken from the store, of all; seconds left, if known."""

    done: int
    failed: int
    cached: int
    total: int
    seconds_left: float | None


OnSweepProgress = Callable[[SweepProgress], None]


@dataclass(frozen=True)
class Sweep:
    """Result of `sweep`.

    Attributes
    ----------
    design : Design
        What was varied, with method and seed.
    points : DataFrame
        One row per point, the base first as point 0: a column per parameter (blank: as it is), status, objective and bound
        (MUSD, discounted), `change_least` to `change_most` (the change against the base lies between them), cash, shortage and
        costs by kind (MUSD), tonnes short by end use, permits and builds.
    solved, cached : int
        Points solved in this run, and taken from the store.
    notes : tuple of str
        What to know about the run.
    """

    design: Design
    points: pd.DataFrame
    solved: int
    cached: int
    notes: tuple[str, ...] = ()

    @property
    def base(self) -> pd.Series:
        """The row of the base."""
        return self.points.iloc[0]

    def save(self, path: str | Path) -> None:
        """Write the points as a CSV file."""
        self.points.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def sweep(
    case: Case,
    name: str | Design | None = None,
    *,
    store: str | Path | None = None,
    workers: int = 1,
    cluster: str | None = None,
    lp: bool = False,
    frozen: bool = False,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    audit: bool = False,
    on_progress: OnSweepProgress | None = None,
) -> Sweep:
    """Solve a case at many points.

    Parameters
    ----------
    case : Case
        The base; it is checked first.
    name : str or Design, optional
        A sweep of table Sweeps, which may be left out if there is one only; or a design made in Python.
    store : path, optional
        SQLite file that keeps every point as soon as it is solved. What it has is not solved again: a run that was stopped goes
        on where it was, points added later reuse the rest.
    workers : int
        Processes. More than one needs the calling script to be guarded by ``if __name__ == "__main__":``.
    cluster : str, optional
        Address of a Dask scheduler whose workers are taken instead.
    lp : bool
        Whether to relax whole numbers: quick, and a lower bound.
    frozen : bool
        Whether to keep what the base's plan decides for good (whole numbers, sizes, contract quantities) at every point, and to
        re-optimise the rest. What that costs more than a plan of the point's own is the value of being able to adapt.
    gap : float, optional
        Share of the base's cash cost that may remain unproven at a point; a tenth of Setting Optimality Gap by default. Objective
        and bound are both shown: a difference smaller than they are apart is not shown to exist.
    time_limit : float, optional
        Seconds for one point; Setting Time Limit by default.
    seed : int
        Of draws and of HiGHS.
    audit : bool
        Whether to audit the plan of every point, as that of the base always is; relaxed whole numbers are no plan to audit.
    on_progress : callable, optional
        Called with a `SweepProgress` after every point.

    Raises
    ------
    CaseError
        If the case has errors, or no such sweep, or if it would have errors at an end of a range.
    StoreError
        If the store can not be used.
    SetupError
        If the cluster can not be used.
    """
    raise_on_errors(check(case))
    design = replace(name, seed=name.seed or seed) if isinstance(name, Design) else design_named(case, name, seed)
    ends.refuse(case, design.parameters)
    share = GAP_SHARE * float(case.settings["optimality_gap"]) if gap is None else gap
    limit = float(case.settings["time_limit"]) if time_limit is None else time_limit
    options = Options(lp, 0.0 if lp else share, limit, seed, frozen, audit=audit and not lp)
    with Store(None if store is None else Path(store)) as kept:
        points = points_of(design)
        kept.add_sweep(design.name, _record(design, options))
        run = Run(case, points, options, kept, on_progress, neighbours(design, points))
        run.solve(workers, cluster)
        frame = pd.DataFrame.from_records(list(_records(design, points, run.keys, run.rows)))
        return Sweep(design, _with_changes(frame), run.solved, run.cached, tuple(run.notes))


def design_named(case: Case, name: str | None, seed: int = 0) -> Design:
    """Return a sweep of table Sweeps; the only one if no name is given.

    Raises
    ------
    CaseError
        If there is none of that name, or several to choose from.
    """
    designs = designs_of(case, seed)
    if name is None and len(designs) == 1:
        return designs[0]
    if not designs:
        raise CaseError([problem("sweep-none")])
    names = [d.name for d in designs]
    if name is None:
        raise CaseError([problem("sweep-which", names=", ".join(names))])
    for design in designs:
        if fold(design.name) == fold(name):
            return design
    raise CaseError([problem("sweep-unknown", found=name, hint=nearest(name, names))])


class Overlaid(Protocol):
    """A point as far as solving it goes: what it changes; the base changes nothing and comes first."""

    @property
    def changes(self) -> Overlay:
        """The overlay."""


class Run:
    """One run over points, the base first.

    `after` says for points, by their place, which other point their linear programs start from in place of the base.
    """

    def __init__(
        self,
        case: Case,
        points: Sequence[Overlaid],
        options: Options,
        store: Store,
        on_progress: OnSweepProgress | None,
        after: Mapping[int, int] | None = None,
    ) -> None:
        self.case, self.options, self.store = case, options, store
        self._after = after or {}
        self.points = points
        self.notes: list[str] = []
        self._tell = on_progress
        # The plan that is kept is that of the base as it is planned without being kept.
        self._free = replace(options, frozen=False)
        self._identity, own = Identity(options), Identity(self._free)
        self.keys = [self._key(p) if p.changes else own.key(case) for p in self.points]
        self.rows = store.rows(self.keys)
        self.cached = len(self.rows)
        self.solved = self.failed = 0

    def _key(self, point: Overlaid) -> str:
        try:
            return self._identity.key(overlaid(self.case, point.changes)[0])
        except CaseError:
            # Such a point has no case; its reason is found where points are solved.
            return self._identity.of_refused(self.case, point.changes)

    def solve(self, workers: int, cluster: str | None) -> None:
        """Solve what the store does not have, and keep every result at once."""
        base = self.keys[0]
        known = self.store.start(base)
        start = None if known is None else unpacked(known)
        solver = None
        if start is None or base not in self.rows:
            solver = PointSolver(self.case, self._free)
            row, start = solver.base()
            if row["status"] != Status.INTERRUPTED.value:
                self.store.add_start(base, packed(start))
                self._keep(base, row)
        tasks = self._tasks()
        if not tasks:
            self._report(0.0)
            return
        engine = self._engine(solver, start, min(workers, len(tasks)), cluster)
        began, seconds = time.monotonic(), 0.0
        try:
            for task, answer in engine.results(tasks):
                if answer.left is not None:
                    # Before its figures: whoever finds these goes on from the same bases.
                    self.store.add_start(task.key, answer.left)
                self._keep(task.key, answer.figures)
                seconds = time.monotonic() - began
                self._report(seconds)
        finally:
            engine.close()

    def _tasks(self) -> list[Task]:
        """Return what is to be solved, each with the neighbour from which it starts, or with what that has left."""
        found: dict[str, Task] = {}
        for n, (key, point) in enumerate(zip(self.keys, self.points, strict=True)):
            if key in self.rows or key in found:
                continue
            after = self.keys[self._after[n]] if n in self._after and self.options.lp else None
            near = self.store.start(after) if after in self.rows and after != self.keys[0] else None
            found[key] = Task(key, point.changes, after, near)
        return list(found.values())

    def _engine(self, solver: PointSolver | None, start: Start, workers: int, cluster: str | None) -> Engine:
        setup = Setup(self.case, self.options, start, source_hash())
        if cluster is not None:
            engine = Dask(setup, cluster)
            if engine.refused:
                self.notes.append(f"{len(engine.refused)} workers run another version of the program and were not used")
            return engine
        if workers > 1:
            return Processes(setup, workers)
        if solver is None or self.options.frozen:
            solver = PointSolver(self.case, self.options, start.sources)
        solver.start_from(start)
        return InThisProcess(solver)

    def _keep(self, key: str, row: Figures) -> None:
        self.store.add(key, row)
        self.rows[key] = row
        self.solved += 1
        self.failed += "objective" not in row

    def _report(self, seconds: float) -> None:
        if self._tell is None:
            return
        total = len(set(self.keys))
        left = total - len(self.rows)
        rate = seconds / self.solved if self.solved else None
        self._tell(SweepProgress(self.solved, self.failed, self.cached, total, None if rate is None else rate * left))


def _records(
    design: Design, points: Sequence[Point], keys: Sequence[str], rows: Mapping[str, Figures]
) -> Iterator[dict[str, Any]]:
    names = parameter_names(design.parameters)
    for number, (point, key) in enumerate(zip(points, keys, strict=True)):
        given = dict(point.values)
        values = {names[p]: given.get(p) for p in design.parameters}
        yield {"point": number, **values, **rows[key]}


def parameter_names(parameters: Iterable[Parameter]) -> dict[Parameter, str]:
    """Return the column of each parameter; of two with one name the later is numbered."""
    out: dict[Parameter, str] = {}
    for p in parameters:
        number, name = 1, f"{p.how} {p.name}"
        while name in out.values():
            number += 1
            name = f"{p.how} {p.name} ({number})"
        out[p] = name
    return out


def _with_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the points with the interval in which each one's change against the base lies."""
    for column in ("objective", "bound", "message"):
        if column not in frame:
            frame[column] = None
    base = frame.iloc[0]
    objective, bound = (pd.to_numeric(frame[c], errors="coerce") for c in ("objective", "bound"))
    frame["change_least"] = bound - pd.to_numeric(pd.Series([base["objective"]]), errors="coerce").iloc[0]
    frame["change_most"] = objective - pd.to_numeric(pd.Series([base["bound"]]), errors="coerce").iloc[0]
    frame.loc[0, ["change_least", "change_most"]] = 0.0
    parameters = [str(c) for c in frame if str(c)[:2] in ("× ", "+ ", "= ")]
    first = [_LEADING[0], *parameters, *_LEADING[1:]]
    return frame[[*first, *(c for c in frame if c not in first)]]


def _record(design: Design, options: Options) -> dict[str, Any]:
    return {"design": asdict(design), "options": asdict(options), "source": source_hash()}


__all__ = [
    "BASE",
    "PROBLEM",
    "Design",
    "Overlaid",
    "Parameter",
    "Run",
    "Sweep",
    "SweepProgress",
    "design_named",
    "sweep",
]
