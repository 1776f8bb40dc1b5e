"""Drop-downs: named ranges on the hidden sheet `_lists`, which follow what the planner types on the other sheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from model.excel.page import Book, Page
from model.schema.column import Column
from model.schema.tables import TABLES

SPARE_ROWS = 150
"""Rows below the data that drop-downs reach."""
_FIRST = 2  # row 1 of the sheet holds the title, row 2 the number of entries
_MOST = 400


@dataclass(frozen=True)
class KeyColumn:
    """Where the names of one table stand in the workbook, and what they are."""

    sheet: str
    column: int
    first_row: int
    last_row: int
    names: tuple[str, ...]

    @property
    def range(self) -> str:
        """Absolute range of the names."""
        letter = xl_col_to_name(self.column)
        return f"'{self.sheet}'!${letter}${self.first_row + 1}:${letter}${self.last_row + 1}"

    @property
    def distinct(self) -> list[str]:
        """Names in their order, each once."""
        return list({n.casefold(): n for n in reversed(self.names) if n}.values())[::-1]


@dataclass
class Lists:
    """Collects the lists that columns need; `write` makes the hidden sheet."""

    keys: dict[str, KeyColumn]
    _named: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = field(default_factory=dict)

    def name_for(self, column: Column) -> str | None:
        """Return the named range of a column's drop-down, or None if there is nothing to choose from."""
        words = {"choice": column.choices, "yes_no": ("Yes", "No"), "reference": column.also}.get(column.kind, ())
        tables = tuple(t for t in column.refers_to if t in self.keys)
        if not words and not tables:
            return None
        return self._named.setdefault((words, tables), self._new_name(column, tables))

    def _new_name(self, column: Column, tables: Sequence[str]) -> str:
        base = "list_" + re.sub(r"\W", "_", "_or_".join(tables) if tables else column.name)
        taken = set(self._named.values())
        return next(n for n in (base, *(f"{base}_{i}" for i in range(2, 1000))) if n not in taken)

    def write(self, book: Book) -> None:
        """Write the hidden sheet and define the names. Call it after all other sheets."""
        page = book.page("_lists")
        page.sheet.hide()
        used = [t for t in TABLES if any(t in tables for _, tables in self._named)]
        counters = {t: i for i, t in enumerate(used)}
        for table, column in counters.items():
            _write_counter(page, column, table, self.keys[table])
        for column, ((words, tables), name) in enumerate(self._named.items(), len(used)):
            length = self._write_list(page, column, name, words, [(counters[t], self.keys[t]) for t in tables])
            letter = xl_col_to_name(column)
            first = f"_lists!${letter}${_FIRST + 1}"
            book.name_range(name, f"={first}:INDEX({first}:${letter}${_FIRST + length},MAX(1,_lists!${letter}$2))")

    def _write_list(
        self, page: Page, column: int, name: str, words: Sequence[str], sources: Sequence[tuple[int, KeyColumn]]
    ) -> int:
        """Write one list, words first, and return how many entries it can hold."""
        values = [*words, *(n for _, key in sources for n in key.distinct)]
        page.text(0, column, name)
        counts = [f"${xl_col_to_name(c)}$2" for c, _ in sources]
        if not sources:
            page.number(1, column, len(words))
        else:
            page.formula(1, column, "=" + "+".join([str(len(words)), *counts]), len(values))
        for i, word in enumerate(words):
            page.text(_FIRST + i, column, word)
        length = (
            len(words)
            if not sources
            else len(words) + min(_MOST, sum(key.last_row - key.first_row + 1 for _, key in sources))
        )
        for i in range(len(words), length):
            value = values[i] if i < len(values) else ""
            page.formula(_FIRST + i, column, _nth(i - len(words) + 1, sources, counts), value)
        return length


def _write_counter(page: Page, column: int, table: str, key: KeyColumn) -> None:
    """Write running numbers of a key column's distinct names, so that the nth can be found."""
    page.text(0, column, f"{table}, counted")
    letter, source = xl_col_to_name(column), xl_col_to_name(key.column)
    rows = key.last_row - key.first_row + 1
    page.formula(1, column, f"=MAX({letter}{_FIRST + 1}:{letter}{_FIRST + rows})", len(key.distinct))
    seen: set[str] = set()
    for i in range(rows):
        cell = f"'{key.sheet}'!{source}{key.first_row + i + 1}"
        above = f"'{key.sheet}'!{source}${key.first_row + 1}:{source}{key.first_row + i + 1}"
        before = f"{letter}{_FIRST + i}+" if i else ""
        if i < len(key.names) and key.names[i]:
            seen.add(key.names[i].casefold())
        # Not COUNTIF, to which a name such as "<5" or "A*" would be a condition.
        first = f"SUMPRODUCT(--({above}={cell}))=1"
        page.formula(_FIRST + i, column, f'={before}IF({cell}="",0,IF({first},1,0))', len(seen))


def _nth(n: int, sources: Sequence[tuple[int, KeyColumn]], counts: Sequence[str]) -> str:
    """Return the formula that gives the nth name of the sources one after another, or an empty text."""
    formula = '""'
    for i in reversed(range(len(sources))):
        column, key = sources[i]
        letter, rows = xl_col_to_name(column), key.last_row - key.first_row + 1
        before = "".join(f"-{c}" for c in counts[:i])
        numbers = f"${letter}${_FIRST + 1}:${letter}${_FIRST + rows}"
        upto = "+".join(counts[: i + 1])
        formula = f"IF({n}<={upto},INDEX({key.range},MATCH({n}{before},{numbers},0)),{formula})"
    return f"={formula}"
