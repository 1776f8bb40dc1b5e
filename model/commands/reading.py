"""Reading a case for a command: the file, the changes of this run, and everything that is wrong with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from model.case.case import Case
from model.commands.overrides import apply_changes
from model.commands.request import Request
from model.console import SHOWN, Console, counted, near, problem_facts, problem_lines
from model.errors import CaseError, StoreError
from model.problems import Problem, errors_of, in_reading_order
from model.runs import default_outputs, run_name


def read_case(path: Path, request: Request) -> tuple[Case | None, list[Problem]]:
    """Return the case with its changes made, and its problems; None where nothing could be read at all.

    Raises
    ------
    UsageError
        If a change does not fit the case.
    """
    from model.case.load import load_with_problems
    from model.checking import check

    try:
        case = load_with_problems(path)
    except CaseError as error:
        return None, in_reading_order(error.problems)
    case = apply_changes(case, request.changes)
    return case, check(case)


def results_folder(request: Request) -> Path:
    """Return the folder that takes results."""
    return request.out if request.out is not None else default_outputs()


def report_problems(
    path: Path, problems: list[Problem], request: Request, console: Console, *, all_of_them: bool
) -> bool:
    """Show the problems, write the list of them where it is needed, and return whether the case can not be used.

    Parameters
    ----------
    all_of_them : bool
        Whether problems are what was asked for; if not, notes are only counted and nothing is said of none.
    """
    console.facts.update(problem_facts(problems), case=str(path))
    bad = bool(errors_of(problems))
    say = console.tell
    if bad:
        say = console.show
    elif all_of_them:
        say = console.answer
    for line in problem_lines([p for p in problems if all_of_them or p.level != "note"]):
        say(line)
    if problems or all_of_them:
        say(f"{near(path)}: {counted(problems)}.")
    name = run_name(path, path.stem if path.is_file() else path.resolve().name)
    listed = results_folder(request) / f"{name}_problems.xlsx"
    if path.exists() and (bad or (all_of_them and len(problems) > SHOWN)):
        _write_list(problems, path, listed, console, say)
    else:
        with contextlib.suppress(OSError):
            listed.unlink(missing_ok=True)  # of an earlier run: it would be taken for this one's
    return bad


def _write_list(
    problems: list[Problem], path: Path, listed: Path, console: Console, say: Callable[[str], None]
) -> None:
    from model.excel.write import write_problems_workbook

    try:
        listed.parent.mkdir(parents=True, exist_ok=True)
        write_problems_workbook(problems, path, listed)
    except (OSError, StoreError) as error:
        reason = str(error) if isinstance(error, StoreError) else f"{listed} can not be written: {error.strerror}"
        console.complain(f"The list of all problems is not saved: {reason}")
        return
    console.facts["problems_file"] = str(listed)
    say(f"All of them, with links to their cells: {near(listed)}")
