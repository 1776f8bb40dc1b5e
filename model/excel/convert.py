"""From workbook to folder and back. Everything that the schema declares is kept; what is not is said."""

from __future__ import annotations

from pathlib import Path

from model.case.case import Case
from model.case.load import load
from model.errors import StoreError
from model.excel.locate import OWN_SHEETS
from model.excel.package import Package
from model.excel.replace import write_folder as put_folder
from model.excel.write import write_case_workbook
from model.problems import Problem, problem
from model.schema import csv_files
from model.schema.tables import TABLES
from model.schema.values import fold

_TOLD = {
    "unknown-sheet",
    "unknown-file",
    "unit-converted",
    "text-read-as-number",
    "text-read-as-date",
    "spelling",
    "external-link",
    "external-links",
    "column-without-header",
    "too-many-columns",
    "sheet-empty",
}
"""Notes of reading that say that the copy differs from its source."""


def convert(source: Path, target: Path) -> list[Problem]:
    """Write the case at `source` as a workbook (target ends in .xlsx) or as a folder of CSV files.

    Returns
    -------
    list of Problem
        Notes on what the copy does not keep.

    Raises
    ------
    CaseError
        If the case has errors: what can not be read can not be kept.
    StoreError
        If the target can not be written, or holds anything but a case; it is untouched then.
    """
    if source.resolve() == target.resolve():
        raise StoreError(f"{target} is the case itself; give another name")
    if target.suffix.lower() in (".xls", ".xlsm", ".xlsb", ".ods", ".csv"):
        raise StoreError(f"{target}: a case is written as .xlsx or as a folder")
    case = load(source)
    if target.suffix.lower() == ".xlsx":
        write_case_workbook(case, target)
    else:
        write_case_folder(case, target)
    return [p for p in case.problems if p.code in _TOLD] + (_lost(source) if source.is_file() else [])


def write_case_folder(case: Case, folder: Path) -> None:
    """Write a case as a folder of CSV files, moved into place when it is complete.

    Raises
    ------
    StoreError
        If the folder holds anything but a case, or can not be written.
    """
    put_folder(folder, lambda place: csv_files.write_folder(place, case.data), {t.file_name for t in TABLES.values()})


def _lost(source: Path) -> list[Problem]:
    """Return what a workbook holds beside its values."""
    package = Package(source.read_bytes())
    notes = []
    for sheet in package.sheets:
        count = package.scan(sheet).formulas if fold(sheet.name) not in OWN_SHEETS else 0
        if count:
            notes.append(problem("not-kept-formulas", sheet.name, count=count))
    return [*notes, problem("not-kept-formats", path=source.name)]


def rebuild_inputs(root: Path) -> list[Path]:
    """Write `inputs/<case>.xlsx` anew from every folder `inputs/<case>`, and return the workbooks.

    Raises
    ------
    CaseError
        If a case has errors.
    """
    written = []
    for folder in sorted(p for p in (root / "inputs").iterdir() if p.is_dir() and any(p.glob("*.csv"))):
        target = folder.with_suffix(".xlsx")
        write_case_workbook(load(folder), target)
        written.append(target)
    return written
