"""Expected rows of products and qualifications, written by hand first, compared as a matrix."""

from __future__ import annotations

from tests.rules.matrix import by_hand, rows_of
from tests.rules.test_products import cars
from tests.rules.test_qualification import row, two_materials, two_years


def test_demand_and_tiers_of_a_product():
    """A car is 4 kg of Nd and 1 kg of Dy: of a tonne that is short 0.8 and 0.2; a fifth of 50 t, all materials, is 10."""
    tiers = [
        {"segment": "Plant", "tier": 1, "share_of_demand": 0.2, "cost": 10.0},
        {"segment": "Plant", "tier": 2, "cost_per_product": 0.1},
    ]
    c = cars(shortage_costs=tiers)
    assert rows_of(c, "demand") == by_hand(
        """
        deliver[Plant,Nd,2026] + 0.8 short[Plant,Nd,1,2026] + 0.8 short[Plant,Nd,2,2026] = 40
        deliver[Plant,Dy,2026] + 0.2 short[Plant,Nd,1,2026] + 0.2 short[Plant,Nd,2,2026] = 10
        """
    )
    assert rows_of(c, "shortage_tiers") == by_hand("short[Plant,Nd,1,2026] <= 10")


def test_qualification():
    """Six months, 4 t a year: started in 2026 it lets 2 t pass in 2026 and 4 in 2027; started in 2027, 2 t in 2027."""
    c = two_years(qualifications=[row(months=6)])
    assert rows_of(c, "qualification") == by_hand(
        """
        deliver[Plant,Oxide,seller:A,2026] - 2 qualified[A for us,2026] <= 0
        deliver[Plant,Oxide,seller:A,2027] - 2 qualified[A for us,2026] - 2 qualified[A for us,2027] <= 0
        """
    )
    assert rows_of(c, "monotone") == by_hand("qualified[A for us,2026] - qualified[A for us,2027] <= 0")


def test_one_in_progress_is_a_number():
    """Done by July 2026: 2 of 4 t in 2026, and nothing is kept back after."""
    c = two_years(qualifications=[row(state="In Progress", done_by="2026-07-01")])
    assert rows_of(c, "qualification") == by_hand("deliver[Plant,Oxide,seller:A,2026] <= 2")


def test_qualifications_at_once():
    """A year each: who began in 2026 is done when 2027 begins. Begun in 2028 they would be done with the plan."""
    running = [r for r in rows_of(two_materials(1), "qualification") if "deliver" not in r]
    assert running == by_hand(
        """
        qualified[X,2026] + qualified[Y,2026] <= 1
        qualified[X,2027] - qualified[X,2026] + qualified[Y,2027] - qualified[Y,2026] <= 1
        """
    )
