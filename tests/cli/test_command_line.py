"""The command line: what is refused (64), help and versions, and what is imported for them."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


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
