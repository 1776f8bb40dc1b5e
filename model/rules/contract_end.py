"""contract_end: a contract is renewed once at its end, or left early, or runs out; what is renewed may be left in its turn.

once:     renewed[c,s] + Σ_u noticed[c,s,u] ≤ signed[c,s]      over notices that end it within its duration
renewed:  Σ_u noticed[c,s,u] ≤ renewed[c,s]                    over notices given and ending it within its renewal

A notice is given at the start of period u and ends the contract its months later; the exit cost is paid when it is given. A
contract that is renewed goes on for the time of its renewal, on the same terms. What may not be renewed or left has no such row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules import signing
from model.rules.family import Cost, Family, Index, Model, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (contract, period of signing, "once" or "renewed") wherever more than running out can be decided."""
    told = [(c, s, "renewed" if signing.of_renewal(net, c, s, u) else "once") for c, s, u in signing.notices(net)]
    return list(dict.fromkeys([*((c, s, "once") for c, s in signing.renewals(net)), *told]))


def rule(m: Model, net: Network, c: str, s: int, what: str) -> Any:
    """Return how one contract signed in one period may end, or how its renewal may."""
    late = what == "renewed"
    ways = [
        (1.0, m.noticed[key])
        for key in signing.notices(net)
        if key[:2] == (c, s) and signing.of_renewal(net, *key) == late
    ]
    if not late and (c, s) in m.renewed:
        ways.append((1.0, m.renewed[c, s]))
    return total([*ways, (-1.0, m.renewed[c, s] if late else m.signed[c, s])]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what it costs to leave, when notice is given."""
    for c, s, u in signing.notices(net):
        yield Cost("Contracts", u, float(signing.rows(net)[c].exit_cost), m.noticed[c, s, u])


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield notices and renewals of contracts that have none, that are not signed, or that end otherwise."""
    renewed = {name for name, _ in ledger.rows["renewals"]}
    for c, u in ledger.rows["notices"]:
        row, signed, given = ledger.contracts[c], ledger.signed[c], ledger.timeline.periods[u].start
        told = f"notice of {c} in {ledger.period(u)}"
        if row.exit_cost is None or not any(s < u for s in signed):
            yield Violation("contract_end", f"{told} can not be given", 1.0)
            continue
        out = ledger.timeline.periods[signed[0]].start + (math.inf if row.duration is None else row.duration)
        if c in renewed and given < out - 1e-9:
            yield Violation("contract_end", f"{told} is given before it is renewed", 1.0)
        if given + row.notice >= out + (row.renewal or 0.0 if c in renewed else 0.0) - 1e-9:
            yield Violation("contract_end", f"{told} comes after it has run out", 1.0)
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
