"""The seam to HiGHS: statuses are mapped one by one, and nothing is read from a run that did not succeed."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from model.errors import SolverError
from model.solver import canary
from model.solver.compile import Matrix
from model.solver.highs import _FOR_A_FIRST_PLAN, Session, Status


def matrix(rows, lower, upper, high=np.inf, whole=False) -> Matrix:
    """Return a matrix of dense rows over columns in [0, high]."""
    a = np.array(rows, dtype=float)
    n = a.shape[1]
    return Matrix(
        np.arange(0, a.size + 1, n, dtype=np.int32),
        np.tile(np.arange(n, dtype=np.int32), len(a)),
        a.ravel(),
        np.array(lower, dtype=float),
        np.array(upper, dtype=float),
        np.zeros(n),
        np.full(n, high, dtype=float),
        np.full(n, whole),
        {},
        {},
        [("row", (i,)) for i in range(len(a))],
        [("x", (j,)) for j in range(n)],
    )


COVER = matrix([[1, 1]], [3.5], [np.inf], high=10, whole=True)
WEIGHTS = np.array([2.0, 3.0])


def test_an_optimum_with_its_bound():
    """Minimise 2 x + 3 y, x + y ≥ 3.5, whole: x = 4."""
    found = Session(COVER).minimise(WEIGHTS)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(8)
    assert found.bound == pytest.approx(8)


def test_relaxation_and_back():
    session = Session(COVER)
    session.relax_integers(True)
    assert session.minimise(WEIGHTS).objective == pytest.approx(7)
    session.relax_integers(False)
    assert session.minimise(WEIGHTS).objective == pytest.approx(8)


def test_infeasible_has_no_values():
    found = Session(matrix([[1, 1]], [30], [np.inf], high=10)).minimise(WEIGHTS)
    assert found.status is Status.INFEASIBLE
    assert found.values is None
    assert np.isnan(found.objective)


def test_unbounded_has_no_values():
    found = Session(matrix([[1, -1]], [0], [np.inf])).minimise(np.array([-1.0, 0.0]))
    assert found.status is Status.UNBOUNDED
    assert found.values is None


def test_an_added_limit_holds():
    """x ≤ 1 forces y: 2 + 3 · 3 = 11."""
    session = Session(COVER)
    session.add_limit(np.array([1.0, 0.0]), 1.0)
    assert session.minimise(WEIGHTS).objective == pytest.approx(11)


def test_the_optimal_face_keeps_the_cost_exactly():
    """x + y ≥ 4 at equal cost: whatever the second objective wants, the first stays at 4, and the tie is decided."""
    session = Session(matrix([[1, 1]], [4], [np.inf], high=10))
    first = session.minimise(np.array([1.0, 1.0]))
    session.keep_optimal_face()
    second = session.minimise(np.array([2.0, 1.0]))
    assert first.objective == pytest.approx(4)
    assert second.values == pytest.approx([0, 4])


def test_threads_may_change_between_solves_in_one_process():
    """HiGHS keeps threads per Python thread and answers nonsense when their number changes unless it is told."""
    found = [Session(COVER, threads=n).minimise(WEIGHTS).objective for n in (1, 2, 1)]
    assert found == pytest.approx([8, 8, 8])


def test_a_status_that_is_not_mapped_is_an_error(monkeypatch: pytest.MonkeyPatch):
    session = Session(COVER)
    monkeypatch.setattr(session, "_run", lambda: highspy.HighsStatus.kError)
    with pytest.raises(SolverError, match="no result was read"):
        session.minimise(WEIGHTS)


def test_a_small_cost_beside_a_large_one_is_not_lost():
    """Freight of 2e-5 beside a shortage of 1e3: the cheaper of two lanes is still taken."""
    found = Session(matrix([[1, 1, 1]], [10], [np.inf], high=1e5)).minimise(np.array([2.1e-5, 2e-5, 1e3]))
    assert found.values == pytest.approx([0, 10, 0])


def test_the_time_limit_counts_from_each_run_on():
    session = Session(COVER)
    for _ in range(3):
        assert session.minimise(WEIGHTS, time_limit=5).status is Status.OPTIMAL


def test_the_canary_sings(monkeypatch: pytest.MonkeyPatch):
    """Both models are answered rightly, and a wrong answer would stop everything."""
    canary.require_sane_solver.cache_clear()
    canary.require_sane_solver()
    canary.require_sane_solver.cache_clear()
    monkeypatch.setattr(canary, "_solve", lambda *a: 99999.0)
    with pytest.raises(SolverError, match="known model wrongly"):
        canary.require_sane_solver()
    canary.require_sane_solver.cache_clear()


def test_a_basis_that_a_change_makes_singular_is_only_advice():
    """Minimise x + y: at x + y ≥ 2, x + 2 y ≥ 3 both are basic; with x + y ≥ 3 instead of the second, y = 0 and x = 3.

    The old basis has two rows alike then, so that it can not be inverted; it is set without HiGHS looking at that.
    """
    before, after = matrix([[1, 1], [1, 2]], [2, 3], [np.inf] * 2), matrix([[1, 1], [1, 1]], [2, 3], [np.inf] * 2)
    weights = np.array([1.0, 1.5])
    session = Session(before)
    assert session.minimise(weights).values == pytest.approx([1, 1])
    basis = session.basis()
    assert basis is not None
    session.become(after)
    session.start_from(basis)
    assert session.minimise(weights).values == pytest.approx([3, 0])


def test_relying_on_a_start_proves_the_same_optimum_and_can_be_taken_back():
    """Maximise 5a + 4b + 3c under 2a + 3b + c ≤ 5 and 4a + b + 2c ≤ 11, whole, at most 2 each: a = 2 and c = 1 give 13."""
    session = Session(matrix([[2, 3, 1], [4, 1, 2]], [-np.inf, -np.inf], [5, 11], high=2, whole=True))
    usual = [session._highs.getOptionValue(name)[1] for name in _FOR_A_FIRST_PLAN]
    session.rely_on_start(True)
    assert not any(session._highs.getOptionValue(name)[1] for name in _FOR_A_FIRST_PLAN)
    found = session.minimise(np.array([-5.0, -4.0, -3.0]), start=np.array([0.0, 1.0, 2.0]))
    assert (found.status, found.objective, found.bound) == (Status.OPTIMAL, pytest.approx(-13), pytest.approx(-13))
    session.rely_on_start(False)
    assert [session._highs.getOptionValue(name)[1] for name in _FOR_A_FIRST_PLAN] == usual
