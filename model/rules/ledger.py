"""`Ledger`: a plan's tables beside its case, indexed once, for checks that know neither the model nor the network.

Every family's `check` reads a Ledger and recomputes its rows from the equation in its module's docstring. Rows that
name what the case does not have are reported once, in `findings`, and left out of everything else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from model.case.case import Case, Row
from model.case.products import materials_of
from model.case.timeline import Timeline, Vector, month_number
from model.plan import Plan
from model.rules import ledger_reading
from model.rules.family import Violation
from model.rules.ledger_attribution import parts_of, standing_apart
from model.rules.ledger_customs import Customs
from model.rules.ledger_exports import let_out
from model.rules.ledger_lanes import Lanes
from model.rules.ledger_lots import Lot, Lots, Use, day_after
from model.rules.ledger_memory import Memory
from model.rules.ledger_places import countries
from model.rules.ledger_plants import Items, Plant, items_of, plants_of, recipes_of
from model.rules.ledger_reading import SOFT
from model.rules.ledger_terms import Terms

Amounts = Mapping[Any, float]


class Ledger:
    """Indexed views of a plan and its case; periods are numbers, labels are ids.

    Attributes
    ----------
    findings : list of Violation
        What could not be read: missing tables, unknown names, periods and labels, negative and missing quantities.
    lots : dict of int to Lot
        What each label means.
    """

    def __init__(self, case: Case, plan: Plan, whole: Ledger | None = None, name: str = "") -> None:
        self.case, self.plan, self.as_is = case, plan, plan.as_is
        self._whole, self._name = whole, name
        self.timeline: Timeline = case.timeline
        self.findings: list[Violation] = []
        self._name_rows()
        self.country = countries(case)
        self.about = Lots(case, self.country)
        self.terms = Terms(case)
        self.lanes = Lanes(case, self.country, self.about.members)
        self.customs = Customs(case, self.lanes, self.terms)
        self.periods = {p.label: p.index for p in self.timeline.periods}
        self.lots: dict[int, Lot] = ledger_reading.lots(self)
        self.rows: dict[str, list[tuple[Any, ...]]] = ledger_reading.rows(self)

    def _name_rows(self) -> None:
        case = self.case
        self.offers = {r.offer: r for r in case.rows("Offers")}
        self.contracts = {r.contract: r for r in case.rows("Contracts")}
        self.commitments = {r.commitment: r for r in case.rows("Commitments") if r.kind != "Running Build"}
        self.recycling = {r.recycling: r for r in case.rows("Recycling")}
        self.running = [r for r in case.rows("Commitments") if r.kind == "Running Build"]
        self.projects = {r.project: r for r in case.rows("Projects")}
        self.recipes = recipes_of(case)
        self.materials = {r.material: r for r in case.rows("Materials")}
        self.demand = {(r.segment, r.material): r for r in case.rows("Demand")}
        self.qualifications = {r.qualification: r for r in case.rows("Qualifications")}
        self.products = materials_of(case.rows("Products"))
        self.targets = {r.target: r for r in case.rows("Cover Targets")}
        self.stockpiles = {(r.site, r.material): r for r in case.rows("Stockpiles")}
        self.markets = {(r.site, r.material, r.step): r for r in case.rows("Sales")}

    # ---- sums -----------------------------------------------------------------------------------------------------

    def total(self, table: str, *places: int) -> Amounts:
        """Return the sums of a plan table's last column over rows that agree in the columns at the given places."""
        out: dict[Any, float] = defaultdict(float)
        for row in self.rows[table]:
            out[tuple(row[i] for i in places)] += row[-1]
        return out

    @cached_property
    def bought(self) -> Amounts:
        """Tonnes bought by (offer, period)."""
        return self.total("purchases", 0, 2)

    @cached_property
    def signed(self) -> dict[str, list[int]]:
        """Contract → periods in which the plan signs it."""
        return {c: sorted(t for name, t in self.rows["contracts"] if name == c) for c in self.contracts}

    def under(self, contract: str) -> list[str]:
        """Return the offers that are bought under a contract."""
        return [k for k, o in self.offers.items() if o.contract == contract]

    def active(self, contract: str) -> Vector:
        """Return the share of each period in which a contract runs, shape (T,)."""
        out = np.zeros(len(self.timeline))
        for s in self.signed[contract]:
            out += self._running(contract, s)
        return out

    def _running(self, contract: str, s: int) -> Vector:
        """Return the share of each period in which a contract signed in one of them runs, shape (T,)."""
        row = self.contracts[contract]
        left = [self.timeline.periods[u].start + row.notice for c, u in self.rows["notices"] if c == contract]
        renewed = any(c == contract for c, _ in self.rows["renewals"])
        first = self.timeline.periods[s].start
        longer = row.renewal if renewed and row.renewal else 0.0
        last = min([math.inf if row.duration is None else first + row.duration + longer, *left])
        return np.array([self.timeline.share_in(p.index, first, last) for p in self.timeline.periods])

    def escaped(self, commitment: str) -> Vector:
        """Return what of a commitment is not handed over in each period (t), shape (T,), since the plan leaves it."""
        row, agreed = self.commitments[commitment], self.case.amounts("Commitments", self.commitments[commitment])
        left = [self.timeline.periods[u].start + row.notice for c, u in self.rows["departures"] if c == commitment]
        after = [self.timeline.share_in(p.index, min(left), math.inf) if left else 0.0 for p in self.timeline.periods]
        out: Vector = agreed * np.array(after)
        return out

    def committed_under(self, contract: str) -> Vector:
        """Return what a contract commits to in each period (t), shape (T,): as given, or as decided at signing."""
        row = self.contracts[contract]
        if row.committed_most is None:
            return self.case.rate_amounts(row.committed) * self.active(contract)
        out = np.zeros(len(self.timeline))
        for name, s, size in self.rows["reservations"]:
            if name == contract:
                out += size * self._running(contract, s) * self.timeline.amount_factor
        return out

    @cached_property
    def bought_at(self) -> list[tuple[str, int, float, float]]:
        """(offer, period, USD/kg, t) of what is bought, one for each step of a price that goes in steps."""
        out = []
        for (k, t), tonnes in self.bought.items():
            if k not in self.terms.tiers:
                out.append((k, t, float(self.terms.price(self.offers[k])[t]), tonnes))
        for (k, step, t), tonnes in self.total("price_steps", 0, 1, 2).items():
            if step in {number for number, _, _ in self.terms.tiers.get(k, [])}:
                out.append((k, t, float(self.terms.step_price(self.offers[k], step)[t]), tonnes))
        return out

    @cached_property
    def taken(self) -> Amounts:
        """Tonnes taken by (commitment, period)."""
        return self.total("committed", 0, 2)

    @cached_property
    def held(self) -> Amounts:
        """Tonnes held at the end by (site, material, period)."""
        return self.total("stocks", 0, 1, 3)

    @cached_property
    def lots_held(self) -> Mapping[tuple[str, str, int], list[tuple[int, float]]]:
        """(label, tonnes) of every lot held at the end by (site, material, period)."""
        out: dict[tuple[str, str, int], list[tuple[int, float]]] = defaultdict(list)
        for i, g, n, t, q in self.rows["stocks"]:
            out[i, g, t].append((n, q))
        return out

    @cached_property
    def ordered(self) -> set[tuple[str, int]]:
        """(offer, period) of every order."""
        return {(k, t) for k, t in self.rows["orders"]}

    @cached_property
    def started(self) -> dict[str, int]:
        """Project → first period in which its construction starts."""
        return {p: t for p, t, _ in sorted(self.rows["builds"], key=lambda r: -r[1])}

    @cached_property
    def starts(self) -> set[tuple[str, int]]:
        """(project, period) of every start of construction."""
        return {(p, t) for p, t, _ in self.rows["builds"]}

    @cached_property
    def modules(self) -> Amounts:
        """Modules started by (project, period) of projects that repeat."""
        return self.total("modules", 0, 1)

    @cached_property
    def carried(self) -> Amounts:
        """Tonnes leaving by (lane, period), lanes by the name under which they are used as one."""
        out: dict[Any, float] = defaultdict(float)
        for i, j, g, _, _, t, q in self.rows["flows"]:
            row = self.lanes.governing(i, j, g)
            if row is not None:
                out[self.lanes.key(i, j, row), t] += q
        return out

    @cached_property
    def parts(self) -> Mapping[str, Ledger]:
        """Ledgers that rules keep for themselves, by name; each is read as a plan of its own."""
        return {name: Ledger(self.case, plan, self, name) for name, plan in parts_of(self).items()}

    def counting(self, rule: Row) -> Ledger:
        """Return the ledger by which a share rule counts: one that it keeps for itself, or the plan's joint labels."""
        return next((part for name, part in self.parts.items() if rule in self.apart.get(name, ())), self)

    @cached_property
    def apart(self) -> Mapping[str, list[Row]]:
        """Share rules that may keep a ledger for themselves, by its name."""
        return standing_apart(self)

    @cached_property
    def elsewhere(self) -> frozenset[int]:
        """Share rules (row ids) whose marks the labels of this plan need not tell, since another ledger does."""
        whole = self._whole or self
        return frozenset(r.row_id for name in whole.parts if name != self._name for r in whole.apart.get(name, ()))

    @cached_property
    def memory(self) -> Memory:
        """What labels must still say where."""
        return Memory(self)

    @cached_property
    def items(self) -> Items:
        """Recipe → role → material → tonnes per unit; a recipe without Line Use takes one unit of its line."""
        return items_of(self.case, self.recipes)

    @cached_property
    def plants(self) -> dict[str, Plant]:
        """Plants that recover less in some year, by the text under which the plan runs them."""
        builds = [(p, self.period(t), self.timeline.periods[t].start, size) for p, t, size in self.rows["builds"]]
        return plants_of(self.timeline, self.projects, builds, self.running)

    @cached_property
    def let_out(self) -> dict[tuple[int, int], float]:
        """Tonnes, by content, that leave a jurisdiction by (control, period)."""
        return let_out(self)

    @cached_property
    def lots_delivered(self) -> Mapping[tuple[str, str, int], list[tuple[int, float]]]:
        """(label, tonnes) of every lot delivered by (segment, material, period)."""
        out: dict[tuple[str, str, int], list[tuple[int, float]]] = defaultdict(list)
        for segment, g, n, t, q in self.rows["deliveries"]:
            out[segment, g, t].append((n, q))
        return out

    # ---- what the case says ---------------------------------------------------------------------------------------

    def period(self, t: int) -> str:
        """Return the label of a period."""
        return self.timeline.periods[t].label

    def place_of(self, row: Row) -> str:
        """Return where an offer or commitment hands over, or where a demand row is served."""
        return str(row.site or (row.supplier if hasattr(row, "supplier") else row.segment))

    def available(self, offer: Row) -> Vector:
        """Return what can be bought of an offer in each period (t), shape (T,): NaN means no limit, 0 not valid."""
        first = month_number(offer.valid_from) if offer.valid_from else -math.inf
        end = month_number(day_after(offer.valid_until)) if offer.valid_until else math.inf
        valid = np.array(
            [
                self.timeline.share_in(p.index, first, end) if p.start >= self.timeline.plan - 1e-9 else 0.0
                for p in self.timeline.periods
            ]
        )
        limit: Vector = self.case.rate_amounts(offer.available_to_us) * valid
        limit[valid < 1e-9] = 0.0
        return limit

    def kept(self, site: str, material: str, t: int) -> float:
        """Return the share of a stock that a period's loss leaves."""
        row = self.stockpiles[site, material]
        return float((1.0 - row.loss) ** self.timeline.periods[t].years)

    def in_force(self, row: Row) -> list[int]:
        """Return the periods in which a rule is in force, by its dates if it has any."""
        dates = [getattr(row, c, None) for c in ("effective", "suspended")]
        start, end = (month_number(d) if d else None for d in dates)
        return [p.index for p in self.timeline.periods if self.timeline.applies(p.index, start, end)]

    def windows(self, table: str, row: Row, always: bool = False) -> list[tuple[str, tuple[int, ...]]]:
        """Return (window, periods) in which a rule is in force and has a number, or in force at all if `always`."""
        values = self.case.across(table, row)
        active = [t for t in self.in_force(row) if always or not math.isnan(values[t])]
        found = [(name, tuple(t for t in ts if t in active)) for name, ts in self.timeline.windows(row.window)]
        return [(name, ts) for name, ts in found if ts]

    def own_rules(self, table: str) -> list[Row]:
        """Return the buyer's own rules; they bind what is planned, not As Is."""
        return [] if self.as_is else self.case.rows(table)

    def limited_offers(self, limit: Row) -> list[str]:
        """Return the offers that a limit on what is bought looks at."""
        return [
            k
            for k, o in self.offers.items()
            if limit.offer in (None, k)
            and limit.supplier in (None, o.supplier)
            and limit.material in (None, o.material)
            and limit.site in (None, self.place_of(o))
        ]

    def rule_materials(self, rule: Row) -> list[str]:
        """Return what a de-risking rule is about: what it names, or each element, or material without, that is in demand."""
        if rule.material:
            return [rule.material]
        asked = {g for (_, g), need in self.demand.items() if not need.stands_in}
        return sorted({name for g in asked for name in self.about.names_in(g)})

    def needed(self, rule: Row, name: str, ts: Iterable[int]) -> Iterator[tuple[tuple[str, str], int, float]]:
        """Yield (demand row, period, t of the material or element needed) that a rule or target refers to."""
        rows = [
            (key, r)
            for key, r in self.demand.items()
            if rule.segment in (None, r.segment) and rule.end_use in ("Any", r.end_use)
        ]
        for key, r in rows:
            content = self.about.content(name, key[1])
            if content > 0 and content >= getattr(rule, "de_minimis", 0.0):
                amounts = content * self.case.amounts("Demand", r)
                yield from ((key, t, float(amounts[t])) for t in ts if not self._exempt(rule, r, t))

    def _exempt(self, rule: Row, need: Row, t: int) -> bool:
        """Return whether a de-risking rule leaves a need out in a period."""
        if not self.case.has("Rule Exemptions") or not hasattr(rule, "rule"):
            return False
        return any(e.segment == need.segment or e.material == need.material for e in self.about.exempt(rule, t))

    def use_of(self, need: Row) -> Use:
        """Return (end use, country) of a demand row."""
        return need.end_use, self.country[self.place_of(need)]

    # ---- soft rules -----------------------------------------------------------------------------------------------

    @cached_property
    def missed(self) -> Amounts:
        """Amounts by which soft rules are missed, by (table, rule, item, window)."""
        return self.total("missed", 0, 1, 2, 3)

    def slack(self, table: str, rule: Row, item: str, window: str) -> float:
        """Return by how much the plan says that a rule is missed; a hard rule may not be."""
        name = getattr(rule, SOFT[table])
        return self.missed.get((table, name, item, window), 0.0) if rule.hardness == "Soft" else 0.0

    def stray(
        self, family: str, table: str, known: set[tuple[str, str, str]], rules: Iterable[str]
    ) -> Iterator[Violation]:
        """Yield a violation for every missed amount of some rules that no soft row of a rule asks for."""
        ours = set(rules)
        for (place, rule, item, window), amount in self.missed.items():
            if place == table and rule in ours and (rule, item, window) not in known:
                yield Violation(family, f"{rule} on {item} in {window} is missed, but is no soft rule there", amount)
