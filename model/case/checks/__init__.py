"""Cross-table checks: what no single cell shows. No solver; a case full of errors is checked as far as it goes."""

from __future__ import annotations

from model.case.case import Case
from model.case.checks import (
    chemistry,
    demand,
    demand_checks,
    derisking,
    duties,
    emissions,
    frame,
    names,
    network,
    overrides,
    projects,
    qualifications,
    recycling,
    rules,
    series,
    sites,
    study,
    substitutions,
    supply,
    targets,
    terms,
)
from model.case.checks.finder import Finder
from model.problems import Problem, in_reading_order

_TOPICS = (
    frame,
    names,
    series,
    chemistry,
    supply,
    qualifications,
    terms,
    network,
    sites,
    projects,
    rules,
    emissions,
    derisking,
    overrides,
    duties,
    targets,
    demand,
    demand_checks,
    study,
    substitutions,
    recycling,
)


def check(case: Case) -> list[Problem]:
    """Return everything that is wrong with a case, or worth saying about it, by level and in the order of the sheets.

    What was found while reading comes first within its level and row. Whatever is wrong with the case, nothing raises.
    """
    finder = Finder(case)
    for topic in _TOPICS:
        topic.find(finder)
    return in_reading_order([*case.problems, *finder.found])


__all__ = ["check"]
