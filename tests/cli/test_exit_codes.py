"""Every other exit code, and what is said with it; 2 is in test_problems, 4 in test_stopping, 64 in test_command_line."""

from __future__ import annotations

import shutil
import types
from pathlib import Path

import pytest

from model.errors import AuditError, NoPlanError, SetupError, SolverError
from model.solver import planning
from model.solver.highs import Status
from tests.cli.conftest import contents, write_case
from tests.cli.faked import end_with, fail_with

ROOT = Path(__file__).resolve().parents[2]


def test_a_plan_at_the_asked_gap_is_0_and_says_where_it_is(run, case, out):
    ended = run(case, "--out", out)
    assert ended.code == 0
    assert str(out / case.name / "results.xlsx") in ended.out
    assert (out / case.name / "results.xlsx").is_file()


def test_solve_may_be_written_or_left_out(run, case, out):
    first = run("solve", case, "--out", out, "--json").facts["run"]
    assert run("--json", "--out", out, case).facts["run"] == first


def test_without_a_case_the_shipped_one_is_planned(run, out, monkeypatch):
    seen = []

    def solve(case, **_):
        seen.append(case.source)
        raise NoPlanError("not today")

    monkeypatch.setattr(planning, "solve", solve)
    assert run("--out", out).code == 3
    assert [Path(s) for s in seen] == [ROOT / "inputs" / "rare_earths"]


def test_check_without_errors_is_0(run, case, out):
    ended = run("check", case, "--out", out)
    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith(f"{case}: ")
    assert not out.exists()


def test_quiet_prints_nothing_when_all_is_well(run, case, out):
    assert run(case, "--out", out, "--quiet") == run("check", case, "--out", out, "--quiet")
    assert run(case, "--out", out, "--quiet").out == ""


def test_a_plan_that_the_audit_refuses_is_1_and_nothing_is_saved(run, case, out, monkeypatch):
    fail_with(monkeypatch, AuditError(["export quota China 2026: 48 t above 47 t"]))
    ended = run(case, "--out", out)
    assert ended.code == 1
    assert "48 t above 47 t" in ended.err
    assert contents(out) == {}


def test_an_internal_fault_is_1_with_a_file_that_holds_nothing_of_the_case(run, case, out, monkeypatch):
    def solve(case, **_):
        secret = case.rows("Offers")[0].supplier
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise ValueError(f"no price of {secret}") from error

    monkeypatch.setattr(planning, "solve", solve)
    ended = run(case, "--out", out)
    assert ended.code == 1
    assert "ValueError" in ended.err
    (file,) = out.glob("yttria-fault-*.txt")
    assert str(file) in ended.err
    text = file.read_text(encoding="utf-8")
    assert "Alpha" not in ended.err + text
    assert "KeyError\n" in text
    assert "ValueError\n" in text
    assert "tests/cli/test_exit_codes.py:" in text
    assert str(ROOT) not in text


def test_debug_lets_the_fault_out(run, case, out, monkeypatch):
    fail_with(monkeypatch, ZeroDivisionError("x"))
    with pytest.raises(ZeroDivisionError):
        run(case, "--out", out, "--debug")


def test_debug_still_says_a_wrong_case_in_sentences(run, out, tmp_path):
    assert run("check", tmp_path / "nowhere.xlsx", "--out", out, "--debug").code == 2


def test_a_failing_solver_is_1_with_its_words(run, case, out, monkeypatch):
    fail_with(monkeypatch, SolverError("HiGHS stopped with kError"))
    ended = run(case, "--out", out)
    assert ended.code == 1
    assert "HiGHS stopped with kError" in ended.err
    assert "HiGHS stopped with kError" in next(out.glob("yttria-fault-*.txt")).read_text(encoding="utf-8")


def test_a_fault_is_told_even_where_no_file_can_be_written(run, case, out, monkeypatch):
    def solve(*_, **__):
        shutil.rmtree(out)
        raise ZeroDivisionError("x")

    monkeypatch.setattr(planning, "solve", solve)
    monkeypatch.setattr("model.faults.tempfile", types.SimpleNamespace(gettempdir=lambda: str(out / "nowhere")))
    ended = run(case, "--out", out)
    assert ended.code == 1
    assert "--debug" in ended.err


def test_no_plan_is_3(run, tmp_path, out):
    limits = [["Limit", "Measure", "Limit Type", "2026", "2027"], ["Cap", "Volume", "Max", 10, 10]]
    ended = run(write_case(tmp_path / "case", {"limits": limits}), "--out", out)
    assert ended.code == 3
    assert "No plan satisfies every hard rule" in ended.err
    assert contents(out) == {}


def test_no_plan_leaves_the_earlier_run_and_says_so(run, case, out):
    first = run(case, "--out", out, "--json").facts["run"]["id"]
    before = contents(out)
    ended = run(case, "--out", out, "--set", "Offers.B-2.Available to Us=1")
    assert ended.code == 3
    assert f"earlier run {first}" in ended.err
    assert contents(out) == before


def test_an_open_gap_is_5_and_the_result_says_so(run, case, out, monkeypatch):
    end_with(monkeypatch, proven=False, status=Status.STOPPED, gap_money=0.75)
    ended = run(case, "--out", out, "--json")
    assert ended.code == 5
    assert ended.facts["outcome"]["gap_reached"] is False
    assert "0.75 MUSD" in ended.err
    record = (out / case.name / "run.json").read_text(encoding="utf-8")
    assert '"status": "stopped by the time limit"' in record
    assert '"gap_reached": false' in record
    assert '"reproducible": false' in record


def test_a_missing_package_is_69(run, case, out, monkeypatch):
    fail_with(monkeypatch, ModuleNotFoundError("No module named 'highspy'", name="highspy"))
    ended = run(case, "--out", out)
    assert ended.code == 69
    assert "highspy" in ended.err


def test_a_failed_setup_is_69(run, case, out, monkeypatch):
    fail_with(monkeypatch, SetupError("the solver is too old"))
    assert run(case, "--out", out).code == 69
