"""`solve`: from a checked case to an audited plan, with As Is beside it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from model.case.build import raise_on_errors
from model.case.case import Case
from model.case.overrides import ALL_OVERRIDES
from model.checking import check
from model.network.parts import Scope
from model.plan import Plan, plan_frame
from model.solver.highs import OnProgress, Status, versions
from model.solver.outcome import Outcome
from model.solver.single import Found, Search, sound_plan

_PRICED_AT_MOST = 10
_WORTH_TRYING = 0.5  # seconds
_WHY = {
    Status.INFEASIBLE: "No plan satisfies every hard rule of the case at once.",
    Status.STOPPED: "The time limit came before any plan was found.",
    Status.INTERRUPTED: "The run was stopped before any plan was found.",
    Status.UNBOUNDED: "The cost has no lower limit: something can be sold for more than it costs, without limit.",
}


def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    as_is: bool = True,
    price_overrides: bool | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Plan a case.

    Parameters
    ----------
    case : Case
        The case; it is checked first.
    gap : float, optional
        Share of the discounted cash cost that may remain unproven; Setting Optimality Gap by default.
    time_limit : float, optional
        Seconds for the plan and As Is together; Setting Time Limit by default. The best plan found by then is returned, marked
        as not proven.
    threads, seed : int
        For HiGHS. One thread gives the same plan on every machine.
    as_is : bool
        Whether to solve As Is, commitments and incumbents only, beside the plan.
    price_overrides : bool, optional
        Whether to plan again without each override, and without all, to see what they cost; by default where there are at most
        ten. All of that together takes no longer than what is left of the time limit.
    on_progress : callable, optional
        Called with a `Progress` now and then.

    Returns
    -------
    Outcome
        With `plan` None where there is none; `explanation` says why.

    Raises
    ------
    CaseError
        If the case has errors.
    SolverError
        If HiGHS fails.
    AuditError
        If the plan does not stand up to being recomputed.
    """
    raise_on_errors(check(case))
    began = time.monotonic()
    share = case.settings["optimality_gap"] if gap is None else gap
    seconds = case.settings["time_limit"] if time_limit is None else time_limit
    deadline = began + seconds
    search = Search(share, seconds, threads, seed)
    found = sound_plan(case, Scope(), replace(search, on_progress=on_progress))
    plan, passes = found.plan, found.passes
    beside = None
    notes = list(passes.notes)
    if price_overrides is None:
        price_overrides = len(case.rows("Overrides")) <= _PRICED_AT_MOST
    if plan is None and passes.status is Status.INFEASIBLE:
        notes += _blame(case, search.until(deadline))
    if plan is not None and case.settings["mixing"] == "Both":
        plan, note = _bracketed(case, plan, search.until(deadline))
        notes += [note] if note else []
    if as_is and plan is not None:
        beside, note = _as_is(case, replace(search.until(deadline), gap=max(share, 1e-4)))
        notes += [note] if note else []
    if plan is not None and price_overrides and case.rows("Overrides"):
        plan = _with_prices(case, plan, search, deadline)
    return _outcome(found, plan, beside, notes, time.monotonic() - began)


def _free(case: Case, names: Iterable[str]) -> Case:
    """Return the case without some overrides."""
    for name in names:
        case = case.set("Overrides", {"override": name}, "status", "Exclude")
    return case


def _with_prices(case: Case, plan: Plan, search: Search, deadline: float) -> Plan:
    """Return the plan with what the plan without each override, and without all of them, would cost."""
    named = [r.override for r in case.rows("Overrides")]
    questions = [(name, (name,)) for name in named]
    if len(named) > 1:
        questions.append((ALL_OVERRIDES, tuple(named)))
    rows: list[tuple[Any, ...]] = []
    for n, (words, without) in enumerate(questions):
        left = (deadline - time.monotonic()) / (len(questions) - n)
        if left < _WORTH_TRYING:
            rows.append((words, "not run", math.nan, math.nan))
            continue
        try:
            found = sound_plan(_free(case, without), Scope(), replace(search, seconds=left))
        except KeyboardInterrupt:
            rows += [(w, "not run", math.nan, math.nan) for w, _ in questions[n:]]
            break
        cost, bound = (x if math.isfinite(x) else math.nan for x in (found.cost, found.passes.bound))
        rows.append((words, found.passes.status.value, cost, bound))
    tables = {**plan.tables, "override_costs": plan_frame("override_costs", rows)}
    return Plan(tables, plan.summary, plan.as_is)


def _blame(case: Case, search: Search) -> list[str]:
    """Return a sentence on whether it is the overrides that leave no plan, and which of them it takes."""
    named = [r.override for r in case.rows("Overrides")]
    deadline = time.monotonic() + search.seconds

    def possible(case: Case) -> bool:
        left = deadline - time.monotonic()
        return (
            left > _WORTH_TRYING and sound_plan(case, Scope(), replace(search, gap=1.0, seconds=left)).plan is not None
        )

    if not named or not possible(_free(case, named)):
        return []
    alone = [n for n in named if len(named) > 1 and possible(_free(case, (n,)))]
    if alone:
        return [f"there is a plan without override {' or without override '.join(alone)}"]
    return [f"there is a plan without the overrides ({', '.join(named)}): what they settle can not be"]


def _bracketed(case: Case, plan: Plan, search: Search) -> tuple[Plan, str]:
    """Return a plan by mass balance with the figures of one in which mixtures taint in its summary, or why there are none."""
    rows = case.tables["Settings"]
    others = rows[rows["setting"].astype(str).str.casefold() != "mixing"]
    asked = pd.concat([others, pd.DataFrame([{"setting": "Mixing", "value": "Taint All"}])], ignore_index=True)
    try:
        found = sound_plan(case.replace("Settings", asked), Scope(), search)
    except KeyboardInterrupt:
        return plan, "what it costs if mixtures taint was not finished: the run was stopped"
    other, passes = found.plan, found.passes
    if other is None and passes.status is Status.INFEASIBLE:
        return plan, "no plan exists in which every mixture counts as restricted where any of it is"
    if other is None:
        return plan, f"what it costs if mixtures taint was not finished: {passes.status.value}"
    figures = {k: other.summary[k] for k in ("objective", "bound", "cash", "gap_money", "proven")}
    figures["short"] = float(other.tables["shortages"]["tonnes"].sum())
    return Plan(plan.tables, {**plan.summary, "taint_all": figures}, plan.as_is), ""


def _as_is(case: Case, search: Search) -> tuple[Plan | None, str]:
    """Return As Is, or why there is none; whatever happens to it, the plan stands."""
    try:
        found = sound_plan(case, Scope(as_is=True), search)
    except KeyboardInterrupt:
        return None, "As Is was not finished: the run was stopped"
    if found.plan is not None:
        return found.plan, ""
    if found.passes.status is Status.INFEASIBLE:
        return None, "As Is does not exist: commitments and incumbents alone break a hard rule"
    return None, f"As Is was not finished: {found.passes.status.value}"


def _outcome(found: Found, plan: Plan | None, beside: Plan | None, notes: list[str], seconds: float) -> Outcome:
    passes, matrix = found.passes, found.matrix
    sizes = {
        "rows": matrix.shape[0],
        "columns": matrix.shape[1],
        "nonzeros": matrix.nonzeros,
        "whole": int(matrix.integral.sum()),
    }
    common: dict[str, Any] = {
        "sizes": sizes,
        "versions": versions(),
        "seconds": seconds,
        "timings": found.timings,
        "notes": tuple(notes),
    }
    if plan is None:
        why = " ".join([_WHY.get(passes.status, "No plan was found."), *(f"{n[:1].upper()}{n[1:]}." for n in notes)])
        return Outcome(passes.status, why, **common)
    s = plan.summary
    proven = bool(s["proven"])
    words = "The plan is proven to within the asked gap." if proven else "The run was stopped: a better plan may exist."
    return Outcome(
        passes.status, words, plan, beside, s["objective"], s["bound"], s["gap_money"], s["gap_asked"], proven, **common
    )
