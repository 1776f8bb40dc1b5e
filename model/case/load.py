"""Loading a case from a workbook or a folder of CSV files."""

from __future__ import annotations

from pathlib import Path

from model.case.build import case_from_raw, raise_on_errors
from model.case.case import Case
from model.errors import CaseError
from model.problems import problem
from model.schema.csv_files import read_folder


def load_with_problems(path: str | Path) -> Case:
    """Return the case at `path` with everything that is wrong with it in `problems`; errors do not raise.

    Raises
    ------
    CaseError
        Only if nothing could be read at all: no file, not a workbook.
    """
    place = Path(path)
    if place.is_dir():
        raws, found = read_folder(place)
    elif place.exists():
        from model.excel.read import read_workbook

        raws, found = read_workbook(place)
    else:
        raise CaseError([problem("file-missing", "", path=place)])
    if not raws:
        raise CaseError(found)
    return case_from_raw(place.stem if place.is_file() else place.resolve().name, raws, found, str(place))


def load(path: str | Path) -> Case:
    """Return the case in a workbook (.xlsx) or a folder of CSV files.

    Raises
    ------
    CaseError
        If anything in it can not be read; `problems` lists all of it with sheet and cell.
    """
    case = load_with_problems(path)
    raise_on_errors(case.problems)
    return case
