"""Figures of a point: what was found for it, what its row shows of that, and what the audit says of its plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from model.auditor import audit
from model.case.case import Case
from model.network.network import Network
from model.plan import CASH_KINDS, COST_KINDS, Plan
from model.rules.ledger_sources import Miss
from model.solver.compile import Floats, Matrix
from model.solver.extract import extract
from model.solver.highs import Basis, Status
from model.solver.passes import priority_weights
from model.solver.sources import broken, paid_for, with_sources

Figures = dict[str, Any]
"""One row of results: status, objective, bound and key figures; numbers, texts and None."""


_SUMMARY = ("objective", "bound", "cash", "shortage", "penalties", "priority_shortage")


@dataclass(frozen=True)
class Found:
    """What the passes of a point have established; `values` of shape (n,), costs in MUSD, `held` in t of priority 1."""

    status: Status
    values: Floats | None
    bound: float
    held: float
    seconds: float
    first_basis: Basis | None = None
    paid: float = 0.0  # for what it misses of rules that took no part, MUSD
    judged: tuple[Plan, list[Miss]] | None = None  # the plan and what it misses of such rules, where that was looked at


class Shape:
    """What is read from the solution of every point: which columns are shortage of whom, and what is built."""

    def __init__(self, net: Network, matrix: Matrix) -> None:
        self.priority = priority_weights(net, matrix)
        self.first = bool(self.priority.any())
        self._short: dict[str, list[int]] = {}
        for j, (d, _, _) in matrix.columns_named("short"):
            self._short.setdefault(net.demand[d].end_use.lower(), []).append(j)
        self._bought = [j for j, _ in matrix.columns_named("purchase")]
        self._decided = {
            kind: sorted((p, t, j) for j, (p, t) in matrix.columns_named(kind)) for kind in ("permit", "build")
        }

    def figures(self, net: Network, matrix: Matrix, values: Floats, whole: bool) -> Figures:
        """Return discounted costs by kind (MUSD), shortage by end use and purchases (t), and if whole permits and builds."""
        by_kind = dict.fromkeys(COST_KINDS, 0.0)
        for (kind, t), (columns, amounts) in matrix.costs.items():
            by_kind[kind] += float(values[columns] @ amounts) * float(net.timeline.discount[t])
        for (kind, t), amount in matrix.constants.items():
            by_kind[kind] += amount * float(net.timeline.discount[t])
        cash = sum(by_kind[k] for k in CASH_KINDS)
        out: Figures = {
            "objective": cash + by_kind["Shortage"] + by_kind["Penalties"],
            "bound": None,
            "cash": cash,
            "shortage": by_kind["Shortage"],
            "penalties": by_kind["Penalties"],
        }
        for use, short in sorted(self._short.items()):
            out[f"short_{use}_t"] = float(values[short].sum())
        out["bought_t"] = float(values[self._bought].sum())
        for kind, members in self._decided.items() if whole else ():
            first: dict[str, str] = {}
            for p, t, j in members:
                if values[j] > 0.5:
                    first.setdefault(p, net.timeline.periods[t].label)
            out[f"{kind}s"] = json.dumps(first, ensure_ascii=False)
        return out | {f"cost_{k.lower().replace(' ', '_')}": v for k, v in by_kind.items() if k in CASH_KINDS}


def missed(case: Case, plan: Plan, sources: frozenset[int]) -> list[Miss]:
    """Return what a plan misses of the rules on the sources of a stage other than those (row ids) that took part."""
    return [m for m in broken(case, plan) if m.rule.row_id not in sources]


def wrong(net: Network, matrix: Matrix, found: Found, figures: Figures) -> str:
    """Return the first thing that the audit finds wrong with the plan of a point, and how many more; blank if it is sound."""
    assert found.values is not None
    plan, misses = found.judged or (extract(net, matrix, found.values, {}), None)
    misses = missed(net.case, plan, net.scope.sources) if misses is None else misses
    plan = Plan(plan.tables, {k: figures[k] for k in _SUMMARY}, False)
    plan = paid_for(net.case, plan, misses) or plan
    said = audit(net.case, with_sources(net.case, plan, net.scope.sources))
    more = f", and {len(said) - 1} more" if len(said) > 1 else ""
    return f"the audit refused the plan: {said[0]}{more}" if said else ""


__all__ = ["Figures", "Found", "Shape", "missed", "wrong"]
