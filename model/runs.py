"""A run on disk: the case as it was solved, the plan as tables, the result workbook, and `run.json` that ties them.

All that varies between two equal runs stands in `run.json` and on sheet About of the workbook; `case/` and `plan/` are
the same to the byte. A folder whose `run.json` is missing, or was written for other files, is no run.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import __version__
from model.console import finite
from model.errors import StoreError
from model.put_in_place import RECONCILIATION, RECORD, RESULTS, Placed, alone, new_work, put, recover, write_json

if TYPE_CHECKING:
    from model.case.case import Case
    from model.solver.outcome import Outcome

FORMAT = 1  # of run.json


@dataclass(frozen=True)
class Options:
    """The options that a result depends on, defaults filled in."""

    gap: float
    time_limit: float
    threads: int = 1
    seed: int = 0
    price_overrides: bool | None = None


@dataclass(frozen=True)
class Run:
    """A run that was read from disk.

    Attributes
    ----------
    record : mapping
        The content of `run.json`.
    unchanged : bool
        Whether `case/` and `plan/` are those that `run.json` was written for.
    """

    folder: Path
    record: Mapping[str, Any]
    unchanged: bool


def project_root() -> Path | None:
    """Return the folder of the project that the program runs from, or None where it is installed."""
    root = Path(__file__).resolve().parents[1]
    return root if (root / "run.py").is_file() and (root / "pyproject.toml").is_file() else None


def default_outputs() -> Path:
    """Return where results go unless another folder is named: `outputs` of the project, else of the current folder."""
    return (project_root() or Path.cwd()) / "outputs"


def versions() -> dict[str, str]:
    """Return the versions of all that a result depends on; imports none of it."""
    from model.schema.tables import SCHEMA_VERSION

    found = {"Yttria": __version__, "case layout": str(SCHEMA_VERSION), "Python": platform.python_version()}
    for name in ("pyomo", "highspy"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def run_name(path: Path, name: str) -> str:
    """Return the name of the folder for the runs of a case: the case's, or for the `case/` of a run that run's."""
    place = path.resolve()
    if place.name == "case" and (place.parent / RECORD).is_file():
        with contextlib.suppress(StoreError, KeyError):
            name = str(_record_of(place.parent)["case"])
    return re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "_", name).strip(". ") or "case"


def prepare(root: Path, name: str) -> None:
    """Make sure, before minutes are spent, that a run can be saved, and tidy up after one that was killed.

    Raises
    ------
    StoreError
        If the folder can not be written, or a file stands where the run would go.
    """
    if (root / name).exists() and not (root / name).is_dir():
        raise StoreError(f"{root / name} is a file; name another folder with --out")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with alone(root):
            recover(root, name)
            new_work(root, name).rmdir()
    except OSError as error:
        raise StoreError(
            f"results can not be written to {root}: {error.strerror or error}; name another folder with --out"
        ) from error


def save_run(
    root: Path,
    name: str,
    case: Case,
    outcome: Outcome,
    options: Options,
    *,
    started: dt.datetime,
    code: int,
    changes: Sequence[str] = (),
) -> tuple[Placed, Mapping[str, Any]]:
    """Save a run into `root`/`name` and return where it is, with its record.

    Parameters
    ----------
    outcome : Outcome
        With a plan.
    started : datetime
        With its time zone.
    code : int
        Exit code of the command.
    changes : sequence of str
        Cells that were changed for this run; the saved case holds the changed values.

    Raises
    ------
    StoreError
        If it can not be saved; what was there before is as it was.
    """
    place = Path(os.path.realpath(root / name))  # a folder that is a link stays one
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with alone(place.parent):
            recover(place.parent, place.name)
            work = new_work(place.parent, place.name)
            try:
                record = _fill(work, name, case, outcome, options, started, code, changes)
                return put(work, place), record
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"the run could not be saved in {root}: {error.strerror or error}; what was there before is unchanged"
        ) from error


def _fill(
    work: Path,
    name: str,
    case: Case,
    outcome: Outcome,
    options: Options,
    started: dt.datetime,
    code: int,
    changes: Sequence[str],
) -> dict[str, Any]:
    from model.report.reconciliation import reconciliation_table
    from model.report.workbook import write_results
    from model.schema.csv_files import write_folder

    assert outcome.plan is not None
    (work / "case").mkdir()
    write_folder(work / "case", case.data)
    outcome.plan.save(work / "plan")
    if outcome.as_is is not None:
        outcome.as_is.save(work / "as_is")
    record = _record(work, name, outcome, options, started, code, changes)
    write_results(work / RESULTS, case, outcome.plan, outcome.as_is, record)
    if case.rows("Demand Checks"):
        frame = reconciliation_table(case)
        frame.to_csv(work / RECONCILIATION, index=False, encoding="utf-8", lineterminator="\n")
    write_json(work / RECORD, record)
    return record


def _record(
    work: Path, name: str, outcome: Outcome, options: Options, started: dt.datetime, code: int, changes: Sequence[str]
) -> dict[str, Any]:
    known = {**versions(), **{k: str(v) for k, v in outcome.versions.items()}}
    asked = {name: value for name, value in vars(options).items() if value is not None}
    hashes = {"input_hash": folder_hash(work / "case"), "plan_hash": folder_hash(work / "plan")}
    run = hashlib.sha256(json.dumps([hashes["input_hash"], asked, known], sort_keys=True).encode()).hexdigest()[:12]
    command = " ".join(["run.py case", *(_as_typed(k.replace("_", "-"), v) for k, v in asked.items())])
    as_is = ["as_is"] if outcome.as_is is not None else []
    return {
        "format": FORMAT,
        "run": run,
        "case": name,
        **hashes,
        "options": asked,
        "changes": list(changes),
        "command": command,
        "versions": known,
        "status": outcome.status.value,
        "exit": int(code),
        "gap_reached": outcome.proven,
        "reproducible": outcome.proven,
        **numbers(outcome),
        "notes": list(outcome.notes),
        "sizes": dict(outcome.sizes),
        "timings": finite(outcome.timings),
        "started": started.isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "files": {"results": RESULTS, "folders": ["case", "plan", *as_is]},
    }


def _as_typed(name: str, value: float | bool) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    return f"--{name} {value:.15g}"


def numbers(outcome: Outcome) -> dict[str, float | None]:
    """Return the figures of an outcome (MUSD, seconds); `gap` is the share of the cash cost that may still be saved."""
    cash = abs(float(outcome.plan.summary["cash"])) if outcome.plan is not None else 0.0
    gap = outcome.gap_money / cash if outcome.gap_money is not None and cash > 0 else None
    return finite(
        {
            "objective": outcome.objective,
            "bound": outcome.bound,
            "gap": gap,
            "gap_money": outcome.gap_money,
            "gap_asked_money": outcome.gap_asked,
            "seconds": round(outcome.seconds, 3),
        }
    )


def folder_hash(folder: Path) -> str:
    """Return the SHA-256 of the names and contents of all files of a folder."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def read_run(folder: str | Path) -> Run:
    """Return the run in a folder.

    Raises
    ------
    StoreError
        If it is none: `run.json`, the case or the plan is missing.
    """
    place = Path(folder)
    record = _record_of(place)
    for part in ("case", "plan"):
        if not (place / part).is_dir():
            raise StoreError(f"{place} is no run: it has no folder {part}")
    try:
        hashes = folder_hash(place / "case"), folder_hash(place / "plan")
    except OSError as error:
        raise StoreError(f"{place} can not be read: {error.strerror or error}") from None
    return Run(place, record, hashes == (record.get("input_hash"), record.get("plan_hash")))


def _record_of(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{folder} is no run: it has no {RECORD}") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder} is no run: its {RECORD} can not be read ({type(error).__name__})") from None
    if not isinstance(record, dict) or not isinstance(record.get("run"), str):
        raise StoreError(f"{folder} is no run: its {RECORD} is not one of a run")
    return record


def earlier_run(root: Path, name: str) -> str:
    """Return a sentence naming the run that stands in a folder, or "" if there is none."""
    try:
        run = read_run(root / name)
    except StoreError:
        return ""
    when = run.record.get("started")
    return f"The results in {root / name} are those of the earlier run {run.record['run']} of {when}."
