"""feed_limit: a plant that may be built does no more than its feed allows, whatever its size.

Σ line use[r] · run[r,v,l,t] ≤ able[t] + Σ_p min(most[p,t], max(fed[t] − able[t], 0)) · build[p,s]
      s the last start of p with capacity in t, able what the line does without p, most[p,t] what p does at its largest
fed[t] = Σ_r line use[r] · min_g supply[i,g,t] / input per unit[r,g]
supply[i,g,t] = Σ_k Σ_u available[k,u] · largest share of what is ordered in u that any way brings to i in t + commitments at i

With whole numbers the other rows imply it. Without, a sliver of a plant far larger than its feed would do for all of the feed.
Only feeds that nothing makes, holds or recycles count, and there is a row only where they are less than what could be built.

The audit looks at it without ways and plants: of such a feed all runs together have never taken more by the end of a period than
could be bought, or was committed, by then, wherever it was handed over. That is what every row comes to once plants are whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from model.case.timeline import Vector
from model.network import buildout
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules import line_capacity
from model.rules.comparison import at_most
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger

_PASSES = 60  # a way that goes round in circles for longer is taken to bring any amount:
_ANY = 1e9
_LEAST = 1e-3  # t; a smaller coefficient would be lost in the solver's tolerances
Floats = npt.NDArray[np.float64]


def index(net: Network) -> list[Index]:
    """Return (site, line, period) of the lines whose feed is less than what they, and what may be built on them, can do."""
    return [(site, line, t) for (site, line), rows in _plants(net).items() for t in rows]


def rule(m: Model, net: Network, site: str, line: str, t: int) -> Any:
    """Return the limit of one line in one period."""
    able, terms = _plants(net)[site, line][t]
    runs = _runs(net, m).get((site, line, t), [])
    return total([*runs, *((-most, m.build[p, s]) for p, s, most in terms)]) <= able if runs else None


@once_per_network
def _runs(net: Network, m: Model) -> dict[Index, list[tuple[float, Any]]]:
    """Return what a line does in a period as terms, by (site, line, period): plain and by young plants."""
    out: dict[Index, list[tuple[float, Any]]] = defaultdict(list)
    for (o, _, t), v in m.run.items():
        operation = net.operations[o]
        out[operation.site, operation.recipe.line, t].append((operation.line_use, v))
    return out


@once_per_network
def _plants(net: Network) -> dict[tuple[str, str], dict[int, tuple[float, list[tuple[str, int, float]]]]]:
    """Return line → period → (what it does without new plants, [(project, start, the most that one adds to it)])."""
    out: dict[tuple[str, str], dict[int, tuple[float, list[tuple[str, int, float]]]]] = defaultdict(dict)
    young = {(p.site, p.line) for c in net.running_builds if buildout.learns(p := net.project_rows[c.project])}
    lines = {(p.site, p.line) for p in net.projects if buildout.new_starts(net)[p.project]} - young
    for site, line in sorted(key for key in lines if net.line_keys[key] == "Process"):
        feed = _fed(net, site, line)
        able = line_capacity.existing(net, site, line) * line_capacity.factor(net, site, line)
        added = _added(net, site, line)
        for t in net.periods:
            terms = [(p, last[t], float(most[t])) for p, last, most in added if most[t] > 0]
            if terms and feed[t] < able[t] + sum(most for _, _, most in terms) - 1e-9:
                room = float(feed[t] - able[t])
                room = max(room, _LEAST) if room > 0 else 0.0
                out[site, line][t] = (float(able[t]), [(p, s, min(most, room)) for p, s, most in terms])
    return dict(out)


def _added(net: Network, site: str, line: str) -> list[tuple[str, list[int], Vector]]:
    """Return (project, last start with capacity in each period, the most that it adds in each, shape (T,), in t)."""
    out = []
    for p in (p for p in net.projects if (p.site, p.line) == (site, line) and buildout.new_starts(net)[p.project]):
        last, share = _usable(net, p.project)
        most = p.output_share * p.max_size * p.max_repeats * line_capacity.factor(net, site, line) * share
        out.append((p.project, last, most))
    return out


@once_per_network
@looks_at("Projects")
def _usable(net: Network, project: str) -> tuple[list[int], Vector]:
    """Return the last start with capacity in each period, −1 if there is none, and the largest share usable, shape (T,)."""
    starts = buildout.new_starts(net)[project]
    shares = np.array([buildout.ramp_of(net, project, net.timeline.periods[s].start) for s in starts])
    last = [max((s for s, share in zip(starts, column, strict=True) if share > 0), default=-1) for column in shares.T]
    largest: Vector = shares.max(axis=0)
    return last, largest


# ---- feed ---------------------------------------------------------------------------------------------------------


def _fed(net: Network, site: str, line: str) -> Vector:
    """Return what the feed of a line allows it to do in each period (t of capacity), shape (T,); infinite where unknown."""
    fed = np.zeros(len(net.timeline))
    recipes = {o.recipe.recipe: o for o in net.operations if (o.site, o.recipe.line) == (site, line)}
    for o in recipes.values():
        limits = [_supply(net, site, g) / per for g, per in o.inputs if per > 0]
        fed = fed + (o.line_use * np.min(limits, axis=0) if limits else np.inf)
    return fed


@once_per_network
@looks_at()
def _from_elsewhere(net: Network) -> frozenset[str]:
    """Return the materials that are only bought: nothing makes, holds or recycles them."""
    others = {h for o in net.operations for h, _ in o.outputs} | {g for _, g in net.stock_rows}
    others |= {r.material for r in net.case.rows("Recycling")}
    return frozenset(net.material) - others


@once_per_network
def _supply(net: Network, site: str, material: str) -> Vector:
    """Return the most of a material that can be there in each period (t), shape (T,)."""
    if material not in _from_elsewhere(net):
        return np.full(len(net.timeline), np.inf)
    out = np.zeros(len(net.timeline))
    for o in (o for o in net.offers if o.node[1] == material):
        ways = _after(net, np.eye(len(out)), float(o.row.lead_time)) @ _brought(net, o.node[0], site, material)
        limit = net.available(o.row)
        free = np.isnan(limit)[:, None] & (ways > 0)
        out = out + np.where(free.any(axis=0), np.inf, np.nan_to_num(limit) @ ways)
    for c in (c for c in net.commitments if c.node[1] == material):
        out = out + net.case.amounts("Commitments", c.row) @ _brought(net, c.node[0], site, material)
    return out


@once_per_network
@looks_at()
def _brought(net: Network, start: str, site: str, material: str) -> Floats:
    """Return the largest share of what is at `start` in one period that any way brings to a site in another, shape (T, T)."""
    size = len(net.timeline)
    arcs = [a for a in net.arcs if a.material == material]
    at = defaultdict(lambda: np.zeros((size, size)), {start: np.eye(size)})
    for _ in range(_PASSES):
        changed = False
        for a in arcs:
            if a.origin in at:
                more = np.maximum(at[a.destination], _after(net, at[a.origin], a.lead))
                changed = changed or not np.allclose(more, at[a.destination], atol=1e-12)
                at[a.destination] = more
        if not changed:
            return at[site]
    return np.full((size, size), _ANY)


def _after(net: Network, shares: Floats, lead: float) -> Floats:
    """Return where in time shares of period (columns) are after a lead time, shape (T, T)."""
    if lead == 0:
        return shares
    shifted = np.zeros_like(shares)
    for u in net.periods:
        for t, part in net.timeline.arrivals(u, lead):
            shifted[:, t] += shares[:, u] * part
    return shifted


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every feed that is only bought of which runs have taken more by the end of a period than there can have been."""
    inputs = {r: roles["Input"] for r, roles in ledger.items.items()}
    elsewhere = {g for roles in ledger.items.values() for g in roles["Output"]} | {g for _, g in ledger.stockpiles}
    elsewhere |= {r.material for r in ledger.case.rows("Recycling")}
    taken: dict[str, Floats] = defaultdict(lambda: np.zeros(len(ledger.timeline)))
    for r, _, _, _, t, units in ledger.rows["runs"]:
        for g, per in inputs.get(r, {}).items():
            if g not in elsewhere:
                taken[g][t] += per * units
    for g, tonnes in sorted(taken.items()):
        there = np.zeros(len(ledger.timeline))
        for o in ledger.offers.values():
            if o.material == g:
                most = ledger.available(o)
                there += np.where(np.isnan(most), np.inf, most)
        for c in ledger.commitments.values():
            if c.material == g:
                there += ledger.case.amounts("Commitments", c)
        for p, used, able in zip(ledger.timeline.periods, tonnes.cumsum(), there.cumsum(), strict=True):
            yield from at_most("feed_limit", float(used), float(able), "{} taken by runs up to {}", g, p.label)


FAMILY = Family("feed_limit", index, rule, check)
