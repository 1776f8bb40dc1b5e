"""The one road through the house: no package imports from one that stands further along it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "model"

# From left to right; a line may use itself and all lines above it. Orders and sentences go both ways between tables and problems.
ROAD = (
    ("errors", "messages", "problems", "schema"),
    ("excel", "case"),
    ("network",),
    ("plan",),
    ("rules",),
    ("checking",),
    ("auditor",),
    ("solver",),
    ("study",),
    ("report",),
    ("bids", "rolling", "console", "faults", "put_in_place", "runs"),
    ("commands", "cli"),
)
PLACE = {name: i for i, line in enumerate(ROAD) for name in line}
ALLOWED = {
    # A convenience of the public interface that is looked up when it is called.
    ("model/plan.py", "model.report.workbook"),
    # Whether the ends of a sweep are cases is asked of overlays, which know neither network nor solver.
    ("model/checking.py", "model.study"),
}


@cache
def imports(file: Path) -> list[tuple[str, int]]:
    """Return (module, line) of all that a file imports, in functions too; what is imported for types alone does not count."""
    return list(_imports(file))


def _imports(file: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in for_types:
            if node.module == "model":
                yield from ((f"model.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno
        elif isinstance(node, ast.Import) and id(node) not in for_types:
            yield from ((alias.name, node.lineno) for alias in node.names)


def package_of(module: str) -> str:
    return module.split(".")[1]


def files() -> list[Path]:
    return [p for p in sorted(MODEL.rglob("*.py")) if p.parent != MODEL or p.stem not in ("__init__", "__main__")]


def test_every_package_has_its_place_on_the_road() -> None:
    there = {p.name for p in MODEL.iterdir() if p.is_dir() and p.name != "__pycache__"}
    there |= {p.stem for p in MODEL.glob("*.py")} - {"__init__", "__main__"}
    assert there == set(PLACE)


def test_nothing_imports_what_stands_further_along() -> None:
    against = []
    for file in files():
        name = file.relative_to(ROOT).as_posix()
        here = PLACE[package_of(name.removesuffix(".py").replace("/", "."))]
        against += [
            f"{name}:{line} imports {module}"
            for module, line in imports(file)
            if module.startswith("model.")
            and (name, module) not in ALLOWED
            and PLACE.get(package_of(module), -1) > here  # the version is of no package
        ]
    assert against == []


@pytest.mark.parametrize(
    ("folders", "library"),
    [
        (("rules", "solver", "study"), "pyomo"),
        (("solver",), "highspy"),
        (("excel", "bids"), "openpyxl"),
        (("excel", "report", "bids", "rolling"), "xlsxwriter"),
    ],
)
def test_a_library_stays_in_its_rooms(folders: tuple[str, ...], library: str) -> None:
    using = {
        package_of(file.relative_to(ROOT).as_posix().removesuffix(".py").replace("/", "."))
        for file in files()
        for module, _ in imports(file)
        if module.split(".")[0] == library
    }
    assert using <= set(folders)
    assert using


def test_a_ledger_knows_neither_model_nor_network() -> None:
    """What checks read a plan with imports nothing of what the plan was made with."""
    known = [p for p in (MODEL / "rules").glob("*.py") if p.stem.startswith("ledger") or p.stem == "comparison"]
    found = [(p.name, module) for p in known for module, _ in imports(p)]
    assert len(known) > 10
    assert [x for x in found if x[1].startswith(("model.network", "model.solver", "pyomo", "highspy"))] == []
