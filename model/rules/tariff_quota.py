"""tariff_quota: a lower rate of duty up to a tonnage in each calendar year.

W:      Σ_{t in W} Σ_i within[q,i,t] ≤ Σ_{t in W} in-quota tonnage[q,t]
lane:   within[q,i,g,t] ≤ Σ flow[a,l,t] of material g from place i on which tariff q charges a duty
offer:  within[q,k,t] ≤ Σ_l purchase[k,l,t] of an offer k that the seller brings in uncleared

Duties in t are lower by (rate − in-quota rate) · value · within. The in-quota rate is never the higher one, so the cost is convex
and no binary is needed; what saves most is taken to be within the quota. Tonnes are of the material, not of its content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector
from model.network.customs import value_at
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.ledger_costs import charged_tonnes
from model.rules.offer_limits import bought
from model.rules.price_steps import spent
from model.rules.tariff import clears, entering


@once_per_network
def quotas(net: Network) -> dict[int, Row]:
    """Return the tariffs that have an in-quota tonnage, by row id."""
    return {r.row_id: r for r in net.case.rows("Tariffs") if r.in_quota is not None}


@once_per_network
def items(net: Network) -> list[tuple[int, str, str, Any]]:
    """Return (tariff, "lane", from, material) and (tariff, "offer", place, position) of what may be within a quota."""
    out: list[tuple[int, str, str, Any]] = []
    for q, row in quotas(net).items():
        values, _ = entering(net, row)
        out += [(q, "lane", *node) for node in sorted({(net.arcs[a].origin, net.arcs[a].material) for a in values})]
        out += [(q, "offer", o.node[0], k) for k, o in enumerate(net.offers) if clears(net, row, o.row)]
    return out


@once_per_network
def withins(net: Network) -> list[tuple[int, str, str, Any, int]]:
    """Return (tariff, "lane" or "offer", place, material or position, period) of the tonnes within a quota."""
    open_in = {q: net.case.rate_amounts(row.in_quota) > 0 for q, row in quotas(net).items()}
    years = net.timeline.windows("Calendar Year")
    able = {q: {t for _, ts in years if any(found[t] for t in ts) for t in ts} for q, found in open_in.items()}
    return [(q, *item, t) for q, *item in items(net) for t in net.periods if t in able[q]]


def index(net: Network) -> list[Index]:
    """Return (tariff, "W", "", year, 0), and (tariff, "lane" or "offer", place, material or position, period)."""
    busy = {(key[0], key[-1]) for key in withins(net)}
    out: list[Index] = [
        (q, "W", "", w, 0)
        for q in quotas(net)
        for w, ts in net.timeline.windows("Calendar Year")
        if any((q, t) in busy for t in ts)
    ]
    return [*out, *withins(net)]


def rule(m: Model, net: Network, q: int, what: str, place: str, item: Any, t: int) -> Any:
    """Return one row of one quota."""
    row = quotas(net)[q]
    if what == "W":
        ts = dict(net.timeline.windows("Calendar Year"))[item]
        inside = [(1.0, m.within[key]) for key in withins(net) if key[0] == q and key[-1] in ts]
        return total(inside) <= float(np.sum(net.case.rate_amounts(row.in_quota)[list(ts)]))
    flows = _flows(net, q).get((place, item, t), ()) if what == "lane" else ()
    came = [m.flow[key] for key in flows] if what == "lane" else [v for _, v in bought(m, net, item, t)]
    return total([(1.0, m.within[q, what, place, item, t]), *((-1.0, v) for v in came)]) <= 0.0


@once_per_network
def _flows(net: Network, q: int) -> dict[tuple[str, str, int], list[tuple[int, int, int, int]]]:
    """Return (from, material, period) → flows on which a tariff charges a duty."""
    values, flag = entering(net, quotas(net)[q])
    out: dict[tuple[str, str, int], list[tuple[int, int, int, int]]] = defaultdict(list)
    for arc in (net.arcs[a] for a in values):
        for x, y, _ in arc.moves:
            if flag in net.labels[x].flags:
                for t in net.periods:
                    out[arc.origin, arc.material, t].append((arc.index, x, y, t))
    return dict(out)


def saved(net: Network, row: Row) -> Vector:
    """Return by how much the rate is lower within the quota, shape (T,)."""
    lower: Vector = net.case.across("Tariffs", row) - net.case.by_period(row.in_quota_rate)
    return lower


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the duty that is saved within the quota."""
    for q, what, place, item, t in withins(net):
        row = quotas(net)[q]
        if what == "lane":
            value = kusd_to_musd(float(value_at(net, row, place, item)[0][t]))
        else:
            value = next((price for price, _ in spent(m, net, item, t)), 0.0)
        yield Cost("Duties", t, -float(saved(net, row)[t]) * value, m.within[q, what, place, item, t])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is beyond a quota, or within one without having been charged."""
    rows = {r.tariff: r for r in ledger.case.rows("Tariffs") if r.in_quota is not None}
    inside: dict[tuple[str, int], float] = defaultdict(float)
    came: dict[str, dict[tuple[str, str, str, int], float]] = {
        name: charged_tonnes(ledger, r) for name, r in rows.items()
    }
    for name, offer, place, g, t, tonnes in ledger.rows["in_quota"]:
        if name not in rows:
            yield Violation("tariff_quota", f"tariff {name} has no quota", tonnes)
            continue
        inside[name, t] += tonnes
        told = offer or g, name, ledger.period(t)
        yield from at_most(
            "tariff_quota", tonnes, came[name].get((offer, place, g, t), 0.0), "of {} within {} in {}", *told
        )
    for name, r in rows.items():
        room = ledger.case.rate_amounts(r.in_quota)
        for w, ts in ledger.timeline.windows("Calendar Year"):
            used = sum(inside.get((name, t), 0.0) for t in ts)
            yield from at_most(
                "tariff_quota", used, float(room[list(ts)].sum()), "within the quota of {} in {}", name, w
            )


FAMILY = Family("tariff_quota", index, rule, check, costs=costs)
