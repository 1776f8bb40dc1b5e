"""budget: our share of the capital that is committed in a window is limited.

Σ_{p, t in W} capital share · (permit cost · newly permitted[p,t] + fixed capital · newly started[p,t]
    + capital per t/y · size[p,t]) ≤ Σ_{t in W} budget[t] · Δ

Capital counts when it is committed: a permit when it is started, a plant when its construction starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.project_size import started


def index(net: Network) -> list[Index]:
    """Return (budget, window)."""
    return [(b.row_id, w) for b in groups.own_rules(net, "Budgets") for w, _ in groups.rule_windows(net, "Budgets", b)]


@once_per_network
def _budgets(net: Network) -> dict[int, Row]:
    return {b.row_id: b for b in net.case.rows("Budgets")}


def rule(m: Model, net: Network, b: int, window: str) -> Any:
    """Return one budget in one window."""
    budget = _budgets(net)[b]
    ts = dict(groups.rule_windows(net, "Budgets", budget))[window]
    terms: list[tuple[float, Any]] = []
    for p in net.projects:
        if budget.project not in (None, p.project):
            continue
        for t in ts:
            if (p.project, t) in m.permit:
                cost = p.capital_share * p.permit_cost
                terms.append((cost, m.permit[p.project, t]))
                terms += [(-cost, m.permit[p.project, t - 1])] if (p.project, t - 1) in m.permit else []
            if (p.project, t) in m.size:
                terms.append((p.capital_share * p.capex_per_capacity, m.size[p.project, t]))
                terms += [(c * p.capital_share * p.capex_fixed, v) for c, v in started(m, net, p.project, t)]
    return total(terms) <= float(np.sum(net.case.amounts("Budgets", budget)[list(ts)])) if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a budget may be loosened."""
    b, window = idx
    return Relaxation(f"budget {_budgets(net)[b].budget} in {window}", "MUSD", 1.0, (("Budgets", b, None, None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every window in which more capital is committed than a budget has."""
    spent = [(p, t, ledger.projects[p].permit_cost) for p, t in ledger.rows["permits"]]
    for p, t, size in ledger.rows["builds"]:
        row = ledger.projects[p]
        spent.append((p, t, row.capex_fixed * ledger.modules.get((p, t), 1.0) + row.capex_per_capacity * size))
    for b in ledger.own_rules("Budgets"):
        amounts = ledger.case.amounts("Budgets", b)
        for window, ts in ledger.windows("Budgets", b):
            ours = sum(
                ledger.projects[p].capital_share * capital
                for p, t, capital in spent
                if t in ts and b.project in (None, p)
            )
            yield from at_most("budget", ours, float(amounts[list(ts)].sum()), "budget {} in {}", b.budget, window)


FAMILY = Family("budget", index, rule, check, relax=relax)
