"""The names that `import model` offers."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

import model

ROOT = Path(__file__).parents[2]


def test_every_name_has_a_home() -> None:
    assert sorted(model.__all__) == sorted([*model._HOME_OF, "__version__"])
    assert set(model.__all__) <= set(dir(model))


@pytest.mark.parametrize("name", sorted(set(model.__all__) - {"__version__"}))
def test_name_is_what_its_home_defines(name: str) -> None:
    home = model._HOME_OF[name]
    if importlib.util.find_spec(home) is None:
        pytest.skip(f"{home} is still to come")
    assert getattr(model, name).__module__.startswith("model.")
    assert getattr(model, name) is getattr(model, name)


def test_no_module_bears_the_name_of_a_public_name() -> None:
    modules = {p.stem for p in (ROOT / "model").iterdir()}
    assert not modules & set(model.__all__)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'optimise'"):
        _ = model.optimise


def test_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert model.__version__ == project["version"]


def test_load_and_check() -> None:
    case = model.load(ROOT / "inputs" / "minimal")
    assert isinstance(case, model.Case)
    assert all(isinstance(p, model.Problem) for p in model.check(case))
