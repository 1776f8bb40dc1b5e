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

from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.places import supplier_place
from model.case.prices import BROUGHT_UNCLEARED
from model.case.timeline import Vector
from model.network.customs import value_at
from model.network.labels import country_flag
from model.network.network import Network
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
        for k in (k for k, o in enumerate(net.offers) if clears(net, tariff, o.row)):
            for t in net.periods:
                for price, v in spent(m, net, k, t):
                    yield Cost("Duties", t, price * float(rate[t]), v)
        for a, x, y, t in m.flow:
            if a in values and flag in net.labels[x].flags:
                yield Cost("Duties", t, kusd_to_musd(values[a][t]) * float(rate[t]), m.flow[a, x, y, t])


def entering(net: Network, tariff: Row) -> tuple[dict[int, Vector], str]:
    """Return arc → value (USD/kg), shape (T,), of what enters an importer by it, and the flag of the origin that it charges."""
    country = net.places.country
    inside = net.places.countries_of(tariff.importer)
    values = {
        a.index: value_at(net, tariff, a.origin, a.material)[0]
        for a in net.arcs
        if country[a.destination] in inside
        and country[a.origin] not in inside
        and net.contents.of(tariff.material, a.material) > 0
    }
    return values, country_flag(False, tariff.stage, net.places.countries_of(tariff.origin))


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
