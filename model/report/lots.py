"""`Lots`: tonnes and costs by chain, of what is in one place or moves at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
COSTS = ("price", "freight", "duties", "licence_fees", "conversion")


@dataclass(frozen=True)
class Lots:
    """Tonnes and costs by chain.

    Attributes
    ----------
    chains : array of int, shape (n,)
        Numbers of the chains, each once, rising.
    values : array, shape (n, 6)
        t, then `COSTS` in MUSD.
    """

    chains: Numbers
    values: Values

    @staticmethod
    def none() -> Lots:
        """Return nothing."""
        return _NOTHING

    @staticmethod
    def one(chain: int, tonnes: float, costs: Sequence[float] = (0.0,) * len(COSTS)) -> Lots:
        """Return tonnes of one chain with their costs."""
        return Lots(np.array([chain], dtype=np.int64), np.array([[tonnes, *costs]], dtype=np.float64))

    @property
    def totals(self) -> Values:
        """Sums over the chains, shape (6,)."""
        out: Values = self.values.sum(axis=0)
        return out

    def part(self, share: float) -> Lots:
        """Return a share of everything."""
        return Lots(self.chains, self.values * share)

    def weighed(self, factor: float) -> Lots:
        """Return the lots with other tonnes at the same costs, as after a loss."""
        return Lots(self.chains, self.values * np.array([factor, *(1.0,) * len(COSTS)]))

    def scaled_to(self, tonnes: float | None) -> Lots:
        """Return the lots so that their tonnes are `tonnes` in all, at the same costs; as they are if None."""
        whole = float(self.totals[0])
        return self if tonnes is None or whole <= 0 or whole == tonnes else self.weighed(tonnes / whole)

    def charged(self, costs: Sequence[float]) -> Lots:
        """Return the lots with more costs, shared by tonnes."""
        whole = float(self.totals[0])
        if whole <= 0 or not any(costs):
            return self
        values = self.values.copy()
        values[:, 1:] += np.outer(values[:, 0] / whole, np.asarray(costs, dtype=np.float64))
        return Lots(self.chains, values)

    def renamed(self, name: Callable[[int], int]) -> Lots:
        """Return the lots under other chains; those that become one are added."""
        return merged([Lots(np.array([name(int(n)) for n in self.chains], dtype=np.int64), self.values)])

    def far_from(self, other: Lots) -> float:
        """Return by how much the lots differ from others, as a share of what there is."""
        if len(self.chains) != len(other.chains) or (self.chains != other.chains).any():
            return np.inf
        if not len(self.chains):
            return 0.0
        return float((np.abs(self.values - other.values).max(axis=0) / np.maximum(1.0, np.abs(self.totals))).max())


_NOTHING = Lots(np.zeros(0, dtype=np.int64), np.zeros((0, 1 + len(COSTS))))


def merged(lots: Sequence[Lots]) -> Lots:
    """Return lots as one, equal chains added."""
    if not lots:
        return _NOTHING
    chains, place = np.unique(np.concatenate([x.chains for x in lots]), return_inverse=True)
    values = np.zeros((len(chains), 1 + len(COSTS)))
    np.add.at(values, place, np.concatenate([x.values for x in lots]))
    return Lots(chains, values)
