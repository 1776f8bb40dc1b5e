"""`compare A B`: input changes, decision changes and a cost bridge between two runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.reading import results_folder
from model.commands.request import Exit, Request, UsageError
from model.commands.studies import BOOK, made, write_tables
from model.console import Console, near
from model.errors import StoreError

if TYPE_CHECKING:
    from model.report.run_comparison import Side


def run(request: Request, console: Console) -> int:
    """Compare two run folders and write the comparison.

    Raises
    ------
    UsageError
        If one of the folders is not that of a run.
    StoreError
        If the results can not be written.
    """
    from model.report.run_comparison import comparison_tables, sentences, write_comparison

    a, b = (_side(Path(word), console) for word in request.words)
    tables = comparison_tables(a, b)
    name = re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "_", f"{a.name} to {b.name}")
    folder = results_folder(request) / "compare" / name
    write_comparison(made(folder) / BOOK, a, b, tables)
    write_tables(folder, tables)
    said = sentences(a, b, tables)
    console.facts["comparison"] = {
        "sentences": said,
        **{table: len(frame) for table, frame in tables.items()},
        "results": str(folder / BOOK),
    }
    for line in said:
        console.answer(line)
    console.answer(f"Results: {near(folder / BOOK)}")
    return Exit.DONE


def _side(folder: Path, console: Console) -> Side:
    from model.case.load import load
    from model.plan import load_plan
    from model.report.run_comparison import Side
    from model.runs import read_run

    try:
        found = read_run(folder)
        plan = load_plan(folder / "plan")
    except StoreError as error:
        raise UsageError(str(error)) from None
    if not found.unchanged:
        console.complain(f"{folder}: the case or the plan was changed after the run.")
    place = folder.resolve()
    name = f"{place.parent.parent.name} {place.name}" if place.parent.name == "history" else place.name
    return Side(name, load(folder / "case"), plan, found.record)
