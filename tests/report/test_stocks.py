"""What the result workbook shows of what is sold, held and thrown away."""

from __future__ import annotations

import pytest

from model.report.flows import sales_table
from model.report.rulebook import emissions_table, limits_table
from model.report.stocks import reserves_table, shelf_life_table
from model.report.view import View
from tests.rules.micro import plan_of
from tests.rules.test_stocks import STEPS, limited, reserve, split, spoils


def test_sales_stand_by_step_with_what_they_bring_in():
    """10 t at 4 USD/kg are 0.04 MUSD, 15 t at 1 USD/kg 0.015 MUSD."""
    c = split(sales=STEPS)
    table = sales_table(View(c, plan_of(c)))
    assert table[["step", "sold", "most"]].values.tolist() == [["1", 10.0, 10.0], ["2", 15.0, 15.0]]
    assert table["income"].tolist() == pytest.approx([0.04, 0.015])


def test_what_spoils_stands_with_what_came_in_time():
    """10 of the 20 t of 2026 are held at its end, and all 10 of 2027; no more came within a year."""
    c = spoils(12)
    table = shelf_life_table(View(c, plan_of(c)))
    assert table[["came_in", "held", "young_enough"]].values.tolist() == [[20, 10, 20], [10, 10, 10], [0, 0, 0]]
    assert table["binding"].tolist() == ["No", "Yes", "No"]


def test_reserves_stand_with_what_is_drawn_and_where_they_are_closed():
    """Released in 2026 only: 10 t are drawn then, and nothing is left to hold back."""
    table = reserves_table(View(c := reserve("In Shocks", "First"), plan_of(c)))
    assert table[["released", "drawn", "end", "binding"]].values.tolist() == [["Yes", 10, 0, "No"], ["No", 0, 0, "No"]]
    table = reserves_table(View(c := reserve("Never"), plan_of(c)))
    assert table[["released", "drawn", "end", "binding"]].values.tolist() == [["No", 0, 10, "Yes"]] * 2


def test_emissions_and_their_limit_stand_in_tonnes():
    """265 t of CO2 and 900 t of thorium; the limit of 300 t leaves 35."""
    view = View(c := limited(300, "Emission"), plan_of(c))
    assert emissions_table(view).values.tolist() == [["CO2", "Works", "2026", 265], ["Thorium", "Works", "2026", 900]]
    assert limits_table(view)[["reached", "unit", "left"]].values.tolist() == [[265, "t", 35]]
