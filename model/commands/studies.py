"""What the verbs that solve a case many times share: names of their files, folders and tables, and what is said meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from model.commands.request import Exit
from model.console import Console, near
from model.errors import CaseError, StoreError

if TYPE_CHECKING:
    import pandas as pd

    from model.study.sweeps import SweepProgress

STORE, BOOK = "points.sqlite", "results.xlsx"


def refused(error: CaseError, console: Console) -> Exit:
    """Say why what was asked does not fit the case, and return the code for it."""
    said = error.problems[0].sentence
    console.complain(f"{said[0].upper()}{said[1:]}.")
    return Exit.USAGE


def stopped(store: Path, console: Console) -> Exit:
    """Say that what was solved before Ctrl-C is kept, and return the code for it."""
    console.complain(f"Stopped. What was solved is kept in {near(store)}; the same command goes on from there.")
    return Exit.STOPPED


def shown(console: Console) -> Callable[[SweepProgress], None]:
    """Return a listener that tells how far points are, once a second."""
    last = 0.0

    def tell(now: SweepProgress) -> None:
        nonlocal last
        if time.monotonic() - last < 1.0 and now.done + now.cached < now.total:
            return
        last = time.monotonic()
        left = "" if now.seconds_left is None else f", {now.seconds_left:,.0f} s left"
        console.tell(f"{now.done + now.cached} of {now.total}: {now.failed} failed, {now.cached} known before{left}")

    return tell


def made(folder: Path) -> Path:
    """Make a folder for results where there is none, and return it.

    Raises
    ------
    StoreError
        If it can not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} can not be written: {error.strerror or error}") from None
    return folder


def write_tables(folder: Path, answers: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV files named after them.

    Raises
    ------
    StoreError
        If one can not be written.
    """
    for name, frame in answers.items():
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        try:
            frame.to_csv(folder / f"{words}.csv", index=False, encoding="utf-8", lineterminator="\n")
        except OSError as error:
            raise StoreError(f"{folder / words}.csv can not be written: {error.strerror or error}") from None
