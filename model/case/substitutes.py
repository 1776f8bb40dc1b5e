"""Needs of what stands in for another material: nobody asks for it, but what is delivered of it goes by the same market.

A material of the network that a row of Substitutions draws is delivered to the segment like any other, so that rights, rules and
controls see it. Where the segment has no need of it there is one of zero tonnes, which says so in `stands_in`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Need = tuple[int, Mapping[str, Any]]  # (row id of table Demand, values)


def stand_ins(needs: Iterable[Need], substitutions: Iterable[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (row id, values) of a need of nothing for each material drawn by a segment that does not ask for it."""
    by_name = {(values["segment"], values["material"]): (row_id, values) for row_id, values in needs}
    for row in substitutions:
        drawn = (row.segment, row.drawn_material)
        if not row.drawn_material or drawn in by_name or (row.segment, row.material) not in by_name:
            continue
        row_id, values = by_name[row.segment, row.material]
        alone = {"material": row.drawn_material, "product": None, "content": None, "product_kg": None}
        made = {**values, **alone, "in_units": False, "served_by": None, "stands_in": True}
        by_name[drawn] = (row_id, made)
        yield row_id, made
