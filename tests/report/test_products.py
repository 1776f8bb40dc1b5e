"""What is shown of products: units on sheet Demand, one sentence on page one."""

from __future__ import annotations

import pytest

from model.report.service import demand_table, products_table, short_rows, shortages_table
from model.report.view import View
from tests.rules.micro import plan_of
from tests.rules.test_products import cars


@pytest.fixture(scope="module")
def view() -> View:
    c = cars(dy=4.0)
    return View(c, plan_of(c))


def test_units_asked_served_and_not_built(view: View) -> None:
    """4 t of Dy build 4 000 of 10 000 cars."""
    row = products_table(view).iloc[0]
    assert (row["segment"], row["product"]) == ("Plant", "car")
    assert row["units_asked":"units_not_built"].tolist() == pytest.approx([10_000, 4_000, 6_000, 6_000])


def test_tonnes_and_units_by_material(view: View) -> None:
    short = shortages_table(view).set_index("material")
    assert short["short"].to_dict() == pytest.approx({"Nd": 24.0, "Dy": 6.0})
    assert short["units_short"].tolist() == pytest.approx([6_000, 6_000])
    demand = demand_table(view).set_index("material")
    assert demand["demand"].to_dict() == pytest.approx({"Nd": 40.0, "Dy": 10.0})
    assert demand["valued_shortage"].sum() == pytest.approx(0.6)


def test_a_product_is_named_once(view: View) -> None:
    """30 t are missing in all, of which the 24 t of its first material say how many units."""
    ((d, missing, stops, _, _),) = short_rows(view)
    assert (d.product, missing, stops) == ("car", pytest.approx(30.0), pytest.approx(24.0))
