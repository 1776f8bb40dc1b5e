"""`check CASE`: what is wrong with a case, without planning it."""

from __future__ import annotations

from pathlib import Path

from model.commands.reading import read_case, report_problems
from model.commands.request import Exit, Request
from model.console import Console


def run(request: Request, console: Console) -> int:
    """Check a case and return 0 unless it has errors."""
    path = Path(request.words[0])
    _, problems = read_case(path, request)
    return Exit.PROBLEMS if report_problems(path, problems, request, console, all_of_them=True) else Exit.DONE
