"""Engines: the same rows wherever points are solved; a worker that dies or runs other code spoils nothing."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from model.errors import SetupError
from model.study import engines
from model.study.design import Design, Parameter
from model.study.engines import Processes, Setup, solve_point
from model.study.identity import source_hash
from model.study.overlay import Change, Target
from model.study.session import Options, PointSolver
from model.study.sweeps import SweepProgress, sweep
from model.study.tasks import Answer, Queue, Task
from tests.study.cases import PRICE_OF_A, design, five

FACTORS = (0.8, 1.2, 1.4)
_VARIES = ["seconds", "solver_seconds"]


def rows(**options) -> pd.DataFrame:
    return sweep(five(), design(*FACTORS), **options).points.drop(columns=_VARIES)


def setup(source: str | None = None) -> Setup:
    solver = PointSolver(five(), Options())
    return Setup(five(), Options(), solver.base()[1], source or source_hash())


class Deadly(tuple):
    """Changes that end the process that unpacks them: such a point kills its worker."""

    def __reduce__(self):
        return os._exit, (1,)


class Fatal(tuple):
    """Changes that end whatever process looks at them, other than the one whose number they hold."""

    def __iter__(self):
        if os.getpid() != self[0]:
            os._exit(1)
        return super().__iter__()


def test_processes_give_the_same_rows():
    pd.testing.assert_frame_equal(rows(workers=2), rows(), check_exact=True)


def test_a_grid_is_the_same_wherever_it_is_solved_and_resumed(tmp_path: Path):
    """Points of a linear program start from a neighbour: two processes, and a run stopped half-way, give the very same rows."""
    prices = tuple(Parameter(Target("Offers", n, "Price"), "×", 0.8, 1.2, steps=3) for n in "AB")
    grid = Design("Grid", prices, "Grid")
    whole = sweep(five(), grid, lp=True).points
    assert whole["status"].tolist() == ["optimal"] * 10
    pd.testing.assert_frame_equal(
        sweep(five(), grid, lp=True, workers=2).points.drop(columns=_VARIES), whole.drop(columns=_VARIES)
    )

    def press(now: SweepProgress) -> None:
        if now.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(five(), grid, lp=True, store=tmp_path / "s.sqlite", on_progress=press)
    resumed = sweep(five(), grid, lp=True, store=tmp_path / "s.sqlite")
    assert (resumed.cached, resumed.solved) == (4, 5)
    pd.testing.assert_frame_equal(resumed.points.drop(columns=_VARIES), whole.drop(columns=_VARIES), check_exact=True)


def test_what_waits_for_a_neighbour_gets_what_it_left_or_starts_from_the_base():
    """B and C wait for A; D and E, the same case twice over, for each other: none is forgotten, none comes twice."""
    after = {"A": None, "B": "A", "C": "A", "D": "E", "E": "D"}
    queue = Queue(Task(k, (), a) for k, a in after.items())
    first = queue.take()
    assert (first.key, first.keep, queue.take()) == ("A", True, None)
    queue.done(first, Answer({}, b"left"))
    order = []
    while (task := queue.take()) is not None:
        order.append((task.key, task.near, task.keep))
        queue.done(task, Answer({}))
    assert order[:2] == [("B", b"left", False), ("C", b"left", False)]
    assert sorted(key for key, _, _ in order) == ["B", "C", "D", "E"]


def test_a_worker_that_dies_costs_its_point_only():
    tasks = [Task(str(f), (Change(PRICE_OF_A, "×", f),)) for f in FACTORS]
    deadly = Task("deadly", Deadly())
    engine = Processes(setup(), 2)
    try:
        found = {t.key: answer.figures["status"] for t, answer in engine.results([tasks[0], deadly, *tasks[1:]])}
    finally:
        engine.close()
    assert found == {"0.8": "optimal", "1.2": "optimal", "1.4": "optimal", "deadly": "worker died"}


def test_a_worker_with_other_code_is_refused():
    with pytest.raises(SetupError, match="another version of the program"):
        solve_point(setup(source="other").packed(), ())


def test_a_setup_travels():
    made = setup()
    back = pickle.loads(made.packed())
    assert back.case.rows("Offers")[0].price == 1.08
    assert back.source == made.source


def test_progress_counts_what_is_done_failed_and_known(tmp_path: Path):
    told: list[SweepProgress] = []
    sweep(five(), design(0.8), store=tmp_path / "s.sqlite")
    sweep(five(), design(0.8, 1.2), store=tmp_path / "s.sqlite", on_progress=told.append)
    assert [(p.done, p.failed, p.cached, p.total) for p in told] == [(1, 0, 3, 5), (2, 0, 3, 5)]
    assert told[0].seconds_left > 0
    assert told[-1].seconds_left == 0


def test_ctrl_c_keeps_what_is_done(tmp_path: Path):
    path = tmp_path / "s.sqlite"

    def press(now: SweepProgress) -> None:
        if now.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(five(), design(*FACTORS), store=path, on_progress=press)
    found = sweep(five(), design(*FACTORS), store=path)
    assert (found.cached, found.solved) == (3, 4)


def test_ctrl_c_ends_the_processes(tmp_path: Path):
    import multiprocessing

    seen: set[object] = set()
    before = set(multiprocessing.active_children())

    def press(now: SweepProgress) -> None:
        seen.update(set(multiprocessing.active_children()) - before)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(five(), design(*FACTORS), store=tmp_path / "s.sqlite", workers=2, on_progress=press)
    assert seen
    assert set(multiprocessing.active_children()) <= before


# ---- Dask --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    try:
        from distributed import LocalCluster
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail("distributed is missing: it stands in the test lock")
        pytest.skip("distributed is not installed")
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_rows(cluster, tmp_path: Path):
    pd.testing.assert_frame_equal(rows(cluster=cluster.scheduler_address), rows(), check_exact=True)
    made = setup()
    engine = engines.Dask(made, cluster.scheduler_address)
    assert engine.workers == 2
    engine.close()
    with pytest.raises(SetupError, match=r"none of the 2 workers .* runs the same version"):
        engines.Dask(replace(made, source="other"), cluster.scheduler_address)


@pytest.mark.full
@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_dies_costs_its_point_only(cluster):
    """The deadly point ends whatever worker takes it, until the scheduler gives it up; its neighbours are solved by others."""
    tasks = [Task(str(f), (Change(PRICE_OF_A, "×", f),)) for f in FACTORS]
    engine = engines.Dask(setup(), cluster.scheduler_address)
    try:
        answers = engine.results([tasks[0], Task("deadly", Fatal((os.getpid(),))), *tasks[1:]])
        found = {t.key: answer.figures["status"] for t, answer in answers}
    finally:
        engine.close()
    assert found == {"0.8": "optimal", "1.2": "optimal", "1.4": "optimal", "deadly": "worker died"}


def test_when_all_workers_that_could_are_gone_the_run_ends_with_a_sentence(monkeypatch):
    """A worker with other code is left, but the one that could died with two points in hand: they have their status."""
    monkeypatch.setattr(engines, "_LOOK_AGAIN", 0.0)
    answers: list[Future[Answer]] = []
    left = {"tcp://one": 1, "tcp://other": 1}

    def submit(_, *given) -> Future[Answer]:
        answers.append(Future())
        return answers[-1]

    engine = object.__new__(engines.Dask)
    engine.workers, engine._packed, engine._only = 1, b"", frozenset({"tcp://one"})
    engine._client, engine._pool = SimpleNamespace(nthreads=lambda: left), SimpleNamespace(submit=submit)
    points = engine.results([Task(str(n), ()) for n in range(5)])
    # The first answer is there before it is waited for; then the worker ends.
    monkeypatch.setattr(engines, "wait", _first_is_there(answers, left))
    found: list[tuple[Task, Answer]] = []
    with pytest.raises(SetupError, match="what is solved is kept"):
        found.extend(points)
    statuses = [(t.key, a.figures["status"]) for t, a in found]
    assert statuses == [("0", "optimal"), ("1", "worker died"), ("2", "worker died")]
    assert found[1][1].figures["message"].startswith("no worker with this version")


def _first_is_there(answers: list[Future[Answer]], left: dict[str, int]):
    def waiting(futures, **options):
        if "tcp://one" in left:
            del left["tcp://one"]
            answers[0].set_result(Answer({"status": "optimal"}))
        return wait(futures, **options)

    return waiting


def test_no_scheduler_is_a_sentence():
    pytest.importorskip("distributed")
    with pytest.raises(SetupError, match="no Dask scheduler answers at nowhere"):
        engines.Dask(setup(), "nowhere")
