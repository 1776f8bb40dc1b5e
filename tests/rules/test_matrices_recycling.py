"""Expected rows of what comes back, written by hand first. Numbers are places in table Recycling."""

from __future__ import annotations

from tests.rules.matrix import assert_rows
from tests.rules.test_recycling import yard

PAST = [{"segment": "Plant", "material": "Oxide", "year": 2025, "sold": 40}]


def test_recycling_of_planned_sales():
    """Of what is sold half comes back after a year and a half, half of that within the next year; 0.8 are recovered."""
    assert_rows(
        yard((1.5, 0.5), row={"recovery": 0.8}),
        "recycling",
        "recycled[0,2027] - 0.2 deliver[Plant,Oxide,2026] <= 0",
    )


def test_recycling_of_past_sales():
    """A tenth at once, half a year later: 20 of 40 t in 2026, and 4 t of it never count, since 2025 is over."""
    assert_rows(
        yard((0, 0.1), (1, 0.5), past_sales=PAST),
        "recycling",
        """
        recycled[0,2026] - 0.1 deliver[Plant,Oxide,2026] <= 20
        recycled[0,2027] - 0.5 deliver[Plant,Oxide,2026] - 0.1 deliver[Plant,Oxide,2027] <= 0
        """,
    )


def test_what_comes_back_stands_in_the_balance():
    assert_rows(
        yard((1, 0.5), demand=[{"segment": "Plant", "material": "Oxide", "site": "Yard", "2026": 100, "2027": 100}]),
        "material_balance",
        """
        flow[A→Yard,Oxide,2026] - deliver[Plant,Oxide,2026] = 0
        flow[A→Yard,Oxide,2027] + recycled[0,2027] - deliver[Plant,Oxide,2027] = 0
        purchase[A,2026] - flow[A→Yard,Oxide,2026] = 0
        purchase[A,2027] - flow[A→Yard,Oxide,2027] = 0
        """,
    )
