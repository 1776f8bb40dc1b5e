"""override: what the planner has settled, whatever the plan would have decided by itself.

Purchase, Flow, Run, Delivery, Size:  Σ over the rows meant and the periods of the window            ≤ / ≥ / = value
Stock, Open:                          Σ over the rows meant, in each period of the window            ≤ / ≥ / = value
Start:                                Σ of the projects meant whose construction starts in the window  ≤ / ≥ / = value

Tonnes are of the whole window, not a rate. An override binds the plan and not As Is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.overrides import IN_EACH_PERIOD, decision, meant, periods_of
from model.case.places import supplier_place
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.family import Family, Index, Model, Relaxation, Violation, impossible, total
from model.rules.ledger import Ledger, at_least, at_most
from model.rules.site_status import decided


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
    terms = _TERMS[decision(row)](m, net, row, set(ts))
    bound = float(row.value) - sum(c for c, v in terms if v is None)
    terms = [(c, v) for c, v in terms if v is not None]
    if not terms:
        settled = bound <= 0 if row.limit_type == "Min" else bound >= 0 if row.limit_type == "Max" else bound == 0
        return None if settled else impossible(m)
    left = total(terms)
    return left >= bound if row.limit_type == "Min" else left <= bound if row.limit_type == "Max" else left == bound


Terms = list[tuple[float, Any]]  # a variable of None stands for what is settled already


def _purchase(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {
        k
        for k, o in enumerate(net.offers)
        if meant(row, (o.row.offer,), (o.row.supplier, o.row.material, supplier_place(o.row)))
    }
    return [(1.0, m.purchase[i]) for i in m.purchase if i[0] in chosen and i[-1] in ts]


def _flow(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {a.index for a in net.arcs if meant(row, (a.origin, a.destination, a.material))}
    return [(1.0, m.flow[i]) for i in m.flow if i[0] in chosen and i[-1] in ts]


def _run(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {o.index for o in net.operations if meant(row, (o.recipe.recipe, o.site), (o.site,))}
    return [(1.0, m.run[i]) for i in m.run if i[0] in chosen and i[-1] in ts]


def _project(net: Network, row: Row, name: str) -> bool:
    p = net.project_rows[name]
    return meant(row, (name,), (p.site, p.exclusive_group))


def _size(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return [(1.0, m.size[i]) for i in m.size if i[1] in ts and _project(net, row, i[0])]


def _start(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    out: Terms = []
    for p in (p for p, starts in groups.build_starts(net).items() if starts and _project(net, row, p)):
        out += [(1.0, m.build[p, max(ts)])] if (p, max(ts)) in m.build else []
        out += [(-1.0, m.build[p, min(ts) - 1])] if (p, min(ts) - 1) in m.build else []
    return out


def _open(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return [(1.0, m.open[i, t]) for i in decided(net) for t in ts if meant(row, (i,))]


def _stock(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return [(1.0, m.stock[i]) for i in m.stock if i[-1] in ts and meant(row, i[:2], i[1:2])]


def _delivery(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {d for d, r in enumerate(net.demand) if meant(row, (r.segment, r.material), (r.material,))}
    return [(1.0, m.deliver[i]) for i in m.deliver if i[0] in chosen and i[-1] in ts]


_TERMS = {
    "Purchase": _purchase,
    "Flow": _flow,
    "Run": _run,
    "Size": _size,
    "Start": _start,
    "Open": _open,
    "Stock": _stock,
    "Delivery": _delivery,
}


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how an override may be loosened."""
    row = _rows(net)[idx[0]]
    what = decision(row)
    unit = {"Size": "t/y", "Start": "projects", "Open": "sites"}.get(what, "t")
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


def reached(ledger: Ledger, row: Row, ts: set[int]) -> float:
    """Return what the plan does of what an override binds, over some periods, from the plan's tables."""
    return float(sum(amount for t, amount in _done(ledger, row) if t in ts))


def _done(ledger: Ledger, row: Row) -> Iterator[tuple[int, float]]:
    """Yield (period, amount) of everything in the plan that an override means."""
    rows, what = ledger.rows, decision(row)
    if what == "Purchase":
        offers = ledger.offers
        names = {k: (o.supplier, o.material, ledger.place_of(o)) for k, o in offers.items()}
        yield from ((t, q) for k, _, t, q in rows["purchases"] if meant(row, (k,), names[k]))
    elif what == "Flow":
        yield from ((t, q) for i, j, g, _, _, t, q in rows["flows"] if meant(row, (i, j, g)))
    elif what == "Run":
        yield from ((t, q) for r, i, _, _, t, q in rows["runs"] if meant(row, (r, i), (i,)))
    elif what == "Stock":
        yield from ((t, q) for i, g, _, t, q in rows["stocks"] if meant(row, (i, g), (g,)))
    elif what == "Delivery":
        yield from ((t, q) for s, g, _, t, q in rows["deliveries"] if meant(row, (s, g), (g,)))
    elif what == "Open":
        yield from ((t, 1.0) for i, t in rows["open_sites"] if meant(row, (i,)))
    else:
        named = {p for p, r in ledger.projects.items() if meant(row, (p,), (r.site, r.exclusive_group))}
        sizes = ((p, t, size) for p, t, size in rows["builds"])
        starts = ((p, t, 1.0) for p, t in ledger.started.items())
        yield from ((t, x) for p, t, x in (sizes if what == "Size" else starts) if p in named)


FAMILY = Family("override", index, rule, check, relax=relax)
