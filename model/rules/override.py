"""override: what the planner has settled, whatever the plan would have decided by itself.

Tonnes, capacity:   Σ over the rows meant and the periods of the window                               ≤ / ≥ / = value
Yes or no:          Σ of the decisions meant that are taken in the window: signed, left, started …      ≤ / ≥ / = value
Stock, Open, Use:   Σ over the rows meant, in each period of the window                              ≤ / ≥ / = value

Tonnes are of the whole window, not a rate; a quantity decided at signing is a rate, in the period of signing. An override binds
the plan and not As Is. What only follows from other decisions can not be settled: which tonnes are within a quota or a step of a
price, what is credited, what covers for whom, which sources count, what is granted. Flows settle the one source of a market, runs
what is on at a line, sizes the modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.overrides import IN_EACH_PERIOD, UNITS, decision, periods_of
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_least, at_most
from model.rules.family import Family, Index, Model, Relaxation, Violation, impossible, total
from model.rules.ledger import Ledger
from model.rules.ledger_overrides import reached
from model.rules.override_terms import terms_of


@once_per_network
def _rows(net: Network) -> dict[int, Row]:
    return {} if net.scope.as_is else {r.row_id: r for r in net.case.rows("Overrides")}


@once_per_network
def spans(net: Network, r: int) -> tuple[tuple[int, ...], ...]:
    """Return the sets of periods over which an override is taken: all of its window, or each period by itself."""
    row = _rows(net)[r]
    ts = periods_of(net.timeline, row) or ()
    return tuple((t,) for t in ts) if decision(row) in IN_EACH_PERIOD else (ts,)


def index(net: Network) -> list[Index]:
    """Return (override, last period of the span)."""
    return [(r, ts[-1]) for r in _rows(net) for ts in spans(net, r) if ts]


def rule(m: Model, net: Network, r: int, last: int) -> Any:
    """Return one override over one span."""
    row = _rows(net)[r]
    ts = next(span for span in spans(net, r) if span[-1] == last)
    terms = terms_of(m, net, row, set(ts))
    bound = float(row.value)
    if not terms:
        settled = bound <= 0 if row.limit_type == "Min" else bound >= 0 if row.limit_type == "Max" else bound == 0
        return None if settled else impossible(m)
    left = total(terms)
    return left >= bound if row.limit_type == "Min" else left <= bound if row.limit_type == "Max" else left == bound


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how an override may be loosened."""
    row = _rows(net)[idx[0]]
    what = decision(row)
    unit = UNITS.get(what, "t")
    return Relaxation(
        f"override {row.override} on {what} of {row.row}", unit, 1.0, (("Overrides", idx[0], "value", None),)
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every override that the plan does not keep."""
    for row in [] if ledger.as_is else ledger.case.rows("Overrides"):
        ts = periods_of(ledger.timeline, row) or ()
        for span in [(t,) for t in ts] if decision(row) in IN_EACH_PERIOD else [ts]:
            got = reached(ledger, row, set(span))
            words = ("override", got, float(row.value), "override {} in {}", row.override, ledger.period(span[-1]))
            if row.limit_type in ("Max", "Fixed"):
                yield from at_most(*words)
            if row.limit_type in ("Min", "Fixed"):
                yield from at_least(*words)


FAMILY = Family("override", index, rule, check, relax=relax)
