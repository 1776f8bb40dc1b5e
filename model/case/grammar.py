"""The shared grammar of what is changed for a while: `Table · Row or Group · Field · From · To`, looked up in a case."""

from __future__ import annotations

from collections.abc import Iterable

from model.case.case import Case
from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables import TABLES
from model.schema.tables.common import ANY
from model.schema.values import as_text, fold, is_blank, letters

OWN = ("Low", "High")
# What a row's own Low and High are the ends of. Where the number runs across it is the first one.
MAIN_NUMBER: dict[str, tuple[str, ...]] = {
    "Offers": ("available_to_us",),
    "Lines": ("capacity",),
    "Projects": ("capex_per_capacity",),
    "Stockpiles": ("opening_stock",),
    "Products": ("content",),
    "Shortage Costs": ("cost", "cost_per_product"),
    "Sales": ("price",),
    "Lanes": ("cost",),
}


def has_own_range(table: Table, field: Column | PeriodColumns) -> bool:
    """Return whether Low and High of the table's rows are those of this number."""
    return isinstance(field, PeriodColumns) or field.name in MAIN_NUMBER.get(table.name, ())


def table_named(name: str) -> Table | None:
    """Return the table of that name in any spelling, such as `derisking_rules`."""
    wanted = letters(name)
    return next((t for t in TABLES.values() if letters(t.name) == wanted), None)


def field_named(table: Table, name: str) -> Column | PeriodColumns | None:
    """Return the column of that name, or the number that runs across; None where the table has neither."""
    wanted = fold(name)
    across = table.periods
    if across is not None and wanted in (fold(across.name), fold(across.title)):
        return across
    for column in table.all_columns:
        if wanted in (fold(w) for w in (column.name, column.title, column.header, *column.aliases)):
            return column
    return None


def rows_named(case: Case, table: str, name: str) -> list[int]:
    """Return the ids of the included rows that a name means.

    Any: all. A key, of several columns as "A / B", or its first column: the rows that have it. Else all rows that name it in a
    column that refers to another table; of a country group those that name one of its countries.
    """
    if table not in case.data:
        return []
    rows, declared = case.rows(table), TABLES[table]
    wanted = fold(name)
    if wanted == fold(ANY):
        return _once(r.row_id for r in rows)
    texts = [(r.row_id, [as_text(v) for k in declared.key if not is_blank(v := getattr(r, k))]) for r in rows]
    for length in (len(declared.key), 1):
        hits = _once(i for i, words in texts if fold(" / ".join(words[:length])) == wanted)
        if hits:
            return hits
    members = {fold(m.country) for m in case.rows("Country Groups") if fold(m.group) == wanted} | {wanted}
    refers = [c.name for c in declared.columns if c.kind == "reference"]
    return _once(r.row_id for r in rows if any(fold(getattr(r, c)) in members for c in refers if getattr(r, c)))


def _once(ids: Iterable[int]) -> list[int]:
    """Return ids without repetition: a need counted in products has one row for each of their materials."""
    return list(dict.fromkeys(ids))


def periods_between(case: Case, first: str | None, last: str | None) -> tuple[int, ...] | None:
    """Return the periods from one to another, both by label or year and both included; None where one is not known."""
    periods = case.timeline.periods

    def find(name: str, end: int) -> int | None:
        hits = [p.index for p in periods if fold(p.label) == fold(name)]
        hits = hits or [p.index for p in periods if name.isdigit() and p.year <= int(name) < p.year + p.whole_years]
        return hits[end] if hits else None

    low = 0 if is_blank(first) else find(as_text(first), 0)
    high = len(periods) - 1 if is_blank(last) else find(as_text(last), -1)
    return None if low is None or high is None or low > high else tuple(range(low, high + 1))
