"""What is shown of need: units on sheet Demand, one sentence on page one, demand beside what is stated elsewhere."""

from __future__ import annotations

import pytest

from model.report.contents import sheets_of
from model.report.reconciliation import NO_CHECK, parts_table, reconciliation_table
from model.report.service import demand_table, products_table, short_rows, shortages_table
from model.report.view import View
from tests.rules.micro import halves, need, plan_of
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


RECONCILED = cars(
    periods=[*halves("2026-H1", "2026-H2"), {"period": "2027", "start": "2027-01-01", "months": 12}],
    contents=[
        {"element": "REO", "material": "Nd", "content": 1.2},
        {"element": "REO", "material": "Dy", "content": 1.1},
    ],
    demand=[
        {"segment": "Plant", "product": "car", "2026": 10_000, "2027": 20_000},
        need("Lab", "Dy", p2026=10.0, p2027=0.0),
    ],
    demand_checks=[
        {
            "check": "cars",
            "segment": "Plant",
            "material": "REO",
            "overall_yield": 0.5,
            "2026": 120.0,
            "tolerance": 0.02,
        },
        {"check": "all", "material": "Dy", "2026": 16.0, "2027": 20.0, "tolerance": 0.2},
    ],
)


def test_demand_beside_what_is_stated() -> None:
    """10 000 cars are 40 t Nd and 10 t Dy: 48 + 11 t REO, and twice as much before losses: 118 of 120 stated, 1.67 % less,
    half of it in each half-year. In 2027 nothing is stated of cars. Dy is 10 + 10 of 16, a quarter more, and in 2027 20 of 20."""
    table = reconciliation_table(RECONCILED).set_index(["check", "period"])
    found = table["from_demand"].to_dict()
    assert found == pytest.approx(
        {
            ("cars", "2026-H1"): 59.0,
            ("cars", "2026-H2"): 59.0,
            ("cars", "2027"): 236.0,
            ("all", "2026-H1"): 10.0,
            ("all", "2026-H2"): 10.0,
            ("all", "2027"): 20.0,
        }
    )
    assert table["within"].tolist() == ["Yes", "Yes", "Not stated", "No", "No", "Yes"]
    assert table["difference"].loc["cars", "2026-H1"] == pytest.approx(-1.0)
    assert table["share_apart"].loc["cars", "2026-H1"] == pytest.approx(-1 / 60)
    assert table["share_apart"].loc["all", "2026-H2"] == pytest.approx(0.25)
    assert table["segments"].loc["all", "2027"] == "Plant, Lab"


def test_what_each_check_counts_and_what_none_counts() -> None:
    """The Dy of the laboratory, 5 t in a half-year, holds 5.5 t REO that no check of REO counts; of Dy all is counted."""
    parts = parts_table(RECONCILED).query("period == '2026-H2'")
    shown = {(r.check, r.segment, r.demanded): (r.demand, r.held, r.from_demand) for r in parts.itertuples()}
    assert shown == {
        ("cars", "Plant", "Nd"): pytest.approx((20.0, 24.0, 48.0)),
        ("cars", "Plant", "Dy"): pytest.approx((5.0, 5.5, 11.0)),
        ("all", "Plant", "Dy"): pytest.approx((5.0, 5.0, 5.0)),
        ("all", "Lab", "Dy"): pytest.approx((5.0, 5.0, 5.0)),
        (NO_CHECK, "Lab", "Dy"): pytest.approx((5.0, 5.5, 5.5)),
    }


def test_the_sheet_stands_behind_demand_where_the_case_compares(view: View) -> None:
    plain = [s.name for s in sheets_of(view)]
    assert "Demand Reconciliation" not in plain
    c = cars(dy=4.0, demand_checks=[{"check": "D", "material": "Dy", "2026": 10.0}])
    names = [s.name for s in sheets_of(View(c, view.plan))]
    assert names == [*plain[: plain.index("Demand") + 1], "Demand Reconciliation", *plain[plain.index("Demand") + 1 :]]
