"""`sweep CASE [NAME]`: many solves of one case, kept in a store that a later run goes on with."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request
from model.console import Console, near
from model.errors import CaseError, StoreError
from model.runs import run_name

if TYPE_CHECKING:
    import pandas as pd

    from model.study.sweeps import Sweep, SweepProgress

POINTS, STORE, BOOK = "points.csv", "points.sqlite", "results.xlsx"


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
        sentence = error.problems[0].sentence
        console.complain(f"{sentence[0].upper()}{sentence[1:]}.")
        return Exit.USAGE
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
        console.complain(f"Stopped. What was solved is kept in {near(store)}; the same command goes on from there.")
        return Exit.STOPPED
    _save(found, folder)
    _write_book(str(case.settings["case_title"] or case.name), found, kept, folder)
    _show(found, folder, console)
    return Exit.DONE if found.base["objective"] is not None else Exit.NO_PLAN


def shown(console: Console) -> Callable[[SweepProgress], None]:
    """Return a listener that tells how far points are, once a second."""
    last = 0.0

    def tell(now: SweepProgress) -> None:
        nonlocal last
        if time.monotonic() - last < 1.0 and now.done + now.cached < now.total:
            return
        last = time.monotonic()
        left = "" if now.seconds_left is None else f", {now.seconds_left:,.0f} s left"
        console.tell(f"{now.done + now.cached} of {now.total}: {now.failed} failed, {now.cached} known before{left}")

    return tell


def _write_book(title: str, found: Sweep, kept: Sweep | None, folder: Path) -> None:
    """Write the workbook and each of its answers as CSV."""
    from model.report.sweep_book import write_sweep

    answers = write_sweep(folder / BOOK, title, found, kept)
    write_tables(folder, answers)


def write_tables(folder: Path, answers: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV files named after them.

    Raises
    ------
    StoreError
        If one can not be written.
    """
    for name, frame in answers.items():
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        try:
            frame.to_csv(folder / f"{words}.csv", index=False, encoding="utf-8", lineterminator="\n")
        except OSError as error:
            raise StoreError(f"{folder / words}.csv can not be written: {error.strerror or error}") from None


def _save(found: Sweep, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"{POINTS}.new"
        found.save(new)
        new.replace(folder / POINTS)
    except OSError as error:
        raise StoreError(f"{folder / POINTS} can not be written: {error.strerror or error}") from None


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
        "file": str(folder / POINTS),
        "results": str(folder / BOOK),
    }
    listed = ", ".join(f"{number} {status}" for status, number in statuses.items())
    console.answer(f"{len(found.points)} points: {listed}.")
    for note in found.notes:
        console.complain(f"{note}.")
    console.answer(f"Results: {near(folder / BOOK)}")
    console.answer(f"Points and tables: {near(folder)}")
