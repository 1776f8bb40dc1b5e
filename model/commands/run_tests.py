"""`test`: the program's own tests. `run.py test` starts them itself; this is for `python -m model test`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence

from model.commands.request import Exit
from model.console import Console


def run(arguments: Sequence[str], console: Console) -> int:
    """Run pytest in the project's folder and return its exit code."""
    from model.runs import project_root

    root = project_root()
    if root is None or not (root / "tests").is_dir():
        console.complain("The tests are part of the project's folder; this program was installed without them.")
        return Exit.USAGE
    if importlib.util.find_spec("pytest") is None:
        console.complain("The tests need pytest; 'run.py test' installs it.")
        return Exit.SETUP
    spread = ["-n", "auto", "--dist", "loadfile"]  # one process per core, as run.py starts them
    return subprocess.call([sys.executable, "-m", "pytest", "--durations=15", *spread, *arguments], cwd=root)
