"""derived_content: what others make of controlled material stays controlled, wherever it is delivered.

Σ content · deliver[d,l,t] of lots with any stage performed in the jurisdiction, over needs that control q matches and window W
    ≤ Σ_{t in W} volume[q,t]      0 for a ban
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from model.network.controls import control_matches
from model.network.labels import ANY_STAGE, country_flag
from model.network.network import Network, once_per_network
from model.rules import groups
from model.rules.export_quota import controls, windows
from model.rules.family import Family, Index, Model, Relaxation, total


def index(net: Network) -> list[Index]:
    """Return (control, window) of controls that reach derived content."""
    return [
        (c.row_id, window)
        for c in net.case.rows("Export Controls")
        if c.reach == "Derived Content"
        for window, _ in windows(net, c)
    ]


@once_per_network
def _delivered(net: Network, m: Model) -> dict[int, list[tuple[int, int, Any]]]:
    out: dict[int, list[tuple[int, int, Any]]] = defaultdict(list)
    for d, n, t in m.deliver:
        out[d].append((n, t, m.deliver[d, n, t]))
    return out


def rule(m: Model, net: Network, q: int, window: str) -> Any:
    """Return the volume of one control in one window."""
    control = controls(net)[q]
    ts = dict(windows(net, control))[window]
    flag = country_flag(False, ANY_STAGE, frozenset({control.jurisdiction}))
    terms = []
    for d, row in enumerate(net.demand):
        weight = net.contents.of(control.material, row.material)
        if weight > 0 and control_matches(control, groups.market_use(net, d), net.places):
            terms += [(weight, v) for n, t, v in _delivered(net, m)[d] if t in ts and flag in net.labels[n].flags]
    if not terms:
        return None
    ban = control.kind == "Ban"
    return total(terms) <= (0.0 if ban else float(np.sum(net.case.amounts("Export Controls", control)[list(ts)])))


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a control on derived content may be loosened."""
    q, window = idx
    row = controls(net)[q]
    sentence = f"{row.control} reaches what is made of {row.material} from {row.jurisdiction} in {window}"
    return Relaxation(sentence, "t", 1.0, (("Export Controls", q, None, None),))


FAMILY = Family("derived_content", index, rule, relax=relax)
