"""Sheet Summary: page one, in sentences, with As Is beside the plan and three charts."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from model.excel.page import Book
from model.report.charts import lines, stacked
from model.report.compare import COMPARED, compared_table
from model.report.costs import cost_chart
from model.report.service import SERVICE
from model.report.sheet import HEAD, Placed, Sheet
from model.report.story import Story

_TEXT, _GAP = 92, 2  # characters of the sentences' column, and of the gap to the table
_LINE = 106  # characters of a line of sentences, so that a wider font than Calibri still fits
_USES = {"served_civil": "#5B8299", "served_military": "#17415A", "short_civil": "#E8A87C", "short_military": "#B0413E"}


def write_summary(s: Sheet, book: Book, story: Story, placed: Mapping[str, Placed]) -> Placed:
    """Write page one on a sheet that was added first and is filled last, since its charts look at the other sheets."""
    top = s.row
    for n, (heading, sentences) in enumerate(story.chapters(), 1):
        s.line(f"{n}  {heading}", bold=True, font_color=HEAD)
        for sentence in sentences:
            for k, piece in enumerate(textwrap.wrap(sentence, _LINE)):
                s.line(("• " if k == 0 else "   ") + piece)
    bottom = s.row
    s.row = top
    table = s.table(
        "Summary",
        COMPARED,
        compared_table(story),
        "As Is, plan and change (money discounted)",
        filtered=False,
        column=2,
    )
    # Below the table, as high as the sentences beside it leave room.
    first = s.row - 1
    rows = max(11, (bottom - first) // 3)
    size = (640, 20 * rows - 8)
    cost_chart(book, s, placed, (first, 2), size)
    service_chart(book, s, placed, (first + rows, 2), size)
    stock_chart(book, s, story, placed, (first + 2 * rows, 2), size)
    s.width(0, _TEXT)
    s.width(1, _GAP)
    s.finish(one_page=True)
    return table


def service_chart(
    book: Book, s: Sheet, placed: Mapping[str, Placed], at: tuple[int, int], size: tuple[int, int]
) -> None:
    """Put the chart of what is served and short on a sheet."""
    table = placed["DemandByPeriod"]
    names = {c.name: c.header.partition(" (")[0] for c in SERVICE}
    series = [(names[n], f"={table.cells(n)}") for n in _USES]
    stacked(book, s, "Served and short (t/y)", f"={table.cells('period')}", series, at, size, tuple(_USES.values()))


def stock_chart(
    book: Book, s: Sheet, story: Story, placed: Mapping[str, Placed], at: tuple[int, int], size: tuple[int, int]
) -> None:
    """Put the chart of stock against its targets and goals on a sheet; without, of every stockpile; without any, none."""
    from model.report.stocks import goals_table, stockpiles_table

    against = [
        (story.targets, "CoverTargets", ["target"], "counted", "target_amount"),
        (goals_table(story.view), "StockGoals", ["goal", "what"], "held", "target"),
    ]
    shown = [what for what in against if len(what[0])]
    if not shown and "Stockpiles" in placed:
        shown = [(stockpiles_table(story.view), "Stockpiles", ["site", "material", "may_serve"], "end", "")]
    series: list[tuple[str, str, bool]] = []
    categories, periods = "", list[str]()
    for frame, name, keys, held, target in shown:
        table = placed[name]
        for key, rows in frame.groupby(keys, sort=False):
            if len(series) >= (8 if target else 4):
                break
            first, last = int(rows.index[0]), int(rows.index[-1])
            periods = periods or list(rows["period"])
            if list(rows["period"]) != periods:
                continue  # lines of one chart share its periods; every goal stands in the table
            words = str(key[0]) if target else " / ".join(str(k) for k in key)
            categories = categories or f"={table.cells('period', first, last)}"
            series.append((f"{words}: {held}" if target else words, f"={table.cells(held, first, last)}", False))
            if target:
                series.append((f"{words}: target", f"={table.cells(target, first, last)}", True))
    if series:
        lines(book, s, "Stock at the end of the period (t)", categories, series, at, size)
