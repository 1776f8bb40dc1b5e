"""The record of an internal fault: where it happened, without anything that the case holds."""

from __future__ import annotations

import datetime as dt
import os
import platform
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from model.errors import SetupError, SolverError

_SAFE = (SolverError, SetupError)  # their messages are written by this program and name no supplier and no figure


def write_fault(fault: BaseException, folder: Path | None, versions: str) -> Path | None:
    """Write the traceback of a fault into `folder`, or the system's temporary one, and return the file.

    Messages of other libraries are reduced to their types and no local variables are written, because both can hold
    what stands in a case.
    """
    text = "\n".join([versions, platform.platform(), "", *_lines(fault, set())]) + "\n"
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    for place in (folder, Path(tempfile.gettempdir())):
        if place is not None and place.is_dir():
            path = place / f"yttria-fault-{stamp}-{os.getpid()}.txt"
            try:
                path.write_text(text, encoding="utf-8", newline="\n")
            except OSError:
                continue
            return path
    return None


def _lines(fault: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(fault))
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield ""
        yield "which led to:"
        yield ""
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
        if frame.line:
            yield f"    {frame.line}"
    kind = type(fault)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    yield f"{name}: {fault}" if isinstance(fault, _SAFE) else name


def _short(file: str) -> str:
    """Return a source file by its place in its package, without the folders of this machine."""
    parts = Path(file).parts
    start = max((i + 1 for i, part in enumerate(parts) if part in ("site-packages", "dist-packages")), default=0)
    if not start:
        start = max((i for i, part in enumerate(parts) if part in ("model", "tests")), default=max(len(parts) - 2, 0))
    return "/".join(parts[start:])
