"""What a lot's label must still say at a place and for a material, worked out again for the audit.

Rules look at lots only where they count them. A flag may be forgotten where nothing that follows can count it: where the
material is not, and can not become, what a share rule or a control on derived content counts; where a duty has been charged on
entry; and, for the country that controls exports, where the plan lets nothing leave. Everywhere else it must be kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from model.rules.ledger_lots import Lot

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

Node = tuple[str, str]  # (place, material)


class Memory:
    """Answers what must be remembered where, for one plan."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._ahead: dict[str, set[str]] = {}
        self._must: dict[Node, frozenset[str]] = {}
        self._counted = list(self._counting())
        self._leaving = {j: self._departures(j) for j in ledger.about.jurisdictions}

    def at(self, label: int, place: str, material: str) -> Lot:
        """Return a label's meaning at a node: its right, and the flags that must be remembered there."""
        lot = self.ledger.lots[label]
        return Lot(lot.right, lot.flags & self.must(place, material))

    def must(self, place: str, material: str) -> frozenset[str]:
        """Return the flags that must be remembered of a material at a place."""
        node = (place, material)
        if node not in self._must:
            country = self.ledger.country[place]
            found = {
                text for text, counted, free in self._counted if country not in free and self.becomes(material, counted)
            }
            found |= {f"last:{j}" for j, nodes in self._leaving.items() if node in nodes}
            self._must[node] = frozenset(found)
        return self._must[node]

    def becomes(self, material: str, counted: Iterable[str]) -> bool:
        """Return whether a material is, or recipes can make of it, one of those that are counted."""
        if material not in self._ahead:
            seen, open_ends = {material}, [material]
            while open_ends:
                here = open_ends.pop()
                made = {g for roles in self.ledger.items.values() if here in roles["Input"] for g in roles["Output"]}
                open_ends += sorted(made - seen)
                seen |= made
            self._ahead[material] = seen
        return not self._ahead[material].isdisjoint(counted)

    def _counting(self) -> Iterable[tuple[str, frozenset[str], frozenset[str]]]:
        """Yield (flag, materials that are counted by it, countries in which that is over)."""
        about, case = self.ledger.about, self.ledger.case
        for r in case.rows("De-risking Rules"):
            counted = frozenset(
                d.material
                for d in case.rows("Demand")
                if r.segment in (None, d.segment)
                and r.end_use in ("Any", d.end_use)
                and (r.material is None or about.content(r.material, d.material) > 0)
            )
            for flag in about.flags_of(r):
                yield flag.text, counted, frozenset()
        for c in about.controls:
            if c.row_id in about.derived_from:
                needs = [d for d in case.rows("Demand") if about.falls_under(c, (d.end_use, self._market(d)))]
                counted = frozenset(d.material for d in needs if about.content(c.material, d.material) > 0)
                yield about.derived_from[c.row_id].text, counted, frozenset()
        for t in case.rows("Tariffs"):
            charged = frozenset(g for g in self.ledger.materials if about.content(t.material, g) > 0)
            yield about.charged_by[t.row_id].text, charged, about.countries(t.importer)

    def _market(self, demand: object) -> str:
        return self.ledger.country[self.ledger.place_of(demand)]  # type: ignore[arg-type]  # a row of Demand

    def _departures(self, jurisdiction: str) -> set[Node]:
        """Return the nodes from which, by the plan's own flows, a controlled lot goes on to leave the jurisdiction."""
        about, country = self.ledger.about, self.ledger.country
        named = [c.material for c in about.controls if c.jurisdiction == jurisdiction]
        back: dict[Node, set[Node]] = defaultdict(set)
        found: set[Node] = set()
        for i, j, g, *_ in self.ledger.rows["flows"]:
            back[j, g].add((i, g))
            if country[i] == jurisdiction != country[j] and any(about.content(n, g) > 0 for n in named):
                found.add((i, g))
        ahead = sorted(found)
        while ahead:
            for node in back[ahead.pop()] - found:
                found.add(node)
                ahead.append(node)
        return found
