"""Lanes, lines, recipes and stockpiles."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.places import Places, places_of
from model.schema.tables import TABLES
from model.schema.tables.common import ANY, STAGES
from model.schema.values import nearest


def find(finder: Finder) -> None:
    """Check what can be moved, made and held."""
    _recipes(finder)
    _lines(finder)
    _lanes(finder)
    for row in finder.rows("Stockpiles"):
        _stockpile(finder, row)


def _recipes(finder: Finder) -> None:
    items = grouped(finder.rows("Recipe Items"), lambda r: r.recipe)
    lines = finder.process_lines
    for row in finder.rows("Recipes"):
        if row.line and (row.line not in lines or (row.site and row.site not in lines[row.line])):
            hint = nearest(row.line, lines) if row.line not in lines else ""
            finder.say("recipe-without-line", "Recipes", row, "line", recipe=row.recipe, line=row.line, hint=hint)
        _set_up(finder, row)
        if row.recipe:
            _mass(finder, row, items.get(row.recipe, []))
    for row in finder.rows("Recipe Items"):
        if row.role in ("Input", "Output") and finder.blank("Recipe Items", row, "material"):
            finder.say("item-material-missing", "Recipe Items", row, "material", role=row.role)
        elif row.role == "Line Use" and row.material:
            finder.say("item-line-use-material", "Recipe Items", row, "material")


def _mass(finder: Finder, recipe: Row, items: list[Row]) -> None:
    roles = grouped(items, lambda r: r.role)
    unread = {name for _, name in finder.case.data["Recipe Items"].unread} if finder.case.has("Recipe Items") else set()
    if unread & {"recipe", "role"}:
        return
    for role, code in (("Output", "recipe-without-output"), ("Input", "recipe-without-input")):
        if not roles.get(role):
            finder.say(code, "Recipes", recipe, None, recipe=recipe.recipe)
    if not roles.get("Output") or not roles.get("Input") or any(r.per_unit is None for r in items):
        return
    # Magnets and parts take iron and more that no planner lists; further up the chain nothing is added.
    if all(finder.stages.get(r.material) in STAGES[:-1] for r in roles["Output"]):
        made, used = (sum(r.per_unit for r in roles[role]) for role in ("Output", "Input"))
        if made > used * (1 + 1e-6):
            finder.say(
                "recipe-makes-mass",
                "Recipe Items",
                roles["Output"][0],
                "per_unit",
                recipe=recipe.recipe,
                outputs=plain(made),
                inputs=plain(used),
            )


def _set_up(finder: Finder, row: Row) -> None:
    """Check what a recipe that is set up takes of its lines."""
    young = {p.site for p in finder.rows("Projects") if p.line == row.line and _learns(p)}
    if row.set_up_use and young and row.site in (None, *young):
        where = row.site or min(young)
        finder.say("set-up-young", "Recipes", row, "set_up_use", recipe=row.recipe, site=where)
    sites = [r for r in finder.rows("Lines") if r.line == row.line and row.site in (None, r.site)]
    if not sites or any(p.line == row.line for p in finder.rows("Projects")):
        return
    for column in ("set_up_use", "minimum_run"):
        amount = getattr(row, column)
        able = [float(np.nanmax(finder.case.rate_amounts(r.capacity), initial=0.0)) for r in sites]
        if amount and amount > max(able) * (1 + 1e-9):
            title = TABLES["Recipes"].column(column).title
            finder.say(
                "set-up-above-line", "Recipes", row, column, column=title, amount=plain(amount), able=plain(max(able))
            )


def _learns(project: Row) -> bool:
    return any((getattr(project, f"recovery_year_{y}") or 1.0) < 1 for y in (1, 2, 3, 4))


def _lines(finder: Finder) -> None:
    for row in finder.rows("Lines"):
        if row.kind == "Storage" and row.minimum_load:
            finder.say("minimum-load-storage", "Lines", row, "minimum_load")
    lines = {(r.site, r.line): r for r in finder.rows("Lines")}
    for row in finder.rows("Projects"):
        known = lines.get((row.site, row.line))
        if known is not None and row.kind and known.kind and row.kind != known.kind:
            finder.say(
                "line-kinds-differ",
                "Projects",
                row,
                "kind",
                line=row.line,
                site=row.site,
                found=row.kind,
                known=known.kind,
            )
    run = {r.line for table in ("Recipes", "Plant Feeds") for r in finder.rows(table)}
    for name, rows in grouped(finder.rows("Lines"), lambda r: r.line).items():
        if name and name not in run and all(r.kind == "Process" for r in rows):
            finder.say("line-unused", "Lines", rows[0], "line", line=name)


def _lanes(finder: Finder) -> None:
    if not finder.case.has("Lanes"):
        return
    places = places_of(finder.case)
    rows = [r for r in finder.rows("Lanes") if r.from_place and r.to_place and r.material]
    ranked = {name: _ranked(places, name) for name in {end for r in rows for end in (r.from_place, r.to_place)}}
    ends = {r.row_id: (ranked[r.from_place], ranked[r.to_place]) for r in rows}
    present = finder.made | {r.material for t in ("Offers", "Commitments", "Stockpiles") for r in finder.rows(t)}
    for row in rows:
        origins, targets = ends[row.row_id]
        if row.from_place == row.to_place and row.from_place in places.country:
            finder.say("lane-to-itself", "Lanes", row, "to_place", place=row.from_place)
        elif not _joins(origins, targets) or (row.material not in (ANY, *present)):
            finder.say("lane-matches-nothing", "Lanes", row, None)
        if row.minimum_if_used and np.all(finder.case.rate_amounts(row.capacity) < row.minimum_if_used):
            finder.say(
                "lane-minimum-above-capacity", "Lanes", row, "minimum_if_used", minimum=plain(row.minimum_if_used)
            )
    _equal_lanes(finder, rows, ends)
    for name, shared in grouped(rows, lambda r: r.shared_as).items():
        for row in shared[1:] if name else []:
            for column in ("capacity", "fixed_cost", "fixed_cost_paid", "minimum_if_used"):
                if getattr(row, column) != getattr(shared[0], column) and not finder.unread("Lanes", row, column):
                    title = TABLES["Lanes"].column(column).title
                    finder.say("lane-shared-differ", "Lanes", row, column, name=name, column=title)


Ranked = dict[str, int]


def _ranked(places: Places, name: str) -> Ranked:
    """Return the places that an end of a lane means, with how closely it means them."""
    return {p: rank for p in places.country if p and (rank := places.specificity(name, p)) >= 0}


def _joins(origins: Ranked, targets: Ranked) -> bool:
    return any(i != j for i in origins for j in targets)


def _equal_lanes(finder: Finder, rows: list[Row], ends: dict[int, tuple[Ranked, Ranked]]) -> None:
    """Find pairs of places to which two rows apply equally well, and none better."""
    number = finder.case.data["Lanes"].locator.row
    alike = grouped(
        rows, lambda r: sum(max(end.values(), default=0) for end in ends[r.row_id]) + (0 if r.material == ANY else 3)
    )
    for bucket in alike.values():
        wide = {r.row_id for r in bucket if any(len(end) != 1 for end in ends[r.row_id])}
        # Two rows that both name their ends exactly are equal only as a key that stands twice, which is said already.
        for a in (r for r in bucket if r.row_id in wide):
            for b in (r for r in bucket if r.row_id not in wide or r.row_id > a.row_id):
                pair = _shared_pair(a, b, rows, ends)
                if pair:
                    first, second = sorted((a, b), key=lambda r: r.row_id)
                    finder.say(
                        "lane-equal",
                        "Lanes",
                        second,
                        None,
                        pair=f"{pair[0]} → {pair[1]}",
                        first=number(first.row_id),
                        second=number(second.row_id),
                    )


def _shared_pair(a: Row, b: Row, rows: list[Row], ends: dict[int, tuple[Ranked, Ranked]]) -> tuple[str, str] | None:
    if ANY not in (a.material, b.material) and a.material != b.material:
        return None
    material = a.material if a.material != ANY else b.material
    (from_a, to_a), (from_b, to_b) = ends[a.row_id], ends[b.row_id]
    origins, targets = from_a.keys() & from_b.keys(), to_a.keys() & to_b.keys()
    for i in sorted(origins):
        for j in sorted(targets - {i}):
            score = _score(a, ends, i, j)
            if score != _score(b, ends, i, j):
                continue
            rivals = [
                r for r in rows if r.material in (ANY, material) and i in ends[r.row_id][0] and j in ends[r.row_id][1]
            ]
            if all(_score(r, ends, i, j) <= score for r in rivals):
                return i, j
    return None


def _score(row: Row, ends: dict[int, tuple[Ranked, Ranked]], i: str, j: str) -> int:
    """Return how closely a lane row means a pair of places; counted as the network counts it."""
    return ends[row.row_id][0][i] + ends[row.row_id][1][j] + (0 if row.material == ANY else 3)


def _stockpile(finder: Finder, row: Row) -> None:
    storable = {m.material: m.storable for m in finder.rows("Materials")}
    if row.material and storable.get(row.material) is False:
        finder.say("stock-not-storable", "Stockpiles", row, "material", material=row.material)
    capacity = finder.case.by_period(row.capacity)
    opening, closing = row.opening_stock or 0.0, row.closing_stock
    if opening > capacity[0] * (1 + 1e-9):
        finder.say(
            "stock-above-capacity",
            "Stockpiles",
            row,
            "opening_stock",
            stock=plain(opening),
            capacity=plain(capacity[0]),
        )
    _shelf_life(finder, row)
    _reserve(finder, row)
    bound = row.closing_rule in ("Min", "Max", "Fixed")
    if bound and finder.blank("Stockpiles", row, "closing_stock"):
        finder.say("closing-stock-missing", "Stockpiles", row, "closing_stock", rule=row.closing_rule)
    if closing is not None and row.closing_rule in ("Min", "Fixed") and closing > capacity[-1] * (1 + 1e-9):
        finder.say(
            "closing-above-capacity",
            "Stockpiles",
            row,
            "closing_stock",
            stock=plain(closing),
            capacity=plain(capacity[-1]),
        )
    if closing is not None and finder.blank("Stockpiles", row, "closing_rule"):
        finder.say("closing-rule-missing", "Stockpiles", row, "closing_rule", stock=plain(closing))
    elif (
        opening > 0 and finder.blank("Stockpiles", row, "closing_rule") and finder.setting_row("Terminal Rule") is None
    ):
        finder.say("no-terminal-rule", "Stockpiles", row, "closing_rule", stock=plain(opening))


def _shelf_life(finder: Finder, row: Row) -> None:
    opening, age = row.opening_stock or 0.0, row.opening_age or 0.0
    if row.shelf_life is None:
        if age > 0 and not finder.unread("Stockpiles", row, "shelf_life"):
            finder.say("opening-age-unused", "Stockpiles", row, "opening_age")
        return
    if opening > 0 and age > row.shelf_life:
        life, stock = plain(row.shelf_life), plain(opening)
        finder.say("opening-too-old", "Stockpiles", row, "opening_age", stock=stock, age=plain(age), life=life)
    material = next((m for m in finder.rows("Materials") if m.material == row.material), None)
    if material is not None and finder.blank("Materials", material, "disposal_cost"):
        finder.say("shelf-life-no-way-out", "Stockpiles", row, "shelf_life", material=row.material)


def _reserve(finder: Finder, row: Row) -> None:
    released = finder.case.by_period(row.released)
    given = row.released is not None
    if row.drawable in ("Always", "Never") and given:
        finder.say("released-unused", "Stockpiles", row, "released", drawable=row.drawable)
    t = finder.first(released, (released != 0.0) & (released != 1.0))
    if t >= 0:
        found = plain(released[t])
        finder.say("released-not-yes-no", "Stockpiles", row, "released", found=found, period=finder.label(t))
    never = (
        row.drawable == "In Shocks" and not np.any(released > 0) and not finder.unread("Stockpiles", row, "released")
    )
    if never:
        finder.say("reserve-never-released", "Stockpiles", row, "released")
    if (never or row.drawable == "Never") and row.closing_rule in ("Max", "Fixed") and row.closing_stock is not None:
        years = (finder.timeline.end - finder.timeline.start) / 12
        left = (row.opening_stock or 0.0) * (1 - (row.loss or 0.0)) ** years
        if left > row.closing_stock * (1 + 1e-9):
            closing = plain(row.closing_stock)
            finder.say("reserve-above-closing", "Stockpiles", row, "closing_stock", left=plain(left), closing=closing)
