"""How a check compares the two sides of a row: within a tolerance, and what is out of it as a violation in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from model.rules.family import Violation

TOLERANCE = 1e-6


def at_most(family: str, left: float, right: float, sentence: str, *parts: object) -> Iterator[Violation]:
    """Yield a violation if `left` is above `right` by more than a row's tolerance; NaN as `right` means no limit."""
    if math.isnan(left) or left > right + TOLERANCE * max(1.0, abs(right)):
        yield Violation(family, f"{sentence.format(*parts)}: {left:.9g}, at most {right:.9g}", left - right)


def at_least(family: str, left: float, right: float, sentence: str, *parts: object) -> Iterator[Violation]:
    """Yield a violation if `left` is below `right` by more than a row's tolerance; NaN as `right` means no limit."""
    if math.isnan(left) or left < right - TOLERANCE * max(1.0, abs(right)):
        yield Violation(family, f"{sentence.format(*parts)}: {left:.9g}, at least {right:.9g}", right - left)


def equal(family: str, left: float, right: float, sentence: str, *parts: object) -> Iterator[Violation]:
    """Yield a violation if two sides of a row differ by more than its tolerance."""
    if not abs(left - right) <= TOLERANCE * max(1.0, abs(right)):
        yield Violation(family, f"{sentence.format(*parts)}: {left:.9g} instead of {right:.9g}", abs(left - right))


def counts(amount: float) -> bool:
    """Return whether an amount is more than rounding."""
    return amount > TOLERANCE
