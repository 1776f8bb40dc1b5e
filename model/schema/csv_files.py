"""The CSV form of a case: a folder with one file per table, read and written without loss."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from model.problems import Problem, problem
from model.schema.column import Table
from model.schema.outside import sheet_outside
from model.schema.raw import CsvText, RawTable
from model.schema.tables import TABLES
from model.schema.typed import TableData
from model.schema.values import as_text, is_blank

_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def read_folder(folder: Path, tables: Mapping[str, Table] = TABLES) -> tuple[list[RawTable], list[Problem]]:
    """Return the raw tables of a folder and what is to be said about its files; `tables` are those looked for.

    Values are texts here; the schema gives them their type, so `NA` stays a name.
    """
    by_file = {t.file_name: t for t in tables.values()}
    raws: list[RawTable] = []
    found: list[Problem] = []
    for path in sorted(folder.glob("*.csv"), key=lambda p: p.name):
        table = by_file.get(path.name.lower())
        if table is None:
            outside = sheet_outside(path.name)
            said = problem(outside, path.name, what=path.name) if outside else None
            found.append(said or problem("unknown-file", path.name, sheet=path.name))
            continue
        lines = _lines(path, found)
        if not lines:
            found.append(problem("no-header", path.name, table=table.name, columns=", ".join(table.header_key)))
            continue
        headers = {i: h for i, h in enumerate(lines[0][1], 1) if not is_blank(h)}
        rows: list[tuple[int, dict[int, object]]] = []
        for number, cells in lines[1:]:
            if len(cells) > len(lines[0][1]) and any(not is_blank(c) for c in cells[len(lines[0][1]) :]):
                found.append(
                    problem(
                        "csv-ragged",
                        f"{path.name}:{number}",
                        table=table.name,
                        row=number,
                        found=len(cells),
                        expected=len(lines[0][1]),
                    )
                )
            rows.append((number, {i: CsvText(c) for i, c in enumerate(cells, 1) if not is_blank(c)}))
        raws.append(RawTable(table, "csv", path.name, lines[0][0], dict(headers), rows))
    if not raws:
        found.append(problem("folder-empty", "", path=folder))
    return raws, found


def _lines(path: Path, found: list[Problem]) -> list[tuple[int, list[str]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        found.append(problem("csv-encoding", path.name, path=path.name))
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    if separator == ";":
        found.append(problem("csv-semicolon", path.name, path=path.name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    for cells in reader:
        lines.append((start, cells))
        start = reader.line_num + 1
    if separator == ";" and any(_DECIMAL_COMMA.fullmatch(c.strip()) for _, cells in lines[1:] for c in cells):
        found.append(problem("csv-decimal-comma", path.name, path=path.name))
    while lines and all(is_blank(c) for c in lines[0][1]):
        lines.pop(0)
    return lines


def write_folder(folder: Path, data: Mapping[str, TableData]) -> None:
    """Write every table of a case into an existing folder: UTF-8, comma, LF, shortest round-trip numbers."""
    for d in data.values():
        with (folder / d.table.file_name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(grid(d))


def grid(d: TableData) -> list[list[str]]:
    """Return headers and rows of a table as texts, in the order in which sheets are written.

    A column that is blank throughout is left out unless it belongs to the key, so that shipped cases stay readable.
    """
    own = {c.name for c in d.table.columns}
    kept = [
        c
        for c in d.table.all_columns
        if c.required or c.name in d.table.key or d.frame[c.name].map(lambda v: not is_blank(v)).any()
    ]
    static, common = [c for c in kept if c.name in own], [c for c in kept if c.name not in own]
    lines = [[c.header for c in static] + list(d.wide.columns) + [c.header for c in common] + list(d.extra.columns)]
    for i in d.frame.index:
        lines.append(
            [csv_text(d.frame.at[i, c.name]) for c in static]
            + [csv_text(d.wide.at[i, h]) for h in d.wide.columns]
            + [csv_text(d.frame.at[i, c.name]) for c in common]
            + [csv_text(d.extra.at[i, h]) for h in d.extra.columns]
        )
    return lines


def csv_text(value: object) -> str:
    """Return a cell's text: whole numbers without a point, other floats in their shortest exact form."""
    if is_blank(value) or value is pd.NaT:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return as_text(value)
