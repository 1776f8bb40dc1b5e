"""substitution: what a segment can do without, up to a ceiling, once the substitute can be used.

replaced[s,t] ≤ ceiling[s,t] · demand[d,t] · usable[s,t]                                        nothing to be paid beforehand
replaced[s,t] ≤ ceiling[s,t] · demand[d,t] · Σ_τ usable[s,τ,t] · (adopted[s,τ] − adopted[s,τ−1])    adoption at a cost
adopted[s,t−1] ≤ adopted[s,t]

replaced is in t of the material that is done without. usable is the share of the period after the first use that is possible
and after the adoption time, from the start of the period of the decision, or from the plan date where nothing has to be paid.
As Is replaces nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.timeline import Vector, month_number
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger


@dataclass(frozen=True)
class Substitute:
    """A row of Substitutions: the position of the need, of the need that it draws on (None: outside), most in t by period."""

    row: Row
    need: int
    drawn: int | None
    most: Vector


@once_per_network
def substitutes(net: Network) -> list[Substitute]:
    """Return the substitutes that a plan may use."""
    at = {(d.segment, d.material): k for k, d in enumerate(net.demand)}
    out = []
    for r in [] if net.scope.as_is else net.case.rows("Substitutions"):
        need = at[r.segment, r.material]
        ceiling = np.nan_to_num(net.case.by_period(r.ceiling), nan=1.0)
        drawn = at[r.segment, r.drawn_material] if r.drawn_material else None
        out.append(Substitute(r, need, drawn, ceiling * net.case.amounts("Demand", net.demand[need])))
    return out


def name_of(net: Network, k: int) -> tuple[str, str, str]:
    """Return segment, material and substitute of a row by its position."""
    row = substitutes(net)[k].row
    return row.segment, row.material, row.substitute


def _usable(net: Network, row: Row, start: float) -> Vector:
    """Return the share of each period (T,) in which a substitute decided at month `start` can be used."""
    first = start + float(row.adoption_time)
    if row.first_use:
        first = max(first, month_number(row.first_use))
    return np.array([net.timeline.share_in(t, first, np.inf) for t in net.periods])


@once_per_network
def _ways(net: Network, k: int) -> dict[int, Vector]:
    """Return the most replaced in each period (t), shape (T,), by the period of the decision; −1 if nothing is decided."""
    s = substitutes(net)[k]
    starts = {t: net.timeline.periods[t].start for t in net.periods if net.decidable(t)}
    if s.row.adoption_cost > 0:
        return {t: s.most * _usable(net, s.row, start) for t, start in starts.items()}
    return {-1: s.most * _usable(net, s.row, net.timeline.plan if s.row.adoption_time > 0 else -np.inf)}


def replacements(net: Network) -> list[Index]:
    """Return (substitute, period) in which something can be replaced."""
    return [
        (k, t)
        for k in range(len(substitutes(net)))
        for t in net.periods
        if any(most[t] > 0 for most in _ways(net, k).values())
    ]


def adoptions(net: Network) -> list[Index]:
    """Return (substitute, period) of the decisions, each from the first period on in which anything may be decided."""
    return [
        (k, t)
        for k, s in enumerate(substitutes(net))
        if s.row.adoption_cost > 0
        for t in _ways(net, k)
        if any(most.any() for most in _ways(net, k).values())
    ]


@once_per_network
def in_demand(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[float, Any]]]:
    """Return what substitutes add to the left side of each need and period."""
    out: dict[tuple[int, int], list[tuple[float, Any]]] = defaultdict(list)
    for k, t in m.replaced:
        s = substitutes(net)[k]
        out[s.need, t].append((1.0, m.replaced[k, t]))
        if s.drawn is not None:
            out[s.drawn, t].append((-float(s.row.ratio), m.replaced[k, t]))
    return dict(out)


def index(net: Network) -> list[Index]:
    """Return (substitute, period, "most" or "stays")."""
    stays = [(k, t, "stays") for k, t in adoptions(net) if (k, t - 1) in set(adoptions(net))]
    return [(k, t, "most") for k, t in replacements(net)] + stays


def rule(m: Model, net: Network, k: int, t: int, kind: str) -> Any:
    """Return the ceiling of one period, or that what is adopted stays so."""
    if kind == "stays":
        return total([(1.0, m.adopted[k, t - 1]), (-1.0, m.adopted[k, t])]) <= 0.0
    ways = _ways(net, k)
    if -1 in ways:
        return total([(1.0, m.replaced[k, t])]) <= float(ways[-1][t])
    # Σ most[τ] · (adopted[τ] − adopted[τ−1]), gathered by adopted[τ].
    terms = [
        (-float(most[t] - (ways[s + 1][t] if s + 1 in ways else 0.0)), m.adopted[k, s]) for s, most in ways.items()
    ]
    return total([(1.0, m.replaced[k, t]), *terms]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what it costs to do without, and adoption in the period in which it is decided."""
    for k, t in m.replaced:
        price = net.case.by_period(substitutes(net)[k].row.cost)[t]
        yield Cost("Substitution", t, kusd_to_musd(float(price)), m.replaced[k, t])
    for k, t in m.adopted:
        paid = float(substitutes(net)[k].row.adoption_cost)
        yield Cost("Substitution", t, paid, m.adopted[k, t])
        if (k, t - 1) in m.adopted:
            yield Cost("Substitution", t, -paid, m.adopted[k, t - 1])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a ceiling may be loosened."""
    k, t, kind = idx
    if kind == "stays":
        return None
    segment, material, name = name_of(net, k)
    row = substitutes(net)[k].row
    return Relaxation(
        f"{name} can replace only so much of the {material} of {segment}",
        "t",
        1.0,
        (("Substitutions", row.row_id, "ceiling", net.timeline.periods[t].label),),
    )


# ---- audit --------------------------------------------------------------------------------------------------------


def in_place_of(ledger: Ledger) -> tuple[dict[Index, float], dict[Index, float]]:
    """Return t replaced, and t drawn in their place, by (segment, material, period)."""
    rows = {(r.segment, r.material, r.substitute): r for r in ledger.case.rows("Substitutions")}
    replaced: dict[Index, float] = defaultdict(float)
    drawn: dict[Index, float] = defaultdict(float)
    for segment, g, name, t, q in ledger.rows["substitutions"]:
        row = rows.get((segment, g, name))
        replaced[segment, g, t] += q
        if row is not None and row.drawn_material:
            drawn[segment, row.drawn_material, t] += row.ratio * q
    return replaced, drawn


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is replaced beyond a ceiling, before it can be used, without being adopted, or by what is no substitute."""
    rows = {(r.segment, r.material, r.substitute): r for r in ledger.case.rows("Substitutions")}
    decided = {
        (segment, g, name): t for segment, g, name, t in sorted(ledger.rows["adoptions"], key=_by_time, reverse=True)
    }
    for (segment, g, name, t), q in ledger.total("substitutions", 0, 1, 2, 3).items():
        row, need = rows.get((segment, g, name)), ledger.demand.get((segment, g))
        label = ledger.period(t)
        if row is None or need is None or ledger.as_is:
            yield Violation("substitution", f"{name} replaces {g} of {segment} in {label}, which it can not", q)
            continue
        ceiling = float(ledger.case.by_period(row.ceiling)[t])
        most = (1.0 if np.isnan(ceiling) else ceiling) * float(ledger.case.amounts("Demand", need)[t])
        share = _share_of(ledger, row, t, decided.get((segment, g, name)))
        yield from at_most("substitution", q, most * share, "{} for {} of {} in {}", name, g, segment, label)
    for (segment, g, name), t in decided.items():
        row = rows.get((segment, g, name))
        early = ledger.timeline.periods[t].start < ledger.timeline.plan - 1e-9
        if row is None or not row.adoption_cost > 0 or early or ledger.as_is:
            why = "before the plan date" if early else "where nothing is to be decided"
            yield Violation("substitution", f"{name} for {g} of {segment} is adopted {why}", 1.0)


def _by_time(row: tuple[Any, ...]) -> int:
    return int(row[-1])


def _share_of(ledger: Ledger, row: Row, t: int, decided: int | None) -> float:
    """Return the part of a period that lies behind adoption and first use."""
    p = ledger.timeline.periods[t]
    first = month_number(row.first_use) if row.first_use else p.start
    if row.adoption_cost > 0:
        if decided is None:
            return 0.0
        first = max(first, ledger.timeline.periods[decided].start + row.adoption_time)
    elif row.adoption_time > 0:
        first = max(first, ledger.timeline.plan + row.adoption_time)
    return min(1.0, max(0.0, (p.end - first) / p.months))


FAMILY = Family("substitution", index, rule, check, costs=costs, relax=relax)
