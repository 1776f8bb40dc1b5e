"""Cells of sheets, and addresses in all three forms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from model.case.build import case_from_raw
from model.case.case import Case
from model.case.checks import check
from model.schema.parse import parse
from model.schema.raw import ErrorCell, RawTable, UncalculatedCell, column_letter
from model.schema.tables import TABLES
from tests.case.base import read


def sheet(name: str, headers: list[object], *rows: list[object], at_row: int = 4, at_column: int = 2) -> RawTable:
    """Return a table of a workbook whose headers start somewhere inside the sheet."""
    cells = [
        (at_row + n, {at_column + i: v for i, v in enumerate(row) if v is not None}) for n, row in enumerate(rows, 1)
    ]
    return RawTable(TABLES[name], "sheet", name, at_row, {at_column + i: h for i, h in enumerate(headers)}, cells)


SUPPLIERS = sheet("Suppliers", ["Supplier", "Country"], ["Lynas", "Australia"])
MATERIALS = sheet("Materials", ["Material", "Stage"], ["Oxide", "Separated"])


def told(*raws: RawTable) -> list[tuple[str, str, str]]:
    return [(p.code, p.address, p.sentence) for p in parse(raws)[1]]


def test_cells_that_only_a_workbook_has() -> None:
    offers = sheet(
        "Offers",
        ["Offer", "Supplier", "Material", "Price", "Lead Time", "Valid Until", "As Of"],
        ["O1", "Lynas", "Oxide", ErrorCell("#REF!"), UncalculatedCell(), "2027-01-31", dt.datetime(2026, 1, 2)],
    )
    assert told(SUPPLIERS, MATERIALS, offers) == [
        ("formula-error", "Offers!E5", "Price: the formula gives #REF!"),
        (
            "formula-never-calculated",
            "Offers!F5",
            "Lead Time: the formula was never calculated; open and save the file in Excel",
        ),
        ("text-read-as-date", "Offers!G5", "Valid Until: text '2027-01-31' read as a date"),
    ]


def test_text_that_is_a_number_is_told_in_a_sheet() -> None:
    offers = sheet("Offers", ["Offer", "Supplier", "Material", "Price"], ["O1", "Lynas", "Oxide", " 90 "])
    assert told(SUPPLIERS, MATERIALS, offers) == [("text-read-as-number", "Offers!E5", "Price: text '90' read as 90")]


def test_column_headed_twice_by_a_year_and_a_date() -> None:
    demand = sheet("Demand", ["Segment", "Material", 2026, dt.datetime(2026, 1, 1)], ["S", "Oxide", 1, 2])
    assert told(MATERIALS, demand) == [
        ("column-twice", "Demand!E4", "column '2026-01-01' stands twice, in column D and column E")
    ]


def test_multi_year_period_may_be_headed_by_its_years() -> None:
    periods = sheet(
        "Periods", ["Period", "Start", "Months"], ["2026", dt.date(2026, 1, 1), 12], ["late", dt.date(2027, 1, 1), 36]
    )
    demand = sheet("Demand", ["Segment", "Material", 2026, 2027, 2028, 2029], ["S", "Oxide", 1, 2, 3, 4])
    assert told(periods, MATERIALS, demand) == []


def test_a_broken_table_of_periods_does_not_hide_the_rest() -> None:
    periods = sheet("Periods", ["Period", "Start", "Months"], ["2026", "first of May", 12])
    demand = sheet("Demand", ["Segment", "Material", 2026], ["S", "Oxide", -1])
    assert [code for code, *_ in told(periods, MATERIALS, demand)] == ["not-a-date", "too-small"]


def test_excluded_rows_may_repeat_a_key_and_a_period_may_be_excluded() -> None:
    materials = sheet(
        "Materials", ["Material", "Stage", "Status"], ["Oxide", "Separated", None], ["Oxide", "Metal", "Exclude"]
    )
    periods = sheet(
        "Periods",
        ["Period", "Start", "Months", "Status"],
        ["2026", dt.date(2026, 1, 1), 12, None],
        ["2027", dt.date(2027, 1, 1), 12, "Exclude"],
    )
    demand = sheet("Demand", ["Segment", "Material", 2026], ["S", "Oxide", 1])
    assert told(periods, materials, demand) == []
    case = case_from_raw("c", [periods, materials, demand])
    assert [p.label for p in case.timeline.periods] == ["2026"]


def test_column_letters() -> None:
    assert [column_letter(n) for n in (1, 26, 27, 52, 702, 703)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


def test_addresses_of_a_sheet() -> None:
    periods = sheet(
        "Periods",
        ["Period", "Start", "Months"],
        ["2026-H1", dt.date(2026, 1, 1), 6],
        ["2026-H2", dt.date(2026, 7, 1), 6],
    )
    demand = sheet("Demand", ["Segment", "Material", "2026"], ["S", "Oxide", 0], at_row=7, at_column=6)
    case = case_from_raw("c", [periods, MATERIALS, demand])
    row = case.rows("Demand")[0]
    assert case.address("Demand", row, "material") == "Demand!G8"
    assert case.address("Demand", row, None, "2026-H2") == "Demand!H8"
    assert case.address("Demand", None, "segment") == "Demand!F7"
    assert ("demand-zero", "Demand!F8") in [(p.code, p.address) for p in check(case)]


def test_addresses_of_a_csv_file(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    row = case.rows("Export Controls")[0]
    assert case.address("Export Controls", row, "end_use") == "export_controls.csv:2 (End Use)"
    assert case.address("Export Controls", row, None, "2026-H2") == "export_controls.csv:2 (2026)"
    assert case.address("Export Controls", row, None, "2028-29") == "export_controls.csv:2 (2028)"
    assert case.address("Export Controls", None) == "export_controls.csv:1"


def test_addresses_of_frames() -> None:
    case = Case.from_tables(
        {
            "Materials": pd.DataFrame({"material": ["Oxide"], "stage": ["Separated"]}),
            "Demand": pd.DataFrame(
                {"segment": ["S", None], "material": ["Oxide", "Oxide"], "2026": [1, -1], "2027": [1, 1]}
            ),
        }
    )
    row = case.rows("Demand")[0]
    assert case.address("Demand", row, "priority") == "Demand, S / Oxide, Priority"
    assert case.address("Demand", row, None, "2027") == "Demand, S / Oxide, 2027"
    cells = [(p.code, p.address) for p in case.problems if p.table == "Demand"]
    assert cells == [("cell-empty", "Demand, Oxide, Segment"), ("too-small", "Demand, Oxide, 2026")]
