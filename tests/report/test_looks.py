"""How sheets look: widths that fit, headers over their cells, dates as dates, and a sensible number of pages."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from model.excel.page import Book
from model.excel.write import write_problems_workbook
from model.problems import Problem
from model.report.shape import Show, frame_of, mark, musd, text
from model.report.sheet import Sheet, fitted
from model.rolling.template import write_form
from tests.rules.micro import case, need, offer


@pytest.mark.parametrize(
    ("words", "width"),
    [(["", None], 10), (["x" * 18], 20), (["x" * 100], 30)],  # header, texts, half as wide again
    ids=["empty", "fits", "long"],
)
def test_a_column_of_texts_is_as_wide_as_it_needs(words: list[object], width: float) -> None:
    assert fitted(text("supplier", 20), words).width == width
    assert fitted(mark("supplier", 20), words).width == 20


def _sheet(tmp_path: Path) -> openpyxl.worksheet.worksheet.Worksheet:
    shows = (text("source", 20), mark("kind"), musd("cost"), Show("value", "any"))
    rows = [
        ("word " * 20, "Bid", 1.0, dt.date(2027, 1, 1)),
        ("short", "Bid", -0.001, 3.5),
        ("short", "Bid", "no plan exists", 1.0),
    ]
    book = Book("x")
    s = Sheet(book, "S", "A title " * 30, "Sentence.", wide=100)
    top = s.row
    s.table("T", shows, frame_of(shows, rows))
    s.finish(printed=top)
    book.save(tmp_path / "x.xlsx")
    return openpyxl.load_workbook(tmp_path / "x.xlsx")["S"]


def test_a_table_is_laid_out_to_be_read(tmp_path: Path) -> None:
    ws = _sheet(tmp_path)
    head, first, second, third = _rows(ws)
    assert [c.alignment.horizontal for c in head] == ["left", "center", "right", "left"]
    assert first[0].alignment.wrap_text
    assert ws.row_dimensions[first[0].row].height > 40
    assert not second[0].alignment.wrap_text
    assert (first[3].number_format, second[3].number_format) == ("yyyy-mm-dd", "General")
    assert first[2].number_format.startswith("#,##0.00_ ;-")
    assert second[2].number_format.startswith("#,##0.00_ ;#")  # 0.00 without a minus
    assert third[2].font.i  # a status among figures
    assert third[2].alignment.horizontal == "center"
    assert ws.print_area == f"'S'!$A$1:$D${head[0].row - 1}"
    assert max(len(str(ws.cell(r, 1).value or "")) for r in range(1, head[0].row)) <= 60  # the title is broken


def _rows(ws: openpyxl.worksheet.worksheet.Worksheet) -> list[tuple[openpyxl.cell.cell.Cell, ...]]:
    return list(ws[ws.tables["T"].ref])


def test_inputs_are_looked_up_on_the_screen_and_their_notes_printed(written: Path) -> None:
    ws = openpyxl.load_workbook(written)["Inputs Used"]
    table = ws[ws.tables["InputsUsed"].ref]
    assert int(ws.print_area.rpartition("$")[2]) < table[0][0].row
    dates = [row[3] for row in table[1:] if row[2].value in ("Start", "Base Date")]
    assert dates
    assert {c.number_format for c in dates if c.is_date or isinstance(c.value, float)} == {"yyyy-mm-dd"}
    tables = [row[0].value for row in table[1:]]
    assert tables == sorted(tables, key=list(dict.fromkeys(tables)).index)  # defaults stand with the settings


def test_lists_and_forms_print_on_one_width(tmp_path: Path) -> None:
    write_problems_workbook(
        [Problem("error", "x", "Offers!A4", "a sentence")], tmp_path / "c.xlsx", tmp_path / "p.xlsx"
    )
    write_form(tmp_path / "f.xlsx", case(offers=[offer()], demand=[need(p2026=1)]), dt.date(2026, 7, 1), None, ())
    for name, sheet in (("p.xlsx", "Problems"), ("f.xlsx", "Read Me")):
        ws = openpyxl.load_workbook(tmp_path / name)[sheet]
        assert (ws.page_setup.orientation, ws.page_setup.paperSize) == ("landscape", 9)
        assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert max(len(str(ws.cell(r, 1).value or "")) for r in range(1, ws.max_row + 1)) <= 110
