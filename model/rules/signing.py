"""When a contract runs: signed at the start of a period, for its duration, renewed once or left early. Shared by families."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules.family import Model

_NONE = 1e-9  # a smaller share of a period is rounding


@once_per_network
@looks_at()
def offers_under(net: Network) -> dict[str, list[int]]:
    """Return contract → positions of its offers; a contract without an offer is not signed."""
    out: dict[str, list[int]] = defaultdict(list)
    for k, o in enumerate(net.offers):
        if o.row.contract is not None:
            out[o.row.contract].append(k)
    return dict(out)


@once_per_network
def rows(net: Network) -> dict[str, Row]:
    """Return the contracts that have an offer, by name."""
    return {r.contract: r for r in net.case.rows("Contracts") if r.contract in offers_under(net)}


@once_per_network
@looks_at()
def signings(net: Network) -> list[tuple[str, int]]:
    """Return (contract, period) in which it may be signed."""
    return [(c, t) for c in rows(net) for t in net.periods if net.decidable(t)]


def end(net: Network, c: str, s: int) -> float:
    """Return the month in which a contract signed at the start of a period runs out; infinite without a duration."""
    months = rows(net)[c].duration
    return np.inf if months is None else net.timeline.periods[s].start + float(months)


def share(net: Network, c: str, s: int, t: int) -> float:
    """Return the share of a period in which a contract signed at the start of another is active."""
    return net.timeline.share_in(t, net.timeline.periods[s].start, end(net, c, s))


# ---- renewal and notice -------------------------------------------------------------------------------------------


@once_per_network
def renewals(net: Network) -> list[tuple[str, int]]:
    """Return (contract, period of signing) of what may be renewed at its end within the plan."""
    return [
        (c, s)
        for c, s in signings(net)
        if rows(net)[c].renewal is not None and end(net, c, s) < net.timeline.end - _NONE
    ]


@once_per_network
def notices(net: Network) -> list[tuple[str, int, int]]:
    """Return (contract, period of signing, period of notice) of what may be left before it runs out.

    Notice may be given as soon as it runs, to leave it before its end; once it is renewed, to leave it before the end of that.
    """
    return [
        (c, s, u)
        for c, s in signings(net)
        if rows(net)[c].exit_cost is not None
        for u in net.periods[s + 1 :]
        if gone(net, c, u) < min(_last(net, c, s, u), net.timeline.end) - _NONE
    ]


def _last(net: Network, c: str, s: int, u: int) -> float:
    """Return the month in which what is left by a notice would have run out otherwise; that of the past if nothing would."""
    if gone(net, c, u) < end(net, c, s) - _NONE:
        return end(net, c, s)
    return end(net, c, s) + float(rows(net)[c].renewal) if of_renewal(net, c, s, u) else -np.inf


def of_renewal(net: Network, c: str, s: int, u: int) -> bool:
    """Return whether a notice given at the start of a period leaves a contract in the time of its renewal."""
    runs_out = end(net, c, s)
    return (
        (c, s) in renewals(net)
        and net.timeline.periods[u].start > runs_out - _NONE
        and gone(net, c, u) > runs_out + _NONE
    )


def gone(net: Network, c: str, u: int) -> float:
    """Return the month from which a contract is left by a notice given at the start of a period."""
    return net.timeline.periods[u].start + float(rows(net)[c].notice)


def lost_share(net: Network, c: str, s: int, u: int, t: int) -> float:
    """Return the share of a period in which a contract would have run but for a notice."""
    return net.timeline.share_in(t, gone(net, c, u), _last(net, c, s, u))


def renewed_share(net: Network, c: str, s: int, t: int) -> float:
    """Return the share of a period in which a contract signed in another runs because it is renewed."""
    first = end(net, c, s)
    return net.timeline.share_in(t, first, first + float(rows(net)[c].renewal))


def renewed_in(net: Network, c: str, s: int) -> int:
    """Return the period in which a contract signed in another goes on if it is renewed."""
    return next(t for t in net.periods if renewed_share(net, c, s, t) > 0)


def active(m: Model, net: Network, c: str, t: int, weight: float = 1.0) -> list[tuple[float, Any]]:
    """Return weight · active[c,t] as terms."""
    found = [(share(net, c, s, t), m.signed[n, s]) for n, s in signings(net) if n == c]
    found += [(renewed_share(net, c, s, t), m.renewed[n, s]) for n, s in renewals(net) if n == c]
    found += [(-lost_share(net, c, s, u, t), m.noticed[n, s, u]) for n, s, u in notices(net) if n == c]
    return [(weight * part, v) for part, v in found if abs(part) > _NONE]


def runs(m: Model, net: Network, c: str, t: int) -> list[tuple[float, Any]]:
    """Return as terms whether a contract runs in some part of a period: 1 for what lets it run, −1 for what ended it before."""
    start = net.timeline.periods[t].start
    found = [(1.0, m.signed[n, s]) for n, s in signings(net) if n == c and share(net, c, s, t) > _NONE]
    found += [
        (1.0, m.renewed[n, s])
        for n, s in renewals(net)
        if n == c and renewed_share(net, c, s, t) > _NONE and share(net, c, s, t) <= _NONE
    ]
    found += [
        (-1.0, m.noticed[n, s, u])
        for n, s, u in notices(net)
        if n == c and lost_share(net, c, s, u, t) > _NONE and gone(net, c, u) <= start + _NONE
    ]
    return found
