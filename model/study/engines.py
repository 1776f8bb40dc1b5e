"""Engines: where points are solved. In this process, in processes of this machine, or on the workers of a Dask scheduler.

All are executors of `concurrent.futures` that run `solve_point`; each worker builds the base once and keeps its session.
Results come back point by point, so that a worker that dies costs the point that it was at, and nothing else. What a point starts
from is sent along with it: where and in which order points are solved decides nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol

from model.case.case import Case
from model.errors import CaseError, SetupError, SolverError
from model.study import starts
from model.study.figures import Figures
from model.study.identity import source_hash
from model.study.overlay import Overlay
from model.study.session import Options, PointSolver
from model.study.starts import Start
from model.study.tasks import Answer, Queue, Task

PROBLEM = "problem in the case"
FAILED = "failed"
DIED = "worker died"
_LOOK_AGAIN = 5.0  # seconds without an answer after which it is seen whether anybody is left who could give one


@dataclass(frozen=True)
class Setup:
    """What a worker needs to solve points, and the source that it has to be solved by."""

    case: Case
    options: Options
    start: Start
    source: str

    def packed(self) -> bytes:
        """Return it as bytes, which every engine can carry."""
        return pickle.dumps(self)


class Engine(Protocol):
    """Where points are solved."""

    workers: int

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        """Yield every task with its answer, in the order in which they are done."""

    def close(self) -> None:
        """Let go of the workers; what they are at is lost."""


# ---- in a worker -------------------------------------------------------------------------------------------------------

_SOLVERS: dict[int, PointSolver] = {}


def solve_point(packed: bytes, changes: Overlay, near: bytes | None = None, keep: bool = False) -> Answer:
    """Solve a point in this process; the base is built when it is first seen. See `Task` for what else is given.

    Whatever goes wrong with the point is its status; only a source that is another one is refused as a whole.

    Raises
    ------
    SetupError
        If the worker runs another version of the program than whoever asks.
    """
    number = hash(packed)
    if number not in _SOLVERS:
        setup: Setup = pickle.loads(packed)
        if setup.source != source_hash():
            raise SetupError(
                "a worker runs another version of the program than this one; install the same version there and start again"
            )
        _SOLVERS.clear()
        solver = PointSolver(setup.case, setup.options, setup.start.sources)
        solver.start_from(setup.start)
        _SOLVERS[number] = solver
    return _answer(_SOLVERS[number], changes, near, keep)


def _answer(solver: PointSolver, changes: Overlay, near: bytes | None, keep: bool) -> Answer:
    figures = attempt(solver, changes, None if near is None else starts.unpacked(near), keep=keep)
    return Answer(figures, None if solver.left is None else starts.packed(solver.left))


def attempt(solver: PointSolver, changes: Overlay, near: Start | None = None, *, keep: bool = False) -> Figures:
    """Return the figures of a point, or the reason why it has none as its status."""
    try:
        return solver.solve(changes, near, keep=keep)
    except CaseError as error:
        first = next(p for p in error.problems if p.level == "error")
        return {"status": PROBLEM, "message": str(first)}
    except SolverError as error:
        return {"status": FAILED, "message": str(error)}
    except Exception as error:
        return {"status": FAILED, "message": f"{type(error).__name__} in the program"}


_OWN: list[bytes] = []  # the packed setup of a process of this machine


def _begin(packed: bytes) -> None:
    # Ctrl-C reaches every process of a console; the coordinating one decides what happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _OWN[:] = [packed]


def _solve_own(changes: Overlay, near: bytes | None, keep: bool) -> Answer:
    return solve_point(_OWN[0], changes, near, keep)


# ---- engines -----------------------------------------------------------------------------------------------------------


class InThisProcess:
    """One point after the other, by a solver that has the base already."""

    workers = 1

    def __init__(self, solver: PointSolver) -> None:
        self._solver = solver

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        """Yield every task with its answer."""
        queue = Queue(tasks)
        while (task := queue.take()) is not None:
            answer = _answer(self._solver, task.changes, task.near, task.keep)
            yield task, answer
            queue.done(task, answer)

    def close(self) -> None:
        """Do nothing."""


class Processes:
    """Processes of this machine, started anew (spawn) so that they share nothing with this one."""

    def __init__(self, setup: Setup, workers: int) -> None:
        self.workers = workers
        # Given once to every process and not with each point: a pool whose process dies while much is being written to it may
        # wait for ever (CPython issue 94777), and a base is far larger than a pipe holds.
        self._packed = setup.packed()
        self._before = set(multiprocessing.active_children())
        self._pool, self._broken = self._new(workers), False

    def _new(self, workers: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(self._packed,))

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        """Yield every task with its answer; one at which its process died again, alone, is marked so."""
        return _all_answers(self._submit, self._alone, tasks, self.workers)

    def _submit(self, task: Task) -> Future[Answer]:
        if self._broken:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool, self._broken = self._new(self.workers), False
        return self._pool.submit(_solve_own, task.changes, task.near, task.keep)

    def _alone(self, task: Task) -> Answer:
        self._broken = True  # the pool goes with the process that ended
        with self._new(1) as pool:
            try:
                return pool.submit(_solve_own, task.changes, task.near, task.keep).result()
            except BrokenProcessPool:
                return _died("the process that solved this point ended; perhaps memory ran out")

    def close(self) -> None:
        """End the processes at once."""
        for child in set(multiprocessing.active_children()) - self._before:
            child.terminate()
        # The pool's own thread sees them end and collects them; a second one that waited for them here could miss it.
        self._pool.shutdown(wait=True, cancel_futures=True)


class Dask:
    """The workers of a Dask scheduler that is running.

    Raises
    ------
    SetupError
        If Dask is not installed, the scheduler can not be reached, or no worker has the same source.
    """

    def __init__(self, setup: Setup, address: str) -> None:
        if importlib.util.find_spec("distributed") is None:
            raise SetupError("a cluster needs the package distributed; install it here and on every worker")
        distributed: Any = importlib.import_module("distributed")
        try:
            self._client: Any = distributed.Client(address, timeout="20s")
        except (OSError, TimeoutError, ValueError) as error:
            raise SetupError(f"no Dask scheduler answers at {address} ({type(error).__name__})") from None
        self._packed = setup.packed()
        found: dict[str, Any] = self._client.run(source_hash, on_error="return")
        same = sorted(name for name, source in found.items() if source == setup.source)
        self.refused = sorted(set(found) - set(same))
        if not same:
            count = len(found)
            self._client.close()
            raise SetupError(
                f"none of the {count} workers at {address} runs the same version of the program; install it there"
                if count
                else f"the Dask scheduler at {address} has no workers"
            )
        self.workers = sum(int(n) for name, n in self._client.nthreads().items() if name in same)
        # A worker that is started again has another address: they are named only where others are to be left out.
        only = {"workers": same} if self.refused else {}
        self._only = frozenset(same) if self.refused else None
        self._pool = self._client.get_executor(pure=False, retries=0, **only)

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        """Yield every task with its answer; one at which its worker died again, alone, is marked so."""
        return _all_answers(self._submit, self._alone, tasks, self.workers, self._gone)

    def _submit(self, task: Task) -> Future[Answer]:
        future: Future[Answer] = self._pool.submit(solve_point, self._packed, task.changes, task.near, task.keep)
        return future

    def _gone(self) -> bool:
        """Return whether no worker with the same source is left; where all had it, the scheduler waits for new ones."""
        return self._only is not None and self._only.isdisjoint(self._client.nthreads())

    def _alone(self, task: Task) -> Answer:
        future = self._submit(task)
        while not wait([future], timeout=_LOOK_AGAIN).done:
            if self._gone():
                return _died(_NOBODY)
        fault = future.exception()
        if fault is None:
            return future.result()
        if not _is_death(fault):
            raise fault
        return _died("the worker that solved this point ended")

    def close(self) -> None:
        """Leave the scheduler; it and its workers stay."""
        self._pool.shutdown(wait=False)
        self._client.close()


_NOBODY = "no worker with this version of the program was left to solve this point"


def _died(message: str) -> Answer:
    return Answer({"status": DIED, "message": message})


def _is_death(fault: BaseException) -> bool:
    return isinstance(fault, BrokenProcessPool) or type(fault).__name__ == "KilledWorker"


def _all_answers(
    submit: Callable[[Task], Future[Answer]],
    alone: Callable[[Task], Answer],
    tasks: Iterable[Task],
    workers: int,
    gone: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Task, Answer]]:
    """Yield every task with its answer; whatever was in hand when a worker died is tried once more by itself.

    Raises
    ------
    SetupError
        If all workers that could take a task are `gone`, once what was in hand has its status.
    """
    queue = Queue(tasks)
    while True:
        suspects: list[Task] = []
        yield from _stream(submit, queue, workers, suspects, gone)
        if not suspects:
            return
        for task in suspects:
            answer = alone(task)
            yield task, answer
            queue.done(task, answer)


def _stream(
    submit: Callable[[Task], Future[Answer]],
    queue: Queue,
    workers: int,
    suspects: list[Task],
    gone: Callable[[], bool],
) -> Iterator[tuple[Task, Answer]]:
    """Keep every worker busy and one point ahead; put into `suspects` what was under way when a worker died."""
    running: dict[Future[Answer], Task] = {}

    def feed() -> None:
        while not suspects and len(running) < 2 * workers:
            task = queue.take()
            if task is None:
                return
            try:
                running[submit(task)] = task
            except BrokenProcessPool:
                suspects.append(task)

    feed()
    while running:
        done, _ = wait(running, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
        if not done and gone():
            for task in running.values():
                yield task, _died(_NOBODY)
            raise SetupError(
                "all workers that run this version of the program have ended; what is solved is kept in the store: start "
                "again with others to go on"
            )
        for future in done:
            task = running.pop(future)
            fault = future.exception()
            if fault is None:
                answer = future.result()
                yield task, answer
                queue.done(task, answer)
            elif _is_death(fault):
                suspects.append(task)
            else:
                raise fault
        feed()


def default_workers() -> int:
    """Return how many processes this machine has room for."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(count, 1)
