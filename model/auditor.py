"""The audit: every constraint and every cost of a plan, recomputed from case and plan tables alone.

It sees neither the Pyomo model nor the network, so that a fault of the model or a plan changed on disk does not pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.case.case import Case
from model.errors import AuditError
from model.plan import Plan
from model.rules.catalogue import FAMILIES
from model.rules.family import Violation
from model.rules.ledger import Ledger
from model.rules.ledger_costs import check_costs, check_summary


def audit(case: Case, plan: Plan) -> list[Violation]:
    """Return everything that is wrong with a plan of a case; empty if it is sound.

    Parameters
    ----------
    case : Case
        The case that was planned, free of errors.
    plan : Plan
        The plan; with `plan.as_is`, rules of the buyer's own do not bind it, and it may go short of anything.

    Returns
    -------
    list of Violation
        In the order of the families; `family` is that of the broken row, or "names", "quantities", "costs", "summary".
        A row holds within 1e-6 · max(1, |right side|), a cost within 1e-6 of itself.
    """
    ledger = Ledger(case, plan)
    return [*ledger.findings, *_checked(ledger)]


def _checked(ledger: Ledger) -> Iterator[Violation]:
    for family in FAMILIES:
        yield from family.check(ledger)
    yield from check_costs(ledger)
    yield from check_summary(ledger)


def require_sound(case: Case, plan: Plan) -> None:
    """Return if a plan is sound.

    Raises
    ------
    AuditError
        If anything is wrong with it; `violations` lists all of it.
    """
    violations = audit(case, plan)
    if violations:
        raise AuditError(violations)


__all__ = ["Violation", "audit", "require_sound"]
