"""source_count: at least, at most or exactly so many sources, by what is bought, or by who performed a stage.

Min, Fixed:  counts from · base · counted[σ] ≤ Σ bought from σ in the window      Σ_σ counted[σ] ≥ limit − slack
Max, Fixed:  Σ bought from σ in the window ≤ most · counted[σ]                    Σ_σ counted[σ] ≤ limit + slack

The base is the window's demand for the material. A token order is no source for a Min; any order is one for a Max. A rule on
an element counts purchases and demand by content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.comparison import at_least, at_most, counts
from model.rules.family import Family, Index, Model, Relaxation, Violation, impossible, total
from model.rules.ledger import Ledger
from model.rules.ledger_sources import by_stage, traced
from model.rules.offer_limits import bought
from model.rules.share_cap import base


def index(net: Network) -> list[Index]:
    """Return (rule, material, window, source, "least" or "most"), and one row per rule and window with source ""."""
    out: list[Index] = []
    for r, g, window, source in groups.counted_sources(net):
        kind = _rules(net)[r].limit_type
        out += [(r, g, window, source, end) for end in ("least", "most") if end == _END[kind] or kind == "Fixed"]
    for rule in _rules(net).values():
        ends = ("least", "most") if rule.limit_type == "Fixed" else (_END[rule.limit_type],)
        out += [(rule.row_id, g, window, "", end) for g, window, _ in groups.source_windows(net, rule) for end in ends]
    return out


_END = {"Min": "least", "Max": "most", "Fixed": "both"}


@once_per_network
def _rules(net: Network) -> dict[int, Row]:
    return {r.row_id: r for r in groups.derisking_rules(net) if r.metric == "Sources"}


def limit(net: Network, rule: Row, ts: tuple[int, ...]) -> float:
    """Return the number of sources of a window: the strictest of its periods."""
    values = net.case.across("De-risking Rules", rule)[list(ts)]
    return float(values.min() if rule.limit_type == "Max" else values.max())


def _bought_from(
    m: Model, net: Network, rule: Row, material: str, source: str, ts: tuple[int, ...]
) -> list[tuple[float, Any]]:
    terms = [
        (net.contents.of(material, o.node[1]), v)
        for k, o in enumerate(net.offers)
        if net.contents.of(material, o.node[1]) > 0 and groups.source_name(net, rule, o.row) == source
        for t in ts
        for _, v in bought(m, net, k, t)
    ]
    return terms + [
        (net.contents.of(material, c.node[1]), m.committed[k, n, t])
        for k, c in enumerate(net.commitments)
        if net.contents.of(material, c.node[1]) > 0 and groups.source_name(net, rule, c.row) == source
        for n, _ in c.labels
        for t in ts
    ]


def rule(m: Model, net: Network, r: int, g: str, window: str, source: str, end: str) -> Any:
    """Return one row of one rule."""
    row = _rules(net)[r]
    ts = dict(groups.rule_windows(net, "De-risking Rules", row))[window]
    if source and row.stage != "Any Stage":
        return _of_stage(m, net, row, g, window, ts, source, end)
    if source:
        counted = m.counted[r, g, window, source]
        terms = _bought_from(m, net, row, g, source, ts)
        if end == "least":
            return total([*terms, (-row.counts_from * base(net, row, g, ts, weighted=False), counted)]) >= 0.0
        most = sum(
            net.contents.of(g, o.node[1]) * groups.most(net, o.row, t)
            for o in net.offers
            if groups.source_name(net, row, o.row) == source
            for t in ts
        )
        most += sum(
            net.contents.of(g, c.node[1]) * float(net.case.amounts("Commitments", c.row)[t])
            for c in net.commitments
            if groups.source_name(net, row, c.row) == source
            for t in ts
        )
        return total([*terms, (-most, counted)]) <= 0.0 if terms else None
    counts = [(1.0, m.counted[x]) for x in groups.counted_sources(net) if x[:3] == (r, g, window)]
    slack = [(1.0, m.slack["De-risking Rules", r, g, window])] if row.hardness == "Soft" else []
    number = limit(net, row, ts)
    if end == "least":
        return _at_least(m, [*counts, *slack], number)
    return total([*counts, *((-c, v) for c, v in slack)]) <= number if counts else None


def _of_stage(m: Model, net: Network, row: Row, g: str, window: str, ts: tuple[int, ...], source: str, end: str) -> Any:
    """Return the row of one source of a stage."""
    told, counted = groups.sources_of(net, row, g), m.counted[row.row_id, g, window, source]
    flag = told.text(source)

    def counts(n: int) -> bool:
        of = told.of(net.labels[n])
        return flag in of and (end == "most" or len(of) == 1)

    terms = [
        (weight, v)
        for d, t, weight in groups.rule_needs(net, row, g, ts)
        for n, v in groups.delivered(net, m)[d, t]
        if counts(n)
    ]
    need = base(net, row, g, ts, weighted=False)
    if end == "least":
        return total([*terms, (-row.counts_from * need, counted)]) >= 0.0
    return total([*terms, (-need, counted)]) <= 0.0 if terms else None


def _at_least(m: Model, terms: list[tuple[float, Any]], number: float) -> Any:
    if not terms:
        return impossible(m) if number > 0 else None
    return total(terms) >= number


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a rule on sources may be loosened."""
    r, g, window, source, _ = idx
    if source:
        return None
    row = _rules(net)[r]
    return Relaxation(
        f"rule {row.rule} asks for a number of sources of {g} in {window}",
        "sources",
        1.0,
        (("De-risking Rules", r, None, window),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every number of sources that is too large or too small, and sources that are counted wrongly."""
    said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for name, g, window, source in ledger.rows["counted_sources"]:
        said[name, g, window].add(source)
    soft: set[tuple[str, str, str]] = set()
    ours = [r for r in ledger.own_rules("De-risking Rules") if r.metric == "Sources"]
    for r in ours:
        numbers = ledger.case.across("De-risking Rules", r)
        for g, window, ts, tonnes in traced(ledger, r) if by_stage(r) else _purchased(ledger, r):
            soft |= {(r.rule, g, window)} if r.hardness == "Soft" else set()
            slack = ledger.slack("De-risking Rules", r, g, window)
            listed = said.pop((r.rule, g, window), set())
            limit = float(numbers[list(ts)].min() if r.limit_type == "Max" else numbers[list(ts)].max())
            words = (r.rule, g, window)
            if r.limit_type != "Max":
                least = r.counts_from * sum(need for _, _, need in ledger.needed(r, g, ts))
                for source in sorted(listed):
                    yield from at_least(
                        "source_count", tonnes.get(source, 0.0), least, "rule {} on {} in {} counts {}", *words, source
                    )
                yield from at_least(
                    "source_count", len(listed) + slack, limit, "sources by rule {} of {} in {}", *words
                )
            if r.limit_type != "Min":
                for source in sorted(s for s, q in tonnes.items() if counts(q) and s not in listed):
                    yield Violation(
                        "source_count", f"rule {r.rule} on {g} in {window} does not count {source}", tonnes[source]
                    )
                yield from at_most("source_count", len(listed) - slack, limit, "sources by rule {} of {} in {}", *words)
    for (name, g, window), sources in said.items():
        yield Violation(
            "source_count",
            f"sources are counted for {name}, {g}, {window}, which no rule asks for",
            float(len(sources)),
        )
    yield from ledger.stray("source_count", "De-risking Rules", soft, {r.rule for r in ours})


def _purchased(ledger: Ledger, rule: Row) -> Iterator[tuple[str, str, tuple[int, ...], dict[str, float]]]:
    """Yield (material or element, window, periods, t by source) of what is bought."""
    for g, (window, ts) in product(ledger.rule_materials(rule), ledger.windows("De-risking Rules", rule)):
        yield g, window, ts, _tonnes(ledger, rule, g, ts)


def _tonnes(ledger: Ledger, rule: Row, material: str, ts: tuple[int, ...]) -> dict[str, float]:
    """Return source → tonnes of a material or element bought from it or committed in some periods."""
    out: dict[str, float] = defaultdict(float)
    for amounts, rows in ((ledger.bought, ledger.offers), (ledger.taken, ledger.commitments)):
        for (name, t), q in amounts.items():
            row = rows[name]
            content = ledger.about.content(material, row.material)
            if content > 0 and t in ts:
                place = ledger.place_of(row)
                out[{"Supplier": row.supplier, "Site": place, "Country": ledger.country[place]}[rule.source_is]] += (
                    content * q
                )
    return out


FAMILY = Family("source_count", index, rule, check, relax=relax)
