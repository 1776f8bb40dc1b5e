"""The award sheet: it says what the plan buys, and reads like something that a committee can sign."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.report.award_suppliers import headlines
from model.report.view import View
from model.report.workbook import result_tables, write_results
from tests.rules.micro import case, need, offer, plan_of


def bid(name: str, price: float, **more: object) -> dict[str, object]:
    return {"rfq": "R-1", "round": 1, **offer(name, price, **more)}


def tendered(**more: object):
    """A need of 100 t; 10 t are under contract at 20 USD/kg.

    On paper: the contract gives 10 t; of the remaining 90 t the cheapest bid gives its 60 t at 15, the next 30 t of its
    50 at 18. C at 19 gives nothing; D at 5 wants to sell 500 t at once, which nobody takes.
    """
    return case(
        offers=[
            bid("A", 15, available_to_us=60),
            bid("B", 18, available_to_us=50, round=2),
            bid("B", 22, available_to_us=50, offer="B1", status="Exclude"),
            bid("C", 19),
            bid("D", 5, minimum_order=500),
            offer("Spot", 40),
        ],
        commitments=[
            {
                "commitment": "K",
                "kind": "Contract",
                "supplier": "A",
                "material": "Oxide",
                "price": 20,
                "2026": 10,
            }
        ],
        requests=[{"rfq": "R-1", "material": "Oxide", "2026": 90}],
        demand=[need(p2026=100)],
        **more,
    )


def test_awards_are_what_the_plan_buys():
    c = tendered()
    plan = plan_of(c)
    table = result_tables(c, plan)["Award"].set_index("supplier")
    assert dict(table["awarded"]) == pytest.approx({"A": 60, "B": 30, "C": 0, "D": 0})
    assert list(table.index) == ["A", "B", "D", "C"]  # awarded first, then by price
    assert dict(table["share_of_award"]) == pytest.approx({"A": 2 / 3, "B": 1 / 3, "C": 0, "D": 0})
    assert dict(table["price"]) == pytest.approx({"A": 15, "B": 18, "C": 19, "D": 5})
    assert table.at["B", "earlier_round"] == 22
    assert dict(table["against_incumbent"]) == pytest.approx({"A": -0.25, "B": -0.1, "C": -0.05, "D": -0.75})
    assert dict(table["under_contract"]) == pytest.approx({"A": 10, "B": 0, "C": 0, "D": 0})
    assert table.at["A", "landed"] == pytest.approx(15)
    assert dict(table["reason"]) == {
        "A": "awarded: all that is offered; D is cheaper: minimum order of 500 t",
        "B": "awarded in part; D is cheaper: minimum order of 500 t; A is cheaper: all of it is taken",
        "C": "dearer than what is bought, at most 18.00 USD/kg",
        "D": "minimum order of 500 t",
    }
    bought = plan.tables["purchases"]
    assert table["awarded"].sum() == pytest.approx(bought["tonnes"].sum())
    assert table["cost"].sum() == pytest.approx(plan.cost("Purchases", discounted=False))


def test_sums_stand_against_what_was_wanted_and_the_incumbent():
    c = tendered()
    (row,) = result_tables(c, plan_of(c))["AwardSums"].to_dict("records")
    assert (row["awarded_to"], row["bids"], row["remark"]) == ("A and B", "4", "")
    assert (row["wanted"], row["awarded"], row["share_of_wanted"]) == pytest.approx((90, 90, 1))
    # 60 t at 15 and 30 t at 18 are 16 on average, a fifth below the 20 of the contract.
    assert (row["price"], row["incumbent"], row["against_incumbent"]) == pytest.approx((16, 20, -0.2))
    assert (row["lowest_bid"], row["under_contract"]) == pytest.approx((5, 10))


def test_what_an_award_comes_to_is_said_first():
    """60 t at 15 and 30 t at 18 are 1.44 MUSD; 90 t cost 1.80 at the contract's 20 USD/kg and 0.45 at D's 5."""
    view = View(c := tendered(), plan := plan_of(c))
    assert headlines(view) == (
        "Awarded are 90.0 t for 1.44 MUSD to 2 suppliers, from 4 bids of 4 suppliers.",
        "At the incumbents' prices the award would cost 1.80 MUSD, 0.36 MUSD more than the 1.44 MUSD proposed.",
        "At the lowest bid for each material, whatever it offers and whatever the rules say, it would cost 0.45 MUSD, 0.99 MUSD "
        "less; column Reason says what stands against it.",
    )
    by = result_tables(c, plan)["AwardSuppliers"].set_index("supplier")
    assert dict(by["awarded"]) == pytest.approx({"A": 60, "B": 30, "C": 0, "D": 0})
    assert by.loc["A", ["cost", "share_of_award", "under_contract"]].tolist() == pytest.approx([0.9, 0.625, 0.2])


def test_a_rule_that_binds_is_named():
    """A cap of half of demand on China: China's cheaper bid gets 50 t, and its second bid nothing."""
    china = {"mined_in": "China", "separated_in": "China"}
    home = {"mined_in": "Estonia", "separated_in": "Estonia"}
    c = case(
        suppliers=[{"supplier": s, "country": "China"} for s in ("A", "B")] + [{"supplier": "C", "country": "Estonia"}],
        countries=[{"country": x} for x in ("China", "Estonia")],
        offers=[bid("A", 10, available_to_us=60, **china), bid("B", 11, **china), bid("C", 30, **home)],
        demand=[need(p2026=100)],
        de_risking_rules=[
            {
                "rule": "Half",
                "metric": "Country Share",
                "who": "China",
                "stage": "Separated",
                "limit_type": "Max",
                "2026": 0.5,
            }
        ],
    )
    table = result_tables(c, plan_of(c))["Award"].set_index("supplier")
    assert dict(table["awarded"]) == pytest.approx({"A": 50, "B": 0, "C": 50})
    assert table.at["A", "reason"] == "awarded in part, the lowest bid; rule “Half” is at its limit"
    assert "rule “Half” is at its limit" in table.at["B", "reason"]
    assert table.at["C", "reason"] == (
        "awarded; A is cheaper: rule “Half” is at its limit; B is cheaper: rule “Half” is at its limit"
    )


def test_who_is_not_qualified_gets_nothing():
    """Qualifying A costs 1 MUSD and would save 100 t at 5 USD/kg, 0.5 MUSD: B is bought."""
    c = case(
        offers=[bid("A", 10), bid("B", 15)],
        demand=[need(p2026=100)],
        qualifications=[
            {
                "qualification": "Q",
                "supplier": "A",
                "material": "Oxide",
                "state": "Not Qualified",
                "months": 0,
                "cost": 1,
            }
        ],
    )
    table = result_tables(c, plan_of(c))["Award"].set_index("supplier")
    assert dict(table["awarded"]) == pytest.approx({"B": 100, "A": 0})
    assert table.at["A", "reason"] == "not qualified (Q)"


def test_the_sheet_can_be_signed_on_one_page_in_width(tmp_path: Path):
    c = tendered()
    book = openpyxl.load_workbook(write_results(tmp_path / "r.xlsx", c, plan_of(c)))
    sheet = book["Award"]
    words = [str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None]
    assert {"Prepared by", "Checked by", "Approved for the sourcing committee", "Name", "Signature", "Date"} <= set(
        words
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # one by default
    assert sheet.page_setup.orientation == "landscape"
    assert sum(sheet.column_dimensions[c].width for c in sheet.column_dimensions) < 200
    assert book.sheetnames.index("Award") == book.sheetnames.index("Sourcing") + 1


def test_there_is_no_such_sheet_without_a_request(tmp_path: Path):
    c = case(offers=[offer()], demand=[need(p2026=10)])
    assert "Award" not in result_tables(c, plan_of(c))
