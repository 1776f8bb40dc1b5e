"""The bid sheet of one supplier as a workbook: what is wanted, how to fill it, and the cells to fill."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.bids.form import Asked, bid_table, for_supplier, prefilled
from model.case.case import Case
from model.excel.layout import COLOURS, SheetColumn, as_column
from model.excel.lists import Lists
from model.excel.page import Book, Page
from model.excel.sheets import write_sheet
from model.schema.column import Table

FIRST_PAGE = "Read Me"
SIGNED = ("Bid made by", "Date", "Signature")
_SPARE = 3
_STEPS = (
    "Fill one row of sheet Bid for each thing that you can offer. A row that is left as it is is no bid.",
    "Point at a header to see what it means, its unit, and what a blank means. Prices are in the unit of the header.",
    "Below each period stand the tonnes that you can hand over in that period; a blank is none.",
    "Site is where you hand over: your own place if it is blank, or one of the list.",
    "For a second price, origin or place of the same material, use a further row with a further Line.",
    "Say where the material is mined, separated, reduced and made into magnets; what stays blank counts as unknown.",
    "Do not change Supplier, RFQ and Round. Own sheets are allowed; they are not read. Save as .xlsx and send it back.",
)


def bid_workbook(case: Case, asked: Asked, supplier: str) -> bytes:
    """Return the bid sheet of a supplier; it holds nothing of any other supplier. Equal cases give equal bytes."""
    table = for_supplier(case, bid_table(), asked, supplier)
    rows = prefilled(asked, supplier)
    book = Book(f"Bid sheet {asked.rfq}, round {asked.round}")
    _write_request(book, case, asked, supplier)
    labels = [p.label for p in case.timeline.periods]
    blank = [dict.fromkeys(("supplier", "rfq", "round")) for _ in range(_SPARE)]
    columns = _columns(table, [*rows, *blank], labels)
    lists = Lists({})
    write_sheet(book, table, columns, len(rows) + _SPARE, lists)
    lists.write(book)
    return book.content()


def _columns(table: Table, rows: Sequence[object], labels: Sequence[str]) -> list[SheetColumn]:
    assert table.periods is not None
    values = {c.name: [r.get(c.name) for r in rows if isinstance(r, dict)] for c in table.columns}
    own = [SheetColumn(c.header, "required" if c.required else "optional", values[c.name], c) for c in table.columns]
    periods = [SheetColumn(h, "period", [], as_column(table.periods)) for h in labels]
    return own + periods + [SheetColumn(c.header, "common", [], c) for c in table.common]


def _write_request(book: Book, case: Case, asked: Asked, supplier: str) -> None:
    page = book.page(FIRST_PAGE)
    page.sheet.hide_gridlines(2)
    bold = book.format(bold=True)
    page.text(0, 0, f"Request for quotation {asked.rfq}", book.format(bold=True, font_size=16, font_color="#17415A"))
    facts: list[tuple[str, str]] = [("Supplier", supplier), ("Round", str(asked.round))]
    facts += [("Reply by", asked.reply_by.isoformat())] if asked.reply_by else []
    row = 2
    for name, value in facts:
        page.text(row, 0, name, bold)
        page.text(row, 1, value)
        row += 1
    row = _write_wanted(book, page, case, asked, row + 1)
    for number, step in enumerate(_STEPS, 1):
        page.text(row, 0, f"{number}. {step}")
        row += 1
    row += 1
    line = book.format(bottom=1)
    for name in SIGNED:
        page.text(row, 0, name, bold)
        page.blank(row, 1, line)
        page.blank(row, 2, line)
        row += 2
    for at, width in enumerate((24, 22, 12)):
        page.sheet.set_column(at, at, width)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)


def _write_wanted(book: Book, page: Page, case: Case, asked: Asked, row: int) -> int:
    """Write what is wanted in t by period and return the next free row."""
    periods = [p for p in case.timeline.periods if any(w.tonnes[p.index] > 0 for w in asked.wanted)]
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=COLOURS["required"], border=1, border_color="#D0D0D0")
    cell = book.format(border=1, border_color="#D0D0D0")
    number = book.format(border=1, border_color="#D0D0D0", num_format="#,##0.##")
    page.text(row, 0, "What is wanted, in t of each period", book.format(bold=True, font_color="#17415A"))
    for at, words in enumerate(("Material", "Wanted at", "End use", *(p.label for p in periods))):
        page.text(row + 1, at, words, head)
    for n, w in enumerate(asked.wanted, row + 2):
        page.text(n, 0, w.material, cell)
        page.text(n, 1, w.site or "", cell)
        page.text(n, 2, w.end_use, cell)
        for at, p in enumerate(periods, 3):
            page.number(n, at, float(w.tonnes[p.index]), number)
    return row + 3 + len(asked.wanted)


def file_name(asked: Asked, supplier: str) -> str:
    """Return the name of a supplier's file; letters and digits of any script stay, the rest becomes a dash."""
    words = [re.sub(r"[^\w]+", "-", word).strip("-") for word in (asked.rfq, f"R{asked.round}", supplier)]
    return "_".join(["bid", *(w or "x" for w in words)]) + ".xlsx"
