"""limits: least, most or fixed amounts of what is bought, spent, used, built, held, thrown away or emitted.

Volume, Spend:  Σ purchase, or Σ price · purchase, in the window  ≤ / ≥ / = Σ_t limit[t] · Δ
Disposal:       Σ disposal in the window                       ≤ / ≥ / = Σ_t limit[t] · Δ
Emission:       Σ factor · run + Σ factor · disposal in the window ≤ / ≥ / = Σ_t limit[t] · Δ
Number Used:    Σ_item used[item] in the window                ≤ / ≥ / = limit
Capacity:       Σ capacity started by the end of t             ≤ / ≥ / = limit[t]
Stock:          Σ stock at the end of t that its end use may use  ≤ / ≥ / = limit[t]

x ≤ used[item] ≤ Σ x over the decisions x that make an item count: orders of an offer or a supplier, lanes used, sites open,
recipes on, in the periods of the window, projects started by its end. Soft limits have a slack that is paid for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import emissions, groups, number_used, price_steps
from model.rules.comparison import at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, impossible, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought
from model.rules.stock_limits import held
from model.schema.tables.common import ANY

_EVERY_PERIOD = ("Capacity", "Stock")
SUMMED = ("Volume", "Spend", *emissions.MEASURES)


def index(net: Network) -> list[Index]:
    """Return (limit, item, window or period label), and (limit, item, window, end) rows for what is counted."""
    out: list[Index] = [
        (r.row_id, item, w, "limit")
        for r in groups.own_rules(net, "Limits")
        for item in limited_items(net, r)
        for w, _ in limit_windows(net, r)
    ]
    # A soft Fixed limit may be missed either way.
    loose = {r for r, row in _rows(net).items() if (row.limit_type, row.hardness) == ("Fixed", "Soft")}
    out += [(r, item, w, "most") for r, item, w, _ in out if r in loose]
    for r, w, item in number_used.used(net):
        ts = dict(limit_windows(net, _rows(net)[r]))[w]
        out += [(r, item, w, f"used {n}") for n in range(len(number_used.triggers(net, _rows(net)[r], item, ts)))]
        out.append((r, item, w, "unused"))
    return out


@once_per_network
def _rows(net: Network) -> dict[int, Row]:
    return {r.row_id: r for r in groups.own_rules(net, "Limits")}


def limit_windows(net: Network, row: Row) -> list[tuple[str, tuple[int, ...]]]:
    """Return the windows of a limit; what is built or held is limited at the end of every period."""
    windows = groups.rule_windows(net, "Limits", row)
    if row.measure not in _EVERY_PERIOD:
        return windows
    return [(net.timeline.periods[t].label, (t,)) for _, ts in windows for t in ts]


def limited_items(net: Network, row: Row) -> list[str]:
    """Return what a limit binds: "all" for the sum, or each offer, project, stockpile or site that it matches."""
    if row.applies == "Sum":
        return ["all"]
    if row.measure in emissions.MEASURES:
        return emissions.items(net, row)
    if row.measure == "Capacity":
        return [p.project for p in _projects(net, row)]
    if row.measure == "Stock":
        return [f"{g} at {i}" for i, g in _stocks(net, row)]
    if row.measure == "Number Used":
        return number_used.items(net, row)
    return [net.offers[k].row.offer for k in groups.limit_offers(net, row)]


def _projects(net: Network, row: Row) -> list[Row]:
    return [p for p in net.projects if row.project in (None, p.project) and row.site in (None, p.site)]


def _stocks(net: Network, row: Row) -> list[tuple[str, str]]:
    return [(i, g) for i, g in sorted(net.stock_rows) if row.site in (None, i) and row.material in (None, g)]


def usable(net: Network, row: Row, material: str, label: int) -> bool:
    """Return whether stock under a label counts for a limit: what its end use may not, or can not, use does not."""
    return row.end_use == ANY or any(
        net.labels[label].serves(use) for use in net.relevance.uses(material) if use[0] == row.end_use
    )


def counted_share(limit: Row, project: Row) -> float:
    """Return the share of a project's size that a limit on capacity counts."""
    return float(project.output_share) if limit.size_is == "Our Share" else 1.0


def amount(net: Network, row: Row, ts: tuple[int, ...]) -> float:
    """Return the limit of a window in its own unit: t, MUSD, a number, t/y or t."""
    values = net.case.across("Limits", row)[list(ts)]
    if row.measure in SUMMED:
        return float(np.sum(values * net.timeline.amount_factor[list(ts)]))
    return float(values.min() if row.limit_type == "Max" else values.max())


def _terms(m: Model, net: Network, row: Row, item: str, w: str, ts: tuple[int, ...]) -> list[tuple[float, Any]]:
    if row.measure == "Capacity":
        return [
            (counted_share(row, net.project_rows[p]), m.size[p, s])
            for p, s in m.size
            if s <= ts[-1] and item in ("all", p) and p in {q.project for q in _projects(net, row)}
        ]
    if row.measure == "Stock":
        return [
            (1.0, v)
            for i, g in _stocks(net, row)
            if item in ("all", f"{g} at {i}")
            for n, v in held(net, m)[i, g, ts[-1]]
            if usable(net, row, g, n)
        ]
    if row.measure in emissions.MEASURES:
        return emissions.terms(m, net, row, item, ts)
    if row.measure == "Number Used":
        return [(1.0, m.used[row.row_id, w, i]) for i in number_used.items(net, row) if item in ("all", i)]
    chosen = [k for k in groups.limit_offers(net, row) if item in ("all", net.offers[k].row.offer)]
    terms = []
    for k in chosen:
        for t in ts:
            terms += price_steps.spent(m, net, k, t) if row.measure == "Spend" else bought(m, net, k, t)
    return terms


def rule(m: Model, net: Network, r: int, item: str, w: str, what: str) -> Any:
    """Return one row of one limit."""
    row = _rows(net)[r]
    ts = dict(limit_windows(net, row))[w]
    if what not in ("limit", "most"):
        return _used(m, net, (r, w, item), ts, what)
    terms = _terms(m, net, row, item, w, ts)
    soft = row.hardness == "Soft"
    slack = m.slack["Limits", r, item, w] if soft else None
    bound = amount(net, row, ts)
    if not terms and not soft:
        return impossible(m) if row.limit_type != "Max" and bound > 0 else None
    if row.limit_type == "Max" or what == "most":
        return total([*terms, *([(-1.0, slack)] if soft else [])]) <= bound
    expression = total([*terms, *([(1.0, slack)] if soft else [])])
    return expression == bound if row.limit_type == "Fixed" and not soft else expression >= bound


def _used(m: Model, net: Network, key: tuple[int, str, str], ts: tuple[int, ...], what: str) -> Any:
    used = m.used[key]
    found = [getattr(m, name)[at] for name, at in number_used.triggers(net, _rows(net)[key[0]], key[2], ts)]
    if what == "unused":
        return total([(1.0, used), *((-1.0, x) for x in found)]) <= 0.0
    return total([(1.0, found[int(what.split()[1])]), (-1.0, used)]) <= 0.0


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the penalty of every missed soft limit: per kg and window, or per kg and year for what is held or built."""
    for r in groups.own_rules(net, "Limits"):
        if r.hardness == "Soft":
            for w, ts in limit_windows(net, r):
                years = net.timeline.periods[ts[-1]].years if r.measure in _EVERY_PERIOD else 1.0
                for item in limited_items(net, r):
                    yield Cost(
                        "Penalties", ts[-1], kusd_to_musd(r.penalty) * years, m.slack["Limits", r.row_id, item, w]
                    )


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a limit may be loosened."""
    r, item, w, what = idx
    if what != "limit":
        return None
    row = _rows(net)[r]
    ts = dict(limit_windows(net, row))[w]
    unit = {"Spend": "MUSD", "Number Used": row.counts.lower(), "Capacity": "t/y"}.get(row.measure, "t")
    return Relaxation(
        f"limit {row.limit} on {item} in {w}", unit, 1.0, (("Limits", r, None, net.timeline.periods[ts[-1]].label),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every limit that is broken, after what the plan says it is missed by."""
    soft: set[tuple[str, str, str]] = set()
    for r in ledger.own_rules("Limits"):
        values, factor = ledger.case.across("Limits", r), ledger.timeline.amount_factor
        for w, ts in _spans(ledger, r):
            numbers = values[list(ts)]
            bound = float(numbers.min() if r.limit_type == "Max" else numbers.max())
            if r.measure in SUMMED:
                bound = float(numbers @ factor[list(ts)])
            for item, reached in reached_by(ledger, r, ts).items():
                slack = ledger.slack("Limits", r, item, w)
                soft |= {(r.limit, item, w)} if r.hardness == "Soft" else set()
                if r.limit_type in ("Max", "Fixed"):
                    yield from at_most("limits", reached - slack, bound, "limit {} on {} in {}", r.limit, item, w)
                if r.limit_type in ("Min", "Fixed"):
                    yield from at_least("limits", reached + slack, bound, "limit {} on {} in {}", r.limit, item, w)
    yield from ledger.stray(
        "limits", "Limits", soft, {rule for table, rule, _, _ in ledger.missed if table == "Limits"}
    )


def _spans(ledger: Ledger, row: Row) -> list[tuple[str, tuple[int, ...]]]:
    """Return the spans over which a limit is taken: what is built or held is looked at in every period."""
    windows = ledger.windows("Limits", row)
    if row.measure in ("Capacity", "Stock"):
        return [(ledger.period(t), (t,)) for _, ts in windows for t in ts]
    return windows


def reached_by(ledger: Ledger, r: Row, ts: tuple[int, ...]) -> dict[str, float]:
    """Return item → what a limit limits, in its own unit: what is bought, spent, used, built by then, or held then."""
    if r.measure == "Capacity":
        running = {c.project for c in ledger.running}
        each = {
            p.project: 0.0
            for p in ledger.projects.values()
            if r.project in (None, p.project) and r.site in (None, p.site) and p.project not in running
        }
        for p, t, size in ledger.rows["builds"]:
            if p in each and t <= ts[-1]:
                each[p] += size * (ledger.projects[p].output_share if r.size_is == "Our Share" else 1.0)
    elif r.measure == "Stock":
        each = {
            f"{g} at {i}": _held_for(ledger, r.end_use, i, g, ts[-1])
            for i, g in ledger.stockpiles
            if r.site in (None, i) and r.material in (None, g)
        }
    elif r.measure == "Number Used":
        each = number_used.reached(ledger, r, ts)
    elif r.measure in emissions.MEASURES:
        each = emissions.reached(ledger, r, ts)
    else:
        each = {k: _bought(ledger, r.measure, k, ts) for k in ledger.limited_offers(r)}
    return {"all": sum(each.values())} if r.applies == "Sum" else each


def _held_for(ledger: Ledger, end_use: str, site: str, material: str, t: int) -> float:
    """Return the stock at the end of a period that may be put to an end use."""
    lots = ledger.lots_held.get((site, material, t), [])
    able = {use for use in ledger.memory.uses(material) if use[0] == end_use}
    return sum(q for n, q in lots if end_use == ANY or able & ledger.lots[n].right)


def _bought(ledger: Ledger, measure: str, k: str, ts: tuple[int, ...]) -> float:
    if measure == "Spend":
        return sum(1e-3 * price * tonnes for offer, t, price, tonnes in ledger.bought_at if offer == k and t in ts)
    return sum(ledger.bought.get((k, t), 0.0) for t in ts)


FAMILY = Family("limits", index, rule, check, costs=costs, relax=relax)
