"""What may be said of a lot: read from the declared provenance and the texts of a plan's labels, for the audit.

A second reading of the rules on labels, on purpose: nothing here is shared with the network behind the model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from model.case.case import Case, Row
from model.case.timeline import month_number
from model.rules.ledger_flags import UNKNOWN, AskedFlag, FlagAt, made_in
from model.schema.tables.common import ANY, CONTROL, LAST_EXPORTER, STAGES

Use = tuple[str, str]  # (end use, country of the market)


@dataclass(frozen=True)
class Lot:
    """A label's meaning: the uses for which the lot may be delivered, and the flags against it."""

    right: frozenset[Use]
    flags: frozenset[str]


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
        self.held_by = {r.site: self.home[r.operator] for r in case.rows("Sites") if self.home.get(r.operator)}
        self.counted_by: dict[int, list[tuple[str, FlagAt]]] = {
            r.row_id: self._who(r) for r in case.rows("De-risking Rules") if r.metric != "Sources"
        }
        self.charged_by = {r.row_id: made_in(r.stage, self.countries(r.origin)) for r in case.rows("Tariffs")}
        self.derived_from = {
            c.row_id: made_in("Any Stage", frozenset({c.jurisdiction}))
            for c in self.controls
            if c.reach == "Derived Content"
        }
        asked = [flag for r in case.rows("De-risking Rules") for flag in self.flags_of(r)]
        asked += [*self.charged_by.values(), *self.derived_from.values()]
        open_rows = [r for r in case.rows("Qualifications") if r.state != "Qualified"]
        self.hands = {(f"maker:{r.site}" if r.site else f"seller:{r.supplier}"): None for r in open_rows}
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

    def may_hold(self, element: str, material: str) -> bool:
        """Return whether a material holds an element; what is not said to hold any, such as a feed, may hold all."""
        return self.content(element, material) > 0 or self.names_in(material) == {material}

    def countries(self, name: str) -> frozenset[str]:
        """Return the countries that the name of a country or group means."""
        return frozenset(self.members.get(name, {name}))

    def flags_of(self, rule: Row) -> list[AskedFlag]:
        """Return every flag by which a share rule counts in some market and period."""
        homes = sorted({country for _, country in self.uses})
        periods = range(len(self.case.timeline))
        found = [flag(h, t) for _, flag in self.counted_by.get(rule.row_id, ()) for h in homes for t in periods]
        return list({f.text: f for f in found}.values())

    def exempt(self, rule: Row, t: int) -> list[Row]:
        """Return the exemptions from a de-risking rule that hold in a period, for more than half of it."""
        return [
            e
            for e in self.case.rows("Rule Exemptions")
            if e.rule == rule.rule
            and (e.until is None or self.case.timeline.applies(t, None, month_number(day_after(e.until))))
        ]

    def _who(self, rule: Row) -> list[tuple[str, FlagAt]]:
        """Return (name, flag by market country and period) of those that a share rule counts."""
        if rule.metric == "Domestic Share":
            return [("domestic", lambda home, t: self._asked(rule, {home} - {""}, t))]
        if rule.metric == "Supplier Share":
            sold = {r.supplier for t in ("Offers", "Commitments") for r in self.case.rows(t) if r.supplier}
            named = {w: {w} for w in ([rule.who] if rule.who else sorted(sold))}
        elif rule.who and rule.applies == "Sum":
            named = {rule.who: set(self.countries(rule.who))}
        else:
            named = {w: {w} for w in sorted(self.countries(rule.who) if rule.who else self._origins(rule))}

        def asked(names: set[str]) -> FlagAt:
            return lambda home, t: self._asked(rule, names, t)

        return [(w, asked(names)) for w, names in named.items()]

    def _asked(self, rule: Row, names: set[str], t: int) -> AskedFlag:
        """Return what a rule asks of lots in a period, with what is exempt then taken out."""
        turned = rule.limit_type == "Min"
        exempt = self.exempt(rule, t)
        spared = {(k, getattr(e, k)) for e in exempt for k in ("supplier", "site") if getattr(e, k)}
        about = rule.material if rule.material in self.elements else ""
        if rule.metric == "Supplier Share":
            return AskedFlag("supplier", "", frozenset(names), turned, frozenset(spared), about)
        free = {e.country for e in exempt if e.country}
        kind = "control" if rule.counted_by == CONTROL else "country"
        if rule.stage == LAST_EXPORTER:
            kind, stage, spared = "exporter", "", set()
        else:
            stage = rule.stage
        return AskedFlag(
            kind, stage, frozenset(names | free if turned else names - free), turned, frozenset(spared), about
        )

    def _origins(self, rule: Row) -> set[str]:
        if rule.stage == LAST_EXPORTER:
            return set(self.country.values()) - {""}
        lots = [
            r for t in ("Offers", "Commitments", "Stockpiles", "Recycling") for r in self.case.rows(t) if r.material
        ]
        found = {c for r in lots for c in self.history(r).values()}
        sites = {r.site for t in ("Lines", "Projects") for r in self.case.rows(t)}
        if rule.counted_by == CONTROL:
            found |= {self.in_charge(s) for s in sites}
            found |= {self.home.get(getattr(r, "supplier", None) or "", "") for r in lots}
        else:
            found |= {self.country[s] for s in sites}
        return found - {"", UNKNOWN}

    def in_charge(self, site: str) -> str:
        """Return the country that controls a site: of the supplier that runs it, else where it lies."""
        return self.held_by.get(site) or self.country[site]

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

    def performed(self, stage: str, site: str) -> frozenset[str]:
        """Return the flags that performing a stage at a site gives, the last stage's included."""
        where, held = self.country[site] or UNKNOWN, self.in_charge(site) or UNKNOWN
        return (
            self._last(where)
            | ({f"maker:{site}"} & self.hands.keys())
            | {f.text for f in self._flags if f.of_stage(stage, where, held) and ("site", site) not in f.exempt}
        )

    def _last(self, where: str) -> frozenset[str]:
        return frozenset(f"last:{j}" for j in self.jurisdictions if where in (j, UNKNOWN))

    def left(self, country: str) -> frozenset[str]:
        """Return the flags of what is handed over in a country, or has left it last."""
        return frozenset(f.text for f in self._flags if f.kind == "exporter" and f.of_country(country or UNKNOWN))

    @cached_property
    def of_exporters(self) -> frozenset[str]:
        """Flags that a lot loses when it crosses a border."""
        return frozenset(f.text for f in self._flags if f.kind == "exporter")

    def bought(self, row: Row) -> Lot:
        """Return the lot as declared, before any control narrows its right."""
        supplier = getattr(row, "supplier", None)
        place = str(row.site or supplier)
        whose = {("site", place), ("supplier", supplier)}
        history = self.history(row)
        known = [s for s, c in history.items() if c != UNKNOWN]
        home = self.home.get(supplier or "", "")
        flags: set[str] = set(self.left(self.country[place]))
        for stage, country in history.items():
            # Who sells is taken to control what was done last; of what was done before, nobody knows more than where.
            held = home if home and known and stage == known[-1] else country
            flags |= {f.text for f in self._flags if f.of_stage(stage, country, held) and f.exempt.isdisjoint(whose)}
        flags |= self._last(list(history.values())[-1])
        flags |= {f.text for f in self._flags if f.of_supplier(supplier) and f.exempt.isdisjoint(whose)}
        flags |= ({f"maker:{row.site}", f"seller:{supplier}"} & self.hands.keys()) if supplier is not None else set()
        allowed = row.end_uses_allowed
        return Lot(frozenset(u for u in self.uses if allowed in (ANY, u[0])), frozenset(flags))

    def left_behind(self, row: Row) -> tuple[str, ...]:
        """Return the jurisdictions whose controls count an offer or commitment where it is handed over.

        It is handed over outside, and its last stage was performed inside, or nobody knows where; what is in transit
        or lies there on consignment has left already.
        """
        if row.kind in ("In Transit", "Consignment"):
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
