"""`View`: a case beside one of its plans, with what every sheet looks up. Pure data: no solver, no workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from model.case.case import Case, Row
from model.case.places import market_place
from model.case.timeline import Period
from model.errors import StoreError
from model.network.labels import Label
from model.network.ledgers import in_words
from model.network.network import Network
from model.network.parts import Operation, Scope
from model.plan import Plan
from model.report.words import date_of, origin_words, right_words
from model.rules.ledger import Ledger
from model.schema.tables import TABLES

_T = TypeVar("_T")
Amounts = dict[tuple[Any, ...], float]
UNSURE = ("D", "E")


class View:
    """A case and a plan, looked up from either side.

    Parameters
    ----------
    case : Case
        The case that was planned.
    plan : Plan
        A plan of it.

    Raises
    ------
    StoreError
        If the plan's labels are not those of the case: it is the plan of another one.
    """

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case, self.plan = case, plan
        told_apart = frozenset(plan.summary.get("sources_told_apart", ()))
        self.net = Network(case, Scope(as_is=plan.as_is, sources=told_apart))
        self.line = case.timeline
        self.periods: tuple[Period, ...] = self.line.periods
        self.at = {p.label: p.index for p in self.periods}
        known = [(_right(x), "|".join(sorted(x.flags))) for x in self.net.labels]
        if list(zip(plan.tables["labels"]["right"], plan.tables["labels"]["flags"], strict=True)) != known:
            raise StoreError(
                f"the plan is not one of case {case.name}: what it tells apart about a lot is not the same"
            )

    # ---- plan tables ----------------------------------------------------------------------------------------------

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a plan table as tuples of plain values."""
        frame = self.plan.tables[table]
        yield from frame.itertuples(index=False, name=None)

    def sums(self, table: str, *keys: str, value: str = "tonnes") -> Amounts:
        """Return the sum of a plan table's number by some of its columns; periods and labels by their numbers."""
        known = self._sums.get((table, *keys))
        if known is None:
            known = self._sums[table, *keys] = self._summed(table, keys, value)
        return known

    @cached_property
    def _sums(self) -> dict[tuple[str, ...], Amounts]:
        return {}

    def _summed(self, table: str, keys: tuple[str, ...], value: str) -> Amounts:
        frame = self.plan.tables[table]
        out: Amounts = defaultdict(float)
        columns = [
            [self.at[str(v)] for v in frame[k]]
            if k == "period"
            else [int(v) for v in frame[k]]
            if k in ("label", "label_after", "tier", "step")
            else [str(v) for v in frame[k]]
            for k in keys
        ]
        for *key, amount in zip(*columns, frame[value], strict=True):
            out[tuple(key)] += float(amount)
        return dict(out)

    def once(self, make: Callable[[View], _T]) -> _T:
        """Return what a function makes of the view, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _T = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Any, Any]:
        return {}

    # ---- case -----------------------------------------------------------------------------------------------------

    @cached_property
    def offers(self) -> dict[str, Row]:
        """Offers by id."""
        return {r.offer: r for r in self.case.rows("Offers")}

    @cached_property
    def commitments(self) -> dict[str, Row]:
        """Commitments by id."""
        return {r.commitment: r for r in self.case.rows("Commitments")}

    @cached_property
    def projects(self) -> dict[str, Row]:
        """Projects by name."""
        return {r.project: r for r in self.case.rows("Projects")}

    @cached_property
    def arc_rows(self) -> dict[tuple[str, str, str], Row | None]:
        """The lane row that governs (from, to, material)."""
        return {(a.origin, a.destination, a.material): a.row for a in self.net.arcs}

    @cached_property
    def operations(self) -> dict[tuple[str, str, str], Operation]:
        """What is run by (recipe, site, vintage), the vintage as plan table `runs` writes it."""
        return {(o.recipe.recipe, o.site, self._vintage(o)): o for o in self.net.operations}

    def _vintage(self, operation: Operation) -> str:
        if operation.vintage is None:
            return ""
        project, start = operation.vintage
        return f"{project}, {self.period(start) if start >= 0 else 'under way'}"

    def run(self) -> Iterator[tuple[Operation, int, int, float]]:
        """Yield (operation, label, period, units) of every run of the plan."""
        runs = self.sums("runs", "recipe", "site", "vintage", "label", "period", value="units")
        for (recipe, site, vintage, n, t), units in runs.items():
            yield self.operations[recipe, site, vintage], n, t, units

    def key_of(self, table: str, row: Row) -> str:
        """Return a row's key in words."""
        return " / ".join(str(v) for k in TABLES[table].key if (v := getattr(row, k)) is not None)

    def country_of(self, place: str) -> str:
        """Return the country of a place; "" where none is known."""
        return self.net.places.country.get(place, "")

    # ---- labels ---------------------------------------------------------------------------------------------------

    def label(self, number: int) -> Label:
        """Return the label of a number."""
        return self.net.labels[number]

    def delivered(self, rule: Row) -> dict[tuple[str, str, int], list[tuple[frozenset[str], float]]]:
        """Return (marks, t) of what is delivered by (segment, material, period), as a share rule counts it.

        That is by the ledger that the rule keeps for itself, else by the labels that all rules share.
        """
        book = next((b for b in self.net.ledgers if rule.row_id in b.rules), None)
        out: dict[tuple[str, str, int], list[tuple[frozenset[str], float]]] = defaultdict(list)
        if book is None:
            for (segment, g, n, t), x in self.sums("deliveries", "segment", "material", "label", "period").items():
                out[segment, g, t].append((self.label(n).flags, x))
            return out
        frame = self.plan.tables["attributed"]
        frame = frame[(frame["ledger"] == book.name) & (frame["table"] == "deliveries")]
        columns = (frame[c] for c in ("name", "material", "label", "marks", "period", "amount"))
        for segment, g, n, marks, t, x in zip(*columns, strict=True):
            flags = self.label(int(n)).flags | {f for f in marks.split("|") if f}
            out[segment, g, self.at[t]].append((flags, float(x)))
        return out

    @cached_property
    def attribution(self) -> str:
        """How origin is attributed where rules keep ledgers of their own, in a sentence; "" where one serves them all."""
        return in_words(self.net.ledgers)

    @cached_property
    def _markets(self) -> int:
        return len({country for _, country in self.net.predicates.uses})

    def right(self, number: int) -> str:
        """Return for whom a lot with this label may be used."""
        return right_words(self.label(number), self._markets)

    def origin(self, number: int) -> str:
        """Return what the rules tell of the origin of a lot with this label."""
        return origin_words(self.label(number), self.net.places.groups)

    # ---- time -----------------------------------------------------------------------------------------------------

    def start(self, t: int) -> dt.date:
        """Return the first day of a period."""
        return date_of(self.periods[t].start)

    def a_year(self, cost: object) -> float:
        """Return what something costs a year; of a series the mean over the plan."""
        if not isinstance(cost, str):
            return float(cost)  # type: ignore[arg-type]  # a number_or_series column holds one or the other
        return float(np.average(self.case.by_period(cost), weights=self.line.years))

    def period(self, t: int) -> str:
        """Return a period's label."""
        return self.periods[t].label

    def demand_rate(self, d: int, t: int) -> float:
        """Return a demand row's need in t/y."""
        return float(self.case.amounts("Demand", self.net.demand[d])[t] / self.line.years[t])

    # ---- where material can go ------------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> dict[tuple[str, str, int], set[tuple[str, str, int]]]:
        ways: dict[tuple[str, str, int], set[tuple[str, str, int]]] = defaultdict(set)
        for a in self.net.arcs:
            for x, y, _ in a.moves:
                ways[a.origin, a.material, x].add((a.destination, a.material, y))
        for o in self.net.operations:
            for g, x, y in o.uses:
                ways[o.site, g, x] |= {(o.site, h, o.lands[h, y]) for h, _ in o.outputs}
        return ways

    @cached_property
    def _used_ways(self) -> dict[tuple[str, str, int], set[tuple[str, str, int]]]:
        ways: dict[tuple[str, str, int], set[tuple[str, str, int]]] = defaultdict(set)
        made = {(o.recipe.recipe, o.site): o for o in self.net.operations}
        for i, j, g, x, y, _ in self.sums(
            "flows", "from_place", "to_place", "material", "label", "label_after", "period"
        ):
            ways[i, g, x].add((j, g, y))
        for r, i, g, x, y, _ in self.sums("inputs", "recipe", "site", "material", "label", "label_after", "period"):
            ways[i, g, x] |= {(i, h, made[r, i].lands[h, y]) for h, _ in made[r, i].outputs}
        return ways

    def reached(self, starts: set[tuple[str, str, int]], used_only: bool) -> set[tuple[str, str, int]]:
        """Return the nodes to which lots can go, or in the plan do go, from some nodes, those included."""
        ways = self._used_ways if used_only else self._ways
        seen, frontier = set(starts), list(starts)
        while frontier:
            fresh = ways.get(frontier.pop(), set()) - seen
            seen |= fresh
            frontier += fresh
        return seen

    def segments(self, starts: set[tuple[str, str, int]], used_only: bool) -> list[str]:
        """Return the segments that lots from some nodes can serve, or in the plan may have served."""
        nodes = self.reached(starts, used_only)
        served = set(self.sums("deliveries", "segment", "material", "label"))
        return [
            self.net.demand[d].segment for d in range(len(self.net.demand)) if self._serves(d, nodes, served, used_only)
        ]

    def _serves(self, d: int, nodes: set[tuple[str, str, int]], served: set[tuple[Any, ...]], used_only: bool) -> bool:
        row = self.net.demand[d]
        at = (market_place(row), row.material)
        return any(
            k == d and (*at, n) in nodes and (not used_only or (row.segment, row.material, n) in served)
            for k, n in self.net.demand_labels
        )

    # ---- identity -------------------------------------------------------------------------------------------------

    @cached_property
    def fingerprint(self) -> str:
        """Return eight characters that are the same for the same plan, so that paper and file can be matched."""
        told = hashlib.sha256()
        for name in sorted(self.plan.tables):
            told.update(name.encode())
            told.update(self.plan.tables[name].to_csv(index=False, lineterminator="\n").encode())
        return told.hexdigest()[:8]


def _right(label: Label) -> str:
    """Return a label's right as plan table `labels` writes it."""
    return "Any" if label.right is None else "|".join(f"{use}@{country}" for use, country in sorted(label.right))


def ledger_of(view: View) -> Ledger:
    """Return the plan as the audit reads it; ask with `View.once`."""
    return Ledger(view.case, view.plan)
