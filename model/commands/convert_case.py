"""`convert SOURCE TARGET`: a workbook into a folder of CSV files, or back."""

from __future__ import annotations

from pathlib import Path

from model.commands.request import Exit, Request, UsageError
from model.console import Console, problem_facts, problem_lines


def run(request: Request, console: Console) -> int:
    """Convert a case; what is there is overwritten only with --force.

    Raises
    ------
    UsageError
        If the target is there already.
    CaseError
        If the source can not be read.
    StoreError
        If the target can not be written.
    """
    from model.excel.convert import convert

    source, target = map(Path, request.words)
    taken = any(target.iterdir()) if target.is_dir() else target.exists()
    if taken and not request.force:
        raise UsageError(f"{target} exists already; '--force' overwrites it")
    notes = convert(source, target)
    console.facts.update(problem_facts(notes), file=str(target))
    for line in problem_lines(notes):
        console.tell(line)
    console.answer(f"{source} was written as {target}.")
    return Exit.DONE
