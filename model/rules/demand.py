"""demand: every need is served, replaced by a substitute, or goes short.

Σ_l deliver[d,l,t] + Σ_{s for d} replaced[s,t] + portion[d] · Σ_tier short[lead(d),tier,t]
    = demand[d,t] + Σ_{s draws d} ratio[s] · replaced[s,t]

What a substitute s takes of a material of the network is delivered as if the segment needed it: on top of the need d of that
material, which is of zero tonnes where the segment has none of its own.

A row of Demand that counts products is one need d per material. Its shortage is one number for all of them, counted in tonnes of
all its materials together: portion[d] is the material's part of them, and lead(d) the need that carries the shortage. So
what is not built lacks every material alike, and nobody is served neodymium without dysprosium. Elsewhere portion is 1.

Only lots whose right covers the row's end use and country can be delivered: other deliveries do not exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import substitution
from model.rules.comparison import equal
from model.rules.family import Family, Index, Model, Relaxation, Violation, impossible, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (demand row, period)."""
    return [(d, t) for d in range(len(net.demand)) for t in net.periods]


@once_per_network
def served(net: Network, m: Model) -> dict[tuple[int, int], list[Any]]:
    """Return the delivery variables of each demand row and period over all labels."""
    out: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for d, n, t in m.deliver:
        out[d, t].append(m.deliver[d, n, t])
    return out


@once_per_network
def missing(net: Network, m: Model) -> dict[tuple[int, int], list[Any]]:
    """Return the shortage variables of each demand row that carries one, by period, over all tiers."""
    out: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for d, k, t in m.short:
        out[d, t].append(m.short[d, k, t])
    return out


def rule(m: Model, net: Network, d: int, t: int) -> Any:
    """Return the balance of one demand row in one period."""
    terms = [(1.0, v) for v in served(net, m)[d, t]]
    terms += [(net.portion[d], v) for v in missing(net, m)[net.lead[d], t]]
    terms += substitution.in_demand(net, m).get((d, t), [])
    amount = float(net.case.amounts("Demand", net.demand[d])[t])
    if not terms and amount > 0:
        return impossible(m)
    return total(terms) == amount if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a need may be loosened."""
    d, t = idx
    row, label = net.demand[d], net.timeline.periods[t].label
    return Relaxation(
        f"{row.segment} needs its {row.material} in {label}", "t", 1e3, (("Demand", row.row_id, None, label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield needs neither served nor short, deliveries that their lot's right does not cover, and products short in part."""
    served, short = ledger.total("deliveries", 0, 1, 3), ledger.total("shortages", 0, 1, 3)
    replaced, drawn = substitution.in_place_of(ledger)
    for (segment, g), row in ledger.demand.items():
        needs = ledger.case.amounts("Demand", row)
        for p in ledger.timeline.periods:
            key = (segment, g, p.index)
            yield from equal(
                "demand",
                served.get(key, 0.0) + short.get(key, 0.0) + replaced.get(key, 0.0),
                float(needs[p.index]) + drawn.get(key, 0.0),
                "{} of {} served, replaced or short in {}",
                g,
                segment,
                p.label,
            )
    for segment, g, n, t, q in ledger.rows["deliveries"]:
        need = ledger.demand.get((segment, g))
        if need is None:
            yield Violation("demand", f"{segment} is served {g}, which it does not need", q)
        elif (need.end_use, ledger.country[ledger.place_of(need)]) not in ledger.lots[n].right:
            yield Violation("demand", f"{segment} is served {g} of label {n} in {ledger.period(t)}, not for its use", q)
    yield from _check_products(ledger)


def _check_products(ledger: Ledger) -> Iterator[Violation]:
    """Yield every tier and period in which a material lacks for other units of a product than the first of them does."""
    short = ledger.total("shortages", 0, 1, 2, 3)
    first: dict[str, str] = {}
    for (segment, g), row in ledger.demand.items():
        if not row.in_units:
            continue
        lead = first.setdefault(segment, g)
        tonnes, per = ledger.products[row.product][g] * 1e-3, ledger.products[row.product][lead] * 1e-3
        for tier, t in {(k, t) for s, h, k, t in short if s == segment and h in (g, lead)}:
            yield from equal(
                "demand",
                short.get((segment, g, tier, t), 0.0),
                tonnes * short.get((segment, lead, tier, t), 0.0) / per,
                "{} for the {} that {} does not get in {}",
                g,
                row.product,
                segment,
                ledger.period(t),
            )


FAMILY = Family("demand", index, rule, check, relax=relax)
