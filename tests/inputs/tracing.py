"""Following a number of a shipped case to the facts that its row names; shared by the tests of all cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from model.schema.tables import TABLES
from model.schema.values import fold

Numbers = Callable[[str, dict[str, Any]], dict[str, float]]  # (table, row) → its measured figures by column


def source_parts(text: str) -> dict[str, list[str]]:
    """Read ``price: YT064; basis: L012, L013`` as field → fact ids."""
    parts = dict(p.split(": ", 1) for p in text.split("; ")) if text else {}
    return {fold(field): ids.split(", ") for field, ids in parts.items()}


def fact_value(fact: Any, name: str) -> float | None:
    """Give the number that a fact holds for a column or period: its value, or the entry of that name in its list."""
    text = fact.value
    if ": " in text:
        entries = {fold(k): float(v) for k, v in (p.split(": ") for p in text.split("; "))}
        return entries.get(fold(name))
    value = float(text)
    return value / 100 if str(fact.fact_unit).startswith("percent") else value


def quoted(facts: Mapping[str, Any], table: str, row: dict[str, Any], name: str) -> tuple[str, float | None]:
    """Give the fact that a numeric cell names, and what that fact says it is."""
    parts = source_parts(row["source"])
    declared = {c.name: c.title for c in TABLES[table].all_columns}
    title = declared.get(name, name)
    period = TABLES[table].periods
    fields = [fold(title)] if name in declared else [fold(name), *([fold(period.title)] if period else [])]
    for field in (*fields, "figures"):
        if field in parts:
            assert len(parts[field]) == 1, (table, name, row["source"])
            fact = parts[field][0]
            return fact, fact_value(facts[fact], title)
    raise AssertionError(f"{table}: {name} of {[row[k] for k in TABLES[table].key]} has no source in {row['source']!r}")


def _made(table: str, row: Mapping[str, Any]) -> bool:
    """Say whether a row is the output of a recipe, one unit by definition: no measured figure."""
    return table == "Recipe Items" and row["role"] == "Output"


def assert_numbers_equal_their_facts(
    facts: Mapping[str, Any], table: str, rows: Iterable[dict[str, Any]], numbers: Numbers, rel: float
) -> None:
    """Assert that every number of a table is what the fact that its row names says."""
    for row in rows:
        if _made(table, row):
            assert row["per_unit"] == 1
            continue
        for name, number in numbers(table, row).items():
            fact, value = quoted(facts, table, row, name)
            assert value == pytest.approx(number, rel=rel), (table, [row[k] for k in TABLES[table].key], name, fact)


def assert_sources_are_facts(
    facts: Mapping[str, Any], table: str, rows: Iterable[dict[str, Any]], numbers: Numbers
) -> None:
    """Assert that sources name facts, that a row has the worst confidence of them, and that no number lacks a source."""
    for row in rows:
        ids = [i for ids in source_parts(row["source"] or "").values() for i in ids]
        assert [i for i in ids if i not in facts] == []
        if ids:
            assert row["confidence"] == max(facts[i].confidence for i in ids), (table, row)
        elif numbers(table, row) and not _made(table, row):
            raise AssertionError(f"{table}: {row} has a number and no source")
