"""`cases CASE [NAME …]`: canned cases and questions of a case, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request
from model.commands.studies import BOOK, STORE, made, refused, shown, stopped, write_tables
from model.console import Console, near
from model.errors import CaseError
from model.runs import run_name

if TYPE_CHECKING:
    from model.case.case import Case
    from model.study.canned import Cases


def run(request: Request, console: Console) -> int:
    """Solve canned cases and write them side by side."""
    path = Path(request.words[0])
    console.tell(f"Reading {near(path)}")
    case, problems = read_case(path, request)
    if report_problems(path, problems, request, console, all_of_them=False) or case is None:
        return Exit.PROBLEMS
    from model.study.canned import canned_named, run_cases
    from model.study.engines import default_workers

    names = request.words[1:]
    try:
        for name in names:
            canned_named(name)
    except CaseError as error:
        return refused(error, console)
    folder = results_folder(request) / run_name(path, case.name) / "cases"
    store = request.store or folder / STORE
    try:
        found = run_cases(
            case,
            names,
            store=store,
            workers=request.workers or default_workers(),
            cluster=request.cluster,
            lp=request.lp,
            gap=request.gap,
            time_limit=request.time_limit,
            seed=request.seed,
            on_progress=shown(console),
        )
    except KeyboardInterrupt:
        return stopped(store, console)
    _write(case, found, folder, console)
    return Exit.DONE if "objective" in found.base else Exit.NO_PLAN


def _write(case: Case, found: Cases, folder: Path, console: Console) -> None:
    from model.report.case_book import write_cases

    tables = write_cases(made(folder) / BOOK, case, found)
    write_tables(folder, tables)
    answers = tables["Answers"]
    for name, said in zip(answers["case"], answers["answer"], strict=True):
        console.answer(f"{name}: {said}")
    for note in found.notes:
        console.complain(f"{note}.")
    console.facts["cases"] = {
        "solved": found.solved,
        "cached": found.cached,
        "answers": dict(zip(answers["case"], answers["answer"], strict=True)),
        "statuses": dict(zip(answers["case"], answers["status"], strict=True)),
        "results": str(folder / BOOK),
    }
    console.answer(f"Results: {near(folder / BOOK)}")
