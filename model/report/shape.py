"""How a result table is declared: its columns once, for an analyst's frame and a planner's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.schema.column import title_case


@dataclass(frozen=True, slots=True)
class Show:
    """One column of a result table.

    Attributes
    ----------
    name : str
        Column of the frame; the header is its Title Case.
    kind : str
        How it is shown: text (as wide as its texts), open (runs on over what is empty beside it), wrapped, mark, step,
        tonnes, money, price, share, number, date, any, or "by unit" of the row.
    unit : str
        Unit in the header.
    width : float
        Width in characters.
    title : str
        Header in place of the Title Case of the name, such as a period's label.
    """

    name: str
    kind: str = "text"
    unit: str = ""
    width: float = 11
    title: str = ""

    @property
    def header(self) -> str:
        """Header with its unit."""
        title = self.title or title_case(self.name)
        return f"{title} ({self.unit})" if self.unit else title


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with the value that it gives."""

    text: str
    value: float | str


def text(name: str, width: float = 20) -> Show:
    """Return a column of texts."""
    return Show(name, "text", width=width)


def amount(name: str, unit: str = "t", title: str = "") -> Show:
    """Return a column of tonnes or rates."""
    return Show(name, "tonnes", unit, 10, title)


def musd(name: str, title: str = "") -> Show:
    """Return a column of money."""
    return Show(name, "money", "MUSD", 11, title)


def part(name: str) -> Show:
    """Return a column of shares."""
    return Show(name, "share", "%", 10)


def day(name: str) -> Show:
    """Return a column of dates."""
    return Show(name, "date", width=13)


def mark(name: str, width: float = 11) -> Show:
    """Return a narrow column of single words."""
    return Show(name, "mark", width=width)


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame, their values as attributes."""
    yield from frame.itertuples(index=False)


def frame_of(shows: Sequence[Show], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return rows as a frame with the declared columns."""
    return pd.DataFrame.from_records([tuple(r) for r in rows], columns=[s.name for s in shows])
