"""What is charged on the way: duties on entry, and fees and tonnes that export controls count, by what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.case.places import supplier_place
from model.network.customs import value_at
from model.network.labels import country_flag
from model.report.paid import price_paid
from model.report.shape import amount, frame_of, mark, musd, part, text
from model.report.view import View, ledger_of
from model.rules import groups, tariff_quota
from model.rules.export_quota import controls
from model.rules.family import kusd_to_musd
from model.rules.ledger_costs import charged_tonnes
from model.rules.tariff import clears

QUOTAS = (
    text("tariff", 22),
    text("importer", 22),
    mark("window", 10),
    amount("in_quota"),
    amount("used"),
    part("share_used"),
    amount("entered"),
    musd("saved"),
    mark("confidence"),
)
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
        self._relief = _relief(view)

    def of(self, flow: Flow, t: int) -> list[tuple[Row, float]]:
        """Return (tariff, MUSD per t) of what leaves on a lane in a period."""
        i, j, g, before, _ = flow
        found = self._entering(i, j, g)
        if not found:
            return []
        flags = self._view.label(before).flags
        return [
            (
                row,
                kusd_to_musd(float(value_at(self._view.net, row, i, g)[0][t]))
                * (float(rate[t]) - self._relief.get((row.tariff, "", i, g, t), 0.0)),
            )
            for row, flag, rate in found
            if flag in flags and rate[t] > 0
        ]

    def taken_on(self, flow: Flow, t: int) -> tuple[float | None, str]:
        """Return the value (USD/kg) on which duties are taken of what leaves on a lane in a period, and what it is."""
        charged = [value_at(self._view.net, row, flow[0], flow[2]) for row, _ in self.of(flow, t)]
        if not charged:
            return None, ""
        known = {paid for _, paid in charged}
        words = "both" if len(known) > 1 else "price paid" if known == {True} else "reference value"
        return float(np.mean([value[t] for value, _ in charged])), words

    def at_hand_over(self, row: Row, t: int) -> list[tuple[Row, float]]:
        """Return (tariff, MUSD per t) of what is due when an offer is handed over in a period."""
        price = kusd_to_musd(price_paid(self._view, row, t))
        return [
            (
                r,
                price
                * (float(rate[t]) - self._relief.get((r.tariff, row.offer, supplier_place(row), row.material, t), 0.0)),
            )
            for r, _, _, rate in self._tariffs
            if clears(self._view.net, r, row)
        ]

    def _looked_up(self, i: str, j: str, g: str) -> list[tuple[Row, str, Any]]:
        home, there = self._view.country_of(i), self._view.country_of(j)
        return [
            (row, flag, rate)
            for row, inside, flag, rate in self._tariffs
            if there in inside and home not in inside and self._view.net.contents.of(row.material, g) > 0
        ]


def _relief(view: View) -> dict[tuple[str, str, str, str, int], float]:
    """Return (tariff, offer, from, material, period) → by how much quotas lower the rate, averaged over all that is charged."""
    out: dict[tuple[str, str, str, str, int], float] = {}
    named = {r.tariff: r for r in tariff_quota.quotas(view.net).values()}
    charged = {name: charged_tonnes(view.once(ledger_of), row) for name, row in named.items()}
    for name, offer, i, g, period, tonnes in view.rows("in_quota"):
        t = view.at[period]
        lower = float(tariff_quota.saved(view.net, named[name])[t])
        out[name, offer, i, g, t] = lower * tonnes / charged[name][offer, i, g, t]
    return out


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
            paid = groups.in_force(self._view.net, row, (t,))
            fee = kusd_to_musd(float(self._view.case.by_period(row.fee)[t])) if paid else 0.0
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


def quotas_table(view: View) -> pd.DataFrame:
    """Return one row per tariff with a quota and calendar year: t within it of what is charged, and MUSD saved by it."""
    rows = []
    for row in tariff_quota.quotas(view.net).values():
        room, lower = view.case.rate_amounts(row.in_quota), tariff_quota.saved(view.net, row)
        came = charged_tonnes(view.once(ledger_of), row)
        for year, ts in view.line.windows("Calendar Year"):
            inside = [
                (o, i, g, view.at[p], q)
                for n, o, i, g, p, q in view.rows("in_quota")
                if n == row.tariff and view.at[p] in ts
            ]
            most, used = float(room[list(ts)].sum()), sum(q for *_, q in inside)
            money = 0.0
            for offer, i, g, t, q in inside:
                value = float(value_at(view.net, row, i, g)[0][t])
                price = price_paid(view, view.offers[offer], t) if offer else value
                money += kusd_to_musd(price) * float(lower[t]) * q
            entered = sum(q for (*_, t), q in came.items() if t in ts)
            share = used / most if most > 0 else None
            rows.append((row.tariff, row.importer, year, most, used, share, entered, money, row.confidence or ""))
    return frame_of(QUOTAS, rows)
