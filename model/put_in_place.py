"""Putting a finished run where the last one stands, so that whatever happens one of the two is there whole.

A run is built in a hidden folder beside its place. Moving it in takes two renames, the old one away and the new one in;
each is undone if a later step fails. Should the machine die between the two, the next run puts the old folder back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

RECORD = "run.json"
RESULTS = "results.xlsx"
RECONCILIATION = "demand_reconciliation.csv"
HISTORY = "history"
_PARTS = ("case", "plan", "as_is", "report.html", RECONCILIATION, RESULTS)
_NUMBERED = re.compile(r"results \(\d+\)\.xlsx")


@dataclass(frozen=True)
class Placed:
    """Where a run was put: its folder, its result workbook, and what is to be said about it."""

    folder: Path
    results: Path
    notes: tuple[str, ...] = ()


@dataclass
class _Moves:
    """Renames that were made, so that they can be undone."""

    made: list[tuple[Path, Path]] = field(default_factory=list)

    def move(self, source: Path, target: Path) -> None:
        _rename(source, target)
        self.made.append((source, target))

    def undo(self) -> bool:
        """Undo what can be undone, last first, and return whether all of it was."""
        whole = True
        for source, target in reversed(self.made):
            try:
                _rename(target, source)
            except OSError:
                whole = False
        return whole


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait until no other run is being put into the folder; the system frees the lock however its holder ends."""
    with (root / ".lock").open("a") as file:
        # A file system without locks goes without: names are unique and moves are single steps all the same.
        with contextlib.suppress(OSError):
            _hold(file)
        yield


def _rename(source: Path, target: Path) -> None:
    os.replace(source, target)


def _hold(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return
            except OSError as error:
                if error.errno != 36:  # EDEADLOCK: still held after ten seconds
                    raise
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX)


def new_work(root: Path, name: str) -> Path:
    """Return a new hidden folder beside the place of a run."""
    work = root / f".{name}.new-{secrets.token_hex(4)}"
    work.mkdir()
    return work


def recover(root: Path, name: str) -> None:
    """Finish what a run that was killed left half done; only while holding the lock."""
    for path in sorted(root.iterdir()):
        match = re.fullmatch(rf"\.{re.escape(name)}\.(new|before)-[0-9a-f]{{8}}", path.name)
        if not match:
            continue
        if match[1] == "new":
            shutil.rmtree(path, ignore_errors=True)
        elif not (root / name).exists():
            _rename(path, root / name)
        else:
            _settle(path, root / name, _Moves())


def put(work: Path, place: Path) -> Placed:
    """Move a finished run into its place, keeping the run before in the history.

    Raises
    ------
    OSError
        If that is not possible; everything is as it was then.
    """
    try:
        _swap(work, place)
        return Placed(place, place / RESULTS)
    except PermissionError:  # on Windows: a file in the old folder is open in another program
        if not place.is_dir():
            raise
    try:
        results = _file_by_file(work, place)
    except PermissionError:
        aside = _free(place)
        _rename(work, aside)
        results = json.loads((aside / RECORD).read_text(encoding="utf-8"))["files"]["results"]
        return Placed(aside, aside / results, (f"{place} is in use by another program; this run is saved as {aside}.",))
    notes = (
        ()
        if results == RESULTS
        else (
            f"{place / RESULTS} is open in another program and still shows the earlier run; the new one is in {results}.",
        )
    )
    return Placed(place, place / results, notes)


def _swap(work: Path, place: Path) -> None:
    moves = _Moves()
    before = place.with_name(work.name.replace(".new-", ".before-"))
    try:
        if place.is_dir():
            moves.move(place, before)
        moves.move(work, place)
        if before.exists():
            _settle(before, place, moves)
    except BaseException:
        moves.undo()
        raise


def _settle(before: Path, place: Path, moves: _Moves) -> None:
    """Give the new folder what is no part of a run, the history first of all, and put the old run into the history."""
    for item in sorted(before.iterdir()):
        if not _is_part(item.name) and not (place / item.name).exists():
            moves.move(item, place / item.name)
    if any(before.iterdir()):
        (place / HISTORY).mkdir(exist_ok=True)
        moves.move(before, _free(place / HISTORY / _stamp(before)))
    else:
        before.rmdir()


def _file_by_file(work: Path, place: Path) -> str:
    """Exchange the parts of a run one by one, its record last, and return the name of the result workbook."""
    moves = _Moves()
    kept = _free(place / HISTORY / _stamp(place))
    kept.mkdir(parents=True)
    try:
        for item in sorted(place.iterdir(), key=lambda p: p.name != RECORD):
            if _is_part(item.name) or item.name == RECORD:
                _keep(item, kept / item.name, moves)
        results = RESULTS if not (place / RESULTS).exists() else _free(place / RESULTS).name
        _rename_results(work, results)
        for name in (*(p for p in _PARTS if p != RESULTS), results, RECORD):
            if (work / name).exists():
                moves.move(work / name, place / name)
    except BaseException:
        if moves.undo():
            shutil.rmtree(kept, ignore_errors=True)
            with contextlib.suppress(OSError):
                kept.parent.rmdir()  # only if it is empty
        raise
    work.rmdir()
    return results


def _keep(item: Path, target: Path, moves: _Moves) -> None:
    try:
        moves.move(item, target)
    except PermissionError:
        if not _is_results(item.name):
            raise
        with contextlib.suppress(PermissionError):
            shutil.copy2(item, target)  # an open workbook may often be read, though not moved


def _rename_results(work: Path, name: str) -> None:
    if name == RESULTS or not (work / RESULTS).exists():
        return
    _rename(work / RESULTS, work / name)
    record = json.loads((work / RECORD).read_text(encoding="utf-8"))
    record["files"]["results"] = name
    write_json(work / RECORD, record)


def write_json(path: Path, content: object) -> None:
    """Write a JSON file in one form on every machine."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _is_part(name: str) -> bool:
    return name in _PARTS or name == RECORD or _is_results(name)


def _is_results(name: str) -> bool:
    return name == RESULTS or bool(_NUMBERED.fullmatch(name))


def _stamp(folder: Path) -> str:
    """Return the time of a run as a folder name, or the time now where it can not be told."""
    try:
        started = json.loads((folder / RECORD).read_text(encoding="utf-8"))["started"]
        when = dt.datetime.fromisoformat(started).astimezone(dt.UTC)
    except (OSError, ValueError, KeyError, TypeError):
        when = dt.datetime.now(dt.UTC)
    return when.strftime("%Y-%m-%dT%H%M%SZ")


def _free(path: Path) -> Path:
    """Return the path, or the first of "name (2).ending", "name (3).ending" … that is not taken."""
    number, free = 2, path
    while os.path.lexists(free):
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return free
