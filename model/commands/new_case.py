"""`new PATH`: a blank workbook to fill in."""

from __future__ import annotations

from pathlib import Path

from model.commands.request import Exit, Request, UsageError
from model.console import Console
from model.errors import StoreError


def run(request: Request, console: Console) -> int:
    """Write the template; nothing is overwritten.

    Raises
    ------
    UsageError
        If the name is not that of a new workbook.
    StoreError
        If it can not be written.
    """
    from model.excel.write import write_template

    path = Path(request.words[0])
    if not path.suffix:
        path = path.with_suffix(".xlsx")
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path}: a workbook ends in .xlsx")
    if path.exists():
        raise UsageError(f"{path} exists already and is not overwritten; give another name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path} can not be written: {error.strerror}") from error
    write_template(path)
    console.facts["file"] = str(path)
    console.answer(f"{path} is a blank case. Five tables suffice; sheet Start says how to go on.")
    return Exit.DONE
