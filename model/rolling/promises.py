"""What is owed to us: tonnes that are due over spans of time, settled against what was delivered.

For every promise: promised = delivered + still due + cancelled + due after the plan (less what came beyond the promise).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.rolling.horizon import Piece

Span = tuple[float, float, float]
"""First month, first month after, tonnes spread evenly between; a span without length is a day."""
_DUST = 1e-9


@dataclass(frozen=True)
class Promise:
    """Tonnes due under one commitment, order or shipment.

    Attributes
    ----------
    name : str
        Name of the row of Commitments that it becomes.
    known_as : str
        Name under which deliveries are booked: the commitment or the offer.
    values : mapping
        Columns of that row but for its tonnes.
    due : tuple of Span
        When how much is due.
    """

    name: str
    known_as: str
    values: Mapping[str, Any]
    due: tuple[Span, ...]

    @property
    def tonnes(self) -> float:
        """All tonnes that are promised."""
        return sum(q for _, _, q in self.due)

    def due_by(self, month: float) -> float:
        """Return the tonnes that are due before a month."""
        return sum(q * _before(a, b, month) for a, b, q in self.due)


@dataclass(frozen=True)
class Settled:
    """A promise after deliveries were booked on it (t)."""

    promise: Promise
    due: float
    delivered: float
    cancelled: float
    remaining: tuple[float, ...]
    beyond: float
    excess: float

    @property
    def left(self) -> float:
        """Tonnes that are still due within the plan."""
        return sum(self.remaining)


def _before(a: float, b: float, month: float) -> float:
    if b <= a + _DUST:
        return 1.0 if a < month - _DUST else 0.0
    return min(1.0, max(0.0, (month - a) / (b - a)))


def settle(promise: Promise, delivered: float, cancelled: bool, to: float, pieces: Sequence[Piece]) -> Settled:
    """Book deliveries on a promise: what did not come is due in the first period, what came early is due no more.

    Parameters
    ----------
    delivered : float
        Tonnes delivered before month `to`.
    cancelled : bool
        Whether what was due by `to` and did not come is due no more.
    """
    due = promise.due_by(to)
    late = max(0.0, due - delivered)
    ahead = [(max(a, to), b, q * (1 - _before(a, b, to))) for a, b, q in promise.due]
    spans: list[Span] = [(a, b, q) for a, b, q in sorted(ahead) if q > _DUST]
    if late > _DUST and not cancelled:
        spans.insert(0, (to, pieces[0].end, late))
    spans, excess = _without(spans, max(0.0, delivered - due))
    remaining = [sum(q * _inside(a, b, p) for a, b, q in spans) for p in pieces]
    beyond = sum(q for _, _, q in spans) - sum(remaining)
    return Settled(
        promise,
        due,
        delivered,
        late if cancelled else 0.0,
        tuple(x if x > _DUST else 0.0 for x in remaining),
        beyond if beyond > _DUST else 0.0,
        excess,
    )


def _without(spans: Sequence[Span], early: float) -> tuple[list[Span], float]:
    """Return the spans less what came early, the first first, and what is beyond all of them."""
    out: list[Span] = []
    for a, b, q in spans:
        taken = min(q, early)
        early -= taken
        if q - taken > _DUST:
            out.append((a, b, q - taken))
    return out, early if early > _DUST else 0.0


def _inside(a: float, b: float, piece: Piece) -> float:
    return _before(a, b, piece.end) - _before(a, b, piece.start)


def share_deliveries(promises: Sequence[Promise], delivered: Mapping[str, float], to: float) -> dict[str, float]:
    """Return tonnes delivered by name of the promise; of several under one offer, what is due first is filled first."""
    out: dict[str, float] = {}
    by_source: dict[str, list[Promise]] = {}
    for p in promises:
        by_source.setdefault(p.known_as, []).append(p)
    for source, listed in by_source.items():
        left = delivered.get(source, 0.0)
        mine = sorted(listed, key=lambda p: min((a for a, _, _ in p.due), default=0.0))
        for cap in ("due", "all"):
            for p in mine:
                most = (p.due_by(to) if cap == "due" else p.tonnes) - out.get(p.name, 0.0)
                taken = min(left, max(0.0, most))
                out[p.name] = out.get(p.name, 0.0) + taken
                left -= taken
        if mine and left > _DUST:
            out[mine[-1].name] += left
    return out
