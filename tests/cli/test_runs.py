"""A run on disk: whole or not at all, the run before kept, equal runs equal to the byte."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from model import put_in_place, runs
from model.cli import main
from model.errors import StoreError
from model.plan import load_plan
from model.solver.highs import Status
from model.solver.outcome import Outcome
from tests.cli.conftest import contents

VARIES = {"started", "seconds", "timings", "machine"}


class Killed(BaseException):
    """What is not caught anywhere, like a kill."""


@pytest.fixture
def quick(monkeypatch, outcome):
    """Spare the tests of what happens to files the solving and the workbook."""
    monkeypatch.setattr("model.solver.planning.solve", lambda *_, **__: outcome)
    monkeypatch.setattr("model.report.workbook.write_results", lambda path, *_: path.write_bytes(b"a workbook"))


@pytest.fixture
def place(run, case, out, quick):
    """A first run, and a file that somebody keeps beside it."""
    assert run(case, "--out", out).code == 0
    (out / case.name / "my dashboard.xlsx").write_bytes(b"mine")
    return out / case.name


def record_of(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def again(run, case, out):
    return run(case, "--out", out, "--set", "Offers.A-1.Price=21")


# ---- what a run is


def test_a_run_holds_its_case_its_plan_and_what_ties_them_together(run, case, out, place):
    record = record_of(place)
    names = {p.name for p in place.iterdir()} - {"my dashboard.xlsx"}
    assert names == {"as_is", "case", "plan", "results.xlsx", "run.json"}
    assert record["input_hash"] == runs.folder_hash(place / "case")
    assert record["plan_hash"] == runs.folder_hash(place / "plan")
    assert record["options"] == {"gap": 0.0, "time_limit": 300.0, "threads": 1, "seed": 0}
    assert record["status"] == "optimal"
    assert record["exit"] == 0
    assert record["objective"] == pytest.approx(record["bound"])
    assert record["gap"] == pytest.approx(0, abs=1e-9)
    assert {"Yttria", "case layout", "Python", "pyomo", "highspy"} <= set(record["versions"])
    assert len(record["run"]) == 12
    assert load_plan(place).summary["objective"] == pytest.approx(record["objective"])
    assert runs.read_run(place).unchanged


def test_what_demand_is_compared_with_is_a_file_of_its_run_and_goes_with_it(run, case, out, place):
    """60 t are asked for in 2027 and 61 stated, 1.6 per cent more: said as a warning, which stops nothing."""
    stated = case / "demand_checks.csv"
    stated.write_text("Check,Material,2026,2027\nBook,Y Oxide,50,61\n", encoding="utf-8")
    said = run(case, "--out", out)
    assert said.code == 0
    assert "Book: the rows of Demand come to 60 of Y Oxide in 2027, but 61 is stated" in said.out + said.err
    lines = (place / "demand_reconciliation.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[4:8] for line in lines[1:]] == [
        ["2026", "50.0", "50.0", "0.0"],
        ["2027", "60.0", "61.0", "-1.0"],
    ]
    stated.unlink()
    assert run(case, "--out", out).code == 0
    assert [p.parent.parent.name for p in place.rglob("demand_reconciliation.csv")] == ["history"]


def test_options_are_in_the_record_and_in_the_id(run, case, out, place):
    first = record_of(place)
    assert run(case, "--out", out, "--gap", "0.5%", "--time-limit", 60, "--seed", 7, "--threads", 1).code == 0
    second = record_of(place)
    assert second["options"] == {"gap": 0.005, "time_limit": 60.0, "threads": 1, "seed": 7}
    assert second["command"] == "run.py case --gap 0.005 --time-limit 60 --threads 1 --seed 7"
    assert second["input_hash"] == first["input_hash"]
    assert second["run"] != first["run"]


@pytest.mark.parametrize(("option", "asked"), [("--price-overrides", True), ("--no-price-overrides", False)])
def test_whether_overrides_are_priced_is_asked_and_recorded(run, case, out, place, outcome, monkeypatch, option, asked):
    seen = []
    monkeypatch.setattr("model.solver.planning.solve", lambda *_, **options: seen.append(options) or outcome)
    assert run(case, "--out", out, option).code == 0
    assert seen[0]["price_overrides"] is asked
    record = record_of(place)
    assert record["options"]["price_overrides"] is asked
    assert record["command"].endswith(f" --seed 0 {option}")
    assert run("check", case, option).code == 64


def test_the_saved_case_runs_again_to_the_same_run(run, case, out):
    place = out / case.name
    assert run(case, "--out", out, "--gap", "0.1%").code == 0
    first, plan = record_of(place), contents(place / "plan")
    assert run(place / "case", "--out", out, "--gap", "0.001").code == 0
    second = record_of(place)
    assert {k: v for k, v in first.items() if k not in VARIES} == {k: v for k, v in second.items() if k not in VARIES}
    assert contents(place / "plan") == plan


def test_workbook_and_folder_have_one_input_hash(run, case, out, place, tmp_path):
    book = tmp_path / "books" / f"{case.name}.xlsx"
    book.parent.mkdir()
    assert run("convert", case, book).code == 0
    assert run(book, "--out", out).code == 0
    assert record_of(place)["input_hash"] == runs.folder_hash(next((place / "history").iterdir()) / "case")


def test_two_runs_differ_only_in_the_record_and_on_sheet_about(run, case, tmp_path):
    folders = []
    for name in ("one", "two"):
        assert run(case, "--out", tmp_path / name).code == 0
        folders.append(tmp_path / name / case.name)
    one, two = map(contents, folders)
    assert one.keys() == two.keys()
    assert {k for k in one if one[k] != two[k]} <= {"run.json", "results.xlsx"}
    first, second = map(record_of, folders)
    assert {k for k in first if first[k] != second[k]} <= VARIES
    books = [f / "results.xlsx" for f in folders]
    assert differing_parts(*books) <= {"docProps/core.xml", "About"}


def differing_parts(one, two):
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(two) as b:
        assert a.namelist() == b.namelist()
        about = about_sheet(a)
        return {"About" if n == about else n for n in a.namelist() if a.read(n) != b.read(n)}


def about_sheet(book):
    import re

    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    return f"xl/worksheets/sheet{names.index('About') + 1}.xml" if "About" in names else ""


# ---- the run before


def test_the_run_before_is_kept_whole_and_other_files_stay(run, case, out, place):
    first = contents(place)
    assert again(run, case, out).code == 0
    assert again(run, case, out).code == 0
    kept = sorted((place / "history").iterdir())
    assert len(kept) == 2
    assert {**contents(kept[0]), "my dashboard.xlsx": b"mine"} == first
    assert (place / "my dashboard.xlsx").read_bytes() == b"mine"
    assert all(runs.read_run(folder).unchanged for folder in (place, *kept))
    assert sorted(p.name for p in out.iterdir()) == [".lock", case.name]


def test_history_is_named_after_the_time_of_the_run(run, case, out, place):
    started = record_of(place)["started"]
    again(run, case, out)
    (kept,) = (place / "history").iterdir()
    assert kept.name == started.replace(":", "").removesuffix("+0000") + "Z"


@pytest.mark.parametrize("text", [None, "not json", "[]", '{"run": 7}'])
def test_a_folder_without_a_record_of_a_run_is_none(place, text):
    (place / "run.json").unlink() if text is None else (place / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="is no run"):
        runs.read_run(place)


def test_a_record_of_other_files_is_told(place):
    (place / "plan" / "purchases.csv").write_text("offer,label,period,tonnes\n", encoding="utf-8")
    assert not runs.read_run(place).unchanged


# ---- whatever happens


def moves_of(run, case, out, monkeypatch):
    """Return how many renames a second run makes."""
    count = 0
    real = os.replace

    def replace(source, target):
        nonlocal count
        count += 1
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(put_in_place, "_rename", replace)
        assert again(run, case, out).code == 0
    return count


def break_at(patch, step, fault, *, also_after=False):
    """Let the `step`-th rename fail: before it is made, or just after."""
    count = 0
    real = os.replace

    def replace(source, target):
        nonlocal count
        count += 1
        if count == step and not also_after:
            raise fault
        real(source, target)
        if count == step:
            raise fault

    patch.setattr(put_in_place, "_rename", replace)


def test_a_failure_at_any_rename_leaves_everything_as_it_was(run, case, out, place, monkeypatch, tmp_path):
    shutil.copytree(out, tmp_path / "copy")
    steps = moves_of(run, case, tmp_path / "copy", monkeypatch)
    assert steps == 4  # the old run away, the new one in, the dashboard back, the old run into the history
    before = contents(out)
    for step in range(1, steps + 1):
        for fault in (OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "Input/output error")):
            with monkeypatch.context() as patch:
                break_at(patch, step, fault)
                ended = again(run, case, out)
            assert ended.code == 1
            assert fault.strerror in ended.err
            assert "what was there before is unchanged" in ended.err
            assert "earlier run" in ended.err
            assert contents(out) == before
        with monkeypatch.context() as patch:
            break_at(patch, step, Killed())
            with pytest.raises(Killed):
                main([str(case), "--out", str(out), "--quiet"])
        assert contents(out) == before
    assert runs.read_run(place).unchanged


@pytest.mark.parametrize(
    "part",
    [
        "model.schema.csv_files.write_folder",
        "model.plan.Plan.save",
        "model.report.workbook.write_results",
        "model.runs.write_json",
        "model.runs.folder_hash",
        "model.runs.new_work",
    ],
)
@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"]
)
def test_a_failure_while_building_leaves_everything_as_it_was(run, case, out, place, monkeypatch, part, fault):
    before = contents(out)

    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(part, fail)
    ended = again(run, case, out)
    assert ended.code == (4 if isinstance(fault, KeyboardInterrupt) else 1)
    assert contents(out) == before


def kill_at(step, arguments):
    """In a process of its own: end without any tidying up just after a rename."""
    real, count = os.replace, 0

    def replace(source, target):
        nonlocal count
        real(source, target)
        count += 1
        if count == step:
            os._exit(9)

    put_in_place._rename = replace
    main(arguments)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_a_killed_run_left_is_put_right_by_the_next(run, case, out, place, step, monkeypatch):
    before = contents(place)
    process = multiprocessing.get_context("spawn").Process(
        target=kill_at, args=(step, [str(case), "--out", str(out), "--quiet", "--set", "Offers.A-1.Price=21"])
    )
    process.start()
    process.join(60)
    assert process.exitcode == 9
    # A run that finds no plan replaces nothing, but puts right what it finds.
    monkeypatch.setattr("model.solver.planning.solve", lambda *_, **__: Outcome(Status.INFEASIBLE, "No plan exists."))
    assert run(case, "--out", out).code == 3
    if step == 1:
        assert contents(place) == before
    else:
        (kept,) = (place / "history").iterdir()
        assert {**contents(kept), "my dashboard.xlsx": b"mine"} == before
        assert (place / "my dashboard.xlsx").read_bytes() == b"mine"
    assert runs.read_run(place).unchanged
    assert sorted(p.name for p in out.iterdir()) == [".lock", case.name]


def test_a_folder_that_can_not_be_written_is_told_before_minutes_are_spent(run, case, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setattr("model.solver.planning.solve", lambda *_, **__: pytest.fail("solved in vain"))
    for out in (tmp_path / "file", tmp_path / "file" / "deeper"):
        ended = run(case, "--out", out)
        assert ended.code == 1
        assert "--out" in ended.err
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / case.name).write_text("x", encoding="utf-8")
    assert run(case, "--out", tmp_path / "out").code == 1
    assert (tmp_path / "out" / case.name).read_text(encoding="utf-8") == "x"


# ---- open in another program (as on Windows)


def locked(patch, *names):
    """Let renames of the folder, and of the named entries in it, be refused while they are open elsewhere."""
    real = os.replace

    def replace(source, target):
        held = Path(source).parent.name == "results here" and not Path(source).name.startswith(".")
        if held or (Path(source).name in names and ".new-" not in str(source)):
            raise PermissionError(errno.EACCES, "being used by another process")
        real(source, target)

    patch.setattr(put_in_place, "_rename", replace)


def test_an_open_result_gets_a_numbered_neighbour_and_a_sentence(run, case, out, place, monkeypatch):
    first = contents(place)
    with monkeypatch.context() as patch:
        locked(patch, "results.xlsx")
        ended = again(run, case, out)
    assert ended.code == 0
    assert "is open in another program" in ended.err
    assert str(place / "results (2).xlsx") in ended.out
    assert (place / "results.xlsx").read_bytes() == first["results.xlsx"]
    assert record_of(place)["files"]["results"] == "results (2).xlsx"
    assert runs.read_run(place).unchanged
    (kept,) = (place / "history").iterdir()
    assert {**contents(kept), "my dashboard.xlsx": b"mine"} == first
    assert sorted(p.name for p in out.iterdir()) == [".lock", case.name]
    # Closed again, the next run tidies up: both workbooks go with the run they were beside.
    assert run(case, "--out", out).code == 0
    assert {p.name for p in place.glob("results*")} == {"results.xlsx"}
    assert contents(place / "case") == {k.removeprefix("case/"): v for k, v in first.items() if k.startswith("case/")}


def test_a_file_by_file_exchange_that_fails_is_undone(run, case, out, place, monkeypatch):
    before = contents(out)
    for step in range(2, 20):
        with monkeypatch.context() as patch:
            locked(patch)
            refuse = put_in_place._rename
            count = 0

            def replace(source, target, refuse=refuse, step=step):
                nonlocal count
                count += 1
                if count == step:
                    raise OSError(errno.EIO, "Input/output error")
                refuse(source, target)

            patch.setattr(put_in_place, "_rename", replace)
            code = again(run, case, out).code
        if code == 0:
            assert count == step - 1 > 10  # it had fewer steps than that
            break
        assert code == 1
        assert contents(out) == before
    else:
        pytest.fail("more steps than thought")


def test_a_table_that_is_open_too_sends_the_run_to_a_folder_beside(run, case, out, place, monkeypatch):
    before = contents(place)
    with monkeypatch.context() as patch:
        locked(patch, "plan")
        ended = again(run, case, out)
    assert ended.code == 0
    aside = out / f"{case.name} (2)"
    assert f"this run is saved as {aside}" in ended.err
    assert contents(place) == before
    assert runs.read_run(aside).unchanged


# ---- two at once


def solve_often(case, out, price, times):
    for _ in range(times):
        if main([case, "--out", out, "--quiet", "--set", f"Offers.A-1.Price={price}"]):
            sys.exit(1)


def test_two_runs_at_once_do_not_disturb_each_other(case, out):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=solve_often, args=(str(case), str(out), price, 4)) for price in (20, 21)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0]
    place = out / case.name
    kept = list((place / "history").iterdir())
    assert len(kept) == 7
    assert all(runs.read_run(folder).unchanged for folder in (place, *kept))
    assert sorted(p.name for p in out.iterdir()) == [".lock", case.name]


# ---- names and places


@pytest.mark.parametrize(("name", "folder"), [("a:b", "a_b"), (" . ", "case"), ("..", "case"), ("钇 x.", "钇 x")])
def test_a_folder_gets_a_name_that_every_system_takes(tmp_path, name, folder):
    assert runs.run_name(tmp_path / "x", name) == folder


def test_results_go_beside_run_py_or_into_the_current_folder(monkeypatch, tmp_path):
    root = Path(__file__).resolve().parents[2]
    assert runs.default_outputs() == root / "outputs"
    monkeypatch.setattr(runs, "project_root", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert runs.default_outputs() == tmp_path / "outputs"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_folder_that_is_a_link_stays_one(run, case, out, tmp_path):
    (tmp_path / "big disk").mkdir()
    out.mkdir()
    (out / case.name).symlink_to(tmp_path / "big disk", target_is_directory=True)
    assert run(case, "--out", out).code == 0
    assert (out / case.name).is_symlink()
    assert runs.read_run(tmp_path / "big disk").unchanged
