"""What planners get wrong, all together: each case is the faultless one with one thing changed, and all that is said about it.

The cases stand by subject in the files test_wrong_input_*.py, each in its list ALL.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from model.case.checks import check
from model.problems import LEVELS
from tests.case.base import read
from tests.case.wrong import Wrong, listed


def everything() -> list[Wrong]:
    """Return the cases of all files beside this one."""
    files = sorted(p.stem for p in Path(__file__).parent.glob("test_wrong_input_*.py"))
    return [w for name in files for w in importlib.import_module(f"tests.case.{name}").ALL]


def one(code: str, address: str) -> Wrong:
    return next(w for w in everything() if (w.code, w.address) == (code, address))


def test_the_base_case_is_faultless(tmp_path: Path) -> None:
    assert check(read(tmp_path / "case")) == []


def test_every_sentence_about_a_case_is_tested() -> None:
    from model.messages import CELL, OUTSIDE, REFERENCE, SENSE

    not_of_a_folder = {
        "formula-error",
        "formula-never-calculated",
        "text-read-as-date",
        "table-absent",
        "canned-unknown",
        "frontier-nothing",
        "frontier-unknown",
        "sweep-end",  # said of ends that are tried, see test_wrong_input_sweeps
        "sweep-end-odd",
        "sweep-none",
        "sweep-unknown",
        "sweep-which",
        "until-name",
        "until-unknown",
        "demand-unreachable",
        "demand-unreachable-hard",
        "cover-unreachable",
        "cover-unreachable-hard",
    }
    tested = {w.code for w in everything()}
    assert {*CELL, *OUTSIDE, *REFERENCE, *SENSE} - tested == not_of_a_folder


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    chosen = [
        one("not-a-number", "offers.csv:2 (Lead Time)"),
        one("share-above-one", "lines.csv:2 (Availability)"),
        one("not-a-date", "offers.csv:4 (Valid Until)"),
        one("not-a-choice", "materials.csv:4 (Stage)"),
        one("not-yes-or-no", "materials.csv:4 (Storable)"),
        one("setting-bad", "settings.csv:5 (Value)"),
        one("not-found", "offers.csv:2 (Supplier)"),
        one("not-found", "shortage_costs.csv:2 (Segment)"),
        one("plan-date-after-horizon", "settings.csv:3 (Value)"),
        one("item-material-missing", "recipe_items.csv:2 (Material)"),
        one("limit-filter", "limits.csv:2 (Project)"),
        one("shortage-cost-twice", "shortage_costs.csv:3 (Cost per Product)"),
    ]
    case = read(tmp_path / "case", *(w.change for w in chosen))
    errors = [p for p in check(case) if p.level == "error"]
    assert {(w.code, w.address) for w in chosen} <= {(p.code, p.address) for p in errors}
    assert len(errors) == 12, listed(errors)


def test_problems_come_by_level_then_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    from model.schema.tables import TABLES

    chosen = [
        one("not-a-number", "offers.csv:2 (Lead Time)"),
        one("soft-without-penalty", "de_risking_rules.csv:3 (Penalty)"),
        one("period-not-first", "periods.csv:2 (Start)"),
        one("priority-without-cost", "demand.csv:3 (Segment)"),
        one("lane-to-itself", "lanes.csv:6 (To Place)"),
    ]
    found = check(read(tmp_path / "case", *(w.change for w in chosen)))
    order = [(LEVELS.index(p.level), list(TABLES).index(p.table), p.row) for p in found]
    assert order == sorted(order)
    assert len(order) >= 5
