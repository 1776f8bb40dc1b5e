"""licence_grant: exports under a licence are a share of what was applied for, once it is granted.

Σ_{t in W, t ≤ τ} content · (flow out + purchase + committed), counted by control q ≤ Σ_{t in W, t ≤ τ} granted[q,t]
    for every τ in W: nothing leaves before it is granted
granted[q,τ] = Σ_t share of t that is granted in τ · approval rate[t] · base[t] + volume[q,τ] · Δ

What is applied for evenly in one period is granted `delay` months later, by overlap. A blank base is the need, as data, of the
segments that the control matches, by content; there is no variable for applications. The volume is what is granted besides, such
as what was applied for before the plan; a blank is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Case, Row
from model.case.timeline import Vector
from model.network.controls import control_matches
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.comparison import at_most
from model.rules.export_quota import controls, departures
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


def index(net: Network) -> list[Index]:
    """Return (control, window, period) of licences in force."""
    licences = [c for c in net.case.rows("Export Controls") if c.kind == "Licence"]
    return [(c.row_id, w, t) for c in licences for w, ts in windows(net, c) for t in ts]


def windows(net: Network, control: Row) -> list[tuple[str, tuple[int, ...]]]:
    """Return (window, periods) in which a licence is asked for."""
    pairs = [(name, groups.in_force(net, control, ts)) for name, ts in net.timeline.windows(control.window)]
    return [(name, ts) for name, ts in pairs if ts]


@once_per_network
def applied(net: Network, control: Row) -> Vector:
    """Return what is applied for in each period (t), shape (T,): the base, or the need that the control matches."""
    base = net.case.rate_amounts(control.base)
    need = np.zeros(len(net.timeline))
    for d, row in enumerate(net.demand):
        weight = net.contents.of(control.material, row.material)
        if weight > 0 and control_matches(control, groups.market_use(net, d), net.places):
            need += weight * net.case.amounts("Demand", row)
    return np.where(np.isnan(base), need, base)


def besides(case: Case, control: Row) -> Vector:
    """Return what a licence grants besides a share of its base in each period (t), shape (T,)."""
    volumes = case.amounts("Export Controls", control)
    return np.where(np.isnan(volumes), 0.0, volumes)


@once_per_network
def granted(net: Network, control: Row) -> Vector:
    """Return what is granted in each period (t), shape (T,)."""
    approved = applied(net, control) * net.case.by_period(control.approval_rate)
    out = besides(net.case, control)
    for t in net.periods:
        for later, share in net.timeline.arrivals(t, float(control.delay)):
            out[later] += share * approved[t]
    return out


def rule(m: Model, net: Network, q: int, window: str, last: int) -> Any:
    """Return what one licence lets out in one window up to a period: nothing leaves before it is granted."""
    control = controls(net)[q]
    ts = [t for t in dict(windows(net, control))[window] if t <= last]
    terms = [x for t in ts for x in departures(net, m)[q, t]]
    return total(terms) <= float(sum(granted(net, control)[ts])) if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a licence may be loosened."""
    q, window, _ = idx
    row = controls(net)[q]
    sentence = f"{row.jurisdiction} grants no more {row.material} under {row.control} in {window}"
    return Relaxation(sentence, "t", 1.0, (("Export Controls", q, "approval_rate", None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every licence under which more leaves than is granted by then."""
    for c in (c for c in ledger.about.controls if c.kind == "Licence"):
        grants = _grants(ledger, c)
        for window, ts in ledger.windows("Export Controls", c, always=True):
            left = given = 0.0
            for t in ts:
                left += ledger.let_out.get((c.row_id, t), 0.0)
                given += grants[t]
                yield from at_most("licence_grant", left, given, "let out under licence {} in {}", c.control, window)


def _grants(ledger: Ledger, control: Row) -> list[float]:
    """Return the tonnes granted in each period: what was applied for evenly, `delay` months ago."""
    line = ledger.timeline
    named, rate = ledger.case.rate_amounts(control.base), ledger.case.by_period(control.approval_rate)
    applied = []
    for p in line.periods:
        need = sum(
            ledger.about.content(control.material, g) * float(ledger.case.amounts("Demand", r)[p.index])
            for (_, g), r in ledger.demand.items()
            if ledger.about.falls_under(control, ledger.use_of(r))
        )
        base = need if np.isnan(named[p.index]) else float(named[p.index])
        applied.append(base * float(rate[p.index]) / p.months)  # per month
    delay = float(control.delay)
    numbers = ledger.case.across("Export Controls", control) * line.amount_factor
    return [
        (0.0 if np.isnan(numbers[p.index]) else float(numbers[p.index]))
        + sum(
            a * max(0.0, min(p.end - delay, q.end) - max(p.start - delay, q.start))
            for a, q in zip(applied, line.periods, strict=True)
        )
        for p in line.periods
    ]


FAMILY = Family("licence_grant", index, rule, check, relax=relax)
