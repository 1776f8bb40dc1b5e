"""Every exit code, and what is said with it."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import types
from pathlib import Path

import openpyxl
import pytest

from model.errors import AuditError, NoPlanError, SetupError, SolverError
from model.solver import planning
from model.solver.highs import Status
from model.solver.outcome import Outcome
from tests.cli.conftest import TABLES, contents, write_case

ROOT = Path(__file__).resolve().parents[2]


def fail_with(monkeypatch, fault):
    def solve(*_, **__):
        raise fault

    monkeypatch.setattr(planning, "solve", solve)


def end_with(monkeypatch, **changes):
    """Let the solver end otherwise than it did."""
    solve = planning.solve
    monkeypatch.setattr(planning, "solve", lambda *a, **k: dataclasses.replace(solve(*a, **k), **changes))


# ---- 0


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


# ---- 1


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


# ---- 2


def test_errors_in_the_case_are_2_with_a_list_beside_the_results(run, tmp_path, out):
    offers = [*TABLES["offers"], ["C-3", "Gamma", "Y Oxid", "dear", 5, 0, "China", "China"]]
    case = write_case(tmp_path / "case", {"offers": offers})
    before = contents(case)
    for verb in ("check", "solve"):
        ended = run(verb, case, "--out", out)
        assert ended.code == 2
        assert "offers.csv:4 (Material): Material: 'Y Oxid' is not in Materials; did you mean 'Y Oxide'?" in ended.err
        assert "2 errors" in ended.err
        assert str(out / "case_problems.xlsx") in ended.err
        assert sorted(contents(out)) == ["case_problems.xlsx"]
    assert contents(case) == before


def test_errors_in_a_workbook_are_named_by_cell_and_the_workbook_is_never_touched(run, case, out, tmp_path):
    book = tmp_path / "my book.xlsx"
    assert run("convert", case, book).code == 0
    edited = openpyxl.load_workbook(book)
    cell = next(c for row in edited["Offers"].iter_rows() for c in row if c.value == 35)
    cell.value = "dear"
    edited.save(book)
    before = book.read_bytes()
    ended = run(book, "--out", out, "--json")
    assert ended.code == 2
    assert [p["address"] for p in ended.facts["problems"] if p["level"] == "error"] == [f"Offers!{cell.coordinate}"]
    assert book.read_bytes() == before
    assert sorted(contents(out)) == ["my book_problems.xlsx"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cases", "my book.xlsx", "results here"]


def test_the_list_of_problems_goes_when_they_are_mended(run, tmp_path, out):
    case = write_case(tmp_path / "case", {"demand": None})
    assert run("check", case, "--out", out).code == 2
    assert (out / "case_problems.xlsx").exists()
    write_case(tmp_path / "mended" / "case")
    assert run("check", tmp_path / "mended" / "case", "--out", out).code == 0
    assert not (out / "case_problems.xlsx").exists()


def test_at_most_twenty_problems_are_printed_errors_first(run, tmp_path, out):
    bad = [["", f"S{i}", "Y Oxide", "dear", 5, 0, "China", "China"] for i in range(30)]
    case = write_case(tmp_path / "case", {"offers": [*TABLES["offers"], *bad]})
    ended = run("check", case, "--out", out, "--json")
    assert len(ended.facts["problems"]) == sum(ended.facts["counts"].values()) > 60
    lines = run("check", case, "--out", out).err.splitlines()
    assert [line.split()[0] for line in lines[:21]] == ["error"] * 20 + ["…"]
    assert [int(line.split(":")[1].split()[0]) for line in lines[:20]] == [4 + i // 2 for i in range(20)]


def test_a_missing_file_is_2(run, out, tmp_path):
    ended = run("check", tmp_path / "无 such.xlsx", "--out", out)
    assert ended.code == 2
    assert "there is no file or folder" in ended.err
    assert not out.exists()


def test_a_list_that_can_not_be_written_is_told(run, tmp_path, out):
    out.write_text("a file", encoding="utf-8")
    case = write_case(tmp_path / "case", {"demand": None, "offers": [*TABLES["offers"], ["C", "", "Y Oxide"]]})
    ended = run("check", case, "--out", out)
    assert ended.code == 2
    assert "The list of all problems is not saved" in ended.err


# ---- 3 and 4


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


# ---- 5


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


# ---- 64 and 69


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["explain", "x.xlsx"], "'explain' is not a command"),
        (["stress", "a", "b"], "'stress' is not a command"),
        (["stress"], "'stress' is neither a command nor a file or folder"),
        (["compare", "a", "b"], "a is no run"),
        (["sweep"], "sweep needs CASE and SWEEP"),
        (["chek", "x.xlsx"], "did you mean check?"),
        (["check"], "check needs CASE"),
        (["convert", "a"], "convert needs SOURCE and TARGET"),
        (["check", "my", "case.xlsx"], "put a name with spaces in quotes"),
        (["check", ""], "a name is empty"),
        (["check", "x.xlsx", "--gap", "1%"], "check has no option --gap"),
        (["x.xlsx", "--gapp", "1%"], "--gapp is not an option; did you mean --gap?"),
        (["x.xlsx", "--gap"], "--gap: expected one argument"),
        (["x.xlsx", "--gap", "5"], "5 per cent is 0.05 or 5%"),
        (["x.xlsx", "--gap", "small"], "expected a share such as 0.5% or 0.005"),
        (["x.xlsx", "--gap", "nan"], "outside 0 to 1"),
        (["x.xlsx", "--time-limit", "0"], "expected a number of seconds above 0"),
        (["x.xlsx", "--time-limit", "inf"], "expected a number of seconds above 0"),
        (["x.xlsx", "--threads", "0"], "expected a whole number from 1"),
        (["x.xlsx", "--seed", "-1"], "--seed"),
        (["x.xlsx", "--quiet=1"], "--quiet"),
    ],
)
def test_a_wrong_command_line_is_64_with_one_sentence(run, arguments, sentence):
    ended = run(*arguments)
    assert ended.code == 64
    assert sentence in ended.err
    assert len(ended.err.splitlines()) == 1
    assert ended.out == ""
    assert sentence in "".join(run(*arguments, "--json").facts["messages"]) or "--quiet" in sentence


def test_a_log_that_can_not_be_written_is_64(run, case, tmp_path):
    assert run("check", case, "--log", tmp_path / "no" / "log.txt").code == 64


def test_a_missing_package_is_69(run, case, out, monkeypatch):
    fail_with(monkeypatch, ModuleNotFoundError("No module named 'highspy'", name="highspy"))
    ended = run(case, "--out", out)
    assert ended.code == 69
    assert "highspy" in ended.err


def test_a_failed_setup_is_69(run, case, out, monkeypatch):
    fail_with(monkeypatch, SetupError("the solver is too old"))
    assert run(case, "--out", out).code == 69


# ---- what is imported


def modules_after(*arguments):
    program = "import sys; from model.cli import main; code = main(sys.argv[1:]); print(); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"]])
def test_help_and_versions_load_no_package(arguments):
    heavy = {"numpy", "pandas", "pyomo", "highspy", "openpyxl", "xlsxwriter", "matplotlib"}
    assert not modules_after(*arguments) & heavy


def test_check_loads_neither_pyomo_nor_a_solver_nor_matplotlib(case, out):
    assert not modules_after("check", case, "--out", out) & {"pyomo", "highspy", "matplotlib"}


def test_versions_name_what_a_result_depends_on(run):
    ended = run("--version")
    assert ended.code == 0
    for package in ("pyomo", "highspy"):
        assert f"{package} {importlib.metadata.version(package)}" in ended.out.splitlines()
    assert f"Python {sys.version.split()[0]}" in ended.out.splitlines()
    assert any(line.startswith("case layout ") for line in ended.out.splitlines())


def test_help_names_every_command_and_every_option(run):
    said = run("--help").out
    for word in (
        "[solve] [CASE]",
        "check CASE",
        "new PATH",
        "convert SOURCE TARGET",
        "audit RUN",
        "test",
        "--set",
        "--gap",
        "--time-limit",
        "--threads",
        "--seed",
        "--json",
        "--quiet",
        "--log",
        "--debug",
        "--version",
        "--out",
        "64",
    ):
        assert word in said
    assert "--gap" not in run("check", "--help").out


def test_python_m_model_is_the_program():
    done = subprocess.run(
        [sys.executable, "-m", "model", "check"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (64, "run.py: check needs CASE.\n")
