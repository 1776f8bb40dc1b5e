"""`break-even CASE TABLE.ROW.FIELD --between A:B --until "builds PROJECT"`: at which value the plan changes its mind."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request, UsageError
from model.commands.studies import BOOK, STORE, made, refused, write_tables
from model.console import Console, near
from model.errors import CaseError
from model.runs import run_name

if TYPE_CHECKING:
    from model.case.case import Case
    from model.study.break_evens import BreakEven

_LONGEST = 80  # characters


def _folder(number: str, question: str) -> str:
    """Return a folder's name for a question; a long one is cut and told apart by a hash, for paths that may not be long."""
    name = run_name(Path("x"), f"{number} until {question}")
    if len(name) <= _LONGEST:
        return name
    return f"{name[:_LONGEST]} {hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _cell(words: str) -> tuple[str, str, str]:
    """Return (table, row, field) of a number as it is written on the command line."""
    table, _, rest = words.partition(".")
    row, _, field = rest.rpartition(".")
    if not (table and row and field):
        raise UsageError(f'{words!r} is no number of a case; write it as "Offers.A-1.Price"')
    return table, row, field


def _write(folder: Path, case: Case, found: BreakEven) -> None:
    from model.report.break_even_book import write_break_even

    write_break_even(made(folder) / BOOK, str(case.settings["case_title"] or case.name), found)
    write_tables(folder, {"BreakEven": found.points})


def run(request: Request, console: Console) -> int:
    """Find a break-even and write it.

    Raises
    ------
    UsageError
        If the number is not written as one of a case, or what it is asked for is missing.
    StoreError
        If the results can not be written.
    """
    path, (table, row, field) = Path(request.words[0]), _cell(request.words[1])
    if request.between is None or request.until is None:
        raise UsageError('break-even needs --between, such as 80:200 or ×0.5:×2, and --until, such as "builds Vinton"')
    console.tell(f"Reading {near(path)}")
    case, problems = read_case(path, request)
    if report_problems(path, problems, request, console, all_of_them=False) or case is None:
        return Exit.PROBLEMS
    from model.report.break_even_book import sentence
    from model.study.break_evens import FOUND, break_even, question_of
    from model.study.overlay import Target, resolve

    target, (how, low, high) = Target(table, row, field), request.between
    try:
        question = question_of(case, request.until)
        resolve(case, target)
    except CaseError as error:
        return refused(error, console)
    folder = results_folder(request) / run_name(path, case.name) / "break_even" / _folder(target.name, question.words)
    found = break_even(
        case,
        target,
        request.until,
        (low, high),
        how=how,
        store=request.store or folder.parent / STORE,
        lp=request.lp,
        gap=request.gap,
        time_limit=request.time_limit,
        seed=request.seed,
        on_point=lambda value, row: console.tell(f"{value:g}: {row['status']}"),
    )
    _write(folder, case, found)
    console.facts["break_even"] = {
        "outcome": found.outcome,
        "low": found.low,
        "high": found.high,
        "points": len(found.points),
        "results": str(folder / BOOK),
    }
    console.answer(sentence(found))
    console.answer(f"Results: {near(folder / BOOK)}")
    return Exit.DONE if found.outcome == FOUND or found.points["objective"].notna().all() else Exit.NO_PLAN
