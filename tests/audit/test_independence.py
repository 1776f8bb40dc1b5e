"""A check recomputes its rows: nothing that it calls has to do with the network or the model that the plan was made with."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType

import pytest

from model.auditor import audit
from model.rules.catalogue import FAMILIES

FOREIGN = ("model.network", "model.solver", "pyomo", "highspy")


@cache
def parts(module: str) -> dict[str, ast.AST]:
    """Return the functions and classes of a module by name."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def used_in(node: ast.AST) -> Iterator[str]:
    """Yield the global names, and attributes of such, that a function or class uses; types and its own names left out."""
    types: set[int] = set()
    own: set[str] = set()
    for n in ast.walk(node):
        for hint in (getattr(n, "annotation", None), getattr(n, "returns", None)):
            types |= {id(x) for x in ast.walk(hint)} if isinstance(hint, ast.AST) else set()
        if isinstance(n, ast.arg):
            own.add(n.arg)
        elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            own.add(n.id)
    for n in ast.walk(node):
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id not in own:
            yield f"{n.value.id}.{n.attr}"
        elif isinstance(n, ast.Name) and id(n) not in types and n.id not in own:
            yield n.id
        elif isinstance(n, ast.ImportFrom):
            yield from (f"{n.module}:{alias.name}" for alias in n.names)


def meant(module: str, name: str) -> object:
    """Return what a name means in a module; None for a name of Python's own."""
    if ":" in name:
        module, _, name = name.partition(":")
    first, _, rest = name.partition(".")
    found = getattr(importlib.import_module(module), first, None)
    return getattr(found, rest, None) if rest and isinstance(found, ModuleType) else found


def foreign(module: str, name: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    """Yield what of the network or the model a function comes to use, with the way there."""
    if (module, name) in seen or name not in parts(module):
        return
    seen.add((module, name))
    for used in used_in(parts(module)[name]):
        found = inspect.unwrap(x) if isinstance(x := meant(module, used), FunctionType) else x
        home = found.__name__ if isinstance(found, ModuleType) else getattr(found, "__module__", None) or ""
        if home.startswith(FOREIGN):
            yield f"{module}.{name} uses {used} of {home}"
        elif home.startswith("model.rules") and not isinstance(found, ModuleType) and hasattr(found, "__name__"):
            yield from foreign(home, found.__name__, seen)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_a_check_uses_nothing_that_made_the_plan(family) -> None:
    assert list(foreign(family.check.__module__, family.check.__name__, set())) == []


def test_the_audit_as_a_whole_does_not_either() -> None:
    assert list(foreign(audit.__module__, audit.__name__, set())) == []


def test_a_rule_does() -> None:
    """The search finds something where there is something."""
    found = list(foreign("model.rules.licence_grant", "applied", set()))
    assert [x for x in found if "control_matches of model.network.controls" in x]
