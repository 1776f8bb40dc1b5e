"""Demand beside tonnes stated elsewhere: what the rows of Demand come to of a material or element, by rows of Demand Checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.case.case import Case, Row
from model.case.contents import Contents
from model.case.timeline import Vector
from model.schema.tables.common import ANY


@dataclass(frozen=True)
class Compared:
    """One row of Demand Checks beside the rows of Demand that it counts.

    Attributes
    ----------
    check : Row
        The row of Demand Checks.
    parts : tuple of (Row, Vector)
        Each need that it counts, with the tonnes that it comes to in each period (t), shape (T,): what it holds of the
        check's material, and what was lost in making it.
    stated : Vector
        Tonnes stated for each period (t), shape (T,); NaN where nothing is.
    """

    check: Row
    parts: tuple[tuple[Row, Vector], ...]
    stated: Vector

    @property
    def found(self) -> Vector:
        """What all needs together come to in each period (t), shape (T,)."""
        return np.sum([tonnes for _, tonnes in self.parts], axis=0) if self.parts else np.zeros(len(self.stated))

    @property
    def apart(self) -> Vector:
        """By what share of what is stated demand lies above it, shape (T,); NaN where nothing or zero is stated."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (self.found - self.stated) / self.stated
        return np.where(self.stated > 0, share, np.nan)

    @property
    def differs(self) -> npt.NDArray[np.bool_]:
        """Whether demand lies further from what is stated than the check allows, shape (T,)."""
        allowed = float(self.check.tolerance) * self.stated
        return np.abs(self.found - self.stated) > allowed * (1 + 1e-9) + 1e-9  # NaN compares as False


def compared(case: Case, check: Row, demand: Iterable[Row], contents: Contents) -> Compared:
    """Return a row of Demand Checks beside those rows of `demand` that it counts, as `contents` says."""
    parts = [
        (need, held / float(check.overall_yield) * case.amounts("Demand", need))
        for need in demand
        if counts(check, need) and (held := contents.of(check.material, need.material)) > 0
    ]
    return Compared(check, tuple(parts), case.amounts("Demand Checks", check))


def counts(check: Row, need: Row) -> bool:
    """Return whether a check looks at a need, whatever the need is of."""
    return (
        check.segment in (None, need.segment)
        and check.site in (None, need.site)
        and check.end_use in (ANY, need.end_use)
        and not need.stands_in
    )


def uncounted(checks: Iterable[Compared], demand: Iterable[Row], contents: Contents) -> list[tuple[Row, str, float]]:
    """Return each need with what it holds that checks name but no check counts there: (need, material or element, t per t)."""
    known = list(checks)
    seen = {(c.check.material, need.row_id, need.material) for c in known for need, _ in c.parts}
    names = dict.fromkeys(c.check.material for c in known)
    return [
        (need, name, held)
        for name in names
        for need in demand
        if not need.stands_in
        and (held := contents.of(name, need.material)) > 0
        and (name, need.row_id, need.material) not in seen
    ]
