"""Which lane row governs a way between two places, found again for the audit: the more specific row wins."""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.case.case import Case, Row
from model.schema.tables.common import ANY

_PAIR = re.compile(r"(.+) → (.+) \(row (\d+)\)")


class Lanes:
    """The lane rows of one case, by what they name."""

    def __init__(self, case: Case, country: Mapping[str, str], members: Mapping[str, set[str]]) -> None:
        self.case, self.country, self.members = case, country, members
        self.declared = case.has("Lanes")
        self._rows: dict[tuple[str, str, str], Row] = {}
        for r in case.rows("Lanes"):
            self._rows.setdefault((r.from_place, r.to_place, r.material), r)
        self._shared = {r.shared_as: r for r in reversed(case.rows("Lanes")) if r.shared_as}
        self._known: dict[tuple[str, str, str], Row | None] = {}
        self._names: dict[str, dict[str, int]] = {}

    def names(self, place: str) -> dict[str, int]:
        """Return every name by which a lane may mean a place: 3 itself, 2 its country, 1 a group of it, 0 Any."""
        if place not in self._names:
            home = self.country[place]
            groups = [g for g, inside in self.members.items() if home in inside]
            self._names[place] = {ANY: 0, **dict.fromkeys(groups, 1), **({home: 2} if home else {}), place: 3}
        return self._names[place]

    def governing(self, origin: str, destination: str, material: str) -> Row | None:
        """Return the row that governs a way, or None where there is no such row."""
        key = (origin, destination, material)
        if key not in self._known:
            found = [
                (a + b + c, r)
                for i, a in self.names(origin).items()
                for j, b in self.names(destination).items()
                for g, c in ((material, 3), (ANY, 0))
                if (r := self._rows.get((i, j, g))) is not None
            ]
            self._known[key] = max(found, key=lambda f: f[0])[1] if found and origin != destination else None
        return self._known[key]

    def key(self, origin: str, destination: str, row: Row) -> str:
        """Return the name under which a lane is used as one: Shared As, or the pair of places by itself."""
        return row.shared_as or f"{origin} → {destination} (row {row.row_id})"

    def ends(self, key: str) -> set[str]:
        """Return the places that a lane joins by name: of all rows of a shared one, or the pair of places by itself."""
        rows = [r for r in self.case.rows("Lanes") if r.shared_as == key]
        named = {end for r in rows for end in (r.from_place, r.to_place)}
        match = None if rows else _PAIR.fullmatch(key)
        row = self.row_of(key)
        return named | ({match[1], match[2]} if match else set()) | ({row.from_place, row.to_place} if row else set())

    def row_of(self, key: str) -> Row | None:
        """Return the lane row behind such a name, or None if the case has no such lane."""
        if key in self._shared:
            return self._shared[key]
        match = _PAIR.fullmatch(key)
        rows = [r for r in self.case.rows("Lanes") if match and r.row_id == int(match[3])]
        if not rows or not match or match[1] not in self.country or match[2] not in self.country or rows[0].shared_as:
            return None
        joins = rows[0].from_place in self.names(match[1]) and rows[0].to_place in self.names(match[2])
        return rows[0] if joins else None
