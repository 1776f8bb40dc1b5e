"""What stands on a sheet that is nothing but tables and charts, and who signs it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.report.shape import Show


@dataclass(frozen=True)
class TableSpec:
    """One table of a sheet.

    Attributes
    ----------
    name : str
        Stable name of the Excel Table.
    freeze : int
        Number of key columns that stay in sight together with the header; 0 where another table stands above.
    filtered : bool
        Whether the header has filter buttons; overviews have none.
    asked : bool
        Whether the case has anything that the table could be about. If not, the table is empty whatever is planned and is
        not written; a sheet with no table that is asked for is not written either.
    """

    name: str
    shows: tuple[Show, ...]
    frame: pd.DataFrame
    caption: str = ""
    freeze: int = 0
    filtered: bool = True
    asked: bool = True


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: its name, its title, what one sees in a sentence, its tables, who signs it, and what it says before all."""

    name: str
    title: str
    sentence: str
    tables: tuple[TableSpec, ...]
    signed: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[TableSpec, ...]:
        """The tables that are written."""
        return tuple(t for t in self.tables if t.asked)
