"""What limits of measure Disposal and Emission count: tonnes thrown away, and tonnes of a substance by table Emission Factors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from model.case.case import Case, Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.family import Model
from model.rules.ledger import Ledger
from model.schema.values import is_blank

MEASURES = ("Disposal", "Emission")
Terms = list[tuple[float, Any]]


def per_run(factors: Iterable[Row], recipe: str, line: str, site: str, line_use: float) -> float:
    """Return the tonnes emitted per unit of a recipe run at a site; rows that match add up."""
    return float(
        sum(
            f.factor * (1.0 if f.recipe == recipe else line_use)
            for f in factors
            if f.site in (None, site) and (f.recipe == recipe or (f.line is not None and f.line == line))
        )
    )


def per_disposal(factors: Iterable[Row], material: str, site: str) -> float:
    """Return the tonnes emitted per tonne of a material disposed of at a site."""
    return float(sum(f.factor for f in factors if f.material == material and f.site in (None, site)))


def factors_of(case: Case, substance: str | None) -> list[Row]:
    """Return the factors of a substance."""
    return [f for f in case.rows("Emission Factors") if f.substance == substance]


# ---- the model ----------------------------------------------------------------------------------------------------


def items(net: Network, limit: Row) -> list[str]:
    """Return what a limit binds each of: materials disposed of by site, or sites that emit."""
    thrown = [
        (i, g)
        for i, g in dict.fromkeys((i, g) for i, g, _ in net.nodes())
        if not is_blank(net.material[g].disposal_cost) and limit.site in (None, i) and limit.material in (None, g)
    ]
    if limit.measure == "Disposal":
        return [f"{g} at {i}" for i, g in thrown]
    factors = factors_of(net.case, limit.substance)
    sites = [i for i, g in thrown if per_disposal(factors, g, i) > 0]
    for o in net.operations:
        if limit.site in (None, o.site) and per_run(factors, o.recipe.recipe, o.recipe.line, o.site, o.line_use) > 0:
            sites.append(o.site)
    return sorted(set(sites))


@once_per_network
def _thrown(net: Network, m: Model) -> dict[tuple[str, str, int], Terms]:
    """Return the terms of what is disposed of by (place, material, period)."""
    out: dict[tuple[str, str, int], Terms] = defaultdict(list)
    for i, g, n, t in m.disposal:
        out[i, g, t].append((1.0, m.disposal[i, g, n, t]))
    return out


@once_per_network
def _emitted(net: Network, m: Model, substance: str) -> dict[tuple[str, int], Terms]:
    """Return the terms of what is emitted of a substance by (place, period)."""
    factors = factors_of(net.case, substance)
    out: dict[tuple[str, int], Terms] = defaultdict(list)
    for o, n, t in m.run:
        run = net.operations[o]
        per = per_run(factors, run.recipe.recipe, run.recipe.line, run.site, run.line_use)
        out[run.site, t].append((per, m.run[o, n, t]))
    for i, g, n, t in m.disposal:
        out[i, t].append((per_disposal(factors, g, i), m.disposal[i, g, n, t]))
    return out


def terms(m: Model, net: Network, limit: Row, item: str, ts: tuple[int, ...]) -> Terms:
    """Return the terms of what a limit counts in the periods of a window, of one item or of "all"."""
    if limit.measure == "Disposal":
        return [
            term
            for (i, g, t), found in _thrown(net, m).items()
            if t in ts and limit.site in (None, i) and limit.material in (None, g) and item in ("all", f"{g} at {i}")
            for term in found
        ]
    return [
        (c, v)
        for (i, t), found in _emitted(net, m, limit.substance).items()
        if t in ts and limit.site in (None, i) and item in ("all", i)
        for c, v in found
        if c > 0
    ]


# ---- the audit's own reading ------------------------------------------------------------------------------------------


def emitted(ledger: Ledger, substance: str) -> dict[tuple[str, int], float]:
    """Return the tonnes of a substance that a plan emits by (site, period)."""
    rows = [f for f in ledger.case.rows("Emission Factors") if f.substance == substance]
    out: dict[tuple[str, int], float] = defaultdict(float)
    for r, i, _, _, t, units in ledger.rows["runs"]:
        line, use = ledger.recipes[r].line, sum(ledger.items[r]["Line Use"].values() or [1.0])
        for f in rows:
            if f.site is None or f.site == i:
                out[i, t] += f.factor * units * ((f.recipe == r) + use * (f.line is not None and f.line == line))
    for i, g, _, t, q in ledger.rows["disposals"]:
        out[i, t] += q * sum(f.factor for f in rows if f.material == g and (f.site is None or f.site == i))
    return out


def reached(ledger: Ledger, limit: Row, ts: tuple[int, ...]) -> dict[str, float]:
    """Return item → t that a plan disposes of, or emits, in some periods; also what the plan says it misses, or a row names."""
    said = {
        item for table, name, item, _ in ledger.missed if (table, name) == ("Limits", limit.limit) and item != "all"
    }
    out = dict.fromkeys(said, 0.0)
    if limit.measure == "Disposal":
        if limit.site is not None and limit.material is not None:
            out[f"{limit.material} at {limit.site}"] = 0.0
        for i, g, _, t, q in ledger.rows["disposals"]:
            if t in ts and limit.site in (None, i) and limit.material in (None, g):
                out[f"{g} at {i}"] = out.get(f"{g} at {i}", 0.0) + q
        return out
    if limit.site is not None:
        out[limit.site] = 0.0
    for (i, t), q in emitted(ledger, limit.substance).items():
        if t in ts and limit.site in (None, i):
            out[i] = out.get(i, 0.0) + q
    return out
