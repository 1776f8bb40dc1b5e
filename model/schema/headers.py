"""Headers of a table: which column is which, in which unit, and for which period or year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from model.problems import Problem, problem
from model.schema import units
from model.schema.column import Column
from model.schema.outside import column_outside
from model.schema.raw import RawTable, column_letter
from model.schema.values import as_text, fold, nearest

_UNIT = re.compile(r"^(.*?)\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)$")
_YEAR = re.compile(r"(19[5-9]\d|20\d\d|21\d\d)")
_LIKE_PERIOD = re.compile(r"(19[5-9]\d|20\d\d|21\d\d)([-\s/]?[HQMhqm]?\d{0,2})?")


@dataclass(frozen=True, slots=True)
class Span:
    """A row of table Periods, as far as headers need it; `needed` is False if the row is excluded."""

    label: str
    years: tuple[int, ...]
    needed: bool


@dataclass(frozen=True)
class Headers:
    """Where columns stand: by code name, with unit factors; period columns by label or year; unknown ones by text."""

    static: dict[str, int]
    factors: dict[str, float]
    periods: dict[str, int]
    extra: dict[str, int]


class Scribe:
    """Collects problems of one raw table, with addresses."""

    def __init__(self, raw: RawTable, found: list[Problem]) -> None:
        self.raw, self.found = raw, found
        self.keys: dict[int, str] = {}
        self.unread: dict[tuple[int, str], object] = {}

    def at(self, row: int, column: int, title: str) -> str:
        """Return the address of a cell, before the table has a locator."""
        if self.raw.form == "sheet":
            return f"{self.raw.sheet}!{column_letter(column)}{row}"
        if self.raw.form == "csv":
            return f"{self.raw.sheet}:{row} ({title})"
        if row == self.raw.header_row:
            return f"{self.raw.sheet}, {title}"
        return f"{self.raw.sheet}, {self.keys.get(row) or f'row {row}'}, {title}"

    def say(self, code: str, row: int, column: int, title: str, /, **fields: object) -> None:
        """Note a problem of a cell."""
        self.found.append(problem(code, self.at(row, column, title), table=self.raw.table.name, row=row, **fields))


def spans_of(periods: pd.DataFrame) -> list[Span]:
    """Return the readable rows of table Periods."""
    rows = zip(periods["period"], periods["start"], periods["months"], periods["status"], strict=True)
    return [
        Span(label, tuple(range(start.year, start.year + max(1, (months or 0) // 12))), status != "Exclude")
        for label, start, months, status in rows
        if isinstance(label, str) and isinstance(start, dt.date)
    ]


def header_by_period(headers: Mapping[str, int], spans: list[Span]) -> dict[str, str]:
    """Return for each period the header under which its number stands: its own, or its year's."""
    return {
        s.label: found
        for s in spans
        if (found := next((h for h in (s.label, *map(str, s.years)) if h in headers), None))
    }


def match_headers(raw: RawTable, spans: list[Span] | None, scribe: Scribe) -> Headers:
    """Return which header is what, saying what is missing, doubled, unknown or in another unit."""
    by_fold: dict[str, Column] = {}
    for c in raw.table.all_columns:
        for name in (c.title, c.name, *c.aliases):
            by_fold[fold(name)] = c
    headers = Headers({}, {}, {}, {})
    seen: dict[str, int] = {}
    for at, cell in sorted(raw.headers.items()):
        text = as_text(cell)
        bare, unit = (m.group(1), m.group(2)) if (m := _UNIT.match(text)) else (text, "")
        column = by_fold.get(fold(text)) or by_fold.get(fold(bare))
        label = _period_header(cell, text, spans) if raw.table.periods and not column else None
        name = column.name if column else (label or fold(text))
        if name in seen:
            scribe.say(
                "column-twice", raw.header_row, at, text, column=text, first=_at(raw, seen[name]), second=_at(raw, at)
            )
            continue
        seen[name] = at
        if column:
            headers.static[column.name] = at
            _match_unit(raw, column, unit, at, headers, scribe)
        elif label:
            headers.periods[label] = at
        elif raw.table.periods and spans is not None and (_LIKE_PERIOD.fullmatch(text) or isinstance(cell, dt.date)):
            scribe.say(
                "period-unknown", raw.header_row, at, text, column=text, hint=nearest(text, [s.label for s in spans])
            )
        else:
            headers.extra[text] = at
            outside = column_outside(raw.table.name, bare, (cells.get(at) for _, cells in raw.rows))
            if outside:
                scribe.say(outside, raw.header_row, at, text, what=f"column {text!r}")
                continue
            missing = [c.title for c in raw.table.all_columns if c.name not in seen]
            scribe.say("column-unknown", raw.header_row, at, text, column=text, hint=nearest(bare, missing))
    for c in raw.table.columns:
        if c.required and c.name not in headers.static:
            unknown = nearest(c.title, [_UNIT.sub(r"\1", h) for h in headers.extra])
            scribe.say("column-missing", raw.header_row, 1, c.title, column=c.header, hint=unknown)
    if spans:
        _check_period_headers(raw, headers, spans, scribe)
    return headers


def _at(raw: RawTable, column: int) -> str:
    return f"column {column_letter(column)}" if raw.form == "sheet" else f"column {column}"


def _match_unit(raw: RawTable, column: Column, unit: str, at: int, headers: Headers, scribe: Scribe) -> None:
    if not unit or not column.unit or fold(unit) == fold(column.unit):
        return
    known = {fold(u): u for u in units.alternatives(column.unit)}
    named = known.get(fold(unit))
    factor = units.factor(named, column.unit) if named else None
    if named is None or factor is None:
        scribe.say(
            "unit-unknown",
            raw.header_row,
            at,
            column.title,
            column=column.title,
            found=unit,
            choices=" or ".join(units.alternatives(column.unit)),
        )
        return
    headers.factors[column.name] = factor
    scribe.say("unit-converted", raw.header_row, at, column.title, column=column.title, found=named, stored=column.unit)


def _period_header(cell: object, text: str, spans: list[Span] | None) -> str | None:
    if isinstance(cell, dt.date) and cell.month == 1 and cell.day == 1:
        text = str(cell.year)
    if spans is None:
        return text if _YEAR.fullmatch(text) else None
    for span in spans:
        if fold(span.label) == fold(text):
            return span.label
    return text if _YEAR.fullmatch(text) and any(int(text) in s.years for s in spans) else None


def _check_period_headers(raw: RawTable, headers: Headers, spans: list[Span], scribe: Scribe) -> None:
    if raw.table.periods is None or raw.table.periods.partial:
        return
    own = set(headers.periods)
    if not own:
        if raw.table.name != "Export Controls":  # a Ban has no volumes; check says which control limits nothing
            scribe.say("no-period-columns", raw.header_row, 1, "header", name=raw.table.name)
        return
    labels = {s.label for s in spans}
    for year in sorted({y for s in spans for y in s.years}):
        inside = [s.label for s in spans if year in s.years]
        if str(year) in own and str(year) not in labels and all(p in own for p in inside):
            scribe.say(
                "period-doubled",
                raw.header_row,
                headers.periods[str(year)],
                str(year),
                year=year,
                periods=", ".join(inside),
            )
    if raw.table.periods.blank == "as before":
        return
    for span in (s for s in spans if s.needed and s.label not in own):
        missing = [str(y) for y in span.years if str(y) not in own]
        if missing and len(missing) < len(span.years):
            scribe.say(
                "period-years-missing", raw.header_row, 1, span.label, period=span.label, missing=", ".join(missing)
            )
        elif missing:
            named = [c.title for c in raw.table.all_columns if fold(c.title) == fold(span.label)]
            code = "period-named-as-column" if named else "period-without-column"
            scribe.say(code, raw.header_row, 1, span.label, period=span.label)
