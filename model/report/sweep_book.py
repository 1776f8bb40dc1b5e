"""The workbook of a sweep: what was varied, and the answers that its method gives, each with a native chart and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.excel.page import Book
from model.excel.replace import write_bytes
from model.report import sweep_tables as tables
from model.report.charts import bars, columns, scatter
from model.report.shape import Show, frame_of, mark, text
from model.report.sheet import Placed, Sheet
from model.report.sweep_points import points_table
from model.schema.values import as_text
from model.study.sweeps import Design, Sweep

_LOW, _HIGH = "#5B8299", "#C8792B"
_CHART_ROWS = 23
_SPOKES = 10  # lines in a spider that can still be told apart
_PARAMETERS = (text("parameter", 44), mark("change", 8), text("range", 34), mark("distribution", 13))
SETTLED = "The change against the base lies between Least and Most; a change smaller than that interval is not shown to exist."


def sweep_tables(found: Sweep, kept: Sweep | None = None) -> dict[str, tuple[Sequence[Show], pd.DataFrame]]:
    """Return the answers that the method of a sweep gives, by name, with their columns.

    Parameters
    ----------
    found : Sweep
        Re-optimised at every point.
    kept : Sweep, optional
        The same one-at-a-time sweep with the base's plan kept.
    """
    out: dict[str, tuple[Sequence[Show], pd.DataFrame]] = {}
    if found.design.method == "One at a Time":
        both = tables.tornado_table(found, kept)
        out["Tornado"] = tables.TORNADO, both[[s.name for s in tables.TORNADO]]
        if kept is not None:
            out["TornadoKept"] = tables.KEPT, tables.kept_table(both)
        out["Spider"] = tables.SPIDER, tables.spider_table(found)
    elif found.design.method == "Grid":
        if len(found.design.parameters) == 2:
            out |= _grids(found)
    else:
        out["Percentiles"] = tables.PERCENTILE, tables.percentiles_table(found)
        out["Histogram"] = tables.HISTOGRAM, tables.histogram_table(found)
        out["Influence"] = tables.INFLUENCE, tables.influence_table(found)
    out["Plans"] = tables.PLANS, tables.plans_table(found)
    out["Statuses"] = tables.STATUSES, tables.statuses_table(found)
    return out


def _grids(found: Sweep) -> dict[str, tuple[Sequence[Show], pd.DataFrame]]:
    out: dict[str, tuple[Sequence[Show], pd.DataFrame]] = {"Grid": tables.two_way_table(found)}
    out["GridBound"] = tables.two_way_table(found, "bound")
    out["GridCash"] = tables.two_way_table(found, "cash")
    if tables.plan_letters(found):
        out["GridPlan"] = tables.two_way_table(tables.with_letters(found), "plan")
    out["GridStatus"] = tables.two_way_table(found, "status")
    return out


def write_sweep(path: Path, title: str, found: Sweep, kept: Sweep | None = None) -> dict[str, pd.DataFrame]:
    """Write the workbook of a sweep and return its tables by name.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    answers = sweep_tables(found, kept)
    write_bytes(path, sweep_content(title, found, answers))
    return {name: frame for name, (_, frame) in answers.items()}


def sweep_content(title: str, found: Sweep, answers: Mapping[str, tuple[Sequence[Show], pd.DataFrame]]) -> bytes:
    """Return the workbook of a sweep as bytes."""
    book = Book(f"Sweep {found.design.name} of {title}")
    _front(book, title, found, answers)
    if "Tornado" in answers:
        _tornado(book, answers)
        _spider(book, *answers["Spider"])
    if "Grid" in answers:
        _two_way(book, found, answers)
    if "Percentiles" in answers:
        _draws(book, answers)
    _plans(book, *answers["Plans"])
    _points(book, found)
    return book.content()


def _front(book: Book, title: str, found: Sweep, answers: Mapping[str, tuple[Sequence[Show], pd.DataFrame]]) -> None:
    s = Sheet(
        book,
        "Sweep",
        f"{title}: sweep {found.design.name}",
        f"{found.design.method}, seed {found.design.seed}, {len(found.points)} points with the base. Every point changes the "
        "base alone. Money is in MUSD, discounted; the objective is cash, penalties and valued shortage together. A point "
        "without a plan has a status and no figure.",
    )
    s.table(
        "Parameters",
        _PARAMETERS,
        frame_of(_PARAMETERS, _parameter_rows(found.design)),
        "What is varied",
        filtered=False,
    )
    s.table("Statuses", *answers["Statuses"], "How the points ended", filtered=False)
    for note in found.notes:
        s.line(f"Note: {note}.")
    s.finish()


def _parameter_rows(design: Design) -> list[tuple[Any, ...]]:
    drawn = design.method not in ("One at a Time", "Grid")
    rows = []
    for p in design.parameters:
        span = (
            ", ".join(as_text(v) for v in p.values)
            if p.values and not drawn
            else f"{as_text(p.ends[0])} to {as_text(p.ends[1])}"
        )
        rows.append((p.name, p.how, span, p.distribution if drawn else ""))
    return rows


def _tornado(book: Book, answers: Mapping[str, tuple[Sequence[Show], pd.DataFrame]]) -> None:
    s = Sheet(
        book,
        "Tornado",
        "What each input alone does to the cost",
        f"{SETTLED} Shown says whether it is larger at either end. Kept: the plan's whole numbers, sizes and contract "
        "quantities stay, all else is re-optimised, shortage is possible; Adapting is what keeping the plan costs more than a "
        "plan of the point's own: the value of being able to adapt. Where a point has no plan it has a status, and such "
        "inputs stand first.",
    )
    captions = {
        "Tornado": ("Re-optimised at every point", "Re-optimised: change of the objective (MUSD)", "most"),
        "TornadoKept": ("With the plan kept", "Plan kept: change of the objective (MUSD)", "kept"),
    }
    for name, (caption, title, what) in captions.items():
        if name not in answers:
            continue
        frame = answers[name][1]
        placed = s.table(name, *answers[name], caption, freeze=1 if name == "Tornado" else 0)
        if len(frame):
            _tornado_chart(book, s, placed, title, what, (900, 120 + 24 * min(len(frame), 40)))
    s.finish()


def _tornado_chart(book: Book, s: Sheet, placed: Placed, title: str, what: str, size: tuple[int, int]) -> None:
    series = [(side.capitalize(), f"={placed.cells(f'{side}_{what}')}") for side in ("low", "high")]
    bars(book, s, title, f"={placed.cells('parameter')}", series, (s.row, 0), size, (_LOW, _HIGH), "MUSD")
    s.row += size[1] // 20 + 2


def _spider(book: Book, shows: Sequence[Show], frame: pd.DataFrame) -> None:
    s = Sheet(
        book,
        "Spider",
        "Cost along the range of each input",
        "Position 0 is the input as it is, −1 and 1 the ends of its range. The inputs with the largest swings are drawn.",
    )
    swings = {
        name: frame["change"].iloc[rows].max() - frame["change"].iloc[rows].min()
        for name, rows in tables.by_parameter(frame).items()
    }
    spans = tables.by_parameter(frame)
    drawn = sorted((n for n in swings if swings[n] == swings[n]), key=lambda n: -swings[n])[:_SPOKES]
    # The chart stands above its table, which may be long.
    at = s.row
    s.row += _CHART_ROWS if drawn else 0
    placed = s.table("Spider", shows, frame)
    series = [
        (name, f"={placed.cells('position', rows[0], rows[-1])}", f"={placed.cells('change', rows[0], rows[-1])}")
        for name in drawn
        for rows in (spans[name],)
    ]
    if series:
        words = ("position in the range: −1 low end, 0 as it is, 1 high end", "MUSD")
        scatter(book, s, "Change of the objective (MUSD)", series, (at, 0), (900, 20 * _CHART_ROWS - 20), words)
    s.finish()


def _two_way(book: Book, found: Sweep, answers: Mapping[str, tuple[Sequence[Show], pd.DataFrame]]) -> None:
    s = Sheet(
        book,
        "Two-way",
        "Two inputs together",
        "A cell is the figure of a point, or in italics its status where it has no plan. The optimum lies between bound and "
        "objective. How each point ended stands in the last table.",
    )
    across = list(tables.names_of(found.design).values())[1]
    captions = {
        "Grid": "Objective (MUSD)",
        "GridBound": "Bound (MUSD)",
        "GridCash": "Cash cost (MUSD)",
        "GridPlan": "Which plan is best: letters as on sheet Best Plans",
        "GridStatus": "How each point ended",
    }
    for name, caption in captions.items():
        if name in answers:
            placed = s.table(name, *answers[name], f"{caption}; across: {across}", filtered=False)
            if name not in ("GridPlan", "GridStatus"):
                _shade(s, placed)
    s.finish(landscape=False, one_page=s.row < 80)


def _shade(s: Sheet, placed: Placed) -> None:
    first, last = min(placed.columns.values()) + 1, max(placed.columns.values())
    scale = {"type": "3_color_scale", "min_color": "#D5EBD8", "mid_color": "#FFFFFF", "max_color": "#F8CBAD"}
    s.page.sheet.conditional_format(placed.first, first, placed.last, last, scale)


def _draws(book: Book, answers: Mapping[str, tuple[Sequence[Show], pd.DataFrame]]) -> None:
    s = Sheet(
        book,
        "Monte Carlo",
        "Draws from the ranges",
        "Percentiles over the draws that have a plan; draws without one are counted beside them and enter no figure. Rank "
        "correlation is that of an input with the objective (Spearman).",
    )
    s.table("Percentiles", *answers["Percentiles"], "Percentiles", freeze=1, filtered=False)
    placed = s.table("Histogram", *answers["Histogram"], "Objective by class", filtered=False)
    s.table("Influence", *answers["Influence"], "What moves the objective", filtered=False)
    if len(answers["Histogram"][1]):
        series = [("Draws", f"={placed.cells('draws')}")]
        columns(
            book,
            s,
            "Draws by objective",
            f"={placed.cells('from_objective')}",
            series,
            (s.row, 0),
            (760, 320),
            ("objective from (MUSD)", "draws"),
        )
    s.finish()


def _plans(book: Book, shows: Sequence[Show], frame: pd.DataFrame) -> None:
    s = Sheet(
        book,
        "Best Plans",
        "Which plan is best where",
        "Points with the same set of projects built have one letter. Where is the span of every input over these points. With "
        "relaxed whole numbers there are no sets of projects. Within the gap another set may be as good.",
    )
    s.table("Plans", shows, frame)
    s.finish()


def _points(book: Book, found: Sweep) -> None:
    shows, frame = points_table(found)
    s = Sheet(
        book,
        "Points",
        "All points",
        "The base is point 0. A value that is blank is as in the case. Costs by kind that are zero at every point are left out; "
        "points.csv beside this file has all columns, by the names that programs read.",
    )
    s.table("Points", shows, frame, freeze=1)
    s.finish()
