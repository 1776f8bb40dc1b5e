"""Tracing: labels flow from what is bought, held and committed along lanes and through recipes until nothing new appears."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from model.case.case import Row
from model.case.places import supplier_place
from model.case.separation import recipe_items
from model.case.timeline import Vector
from model.network import buildout
from model.network.controls import crossing_labels
from model.network.labels import Label, Use, joined, source_label, worked
from model.network.lanes import INCUMBENT, LEFT_ALREADY, Node, recipe_sites
from model.network.parts import Arc, Moves, Operation, Source
from model.network.predicates import UNKNOWN, provenance
from model.network.relevance import Relevance

if TYPE_CHECKING:
    from model.network.network import Network

Items = Mapping[str, Mapping[str, list[tuple[str, float]]]]  # recipe → role → (material, per unit)


class Tracing:
    """What labels there are, and by which sources, lanes and operations lots have them.

    Parameters
    ----------
    net : Network
        Whose places, lanes and lines are known and whose labels are not.
    apart : frozenset of str
        Flags that no label tells apart.

    Attributes
    ----------
    labels : list of Label
        Every label by its number.
    numbers : dict of Label to int
        The same the other way round.
    node_labels : dict of (place, material) to set of int
        What can be there.
    """

    def __init__(self, net: Network, apart: frozenset[str]) -> None:
        self.net, self.case = net, net.case
        self.places, self.predicates, self.taints = net.places, net.predicates, net.taints
        self.relevance = Relevance(net.case, net.places, net.contents, net.pairs, net.stage_sources, apart, net.taints)
        self.labels: list[Label] = []
        self.numbers: dict[Label, int] = {}
        rows = self.case.rows
        self.offers: list[Source] = [
            self._source(r) for r in rows("Offers") if not net.scope.as_is or r.kind in INCUMBENT
        ]
        self.commitments: list[Source] = [self._source(r) for r in rows("Commitments") if r.kind != "Running Build"]
        self.opening: list[Source] = [self._unsold(r) for r in rows("Stockpiles") if r.opening_stock > 0]
        self.recycling: list[Source] = [self._unsold(r) for r in rows("Recycling")]
        self.node_labels: dict[Node, set[int]] = defaultdict(set)
        self._mixed: dict[tuple[str, str], set[Label]] = defaultdict(set)
        self.arcs: list[Arc] = []
        self.operations: list[Operation] = []

    # ---- sources -------------------------------------------------------------------------------------------------

    def _number(self, label: Label) -> int:
        """Return the number of a label, giving it one if it is new."""
        if label not in self.numbers:
            self.numbers[label] = len(self.labels)
            self.labels.append(label)
        return self.numbers[label]

    def _controls_on(self, jurisdiction: str, material: str) -> list[Row]:
        """Return the export controls of a jurisdiction that name the material or Any."""
        return [
            c
            for c in self.case.rows("Export Controls")
            if c.jurisdiction == jurisdiction and self.net.contents.of(c.material, material) > 0
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
        return crossing_labels(out, self._controls_on(home, material), self.predicates.uses, self.places)

    def _source(self, row: Row) -> Source:
        place = supplier_place(row)
        home = self.net.suppliers[row.supplier].country if row.supplier in self.net.suppliers else ""
        stages = provenance(row, self.net.material[row.material].stage, home)
        label = source_label(row, stages, self.predicates, place, self.places.country[place], home)
        label = self._from_source(label, row)
        last = list(stages.values())[-1] if stages else ""
        # What was done nobody knows where counts under every jurisdiction, as the worst case.
        left = {j for j in self.predicates.controlled if last in (j, UNKNOWN)} - {self.places.country[place]}
        if getattr(row, "kind", "") in LEFT_ALREADY:
            left = set()
        controls = [c for j in sorted(left) for c in self._controls_on(j, row.material)]
        crossed = crossing_labels(label, controls, self.predicates.uses, self.places)
        kept = [(self.relevance.kept(x, place, row.material), seen) for x, seen in crossed]
        # What can only come uselessly may have to come all the same.
        kept = [(x, seen) for x, seen in kept if not self.relevance.useless(x, (row.material,))] or kept
        return Source(row, (place, row.material), tuple((self._number(x), seen) for x, seen in kept))

    def _from_source(self, label: Label, row: Row) -> Label:
        table = "Offers" if hasattr(row, "offer") else "Commitments" if hasattr(row, "commitment") else ""
        table = table or ("Recycling" if hasattr(row, "recycling") else "Stockpiles")
        for s in self.net.stage_sources:
            label = s.bought(label, table, row)
        return label

    def _unsold(self, row: Row) -> Source:
        # Opening stock, and what comes back, has no supplier whose country could stand for what is not declared.
        stages = provenance(row, self.net.material[row.material].stage, "")
        declared = source_label(row, stages, self.predicates, row.site, self.places.country[row.site], "")
        label = self.relevance.kept(self._from_source(declared, row), row.site, row.material)
        return Source(row, (row.site, row.material), ((self._number(label), ()),))

    # ---- propagation ----------------------------------------------------------------------------------------------

    def run(self, most: float) -> bool:
        """Let labels flow forward along lanes and recipes until nothing new appears, then fix arcs and operations.

        Returns False, without arcs and operations, as soon as some (place, material) has more than `most` labels.
        """
        for source in (*self.offers, *self.commitments, *self.opening, *self.recycling):
            self.node_labels[source.node] |= {label for label, _ in source.labels}
        items, sites = recipe_items(self.case), self._working_sites()
        before = -1
        while (now := sum(len(v) for v in self.node_labels.values())) != before:
            before = now
            self._spread(items, sites)
            if any(len(v) > most for v in self.node_labels.values()):
                return False
        self._fix_arcs()
        self._fix_operations(items, sites)
        return True

    def _working_sites(self) -> list[tuple[Row, str]]:
        """Return (recipe, site) of every line that is there, under way or may be built."""
        net = self.net
        built = {p.site for p in self.case.rows("Projects")} if not net.scope.as_is else set()
        return [
            (r, s)
            for r, s in recipe_sites(self.case)
            if net.has_line(s, r.line) or s in built or net.line_under_way(s, r.line)
        ]

    def _spread(self, items: Items, sites: list[tuple[Row, str]]) -> None:
        """Let every label go one step further."""
        for i, j, g in self.net.pairs:
            self.node_labels[j, g] |= {out for _, out, _ in self._moves(i, j, g)}
        for recipe, site in sites:
            _, _, lands = self._operate(recipe, site, items[recipe.recipe])
            for (g, _), label in lands.items():
                self.node_labels[site, g].add(label)
        for node in self.net.stock_rows if self.taints else ():
            self.node_labels[node] |= self._mixtures(node)

    def _fix_arcs(self) -> None:
        for i, j, g in self.net.pairs:
            moves = self._moves(i, j, g)
            if moves:
                self.arcs.append(Arc(len(self.arcs), i, j, g, self.net.matches[i, j, g].row, moves))

    def _fix_operations(self, items: Items, sites: list[tuple[Row, str]]) -> None:
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

    def _vintages(self, site: str, line: str) -> Iterator[tuple[tuple[str, int] | None, Vector | None]]:
        """Yield (vintage, yields) of each way in which a recipe can run on a line: the plain one, then each young plant."""
        net = self.net
        yield None, None
        for p in self.case.rows("Projects"):
            if (p.site, p.line) == (site, line) and buildout.learns(p):
                running = [c for c in net.running_builds if c.project == p.project]
                if running:
                    yield (p.project, -1), buildout.joint_recovery(net.timeline, p, running)
                if p in net.projects:
                    for s in buildout.new_starts(net)[p.project]:
                        yield (p.project, s), buildout.recovery(net.timeline, p, net.timeline.periods[s].start)

    def _mixtures(self, node: Node) -> set[int]:
        """Return the labels of all that can come of mixing two lots of a node."""
        lots = [self.labels[n] for n in sorted(self.node_labels.get(node, ()))]
        mixed = sorted({joined((a, b)) for a, b in itertools.combinations(lots, 2)}, key=_in_words)
        return {self._number(x) for x in mixed if x.right is None or x.right}

    def _moves(self, i: str, j: str, g: str) -> Moves:
        return tuple(
            (l_in, self._number(self.relevance.kept(out, j, g)), seen)
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

        stages = [self.net.material[g].stage for g in outputs]

        def work(label: Label, material: str = "") -> Label:
            out = worked(label, recipe.stage, site, country, self.net.control[site], self.predicates)
            for s in self.net.stage_sources:
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
        ids = {out: self._number(out) for out in sorted(outs, key=_in_words)}
        uses = tuple(
            (g, n, ids[out])
            for g, lots in made.items()
            for n, label in lots.items()
            for out in ids
            if out.no_better_than(label)
        )
        lands = {(g, ids[o]): self._number(self.relevance.kept(o, site, g)) for o in ids for g in outputs}
        return tuple(sorted(ids.values())), uses, lands


def _in_words(label: Label) -> tuple[list[str], bool, list[Use]]:
    return sorted(label.flags), label.right is not None, sorted(label.right or ())
