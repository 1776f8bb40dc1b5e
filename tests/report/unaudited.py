"""Plans without the audit."""

from __future__ import annotations

from model.case.case import Case
from model.network.network import Network, Scope
from model.plan import Plan
from model.solver.build import build
from model.solver.compile import compile_model
from model.solver.extract import extract
from model.solver.passes import run_passes
from model.solver.planning import _summary


def unaudited(case: Case, as_is: bool = False) -> Plan | None:
    """Return the plan of a case as it is solved, not audited."""
    net = Network(case, Scope(as_is=as_is))
    matrix = compile_model(*build(net))
    passes = run_passes(net, matrix, gap=0.0, time_limit=60, threads=1, seed=0)
    if passes.values is None:
        return None
    plan = extract(net, matrix, passes.values, {})
    return Plan(plan.tables, _summary(plan, passes, matrix, net), as_is)
