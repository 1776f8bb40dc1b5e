"""Names that are one to a reader and two to a program."""

from __future__ import annotations

import unicodedata

from model.case.checks.finder import Finder
from model.schema.tables import TABLES
from model.schema.values import fold

# Texts that act as names though no table defines them, or that several rows of their own table share.
_SHARED = {
    "line": (("Lines", "line"), ("Recipes", "line"), ("Projects", "line"), ("Plant Feeds", "line")),
    "element": (("Contents", "element"),),
    "group": (("Country Groups", "group"),),
    "segment": (("Demand", "segment"),),
    "product": (("Demand", "product"), ("Products", "product")),
    "shared_as": (("Lanes", "shared_as"),),
    "exclusive_group": (("Projects", "exclusive_group"),),
}


def find(finder: Finder) -> None:
    """Check names that differ in capitals or signs only."""
    for places in _SHARED.values():
        _compare(finder, list(places))
    for table in TABLES.values():
        if table.name in ("Countries", "Suppliers", "Sites", "Materials"):
            _compare(finder, [(table.name, table.key[0])], capitals=False)  # they are a key that stands twice already
    for table in TABLES.values():
        if table.implied and not finder.case.has(table.name):
            _compare(
                finder, [(t.name, c.name) for t in TABLES.values() for c in t.columns if table.name in c.refers_to]
            )


def _compare(finder: Finder, places: list[tuple[str, str]], *, capitals: bool = True) -> None:
    spelled: dict[str, tuple[str, str]] = {}
    letters: dict[str, tuple[str, str]] = {}
    for table, column in places:
        for row in finder.rows(table):
            name = getattr(row, column)
            if not isinstance(name, str) or (fold(name) in spelled and spelled[fold(name)][0] == name):
                continue
            title, here = TABLES[table].column(column).title, finder.case.address(table, row, column)
            if fold(name) in spelled:
                other, first = spelled[fold(name)]
                if capitals:
                    finder.say(
                        "name-spelled-twice", table, row, column, column=title, found=name, other=other, first=first
                    )
                continue
            spelled[fold(name)] = (name, here)
            bare = _bare(name)
            if bare in letters:
                other, first = letters[bare]
                finder.say("names-alike", table, row, column, column=title, found=name, other=other, first=first)
            elif bare:
                letters[bare] = (name, here)


def _bare(name: str) -> str:
    """Return a name without signs, spaces and accents: 'U.S.' and 'US', 'Lynas Corp.' and 'Lynas  Corp'."""
    return "".join(c for c in unicodedata.normalize("NFKD", fold(name)) if c.isalnum())
