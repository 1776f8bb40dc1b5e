"""Which flags still matter at a place and for a material; the others are forgotten there, so that labels stay few.

A flag of a share rule or of derived content matters as long as the lot is, or can become, something that the rule counts; where
the rule names an element, only in what holds it. A right matters by the uses that the material can still come to: one that
leaves them all is no limit. Where mixtures taint, rights stay as they are: a line tells another product's lots about them.
Flags that rules keep in ledgers of their own are left `apart`: they matter to no joint label.
A flag of a duty matters outside the importer: on entry it is charged and done with. A flag of a controlling country matters
as long as the lot is in that country, or can come back to it, as a material that it controls. A flag of who made or sold a lot
matters as long as it can be delivered without another stage to a use that must qualify them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from model.case.case import Case
from model.case.contents import Contents
from model.case.downstream import Downstream
from model.case.places import Places, market_place
from model.case.qualifications import concerns, flag_of, waiting
from model.case.separation import recipe_items, recipes
from model.network.controls import control_matches
from model.network.labels import Label, Use, country_flag
from model.network.lanes import Pair, recipe_sites
from model.network.predicates import ANY_STAGE, rule_counts
from model.network.sources import StageSources


class Relevance:
    """Answers what matters where; made once per network."""

    def __init__(
        self,
        case: Case,
        places: Places,
        contents: Contents,
        pairs: Iterable[Pair],
        sources: Iterable[StageSources] = (),
        apart: frozenset[str] = frozenset(),
        taints: bool = False,
    ) -> None:
        self.case, self.places, self.contents, self.apart = case, places, contents, apart
        self.forgets = case.settings["provenance_detail"] == "Relevant"
        self.ahead = Downstream(case)
        self.pairs, self.sources = list(pairs), list(sources)
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self._uses: dict[str, frozenset[Use]] = {}
        self._cuts = self.forgets and not taints

    def kept(self, label: Label, place: str, material: str) -> Label:
        """Return the label without what can not matter any more at a place and for a material."""
        return Label(self.right(label.right, (material,)), label.flags & self.flags(place, material))

    def right(self, right: frozenset[Use] | None, materials: Iterable[str]) -> frozenset[Use] | None:
        """Return what a right leaves of the uses that some materials can come to; None if that is all of them.

        A right that leaves none of them stays as it is.
        """
        if right is None or not self._cuts:
            return right
        uses = self._uses_of(materials)
        if uses and uses <= right:
            return None
        return (right & uses) or right

    def useless(self, label: Label, materials: Iterable[str]) -> bool:
        """Return whether a lot may go to none of the uses that some materials can come to, if there are any."""
        uses = self._uses_of(materials)
        return self._cuts and label.right is not None and bool(uses) and label.right.isdisjoint(uses)

    def _uses_of(self, materials: Iterable[str]) -> frozenset[Use]:
        return frozenset().union(*(self.uses(g) for g in materials))

    def uses(self, material: str) -> frozenset[Use]:
        """Return the uses of all needs of a material and of what it can become."""
        if material not in self._uses:
            self._uses[material] = frozenset(
                (d.end_use, self.places.country[market_place(d)])
                for d in self.case.rows("Demand")
                if self.ahead.reaches(material, (d.material,))
            )
        return self._uses[material]

    def flags(self, place: str, material: str) -> frozenset[str]:
        """Return the flags that matter at a place and for a material."""
        key = (place, material)
        if key not in self._known:
            self._known[key] = (self._needed(key) if self.forgets else self._all) - self.apart
        return self._known[key]

    def _needed(self, key: tuple[str, str]) -> frozenset[str]:
        place, material = key
        found = {
            flag
            for flag, counted, element in self._counted
            if self.contents.may_hold(element, material) and self.ahead.reaches(material, counted)
        }
        country = self.places.country[place]
        found |= {
            f for f, counted, inside in self._duties if country not in inside and self.ahead.reaches(material, counted)
        }
        found = found.union(*(s.flags for s in self.sources if material in s.bearing))
        found |= {flag for flag, counted in self._waiting if not self._as_it_is(material).isdisjoint(counted)}
        found |= {f"last:{j}" for j, nodes in self._departures.items() if key in nodes}
        return frozenset(found)

    @cached_property
    def _all(self) -> frozenset[str]:
        """Every flag that some rule, duty or control asks for."""
        flags = {flag for flag, _, _ in self._counted} | {flag for flag, _, _ in self._duties}
        flags = flags.union(*(s.flags for s in self.sources), (flag for flag, _ in self._waiting))
        return frozenset(flags | {f"last:{c.jurisdiction}" for c in self.case.rows("Export Controls")})

    @cached_property
    def _counted(self) -> list[tuple[str, frozenset[str], str]]:
        """Return (flag, materials in need that a rule or control counts by it, element whose history it is, "" for none)."""
        out = []
        named = rule_counts(self.case, self.places)
        for r in self.case.rows("De-risking Rules"):
            rows = [
                d
                for d in self.case.rows("Demand")
                if r.segment in (None, d.segment) and r.end_use in ("Any", d.end_use)
            ]
            counted = frozenset(
                d.material for d in rows if not r.material or self.contents.of(r.material, d.material) > 0
            )
            flags = {(f.text, f.element) for c in named.get(r.row_id, ()) for f in c.flags}
            out += [(text, counted, element) for text, element in sorted(flags)]
        for c in self.case.rows("Export Controls"):
            if c.reach == "Derived Content":
                rows = [
                    d
                    for d in self.case.rows("Demand")
                    if control_matches(c, (d.end_use, self.places.country[market_place(d)]), self.places)
                ]
                counted = frozenset(d.material for d in rows if self.contents.of(c.material, d.material) > 0)
                out.append((country_flag(False, ANY_STAGE, frozenset({c.jurisdiction})), counted, ""))
        return out

    @cached_property
    def _waiting(self) -> list[tuple[str, frozenset[str]]]:
        """Return (flag, materials in need) of whoever must be qualified for some use of them."""
        return [
            (
                flag_of(r),
                frozenset(d.material for d in self.case.rows("Demand") if concerns(r, d, self.contents)),
            )
            for r in waiting(self.case)
        ]

    def _as_it_is(self, material: str) -> set[str]:
        """Return the material and what it can become without another stage, which would make another site its maker."""
        found, ahead = {material}, [material]
        while ahead:
            here = ahead.pop()
            made = {g for inputs, outputs in self._without_stage if here in inputs for g in outputs} - found
            found |= made
            ahead += sorted(made)
        return found

    @cached_property
    def _without_stage(self) -> list[tuple[frozenset[str], tuple[str, ...]]]:
        """Return (inputs, outputs) of every recipe that leaves its maker as it was; asked for at every place and material."""
        items = recipe_items(self.case)
        return [
            (frozenset(g for g, _ in items[r.recipe]["Input"]), tuple(g for g, _ in items[r.recipe]["Output"]))
            for r in recipes(self.case)
            if r.stage is None
        ]

    @cached_property
    def _duties(self) -> list[tuple[str, frozenset[str], frozenset[str]]]:
        """Return (flag, materials charged, countries inside) of every duty."""
        materials = [m.material for m in self.case.rows("Materials")]
        return [
            (
                country_flag(False, t.stage, self.places.countries_of(t.origin)),
                frozenset(g for g in materials if self.contents.of(t.material, g) > 0),
                self.places.countries_of(t.importer),
            )
            for t in self.case.rows("Tariffs")
        ]

    @cached_property
    def _departures(self) -> dict[str, set[tuple[str, str]]]:
        """Return jurisdiction → (place, material) from which a controlled lot can leave it, now or after coming back."""
        out: dict[str, set[tuple[str, str]]] = {}
        back: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for i, j, g in self.pairs:
            back[j, g].append((i, g))
        items = recipe_items(self.case)
        for recipe, site in recipe_sites(self.case):
            # A recipe without a stage does not change where a lot was last worked.
            for out_of, _ in items[recipe.recipe]["Output"] if recipe.stage is None else ():
                back[site, out_of] += [(site, g) for g, _ in items[recipe.recipe]["Input"]]
        for c in self.case.rows("Export Controls"):
            home = c.jurisdiction
            start = [
                (i, g)
                for i, j, g in self.pairs
                if self.places.country[i] == home != self.places.country[j] and self.contents.of(c.material, g) > 0
            ]
            nodes = out.setdefault(home, set())
            ahead = [n for n in start if n not in nodes]
            nodes |= set(ahead)
            while ahead:
                for node in [*back[ahead.pop()]]:
                    if node not in nodes:
                        nodes.add(node)
                        ahead.append(node)
        return out
