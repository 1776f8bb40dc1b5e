"""take_or_pay: what a contract commits to is paid for, taken or not.

untaken[c,W] ≥ share paid[c] · Σ_{t in W} committed[c,t] · active[c,t] − Σ_{t in W} Σ_{k in c} Σ_l purchase[k,l,t]

Where the quantity is decided at signing, committed[c,t] · active[c,t] is the room of reservation, without Δ_t twice.
W is a calendar year; the untaken is paid for in its last period, at the contract's price for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.rules import contract, reservation, signing
from model.rules.comparison import at_least
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (contract, year) wherever something is paid for that need not be taken."""
    return [
        (c, w)
        for c, row in signing.rows(net).items()
        if row.take_or_pay > 0
        for w, ts in contract.windows(net).items()
        if row.committed_most is not None or np.any(net.case.rate_amounts(row.committed)[list(ts)] > 0)
    ]


def rule(m: Model, net: Network, c: str, w: str) -> Any:
    """Return what is untaken of one contract in one year."""
    row, ts = signing.rows(net)[c], contract.windows(net)[w]
    if row.committed_most is not None:
        owed = reservation.room(m, net, c, ts, -float(row.take_or_pay))
    else:
        due = float(row.take_or_pay) * net.case.rate_amounts(row.committed)
        owed = [term for t in ts for term in signing.active(m, net, c, t, -float(due[t]))]
    return total([(1.0, m.untaken[c, w]), *contract.taken(m, net, c, ts), *owed]) >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what the untaken costs."""
    for c, w in m.untaken:
        t = contract.windows(net)[w][-1]
        price = net.case.by_period(signing.rows(net)[c].untaken_price)[t]
        yield Cost("Contracts", t, kusd_to_musd(float(price)), m.untaken[c, w])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is neither taken nor paid for, and payments under contracts that ask for none."""
    said = ledger.total("untaken", 0, 1)
    known = set()
    for c, row in ledger.contracts.items():
        due = row.take_or_pay * ledger.committed_under(c)
        for name, ts in ledger.timeline.windows("Calendar Year"):
            known.add((c, name))
            got = sum(ledger.bought.get((k, t), 0.0) for k in ledger.under(c) for t in ts)
            owed = float(due[list(ts)].sum())
            yield from at_least(
                "take_or_pay", got + said.get((c, name), 0.0), owed, "taken or paid for under {} in {}", c, name
            )
    for key in said.keys() - known:
        yield Violation("take_or_pay", f"{key[0]} has no year {key[1]}", said[key])


FAMILY = Family("take_or_pay", index, rule, check, costs=costs)
