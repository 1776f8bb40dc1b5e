"""What leaves a controlling jurisdiction, by control and period, worked out again for the audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

Way = tuple[str, str, str, int, int]  # (from, to, material, label, label after)


def ways(ledger: Ledger) -> Iterator[tuple[Way, int, float, tuple[int, ...] | None]]:
    """Yield (way, period, t, controls that count it) of every flow; None if its label may not change as it does."""
    seen: dict[Way, tuple[int, ...] | None] = {}
    for i, j, g, x, y, t, q in ledger.rows["flows"]:
        way = (i, j, g, x, y)
        if way not in seen:
            seen[way] = _passed(ledger, *way)
        yield way, t, q, seen[way]


def _passed(ledger: Ledger, i: str, j: str, g: str, x: int, y: int) -> tuple[int, ...] | None:
    """Return the controls that count a flow, or None if its label may not change as it does."""
    before, after = ledger.lots[x], ledger.lots[y]
    left = ledger.about.crosses(before, i, j)
    given, right = ledger.memory.meant(before.right, g), ledger.memory.meant(after.right, g)
    narrower = bool(left and right) and right < given
    must = ledger.memory.must(j, g)
    flags = before.flags
    if ledger.country[i] != ledger.country[j]:
        flags = flags - ledger.about.of_exporters | ledger.about.left(ledger.country[i])
    if after.flags & must != flags & must or not (right == given or narrower):
        return None
    return ledger.about.seen_by(right, g, left)


def let_out(ledger: Ledger) -> dict[tuple[int, int], float]:
    """Return the tonnes, by content, that each control counts in each period: crossings, and what is bought outside."""
    out: dict[tuple[int, int], float] = defaultdict(float)
    name = {c.row_id: c.material for c in ledger.about.controls}
    for way, t, q, controls in ways(ledger):
        for c in controls or ():
            out[c, t] += q * ledger.about.content(name[c], way[2])
    for table, rows in (("purchases", ledger.offers), ("committed", ledger.commitments)):
        for key, n, t, q in ledger.rows[table]:
            row = rows[key]
            right = ledger.memory.meant(ledger.lots[n].right, row.material)
            for c in ledger.about.seen_by(right, row.material, ledger.about.left_behind(row)) or ():
                out[c, t] += q * ledger.about.content(name[c], row.material)
    return out
