"""`write_results`: the result workbook. Its sheets, tables and columns are a documented interface and do not change between runs."""

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
from model.plan import Plan
from model.report import building, decisions, flows, inputs, origin, rulebook, service, sourcing, stocks
from model.report.about import write_about
from model.report.checks import write_checks
from model.report.costs import cost_rows_table, costs_table, write_costs
from model.report.shape import Show
from model.report.sheet import Placed, Sheet
from model.report.story import Story
from model.report.summary import service_chart, stock_chart, write_summary
from model.report.view import View
from model.rules.catalogue import CASH_KINDS

_log = logging.getLogger("model")
_TRIES = 20


def write_results(path: Path, case: Case, plan: Plan, as_is: Plan | None = None, about: Mapping[str, Any] | None = None) -> Path:
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
        What varies between equal runs (run id, time, seconds, versions, command); it is shown on sheet About only, so that
        every other part of the file is the same to the byte for the same case and plan.

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
    costs = costs_table(view)
    cash = costs["kind"].isin(CASH_KINDS)
    out = {name: frame for name, _, frame, _ in (spec for _, _, _, tables in _sheets(view) for spec in tables)}
    return out | {"Costs": costs[cash].reset_index(drop=True), "Valued": costs[~cash].reset_index(drop=True),
                  "CostRows": cost_rows_table(view), "InputsUsed": inputs.inputs_table(case), "Notes": inputs.notes_table(case)}


def results_content(case: Case, plan: Plan, as_is: Plan | None = None, about: Mapping[str, Any] | None = None) -> bytes:
    """Return the result workbook as bytes; see `write_results`."""
    story = Story(case, plan, as_is)
    view = story.view
    title = str(case.settings["case_title"] or case.name)
    book = Book(f"Plan for {title}")
    summary = Sheet(book, "Summary", title, "The plan on one page. What each sheet shows stands at its top, units and how to read them on "
                    "sheet About.", wide=200)
    placed: dict[str, Placed] = {}
    frames = result_tables(case, plan)
    for name, heading, sentence, tables in _sheets(view):
        s = Sheet(book, name, heading, sentence)
        _write_tables(book, s, story, tables, placed)
        s.finish()
    placed |= write_costs(book, view)
    placed["Checks"] = write_checks(book, view, placed, frames)
    _write_inputs(book, frames)
    write_about(book, view, about or {})
    write_summary(summary, book, story, placed)
    return book.content()


_Table = tuple[str, tuple[Show, ...], pd.DataFrame, str]  # name, columns, frame, caption


def _sheets(view: View) -> list[tuple[str, str, str, list[_Table]]]:
    """Return (sheet, title, sentence, tables) of every sheet that is nothing but tables, in the order of the workbook."""
    return [
        ("Decisions", "Decisions of the first two years",
         "What has to be signed, started or filled, by when, and what it is for. Purchases are per offer and year; the money of a build is its "
         "whole capital. The last five columns are for the meeting. Cost of waiting was not run.",
         [("Decisions", decisions.DECISIONS, decisions.decisions_table(view), "")]),
        ("Sourcing", "Who supplies",
         "What is bought of each offer and comes from each commitment, first by source (t of the period), then every offer in every period in "
         "which it can be had. Availability is what is left for us.",
         [("SourcingByPeriod", sourcing.suppliers_columns(view), sourcing.suppliers_table(view), "By source and period, in t"),
          ("Sourcing", sourcing.SOURCING, sourcing.sourcing_table(view), "Every offer and commitment by period")]),
        ("Build-out", "What is permitted and built",
         "When each project is permitted, built and run, and why the others are not; then every project with its money, and what each line can "
         "do and does. Permit and construction are separate decisions.",
         [("BuildSchedule", building.schedule_columns(view), building.schedule_table(view), "Schedule: what fills most of each period"),
          ("Projects", building.PROJECTS, building.projects_table(view), "Projects"),
          ("LineCapacity", building.CAPACITY, building.capacity_table(view), "Lines")]),
        ("Stockpiles", "What is held",
         "Stock against its goals, then every stockpile by whom it may serve. Usable is what a segment can get and may use; days are of the demand "
         "of those segments.",
         [("StockGoals", stocks.GOALS, stocks.goals_table(view), "Stock goals"),
          ("Stockpiles", stocks.STOCKPILES, stocks.stockpiles_table(view), "Stockpiles by whom they may serve")]),
        ("Flows", "What moves", "Every lane in use by period (t that leave), with whom the lot may serve and what the rules of the case can tell of "
         "its origin. A lot without a mark touches no rule.", [("Flows", flows.FLOWS, flows.flows_table(view), "")]),
        ("Demand", "Who is served and who goes short",
         "As rates per year, then by segment and period in t and in products, then what goes short by tier. Valued shortage is a price put on "
         "going short; it is no cash.",
         [("DemandByPeriod", service.SERVICE, service.service_table(view), "By end use, in t/y"),
          ("Demand", service.DEMAND, service.demand_table(view), "By segment and period"),
          ("Shortages", service.SHORTAGES, service.shortages_table(view), "Short by tier")]),
        ("Export Controls", "Export controls", "What leaves under each control in force, in the period of departure, against what may leave. A control "
         "binds where nothing is left of it.", [("ExportControls", rulebook.CONTROLS, rulebook.controls_table(view), "")]),
        ("De-risking", "Rules on origin, and limits",
         "Each rule in force against what the plan does. Shares are of demand, so that going short does not improve them; the share of what is "
         "really delivered stands beside. Then the limits, and where each stage is performed.",
         [("DeRisking", rulebook.RULES, rulebook.rules_table(view), "De-risking rules"),
          ("Limits", rulebook.LIMITS, rulebook.limits_table(view), "Limits"),
          ("CoveredShares", origin.SHARES, origin.covered_table(view), "Stages performed in covered countries, by purchases and own recipes")]),
    ]


_FREEZE = {"Decisions": 2, "Flows": 3, "ExportControls": 1, "DeRisking": 2}


def _write_tables(book: Book, s: Sheet, story: Story, tables: list[_Table], placed: dict[str, Placed]) -> None:
    for name, shows, frame, caption in tables:
        overview = name in ("SourcingByPeriod", "BuildSchedule", "DemandByPeriod")
        placed[name] = s.table(name, shows, frame, caption, freeze=_FREEZE.get(name, 0), filtered=not overview)
        _colours(s, name, placed[name])
        if name == "DemandByPeriod":
            service_chart(book, s, placed, (s.row, 0), (760, 320))
            s.row += 18
        if name == "Stockpiles":
            stock_chart(book, s, story, placed, (s.row, 0), (760, 320))
            s.row += 18


def _colours(s: Sheet, name: str, table: Placed) -> None:
    """Colour what a reader looks for: who goes short, what is missed, what binds."""
    for column in ("short", "short_civil", "short_military", "short_of_target", "missed_by"):
        if column in table.columns and name != "Shortages":
            s.colour_above(table, column, 0.001)
    if "binding" in table.columns:
        s.colour(table, "binding", "Yes", good=False)


def _write_inputs(book: Book, frames: Mapping[str, pd.DataFrame]) -> None:
    s = Sheet(book, "Inputs Used", "Inputs used", "The case as it was understood: first what was noticed while reading it, then every figure with its "
              "place, source and confidence. Units are those in which the program computes; a share of 0.1 is 10 %.")
    s.table("Notes", inputs.NOTES, frames["Notes"], "Notes and warnings", filtered=False)
    s.table("InputsUsed", inputs.INPUTS, frames["InputsUsed"], "Figures")
    s.finish()


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
