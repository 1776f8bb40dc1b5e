"""monotone: what has been started stays started.

x[p,t−1] ≤ x[p,t]      for x = permit, build and qualified; equality of build where no construction may newly start
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from model.network import buildout
from model.network.network import Network
from model.rules import qualification
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return ("permit", "build" or "qualified", which, period) of every decision that has one before it."""
    builds = [("build", p, t) for p, ts in buildout.build_starts(net).items() for t in ts[1:]]
    known = set(buildout.permits(net))
    builds += [("qualified", q, t) for q, ts in qualification.starts(net).items() for t in ts[1:]]
    return [*builds, *(("permit", p, t) for p, t in buildout.permits(net) if (p, t - 1) in known)]


def rule(m: Model, net: Network, what: str, p: str, t: int) -> Any:
    """Return the order of two consecutive decisions."""
    x = {"build": m.build, "permit": m.permit, "qualified": m.qualified}[what]
    step = total([(1.0, x[p, t - 1]), (-1.0, x[p, t])])
    return step == 0.0 if what == "build" and t not in buildout.new_starts(net)[p] else step <= 0.0


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every project that is permitted or started twice: what is started once stays started."""
    for table in ("permits", "builds"):
        for p, times in Counter(row[0] for row in ledger.rows[table]).items():
            repeats = table == "builds" and ledger.projects[p].max_repeats > 1
            if times > 1 and not (repeats and times == sum(q == p for q, _ in ledger.starts)):
                yield Violation("monotone", f"{p} stands {times} times in table {table}", float(times - 1))


FAMILY = Family("monotone", index, rule, check)
