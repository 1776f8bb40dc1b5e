"""prepayment: what is prepaid at signing is credited to what is bought, until it is used up; the rest is lost.

all:    Σ_t Σ_{k in c} credit[k,t] ≤ (prepaid[c] + credit left[c]) · Σ_s signed[c,s]
price:  credit[k,t] ≤ what is paid for k in t
rate:   credit[k,t] ≤ credited[c] · Σ_l purchase[k,l,t]      where the credit per kg is not the whole price

A credit falls due with the payment that it reduces. Credit Left was prepaid before the plan: it costs nothing more, and is lost
where the plan does not go on with the contract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.prices import payments
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import price_steps, signing
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought


@once_per_network
def prepaid(net: Network) -> dict[str, Row]:
    """Return the contracts under which something is, or was, prepaid."""
    return {c: r for c, r in signing.rows(net).items() if r.prepaid + r.credit_left > 0}


@once_per_network
def credits(net: Network) -> list[tuple[int, int]]:
    """Return (offer, period) in which something may be credited."""
    return [
        (k, t)
        for c in prepaid(net)
        for k in signing.offers_under(net)[c]
        for t in net.periods
        if not net.available(net.offers[k].row)[t] <= 0
    ]


def index(net: Network) -> list[Index]:
    """Return (contract, "all", 0, 0), and (contract, "price" or "rate", offer, period)."""
    out: list[Index] = [(c, "all", 0, 0) for c in prepaid(net)]
    for k, t in credits(net):
        c = str(net.offers[k].row.contract)
        out.append((c, "price", k, t))
        if prepaid(net)[c].credited is not None:
            out.append((c, "rate", k, t))
    return out


def rule(m: Model, net: Network, c: str, what: str, k: int, t: int) -> Any:
    """Return one row of one prepayment."""
    row = prepaid(net)[c]
    if what == "all":
        given = [(1.0, m.credit[o, at]) for o, at in credits(net) if net.offers[o].row.contract == c]
        signed = [(-float(row.prepaid + row.credit_left), m.signed[n, s]) for n, s in m.signed if n == c]
        return total([*given, *signed]) <= 0.0 if given else None
    if what == "price":
        paid = price_steps.spent(m, net, k, t)
    else:
        paid = [(kusd_to_musd(float(row.credited)), v) for _, v in bought(m, net, k, t)]
    return total([(1.0, m.credit[k, t]), *((-amount, v) for amount, v in paid)]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what is prepaid at signing, and what is credited at the payment that it reduces."""
    for c, s in m.signed:
        if c in prepaid(net):
            yield Cost("Contracts", s, float(prepaid(net)[c].prepaid), m.signed[c, s])
    for k, t in credits(net):
        for due, share in payments(net.timeline, net.offers[k].row, t):
            yield Cost("Contracts", due, -share, m.credit[k, t])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield credits beyond what is prepaid, beyond the price, or beyond the credit per kg."""
    paid: dict[tuple[str, int], float] = defaultdict(float)
    for k, t, each, tonnes in ledger.bought_at:
        paid[k, t] += kusd_to_musd(each) * tonnes
    given: dict[str, float] = defaultdict(float)
    for k, t, amount in ledger.rows["credits"]:
        row = ledger.contracts.get(ledger.offers[k].contract)
        if row is None:
            yield Violation("prepayment", f"{k} is bought without a contract, but credited", amount)
            continue
        given[row.contract] += amount
        told = k, ledger.period(t)
        yield from at_most("prepayment", amount, paid[k, t], "credited of the price of {} in {}", *told)
        if row.credited is not None:
            most = kusd_to_musd(row.credited) * ledger.bought.get((k, t), 0.0)
            yield from at_most("prepayment", amount, most, "credited to {} in {}", *told)
    for c, amount in given.items():
        row = ledger.contracts[c]
        most = (row.prepaid + row.credit_left) * len(ledger.signed[c])
        yield from at_most("prepayment", amount, most, "credited under {}", c)


FAMILY = Family("prepayment", index, rule, check, costs=costs)
