"""From lane rows to arcs between places: the more specific row wins, only useful arcs are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.case.case import Case, Row
from model.case.places import Places, market_place, supplier_place
from model.case.separation import recipe_items, recipes
from model.schema.tables.common import ANY
from model.schema.values import is_blank

Node = tuple[str, str]  # (place, material)
INCUMBENT = ("Renewal", "Consignment")  # kinds of offers that As Is may buy
LEFT_ALREADY = (
    "In Transit",
    "Consignment",
)  # kinds of commitments and offers that no control counts where they are handed over
Pair = tuple[str, str, str]  # (from, to, material)


@dataclass(frozen=True)
class LaneMatch:
    """The lane row that governs a pair of places; `rivals` are rows that apply equally well."""

    row: Row | None
    rivals: tuple[Row, ...] = ()


def recipe_sites(case: Case) -> list[tuple[Row, str]]:
    """Return (recipe, site) for every site that has, or could get, the recipe's line."""
    where: dict[str, set[str]] = defaultdict(set)
    for table in ("Lines", "Projects"):
        for row in case.rows(table):
            if row.kind == "Process":
                where[row.line].add(row.site)
    return [(r, s) for r in recipes(case) for s in sorted(where[r.line]) if r.site in (None, s)]


def source_nodes(case: Case) -> set[Node]:
    """Return the (place, material) pairs at which material enters from outside the network."""
    nodes = {(supplier_place(r), r.material) for r in case.rows("Offers")}
    nodes |= {(supplier_place(r), r.material) for r in case.rows("Commitments") if r.material}
    nodes |= {(r.site, r.material) for r in case.rows("Recycling")}
    return nodes | {(r.site, r.material) for r in case.rows("Stockpiles") if r.opening_stock > 0}


def use_nodes(case: Case) -> set[Node]:
    """Return the (place, material) pairs at which material is used, sold or held."""
    nodes = {(market_place(d), d.material) for d in case.rows("Demand")}
    nodes |= {(r.site, r.material) for t in ("Sales", "Stockpiles") for r in case.rows(t)}
    items = recipe_items(case)
    return nodes | {(s, g) for r, s in recipe_sites(case) for g, _ in items[r.recipe]["Input"]}


def made_nodes(case: Case) -> set[Node]:
    """Return the (place, material) pairs at which recipes make material."""
    items = recipe_items(case)
    return {(s, g) for r, s in recipe_sites(case) for g, _ in items[r.recipe]["Output"]}


def lane_matches(case: Case, places: Places) -> dict[Pair, LaneMatch]:
    """Return the governing lane row of every pair of places that some row joins, before usefulness is judged."""
    if not case.has("Lanes"):
        users = use_nodes(case)
        origins = source_nodes(case) | made_nodes(case) | {(r.site, r.material) for r in case.rows("Stockpiles")}
        return {(i, j, g): LaneMatch(None) for i, g in origins for j, h in users if g == h and i != j}
    materials = sorted({g for _, g in source_nodes(case) | use_nodes(case) | made_nodes(case)})
    best: dict[Pair, tuple[int, list[Row]]] = {}
    for row in case.rows("Lanes"):
        origins_ranked = _ranked(places, row.from_place)
        targets = _ranked(places, row.to_place)
        named = materials if row.material == ANY else [row.material]
        extra = 0 if row.material == ANY else 3
        for i, a in origins_ranked:
            for j, b in targets:
                if i == j:
                    continue
                for g in named:
                    _offer_match(best, (i, j, g), a + b + extra, row)
    return {pair: LaneMatch(rows[0], tuple(rows[1:])) for pair, (_, rows) in best.items()}


def _ranked(places: Places, name: str) -> list[tuple[str, int]]:
    return [(p, s) for p in places.country if (s := places.specificity(name, p)) >= 0]


def _offer_match(best: dict[Pair, tuple[int, list[Row]]], pair: Pair, score: int, row: Row) -> None:
    known = best.get(pair)
    if known is None or score > known[0]:
        best[pair] = (score, [row])
    elif score == known[0]:
        known[1].append(row)


def useful(case: Case, matches: Iterable[Pair]) -> set[Pair]:
    """Return the pairs whose material can come to their start and is wanted at, or beyond, their end."""
    pairs = sorted(matches)
    items, sites = recipe_items(case), recipe_sites(case)
    steps = [
        ({(s, g) for g, _ in items[r.recipe]["Input"]}, {(s, g) for g, _ in items[r.recipe]["Output"]})
        for r, s in sites
    ]
    ahead: dict[Node, list[Node]] = defaultdict(list)
    back: dict[Node, list[Node]] = defaultdict(list)
    for i, j, g in pairs:
        ahead[i, g].append((j, g))
        back[j, g].append((i, g))
    present = _closure(source_nodes(case), ahead, [(inputs, outputs, all) for inputs, outputs in steps])
    ends = {(market_place(d), d.material) for d in case.rows("Demand")}
    ends |= {(r.site, r.material) for t in ("Sales", "Stockpiles") for r in case.rows(t)}
    ends |= _thrown_away(case, pairs)
    wanted = _closure(ends, back, [(outputs, inputs, any) for inputs, outputs in steps])
    return {(i, j, g) for i, j, g in pairs if (i, g) in present and (j, g) in wanted}


def _thrown_away(case: Case, pairs: Iterable[Pair]) -> set[Node]:
    """Return where material may be brought to be thrown away, because a limit holds what is thrown away at some other place.

    Without such a limit it is thrown away where it is, and no lane is of use to it.
    """
    limits = [r for r in case.rows("Limits") if r.measure == "Disposal" and r.site and r.limit_type != "Min"]
    disposable = {m.material for m in case.rows("Materials") if not is_blank(m.disposal_cost)} if limits else set()
    return {
        (j, g) for _, j, g in pairs if g in disposable and any(r.site != j and r.material in (None, g) for r in limits)
    }


def _closure(
    start: set[Node], steps: Mapping[Node, list[Node]], recipes: list[tuple[set[Node], set[Node], object]]
) -> set[Node]:
    reached, frontier = set(start), list(start)
    while True:
        while frontier:
            for node in steps.get(frontier.pop(), ()):
                if node not in reached:
                    reached.add(node)
                    frontier.append(node)
        for needs, gives, quantifier in recipes:
            if quantifier(n in reached for n in needs) and not gives <= reached:  # type: ignore[operator]  # all or any
                frontier += sorted(gives - reached)
                reached |= gives
        if not frontier:
            return reached
