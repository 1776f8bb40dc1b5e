"""A case with a request for quotation, and the way in which a supplier fills a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import run, write_case

__all__ = ["run"]
CHINESE, OTHER = "贝塔 Ltd.", "Alpha & Sons"
TABLES: dict[str, list[list[object]] | None] = {
    "periods": [
        ["Period", "Start", "Months"],
        ["2026-H1", "2026-01-01", 6],
        ["2026-H2", "2026-07-01", 6],
        ["2027", "2027-01-01", 12],
    ],
    "demand": [["Segment", "Material", "End Use", "2026", "2027"], ["Coatings", "Y Oxide", "Civil", 50, 60]],
    "materials": [["Material", "Stage"], ["Y Oxide", "Separated"], ["Dy Oxide", "Separated"]],
    "suppliers": [["Supplier", "Country"], [OTHER, "China"], [CHINESE, "Estonia"], ["Gamma", "Brazil"]],
    "series": [["Series", "Unit", "2026", "2027"], ["Alpha secret price", "USD/kg", 20, 21.5]],
    "requests": [
        ["RFQ", "Material", "End Use", "Reply By", "2026", "2027"],
        ["Y-26", "Y Oxide", "Civil", "2026-02-01", 50, 60],
    ],
    "invitations": [
        ["RFQ", "Supplier", "Last Round"],
        ["Y-26", OTHER, ""],
        ["Y-26", CHINESE, ""],
        ["Y-26", "Gamma", 1],
    ],
    "offers": [
        ["Offer", "Supplier", "Material", "Price (USD/kg)", "Available to Us (t/y)", "Mined In", "Separated In"],
        ["A-1", OTHER, "Y Oxide", "Alpha secret price", 40, "China", "China"],
        ["B-2", CHINESE, "Y Oxide", 35.125, 100, "Brazil", "Estonia"],
    ],
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path / "case", TABLES)


def fill(path: Path, *rows: Mapping[str, object]) -> Path:
    """Fill the rows of a bid sheet, the first in row 3, by header without unit."""
    book = load_workbook(path)
    sheet = book["Bid"]
    at = {str(c.value).partition(" (")[0]: c.column for c in sheet[2] if c.value is not None}
    for number, row in enumerate(rows, 3):
        for header, value in row.items():
            sheet.cell(number, at[header], value)
    book.save(path)
    return path


def cell(path: Path, header: str, row: int = 3) -> str:
    """Return the address of a cell of a bid sheet."""
    sheet = load_workbook(path)["Bid"]
    letter = next(c.column_letter for c in sheet[2] if str(c.value).partition(" (")[0] == header)
    return f"[{path.name}]Bid!{letter}{row}"
