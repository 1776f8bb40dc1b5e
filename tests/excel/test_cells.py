"""Cells as planners leave them: each is read rightly or named with its address."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.case.load import load_with_problems
from model.excel.read import read_workbook
from tests.excel.workbooks import errors, problems, sheet_xml, sheets, told, workbook

NBSP = "\u00a0"


def with_cell(address: str, value: Any, number_format: str = "") -> bytes:
    """Give the small case with one cell changed, ``Offers!D2``."""
    sheet, cell = address.split("!")

    def change(book: Any) -> None:
        book[sheet][cell] = value
        if number_format:
            book[sheet][cell].number_format = number_format

    return workbook(change=change)


def value_of(folder: Path, data: bytes, table: str, row: int, column: str) -> Any:
    (folder / "case.xlsx").write_bytes(data)
    return load_with_problems(folder / "case.xlsx").tables[table].at[row, column]


CELLS: dict[str, tuple[str, Any, str, str]] = {
    "error cell": ("Offers!D2", "#REF!", "formula-error", "Price: the formula gives #REF!"),
    "division by zero": ("Demand!C2", "#DIV/0!", "formula-error", "Quantity 2026: the formula gives #DIV/0!"),
    "error in an optional cell": ("Offers!E2", "#N/A", "formula-error", "Available to Us: the formula gives #N/A"),
    "decimal comma": (
        "Offers!D2",
        "1,5",
        "ambiguous-number",
        "Price: '1,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    "European number": (
        "Offers!D2",
        "1.200,5",
        "ambiguous-number",
        "Price: '1.200,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    "thousand as k": ("Demand!C2", "12k", "not-a-number", "Quantity 2026: expected a number, found '12k'"),
    "text that may be a series": (
        "Offers!E2",
        "12k",
        "series-unknown",
        "Available to Us: '12k' is neither a number nor a row of table Series",
    ),
    "boolean as number": ("Offers!E2", True, "not-a-number", "Available to Us: expected a number, found 'Yes'"),
    "date as number": (
        "Offers!E2",
        dt.datetime(2026, 3, 1),
        "not-a-number",
        "Available to Us: expected a number, found '2026-03-01'",
    ),
    "American date": (
        "Offers!F2",
        "3/1/2026",
        "not-a-date",
        "Valid From: expected a date such as 2026-07-01, found '3/1/2026'",
    ),
    "number as date": ("Offers!F2", 2026, "not-a-date", "Valid From: expected a date such as 2026-07-01, found '2026'"),
    "empty cell": ("Offers!D3", None, "cell-empty", "Price is empty; it must be filled"),
    "only odd spaces": ("Offers!D3", f" {NBSP}\u200b", "cell-empty", "Price is empty; it must be filled"),
    "unknown name": ("Offers!B2", "Alfa", "not-found", "Supplier: 'Alfa' is not in Suppliers; did you mean 'Alpha'?"),
    "unknown choice": (
        "Materials!B2",
        "Seperated",
        "not-a-choice",
        "Stage: 'Seperated' is not one of Mined, Separated, Metal, Magnet, Part, Other; did you mean 'Separated'?",
    ),
}


@pytest.mark.parametrize("kind", CELLS)
def test_refused_with_its_address(tmp_path: Path, kind: str) -> None:
    address, value, code, sentence = CELLS[kind]
    assert errors(problems(tmp_path, with_cell(address, value))) == [(code, address, sentence)]


READ: dict[str, tuple[Any, str, float, str]] = {
    "thousands": ("1,200", "", 1200, "Available to Us: text '1,200' read as 1200"),
    "no-break space": (f"1{NBSP}200", "", 1200, "Available to Us: text '1 200' read as 1200"),
    "thin space": ("1\u202f200", "", 1200, "Available to Us: text '1 200' read as 1200"),
    "text": ("12.5 ", "", 12.5, "Available to Us: text '12.5' read as 12.5"),
    "percent as text": ("5%", "", 0.05, "Available to Us: text '5%' read as 0.05"),
    "percent as format": (0.05, "0%", 0.05, ""),
    "whole number": (7, "", 7, ""),
}


@pytest.mark.parametrize("kind", READ)
def test_numbers_that_are_read(tmp_path: Path, kind: str) -> None:
    value, number_format, expected, note = READ[kind]
    data = with_cell("Offers!E2", value, number_format)
    found = problems(tmp_path, data)
    assert not errors(found)
    assert value_of(tmp_path, data, "Offers", 0, "available_to_us") == expected
    assert [(a, s) for c, a, s in told(found) if c == "text-read-as-number"] == ([("Offers!E2", note)] if note else [])


def test_na_is_a_name(tmp_path: Path) -> None:
    content = sheets()
    content["Suppliers"] += [["NA", "Namibia"], ["null", "N/A"]]
    content["Offers"][1][1], content["Offers"][2][1] = "NA", "null"
    data = workbook(content)
    assert not errors(problems(tmp_path, data))
    assert value_of(tmp_path, data, "Offers", 0, "supplier") == "NA"
    assert value_of(tmp_path, data, "Suppliers", 3, "country") == "N/A"


def test_text_that_looks_like_an_error_is_text(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Suppliers"]["A2"].value = "#REF!"
        book["Suppliers"]["A2"].data_type = "s"
        book["Offers"]["B2"].value = "#REF!"
        book["Offers"]["B2"].data_type = "s"

    assert value_of(tmp_path, workbook(change=change), "Offers", 0, "supplier") == "#REF!"


def test_chinese_names(tmp_path: Path) -> None:
    content = sheets()
    content["Suppliers"][1][0] = content["Offers"][1][1] = "赣州稀土"
    assert value_of(tmp_path, workbook(content), "Offers", 0, "supplier") == "赣州稀土"


def test_escaped_characters_are_characters(tmp_path: Path) -> None:
    content = sheets()
    content["Suppliers"][1][0], content["Offers"][1][1] = "A_x000D_C", "A C"
    assert not errors(problems(tmp_path, workbook(content)))


def test_numeric_codes_and_text_codes(tmp_path: Path) -> None:
    content = sheets()
    content["Offers"][1][0], content["Offers"][2][0] = 7, "007"
    assert errors(problems(tmp_path, workbook(content))) == [
        ("mixed-codes", "Offers!A3", "Offer: '007' and '7' look alike but differ; write codes as text throughout")
    ]


def test_dates(tmp_path: Path) -> None:
    for value, epoch_1904 in ((dt.datetime(2026, 7, 1), False), (dt.datetime(2026, 7, 1), True), ("2026-07-01", False)):

        def change(book: Any, value: Any = value, epoch_1904: bool = epoch_1904) -> None:
            if epoch_1904:
                from openpyxl.utils.datetime import CALENDAR_MAC_1904

                book.epoch = CALENDAR_MAC_1904
            book["Offers"]["F2"] = value

        data = workbook(change=change)
        assert value_of(tmp_path, data, "Offers", 0, "valid_from") == dt.date(2026, 7, 1)
        notes = [t for t in told(problems(tmp_path, data)) if t[1] == "Offers!F2"]
        text = ("text-read-as-date", "Offers!F2", "Valid From: text '2026-07-01' read as a date")
        assert notes == ([text] if isinstance(value, str) else [])


def test_years_as_dates_and_texts_in_the_header(tmp_path: Path) -> None:
    content = sheets()
    content["Demand"][0][2:] = [dt.datetime(2026, 1, 1), "2027"]
    data = workbook(content)
    assert not errors(problems(tmp_path, data))
    assert value_of(tmp_path, data, "Demand", 0, "2026") == 5
    assert value_of(tmp_path, data, "Demand", 0, "2027") == 6


def test_a_formula_that_was_never_calculated(tmp_path: Path) -> None:
    found = problems(tmp_path, with_cell("Offers!D2", "=400*1.1"))
    sentence = "Price: the formula was never calculated; open and save the file in Excel"
    assert errors(found) == [("formula-never-calculated", "Offers!D2", sentence)]


def calculated(cell: bytes, xml: bytes) -> bytes:
    """Replace cell D2 of a sheet by this XML."""
    start = xml.index(b'<c r="D2"')
    end = min(i for i in (xml.find(b"</c>", start) + 4, xml.find(b"/>", start) + 2) if i > start + 3)
    return xml[:start] + cell + xml[end:]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="D2"><f>400*1.1</f><v></v></c>',
        b'<c r="D2"><f>400*1.1</f><v/></c>',
        b'<c r="D2"><f>400*1.1</f></c>',
        b'<c r="D2" s="0"><f t="shared" ref="D2:D3" si="0">1+1</f></c>',
        b'<c r="D2"><f t="shared" si="0"/></c>',
    ],
)
def test_every_way_of_having_no_value(tmp_path: Path, cell: bytes) -> None:
    data = sheet_xml(workbook(), 4, lambda xml: calculated(cell, xml))
    assert [e[:2] for e in errors(problems(tmp_path, data))] == [("formula-never-calculated", "Offers!D2")]


def test_calculated_formulas(tmp_path: Path) -> None:
    data = sheet_xml(workbook(), 4, lambda xml: calculated(b'<c r="D2"><f>400*1.1</f><v>440</v></c>', xml))
    assert not errors(problems(tmp_path, data))
    assert value_of(tmp_path, data, "Offers", 0, "price") == 440


def test_a_formula_that_gives_an_empty_text_is_blank(tmp_path: Path) -> None:
    empty = b'<c r="D2" t="str"><f>IF(A2="","",1)</f><v></v></c>'
    data = sheet_xml(workbook(), 4, lambda xml: calculated(empty, xml))
    assert errors(problems(tmp_path, data)) == [("cell-empty", "Offers!D2", "Price is empty; it must be filled")]


@pytest.mark.parametrize(
    ("formula", "linked"),
    [
        (b"[1]Prices!$B$4", True),
        (b"'[1]Price list'!B4*2", True),
        (b"'C:\\data\\[prices.xlsx]Sheet1'!A1", True),
        (b"Demand[2026]", False),
        (b"SUM(Demand[[2026]:[2027]])", False),
        (b"Offers[[#This Row],[Price]]!", False),
    ],
)
def test_links_to_other_workbooks(tmp_path: Path, formula: bytes, linked: bool) -> None:
    cell = b'<c r="D2"><f>' + formula + b"</f><v>440</v></c>"
    found = problems(tmp_path, sheet_xml(workbook(), 4, lambda xml: calculated(cell, xml)))
    note = ("external-link", "Offers!D2", "the formula refers to another workbook; its stored value is used")
    assert [t for t in told(found) if t[0].startswith("external")] == ([note] if linked else [])


def test_a_linked_column_is_one_note(tmp_path: Path) -> None:
    def change(xml: bytes) -> bytes:
        xml = calculated(b'<c r="D2"><f>[1]P!B4</f><v>440</v></c>', xml)
        return xml.replace(b'<c r="D3"', b'<c r="D3"><f>[1]P!B5</f><v>90</v></c><c r="Z3"')

    found = problems(tmp_path, sheet_xml(workbook(), 4, change))
    assert (
        "external-links",
        "Offers!D2",
        "2 formulas of the column, from here on, refer to another workbook; stored values are used",
    ) in told(found)


def test_a_header_formula_without_value(tmp_path: Path) -> None:
    found = errors(problems(tmp_path, with_cell("Demand!D1", "=C1+1")))
    assert found == [
        (
            "formula-never-calculated",
            "Demand!D1",
            "header: the formula was never calculated; open and save the file in Excel",
        )
    ]


def merged(area: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["Offers"].merge_cells(area)

    return change


def test_merged_cells_in_the_data(tmp_path: Path) -> None:
    found = errors(problems(tmp_path, workbook(change=merged("B3:B4"))))
    assert ("cells-merged", "Offers!B3", "cells B3:B4 are merged; unmerge them and fill every cell") in found
    assert ("cell-empty", "Offers!B4", "Supplier is empty; it must be filled") in found


def test_merged_cells_elsewhere_are_harmless(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Offers"].insert_rows(1)
        book["Offers"]["A1"] = "Our offers"
        book["Offers"].merge_cells("A1:F1")
        book["Offers"].merge_cells("K3:M9")

    assert not errors(problems(tmp_path, workbook(change=change)))


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for row in (2, 3, 9):
            book["Offers"].row_dimensions[row].hidden = True

    found = problems(tmp_path, workbook(change=change))
    assert [t for t in told(found) if t[0] == "rows-hidden"] == [
        ("rows-hidden", "Offers!A2", "rows 2-3 are hidden and are included")
    ]
    assert not errors(found)


def test_blank_rows_are_skipped_and_a_long_gap_ends_the_table(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Offers"]["A100"], book["Offers"]["A400"] = "A9", "A10"

    errors_found = errors(problems(tmp_path, workbook(change=change)))
    assert {a for _, a, _ in errors_found} == {"Offers!B100", "Offers!C100", "Offers!D100"}


def test_cells_under_no_header(tmp_path: Path) -> None:
    found = problems(tmp_path, with_cell("Offers!H3", "a remark"))
    assert ("column-without-header", "Offers!H3", "column H has no header and is not read") in told(found)


def test_a_prefix_for_every_tag(tmp_path: Path) -> None:
    """Some libraries write ``<x:row>``; hidden rows and formulas must be seen there too."""

    def prefixed(xml: bytes) -> bytes:
        xml = xml.replace(b'xmlns="', b'xmlns:x="').replace(b'<row r="3"', b'<row r="3" hidden="1"')
        xml = calculated(b'<c r="D2"><f>1+1</f></c>', xml)
        return xml.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:").replace(b"<x:?", b"<?")

    found = problems(tmp_path, sheet_xml(workbook(), 4, prefixed))
    assert [e[:2] for e in errors(found)] == [("formula-never-calculated", "Offers!D2")]
    assert ("rows-hidden", "Offers!A3", "rows 3 are hidden and are included") in told(found)


def test_the_file_is_not_held_open_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    path.write_bytes(workbook())
    before = path.read_bytes()
    read_workbook(path)
    path.rename(tmp_path / "moved.xlsx")
    assert (tmp_path / "moved.xlsx").read_bytes() == before
