"""share_cap: a share of what is needed, not of what is delivered, may come from somewhere, or must.

Max:    Σ content · deliver[d,l,t] with flag of l ≤ Σ_t limit[t] · demand[t] + slack
Min:    Σ content · deliver[d,l,t] without the flag ≥ Σ_t limit[t] · demand[t] − slack
Fixed:  both

over the demand rows and the window that the rule names. The base is demand as data: going short does not improve a share.
A rule may name an element: then material counts by its content, and not at all below de minimis. The flag is that of the
period: an exemption that has ended no longer keeps a lot clean. For a Domestic Share it is that of the market's own country.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.network.predicates import Counted
from model.rules import groups
from model.rules.attribution import counted_in
from model.rules.comparison import at_least, at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, impossible, kusd_to_musd, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (rule, material / who, window, "most" or "least"); a Fixed share is both."""
    return [
        (r.row_id, item, window, end)
        for r in rules(net)
        for item in groups.rule_items(net, r)
        for window, _ in groups.rule_windows(net, "De-risking Rules", r)
        for end in _ENDS[r.limit_type]
    ]


_ENDS = {"Max": ("most",), "Min": ("least",), "Fixed": ("most", "least")}


def rules(net: Network) -> list[Row]:
    """Return the share rules of the case."""
    return [r for r in groups.own_rules(net, "De-risking Rules") if r.metric != "Sources"]


@once_per_network
def _items(net: Network) -> dict[tuple[int, str], tuple[str, Counted]]:
    """Return (rule, item) → (material, who is counted by which flag)."""
    return {
        (r.row_id, f"{g} / {c.who}"): (g, c)
        for r in rules(net)
        for g in groups.rule_materials(net, r)
        for c in net.counts[r.row_id]
    }


@once_per_network
def _counted(net: Network, m: Model) -> dict[tuple[int, str, int], list[tuple[float, Any]]]:
    """Return what counts for a rule, by (rule, item, period), as terms: content and what is delivered."""
    out: dict[tuple[int, str, int], list[tuple[float, Any]]] = {}
    for row in rules(net):
        # For a Min the flag says that a lot is not from there: what counts is what lacks it.
        counted = row.limit_type != "Min"
        lots, book = counted_in(m, net, row.row_id)
        for item, t in product(groups.rule_items(net, row), net.periods):
            material, who = _items(net)[row.row_id, item]
            out[row.row_id, item, t] = [
                (weight, v)
                for d, _, weight in groups.rule_needs(net, row, material, (t,))
                for n, v in groups.delivered(lots, book)[d, t]
                if (who.flag(groups.market_use(net, d)[1], t) in lots.labels[n].flags) == counted
            ]
    return out


def base(net: Network, rule: Row, name: str, ts: tuple[int, ...], weighted: bool) -> float:
    """Return the demand that a rule's share refers to in a window (t), each period times its limit if `weighted`."""
    limit = net.case.across("De-risking Rules", rule)
    return float(
        sum(
            (limit[t] if weighted else 1.0) * weight * net.case.amounts("Demand", net.demand[d])[t]
            for d, t, weight in groups.rule_needs(net, rule, name, ts)
        )
    )


def rule(m: Model, net: Network, s: int, item: str, window: str, end: str) -> Any:
    """Return one end of one share of one rule in one window."""
    row = next(r for r in rules(net) if r.row_id == s)
    material, _ = _items(net)[s, item]
    ts = dict(groups.rule_windows(net, "De-risking Rules", row))[window]
    terms = [term for t in ts for term in _counted(net, m)[s, item, t]]
    limit = base(net, row, material, ts, weighted=True)
    slack = [(1.0, m.slack["De-risking Rules", s, item, window])] if row.hardness == "Soft" else []
    if end == "most":
        return total([*terms, *((-c, v) for c, v in slack)]) <= limit if terms else None
    if limit <= 0:
        return None
    return total([*terms, *slack]) >= limit if terms or slack else impossible(m)


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the penalty of every missed soft rule on shares or sources, in the last period of its window."""
    for r in groups.derisking_rules(net):
        if r.hardness != "Soft":
            continue
        for window, ts in groups.rule_windows(net, "De-risking Rules", r):
            for item in groups.rule_items(net, r):
                scale = base(net, r, item, ts, weighted=False) * r.counts_from if r.metric == "Sources" else 1.0
                yield Cost(
                    "Penalties",
                    ts[-1],
                    kusd_to_musd(r.penalty) * scale,
                    m.slack["De-risking Rules", r.row_id, item, window],
                )


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a rule may be loosened."""
    s, item, window, _ = idx
    row = next(r for r in rules(net) if r.row_id == s)
    last = dict(groups.rule_windows(net, "De-risking Rules", row))[window][-1]
    return Relaxation(
        f"rule {row.rule} limits {item} in {window}",
        "t",
        1.0,
        (("De-risking Rules", s, None, net.timeline.periods[last].label),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every share of need that is too large or too small, after what the plan says it is missed by."""
    soft: set[tuple[str, str, str]] = set()
    for r in (r for r in ledger.own_rules("De-risking Rules") if r.metric != "Sources"):
        share = ledger.case.across("De-risking Rules", r)
        for g, (window, ts) in product(ledger.rule_materials(r), ledger.windows("De-risking Rules", r)):
            needs = list(ledger.needed(r, g, ts))
            limit = sum(float(share[t]) * need for _, t, need in needs)
            book = ledger.counting(r)
            for who, flag in ledger.about.counted_by[r.row_id]:
                item = f"{g} / {who}"
                # For a Min the flag says that a lot is not from there.
                got = sum(
                    ledger.about.content(g, key[1]) * q
                    for key, t, _ in needs
                    for n, q in book.lots_delivered.get((*key, t), ())
                    if (flag(ledger.use_of(ledger.demand[key])[1], t).text in book.lots[n].flags)
                    != (r.limit_type == "Min")
                )
                soft |= {(r.rule, item, window)} if r.hardness == "Soft" else set()
                slack = ledger.slack("De-risking Rules", r, item, window)
                if r.limit_type in ("Max", "Fixed"):
                    yield from at_most("share_cap", got - slack, limit, "rule {} on {} in {}", r.rule, item, window)
                if r.limit_type in ("Min", "Fixed"):
                    yield from at_least("share_cap", got + slack, limit, "rule {} on {} in {}", r.rule, item, window)
    sources = {r.rule for r in ledger.own_rules("De-risking Rules") if r.metric == "Sources"}
    yield from ledger.stray(
        "share_cap",
        "De-risking Rules",
        soft,
        {rule for table, rule, _, _ in ledger.missed if table == "De-risking Rules"} - sources,
    )


FAMILY = Family("share_cap", index, rule, check, costs=costs, relax=relax)
