"""What counts for a name: a rule, control or target may name a material, an element in any material, or Any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.case.case import Case
from model.schema.tables.common import ANY


@dataclass(frozen=True)
class Contents:
    """Tonnes that a tonne of a material counts for, by name.

    Attributes
    ----------
    elements : mapping of str to mapping of str to float
        Element → material → t of the element, as oxide, per t.
    """

    elements: Mapping[str, Mapping[str, float]]

    def of(self, name: str, material: str) -> float:
        """Return what a tonne of `material` counts for a rule that names `name`; 0 where the rule does not see it."""
        if name in (ANY, material):
            return 1.0
        return self.elements.get(name, {}).get(material, 0.0)

    def names_in(self, material: str) -> list[str]:
        """Return the elements of a material, or the material itself where none is declared."""
        return sorted(e for e, held in self.elements.items() if held.get(material, 0.0) > 0) or [material]

    def may_hold(self, element: str, material: str) -> bool:
        """Return whether a material holds an element, or is not said to hold any at all; true of "" for the element.

        A feed is described by its basket, not by its contents: what nobody declared may hold everything.
        """
        return (
            not element
            or self.of(element, material) > 0
            or not any(m.get(material, 0.0) > 0 for m in self.elements.values())
        )


def contents_of(case: Case) -> Contents:
    """Return the contents that a case declares."""
    elements: dict[str, dict[str, float]] = {}
    for r in case.rows("Contents"):
        elements.setdefault(r.element, {})[r.material] = float(r.content)
    return Contents(elements)
