"""leaving: the only decision about what is signed already is to get out of it.

Σ_u left[c,u] ≤ 1      for a commitment c that may be left, by notice at the start of u

From the end of the notice on nothing more is handed over (see commitments). The exit cost is paid when notice is given; of what
was agreed for later the share take-or-pay is paid for all the same. As Is leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.prices import payments, price_of
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


@once_per_network
def departures(net: Network) -> list[tuple[int, int]]:
    """Return (commitment, period of notice) wherever something can be got out of."""
    if net.scope.as_is:
        return []
    out = []
    for k, source in enumerate(net.commitments):
        if source.row.exit_cost is not None:
            amounts = net.case.amounts("Commitments", source.row)
            for u in net.periods:
                if net.decidable(u) and any(amounts[t] > 0 and dropped(net, k, u, t) > 0 for t in net.periods):
                    out.append((k, u))
    return out


def dropped(net: Network, k: int, u: int, t: int) -> float:
    """Return the share of a period from which on nothing is handed over any more after a notice at the start of another."""
    gone = net.timeline.periods[u].start + float(net.commitments[k].row.notice)
    return net.timeline.share_in(t, gone, np.inf)


def escaped(m: Model, net: Network, k: int, t: int) -> list[tuple[float, Any]]:
    """Return what of a commitment is not handed over in a period because it is left, as terms."""
    amount = float(net.case.amounts("Commitments", net.commitments[k].row)[t])
    found = [(amount * dropped(net, k, u, t), m.left[c, u]) for c, u in departures(net) if c == k]
    return [(q, v) for q, v in found if q > 0]


def index(net: Network) -> list[Index]:
    """Return (commitment,) of what may be left in more than one period."""
    names = [k for k, _ in departures(net)]
    return [(k,) for k in dict.fromkeys(names) if names.count(k) > 1]


def rule(m: Model, net: Network, k: int) -> Any:
    """Return that a commitment is left once."""
    return total([(1.0, m.left[c, u]) for c, u in departures(net) if c == k]) <= 1.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield exit costs, and what is paid for without being taken."""
    for k, u in departures(net):
        yield Cost("Contracts", u, float(net.commitments[k].row.exit_cost), m.left[k, u])
    for k in dict.fromkeys(k for k, _ in departures(net)):
        row = net.commitments[k].row
        price = price_of(net.case, row)
        for t in net.periods if row.take_or_pay > 0 else ():
            for amount, left in escaped(m, net, k, t):
                for due, share in payments(net.timeline, row, t):
                    paid = kusd_to_musd(float(price[t])) * float(row.take_or_pay) * amount
                    yield Cost("Contracts", due, paid * share, left)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is left twice, in As Is, before the plan date, or though it can not be."""
    told = ledger.rows["departures"]
    for c, u in told:
        early = ledger.timeline.periods[u].start < ledger.timeline.plan - 1e-9
        if ledger.as_is or early or ledger.commitments[c].exit_cost is None:
            yield Violation("leaving", f"{c} can not be left in {ledger.period(u)}", 1.0)
    names = [c for c, _ in told]
    for c in sorted({c for c in names if names.count(c) > 1}):
        yield Violation("leaving", f"{c} is left {names.count(c)} times", names.count(c) - 1.0)


FAMILY = Family("leaving", index, rule, check, costs=costs)
