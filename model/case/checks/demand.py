"""Demand, what going short costs, sales, and whether all sources together could be enough."""

from __future__ import annotations

import itertools

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.prices import price_of
from model.case.timeline import Vector

_UNBOUNDED = float("inf")
_OF_SUPPLY = (
    "Offers",
    "Commitments",
    "Demand",
    "Products",
    "Lines",
    "Recipe Items",
    "Baskets",
    "Recoveries",
    "Plant Feeds",
)


def find(finder: Finder) -> None:
    """Check demand rows, shortage tiers, sales, and demand against every source."""
    _segments(finder)
    _products(finder)
    for segment, tiers in grouped(finder.rows("Shortage Costs"), lambda r: r.segment).items():
        if segment is not None:
            _tiers(finder, segment, tiers)
    _cheap_shortage(finder)
    for row in finder.rows("Sales"):
        _sale(finder, row)
    for steps in grouped(finder.rows("Sales"), lambda r: (r.site, r.material)).values():
        _steps(finder, sorted(steps, key=lambda r: r.step or 0))
    for material in sorted(finder.demanded):
        _supply(finder, material)


def _segments(finder: Finder) -> None:
    costed = {r.segment for r in finder.rows("Shortage Costs")}
    unread = {row_id for row_id, _ in finder.case.data["Demand"].unread} if finder.case.has("Demand") else set()
    for segment, rows in finder.segments.items():
        if segment and segment not in costed:
            finder.say("priority-without-cost", "Demand", rows[0], None, segment=segment)
        for row in rows:
            first = not row.in_units or row is next(r for r in rows if r.row_id == row.row_id)
            if row.row_id not in unread and row.material and first and not finder.case.across("Demand", row).any():
                what = row.product if row.in_units else row.material
                finder.say("demand-zero", "Demand", row, None, segment=segment, material=what)


def _products(finder: Finder) -> None:
    """Say which rows of Demand name no material, which products are not described, or by nobody asked for, and what is none."""
    described = {r.product for r in finder.rows("Products")}
    asked = {r.product for r in finder.rows("Demand") if r.in_units}
    for row in finder.rows("Products"):
        if row.content == 0:
            finder.say("product-content-zero", "Products", row, "content", product=row.product, material=row.material)
        if row.product and row.product not in asked:
            finder.say("product-undemanded", "Products", row, "product", product=row.product)
    for row in finder.rows("Demand"):
        if row.material is None and not finder.unread("Demand", row, "material"):
            if not row.product and not finder.unread("Demand", row, "product"):
                finder.say("demand-without-material", "Demand", row, "material", segment=row.segment)
            elif row.product and row.product not in described:
                finder.say("product-unknown", "Demand", row, "product", product=row.product)
    for segment, rows in finder.segments.items():
        for material, same in grouped((r for r in rows if r.material), lambda r: r.material).items():
            counted = next((r for r in same if r.in_units), None)
            other = next((r for r in same if counted is not None and r.row_id != counted.row_id), None)
            if counted is not None and other is not None:
                finder.say(
                    "product-material-clash",
                    "Demand",
                    counted,
                    "product",
                    segment=segment,
                    product=counted.product,
                    material=material,
                    other=finder.case.address("Demand", other, "segment"),
                )


def _tiers(finder: Finder, segment: str, rows: list[Row]) -> None:
    table = "Shortage Costs"
    tiers = sorted((r for r in rows if r.tier is not None), key=lambda r: r.tier)
    taken = 0.0
    full: Row | None = None
    for i, row in enumerate(tiers):
        last, before = i == len(tiers) - 1, tiers[i - 1] if i else None
        _tier_cost(finder, segment, row, before)
        if full is None and not last:
            if finder.blank(table, row, "share_of_demand"):
                finder.say("shortage-share-missing", table, row, "share_of_demand", tier=row.tier)
            taken += row.share_of_demand or 0.0
            if taken >= 1 - 1e-9:
                full = row
    if full is not None:
        finder.say("shortage-tiers-full", table, full, "share_of_demand", tier=full.tier, segment=segment)


def _tier_cost(finder: Finder, segment: str, row: Row, before: Row | None) -> None:
    table = "Shortage Costs"
    if row.cost is not None and row.cost_per_product is not None:
        finder.say("shortage-cost-twice", table, row, "cost_per_product", tier=row.tier)
    elif finder.blank(table, row, "cost") and finder.blank(table, row, "cost_per_product"):
        finder.say("shortage-cost-missing", table, row, "cost", tier=row.tier)
    rows = finder.segments.get(segment, [])
    plain_rows = [r for r in rows if r.material and not r.in_units]
    if row.cost_per_product is not None and any(finder.blank("Demand", r, "content") for r in plain_rows):
        finder.say("shortage-content-missing", table, row, "cost_per_product", segment=segment)
    for column in ("cost", "cost_per_product"):
        now, then = getattr(row, column), getattr(before, column) if before is not None else None
        if now is None or then is None or before is None:
            continue
        # Of two series every period is compared.
        if (finder.case.by_period(now) < finder.case.by_period(then)).any():
            finder.say("shortage-tiers-falling", table, row, column, tier=row.tier, previous=before.tier)


def _cheap_shortage(finder: Finder) -> None:
    tiers = grouped((r for r in finder.rows("Shortage Costs") if r.tier is not None), lambda r: r.segment)
    cheapest_of: dict[str, float] = {}
    for row in finder.rows("Demand"):
        # Whether a product is worth its materials depends on all of them together.
        if row.segment not in tiers or row.priority == 1 or row.material in finder.made or row.in_units:
            continue
        last = max(tiers[row.segment], key=lambda r: r.tier)
        if row.material not in cheapest_of:
            cheapest_of[row.material] = _cheapest(finder, row.material)
        cost, cheapest = finder.kilogram_cost(last), cheapest_of[row.material]
        if cost is not None and cost < cheapest < _UNBOUNDED:
            column = "cost" if last.cost is not None else "cost_per_product"
            finder.say(
                "shortage-cheaper-than-supply",
                "Shortage Costs",
                last,
                column,
                material=row.material,
                segment=row.segment,
                cost=plain(cost),
                price=plain(cheapest),
            )


def _cheapest(finder: Finder, material: str) -> float:
    offers = finder.offers_of.get(material, [])
    prices = [price_of(finder.case, r) for r in offers]
    prices += [
        price_of(finder.case, o, r.price) for o in offers for r in finder.rows("Price Tiers") if r.offer == o.offer
    ]
    return min((float(np.nanmin(p)) for p in prices if not np.isnan(p).all()), default=_UNBOUNDED)


def _window_mean(finder: Finder, row: Row, rates: Vector) -> Vector:
    """Return rates as they bind, shape (T,): each by itself, or the mean of each calendar year."""
    if row.window != "Calendar Year":
        return rates
    out, weights = rates.copy(), finder.timeline.amount_factor
    for _, ts in finder.timeline.windows(row.window):
        out[list(ts)] = np.average(rates[list(ts)], weights=weights[list(ts)])
    return out


def _sale(finder: Finder, row: Row) -> None:
    least, most = (_window_mean(finder, row, finder.case.by_period(v)) for v in (row.least, row.most))
    t = finder.first(most, least > most * (1 + 1e-9))
    if t >= 0:
        finder.say(
            "least-above-most",
            "Sales",
            row,
            "least",
            period=finder.label(t),
            least=plain(least[t]),
            most=plain(most[t]),
        )
    prices = finder.case.by_period(row.price)
    cheapest = _cheapest(finder, row.material)
    if not np.isnan(prices).all() and float(np.nanmax(prices)) > cheapest:
        finder.say(
            "sale-above-offer",
            "Sales",
            row,
            "price",
            material=row.material,
            price=plain(float(np.nanmax(prices))),
            offer=plain(cheapest),
        )


def _steps(finder: Finder, steps: list[Row]) -> None:
    """Say where a later step would be sold before an earlier one, or never."""
    for before, after in itertools.pairwise(steps):
        first, then = finder.case.by_period(before.price), finder.case.by_period(after.price)
        t = finder.first(then, then > first * (1 + 1e-9) + 1e-12)
        if t >= 0:
            finder.say(
                "sale-step-dearer",
                "Sales",
                after,
                "price",
                period=finder.label(t),
                step=after.step,
                price=plain(then[t]),
                previous=before.step,
                earlier=plain(first[t]),
            )
        if finder.blank("Sales", before, "most"):
            finder.say("sale-step-unlimited", "Sales", before, "most", step=before.step, after=after.step)


# ---- demand against everything that could ever serve it ----


def _supply(finder: Finder, material: str) -> None:
    """Compare demand with an upper bound of supply; silent where any source is unbounded or can not be judged.

    Lags, losses, rules and what other materials need of the same line are left out: all of them only lower supply. Where a
    substitute may take the place of the need, or something comes back, it is left to the plan whether there is enough.
    """
    if any(d.unread for n, d in finder.case.data.items() if n in _OF_SUPPLY):
        return
    if any(material in (r.material, r.drawn_material) for r in finder.rows("Substitutions")):
        return
    if any(material == r.material for r in finder.rows("Recycling")):
        return
    need, offered = finder.need(material), _offered(finder, material) + _makeable(finder, material)
    stock = [r for r in finder.rows("Stockpiles") if r.material == material]
    if stock or finder.lagging or material in finder.made:
        # What arrives late or is held over can serve a later period: only sums from the start can be compared.
        need, offered = np.cumsum(need), np.cumsum(offered) + sum(r.opening_stock or 0.0 for r in stock)
        span = "up to the end of"
    else:
        span = "in"
    t = finder.first(need, need > offered * (1 + 1e-6) + 1e-9)
    if t >= 0:
        row = finder.demand_for[material][0]
        finder.say(
            "demand-above-supply",
            "Demand",
            row,
            None,
            finder.label(t),
            span=f"{span} {finder.label(t)}",
            need=plain(need[t]),
            material=material,
            supply=plain(offered[t]),
        )


def _offered(finder: Finder, material: str) -> Vector:
    total = np.zeros(len(finder.timeline))
    for row in finder.offers_of.get(material, []):
        total = total + np.nan_to_num(finder.case.rate_amounts(row.available_to_us), nan=_UNBOUNDED, posinf=_UNBOUNDED)
    for row in (r for r in finder.rows("Commitments") if r.material == material and r.kind != "Running Build"):
        total = total + finder.case.amounts("Commitments", row)
    return total


def _makeable(finder: Finder, material: str) -> Vector:
    """Return what lines, projects and running builds could make of a material if they made nothing else, shape (T,)."""
    total = np.zeros(len(finder.timeline))
    items = grouped(finder.rows("Recipe Items"), lambda r: r.recipe)
    for recipe in finder.rows("Recipes"):
        outputs = [r for r in items.get(recipe.recipe, []) if r.role == "Output" and r.material == material]
        if outputs:
            uses = [r.per_unit for r in items[recipe.recipe] if r.role == "Line Use"]
            if any(v is None for v in (*uses, *(r.per_unit for r in outputs))):
                return total + _UNBOUNDED
            use = sum(uses) if uses else 1.0
            per_capacity = sum(r.per_unit for r in outputs) / use if use > 0 else _UNBOUNDED
            total = total + np.nan_to_num(_capacity(finder, recipe) * per_capacity, nan=_UNBOUNDED, posinf=_UNBOUNDED)
    for feed, made in finder.separations:
        if made.get(material, 0.0) != 0:
            per_capacity = made[material] / feed.line_use if feed.line_use > 0 else _UNBOUNDED
            total = total + np.nan_to_num(_capacity(finder, feed) * per_capacity, nan=_UNBOUNDED, posinf=_UNBOUNDED)
    return total


def _capacity(finder: Finder, recipe: Row) -> Vector:
    """Return the most that the lines of a recipe, or of a row of Plant Feeds, can ever do in each period, shape (T,)."""
    case, factor = finder.case, finder.timeline.amount_factor
    total = np.zeros(len(finder.timeline))
    for line in finder.rows("Lines"):
        if line.line == recipe.line and recipe.site in (None, line.site):
            total = total + case.by_period(line.capacity) * factor
    builds = {r.project: r.build_size or 0.0 for r in finder.rows("Commitments") if r.kind == "Running Build"}
    for project in finder.rows("Projects"):
        if project.line == recipe.line and recipe.site in (None, project.site):
            largest = _UNBOUNDED if project.max_size is None else project.max_size
            total = total + (largest + builds.get(project.project, 0.0)) * factor
    return total
