"""joint_output: a recipe uses its inputs in fixed proportion; its outputs stand in the balance at their fixed yields.

Σ_{l_in} use[r,g,l_in,l_out,t] = input per unit[r,g] · run[r,l_out,t]        for every input g

An input may be counted under a label that is nowhere better than its own; what is not wanted of the outputs can only be
sold or disposed of, since the balance is an equality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import equal
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


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


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield inputs out of proportion, recipes at foreign sites, and inputs counted as better than they are."""
    needed: dict[Index, float] = defaultdict(float)
    used: dict[Index, float] = defaultdict(float)
    for r, i, _, n, t, units in ledger.rows["runs"]:
        for g, per in ledger.items[r]["Input"].items():
            needed[r, i, g, n, t] += per * units
        if ledger.recipes[r].site not in (None, i):
            yield Violation("joint_output", f"recipe {r} is run at {i}, but belongs to {ledger.recipes[r].site}", units)
        if not _worst(ledger, r, i) & _remembered(ledger, r, i) <= ledger.lots[n].flags:
            yield Violation(
                "joint_output", f"recipe {r} at {i} makes label {n}, which hides that it was done there", units
            )
    for r, i, g, x, n, t, q in ledger.rows["inputs"]:
        used[r, i, g, n, t] += q
        if not _no_better(ledger, r, i, x, n):
            yield Violation(
                "joint_output", f"recipe {r} at {i} counts {g} of label {x} under label {n}, which is better", q
            )
    for key in sorted(needed.keys() | used.keys()):
        yield from equal(
            "joint_output",
            used.get(key, 0.0),
            needed.get(key, 0.0),
            "recipe {} at {} takes {} under label {}",
            *key[:4],
        )


def _worst(ledger: Ledger, recipe: str, site: str) -> frozenset[str]:
    """Return the flags that the stage of a recipe gives at a site."""
    stage = ledger.recipes[recipe].stage
    return ledger.about.performed(stage, site) if stage else frozenset()


def _remembered(ledger: Ledger, recipe: str, site: str) -> frozenset[str]:
    """Return the flags that some output of a recipe must remember at a site."""
    return frozenset().union(*(ledger.memory.must(site, g) for g in ledger.items[recipe]["Output"]))


def _no_better(ledger: Ledger, recipe: str, site: str, before: int, after: int) -> bool:
    old, new = ledger.lots[before], ledger.lots[after]
    # A stage that is performed anew takes the place of the last one and of who made or sold it; all else stays known.
    # Who performed a stage is traced through the plan, whatever labels say of it; see ledger_sources.
    stays = {
        f
        for f in old.flags
        if not f.startswith("source:")
        and not (ledger.recipes[recipe].stage and f.startswith(("last:", "maker:", "seller:")))
    }
    must = (stays | _worst(ledger, recipe, site)) & _remembered(ledger, recipe, site)
    memory = ledger.memory
    uses = frozenset().union(*(memory.uses(g) for g in ledger.items[recipe]["Output"]))
    narrower = new.right & uses <= old.right if uses and not memory.taints else new.right <= old.right
    return narrower and new.flags >= must


FAMILY = Family("joint_output", index, rule, check, costs=costs)
