"""Break-evens: the switch where paper has it; no switch, a failed point and wrong words are said."""

from __future__ import annotations

import io

import openpyxl
import pytest

from model.errors import CaseError
from model.report.break_even_book import break_even_content, sentence
from model.study.break_evens import break_even, question_of
from model.study.overlay import Target
from tests.rules import micro

PRICE_OF_B = Target("Offers", "B", "Price")


def two(**more):
    """Return a case of 100 t in 2026 and 2027: A at 2; B at its price and 20 for the order; a plant that makes oxide."""
    return micro.case(
        settings={"Optimality Gap": 1e-6},
        offers=[
            micro.offer("A", 2.0, available_to_us=200),
            micro.offer("B", 3.0, available_to_us=200, cost_per_order=20),
        ],
        demand=[micro.need("Cars", p2026=100)],
        **more,
    )


def test_an_offer_is_bought_below_its_break_even():
    """B pays while 100 · price + 20 < 200: below 1.8."""
    found = break_even(two(), PRICE_OF_B, "buys b", (1.0, 3.0), within=0.01)
    assert found.outcome == "found"
    assert found.low <= 1.8 <= found.high
    assert found.high - found.low <= 0.01
    answers = found.points.set_index("value")["answer"]
    assert set(answers[answers.index < 1.79]) == {"Yes"}
    assert set(answers[answers.index > 1.81]) == {"No"}
    assert sentence(found).startswith("“buys B” holds up to 1.79")
    assert "and no longer at 1.80" in sentence(found)
    assert sentence(found).endswith("USD/kg of Offers.B.Price (looked at: 1 to 3 USD/kg).")


def test_a_relaxed_break_even_pays_part_of_an_order():
    """Relaxed, an order of 100 of 100 t is whole: the same 1.8 as soon as the bound on the order is the need."""
    found = break_even(two(), PRICE_OF_B, "buys B", (1.0, 3.0), within=0.01, lp=True)
    assert found.low <= 1.8 <= found.high


def test_a_factor_moves_the_same_switch():
    found = break_even(two(), PRICE_OF_B, "buys B", (1 / 3, 1.0), how="×", within=0.005)
    assert found.low <= 0.6 <= found.high


def test_a_stock_pays_when_next_year_is_dearer_by_more_than_it_costs_to_hold():
    """Price 1 in 2026; holding 1 t over the end of 2026 costs 0.5: the stock pays once 2027 costs more than 1.5."""
    case = micro.case(
        periods=micro.years(2026, 2027),
        offers=[
            micro.offer("A", 1.0, valid_until="2026-12-31", available_to_us=200),
            micro.offer("B", 3.0, available_to_us=200),
        ],
        demand=[micro.need("Plant", p2026=0, p2027=100)],
        stockpiles=[{"site": "Plant", "material": "Oxide", "carrying_cost": 0.5}],
    )
    found = break_even(case, PRICE_OF_B, "holds Plant / Oxide", (1.0, 3.0), within=0.01, lp=True)
    assert found.outcome == "found"
    assert found.low <= 1.5 <= found.high


@pytest.mark.parametrize(
    ("between", "outcome"), [((0.5, 1.0), "holds at both ends"), ((2.0, 3.0), "holds at neither end")]
)
def test_where_both_ends_agree_there_is_none(between, outcome):
    found = break_even(two(), PRICE_OF_B, "buys B", between)
    assert (found.outcome, found.low, found.high) == (outcome, None, None)
    assert len(found.points) == 2
    assert f"it {outcome}" in sentence(found)


def test_a_failed_point_has_no_answer():
    """500 t can not be had: the upper end has no plan, and so no break-even."""
    found = break_even(two(), Target("Demand", "Any", "Quantity"), "buys B", (50.0, 500.0))
    assert found.outcome == "a point failed"
    last = found.points.iloc[-1]
    assert (last["status"], last["answer"]) == ("no plan exists", "")
    assert "no plan exists at 500" in sentence(found)


def test_an_end_that_is_no_case_is_said_before_anything_is_solved():
    with pytest.raises(
        CaseError, match=r"with Offers.B.Available to Us = -5 this is no case: Available to Us: -5 is below 0"
    ):
        break_even(two(), Target("Offers", "B", "Available to Us"), "buys B", (200.0, -5.0))


def test_a_store_answers_again(tmp_path):
    store, tried = tmp_path / "s.sqlite", []
    first = break_even(two(), PRICE_OF_B, "buys B", (1.0, 3.0), store=store)
    again = break_even(two(), PRICE_OF_B, "buys B", (1.0, 3.0), store=store, on_point=lambda v, _: tried.append(v))
    assert (first.low, first.high) == (again.low, again.high)
    assert len(tried) == len(first.points)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("likes B", "'likes B' is no question about a plan; begin with one of builds, permits, buys, holds, short"),
        ("buys Bee", "the case has nothing that 'buys' could mean by 'Bee'"),
    ],
)
def test_wrong_words(until: str, said: str):
    with pytest.raises(CaseError, match=said):
        question_of(two(), until)


def test_the_workbook_opens():
    content = break_even_content("Two", break_even(two(), PRICE_OF_B, "buys B", (1.0, 3.0)))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Break-even"]
    assert list(sheet.tables) == ["BreakEven"]
    assert len(sheet._charts) == 1
