"""What separation plants could make of the feeds that can be had, what they make, and what holds them back."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import numpy as np
import pandas as pd

from model.case.timeline import Vector
from model.network.parts import Operation
from model.report.building import installed, loads
from model.report.shape import Show, amount, frame_of, mark, part, text
from model.report.view import View, ledger_of
from model.rules import recycling
from model.rules.line_capacity import factor

CHECK = (
    text("site", 26),
    text("line", 20),
    text("country", 14),
    mark("period", 10),
    amount("existing", "t/y"),
    amount("built", "t/y"),
    amount("can_do"),
    Show("feed_limited", "tonnes", "t", 11),
    amount("could_run"),
    amount("run"),
    part("share_used"),
    Show("binds", "text", width=34),
)
FEEDS = (
    text("site", 26),
    text("feed", 24),
    Show("basis", "mark", width=14),
    mark("period", 10),
    Show("could_get", "tonnes", "t", 11),
    amount("fed"),
    Show("made_of_it", "tonnes", "t", 10),
    Show("used_up", "text", width=11),
)
PRODUCTS = (
    text("site", 26),
    text("product", 24),
    mark("period", 10),
    amount("made"),
    Show("yield", "share", "% of feed", 10),
    part("recovery"),
    amount("leaves"),
    amount("delivered"),
    amount("used"),
    amount("sold"),
    amount("disposed_of"),
)
STAGE = "Separated"
_CLOSE = 1e-6


class Supply:
    """What could be had of each material at each place: what is offered, committed, opened with or made upstream."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._known: dict[tuple[str, str, frozenset[tuple[str, str]]], Vector] = {}

    @cached_property
    def _into(self) -> dict[tuple[str, str], set[str]]:
        into: dict[tuple[str, str], set[str]] = defaultdict(set)
        for a in self.view.net.arcs:
            into[a.destination, a.material].add(a.origin)
        return into

    def places(self, site: str, material: str) -> set[str]:
        """Return the places from which a material can be moved to a site, itself included."""
        seen, frontier = {site}, [site]
        while frontier:
            fresh = self._into.get((frontier.pop(), material), set()) - seen
            seen |= fresh
            frontier += fresh
        return seen

    def could_get(self, site: str, material: str, on_way: frozenset[tuple[str, str]] = frozenset()) -> Vector:
        """Return what could be had in each period (t), shape (T,); infinite where an offer has no limit.

        `on_way` are the recipes, by site, that ask for it, so that nothing is made of itself.
        """
        key = (site, material, on_way)
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, site: str, material: str, on_way: frozenset[tuple[str, str]]) -> Vector:
        net, places = self.view.net, self.places(site, material)
        out = np.zeros(len(self.view.periods))
        for offer in net.offers:
            if offer.node[1] == material and offer.node[0] in places:
                out += np.nan_to_num(net.available(offer.row), nan=np.inf)
        for c in net.commitments:
            if c.node[1] == material and c.node[0] in places:
                out += self.view.case.amounts("Commitments", c.row)
        for (name, t), most in recycling.most_by_plan(self.view.once(ledger_of)).items():
            row = next(r.row for r in net.recycling if r.row.recycling == name)
            if row.material == material and row.site in places:
                out[t] += most
        for s in net.opening:
            if s.node[1] == material and s.node[0] in places:
                out[0] += float(s.row.opening_stock)
        for o in net.operations:
            node = (o.site, o.recipe.recipe)
            if o.vintage is None and o.site in places and node not in on_way:
                made = dict(o.outputs).get(material, 0.0)
                if made > 0:
                    out += made * self.units(o, on_way | {node})
        return out

    def units(self, o: Operation, on_way: frozenset[tuple[str, str]]) -> Vector:
        """Return how many units a recipe could run in each period, by its line and its inputs, shape (T,)."""
        can = can_do(self.view, o.site, o.recipe.line) / o.line_use if o.line_use > 0 else np.inf
        out = np.full(len(self.view.periods), np.inf) if np.isscalar(can) else np.asarray(can)
        for g, per in o.inputs:
            out = np.minimum(out, self.could_get(o.site, g, on_way) / per)
        return out

    def used_up(self, site: str, material: str, t: int) -> list[str]:
        """Return the offers of a material that can reach a site and of which nothing is left in a period."""
        bought = self.view.sums("purchases", "offer", "period")
        places = self.places(site, material)
        out = []
        for o in self.view.net.offers:
            most = float(self.view.net.available(o.row)[t])
            got = bought.get((o.row.offer, t), 0.0)
            if o.node[1] == material and o.node[0] in places and 0 < most <= got * (1 + _CLOSE):
                out.append(str(o.row.offer))
        return out


def can_do(view: View, site: str, line: str) -> Vector:
    """Return what a line can do in each period (t), our share, shape (T,)."""
    if (site, line) not in view.net.line_keys:
        return np.zeros(len(view.periods))
    old, new = installed(view, site, line)
    return np.asarray((old + new) * factor(view.net, site, line))


def separations(view: View) -> list[Operation]:
    """Return the ways in which separation plants can run, young plants beside the plain ones."""
    return [o for o in view.net.operations if o.recipe.stage == STAGE and o.inputs]


def check_table(view: View) -> pd.DataFrame:
    """Return one row per separation line and period in which it can do anything: what it could run, runs, and why not more.

    Feed-limited is the capacity that all feeds which could be had would use, each recipe by its scarcest input.
    """
    supply, used = Supply(view), loads(view)
    by_line: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for o in separations(view):
        if o.vintage is None:
            by_line[o.site, o.recipe.line].append(o)
    rows = []
    for (site, line), ways in sorted(by_line.items()):
        (old, new), can = installed(view, site, line), can_do(view, site, line)
        fed = sum(o.line_use * _by_feed(supply, o) for o in ways)
        for t in view.net.periods:
            run = used.get((site, line, t), 0.0)
            if can[t] <= 0 and run <= 0:
                continue
            feed = float(np.asarray(fed)[t])
            rows.append(
                (
                    site,
                    line,
                    view.country_of(site),
                    view.period(t),
                    float(old[t]),
                    float(new[t]),
                    float(can[t]),
                    feed if np.isfinite(feed) else None,
                    min(feed, float(can[t])),
                    run,
                    run / float(can[t]) if can[t] > 0 else None,
                    _binds(supply, ways, t, run, float(can[t])),
                )
            )
    return frame_of(CHECK, rows)


def _by_feed(supply: Supply, o: Operation) -> Vector:
    out = np.full(len(supply.view.periods), np.inf)
    for g, per in o.inputs:
        out = np.minimum(out, supply.could_get(o.site, g, frozenset({(o.site, o.recipe.recipe)})) / per)
    return out


def _binds(supply: Supply, ways: list[Operation], t: int, run: float, can: float) -> str:
    if run >= can * (1 - _CLOSE):
        return "the line"
    gone = sorted({name for o in ways for g, _ in o.inputs for name in supply.used_up(o.site, g, t)})
    if gone:
        return f"feed: {', '.join(gone)} used up"
    return "not run" if run <= 0 else "neither line nor feed"


def feeds_table(view: View) -> pd.DataFrame:
    """Return one row per plant, feed and period: t that could be had, fed, and made of it, and what is used up of it."""
    supply = Supply(view)
    ways: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for o in separations(view):
        for g, _ in o.inputs:
            ways[o.site, g].append(o)
    fed: dict[tuple[str, str, int], float] = defaultdict(float)
    named = {(o.recipe.recipe, o.site) for o in separations(view)}
    for (recipe, site, g, t), got in view.sums("inputs", "recipe", "site", "material", "period").items():
        if (recipe, site) in named:
            fed[site, g, t] += got
    made: dict[tuple[str, str, int], float] = defaultdict(float)
    for o, _, t, units in view.run():
        if o.recipe.stage == STAGE:
            for g, _ in o.inputs:
                made[o.site, g, t] += units * sum(o.per(per, t) for _, per in o.outputs)
    basis = {b.feed: b.basis for b in view.case.rows("Baskets")}
    rows = []
    for site, g in sorted(ways):
        could = supply.could_get(site, g, frozenset((o.site, o.recipe.recipe) for o in ways[site, g]))
        lines = {o.recipe.line for o in ways[site, g]}
        for t in view.net.periods:
            got = fed.get((site, g, t), 0.0)
            if got <= 0 and not any(can_do(view, site, line)[t] > 0 for line in lines):
                continue
            rows.append(
                (
                    site,
                    g,
                    basis.get(g, ""),
                    view.period(t),
                    float(could[t]) if np.isfinite(could[t]) else None,
                    got,
                    made.get((site, g, t), 0.0),
                    ", ".join(supply.used_up(site, g, t)),
                )
            )
    return frame_of(FEEDS, rows)


def products_table(view: View) -> pd.DataFrame:
    """Return one row per plant, product and period in which it is made: t made, and all that goes from the site.

    Yield is what is made per t fed. Recovery is what is made of the oxides that end in the product, per t of them fed; it
    is known where the feed has a basket. What goes includes what came from elsewhere and what was held.
    """
    made: dict[tuple[str, str, int], float] = defaultdict(float)
    fed: dict[tuple[str, int], float] = defaultdict(float)
    held: dict[tuple[str, str, int], float] = defaultdict(float)
    contained = _contained(view)
    for o, _, t, units in view.run():
        if o.recipe.stage != STAGE:
            continue
        fed[o.site, t] += units * sum(per for _, per in o.inputs)
        for g, per in o.outputs:
            made[o.site, g, t] += units * o.per(per, t)
            held[o.site, g, t] += units * contained.get((o.recipe.recipe, g), np.nan)
    leaves = view.sums("flows", "from_place", "material", "period")
    used = view.sums("inputs", "site", "material", "period")
    sold, dumped = (view.sums(table, "site", "material", "period") for table in ("sales", "disposals"))
    given: dict[tuple[str, str, int], float] = defaultdict(float)
    markets = {(d.segment, d.material): d.site or d.segment for d in view.net.demand}
    for (segment, g, t), got in view.sums("deliveries", "segment", "material", "period").items():
        given[markets[segment, g], g, t] += got
    rows = []
    for key, got in sorted(made.items()):
        site, g, t = key
        whole = held[key]
        rows.append(
            (
                site,
                g,
                view.period(t),
                got,
                got / fed[site, t] if fed[site, t] > 0 else None,
                got / whole if np.isfinite(whole) and whole > 0 else None,
                *(found.get(key, 0.0) for found in (leaves, given, used, sold, dumped)),
            )
        )
    return frame_of(PRODUCTS, rows)


def _contained(view: View) -> dict[tuple[str, str], float]:
    """Return (generated recipe, product) → t of the oxides that end in the product, per t fed."""
    from model.case.separation import separation_name
    from model.schema.tables.chemistry import OXIDES, REST

    shares = (*(o.lower() for o in OXIDES), REST)
    baskets = {b.feed: b for b in view.case.rows("Baskets")}
    out = {}
    for f in view.case.rows("Plant Feeds"):
        for r in view.case.rows("Recoveries"):
            if f.feed in baskets and r.site == f.site:
                held = sum(getattr(baskets[f.feed], x) for x in shares if getattr(r, x) > 0)
                out[separation_name(f.feed, f.site), r.product] = held
    return out
