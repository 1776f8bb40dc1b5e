"""One sound plan of one case: built, solved, extracted and audited; rules on the sources of a stage join in where they matter.

Such rules multiply what has to be told of a lot, and most plans keep them anyway. So the first plan is made without them. Where
it misses soft ones, it pays for them; if what it then costs is still within the gap of the bound, which holds with or without
more rules, it is the plan. If the gap has room for the penalties, the search goes on until they fit. Otherwise the rules that
are missed join in and the search starts from the plan's whole numbers. Whatever comes of that, a plan found before is not lost.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.case.case import Case
from model.network.ledgers import in_words
from model.network.network import Network
from model.network.parts import Scope
from model.plan import CASH_KINDS, Plan
from model.solver.build import build
from model.solver.compile import Floats, Matrix, compile_model
from model.solver.extract import extract
from model.solver.highs import OnProgress, Status
from model.solver.passes import Passes, run_passes
from model.solver.sources import broken, paid_for, rules_of, with_sources

_ROOM = 0.95  # of the gap, for penalties and for what is left to prove
_NARROWED = 2  # times, before rules join in


@dataclass(frozen=True)
class Search:
    """How a plan is looked for.

    Attributes
    ----------
    gap : float
        Share of the cash cost that may remain unproven.
    seconds : float
        For all passes.
    threads, seed : int
        For HiGHS.
    """

    gap: float
    seconds: float
    threads: int = 1
    seed: int = 0
    on_progress: OnProgress | None = None

    def until(self, deadline: float) -> Search:
        """Return it with what is left of the time, a second at least: what was begun shall be able to say something."""
        return replace(self, seconds=max(deadline - time.monotonic(), 1.0))


@dataclass
class Found:
    """What a search ended with; `plan` is None where it has none."""

    plan: Plan | None
    passes: Passes
    matrix: Matrix
    timings: dict[str, float]
    values: Floats | None = None
    net: Network | None = None
    scope: Scope = field(default_factory=Scope)

    @property
    def cost(self) -> float:
        """Discounted cost with penalties and valued shortage (MUSD); infinite without a plan."""
        return math.inf if self.plan is None else self.plan.cost()


def sound_plan(case: Case, scope: Scope, search: Search) -> Found:
    """Return a plan of a checked case that the audit has passed, or why there is none.

    Raises
    ------
    SolverError
        If HiGHS fails.
    AuditError
        If the plan does not stand up to being recomputed.
    """
    from model.auditor import require_sound

    deadline = time.monotonic() + search.seconds
    best: Found | None = None
    spent: dict[str, float] = {}
    bound, room, narrowed = -math.inf, 1.0, 0
    while True:
        found = searched(case, scope, replace(search.until(deadline), gap=search.gap * room), best)
        for step, seconds in found.timings.items():
            spent[step] = spent.get(step, 0.0) + seconds
        bound = max(bound, found.passes.bound)
        if found.plan is None:
            break
        asked = found.passes.gap_asked = found.passes.gap_asked / room
        misses = [m for m in broken(case, found.plan) if m.rule.row_id not in scope.sources]
        due = -found.cost
        found.plan = paid_for(case, found.plan, misses)
        due += found.cost
        if found.plan is not None and (best is None or found.cost <= best.cost):
            best = found
        if best is not None and (not misses or best.cost - bound <= asked or found.passes.status is not Status.OPTIMAL):
            break
        if due < _ROOM * asked and narrowed < _NARROWED and found.passes.status is Status.OPTIMAL:
            room, narrowed = _ROOM * (1.0 - due / asked), narrowed + 1
        else:
            room, scope = 1.0, replace(scope, sources=scope.sources | rules_of(misses))
    chosen = _chosen(best, found, bound)
    chosen.timings, chosen.passes.bound = spent, bound
    if chosen.plan is None:
        return chosen
    chosen.plan = with_sources(case, summed(chosen), chosen.scope.sources)
    began = time.monotonic()
    require_sound(case, chosen.plan)
    chosen.timings["audit"] = time.monotonic() - began
    return chosen


def _chosen(best: Found | None, last: Found, bound: float) -> Found:
    """Return the best plan, or what the last search ended with if there is none.

    A plan that misses rules which took no part stands where telling their sources apart brought nothing better in time.
    """
    if best is None or best is last:
        return last
    if last.passes.status is not Status.OPTIMAL and best.cost - bound > best.passes.gap_asked:
        best.passes.status = last.passes.status
        best.passes.notes.append(
            "the search for sources that keep every rule on the sources of a stage did not finish: the plan that is shown pays "
            "for missing some"
        )
    return best


def searched(case: Case, scope: Scope, search: Search, before: Found | None = None) -> Found:
    """Search once, without an audit, from the whole numbers of the plan found before it, if any."""
    began = time.monotonic()
    if before is not None and before.net is not None and before.scope == scope:
        net, matrix = before.net, before.matrix
    else:
        net = Network(case, scope)
        matrix = compile_model(*build(net))
    built = time.monotonic() - began
    passes = run_passes(
        net,
        matrix,
        gap=search.gap,
        time_limit=search.seconds,
        threads=search.threads,
        seed=search.seed,
        start=None if before is None else _whole_numbers(before, matrix),
        # What joins in is soft, so that it can not make more of priority 1 go short.
        held=None if before is None else before.passes.priority_shortage,
        on_progress=search.on_progress,
    )
    timings = {"build": built, **passes.seconds}
    if passes.values is None:
        return Found(None, passes, matrix, timings, net=net, scope=scope)
    if said := in_words(net.ledgers):
        passes.notes.append(said)
    plan = extract(net, matrix, passes.values, {"labels": len(net.labels)})
    return Found(plan, passes, matrix, timings, passes.values, net, scope)


def _whole_numbers(before: Found, matrix: Matrix) -> Floats | None:
    """Return the whole numbers of a plan in the columns of another matrix; NaN for what it does not have."""
    if before.values is None:
        return None
    known: Mapping[Any, int] = before.matrix.column_of
    start = np.full(matrix.shape[1], np.nan)
    for j in np.flatnonzero(matrix.integral):
        at = known.get(matrix.column_names[j])
        start[j] = math.nan if at is None else round(before.values[at])
    return start


def summed(found: Found) -> Plan:
    """Return the plan with the figures that do not vary between two equal runs in its summary."""
    plan, passes, matrix = found.plan, found.passes, found.matrix
    assert plan is not None
    objective = plan.cost()
    bound = passes.bound if math.isfinite(passes.bound) else None
    gap = None if bound is None else max(objective - bound, 0.0)
    summary = {
        "status": passes.status.value,
        "objective": objective,
        "bound": bound,
        "cash": plan.cost(*CASH_KINDS),
        "shortage": plan.cost("Shortage"),
        "penalties": plan.cost("Penalties"),
        "gap_money": gap,
        "gap_asked": passes.gap_asked,
        "proven": passes.status is Status.OPTIMAL,
        "priority_shortage": passes.priority_shortage,
        "rows": matrix.shape[0],
        "columns": matrix.shape[1],
        "nonzeros": matrix.nonzeros,
        "whole": int(matrix.integral.sum()),
        **plan.summary,
    }
    return Plan(plan.tables, summary, found.scope.as_is)
