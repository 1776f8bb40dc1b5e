"""Recipes of a case: those that are typed, and those that follow from baskets, recoveries and plant feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from model.case.case import Case, Row
from model.schema.tables.chemistry import OXIDES, REST

Items = Mapping[str, Mapping[str, list[tuple[str, float]]]]  # recipe → role → [(material, per unit)]
_SHARES = (*(o.lower() for o in OXIDES), REST)


def separation_name(feed: str, site: str) -> str:
    """Return the name of the recipe that is made for a plant and its feed."""
    return f"Separation of {feed} at {site}"


def recipes(case: Case) -> list[Row]:
    """Return typed recipes and one per row of Plant Feeds; `table` says where a row stands."""
    typed = [Row(r.row_id, {**_values(r, _RECIPE), "table": "Recipes"}) for r in case.rows("Recipes")]
    made = [
        Row(
            f.row_id,
            {
                "recipe": separation_name(f.feed, f.site),
                "line": f.line,
                "site": f.site,
                "stage": "Separated",
                "conversion_cost": f.conversion_cost,
                "conversion_time": f.conversion_time,
                **dict.fromkeys(SET_UP, 0.0),
                "confidence": f.confidence,
                "source": f.source,
                "table": "Plant Feeds",
            },
        )
        for f in case.rows("Plant Feeds")
    ]
    return [*typed, *made]


SET_UP = ("set_up_cost", "set_up_use", "minimum_run")
_RECIPE = (
    "recipe",
    "line",
    "site",
    "stage",
    "conversion_cost",
    "conversion_time",
    *SET_UP,
    "confidence",
    "source",
)


def _values(row: Row, names: tuple[str, ...]) -> dict[str, object]:
    return {n: getattr(row, n) for n in names}


def recipe_items(case: Case) -> Items:
    """Return recipe → role → [(material, tonnes per unit)].

    One unit of a separation is 1 t of feed; of each product of the plant it makes Σ basket[oxide] · recovery[oxide] t.
    Of what is made, whoever works it keeps the Toller Share.
    """
    items: dict[str, dict[str, list[tuple[str, float]]]] = defaultdict(
        lambda: {"Input": [], "Output": [], "Line Use": []}
    )
    kept = {r.recipe: 1.0 - r.toller_share for r in case.rows("Recipes")}
    for row in case.rows("Recipe Items"):
        ours = kept.get(row.recipe, 1.0) if row.role == "Output" else 1.0
        items[row.recipe][row.role].append((row.material or "", ours * row.per_unit))
    baskets = {b.feed: b for b in case.rows("Baskets")}
    for f in case.rows("Plant Feeds"):
        roles = items[separation_name(f.feed, f.site)]
        roles["Input"].append((f.feed, 1.0))
        roles["Line Use"].append(("", f.line_use))
        basket = baskets.get(f.feed)
        for r in case.rows("Recoveries"):
            if basket is not None and r.site == f.site:
                made = sum(getattr(basket, o) * getattr(r, o) for o in _SHARES)
                if made > 0:
                    roles["Output"].append((r.product, (1.0 - f.toller_share) * made))
    return items
