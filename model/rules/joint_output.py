"""joint_output: a recipe uses its inputs in fixed proportion; its outputs stand in the balance at their fixed yields.

Σ_{l_in} use[r,g,l_in,l_out,t] = input per unit[r,g] · run[r,l_out,t]        for every input g

An input may be counted under a label that is nowhere better than its own; what is not wanted of the outputs can only be
sold or disposed of, since the balance is an equality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.network.network import Network, once_per_network
from model.rules.family import Cost, Family, Index, Model, kusd_to_musd, total


def index(net: Network) -> list[Index]:
    """Return (operation, input, label out, period)."""
    return [(o.index, g, n, t) for o in net.operations for g, _ in o.inputs for n in o.outs for t in net.periods]


@once_per_network
def _inputs(net: Network, m: Model) -> dict[Index, list[Any]]:
    out: dict[Index, list[Any]] = defaultdict(list)
    for o, g, x, y, t in m.use:
        out[o, g, y, t].append(m.use[o, g, x, y, t])
    return out


def rule(m: Model, net: Network, o: int, g: str, n: int, t: int) -> Any:
    """Return the input balance of one operation."""
    per = dict(net.operations[o].inputs)[g]
    return total([*((1.0, v) for v in _inputs(net, m)[o, g, n, t]), (-per, m.run[o, n, t])]) == 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the conversion cost of every unit run."""
    for operation in net.operations:
        price = net.case.by_period(operation.recipe.conversion_cost)
        for n in operation.outs:
            for t in net.periods:
                yield Cost("Conversion", t, kusd_to_musd(price[t]), m.run[operation.index, n, t])


FAMILY = Family("joint_output", index, rule, costs=costs)
