"""`frontier CASE --against WHAT`: cost against dependence, days of cover or shortage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request, UsageError
from model.commands.studies import BOOK, STORE, made, refused, stopped, write_tables
from model.console import Console, near
from model.errors import CaseError
from model.runs import run_name

if TYPE_CHECKING:
    from model.case.case import Case
    from model.study.frontiers import Frontier


def run(request: Request, console: Console) -> int:
    """Find a frontier of a case and write it.

    Raises
    ------
    UsageError
        If it is not said against what.
    StoreError
        If the results can not be written.
    """
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
        return stopped(store, console)
    if found is None:
        return Exit.USAGE
    folder = above / run_name(Path(found.measure.name), found.measure.name)
    _write(case, found, folder)
    _show(found, folder, console)
    return Exit.DONE if found.points["cost"].notna().any() else Exit.NO_PLAN


def _found(case: Case, request: Request, console: Console, store: Path) -> Frontier | None:
    from model.study.engines import default_workers
    from model.study.frontiers import POINTS, frontier
    from model.study.measures import measure_of

    assert request.against is not None
    try:
        measure = measure_of(case, request.against)
    except CaseError as error:
        refused(error, console)
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
        # Steps of a linear program take less time than processes to start.
        workers=request.workers or (1 if request.lp else default_workers()),
    )


def _write(case: Case, found: Frontier, folder: Path) -> None:
    from model.report.frontier_book import write_frontier

    write_frontier(made(folder) / BOOK, str(case.settings["case_title"] or case.name), found)
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
