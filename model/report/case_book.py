"""Canned cases side by side: rows are figures and decisions, columns are cases; the status of each stands on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.excel.page import Book
from model.excel.replace import write_bytes
from model.plan import CASH_KINDS
from model.report.case_answers import answer, change
from model.report.charts import columns
from model.report.shape import Show, frame_of, mark, text
from model.report.sheet import Sheet
from model.study.canned import Cases, parts_of, total_short
from model.study.figures import Figures

BASE = "Plan"
_OFFERS = 25  # the largest; all stand in the plan of each case
_LINE, _WIDTH = 92, 96  # characters of a line, and of its column: an A4 page, also in a font wider than Calibri
_CENT = 0.005  # MUSD, below which two digits show nothing
ANSWERS = (text("case", 30), mark("status", 18), text("question", 60), text("answer", 120))


def case_columns(found: Cases) -> list[tuple[str, Figures]]:
    """Return (name, figures) of the base and of every case."""
    return [(BASE, found.base), *((a.canned.name, a.figures) for a in found.asked)]


def compared_shows(found: Cases) -> tuple[Show, ...]:
    """Return the columns of the comparison."""
    return (
        text("what", 46),
        mark("unit", 9),
        *(Show(name, "by unit", width=18, title=name) for name, _ in case_columns(found)),
    )


def compared_table(found: Cases) -> pd.DataFrame:
    """Return the comparison: a row per figure or decision, a column per case; cells of a case without a plan are blank."""
    cases = case_columns(found)
    return frame_of(compared_shows(found), [(what, unit, *values) for what, unit, values in _rows(found.base, cases)])


Rows = Iterator[tuple[str, str, list[Any]]]


def _rows(base: Figures, cases: Sequence[tuple[str, Figures]]) -> Rows:
    yield "Status", "", [f["status"] for _, f in cases]
    yield from _money(base, cases)
    yield "Short, all", "t", _each(cases, total_short)
    yield from _by_name(cases, "short_by_segment", "Short: {}", "t", value=lambda by: sum(by.values()))
    yield from _by_name(cases, "builds", "Built: {}, construction from", "", value=str, blank="")
    yield from _by_name(cases, "permits", "Permit: {}, from", "", value=str, blank="")
    yield from _by_name(cases, "size_by_project", "Size: {}", "t/y")
    yield from _by_name(cases, "bought_by_country", "Bought from {}", "t")
    yield from _by_name(cases, "bought_by_offer", "Bought: {}", "t", most=_OFFERS)
    yield from _by_name(cases, "held_most", "Most held: {}", "t")


def _money(base: Figures, cases: Sequence[tuple[str, Figures]]) -> Rows:
    yield "Objective: cash, penalties, valued shortage", "MUSD", _each(cases, lambda f: f["objective"])
    yield "   bound below which no plan can cost", "MUSD", _each(cases, lambda f: f["bound"])
    if "objective" in base:
        intervals = _each(cases, lambda f: (0.0, 0.0) if f is base else change(f, base))
        for n, end in enumerate(("least", "most")):
            ends = [None if x is None else x[n] for x in intervals]
            # A hair's breadth of the solver is no saving.
            yield f"   change against the plan, at {end}", "MUSD", [0.0 if x and abs(x) < _CENT else x for x in ends]
    yield "Cash cost", "MUSD", _each(cases, lambda f: f["cash"])
    for kind in CASH_KINDS:
        column = f"cost_{kind.lower().replace(' ', '_')}"
        values = [f.get(column, 0.0) if "objective" in f else None for _, f in cases]
        if any(values):
            yield f"   of which {kind.lower()}", "MUSD", values
    yield "Penalties (not cash)", "MUSD", _each(cases, lambda f: f["penalties"])
    yield "Valued shortage (not cash)", "MUSD", _each(cases, lambda f: f["shortage"])


def _each(cases: Sequence[tuple[str, Figures]], value: Callable[[Figures], Any]) -> list[Any]:
    return [value(f) if "objective" in f else None for _, f in cases]


def _by_name(
    cases: Sequence[tuple[str, Figures]],
    part: str,
    words: str,
    unit: str,
    *,
    value: Callable[[Any], Any] = float,
    blank: Any = 0.0,
    most: int = 1000,
) -> Rows:
    parts = [parts_of(f, part) for _, f in cases]
    weight: dict[str, float] = {}
    for found in parts:
        for name, x in found.items():
            weight[name] = max(weight.get(name, 0.0), value(x) if unit else 1.0)
    for name in sorted(weight, key=lambda n: (-weight[n], n))[:most]:
        cells = [
            (value(found[name]) if name in found else blank) if "objective" in f else None
            for (_, f), found in zip(cases, parts, strict=True)
        ]
        yield words.format(name), unit, cells


def answers_table(case: Case, found: Cases) -> pd.DataFrame:
    """Return the question and answer of every case asked for."""
    rows = [(a.canned.name, a.figures["status"], a.canned.question, answer(case, found.base, a)) for a in found.asked]
    return frame_of(ANSWERS, rows)


def write_cases(path: Path, case: Case, found: Cases) -> dict[str, pd.DataFrame]:
    """Write the workbook of canned cases and return its tables by name.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    answers, compared = answers_table(case, found), compared_table(found)
    write_bytes(path, cases_content(case, found, answers, compared))
    return {"Cases": compared, "Answers": answers}


def cases_content(case: Case, found: Cases, answers: pd.DataFrame, compared: pd.DataFrame) -> bytes:
    """Return the workbook as bytes."""
    title = str(case.settings["case_title"] or case.name)
    book = Book(f"Cases of {title}")
    s = Sheet(
        book,
        "Answers",
        f"{title}: questions and answers",
        "One paragraph each, made from the figures on sheet Cases. The plan is that of the case as it is, without any of these "
        "changes. Where two figures are given, the truth lies between them: plans are proven within a gap.",
        wide=_LINE,
    )
    for row in answers.itertuples(index=False):
        s.line(f"{row.case} ({row.status})", bold=True)
        s.paragraph(str(row.question), _LINE, italic=True)
        s.paragraph(str(row.answer), _LINE)
        s.row += 1
    s.width(0, _WIDTH)
    s.finish(landscape=False)
    s = Sheet(
        book,
        "Cases",
        f"{title}: cases side by side",
        "Each case changes the plan's case alone. Money is MUSD, discounted; the optimum lies between bound and objective. A "
        "case without a plan has a status and no figures.",
    )
    s.table("Cases", compared_shows(found), compared, freeze=1)
    s.finish()
    names = [name for name, f in case_columns(found) if "objective" in f]
    if len(names) > 1:
        at = list(compared["what"]).index("Cash cost")
        _chart(book, title, found, names, compared.iloc[at])
    return book.content()


def _chart(book: Book, title: str, found: Cases, names: Sequence[str], cash: pd.Series) -> None:
    s = Sheet(
        book,
        "Cash and Shortage",
        f"{title}: what each case costs and leaves short",
        "Cash cost discounted, over all periods, and tonnes short. Cases without a plan are not shown.",
    )
    by_case = dict(case_columns(found))
    shows = (text("case", 46), Show("cash", "money", "MUSD", 12), Show("short", "tonnes", "t", 12))
    rows = [(n, float(cash[n]), total_short(by_case[n])) for n in names]
    placed = s.table("CasesChart", shows, frame_of(shows, rows), filtered=False)
    for heading, what in (("Cash cost (MUSD, discounted)", "cash"), ("Short (t)", "short")):
        columns(
            book,
            s,
            heading,
            f"={placed.cells('case')}",
            [(what.capitalize(), f"={placed.cells(what)}")],
            (s.row, 0),
            (760, 300),
        )
        s.row += 17
    s.finish(one_page=True)
