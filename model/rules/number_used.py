"""What limits of measure Number Used count: offers, suppliers, sites, lanes, recipes or projects, by yes-or-no decisions."""

from __future__ import annotations

from model.case.case import Row
from model.network import buildout
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.ledger import Ledger

TOKEN = 1e-3  # t: less does not count as used
Trigger = tuple[str, tuple[object, ...]]  # (variable, its index)


def limits_that_count(net: Network, *what: str) -> list[Row]:
    """Return the limits in force that count something."""
    return [r for r in groups.own_rules(net, "Limits") if r.measure == "Number Used" and r.counts in what]


@once_per_network
def items(net: Network, limit: Row) -> list[str]:
    """Return the names of what a limit counts."""
    if limit.counts == "Lanes":
        return [key for key in groups.lane_groups(net) if counts_lane(net, limit, key)]
    if limit.counts == "Sites":
        return [r.site for r in net.case.rows("Sites") if r.facility != "Existing" and limit.site in (None, r.site)]
    if limit.counts == "Projects":
        found = [p for p in net.projects if limit.project in (None, p.project) and limit.site in (None, p.site)]
        return [p.project for p in found if buildout.build_starts(net)[p.project]]
    if limit.counts == "Recipes":
        sites = [(o.recipe.recipe, o.site) for o in net.operations if limit.site in (None, o.site)]
        return [f"{r} at {i}" for r, i in dict.fromkeys(sites)]
    rows = [net.offers[k].row for k in groups.limit_offers(net, limit)]
    return list(dict.fromkeys(r.offer if limit.counts == "Offers" else r.supplier for r in rows))


def counts_lane(net: Network, limit: Row, key: str) -> bool:
    """Return whether a limit counts a lane: any, or one that joins its site by name."""
    arcs = groups.lane_groups(net)[key]
    rows = [a.row for a in arcs if a.row is not None]
    ends = {e for r in rows for e in (r.from_place, r.to_place)} | (
        set() if rows[0].shared_as else {arcs[0].origin, arcs[0].destination}
    )
    return limit.site is None or limit.site in ends


@once_per_network
def triggers(net: Network, limit: Row, item: str, ts: tuple[int, ...]) -> list[Trigger]:
    """Return the decisions any of which makes an item count in a window; what is built counts from its start on."""
    if limit.counts == "Lanes":
        return [("lane_used", (item, t)) for t in ts]
    if limit.counts == "Sites":
        return [("open", (item, t)) for t in ts]
    if limit.counts == "Projects":
        return [("build", (item, ts[-1]))]
    if limit.counts == "Recipes":
        recipe, site = item.rsplit(" at ", 1)
        return [("recipe_on", (recipe, site, t)) for t in ts]
    known = set(groups.ordered(net))
    chosen = [
        k
        for k in groups.limit_offers(net, limit)
        if item == (net.offers[k].row.offer if limit.counts == "Offers" else net.offers[k].row.supplier)
    ]
    return [("ordered", (k, t)) for k in chosen for t in ts if (k, t) in known]


@once_per_network
def used(net: Network) -> list[tuple[int, str, str]]:
    """Return (limit, window, item) of everything that is counted."""
    return [
        (r.row_id, window, item)
        for r in groups.own_rules(net, "Limits")
        if r.measure == "Number Used"
        for window, _ in groups.rule_windows(net, "Limits", r)
        for item in items(net, r)
    ]


# ---- the audit's own reading ------------------------------------------------------------------------------------------


def reached(ledger: Ledger, limit: Row, ts: tuple[int, ...]) -> dict[str, float]:
    """Return item → 1 if the plan uses it in some periods, else 0; lanes and recipes only where they are used."""
    found: dict[str, float] = {}
    if limit.counts in ("Offers", "Suppliers"):
        for k in ledger.limited_offers(limit):
            name = k if limit.counts == "Offers" else ledger.offers[k].supplier
            found[name] = max(found.get(name, 0.0), float(any((k, t) in ledger.ordered for t in ts)))
        return found
    if limit.counts == "Projects":
        rows = [(p, p, ledger.projects[p].site, t <= ts[-1]) for p, t, _ in ledger.rows["builds"]]
        return {
            p: float(on) for p, name, site, on in rows if limit.project in (None, name) and limit.site in (None, site)
        }
    if limit.counts == "Sites":
        return {i: 1.0 for i, t in ledger.rows["open_sites"] if t in ts and limit.site in (None, i)}
    if limit.counts == "Recipes":
        return {f"{r} at {i}": 1.0 for r, i, t in ledger.rows["set_ups"] if t in ts and limit.site in (None, i)}
    keys = {key for key, t in ledger.rows["lane_uses"] if t in ts}
    return {key: 1.0 for key in sorted(keys) if limit.site is None or limit.site in ledger.lanes.ends(key)}


def counted_lanes(ledger: Ledger, key: str) -> bool:
    """Return whether some limit counts a lane, so that using it is a decision."""
    return any(
        r.measure == "Number Used" and r.counts == "Lanes" and (r.site is None or r.site in ledger.lanes.ends(key))
        for r in ledger.own_rules("Limits")
    )


def counted_recipes(ledger: Ledger, site: str) -> bool:
    """Return whether some limit counts the recipes of a site, so that running one is a decision."""
    return any(
        r.measure == "Number Used" and r.counts == "Recipes" and r.site in (None, site)
        for r in ledger.own_rules("Limits")
    )
