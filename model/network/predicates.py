"""What rules ask about a lot: one flag per question, and who is counted by which flag, where and when.

A flag is phrased so that having it is worse. With a Min the question is turned round: the flag says that something was done
elsewhere, and what counts is what lacks it. Exemptions belong to the question: a lot that is exempt does not get the flag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from model.case.case import Case, Row
from model.case.places import Places, market_place
from model.case.timeline import Timeline, month_number
from model.schema.tables.common import CONTROL, LAST_EXPORTER, STAGES

UNKNOWN = "Unknown"
ANY_STAGE = "Any Stage"
DOMESTIC = "domestic"
Spared = tuple[str, str]  # ("supplier" or "site", its name)


@dataclass(frozen=True)
class Flag:
    """One question about a lot.

    Attributes
    ----------
    kind : str
        "country" or "control" of a stage, "exporter" or "supplier".
    negated : bool
        Whether the flag says that it was not one of `names`.
    names : frozenset of str
        Countries, or the supplier.
    stage : str
        The stage asked about, or Any Stage.
    exempt : frozenset of (kind, name)
        Suppliers and sites whose lots do not get the flag.
    element : str
        The element about whose history is asked: of a mixture only the parts that hold it count. "" for the lot as a whole.
    """

    kind: str
    negated: bool
    names: frozenset[str]
    stage: str = ""
    exempt: frozenset[Spared] = frozenset()
    element: str = ""

    @cached_property
    def text(self) -> str:
        """The flag as it stands in a plan table."""
        what = f"{self.kind}:{self.stage}:" if self.stage else f"{self.kind}:"
        but = ", ".join(f"{kind} {name}" for kind, name in sorted(self.exempt))
        of = f" of {self.element}" if self.element else ""
        return (
            f"{'not ' if self.negated else ''}{what}{'+'.join(sorted(self.names))}{of}{f' except {but}' if but else ''}"
        )

    def names_country(self, country: str) -> bool:
        """Return whether a country gives the flag; an unknown one always does."""
        return country == UNKNOWN or (country in self.names) != self.negated

    def of_stage(self, stage: str, country: str, control: str) -> bool:
        """Return whether performing a stage gives the flag."""
        if self.kind not in ("country", "control") or self.stage not in (ANY_STAGE, stage):
            return False
        return self.names_country(country if self.kind == "country" else control)

    def of_supplier(self, supplier: str | None) -> bool:
        """Return whether buying from a supplier gives the flag."""
        return self.kind == "supplier" and (supplier in self.names) != self.negated

    def counts(self, spared: Iterable[Spared]) -> bool:
        """Return whether nothing about a lot is exempt."""
        return self.exempt.isdisjoint(spared)


@dataclass(frozen=True)
class Counted:
    """Who is counted by a share rule, and by which flag in each market country ("" for all) and period."""

    who: str
    by: Mapping[tuple[str, int], Flag]

    def flag(self, country: str, t: int) -> str:
        """Return the text of the flag that counts in a period for a delivery to a country."""
        return (self.by.get((country, t)) or self.by["", t]).text

    @property
    def flags(self) -> frozenset[Flag]:
        """Every flag of it."""
        return frozenset(self.by.values())


def exemptions(case: Case, rule: Row, t: int | None = None) -> list[Row]:
    """Return the exemptions from a de-risking rule, those that hold in a period or all."""
    return [
        e for e in case.rows("Rule Exemptions") if e.rule == rule.rule and (t is None or holds(case.timeline, e, t))
    ]


def holds(timeline: Timeline, exemption: Row, t: int) -> bool:
    """Return whether an exemption holds for more than half of a period."""
    end = month_number(exemption.until + dt.timedelta(days=1)) if exemption.until else None
    return timeline.applies(t, None, end)


def rule_counts(case: Case, places: Places) -> dict[int, list[Counted]]:
    """Return for each share rule whom it counts by which flags; several where "every one by itself" is counted."""
    return {r.row_id: _counts(case, places, r) for r in case.rows("De-risking Rules") if r.metric != "Sources"}


def _counts(case: Case, places: Places, rule: Row) -> list[Counted]:
    periods = range(len(case.timeline))
    if rule.metric == "Domestic Share":
        homes = {places.country[market_place(d)] for d in case.rows("Demand")}
        return [
            Counted(
                DOMESTIC, {(h, t): _flag(case, rule, frozenset({h} - {""}), t) for h in sorted(homes) for t in periods}
            )
        ]
    return [
        Counted(w, {("", t): _flag(case, rule, names, t) for t in periods}) for w, names in _who(case, places, rule)
    ]


def _who(case: Case, places: Places, rule: Row) -> list[tuple[str, frozenset[str]]]:
    if rule.metric == "Supplier Share":
        sold = {r.supplier for t in ("Offers", "Commitments") for r in case.rows(t) if r.supplier}
        return [(w, frozenset({w})) for w in ([rule.who] if rule.who else sorted(sold))]
    if rule.who and rule.applies == "Sum":
        return [(rule.who, places.countries_of(rule.who))]
    who = places.countries_of(rule.who) if rule.who else _source_countries(case, places, rule)
    return [(w, frozenset({w})) for w in sorted(who)]


def _flag(case: Case, rule: Row, names: frozenset[str], t: int) -> Flag:
    """Return the question of a rule in a period, without what is exempt then."""
    negated = rule.limit_type == "Min"
    exempt = exemptions(case, rule, t)
    spared = frozenset((k, getattr(e, k)) for e in exempt for k in ("supplier", "site") if getattr(e, k))
    element = rule.material if rule.material in {r.element for r in case.rows("Contents")} else ""
    if rule.metric == "Supplier Share":
        return Flag("supplier", negated, names, exempt=spared, element=element)
    free = frozenset(e.country for e in exempt if e.country)
    names = names | free if negated else names - free
    if rule.stage == LAST_EXPORTER:
        return Flag("exporter", negated, names, element=element)
    return Flag("control" if rule.counted_by == CONTROL else "country", negated, names, rule.stage, spared, element)


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


def _source_countries(case: Case, places: Places, rule: Row) -> set[str]:
    """Return the countries in which something is done, or, for the last exporter, lies."""
    from model.case.places import control_of

    if rule.stage == LAST_EXPORTER:
        return set(places.country.values()) - {""}
    stage = {m.material: m.stage for m in case.rows("Materials")}
    home = {s.supplier: s.country for s in case.rows("Suppliers")}
    lots = [r for t in ("Offers", "Stockpiles", "Commitments", "Recycling") for r in case.rows(t) if r.material]
    sold_from = [home.get(getattr(r, "supplier", None) or "", "") for r in lots]
    found = {c for r, h in zip(lots, sold_from, strict=True) for c in provenance(r, stage[r.material], h).values()}
    by_control = rule.counted_by == CONTROL
    where = control_of(case, places) if by_control else places.country
    found |= {where[r.site] for t in ("Lines", "Projects") for r in case.rows(t)}
    return (found | set(sold_from if by_control else ())) - {UNKNOWN, ""}
