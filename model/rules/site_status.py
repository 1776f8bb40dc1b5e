"""site_status: nothing happens at a site that is not open; opening and closing are cumulative decisions.

Σ line use · run, or what passes or is held, on a line at i in t  ≤ most the line can do in t · open[i,t]
Σ_l flow[a,t] leaving i                                           ≤ most[a,t] · open[i,t]
Σ_l flow[a,t] arriving at i in τ, Σ_l purchase[k,t] handed over at i in τ  ≤ most · open[i,τ]
Σ_l stock[i,g,t]                                                  ≤ most[i,g,t] · open[i,τ]     τ = t and t + 1
open[i,t−1] ≤ open[i,t] for a potential site, ≥ for one that may close; open = 1 where commitments or opening stock come

`most` is what line, lane or offer can do, or what the end of the lane can take if that is less: never a loose big number.
The fixed cost is paid while a site is open, opening and closing cost in the period in which it opens or closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups, line_capacity, need
from model.rules.bounds import arc_most, arrival_periods
from model.rules.comparison import counts
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.lane_capacity import flows
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought
from model.rules.stock_limits import held


@once_per_network
def decided(net: Network) -> dict[str, Row]:
    """Return the sites that may open or close, by name."""
    return {r.site: r for r in net.case.rows("Sites") if r.facility != "Existing"}


def opens(net: Network) -> list[Index]:
    """Return (site, period) of the decisions."""
    return [(i, t) for i in decided(net) for t in net.periods]


def index(net: Network) -> list[Index]:
    """Return (site, what, its number or name, period, period in which the site must be open)."""
    sites = decided(net)
    if not sites:
        return []
    out: list[Index] = [
        (i, "line", line, t, t)
        for (i, line), kind in sorted(net.line_keys.items())
        if i in sites and (kind != "Process" or any(o.site == i and o.recipe.line == line for o in net.operations))
        for t in net.periods
    ]
    for a in net.arcs:
        for t in net.periods:
            if a.origin in sites:
                out.append((a.origin, "out", a.index, t, t))
            if a.destination in sites:
                out += _arriving(net, a.destination, ("in", a.index, t), a.lead)
    for k, o in enumerate(net.offers):
        if o.node[0] in sites:
            for t in net.periods:
                if not net.available(o.row)[t] <= 0:
                    out += _arriving(net, o.node[0], ("offer", k, t), float(o.row.lead_time))
    for i, g in sorted(net.stock_rows):
        if i in sites:
            out += [(i, "stock", g, t, _of(net, i, [t, t + 1])) for t in net.periods]
    out += [(i, "step", "", t, t) for i in sites for t in net.periods]
    return out + [(i, "fixed", "", t, t) for i in sites for t in net.periods if _fixed(net, i, t) is not None]


def _arriving(net: Network, site: str, key: tuple[str, int, int], months: float) -> list[Index]:
    periods = arrival_periods(net, key[2], months)
    return [(site, *key, _of(net, site, periods))] if periods else []


def _of(net: Network, site: str, periods: list[int]) -> int:
    """Return the one of some periods in which the site is the least open: what opens stays open, what closes stays closed."""
    potential = decided(net)[site].facility == "Potential"
    return min(periods) if potential else min(max(periods), len(net.timeline) - 1)


@once_per_network
def _fixed(net: Network, site: str, t: int) -> float | None:
    """Return 1 or 0 where it is no decision whether a site is open in a period, else None."""
    used = [
        s
        for c in net.commitments
        if c.node[0] == site
        for s in np.flatnonzero(net.case.amounts("Commitments", c.row) > 0)
    ] + [0 for s in net.opening if s.node[0] == site]
    potential = decided(net)[site].facility == "Potential"
    if any(s <= t if potential else s >= t for s in used):
        return 1.0
    return (0.0 if potential else 1.0) if net.scope.as_is or not net.decidable(t) else None


@once_per_network
def _line_most(net: Network, site: str, line: str) -> Any:
    """Return the most that a line can do in each period with everything built on it that can be, shape (T,)."""
    return line_capacity.factor(net, site, line) * (
        line_capacity.existing(net, site, line) + line_capacity.at_most_added(net, site, line)
    )


def rule(m: Model, net: Network, site: str, what: str, key: Any, t: int, when: int) -> Any:
    """Return one link between what happens at a site and whether it is open."""
    if what == "step":
        return _step(m, net, site, t)
    is_open = m.open[site, when]
    if what == "fixed":
        return total([(1.0, is_open)]) == _fixed(net, site, t)
    if what == "line":
        load, most = line_capacity.load(net, m, site, key, t), float(_line_most(net, site, key)[t])
    elif what == "offer":
        load, most = bought(m, net, key, t), groups.most(net, net.offers[key].row, t)
    elif what == "stock":
        load = [(1.0, v) for _, v in held(net, m).get((site, key, t), [])]
        row = net.stock_rows[site, key]
        most = float(np.fmin(net.case.by_period(row.capacity)[t], need.moved(net)[key][t]))
    else:
        load, most = flows(net, m)[key, t], arc_most(net, key, t)
    return total([*load, (-most, is_open)]) <= 0.0 if load else None


def _step(m: Model, net: Network, site: str, t: int) -> Any:
    if t == 0:
        return None
    before, now = (1.0, m.open[site, t - 1]), (-1.0, m.open[site, t])
    change = total([before, now])
    return change <= 0.0 if decided(net)[site].facility == "Potential" else change >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fixed cost of open sites, and what opening and closing costs."""
    for row in net.case.rows("Sites"):
        fixed = net.case.by_period(row.fixed_cost) * net.timeline.years
        for t in net.periods:
            if row.facility == "Existing":
                yield Cost("Sites", t, float(fixed[t]), None)
                continue
            now = m.open[row.site, t]
            yield Cost("Sites", t, float(fixed[t]), now)
            change = row.opening_cost if row.facility == "Potential" else -row.closing_cost
            yield Cost("Sites", t, change, now)
            if t > 0:
                yield Cost("Sites", t, -change, m.open[row.site, t - 1])
            elif row.facility == "May Close":
                yield Cost("Sites", t, row.closing_cost, None)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a site may be taken as open where it is no decision."""
    site, what, _, t, _ = idx
    if what != "fixed":
        return None
    row, label = decided(net)[site], net.timeline.periods[t].label
    return Relaxation(
        f"{site} can not open or close by {label}", "site", 1.0, (("Sites", row.row_id, "facility", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield whatever happens at a site that is not open, and sites that open or close when they may not."""
    rows = {r.site: r for r in ledger.case.rows("Sites") if r.facility != "Existing"}
    is_open = set(ledger.rows["open_sites"])
    for i in sorted({i for i, _ in is_open} - set(rows)):
        yield Violation("site_status", f"{i} is no site that opens or closes", 1.0)
    for i, row in rows.items():
        before = row.facility == "May Close"
        for p in ledger.timeline.periods:
            now = (i, p.index) in is_open
            if now != before and not _may_change(ledger, row, p.index):
                yield Violation("site_status", f"{i} may not {'open' if now else 'close'} in {p.label}", 1.0)
            before = now
    for i, t, what, amount in _happens(ledger) if rows else ():
        if i in rows and (i, t) not in is_open and counts(amount):
            yield Violation("site_status", f"{i} is not open in {ledger.period(t)}, but {what}", amount)


def _may_change(ledger: Ledger, row: Row, t: int) -> bool:
    """Return whether a site may change in a period: once, in its one direction, if it is a decision or must be."""
    states = [(row.site, p.index) in set(ledger.rows["open_sites"]) for p in ledger.timeline.periods]
    opens_now = states[t]
    if opens_now != (row.facility == "Potential"):
        return False
    if not ledger.as_is and ledger.timeline.periods[t].start >= ledger.timeline.plan - 1e-9:
        return True
    coming = [c for c in ledger.commitments.values() if ledger.place_of(c) == row.site]
    needed = any(ledger.case.amounts("Commitments", c)[: t + 1].any() for c in coming)
    return opens_now and (
        needed or any(i == row.site and r.opening_stock > 0 for (i, _), r in ledger.stockpiles.items())
    )


def _happens(ledger: Ledger) -> Iterator[tuple[str, int, str, float]]:
    """Yield (site, period, what happens there, t) of everything in the plan."""
    line = ledger.timeline
    for i, j, g, _, _, t, q in ledger.rows["flows"]:
        yield i, t, f"{g} leaves it", q
        lane = ledger.lanes.governing(i, j, g)
        for later, share in line.arrivals(t, float(lane.lead_time) if lane is not None else 0.0):
            yield j, later, f"{g} arrives", share * q
    for k, _, t, q in ledger.rows["purchases"]:
        for later, share in line.arrivals(t, float(ledger.offers[k].lead_time)):
            yield ledger.place_of(ledger.offers[k]), later, f"{k} is handed over", share * q
    for c, _, t, q in ledger.rows["committed"]:
        yield ledger.place_of(ledger.commitments[c]), t, f"{c} is handed over", q
    for r, i, _, _, t, units in ledger.rows["runs"]:
        yield i, t, f"{r} is run", units
    for i, g, _, t, q in ledger.rows["stocks"]:
        yield i, t, f"{g} is held", q
        if t + 1 < len(line):
            yield i, t + 1, f"{g} is still there", q
    for table in ("sales", "disposals"):
        for i, g, *_, t, q in ledger.rows[table]:
            yield i, t, f"{g} stands in {table}", q
    for segment, g, _, t, q in ledger.rows["deliveries"]:
        if (segment, g) in ledger.demand:
            yield ledger.place_of(ledger.demand[segment, g]), t, f"{segment} is served", q


FAMILY = Family("site_status", index, rule, check, costs=costs, relax=relax)
