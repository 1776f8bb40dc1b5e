"""contract: offers of one contract name are bought under one contract, once it is signed.

active[c,t] = Σ_s share of t within the duration from the start of s · signed[c,s]      Σ_s signed[c,s] ≤ 1
    + Σ_s share of t within the renewal after it · renewed[c,s] − Σ_{s,u} share of t after the notice given at u · noticed[c,s,u]

use:    Σ_l purchase[k,l,t] ≤ most[k,t] · Σ_{s: some of t is within its duration} signed[c,s]      likewise, for every k in c
most:   Σ_{t in W} Σ_{k in c} purchase ≤ Σ_{t in W} most[c,t] · active[c,t]
least:  Σ_{t in W} Σ_{k in c} purchase ≥ Σ_{t in W} least[c,t] · active[c,t]

W is a calendar year. A contract is signed at the start of a period, runs for its duration, and binds no further than the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.rules import groups, signing
from model.rules.comparison import at_least, at_most, counts
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought


def taken(m: Model, net: Network, c: str, ts: tuple[int, ...]) -> list[tuple[float, Any]]:
    """Return what is bought under a contract in some periods as terms."""
    return [term for k in signing.offers_under(net)[c] for t in ts for term in bought(m, net, k, t)]


def windows(net: Network) -> dict[str, tuple[int, ...]]:
    """Return calendar year → periods."""
    return dict(net.timeline.windows("Calendar Year"))


def index(net: Network) -> list[Index]:
    """Return (contract, "once", "", −1), (contract, "use", period, offer) and (contract, "most" or "least", year, −1)."""
    out: list[Index] = []
    for c, row in signing.rows(net).items():
        out.append((c, "once", "", -1))
        out += [(c, "use", p.label, k) for p in net.timeline.periods for k in signing.offers_under(net)[c]]
        for what in ("most", "least"):
            amounts = net.case.rate_amounts(getattr(row, what))
            out += [(c, what, w, -1) for w, ts in windows(net).items() if np.nansum(amounts[list(ts)]) > 0]
    return out


def rule(m: Model, net: Network, c: str, what: str, when: str, k: int) -> Any:
    """Return one row of one contract."""
    if what == "once":
        signed = [(1.0, m.signed[c, s]) for s in net.periods if (c, s) in m.signed]
        return total(signed) <= 1.0 if signed else None
    if what == "use":
        t = next(p.index for p in net.timeline.periods if p.label == when)
        got, can = bought(m, net, k, t), groups.most(net, net.offers[k].row, t)
        return total([*got, *((-can * sign, v) for sign, v in signing.runs(m, net, c, t))]) <= 0.0 if got else None
    ts = windows(net)[when]
    amounts = net.case.rate_amounts(getattr(signing.rows(net)[c], what))
    bound = [term for t in ts if not np.isnan(amounts[t]) for term in signing.active(m, net, c, t, -float(amounts[t]))]
    row = total([*taken(m, net, c, ts), *bound])
    return row <= 0.0 if what == "most" else row >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what a contract costs to set up, when it is signed."""
    for c, s in m.signed:
        yield Cost("Contracts", s, kusd_to_musd(signing.rows(net)[c].set_up_cost), m.signed[c, s])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how the quantities of a contract may be loosened."""
    c, what, when, _ = idx
    if what not in ("most", "least"):
        return None
    return Relaxation(
        f"contract {c} has a {what} in {when}", "t", 1.0, (("Contracts", signing.rows(net)[c].row_id, what, None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is bought without a contract that it needs, contracts signed twice, and quantities not kept."""
    for c, signed in ledger.signed.items():
        if len(signed) > 1:
            yield Violation("contract", f"{c} is signed {len(signed)} times", float(len(signed) - 1))
        for t in signed:
            if ledger.timeline.periods[t].start < ledger.timeline.plan - 1e-9 or not ledger.under(c):
                yield Violation("contract", f"{c} can not be signed in {ledger.period(t)}", 1.0)
    for (k, t), tonnes in ledger.bought.items():
        c = ledger.offers[k].contract
        if c is not None and counts(tonnes) and ledger.active(c)[t] <= 0:
            yield Violation("contract", f"{k} is bought in {ledger.period(t)} without contract {c}", tonnes)
    for c, row in ledger.contracts.items():
        least, most = (ledger.case.rate_amounts(v) for v in (row.least, row.most))
        for name, ts in ledger.timeline.windows("Calendar Year"):
            got = sum(ledger.bought.get((k, t), 0.0) for k in ledger.under(c) for t in ts)
            on = ledger.active(c)[list(ts)]
            yield from at_least("contract", got, float(least[list(ts)] @ on), "bought under {} in {}", c, name)
            if not np.isnan(most[list(ts)]).any():
                yield from at_most("contract", got, float(most[list(ts)] @ on), "bought under {} in {}", c, name)


FAMILY = Family("contract", index, rule, check, costs=costs, relax=relax)
