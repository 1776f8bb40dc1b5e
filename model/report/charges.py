"""What is charged on the way: duties on entry, and fees and tonnes that export controls count, by what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from model.case.case import Row
from model.network.labels import country_flag
from model.report.paid import price_paid
from model.report.view import View
from model.rules import groups
from model.rules.export_quota import controls
from model.rules.family import kusd_to_musd
from model.rules.tariff import clears

Flow = tuple[str, str, str, int, int]  # from, to, material, label, label after


class Duties:
    """The tariffs of a case, looked up by lane and label."""

    def __init__(self, view: View) -> None:
        self._view = view
        places = view.net.places
        self._tariffs = [
            (
                r,
                places.countries_of(r.importer),
                country_flag(False, r.stage, places.countries_of(r.origin)),
                view.case.across("Tariffs", r),
            )
            for r in view.case.rows("Tariffs")
        ]
        self._entering = cache(self._looked_up)

    def of(self, flow: Flow, t: int) -> list[tuple[Row, float]]:
        """Return (tariff, MUSD per t) of what leaves on a lane in a period."""
        i, j, g, before, _ = flow
        found = self._entering(i, j, g)
        if not found:
            return []
        flags = self._view.label(before).flags
        value = float(self._view.case.by_period(self._view.net.material[g].reference_value)[t])
        return [
            (row, kusd_to_musd(value) * float(rate[t])) for row, flag, rate in found if flag in flags and rate[t] > 0
        ]

    def at_hand_over(self, row: Row, t: int) -> list[tuple[Row, float]]:
        """Return (tariff, MUSD per t) of what is due when an offer is handed over in a period."""
        price = kusd_to_musd(price_paid(self._view, row, t))
        return [(r, price * float(rate[t])) for r, _, _, rate in self._tariffs if clears(self._view.net, r, row)]

    def _looked_up(self, i: str, j: str, g: str) -> list[tuple[Row, str, Any]]:
        home, there = self._view.country_of(i), self._view.country_of(j)
        return [
            (row, flag, rate)
            for row, inside, flag, rate in self._tariffs
            if there in inside and home not in inside and self._view.net.contents.of(row.material, g) > 0
        ]


class Departures:
    """What the export controls of a case count, and take a fee on, by what moves or is handed over outside."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._controls = controls(view.net)
        self._flows = {(a.origin, a.destination, a.material, x, y): q for a in view.net.arcs for x, y, q in a.moves}
        self._bought = {
            (name, getattr(s.row, name), n): (s.node[1], seen)
            for name, sources in (("offer", view.net.offers), ("commitment", view.net.commitments))
            for s in sources
            for n, seen in s.labels
        }

    def of_flow(self, flow: Flow, t: int) -> list[tuple[Row, float, float]]:
        """Return (control, tonnes that count per t, fee in MUSD per t) of what leaves on a lane in a period."""
        return self._counted(flow[2], self._flows[flow], t)

    def of_source(self, name: str, key: str, label: int, t: int) -> list[tuple[Row, float, float]]:
        """Return the same of what is bought of an offer, or comes from a commitment (`name`), in a period."""
        material, seen = self._bought[name, key, label]
        return self._counted(material, seen, t)

    def _counted(self, material: str, seen: tuple[int, ...], t: int) -> list[tuple[Row, float, float]]:
        out = []
        for q in seen:
            row = self._controls[q]
            content = self._view.net.contents.of(row.material, material)
            fee = kusd_to_musd(row.fee) if row.fee > 0 and groups.in_force(self._view.net, row, (t,)) else 0.0
            out.append((row, content, fee * content))
        return out


def flows(view: View) -> Iterator[tuple[Flow, int, float]]:
    """Yield (what moves, period, t that leave)."""
    moved = view.sums("flows", "from_place", "to_place", "material", "label", "label_after", "period")
    for (i, j, g, x, y, t), got in moved.items():
        yield (i, j, g, x, y), t, got


def sources(view: View) -> Iterator[tuple[str, str, int, int, float]]:
    """Yield (offer or commitment, its name, label, period, t) of what is bought or committed."""
    for table, name in (("purchases", "offer"), ("committed", "commitment")):
        for (key, n, t), got in view.sums(table, name, "label", "period").items():
            yield name, key, n, t, got


def counted(view: View) -> dict[tuple[int, int], float]:
    """Return (control, period) → tonnes that leave under it, as it counts them."""
    found: dict[tuple[int, int], float] = defaultdict(float)
    leave = Departures(view)
    for flow, t, got in flows(view):
        for row, content, _ in leave.of_flow(flow, t):
            found[row.row_id, t] += content * got
    for name, key, n, t, got in sources(view):
        for row, content, _ in leave.of_source(name, key, n, t):
            found[row.row_id, t] += content * got
    return found
