"""The store of sweeps: one SQLite file, written by the coordinating process alone, in which nothing is lost and nothing twice.

Results are kept under the key of their point, see `model.study.identity`. Write-ahead log and a busy timeout let two runs use
one store at once; a key that is there already is left as it is.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from model.errors import StoreError
from model.study.figures import Figures

_LAYOUT = """
CREATE TABLE IF NOT EXISTS points (key TEXT PRIMARY KEY, status TEXT NOT NULL, row TEXT NOT NULL, made TEXT NOT NULL
    DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS starts (key TEXT PRIMARY KEY, start BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sweeps (name TEXT NOT NULL, started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, record TEXT NOT NULL);
"""
_VERSION = 1
_ASKED_AT_ONCE = 500
_PATIENCE = 60.0  # seconds for another run to finish writing


class Store:
    """An open store.

    Parameters
    ----------
    path : Path or None
        The file, made where there is none; None for one in memory.

    Raises
    ------
    StoreError
        If it can not be opened, or is something else.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", timeout=_PATIENCE, isolation_level=None)
            _turn_on_log(self._db)
            self._db.execute("PRAGMA synchronous=FULL")
            found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if found not in (0, _VERSION):
                raise StoreError(
                    f"{path} is a store of another layout ({found}, expected {_VERSION}); name another file"
                )
            self._db.executescript(f"BEGIN IMMEDIATE; {_LAYOUT} PRAGMA user_version={_VERSION}; COMMIT;")
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path} can not be used as a store: {error}") from None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything added is in it already."""
        self._db.close()

    def add(self, key: str, row: Figures) -> None:
        """Keep the result of a point at once; one that is there stays."""
        text = json.dumps(row, ensure_ascii=False, allow_nan=False)
        self._write("INSERT OR IGNORE INTO points (key, status, row) VALUES (?, ?, ?)", (key, row["status"], text))

    def add_start(self, key: str, start: bytes) -> None:
        """Keep what the points of a base, or the neighbours of a point, start from (`model.study.starts.packed`)."""
        self._write("INSERT OR IGNORE INTO starts (key, start) VALUES (?, ?)", (key, start))

    def add_sweep(self, name: str, record: Any) -> None:
        """Note that a sweep was run, with its design and seed."""
        self._write("INSERT INTO sweeps (name, record) VALUES (?, ?)", (name, json.dumps(record, ensure_ascii=False)))

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute(statement, values)
                self._commit()
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} can not be written: {error}") from None

    def _commit(self) -> None:
        self._db.execute("COMMIT")

    def rows(self, keys: Iterable[str]) -> dict[str, Figures]:
        """Return the results that are there, by key."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Figures] = {}
        for k in range(0, len(wanted), _ASKED_AT_ONCE):
            part = wanted[k : k + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(part))
            for key, text in self._read(f"SELECT key, row FROM points WHERE key IN ({marks})", tuple(part)):
                found[key] = json.loads(text)
        return found

    def start(self, key: str) -> bytes | None:
        """Return what was kept by `add_start`, if it is there."""
        found = self._read("SELECT start FROM starts WHERE key = ?", (key,))
        return bytes(found[0][0]) if found else None

    def sweeps(self) -> list[tuple[str, Any]]:
        """Return (name, record) of every sweep that was run, in the order in which they were."""
        return [
            (name, json.loads(text)) for name, text in self._read("SELECT name, record FROM sweeps ORDER BY rowid", ())
        ]

    def _read(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} can not be read: {error}") from None


def _turn_on_log(db: sqlite3.Connection) -> None:
    """Turn on the write-ahead log; SQLite does not wait by itself for another run that is just doing the same."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.05)
