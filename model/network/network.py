"""`Network`: every sparse set that the model is built over, made once from a case."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from model.case.case import Case, Row
from model.case.contents import Contents, contents_of
from model.case.places import Places, control_of, market_place, places_of
from model.case.timeline import Timeline, Vector, month_number
from model.network import ledgers
from model.network.labels import Label, Predicates, predicates_of
from model.network.lanes import LaneMatch, Node, Pair, lane_matches, useful
from model.network.ledgers import RuleLedger
from model.network.parts import Arc, Operation, Scope, Source, looks_at, once_per_network
from model.network.predicates import Counted, rule_counts
from model.network.relevance import Relevance
from model.network.sources import stage_sources
from model.network.tracing import Tracing


class Network:
    """Sparse sets of a case.

    Parameters
    ----------
    case : Case
        Checked and free of errors.
    scope : Scope
        With `as_is`, offers of kind Renewal only, no projects, no rules of the buyer's own making.
    joint : Network
        Makes this the network of a rule's ledger: the same places and lanes as there, but with the rule's marks too.
    apart : frozenset of str
        Flags that no label here tells apart; given with `joint`.

    Attributes
    ----------
    ledgers : tuple of RuleLedger
        Rules that attribute by themselves, empty where the joint label tells all rules; see `model.network.ledgers`.
    """

    def __init__(
        self,
        case: Case,
        scope: Scope | None = None,
        *,
        joint: Network | None = None,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        self.case, self.scope = case, scope or Scope()
        self.timeline: Timeline = case.timeline
        self.places: Places = places_of(case)
        self.contents: Contents = contents_of(case)
        self.control = control_of(case, self.places)
        self.predicates: Predicates = predicates_of(case, self.places)
        self.matches: dict[Pair, LaneMatch] = lane_matches(case, self.places) if joint is None else joint.matches
        self.pairs: list[Pair] = sorted(useful(case, self.matches)) if joint is None else joint.pairs
        self.stage_sources = stage_sources(case, self.places, self.contents, self.scope.sources)
        self.material = {m.material: m for m in case.rows("Materials")}
        self.suppliers = {s.supplier: s for s in case.rows("Suppliers")}
        self.demand = case.rows("Demand")
        # As Is has no rules of the buyer's own; it is shown by mass balance.
        self.taints = case.settings["mixing"] == "Taint All" and not self.scope.as_is
        self.ledgers: tuple[RuleLedger, ...] = ()
        if joint is not None or not ledgers.fits_jointly(self):
            self._trace(apart if joint is not None else ledgers.apart(self))
            self.ledgers = () if joint is not None else ledgers.ledgers_of(self)

    @cached_property
    def counts(self) -> Mapping[int, list[Counted]]:
        """Share rule → whom it counts by which flags."""
        return rule_counts(self.case, self.places)

    # ---- labels ---------------------------------------------------------------------------------------------------

    def traced(self, most: float = math.inf) -> bool:
        """Trace labels that tell all rules; return False, with nothing to rely on, where some node would have too many."""
        return self._trace(frozenset(), most)

    def _trace(self, apart: frozenset[str], most: float = math.inf) -> bool:
        found = Tracing(self, apart)
        whole = found.run(most)
        self.relevance: Relevance = found.relevance
        self.labels: list[Label] = found.labels
        self._label_ids: dict[Label, int] = found.numbers
        self.node_labels: dict[Node, set[int]] = found.node_labels
        self.offers: list[Source] = found.offers
        self.commitments: list[Source] = found.commitments
        self.opening: list[Source] = found.opening
        self.recycling: list[Source] = found.recycling
        self.arcs: list[Arc] = found.arcs
        self.operations: list[Operation] = found.operations
        return whole

    def number_of(self, label: Label) -> int:
        """Return the number of a label that the network has."""
        return self._label_ids[label]

    # ---- lines and projects ---------------------------------------------------------------------------------------

    @cached_property
    def line_rows(self) -> dict[tuple[str, str], Row]:
        """Existing lines by (site, line)."""
        return {(r.site, r.line): r for r in self.case.rows("Lines")}

    def has_line(self, site: str, line: str) -> bool:
        """Return whether the line exists today."""
        return (site, line) in self.line_rows

    @cached_property
    def running_builds(self) -> list[Row]:
        """Commitments that are builds under way."""
        return [r for r in self.case.rows("Commitments") if r.kind == "Running Build"]

    def line_under_way(self, site: str, line: str) -> bool:
        """Return whether a build under way adds to the line."""
        named = {r.project for r in self.running_builds}
        return any(p.site == site and p.line == line for p in self.case.rows("Projects") if p.project in named)

    @cached_property
    def projects(self) -> list[Row]:
        """Projects that may still be decided: all but those being built already."""
        running = {r.project for r in self.running_builds}
        return [] if self.scope.as_is else [p for p in self.case.rows("Projects") if p.project not in running]

    @cached_property
    def project_rows(self) -> dict[str, Row]:
        """All projects by name."""
        return {p.project: p for p in self.case.rows("Projects")}

    @cached_property
    def line_keys(self) -> dict[tuple[str, str], str]:
        """(site, line) → kind of every line that exists or may be built."""
        running = {r.project for r in self.running_builds}
        keys = {(r.site, r.line): r.kind for r in self.case.rows("Lines")}
        for p in self.case.rows("Projects"):
            if p in self.projects or p.project in running:
                keys.setdefault((p.site, p.line), p.kind)
        return keys

    def decidable(self, t: int) -> bool:
        """Return whether anything may be decided in the period: it does not start before the plan date."""
        return self.timeline.periods[t].start >= self.timeline.plan - 1e-9

    # ---- bounds ---------------------------------------------------------------------------------------------------

    @once_per_network
    @looks_at("Offers")
    def available(self, offer: Row) -> Vector:
        """Return the most that can be bought of an offer in each period (t), shape (T,); NaN means no limit."""
        limits = self.case.rate_amounts(offer.available_to_us)
        start = month_number(offer.valid_from) if offer.valid_from else -np.inf
        end = month_number(offer.valid_until + dt.timedelta(days=1)) if offer.valid_until else np.inf
        for t in range(len(self.timeline)):
            share = self.timeline.share_in(t, start, end)
            if share < 1e-9 or not self.decidable(t):
                limits[t] = 0.0
            elif share < 1 - 1e-9:
                limits[t] *= share
        return limits

    # ---- small iterators ------------------------------------------------------------------------------------------

    @property
    def periods(self) -> range:
        """Period numbers."""
        return range(len(self.timeline))

    @cached_property
    def stock_rows(self) -> dict[Node, Row]:
        """Stockpiles by (site, material)."""
        return {(r.site, r.material): r for r in self.case.rows("Stockpiles") if self.material[r.material].storable}

    @cached_property
    def demand_labels(self) -> list[tuple[int, int]]:
        """(position of a demand row, label that may serve it)."""
        out = []
        for k, d in enumerate(self.demand):
            place = market_place(d)
            use = (d.end_use, self.places.country[place])
            out += [(k, n) for n in sorted(self.node_labels.get((place, d.material), ())) if self.labels[n].serves(use)]
        return out

    @cached_property
    def lead(self) -> list[int]:
        """For each demand row the one that carries its shortage: itself, or the first material of its product."""
        first: dict[int, int] = {}
        return [first.setdefault(row.row_id, d) if row.in_units else d for d, row in enumerate(self.demand)]

    @cached_property
    def together(self) -> dict[int, list[int]]:
        """Demand rows that go short together, by the one that carries the shortage; what stands in never goes short."""
        out: dict[int, list[int]] = defaultdict(list)
        for d, lead in enumerate(self.lead):
            if not self.demand[d].stands_in:
                out[lead].append(d)
        return dict(out)

    @cached_property
    def portion(self) -> list[float]:
        """Each demand row's part of the tonnes in which its shortage is counted; 1 where it goes short by itself."""
        return [float(row.content / row.product_kg) if row.in_units else 1.0 for row in self.demand]

    @cached_property
    def tiers(self) -> dict[int, list[Row]]:
        """Shortage tiers of each demand row by its position; empty where it must be served in full."""
        by_segment: dict[str, list[Row]] = defaultdict(list)
        for r in sorted(self.case.rows("Shortage Costs"), key=lambda r: r.tier):
            by_segment[r.segment].append(r)
        return {k: [] if d.stands_in else by_segment.get(d.segment, []) for k, d in enumerate(self.demand)}

    def nodes(self) -> Iterator[tuple[str, str, int]]:
        """Yield every (place, material, label) that can hold material."""
        for (place, material), labels in sorted(self.node_labels.items()):
            for label in sorted(labels):
                yield place, material, label
