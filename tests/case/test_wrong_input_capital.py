"""What planners get wrong with capital, budgets and shares of a project; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, both, drop, put, read, remove, table
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")

ALL = [
    Wrong(
        both(
            put("Budgets", "B1", "Project", "Rebuild"),
            put("Projects", "Rebuild", "Capex Fixed", ""),
            put("Projects", "Rebuild", "Capex per Capacity", ""),
        ),
        "budget-project-free",
        "budgets.csv:2 (Project)",
        "project Rebuild costs us no capital: the budget does not limit it",
        ("project-free",),
    ),
    Wrong(
        both(put("Budgets", "B1", "Project", "Rebuild"), put("Projects", "Rebuild", "Capital Share", "0")),
        "budget-project-free",
        "budgets.csv:2 (Project)",
        "project Rebuild costs us no capital: the budget does not limit it",
        ("project-free-output",),
    ),
    Wrong(
        both(drop("Projects", "Subsidies"), remove("Commitments", "K2")),
        "budget-without-projects",
        "budgets.csv:2 (Budget)",
        "the case has no project: budget B1 limits nothing",
    ),
    Wrong(
        both(*(put("Budgets", "B1", y, "") for y in YEARS)),
        "rule-without-limit",
        "budgets.csv:2 (Budget)",
        "budget B1 has no limit in any period and limits nothing",
    ),
    Wrong(
        table("Budgets", "Budget,2026-H1,2026-H2,2027,2028,2029\nB1,20,20,40,40,40"),
        "half-year-amount",
        "budgets.csv:2 (2026-H1)",
        "2026-H1 has 20, which is about 50 per cent of the 40 of 2027: numbers are rates per year whatever the "
        "period's length; is this an amount of the period?",
    ),
    Wrong(
        both(put("Projects", "Expand", "Recovery Year 1", "0.9"), put("Projects", "Expand", "Recovery Year 2", "0.7")),
        "recovery-falling",
        "projects.csv:2 (Recovery Year 2)",
        "the recovery falls from 0.9 in year 1 to 0.7 in year 2",
    ),
    Wrong(
        both(put("Projects", "Expand", "Capital Share", "0"), put("Projects", "Expand", "Output Share", "0.4")),
        "project-free-output",
        "projects.csv:2 (Capital Share)",
        "project Expand gives us 40 per cent of its capacity for none of its capital",
    ),
]

FINE: dict[str, Change] = {
    "a plant that learns": put("Projects", "Expand", "Recovery Year 1", "0.7"),
    "capital without output": put("Projects", "Expand", "Output Share", "0"),
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
