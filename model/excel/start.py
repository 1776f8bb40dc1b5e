"""The first sheet: what to do, in plain words, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence

from model.excel.layout import COLOURS, INPUT, LINE, MEANINGS
from model.excel.page import Book
from model.schema.column import Table

ENOUGH = ("Settings", "Materials", "Offers", "Demand", "Lanes")
"""The tables that suffice for a case."""
_STEPS = (
    "Fill the yellow cells. Five sheets are enough to begin: Settings, Materials, Offers, Demand and Lanes.",
    "Point at a header to see what it means, its unit, the range allowed and what a blank means.",
    "Headers in dark blue must be filled in every row. A blank is read as zero only where the note says so.",
    "Years run across: one column per year or period, quantities per year. To add one, insert a column.",
    "To leave a row out, open the group at the right (the + above the columns) and set Status to Exclude.",
    "Leave all other sheets empty until you need them: a sheet without rows counts as not there (see below).",
    "Own columns and own sheets are allowed. They are not used.",
    "Save as .xlsx. Then: python run.py check YOUR_FILE.xlsx   and   python run.py YOUR_FILE.xlsx",
)


def write_start(book: Book, title: str, tables: Sequence[Table]) -> None:
    """Write the sheet `Start`; call it before all others."""
    page = book.page("Start")
    sheet = page.sheet
    sheet.hide_gridlines(2)
    for at, width in enumerate((4, 24, 64, 14, 86)):
        sheet.set_column(at, at, width)
    plain, wrapped = book.format(valign="top"), book.format(valign="top", text_wrap=True)
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=COLOURS["required"], valign="vcenter")
    page.text(0, 0, title or "Planning case", book.format(bold=True, font_size=16, font_color=COLOURS["required"]))
    page.text(
        1,
        0,
        "A planning case for Yttria: what can be bought, moved, made, built and held, and what is needed.",
        book.format(italic=True, font_color="#404040"),
    )
    row = 3
    for number, step in enumerate(_STEPS, 1):
        page.number(row, 0, number, book.format(bold=True, align="center", valign="top"))
        page.text(row, 1, step, plain)
        row += 1
    row += 1
    page.text(row, 1, "Colours", book.format(bold=True))
    page.text(row + 1, 1, "input cell", book.format(bg_color=INPUT, border=1, border_color=LINE))
    page.text(row + 1, 2, "yours to fill or change", plain)
    row += 2
    for role, meaning in MEANINGS.items():
        colour = book.format(bold=True, font_color="#FFFFFF", bg_color=COLOURS[role])
        page.text(row, 1, f"{'grouped' if role == 'common' else role} column", colour)
        page.text(row, 2, meaning, plain)
        row += 1
    row += 1
    for at, word in enumerate(("Sheet", "One row is", "Needed", "Without rows"), 1):
        page.text(row, at, word, head)
    link = book.format(font_color="#0B5394", underline=1, valign="top")
    for table in tables:
        row += 1
        page.link(row, 1, f"internal:'{table.name}'!A1", table.name, link)
        page.text(row, 2, table.row_is, wrapped)
        page.text(row, 3, "yes" if table.needed else ("to begin with" if table.name in ENOUGH else ""), plain)
        page.text(row, 4, table.absent or "the case is refused", wrapped)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_tab_color("#E0A800")
