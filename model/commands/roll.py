"""`roll CASE`: the next case, with actuals in place of what was planned; or the form for actuals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.case.case import Case
from model.commands.bids import readable, refuse_to_overwrite
from model.commands.request import Exit, Request, UsageError
from model.console import Console, counted, near, problem_facts, problem_lines
from model.problems import Problem, errors_of, problem

if TYPE_CHECKING:
    from model.report.view import View
    from model.rolling.actuals import Actuals
    from model.rolling.choices import Choice
    from model.rolling.next_case import Rolled


def run(request: Request, console: Console) -> int:
    """Roll a case, or write the form.

    Raises
    ------
    UsageError
        If an option is missing, or the day or the run do not fit the case.
    """
    path = Path(request.words[0])
    if request.to is None:
        raise UsageError("roll needs --to, the first day of the next case")
    if request.template is None and (request.actuals is None or request.out is None):
        raise UsageError("roll needs --actuals and --out, or --template for the form")
    if request.template is not None and request.template.exists() and not request.force:
        raise UsageError(f"{request.template} exists already; '--force' overwrites it")
    case = readable(path, request, console)
    if case is None:
        return Exit.PROBLEMS
    _check_day(case, request)
    view, choices, found = _plan(case, request)
    if request.template is not None:
        from model.rolling.template import write_form

        write_form(request.template, case, request.to, view, choices)
        console.facts["file"] = str(request.template)
        console.answer(f"The form for actuals until {request.to}: {near(request.template)}")
        return Exit.DONE
    refuse_to_overwrite(request, path)
    return _roll(case, request, console, view, choices, found)


def _check_day(case: Case, request: Request) -> None:
    from model.rolling.horizon import RollError, pieces_of

    assert request.to is not None
    try:
        pieces_of(case.timeline, request.to)
    except RollError as error:
        raise UsageError(f"--to: {error}") from None


def _plan(case: Case, request: Request) -> tuple[View | None, list[Choice], list[Problem]]:
    """Return the plan that was decided on beside the case, and what was decided."""
    if request.plan is None:
        return None, [], []
    from model.plan import load_plan
    from model.report.view import View
    from model.rolling.choices import frozen, planned_choices, read_choices
    from model.runs import read_run

    plan = load_plan(request.plan)
    run = read_run(request.plan)
    _same_case(case, request.plan)
    view = View(case, plan)
    results = request.plan / str(run.record.get("files", {}).get("results", "results.xlsx"))
    choices, found = read_choices(view, results) if results.exists() else (planned_choices(view), [])
    return view, frozen(view, choices, case.settings["frozen_until"]), found


def _same_case(case: Case, folder: Path) -> None:
    """Refuse a plan of another case: of other periods, or with offers and projects that this one does not have."""
    from model.case.load import load

    planned = load(folder / "case")
    if planned.timeline.periods != case.timeline.periods:
        raise UsageError(f"--plan: {folder} has other periods than the case; give the run of this case")
    for table, key in (("Offers", "offer"), ("Projects", "project"), ("Commitments", "commitment")):
        known = {getattr(r, key) for r in case.rows(table)}
        lost = [getattr(r, key) for r in planned.rows(table) if getattr(r, key) not in known]
        if lost:
            raise UsageError(f"--plan: {lost[0]} of {folder} is not in table {table}; give the run of this case")


def _roll(
    case: Case, request: Request, console: Console, view: View | None, choices: list[Choice], found: list[Problem]
) -> int:
    from model.checking import check
    from model.rolling.actuals import read_actuals
    from model.rolling.compare import write_comparison
    from model.rolling.next_case import roll

    assert request.to is not None
    assert request.actuals is not None
    assert request.out is not None
    actuals, more = read_actuals(case, request.actuals, request.to)
    found = [*found, *more]
    rolled = None
    if actuals is not None and not errors_of(found):
        rolled = roll(case, request.to, actuals, view, choices)
        found += [*rolled.warnings, *_doubts(rolled, actuals), *_undecided(request, view, rolled.choices)]
        found += errors_of(check(rolled.case))
    console.facts.update(problem_facts(found))
    for line in problem_lines(found):
        (console.show if errors_of(found) else console.tell)(line)
    if rolled is None or actuals is None or errors_of(found):
        console.complain(f"Nothing was written: {counted(found)}.")
        return Exit.PROBLEMS
    rolled.case.save(request.out)
    beside = request.out.with_name(f"{request.out.stem}_plan_against_actual.xlsx")
    write_comparison(beside, case, rolled, actuals, view)
    console.facts.update(file=str(request.out), plan_against_actual=str(beside))
    console.answer(f"The case from {request.to} on: {near(request.out)}")
    for line in _told(rolled):
        console.answer(line)
    console.answer(f"Plan against actual: {near(beside)}")
    return Exit.DONE


def _undecided(request: Request, view: View | None, choices: Sequence[Choice]) -> list[Problem]:
    """Return a warning where decisions fell due before the day and nobody said what became of them."""
    if view is None:
        return []
    assert request.to is not None
    due = [c for c in choices if c.verdict == "Open" and view.start(min(c.amounts)) < request.to]
    if not due:
        return []
    first = f"{due[0].kind} {due[0].what}"
    return [problem("decisions-open", "Decisions", count=len(due), day=request.to.isoformat(), first=first)]


def _doubts(rolled: Rolled, actuals: Actuals) -> list[Problem]:
    """Return warnings on deliveries that fit no promise, or are more than was promised."""
    from model.rolling.forms import KILOGRAM

    booked = {s.promise.known_as for s in rolled.settled}
    out = []
    seen: set[str] = set()
    for r in actuals.deliveries:
        if r["source"] not in booked and r["source"] not in seen:
            seen.add(r["source"])
            at = r["address"]["source"]
            out.append(problem("actual-not-committed", at, table=r["table"], row=r["row"], source=r["source"]))
    for s in rolled.settled:
        if s.excess > KILOGRAM:
            mine = next(r for r in actuals.deliveries if r["source"] == s.promise.known_as)
            out.append(
                problem(
                    "actual-above-promise",
                    mine["address"]["tonnes"],
                    table=mine["table"],
                    row=mine["row"],
                    source=s.promise.name,
                    excess=f"{s.excess:.4g}",
                    promised=f"{s.promise.tonnes:.4g}",
                )
            )
    return out


def _told(rolled: Rolled) -> list[str]:
    taken = sum(c.verdict in ("Accepted", "Frozen") for c in rolled.choices)
    left = sum(s.left for s in rolled.settled)
    late = sum(max(0.0, s.due - s.delivered - s.cancelled) for s in rolled.settled)
    beyond = sum(s.beyond for s in rolled.settled)
    lines = [f"{left:,.1f} t are still due under commitments; {late:,.1f} t of them are late."]
    lines += [f"{taken} decisions of the plan became commitments, builds or permits."] if rolled.choices else []
    if rolled.passed:
        tables = ", ".join(sorted({x.table for x in rolled.passed}))
        lines += [
            f"{len(rolled.passed)} rows of {tables} have passed and are not in the case; sheet Passed keeps them."
        ]
    lines += [f"{beyond:,.1f} t fall due after the plan ends and are not in the case."] if beyond > 0 else []
    return lines
