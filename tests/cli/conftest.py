"""A small case, and a program that runs in this process."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from model.case.load import load
from model.cli import main
from model.solver.outcome import Outcome
from model.solver.planning import solve

TABLES: dict[str, list[list[object]]] = {
    "settings": [["Setting", "Value"], ["Base Date", "2026-01-01"], ["Discount Rate", 0.05], ["Optimality Gap", 0]],
    "periods": [["Period", "Start", "Months"], ["2026", "2026-01-01", 12], ["2027", "2027-01-01", 12]],
    "countries": [["Country"], ["China"], ["Estonia"], ["Brazil"]],
    "materials": [["Material", "Stage"], ["Y Oxide", "Separated"]],
    "offers": [
        [
            "Offer",
            "Supplier",
            "Material",
            "Price (USD/kg)",
            "Available to Us (t/y)",
            "Cost per Order (kUSD)",
            "Mined In",
            "Separated In",
        ],
        ["A-1", "Alpha & Sons", "Y Oxide", 20, 40, 10, "China", "China"],
        ["B-2", "贝塔 Ltd.", "Y Oxide", 35, 100, 5, "Brazil", "Estonia"],
    ],
    "demand": [["Segment", "Material", "End Use", "2026", "2027"], ["Coatings", "Y Oxide", "Civil", 50, 60]],
    "lanes": [["From Place", "To Place", "Cost (USD/kg)"], ["Any", "Coatings", 1]],
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.out)


def write_case(folder: Path, changes: Mapping[str, list[list[object]] | None] | None = None) -> Path:
    folder.mkdir(parents=True)
    for name, rows in {**TABLES, **(changes or {})}.items():
        if rows is not None:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the lock, which stays."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != ".lock"]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path / "cases" / "钇 oxide case")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results here"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run a command line in this process; nothing may ever print a traceback."""

    def call(*arguments: object) -> Ended:
        capfd.readouterr()
        code = main([str(a) for a in arguments])
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ended(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The outcome of the small case, solved once."""
    return solve(load(write_case(tmp_path_factory.mktemp("solved") / "case")))
