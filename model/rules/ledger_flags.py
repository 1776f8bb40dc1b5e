"""What rules ask about lots, written down once more for the audit: nothing is shared with the predicates behind the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

UNKNOWN = "Unknown"


@dataclass(frozen=True)
class AskedFlag:
    """What some rule asks: whether `stage` was performed in, controlled from, or the lot sent by, one of `names`.

    With an element, the question is about the parts of a mixture that hold it.
    """

    kind: str
    stage: str
    names: frozenset[str]
    negated: bool = False
    exempt: frozenset[tuple[str, str]] = frozenset()
    element: str = ""

    @property
    def text(self) -> str:
        """Return the flag as plans write it."""
        parts = [self.kind, *([self.stage] if self.stage else []), "+".join(sorted(self.names))]
        but = " except " + ", ".join(" ".join(pair) for pair in sorted(self.exempt)) if self.exempt else ""
        about = f" of {self.element}" if self.element else ""
        return ("not " if self.negated else "") + ":".join(parts) + about + but

    def of_country(self, country: str) -> bool:
        """Return whether a country gives the flag; an unknown one always does."""
        return country == UNKNOWN or (country in self.names) != self.negated

    def of_stage(self, stage: str, country: str, held: str) -> bool:
        """Return whether performing a stage in a country, controlled from another, gives the flag."""
        if self.kind not in ("country", "control") or self.stage not in ("Any Stage", stage):
            return False
        return self.of_country(held if self.kind == "control" else country)

    def of_supplier(self, supplier: str | None) -> bool:
        """Return whether buying from a supplier gives the flag; what nobody sold was not bought from anyone named."""
        return self.kind == "supplier" and (supplier in self.names) != self.negated


FlagAt = Callable[[str, int], AskedFlag]  # (country of the market, period) → flag


def made_in(stage: str, countries: frozenset[str], negated: bool = False) -> AskedFlag:
    """Return the flag of lots of which a stage, or any, was performed in some countries; `negated`: elsewhere."""
    return AskedFlag("country", stage, countries, negated)
