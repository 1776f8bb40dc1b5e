"""Demand for products: one need per material of the product, all of them stopped together.

A row of Demand without a material counts units of its product. What follows looks at needs by material, so the row stands for
one need per row of Products, in tonnes; they keep the row's id, by which it is known that they belong together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any


def materials_of(products: Iterable[Any]) -> dict[str, dict[str, float]]:
    """Return the kg of each material in a unit of each product, by rows of Products that could be read."""
    out: dict[str, dict[str, float]] = defaultdict(dict)
    for r in products:
        if r.product and r.material and r.content:
            out[r.product][r.material] = float(r.content)
    return dict(out)


def needs_by_material(
    values: Mapping[str, Any], products: Mapping[str, Mapping[str, float]]
) -> list[tuple[dict[str, Any], float]]:
    """Return the needs that a row of Demand stands for, each with the tonnes that one of its quantity is.

    Beside the declared columns a need has `in_units` (whether its row counts products) and `product_kg`, the kg of all
    materials counted in one unit of its product, None where the row does not say. Its `content` is that of its own material.
    A row of an unknown product stands for itself, so that it can be spoken of.
    """
    values = {**values, "stands_in": False}
    if values["material"] is not None or not values["product"]:
        return [({**values, "in_units": False, "product_kg": values["content"]}, 1.0)]
    held = products.get(values["product"], {})
    common = {**values, "in_units": True, "product_kg": sum(held.values()) or None}
    return [({**common, "material": g, "content": kg}, kg * 1e-3) for g, kg in held.items()] or [(common, 0.0)]
