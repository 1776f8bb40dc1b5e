"""qualification: what a site made, or a supplier sold, goes to an end use only once it is qualified there.

Σ_l deliver[d,l,t] ≤ demand[d,t] · (done[q,t] + Σ_s share[q,s,t] · (qualified[q,s] − qualified[q,s−1]))
Σ_q (qualified[q,t] − qualified[q,u]) + under way[t] ≤ Qualifications at Once      u: last period with u + months ≤ start of t

The first sum runs over lots l last worked at the site, or sold by the supplier and not worked on since; share is the part of
period t after start of s + months, and done the part after the date of one in progress. Nothing further upstream is looked at.
`qualified` is cumulative: the qualification was started by t. One that would be done after the horizon is not offered.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.case.qualifications import concerns, flag_of, waiting
from model.case.timeline import Timeline, month_number
from model.network.network import Network
from model.network.parts import looks_at, once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.schema.values import is_blank


@once_per_network
@looks_at()
def rows(net: Network) -> dict[str, Row]:
    """Return the rows that keep something back, by name."""
    return {r.qualification: r for r in waiting(net.case)}


@once_per_network
@looks_at()
def kept_back(net: Network) -> dict[tuple[str, int], list[int]]:
    """Return the labels under which a demand row is served lots that wait for a qualification, by (row, demand row)."""
    out: dict[tuple[str, int], list[int]] = defaultdict(list)
    for q, row in rows(net).items():
        for d, n in net.demand_labels:
            if flag_of(row) in net.labels[n].flags and concerns(row, net.demand[d], net.contents):
                out[q, d].append(n)
    return dict(out)


@once_per_network
@looks_at()
def starts(net: Network) -> dict[str, list[int]]:
    """Return the periods in which each qualification may be started, one after the other; As Is starts none."""
    useful = {q for q, _ in kept_back(net)}
    return {
        q: [t for t in net.periods if net.decidable(t) and _done(row, net.timeline, t) < net.timeline.end - 1e-9]
        for q, row in rows(net).items()
        if q in useful and can_be_started(row) and not net.scope.as_is
    }


def variables(net: Network) -> list[Index]:
    """Return (qualification, period) of the cumulative decisions."""
    return [(q, t) for q, ts in starts(net).items() for t in ts]


def can_be_started(row: Row) -> bool:
    """Return whether a qualification is a decision: it is not under way, and is known to take a time."""
    return bool(row.state == "Not Qualified" and not is_blank(row.months))


def _done(row: Row, line: Timeline, start: int) -> float:
    return line.periods[start].start + float(row.months)


def after(row: Row, line: Timeline, t: int, start: int | None = None) -> float:
    """Return the part of a period in which a qualification is done, started in a period or in progress."""
    if start is not None:
        return line.share_in(t, _done(row, line, start), math.inf)
    return line.share_in(t, month_number(row.done_by), math.inf) if row.state == "In Progress" and row.done_by else 0.0


def under_way(case_rows: list[Row], line: Timeline, t: int) -> int:
    """Return how many qualifications in progress are not done at the start of a period."""
    mine = [r for r in case_rows if r.state == "In Progress" and r.done_by]
    return sum(month_number(r.done_by) > line.periods[t].start + 1e-9 for r in mine)


def index(net: Network) -> list[Index]:
    """Return (qualification, demand row, period) of deliveries kept back, and ("", −1, period) of how many can run."""
    out: list[Index] = [
        (q, d, t) for q, d in kept_back(net) for t in net.periods if after(rows(net)[q], net.timeline, t) < 1 - 1e-9
    ]
    if net.case.settings["qualifications_at_once"] is not None:
        out += [("", -1, t) for t in net.periods if any(starts(net).values())]
    return out


def rule(m: Model, net: Network, q: str, d: int, t: int) -> Any:
    """Return the limit of one demand row's deliveries, or of what runs at once."""
    if d < 0:
        return _at_once(m, net, t)
    row, line = rows(net)[q], net.timeline
    need = float(net.case.amounts("Demand", net.demand[d])[t])
    terms = [(1.0, m.deliver[d, n, t]) for n in kept_back(net)[q, d]]
    ts = starts(net).get(q, [])
    for s in ts:
        later = after(row, line, t, s + 1) if s + 1 in ts else 0.0
        terms.append((-need * (after(row, line, t, s) - later), m.qualified[q, s]))
    return total(terms) <= need * after(row, line, t)


def _at_once(m: Model, net: Network, t: int) -> Any:
    """Return the limit on the qualifications that run in one period."""
    terms: list[tuple[float, Any]] = []
    for q, ts in starts(net).items():
        begun = [s for s in ts if s <= t]
        over = [s for s in ts if _done(rows(net)[q], net.timeline, s) <= net.timeline.periods[t].start + 1e-9]
        if begun and begun != over:
            terms.append((1.0, m.qualified[q, begun[-1]]))
            terms += [(-1.0, m.qualified[q, over[-1]])] if over else []
    most = net.case.settings["qualifications_at_once"] - under_way(list(rows(net).values()), net.timeline, t)
    return total(terms) <= float(max(most, 0)) if terms else None


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what a qualification costs, due in the period in which it is started."""
    for q, t in m.qualified:
        cost = float(rows(net)[q].cost)
        yield Cost("Qualifications", t, cost, m.qualified[q, t])
        if (q, t - 1) in m.qualified:
            yield Cost("Qualifications", t, -cost, m.qualified[q, t - 1])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a qualification may be loosened."""
    q, d, t = idx
    label = net.timeline.periods[t].label
    if d < 0:
        sentence = f"no more than {net.case.settings['qualifications_at_once']} qualifications can run in {label}"
        return Relaxation(sentence, "qualification", 1.0, ())
    row, need = rows(net)[q], net.demand[d]
    sentence = f"{row.site or row.supplier} is not qualified for {need.material} of {need.segment} in {label}"
    return Relaxation(sentence, "t", 1e2, (("Qualifications", row.row_id, "months", None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield deliveries before their qualification, starts that can not be, and more of them at once than can run."""
    line = ledger.timeline
    started = dict(sorted(ledger.rows["qualifications"], key=lambda r: -r[1]))
    for q, times in Counter(q for q, _ in ledger.rows["qualifications"]).items():
        row = ledger.qualifications[q]
        if ledger.as_is or times > 1 or not can_be_started(row) or line.periods[started[q]].start < line.plan - 1e-9:
            yield Violation("qualification", f"{q} can not be started in {ledger.period(started[q])}", 1.0)
    for q, row in ledger.qualifications.items():
        got: dict[tuple[str, str, int], float] = defaultdict(float)
        for segment, g, n, t, tonnes in ledger.rows["deliveries"]:
            if row.state != "Qualified" and _by_whom(row) in ledger.lots[n].flags and _meant(ledger, row, segment, g):
                got[segment, g, t] += tonnes
        done = month_number(row.done_by) if row.state == "In Progress" and row.done_by else math.inf
        if q in started and can_be_started(row):
            done = line.periods[started[q]].start + float(row.months)
        for (segment, g, t), tonnes in got.items():
            p = line.periods[t]
            part = min(max((p.end - done) / p.months, 0.0), 1.0)
            need = float(ledger.case.amounts("Demand", ledger.demand[segment, g])[t])
            yield from at_most("qualification", tonnes, part * need, "{} to {} in {} before {}", g, segment, p.label, q)
    yield from _check_at_once(ledger, started)


def _by_whom(row: Row) -> str:
    return f"maker:{row.site}" if row.site else f"seller:{row.supplier}"


def _meant(ledger: Ledger, row: Row, segment: str, material: str) -> bool:
    need = ledger.demand.get((segment, material))
    return (
        need is not None
        and row.end_use in ("Any", need.end_use)
        and row.segment in (None, segment)
        and ledger.about.content(row.material, material) > 0
    )


def _check_at_once(ledger: Ledger, started: dict[str, int]) -> Iterator[Violation]:
    most, line = ledger.case.settings["qualifications_at_once"], ledger.timeline
    if most is None or not started:
        return
    spans = [
        (line.periods[t].start, line.periods[t].start + float(row.months))
        for q, t in started.items()
        if can_be_started(row := ledger.qualifications[q])
    ]
    for p in line.periods:
        going = under_way(list(ledger.qualifications.values()), line, p.index)
        new = sum(low <= p.start + 1e-9 and high > p.start + 1e-9 for low, high in spans)
        yield from at_most(
            "qualification", float(new), float(max(most - going, 0)), "qualifications run in {}", p.label
        )


FAMILY = Family("qualification", index, rule, check, costs=costs, relax=relax)
