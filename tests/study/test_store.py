"""The store: nothing is lost, nothing is solved twice, whatever is killed and whoever else is writing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.case.case import Case
from model.errors import StoreError
from model.solver.highs import Basis
from model.study import session as sessions
from model.study.identity import Identity
from model.study.overlay import Change, Target, overlaid
from model.study.session import Options
from model.study.starts import Start, packed, unpacked
from model.study.store import Store
from model.study.sweeps import sweep
from tests.study.cases import cheapest, design, five

ROOT = Path(__file__).resolve().parents[2]
FACTORS = (0.8, 1.2, 1.4)
KILLED = 9

# Runs a sweep and ends the process, as a power cut would, at a point of the writing of its n-th result.
SCRIPT = f"""
import os, sys
from model.study import store
from model.study.sweeps import sweep
from tests.study.cases import design, five

where, number, path, lp = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] == "lp"
adds = 0

class Dying(store.Store):
    def add(self, key, row):
        global adds
        adds += 1
        if adds == number and where == "before":
            os._exit({KILLED})
        super().add(key, row)
        if adds == number and where == "after":
            os._exit({KILLED})

    def _commit(self):
        if adds == number and where == "during":
            os._exit({KILLED})
        super()._commit()

import model.study.sweeps as sweeps
sweeps.Store = Dying
sweep(five(), design(*{FACTORS}), store=path, lp=lp)
"""


def solved_keys(monkeypatch) -> list[tuple[Change, ...]]:
    """Return a list that every point solved in this process is added to; the base as an empty overlay."""
    seen: list[tuple[Change, ...]] = []
    solve, base = sessions.PointSolver.solve, sessions.PointSolver.base

    def counted(self, changes, *given, **options):
        seen.append(changes)
        return solve(self, changes, *given, **options)

    def counted_base(self):
        seen.append(())
        return base(self)

    monkeypatch.setattr(sessions.PointSolver, "solve", counted)
    monkeypatch.setattr(sessions.PointSolver, "base", counted_base)
    return seen


def kill(where: str, number: int, path: Path, kind: str) -> None:
    command = [sys.executable, "-c", SCRIPT, where, str(number), str(path), kind]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ended.returncode == KILLED, ended.stderr.decode()


@pytest.mark.parametrize(
    ("where", "number", "kind"),
    [
        ("before", 1, "mip"),
        ("during", 3, "mip"),
        ("after", 4, "lp"),
        *(
            pytest.param(w, n, k, marks=pytest.mark.full)
            for w in ("before", "during", "after")
            for n in range(1, 8)
            for k in ("lp", "mip")
        ),
    ],
)
def test_a_killed_run_goes_on_where_it_was(where: str, number: int, kind: str, tmp_path: Path, monkeypatch):
    path = tmp_path / "points.sqlite"
    kill(where, number, path, kind)
    committed = number - (where != "after")
    seen = solved_keys(monkeypatch)
    resumed = sweep(five(), design(*FACTORS), store=path, lp=kind == "lp")
    total = 1 + 2 * len(FACTORS)
    assert resumed.cached == committed
    assert resumed.solved == total - committed == len(seen)
    whole = sweep(five(), design(*FACTORS), lp=kind == "lp")
    assert resumed.points["status"].tolist() == whole.points["status"].tolist() == ["optimal"] * total
    slack = 1e-6 if kind == "lp" else 2 * whole.points["gap_asked"].max()
    assert np.allclose(
        resumed.points["objective"].astype(float), whole.points["objective"].astype(float), rtol=0, atol=slack
    )


def test_what_is_there_is_not_solved_again_and_more_points_reuse_it(tmp_path: Path, monkeypatch):
    path = tmp_path / "points.sqlite"
    first = sweep(five(), design(0.8, 1.2), store=path)
    seen = solved_keys(monkeypatch)
    again = sweep(five(), design(0.8, 1.2), store=path)
    assert (again.solved, again.cached, seen) == (0, 5, [])
    assert again.points.drop(columns="message").equals(first.points.drop(columns="message"))
    more = sweep(five(), design(0.8, 1.2, 1.3), store=path)
    assert (more.solved, more.cached) == (2, 5)
    found = more.points.set_index("× Offers.A.Price")["objective"]
    assert 1e3 * found[1.3] == pytest.approx(cheapest({"A": 1.3}))


def test_a_failing_point_is_a_row_and_is_not_tried_again(tmp_path: Path):
    path = tmp_path / "points.sqlite"
    bad = sweep(five(), _bad(), store=path).points
    assert bad["status"].tolist() == ["optimal", "problem in the case", "no plan exists", "optimal"]
    assert bad["objective"].isna().tolist() == [False, True, True, False]
    assert "below 0" in bad["message"][1]
    assert sweep(five(), _bad(), store=path).solved == 0


def _bad():
    from model.study.design import Design, Parameter

    target = Target("Offers", "Any", "Available to Us")
    return Design("Bad", (Parameter(target, "×", values=(-1.0, 0.1, 1.1)),))


def test_two_runs_at_once_on_one_store(tmp_path: Path):
    """Both find everything, and the store holds each point once."""
    path = tmp_path / "points.sqlite"
    script = (
        "import sys; from model.study.sweeps import sweep; from tests.study.cases import design, five\n"
        "f = sweep(five(), design(0.8, 0.9, 1.1, 1.2, 1.3, 1.4), store=sys.argv[1]); print(f.solved + f.cached)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [p.communicate(timeout=60)[0].strip() for p in running] == ["13", "13"]
    with Store(path) as store:
        assert store._read("SELECT count(*), count(DISTINCT key) FROM points", ()) == [(13, 13)]
        assert store._read("PRAGMA integrity_check", ()) == [("ok",)]
        assert [name for name, _ in store.sweeps()] == ["Prices", "Prices"]


def test_the_first_result_stays(tmp_path: Path):
    with Store(tmp_path / "s.sqlite") as store:
        store.add("k", {"status": "optimal", "objective": 1.0})
        store.add("k", {"status": "optimal", "objective": 2.0})
        assert store.rows(["k", "k", "other"]) == {"k": {"status": "optimal", "objective": 1.0}}


@pytest.mark.parametrize("basis", [None, Basis(b"\x00\x01\x02", b"\x01")])
@pytest.mark.parametrize("values", [None, np.array([1.5, -2.0, 1e-300])])
def test_what_points_start_from_comes_back_as_it_was(basis, values, tmp_path: Path):
    start = Start(values, basis, Basis(b"\n", b"\n\n"), 0.1 + 0.2, 1e-9)
    with Store(tmp_path / "s.sqlite") as store:
        store.add_start("k", packed(start))
        back = unpacked(store.start("k"))
        assert store.start("other") is None
    assert (back.values is None) == (values is None)
    assert values is None or np.array_equal(back.values, values)
    assert (back.basis, back.first_basis, back.gap_money, back.held) == (basis, start.first_basis, 0.1 + 0.2, 1e-9)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at " * 40)
    with pytest.raises(StoreError, match="can not be used as a store"):
        Store(path)
    assert path.read_text().startswith("not a database")


# ---- keys --------------------------------------------------------------------------------------------------------------


def key(case: Case, **options) -> str:
    return Identity(Options(**options)).key(case)


def test_a_key_knows_what_decides_and_nothing_else():
    case = five()
    known = key(case)
    assert key(five()) == known
    assert key(case.set("Offers", {"offer": "A"}, "Notes", "checked by phone")) == known
    assert (
        key(five(sweeps=[{"sweep": "S", "table": "Offers", "row": "A", "field": "Price", "low": 1, "high": 2}]))
        == known
    )
    dearer = overlaid(case, [Change(Target("Offers", "A", "Price"), "×", 1.1)])[0]
    others = [dearer, case.set("Settings", {"setting": "Optimality Gap"}, "Value", "0.02")]
    assert len({known, *map(key, others), key(case, lp=True), key(case, gap=0.1), key(case, seed=1)}) == 6
    assert key(overlaid(case, [Change(Target("Demand", "Any", "Quantity"), "×", 1.0)])[0]) == known
    assert key(case.set("Offers", {"offer": "A"}, "Price", 1.08 * 1.1)) == key(dearer)


def test_a_key_knows_the_program(monkeypatch):
    case = five()
    known = key(case)
    monkeypatch.setattr("model.study.identity.source_hash", lambda: "other")
    assert key(case) != known
