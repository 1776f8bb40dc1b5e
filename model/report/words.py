"""Numbers, dates and labels in the planner's words, one way for sheets, sentences and the console."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from model.network.labels import Label

# Below a kilogram an amount is left out of sentences: the pass that serves defence first may leave a gram open.
NOTICEABLE = 1e-3


def date_of(month: float) -> dt.date:
    """Return months since year 0 as a date, to the nearest day."""
    year, rest = divmod(month + 1e-9, 12)
    first = dt.date(int(year), int(rest) + 1, 1)
    days = (dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first + dt.timedelta(days=round((rest - int(rest)) * days))


def tonnes(amount: float) -> str:
    """Return an amount in t with as many digits as it needs."""
    return f"{amount:,.0f} t" if abs(amount) >= 100 else f"{amount:,.1f} t" if abs(amount) >= 1 else f"{amount:,.3g} t"


def money(amount: float) -> str:
    """Return an amount in MUSD."""
    return f"{amount:,.1f} MUSD" if abs(amount) >= 10 else f"{amount:,.2f} MUSD"


def share(part: float) -> str:
    """Return a share in per cent."""
    return f"{100 * part:.0f} %" if abs(part) >= 0.1 or part == 0 else f"{100 * part:.2g} %"


def units(number: float, product: str) -> str:
    """Return a number of products, such as 1,200 x engine."""
    return f"{number:,.0f} × {product}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return names as a list in a sentence; what goes beyond `most` is counted."""
    shown = list(names[:most])
    if len(names) > most:
        return ", ".join(shown) + f" and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def right_words(label: Label, countries: int) -> str:
    """Return for whom a lot may be used; the country is named only where the case has several markets."""
    if label.right is None:
        return "Any use"
    if countries <= 1:
        return " or ".join(sorted({use for use, _ in label.right})) + " only"
    return " or ".join(f"{use} in {country or 'no country'}" for use, country in sorted(label.right)) + " only"


def origin_words(label: Label, groups: Mapping[str, frozenset[str]]) -> str:
    """Return what the rules of the case can tell of a lot's origin."""
    return "; ".join(_flag_words(f, groups) for f in sorted(label.flags)) or "no mark"


def _flag_words(flag: str, groups: Mapping[str, frozenset[str]]) -> str:
    flag, _, spared = flag.partition(" except ")
    said = _plain_flag_words(flag, groups)
    return f"{said} (other than {spared})" if spared else said


def _plain_flag_words(flag: str, groups: Mapping[str, frozenset[str]]) -> str:
    kind, _, rest = flag.partition(":")
    negated = kind.startswith("not ")
    if kind == "last":
        return f"last worked in {rest}"
    if kind in ("maker", "seller"):
        return f"{'from site' if kind == 'maker' else 'sold by'} {rest}, to be qualified"
    if kind.endswith("supplier"):
        return f"{'not ' if negated else ''}bought from {rest}"
    if kind == "source":
        _, material, source = rest.split(":", 2)
        return f"{material} of {source}"
    if kind.endswith("exporter"):
        return f"last exported {'not ' if negated else ''}from {_countries_words(rest, groups)}"
    stage, _, names = rest.partition(":")
    verb = "under control " if kind.endswith("control") else ""
    where = f"{verb}outside" if negated else f"{verb}in"
    where = f"{where} {_countries_words(names, groups)}"
    return f"some stage {where}" if stage == "Any Stage" else f"{stage.lower()} {where}"


def _countries_words(names: str, groups: Mapping[str, frozenset[str]]) -> str:
    """Return countries as a group where they are its members, the shortest name first so that the choice is fixed."""
    members = frozenset(names.split("+"))
    found = (g for g in sorted(groups, key=lambda g: (len(g), g)) if groups[g] == members)
    return next(found, listed(sorted(members)))
