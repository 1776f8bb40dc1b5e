"""Where tables are found: by Excel Table, by sheet name, by header; and what is said where they are not."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.table import Table as OpenpyxlTable

from model.case.load import load_with_problems
from model.excel.locate import excel_name
from model.schema.tables import TABLES
from tests.excel.workbooks import Rows, errors, problems, sheets, told, workbook


def with_sheet(name: str, rows: Rows) -> bytes:
    content = sheets()
    content[name] = rows
    return workbook(content)


def renamed(old: str, new: str) -> dict[str, Rows]:
    return {new if name == old else name: rows for name, rows in sheets().items()}


def offers(folder: Path, data: bytes) -> list[str]:
    (folder / "case.xlsx").write_bytes(data)
    return list(load_with_problems(folder / "case.xlsx").tables["Offers"]["offer"])


@pytest.mark.parametrize("name", ["offers", " OFFERS ", "Offers\u00a0"])
def test_a_sheet_is_found_by_its_folded_name(tmp_path: Path, name: str) -> None:
    assert offers(tmp_path, workbook(renamed("Offers", name))) == ["A1", "A2", "A3"]


@pytest.mark.parametrize("name", ["Export_Controls", "export-controls", "Export  Controls", "Export Controls"])
def test_spaces_hyphens_and_underscores_are_alike_in_sheet_names(tmp_path: Path, name: str) -> None:
    data = with_sheet(name, [["Control"], ["C1"]])
    assert any(p.table == "Export Controls" for p in problems(tmp_path, data))


def test_an_unknown_sheet_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, with_sheet("Dashboard", [["x"]]))
    assert ("unknown-sheet", "Dashboard", "sheet 'Dashboard' is not part of a case and is not read") in told(found)
    assert not errors(found)


@pytest.mark.parametrize("name", ["Start", "Readme", "About", "_lists"])
def test_sheets_of_our_own_are_passed_over(tmp_path: Path, name: str) -> None:
    assert not [t for t in told(problems(tmp_path, with_sheet(name, [["x"]]))) if t[0] == "unknown-sheet"]


def test_a_sheet_twice(tmp_path: Path) -> None:
    found = errors(problems(tmp_path, with_sheet("offers ", sheets()["Offers"])))
    assert found == [("sheet-twice", "offers ", "sheets 'Offers' and 'offers ' both hold table Offers")]


def test_the_header_may_stand_lower(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"] = [["Our offers of 2026"], [], ["as of", "March"], *content["Offers"]]
    content["Offers"][4][3] = None
    assert errors(problems(tmp_path, workbook(content))) == [
        ("cell-empty", "Offers!D5", "Price is empty; it must be filled")
    ]


def test_no_header(tmp_path: Path) -> None:
    found = errors(problems(tmp_path, with_sheet("Lanes", [["To be done"], ["by", "Monday"]])))
    assert found == [
        (
            "no-header",
            "Lanes!A1",
            "no header row was found: none of the first 30 rows holds From Place, To Place",
        )
    ]


def test_an_empty_sheet_is_as_good_as_none(tmp_path: Path) -> None:
    found = problems(tmp_path, with_sheet("Lanes", []))
    note = ("sheet-empty", "Lanes", "the sheet is empty; the case is read as if table Lanes were not there")
    assert note in told(found)
    assert not errors(found)


def test_a_sheet_with_headers_alone_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "case.xlsx").write_bytes(with_sheet("Lanes", [["From Place", "To Place", "Material"]]))
    assert not load_with_problems(tmp_path / "case.xlsx").has("Lanes")


def test_a_needed_table_is_missing(tmp_path: Path) -> None:
    content = sheets()
    del content["Demand"]
    assert errors(problems(tmp_path, workbook(content))) == [
        ("table-missing", "", "table Demand is missing; a case needs Settings, Materials, Offers, Demand")
    ]


def test_a_misspelt_key_is_hinted_at(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"][0][0] = "Ofer"
    found = problems(tmp_path, workbook(content))
    assert ("column-missing", "Offers!A1", "column 'Offer' is missing; did you mean 'Ofer'?") in errors(found)


def test_columns_twice_unknown_and_missing(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"][0][4:] = ["PRICE", "Avalable to Us", "Colour"]
    found = told(problems(tmp_path, workbook(content)))
    assert ("column-twice", "Offers!E1", "column 'PRICE' stands twice, in column D and column E") in found
    assert (
        "column-unknown",
        "Offers!F1",
        "column 'Avalable to Us' is not known and is not used; did you mean 'Available to Us'?",
    ) in found
    assert ("column-unknown", "Offers!G1", "column 'Colour' is not known and is not used") in found


def test_units_in_headers(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"][0][3:5] = ["Price (USD/t)", "Available to Us (lb/y)"]
    found = told(problems(tmp_path, workbook(content)))
    assert ("unit-converted", "Offers!D1", "column 'Price' is given in USD/t and was converted to USD/kg") in found
    assert (
        "unit-unknown",
        "Offers!E1",
        "column 'Available to Us' has unit 'lb/y'; expected t/y or kg/y or kt/y",
    ) in found
    assert load_with_problems(tmp_path / "case.xlsx").tables["Offers"].at[0, "price"] == pytest.approx(0.4)


def test_more_columns_than_are_read(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Offers"].cell(1, 250, "Price of tea")

    found = problems(tmp_path, workbook(change=change))
    assert ("too-many-columns", "Offers!GR1", "columns beyond GR are not read") in told(found)


def excel_table(sheet: str, name: str, area: str, **more: Any) -> Any:
    def change(book: Any) -> None:
        book[sheet].add_table(OpenpyxlTable(displayName=name, ref=area, **more))

    return change


def test_an_excel_table_is_found_on_a_renamed_sheet(tmp_path: Path) -> None:
    content = renamed("Offers", "供应商报价")
    content["供应商报价"][1][3] = "dear"
    data = workbook(content, excel_table("供应商报价", "Offers", "A1:F4"))
    found = problems(tmp_path, data)
    assert offers(tmp_path, data) == ["A1", "A2", "A3"]
    assert [e[1] for e in errors(found)] == ["供应商报价!D2"]
    assert "unknown-sheet" not in [t[0] for t in told(found)]


def test_an_excel_table_wins_over_the_sheet_name(tmp_path: Path) -> None:
    content = renamed("Offers", "Bids") | {"Offers": [["Notes on our offers"]]}
    data = workbook(content, excel_table("Bids", "Offers", "A1:F4"))
    assert ("sheet-twice", "Offers", "sheets 'Bids' and 'Offers' both hold table Offers") in errors(
        problems(tmp_path, data)
    )
    assert offers(tmp_path, data) == ["A1", "A2", "A3"]


def test_rows_below_an_excel_table(tmp_path: Path) -> None:
    data = workbook(change=excel_table("Offers", "Offers", "A1:F2"))
    assert ("rows-below-table", "Offers!A3", "rows 3-4 stand below the Excel table and are included") in told(
        problems(tmp_path, data)
    )
    assert offers(tmp_path, data) == ["A1", "A2", "A3"]


def test_the_totals_row_of_an_excel_table_is_no_row(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"].append(["Total", None, None, None, 132, None])
    data = workbook(content, excel_table("Offers", "Offers", "A1:F5", totalsRowCount=1))
    assert not errors(problems(tmp_path, data))
    assert offers(tmp_path, data) == ["A1", "A2", "A3"]


def test_two_excel_tables_on_one_sheet(tmp_path: Path) -> None:
    content = sheets()
    materials = content.pop("Materials")
    offers_rows = content.pop("Offers")
    content["Input"] = [*([*row, None, *(materials[i] if i < 3 else [])] for i, row in enumerate(offers_rows)), []]
    content["Input"] += content.pop("Suppliers")

    def change(book: Any) -> None:
        excel_table("Input", "Offers", "A1:F4")(book)
        excel_table("Input", "Materials", "H1:I3")(book)
        excel_table("Input", "Suppliers", "A6:B8")(book)

    data = workbook(content, change)
    found = problems(tmp_path, data)
    assert not errors(found)
    assert not [t for t in told(found) if t[0] in ("column-unknown", "column-without-header", "rows-below-table")]
    assert offers(tmp_path, data) == ["A1", "A2", "A3"]
    assert list(load_with_problems(tmp_path / "case.xlsx").tables["Suppliers"]["supplier"]) == ["Alpha", "Beta"]


def test_a_hidden_sheet_is_read_and_named(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Suppliers"].sheet_state = "hidden"

    assert ("sheet-hidden", "Suppliers", "the sheet is hidden; table Suppliers is read from it all the same") in told(
        problems(tmp_path, workbook(change=change))
    )


def test_names_of_excel_tables_are_ones_that_excel_allows() -> None:
    names = [excel_name(t) for t in TABLES.values()]
    assert len({n.casefold() for n in names}) == len(names)
    assert all(n.isidentifier() for n in names)
