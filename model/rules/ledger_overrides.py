"""What a plan does of what an override binds, from the plan's tables, for the audit and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from model.case.case import Row
from model.case.overrides import decision, lane_parts, meant
from model.rules.ledger import Ledger

_Done = Iterator[tuple[int, float]]  # (period, amount)
# Plan tables whose rows are a key, then a label and the like, the period and the amount: how long the key is.
_TONNES = {
    "Flow": ("flows", 3),
    "Run": ("runs", 2),
    "Stock": ("stocks", 2),
    "Delivery": ("deliveries", 2),
    "Shortage": ("shortages", 2),
    "Substitution": ("substitutions", 3),
    "Sale": ("sales", 3),
}
# Where the rest of a key may stand for several: its site of a run, else its material.
_ALSO = {"Run": 1, "Stock": 1, "Delivery": 1, "Shortage": 1, "Sale": 1}


def reached(ledger: Ledger, row: Row, ts: set[int]) -> float:
    """Return what the plan does of what an override binds, over some periods, from the plan's tables."""
    return float(sum(amount for t, amount in _done(ledger, row) if t in ts))


def _done(ledger: Ledger, row: Row) -> _Done:
    """Yield (period, amount) of everything in the plan that an override means."""
    what = decision(row)
    if what in _TONNES:
        table, length = _TONNES[what]
        for done in ledger.rows[table]:
            key = [str(part) for part in done[:length]]
            others = key[1:] if what == "Substitution" else [key[_ALSO[what]]] if what in _ALSO else []
            if meant(row, key, others):
                yield done[-2], done[-1]
    elif row.table == "Contracts":
        yield from _agreed(ledger, row)
    else:
        yield from _OTHERS[row.table, what](ledger, row)


def _agreed(ledger: Ledger, row: Row) -> _Done:
    rows, what = ledger.rows, decision(row)
    table = {"Sign": "contracts", "Renew": "renewals", "Leave": "notices", "Committed": "reservations"}[what]
    for c, t, *size in rows[table]:
        if meant(row, (c,), [ledger.offers[k].supplier for k in ledger.under(c)]):
            yield t, size[0] if size else 1.0


def _bought(ledger: Ledger, row: Row) -> _Done:
    names = {k: (o.supplier, o.material, ledger.place_of(o)) for k, o in ledger.offers.items()}
    if decision(row) == "Order":
        yield from ((t, 1.0) for k, t in ledger.rows["orders"] if meant(row, (k,), names[k]))
    else:
        yield from ((t, q) for k, _, t, q in ledger.rows["purchases"] if meant(row, (k,), names[k]))


def _left(ledger: Ledger, row: Row) -> _Done:
    named = {c: (r.supplier, r.material) for c, r in ledger.commitments.items()}
    yield from ((t, 1.0) for c, t in ledger.rows["departures"] if meant(row, (c,), named[c]))


def _qualified(ledger: Ledger, row: Row) -> _Done:
    named = {q: (r.site, r.supplier) for q, r in ledger.qualifications.items()}
    yield from ((t, 1.0) for q, t in ledger.rows["qualifications"] if meant(row, (q,), named[q]))


def _used(ledger: Ledger, row: Row) -> _Done:
    yield from ((t, 1.0) for key, t in ledger.rows["lane_uses"] if meant(row, lane_parts(key)))


def _built(ledger: Ledger, row: Row) -> _Done:
    named = {p for p, r in ledger.projects.items() if meant(row, (p,), (r.site, r.exclusive_group))}
    found: dict[str, list[tuple[str, int, float]]] = {
        "Size": list(ledger.rows["builds"]),
        "Start": [(p, t, 1.0) for p, t in ledger.started.items()],
        "Permit": [(p, t, 1.0) for p, t in ledger.rows["permits"]],
    }
    yield from ((t, x) for p, t, x in found[decision(row)] if p in named)


def _opened(ledger: Ledger, row: Row) -> _Done:
    yield from ((t, 1.0) for i, t in ledger.rows["open_sites"] if meant(row, (i,)))


def _adopted(ledger: Ledger, row: Row) -> _Done:
    yield from ((t, 1.0) for *key, t in ledger.rows["adoptions"] if meant(row, key, key[1:]))


def _recycled(ledger: Ledger, row: Row) -> _Done:
    named = {k: (r.site, r.material) for k, r in ledger.recycling.items()}
    yield from ((t, q) for k, _, t, q in ledger.rows["recycled"] if meant(row, (k,), named[k]))


def _disposed(ledger: Ledger, row: Row) -> _Done:
    yield from ((t, q) for i, g, _, t, q in ledger.rows["disposals"] if meant(row, (g,), (i,)))


_OTHERS: dict[tuple[str, str], Callable[[Ledger, Any], _Done]] = {
    ("Offers", "Purchase"): _bought,
    ("Offers", "Order"): _bought,
    ("Commitments", "Leave"): _left,
    ("Qualifications", "Qualify"): _qualified,
    ("Lanes", "Use"): _used,
    ("Projects", "Size"): _built,
    ("Projects", "Start"): _built,
    ("Projects", "Permit"): _built,
    ("Sites", "Open"): _opened,
    ("Substitutions", "Adopt"): _adopted,
    ("Recycling", "Recycled"): _recycled,
    ("Materials", "Disposal"): _disposed,
}
