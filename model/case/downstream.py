"""What a material can become: the recipes of a case followed forward, by material alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from model.case.case import Case
from model.case.separation import recipe_items


@dataclass(frozen=True)
class Downstream:
    """Materials that each material can become."""

    case: Case
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _steps(self) -> dict[str, set[str]]:
        steps: dict[str, set[str]] = defaultdict(set)
        for roles in recipe_items(self.case).values():
            for material, _ in roles["Input"]:
                steps[material] |= {g for g, _ in roles["Output"]}
        return steps

    def of(self, material: str) -> frozenset[str]:
        """Return the material itself and all that recipes can make of it, step by step."""
        if material not in self._known:
            found, ahead = {material}, [material]
            while ahead:
                for g in self._steps[ahead.pop()] - found:
                    found.add(g)
                    ahead.append(g)
            self._known[material] = frozenset(found)
        return self._known[material]

    def reaches(self, material: str, counted: Iterable[str]) -> bool:
        """Return whether the material is, or can become, one of those that are counted."""
        return not self.of(material).isdisjoint(counted)
