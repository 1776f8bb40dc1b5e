"""Stopped by a limit or by Ctrl-C, wherever it strikes: exit code 4, or what was saved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from model.solver import planning
from model.solver.highs import Status
from model.solver.outcome import Outcome
from tests.cli.conftest import contents
from tests.cli.faked import fail_with

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("status", [Status.STOPPED, Status.INTERRUPTED])
def test_stopped_without_a_plan_is_4(run, case, out, monkeypatch, status):
    monkeypatch.setattr(planning, "solve", lambda *_, **__: Outcome(status, "It ended before any plan was found."))
    ended = run(case, "--out", out, "--json")
    assert ended.code == 4
    assert ended.facts["outcome"]["objective"] is None
    assert "run" not in ended.facts
    assert contents(out) == {}


@pytest.mark.parametrize(
    "place",
    ["model.case.load.load_with_problems", "model.checking.check", "model.solver.planning.solve", "model.runs.put"],
)
def test_ctrl_c_anywhere_is_4_with_a_sentence(run, case, out, monkeypatch, place):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(place, stop)
    ended = run(case, "--out", out)
    assert ended.code == 4
    assert "Stopped" in ended.err
    assert contents(out) == {}


def test_ctrl_c_after_the_plan_was_saved_keeps_it(run, case, out, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("model.report.console.plan_lines", stop)
    ended = run(case, "--out", out, "--json")
    assert ended.code == 0
    assert (out / case.name / "run.json").is_file()
    assert "saved" in ended.err


@pytest.mark.parametrize(("times", "code"), [(1, 0), (2, 4)])
def test_ctrl_c_while_saving_is_let_pass_once(run, case, out, monkeypatch, outcome, times, code):
    def write(path, *_):
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        path.write_bytes(b"a workbook")

    monkeypatch.setattr(planning, "solve", lambda *_, **__: outcome)
    monkeypatch.setattr("model.report.workbook.write_results", write)
    ended = run(case, "--out", out)
    assert ended.code == code
    assert "once more" in ended.err
    assert (out / case.name / "run.json").is_file() == (code == 0)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_solver_package_giving_up_on_the_fifth_ctrl_c_is_4(run, case, out, monkeypatch):
    fail_with(monkeypatch, SystemExit(1))
    assert run(case, "--out", out).code == 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_a_real_ctrl_c_in_a_process_of_its_own(case, out):
    program = textwrap.dedent("""
        import sys, time
        import model.solver.planning as planning
        def solve(*_, **__):
            print("solving", flush=True)
            time.sleep(30)
        planning.solve = solve
        from model.cli import main
        sys.exit(main(sys.argv[1:]))
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(case), "--out", str(out), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    while "solving" not in (line := process.stderr.readline()):
        assert line
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said, err = process.communicate(timeout=20)
    assert process.returncode == 4
    assert "Stopped" in err
    assert "Traceback" not in err
    assert '"exit": 4' in said


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_ctrl_c_inside_an_exec_still_ends_with_our_code(case, out, tmp_path):
    (tmp_path / "probe.py").write_text(
        textwrap.dedent("""
        import sys
        import model.solver.planning as planning
        planning.solve = lambda *_, **__: exec("import signal; signal.raise_signal(signal.SIGINT)")
        from model.cli import main
        sys.exit(main(sys.argv[1:]))
    """),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "probe", str(case), "--out", str(out)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 4
    assert "Stopped" in done.stderr
