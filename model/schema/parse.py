"""From raw cells to typed tables: headers, types, keys, references. All problems at once, none repaired silently."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from model.problems import Problem, problem
from model.schema import units
from model.schema.column import Column, Table
from model.schema.raw import Locator, RawTable, column_letter
from model.schema.tables import SCHEMA_VERSION, TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.values import Bad, as_text, fold, in_range, is_blank, nearest, tidy, typed

_UNIT = re.compile(r"^(.*?)\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)$")
_YEAR = re.compile(r"(19[5-9]\d|20\d\d|21\d\d)")
_LIKE_PERIOD = re.compile(r"(19[5-9]\d|20\d\d|21\d\d)([-\s/]?[HQMhqm]?\d{0,2})?")


@dataclass(frozen=True)
class TableData:
    """One typed table.

    Attributes
    ----------
    frame : DataFrame
        Index `row_id` (0, 1, …), one column per declared column, in stored units; None or NaN where the cell is blank.
    wide : DataFrame
        Same index, one column per period column under its header as text; NaN where the cell is blank.
    extra : DataFrame
        Same index, unknown columns as text, so that nothing is lost when the case is written again.
    unread : dict of (int, str) to object
        Row id and column (or period header) of every cell that could not be read, with what stands in it:
        such a cell is blank in the frames, but not empty.
    """

    table: Table
    frame: pd.DataFrame
    wide: pd.DataFrame
    extra: pd.DataFrame
    locator: Locator
    unread: Mapping[tuple[int, str], object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Span:
    """A row of table Periods, as far as headers need it; `needed` is False if the row is excluded."""

    label: str
    years: tuple[int, ...]
    needed: bool


@dataclass(frozen=True)
class _Headers:
    static: dict[str, int]
    factors: dict[str, float]
    periods: dict[str, int]
    extra: dict[str, int]


class _Scribe:
    """Collects problems of one raw table, with addresses."""

    def __init__(self, raw: RawTable, found: list[Problem]) -> None:
        self.raw, self.found = raw, found
        self.keys: dict[int, str] = {}
        self.unread: dict[tuple[int, str], object] = {}

    def at(self, row: int, column: int, title: str) -> str:
        if self.raw.form == "sheet":
            return f"{self.raw.sheet}!{column_letter(column)}{row}"
        if self.raw.form == "csv":
            return f"{self.raw.sheet}:{row} ({title})"
        if row == self.raw.header_row:
            return f"{self.raw.sheet}, {title}"
        return f"{self.raw.sheet}, {self.keys.get(row) or f'row {row}'}, {title}"

    def say(self, code: str, row: int, column: int, title: str, /, **fields: object) -> None:
        self.found.append(problem(code, self.at(row, column, title), table=self.raw.table.name, row=row, **fields))


def parse(raws: Iterable[RawTable]) -> tuple[dict[str, TableData], list[Problem]]:
    """Return typed tables and everything that is wrong or worth saying about their cells.

    Tables come back for every raw table with rows, whatever is wrong with it, so that later checks can find more.
    References are checked and spelled as in the table that defines them. A table without rows counts as absent, unless
    the case needs it.
    """
    # A sheet without rows, such as most of the blank template's, says no more than a sheet that is not there.
    by_name = {raw.table.name: raw for raw in raws if raw.table.needed or _has_rows(raw)}
    found: list[Problem] = []
    data: dict[str, TableData] = {}
    spans: list[_Span] = []
    if "Periods" in by_name:
        data["Periods"] = _parse_table(by_name["Periods"], None, found)
        spans = _spans(data["Periods"].frame)
    for name, raw in by_name.items():
        if name != "Periods":
            data[name] = _parse_table(raw, spans or None, found)
    _check_settings(data, found)
    _check_keys(data, found)
    data = {name: _resolve_references(d, data, found) for name, d in data.items()}
    return data, found


def _has_rows(raw: RawTable) -> bool:
    return any(not is_blank(v) for _, cells in raw.rows for v in cells.values())


def _spans(periods: pd.DataFrame) -> list[_Span]:
    rows = zip(periods["period"], periods["start"], periods["months"], periods["status"], strict=True)
    return [_Span(label, tuple(range(start.year, start.year + max(1, (months or 0) // 12))), status != "Exclude")
            for label, start, months, status in rows if isinstance(label, str) and isinstance(start, dt.date)]


def _parse_table(raw: RawTable, spans: list[_Span] | None, found: list[Problem]) -> TableData:
    scribe = _Scribe(raw, found)
    headers = _match_headers(raw, spans, scribe)
    columns = raw.table.all_columns
    rows: list[list[object]] = []
    wides: list[list[float]] = []
    extras: list[list[str | None]] = []
    numbers: dict[int, int] = {}
    for number, cells in raw.rows:
        if all(is_blank(v) for v in cells.values()):
            continue
        row_id = len(rows)
        numbers[row_id] = number
        scribe.keys[number] = " / ".join(as_text(v) for k in raw.table.key
                                         if not is_blank(v := cells.get(headers.static.get(k, 0))))
        rows.append([_static_cell(c, row_id, number, cells, headers, scribe) for c in columns])
        wides.append([_period_cell(h, at, row_id, number, cells, scribe) for h, at in headers.periods.items()])
        extras.append([as_text(v) if not is_blank(v := cells.get(at)) else None for at in headers.extra.values()])
    index = pd.RangeIndex(len(rows), name="row_id")
    kinds = ["float64" if c.kind == "number" else "object" for c in columns]
    frame = _frame([c.name for c in columns], kinds, rows, index)
    wide = _frame(list(headers.periods), ["float64"] * len(headers.periods), wides, index)
    extra = _frame(list(headers.extra), ["object"] * len(headers.extra), extras, index)
    keys = {i: scribe.keys[number] for i, number in numbers.items() if scribe.keys[number]}
    period_headers = _header_by_period(headers.periods, spans or [])
    locator = Locator(raw.table.name, raw.form, raw.sheet, raw.header_row,
                      {**headers.static, **headers.periods}, numbers, keys, period_headers)
    return TableData(raw.table, frame, wide, extra, locator, scribe.unread)


def _frame(names: list[str], kinds: list[str], rows: Sequence[Sequence[object]], index: pd.RangeIndex) -> pd.DataFrame:
    # The type is named per column: pandas would guess it, and make NaN of None in texts.
    columns = {name: pd.Series([row[at] for row in rows], index=index, dtype=kind)
               for at, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    return pd.DataFrame(columns, index=index)


def _header_by_period(headers: Mapping[str, int], spans: list[_Span]) -> dict[str, str]:
    return {s.label: found for s in spans
            if (found := next((h for h in (s.label, *map(str, s.years)) if h in headers), None))}


def _match_headers(raw: RawTable, spans: list[_Span] | None, scribe: _Scribe) -> _Headers:
    by_fold: dict[str, Column] = {}
    for c in raw.table.all_columns:
        for name in (c.title, c.name, *c.aliases):
            by_fold[fold(name)] = c
    headers = _Headers({}, {}, {}, {})
    seen: dict[str, int] = {}
    for at, cell in sorted(raw.headers.items()):
        text = as_text(cell)
        bare, unit = (m.group(1), m.group(2)) if (m := _UNIT.match(text)) else (text, "")
        column = by_fold.get(fold(text)) or by_fold.get(fold(bare))
        label = _period_header(cell, text, spans) if raw.table.periods and not column else None
        name = column.name if column else (label or fold(text))
        if name in seen:
            scribe.say("column-twice", raw.header_row, at, text, column=text, first=_at(raw, seen[name]),
                       second=_at(raw, at))
            continue
        seen[name] = at
        if column:
            headers.static[column.name] = at
            _match_unit(raw, column, unit, at, headers, scribe)
        elif label:
            headers.periods[label] = at
        elif raw.table.periods and spans is not None and (_LIKE_PERIOD.fullmatch(text) or isinstance(cell, dt.date)):
            scribe.say("period-unknown", raw.header_row, at, text, column=text,
                       hint=nearest(text, [s.label for s in spans]))
        else:
            headers.extra[text] = at
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


def _match_unit(raw: RawTable, column: Column, unit: str, at: int, headers: _Headers, scribe: _Scribe) -> None:
    if not unit or not column.unit or fold(unit) == fold(column.unit):
        return
    known = {fold(u): u for u in units.alternatives(column.unit)}
    named = known.get(fold(unit))
    factor = units.factor(named, column.unit) if named else None
    if named is None or factor is None:
        scribe.say("unit-unknown", raw.header_row, at, column.title, column=column.title, found=unit,
                   choices=" or ".join(units.alternatives(column.unit)))
        return
    headers.factors[column.name] = factor
    scribe.say("unit-converted", raw.header_row, at, column.title, column=column.title, found=named, stored=column.unit)


def _period_header(cell: object, text: str, spans: list[_Span] | None) -> str | None:
    if isinstance(cell, dt.date) and cell.month == 1 and cell.day == 1:
        text = str(cell.year)
    if spans is None:
        return text if _YEAR.fullmatch(text) else None
    for span in spans:
        if fold(span.label) == fold(text):
            return span.label
    return text if _YEAR.fullmatch(text) and any(int(text) in s.years for s in spans) else None


def _check_period_headers(raw: RawTable, headers: _Headers, spans: list[_Span], scribe: _Scribe) -> None:
    if raw.table.periods is None or raw.table.name == "Commitments":
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
            scribe.say("period-doubled", raw.header_row, headers.periods[str(year)], str(year), year=year,
                       periods=", ".join(inside))
    if raw.table.periods.blank == "as before":
        return
    for span in (s for s in spans if s.needed and s.label not in own):
        missing = [str(y) for y in span.years if str(y) not in own]
        if missing and len(missing) < len(span.years):
            scribe.say("period-years-missing", raw.header_row, 1, span.label, period=span.label,
                       missing=", ".join(missing))
        elif missing:
            scribe.say("period-without-column", raw.header_row, 1, span.label, period=span.label)


def _static_cell(c: Column, row_id: int, number: int, cells: dict[int, object], headers: _Headers,
                 scribe: _Scribe) -> object:
    at = headers.static.get(c.name)
    value = cells.get(at) if at is not None else None
    if is_blank(value):
        if c.required and at is not None:
            scribe.say("cell-empty", number, at, c.title, column=c.title, meaning=c.blank_meaning)
        return None
    assert at is not None

    def say(code: str, /, **fields: object) -> None:
        scribe.say(code, number, at, c.title, column=c.title, **fields)

    try:
        return typed(c, value, say, headers.factors.get(c.name, 1.0))
    except Bad as bad:
        say(bad.code, **bad.fields)
        scribe.unread[row_id, c.name] = value
        return None


def _period_cell(header: str, at: int, row_id: int, number: int, cells: dict[int, object], scribe: _Scribe) -> float:
    value = cells.get(at)
    if is_blank(value):
        return float("nan")
    declared = scribe.raw.table.periods
    assert declared is not None
    as_column = Column(declared.name, "number", "", declared.unit, low=declared.low, high=declared.high)

    def say(code: str, /, **fields: object) -> None:
        scribe.say(code, number, at, header, column=f"{declared.title} {header}", **fields)

    share = declared.unit == "%"
    try:
        result = typed(replace(as_column, unit="" if share else declared.unit), value, say)
        assert isinstance(result, float)
        return in_range(result, declared.low, declared.high, share)
    except Bad as bad:
        say(bad.code, **bad.fields)
        scribe.unread[row_id, header] = value
        return float("nan")


def _check_settings(data: dict[str, TableData], found: list[Problem]) -> None:
    if "Settings" not in data:
        return
    settings = data["Settings"]
    by_title = {c.title: c for c in SETTINGS}
    cells = settings.frame[["setting", "value", "status"]].itertuples(index=False, name=None)
    for i, (setting, text, status) in enumerate(cells):
        column = by_title.get(setting)
        if column is None or is_blank(text) or status == "Exclude":
            continue
        address = settings.locator.address(i, "value")
        try:
            value = typed(column, text, lambda *a, **k: None)
        except Bad as bad:
            reason = problem(bad.code, column="value", **bad.fields).sentence
            found.append(problem("setting-bad", address, table="Settings", row=settings.locator.row(i),
                                 setting=column.title, reason=reason.removeprefix("value: ")))
            continue
        if column.name == "schema_version" and isinstance(value, int) and value > SCHEMA_VERSION:
            found.append(problem("newer-schema", address, table="Settings", row=settings.locator.row(i),
                                 found=value, known=SCHEMA_VERSION))


def _check_keys(data: dict[str, TableData], found: list[Problem]) -> None:
    for name, d in data.items():
        first: dict[tuple[str, ...], int] = {}
        codes: dict[str, str] = {}
        status = list(d.frame["status"])
        columns = [list(d.frame[k]) for k in d.table.key]
        for i, cells in enumerate(zip(*columns, strict=True)):
            words = ["" if is_blank(v) else as_text(v) for v in cells]
            key = tuple(map(fold, words))
            # An excluded row may repeat a key, and of a cell that could not be read nothing is known.
            if status[i] == "Exclude" or not any(key) or any((i, k) in d.unread for k in d.table.key):
                continue
            address, number = d.locator.address(i, d.table.key[0]), d.locator.row(i)
            if key in first:
                found.append(problem("key-twice", address, table=name, row=number,
                                     key=" / ".join(w for w in words if w), first=first[key]))
            else:
                first[key] = number
            code = words[0]
            bare = code.lstrip("0")
            if bare.isdigit() and codes.setdefault(bare, code) != code:
                found.append(problem("mixed-codes", address, table=name, row=number,
                                     column=d.table.column(d.table.key[0]).title, found=code, other=codes[bare]))


def names_of(data: Mapping[str, TableData], table: str) -> dict[str, str]:
    """Return folded name → declared spelling of everything that a reference to `table` may name."""
    if table not in data:
        return {}
    d = data[table]
    names = [v for v in d.frame[d.table.key[0]] if isinstance(v, str)]
    return {fold(v): v for v in reversed(names)}  # of two spellings the first counts


def _resolve_references(d: TableData, data: Mapping[str, TableData], found: list[Problem]) -> TableData:
    frame = d.frame.copy()
    unread = dict(d.unread)
    for c in d.table.columns:
        if c.kind == "reference":
            known: dict[str, str] = {fold(w): w for w in c.also}
            for table in reversed(c.refers_to):
                known |= names_of(data, table)
            # Of a needed table that is missing it is said once that it is missing, not in every cell that names it.
            implied = any((TABLES[t].implied or TABLES[t].needed) and t not in data for t in c.refers_to)
            spelled = [_refer(d, c, i, v, known, implied, found) for i, v in frame[c.name].items()]
            unread |= {(int(str(i)), c.name): v for (i, v), name in zip(frame[c.name].items(), spelled, strict=True)
                       if name is None and not is_blank(v)}
            frame[c.name] = pd.Series(spelled, dtype=object, index=frame.index)
        elif c.kind == "number_or_series":
            known = names_of(data, "Series")
            for i, v in frame[c.name].items():
                if isinstance(v, str):
                    series = known.get(fold(v))
                    if series is None:
                        row_id = int(str(i))
                        unread[row_id, c.name] = v
                        found.append(problem("series-unknown", d.locator.address(row_id, c.name), table=d.table.name,
                                             row=d.locator.row(row_id), column=c.title, found=v,
                                             hint=nearest(v, known.values())))
                    frame.at[i, c.name] = series
    return replace(d, frame=frame, unread=unread)


def _refer(d: TableData, c: Column, i: object, value: object, known: Mapping[str, str], implied: bool,
           found: list[Problem]) -> object:
    if is_blank(value):
        return None
    text = tidy(value)
    spelled = known.get(fold(text))
    row_id = int(str(i))
    address, number = d.locator.address(row_id, c.name), d.locator.row(row_id)
    if spelled is None:
        if implied:
            return text
        found.append(problem("not-found", address, table=d.table.name, row=number, column=c.title, found=text,
                             tables=" or ".join(c.refers_to), hint=nearest(text, known.values())))
        return None
    if spelled != text:
        found.append(problem("spelling", address, table=d.table.name, row=number, column=c.title, found=text,
                             known=spelled))
    return spelled
