"""reservation: how much a contract commits to, where that is decided once at signing; it is the room kept for us.

least:  reserved[c,s] ≥ largest Committed of c · signed[c,s]
most:   reserved[c,s] ≤ committed most[c] · signed[c,s]
room:   Σ_{k in c} Σ_l purchase[k,l,t] ≤ Σ_s share of t within the duration from the start of s · Δ_t · reserved[c,s]

The fee is paid per kg of room in each period, bought or not. Take-or-pay asks for its share of the room. A case without
Committed Most has no such rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import contract, signing
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger, at_least, at_most


@once_per_network
def reservable(net: Network) -> list[tuple[str, int]]:
    """Return (contract, period of signing) of the quantities to be decided."""
    return [(c, s) for c, s in signing.signings(net) if signing.rows(net)[c].committed_most is not None]


def index(net: Network) -> list[Index]:
    """Return (contract, "least" or "most", period of signing) and (contract, "room", period)."""
    names = list(dict.fromkeys(c for c, _ in reservable(net)))
    out: list[Index] = [(c, "most", s) for c, s in reservable(net)]
    out += [(c, "least", s) for c, s in reservable(net) if _least(net, c) > 0]
    return [*out, *((c, "room", t) for c in names for t in net.periods)]


def _least(net: Network, c: str) -> float:
    return float(max(net.case.by_period(signing.rows(net)[c].committed)))


def room(m: Model, net: Network, c: str, ts: tuple[int, ...], weight: float = 1.0) -> list[tuple[float, Any]]:
    """Return weight · the room (t) of a contract in some periods as terms."""
    return [
        (
            weight * sum(signing.share(net, c, s, t) * float(net.timeline.amount_factor[t]) for t in ts),
            m.reserved[c, s],
        )
        for name, s in reservable(net)
        if name == c
    ]


def rule(m: Model, net: Network, c: str, what: str, t: int) -> Any:
    """Return one row of one contract."""
    if what == "room":
        taken = contract.taken(m, net, c, (t,))
        return total([*taken, *room(m, net, c, (t,), -1.0)]) <= 0.0 if taken else None
    if what == "most":
        return total([(1.0, m.reserved[c, t]), (-float(signing.rows(net)[c].committed_most), m.signed[c, t])]) <= 0.0
    return total([(1.0, m.reserved[c, t]), (-_least(net, c), m.signed[c, t])]) >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fee for the room of each period."""
    for c in dict.fromkeys(c for c, _ in reservable(net)):
        fee = kusd_to_musd(signing.rows(net)[c].reservation_fee)
        for t in net.periods:
            for amount, reserved in room(m, net, c, (t,), fee):
                yield Cost("Contracts", t, amount, reserved)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the most may be loosened."""
    c, what, _ = idx
    if what != "most":
        return None
    source = ("Contracts", signing.rows(net)[c].row_id, "committed_most", None)
    return Relaxation(f"contract {c} has a most to be committed", "t/y", 1.0, (source,))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield quantities outside their range or without a signature, and what is bought beyond them."""
    for c, s, size in ledger.rows["reservations"]:
        row = ledger.contracts[c]
        if row.committed_most is None or s not in ledger.signed[c]:
            yield Violation("reservation", f"nothing is to be decided under {c} in {ledger.period(s)}", size)
            continue
        yield from at_most("reservation", size, float(row.committed_most), "committed under {}", c)
    for c, row in ledger.contracts.items():
        if row.committed_most is None:
            continue
        for s in ledger.signed[c]:
            size = sum(q for name, at, q in ledger.rows["reservations"] if (name, at) == (c, s))
            least = max(float(x) for x in ledger.case.by_period(row.committed))
            yield from at_least("reservation", size, least, "committed under {} in {}", c, ledger.period(s))
        able = ledger.committed_under(c)
        for p in ledger.timeline.periods:
            got = sum(ledger.bought.get((k, p.index), 0.0) for k in ledger.under(c))
            yield from at_most("reservation", got, float(able[p.index]), "bought under {} in {}", c, p.label)


FAMILY = Family("reservation", index, rule, check, costs=costs, relax=relax)
