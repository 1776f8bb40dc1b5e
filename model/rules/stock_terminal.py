"""stock_terminal: what must be, or may be, left at the end, so that the plan does not live off its stock.

Σ_l stock[i,g,l,T] ≥ / ≤ / = closing stock      by the row's rule, or ≥ opening stock by Setting Terminal Rule
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.network.network import Network
from model.rules.comparison import at_least, at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, impossible, total
from model.rules.ledger import Ledger
from model.rules.stock_limits import held


def index(net: Network) -> list[Index]:
    """Return (place, material) of stockpiles with a closing rule."""
    return [(i, g) for i, g in sorted(net.stock_rows) if closing(net, i, g) is not None]


def closing(net: Network, i: str, g: str) -> tuple[str, float] | None:
    """Return (Min, Max or Fixed; t) of a stockpile's closing rule, or None."""
    row = net.stock_rows[i, g]
    if row.closing_rule is None:
        keep = net.case.settings["terminal_rule"] == "Keep Opening Stock" and row.opening_stock > 0
        return ("Min", float(row.opening_stock)) if keep else None
    return None if row.closing_rule == "None" else (str(row.closing_rule), float(row.closing_stock or 0.0))


def rule(m: Model, net: Network, i: str, g: str) -> Any:
    """Return the closing rule of one stockpile."""
    found = closing(net, i, g)
    assert found is not None
    kind, amount = found
    terms = [(1.0, v) for _, v in held(net, m)[i, g, len(net.timeline) - 1]]
    if not terms:
        return impossible(m) if kind != "Max" and amount > 0 else None
    return (
        total(terms) >= amount if kind == "Min" else total(terms) <= amount if kind == "Max" else total(terms) == amount
    )


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a closing rule may be loosened."""
    i, g = idx
    return Relaxation(
        f"the closing stock of {g} at {i} is ruled",
        "t",
        1.0,
        (("Stockpiles", net.stock_rows[i, g].row_id, "closing_stock", None),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every stock that is not left at the end as its rule, or Setting Terminal Rule, asks."""
    keep = ledger.case.settings["terminal_rule"] == "Keep Opening Stock"
    for (i, g), row in ledger.stockpiles.items():
        left = ledger.held.get((i, g, len(ledger.timeline) - 1), 0.0)
        rule_ = row.closing_rule or ("Keep" if keep else "None")
        asked = row.opening_stock if rule_ == "Keep" else row.closing_stock or 0.0
        if rule_ in ("Keep", "Min", "Fixed"):
            yield from at_least("stock_terminal", left, asked, "{} left at {}", g, i)
        if rule_ in ("Max", "Fixed"):
            yield from at_most("stock_terminal", left, asked, "{} left at {}", g, i)


FAMILY = Family("stock_terminal", index, rule, check, relax=relax)
