"""What a lot's label must still say at a place and for a material, worked out again for the audit.

Rules look at lots only where they count them. A flag may be forgotten where nothing that follows can count it: where the
material is not, and can not become, what a share rule or a control on derived content counts; where a duty has been charged on
entry; and, for the country that controls exports, where the plan lets nothing leave; who made or sold a lot, where another stage
must follow before anybody asks. Everywhere else it must be kept. Of a right only those uses matter that the material can still
come to, unless the plan lets mixtures taint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from model.case.case import Row
from model.rules.ledger_lots import Lot, Use
from model.rules.ledger_sources import declared

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

Node = tuple[str, str]  # (place, material)


class Memory:
    """Answers what must be remembered where, for one plan."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._ahead: dict[tuple[str, bool], set[str]] = {}
        self._must: dict[Node, frozenset[str]] = {}
        self._uses: dict[str, frozenset[Use]] = {}
        self.taints = ledger.case.settings["mixing"] == "Taint All" and not ledger.as_is
        self._counted = list(self._counting())
        self._sources = list(self._told_apart())
        self._hands = list(self._waiting())
        self._leaving = {j: self._departures(j) for j in ledger.about.jurisdictions}

    def at(self, label: int, place: str, material: str) -> Lot:
        """Return a label's meaning at a node: its right, and the flags that must be remembered there."""
        lot = self.ledger.lots[label]
        return Lot(self.meant(lot.right, material), lot.flags & self.must(place, material))

    def meant(self, right: frozenset[Use], material: str) -> frozenset[Use]:
        """Return what a right means for a material: the uses that it can come to, or the right itself if that is none of them."""
        return right if self.taints else (right & self.uses(material)) or right

    def uses(self, material: str) -> frozenset[Use]:
        """Return the uses of the needs that a material can come to."""
        if material not in self._uses:
            self._uses[material] = frozenset(
                self.ledger.use_of(d) for d in self.ledger.demand.values() if self.becomes(material, {d.material})
            )
        return self._uses[material]

    def opening(self, row: Row) -> Lot:
        """Return the lot of an opening stock as it is held."""
        declared_lot = self.ledger.about.bought(row)
        known = {(rule.row_id, name): declared(self.ledger, rule, row) for (rule, name), _, _ in self._sources}
        flags = {f"source:{rule.rule}:{name}:{known[rule.row_id, name]}" for (rule, name), _, _ in self._sources}
        return Lot(
            self.meant(declared_lot.right, row.material),
            (declared_lot.flags | flags) & self.must(row.site, row.material),
        )

    def _told_apart(self) -> Iterable[tuple[tuple[Row, str], set[str], set[str]]]:
        """Yield ((rule, material or element), flags, materials that bear them) of sources that the plan's labels name."""
        raised = {f for lot in self.ledger.lots.values() for f in lot.flags if f.startswith("source:")}
        about = self.ledger.about
        for rule in self.ledger.own_rules("De-risking Rules") if raised else ():
            for name in self.ledger.rule_materials(rule):
                texts = {f for f in raised if f.startswith(f"source:{rule.rule}:{name}:")}
                counted = {
                    d.material
                    for d in self.ledger.demand.values()
                    if rule.segment in (None, d.segment)
                    and rule.end_use in ("Any", d.end_use)
                    and about.content(name, d.material) > 0
                }
                bearing = {
                    m
                    for m in self.ledger.materials
                    if self.becomes(m, counted) and (name not in about.elements or about.content(name, m) > 0)
                }
                if texts:
                    yield (rule, name), texts, bearing

    def must(self, place: str, material: str) -> frozenset[str]:
        """Return the flags that must be remembered of a material at a place."""
        node = (place, material)
        if node not in self._must:
            country = self.ledger.country[place]
            found = {
                text
                for text, counted, free, element in self._counted
                if country not in free
                and (not element or self.ledger.about.may_hold(element, material))
                and self.becomes(material, counted)
            }
            found |= {text for _, texts, bearing in self._sources if material in bearing for text in texts}
            found |= {
                text for text, counted in self._hands if not self.carried_on(material, plain=True).isdisjoint(counted)
            }
            found |= {f"last:{j}" for j, nodes in self._leaving.items() if node in nodes}
            self._must[node] = frozenset(found)
        return self._must[node]

    def becomes(self, material: str, counted: Iterable[str]) -> bool:
        """Return whether a material is, or recipes can make of it, one of those that are counted."""
        return not self.carried_on(material).isdisjoint(counted)

    def carried_on(self, material: str, *, plain: bool = False) -> set[str]:
        """Return a material and all that recipes can make of it; `plain`: only those that perform no stage."""
        if (material, plain) not in self._ahead:
            steps = [
                roles for r, roles in self.ledger.items.items() if not plain or self.ledger.recipes[r].stage is None
            ]
            seen, open_ends = {material}, [material]
            while open_ends:
                here = open_ends.pop()
                made = {g for roles in steps if here in roles["Input"] for g in roles["Output"]}
                open_ends += sorted(made - seen)
                seen |= made
            self._ahead[material, plain] = seen
        return self._ahead[material, plain]

    def _waiting(self) -> Iterable[tuple[str, frozenset[str]]]:
        """Yield (flag, materials) of makers and sellers that some need of a material must qualify first."""
        about = self.ledger.about
        for r in self.ledger.qualifications.values():
            met = frozenset(
                d.material
                for d in self.ledger.demand.values()
                if r.end_use in ("Any", d.end_use)
                and r.segment in (None, d.segment)
                and about.content(r.material, d.material) > 0
            )
            if r.state != "Qualified":
                yield f"maker:{r.site}" if r.site else f"seller:{r.supplier}", met

    def _counting(self) -> Iterable[tuple[str, frozenset[str], frozenset[str], str]]:
        """Yield (flag, materials that are counted by it, countries in which that is over, element that it is about or "")."""
        about, case = self.ledger.about, self.ledger.case
        for r in (r for r in self.ledger.own_rules("De-risking Rules") if r.row_id not in self.ledger.elsewhere):
            counted = frozenset(
                d.material
                for d in case.rows("Demand")
                if r.segment in (None, d.segment)
                and r.end_use in ("Any", d.end_use)
                and (r.material is None or about.content(r.material, d.material) > 0)
            )
            for flag in about.flags_of(r):
                yield flag.text, counted, frozenset(), flag.element
        for c in about.controls:
            if c.row_id in about.derived_from:
                needs = [d for d in case.rows("Demand") if about.falls_under(c, (d.end_use, self._market(d)))]
                counted = frozenset(d.material for d in needs if about.content(c.material, d.material) > 0)
                yield about.derived_from[c.row_id].text, counted, frozenset(), ""
        for t in case.rows("Tariffs"):
            charged = frozenset(g for g in self.ledger.materials if about.content(t.material, g) > 0)
            yield about.charged_by[t.row_id].text, charged, about.countries(t.importer), ""

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
