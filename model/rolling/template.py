"""The form for actuals as a workbook, with a row for all that is expected until the day of the roll."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.case.timeline import month_number
from model.excel.layout import SheetColumn
from model.excel.lists import Lists
from model.excel.page import Book
from model.excel.sheets import write_sheet
from model.report.view import View
from model.report.words import date_of
from model.rolling import owed
from model.rolling.actuals import Actuals
from model.rolling.choices import Choice
from model.rolling.compare import planned_stock
from model.rolling.forms import ACTUALS, FORM_DIGITS
from model.rolling.horizon import pieces_of
from model.rolling.licences import licences_left
from model.rolling.volumes import left_of
from model.schema.column import Table
from model.schema.tables import TABLES

_STEPS = (
    "Type the tonnes that were counted, delivered and are under way; what was planned stands beside them and is not read.",
    "Every stockpile needs its row in Actual Stock; type 0 where there is none. Lots of different origin or right have rows of "
    "their own.",
    "Actual Deliveries: one row per delivery, or one for all of them. What was due and did not come stays due, unless Shortfall "
    "says Cancelled. Delete rows under which nothing came.",
    "Actual In Transit: what has left and not arrived. Without rows nothing is under way.",
    "Actual Volumes: what was used of quotas, licensed volumes, markets, limits and contracts; what is blank went as planned.",
    "Actual Builds: only what did not go as decided.",
)


def write_form(path: Path, case: Case, to: dt.date, view: View | None, choices: Sequence[Choice]) -> None:
    """Write the form.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    book = Book(f"Actuals until {to}")
    page = book.page("Read Me")
    page.text(0, 0, f"Actuals until {to}", book.format(bold=True, font_size=16, font_color="#17415A"))
    lines = [piece for n, words in enumerate(_STEPS, 1) for piece in textwrap.wrap(f"{n}. {words}", 110)]
    for row, line in enumerate(lines, 2):
        page.text(row, 0, line)
    page.sheet.set_column(0, 0, 130)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.hide_gridlines(2)
    lists = Lists({})
    rows = expected(case, to, view, choices)
    for table in ACTUALS.values():
        shown = _with_names(case, table)
        columns = _columns(shown, rows.get(table.name, []))
        write_sheet(book, shown, columns, len(rows.get(table.name, [])) + 3, lists)
    lists.write(book)
    book.save(path)


def expected(case: Case, to: dt.date, view: View | None, choices: Sequence[Choice]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a form is filled with, by sheet: what is to be counted, delivered and under way."""
    at = month_number(to)
    stock = {} if view is None else planned_stock(view, at)
    taken: set[str] = set()
    promises = [*owed.committed(case), *(owed.accepted(view, choices, taken) if view is not None else [])]
    last = to - dt.timedelta(days=1)
    due: dict[str, float] = {}
    for p in promises:
        if p.due_by(at) > 1e-6:
            due[p.known_as] = due.get(p.known_as, 0.0) + p.due_by(at)
    sent = owed.under_way(view, at, taken) if view is not None else []
    came = tuple({"source": s, "date": last, "tonnes": q} for s, q in due.items())
    planned = Actuals((), came, None, ())
    pieces = pieces_of(case.timeline, to)
    volumes = left_of(case, at, pieces, planned, view, choices) if view is not None else []
    volumes += licences_left(case, at, pieces, planned, view)
    used = {(v.table, v.name): v.planned for v in reversed(volumes) if v.column != "least"}
    return {
        "Actual Volumes": [
            {"of_table": table, "name": name, "planned": _rounded(q)} for (table, name), q in reversed(used.items())
        ],
        "Actual Stock": [
            {
                **{c.name: getattr(r, c.name) for c in TABLES["Stockpiles"].columns if c.name.endswith("_in")},
                "site": r.site,
                "material": r.material,
                "planned": _rounded(stock.get((r.site, r.material))),
                "end_uses_allowed": r.end_uses_allowed,
            }
            for r in case.rows("Stockpiles")
        ],
        "Actual Deliveries": [{"source": s, "date": last, "planned": _rounded(q)} for s, q in due.items()],
        "Actual In Transit": [
            {
                **{k: v for k, v in p.values.items() if k in {c.name for c in ACTUALS["Actual In Transit"].columns}},
                "shipment": p.name,
                "arrives": max(to, date_of(min(a for a, _, _ in p.due))),
                "planned": _rounded(p.tonnes),
            }
            for p in sent
        ],
    }


def _rounded(tonnes: float | None) -> float | None:
    return None if tonnes is None else round(tonnes, FORM_DIGITS)


def _with_names(case: Case, table: Table) -> Table:
    """Return the declaration with the case's names in its drop-downs."""
    columns = []
    for c in table.columns:
        names = [str(getattr(r, TABLES[t].key[0])) for t in c.refers_to for r in case.rows(t)]
        also = tuple(dict.fromkeys((*c.also, *names)))
        columns.append(replace(c, refers_to=(), also=also) if c.kind == "reference" else c)
    return replace(table, columns=tuple(columns))


def _columns(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[SheetColumn]:
    own = [
        SheetColumn(c.header, "required" if c.required else "optional", [r.get(c.name) for r in rows], c)
        for c in table.columns
    ]
    return own + [SheetColumn(c.header, "common", [], c) for c in table.common]
