"""lane_fixed: a lane that costs for being used at all, or that carries a minimum if used, has a use decision.

Σ flow on the lane ≤ most · lane_used[lane,t]      Σ flow on the lane ≥ minimum · lane_used[lane,t]
Σ_l flow[a,t] ≤ most[a,t] · lane_used[lane,t]      for every arc a of a lane that has several
Where the fixed cost is paid once, it is paid in the first period of use:
lane_used[lane,t] ≤ lane_opened[lane,t]
lane_opened[lane,t−1] ≤ lane_opened[lane,t] ≤ lane_opened[lane,t−1] + lane_used[lane,t]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups, number_used
from model.rules.bounds import arc_most
from model.rules.comparison import at_least, counts
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.lane_capacity import capacity, carried, flows
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (lane, period, "most" or "least", −1), (lane, period, "arc", arc), and "once", "stay", "first" where paid once."""
    out: list[Index] = []
    opened = set(openings(net))
    for key, t in groups.lane_uses(net):
        ends = ["most", "least"] if least(net, key) > 0 else ["most"]
        if (key, t) in opened:
            ends += ["once", "first", "stay"] if t > 0 else ["once", "first"]
        out += [(key, t, end, -1) for end in ends]
        arcs = groups.lane_groups(net)[key]
        out += [(key, t, "arc", a.index) for a in arcs] if len(arcs) > 1 else []
    return out


@once_per_network
def openings(net: Network) -> list[Index]:
    """Return (lane, period) of the lanes whose fixed cost is paid once."""
    rows = {key: row_of(net, key) for key, _ in groups.lane_uses(net)}
    once = {
        key
        for key, row in rows.items()
        if row.fixed_cost_paid == "Once" and bool((net.case.by_period(row.fixed_cost) > 0).any())
    }
    return [(key, t) for key, t in groups.lane_uses(net) if key in once]


def row_of(net: Network, key: str) -> Any:
    """Return the lane row that carries the lane's shared terms."""
    return groups.lane_groups(net)[key][0].row


@once_per_network
def least(net: Network, key: str) -> float:
    """Return the least that a lane in use carries (t); where lanes are counted, carrying nothing would count as one."""
    counted = any(number_used.counts_lane(net, r, key) for r in number_used.limits_that_count(net, "Lanes"))
    return max(float(row_of(net, key).minimum_if_used), number_used.TOKEN if counted else 0.0)


def most(net: Network, key: str, t: int) -> float:
    """Return the most that could be wanted on a lane in a period (t): its capacity, or what could be wanted on its arcs."""
    wanted = sum(arc_most(net, a.index, t) for a in groups.lane_groups(net)[key])
    return max(float(np.fmin(capacity(net, key, t), wanted)), least(net, key))


def rule(m: Model, net: Network, key: str, t: int, end: str, a: int) -> Any:
    """Return one link between flow and use."""
    used = m.lane_used[key, t]
    if end in ("once", "stay", "first"):
        now = (-1.0, m.lane_opened[key, t])
        before = [(1.0, m.lane_opened[key, t - 1])] if t > 0 else []
        if end == "first":
            return total([now, *before, (1.0, used)]) >= 0.0
        return total([now, (1.0, used)] if end == "once" else [now, *before]) <= 0.0
    if end == "arc":
        return total([*flows(net, m)[a, t], (-arc_most(net, a, t), used)]) <= 0.0
    if end == "most":
        return total([*carried(m, net, key, t), (-most(net, key, t), used)]) <= 0.0
    return total([*carried(m, net, key, t), (-least(net, key), used)]) >= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fixed cost of every use, or once in the period of first use."""
    for key, t in m.lane_used:
        row = row_of(net, key)
        if row.fixed_cost_paid != "Once":
            yield Cost("Lane Use", t, float(net.case.by_period(row.fixed_cost)[t]), m.lane_used[key, t])
    for key, t in m.lane_opened:
        cost = float(net.case.by_period(row_of(net, key).fixed_cost)[t])
        yield Cost("Lane Use", t, cost, m.lane_opened[key, t])
        if t > 0:
            yield Cost("Lane Use", t, -cost, m.lane_opened[key, t - 1])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a lane's minimum may be loosened."""
    key, _, end, _ = idx
    if end != "least":
        return None
    return Relaxation(
        f"lane {key} carries a minimum if used",
        "t",
        1.0,
        (("Lanes", row_of(net, key).row_id, "minimum_if_used", None),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield lanes used without being paid for, used for less than their minimum, or that do not exist."""
    used = {(key, t) for key, t in ledger.rows["lane_uses"]}
    for key, t in sorted(used | {k for k, tonnes in ledger.carried.items() if counts(tonnes)}):
        row = ledger.lanes.row_of(key)
        if row is None:
            yield Violation("lane_fixed", f"there is no lane {key}", 1.0)
        elif (
            ledger.case.by_period(row.fixed_cost).max() > 0
            or row.minimum_if_used > 0
            or number_used.counted_lanes(ledger, key)
        ):
            label, tonnes = ledger.period(t), ledger.carried.get((key, t), 0.0)
            smallest = max(row.minimum_if_used, number_used.TOKEN if number_used.counted_lanes(ledger, key) else 0.0)
            yield from at_least("lane_fixed", tonnes, smallest, "lane {} in {}", key, label)
            if (key, t) not in used:
                yield Violation("lane_fixed", f"lane {key} is used in {label} without being paid for", tonnes)


FAMILY = Family("lane_fixed", index, rule, check, costs=costs, relax=relax)
