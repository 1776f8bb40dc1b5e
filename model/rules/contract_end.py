"""contract_end: a contract is renewed once at its end, or left early, or runs out.

renewed[c,s] + Σ_{u > s} noticed[c,s,u] ≤ signed[c,s]

A notice is given at the start of period u and ends the contract its months later; the exit cost is paid when it is given. A
contract that is renewed goes on for the time of its renewal, on the same terms. What may not be renewed or left has no such row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import signing
from model.rules.family import Cost, Family, Index, Model, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (contract, period of signing) wherever more than running out can be decided."""
    return list(dict.fromkeys([*signing.renewals(net), *((c, s) for c, s, _ in signing.notices(net))]))


def rule(m: Model, net: Network, c: str, s: int) -> Any:
    """Return how one contract signed in one period may end."""
    ways = [(1.0, m.renewed[c, s])] if (c, s) in m.renewed else []
    ways += [(1.0, m.noticed[key]) for key in signing.notices(net) if key[:2] == (c, s)]
    return total([*ways, (-1.0, m.signed[c, s])]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what it costs to leave, when notice is given."""
    for c, s, u in signing.notices(net):
        yield Cost("Contracts", u, float(signing.rows(net)[c].exit_cost), m.noticed[c, s, u])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield notices and renewals of contracts that have none, that are not signed, or that end otherwise."""
    for c, u in ledger.rows["notices"]:
        row, signed = ledger.contracts[c], ledger.signed[c]
        told = f"notice of {c} in {ledger.period(u)}"
        if row.exit_cost is None or not any(s < u for s in signed):
            yield Violation("contract_end", f"{told} can not be given", 1.0)
        elif row.duration is not None:
            last = ledger.timeline.periods[signed[0]].start + row.duration
            if ledger.timeline.periods[u].start + row.notice >= last - 1e-9:
                yield Violation("contract_end", f"{told} comes after it has run out", 1.0)
        if c in {name for name, _ in ledger.rows["renewals"]}:
            yield Violation("contract_end", f"{told}, but it is renewed", 1.0)
    for c, t in ledger.rows["renewals"]:
        row = ledger.contracts[c]
        ends = [ledger.timeline.periods[s].start + (row.duration or 0.0) for s in ledger.signed[c]]
        if row.renewal is None or not any(ledger.timeline.share_in(t, e, e + 1e-6) > 0 for e in ends):
            yield Violation("contract_end", f"{c} can not be renewed in {ledger.period(t)}", 1.0)
    for table in ("notices", "renewals"):
        names = [c for c, _ in ledger.rows[table]]
        for c in sorted({c for c in names if names.count(c) > 1}):
            yield Violation("contract_end", f"{c} stands {names.count(c)} times among {table}", names.count(c) - 1.0)


FAMILY = Family("contract_end", index, rule, check, costs=costs)
