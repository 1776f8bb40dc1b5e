"""What may be said of a lot: read from the declared provenance and the texts of a plan's labels, for the audit.

A second reading of the rules on labels, on purpose: nothing here is shared with the network behind the model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.case.case import Case, Row
from model.schema.tables.common import ANY, STAGES

Use = tuple[str, str]  # (end use, country of the market)
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Lot:
    """A label's meaning: the uses for which the lot may be delivered, and the flags against it."""

    right: frozenset[Use]
    flags: frozenset[str]


@dataclass(frozen=True)
class _Flag:
    """What some rule asks: whether `stage` was performed in one of `countries`, or the lot bought from `supplier`."""

    text: str
    negated: bool
    stage: str = ""
    countries: frozenset[str] = frozenset()
    supplier: str = ""

    def of_stage(self, stage: str, country: str) -> bool:
        """Return whether performing a stage in a country gives the flag; an unknown country always does."""
        if not self.stage or self.stage not in ("Any Stage", stage):
            return False
        return country == UNKNOWN or (country in self.countries) != self.negated

    def of_supplier(self, supplier: str | None) -> bool:
        """Return whether buying from a supplier gives the flag; what nobody sold was not bought from anyone named."""
        return bool(self.supplier) and (self.supplier == supplier) != self.negated


def _made_in(stage: str, countries: frozenset[str], negated: bool = False) -> _Flag:
    """Return the flag of lots of which a stage, or any, was performed in some countries; `negated`: elsewhere."""
    no = "not " if negated else ""
    return _Flag(f"{no}country:{stage}:{'+'.join(sorted(countries))}", negated, stage, countries)


class Lots:
    """Answers about lots of one case.

    Parameters
    ----------
    country : mapping of str to str
        Country of each place, "" where none is known.
    """

    def __init__(self, case: Case, country: Mapping[str, str]) -> None:
        self.case, self.country = case, country
        self.stage = {m.material: m.stage for m in case.rows("Materials")}
        self.home = {s.supplier: s.country for s in case.rows("Suppliers")}
        self.members: dict[str, set[str]] = {}
        for r in case.rows("Country Groups"):
            self.members.setdefault(r.group, set()).add(r.country)
        self.uses = frozenset((d.end_use, country[str(d.site or d.segment)]) for d in case.rows("Demand"))
        self.controls = case.rows("Export Controls")
        self.jurisdictions = {c.jurisdiction for c in self.controls}
        self._contents = {(r.element, r.material): float(r.content) for r in case.rows("Contents")}
        self.counted_by = {r.row_id: self._who(r) for r in case.rows("De-risking Rules") if r.metric != "Sources"}
        self.charged_by = {r.row_id: _made_in(r.stage, self.countries(r.origin)) for r in case.rows("Tariffs")}
        self.derived_from = {
            c.row_id: _made_in("Any Stage", frozenset({c.jurisdiction}))
            for c in self.controls
            if c.reach == "Derived Content"
        }
        asked = [flag for pairs in self.counted_by.values() for _, flag in pairs]
        asked += [*self.charged_by.values(), *self.derived_from.values()]
        self._flags = list({flag.text: flag for flag in asked}.values())
        self._crossings: dict[tuple[frozenset[Use], str, tuple[str, ...]], tuple[int, ...] | None] = {}

    @property
    def elements(self) -> set[str]:
        """Elements that some material is said to hold."""
        return {element for element, _ in self._contents}

    def content(self, name: str, material: str) -> float:
        """Return what a tonne of a material counts for a name: a material, an element in it, or Any; 0 for nothing."""
        return 1.0 if name in (ANY, material) else self._contents.get((name, material), 0.0)

    def names_in(self, material: str) -> set[str]:
        """Return the elements that a material holds, or its own name where it is said to hold none."""
        return {e for (e, m), share in self._contents.items() if m == material and share > 0} or {material}

    def countries(self, name: str) -> frozenset[str]:
        """Return the countries that the name of a country or group means."""
        return frozenset(self.members.get(name, {name}))

    def _who(self, rule: Row) -> list[tuple[str, _Flag]]:
        """Return (name, flag) of those that a share rule counts; every one by itself where it names nobody."""
        negated = rule.limit_type == "Min"
        no = "not " if negated else ""
        if rule.metric == "Supplier Share":
            sold = {r.supplier for t in ("Offers", "Commitments") for r in self.case.rows(t) if r.supplier}
            who = [rule.who] if rule.who else sorted(sold)
            return [(w, _Flag(f"{no}supplier:{w}", negated, supplier=w)) for w in who]
        out = []
        for w in [rule.who] if rule.who else sorted(self._origins()):
            out.append((w, _made_in(rule.stage, self.countries(w), negated)))
        return out

    def _origins(self) -> set[str]:
        lots = [r for t in ("Offers", "Commitments", "Stockpiles") for r in self.case.rows(t) if r.material]
        found = {c for r in lots for c in self.history(r).values()}
        found |= {self.country[r.site] for t in ("Lines", "Projects") for r in self.case.rows(t)}
        return found - {"", UNKNOWN}

    def history(self, row: Row) -> dict[str, str]:
        """Return stage → country of what an offer, a commitment or an opening stock declares.

        A blank is Unknown; where nothing at all is declared, the supplier's country stands at every stage performed.
        Stock has no supplier.
        """
        stage = self.stage[row.material]
        done = STAGES[: STAGES.index(stage) + 1] if stage in STAGES else STAGES
        said = {s: getattr(row, s.lower() + "_in") for s in done}
        if any(said.values()):
            return {s: said[s] or UNKNOWN for s in done}
        home = self.home.get(getattr(row, "supplier", None) or "", "")
        return dict.fromkeys(done, home or UNKNOWN)

    def performed(self, stage: str, country: str) -> frozenset[str]:
        """Return the flags that performing a stage in a country gives, the last stage's included."""
        where = country or UNKNOWN
        last = {f"last:{j}" for j in self.jurisdictions if where in (j, UNKNOWN)}
        return frozenset(last | {f.text for f in self._flags if f.of_stage(stage, where)})

    def bought(self, row: Row) -> Lot:
        """Return the lot as declared, before any control narrows its right."""
        flags: set[str] = set()
        for stage, country in self.history(row).items():
            flags = {f for f in flags if not f.startswith("last:")} | self.performed(stage, country)
        flags |= {f.text for f in self._flags if f.of_supplier(getattr(row, "supplier", None))}
        allowed = row.end_uses_allowed
        return Lot(frozenset(u for u in self.uses if allowed in (ANY, u[0])), frozenset(flags))

    def left_behind(self, row: Row) -> tuple[str, ...]:
        """Return the jurisdictions whose controls count an offer or commitment where it is handed over.

        It is handed over outside, and its last stage was performed inside, or nobody knows where; what is in transit
        has left already.
        """
        if row.kind == "In Transit":
            return ()
        here = self.country[str(row.site or row.supplier)]
        last = list(self.history(row).values())[-1]
        return tuple(sorted(j for j in self.jurisdictions if j != here and last in (j, UNKNOWN)))

    def crosses(self, lot: Lot, origin: str, destination: str) -> tuple[str, ...]:
        """Return the jurisdiction that a lot leaves on a lane after being made there, or nothing."""
        home = self.country[origin]
        leaves = home in self.jurisdictions and self.country[destination] != home and f"last:{home}" in lot.flags
        return (home,) if leaves else ()

    def seen_by(self, right: frozenset[Use], material: str, jurisdictions: tuple[str, ...]) -> tuple[int, ...] | None:
        """Return the controls (row ids) that count a lot leaving with a right; None if they disagree within it."""
        key = (right, material, jurisdictions)
        if key not in self._crossings:
            self._crossings[key] = self._seen(
                right,
                [
                    c
                    for c in self.controls
                    if c.jurisdiction in jurisdictions and self.content(c.material, material) > 0
                ],
            )
        return self._crossings[key]

    def falls_under(self, control: Row, use: Use) -> bool:
        """Return whether a use is one that a control names, by end use and destination."""
        to = self.countries(control.destination)
        return control.end_use in (ANY, use[0]) and (control.destination == ANY or use[1] in to)

    def _seen(self, right: frozenset[Use], controls: Iterable[Row]) -> tuple[int, ...] | None:
        seen = []
        for c in controls:
            falls = {self.falls_under(c, use) for use in right}
            if len(falls) > 1:
                return None
            if True in falls or (not right and c.destination == ANY and c.end_use == ANY):
                seen.append(c.row_id)
        return tuple(seen)

    def read(self, right: str, flags: str) -> Lot | None:
        """Return the lot that a label's texts mean, or None where they can not be read."""
        raised = frozenset(f for f in flags.split("|") if f)
        if right == ANY:
            return Lot(self.uses, raised)
        split = [text.partition("@") for text in right.split("|") if text]
        uses = frozenset((use, country) for use, _, country in split)
        return Lot(uses, raised) if uses <= self.uses else None


def day_after(date: dt.date) -> dt.date:
    """Return the day that follows a date."""
    return date + dt.timedelta(days=1)
