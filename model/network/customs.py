"""What a tonne is worth at a border: the price that was paid for it where only one can have been, else its reference value.

A place has one price for a material if all that can be there was bought at it: every way to the place, over lanes and through
other places, starts at offers without steps, and at commitments, that have the same price. What a recipe makes, comes back or lay
in stock at the start has no such price, and a commitment of which nothing is still to be paid has none that is known. Where it
may be sent on in a later period than it was bought in, because it is held or under way, the price must also be the same in all
periods. The same holds in As Is, so that both plans pay the same duty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from model.case.case import Case, Row
from model.case.places import supplier_place
from model.case.prices import price_of
from model.case.timeline import Vector
from model.network.lanes import Node, made_nodes
from model.network.network import Network
from model.network.parts import looks_at, once_per_network

PRICE = "Price Where Known"  # Charged On of a tariff


@dataclass
class _There:
    """What may be at a place of a material: what was bought, and whether something else or from another period is among it."""

    bought: set[int] = field(default_factory=set)
    unpriced: bool = False
    late: bool = False

    def add(self, other: _There, late: bool) -> bool:
        """Add what may come from another place; return whether anything is new."""
        before = len(self.bought), self.unpriced, self.late
        self.bought |= other.bought
        self.unpriced |= other.unpriced
        self.late |= (late or other.late) and (other.unpriced or bool(other.bought))
        return before != (len(self.bought), self.unpriced, self.late)


def without_price(case: Case) -> Iterator[Node]:
    """Yield the (place, material) pairs at which something enters that was not bought in the plan or before it."""
    yield from made_nodes(case)
    yield from ((r.site, r.material) for r in case.rows("Recycling"))
    yield from ((r.site, r.material) for r in case.rows("Stockpiles") if r.opening_stock > 0)


def _bought(case: Case) -> list[Row]:
    """Return what is bought or signed: offers, then commitments of material."""
    return [*case.rows("Offers"), *(r for r in case.rows("Commitments") if r.material)]


@once_per_network
@looks_at()
def where_from(net: Network) -> Mapping[Node, _There]:
    """Return what may be at each place of each material."""
    case = net.case
    stepped = {r.offer for r in case.rows("Price Tiers")}
    there: dict[Node, _There] = defaultdict(_There)
    for k, row in enumerate(_bought(case)):
        at = there[supplier_place(row), row.material]
        at.add(_There({k}, getattr(row, "offer", None) in stepped), getattr(row, "lead_time", 0.0) > 0)
    for node in without_price(case):
        there[node].unpriced = True
    for r in case.rows("Stockpiles"):
        there[r.site, r.material].late = True
    onward: dict[Node, list[tuple[str, bool]]] = defaultdict(list)
    for (i, j, g), match in net.matches.items():
        onward[i, g].append((j, match.row is not None and match.row.lead_time > 0))
    changed = list(there)
    while changed:
        i, g = changed.pop()
        changed += [(j, g) for j, late in onward[i, g] if there[j, g].add(there[i, g], late)]
    return there


@once_per_network
@looks_at("Offers", "Commitments")
def prices_paid(net: Network) -> Mapping[Node, Vector]:
    """Return (place, material) → the one price (USD/kg) paid for what can be there, by period, shape (T,)."""
    prices = [_price(net.case, row) for row in _bought(net.case)]
    found = {
        node: _the_one([prices[k] for k in sorted(t.bought)], t.late)
        for node, t in where_from(net).items()
        if not t.unpriced
    }
    return {node: price for node, price in found.items() if price is not None}


def _price(case: Case, row: Row) -> Vector | None:
    """Return what is paid for an offer or commitment; None where nothing is still to be paid of it, so that it is not known."""
    price = price_of(case, row)
    return price if hasattr(row, "offer") or bool((price > 0).all()) else None


def _the_one(prices: list[Vector | None], late: bool) -> Vector | None:
    """Return the price that all have in common; with `late` also over time."""
    if not prices or prices[0] is None:
        return None
    first = prices[0]
    same = all(p is not None and _equal(p, first) for p in prices)
    return first if same and not (late and not _equal(first, first[0])) else None


def _equal(price: Vector, other: Vector | float) -> bool:
    """Return whether two prices are the same but for rounding; numpy's own way takes ten times as long."""
    return bool((np.abs(price - other) <= 1e-9 * np.abs(other)).all())


def value_at(net: Network, tariff: Row, place: str, material: str) -> tuple[Vector, bool]:
    """Return the value (USD/kg) on which a tariff charges what leaves a place, shape (T,), and whether it is the price paid."""
    paid = prices_paid(net).get((place, material)) if tariff.charged_on == PRICE else None
    if paid is not None:
        return paid, True
    return np.nan_to_num(net.case.by_period(net.material[material].reference_value)), False
