"""`check`: everything that is wrong with a case, from its cells to its network. No solver."""

from __future__ import annotations

from model.case.case import Case
from model.case.checks import check as check_tables
from model.network import reach
from model.problems import Problem, errors_of, in_reading_order


def check(case: Case) -> list[Problem]:
    """Return everything that is wrong with a case, or worth saying about it, by level and in the order of the sheets.

    Whatever is wrong with the case, nothing raises. What nothing can reach is looked for only where there is no error.
    """
    found = check_tables(case)
    return found if errors_of(found) else in_reading_order([*found, *reach.find(case)])
