"""Provenance labels: what the rules in force can tell apart about a lot, and nothing more.

A label is a right (who may finally use the lot) and a set of flags. Every flag is phrased so that having it is worse, so
the output of a recipe has the union of its inputs' flags and the intersection of their rights.

Flags are texts, so that they can stand in a plan table:
``last:C`` the last stage performed was performed in C, which controls exports · ``country:S:A+B`` stage S, or any stage,
was performed in A or B · ``not country:S:A+B`` it was performed elsewhere · ``control:S:A+B`` likewise, by who controls the
operator · ``exporter:A+B`` it last crossed a border out of A or B · ``supplier:X`` bought from X · ``not supplier:X``
bought from someone else · ``maker:X`` last worked, or handed over unworked, at site X · ``seller:X`` sold by X and not worked on
since, of whom some use must qualify X first. What a rule exempts stands behind ``except``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from model.case.case import Case, Row
from model.case.places import Places, market_place
from model.case.qualifications import MAKER, SELLER, flag_of, waiting
from model.network.predicates import ANY_STAGE, UNKNOWN, Flag, Spared, rule_counts
from model.schema.tables.common import ANY

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
    asked : frozenset of Flag
        What share rules, tariffs and controls on derived content ask.
    uses : frozenset of (end use, country)
        Every use that some demand row has.
    waiting : frozenset of str
        Flags of sites and suppliers whose lots wait for a qualification.
    """

    controlled: frozenset[str]
    asked: frozenset[Flag]
    uses: frozenset[Use]
    waiting: frozenset[str] = frozenset()

    def stage_flags(self, stage: str, country: str, control: str, spared: Iterable[Spared] = ()) -> frozenset[str]:
        """Return the flags that performing `stage` in `country`, under the control of another perhaps, gives.

        What is `spared`, the supplier or site of the lot, gives no flag of a rule that exempts it.
        """
        return frozenset(f.text for f in self.asked if f.of_stage(stage, country, control) and f.counts(spared))

    def last_flags(self, country: str) -> frozenset[str]:
        """Return the flags of a lot whose last stage was performed in `country`."""
        return frozenset(f"last:{j}" for j in self.controlled if country in (j, UNKNOWN))

    def exporter_flags(self, country: str) -> frozenset[str]:
        """Return the flags of a lot that was handed over in `country`, or left it last."""
        return frozenset(f.text for f in self.asked if f.kind == "exporter" and f.names_country(country or UNKNOWN))

    def exported(self, label: Label, country: str) -> Label:
        """Return the label of a lot that has left `country` for another one."""
        if not self._exporters:
            return label
        return Label(label.right, label.flags - self._exporters | self.exporter_flags(country))

    @cached_property
    def _exporters(self) -> frozenset[str]:
        return frozenset(f.text for f in self.asked if f.kind == "exporter")

    def supplier_flags(self, supplier: str | None, spared: Iterable[Spared] = ()) -> frozenset[str]:
        """Return the flags of a lot bought from `supplier`; what nobody sold was not bought from anyone named."""
        return frozenset(f.text for f in self.asked if f.of_supplier(supplier) and f.counts(spared))

    def hand_flags(self, site: str | None, supplier: str | None) -> frozenset[str]:
        """Return the flags of a lot last worked at `site`, or sold there by `supplier`, that wait for a qualification."""
        return self.waiting & {f"{MAKER}{site}", f"{SELLER}{supplier}"}

    def uses_of(self, end_uses: str) -> frozenset[Use] | None:
        """Return the right that a supplier's end-use clause leaves."""
        return None if end_uses == ANY else frozenset(u for u in self.uses if u[0] == end_uses)


def country_flag(negated: bool, stage: str, countries: frozenset[str]) -> str:
    """Return the text of a country flag."""
    return Flag("country", negated, countries, stage).text


def predicates_of(case: Case, places: Places) -> Predicates:
    """Return the flags that the controls and share rules of a case need; without any there is one label."""
    asked = {f for counts in rule_counts(case, places).values() for c in counts for f in c.flags}
    for tariff in case.rows("Tariffs"):
        asked.add(Flag("country", False, places.countries_of(tariff.origin), tariff.stage))
    for control in case.rows("Export Controls"):
        if control.reach == "Derived Content":
            asked.add(Flag("country", False, frozenset({control.jurisdiction}), ANY_STAGE))
    uses = frozenset((d.end_use, places.country[market_place(d)]) for d in case.rows("Demand"))
    controlled = frozenset(c.jurisdiction for c in case.rows("Export Controls"))
    hands = frozenset(flag_of(r) for r in waiting(case))
    return Predicates(controlled, frozenset(asked), uses, hands)


def source_label(
    row: Row, stages: Mapping[str, str], predicates: Predicates, place: str, country: str, home: str
) -> Label:
    """Return the label of a lot as bought, held at the start or committed, before any control gives it a right.

    It is there at `place` in `country`. `home` is the country of its supplier, who controls the last stage that is known; ""
    where there is none.
    """
    supplier: str | None = getattr(row, "supplier", None)
    spared = [("site", place), *([("supplier", supplier)] if supplier else [])]
    flags = predicates.exporter_flags(country) | predicates.supplier_flags(supplier, spared)
    for stage, done in stages.items():
        flags |= predicates.stage_flags(stage, done, in_control(stages, stage, home), spared)
    if stages:
        flags |= predicates.last_flags(list(stages.values())[-1])
    if supplier is not None:  # stock that is held already was accepted when it came
        flags |= predicates.hand_flags(row.site, supplier)
    right = predicates.uses_of(row.end_uses_allowed)
    return Label(None if right == predicates.uses else right, flags)


def in_control(stages: Mapping[str, str], stage: str, home: str) -> str:
    """Return who controls a declared stage: of the last one known the supplier, of others the country where it was done."""
    known = [s for s, c in stages.items() if c != UNKNOWN]
    return home if home and known and stage == known[-1] else stages[stage]


def worked(label: Label, stage: str | None, site: str, country: str, control: str, predicates: Predicates) -> Label:
    """Return the label of what a recipe makes of one input at a site in `country`, under the control of another perhaps."""
    if stage is None:
        return label
    kept = frozenset(f for f in label.flags if not f.startswith(("last:", MAKER, SELLER)))
    return Label(
        label.right,
        kept
        | predicates.stage_flags(stage, country or UNKNOWN, control or UNKNOWN, [("site", site)])
        | predicates.last_flags(country or UNKNOWN)
        | predicates.hand_flags(site, None),
    )
