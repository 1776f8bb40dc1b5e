"""`frontier CASE --against WHAT`: cost against dependence, days of cover or shortage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request, UsageError
from model.commands.sweep_case import BOOK, STORE, write_tables
from model.console import Console, near
from model.errors import CaseError, StoreError
from model.runs import run_name

if TYPE_CHECKING:
    from model.case.case import Case
    from model.study.frontiers import Frontier


def run(request: Request, console: Console) -> int:
    """Find a frontier of a case and write it."""
    path = Path(request.words[0])
    if request.against is None:
        raise UsageError(
            "frontier needs --against: shortage, cover, a cover target, a de-risking rule, or covered and a stage"
        )
    console.tell(f"Reading {near(path)}")
    case, problems = read_case(path, request)
    if report_problems(path, problems, request, console, all_of_them=False) or case is None:
        return Exit.PROBLEMS
    above = results_folder(request) / run_name(path, case.name) / "frontier"
    store = request.store or above / STORE
    try:
        found = _found(case, request, console, store)
    except KeyboardInterrupt:
        console.complain(f"Stopped. What was solved is kept in {near(store)}; the same command goes on from there.")
        return Exit.STOPPED
    if found is None:
        return Exit.USAGE
    folder = above / run_name(Path(found.measure.name), found.measure.name)
    _write(case, found, folder)
    _show(found, folder, console)
    return Exit.DONE if found.points["cost"].notna().any() else Exit.NO_PLAN


def _found(case: Case, request: Request, console: Console, store: Path) -> Frontier | None:
    from model.study.frontiers import POINTS, frontier, measure_of

    assert request.against is not None
    try:
        measure = measure_of(case, request.against)
    except CaseError as error:
        sentence = error.problems[0].sentence
        console.complain(f"{sentence[0].upper()}{sentence[1:]}.")
        return None
    console.tell(f"Cost against {measure.name}")
    return frontier(
        case,
        request.against,
        points=request.points or POINTS,
        lp=request.lp,
        gap=request.gap,
        time_limit=request.time_limit,
        seed=request.seed,
        store=store,
    )


def _write(case: Case, found: Frontier, folder: Path) -> None:
    from model.report.frontier_book import write_frontier

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} can not be written: {error.strerror or error}") from None
    write_frontier(folder / BOOK, str(case.settings["case_title"] or case.name), found)
    write_tables(folder, {"Frontier": found.points, "PayOff": found.pay_off})


def _show(found: Frontier, folder: Path, console: Console) -> None:
    from model.report.frontier_book import sentences

    console.facts["frontier"] = {
        "measure": found.measure.name,
        "points": len(found.points),
        "solved": int(found.points["cost"].notna().sum()),
        "results": str(folder / BOOK),
    }
    for line in sentences(found):
        console.answer(line)
    console.answer(f"Results: {near(folder / BOOK)}")
