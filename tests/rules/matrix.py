"""The compiled rows of one family, in words, to be compared with rows that were written by hand first.

A row is written as ``2 purchase[A,2026] - deliver[Plant,2026] <= 10``: whole numbers and decimals as coefficients, members by
the names of what they stand for and not by numbers, so that ten lines say what a family does. Both sides are read into
coefficients and bounds before they are compared; the order of terms and rows says nothing.
"""

from __future__ import annotations

import math
import re
from typing import Any

from model.case.case import Case
from model.network.network import Network
from model.network.parts import Scope
from model.solver.build import build
from model.solver.compile import compile_model

Row = tuple[tuple[tuple[str, float], ...], float, float]
_TERM = re.compile(r"([+-]?)\s*([\d.]*)\s*([a-z_]+\[[^\]]*\])")


def rows_of(case: Case, family: str, *, as_is: bool = False) -> list[str]:
    """Return the rows of a family as text, sorted."""
    net = Network(case, Scope(as_is=as_is))
    matrix = compile_model(*build(net))
    name = _Names(net)
    out = []
    for i, (family_of_row, _) in enumerate(matrix.row_names):
        if family_of_row != family:
            continue
        span = slice(matrix.starts[i], matrix.starts[i + 1])
        terms = {
            name(*matrix.column_names[j]): c for j, c in zip(matrix.columns[span], matrix.values[span], strict=True)
        }
        out.append(_text(terms, float(matrix.row_lower[i]), float(matrix.row_upper[i])))
    return sorted(out)


def by_hand(text: str) -> list[str]:
    """Return rows typed one per line in the same form."""
    return sorted(_text(*_parsed(line)) for line in text.strip().splitlines())


def _parsed(line: str) -> tuple[dict[str, float], float, float]:
    body, sign, right = re.fullmatch(r"\s*(.*?)\s*(<=|>=|=)\s*(\S+)\s*", line).groups()  # type: ignore[union-attr]
    terms = {n: float(c or 1) * (-1 if minus == "-" else 1) for minus, c, n in _TERM.findall(body)}
    assert _TERM.sub("", body).strip() == "", f"not understood: {line}"
    number = float(right)
    return terms, number if sign != "<=" else -math.inf, number if sign != ">=" else math.inf


def _text(terms: dict[str, float], low: float, high: float) -> str:
    if high < math.inf and low > -math.inf:
        assert low == high, "no family has a row with two ends"
    sign, right = ("=", low) if low == high else ("<=", high) if high < math.inf else (">=", low)
    body = " ".join(f"{c:+.9g} {n}" for n, c in sorted(terms.items()))
    return f"{body} {sign} {right + 0.0:.9g}"


class _Names:
    """Index of a variable → the words for it; labels appear only where a case has more than one."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.many = len(net.labels) > 1

    def __call__(self, variable: str, index: tuple[Any, ...]) -> str:
        words = getattr(self, f"_{variable}", lambda *i: i)(*index)
        return f"{variable}[{','.join(str(w) for w in words)}]"

    def _lot(self, *numbers: int) -> tuple[str, ...]:
        if not self.many:
            return ()
        labels = [self.net.labels[n] for n in dict.fromkeys(numbers)]
        rights = ["" if x.right is None else "for " + "+".join(sorted(u for u, _ in x.right)) for x in labels]
        return (
            "→".join(
                "&".join((*sorted(x.flags), r) if r else sorted(x.flags)) or "free"
                for x, r in zip(labels, rights, strict=True)
            ),
        )

    def _when(self, t: int) -> str:
        return "once" if t < 0 else self.net.timeline.periods[t].label

    def _purchase(self, k: int, n: int, t: int) -> tuple[str, ...]:
        return (self.net.offers[k].row.offer, *self._lot(n), self._when(t))

    def _committed(self, k: int, n: int, t: int) -> tuple[str, ...]:
        return (self.net.commitments[k].row.commitment, *self._lot(n), self._when(t))

    def _left(self, k: int, u: int) -> tuple[str, ...]:
        return (self.net.commitments[k].row.commitment, self._when(u))

    def _within(self, q: int, what: str, place: str, item: Any, t: int) -> tuple[str, ...]:
        tariff = next(r.tariff for r in self.net.case.rows("Tariffs") if r.row_id == q)
        return (tariff, *([self.net.offers[item].row.offer] if what == "offer" else (place, item)), self._when(t))

    def _flow(self, a: int, x: int, y: int, t: int) -> tuple[str, ...]:
        arc = self.net.arcs[a]
        return (f"{arc.origin}→{arc.destination}", arc.material, *self._lot(x, y), self._when(t))

    def _run(self, o: int, n: int, t: int) -> tuple[str, ...]:
        operation = self.net.operations[o]
        young = () if operation.vintage is None else (f"{operation.vintage[0]} {self._when(operation.vintage[1])}",)
        return (operation.recipe.recipe, *young, *self._lot(n), self._when(t))

    def _use(self, o: int, g: str, x: int, y: int, t: int) -> tuple[str, ...]:
        return (self.net.operations[o].recipe.recipe, g, *self._lot(x, y), self._when(t))

    def _stock(self, i: str, g: str, n: int, t: int) -> tuple[str, ...]:
        return (i, g, *self._lot(n), self._when(t))

    _disposal = _stock

    def _sale(self, i: str, g: str, k: int, n: int, t: int) -> tuple[str, ...]:
        return (i, g, *((f"step {k}",) if k > 1 else ()), *self._lot(n), self._when(t))

    def _cover(self, r: int, item: str, i: str, g: str, n: int, route: str, t: int) -> tuple[str, ...]:
        target = next(c for c in self.net.case.rows("Cover Targets") if c.row_id == r)
        part = (item,) if target.applies != "Sum" else ()
        return (target.target, *part, i, g, *self._lot(n), *((route,) if route else ()), self._when(t))

    def _deliver(self, d: int, n: int, t: int) -> tuple[str, ...]:
        return (self.net.demand[d].segment, self.net.demand[d].material, *self._lot(n), self._when(t))

    def _short(self, d: int, k: int, t: int) -> tuple[str, ...]:
        return (self.net.demand[d].segment, self.net.demand[d].material, str(k + 1), self._when(t))

    def _size(self, p: str, t: int) -> tuple[str, ...]:
        return (p, self._when(t))

    _build = _permit = _lane_used = _lane_opened = _qualified = _open = _modules = _size

    _signed = _reserved = _renewed = _prolonged = _size

    def _noticed(self, c: str, s: int, u: int) -> tuple[str, ...]:
        return (c, self._when(s), self._when(u))

    _vacated = _noticed

    def _granted(self, b: int, project: str, t: int) -> tuple[str, ...]:
        return (next(r.subsidy for r in self.net.case.rows("Subsidies") if r.row_id == b), *self._size(project, t))

    def _recycled(self, k: int, n: int, t: int) -> tuple[str, ...]:
        return (str(k), *self._lot(n), self._when(t))

    def _replaced(self, k: int, t: int) -> tuple[str, ...]:
        return (str(k), self._when(t))

    _adopted = _replaced

    def _credit(self, k: int, t: int) -> tuple[str, ...]:
        return (self.net.offers[k].row.offer, self._when(t))

    def _ordered(self, k: int, t: int) -> tuple[str, ...]:
        return (self.net.offers[k].row.offer, self._when(t))

    def _stepped(self, k: int, step: int, t: int) -> tuple[str, ...]:
        return self.net.offers[k].row.offer, str(step), self._when(t)

    _step_on = _stepped

    def _used(self, _: int, window: str, item: str) -> tuple[str, ...]:
        return (item, window)

    def _recipe_on(self, recipe: str, site: str, t: int) -> tuple[str, ...]:
        return (recipe, site, self._when(t))

    _line_on = _recipe_on

    def _counted(self, _: int, material: str, window: str, source: str) -> tuple[str, ...]:
        return (material, source, window)

    def _tainted(self, _: str, site: str, name: str, __: str, predicate: str, t: int) -> tuple[str, ...]:
        return (site, name, predicate, self._when(t))

    def _attributed(self, s: int, variable: str, *index: Any) -> tuple[str, ...]:
        book = self.net.ledgers[s]
        return (book.name, variable, *getattr(_Names(book.network), f"_{variable}")(*index))

    def _slack(self, _: str, __: int, item: str, window: str) -> tuple[str, ...]:
        return (item, window)


def assert_rows(c: Case, family: str, expected: str) -> None:
    """Assert that the rows of a family in a case are those that are expected, in words."""
    assert rows_of(c, family) == by_hand(expected)
