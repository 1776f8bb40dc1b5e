"""Saving a case: written beside its place and moved in, so that a failure leaves what stood there as it was."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from model.case.build import raise_on_errors
from model.case.case import Case
from model.errors import StoreError
from model.schema.csv_files import write_folder
from model.schema.tables import TABLES


def save_case(case: Case, path: str | Path) -> None:
    """Write a case; see `model.case.case.Case.save`.

    Raises
    ------
    CaseError
        If the case has errors.
    StoreError
        If the place can not be written, or holds what is no part of a case.
    """
    raise_on_errors(case.problems)
    place = Path(path)
    try:
        if place.suffix.lower() == ".xlsx":
            from model.excel.write import write_case_workbook

            write_case_workbook(case, place)
        else:
            _save_folder(case, place)
    except OSError as fault:
        raise StoreError(f"{place} can not be written: {fault.strerror or fault}") from fault


def _save_folder(case: Case, place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise StoreError(f"{place} is a file; a case is saved as a folder of CSV files or as .xlsx")
    strange = sorted(p.name for p in place.glob("*") if p.name not in _file_names()) if place.exists() else []
    if strange:
        raise StoreError(f"{place} holds {strange[0]}, which is not part of a case; name an empty or new folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        fresh, old = work / "new", work / "old"
        fresh.mkdir()
        write_folder(fresh, case.data)
        if place.exists():
            place.rename(old)
        try:
            fresh.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _file_names() -> set[str]:
    return {t.file_name for t in TABLES.values()}
