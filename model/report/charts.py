"""Native Excel charts, all of one look, with their table on a sheet of the same workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.excel.page import Book
from model.report.sheet import Sheet

COLOURS = (
    "#17415A",
    "#C8792B",
    "#5B8299",
    "#8FC1A9",
    "#7A6A3A",
    "#B0413E",
    "#A3A9C9",
    "#D9B44A",
    "#4F7942",
    "#8B6F8E",
    "#6E6E6E",
)
_AXIS = "General"  # as many digits as a number has: with #,##0.## Excel writes 392 as "392."
Series = Sequence[tuple[str, str]]  # (name or reference to it, reference to the values)


def stacked(
    book: Book,
    s: Sheet,
    title: str,
    categories: str,
    series: Series,
    at: tuple[int, int],
    size: tuple[int, int],
    colours: Sequence[str] = COLOURS,
) -> None:
    """Put stacked columns on a sheet."""
    chart = book.chart("column", "stacked")
    _fill(chart, categories, series, 60, colours)
    _place(s, chart, title, at, size)


def _fill(chart: Any, categories: str, series: Series, gap: int, colours: Sequence[str]) -> None:
    """Add series as filled bars or columns over one another, `gap` per cent of their width apart."""
    for n, (name, values) in enumerate(series):
        chart.add_series(
            {
                "name": name,
                "categories": categories,
                "values": values,
                "gap": gap,
                "overlap": 100,
                "fill": {"color": colours[n % len(colours)]},
            }
        )


def lines(
    book: Book,
    s: Sheet,
    title: str,
    categories: str,
    series: Sequence[tuple[str, str, bool]],
    at: tuple[int, int],
    size: tuple[int, int],
) -> None:
    """Put lines on a sheet; the third value of a series says whether it is a target, which is drawn dashed."""
    chart = book.chart("line")
    for n, (name, values, target) in enumerate(series):
        colour = COLOURS[(n // 2 if any(x[2] for x in series) else n) % len(COLOURS)]
        chart.add_series(
            {
                "name": name,
                "categories": categories,
                "values": values,
                "line": {"color": colour, "width": 1.5 if target else 2.5, "dash_type": "dash" if target else "solid"},
            }
        )
    # Stock is never below zero; left to itself the axis would make a mountain of a rounding error.
    _place(s, chart, title, at, size, {"min": 0})


def _place(
    s: Sheet,
    chart: Any,
    title: str,
    at: tuple[int, int],
    size: tuple[int, int],
    axis: Mapping[str, float] | None = None,
    words: tuple[str, str] = ("", ""),
) -> None:
    small = {"size": 8, "name": "Calibri"}
    chart.set_title({"name": title, "name_font": {"size": 10, "bold": True, "name": "Calibri"}, "overlay": False})
    if len(chart.series) > 1:
        chart.set_legend({"position": "bottom", "font": small})
    else:
        chart.set_legend({"none": True})  # the title names what is drawn
    named = [{"name": w, "name_font": small} if w else {} for w in words]
    turned = {"num_font": {**small, "rotation": -45}, "line": {"color": "#A0A0A0"}, "label_position": "low"}
    chart.set_x_axis({**turned, **named[0]})
    chart.set_y_axis(
        {
            **named[1],
            "num_font": small,
            "num_format": _AXIS,
            "major_gridlines": {"visible": True, "line": {"color": "#E4E4E4"}},
            "line": {"none": True},
            **(axis or {}),
        }
    )
    chart.set_chartarea({"border": {"color": "#D0D0D0"}})
    s.page.put_chart(*at, chart, {"x_scale": size[0] / 480, "y_scale": size[1] / 288, "object_position": 2})


def bars(
    book: Book,
    s: Sheet,
    title: str,
    categories: str,
    series: Series,
    at: tuple[int, int],
    size: tuple[int, int],
    colours: Sequence[str] = COLOURS,
    unit: str = "",
) -> None:
    """Put bars on a sheet that start at zero and lie over each other, the first category on top: a tornado."""
    chart = book.chart("bar")
    _fill(chart, categories, series, 30, colours)
    _place(s, chart, title, at, size)
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8, "name": "Calibri"}, "label_position": "low"})
    small = {"size": 8, "name": "Calibri"}
    chart.set_x_axis({"num_font": small, "num_format": _AXIS, "name": unit, "name_font": small})


def columns(
    book: Book,
    s: Sheet,
    title: str,
    categories: str,
    series: Series,
    at: tuple[int, int],
    size: tuple[int, int],
    axes: tuple[str, str] = ("", ""),
) -> None:
    """Put plain columns on a sheet, as for a histogram; `axes` are the words on the axes."""
    chart = book.chart("column")
    for n, (name, values) in enumerate(series):
        look = {"fill": {"color": COLOURS[n % len(COLOURS)]}, "gap": 10}
        chart.add_series({"name": name, "categories": categories, "values": values, **look})
    _place(s, chart, title, at, size, words=axes)


def scatter(
    book: Book,
    s: Sheet,
    title: str,
    series: Sequence[tuple[str, str, str]],
    at: tuple[int, int],
    size: tuple[int, int],
    axes: tuple[str, str],
    *,
    percent: bool = False,
    marked: tuple[str, str, str] | None = None,
) -> None:
    """Put points joined by straight lines on a sheet; a series is (name, reference to x, reference to y).

    `percent` says that x is a share; `marked` is a point that is drawn large.
    """
    chart = book.chart("scatter", "straight_with_markers")
    for n, (name, x, y) in enumerate(series):
        colour = COLOURS[n % len(COLOURS)]
        look = {
            "line": {"color": colour, "width": 1.75},
            "marker": {"type": "circle", "size": 4, "fill": {"color": colour}},
        }
        chart.add_series({"name": name, "categories": x, "values": y, **look})
    if marked is not None:
        name, x, y = marked
        dot = {"type": "diamond", "size": 10, "fill": {"color": COLOURS[1]}, "border": {"color": COLOURS[1]}}
        chart.add_series({"name": name, "categories": x, "values": y, "marker": dot, "line": {"none": True}})
    _place(s, chart, title, at, size)
    small = {"size": 8, "name": "Calibri"}
    axis = {"num_font": small, "num_format": _AXIS, "label_position": "low"}
    chart.set_x_axis({**axis, "name": axes[0], "name_font": small, **({"num_format": "0.#%"} if percent else {})})
    chart.set_y_axis(
        {
            **axis,
            "name": axes[1],
            "name_font": small,
            "major_gridlines": {"visible": True, "line": {"color": "#E4E4E4"}},
        }
    )
