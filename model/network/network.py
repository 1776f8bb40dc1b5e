"""`Network`: every sparse set that the model is built over, made once from a case."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from model.case.case import Case, Row
from model.case.contents import Contents, contents_of
from model.case.places import Places, control_of, market_place, places_of, supplier_place
from model.case.separation import recipe_items
from model.case.timeline import Timeline, Vector, month_number
from model.network import ledgers, need
from model.network.controls import crossing_labels
from model.network.labels import (
    Label,
    Predicates,
    Use,
    joined,
    predicates_of,
    source_label,
    worked,
)
from model.network.lanes import INCUMBENT, LEFT_ALREADY, LaneMatch, Node, Pair, lane_matches, recipe_sites, useful
from model.network.ledgers import RuleLedger
from model.network.parts import Arc, Moves, Operation, Scope, Source, once_per_network
from model.network.predicates import UNKNOWN, Counted, provenance, rule_counts
from model.network.relevance import Relevance
from model.network.sources import stage_sources


def _in_words(label: Label) -> tuple[list[str], bool, list[Use]]:
    return sorted(label.flags), label.right is not None, sorted(label.right or ())


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
        case = self.case
        self.relevance = Relevance(case, self.places, self.contents, self.pairs, self.stage_sources, apart, self.taints)
        self.labels: list[Label] = []
        self._label_ids: dict[Label, int] = {}
        self.offers: list[Source] = [
            self._source(r) for r in case.rows("Offers") if not self.scope.as_is or r.kind in INCUMBENT
        ]
        self.commitments: list[Source] = [
            self._source(r) for r in case.rows("Commitments") if r.kind != "Running Build"
        ]
        self.opening: list[Source] = [self._unsold(r) for r in case.rows("Stockpiles") if r.opening_stock > 0]
        self.recycling: list[Source] = [self._unsold(r) for r in case.rows("Recycling")]
        self.node_labels: dict[Node, set[int]] = defaultdict(set)
        self._mixed: dict[tuple[str, str], set[Label]] = defaultdict(set)
        self.arcs: list[Arc] = []
        self.operations: list[Operation] = []
        return self._propagate(most)

    def number_of(self, label: Label) -> int:
        """Return the number of a label that the network has."""
        return self._label_ids[label]

    def label_id(self, label: Label) -> int:
        """Return the number of a label, giving it one if it is new."""
        if label not in self._label_ids:
            self._label_ids[label] = len(self.labels)
            self.labels.append(label)
        return self._label_ids[label]

    def controls_on(self, jurisdiction: str, material: str) -> list[Row]:
        """Return the export controls of a jurisdiction that name the material or Any."""
        return [
            c
            for c in self.case.rows("Export Controls")
            if c.jurisdiction == jurisdiction and self.contents.of(c.material, material) > 0
        ]

    def _crossed(
        self, label: Label, origin: str, destination: str, material: str
    ) -> list[tuple[Label, tuple[int, ...]]]:
        home = self.places.country[origin]
        if home == self.places.country[destination]:
            return [(label, ())]
        out = self.predicates.exported(label, home)
        if f"last:{home}" not in label.flags:
            return [(out, ())]
        return crossing_labels(out, self.controls_on(home, material), self.predicates.uses, self.places)

    def _source(self, row: Row) -> Source:
        place = supplier_place(row)
        home = self.suppliers[row.supplier].country if row.supplier in self.suppliers else ""
        stages = provenance(row, self.material[row.material].stage, home)
        label = source_label(row, stages, self.predicates, place, self.places.country[place], home)
        label = self._from_source(label, row)
        last = list(stages.values())[-1] if stages else ""
        # What was done nobody knows where counts under every jurisdiction, as the worst case.
        left = {j for j in self.predicates.controlled if last in (j, UNKNOWN)} - {self.places.country[place]}
        if getattr(row, "kind", "") in LEFT_ALREADY:
            left = set()
        controls = [c for j in sorted(left) for c in self.controls_on(j, row.material)]
        crossed = crossing_labels(label, controls, self.predicates.uses, self.places)
        kept = [(self.relevance.kept(x, place, row.material), seen) for x, seen in crossed]
        # What can only come uselessly may have to come all the same.
        kept = [(x, seen) for x, seen in kept if not self.relevance.useless(x, (row.material,))] or kept
        return Source(row, (place, row.material), tuple((self.label_id(x), seen) for x, seen in kept))

    def _from_source(self, label: Label, row: Row) -> Label:
        table = "Offers" if hasattr(row, "offer") else "Commitments" if hasattr(row, "commitment") else ""
        table = table or ("Recycling" if hasattr(row, "recycling") else "Stockpiles")
        for s in self.stage_sources:
            label = s.bought(label, table, row)
        return label

    def _unsold(self, row: Row) -> Source:
        # Opening stock, and what comes back, has no supplier whose country could stand for what is not declared.
        stages = provenance(row, self.material[row.material].stage, "")
        declared = source_label(row, stages, self.predicates, row.site, self.places.country[row.site], "")
        label = self.relevance.kept(self._from_source(declared, row), row.site, row.material)
        return Source(row, (row.site, row.material), ((self.label_id(label), ()),))

    # ---- propagation ----------------------------------------------------------------------------------------------

    def _propagate(self, most: float) -> bool:
        """Let labels flow forward along lanes and recipes until nothing new appears, then fix arcs and operations.

        Returns False, without arcs and operations, as soon as some (place, material) has more than `most` labels.
        """
        case = self.case
        matches, pairs = self.matches, self.pairs
        items = recipe_items(case)
        built = {p.site for p in case.rows("Projects")} if not self.scope.as_is else set()
        sites = [
            (r, s) for r, s in recipe_sites(case) if self.has_line(s, r.line) or s in built or self._running(s, r.line)
        ]
        for source in (*self.offers, *self.commitments, *self.opening, *self.recycling):
            self.node_labels[source.node] |= {label for label, _ in source.labels}
        while True:
            before = sum(len(v) for v in self.node_labels.values())
            for i, j, g in pairs:
                self.node_labels[j, g] |= {out for _, out, _ in self._moves(i, j, g)}
            for recipe, site in sites:
                roles = items[recipe.recipe]
                _, _, lands = self._operate(recipe, site, roles)
                for (g, _), label in lands.items():
                    self.node_labels[site, g].add(label)
            for node in self.stock_rows if self.taints else ():
                self.node_labels[node] |= self._mixtures(node)
            if any(len(v) > most for v in self.node_labels.values()):
                return False
            if sum(len(v) for v in self.node_labels.values()) == before:
                break
        for i, j, g in pairs:
            moves = self._moves(i, j, g)
            if moves:
                self.arcs.append(Arc(len(self.arcs), i, j, g, matches[i, j, g].row, moves))
        for recipe, site in sites:
            roles = items[recipe.recipe]
            outs, uses, lands = self._operate(recipe, site, roles)
            line_use = sum(per for _, per in roles["Line Use"]) if roles["Line Use"] else 1.0
            for vintage, yields in self._vintages(site, recipe.line) if outs else ():
                number = len(self.operations)
                inputs, outputs = tuple(roles["Input"]), tuple(roles["Output"])
                self.operations.append(
                    Operation(number, recipe, site, inputs, outputs, line_use, outs, uses, lands, vintage, yields)
                )
        return True

    def _vintages(self, site: str, line: str) -> Iterator[tuple[tuple[str, int] | None, Vector | None]]:
        """Yield (vintage, yields) of each way in which a recipe can run on a line: the plain one, then each young plant."""
        from model.rules import groups

        yield None, None
        for p in self.case.rows("Projects"):
            if (p.site, p.line) == (site, line) and groups.learns(p):
                running = [c for c in self.running_builds if c.project == p.project]
                if running:
                    yield (p.project, -1), groups.joint_recovery(self.timeline, p, running)
                if p in self.projects:
                    for s in groups.new_starts(self)[p.project]:
                        yield (p.project, s), groups.recovery(self.timeline, p, self.timeline.periods[s].start)

    def _mixtures(self, node: Node) -> set[int]:
        """Return the labels of all that can come of mixing two lots of a node."""
        lots = [self.labels[n] for n in sorted(self.node_labels.get(node, ()))]
        mixed = sorted({joined((a, b)) for a, b in itertools.combinations(lots, 2)}, key=_in_words)
        return {self.label_id(x) for x in mixed if x.right is None or x.right}

    def _moves(self, i: str, j: str, g: str) -> Moves:
        return tuple(
            (l_in, self.label_id(self.relevance.kept(out, j, g)), seen)
            for l_in in sorted(self.node_labels.get((i, g), ()))
            for out, seen in self._crossed(self.labels[l_in], i, j, g)
            if not self.relevance.useless(out, (g,))
        )

    def _operate(
        self, recipe: Row, site: str, roles: Mapping[str, list[tuple[str, float]]]
    ) -> tuple[tuple[int, ...], tuple[tuple[str, int, int], ...], dict[tuple[str, int], int]]:
        """Return labels of runs, (input, label in, label out) and (output, label of run) → label of the output."""
        country = self.places.country[site]
        outputs = [g for g, _ in roles["Output"]]
        matters = frozenset().union(*(self.relevance.flags(site, g) for g in outputs))

        stages = [self.material[g].stage for g in outputs]

        def work(label: Label, material: str = "") -> Label:
            out = worked(label, recipe.stage, site, country, self.control[site], self.predicates)
            for s in self.stage_sources:
                out = s.worked(out, material, recipe.stage, site, stages)
            return Label(self.relevance.right(out.right, outputs), out.flags & matters)

        made = {
            g: {n: work(self.labels[n], g) for n in sorted(self.node_labels.get((site, g), ()))}
            for g, _ in roles["Input"]
        }
        outs = {work(Label())} if not made else set()
        for k, lots in enumerate(made.values()):
            outs = set(lots.values()) if k == 0 else {joined((a, b)) for a in outs for b in set(lots.values())}
        if self.taints:  # what any recipe leaves on the line gets into what the next one makes
            on_line = self._mixed[site, recipe.line]
            on_line |= outs
            outs |= {Label(x.right, x.flags & matters) for x in (joined((a, b)) for a in outs for b in on_line)}
            on_line |= outs
        # Sets of texts come in another order in every process; numbers of labels shall not.
        outs = {x for x in outs if (x.right is None or x.right) and not self.relevance.useless(x, outputs)}
        ids = {out: self.label_id(out) for out in sorted(outs, key=_in_words)}
        uses = tuple(
            (g, n, ids[out])
            for g, lots in made.items()
            for n, label in lots.items()
            for out in ids
            if out.no_better_than(label)
        )
        lands = {(g, ids[o]): self.label_id(self.relevance.kept(o, site, g)) for o in ids for g in outputs}
        return tuple(sorted(ids.values())), uses, lands

    # ---- lines and projects ---------------------------------------------------------------------------------------

    @cached_property
    def line_rows(self) -> dict[tuple[str, str], Row]:
        """Existing lines by (site, line)."""
        return {(r.site, r.line): r for r in self.case.rows("Lines")}

    def has_line(self, site: str, line: str) -> bool:
        """Return whether the line exists today."""
        return (site, line) in {(r.site, r.line) for r in self.case.rows("Lines")}

    @cached_property
    def running_builds(self) -> list[Row]:
        """Commitments that are builds under way."""
        return [r for r in self.case.rows("Commitments") if r.kind == "Running Build"]

    def _running(self, site: str, line: str) -> bool:
        named = {r.project for r in self.case.rows("Commitments") if r.kind == "Running Build"}
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

    @cached_property
    def need(self) -> Mapping[str, Vector]:
        """Most of each material that could ever be of use from each period on (t), shape (T,); a valid, finite bound."""
        return need.ahead(self)

    @cached_property
    def need_at_once(self) -> Mapping[str, Vector]:
        """Most of each material that could be of use in a period (t), shape (T,): where nothing can wait, that of the period."""
        return need.at_once(self)

    @cached_property
    def moved(self) -> Mapping[str, Vector]:
        """Most of each material that could be moved or held in a period (t), shape (T,): need, or what is made beside it."""
        return need.moved(self)

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
