"""`write_results`: the result workbook. Its sheets, tables and columns are a documented interface."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.errors import StoreError
from model.excel.page import Book
from model.excel.replace import write_bytes
from model.plan import CASH_KINDS, Plan
from model.report import inputs
from model.report.about import write_about
from model.report.checks import write_checks
from model.report.contents import landed_sheet, sheets_of
from model.report.costs import cost_rows_table, costs_table, write_costs
from model.report.fiscal import cash_plan_table, shares_table, write_cash_plan
from model.report.sheet import Placed, Sheet
from model.report.specs import SheetSpec, TableSpec
from model.report.story import Story
from model.report.summary import service_chart, stock_chart, write_summary
from model.report.view import View

_log = logging.getLogger("model")
_TRIES = 20


def write_results(
    path: Path, case: Case, plan: Plan, as_is: Plan | None = None, about: Mapping[str, Any] | None = None
) -> Path:
    """Write the result workbook.

    Parameters
    ----------
    path : Path
        Where to; an earlier file there is replaced at once or not at all.
    case, plan : Case, Plan
        The case and its plan.
    as_is : Plan, optional
        As Is, to compare with.
    about : mapping, optional
        What varies between equal runs (run id, time, seconds, versions, command); it is shown on sheet About only, so
        that every other part of the file is the same to the byte for the same case and plan.

    Returns
    -------
    Path
        Where it was written: `path`, or a numbered name beside it if that file is open elsewhere.

    Raises
    ------
    StoreError
        If it can not be written, or the plan is not one of the case.
    """
    return _put(path, results_content(case, plan, as_is, about))


def result_tables(case: Case, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the tables of the result workbook as frames, by the name of their Excel Table, for notebooks and tests."""
    view = View(case, plan)
    return _frames(view, sheets_of(view))


def _frames(view: View, sheets: list[SheetSpec]) -> dict[str, pd.DataFrame]:
    costs = costs_table(view)
    cash = costs["kind"].isin(CASH_KINDS)
    out = {table.name: table.frame for sheet in (*sheets, landed_sheet(view)) for table in sheet.tables}
    return out | {
        "Costs": costs[cash].reset_index(drop=True),
        "Valued": costs[~cash].reset_index(drop=True),
        "CostRows": cost_rows_table(view),
        "CashPlan": cash_plan_table(view),
        "FiscalShares": shares_table(view),
        "InputsUsed": inputs.inputs_table(view.case),
        "Notes": inputs.notes_table(view.case),
    }


def results_content(case: Case, plan: Plan, as_is: Plan | None = None, about: Mapping[str, Any] | None = None) -> bytes:
    """Return the result workbook as bytes; see `write_results`."""
    story = Story(case, plan, as_is)
    view = story.view
    title = str(case.settings["case_title"] or case.name)
    book = Book(f"Plan for {title}")
    summary = Sheet(
        book,
        "Summary",
        title,
        "The plan on one page. What each sheet shows stands at its top, units and how to read them on sheet About.",
        wide=200,
    )
    placed: dict[str, Placed] = {}
    sheets = sheets_of(view)
    frames = _frames(view, sheets)
    for spec in sheets:
        _write_sheet(book, story, spec, placed)
    placed |= write_costs(book, view)
    placed |= write_cash_plan(book, view, placed)
    _write_sheet(book, story, landed_sheet(view), placed)
    placed["Checks"] = write_checks(book, view, placed, frames)
    _write_inputs(book, frames)
    write_about(book, view, about or {})
    write_summary(summary, book, story, placed)
    return book.content()


def _write_sheet(book: Book, story: Story, spec: SheetSpec, placed: dict[str, Placed]) -> None:
    if not spec.asked:
        return
    s = Sheet(book, spec.name, spec.title, spec.sentence)
    for words in spec.headlines:
        s.paragraph(words, 150)
    s.row += 1 if spec.headlines else 0
    _write_tables(book, s, story, spec.asked, placed)
    if spec.signed:
        s.signatures(spec.signed)
    s.finish()


def _write_tables(book: Book, s: Sheet, story: Story, tables: tuple[TableSpec, ...], placed: dict[str, Placed]) -> None:
    for t in tables:
        placed[t.name] = s.table(t.name, t.shows, t.frame, t.caption, freeze=t.freeze, filtered=t.filtered)
        _colours(s, t.name, placed[t.name])
        if t.name == "DemandByPeriod":
            service_chart(book, s, placed, (s.row, 0), (760, 320))
            s.row += 18
        if t.name == "Stockpiles":
            stock_chart(book, s, story, placed, (s.row, 0), (760, 320))
            s.row += 18


def _colours(s: Sheet, name: str, table: Placed) -> None:
    """Colour what a reader looks for: who goes short, what is missed, what binds."""
    for column in ("short", "short_civil", "short_military", "short_of_target", "missed_by"):
        if column in table.columns and name != "Shortages":
            s.colour_above(table, column, 0.001)
    if "binding" in table.columns:
        s.colour(table, "binding", "Yes", good=False)
    if "within" in table.columns:
        s.colour(table, "within", "No", good=False)


def _write_inputs(book: Book, frames: Mapping[str, pd.DataFrame]) -> None:
    s = Sheet(
        book,
        "Inputs Used",
        "Inputs used",
        "The case as it was understood: first what was noticed while reading it, then every figure with its "
        "place, source and confidence. Units are those in which the program computes; a share of 0.1 is 10 %. The figures are "
        "for looking up on the screen: only the notes are printed.",
    )
    s.table("Notes", inputs.NOTES, frames["Notes"], "Notes and warnings", filtered=False)
    printed = s.row
    s.table("InputsUsed", inputs.INPUTS, frames["InputsUsed"], "Figures")
    s.finish(printed=printed)


def _put(path: Path, content: bytes) -> Path:
    """Write the file; where it is locked, under the first numbered name that is not."""
    for n in range(1, _TRIES + 1):
        place = path if n == 1 else path.with_name(f"{path.stem} ({n}){path.suffix}")
        try:
            write_bytes(place, content)
        except StoreError as error:
            if not isinstance(error.__context__, PermissionError) or n == _TRIES or not path.parent.is_dir():
                raise
            continue
        if place != path:
            _log.warning("%s is open in another program; the results are in %s", path.name, place.name)
        return place
    raise StoreError(f"{path} can not be written")
