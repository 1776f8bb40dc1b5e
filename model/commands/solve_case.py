"""`solve CASE`: from a case to a saved plan."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import read_case, report_problems, results_folder
from model.commands.request import Exit, Request, UsageError
from model.console import Console, near, patience
from model.errors import AuditError, SolverError
from model.runs import Options, earlier_run, numbers, prepare, project_root, run_name, save_run

if TYPE_CHECKING:
    from model.case.case import Case
    from model.solver.outcome import Outcome

_LOG = logging.getLogger(__name__)


def run(request: Request, console: Console) -> int:
    """Plan a case, save the run, and show the plan."""
    started = dt.datetime.now(dt.UTC)
    path = Path(request.words[0]) if request.words else _shipped()
    console.tell(f"Reading {near(path)}")
    case, problems = read_case(path, request)
    if report_problems(path, problems, request, console, all_of_them=False) or case is None:
        return Exit.PROBLEMS
    root, name = results_folder(request), run_name(path, case.name)
    prepare(root, name)
    try:
        outcome = _solve(case, request, console)
        code = _code(outcome)
        console.facts["outcome"] = {
            "status": outcome.status.value,
            "gap_reached": outcome.proven,
            **numbers(outcome),
            "notes": list(outcome.notes),
        }
        if outcome.plan is None:
            console.complain(outcome.explanation)
        else:
            _save(root, name, case, outcome, request, console, started, code)
            _show(case, outcome, console)
            return code
    except BaseException:
        _say_what_stands(root, name, console)
        raise
    _say_what_stands(root, name, console)
    return code


def _say_what_stands(root: Path, name: str, console: Console) -> None:
    """After a run that ended early, say whose results the folder holds, so that none is taken for this run's."""
    if "run" in console.facts:
        console.complain(f"The results were saved before that, in {near(console.facts['run']['folder'])}.")
    elif earlier := earlier_run(root, name):
        console.complain(earlier)


def _shipped() -> Path:
    root = project_root()
    path = root / "inputs" / "rare_earths" if root is not None else None
    if path is None or not path.is_dir():
        raise UsageError("no case is named, and none is shipped with an installed program; give a workbook or a folder")
    return path


def _solve(case: Case, request: Request, console: Console) -> Outcome:
    from model.solver.planning import solve

    console.tell("Planning")
    shown = None if console.quiet or console.as_json else console.progress
    try:
        outcome = solve(
            case,
            gap=request.gap,
            time_limit=request.time_limit,
            threads=request.threads,
            seed=request.seed,
            as_is=True,
            price_overrides=request.price_overrides,
            on_progress=shown,
        )
    except (SolverError, AuditError) as error:
        _LOG.error("no plan: %s", type(error).__name__)
        raise
    _LOG.info(
        "%s, gap reached: %s, %.1f s, sizes %s",
        outcome.status.value,
        outcome.proven,
        outcome.seconds,
        dict(outcome.sizes),
    )
    return outcome


def _code(outcome: Outcome) -> Exit:
    from model.solver.highs import Status

    if outcome.plan is not None:
        return Exit.DONE if outcome.proven else Exit.GAP_OPEN
    return Exit.STOPPED if outcome.status in (Status.STOPPED, Status.INTERRUPTED) else Exit.NO_PLAN


def _save(
    root: Path,
    name: str,
    case: Case,
    outcome: Outcome,
    request: Request,
    console: Console,
    started: dt.datetime,
    code: Exit,
) -> None:
    options = Options(
        case.settings["optimality_gap"] if request.gap is None else request.gap,
        case.settings["time_limit"] if request.time_limit is None else request.time_limit,
        request.threads,
        request.seed,
        request.price_overrides,
    )
    console.tell("Saving the results")
    with patience(console):
        placed, record = save_run(
            root, name, case, outcome, options, started=started, code=code, changes=request.changes
        )
    console.facts["run"] = {
        "id": record["run"],
        "folder": str(placed.folder),
        "results": str(placed.results),
        "input_hash": record["input_hash"],
        "exit": int(code),
    }
    for sentence in placed.notes:
        console.complain(sentence)


def _show(case: Case, outcome: Outcome, console: Console) -> None:
    from model.report.console import plan_lines

    assert outcome.plan is not None
    for line in plan_lines(case, outcome.plan, outcome.as_is):
        console.answer(line)
    console.answer()
    for note in outcome.notes:
        console.answer(f"Note: {note}.")
    if not outcome.proven:
        most = "" if outcome.gap_money is None else f", by {outcome.gap_money:,.3g} MUSD at most"
        console.complain(f"The asked gap was not reached: a better plan may exist{most}. The results say so.")
    run = console.facts["run"]
    console.answer(f"Results: {near(run['results'])}")
    console.answer(f"Run {run['id']}, also as tables: {near(run['folder'])}")
