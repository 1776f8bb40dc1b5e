"""Ways by which stock becomes what a covered need takes, in time: lanes, and recipes on lines that are open and permitted.

A way may take what a target allows from the end of the period on. Of all ways the quickest is kept, and the quickest through
each plant, so that every plant can do its part. A control closes a way if it lets nothing out in the period or in the one
that follows; a lane that carries nothing in either is closed as well.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from model.case.case import Row
from model.case.places import market_place
from model.network.network import Network
from model.network.parts import Operation, once_per_network
from model.rules import groups, line_capacity
from model.rules.derived_content import flag_of, weights
from model.rules.vintage_recovery import usable

DAYS_PER_MONTH = 365.25 / 12
IN_TRANSIT = "in transit"
BETWEEN = "|"  # between the steps of a route in a plan table

Node = tuple[str, str, int]  # (place, material, label)
LineKey = tuple[str, str, bool]  # (site, line, whether its young plants)


@dataclass(frozen=True)
class Step:
    """One recipe on the way: 1 t of `taken` gives `made` t of `gives` that are owed to it, and uses `load` of the line."""

    recipe: str
    site: str
    line: LineKey
    gives: str
    made: float
    load: float

    @property
    def text(self) -> str:
        """Words for a plan table."""
        return step_text(self.recipe, self.site, self.gives, young=self.line[2])


def step_text(recipe: str, site: str, gives: str, *, young: bool) -> str:
    """Return the words by which a plan names one step of a route."""
    return f"{recipe} at {site}{' (young plant)' if young else ''} to {gives}"


@dataclass(frozen=True)
class Route:
    """A way from a stock to a covered need.

    Attributes
    ----------
    text : str
        Its steps, blank if nothing is converted.
    factor : float
        What reaches the need of what the target names (t) per t held.
    slack : float
        Months that are left for the work of the plants, all other time taken off.
    loads : tuple of (line, capacity used per t held)
    room : float
        Months within which what is still under way must arrive; of no meaning for stock.
    """

    text: str
    factor: float
    slack: float
    loads: tuple[tuple[LineKey, float], ...]
    room: float = 0.0


Edge = tuple[float, Node, Step | None]  # (months, other end, recipe)
_Found = dict[Node, tuple[float, tuple[Step, ...]]]


class Ways:
    """What is open at the end of a period, as seen by targets that name one material or element."""

    def __init__(self, net: Network, name: str, t: int) -> None:
        self.net, self.name, self.t = net, name, t
        self.ahead: dict[Node, list[Edge]] = defaultdict(list)
        self.back: dict[Node, list[Edge]] = defaultdict(list)
        self.steps: list[tuple[Node, Node, float, Step]] = []
        self._lanes()
        self._recipes()

    def _lanes(self) -> None:
        closed = {c.row_id for c in _closed(self.net, self.t) if _on_goods(c)}
        for a in self.net.arcs:
            if a.row is not None and np.any(self.net.case.rate_amounts(a.row.capacity)[_near(self.net, self.t)] == 0):
                continue
            for x, y, seen in a.moves:
                if not closed.intersection(seen):
                    self._join((a.origin, a.material, x), (a.destination, a.material, y), a.lead, None)

    def _recipes(self) -> None:
        joined: set[tuple[Node, Node, Step]] = set()
        for o, recovery in open_operations(self.net, self.t):
            months = float(o.recipe.conversion_time) / DAYS_PER_MONTH
            for g, x, y in o.uses:
                for h, _ in o.outputs:
                    step = _step(self.net, self.name, o, g, h, recovery)
                    start, end = (o.site, g, x), (o.site, h, o.lands[h, y])
                    if step is not None and (start, end, step) not in joined:
                        joined.add((start, end, step))
                        self._join(start, end, months, step)
                        self.steps.append((start, end, months, step))

    def _join(self, start: Node, end: Node, months: float, step: Step | None) -> None:
        self.ahead[start].append((months, end, step))
        self.back[end].append((months, start, step))

    def from_stock(self, start: Node, within: float) -> _Found:
        """Return the quickest way from a stock to every node that it reaches within so many months."""
        return _quickest({start: ()}, self.ahead, within, forward=True)

    def to_needs(self, ends: Iterable[Node], within: float) -> _Found:
        """Return the quickest way from every node to one of some ends, within so many months."""
        return _quickest(dict.fromkeys(ends, ()), self.back, within, forward=False)


def _quickest(
    starts: Mapping[Node, tuple[Step, ...]], edges: Mapping[Node, list[Edge]], within: float, *, forward: bool
) -> _Found:
    found: _Found = {}
    heap = [(0.0, 0, k, node, steps) for k, (node, steps) in enumerate(starts.items())]
    count = len(heap)
    while heap:
        months, hops, _, node, steps = heapq.heappop(heap)
        if node in found:
            continue
        found[node] = (months, steps)
        for more, other, step in edges.get(node, ()):
            if other not in found and months + more <= within + 1e-9:
                count += 1
                one = () if step is None else (step,)
                heapq.heappush(heap, (months + more, hops + 1, count, other, steps + one if forward else one + steps))
    return found


def _step(net: Network, name: str, o: Operation, taken: str, gives: str, recovery: float) -> Step | None:
    """Return what a recipe makes of a tonne of one input; what several inputs make is shared by what they hold."""
    inputs, per_output = dict(o.inputs), dict(o.outputs)[gives]
    held = {g: net.contents.of(name, g) * per for g, per in inputs.items()}
    basis = held if any(held.values()) else inputs
    if not basis[taken] or not per_output:
        return None
    units = basis[taken] / sum(basis.values()) / inputs[taken]
    line = (o.site, o.recipe.line, o.vintage is not None)
    return Step(o.recipe.recipe, o.site, line, gives, units * per_output * recovery, units * o.line_use)


def _near(net: Network, t: int) -> list[int]:
    """Return a period and the one that follows, in which conversion would take place."""
    return [t, min(t + 1, len(net.timeline) - 1)]


@once_per_network
def _closed(net: Network, t: int) -> list[Row]:
    """Return the export controls that let nothing through in a period or in the one that follows."""
    return [c for c in net.case.rows("Export Controls") if any(_lets_nothing(net, c, s) for s in _near(net, t))]


def _on_goods(control: Row) -> bool:
    return bool(control.reach == "Exports" or control.kind == "Licence")


def _lets_nothing(net: Network, control: Row, t: int) -> bool:
    if not groups.in_force(net, control, (t,)):
        return False
    if control.kind == "Ban":
        return True
    if control.kind == "Licence":
        return bool(net.case.by_period(control.approval_rate)[t] == 0)
    return bool(net.case.amounts("Export Controls", control)[t] == 0)


@once_per_network
def open_operations(net: Network, t: int) -> list[tuple[Operation, float]]:
    """Return (operation, recovery) of all that can be run in a period, on lines as they stand or may be built.

    Young plants of a line are looked at together, with the least that any of them recovers.
    """
    able = [o for o in net.operations if _possible(net, o, t)]
    least: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for o in able:
        key = (o.recipe.recipe, o.site)
        least[key] = min(least[key], o.per(1.0, t))
    return [(o, least[o.recipe.recipe, o.site] if o.vintage is not None else 1.0) for o in able]


def _possible(net: Network, o: Operation, t: int) -> bool:
    if o.vintage is not None:
        return usable(net, *o.vintage, t) > 0 and o.per(1.0, t) > 0
    site, line = o.site, o.recipe.line
    if line_capacity.factor(net, site, line)[t] <= 0:
        return False
    may = any(ramp[t] > 0 for _, _, ramp in line_capacity.added(net, site, line))
    return may or bool(line_capacity.existing(net, site, line)[t] > 0)


@once_per_network
def _ways(net: Network, name: str, t: int) -> Ways:
    return Ways(net, name, t)


@once_per_network
def _closed_needs(net: Network, t: int) -> list[tuple[str, frozenset[int]]]:
    """Return (flag, demand rows) to which controls on derived content let nothing be delivered."""
    return [(flag_of(c), frozenset(weights(net, c))) for c in _closed(net, t) if not _on_goods(c)]


def ends(net: Network, needs: Iterable[int], t: int) -> list[Node]:
    """Return the nodes at which some covered need may take what is there."""
    covered = set(needs)
    shut = _closed_needs(net, t)
    return [
        (market_place(net.demand[d]), net.demand[d].material, n)
        for d, n in net.demand_labels
        if d in covered and not any(d in rows and flag in net.labels[n].flags for flag, rows in shut)
    ]


def routes(
    net: Network, name: str, needs: Iterable[int], t: int, within: float, convert: bool, stocks: Iterable[Node]
) -> dict[Node, list[Route]]:
    """Return the routes of each stock that can cover some needs at the end of a period.

    Parameters
    ----------
    name : str
        Material or element that is to be held.
    needs : iterable of int
        Positions of the covered demand rows.
    within : float
        Months that a way may take.
    convert : bool
        Whether recipes may be part of it.
    """
    ways = _ways(net, name, t)
    if not convert:
        ways = _lanes_only(ways)
    targets = ends(net, needs, t)
    behind = ways.to_needs(targets, within)
    out: dict[Node, list[Route]] = {}
    for node in stocks:
        if node not in behind:
            continue
        reached = ways.from_stock(node, within)
        paths = [behind[node]]
        for start, end, months, step in ways.steps:
            if start in reached and end in behind:
                (first, before), (last, after) = reached[start], behind[end]
                if first + months + last <= within + 1e-9:
                    paths.append((first + months + last, (*before, step, *after)))
        best: dict[tuple[Step, ...], float] = {}
        for months, steps in paths:
            best[steps] = min(months, best.get(steps, np.inf))
        found = [_route(net, name, node[1], steps, within - months) for steps, months in best.items()]
        kept = [r for r in found if r.factor > 0 and (not r.loads or r.slack > 1e-9)]
        if kept:
            out[node] = kept
    return out


def _lanes_only(ways: Ways) -> Ways:
    plain = object.__new__(Ways)
    plain.net, plain.name, plain.t, plain.steps = ways.net, ways.name, ways.t, []
    plain.ahead = {n: [e for e in found if e[2] is None] for n, found in ways.ahead.items()}
    plain.back = {n: [e for e in found if e[2] is None] for n, found in ways.back.items()}
    return plain


def _route(net: Network, name: str, held: str, steps: tuple[Step, ...], slack: float) -> Route:
    tonnes, loads = 1.0, []
    for step in steps:
        loads.append((step.line, tonnes * step.load))
        tonnes *= step.made
    final = steps[-1].gives if steps else held
    return Route(BETWEEN.join(s.text for s in steps), tonnes * net.contents.of(name, final), slack, tuple(loads))
