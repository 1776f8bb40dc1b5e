"""derived_content: what others make of controlled material stays controlled, wherever it is delivered.

Σ content · deliver[d,l,t] of lots with any stage performed in the jurisdiction, over needs that control q matches and window W
    ≤ Σ_{t in W} volume[q,t]      0 for a ban

What is delivered in the jurisdiction itself is no export and does not count, nor does what holds less of the controlled
element than the control's de minimis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.controls import control_matches
from model.network.labels import country_flag
from model.network.network import Network
from model.network.parts import once_per_network
from model.network.predicates import ANY_STAGE
from model.rules import groups
from model.rules.comparison import at_most
from model.rules.export_quota import controls, windows
from model.rules.family import Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger


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


def weights(net: Network, control: Row) -> dict[int, float]:
    """Return position → content of the demand rows that a control reaches: those it matches, outside its own country."""
    out = {}
    for d, row in enumerate(net.demand):
        use = groups.market_use(net, d)
        weight = net.contents.of(control.material, row.material)
        if (
            weight > 0
            and weight >= control.de_minimis
            and use[1] != control.jurisdiction
            and control_matches(control, use, net.places)
        ):
            out[d] = weight
    return out


def flag_of(control: Row) -> str:
    """Return the flag of what has any stage performed in the jurisdiction."""
    return country_flag(False, ANY_STAGE, frozenset({control.jurisdiction}))


def rule(m: Model, net: Network, q: int, window: str) -> Any:
    """Return the volume of one control in one window."""
    control = controls(net)[q]
    ts = dict(windows(net, control))[window]
    flag, terms = flag_of(control), []
    for d, weight in weights(net, control).items():
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


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every control on derived content under which more is delivered than it allows."""
    for c in (c for c in ledger.about.controls if c.reach == "Derived Content"):
        flag = ledger.about.derived_from[c.row_id].text
        needs = [
            key
            for key, r in ledger.demand.items()
            if ledger.about.falls_under(c, ledger.use_of(r))
            and ledger.use_of(r)[1] != c.jurisdiction
            and ledger.about.content(c.material, key[1]) >= c.de_minimis
        ]
        volumes = np.zeros(len(ledger.timeline)) if c.kind == "Ban" else ledger.case.amounts("Export Controls", c)
        for window, ts in ledger.windows("Export Controls", c, always=c.kind == "Ban"):
            reached = sum(
                ledger.about.content(c.material, key[1]) * q
                for key in needs
                for t in ts
                for n, q in ledger.lots_delivered.get((*key, t), ())
                if flag in ledger.lots[n].flags
            )
            yield from at_most(
                "derived_content",
                reached,
                float(volumes[list(ts)].sum()),
                "delivered with content under {} in {}",
                c.control,
                window,
            )


FAMILY = Family("derived_content", index, rule, check, relax=relax)
