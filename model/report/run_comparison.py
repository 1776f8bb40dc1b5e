"""Two runs compared: what was changed in the case, what is decided differently, and a bridge from one cost to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.excel.page import Book
from model.excel.replace import write_bytes
from model.plan import CASH_KINDS, COST_KINDS, Plan
from model.report.charts import columns
from model.report.shape import Show, frame_of, mark, musd, text
from model.report.sheet import Sheet
from model.schema.column import title_case
from model.schema.tables import TABLES
from model.schema.values import as_text, is_blank

NOTED = ("notes", "source", "as_of", "confidence")
_SAME = 1e-6
_CENT = 5e-3  # MUSD, below which two digits show nothing

INPUTS = (
    text("table", 20),
    text("row", 44),
    text("column", 24),
    text("before", 26),
    text("after", 26),
    mark("for_readers", 11),
)
DECISIONS = (
    text("decision", 18),
    text("what", 46),
    mark("unit", 8),
    Show("before", "by unit", width=13),
    Show("after", "by unit", width=13),
    Show("change", "by unit", width=13),
)
BRIDGE = (text("kind", 30), musd("before"), musd("after"), musd("change"))


@dataclass(frozen=True)
class Side:
    """One of two runs: its name, case, plan, and what the solver said (status, objective, bound)."""

    name: str
    case: Case
    plan: Plan
    record: Mapping[str, Any]


def inputs_table(a: Case, b: Case) -> pd.DataFrame:
    """Return one row per cell that differs, rows by their key; what only informs readers is marked."""
    rows: list[tuple[Any, ...]] = []
    for name in TABLES:
        rows += _table_changes(name, a, b)
    return frame_of(INPUTS, rows)


def _table_changes(name: str, a: Case, b: Case) -> Iterator[tuple[Any, ...]]:
    table = TABLES[name]
    old, new = (_by_key(name, c) for c in (a, b))
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield name, key, "", "in the case", "not in the case", ""
        elif key not in old:
            yield name, key, "", "not in the case", "in the case", ""
        else:
            titles = {c.name: c.title for c in table.all_columns}
            for column in dict.fromkeys((*old[key], *new[key])):
                before, after = (_words(side[key].get(column)) for side in (old, new))
                if before != after:
                    noted = "Yes" if column in NOTED else ""
                    yield name, key, titles.get(column, title_case(str(column))), before, after, noted


def _by_key(name: str, case: Case) -> dict[str, dict[str, Any]]:
    if name not in case.data:
        return {}
    out: dict[str, dict[str, Any]] = {}
    for row in case.tables[name].to_dict("records"):
        key = " / ".join(as_text(row[k]) for k in TABLES[name].key if k in row and not is_blank(row[k]))
        while key in out:
            key += " (again)"
        out[key] = {str(c): v for c, v in row.items()}
    return out


def _words(value: Any) -> str:
    return "" if is_blank(value) or value is pd.NaT else as_text(value)


def decisions_table(a: Side, b: Side) -> pd.DataFrame:
    """Return every decision that differs: tonnes over the whole plan, sizes, and the periods in which things start."""
    old, new = (dict(_decided(side.plan)) for side in (a, b))
    rows: list[tuple[Any, ...]] = []
    for key in dict.fromkeys((*old, *new)):
        unit = key[2]
        before, after = old.get(key, "no" if not unit else 0.0), new.get(key, "no" if not unit else 0.0)
        if unit and abs(float(after) - float(before)) > _SAME * max(1.0, abs(float(before))):
            rows.append((*key, before, after, float(after) - float(before)))
        elif not unit and before != after:
            rows.append((*key, before, after, None))
    return frame_of(DECISIONS, rows)


def _decided(plan: Plan) -> Iterator[tuple[tuple[str, str, str], Any]]:
    """Yield (decision, what, unit) → amount, or the first period where there is no unit."""
    sums = (
        ("Purchase", "purchases", ["offer"], "tonnes", "t"),
        ("Size", "builds", ["project"], "size", "t/y"),
        ("Delivery", "deliveries", ["segment", "material"], "tonnes", "t"),
        ("Shortage", "shortages", ["segment", "material"], "tonnes", "t"),
        ("Sale", "sales", ["site", "material"], "tonnes", "t"),
        ("Run", "runs", ["recipe", "site"], "units", "units"),
    )
    for words, table, keys, value, unit in sums:
        for key, amount in plan.tables[table].groupby(keys, sort=False)[value].sum().items():
            yield (words, " / ".join(key) if isinstance(key, tuple) else str(key), unit), float(amount)
    starts = (
        ("Permit", "permits", "project"),
        ("Construction", "builds", "project"),
        ("Contract", "contracts", "contract"),
    )
    for words, table, key in (*starts, ("Qualification", "qualifications", "qualification")):
        for name, period in plan.tables[table].groupby(key, sort=False)["period"].first().items():
            yield (words, str(name), ""), str(period)
    held = plan.tables["stocks"].groupby(["site", "material", "period"], sort=False)["tonnes"].sum()
    for key, most in held.groupby(level=[0, 1], sort=False).max().items():
        yield ("Most held", " / ".join(key) if isinstance(key, tuple) else str(key), "t"), float(most)


def bridge_table(a: Side, b: Side) -> pd.DataFrame:
    """Return cost by kind (MUSD, discounted) of both runs and the change; cash and all together below."""
    rows = [
        (kind, a.plan.cost(kind), b.plan.cost(kind), b.plan.cost(kind) - a.plan.cost(kind))
        for kind in COST_KINDS
        if a.plan.cost(kind) or b.plan.cost(kind)
    ]
    for words, kinds in (("Cash cost", CASH_KINDS), ("Cash, penalties and valued shortage", COST_KINDS)):
        before, after = a.plan.cost(*kinds), b.plan.cost(*kinds)
        rows.append((words, before, after, after - before))
    return frame_of(BRIDGE, rows)


def sentences(a: Side, b: Side, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the comparison in sentences."""
    cash = b.plan.cost(*CASH_KINDS) - a.plan.cost(*CASH_KINDS)
    short = [float(s.plan.tables["shortages"]["tonnes"].sum()) for s in (a, b)]
    inputs = tables["InputChanges"]
    real = int((inputs["for_readers"] != "Yes").sum())
    before, after = (side.plan.cost(*CASH_KINDS) for side in (a, b))
    out = [
        f"Cash changes by {cash:+,.2f} MUSD (discounted), from {before:,.2f} to {after:,.2f}; shortage from {short[0]:,.1f} to "
        f"{short[1]:,.1f} t.",
        f"{_counted(real, 'input differs', 'inputs differ')}, and "
        f"{_counted(len(inputs) - real, 'note or source', 'notes and sources')}; "
        f"{_counted(len(tables['DecisionChanges']), 'decision differs', 'decisions differ')}.",
    ]
    bounds = [float(x) for side in (a, b) if (x := side.plan.summary.get("bound")) is not None]
    if len(bounds) == 2:
        span = f"{bounds[1] - a.plan.cost():+,.2f} to {b.plan.cost() - bounds[0]:+,.2f} MUSD"
        out.append(f"With penalties and valued shortage the optimum changes by {span}; the gaps allow no more.")
    changes = {
        str(k): float(x) for k, x in zip(*(tables["CostBridge"].iloc[:-2][c] for c in ("kind", "change")), strict=True)
    }
    largest = sorted((k for k, x in changes.items() if abs(x) > _CENT), key=lambda k: -abs(changes[k]))[:4]
    named = [f"{k.lower()} {changes[k]:+,.2f}" for k in largest]
    return [*out, f"Most of it: {', '.join(named)} MUSD."] if named else out


def _counted(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def comparison_tables(a: Side, b: Side) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison by name."""
    return {
        "InputChanges": inputs_table(a.case, b.case),
        "DecisionChanges": decisions_table(a, b),
        "CostBridge": bridge_table(a, b),
    }


def write_comparison(path: Path, a: Side, b: Side, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the workbook of a comparison.

    Raises
    ------
    StoreError
        If it can not be written.
    """
    write_bytes(path, comparison_content(a, b, tables))


def comparison_content(a: Side, b: Side, tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the workbook as bytes."""
    book = Book(f"{a.name} and {b.name}")
    s = Sheet(
        book,
        "Comparison",
        f"From {a.name} to {b.name}" if a.name != b.name else f"{a.name}: from the first run to the second",
        "Before is the first run, After the second. MUSD, discounted.",
    )
    for line in sentences(a, b, tables):
        s.line(line)
    s.row += 1
    placed = s.table("CostBridge", BRIDGE, tables["CostBridge"], "Cost bridge", filtered=False)
    last = len(tables["CostBridge"]) - 3
    if last >= 0:
        series = [("Change", f"={placed.cells('change', 0, last)}")]
        title = "Change by kind of cost (MUSD)"
        columns(book, s, title, f"={placed.cells('kind', 0, last)}", series, (s.row, 0), (760, 320))
    s.finish(one_page=True)
    for name, title, shows, table in (
        ("Input Changes", "What was changed in the case", INPUTS, "InputChanges"),
        ("Decision Changes", "What is decided differently", DECISIONS, "DecisionChanges"),
    ):
        s = Sheet(book, name, title, "Before is the first run, After the second.")
        s.table(table, shows, tables[table], freeze=2)
        s.finish()
    return book.content()
