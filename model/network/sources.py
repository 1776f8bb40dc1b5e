"""Who performed a stage: flags by which a rule on the number of sources tells lots apart, only while such a rule needs them.

``source:R:G:X`` says that the stage of rule R was performed by X on what a lot holds of G, a material or an element. A stage that
is performed anew takes the place of the one before. A mixture has the flags of all its parts, so that a lot which several
sources share counts for none of them where sources have to be shown, and for all of them where they are limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.case.case import Case, Row
from model.case.contents import Contents
from model.case.downstream import Downstream
from model.case.places import Places, control_of, supplier_place
from model.network.labels import Label, in_control
from model.network.lanes import recipe_sites
from model.network.predicates import UNKNOWN, provenance
from model.schema.tables.common import ANY, CONTROL, STAGES


@dataclass(frozen=True)
class StageSources:
    """The sources of one rule for one material or element.

    Attributes
    ----------
    bearing : frozenset of str
        Materials that hold what is counted and can come to a need that the rule looks at.
    by_row : mapping of (table, row id) to str
        Who performed the stage on what is bought, committed or held at the start.
    by_site : mapping of str to str
        Who performs it at a site.
    """

    rule: Row
    material: str
    bearing: frozenset[str]
    by_row: Mapping[tuple[str, int], str]
    by_site: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """Every source that may count."""
        return sorted({*self.by_row.values(), *self.by_site.values()})

    def text(self, source: str) -> str:
        """Return the flag of a source."""
        return f"{self._prefix}{source}"

    @property
    def _prefix(self) -> str:
        return f"source:{self.rule.rule}:{self.material}:"

    @property
    def flags(self) -> frozenset[str]:
        """Every flag that a lot may have."""
        return frozenset(self.text(s) for s in (*self.names, UNKNOWN))

    def of(self, label: Label) -> frozenset[str]:
        """Return the flags that a lot has of this rule."""
        return frozenset(f for f in label.flags if f.startswith(self._prefix))

    def bought(self, label: Label, table: str, row: Row) -> Label:
        """Return the label of a lot as it enters."""
        source = self.by_row.get((table, row.row_id))
        return Label(label.right, label.flags | {self.text(source)}) if source else label

    def worked(self, label: Label, material: str, stage: str | None, site: str, outputs: Iterable[str]) -> Label:
        """Return the label of what a recipe makes of an input; `outputs` are the stages of its products."""
        if stage == self.rule.stage:
            return Label(label.right, label.flags - self.of(label) | {self.text(self.by_site[site])})
        if material in self.bearing and not self.of(label) and any(_after(self.rule.stage, s) for s in outputs):
            return Label(label.right, label.flags | {self.text(UNKNOWN)})
        return label


def _after(stage: str, material_stage: str) -> bool:
    """Return whether a stage has been performed on a material of another one."""
    return material_stage not in STAGES or STAGES.index(material_stage) >= STAGES.index(stage)


# What has no supplier is named by where it is.
_UNSOLD = {"Stockpiles": "Stock"}


def stage_sources(case: Case, places: Places, contents: Contents, rules: Iterable[int]) -> list[StageSources]:
    """Return the sources of the rules with the given row ids, one for each material or element that a rule is about."""
    ahead, chosen = Downstream(case), set(rules)
    out = []
    for rule in (r for r in case.rows("De-risking Rules") if r.row_id in chosen):
        rows = [
            d for d in case.rows("Demand") if rule.segment in (None, d.segment) and rule.end_use in (ANY, d.end_use)
        ]
        needs, asked = [d.material for d in rows], {d.material for d in rows if not d.stands_in}
        for name in [rule.material] if rule.material else sorted({e for g in asked for e in contents.names_in(g)}):
            counted = frozenset(g for g in needs if contents.of(name, g) > 0)
            bearing = frozenset(
                m.material
                for m in case.rows("Materials")
                if ahead.reaches(m.material, counted)
                and (name not in contents.elements or contents.of(name, m.material) > 0)
            )
            by_row, by_site = _by_row(case, places, rule, bearing), _by_site(case, places, rule)
            out.append(StageSources(rule, name, bearing, by_row, by_site))
    return out


def _by_row(case: Case, places: Places, rule: Row, bearing: frozenset[str]) -> dict[tuple[str, int], str]:
    stage = {m.material: m.stage for m in case.rows("Materials")}
    home = {s.supplier: s.country for s in case.rows("Suppliers")}
    out = {}
    for table in ("Offers", "Commitments", "Stockpiles", "Recycling"):
        for row in case.rows(table):
            if row.material not in bearing or (table == "Stockpiles" and not row.opening_stock > 0):
                continue
            supplier = getattr(row, "supplier", None)
            seller = home.get(supplier or "", "")
            stages = provenance(row, stage[row.material], seller)
            if rule.stage not in stages:
                continue
            place = supplier_place(row) if supplier else str(row.site)
            by_control = rule.counted_by == CONTROL
            country = in_control(stages, rule.stage, seller) if by_control else stages[rule.stage]
            names = {
                "Supplier": supplier or f"{_UNSOLD.get(table, table)} at {place}",
                "Site": place,
                "Country": country or UNKNOWN,
            }
            out[table, row.row_id] = str(names[rule.source_is])
    return out


def _by_site(case: Case, places: Places, rule: Row) -> dict[str, str]:
    operator = {r.site: r.operator for r in case.rows("Sites")}
    country = control_of(case, places) if rule.counted_by == CONTROL else places.country
    return {
        site: str(
            {
                "Supplier": operator.get(site) or site,
                "Site": site,
                "Country": country[site] or UNKNOWN,
            }[rule.source_is]
        )
        for recipe, site in recipe_sites(case)
        if recipe.stage == rule.stage
    }
