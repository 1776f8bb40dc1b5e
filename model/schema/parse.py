"""From raw cells to typed tables. All problems at once, none repaired silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from model.problems import Problem
from model.schema.column import Column
from model.schema.frames import NUMBER, TEXT, typed_frame
from model.schema.headers import Headers, Scribe, Span, header_by_period, match_headers, spans_of
from model.schema.raw import Locator, RawTable
from model.schema.typed import TableData, check_control_state, check_keys, check_settings, resolve_references
from model.schema.values import Bad, as_text, in_range, is_blank, typed


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
    spans: list[Span] = []
    if "Periods" in by_name:
        data["Periods"] = _parse_table(by_name["Periods"], None, found)
        spans = spans_of(data["Periods"].frame)
    for name, raw in by_name.items():
        if name != "Periods":
            data[name] = _parse_table(raw, spans or None, found)
    check_settings(data, found)
    check_control_state(data, found)
    check_keys(data, found)
    return resolve_references(data, found), found


def _has_rows(raw: RawTable) -> bool:
    return any(not is_blank(v) for _, cells in raw.rows for v in cells.values())


def _parse_table(raw: RawTable, spans: list[Span] | None, found: list[Problem]) -> TableData:
    scribe = Scribe(raw, found)
    headers = match_headers(raw, spans, scribe)
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
        scribe.keys[number] = " / ".join(
            as_text(v) for k in raw.table.key if not is_blank(v := cells.get(headers.static.get(k, 0)))
        )
        rows.append([_static_cell(c, row_id, number, cells, headers, scribe) for c in columns])
        wides.append([_period_cell(h, at, row_id, number, cells, scribe) for h, at in headers.periods.items()])
        extras.append([as_text(v) if not is_blank(v := cells.get(at)) else None for at in headers.extra.values()])
    index = pd.RangeIndex(len(rows), name="row_id")
    kinds = [NUMBER if c.kind == "number" else TEXT for c in columns]
    frame = typed_frame([c.name for c in columns], kinds, rows, index)
    wide = typed_frame(list(headers.periods), [NUMBER] * len(headers.periods), wides, index)
    extra = typed_frame(list(headers.extra), [TEXT] * len(headers.extra), extras, index)
    keys = {i: scribe.keys[number] for i, number in numbers.items() if scribe.keys[number]}
    period_headers = header_by_period(headers.periods, spans or [])
    locator = Locator(
        raw.table.name,
        raw.form,
        raw.sheet,
        raw.header_row,
        {**headers.static, **headers.periods},
        numbers,
        keys,
        period_headers,
    )
    return TableData(raw.table, frame, wide, extra, locator, scribe.unread)


def _static_cell(
    c: Column, row_id: int, number: int, cells: dict[int, object], headers: Headers, scribe: Scribe
) -> object:
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


def _period_cell(header: str, at: int, row_id: int, number: int, cells: dict[int, object], scribe: Scribe) -> float:
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
