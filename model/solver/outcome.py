"""`Outcome`: what a solve ended with. It holds a plan only where there is one, so that a failure can not look like a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.plan import Plan
from model.solver.highs import Status


@dataclass(frozen=True)
class Outcome:
    """Result of `solve`.

    Attributes
    ----------
    status : Status
        What the solver established.
    plan : Plan or None
        The plan, audited; None unless one was found.
    as_is : Plan or None
        Commitments and incumbents only, beside the plan; None where it was not asked for or does not exist.
    objective, bound : float or None
        Discounted cash cost plus penalties plus valued shortage, and its proven lower bound, in MUSD.
    gap_money : float or None
        Objective minus bound in MUSD; what a better plan could save at most.
    gap_asked : float
        Gap that was asked for in MUSD: the asked share of the cash cost alone.
    proven : bool
        Whether the asked gap was reached.
    explanation : str
        One sentence for the planner.
    """

    status: Status
    explanation: str
    plan: Plan | None = None
    as_is: Plan | None = None
    objective: float | None = None
    bound: float | None = None
    gap_money: float | None = None
    gap_asked: float = 0.0
    proven: bool = False
    seconds: float = 0.0
    sizes: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    timings: Mapping[str, Any] = field(default_factory=dict)
