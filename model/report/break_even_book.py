"""The workbook of a break-even: the switch in a sentence, and every point that was tried."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from model.excel.page import Book
from model.excel.replace import write_bytes
from model.report.charts import scatter
from model.report.shape import Show, mark, musd, text
from model.report.sheet import Sheet
from model.schema.tables import TABLES
from model.study.break_evens import FOUND, BreakEven

POINTS = (
    Show("value", "any", width=14),
    mark("status", 18),
    mark("answer", 9),  # whether it holds there
    musd("objective"),
    musd("bound"),
    musd("cash"),
    text("message", 40),
)


def sentence(found: BreakEven) -> str:
    """Return the answer in a sentence."""
    sign = "" if found.how == "=" else found.how
    unit = _unit(found) if found.how != "×" else ""
    values = found.points["value"]
    span = f"{sign}{values.min():g} to {sign}{values.max():g}{unit}"
    name = found.target.name
    if found.outcome == FOUND:
        low, high = f"{sign}{found.low:.6g}{unit}", f"{sign}{found.high:.6g}{unit}"
        if found.points.iloc[0]["answer"] == "Yes":
            return f"“{found.question}” holds up to {low} and no longer at {high} of {name} (looked at: {span})."
        return f"“{found.question}” does not hold up to {low} and holds at {high} of {name} (looked at: {span})."
    failed = found.points[found.points["status"] != "optimal"]
    if len(failed):
        why = f"{failed.iloc[0]['status']} at {sign}{failed.iloc[0]['value']:g}{unit}"
        return f"“{found.question}”: no break-even can be given, {found.outcome} ({why})."
    return f"“{found.question}” has no break-even in {span} of {name}: it {found.outcome}."


def _unit(found: BreakEven) -> str:
    """Return the unit of the number that is tried, with a space before it; "" where it has none."""
    table = TABLES[found.target.table]
    units = {c.title.casefold(): c.unit for c in table.all_columns}
    unit = units.get(found.target.field.casefold(), table.periods.unit if table.periods is not None else "")
    return f" {unit}" if unit else ""


def write_break_even(path: Path, title: str, found: BreakEven) -> None:
    """Write the workbook of a break-even.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    write_bytes(path, break_even_content(title, found))


def break_even_content(title: str, found: BreakEven) -> bytes:
    """Return the workbook as bytes."""
    book = Book(f"Break-even of {title}")
    s = Sheet(
        book,
        "Break-even",
        f"{title}: {found.target.name} until “{found.question}”",
        "By bisection: the switch lies between the two values tried last. Plans of both answers cost the same near it, within "
        "the gap between bound and objective. Answer says whether it holds at a value. If the answer turns more than once, this "
        "is one of the turns.",
    )
    s.line(sentence(found), bold=True)
    s.row += 1
    unit = _unit(found).strip() if found.how != "×" else "factor"
    shows = (dataclasses.replace(POINTS[0], unit=unit), *POINTS[1:])
    placed = s.table("BreakEven", shows, found.points, "Points tried", filtered=False)
    if found.points["objective"].notna().sum() > 1:
        series = [("Objective", f"={placed.cells('value')}", f"={placed.cells('objective')}")]
        scatter(
            book,
            s,
            "Objective (MUSD)",
            series,
            (s.row, 0),
            (640, 340),
            (f"{found.target.name} ({unit})" if unit else found.target.name, "MUSD"),
        )
    s.finish(one_page=True)
    return book.content()
