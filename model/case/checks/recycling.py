"""What comes back: whether it was ever sold, no more than all of it, at a site that is there."""

from __future__ import annotations

from collections.abc import Iterable

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.timeline import month_number
from model.schema.values import is_blank


def find(finder: Finder) -> None:
    """Check tables Recycling, Returns and Past Sales."""
    ages = grouped((r for r in finder.rows("Returns") if r.age is not None), lambda r: r.recycling)
    sums = {name: sum(r.returned or 0.0 for r in rows) for name, rows in ages.items()}
    for row in finder.rows("Recycling"):
        _sold(finder, row)
        _site(finder, row)
        _time(finder, row, ages.get(row.recycling, []))
        if sums.get(row.recycling, 0.0) > 1 + 1e-9:
            whole = plain(100 * sums[row.recycling])
            finder.say("recycling-above-whole", "Recycling", row, "recycling", sum=whole, name=row.recycling)
    _together(finder, sums)
    _past(finder)


def _sold(finder: Finder, row: Row) -> None:
    key = (row.segment, row.sold_material)
    asked = {(d.segment, d.material) for d in finder.case.rows("Demand")}
    past = {(r.segment, r.material) for r in finder.rows("Past Sales")}
    if None not in key and key not in asked | past:
        finder.say(
            "recycling-never-sold", "Recycling", row, "sold_material", segment=row.segment, material=row.sold_material
        )


def _site(finder: Finder, row: Row) -> None:
    facility = next((s.facility for s in finder.rows("Sites") if s.site == row.site), "Existing")
    if facility not in (None, "Existing"):
        finder.say("recycling-site-not-there", "Recycling", row, "site", site=row.site, facility=facility)


def _time(finder: Finder, row: Row, ages: Iterable[Row]) -> None:
    """Say where no sale can come back within the plan: what the plan itself sells, and what was sold before."""
    line = finder.timeline
    past = [
        _span(r)
        for r in finder.rows("Past Sales")
        if (r.segment, r.material) == (row.segment, row.sold_material) and r.year is not None
    ]
    first = max(line.start, month_number(row.first_use)) if row.first_use else line.start
    sales = [(line.start, line.end), *past]
    back = [(low + 12 * r.age, high + 12 * r.age) for low, high in sales for r in ages if r.returned]
    if not any(low < line.end - 1e-9 and high > first + 1e-9 for low, high in back):
        finder.say("recycling-nothing-back", "Recycling", row, "recycling")


def _span(row: Row) -> tuple[float, float]:
    """Return the months between which a row of Past Sales was sold."""
    start = 12.0 * row.year + (0 if is_blank(row.month) else row.month - 1)
    return start, start + (12 if is_blank(row.month) else 1)


def _together(finder: Finder, sums: dict[str, float]) -> None:
    """Say where several rows take the same material back from the same sales more than once."""
    same = grouped(finder.rows("Recycling"), lambda r: (r.segment, r.sold_material, r.material))
    for (segment, material, recovered), rows in same.items():
        whole = sum(sums.get(r.recycling, 0.0) for r in rows)
        if len(rows) > 1 and None not in (segment, material, recovered) and whole > 1 + 1e-9:
            finder.say(
                "recycling-twice",
                "Recycling",
                rows[-1],
                "material",
                sum=plain(100 * whole),
                segment=segment,
                material=material,
                recovered=recovered,
                names=" and ".join(str(r.recycling) for r in rows),
            )


def _past(finder: Finder) -> None:
    taken = {(r.segment, r.sold_material) for r in finder.rows("Recycling")}
    for row in finder.rows("Past Sales"):
        if row.year is not None and _span(row)[1] > finder.timeline.start + 1e-9:
            finder.say("past-sale-not-past", "Past Sales", row, "year", year=row.year)
        if None not in (row.segment, row.material) and (row.segment, row.material) not in taken:
            finder.say("past-sale-unused", "Past Sales", row, "material", segment=row.segment, material=row.material)
