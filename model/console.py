"""What the user sees: answers on stdout, all else on stderr; or one JSON object and nothing else on stdout."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from model.problems import Problem
    from model.solver.highs import Progress

SHOWN = 20
_SPARSE = 10.0  # seconds between lines where a line can not be rewritten
_UNITS = {"Priority": " t", "Tie-break": ""}


def survive_any_encoding() -> None:
    """Let a console that lacks a character, such as Windows' cp1252, show its number instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


class Console:
    """The streams of one command.

    Parameters
    ----------
    quiet : bool
        Only complaints are shown.
    as_json : bool
        `facts` are printed as one object at the end and are all that stdout gets.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet, self.as_json = quiet, as_json
        self.facts: dict[str, Any] = {}
        self._out, self._err = sys.stdout, sys.stderr
        self._rewrites = not (quiet or as_json) and self._err is not None and self._err.isatty()
        self._line, self._stage, self._last = 0, "", -math.inf

    def answer(self, line: str = "") -> None:
        """Show a line of what was asked for."""
        if not (self.quiet or self.as_json):
            self._clear()
            _write(self._out, _printable(line) + "\n")

    def tell(self, line: str) -> None:
        """Show a line about what goes on."""
        if not (self.quiet or self.as_json):
            self._clear()
            _write(self._err, _printable(line) + "\n")

    def show(self, line: str) -> None:
        """Show a line that has to be seen, but stands among the facts of the JSON object already."""
        if not self.as_json:
            self._clear()
            _write(self._err, _printable(line) + "\n")

    def complain(self, line: str) -> None:
        """Show a line that has to be seen, whatever was asked for."""
        self.facts.setdefault("messages", []).append(line)
        self._clear()
        _write(self._err, _printable(line) + "\n")

    def progress(self, now: Progress) -> None:
        """Show how far the solver is: one line that is rewritten, or a line now and then where that is not possible.

        Never raises: it is called from inside the solver.
        """
        if self.quiet or self.as_json:
            return
        text = progress_line(now)
        if self._rewrites:
            width = shutil.get_terminal_size().columns - 1
            _write(self._err, "\r" + text[:width].ljust(min(self._line, width)))
            self._line = len(text)
        elif now.stage != self._stage or time.monotonic() - self._last >= _SPARSE:
            _write(self._err, text + "\n")
            self._stage, self._last = now.stage, time.monotonic()

    def finish(self, code: int) -> None:
        """Print the JSON object where one was asked for."""
        self._clear()
        if self.as_json:
            text = json.dumps({**self.facts, "exit": int(code)}, indent=1, default=str, allow_nan=False)
            _write(self._out, text + "\n")

    def _clear(self) -> None:
        if self._line:
            width = min(self._line, shutil.get_terminal_size().columns - 1)
            _write(self._err, "\r" + " " * width + "\r")
            self._line = 0


@contextlib.contextmanager
def patience(console: Console) -> Iterator[None]:
    """Let the first Ctrl-C pass while a plan is being saved, which takes a moment and is what was waited for."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = 0

    def handle(number: int, frame: object) -> None:
        nonlocal pressed
        pressed += 1
        if pressed > 1:
            raise KeyboardInterrupt
        console.complain("The plan is being saved; press Ctrl-C once more to stop without it.")

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def progress_line(now: Progress) -> str:
    """Return stage, incumbent, bound, gap and seconds in a line."""
    unit = _UNITS.get(now.stage, " MUSD")
    parts = []
    if now.incumbent is not None:
        parts.append(f"best {now.incumbent:,.6g}{unit}")
    if now.bound is not None:
        parts.append(f"bound {now.bound:,.6g}{unit}")
    if now.incumbent is not None and now.bound is not None:
        parts.append(f"gap {max(now.incumbent - now.bound, 0.0):,.3g}{unit}")
    return f"{now.stage}: {', '.join([*parts, f'{now.seconds:.0f} s'])}"


def near(path: Path | str) -> str:
    """Return a path as it is best typed from here: relative where it lies below the current folder."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def counted(problems: Sequence[Problem]) -> str:
    """Return "3 errors, 2 warnings, 5 notes"; levels that do not occur are left out."""
    words = []
    for level in ("error", "warning", "note"):
        number = sum(p.level == level for p in problems)
        if number:
            words.append(f"{number} {level}" + ("s" if number > 1 else ""))
    return ", ".join(words) or "no problems"


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return the first problems as lines, in the order given, and how many there are."""
    lines = [f"{p.level:<7}  {p}" for p in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"… and {len(problems) - SHOWN} more")
    return lines


def problem_facts(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return all problems for the JSON object."""
    return {
        "counts": {level: sum(p.level == level for p in problems) for level in ("error", "warning", "note")},
        "problems": [
            {
                "id": p.code,
                "level": p.level,
                "address": p.address,
                "sentence": p.sentence,
                "table": p.table,
                "row": p.row,
            }
            for p in problems
        ],
    }


def finite(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return numbers as JSON can hold them: what is not finite is null."""
    return {k: None if v is None or not math.isfinite(v) else float(v) for k, v in numbers.items()}


def _printable(line: str) -> str:
    """Return a line without control characters: a name in a workbook must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # a program without a console has none
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        pass
