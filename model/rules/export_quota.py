"""export_quota: what leaves a controlling jurisdiction, in the period of departure, is limited in tonnes.

Σ content · (flow out + purchase + committed), counted by control q in window W ≤ Σ_{t in W} volume[q,t]      0 for a ban

A flow counts when it crosses from the jurisdiction to outside and the last stage performed on it was performed there; an
offer or contract outside counts where its declared last stage is inside. Transit of goods made elsewhere does not count.
Every matching control binds. Volumes are fixed tonnes; they do not move with demand. A control on an element counts content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from model.case.case import Row
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules import groups
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, kusd_to_musd, total
from model.rules.ledger import Ledger
from model.rules.ledger_exports import ways


def index(net: Network) -> list[Index]:
    """Return (control, window) of controls in force."""
    return [
        (c.row_id, window)
        for c in net.case.rows("Export Controls")
        if c.kind != "Licence" and c.reach == "Exports"
        for window, _ in windows(net, c)
    ]


def windows(net: Network, control: Row) -> list[tuple[str, tuple[int, ...]]]:
    """Return (window, periods) in which a control binds; a ban needs no volume."""
    if control.kind != "Ban":
        return groups.rule_windows(net, "Export Controls", control)
    pairs = [(name, groups.in_force(net, control, ts)) for name, ts in net.timeline.windows(control.window)]
    return [(name, ts) for name, ts in pairs if ts]


@once_per_network
def controls(net: Network) -> dict[int, Row]:
    """Return export controls by row id."""
    return {c.row_id: c for c in net.case.rows("Export Controls")}


@once_per_network
def departures(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[float, Any]]]:
    """Return (control, period) → (content, variable) of what it counts."""
    out: dict[tuple[int, int], list[tuple[float, Any]]] = defaultdict(list)
    weight = {(q, g): net.contents.of(c.material, g) for q, c in controls(net).items() for g in net.material}
    seen = {(a.index, x, y): counted for a in net.arcs for x, y, counted in a.moves}
    for a, x, y, t in m.flow:
        for q in seen[a, x, y]:
            out[q, t].append((weight[q, net.arcs[a].material], m.flow[a, x, y, t]))
    for variable, sources in ((m.purchase, net.offers), (m.committed, net.commitments)):
        counts = {(k, n): counted for k, s in enumerate(sources) for n, counted in s.labels}
        for k, n, t in variable:
            for q in counts[k, n]:
                out[q, t].append((weight[q, sources[k].node[1]], variable[k, n, t]))
    return out


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield the fee on what leaves under a control."""
    for (q, t), terms in departures(net, m).items():
        fee = kusd_to_musd(float(net.case.by_period(controls(net)[q].fee)[t]))
        if fee > 0 and groups.in_force(net, controls(net)[q], (t,)):
            for content, variable in terms:
                yield Cost("Licences", t, fee * content, variable)


def rule(m: Model, net: Network, q: int, window: str) -> Any:
    """Return the volume of one control in one window."""
    control = controls(net)[q]
    ts = dict(windows(net, control))[window]
    terms = [x for t in ts for x in departures(net, m)[q, t]]
    volume = 0.0 if control.kind == "Ban" else float(np.sum(net.case.amounts("Export Controls", control)[list(ts)]))
    return total(terms) <= volume if terms else None


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a control may be loosened."""
    q, window = idx
    row = controls(net)[q]
    last = dict(windows(net, row))[window][-1]
    return Relaxation(
        f"{row.jurisdiction} lets no more {row.material} out under {row.control} in {window}",
        "t",
        1.0,
        (("Export Controls", q, None, net.timeline.periods[last].label),),
    )


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield every control that lets out too much, and every lot whose label changes on a way where nothing changes it."""
    for (i, j, g, x, y), _, q, controls in ways(ledger):
        if controls is None:
            yield Violation("export_quota", f"{g} of label {x} leaves {i} for {j} and arrives under label {y}", q)
    for c in (c for c in ledger.about.controls if c.kind != "Licence" and c.reach == "Exports"):
        volumes = np.zeros(len(ledger.timeline)) if c.kind == "Ban" else ledger.case.amounts("Export Controls", c)
        for window, ts in ledger.windows("Export Controls", c, always=c.kind == "Ban"):
            yield from at_most(
                "export_quota",
                sum(ledger.let_out.get((c.row_id, t), 0.0) for t in ts),
                float(volumes[list(ts)].sum()),
                "let out under {} in {}",
                c.control,
                window,
            )


FAMILY = Family("export_quota", index, rule, check, costs=costs, relax=relax)
