"""What a workbook's own XML says and openpyxl's fast reader does not: tables, merged and hidden cells, formulas.

openpyxl's full reader knows all this, but needs a minute for a sheet with a million formatted empty rows.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z0-9:]+)"')
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)"
    rb"(\s*<(?:\w+:)?v(?:\s*/>|\b[^>]*>\s*</(?:\w+:)?v>))?(\s*</(?:\w+:)?c>)?"
)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}\d+)"')
_EXTERNAL = re.compile(rb"(?<![\w\[\].])\[\d+\][^!\[\]]*!|'\[\d+\]|\[[^\[\]]+\.xls[xmb]?\]")

Range = tuple[int, int, int, int]
"""First column, first row, last column, last row."""


@dataclass(frozen=True)
class ExcelTable:
    """One Excel Table (a named, formatted range)."""

    name: str
    bounds: Range
    has_header: bool
    has_totals: bool


@dataclass(frozen=True)
class SheetPart:
    """One sheet of the package, `hidden` as the user sees it."""

    name: str
    path: str
    hidden: bool
    tables: tuple[ExcelTable, ...]


@dataclass(frozen=True)
class Scan:
    """What one sheet's XML says beyond its values.

    Attributes
    ----------
    uncalculated, external : dict of int to set of int
        Row to columns of formulas without stored value, and of formulas that refer to other workbooks.
    formulas : int
        Number of cells with a formula.
    """

    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    uncalculated: dict[int, set[int]] = field(default_factory=dict)
    external: dict[int, set[int]] = field(default_factory=dict)
    formulas: int = 0


class Package:
    """The parts of a workbook."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.sheets = tuple(self._sheets())

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return id → (last word of the type, path) of everything that a part refers to inside the package."""
        folder, _, name = part.rpartition("/")
        try:
            root = ElementTree.fromstring(self._zip.read(posixpath.join(folder, "_rels", f"{name}.rels")))
        except KeyError:
            return {}
        return {
            r.get("Id", ""): (
                r.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/"),
            )
            for r in root.findall(".//{*}Relationship")
            if r.get("TargetMode") != "External"
        }

    def _sheets(self) -> Iterator[SheetPart]:
        workbook = next((p for kind, p in self._relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
        relations = self._relations(workbook)
        for sheet in ElementTree.fromstring(self._zip.read(workbook)).findall(".//{*}sheet"):
            ids = [value for name, value in sheet.attrib.items() if name.endswith("}id")]
            _, path = relations.get(ids[0] if ids else "", ("", ""))
            yield SheetPart(
                sheet.get("name", ""), path, sheet.get("state", "visible") != "visible", tuple(self._tables(path))
            )

    def _tables(self, sheet: str) -> Iterator[ExcelTable]:
        for kind, path in self._relations(sheet).values():
            if kind == "table":
                root = ElementTree.fromstring(self._zip.read(path))
                yield ExcelTable(
                    root.get("displayName", root.get("name", "")),
                    _bounds(root.get("ref", "A1")),
                    root.get("headerRowCount", "1") != "0",
                    root.get("totalsRowCount", "0") != "0",
                )

    def notes(self, sheet: SheetPart) -> dict[str, str]:
        """Return the comments of a sheet by cell."""
        out = {}
        for path in (p for kind, p in self._relations(sheet.path).values() if kind == "comments"):
            for note in ElementTree.fromstring(self._zip.read(path)).iterfind(".//{*}comment"):
                out[note.get("ref", "A1")] = "".join(t.text or "" for t in note.iterfind(".//{*}t")).strip()
        return out

    def scan(self, sheet: SheetPart) -> Scan:
        """Return what the XML of a sheet says beyond its values."""
        xml = self._zip.read(sheet.path)
        tail = xml[max(xml.rfind(b"sheetData"), 0) :]
        merged = tuple(_bounds(m.decode()) for m in _MERGE.findall(tail))
        uncalculated: dict[int, set[int]] = {}
        external: dict[int, set[int]] = {}
        formulas = 0
        if any(mark in xml for mark in (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")):
            for cell in _FORMULA_CELL.finditer(xml):
                formulas += 1
                attributes, text, empty_value, end = cell.groups()
                where = _ADDRESS.search(attributes)
                if where is None:
                    continue
                row, column = coordinate_to_tuple(where.group(1).decode())
                # A formula that gives empty text has an empty value too, but says that it is text.
                if (empty_value or end) and b't="str"' not in attributes:
                    uncalculated.setdefault(row, set()).add(column)
                if _EXTERNAL.search(text or b""):
                    external.setdefault(row, set()).add(column)
        return Scan(merged, _hidden_rows(xml), uncalculated, external, formulas)


def _bounds(ref: str) -> Range:
    first_column, first_row, last_column, last_row = range_boundaries(ref)
    return first_column or 1, first_row or 1, last_column or 16384, last_row or 1_048_576


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    rows = (m.group(0) for m in _ROW.finditer(xml))
    numbers = (_NUMBER.search(r) for r in rows if _HIDDEN.search(r))
    return frozenset(int(n.group(1)) for n in numbers if n)
