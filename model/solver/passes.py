"""The passes of a solve: defence first, then cost, then a fixed order among plans that cost the same.

1. Priority: the shortage of priority-1 demand is minimised in tonnes and held from then on.
2. Cost: discounted cash cost, penalties and valued shortage. The gap that counts is absolute: the asked share of the cash
   cost alone. A relative gap would be taken of the valued shortage, which no purchase decision can change.
3. Tie-break: whole numbers fixed, only plans of the very same cost, least movement in a fixed order of the columns. It promises
   the same plan from the same input, not that the plan is the only one within the gap.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace

import numpy as np

from model.network.network import Network
from model.plan import CASH_KINDS, COST_KINDS
from model.solver.compile import Floats, Matrix
from model.solver.highs import OnProgress, Progress, Session, Solution, Status

_FOR_CLEANING, _FOR_TIES = 60.0, 30.0  # seconds
_MOVED = (
    "purchase",
    "flow",
    "run",
    "use",
    "stock",
    "sale",
    "disposal",
    "short",
    "size",
    "slack",
    "cover",
    "attributed",
    "downgrade",
)


@dataclass
class Passes:
    """What the passes found; `values` is None unless there is a plan."""

    status: Status
    values: Floats | None = None
    bound: float = -math.inf
    gap_asked: float = 0.0
    priority_shortage: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def cost_weights(net: Network, matrix: Matrix, kinds: tuple[str, ...] = COST_KINDS) -> tuple[Floats, float]:
    """Return the discounted cost of some kinds as weights of shape (n,), and the discounted constant (MUSD)."""
    weights, constant = np.zeros(matrix.shape[1]), 0.0
    for (kind, t), (columns, amounts) in matrix.costs.items():
        if kind in kinds:
            np.add.at(weights, columns, amounts * net.timeline.discount[t])
    for (kind, t), amount in matrix.constants.items():
        if kind in kinds:
            constant += amount * float(net.timeline.discount[t])
    return weights, constant


def priority_weights(net: Network, matrix: Matrix) -> Floats:
    """Return 1 for every shortage that comes before cost, 0 for every other column, shape (n,).

    That is a shortage of priority 1, and in As Is what has no price of going short.
    """
    first = {d for d, row in enumerate(net.demand) if row.priority == 1 or (net.scope.as_is and not net.tiers[d])}
    weights = np.zeros(matrix.shape[1])
    for j, (d, _, _) in matrix.columns_named("short"):
        weights[j] = 1.0 if d in first else 0.0
    return weights


def run_passes(
    net: Network,
    matrix: Matrix,
    *,
    gap: float,
    time_limit: float,
    threads: int,
    seed: int,
    start: Floats | None = None,
    held: float | None = None,
    on_progress: OnProgress | None = None,
) -> Passes:
    """Run the passes and return what they found.

    Parameters
    ----------
    gap : float
        Share of the cash cost that may remain unproven.
    time_limit : float
        Seconds for all passes together.
    start : array, optional
        Whole numbers that the cost pass tries first; NaN where a column has none. By default those of the priority pass.
    held : float, optional
        The least shortage of priority 1 (t), where it is known from a plan found before: the priority pass is left out, and the
        cost pass too if the time left is less than its relaxation took.

    Raises
    ------
    SolverError
        If HiGHS fails.
    """
    session = Session(matrix, threads=threads, seed=seed)
    deadline = time.monotonic() + time_limit
    result = Passes(Status.OPTIMAL)
    if held is not None:
        result.priority_shortage = held
        session.add_limit(priority_weights(net, matrix), held)
    else:
        first = _priority(net, matrix, session, result, deadline, on_progress)
        if first is not None and first.values is None:
            result.status = first.status
            return result
        start = first.values if first is not None and start is None else start
    cost = _cost(net, matrix, session, result, gap, deadline, start, held is not None, on_progress)
    if cost.values is None:
        result.status = cost.status
        # The priority pass found a feasible plan; without a cost pass it would be no plan that anybody should follow.
        return result
    result.status = cost.status
    result.values = _tie_break(net, matrix, session, result, cost.values, deadline, on_progress)
    return result


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.05)


def _priority(
    net: Network, matrix: Matrix, session: Session, result: Passes, deadline: float, on_progress: OnProgress | None
) -> Solution | None:
    weights = priority_weights(net, matrix)
    if not weights.any():
        return None
    need = sum(float(net.case.amounts("Demand", d).sum()) for d in net.demand)
    found = session.minimise(
        weights, gap=1e-7 * max(need, 1.0), time_limit=_left(deadline), stage="Priority", on_progress=on_progress
    )
    result.seconds["priority"] = found.seconds
    if found.values is not None:
        # Below a gram it is the solver's rounding. The limit has no slack: the cost pass would sell it.
        held = found.objective if found.objective > 1e-6 else 0.0
        result.priority_shortage = held
        session.add_limit(weights, held)
    return found


def _cost(
    net: Network,
    matrix: Matrix,
    session: Session,
    result: Passes,
    gap: float,
    deadline: float,
    start: Floats | None,
    improving: bool,
    on_progress: OnProgress | None,
) -> Solution:
    weights, constant = cost_weights(net, matrix)
    on_progress = _with_constant(on_progress, constant)
    cash, cash_constant = cost_weights(net, matrix, CASH_KINDS)
    if not matrix.integral.any():
        found = session.minimise(weights, time_limit=_left(deadline), stage="Cost", on_progress=on_progress)
        result.seconds["cost"], result.bound = found.seconds, found.bound + constant
        return found
    session.relax_integers(True)
    relaxed = session.minimise(weights, time_limit=_left(deadline), stage="Relaxation", on_progress=on_progress)
    session.relax_integers(False)
    result.seconds["relaxation"] = relaxed.seconds
    if relaxed.values is None:
        return relaxed
    if improving and _left(deadline) < relaxed.seconds:
        # The first node is as much work again, and HiGHS may go on far beyond its limit before it has a plan.
        result.bound = relaxed.bound + constant
        return replace(relaxed, status=Status.STOPPED, values=None)
    asked = gap * abs(float(cash @ relaxed.values) + cash_constant)
    seconds = 0.0
    while True:
        found = session.minimise(
            weights, gap=asked, time_limit=_left(deadline), stage="Cost", start=start, on_progress=on_progress
        )
        seconds += found.seconds
        if found.values is None:
            break
        # The cash cost of the plan is known only now; where it is less than the relaxation's, the gap was too wide.
        allowed = gap * abs(float(cash @ found.values) + cash_constant)
        if found.status is not Status.OPTIMAL or found.objective - found.bound <= max(allowed, 1e-9) or asked <= 1e-9:
            break
        asked, start = min(allowed, asked / 2), found.values
    result.seconds["cost"] = seconds
    if found.values is not None:
        result.bound = found.bound + constant
        result.gap_asked = gap * abs(float(cash @ found.values) + cash_constant)
    return found


def _with_constant(on_progress: OnProgress | None, constant: float) -> OnProgress | None:
    """Return the listener with what is due whatever is decided added to what it is told."""
    if on_progress is None:
        return None
    tell = on_progress

    def told(p: Progress) -> None:
        tell(
            replace(
                p,
                incumbent=None if p.incumbent is None else p.incumbent + constant,
                bound=None if p.bound is None else p.bound + constant,
            )
        )

    return told


def _tie_break(
    net: Network,
    matrix: Matrix,
    session: Session,
    result: Passes,
    values: Floats,
    deadline: float,
    on_progress: OnProgress | None,
) -> Floats:
    """Return the plan with whole numbers made exact and ties broken in a fixed order."""
    weights, _ = cost_weights(net, matrix)
    session.fix_integers(values)
    # A plan found in the last second is worth its last two steps: they may take longer than the time limit, but not for ever.
    cleaned = session.minimise(
        weights, stage="Cleaning", time_limit=max(_left(deadline), _FOR_CLEANING), on_progress=on_progress
    )
    if cleaned.values is None or cleaned.status is not Status.OPTIMAL:
        result.notes.append("the plan's whole numbers could not be made exact; it is shown as the solver left it")
        return values
    session.keep_optimal_face()
    moved = session.minimise(
        _movement(matrix), stage="Tie-break", time_limit=max(_left(deadline), _FOR_TIES), on_progress=on_progress
    )
    result.seconds["tie-break"] = cleaned.seconds + moved.seconds
    if moved.values is None or moved.status is not Status.OPTIMAL:
        result.notes.append("the tie-break did not finish: an equal plan might be shown on another machine")
        return cleaned.values
    return moved.values


def _movement(matrix: Matrix) -> Floats:
    """Return weights between 1 and 2 on everything that moves, rising in the order of the columns."""
    weights = np.zeros(matrix.shape[1])
    chosen = [j for j, (name, _) in enumerate(matrix.column_names) if name in _MOVED]
    if chosen:
        weights[chosen] = 1.0 + np.arange(len(chosen)) / len(chosen)
    return weights
