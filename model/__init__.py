"""Yttria: a planner's workbook in, an audited rare-earth sourcing and build-out plan out.

Names are looked up when they are first used, so that ``import model`` loads neither pandas nor a solver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.auditor import audit
    from model.case.case import Case
    from model.case.load import load
    from model.checking import check
    from model.errors import AuditError, CaseError, NoPlanError, SetupError, SolverError, StoreError, YttriaError
    from model.plan import Plan, load_plan
    from model.problems import Problem
    from model.solver.outcome import Outcome
    from model.solver.planning import solve
    from model.study.break_evens import BreakEven, break_even
    from model.study.canned import Cases, run_cases
    from model.study.design import Design, Parameter
    from model.study.frontiers import Frontier, frontier
    from model.study.overlay import Target
    from model.study.sweeps import Sweep, sweep

__version__ = "0.1.0"

_HOMES = {
    "model.auditor": ("audit",),
    "model.case.case": ("Case",),
    "model.checking": ("check",),
    "model.case.load": ("load",),
    "model.errors": (
        "AuditError",
        "CaseError",
        "NoPlanError",
        "SetupError",
        "SolverError",
        "StoreError",
        "YttriaError",
    ),
    "model.plan": ("Plan", "load_plan"),
    "model.problems": ("Problem",),
    "model.solver.outcome": ("Outcome",),
    "model.solver.planning": ("solve",),
    "model.study.break_evens": ("BreakEven", "break_even"),
    "model.study.canned": ("Cases", "run_cases"),
    "model.study.design": ("Design", "Parameter"),
    "model.study.frontiers": ("Frontier", "frontier"),
    "model.study.overlay": ("Target",),
    "model.study.sweeps": ("Sweep", "sweep"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AuditError",
    "BreakEven",
    "Case",
    "CaseError",
    "Cases",
    "Design",
    "Frontier",
    "NoPlanError",
    "Outcome",
    "Parameter",
    "Plan",
    "Problem",
    "SetupError",
    "SolverError",
    "StoreError",
    "Sweep",
    "Target",
    "YttriaError",
    "__version__",
    "audit",
    "break_even",
    "check",
    "frontier",
    "load",
    "load_plan",
    "run_cases",
    "solve",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
