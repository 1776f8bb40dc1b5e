"""Stopping early keeps what was found: by the clock and by Ctrl-C."""

from __future__ import annotations

import _thread
import signal

import numpy as np
import pytest

from model.solver.compile import Matrix
from model.solver.highs import Progress, Session, Status


def market_split(rows: int = 5, columns: int = 40, seed: int = 3) -> tuple[Matrix, np.ndarray]:
    """Return a model that no branch and bound finishes in seconds: Cornuéjols and Dawande's market split with slacks to pay."""
    r = np.random.default_rng(seed)
    a = r.integers(0, 100, size=(rows, columns)).astype(float)
    half = np.floor(a.sum(axis=1) / 2)
    wide = np.hstack([a, np.eye(rows), -np.eye(rows)])
    n = wide.shape[1]
    starts = np.arange(0, wide.size + 1, n, dtype=np.int32)
    upper = np.concatenate([np.ones(columns), np.full(2 * rows, 1e4)])
    whole = np.concatenate([np.ones(columns, bool), np.zeros(2 * rows, bool)])
    matrix = Matrix(
        starts,
        np.tile(np.arange(n, dtype=np.int32), rows),
        wide.ravel(),
        half,
        half,
        np.zeros(n),
        upper,
        whole,
        {},
        {},
        [("row", (i,)) for i in range(rows)],
        [("x", (j,)) for j in range(n)],
    )
    return matrix, np.concatenate([np.zeros(columns), np.ones(2 * rows)])


def test_the_time_limit_leaves_a_plan_and_a_bound():
    matrix, weights = market_split()
    found = Session(matrix).minimise(weights, time_limit=0.5)
    assert found.status is Status.STOPPED
    assert found.values is not None
    assert found.bound < found.objective


def test_ctrl_c_leaves_the_best_plan_found():
    matrix, weights = market_split()
    seen: list[Progress] = []

    def on_progress(progress: Progress) -> None:
        seen.append(progress)
        if progress.incumbent is not None and len(seen) >= 4:
            _thread.interrupt_main()  # again and again, also while the first is being seen to

    found = Session(matrix).minimise(weights, time_limit=30, on_progress=on_progress)
    assert found.status is Status.INTERRUPTED
    assert found.values is not None
    assert found.seconds < 20
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert seen[-1].incumbent >= found.objective - 1e-6


def test_progress_is_told_in_the_callers_money():
    """Whatever the seam scales by, the incumbent and bound that are shown are those of the objective asked for."""
    matrix, weights = market_split()
    seen: list[Progress] = []
    found = Session(matrix).minimise(1e-4 * weights, time_limit=0.5, stage="Cost", on_progress=seen.append)
    shown = [p for p in seen if p.incumbent is not None]
    assert shown
    assert shown[-1].stage == "Cost"
    assert shown[-1].incumbent == pytest.approx(found.objective, rel=1e-6)
