"""tariff: duty on entry, by where the goods were made; rows add.

Duties in t = Σ rate[t] · value[i,g,t] · flow[a,l,t]            over lanes from place i that enter the importer, for labels
    with the origin, as they were before entry
          + Σ rate[t] · price · purchase[k,l,t]                 of what the seller brings in uncleared (CFR, CIF, DAP)
          − what is saved within a quota, see tariff_quota

A tariff has no row of its own: it is a cost, so its check has nothing to say. The audit works the duties out again where it
works out every cost, in ledger_costs. What is handed over inside the importer has its duty in its price, unless its Incoterm
says that the buyer clears it: then the duty is taken on the price paid. On a lane the value is the price paid where all that can
be at its start was bought at one price (`model.network.customs`), else the material's reference value, for what was paid for a
lot is not known any more once lots are mixed or worked; what has none bears no duty. A tariff that is Charged On the reference
value takes that everywhere on lanes. A tariff on an element charges materials that hold it, on all of their value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.places import supplier_place
from model.case.prices import BROUGHT_UNCLEARED
from model.case.timeline import Vector
from model.network.customs import value_at
from model.network.labels import country_flag
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.network.predicates import ANY_STAGE, UNKNOWN, provenance
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd
from model.rules.ledger import Ledger
from model.rules.price_steps import spent


def index(net: Network) -> list[Index]:
    """Return no row: a duty is a cost."""
    return []


def rule(m: Model, net: Network) -> Any:
    """Return nothing, for want of rows."""
    return None


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the duty on everything that enters an importer with an origin that it charges."""
    for tariff in net.case.rows("Tariffs"):
        rate = net.case.across("Tariffs", tariff)
        values, flag = entering(net, tariff)
        for k in _cleared(net, tariff):
            for t in net.periods:
                for price, v in spent(m, net, k, t):
                    yield Cost("Duties", t, price * float(rate[t]), v)
        charged = {x for x, label in enumerate(net.labels) if flag in label.flags}
        for a, value in values.items():
            duty = [kusd_to_musd(v) * r for v, r in zip(value.tolist(), rate.tolist(), strict=True)]
            for x, t, v in _flows(net, m).get(a, ()):
                if x in charged:
                    yield Cost("Duties", t, duty[t], v)


@once_per_network
def _flows(net: Network, m: Model) -> dict[int, list[tuple[int, int, Any]]]:
    """Return arc → (label as it leaves, period, variable) of everything that may flow on it."""
    out: dict[int, list[tuple[int, int, Any]]] = defaultdict(list)
    for (a, x, _, t), v in m.flow.items():
        out[a].append((x, t, v))
    return out


@once_per_network
@looks_at()
def _entries(net: Network, importer: str, element: str) -> list[tuple[int, str, str]]:
    """Return (arc, origin, material) of the lanes by which what holds an element or is a material enters an importer."""
    country, inside = net.places.country, net.places.countries_of(importer)
    return [
        (a.index, a.origin, a.material)
        for a in net.arcs
        if country[a.destination] in inside
        and country[a.origin] not in inside
        and net.contents.of(element, a.material) > 0
    ]


def entering(net: Network, tariff: Row) -> tuple[dict[int, Vector], str]:
    """Return arc → value (USD/kg), shape (T,), of what enters an importer by it, and the flag of the origin that it charges."""
    entries = _entries(net, tariff.importer, tariff.material)
    values = {a: value_at(net, tariff, origin, material)[0] for a, origin, material in entries}
    return values, country_flag(False, tariff.stage, net.places.countries_of(tariff.origin))


@once_per_network
@looks_at()
def _cleared(net: Network, tariff: Row) -> list[int]:
    """Return positions of the offers on which the buyer owes a tariff when they are handed over."""
    return [k for k, o in enumerate(net.offers) if clears(net, tariff, o.row)]


def clears(net: Network, tariff: Row, row: Row) -> bool:
    """Return whether the buyer owes a duty when an offer is handed over: the seller brings it in, and does not clear it."""
    inside = net.places.countries_of(tariff.importer)
    home = net.suppliers[row.supplier].country if row.supplier in net.suppliers else ""
    if row.incoterm not in BROUGHT_UNCLEARED or net.places.country[supplier_place(row)] not in inside or home in inside:
        return False
    stages = provenance(row, net.material[row.material].stage, home)
    origin = net.places.countries_of(tariff.origin)
    performed = {c for stage, c in stages.items() if tariff.stage in (ANY_STAGE, stage)}
    return net.contents.of(tariff.material, row.material) > 0 and not performed.isdisjoint({*origin, UNKNOWN})


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield nothing: there is no row, and what duties cost is looked at with all other costs."""
    return iter(())


FAMILY = Family("tariff", index, rule, check, costs=costs)
