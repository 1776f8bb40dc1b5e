"""Plan against actual: what was planned until the day of the roll, what happened, and the difference, by row."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.timeline import month_number
from model.excel.page import Book
from model.report.shape import amount, day, frame_of, mark, text
from model.report.sheet import Sheet
from model.report.view import View
from model.rolling.actuals import Actuals
from model.rolling.choices import Choice
from model.rolling.next_case import Rolled
from model.schema.tables import TABLES

STOCK = (text("site", 24), text("material", 22), amount("planned"), amount("actual"), amount("difference"))
DELIVERIES = (
    text("commitment", 34),
    text("supplier", 22),
    text("material", 20),
    mark("kind", 13),
    amount("promised"),
    amount("due_by_then"),
    amount("delivered"),
    amount("difference"),
    amount("still_due"),
    amount("cancelled"),
    amount("after_the_plan"),
    amount("beyond_promise"),
)
OTHERS = (text("offer", 34), text("supplier", 22), text("material", 20), amount("delivered"))
DECISIONS = (
    mark("decision", 13),
    text("what", 38),
    mark("period", 11),
    amount("planned", ""),
    mark("verdict", 11),
    amount("changed_to", ""),
    mark("unit", 7),
    text("owner", 16),
    text("date", 14),
)
VOLUMES = (
    text("table", 18),
    text("name", 34),
    text("number", 14),
    mark("window", 10),
    amount("whole", ""),
    amount("planned", ""),
    amount("used", ""),
    amount("left", ""),
    amount("beyond", ""),
)
PASSED = (mark("table", 13), text("name", 40), text("why", 34), text("what", 80))
STEPS = (text("project", 30), text("step", 22), day("date"), amount("size", "t/y"), text("why", 26))


def planned_stock(view: View, month: float) -> dict[tuple[str, str], float]:
    """Return the stock that a plan has at a month, t by site and material; within a period it goes evenly."""
    out: dict[tuple[str, str], float] = defaultdict(float)
    ends = view.sums("stocks", "site", "material", "period")
    opening = {(r.site, r.material): float(r.opening_stock) for r in view.case.rows("Stockpiles")}
    t = next((p.index for p in view.periods if p.start < month <= p.end + 1e-9), 0)
    p = view.periods[t]
    share = min(1.0, (month - p.start) / p.months)
    for key, first in opening.items():
        before = first if t == 0 else ends.get((*key, t - 1), 0.0)
        out[key] = before + share * (ends.get((*key, t), 0.0) - before)
    return dict(out)


def stock_table(case: Case, rolled: Rolled, actuals: Actuals, view: View | None) -> pd.DataFrame:
    """Return one row per stockpile: stock at the day of the roll as planned and as counted (t)."""
    counted: dict[tuple[str, str], float] = defaultdict(float)
    for lot in actuals.stock:
        counted[lot["site"], lot["material"]] += lot["tonnes"]
    planned = {} if view is None else planned_stock(view, month_number(rolled.to))
    rows: list[tuple[Any, ...]] = []
    for r in case.rows("Stockpiles"):
        key = (r.site, r.material)
        was = planned.get(key)
        rows.append((*key, was, counted[key], None if was is None else counted[key] - was))
    return frame_of(STOCK, rows)


def deliveries_table(rolled: Rolled) -> pd.DataFrame:
    """Return one row per commitment: promised is delivered, still due, cancelled and after the plan, less what is beyond."""
    rows = []
    for s in rolled.settled:
        v = s.promise.values
        words = (s.promise.name, str(v.get("supplier") or ""), str(v.get("material") or ""), str(v["kind"]))
        amounts = (s.promise.tonnes, s.due, s.delivered, s.delivered - s.due, s.left, s.cancelled, s.beyond, s.excess)
        rows.append((*words, *amounts))
    return frame_of(DELIVERIES, rows)


def other_deliveries(case: Case, rolled: Rolled, actuals: Actuals) -> pd.DataFrame:
    """Return what was delivered under offers of which nothing was accepted (t)."""
    booked = {s.promise.known_as for s in rolled.settled}
    offers = {r.offer: r for r in case.rows("Offers")}
    rows = [
        (name, offers[name].supplier, offers[name].material, q)
        for name, q in actuals.delivered.items()
        if name not in booked and name in offers
    ]
    return frame_of(OTHERS, rows)


def volumes_table(rolled: Rolled) -> pd.DataFrame:
    """Return one row per volume and year or period of which something was used: whole, planned, used and left."""
    rows = []
    for v in rolled.volumes:
        title = TABLES[v.table].column(v.column).title if v.column else ""
        rows.append((v.table, v.name, title, v.window, v.whole, v.planned, v.used, v.left, v.over))
    return frame_of(VOLUMES, rows)


def _unit(choice: Choice) -> str:
    """Return the unit of a decision's quantity; "" where it has none."""
    return {"Buy": "t", "Build": "t/y"}.get(choice.kind, "") if choice.amounts else ""


def delivered_words(deliveries: pd.DataFrame) -> str:
    """Return in a sentence how much was due, came, and is late (t)."""
    due, came = float(deliveries["due_by_then"].sum()), float(deliveries["delivered"].sum())
    late = float((-deliveries["difference"]).clip(lower=0).sum())
    return (
        f"{due:,.1f} t were due by then and {came:,.1f} t were delivered; {late:,.1f} t of what was due did not come."
    )


def write_comparison(path: Path, case: Case, rolled: Rolled, actuals: Actuals, view: View | None) -> None:
    """Write the workbook.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    book = Book(f"Plan against actual, {rolled.to}")
    s = Sheet(
        book, "Stock", f"Stock on {rolled.to}", "What was planned and what was counted; the next case opens with it."
    )
    s.table("Stock", STOCK, stock_table(case, rolled, actuals, view))
    s.finish()
    s = Sheet(
        book,
        "Deliveries",
        f"Deliveries until {rolled.to}",
        "Promised is delivered, still due, cancelled and after the plan, less what came beyond the promise. What was due and "
        "did not come is due in the first period of the next case, unless it is cancelled.",
    )
    deliveries = deliveries_table(rolled)
    s.line(delivered_words(deliveries), bold=True)
    s.row += 1
    s.table("Deliveries", DELIVERIES, deliveries, "Under commitments and accepted decisions")
    s.table("OtherDeliveries", OTHERS, other_deliveries(case, rolled, actuals), "Under offers that were not accepted")
    s.finish()
    s = Sheet(
        book,
        "Decisions",
        "What became of the plan's decisions",
        "Accepted and frozen purchases are commitments of the next case, accepted builds run. What is open is planned anew.",
    )
    chosen = [
        (c.kind, c.what, c.period, sum(c.amounts.values()), c.verdict, c.changed_to, _unit(c), c.owner, c.date)
        for c in rolled.choices
    ]
    s.table("Decisions", DECISIONS, frame_of(DECISIONS, chosen), "Decisions")
    s.table(
        "Projects",
        STEPS,
        frame_of(STEPS, [(x.project, x.step, x.date, x.size, x.why) for x in rolled.steps]),
        "Projects",
    )
    s.finish()
    s = Sheet(
        book,
        "Volumes",
        f"Volumes used until {rolled.to}",
        "Whole is what there was in the year or period, left is what the next case has of it. In t; a limit on spend in MUSD.",
    )
    s.table("Volumes", VOLUMES, volumes_table(rolled))
    s.finish()
    if rolled.passed:
        s = Sheet(
            book,
            "Passed",
            f"Rows that are not in the case from {rolled.to} on",
            "Their time has passed. What stood in them stands here.",
        )
        s.table("Passed", PASSED, frame_of(PASSED, [(x.table, x.name, x.why, x.what) for x in rolled.passed]))
        s.finish()
    book.save(path)
