"""A problem of a case: what is wrong, where, and how bad. Sentences live in `model.messages`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from model.messages import MESSAGES
from model.schema.tables import TABLES

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_ORDER = {name: i for i, name in enumerate(("", *TABLES))}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found in a case.

    Attributes
    ----------
    level : {"error", "warning", "note"}
        Only an error stops a run.
    code : str
        Stable id of the message, a key of `model.messages.MESSAGES`.
    address : str
        Where, as a planner would look it up: ``Offers!F7`` or ``offers.csv:7 (Price)``.
    sentence : str
        What was found and what was expected.
    table : str
        Declared table name, or "" for the whole file.
    row : int
        Row number of the sheet or file, 0 where there is none.
    """

    level: Level
    code: str
    address: str
    sentence: str
    table: str = ""
    row: int = 0

    def __str__(self) -> str:
        return f"{self.address}: {self.sentence}" if self.address else self.sentence


def problem(code: str, address: str = "", /, *, table: str = "", row: int = 0, **fields: object) -> Problem:
    """Return the Problem of message `code` with its sentence filled in.

    Raises
    ------
    KeyError
        If the catalogue has no such message or a field is missing: a fault of the program, not of the case.
    """
    message = MESSAGES[code]
    return Problem(message.level, code, address, message.text.format(**fields), table, row)


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that stop a run."""
    return [p for p in problems if p.level == "error"]


def in_reading_order(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems by level, table in the order of the sheets, and row; doubles are dropped.

    Within a row they keep the order in which they were found.
    """
    unique = list(dict.fromkeys(problems))
    return sorted(unique, key=lambda p: (LEVELS.index(p.level), _ORDER.get(p.table, 0), p.row))
