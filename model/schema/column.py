"""The words in which a table is declared: columns, period columns, tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

Kind = Literal["text", "number", "integer", "date", "choice", "yes_no", "reference", "number_or_series"]
Blank = Literal["zero", "no limit", "as before", "not compared"]

_SMALL = {"to", "per", "or", "and"}
_WORDS = {"id": "ID", "reo": "REO", "rfq": "RFQ", "t": "t"}


@cache
def title_case(name: str) -> str:
    """Return the header of a code name: ``available_to_us`` → ``Available to Us``."""
    words = name.split("_")
    shown = [_WORDS.get(w, w if (w in _SMALL and i > 0) else w[:1].upper() + w[1:]) for i, w in enumerate(words)]
    return " ".join(shown)


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Attributes
    ----------
    name : str
        Name in code; the header is its Title Case.
    kind : Kind
        `number_or_series` takes a number or the name of a row of table Series.
    help : str
        One sentence for the cell note and the data dictionary.
    unit : str
        Unit of the stored number, one of `model.schema.units`; "" for pure numbers and texts.
    required : bool
        A blank is an error in a used row.
    default : object
        What a blank stands for, in the stored type; None where a blank means "not given".
    blank : str
        The meaning of a blank in words, for the header note; derived from `default` if empty.
    low, high : float
        Allowed range, both ends included, in the stored unit.
    choices : tuple of str
        Allowed words of a choice.
    refers_to : tuple of str
        Tables whose key the cell may name.
    also : tuple of str
        Words allowed beside the references, such as "Any".
    aliases : tuple of str
        Other headers that are understood.
    default_by : tuple of (column, value, default), optional
        Another default where another column of the row holds a value.
    """

    name: str
    kind: Kind
    help: str
    unit: str = ""
    required: bool = False
    default: object = None
    blank: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    default_by: tuple[str, object, object] | None = None

    @property
    def title(self) -> str:
        """Header without unit."""
        return title_case(self.name)

    @property
    def header(self) -> str:
        """Header as it is written, with the unit in parentheses."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def blank_meaning(self) -> str:
        """What an empty cell means, in words."""
        if self.required:
            return "must be filled"
        if self.blank:
            return self.blank
        return "not given" if self.default is None else f"blank means {self.default}"


@dataclass(frozen=True, slots=True)
class PeriodColumns:
    """Numbers that run across the sheet, one column per period or calendar year.

    Attributes
    ----------
    name : str
        What the number is, in code.
    unit : str
        Unit of the number; a unit ending in "/y" is a rate per year (see Setting `Quantities Are`).
    blank : Blank
        What an empty cell means.
    per_year : bool
        True if the number is a quantity per year, to be multiplied by the length of the period.
    partial : bool
        Whether periods may go without a column; they count as blank.
    """

    name: str
    unit: str
    help: str
    blank: Blank = "zero"
    per_year: bool = True
    low: float = 0.0
    high: float = float("inf")
    partial: bool = False

    @property
    def title(self) -> str:
        """Name of the number in a sheet."""
        return title_case(self.name)


@dataclass(frozen=True, slots=True)
class Table:
    """One declared table: the only place where its shape is written down.

    Attributes
    ----------
    row_is : str
        What one row stands for.
    key : tuple of str
        Columns that name a row; no two rows may agree in all of them.
    periods : PeriodColumns or None
        The number that runs across the sheet, if there is one.
    needed : bool
        A case without this table is refused.
    implied : bool
        If the table is absent, whatever other tables name is taken to exist.
    absent : str
        What the absence of the table means, in words.
    """

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    periods: PeriodColumns | None = None
    needed: bool = False
    implied: bool = False
    absent: str = ""
    group: str = ""
    common: tuple[Column, ...] = field(default=())

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Own columns and the grouped ones that every table has."""
        return self.columns + self.common

    @property
    def header_key(self) -> tuple[str, ...]:
        """Key columns that a header must have; where a blank stands for something the column may be missing."""
        return tuple(k for k in self.key if self.column(k).default is None)

    def column(self, name: str) -> Column:
        """Return the column called `name` in code.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def file_name(self) -> str:
        """Name of the table's file in the CSV form of a case."""
        return self.name.lower().replace(" ", "_").replace("-", "_") + ".csv"
