"""Sheet About: how the run was made. All that varies between two equal runs stands here and nowhere else.

Texts of other sheets are kept in one part of the file that all sheets share. What varies is therefore written as
formulas of the form ="…", whose texts stay in the sheet's own part: every other part of two equal runs is the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from model.excel.page import Book
from model.report.mixing import mixing_words
from model.report.shape import Show, text
from model.report.sheet import Sheet
from model.report.view import View
from model.schema.tables import SCHEMA_VERSION

ABOUT = (text("what", 30), Show("value", "text", width=90))
_LITERAL = 240  # Excel takes texts of at most 255 characters in a formula
_SIGNED = ("Prepared by", "Reviewed by", "Approved by")
_READ = (
    "t are tonnes of the period, contained rare-earth oxide unless the material says otherwise; t/y are rates per "
    "year.",
    "MUSD are millions of the case's currency and price year. Cash cost is paid; penalties and shortage are valued "
    "and never added to it.",
    "Quantities of a period are its own: a half-year holds half of a year's tonnes. Charts show rates per year.",
    "A purchase is paid at the order and arrives after its lead time; what arrives after the last period is not in "
    "the plan.",
    "Capital is paid as an annuity from commissioning to the end of life or plan; on Decisions it stands in full.",
    "Origin is every country in which a stage was performed. Where a stage is not declared it counts as the worst "
    "case.",
    "A rule binds where nothing is left of its limit. What it costs (shadow prices), what waiting costs and at "
    "which values of the assumptions the decisions would change was not run.",
    "Days of cover are stock over the demand that can get it and may use it, at the rate of the period; what may serve "
    "several end uses counts for each. Against a Cover Target they are days of the need that follows, and each tonne "
    "covers for one target.",
    "Of a project that we share in, money and capacity are our share. Duties are taken on the price paid, or on "
    "Reference Value where no one price is known (see Flows), licence fees where goods leave.",
    "Provenance is attributed: what is in one place is taken as mixed. It is consistent and adds up, it proves nothing.",
    "Confidence: A official, B company or press, C secondary, D claim, E own estimate. Two equal runs give equal "
    "sheets but for this one.",
)


def about_rows(about: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (what, value) of everything told about the run; what is nested is named with its parent."""
    for key, value in about.items():
        name = str(key).replace("_", " ")
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            for inner, shown in about_rows(value):
                yield f"{name}: {inner[:1].lower()}{inner[1:]}", shown
        elif isinstance(value, (list, tuple)):
            yield name, "; ".join(str(v) for v in value)
        elif value is not None:
            yield name, value


def varying(value: str) -> str:
    """Return a text as a formula that gives it, in pieces that Excel takes."""
    pieces = [value[i : i + _LITERAL].replace('"', '""') for i in range(0, len(value), _LITERAL)] or [""]
    return "=" + "&".join(f'"{p}"' for p in pieces)


def write_about(book: Book, view: View, about: Mapping[str, Any]) -> None:
    """Write the sheet."""
    s = Sheet(
        book,
        "About",
        "About this file",
        "How the plan was made, and how to read the sheets. Column A and B are formulas where they "
        "differ from run to run, so that all other sheets of two equal runs are the same.",
    )
    look, bold = s.look("wrapped"), s.look("text", bold=True)
    for name in _SIGNED:
        s.page.text(s.row, 0, name, bold)
        s.page.blank(s.row, 1, look)
        s.row += 1
    s.row += 1
    for name, value in _fixed(view):
        s.page.text(s.row, 0, name, bold)
        s.page.text(s.row, 1, value, look)
        s.row += 1
    for name, value in about_rows(about):
        _varying_row(s, name, value, bold, look)
    s.row += 1
    s.line("How to read the sheets", bold=True)
    for words in _READ:
        s.paragraph(words, 125)
    s.width(0, ABOUT[0].width)
    s.width(1, ABOUT[1].width)
    s.finish(one_page=True)


def _fixed(view: View) -> Iterator[tuple[str, str]]:
    yield "Plan fingerprint", view.fingerprint
    yield "Case", str(view.case.settings["case_title"] or view.case.name)
    yield "Layout of the case", f"version {SCHEMA_VERSION}"
    if said := mixing_words(view.case, view.plan):
        yield "Mixing", said
    if view.attribution:
        yield "Attribution", f"{view.attribution[:1].upper()}{view.attribution[1:]}."
    for key in ("status", "proven", "rows", "columns", "nonzeros", "whole", "labels"):
        if key in view.plan.summary:
            yield f"Plan: {key}", str(view.plan.summary[key])


def _varying_row(s: Sheet, name: str, value: Any, bold: Any, look: Any) -> None:
    s.page.formula(s.row, 0, varying(name), name, bold)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        s.page.number(s.row, 1, float(value), s.look("text"))
    elif isinstance(value, dt.date):
        shown = value.isoformat(sep=" ", timespec="seconds") if isinstance(value, dt.datetime) else value.isoformat()
        s.page.formula(s.row, 1, varying(shown), shown, look)
    else:
        shown = str(value)[:6000]
        s.page.formula(s.row, 1, varying(shown), shown, look)
        s.page.sheet.set_row(s.row, 13.5 * max(1, -(-len(shown) // 88)))
    s.row += 1
