"""taint: where any of a mixture is restricted, all of it is; only with Setting Mixing = Taint All.

Σ line use · run[r,l,t] of lots that predicate p restricts  ≤ capacity · tainted[line,products,p,t]
Σ line use · run[r,l,t] of all others                       ≤ capacity · (1 − tainted[line,products,p,t])
Restricted lots that enter a stockpile in t, or were held   ≤ most · tainted[stockpile,p,t]
All others that leave it in t, or are held at its end       ≤ most · (1 − tainted[stockpile,p,t])

A predicate is a mark that a hard share or a control on derived content counts, or a use that some lots may not serve. What is
on one line taints all recipes there that share a product. Clean lots may be counted as restricted at will: on a line by
joint_output, in a stockpile by downgrade[i,g,l_in,l_out,t]. Capacity is that of the line with all that may be built, `most` is
all of the material that need, commitments and plants could move.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from model.network import buildout
from model.network.labels import Label, country_flag
from model.network.network import Network
from model.network.parts import Operation, once_per_network
from model.network.predicates import ANY_STAGE
from model.rules import groups, line_capacity, need
from model.rules.family import Family, Index, Model, Violation, total
from model.rules.ledger import Ledger
from model.rules.ledger_taint import tainted
from model.rules.material_balance import kept, node_terms

LINE, STOCKPILE = "line", "stockpile"
NOT_FOR = "not for "


@once_per_network
def predicates(net: Network) -> list[str]:
    """Return marks of hard shares and of derived content, and "not for" each use that some lot may not serve."""
    if not net.taints:
        return []
    hard = [r for r in groups.own_rules(net, "De-risking Rules") if r.hardness == "Hard"]
    found = {f.text for r in hard for c in net.counts.get(r.row_id, ()) for f in c.flags}
    found |= {
        country_flag(False, ANY_STAGE, frozenset({c.jurisdiction}))
        for c in net.case.rows("Export Controls")
        if c.reach == "Derived Content"
    }
    uses = {u for u in net.predicates.uses if any(not x.serves(u) for x in net.labels)}
    return sorted(found) + [f"{NOT_FOR}{use}@{country}" for use, country in sorted(uses)]


def restricts(predicate: str, label: Label) -> bool:
    """Return whether a predicate is true, which is worse, of a lot."""
    if not predicate.startswith(NOT_FOR):
        return predicate in label.flags
    use, _, country = predicate.removeprefix(NOT_FOR).partition("@")
    return not label.serves((use, country))


# ---- units that mix ---------------------------------------------------------------------------------------------------


@once_per_network
def lines(net: Network) -> Mapping[tuple[str, str, str], list[Operation]]:
    """Return (site, line, products) → operations on a line that share products, in any number of steps."""
    on_line: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for o in net.operations:
        on_line[o.site, o.recipe.line].append(o)
    out: dict[tuple[str, str, str], list[Operation]] = {}
    for (site, line), members in on_line.items():
        made: list[set[str]] = []
        for o in members:
            mine = {g for g, _ in o.outputs}
            touching = [s for s in made if s & mine]
            made = [s for s in made if not s & mine] + [mine.union(*touching)]
        for products in made:
            out[site, line, ", ".join(sorted(products))] = [o for o in members if {g for g, _ in o.outputs} & products]
    return out


@once_per_network
def units(net: Network) -> list[Index]:
    """Return (what, site, line or material, products, predicate, period) of all that mixes lots that a predicate tells apart."""
    out: list[tuple[str, str, str, str, str]] = []
    for p in predicates(net):
        for (site, line, products), operations in lines(net).items():
            if _differ(net, p, {n for o in operations for n in o.outs}):
                out.append((LINE, site, line, products, p))
        for site, material in sorted(net.stock_rows):
            if _differ(net, p, net.node_labels.get((site, material), set())):
                out.append((STOCKPILE, site, material, material, p))
    return [(*unit, t) for unit in out for t in net.periods]


def _differ(net: Network, predicate: str, labels: set[int]) -> bool:
    return len({restricts(predicate, net.labels[n]) for n in labels}) == 2


def downgrades(net: Network) -> list[Index]:
    """Return (place, material, label, worse label, period) of what a stockpile may count as worse than it is."""
    return [
        (i, g, x, y, t)
        for i, g in (sorted(net.stock_rows) if net.taints else ())
        for x in sorted(net.node_labels.get((i, g), ()))
        for y in sorted(net.node_labels.get((i, g), ()))
        if x != y and net.labels[y].no_better_than(net.labels[x])
        for t in net.periods
    ]


# ---- bounds -----------------------------------------------------------------------------------------------------------


@once_per_network
def _capacity(net: Network, site: str, line: str) -> Any:
    """Return what a line can do in each period, shape (T,), with all that may be built and is being built."""
    able = line_capacity.existing(net, site, line) + line_capacity.at_most_added(net, site, line)
    for p in (p for p in net.project_rows.values() if (p.site, p.line) == (site, line) and buildout.learns(p)):
        running = sum(c.build_size for c in net.running_builds if c.project == p.project)
        able = able + p.output_share * (p.max_size * p.max_repeats if p in net.projects else running)
    return able * line_capacity.factor(net, site, line)


@once_per_network
def _most(net: Network, site: str, material: str) -> Any:
    """Return the most of a material that could pass a stockpile in each period (t), shape (T,)."""
    out = need.ahead(net)[material].copy()
    for c in net.commitments:
        if c.node[1] == material:
            out = out + net.case.amounts("Commitments", c.row)
    for o in net.operations:
        for g, per in o.outputs:
            if g == material:
                able = np.nan_to_num(_capacity(net, o.site, o.recipe.line), nan=0.0, posinf=0.0)
                out = out + per * able / o.line_use if o.line_use > 0 else out
    return out


# ---- rows -------------------------------------------------------------------------------------------------------------


def index(net: Network) -> list[Index]:
    """Return (…, "restricted" or "clean") of every unit, predicate and period."""
    return [(*unit, end) for unit in units(net) for end in ("restricted", "clean")]


@once_per_network
def _runs(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[int, Any]]]:
    out: dict[tuple[int, int], list[tuple[int, Any]]] = defaultdict(list)
    for o, n, t in m.run:
        out[o, t].append((n, m.run[o, n, t]))
    return out


def rule(m: Model, net: Network, what: str, site: str, name: str, products: str, p: str, t: int, end: str) -> Any:
    """Return one end of one unit."""
    here = m.tainted[what, site, name, products, p, t]
    if what == LINE:
        terms = [
            (o.line_use, v)
            for o in lines(net)[site, name, products]
            for n, v in _runs(net, m)[o.index, t]
            if restricts(p, net.labels[n]) == (end == "restricted")
        ]
        most, there = float(_capacity(net, site, name)[t]), 0.0
    else:
        terms, there = _passing(m, net, site, name, p, t, end)
        most = float(_most(net, site, name)[t]) + there
    if end == "restricted":
        return total([*terms, (-most, here)]) <= -there
    return total([*terms, (most, here)]) <= most if terms else None


def _passing(
    m: Model, net: Network, site: str, material: str, p: str, t: int, end: str
) -> tuple[list[tuple[float, Any]], float]:
    """Return what comes, if restricted, or goes or is held, if clean, and the opening stock among it."""
    sign = 1.0 if end == "restricted" else -1.0
    terms = []
    for n in sorted(net.node_labels[site, material]):
        if restricts(p, net.labels[n]) == (end == "restricted"):
            for c, v in node_terms(m, net, site, material, n, t):
                # Counting a lot as worse is no movement; what is thrown away harms nobody.
                if sign * c > 0 and v.parent_component().local_name not in ("downgrade", "disposal"):
                    terms.append((sign * c, v))
    opening = sum(
        s.row.opening_stock * kept(net, site, material, 0)
        for s in net.opening
        if t == 0 and end == "restricted" and s.node == (site, material) and restricts(p, net.labels[s.labels[0][0]])
    )
    return terms, float(opening)


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every line and stockpile out of which clean lots come although restricted ones went in, or were there."""
    yield from tainted(ledger)


FAMILY = Family("taint", index, rule, check)
