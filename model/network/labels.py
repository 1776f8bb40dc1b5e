"""Provenance labels: what the rules in force can tell apart about a lot, and nothing more.

A label is a right (who may finally use the lot) and a set of flags. Every flag is phrased so that having it is worse, so
the output of a recipe has the union of its inputs' flags and the intersection of their rights.

Flags are texts, so that they can stand in a plan table:
``last:C`` the last stage performed was performed in C, which controls exports · ``country:S:A+B`` stage S, or any stage,
was performed in A or B · ``not country:S:A+B`` it was performed elsewhere · ``supplier:X`` bought from X ·
``not supplier:X`` bought from someone else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.case.case import Case, Row
from model.case.places import Places, market_place
from model.schema.tables.common import ANY, STAGES

UNKNOWN = "Unknown"
Use = tuple[str, str]  # (end use, country of the market)


@dataclass(frozen=True)
class Label:
    """What is known of a lot. `right` None means that it may go to any end use anywhere."""

    right: frozenset[Use] | None = None
    flags: frozenset[str] = frozenset()

    def serves(self, use: Use) -> bool:
        """Return whether the lot may be used so."""
        return self.right is None or use in self.right

    def narrowed(self, uses: frozenset[Use] | None) -> Label | None:
        """Return the label with its right cut down to `uses`, or None if nothing is left."""
        if uses is None:
            return self
        right = uses if self.right is None else self.right & uses
        return Label(right, self.flags) if right else None

    def no_better_than(self, other: Label) -> bool:
        """Return whether a lot with label `other` may be counted under this label."""
        right = self.right is not None and (other.right is None or self.right <= other.right)
        return self.flags >= other.flags and (right or other.right is None)


def joined(labels: Iterable[Label]) -> Label:
    """Return the label of a mixture: union of flags, intersection of rights."""
    right: frozenset[Use] | None = None
    flags: frozenset[str] = frozenset()
    for label in labels:
        flags |= label.flags
        if label.right is not None:
            right = label.right if right is None else right & label.right
    return Label(right, flags)


@dataclass(frozen=True)
class Predicates:
    """Which flags the rules of a case need.

    Attributes
    ----------
    controlled : frozenset of str
        Jurisdictions that control exports.
    countries : frozenset of (negated, stage, countries)
        Country predicates of share rules.
    suppliers : frozenset of (negated, supplier)
        Supplier predicates of share rules.
    uses : frozenset of (end use, country)
        Every use that some demand row has.
    """

    controlled: frozenset[str]
    countries: frozenset[tuple[bool, str, frozenset[str]]]
    suppliers: frozenset[tuple[bool, str]]
    uses: frozenset[Use]

    def stage_flags(self, stage: str, country: str) -> frozenset[str]:
        """Return the flags that performing `stage` in `country` gives."""
        out = set()
        for negated, which, countries in self.countries:
            inside = country in countries
            if which in (ANY_STAGE, stage) and (country == UNKNOWN or inside != negated):
                out.add(country_flag(negated, which, countries))
        return frozenset(out)

    def last_flags(self, country: str) -> frozenset[str]:
        """Return the flags of a lot whose last stage was performed in `country`."""
        return frozenset(f"last:{j}" for j in self.controlled if country in (j, UNKNOWN))

    def supplier_flags(self, supplier: str | None) -> frozenset[str]:
        """Return the flags of a lot bought from `supplier`; what nobody sold was not bought from anyone named."""
        return frozenset(supplier_flag(n, s) for n, s in self.suppliers if (s == supplier) != n)

    def uses_of(self, end_uses: str) -> frozenset[Use] | None:
        """Return the right that a supplier's end-use clause leaves."""
        return None if end_uses == ANY else frozenset(u for u in self.uses if u[0] == end_uses)


ANY_STAGE = "Any Stage"


def country_flag(negated: bool, stage: str, countries: frozenset[str]) -> str:
    """Return the text of a country flag."""
    return f"{'not ' if negated else ''}country:{stage}:{'+'.join(sorted(countries))}"


def supplier_flag(negated: bool, supplier: str) -> str:
    """Return the text of a supplier flag."""
    return f"{'not ' if negated else ''}supplier:{supplier}"


def provenance(row: Row, material_stage: str, home: str) -> dict[str, str]:
    """Return stage → country of a lot as declared in the four provenance columns.

    Nothing declared: the supplier's country at every stage. Something declared: what is blank of the stages already
    performed is Unknown, which every rule takes for the worst.
    """
    last = STAGES.index(material_stage) + 1 if material_stage in STAGES else len(STAGES)
    performed = STAGES[:last]
    declared = {s: getattr(row, f"{s.lower()}_in") for s in performed}
    if not any(declared.values()):
        return dict.fromkeys(performed, home or UNKNOWN)
    return {s: c or UNKNOWN for s, c in declared.items()}


def rule_predicates(case: Case, places: Places) -> dict[int, list[tuple[str, str]]]:
    """Return for each share rule its (name of who is counted, flag); several where "every one by itself" is counted."""
    out: dict[int, list[tuple[str, str]]] = {}
    for rule in case.rows("De-risking Rules"):
        negated = rule.limit_type == "Min"
        if rule.metric == "Country Share":
            who = [rule.who] if rule.who else sorted(_source_countries(case, places))
            out[rule.row_id] = [(w, country_flag(negated, rule.stage, places.countries_of(w))) for w in who]
        elif rule.metric == "Supplier Share":
            sold = {r.supplier for t in ("Offers", "Commitments") for r in case.rows(t) if r.supplier}
            who = [rule.who] if rule.who else sorted(sold)
            out[rule.row_id] = [(w, supplier_flag(negated, w)) for w in who]
    return out


def _source_countries(case: Case, places: Places) -> set[str]:
    stage = {m.material: m.stage for m in case.rows("Materials")}
    home = {s.supplier: s.country for s in case.rows("Suppliers")}
    found = {
        c
        for table in ("Offers", "Stockpiles", "Commitments")
        for r in case.rows(table)
        if r.material
        for c in provenance(r, stage[r.material], home.get(getattr(r, "supplier", None) or "", "")).values()
    }
    found |= {places.country[r.site] for t in ("Lines", "Projects") for r in case.rows(t)}
    return found - {UNKNOWN, ""}


def predicates_of(case: Case, places: Places) -> Predicates:
    """Return the flags that the controls and share rules of a case need; without any there is one label."""
    countries: set[tuple[bool, str, frozenset[str]]] = set()
    suppliers: set[tuple[bool, str]] = set()
    named = rule_predicates(case, places)
    for rule in case.rows("De-risking Rules"):
        negated = rule.limit_type == "Min"
        for who, _ in named.get(rule.row_id, []):
            if rule.metric == "Country Share":
                countries.add((negated, rule.stage, places.countries_of(who)))
            else:
                suppliers.add((negated, who))
    for tariff in case.rows("Tariffs"):
        countries.add((False, tariff.stage, places.countries_of(tariff.origin)))
    for control in case.rows("Export Controls"):
        if control.reach == "Derived Content":
            countries.add((False, ANY_STAGE, frozenset({control.jurisdiction})))
    uses = frozenset((d.end_use, places.country[market_place(d)]) for d in case.rows("Demand"))
    controlled = frozenset(c.jurisdiction for c in case.rows("Export Controls"))
    return Predicates(controlled, frozenset(countries), frozenset(suppliers), uses)


def source_label(row: Row, stages: Mapping[str, str], predicates: Predicates, supplier: str | None) -> Label:
    """Return the label of a lot as bought, held at the start or committed, before any control gives it a right."""
    flags: frozenset[str] = frozenset()
    for stage, country in stages.items():
        flags |= predicates.stage_flags(stage, country)
    if stages:
        flags |= predicates.last_flags(list(stages.values())[-1])
    flags |= predicates.supplier_flags(supplier)
    right = predicates.uses_of(row.end_uses_allowed)
    return Label(None if right == predicates.uses else right, flags)


def worked(label: Label, stage: str | None, country: str, predicates: Predicates) -> Label:
    """Return the label of what a recipe makes of one input at a site in `country`."""
    if stage is None:
        return label
    kept = frozenset(f for f in label.flags if not f.startswith("last:"))
    return Label(
        label.right,
        kept | predicates.stage_flags(stage, country or UNKNOWN) | predicates.last_flags(country or UNKNOWN),
    )
