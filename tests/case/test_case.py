"""`Case` in Python: from frames, changed, asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.case.checks import check
from model.errors import CaseError
from tests.case.base import put, read


def frames() -> dict[str, pd.DataFrame]:
    return {
        "Settings": pd.DataFrame(
            {"Setting": ["Base Date", "Discount Rate"], "Value": [pd.Timestamp("2026-01-01"), 0.05]}
        ),
        "Periods": pd.DataFrame(
            {"period": ["2026", "2027"], "start": pd.to_datetime(["2026-01-01", "2027-01-01"]), "months": [12, 12]}
        ),
        "Materials": pd.DataFrame({"material": ["Oxide"], "stage": ["Separated"], "storable": [np.True_]}),
        "Suppliers": pd.DataFrame({"Supplier": ["Lynas", "Baotou"], "Country of Control": ["Australia", "China"]}),
        "offers": pd.DataFrame(
            {
                "Offer ID": [7, 8],
                "Supplier": ["Lynas", "BAOTOU"],
                "Material": "Oxide",
                "Price (USD/t)": [90_000, 60_000.0],
                "available_to_us": [np.nan, 50],
                "Valid Until": [pd.NaT, dt.date(2027, 6, 30)],
                "Broker": ["Meier", None],
            }
        ),
        "Demand": pd.DataFrame({"segment": ["S"], "material": ["Oxide"], 2026: [100], 2027: [pd.NA]}),
    }


def errors(case: Case) -> list[tuple[str, str]]:
    return [(p.code, p.address) for p in check(case) if p.level == "error"]


def test_from_tables() -> None:
    case = Case.from_tables(frames(), name="small")
    assert errors(case) == []
    assert case.name == "small"
    first, second = case.rows("Offers")
    assert (first.offer, first.price, first.available_to_us, first.valid_until) == ("7", 90.0, None, None)
    assert (second.supplier, second.price, second.available_to_us, second.valid_until) == (
        "Baotou",
        60.0,
        50.0,
        dt.date(2027, 6, 30),
    )
    assert (second.kind, second.minimum_order, second.status) == ("Bid", 0.0, "Include")
    assert case.settings["base_date"] == dt.date(2026, 1, 1)
    assert case.across("Demand", case.rows("Demand")[0]).tolist() == [100, 0]
    assert case.data["Offers"].extra["Broker"].tolist() == ["Meier", None]
    assert {p.code for p in case.problems} == {"unit-converted", "spelling", "column-unknown"}


def test_from_tables_with_errors_does_not_raise() -> None:
    tables = frames()
    tables["Demand"].loc[0, "material"] = "Oxid"
    assert errors(Case.from_tables(tables)) == [("not-found", "Demand, S / Oxid, Material")]


def test_table_that_does_not_exist() -> None:
    with pytest.raises(CaseError) as caught:
        Case.from_tables({"Offer": pd.DataFrame()})
    assert str(caught.value.problems[0]) == "'Offer' is not a table of a case; did you mean 'Offers'?"
    with pytest.raises(KeyError, match="no table 'Offer'"):
        Case.from_tables(frames()).rows("Offer")


def test_set_returns_a_new_case(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    dearer = case.set("Offers", {"offer": "O1"}, "price", 123)
    assert dearer.where("Offers", offer="o1")["price"].tolist() == [123]
    assert case.where("Offers", offer="O1")["price"].tolist() == [90]
    assert check(dearer) == []
    assert dearer.address("Offers", dearer.rows("Offers")[2], "price") == "offers.csv:4 (Price)"


@pytest.mark.parametrize("field", ["available_to_us", "Available to Us", "AVAILABLE TO US", "Available to Us (t/y)"])
def test_set_takes_names_and_headers(tmp_path: Path, field: str) -> None:
    case = read(tmp_path / "c").set("offers", lambda row: row["supplier"] == "Lynas", field, 11.0)
    assert case.rows("Offers")[0].available_to_us == 11.0


def test_set_a_number_that_runs_across(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    changed = case.set("Demand", {"segment": "Motors"}, "quantity", 500, period=2027)
    assert changed.across("Demand", changed.rows("Demand")[0]).tolist() == [200, 200, 500, 250]
    assert case.set("Demand", {"segment": "Motors"}, "", None, "2027").across("Demand", case.rows("Demand")[0])[2] == 0


def test_set_a_column_that_the_file_does_not_have(tmp_path: Path) -> None:
    case = read(tmp_path / "c").set("Offers", {"offer": "O1"}, "cost_per_order", 3)
    assert [r.cost_per_order for r in case.rows("Offers")] == [3, 0, 0]
    assert check(case) == []


def test_set_status_leaves_rows_out(tmp_path: Path) -> None:
    case = read(tmp_path / "c").set("Suppliers", {"supplier": "Iluka"}, "status", "Exclude")
    assert [r.offer for r in case.rows("Offers")] == ["O1", "O2"]
    assert [(p.code, p.address) for p in check(case)] == [
        ("row-left-out", "offers.csv:4 (Supplier)"),
        ("row-left-out", "price_supports.csv:2 (Offer)"),
        ("row-left-out", "commitments.csv:4 (Supplier)"),
    ]
    assert len(case.where("Offers")) == 3
    assert len(case.set("Suppliers", {"supplier": "Iluka"}, "status", None).rows("Offers")) == 3


@pytest.mark.parametrize(
    ("table", "where", "field", "period", "sentence"),
    [
        ("Ofers", {}, "price", None, "'Ofers' is not a table of a case; did you mean 'Offers'?"),
        ("Offers", {"offer": "O9"}, "price", None, "Offers: no row matches offer = 'O9'"),
        (
            "Offers",
            {"offers": "O1"},
            "price",
            None,
            "offers.csv:1: table Offers has no column 'offers'; did you mean 'offer'?",
        ),
        (
            "Offers",
            {"offer": "O1"},
            "prize",
            None,
            "offers.csv:1: table Offers has no column 'prize'; did you mean 'price'?",
        ),
        ("Demand", {"segment": "Jets"}, "quantity", 2040, "demand.csv:1: table Demand has no column '2040'"),
        ("Demand", {"segment": "Jets"}, "priority", 2027, "demand.csv:1: table Demand has no column 'priority'"),
    ],
)
def test_a_change_that_changes_nothing_raises(
    tmp_path: Path, table: str, where: dict[str, object], field: str, period: int | None, sentence: str
) -> None:
    case = read(tmp_path / "c")
    with pytest.raises(CaseError) as caught:
        case.set(table, where, field, 1, period)
    assert str(caught.value.problems[0]).startswith(sentence)


def test_table_that_the_case_lacks() -> None:
    with pytest.raises(CaseError, match="the case has no table Lanes"):
        Case.from_tables(frames()).set("Lanes", {}, "cost", 1)


def test_a_wrong_new_value_is_a_problem_of_the_new_case(tmp_path: Path) -> None:
    wrong = read(tmp_path / "c").set("Offers", {"offer": "O1"}, "lead_time", -1)
    assert errors(wrong) == [("out-of-range", "offers.csv:2 (Lead Time)")]
    assert errors(wrong.set("Offers", {"offer": "O1"}, "lead_time", 1)) == []


def test_a_change_elsewhere_hides_no_error(tmp_path: Path) -> None:
    case = read(
        tmp_path / "c",
        put("Offers", "O1", "Lead Time", "soon"),
        put("Offers", "O3", "Material", "Oxid"),
        put("Demand", "Motors", "2027", "many"),
        put("Offers", "O2", "Price", "Prices"),
    )
    before = errors(case)
    assert len(before) == 4
    assert errors(case.set("Suppliers", {"supplier": "Lynas"}, "country", "Japan")) == before
    assert errors(case.replace("Suppliers", case.tables["Suppliers"])) == before
    mended = errors(case.set("Offers", {"offer": "O3"}, "material", "NdPr Oxide"))
    assert mended == [e for e in before if e != ("not-found", "offers.csv:4 (Material)")]


def test_a_missing_name_may_be_added_later(tmp_path: Path) -> None:
    case = read(tmp_path / "c", put("Offers", "O1", "Supplier", "Energy Fuels"))
    assert errors(case) == [("not-found", "offers.csv:2 (Supplier)")]
    more = pd.concat([case.tables["Suppliers"], pd.DataFrame({"supplier": ["Energy Fuels"], "country": ["USA"]})])
    assert errors(case.replace("Suppliers", more)) == []


def test_replace(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    same = case
    for name in case.data:
        same = same.replace(name, same.tables[name])
    assert [p.code for p in check(same) if p.level != "note"] == []
    for name, d in case.data.items():
        pd.testing.assert_frame_equal(d.frame, same.data[name].frame)
        pd.testing.assert_frame_equal(d.wide, same.data[name].wide)
    halved = case.replace("Offers", case.tables["Offers"].iloc[:1])
    assert halved.address("Offers", halved.rows("Offers")[0], "price") == "Offers, O1, Price"
    assert len(case.rows("Offers")) == 3


def test_where(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    assert case.where("Offers", material="ndpr oxide", supplier="Lynas")["offer"].tolist() == ["O1"]
    assert case.where("Demand", **{"2026": 200})["segment"].tolist() == ["Motors"]
    assert case.where("Offers", site=None)["offer"].tolist() == ["O2", "O3"]
    assert case.where("Offers", offer="O9").empty
    with pytest.raises(CaseError, match="has no column 'prise'"):
        case.where("Offers", prise=1)


def test_settings_that_can_not_be_read_count_as_not_given(tmp_path: Path) -> None:
    case = read(tmp_path / "c", put("Settings", "Discount Rate", "Value", "much"))
    assert case.settings["discount_rate"] == 0.0
