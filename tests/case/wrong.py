"""The form in which tests say what is wrong with a case, and what is said about it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from model.case.checks import check
from model.messages import MESSAGES
from model.problems import Problem
from tests.case.base import Change, read


class Wrong(NamedTuple):
    """One change, and what is said of it: code, address, sentence. `also` are further codes that follow from it."""

    change: Change
    code: str
    address: str
    sentence: str
    also: tuple[str, ...] = ()


def assert_said(wrong: Wrong, folder: Path) -> None:
    """Assert that exactly this is said of the faultless case with the change, and in these words."""
    found = check(read(folder, wrong.change))
    said = [p for p in found if p.code == wrong.code and p.address == wrong.address]
    assert [p.sentence for p in said] == [wrong.sentence], listed(found)
    assert said[0].level == MESSAGES[wrong.code].level
    assert sorted(p.code for p in found if p is not said[0]) == sorted(wrong.also), listed(found)


def names(cases: list[Wrong]) -> list[str]:
    """Return a name for each test."""
    return [f"{i:03}-{w.code}" for i, w in enumerate(cases)]


def listed(found: list[Problem]) -> str:
    return "\n".join(f"{p.level} {p.code} {p}" for p in found)
