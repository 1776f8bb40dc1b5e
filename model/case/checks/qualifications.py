"""Qualifications: of whom they are, whether somebody asks for them, and whether they can be had in time."""

from __future__ import annotations

import datetime as dt

from model.case.case import Row
from model.case.checks.finder import Finder, grouped
from model.case.qualifications import concerns

_TABLE = "Qualifications"


def find(finder: Finder) -> None:
    """Check every qualification, and those of one site or supplier against each other."""
    rows = finder.rows(_TABLE)
    for row in rows:
        _whom(finder, row)
        _state(finder, row)
        _asked(finder, row)
    for mine in grouped((r for r in rows if r.site or r.supplier), lambda r: (r.site, r.supplier)).values():
        _contradiction(finder, mine)


def _whom(finder: Finder, row: Row) -> None:
    unread = finder.unread(_TABLE, row, "site") or finder.unread(_TABLE, row, "supplier")
    if not unread and bool(row.site) == bool(row.supplier):
        finder.say("qualification-of-whom", _TABLE, row, "site", name=row.qualification)


def _state(finder: Finder, row: Row) -> None:
    if row.state == "In Progress" and finder.blank(_TABLE, row, "done_by"):
        finder.say("qualification-without-date", _TABLE, row, "done_by", name=row.qualification)
    if row.state != "In Progress" and isinstance(row.done_by, dt.date):
        finder.say("qualification-date-unused", _TABLE, row, "done_by", name=row.qualification, state=row.state)
    if row.state == "Not Qualified" and not finder.unread(_TABLE, row, "months"):
        line = finder.timeline
        if row.months is None:
            finder.say("qualification-never", _TABLE, row, "months", name=row.qualification, why="Months is blank")
        elif max(line.start, line.plan) + row.months >= line.end:
            why = f"{row.months:g} months from the start of the plan are its end or later"
            finder.say("qualification-never", _TABLE, row, "months", name=row.qualification, why=why)


def _asked(finder: Finder, row: Row) -> None:
    needs = finder.rows("Demand")
    unread = any(finder.unread(_TABLE, row, c) for c in ("material", "end_use", "segment"))
    if needs and not unread and not any(d.material and concerns(row, d, finder.contents) for d in needs):
        finder.say("qualification-unasked", _TABLE, row, "material", name=row.qualification)


def _contradiction(finder: Finder, rows: list[Row]) -> None:
    """Say where a row that is Qualified meets another of the same maker or seller that is not, for the same need."""
    for good in (r for r in rows if r.state == "Qualified"):
        met = [d for d in finder.rows("Demand") if d.material and concerns(good, d, finder.contents)]
        for bad in (r for r in rows if r.state != "Qualified"):
            if any(concerns(bad, d, finder.contents) for d in met):
                finder.say(
                    "qualification-contradicted",
                    _TABLE,
                    good,
                    "state",
                    name=good.qualification,
                    other=bad.qualification,
                    where=finder.case.address(_TABLE, bad, "state"),
                )
