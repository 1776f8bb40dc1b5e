"""Expected rows of the families that hold terms of purchase; see test_matrices."""

from __future__ import annotations

from typing import Any

from tests.rules.matrix import by_hand, rows_of
from tests.rules.micro import case, halves, need, offer, years

LIST = [
    {"offer": "A", "step": 1, "from_quantity": 40, "price": 2.0},
    {"offer": "A", "step": 2, "from_quantity": 70, "price": 4.0},
]


def assert_rows(c: Any, family: str, expected: str) -> None:
    assert rows_of(c, family) == by_hand(expected)


def test_price_steps_that_rise():
    """Steps of 40 and 30 t fill by themselves; the last has no end of its own."""
    assert_rows(
        case(offers=[offer()], demand=[need(p2026=90)], price_tiers=LIST),
        "price_steps",
        """
        purchase[A,2026] - stepped[A,0,2026] - stepped[A,1,2026] - stepped[A,2,2026] = 0
        stepped[A,0,2026] <= 40
        stepped[A,1,2026] <= 30
        """,
    )


def test_price_steps_that_fall():
    """The second step opens when 40 t are taken, and no more than 20 of the 60 t needed can be of use in it."""
    assert_rows(
        case(offers=[offer("A", 5.0)], demand=[need(p2026=60)], price_tiers=LIST[:1]),
        "price_steps",
        """
        purchase[A,2026] - stepped[A,0,2026] - stepped[A,1,2026] = 0
        stepped[A,0,2026] <= 40
        stepped[A,0,2026] - 40 step_on[A,1,2026] >= 0
        stepped[A,1,2026] - 20 step_on[A,1,2026] <= 0
        """,
    )


def test_price_steps_of_all_units_over_a_year():
    """100 t/y can be had, 50 in each half; 60 t are needed in the year, and whoever takes 70 t is in the last step."""
    c = case(
        periods=halves("2026-H1", "2026-H2"),
        offers=[offer("A", 9.0, available_to_us=100)],
        demand=[need(p2026=60)],
        price_tiers=[{**row, "units": "All Units", "basis": "Year"} for row in LIST],
    )
    assert_rows(
        c,
        "price_steps",
        """
        purchase[A,2026-H1] - stepped[A,0,2026-H1] - stepped[A,1,2026-H1] - stepped[A,2,2026-H1] = 0
        purchase[A,2026-H2] - stepped[A,0,2026-H2] - stepped[A,1,2026-H2] - stepped[A,2,2026-H2] = 0
        stepped[A,0,2026-H1] + stepped[A,0,2026-H2] - 40 step_on[A,0,2026-H2] <= 0
        stepped[A,0,2026-H1] + stepped[A,0,2026-H2] >= 0
        stepped[A,1,2026-H1] + stepped[A,1,2026-H2] - 70 step_on[A,1,2026-H2] <= 0
        stepped[A,1,2026-H1] + stepped[A,1,2026-H2] - 40 step_on[A,1,2026-H2] >= 0
        stepped[A,2,2026-H1] + stepped[A,2,2026-H2] - 70 step_on[A,2,2026-H2] <= 0
        stepped[A,2,2026-H1] + stepped[A,2,2026-H2] - 70 step_on[A,2,2026-H2] >= 0
        step_on[A,0,2026-H2] + step_on[A,1,2026-H2] + step_on[A,2,2026-H2] <= 1
        """,
    )


def test_contract_rows():
    """At most 12 t/y, at least 4, over 18 months from 2026 or 2027; half of 2027 is left of one signed in 2026. 10 t a year are
    needed: 20 ahead in 2026, but what a contract may force on us over both years, 8, is less."""
    c = case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, contract="Frame")],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[
            {
                "contract": "Frame",
                "duration": 18,
                "least": 4,
                "most": 12,
                "committed": 10,
                "take_or_pay": 0.8,
                "untaken_price": 1,
            }
        ],
    )
    assert_rows(
        c,
        "contract",
        """
        signed[Frame,2026] + signed[Frame,2027] <= 1
        purchase[A,2026] - 10 signed[Frame,2026] <= 0
        purchase[A,2027] - 10 signed[Frame,2026] - 10 signed[Frame,2027] <= 0
        purchase[A,2026] - 12 signed[Frame,2026] <= 0
        purchase[A,2027] - 6 signed[Frame,2026] - 12 signed[Frame,2027] <= 0
        purchase[A,2026] - 4 signed[Frame,2026] >= 0
        purchase[A,2027] - 2 signed[Frame,2026] - 4 signed[Frame,2027] >= 0
        """,
    )
    assert_rows(
        c,
        "take_or_pay",
        """
        purchase[A,2026] + untaken[Frame,2026] - 8 signed[Frame,2026] >= 0
        purchase[A,2027] + untaken[Frame,2027] - 4 signed[Frame,2026] - 8 signed[Frame,2027] >= 0
        """,
    )


def test_each_offer_of_a_contract_is_linked_to_it_by_itself():
    """A can give 4 t of the 10 needed, B all of them."""
    c = case(
        offers=[offer("A", 1.0, contract="Frame", available_to_us=4), offer("B", 2.0, contract="Frame")],
        demand=[need(p2026=10)],
        contracts=[{"contract": "Frame", "set_up_cost": 5}],
    )
    assert_rows(
        c,
        "contract",
        """
        signed[Frame,2026] <= 1
        purchase[A,2026] - 4 signed[Frame,2026] <= 0
        purchase[B,2026] - 10 signed[Frame,2026] <= 0
        """,
    )
