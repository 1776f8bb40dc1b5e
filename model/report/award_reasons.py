"""Why a bid is awarded, or awarded in part, or not.

It is read off prices, limits and rules: an indication, not a proof, since no shadow price stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.places import supplier_place
from model.report.award_sources import Source, sources_of
from model.report.rulebook import rules_table
from model.report.shape import records
from model.report.sourcing import stages_of
from model.report.view import View
from model.report.words import NOTICEABLE, listed, tonnes
from model.schema.tables.common import ANY, LAST_EXPORTER

_CENT = 0.005  # USD/kg


def reason(view: View, row: Row) -> str:
    """Return in words why an offer gets what it gets."""
    mine = view.once(sources_of)[row.offer]
    if mine.bought > NOTICEABLE:
        return "; ".join(_taken(view, row, mine))
    if mine.available is not None and mine.available <= NOTICEABLE:
        return "nothing can be ordered in time"
    return (
        "; ".join(_reasons(view, row, mine)) or "no single reason: freight, duties, lead time and order costs together"
    )


def _taken(view: View, row: Row, mine: Source) -> Iterator[str]:
    """Yield how much of a bid is taken, what keeps it from more, and why it is taken though others are cheaper."""
    whole = _all_taken(mine)
    lowest = _cheaper(view, row, mine) == []
    part = "" if mine.available is None else " in part"
    yield ("awarded: all that is offered" if whole else f"awarded{part}") + (", the lowest bid" if lowest else "")
    if not whole:
        yield from _rules(view, row)
    for other in _cheaper(view, row, mine):
        yield from _why_not_the_cheaper(view, other)


def _why_not_the_cheaper(view: View, other: Row) -> Iterator[str]:
    theirs = view.once(sources_of)[other.offer]
    why = "all of it is taken" if _all_taken(theirs) else listed(list(_held(view, other, theirs)), 2)
    if why:
        yield f"{other.supplier} is cheaper: {why}"


def _held(view: View, row: Row, source: Source) -> Iterator[str]:
    """Yield what keeps a cheaper bid from more, apart from its price."""
    if source.bought <= NOTICEABLE:
        yield from _minimum(view, row)
        yield from _unqualified(view, row)
    yield from _rules(view, row)


def _all_taken(source: Source) -> bool:
    return source.available is not None and source.bought > source.available * (1 - 1e-6)


def _cheaper(view: View, row: Row, mine: Source) -> list[Row]:
    """Return the bids for the same material under the same request that ask for less, the cheapest first."""
    known = view.once(sources_of)
    rivals = [
        (known[r.offer].price, r) for r in view.case.rows("Offers") if (r.rfq, r.material) == (row.rfq, row.material)
    ]
    less = [(p, r) for p, r in rivals if p is not None and mine.price is not None and p < mine.price - _CENT]
    return [r for _, r in sorted(less, key=lambda x: (x[0], x[1].offer))]


def _reasons(view: View, row: Row, mine: Source) -> Iterator[str]:
    bought = [
        s for n, s in view.once(sources_of).items() if n in view.offers and view.offers[n].material == row.material
    ]
    prices = [s.price for s in bought if s.bought > NOTICEABLE and s.price is not None]
    if not prices:
        yield f"no {row.material} is bought on offer"
    elif mine.price is not None and mine.price > max(prices):
        yield f"dearer than what is bought, at most {max(prices):,.2f} USD/kg"
    elif mine.price is not None and mine.price > min(prices):
        yield f"dearer than the cheapest that is bought, {min(prices):,.2f} USD/kg"
    yield from _minimum(view, row)
    if row.end_uses_allowed != ANY:
        yield f"for {row.end_uses_allowed.lower()} use only"
    yield from _unqualified(view, row)
    yield from _rules(view, row)


def _minimum(view: View, row: Row) -> Iterator[str]:
    """Yield the minimum order where no period takes as much."""
    most = max((t for (o, _), t in _by_period(view).items() if view.offers[o].material == row.material), default=0.0)
    if row.minimum_order > most + NOTICEABLE:
        yield f"minimum order of {tonnes(row.minimum_order)}"


def _unqualified(view: View, row: Row) -> Iterator[str]:
    """Yield what the supplier lacks to deliver the material: a qualification that the plan does not start."""
    started = {name for name, _ in view.rows("qualifications")}
    for q in view.case.rows("Qualifications"):
        waits = q.supplier == row.supplier and q.state == "Not Qualified" and q.qualification not in started
        if waits and (q.material in (ANY, row.material) or view.net.contents.of(q.material, row.material) > 0):
            yield f"not qualified ({q.qualification})"


def _by_period(view: View) -> dict[tuple[Any, ...], float]:
    return view.sums("purchases", "offer", "period")


def _rules(view: View, row: Row) -> Iterator[str]:
    """Yield, in one phrase, the rules that bind and count what an offer is, and where and by whom it is made."""
    binding = {(r.rule, str(r.item)) for r in records(rules_table(view)) if r.binding == "Yes"}
    named = {r.rule: r for r in view.case.rows("De-risking Rules")}
    hit = sorted({rule for rule, item in binding if rule in named and _counts(view, named[rule], item, row)})
    if hit:
        names = listed([f"“{name}”" for name in hit])
        yield f"rule {names} is at its limit" if len(hit) == 1 else f"rules {names} are at their limits"


def _counts(view: View, rule: Row, item: str, row: Row) -> bool:
    """Return whether a rule counts an offer: by its supplier, or by the country of the rule's stage, in what it goes into."""
    if rule.limit_type == "Min" or (rule.material is not None and rule.material not in _becomes(view, row)):
        return False
    if rule.metric == "Supplier Share":
        return row.supplier == rule.who or item.endswith(f"/ {row.supplier}")
    stages = stages_of(view, row)
    if rule.stage == LAST_EXPORTER:
        where = {view.country_of(supplier_place(row))}
    else:
        where = {c for stage, c in stages.items() if rule.stage in (stage, "Any Stage")}
    return bool(rule.who and where & view.net.places.countries_of(rule.who))


def _becomes(view: View, row: Row) -> set[str]:
    """Return the materials that what an offer sells can become, itself included."""
    at = supplier_place(row)
    starts = {(at, row.material, n) for n in view.net.node_labels.get((at, row.material), ())}
    found = {g for _, g, _ in view.reached(starts, used_only=False)} | {row.material}
    return found | {e for g in found for e in view.net.contents.elements if view.net.contents.of(e, g) > 0}
