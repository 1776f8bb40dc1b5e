"""Substitutes: what they replace, whether they can be told from materials, and whether they come in time."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder
from model.case.timeline import month_number


def find(finder: Finder) -> None:
    """Check the rows of Substitutions one by one, then what stands in for what."""
    needs = {(d.segment, d.material): d for d in finder.rows("Demand") if d.material}
    materials = {m.material for m in finder.rows("Materials")}
    for row in finder.rows("Substitutions"):
        _need(finder, row, needs)
        _kind(finder, row, materials)
        _time(finder, row)
    _circles(finder)


def _need(finder: Finder, row: Row, needs: dict[tuple[str, str], Row]) -> None:
    table = "Substitutions"
    if not row.segment or not row.material or row.segment not in {s for s, _ in needs}:
        return
    need = needs.get((row.segment, row.material))
    if need is None:
        finder.say("substitute-need-unknown", table, row, "material", segment=row.segment, material=row.material)
        return
    drawn = needs.get((row.segment, row.drawn_material)) if row.drawn_material else None
    for column, found in (("material", need), ("drawn_material", drawn)):
        if found is not None and found.in_units:
            finder.say(
                "substitute-of-product",
                table,
                row,
                column,
                segment=row.segment,
                product=found.product,
                material=found.material,
            )
    if drawn is not None and (drawn.site, drawn.end_use) != (need.site, need.end_use):
        finder.say(
            "substitute-elsewhere",
            table,
            row,
            "drawn_material",
            segment=row.segment,
            material=row.material,
            other=row.drawn_material,
        )
    if drawn is not None and drawn.served_by == "One Source":
        finder.say("substitute-one-source", table, row, "drawn_material", material=row.drawn_material)


def _kind(finder: Finder, row: Row, materials: set[str]) -> None:
    table = "Substitutions"
    if row.drawn_material and row.drawn_material == row.material:
        finder.say("substitute-itself", table, row, "drawn_material", material=row.material)
    if row.ratio == 0 and row.drawn_material:
        finder.say("substitute-ratio-zero", table, row, "ratio", material=row.drawn_material)
    outside = finder.blank(table, row, "drawn_material")
    if outside and row.substitute in materials:
        finder.say("substitute-not-drawn", table, row, "drawn_material", found=row.substitute)
    if outside and row.cost == 0 and row.adoption_cost == 0 and not finder.unread(table, row, "cost"):
        finder.say("substitute-free", table, row, "cost", found=row.substitute)


def _time(finder: Finder, row: Row) -> None:
    line = finder.timeline
    first = month_number(row.first_use) if row.first_use else -np.inf
    if row.adoption_time:
        first = max(first, line.plan + row.adoption_time)
    if first >= line.end - 1e-9:
        finder.say("substitute-too-late", "Substitutions", row, "substitute", found=row.substitute)


def _circles(finder: Finder) -> None:
    """Say where materials of a segment stand in for one another in a circle: what is replaced could replace itself."""
    steps: dict[tuple[str, str], list[Row]] = {}
    for row in finder.rows("Substitutions"):
        if row.drawn_material and row.drawn_material != row.material:
            steps.setdefault((row.segment, row.material), []).append(row)
    for (segment, material), rows in steps.items():
        for row in rows:
            seen, ahead = {row.drawn_material}, [row.drawn_material]
            while ahead:
                for further in steps.get((segment, ahead.pop()), []):
                    if further.drawn_material not in seen:
                        seen.add(further.drawn_material)
                        ahead.append(further.drawn_material)
            if material in seen:
                finder.say(
                    "substitute-circle",
                    "Substitutions",
                    row,
                    "drawn_material",
                    segment=segment,
                    material=material,
                    other=row.drawn_material,
                )
