"""`sweep CASE [NAME]`: many solves of one case, kept in a store that a later run goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request
from model.commands.studies import BOOK, STORE, refused, shown, stopped, write_tables
from model.console import Console, near
from model.errors import CaseError, StoreError
from model.runs import run_name

if TYPE_CHECKING:
    from model.study.sweeps import Sweep

_POINTS = "points.csv"


def run(request: Request, console: Console) -> int:
    """Run one sweep of a case and write its points."""
    path = Path(request.words[0])
    console.tell(f"Reading {near(path)}")
    case, problems = read_case(path, request)
    if report_problems(path, problems, request, console, all_of_them=False) or case is None:
        return Exit.PROBLEMS
    from model.study.engines import default_workers
    from model.study.sweeps import design_named, sweep

    try:
        design = design_named(case, request.words[1] if len(request.words) > 1 else None, request.seed)
    except CaseError as error:
        return refused(error, console)
    folder = results_folder(request) / run_name(path, case.name) / "sweep" / run_name(Path(design.name), design.name)
    store = request.store or folder / STORE
    console.tell(f"Sweep {design.name}: {design.method}, seed {design.seed}; points are kept in {near(store)}")
    workers = request.workers or default_workers()

    def solved(frozen: bool) -> Sweep:
        return sweep(
            case,
            design,
            store=store,
            workers=workers,
            cluster=request.cluster,
            lp=request.lp,
            frozen=frozen,
            gap=request.gap,
            time_limit=request.time_limit,
            seed=request.seed,
            audit=request.audit,
            on_progress=shown(console),
        )

    try:
        found, kept = solved(False), None
        # Without a plan of the base there is none that could be kept.
        if design.method == "One at a Time" and found.base["objective"] is not None:
            console.tell("The same with the plan kept")
            kept = solved(True)
    except KeyboardInterrupt:
        return stopped(store, console)
    _save(found, folder)
    _write_book(str(case.settings["case_title"] or case.name), found, kept, folder)
    _show(found, folder, console)
    return Exit.DONE if found.base["objective"] is not None else Exit.NO_PLAN


def _write_book(title: str, found: Sweep, kept: Sweep | None, folder: Path) -> None:
    """Write the workbook and each of its answers as CSV."""
    from model.report.sweep_book import write_sweep

    answers = write_sweep(folder / BOOK, title, found, kept)
    write_tables(folder, answers)


def _save(found: Sweep, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"{_POINTS}.new"
        found.save(new)
        new.replace(folder / _POINTS)
    except OSError as error:
        raise StoreError(f"{folder / _POINTS} can not be written: {error.strerror or error}") from None


def _show(found: Sweep, folder: Path, console: Console) -> None:
    statuses = found.points["status"].value_counts()
    console.facts["sweep"] = {
        "name": found.design.name,
        "method": found.design.method,
        "seed": found.design.seed,
        "points": len(found.points),
        "solved": found.solved,
        "cached": found.cached,
        "statuses": {str(k): int(v) for k, v in statuses.items()},
        "file": str(folder / _POINTS),
        "results": str(folder / BOOK),
    }
    listed = ", ".join(f"{number} {status}" for status, number in statuses.items())
    console.answer(f"{len(found.points)} points: {listed}.")
    for note in found.notes:
        console.complain(f"{note}.")
    console.answer(f"Results: {near(folder / BOOK)}")
    console.answer(f"Points and tables: {near(folder)}")
