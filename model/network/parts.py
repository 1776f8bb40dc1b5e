"""The parts of a network: sources, arcs, operations, and what of a case may be decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from model.case.case import Row
from model.case.timeline import Vector
from model.network.lanes import Node

if TYPE_CHECKING:
    from model.network.network import Network

_T = TypeVar("_T")
_LOOKS_AT = "looks_at"


def once_per_network(function: Callable[..., _T]) -> Callable[..., _T]:
    """Return the function with its answers remembered on the network, its first argument."""

    @wraps(function)
    def remembered(net: Network, *args: Any) -> _T:
        known: dict[Any, _T] = net.__dict__.setdefault("_remembered", {})
        key = (function, *args)
        if key not in known:
            known[key] = function(net, *args)
        return known[key]

    return remembered


def looks_at(*tables: str) -> Callable[[_T], _T]:
    """Say of a function that is remembered in which tables the numbers stand on which its answer depends.

    Numbers that a sweep never changes in a network that stands (`model.study.inplace`) do not count. At points that change none
    of these tables the answers of the base hold. Without this a function is asked again at every point.
    """

    def said(function: _T) -> _T:
        setattr(function, _LOOKS_AT, frozenset(tables))
        return function

    return said


def holds(function: Callable[..., Any], changed: Collection[str]) -> bool:
    """Return whether what a function remembers holds after numbers of some tables have changed."""
    tables: frozenset[str] | None = getattr(function, _LOOKS_AT, None)
    return tables is not None and tables.isdisjoint(changed)


Moves = tuple[tuple[int, int, tuple[int, ...]], ...]  # (label in, label out, control rows that count it)


@dataclass(frozen=True)
class Source:
    """Material that enters: an offer, a commitment or an opening stock. `labels` are (label, control rows that count it)."""

    row: Row
    node: Node
    labels: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Arc:
    """A lane between two places for one material."""

    index: int
    origin: str
    destination: str
    material: str
    row: Row | None
    moves: Moves

    @property
    def lead(self) -> float:
        """Months under way."""
        return 0.0 if self.row is None else float(self.row.lead_time)

    @property
    def name(self) -> str:
        """Words for a report."""
        return f"{self.origin} → {self.destination} ({self.material})"


@dataclass(frozen=True)
class Operation:
    """A recipe at a site. `uses` are (material, label in, label out); `outs` the labels under which it is run.

    `lands` gives the label of an output by material and label of the run: each material keeps what can still matter for it.

    A `vintage` is a project, and the period in which its construction started (−1 for a build under way), whose plant
    recovers less in its first years: what it makes is counted by itself, its output times `yields` in each period.
    """

    index: int
    recipe: Row
    site: str
    inputs: tuple[tuple[str, float], ...]
    outputs: tuple[tuple[str, float], ...]
    line_use: float
    outs: tuple[int, ...]
    uses: tuple[tuple[str, int, int], ...]
    lands: Mapping[tuple[str, int], int]
    vintage: tuple[str, int] | None = None
    yields: Vector | None = None

    @property
    def least_yield(self) -> float:
        """Least that a young plant recovers at all, as a share of the yield; 1 for every other."""
        return 1.0 if self.yields is None else float(min((y for y in self.yields if y > 0), default=1.0))

    def per(self, output: float, t: int) -> float:
        """Return the output per unit run in a period."""
        return output if self.yields is None else output * float(self.yields[t])


@dataclass(frozen=True)
class Scope:
    """What of a case may be decided: everything, or only what As Is allows; and which rules see sources of a stage.

    A rule on the sources of a stage (its row id) takes part only where a plan without it has broken it.
    """

    as_is: bool = False
    sources: frozenset[int] = frozenset()
