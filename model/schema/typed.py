"""What the rows of typed tables say about each other: settings, keys, references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

import pandas as pd

from model.problems import Problem, problem
from model.schema.column import Column, Table
from model.schema.raw import Locator
from model.schema.tables import SCHEMA_VERSION, TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.values import Bad, as_text, fold, is_blank, nearest, tidy, typed


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


def check_settings(data: dict[str, TableData], found: list[Problem]) -> None:
    """Say which settings hold a value that they can not have, and refuse a layout newer than this program."""
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
            found.append(
                problem(
                    "setting-bad",
                    address,
                    table="Settings",
                    row=settings.locator.row(i),
                    setting=column.title,
                    reason=reason.removeprefix("value: "),
                )
            )
            continue
        if column.name == "schema_version" and isinstance(value, int) and value > SCHEMA_VERSION:
            found.append(
                problem(
                    "newer-schema",
                    address,
                    table="Settings",
                    row=settings.locator.row(i),
                    found=value,
                    known=SCHEMA_VERSION,
                )
            )


def set_aside(data: Mapping[str, TableData]) -> dict[str, frozenset[int]]:
    """Return the rows of each table that the planner left out: excluded, or of another state of the export controls."""
    now = fold(control_state(data))
    out = {}
    for name, d in data.items():
        gone = {i for i, v in enumerate(d.frame["status"].tolist()) if v == "Exclude"}
        if "control_state" in d.frame:
            stated = enumerate(d.frame["control_state"].tolist())
            gone |= {i for i, v in stated if not is_blank(v) and fold(as_text(v)) != now}
        out[name] = frozenset(gone)
    return out


def control_state(data: Mapping[str, TableData]) -> str:
    """Return the state that Setting Control State chooses, or an empty text."""
    if "Settings" not in data:
        return ""
    rows = data["Settings"].frame[["setting", "value", "status"]].itertuples(index=False, name=None)
    return next((as_text(v) for s, v, x in rows if s == "Control State" and x != "Exclude" and not is_blank(v)), "")


def check_control_state(data: Mapping[str, TableData], found: list[Problem]) -> None:
    """Say where Setting Control State names no declared state, or none although rows hold in one state only."""
    declared, now = names_of(data, "Control States"), control_state(data)
    stated = any("control_state" in d.frame and not d.frame["control_state"].map(is_blank).all() for d in data.values())
    if (not declared and not stated) or fold(now) in declared or "Settings" not in data:
        return
    settings = data["Settings"]
    rows = [i for i, s in enumerate(settings.frame["setting"]) if s == "Control State"]
    row_id = rows[0] if rows else None
    found.append(
        problem(
            "control-state",
            settings.locator.address(row_id, "value"),
            table="Settings",
            row=settings.locator.row(row_id),
            found=f"'{now}'" if now else "nothing",
            known=", ".join(reversed(declared.values())) or "none: table Control States is missing",
        )
    )


def check_keys(data: dict[str, TableData], found: list[Problem]) -> None:
    """Say which keys stand twice, and which codes differ in leading zeros only."""
    aside = set_aside(data)
    for name, d in data.items():
        first: dict[tuple[str, ...], int] = {}
        codes: dict[str, str] = {}
        columns = [d.frame[k].tolist() for k in d.table.key]
        defaults = [d.table.column(k).default for k in d.table.key]
        meant = ["" if v is None else as_text(v) for v in defaults]
        for i, cells in enumerate(zip(*columns, strict=True)):
            words = ["" if is_blank(v) else as_text(v) for v in cells]
            if not any(words):
                continue
            # A blank that stands for a word is that word: two rows may not differ in nothing else.
            key = tuple(fold(w or m) for w, m in zip(words, meant, strict=True))
            # A row that is left out may repeat a key, and of a cell that could not be read nothing is known.
            if i in aside[name] or any((i, k) in d.unread for k in d.table.key):
                continue
            address, number = d.locator.address(i, d.table.key[0]), d.locator.row(i)
            if key in first:
                found.append(
                    problem(
                        "key-twice",
                        address,
                        table=name,
                        row=number,
                        key=" / ".join(w for w in words if w),
                        first=first[key],
                    )
                )
            else:
                first[key] = number
            code = words[0]
            bare = code.lstrip("0")
            if bare.isdigit() and codes.setdefault(bare, code) != code:
                found.append(
                    problem(
                        "mixed-codes",
                        address,
                        table=name,
                        row=number,
                        column=d.table.column(d.table.key[0]).title,
                        found=code,
                        other=codes[bare],
                    )
                )


def names_of(data: Mapping[str, TableData], table: str) -> dict[str, str]:
    """Return folded name → declared spelling of everything that a reference to `table` may name."""
    if table not in data:
        return {}
    d = data[table]
    names = [v for v in d.frame[d.table.key[0]] if isinstance(v, str)]
    return {fold(v): v for v in reversed(names)}  # of two spellings the first counts


def resolve_references(data: Mapping[str, TableData], found: list[Problem]) -> dict[str, TableData]:
    """Return the tables with every reference spelled as where it is defined; what is not found is said and left blank."""
    names = cache(partial(names_of, data))
    return {table: _resolved(d, data, names, found) for table, d in data.items()}


def _resolved(
    d: TableData, data: Mapping[str, TableData], names: Callable[[str], dict[str, str]], found: list[Problem]
) -> TableData:
    """Return one table with its references resolved; a column of which nothing changes stays as it is."""
    fresh: dict[str, list[object]] = {}
    unread = dict(d.unread)
    for c in d.table.columns:
        if c.kind not in ("reference", "number_or_series"):
            continue
        values = d.frame[c.name].tolist()
        if c.kind == "reference":
            known: dict[str, str] = {fold(w): w for w in c.also}
            for table in reversed(c.refers_to):
                known |= names(table)
            # Of a needed table that is missing it is said once that it is missing, not in every cell that names it.
            implied = any((TABLES[t].implied or TABLES[t].needed) and t not in data for t in c.refers_to)
            spelled = [_refer(d, c, i, v, known, implied, found) for i, v in enumerate(values)]
        else:
            spelled = [_series(d, c, i, v, names("Series"), found) for i, v in enumerate(values)]
        unread |= {(i, c.name): v for i, v in enumerate(values) if spelled[i] is None and not is_blank(v)}
        if spelled != values:
            fresh[c.name] = spelled
    if not fresh:
        return replace(d, unread=unread)
    frame = d.frame.copy()
    for name, spelled in fresh.items():
        frame[name] = pd.Series(spelled, dtype=object, index=frame.index)
    return replace(d, frame=frame, unread=unread)


def _series(
    d: TableData, c: Column, row_id: int, value: object, known: Mapping[str, str], found: list[Problem]
) -> object:
    """Return a number as it is, and the name of a series as it is spelled where it is defined."""
    if not isinstance(value, str):
        return value
    spelled = known.get(fold(value))
    if spelled is None:
        found.append(
            problem(
                "series-unknown",
                d.locator.address(row_id, c.name),
                table=d.table.name,
                row=d.locator.row(row_id),
                column=c.title,
                found=value,
                hint=nearest(value, known.values()),
            )
        )
    return spelled


def _refer(
    d: TableData, c: Column, row_id: int, value: object, known: Mapping[str, str], implied: bool, found: list[Problem]
) -> object:
    if is_blank(value):
        return None
    text = tidy(value)
    spelled = known.get(fold(text))
    address, number = d.locator.address(row_id, c.name), d.locator.row(row_id)
    if spelled is None:
        if implied:
            return text
        found.append(
            problem(
                "not-found",
                address,
                table=d.table.name,
                row=number,
                column=c.title,
                found=text,
                tables=" or ".join(c.refers_to),
                hint=nearest(text, known.values()),
            )
        )
        return None
    if spelled != text:
        found.append(
            problem("spelling", address, table=d.table.name, row=number, column=c.title, found=text, known=spelled)
        )
    return spelled
