"""reservation: how much a contract commits to, where that is decided once at signing; it is the room kept for us.

Of reserved[c,s] the part prolonged[c,s] goes on when the contract is renewed, and vacated[c,s,u] is given back by a notice at u.
Each way in which the contract may end has a part of the quantity and a yes:

out:      reserved[c,s] − prolonged[c,s] − Σ vacated[c,s,u]      signed[c,s] − renewed[c,s] − Σ noticed[c,s,u]      u in duration
renewed:  prolonged[c,s] − Σ vacated[c,s,u]                      renewed[c,s] − Σ noticed[c,s,u]                    u in renewal
left:     vacated[c,s,u]                                         noticed[c,s,u]                                     each u

least:    part ≥ largest Committed of c · yes
most:     part ≤ committed most[c] · yes
room:     Σ_{k in c} Σ_l purchase[k,l,t] ≤ Δ_t · (Σ_s share of t within the duration from the start of s · reserved[c,s]
              + share within the renewal · prolonged[c,s] − Σ_u share lost by the notice at u · vacated[c,s,u])

One yes of a signed contract is 1, so that the whole quantity is in one part: no product and no big number, and the relaxation is
the convex hull of the ways. The fee is paid per kg of room in each period, bought or not. Take-or-pay asks for its share of the
room. A case without Committed Most has no such rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import contract, signing
from model.rules.comparison import at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


@once_per_network
def reservable(net: Network) -> list[tuple[str, int]]:
    """Return (contract, period of signing) of the quantities to be decided."""
    return [(c, s) for c, s in signing.signings(net) if signing.rows(net)[c].committed_most is not None]


@once_per_network
def prolonged(net: Network) -> list[tuple[str, int]]:
    """Return (contract, period of signing) of the quantities that may go on."""
    return [key for key in signing.renewals(net) if key in reservable(net)]


@once_per_network
def vacated(net: Network) -> list[tuple[str, int, int]]:
    """Return (contract, period of signing, period of notice) of the quantities that may be given back."""
    return [key for key in signing.notices(net) if key[:2] in reservable(net)]


def index(net: Network) -> list[Index]:
    """Return (contract, "least" or "most", way, period of signing, period of notice), and (contract, "room", "", period, -1).

    The ways are "out", "left", "renewed"; the period of notice is -1 but for "left".
    """
    names = list(dict.fromkeys(c for c, _ in reservable(net)))
    ways: list[tuple[str, str, int, int]] = [(c, "out", s, -1) for c, s in reservable(net)]
    ways += [(c, "renewed", s, -1) for c, s in prolonged(net)]
    ways += [(c, "left", s, u) for c, s, u in vacated(net)]
    out: list[Index] = [(c, "most", *way) for c, *way in ways]
    # What is a variable of its own is never negative anyway; what is left of one after others must be told so.
    divided = {key[:2] for key in (*prolonged(net), *vacated(net))}
    out += [
        (c, "least", way, s, u) for c, way, s, u in ways if _least(net, c) > 0 or (way != "left" and (c, s) in divided)
    ]
    return [*out, *((c, "room", "", t, -1) for c in names for t in net.periods)]


def _least(net: Network, c: str) -> float:
    return float(max(net.case.by_period(signing.rows(net)[c].committed)))


def room(m: Model, net: Network, c: str, ts: tuple[int, ...], weight: float = 1.0) -> list[tuple[float, Any]]:
    """Return weight · the room (t) of a contract in some periods as terms."""

    def over(share: Callable[[int], float]) -> float:
        return weight * sum(share(t) * float(net.timeline.amount_factor[t]) for t in ts)

    out = [(over(partial(signing.share, net, c, s)), m.reserved[n, s]) for n, s in reservable(net) if n == c]
    out += [(over(partial(signing.renewed_share, net, c, s)), m.prolonged[n, s]) for n, s in prolonged(net) if n == c]
    out += [
        (-over(partial(signing.lost_share, net, c, s, u)), m.vacated[n, s, u]) for n, s, u in vacated(net) if n == c
    ]
    return out


def _part(
    m: Model, net: Network, c: str, way: str, s: int, u: int
) -> tuple[list[tuple[float, Any]], list[tuple[float, Any]]]:
    """Return the quantity that ends in one way, and the yes of that way, as terms."""
    if way == "left":
        return [(1.0, m.vacated[c, s, u])], [(1.0, m.noticed[c, s, u])]
    late = way == "renewed"
    given = [key for key in vacated(net) if key[:2] == (c, s) and signing.of_renewal(net, *key) == late]
    quantity = [(1.0, m.prolonged[c, s] if late else m.reserved[c, s]), *((-1.0, m.vacated[key]) for key in given)]
    yes = [(1.0, m.renewed[c, s] if late else m.signed[c, s]), *((-1.0, m.noticed[key]) for key in given)]
    if not late and (c, s) in m.prolonged:
        quantity.append((-1.0, m.prolonged[c, s]))
        yes.append((-1.0, m.renewed[c, s]))
    return quantity, yes


def rule(m: Model, net: Network, c: str, what: str, way: str, t: int, u: int) -> Any:
    """Return one row of one contract."""
    if what == "room":
        taken = contract.taken(m, net, c, (t,))
        return total([*taken, *room(m, net, c, (t,), -1.0)]) <= 0.0 if taken else None
    quantity, yes = _part(m, net, c, way, t, u)
    bound = float(signing.rows(net)[c].committed_most) if what == "most" else _least(net, c)
    row = total([*quantity, *((-bound * sign, v) for sign, v in yes)])
    return row <= 0.0 if what == "most" else row >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fee for the room of each period."""
    for c in dict.fromkeys(c for c, _ in reservable(net)):
        fees = net.case.by_period(signing.rows(net)[c].reservation_fee)
        for t in net.periods:
            for amount, reserved in room(m, net, c, (t,), kusd_to_musd(float(fees[t]))):
                yield Cost("Contracts", t, amount, reserved)


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the most may be loosened."""
    c, what = idx[:2]
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
