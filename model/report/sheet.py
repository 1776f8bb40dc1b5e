"""One sheet of the result workbook: a title, a sentence on what one sees, tables below each other, ready to print."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs

from model.excel.layout import LINE
from model.excel.page import Book, Page
from model.report.shape import Formula, Show

HEAD = "#17415A"
_NUMBERS = {
    "tonnes": '#,##0.0_ ;-#,##0.0_ ;"–"_ ',
    "money": '#,##0.00_ ;-#,##0.00_ ;"–"_ ',
    "price": "#,##0.00_ ",
    "share": "0.0%_ ",
    "number": "#,##0_ ",
    "date": "yyyy-mm-dd",
    "any": "General",
}
# Kind of the numbers of a row that carries its own unit.
_BY_UNIT = {
    "share": "share",
    "sources": "number",
    **dict.fromkeys(("offers", "suppliers", "sites", "lanes", "recipes", "projects"), "number"),
    **dict.fromkeys(("orders", "contracts", "qualifications", "substitutes"), "number"),
    "MUSD": "money",
    "units": "number",
    "number": "number",
}
_WORDS = ("text", "open", "wrapped", "any")
_MIDDLE = ("mark", "date", "step")
_INDENTED = ("text", "wrapped")
_UNSIGNED = {"tonnes": 0.05, "money": 0.005}  # what is shown as 0.0 has no minus
_PALE = "#7A5A00"  # of a status that stands where a figure would
_BROKEN = ("text", "wrapped")  # what does not fit goes on in the next line of its cell
_WIDER, _NARROWEST = 1.5, 8.0
_A3, _A4 = 8, 9  # as Excel numbers them
_WIDE = 220  # characters: on A4 smaller print than can be read
_STEPS = {"Permit": "#F4D58D", "Permit held": "#FBEFD0", "Building": "#E8A87C", "Runs": "#8FC1A9"}
_GOOD, _BAD = {"bg_color": "#D5EBD8", "font_color": "#1E5631"}, {"bg_color": "#F8CBAD", "font_color": "#9C1C00"}


@dataclass(frozen=True)
class Placed:
    """Where a table stands, for the formulas and charts that look at it. Rows and columns count from 0."""

    sheet: str
    first: int
    last: int
    columns: dict[str, int]

    def cells(self, name: str, first: int | None = None, last: int | None = None) -> str:
        """Return a column's cells, or some of them, as an absolute reference with its sheet."""
        c = self.columns[name]
        low, high = self.first + (first or 0), self.last if last is None else self.first + last
        return f"'{self.sheet}'!{xl_range_abs(low, c, high, c)}"


class Sheet:
    """A sheet being written; `row` is the next free one, counted from 0."""

    def __init__(self, book: Book, name: str, title: str, sentence: str, wide: int = 150) -> None:
        self.book, self.page, self.name = book, book.page(name), name
        self.row = 0
        self._widths: dict[int, float] = {}
        self._broken: list[tuple[int, int, str]] = []  # row, column, text of cells that may need several lines
        # A title that ran past the paragraph below it would make the printed page wider, and everything on it smaller.
        for piece in textwrap.wrap(title, max(wide * 3 // 5, 40)):
            self.line(piece, bold=True, font_size=14, font_color=HEAD)
        self.paragraph(sentence, wide, font_color="#404040")
        self.row += 1

    # ---- words ----------------------------------------------------------------------------------------------------

    def line(self, words: str, **look: Any) -> None:
        """Write one line in column A; it runs on over the empty cells beside it."""
        self.page.text(self.row, 0, words, self.book.format(**look))
        self.row += 1

    def paragraph(self, words: str, wide: int, **look: Any) -> None:
        """Write a text as lines of at most `wide` characters, so that no row depends on a program's way of wrapping."""
        for piece in textwrap.wrap(words, wide) or [""]:
            self.line(piece, **look)

    # ---- tables ---------------------------------------------------------------------------------------------------

    def table(
        self,
        name: str,
        shows: Sequence[Show],
        frame: pd.DataFrame,
        caption: str = "",
        *,
        freeze: int = 0,
        filtered: bool = True,
        column: int = 0,
        formulas: dict[tuple[int, int], Formula] | None = None,
    ) -> Placed:
        """Write a frame as an Excel Table and move on below it.

        Parameters
        ----------
        name : str
            Stable name of the Excel Table.
        caption : str
            A line above it; that nothing is in the table is added to it.
        freeze : int
            Number of key columns to freeze together with the header; 0 leaves the panes as they are.
        column : int
            First column.
        formulas : mapping of (row, column) to Formula
            Cells of the frame that are written as live formulas.
        """
        if caption:
            words = caption + ("" if len(frame) else " – none")
            self.page.text(self.row, column, words, self.book.format(bold=True, font_color=HEAD))
            self.row += 1
        shows = [fitted(s, list(values)) for s, (_, values) in zip(shows, frame.items(), strict=True)]
        top, rows = self.row, max(len(frame), 1)  # Excel has no table without a row
        self._header(name, (top, column, top + rows, column + len(shows) - 1), shows, filtered)
        self._cells(top + 1, column, shows, frame, formulas or {})
        for at, show in enumerate(shows, column):
            self._widths[at] = max(self._widths.get(at, 0), show.width)
        if freeze:
            self.page.sheet.freeze_panes(top + 1, column + freeze)
            self.page.sheet.repeat_rows(top)
        self.row = top + rows + 2
        return Placed(self.name, top + 1, top + rows, {s.name: column + at for at, s in enumerate(shows)})

    def _header(self, name: str, bounds: tuple[int, int, int, int], shows: Sequence[Show], filtered: bool) -> None:
        headers = _unique([s.header for s in shows])
        columns = [{"header": h, "header_format": self._head(s.kind)} for h, s in zip(headers, shows, strict=True)]
        self.page.table(bounds, {"name": name, "style": None, "autofilter": filtered, "columns": columns})
        # What stands above may have made a column wider than this table asks for.
        wide = [max(s.width, self._widths.get(at, 0)) for at, s in enumerate(shows, bounds[1])]
        tall = max(len(textwrap.wrap(h, max(int(w) - 2, 6))) for h, w in zip(headers, wide, strict=True))
        self.page.sheet.set_row(bounds[0], 5 + 14 * tall)

    def _head(self, kind: str) -> Any:
        """Return the format of a header, which stands over its cells: right over numbers, in the middle over marks."""
        return self.book.format(
            bold=True,
            font_color="#FFFFFF",
            bg_color=HEAD,
            text_wrap=True,
            valign="vcenter",
            border=1,
            border_color=LINE,
            align="center" if kind in _MIDDLE else "left" if kind in _WORDS else "right",
            indent=1 if kind in _INDENTED else 0,
        )

    def _cells(
        self, top: int, left: int, shows: Sequence[Show], frame: pd.DataFrame, formulas: dict[tuple[int, int], Formula]
    ) -> None:
        looks = [self.look(s.kind) for s in shows]
        names = [s.name for s in shows]
        unit = names.index("unit") if "unit" in names else -1
        for r, values in enumerate(frame.itertuples(index=False, name=None)):
            for c, (show, value) in enumerate(zip(shows, values, strict=True)):
                at = (top + r, left + c)
                look = self._step_look(value) if show.kind == "step" else looks[c]
                kind = _BY_UNIT.get(values[unit], "tonnes") if show.kind == "by unit" else show.kind
                if kind != show.kind:
                    look = self.look(kind)
                if kind in _UNSIGNED and isinstance(value, float) and -_UNSIGNED[kind] < value < 0:
                    look = self.look(kind, num_format=_NUMBERS[kind].replace("-#", "#"))
                elif isinstance(value, str) and kind in _NUMBERS and kind != "any":
                    words = {} if show.kind == "by unit" else {"italic": True, "font_color": _PALE}
                    look = self.look("mark", **words)
                elif show.kind == "any" and isinstance(value, dt.date):
                    look = self.look("date")
                if show.kind in _BROKEN and isinstance(value, str) and _lines(value, show.width) > 1:
                    look = self.look("wrapped")
                    self._broken.append((*at, value))
                write(self.page, *at, formulas.get((r, c), value), look)
        if not len(frame):
            for c, look in enumerate(looks):
                self.page.blank(top, left + c, look)

    def look(self, kind: str, **more: Any) -> Any:
        """Return the cell format of a kind of column."""
        base: dict[str, Any] = {"border": 1, "border_color": LINE, "valign": "top"}
        if kind in _NUMBERS:
            base["num_format"] = _NUMBERS[kind]
        if kind in _MIDDLE:
            base["align"] = "center"
        if kind in _INDENTED:
            base |= {"align": "left", "indent": 1}  # or a text touches the number before it
        if kind == "wrapped":
            base["text_wrap"] = True
        return self.book.format(**base | more)

    def _step_look(self, value: object) -> Any:
        words = str(value or "")
        colour = _STEPS.get("Runs" if words.startswith("Runs") else words)
        return self.look("step", bg_color=colour) if colour else self.look("step")

    # ---- colours that follow the cells -----------------------------------------------------------------------------

    def colour(self, placed: Placed, name: str, word: str, good: bool) -> None:
        """Colour the cells of a column that hold a word."""
        c = placed.columns[name]
        look = self.book.format(**(_GOOD if good else _BAD))
        self.page.sheet.conditional_format(
            placed.first, c, placed.last, c, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
        )

    def colour_above(self, placed: Placed, name: str, limit: float) -> None:
        """Colour the cells of a column that are above a number."""
        c = placed.columns[name]
        self.page.sheet.conditional_format(
            placed.first,
            c,
            placed.last,
            c,
            {"type": "cell", "criteria": ">", "value": limit, "format": self.book.format(**_BAD)},
        )

    def signatures(self, who: Sequence[str]) -> None:
        """Write a line to sign on for each, with name, signature and date."""
        for at, words in ((0, ""), (2, "Name"), (5, "Signature"), (9, "Date")):
            self.page.text(self.row, at, words, self.book.format(font_color="#7F7F7F", font_size=9))
        line = self.book.format(bottom=1)
        for words in who:
            self.row += 1
            self.page.sheet.set_row(self.row, 30)
            self.page.text(self.row, 0, words, self.book.format(bold=True, valign="bottom"))
            for column in (2, 3, 5, 6, 7, 9, 10):
                self.page.blank(self.row, column, line)
        self.row += 2

    # ---- the end --------------------------------------------------------------------------------------------------

    def finish(self, *, landscape: bool = True, one_page: bool = False, printed: int | None = None) -> None:
        """Set widths and how the sheet is printed; `printed` is the number of rows that are, by default all."""
        sheet = self.page.sheet
        for column, width in self._widths.items():
            sheet.set_column(column, column, width)
        tall: dict[int, int] = {}
        for row, column, words in self._broken:
            tall[row] = max(tall.get(row, 1), _lines(words, self._widths[column]))
        for row, lines in tall.items():
            if lines > 1:
                sheet.set_row(row, 13.5 * lines)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(_A3 if sum(self._widths.values()) > _WIDE else _A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 1 if one_page else 0)
        if printed is not None:
            sheet.print_area(0, 0, printed - 1, max(self._widths))
        sheet.hide_gridlines(2)
        sheet.set_footer("&L&8&A&R&8Page &P of &N")

    def width(self, column: int, width: float) -> None:
        """Set the width of a column, whatever its tables ask for."""
        self._widths[column] = width


def write(page: Page, row: int, column: int, value: Any, look: Any) -> None:
    """Write a value in its own kind; texts stay texts, what is missing stays blank."""
    if isinstance(value, Formula):
        page.formula(row, column, value.text, value.value, look)
    elif isinstance(value, str):
        page.text(row, column, value, look) if value else page.blank(row, column, look)
    elif value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        page.blank(row, column, look)
    elif isinstance(value, bool):
        page.text(row, column, "Yes" if value else "No", look)
    elif isinstance(value, dt.date):
        page.date(row, column, value, look)
    else:
        page.number(row, column, float(value) + 0.0, look)


def _lines(words: str, width: float) -> int:
    """Return in how many lines a text stands in a cell: letters are narrower than the digits that widths count."""
    return len(textwrap.wrap(words, int(1.15 * width)))


def fitted(show: Show, values: Iterable[Any]) -> Show:
    """Return a column of texts as wide as its texts ask for: narrower than declared, or up to half as wide again.

    Other columns are as wide as they are declared.
    """
    if show.kind != "text":
        return show
    longest = max((len(v) for v in values if isinstance(v, str)), default=0) + 2
    # A header breaks between words only, into three lines at most.
    header = max((*(len(w) for w in show.header.split()), -(-len(show.header) // 3))) + 2
    width = max(min(longest, show.width * _WIDER), header, _NARROWEST)
    return dataclasses.replace(show, width=float(width))


def _unique(headers: Sequence[str]) -> list[str]:
    """Return headers that differ in more than capitals, as an Excel Table needs them: a period may be called Total."""
    seen: dict[str, int] = {}
    out = []
    for h in headers:
        seen[h.casefold()] = n = seen.get(h.casefold(), 0) + 1
        out.append(h if n == 1 else f"{h} ({n})")
    return out
