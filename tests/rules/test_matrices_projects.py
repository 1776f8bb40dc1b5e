"""Expected rows of permits, projects and budgets, written by hand first; see test_matrices."""

from __future__ import annotations

from typing import Any

from tests.rules.matrix import assert_rows
from tests.rules.matrix_cases import PROJECT, TWO_YEARS, works
from tests.rules.micro import years


def permitted(**more: Any):
    return works(
        periods=years(2026, 2027, 2028),
        projects=[{**PROJECT, "permit_time": 12, "permit_cost": 1.0, **more}],
    )


def test_permit_before_build():
    """A year of permitting: construction in 2027 needs the permit of 2026; what starts in 2028 would come after the horizon."""
    assert_rows(
        permitted(),
        "permit_before_build",
        """
        build[New,2027] - permit[New,2026] <= 0
        build[New,2028] - permit[New,2027] <= 0
        """,
    )


def test_monotone():
    """No construction may newly start in 2028, so the cumulative build of 2028 is that of 2027."""
    assert_rows(
        permitted(),
        "monotone",
        """
        build[New,2027] - build[New,2028] = 0
        permit[New,2026] - permit[New,2027] <= 0
        permit[New,2027] - permit[New,2028] <= 0
        """,
    )


def test_project_size():
    """20 to 80 t/y if construction starts in the period, nothing otherwise."""
    assert_rows(
        works(periods=years(2026, 2027, 2028), projects=[PROJECT]),
        "project_size",
        """
        size[New,2026] - 20 build[New,2026] >= 0
        size[New,2026] - 80 build[New,2026] <= 0
        size[New,2027] - 20 build[New,2027] + 20 build[New,2026] >= 0
        size[New,2027] - 80 build[New,2027] + 80 build[New,2026] <= 0
        """,
    )


def test_exclusive():
    """One of two, counted at the end."""
    rivals = [{**PROJECT, "project": p, "exclusive_group": "Site"} for p in ("New", "Old")]
    assert_rows(works(periods=TWO_YEARS, projects=rivals), "exclusive", "build[New,2027] + build[Old,2027] <= 1")


def test_prerequisite():
    """The second stage starts no earlier than the first."""
    stages = [PROJECT, {**PROJECT, "project": "More", "prerequisite": "New"}]
    assert_rows(
        works(periods=TWO_YEARS, projects=stages),
        "prerequisite",
        """
        build[More,2026] - build[New,2026] <= 0
        build[More,2027] - build[New,2027] <= 0
        """,
    )


def test_budget():
    """Our share is a quarter of 8 fixed and 0.4 for each t/y: 2 and 0.1; the year has 5 MUSD."""
    c = works(
        periods=TWO_YEARS,
        projects=[{**PROJECT, "capex_fixed": 8, "capex_per_capacity": 0.4, "capital_share": 0.25}],
        budgets=[{"budget": "Purse", "2026": 5}],
    )
    assert_rows(c, "budget", "2 build[New,2026] + 0.1 size[New,2026] <= 5")
