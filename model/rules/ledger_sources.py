"""Who performed a stage on what is delivered, traced through a plan's tables for the audit.

Everything in one place, of one material, of one meaning of its label and in one period is taken as mixed; what leaves takes the
same share of all that is there. A recipe at the stage gives all of its output to whoever runs it; any other one passes on the
shares of its inputs, each by what it holds of the element. What the plan keeps apart by labels, the trace keeps apart too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.case.case import Row
from model.rules.ledger_flags import UNKNOWN
from model.schema.tables.common import CONTROL

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

Pool = tuple[Any, ...]
Shares = dict[str, float]
_SWEEPS, _SAME = 300, 1e-13


def by_stage(rule: Row) -> bool:
    """Return whether a rule counts sources by who performed a stage, and not by what is bought."""
    return bool(rule.metric == "Sources" and rule.stage != "Any Stage")


@dataclass(frozen=True)
class Miss:
    """A rule on the sources of a stage that a plan does not keep for an item in a window.

    Attributes
    ----------
    by : float or None
        Sources by which it is missed; None where that is not a number, because more deliver than count.
    least : float
        Tonnes from which a source counts.
    """

    rule: Row
    item: str
    window: str
    periods: tuple[int, ...]
    by: float | None
    least: float


def unmet(ledger: Ledger) -> Iterator[Miss]:
    """Yield whatever a plan misses of the rules on the sources of a stage."""
    for r in (r for r in ledger.own_rules("De-risking Rules") if by_stage(r)):
        numbers = ledger.case.across("De-risking Rules", r)
        for g, window, ts, tonnes in traced(ledger, r):
            listed, limits = counted(ledger, r, g, ts, tonnes), numbers[list(ts)]
            limit = float(limits.min() if r.limit_type == "Max" else limits.max())
            by: float | None = max(
                limit - len(listed) if r.limit_type != "Max" else 0.0,
                len(listed) - limit if r.limit_type != "Min" else 0.0,
            )
            if r.limit_type == "Fixed" and not {s for s, q in tonnes.items() if q > _ROUNDING} <= listed:
                by = None
            if by is None or by > 0:
                yield Miss(r, g, window, ts, by, _least(ledger, r, g, ts))


def _least(ledger: Ledger, rule: Row, name: str, ts: Iterable[int]) -> float:
    """Return the tonnes from which a source counts for a Min."""
    return float(rule.counts_from * sum(need for _, _, need in ledger.needed(rule, name, ts)))


_ROUNDING = 1e-6


def counted(ledger: Ledger, rule: Row, name: str, ts: Iterable[int], tonnes: Shares) -> set[str]:
    """Return the sources that count: with their share of the need for a Min or Fixed, with anything for a Max."""
    if rule.limit_type == "Max":
        return {s for s, q in tonnes.items() if q > _ROUNDING}
    least = _least(ledger, rule, name, ts)
    return {s for s, q in tonnes.items() if q >= max(least - 1e-9 * max(1.0, least), _ROUNDING) and s != UNKNOWN}


def traced(ledger: Ledger, rule: Row) -> Iterator[tuple[str, str, tuple[int, ...], Shares]]:
    """Yield (material or element, window, periods, t by source) of what is delivered to the needs of a rule."""
    for name in ledger.rule_materials(rule):
        windows = ledger.windows("De-risking Rules", rule)
        asked = [(w, ts) for w, ts in windows if sum(need for _, _, need in ledger.needed(rule, name, ts)) > 0]
        if asked:
            trace = _Trace(ledger, rule, name)
            yield from ((name, window, ts, trace.delivered(ts)) for window, ts in asked)


def declared(ledger: Ledger, rule: Row, row: Row) -> str | None:
    """Return who performed a rule's stage on what enters, or None if it was not performed yet."""
    history, about = ledger.about.history(row), ledger.about
    if rule.stage not in history:
        return None
    supplier = getattr(row, "supplier", None)
    place = str(row.site or supplier)
    if rule.source_is == "Supplier":
        kind = "Recycling" if hasattr(row, "recycling") else "Stock"
        return str(supplier) if supplier else f"{kind} at {place}"
    if rule.source_is == "Site":
        return place
    known = [s for s, c in history.items() if c != UNKNOWN]
    if rule.counted_by == CONTROL and supplier and known and known[-1] == rule.stage:
        return about.home.get(supplier) or history[rule.stage]
    return history[rule.stage]


class _Trace:
    """The shares of the sources of one rule in everything that moves."""

    def __init__(self, ledger: Ledger, rule: Row, name: str) -> None:
        self.ledger, self.rule, self.name = ledger, rule, name
        self.came: dict[Pool, list[tuple[float, Pool | str | None]]] = defaultdict(list)
        self.shares: dict[Pool, Shares] = {}
        self._enter()
        self._move()
        self._work()
        self._solve()

    def delivered(self, ts: Iterable[int]) -> Shares:
        """Return t of the material or element delivered in some periods by source."""
        out: Shares = defaultdict(float)
        about = self.ledger.about
        for key, t, _ in self.ledger.needed(self.rule, self.name, ts):
            for n, q in self.ledger.lots_delivered.get((*key, t), ()):
                pool = self._pool(self.ledger.place_of(self.ledger.demand[key]), key[1], n, t)
                for source, share in self.shares.get(pool, {}).items():
                    out[source] += about.content(self.name, key[1]) * q * share
        return dict(out)

    def _pool(self, place: str, material: str, label: int, t: int) -> Pool:
        return place, material, self.ledger.memory.at(label, place, material), t

    # ---- what comes from where ------------------------------------------------------------------------------------

    def _enter(self) -> None:
        ledger = self.ledger
        for row in ledger.stockpiles.values():
            if row.opening_stock > 0:
                lot = ledger.memory.opening(row)
                kept = ledger.kept(row.site, row.material, 0)
                self.came[row.site, row.material, lot, 0].append((kept * float(row.opening_stock), self._declared(row)))
        for k, n, t, q in ledger.rows["purchases"]:
            row = ledger.offers[k]
            for later, share in ledger.timeline.arrivals(t, float(row.lead_time)):
                self.came[self._pool(ledger.place_of(row), row.material, n, later)].append(
                    (share * q, self._declared(row))
                )
        for k, n, t, q in ledger.rows["recycled"]:
            row = ledger.recycling[k]
            self.came[self._pool(row.site, row.material, n, t)].append((q, self._declared(row)))
        for c, n, t, q in ledger.rows["committed"]:
            row = ledger.commitments[c]
            self.came[self._pool(ledger.place_of(row), row.material, n, t)].append((q, self._declared(row)))

    def _declared(self, row: Row) -> str | None:
        return declared(self.ledger, self.rule, row)

    def _move(self) -> None:
        ledger = self.ledger
        for i, j, g, x, y, t, q in ledger.rows["flows"]:
            lane = ledger.lanes.governing(i, j, g)
            for later, share in ledger.timeline.arrivals(t, float(lane.lead_time) if lane is not None else 0.0):
                self.came[self._pool(j, g, y, later)].append((share * q, self._pool(i, g, x, t)))
        for i, g, n, t, q in ledger.rows["stocks"]:
            if t + 1 < len(ledger.timeline) and (i, g) in ledger.stockpiles:
                left = ledger.kept(i, g, t + 1) * q
                self.came[self._pool(i, g, n, t + 1)].append((left, self._pool(i, g, n, t)))

    def _work(self) -> None:
        ledger = self.ledger
        for r, i, vintage, n, t, units in ledger.rows["runs"]:
            recovery = float(ledger.plants[vintage].recovery[t]) if vintage in ledger.plants else 1.0
            here = self._performer(i) if ledger.recipes[r].stage == self.rule.stage else None
            for g, per in ledger.items[r]["Output"].items():
                self.came[self._pool(i, g, n, t)].append((recovery * per * units, here or ("run", r, i, n, t)))
        for r, i, g, x, n, t, q in ledger.rows["inputs"]:
            weight = self._bears(g)
            if weight > 0:
                self.came["run", r, i, n, t].append((weight * q, self._pool(i, g, x, t)))

    def _bears(self, material: str) -> float:
        """Return what a tonne of an input counts for in its product."""
        about = self.ledger.about
        return about.content(self.name, material) if self.name in about.elements else 1.0

    def _performer(self, site: str) -> str:
        if self.rule.source_is == "Country":
            by_control = self.rule.counted_by == CONTROL
            return (self.ledger.about.in_charge(site) if by_control else self.ledger.country[site]) or UNKNOWN
        runs = next((r.operator for r in self.ledger.case.rows("Sites") if r.site == site), None)
        return str(runs or site) if self.rule.source_is == "Supplier" else site

    # ---- shares ---------------------------------------------------------------------------------------------------

    def _solve(self) -> None:
        """Find every pool's shares: from below, so that what turns in a circle is given to nobody before it is known."""
        order = sorted(self.came, key=lambda pool: pool[-1])
        for _ in range(_SWEEPS):
            moved = 0.0
            for pool in order:
                whole = sum(q for q, _ in self.came[pool])
                fresh: Shares = defaultdict(float)
                for q, origin in self.came[pool] if whole > 0 else ():
                    if isinstance(origin, str):
                        fresh[origin] += q / whole
                    elif origin is not None:
                        for source, share in self.shares.get(origin, {}).items():
                            fresh[source] += q / whole * share
                known = self.shares.get(pool, {})
                moved = max([moved, *(abs(x - known.get(s, 0.0)) for s, x in fresh.items())])
                self.shares[pool] = dict(fresh)
            if moved <= _SAME:
                return
