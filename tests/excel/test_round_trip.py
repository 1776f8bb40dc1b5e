"""Workbook to folder and back: everything that the schema declares is kept, and what is not is said."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from model.case.build import case_from_raw
from model.case.load import load, load_with_problems
from model.errors import CaseError, StoreError
from model.excel.convert import convert, write_case_folder
from model.excel.write import write_case_workbook
from model.schema.column import Column, Table
from model.schema.raw import RawTable, column_letter
from model.schema.tables import TABLES
from model.schema.values import tidy
from tests.excel.same import assert_same
from tests.excel.workbooks import errors, sheets, told, workbook

ODD = ["NA", "=1+1", "1.50", "1e5", "007", "2026-07-01", "TRUE", "_x0041_", "<r>a</r>", "a,b", 'a"b', "a;b", "#N/A"]
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
TEXTS = st.text(LETTERS, min_size=1, max_size=12).map(tidy).filter(bool) | st.sampled_from(ODD)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(max(low, -1e12), min(high, 1e12), allow_nan=False) | st.integers(
        int(max(low, 0)), int(min(high, 10**6))
    ).map(float)


def cells(c: Column) -> st.SearchStrategy[Any]:
    """Give values that a cell of the column may hold; names are made as they come, see `tables`."""
    if c.kind == "choice":
        return st.sampled_from(c.choices)
    if c.kind == "yes_no":
        return st.booleans()
    if c.kind == "date":
        return st.dates(dt.date(1990, 1, 1), dt.date(2150, 1, 1))
    if c.kind == "integer":
        return st.integers(int(max(c.low, 0)), int(min(c.high, 10**6)))
    if c.kind in ("number", "number_or_series"):
        return numbers(c.low, c.high)
    return TEXTS


@st.composite
def raw_tables(draw: st.DrawFn, table: Table) -> RawTable:
    """Give a raw table with any subset of its columns filled, blank cells, excluded rows and a column of its own."""
    columns = [c for c in table.all_columns if c.kind != "reference"]
    headers: dict[int, object] = dict(enumerate([c.title for c in columns], 1))
    if table.periods:
        headers |= {len(headers) + 1: "2026", len(headers) + 2: "2027"}
    headers[len(headers) + 1] = "Our Own"
    rows = []
    for number in range(2, 2 + draw(st.integers(1, 4))):
        row: dict[int, object] = {1: f"{draw(TEXTS)} {number}"}
        for at, c in list(enumerate(columns, 1))[1:]:
            if draw(st.booleans()):
                row[at] = draw(cells(c))
        for at, header in headers.items():
            if header in ("2026", "2027") and table.periods and draw(st.booleans()):
                row[at] = draw(numbers(table.periods.low, min(table.periods.high, 1.0)))
            elif header == "Our Own" and draw(st.booleans()):
                row[at] = draw(TEXTS | numbers(-1e9, 1e9))
        rows.append((number, row))
    return RawTable(table, "frame", table.name, 1, headers, rows)


@settings(max_examples=5)
@given(st.data())
@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if t.columns[0].kind == "text"])
def test_any_table_comes_back_from_both_forms(name: str, data: st.DataObject) -> None:
    case = case_from_raw("any", [data.draw(raw_tables(TABLES[name]))])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_case_workbook(case, place / "a.xlsx")  # named "any", as below
        first = load_with_problems(place / "a.xlsx")
        write_case_folder(first, place / "csv")
        second = load_with_problems(place / "csv")
        write_case_workbook(replace(second, name="any"), place / "b.xlsx")
        third = load_with_problems(place / "b.xlsx")
        assert_same(case, first)
        assert_same(case, second)
        assert_same(case, third)
        assert (place / "a.xlsx").read_bytes() == (place / "b.xlsx").read_bytes()


def full(folder: Path) -> Path:
    """Give a workbook with references, an excluded row, a blank beside a zero, an own column and an own sheet."""
    content = sheets()
    content["Offers"][0] += ["Status", "Notes", "Our Code"]
    content["Offers"][1] += ["Exclude", "left out", 7]
    content["Offers"][2] += ["Include", None, "x"]
    content["Demand"][2][2], content["Demand"][2][3] = 0, None
    content["Dashboard"] = [["=1+1"]]

    def change(book: Any) -> None:
        book["Offers"]["D2"].comment = Comment("ask again", "planner")

    (folder / "full.xlsx").write_bytes(workbook(content, change))
    return folder / "full.xlsx"


def test_convert_there_and_back(tmp_path: Path) -> None:
    source = full(tmp_path)
    notes = convert(source, tmp_path / "folder")
    assert ("unknown-sheet", "Dashboard", "sheet 'Dashboard' is not part of a case and is not read") in told(notes)
    assert ("not-kept-formulas", "Dashboard", "1 formulas are not kept; the values that they gave are") in told(notes)
    assert ("not-kept-formats", "", "formats, comments, pictures and charts of full.xlsx are not kept") in told(notes)
    assert convert(tmp_path / "folder", tmp_path / "back.xlsx") == []
    assert_same(load(source), load(tmp_path / "folder"))
    assert_same(load(source), load(tmp_path / "back.xlsx"))
    offers = (tmp_path / "folder" / "offers.csv").read_text(encoding="utf-8").splitlines()
    assert offers[0] == "Offer,Supplier,Material,Price (USD/kg),Available to Us (t/y),Status,Notes,Our Code"
    assert offers[1] == "A1,Alpha,Dy Oxide,400,12,Exclude,left out,7"
    demand = (tmp_path / "folder" / "demand.csv").read_text(encoding="utf-8").splitlines()
    assert demand[2] == "Motors,NdPr Oxide,0,"
    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx")["Offers"]
    own = column_letter(len(TABLES["Offers"].all_columns) + 1)
    assert (sheet[f"{own}3"].value, sheet[f"{own}4"].value) == (7, "x")


def test_convert_replaces_an_earlier_folder_whole(tmp_path: Path) -> None:
    source = full(tmp_path)
    convert(source, tmp_path / "folder")
    (tmp_path / "folder" / "lanes.csv").write_text("From Place\n", encoding="utf-8")
    convert(source, tmp_path / "folder")
    assert not (tmp_path / "folder" / "lanes.csv").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "full.xlsx"]


def test_convert_does_not_touch_a_folder_of_other_things(tmp_path: Path) -> None:
    source = full(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.doc").write_text("years of work", encoding="utf-8")
    with pytest.raises(StoreError, match=r"holds 'thesis.doc', which is not a table of a case; give a new folder"):
        convert(source, tmp_path / "folder")
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["thesis.doc"]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("full.xlsx", "is the case itself; give another name"),
        ("other.xlsm", "a case is written as .xlsx or as a folder"),
        ("none/deeper/out.xlsx", "can not be written"),
    ],
)
def test_convert_refuses_other_targets(tmp_path: Path, target: str, sentence: str) -> None:
    source = full(tmp_path)
    before = source.read_bytes()
    with pytest.raises(StoreError, match=sentence):
        convert(source, tmp_path / target)
    assert source.read_bytes() == before


def test_convert_refuses_a_case_with_errors(tmp_path: Path) -> None:
    content = sheets()
    content["Demand"][1][2] = "many"
    (tmp_path / "case.xlsx").write_bytes(workbook(content))
    with pytest.raises(CaseError) as caught:
        convert(tmp_path / "case.xlsx", tmp_path / "folder")
    assert errors(list(caught.value.problems)) == [
        ("not-a-number", "Demand!C2", "Quantity 2026: expected a number, found 'many'")
    ]
    assert not (tmp_path / "folder").exists()
