"""How stock gets to a covered need, walked again for the audit: the steps that a plan names, the lanes between them.

A route is walked for one use at a time: a control that sees the use and lets nothing out closes the lane to it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from model.case.case import Row
from model.rules.lane_capacity import ends
from model.rules.ledger_lots import Lot, Use
from model.rules.ledger_plants import Plant
from model.rules.offer_limits import as_offered

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

DAYS_PER_MONTH = 365.25 / 12
_UNDER_WAY = "in transit"
_CONSIGNED = "on consignment: "
Line = tuple[str, str, bool]  # (site, line, whether its young plants)
Need = tuple[str, str]  # (segment, material)


@dataclass(frozen=True)
class Walk:
    """What a route brings: t to the need per t held, months left for its plants, and what it asks of them per t."""

    factor: float
    slack: float
    asks: tuple[tuple[Line, float], ...]
    under_way: bool
    consigned: str | None = None  # the offer whose goods on consignment they are


@dataclass(frozen=True)
class _Step:
    recipe: str
    site: str
    young: bool
    gives: str


class Routes:
    """Answers about the routes of one plan."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._travelled: dict[tuple[object, ...], dict[str, float]] = {}

    @cached_property
    def _steps(self) -> dict[str, _Step]:
        """Every step by the words of a plan."""
        out = {}
        for r in self.ledger.recipes:
            for gives in self.ledger.items[r]["Output"]:
                for site in self.ledger.country:
                    out[f"{r} at {site} to {gives}"] = _Step(r, site, False, gives)
                    out[f"{r} at {site} (young plant) to {gives}"] = _Step(r, site, True, gives)
        return out

    def allowed(self, target: Row, t: int) -> float:
        """Return the months that a route may take."""
        days = target.convert_within
        if days is None or math.isnan(days):
            days = float(self.ledger.case.across("Cover Targets", target)[t])
        return float(days) / DAYS_PER_MONTH

    def walk(
        self, target: Row, needs: set[Need], site: str, material: str, label: int, route: str, t: int
    ) -> Walk | None:
        """Return what a route brings, or None if it does not get there, is not allowed, or there is no such route."""
        offer, route = self._lying(target, site, material, label, route)
        if offer == "":
            return None
        texts = route.split("|") if route else []
        under_way = texts[:1] == [_UNDER_WAY]
        steps = [self._steps.get(x) for x in texts[under_way:]]
        if None in steps or (steps and target.forms == "As Delivered") or (under_way and target.in_transit != "Yes"):
            return None
        known = [s for s in steps if s is not None]
        final = known[-1].gives if known else material
        markets = [self.ledger.demand[key] for key in needs if key[1] == final]
        if target.site not in (None, site) or not markets:
            return None
        made = self._made(target.material, known, material, t)
        months = [self._months(known, site, material, self.ledger.lots[label], m, t) for m in markets]
        slack = self.allowed(target, t) - min(months)
        if made is None or slack < -1e-9 or (known and slack <= 1e-9):
            return None
        factor, asks = made
        reached = factor * self.ledger.about.content(target.material, final)
        return Walk(reached, slack, asks, under_way, offer)

    def _lying(self, target: Row, site: str, material: str, label: int, route: str) -> tuple[str | None, str]:
        """Return the offer on consignment with which a route starts, and the rest: None if it does not, "" if none fits."""
        if not route.startswith(_CONSIGNED):
            return None, route
        for k, row in self.ledger.offers.items():
            first = f"{_CONSIGNED}{k}"
            if route != first and not route.startswith(f"{first}|"):
                continue
            lies = (row.kind, row.lead_time) == ("Consignment", 0) and row.consigned is not None
            here = (self.ledger.place_of(row), row.material) == (site, material)
            if lies and here and target.on_consignment == "Yes" and as_offered(self.ledger, row, label):
                return k, route[len(first) + 1 :]
        return "", route

    def _made(
        self, name: str, steps: list[_Step], held: str, t: int
    ) -> tuple[float, tuple[tuple[Line, float], ...]] | None:
        """Return t of the last product per t held, and what is asked of each line; None if a step does not fit."""
        tonnes, asks, here = 1.0, [], held
        for step in steps:
            roles = self.ledger.items[step.recipe]
            inputs, line = roles["Input"], (step.site, self.ledger.recipes[step.recipe].line, step.young)
            if not inputs.get(here):
                return None
            worth = {g: self.ledger.about.content(name, g) * per for g, per in inputs.items()}
            worth = worth if sum(worth.values()) > 0 else dict(inputs)
            units = tonnes / inputs[here] * worth[here] / sum(worth.values())
            asks.append((line, units * sum(roles["Line Use"].values() or [1.0])))
            tonnes = units * roles["Output"][step.gives] * self._recovery(line, t)
            here = step.gives
        return tonnes, tuple(asks)

    def young(self, line: Line, t: int) -> list[Plant]:
        """Return the young plants of a line that can do anything in a period."""
        return [p for p in self.ledger.plants.values() if (p.site, p.line) == line[:2] and p.capacity[t] > 0]

    def _recovery(self, line: Line, t: int) -> float:
        return min((float(p.recovery[t]) for p in self.young(line, t)), default=0.0) if line[2] else 1.0

    def _months(self, steps: list[_Step], site: str, material: str, lot: Lot, need: Row, t: int) -> float:
        """Return the months to one need; infinite if it can not get there or may not be used so."""
        use, flags, spent, here = self.ledger.use_of(need), lot.flags, 0.0, site
        if use not in lot.right:
            return math.inf
        for step in steps:
            spent += self._travel(here, material, flags, use, t).get(step.site, math.inf)
            recipe = self.ledger.recipes[step.recipe]
            spent += float(recipe.conversion_time) / DAYS_PER_MONTH
            if recipe.stage is not None:
                done = self.ledger.about.performed(recipe.stage, step.site)
                flags = frozenset(f for f in flags if not f.startswith("last:")) | done
            here, material = step.site, step.gives
        if self._refused(flags, need, t):
            return math.inf
        return spent + self._travel(here, material, flags, use, t).get(self.ledger.place_of(need), math.inf)

    def _travel(self, start: str, material: str, flags: frozenset[str], use: Use, t: int) -> dict[str, float]:
        """Return the least months by lanes alone to every place."""
        last = frozenset(f for f in flags if f.startswith("last:"))
        key = (start, material, last, use, t)
        if key not in self._travelled:
            months, ahead = {start: 0.0}, {start}
            while ahead:
                here = min(ahead, key=lambda place: (months[place], place))
                ahead.remove(here)
                for there, lead in self._open(here, material, last, use, t):
                    if months[here] + lead < months.get(there, math.inf) - 1e-12:
                        months[there] = months[here] + lead
                        ahead.add(there)
            self._travelled[key] = months
        return self._travelled[key]

    def _open(self, here: str, material: str, last: frozenset[str], use: Use, t: int) -> Iterable[tuple[str, float]]:
        ledger = self.ledger
        near = sorted({t, min(t + 1, len(ledger.timeline) - 1)})
        for there in ledger.country:
            left = ledger.about.crosses(Lot(frozenset({use}), last), here, there)
            named = [
                c
                for c in ledger.about.controls
                if c.jurisdiction in left and ledger.about.content(c.material, material) > 0
            ]
            named = [c for c in named if c.reach == "Exports" or c.kind == "Licence"]
            if there == here or any(ledger.about.falls_under(c, use) and self._shut(c, near) for c in named):
                continue
            if not ledger.lanes.declared:
                if (there, material) in self._ends:
                    yield there, 0.0
                continue
            lane = ledger.lanes.governing(here, there, material)
            if lane is not None and not any(ledger.case.by_period(lane.capacity)[s] == 0 for s in near):
                yield there, float(lane.lead_time)

    @cached_property
    def _ends(self) -> set[tuple[str, str]]:
        return ends(self.ledger)

    def _shut(self, control: Row, periods: Iterable[int]) -> bool:
        """Return whether a control lets nothing through in one of some periods."""
        active = set(self.ledger.in_force(control)).intersection(periods)
        if control.kind == "Ban":
            return bool(active)
        share = control.kind == "Licence"
        numbers = (
            self.ledger.case.by_period(control.approval_rate)
            if share
            else self.ledger.case.across("Export Controls", control)
        )
        return any(numbers[s] == 0 for s in active)

    def _refused(self, flags: frozenset[str], need: Row, t: int) -> bool:
        """Return whether a control on derived content lets nothing of a lot be delivered to a need."""
        about, use = self.ledger.about, self.ledger.use_of(need)
        near = {t, min(t + 1, len(self.ledger.timeline) - 1)}
        return any(
            c.kind != "Licence"
            and use[1] != c.jurisdiction
            and about.content(c.material, need.material) > 0
            and about.falls_under(c, use)
            and about.derived_from[c.row_id].text in flags
            and self._shut(c, near)
            for c in about.controls
            if c.row_id in about.derived_from
        )

    # ---- under way ------------------------------------------------------------------------------------------------

    @cached_property
    def sent(self) -> Mapping[tuple[str, str, int], list[tuple[int, float, float]]]:
        """(period of leaving, months under way, t) of all that comes to (place, material, label) and takes time."""
        ledger = self.ledger
        out: dict[tuple[str, str, int], list[tuple[int, float, float]]] = defaultdict(list)
        for i, j, g, _, n, t, q in ledger.rows["flows"]:
            lane = ledger.lanes.governing(i, j, g)
            if lane is not None and lane.lead_time > 0:
                out[j, g, n].append((t, float(lane.lead_time), q))
        for k, n, t, q in ledger.rows["purchases"]:
            row = ledger.offers[k]
            if row.lead_time > 0:
                out[ledger.place_of(row), row.material, n].append((t, float(row.lead_time), q))
        return out

    def arriving(self, node: tuple[str, str, int], t: int, months: float) -> float:
        """Return the tonnes under way to a node at the end of a period that are there within so many months."""
        periods, now = self.ledger.timeline.periods, self.ledger.timeline.periods[t].end

        def gone(s: int, month: float) -> float:
            return float(np.clip((month - periods[s].start) / periods[s].months, 0.0, 1.0))

        coming = sum(
            q * (gone(s, min(now, now + months - lead)) - gone(s, now - lead))
            for s, lead, q in self.sent.get(node, ())
            if s <= t
        )
        for c, n, s, q in self.ledger.rows["committed"]:
            row = self.ledger.commitments[c]
            if row.kind == "In Transit" and (self.ledger.place_of(row), row.material, n) == node:
                coming += q * (gone(s, now + months) - gone(s, now))
        return coming

    def longest(self, node: tuple[str, str, int]) -> float:
        """Return the longest time under way of what the plan sends to a node."""
        return max((lead for _, lead, _ in self.sent.get(node, ())), default=0.0)
