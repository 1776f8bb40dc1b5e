"""The workbook of a frontier: the points with their marks, the pay-off table, and a chart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.excel.page import Book
from model.excel.replace import write_bytes
from model.report.charts import scatter
from model.report.shape import Show, frame_of, mark, musd, records, text
from model.report.sheet import Sheet
from model.study.frontiers import Frontier

_ENDED = "the last point has none of it"  # as a frontier notes that its end is zero


def points_shows(found: Frontier) -> tuple[Show, ...]:
    """Return the columns of the points in the unit of the measure."""
    kind, unit = ("share", "%") if found.measure.unit == "share" else ("price", found.measure.unit)
    reached = [Show("reached", "price", "days held", 10)] if found.measure.most is not None else []
    return (
        mark("number", 8),
        Show("limit", kind, unit, 11),
        mark("status", 18),
        Show("measure", kind, unit, 11, title="Reached" if not reached else "Missed"),
        *reached,
        musd("cost"),
        musd("bound"),
        musd("cash"),
        Show("short", "tonnes", "t", 10),
        mark("same_as", 9),
        mark("dominated", 11),
        mark("knee", 7),
    )


def write_frontier(path: Path, title: str, found: Frontier) -> None:
    """Write the workbook of a frontier.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    write_bytes(path, frontier_content(title, found))


def frontier_content(title: str, found: Frontier) -> bytes:
    """Return the workbook of a frontier as bytes."""
    book = Book(f"Frontier of {title}")
    s = Sheet(
        book,
        "Frontier",
        f"{title}: cost against {found.measure.name}",
        f"Each point is the cheapest plan within its limit (augmented ε-constraint method, Mavrotas 2009); cost is "
        f"{_cost_words(found)}, MUSD, discounted. The optimum lies between bound and cost. "
        "The shortage of priority 1 is held at its least. Same As names the "
        "point whose plan is within the limit already; a limit without a plan has a status and no figure.",
    )
    shows = points_shows(found)
    placed = s.table("Frontier", shows, _shown(found)[[c.name for c in shows]], "Points", filtered=False)
    s.colour(placed, "knee", "Yes", good=True)
    s.colour(placed, "dominated", "Yes", good=False)
    ends = (text("plan", 22), *(c for c in shows if c.name in ("measure", "cost", "cash", "short")))
    s.table(
        "PayOff",
        ends,
        _pay_off(found)[[c.name for c in ends]] if len(found.pay_off) else frame_of(ends, []),
        "Pay-off table: what each of the two aims costs the other",
        filtered=False,
    )
    for line in sentences(found):
        s.line(line)
    solved = found.points["cost"].notna()
    if solved.sum() > 1:
        last = int(solved.to_numpy().nonzero()[0][-1])
        x = "reached" if found.measure.most is not None else "measure"
        series = [("Cost", f"={placed.cells(x, 0, last)}", f"={placed.cells('cost', 0, last)}")]
        s.row += 1
        knee = [n for n, v in enumerate(found.points["knee"]) if v is True]
        marked = (
            ("Knee", f"={placed.cells(x, *knee[:1] * 2)}", f"={placed.cells('cost', *knee[:1] * 2)}") if knee else None
        )
        scatter(
            book,
            s,
            f"Cost against {found.measure.name}",
            series,
            (s.row, 0),
            (760, 400),
            (_axis(found), "MUSD"),
            percent=found.measure.unit == "share",
            marked=marked,
        )
    s.finish(one_page=True)
    return book.content()


def _cost_words(found: Frontier) -> str:
    return "cash, penalties and valued shortage" if "Shortage" in found.measure.kinds else "cash and penalties"


def _axis(found: Frontier) -> str:
    if found.measure.most is not None:
        return "days held on average"
    return f"{found.measure.name} ({'%' if found.measure.unit == 'share' else found.measure.unit})"


def _shown(found: Frontier) -> pd.DataFrame:
    points = found.points.copy()
    for name in ("dominated", "knee"):
        points[name] = ["Yes" if v is True else "" for v in points[name]]
    points["number"] = [str(n) for n in points["number"]]
    points["same_as"] = ["" if pd.isna(v) else str(int(v)) for v in points["same_as"]]
    return points


def _pay_off(found: Frontier) -> pd.DataFrame:
    """Return the pay-off table with the plan at its end named by what is measured."""
    end = "Most days held" if found.measure.most is not None else f"Least of {found.measure.name}"
    return found.pay_off.assign(plan=["Cheapest", end][: len(found.pay_off)])


def sentences(found: Frontier) -> list[str]:
    """Return the frontier in sentences: its ends, its knee, where it stops, and what to know."""
    solved = found.points[found.points["cost"].notna()]
    if solved.empty:
        return [f"No point has a plan: {found.points['status'].iloc[0]}."]
    first, last = solved.iloc[0], solved.iloc[-1]
    cover = found.measure.most is not None
    end = "most" if cover else "least"
    whole = found.points["status"].iloc[-1] != "optimal" or any(_ENDED in n for n in found.notes)
    furthest = "asked for" if cover else "possible"
    reached = f"the {end} that is {furthest}" if whole else f"the {end} of these points"
    out = [
        f"The cheapest plan costs {first['cost']:,.2f} MUSD ({_cost_words(found)}) at {_measure(found, first)}; {reached}, "
        f"{_measure(found, last)}, costs {last['cost']:,.2f} MUSD."
    ]
    out += [
        f"The knee lies at {_measure(found, p)} and {p.cost:,.2f} MUSD: beyond it each step costs clearly more."
        for p in records(solved[solved["knee"] == True])  # noqa: E712
    ]
    dominated = int((solved["dominated"] == True).sum())  # noqa: E712
    if dominated:
        points = "1 point is" if dominated == 1 else f"{dominated} points are"
        out.append(
            f"{points} dominated: another costs no more and reaches as much; the gap leaves room for better ones."
        )
    out += [
        f"At {_amount(found, p.limit)}: {p.status}." for p in records(found.points[found.points["status"] != "optimal"])
    ]
    notes = ["the last point misses no day of its targets" if _ENDED in n and cover else n for n in found.notes]
    return [*out, *(f"Note: {n}." for n in notes)]


def _measure(found: Frontier, row: Any) -> str:
    if found.measure.most is not None:
        return f"{row.reached:,.1f} days held on average"
    return _amount(found, float(row.measure))


def _amount(found: Frontier, amount: float) -> str:
    return f"{100 * amount:.1f} %" if found.measure.unit == "share" else f"{amount:,.1f} {found.measure.unit}"
