"""attribution: a share rule with a ledger of its own splits all that moves by its marks; each ledger adds up to the plan.

x[…,l,…] = Σ_m attributed[s,x,…,m,…]     for x in flow, run, use, stock, deliver, sale, disposal: every ledger label m of l
material_balance and joint_output hold in every ledger s, label by label; the share of rule s is counted by its ledger.

Where a joint label has one ledger label only, the plan's own variable stands for it. What is bought or committed has one
ledger label for each joint one, since its provenance is declared. Two ledgers may split a tonne differently: the cost is a
lower bound of that of one attribution for all rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from model.network.ledgers import RuleLedger
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import joint_output, material_balance, sales
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger
from model.rules.ledger_attribution import broken

# Variable → where labels stand in its index; the period stands last.
LABELLED = {
    "purchase": (1,),
    "committed": (1,),
    "recycled": (1,),
    "flow": (1, 2),
    "run": (1,),
    "use": (2, 3),
    "stock": (2,),
    "deliver": (1,),
    "sale": (3,),
    "disposal": (2,),
}


@once_per_network
def refinements(net: Network, s: int) -> Mapping[str, Mapping[Index, list[Index]]]:
    """Return variable → index in the plan → indices in a ledger that split it, all without the period."""
    book = net.ledgers[s]
    out: dict[str, dict[Index, list[Index]]] = {}
    for name, places in LABELLED.items():
        groups: dict[Index, list[Index]] = defaultdict(list)
        for index in _indices(book.network, name):
            joint = list(index)
            for place in places:
                joint[place] = book.joint[index[place]]
            groups[tuple(joint)].append(index)
        out[name] = groups
    return out


def _indices(fine: Network, name: str) -> Iterable[Index]:
    if name in ("purchase", "committed", "recycled"):
        sources = {"purchase": fine.offers, "committed": fine.commitments, "recycled": fine.recycling}[name]
        return [(k, n) for k, source in enumerate(sources) for n, _ in source.labels]
    if name == "flow":
        return [(a.index, x, y) for a in fine.arcs for x, y, _ in a.moves]
    if name == "run":
        return [(o.index, n) for o in fine.operations for n in o.outs]
    if name == "use":
        return [(o.index, *use) for o in fine.operations for use in o.uses]
    if name == "sale":
        return [(i, g, k, n) for i, g, n in fine.nodes() for k in sales.steps(fine).get((i, g), ())]
    return fine.demand_labels if name == "deliver" else list(fine.nodes())


class Book:
    """A ledger's variables under the names of the model's, so that the same equations can be written for both.

    A member is indexed by the ledger's labels; it is the model's own variable where nothing splits it.
    """

    def __init__(self, m: Model, net: Network, s: int) -> None:
        self.nothing = m.nothing
        self.downgrade: dict[Index, Any] = {}  # where mixtures taint, all rules are told jointly
        for name in LABELLED:
            parts = refinements(net, s)[name]
            here: dict[Index, Any] = {}
            variable = getattr(m, name)
            for index in variable:
                fine = parts.get(index[:-1], [])
                for part in fine:
                    key = (*part, index[-1])
                    here[key] = variable[index] if len(fine) == 1 else m.attributed[s, name, *key]
            setattr(self, name, here)


@once_per_network
def books(net: Network, m: Model) -> list[tuple[RuleLedger, Book]]:
    """Return every ledger with its variables."""
    return [(book, Book(m, net, s)) for s, book in enumerate(net.ledgers)]


def declare(m: Model, net: Network) -> None:
    """Declare what ledgers split, once all other variables are."""
    import pyomo.environ as pyo

    index = [
        (s, name, *part, at[-1])
        for s in range(len(net.ledgers))
        for name in LABELLED
        for at in getattr(m, name)
        if len(parts := refinements(net, s)[name].get(at[:-1], ())) > 1
        for part in parts
    ]
    m.attributed_index = pyo.Set(initialize=index, dimen=None)
    m.attributed = pyo.Var(m.attributed_index, within=pyo.NonNegativeReals)


def counted_in(m: Model, net: Network, rule: int) -> tuple[Network, Any]:
    """Return the network and the variables by which a share rule (row id) counts: its ledger's, or the plan's own."""
    for book, variables in books(net, m):
        if rule in book.rules:
            return book.network, variables
    return net, m


def index(net: Network) -> list[Index]:
    """Return (ledger, "sum", variable, its index) and (ledger, "balance" or "output", index of that family)."""
    out: list[Index] = []
    for s, book in enumerate(net.ledgers):
        out += [
            (s, "sum", name, *joint, t)
            for name, groups in refinements(net, s).items()
            for joint in _indices(net, name)
            if len(groups.get(joint, ())) != 1
            for t in net.periods
        ]
        split = _split(book)
        out += [(s, "balance", *at) for at in material_balance.index(book.network) if at[:3] in split]
        runs = {part for parts in refinements(net, s)["run"].values() if len(parts) > 1 for part in parts}
        out += [(s, "output", *at) for at in joint_output.index(book.network) if (at[0], at[2]) in runs]
    return out


def _split(book: RuleLedger) -> set[Index]:
    """Return the ledger's nodes, (place, material, label), whose joint label it splits there."""
    groups: dict[Index, list[Index]] = defaultdict(list)
    for i, g, n in book.network.nodes():
        groups[i, g, book.joint[n]].append((i, g, n))
    return {node for nodes in groups.values() if len(nodes) > 1 for node in nodes}


def rule(m: Model, net: Network, s: int, what: str, *at: Any) -> Any:
    """Return one row of a ledger."""
    book, variables = books(net, m)[s]
    if what == "balance":
        return material_balance.rule(variables, book.network, *at)
    if what == "output":
        return joint_output.rule(variables, book.network, *at)
    name, t = at[0], at[-1]
    whole, joint = getattr(m, name), at[1:-1]
    if at[1:] not in whole:
        return None
    parts = refinements(net, s)[name].get(joint, ())
    return total([(-1.0, whole[at[1:]]), *((1.0, m.attributed[s, name, *part, t]) for part in parts)]) == 0.0


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every ledger that does not add up to the plan, does not balance, or hides what its rules count."""
    yield from broken(ledger)


FAMILY = Family("attribution", index, rule, check)
