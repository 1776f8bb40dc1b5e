"""Workbooks as planners and other programs leave them, built without Excel."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from model.case.load import load_with_problems
from model.errors import CaseError
from model.problems import Problem

Rows = list[list[Any]]


def sheets() -> dict[str, Rows]:
    """Give a small case without problems: header in row 1 of every sheet."""
    return {
        "Settings": [["Setting", "Value"], ["Base Date", "2026-01-01"]],
        "Materials": [["Material", "Stage"], ["Dy Oxide", "Separated"], ["NdPr Oxide", "Separated"]],
        "Suppliers": [["Supplier", "Country"], ["Alpha", "Australia"], ["Beta", "Estonia"]],
        "Offers": [
            ["Offer", "Supplier", "Material", "Price (USD/kg)", "Available to Us (t/y)", "Valid From"],
            ["A1", "Alpha", "Dy Oxide", 400, 12, None],
            ["A2", "Beta", "NdPr Oxide", 90, 120, None],
            ["A3", "Beta", "Dy Oxide", 420, None, None],
        ],
        "Demand": [["Segment", "Material", 2026, 2027], ["Motors", "Dy Oxide", 5, 6], ["Motors", "NdPr Oxide", 80, 90]],
    }


def workbook(content: Mapping[str, Rows] | None = None, change: Callable[[Any], None] | None = None) -> bytes:
    """Write sheets with openpyxl, after `change` has had its way with the workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (content or sheets()).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Pass every part of a package through `change`; None drops it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Add a part to a package."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def sheet_xml(data: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change the XML of the sheet with this number, counted from 1."""
    return rewritten(data, lambda name, xml: change(xml) if name == f"xl/worksheets/sheet{number}.xml" else xml)


def problems(folder: Path, data: bytes, name: str = "case.xlsx") -> list[Problem]:
    """Give everything that is found in a workbook with these bytes."""
    path = folder / name
    path.write_bytes(data)
    try:
        return list(load_with_problems(path).problems)
    except CaseError as error:
        return list(error.problems)


def told(found: list[Problem]) -> list[tuple[str, str, str]]:
    """Give code, address and sentence of every problem."""
    return [(p.code, p.address, p.sentence) for p in found]


def errors(found: list[Problem]) -> list[tuple[str, str, str]]:
    """Give code, address and sentence of every error."""
    return told([p for p in found if p.level == "error"])
