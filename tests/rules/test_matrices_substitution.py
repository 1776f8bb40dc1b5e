"""Expected rows of substitutes, written by hand first. Numbers of substitutes are their places in the table."""

from __future__ import annotations

from tests.rules.matrix import assert_rows
from tests.rules.micro import need, years
from tests.rules.test_substitution import ferrite, lower, plant

TWO = {"periods": years(2026, 2027), "demand": [need(p2026=100, p2027=80)]}


def test_substitution_without_adoption():
    """Half of 100 and of 80 t; in 2026 from July on only."""
    assert_rows(
        plant(ferrite(ceiling=0.5, first_use="2026-07-01"), **TWO),
        "substitution",
        """
        replaced[0,2026] <= 25
        replaced[0,2027] <= 40
        """,
    )


def test_substitution_with_adoption():
    """Nine months: a quarter of 100 t after a decision in 2026, then all of 80 t, or a quarter of it after one in 2027."""
    assert_rows(
        plant(ferrite(adoption_cost=1.0, adoption_time=9), **TWO),
        "substitution",
        """
        replaced[0,2026] - 25 adopted[0,2026] <= 0
        replaced[0,2027] - 60 adopted[0,2026] - 20 adopted[0,2027] <= 0
        adopted[0,2026] - adopted[0,2027] <= 0
        """,
    )


def test_demand_with_a_substitute_of_the_network():
    """What stands in has a need of nothing, on top of which come 1.2 t per t replaced."""
    assert_rows(
        plant(lower(ratio=1.2)),
        "demand",
        """
        deliver[Plant,Oxide,2026] + replaced[0,2026] + short[Plant,Oxide,1,2026] = 100
        deliver[Plant,Low,2026] - 1.2 replaced[0,2026] = 0
        """,
    )
