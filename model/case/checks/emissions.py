"""Emission factors, and limits on what is emitted and disposed of."""

from __future__ import annotations

from model.case.case import Row
from model.case.checks.finder import Finder
from model.schema.values import nearest

_PER = ("recipe", "line", "material")


def find(finder: Finder) -> None:
    """Check every emission factor."""
    for row in finder.rows("Emission Factors"):
        given = [c for c in _PER if getattr(row, c) is not None]
        if len(given) != 1 and not any(finder.unread("Emission Factors", row, c) for c in _PER):
            found = " and ".join(c.title() for c in given) or "none"
            finder.say("emission-names-one", "Emission Factors", row, "recipe", found=found)
        if row.line is not None and row.line not in finder.process_lines:
            near = nearest(row.line, finder.process_lines)
            finder.say("emission-line-unknown", "Emission Factors", row, "line", line=row.line, hint=near)
        if row.material is not None:
            _disposable(finder, "Emission Factors", row, "nothing is emitted by it")


def limit(finder: Finder, row: Row) -> None:
    """Check what a row of Limits says of a substance, or of what is disposed of."""
    if row.measure == "Emission" and finder.blank("Limits", row, "substance"):
        finder.say("emission-without-substance", "Limits", row, "substance")
    elif row.measure not in (None, "Emission") and row.substance is not None:
        finder.say("emission-substance-unused", "Limits", row, "substance", measure=row.measure)
    if row.measure == "Disposal" and row.material is not None:
        _disposable(finder, "Limits", row, "the limit limits nothing")


def _disposable(finder: Finder, table: str, row: Row, found: str) -> None:
    material = next((m for m in finder.rows("Materials") if m.material == row.material), None)
    if material is not None and finder.blank("Materials", material, "disposal_cost"):
        finder.say("disposal-impossible", table, row, "material", material=row.material, found=found)
