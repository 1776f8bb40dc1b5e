"""price_steps: a price that changes with the quantity, by steps.

Σ_l purchase[k,l,t] = Σ_s stepped[k,s,t]

Incremental:  width[s] · step_on[k,s+1,t] ≤ Σ_{τ ≤ t in W} stepped[k,s,τ] ≤ width[s] · step_on[k,s,t]
All Units:    from[s] · step_on[k,s,W] ≤ Σ_{τ in W} stepped[k,s,τ] ≤ to[s] · step_on[k,s,W]      Σ_s step_on[k,s,W] ≤ 1

W is an order, a calendar year, or all periods (reserves). The last step ends where no more can be had or used, never at a loose
big number, so that the relaxation is the lower convex envelope of the cost. Incremental steps that rise need no binaries: the
cheaper is taken first by itself. They are there if a step costs less than the one before it in some period, if the discounted
difference grows with time, or if what is spent is limited.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.prices import payments, price_of
from model.case.timeline import Vector
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules import groups, need
from model.rules.comparison import at_least, at_most, counts, equal
from model.rules.family import Cost, Family, Index, Model, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.offer_limits import bought

_BASE = 0  # number of the step below the first declared one


@dataclass(frozen=True)
class Step:
    """One step of an offer: its number, where it starts (t in a year or window), and its price by period (USD/kg)."""

    number: int
    start: float
    price: Vector


@dataclass(frozen=True)
class Window:
    """The steps of an offer over what is counted as one quantity.

    Attributes
    ----------
    low, high : tuple of float
        Quantity in the window at which each step starts and ends (t); steps that can not be reached are left out.
    """

    periods: tuple[int, ...]
    steps: tuple[Step, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    all_units: bool
    convex: bool


def declared(net: Network, offer: Row) -> list[Step]:
    """Return the steps of an offer in rising quantity, with its own price below the first; empty if it has none."""
    rows = sorted((r for r in net.case.rows("Price Tiers") if r.offer == offer.offer), key=lambda r: r.step)
    steps = [Step(r.step, float(r.from_quantity), price_of(net.case, offer, r.price)) for r in rows]
    if steps and steps[0].start > 0:
        steps.insert(0, Step(_BASE, 0.0, price_of(net.case, offer)))
    return steps


def _terms(net: Network, offer: Row) -> tuple[str, str]:
    first = next(r for r in net.case.rows("Price Tiers") if r.offer == offer.offer)
    return first.units, first.basis


@once_per_network
def windows(net: Network) -> dict[int, list[Window]]:
    """Return offer → its windows; empty without table Price Tiers."""
    named = {r.offer for r in net.case.rows("Price Tiers")}
    out: dict[int, list[Window]] = {}
    for k, o in enumerate(net.offers):
        if o.row.offer not in named:
            continue
        steps, (units, basis) = declared(net, o.row), _terms(net, o.row)
        spans = (
            [(tuple(net.periods))]
            if basis == "Cumulative"
            else [ts for _, ts in net.timeline.windows("Calendar Year" if basis == "Year" else "Period")]
        )
        out[k] = [_window(net, o.row, ts, steps, units == "All Units", basis == "Year") for ts in spans]
    return out


def _window(net: Network, offer: Row, ts: tuple[int, ...], steps: list[Step], all_units: bool, yearly: bool) -> Window:
    years = max(net.timeline.periods[t].whole_years for t in ts) if yearly else 1
    limits = [net.available(offer)[t] for t in ts]
    can = float(np.sum(np.where(np.isnan(limits), np.inf, limits)))
    low = [years * s.start for s in steps]
    reach = sum(groups.most(net, offer, t) for t in ts if not net.available(offer)[t] <= 0)
    if offer.minimum_order <= 0:
        # All that could be of use, or the last rebate on all units that can be had.
        rebate = max([q for q in low if all_units and q <= can], default=0.0)
        reach = min(reach, max(float(need.ahead(net)[offer.material][ts[0]]), rebate))
    kept = [n for n, q in enumerate(low) if n == 0 or (q <= can if all_units else q < min(can, reach))]
    high = [min(low[n + 1] if n + 1 in kept else max(reach, low[n]), can) for n in kept]
    chosen = tuple(steps[n] for n in kept)
    return Window(ts, chosen, tuple(low[n] for n in kept), tuple(high), all_units, _rising(net, offer, chosen, ts))


def _rising(net: Network, offer: Row, steps: tuple[Step, ...], ts: tuple[int, ...]) -> bool:
    """Return whether cost is convex in the quantity, so that the cheaper step is taken first without being told."""
    if len(ts) > 1 and any(r.measure == "Spend" for r in net.case.rows("Limits")):
        return False
    # Who may only owe so much, or is credited what was prepaid, gains by saying that the dear tonnes came first.
    if len(ts) > 1 and _owed(net, offer):
        return False
    for before, after in itertools.pairwise(steps):
        worth = net.timeline.discount[list(ts)] * (after.price - before.price)[list(ts)]
        if not (np.all(worth > 0) and np.all(np.diff(worth) <= 1e-9 * worth[:-1])):
            return False
    return True


def _owed(net: Network, offer: Row) -> bool:
    """Return whether an offer's contract is prepaid, or what its supplier may owe us is limited."""
    terms = next((r for r in net.case.rows("Contracts") if r.contract == offer.contract), None)
    supplier = net.suppliers.get(offer.supplier)
    prepaid = terms is not None and terms.prepaid + terms.credit_left > 0
    return prepaid or (supplier is not None and supplier.largest_exposure is not None)


@once_per_network
def stepped(net: Network) -> list[tuple[int, int, int]]:
    """Return (offer, step, period) of what is bought in steps."""
    return [
        (k, s.number, t)
        for k, found in windows(net).items()
        for w in found
        for t in w.periods
        if not net.available(net.offers[k].row)[t] <= 0
        for s in w.steps
    ]


@once_per_network
def decisions(net: Network) -> list[tuple[int, int, int]]:
    """Return (offer, step, period) of the decisions to be in a step; of All Units, the window's last period."""
    out = []
    for k, found in windows(net).items():
        for w in found:
            if w.all_units:
                out += [(k, s.number, w.periods[-1]) for s in w.steps]
            elif not w.convex:
                out += [(k, s.number, t) for t in w.periods for s in w.steps[1:]]
    return out


def index(net: Network) -> list[Index]:
    """Return (offer, period, "sum"), and (offer, period, row, position of the step) of the steps' rows."""
    out: list[Index] = []
    for k, found in windows(net).items():
        for w in found:
            out += [(k, t, "sum", 0) for t in w.periods if not net.available(net.offers[k].row)[t] <= 0]
            last = w.periods[-1]
            if w.all_units:
                out += [(k, last, what, n) for n in range(len(w.steps)) for what in ("least", "most")]
                out.append((k, last, "one", 0))
            elif w.convex:
                out += [(k, last, "most", n) for n in range(len(w.steps) - 1)]
            else:
                for t in w.periods:
                    out += [(k, t, "most", n) for n in range(len(w.steps))]
                    out += [(k, t, "least", n) for n in range(len(w.steps) - 1)]
    return out


@once_per_network
def _window_of(net: Network) -> dict[tuple[int, int], Window]:
    return {(k, t): w for k, found in windows(net).items() for w in found for t in w.periods}


def rule(m: Model, net: Network, k: int, t: int, what: str, n: int) -> Any:
    """Return one row of one offer's steps."""
    w = _window_of(net)[k, t]
    if what == "sum":
        return total([*bought(m, net, k, t), *((-1.0, m.stepped[k, s.number, t]) for s in w.steps)]) == 0.0
    if what == "one":
        return total([(1.0, m.step_on[k, s.number, t]) for s in w.steps]) <= 1.0
    number = w.steps[n].number
    so_far = [(1.0, m.stepped[k, number, at]) for at in w.periods if at <= t and (k, number, at) in m.stepped]
    if not so_far:
        return None
    size = w.high[n] - w.low[n]
    if w.all_units:
        switch = (-(w.high[n] if what == "most" else w.low[n]), m.step_on[k, number, t])
    elif what == "least":
        switch = (-size, m.step_on[k, w.steps[n + 1].number, t])
    elif w.convex or n == 0:
        return total(so_far) <= size
    else:
        switch = (-size, m.step_on[k, number, t])
    row = total([*so_far, switch])
    return row <= 0.0 if what == "most" else row >= 0.0


@once_per_network
@looks_at("Offers")
def _prices(net: Network) -> list[Vector]:
    return [price_of(net.case, o.row) for o in net.offers]


def spent(m: Model, net: Network, k: int, t: int) -> list[tuple[float, Any]]:
    """Return what is paid for an offer in a period as terms, in MUSD: by step, or at its one price."""
    w = _window_of(net).get((k, t))
    if w is None:
        price = kusd_to_musd(float(_prices(net)[k][t]))
        return [(price, v) for _, v in bought(m, net, k, t)]
    return [
        (kusd_to_musd(float(s.price[t])), m.stepped[k, s.number, t]) for s in w.steps if (k, s.number, t) in m.stepped
    ]


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the price of everything bought, due at the order and its days of payment later."""
    for k, o in enumerate(net.offers):
        for t in net.periods:
            for price, variable in spent(m, net, k, t):
                for due, share in payments(net.timeline, o.row, t):
                    yield Cost("Purchases", due, price * share, variable)


# ---- audit --------------------------------------------------------------------------------------------------------


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield steps that do not add up to what is bought, or that are not reached by it."""
    got: dict[str, dict[int, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for (k, number, t), tonnes in ledger.total("price_steps", 0, 1, 2).items():
        if number in {n for n, _, _ in ledger.terms.tiers.get(k, [])}:
            got[k][number][t] = tonnes
        else:
            yield Violation("price_steps", f"{k} has no step {number}", tonnes)
    for k in ledger.terms.tiers:
        for p in ledger.timeline.periods:
            parts = sum(by_period.get(p.index, 0.0) for by_period in got[k].values())
            whole = ledger.bought.get((k, p.index), 0.0)
            yield from equal("price_steps", parts, whole, "steps of {} in {}", k, p.label)
        yield from _in_order(ledger, k, got[k])


def _in_order(ledger: Ledger, k: str, got: dict[int, dict[int, float]]) -> Iterator[Violation]:
    """Yield a step that takes more than it spans, or anything before the one below it is full."""
    steps = ledger.terms.tiers[k]
    first = steps[0][2]
    price = [ledger.terms.step_price(ledger.offers[k], number) for number, _, _ in steps]
    for name, ts in ledger.terms.spans(first.basis):
        years = max(ledger.timeline.periods[t].whole_years for t in ts) if first.basis == "Year" else 1
        edges = [*(years * start for _, start, _ in steps), math.inf]
        taken = np.cumsum([[got[n].get(t, 0.0) for t in ts] for n, _, _ in steps], axis=1)
        for at, (n, _, _) in enumerate(steps):
            low, high, said = edges[at], edges[at + 1], (n, k, name)
            if first.units == "All Units":
                if counts(taken[at, -1]):
                    yield from at_least("price_steps", taken[:, -1].sum(), low, "for step {} of {} in {}", *said)
                    yield from at_most("price_steps", taken[:, -1].sum(), high, "for step {} of {} in {}", *said)
                continue
            yield from at_most("price_steps", taken[at, -1], high - low, "step {} of {} in {}", *said)
            # Where the next is dearer it is for the buyer to say which tonnes were the cheap ones; a rebate comes after.
            dearer = at + 1 < len(steps) and bool(np.all((price[at + 1] - price[at])[list(ts)] > 0))
            for end in range(len(ts))[-1 if dearer else 0 :]:
                if counts(taken[at + 1 :, end].sum()):
                    yield from at_least(
                        "price_steps", taken[at, end], high - low, "step {} of {} in {} before the next", *said
                    )


FAMILY = Family("price_steps", index, rule, check, costs=costs)
