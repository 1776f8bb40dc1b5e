"""`check` never raises, whatever is wrong, and is quick."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from model.case.build import case_from_raw
from model.case.case import Case
from model.case.checks import check
from model.schema.raw import RawTable
from model.schema.tables import TABLES
from tests.case.base import base

ROOT = Path(__file__).parents[2]


def case_of(tables: dict[str, list[list[str]]]) -> Case:
    raws = [
        RawTable(
            TABLES[name],
            "csv",
            TABLES[name].file_name,
            1,
            {i: h for i, h in enumerate(grid[0], 1) if h},
            [(n, {i: v for i, v in enumerate(row, 1) if v and grid[0][i - 1]}) for n, row in enumerate(grid[1:], 2)],
        )
        for name, grid in tables.items()
    ]
    return case_from_raw("case", raws)


@pytest.mark.parametrize("name", list(base()))
@pytest.mark.parametrize("cell", ["", "nonsense", "-1", "1e9", "2026-02-30"])
def test_a_whole_table_of_nonsense(name: str, cell: str) -> None:
    tables = base()
    tables[name] = [tables[name][0], *([cell or "" for _ in row] for row in tables[name][1:])]
    assert isinstance(check(case_of(tables)), list)


@pytest.mark.parametrize("name", list(base()))
def test_every_column_blank_or_gone_or_the_table_gone(name: str) -> None:
    for at in range(len(base()[name][0])):
        spoilt = base()
        for row in spoilt[name][at % 2 :]:
            row[at] = ""  # in every other column the header too
        check(case_of(spoilt))
    without, empty = base(), base()
    del without[name]
    del empty[name][1:]
    check(case_of(without))
    check(case_of(empty))


@pytest.mark.parametrize("seed", range(40))
def test_many_cells_spoilt_at_once(seed: int) -> None:
    spoil, tables = random.Random(seed), base()
    words = ["", "0", "-3", "x", "1e12", "Any", "China", "NdPr Oxide", "2026-07-01", "Exclude", "Max", "1,5", "0.5"]
    for grid in tables.values():
        for row in grid[1:]:
            for at in range(len(row)):
                if spoil.random() < 0.15:
                    row[at] = spoil.choice(words)
    found = check(case_of(tables))
    assert all(p.sentence and p.level for p in found)


def test_nothing_at_all() -> None:
    assert {p.code for p in check(Case.from_tables({}))} == {"table-missing", "no-discount-rate"}


def test_quick_on_fifty_thousand_cells() -> None:
    suppliers = [f"Supplier {i}" for i in range(100)]
    years = [str(y) for y in range(2026, 2036)]
    case = Case.from_tables(
        {
            "Settings": pd.DataFrame({"setting": ["Discount Rate"], "value": ["0.05"]}),
            "Materials": pd.DataFrame({"material": [f"M{i}" for i in range(50)], "stage": "Separated"}),
            "Suppliers": pd.DataFrame({"supplier": suppliers, "country": [f"Land {i % 20}" for i in range(100)]}),
            "Offers": pd.DataFrame(
                {
                    "offer": [f"O{i}" for i in range(2000)],
                    "supplier": [suppliers[i % 100] for i in range(2000)],
                    "material": [f"M{i % 50}" for i in range(2000)],
                    "price": 9.0,
                    "available_to_us": 5.0,
                }
            ),
            "Demand": pd.DataFrame(
                {
                    "segment": [f"S{i}" for i in range(500)],
                    "material": [f"M{i % 50}" for i in range(500)],
                    **dict.fromkeys(years, 1.0),
                }
            ),
            "Shortage Costs": pd.DataFrame({"segment": [f"S{i}" for i in range(500)], "tier": 1, "cost": 99.0}),
            "Lanes": pd.DataFrame(
                {
                    "from_place": [suppliers[i % 100] for i in range(1000)],
                    "to_place": [f"S{i // 2}" for i in range(1000)],
                    "material": [("Any", "M1")[i % 2] for i in range(1000)],
                    "cost": 1.0,
                }
            ),
            "De-risking Rules": pd.DataFrame(
                {
                    "rule": [f"R{i}" for i in range(200)],
                    "metric": "Country Share",
                    "limit_type": "Max",
                    "who": [f"Land {i % 20}" for i in range(200)],
                    "segment": [f"S{i}" for i in range(200)],
                    **dict.fromkeys(years, 0.5),
                }
            ),
        }
    )
    assert sum(d.frame.size + d.wide.size for d in case.data.values()) > 50_000
    start = time.process_time()
    found = check(case)
    assert time.process_time() - start < 1.0
    assert [p for p in found if p.level == "error"] == []


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_importing_model_loads_neither_pandas_nor_a_solver() -> None:
    heavy = "{'pandas', 'numpy', 'pyomo', 'highspy', 'matplotlib', 'openpyxl'} & {m.split('.')[0] for m in sys.modules}"
    assert run(f"import sys, model; print(sorted({heavy}))") == "[]"


def test_check_loads_no_solver_and_no_charts() -> None:
    heavy = "{'pyomo', 'highspy', 'matplotlib', 'openpyxl', 'xlsxwriter'} & {m.split('.')[0] for m in sys.modules}"
    code = "import sys, model; model.check(model.load('inputs/minimal'))"
    assert run(f"{code}; print(sorted({heavy}))") == "[]"
