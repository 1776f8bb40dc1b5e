"""What each verb does, beside its exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from model.commands import run_tests
from model.console import Console, progress_line
from model.solver.highs import Progress
from tests.cli.conftest import TABLES, contents, write_case

ROOT = Path(__file__).resolve().parents[2]


# ---- new, convert


def test_new_writes_a_workbook_that_can_be_checked_and_overwrites_nothing(run, tmp_path, out):
    path = tmp_path / "新 case"
    assert run("new", path).code == 0
    made = path.with_suffix(".xlsx")
    before = made.read_bytes()
    again = run("new", made)
    assert again.code == 64
    assert "exists already" in again.err
    assert made.read_bytes() == before
    checked = run("check", made, "--out", out, "--json")
    assert checked.code == 2
    assert any(p["level"] == "error" and "Offers" in p["sentence"] for p in checked.facts["problems"])


def test_new_takes_a_workbook_only(run, tmp_path):
    assert run("new", tmp_path / "case.csv").code == 64
    assert not list(tmp_path.iterdir())


def test_convert_goes_there_and_back(run, case, tmp_path):
    book, back = tmp_path / "a book.xlsx", tmp_path / "back"
    assert run("convert", case, book).code == 0
    assert run("convert", book, back).code == 0
    once = contents(back)
    assert set(once) == {f"{name}.csv" for name in TABLES}
    assert run("convert", book, back).code == 64
    assert contents(back) == once
    assert run("convert", book, back, "--force").code == 0
    assert contents(back) == once


def test_convert_does_not_delete_what_is_no_case_even_by_force(run, case, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_bytes(b"years of work")
    ended = run("convert", case, tmp_path / "mine", "--force")
    assert ended.code == 1
    assert "thesis.docx" in ended.err
    assert contents(tmp_path / "mine") == {"thesis.docx": b"years of work"}


def test_convert_of_a_case_with_errors_is_2(run, tmp_path):
    case = write_case(tmp_path / "case", {"demand": None})
    ended = run("convert", case, tmp_path / "copy.xlsx")
    assert ended.code == 2
    assert "table Demand is missing" in ended.err
    assert not (tmp_path / "copy.xlsx").exists()


# ---- audit


def test_audit_of_a_run_is_0(run, case, out):
    run(case, "--out", out)
    ended = run("audit", out / case.name)
    assert ended.code == 0
    assert "holds" in ended.out


def test_audit_of_a_plan_that_was_changed_is_1_and_names_what_does_not_hold(run, case, out):
    run(case, "--out", out)
    path = out / case.name / "plan" / "purchases.csv"
    text = path.read_text(encoding="utf-8")
    assert ",40.0\n" in text
    path.write_text(text.replace(",40.0\n", ",90.0\n"), encoding="utf-8", newline="\n")
    ended = run("audit", out / case.name, "--json")
    assert ended.code == 1
    assert ended.facts["unchanged"] is False
    assert ended.facts["violations"]["plan"]
    assert "changed after the run" in ended.err


@pytest.mark.parametrize("lacking", ["run.json", "case", "plan"])
def test_audit_of_a_folder_that_is_no_run_is_64(run, case, out, lacking):
    run(case, "--out", out)
    (out / case.name / lacking).rename(out / "away")
    ended = run("audit", out / case.name)
    assert ended.code == 64
    assert "is no run" in ended.err


# ---- test


def test_test_hands_what_follows_to_pytest(run, monkeypatch):
    called = []
    monkeypatch.setattr(run_tests.subprocess, "call", lambda command, cwd: called.append((command[1:], cwd)) or 5)
    assert run("test", "-k", "cover", "--full").code == 5
    assert called == [
        (["-m", "pytest", "--durations=15", "-n", "auto", "--dist", "loadfile", "-k", "cover", "--full"], ROOT)
    ]


def test_test_of_an_installed_program_says_where_tests_are(run, monkeypatch):
    monkeypatch.setattr("model.runs.project_root", lambda: None)
    assert run("test").code == 64


# ---- --set


@pytest.mark.parametrize(
    ("change", "file", "cell"),
    [
        ("Offers.A-1.Price=12.5", "offers.csv", "A-1,Alpha & Sons,Y Oxide,12.5,"),
        ("offers.a-1.price=12.5", "offers.csv", "A-1,Alpha & Sons,Y Oxide,12.5,"),
        ("Demand.Coatings / Y Oxide.2027=5", "demand.csv", "Coatings,Y Oxide,Civil,50,5"),
        ("Settings.Discount Rate.Value=10%", "settings.csv", "Discount Rate,10%"),
        ("Offers.B-2.Available to Us=", "offers.csv", "B-2,贝塔 Ltd.,Y Oxide,35,,5,"),
        ("Offers.A-1.Supplier=Smith = Sons v1.2", "offers.csv", "A-1,Smith = Sons v1.2,Y Oxide,20,"),
    ],
)
def test_set_changes_a_cell_of_this_run_alone(run, case, out, change, file, cell):
    before = contents(case)
    assert run(case, "--out", out, "--set", change).code == 0
    assert cell in (out / case.name / "case" / file).read_text(encoding="utf-8")
    assert json.loads((out / case.name / "run.json").read_text(encoding="utf-8"))["changes"] == [change]
    assert contents(case) == before


def test_set_finds_rows_whose_names_hold_dots_and_equals_signs(run, tmp_path, out):
    offers = [list(r) for r in TABLES["offers"]]
    offers[1][0], offers[2][0] = "a=b.v2", "U.S. offer"
    case = write_case(tmp_path / "case", {"offers": offers})
    ended = run(case, "--out", out, "--set", "Offers.a=b.v2.price=11", "--set", "Offers.U.S. offer.price=22")
    assert ended.code == 0
    text = (out / "case" / "case" / "offers.csv").read_text(encoding="utf-8")
    assert "a=b.v2,Alpha & Sons,Y Oxide,11," in text
    assert "U.S. offer,贝塔 Ltd.,Y Oxide,22," in text


def test_set_changes_the_plan_and_the_input_hash(run, case, out):
    base = run(case, "--out", out, "--json").facts
    dear = run(case, "--out", out, "--json", "--set", "Offers.A-1.Price=30").facts
    assert dear["outcome"]["objective"] > base["outcome"]["objective"]
    assert dear["run"]["input_hash"] != base["run"]["input_hash"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("Offers.A-1=12", "expected TABLE.ROW.FIELD=VALUE"),
        ("Offers.A-1.Price", "expected TABLE.ROW.FIELD=VALUE"),
        ("Ofers.A-1.Price=12", "'Ofers' is not a table of a case; did you mean 'Offers'?"),
        ("Offers.A-9.Price=12", "table Offers has no row 'A-9'; did you mean 'A-1'? (a row is named by Offer)"),
        ("Demand.Coatings.2027=5", "table Demand has no row 'Coatings'"),
        ("Offers.A-1.Prise=12", "table Offers has no column 'Prise'; did you mean 'price'?"),
        ("Demand.Coatings / Y Oxide.2029=5", "table Demand has no column '2029'"),
        ("Offers.A-1.Available to Us=much", "'much'"),
        ("Offers.A-1.Available to Us=-1", "is below 0"),
        ("Offers.A-1.Material=Gold", "'Gold' is not in Materials"),
        ("Limits.Cap.2027=5", "the case has no table Limits"),
    ],
)
def test_a_change_that_does_not_fit_is_64_and_names_what_does(run, case, out, change, sentence):
    for verb in ("check", "solve"):
        ended = run(verb, case, "--out", out, "--set", change)
        assert ended.code == 64
        assert sentence in ended.err
        assert change in ended.err
    assert not out.exists()


# ---- --json, --log


def test_json_is_all_that_stdout_gets_whatever_libraries_print(run, case, out, monkeypatch):
    from model.solver import planning

    solve = planning.solve
    monkeypatch.setattr(planning, "solve", lambda *a, **k: print("KeyboardInterrupt: Waiting …") or solve(*a, **k))
    facts = run(case, "--out", out, "--json").facts
    assert facts["exit"] == 0
    assert facts["command"] == "solve"
    assert facts["outcome"]["status"] == "optimal"
    assert facts["outcome"]["objective"] == pytest.approx(facts["outcome"]["bound"])
    assert Path(facts["run"]["results"]).is_file()


def test_json_of_check_lists_ids_levels_and_addresses(run, tmp_path, out):
    offers = [*TABLES["offers"], ["C-3", "Gamma", "Y Oxide", "dear", 5, 0, "China", "China"]]
    ended = run("check", write_case(tmp_path / "case", {"offers": offers}), "--out", out, "--json")
    assert ended.code == ended.facts["exit"] == 2
    first = ended.facts["problems"][0]
    assert (first["level"], first["address"], first["row"]) == ("error", "offers.csv:4 (Price)", 4)
    assert set(first) == {"id", "level", "address", "sentence", "table", "row"}
    assert ended.err == ""


def test_a_log_holds_no_data_of_the_case(run, case, out, tmp_path):
    log = tmp_path / "log.txt"
    assert run(case, "--out", out, "--log", log).code == 0
    text = log.read_text(encoding="utf-8")
    assert "solve with Yttria" in text
    assert "optimal" in text
    assert not any(word in text for word in ("Alpha", "A-1", "Coatings", "Oxide", case.name))


# ---- the console


def test_a_console_of_cp1252_shows_what_it_can(case, out):
    done = subprocess.run(
        [sys.executable, "-m", "model", str(case), "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "cp1252", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert b"\\u9487 oxide case" in done.stdout


def test_a_reader_that_has_had_enough_is_no_fault(case):
    done = subprocess.run(
        f'"{sys.executable}" -m model --help | head -c 10',
        shell=True,
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stderr == ""


def test_a_name_can_not_steer_the_terminal(capsys):
    Console().answer("red \x1b[31m name\r\n")
    assert capsys.readouterr().out == "red \\x1b[31m name\\x0d\\x0a\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_that_is_rewritten_on_a_terminal(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    console = Console()
    for seconds in range(3):
        console.progress(Progress("Cost", 812.25, 800.0, seconds))
    console.tell("done")
    said = stream.getvalue()
    assert said.count("\n") == 1
    assert said.count("\rCost: best 812.25 MUSD, bound 800 MUSD, gap 12.2 MUSD, ") == 3
    assert said.endswith("\rdone\n")


def test_progress_is_sparse_elsewhere_and_off_with_quiet_and_json(monkeypatch):
    for options, lines in (({}, 2), ({"quiet": True}, 0), ({"as_json": True}, 0)):
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        console = Console(**options)
        for stage in ("Priority", "Cost"):
            for seconds in range(50):
                console.progress(Progress(stage, None, 3.0, seconds))
        assert len(stream.getvalue().splitlines()) == lines


def test_progress_without_a_plan_shows_the_bound_alone():
    assert progress_line(Progress("Priority", None, 3.0, 2.4)) == "Priority: bound 3 t, 2 s"
    assert progress_line(Progress("Cost", None, None, 0.2)) == "Cost: 0 s"


def test_a_lost_console_is_no_fault(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)
    console = Console()
    console.tell("x")
    console.progress(Progress("Cost", 1.0, 1.0, 1.0))
    console.finish(0)
