"""Designs: which points a sweep looks at. One at a time, grids, and draws by Latin hypercube or Sobol from distributions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.case.case import Case, Row
from model.case.grammar import OWN
from model.schema.column import PeriodColumns
from model.schema.tables.study import DISTRIBUTIONS, METHODS
from model.schema.values import is_blank
from model.study.overlay import Change, Target, Value, resolve

DRAWS = 64  # of a sweep that does not say how many
_AS_IT_IS = {"×": 1.0, "+": 0.0}


@dataclass(frozen=True)
class Parameter:
    """One thing that is varied.

    Attributes
    ----------
    target : Target
        Which numbers; several move together.
    how : {"×", "+", "="}
        How a value changes them.
    low, high : float, optional
        Ends of the range; without them each row's own Low and High.
    values : tuple, optional
        Values to try instead; for = also texts.
    distribution : str
        Uniform, Triangular, Normal (cut off at the ends) or Log-uniform, for draws.
    most_likely, deviation : float, optional
        Peak of a Triangular or mean of a Normal (half way), standard deviation of a Normal (a quarter of the range).
    steps : int, optional
        Values from low to high for One at a Time and Grid.
    """

    target: Target
    how: str = "×"
    low: float | None = None
    high: float | None = None
    values: tuple[Value, ...] = ()
    distribution: str = "Uniform"
    most_likely: float | None = None
    deviation: float | None = None
    steps: int | None = None

    @property
    def name(self) -> str:
        """Words for a column."""
        return self.target.name

    @property
    def ends(self) -> tuple[Value, Value]:
        """Low and high end: numbers, or the words for each row's own."""
        return (OWN[0], OWN[1]) if self.low is None or self.high is None else (self.low, self.high)

    @property
    def levels(self) -> tuple[Value, ...]:
        """Values to try one by one, the number as it is left out."""
        if self.values:
            return self.values
        low, high = self.ends
        if self.steps and self.steps > 2 and not isinstance(low, str) and not isinstance(high, str):
            return tuple(float(x) for x in np.linspace(low, high, self.steps))
        return (low, high)


@dataclass(frozen=True)
class Design:
    """What a sweep looks at.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    draws : int
        Number of points of the methods that draw.
    seed : int
        Of the draws; the same seed gives the same points, and more draws by Sobol keep the first ones.
    """

    name: str
    parameters: tuple[Parameter, ...]
    method: str = METHODS[0]
    draws: int = DRAWS
    seed: int = 0


@dataclass(frozen=True)
class Point:
    """One point: a value for each parameter that is changed, in their order; the base changes none."""

    values: tuple[tuple[Parameter, Value], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The overlay of the point."""
        return tuple(Change(p.target, p.how, v) for p, v in self.values)


BASE = Point()


def points_of(design: Design) -> list[Point]:
    """Return the points of a design, the base first.

    Raises
    ------
    ValueError
        If the method is not known.
    """
    match design.method:
        case "One at a Time":
            found: Iterable[Point] = (Point(((p, v),)) for p in design.parameters for v in p.levels)
        case "Grid":
            found = (_at(design, levels) for levels in itertools.product(*(_grid_levels(p) for p in design.parameters)))
        case "Latin Hypercube" | "Sobol":
            numbers = draw(design)
            found = (
                Point(tuple((p, float(x)) for p, x in zip(design.parameters, row, strict=True))) for row in numbers
            )
        case _:
            raise ValueError(f"no method {design.method!r}; there are {', '.join(METHODS)}")
    return list(dict.fromkeys((BASE, *found)))


def neighbours(design: Design, points: Sequence[Point]) -> dict[int, int]:
    """Return for points of a design, by their place in `points`, the neighbour that lies one step nearer to the base.

    In a grid that is one step along its last side that is not in the middle, of steps from Low to High one step along; so every
    point is reached by small steps, and which one comes before it is a matter of the design alone. Draws have no neighbours.
    """
    place = {p: n for n, p in enumerate(points)}
    found: dict[int, int] = {}
    if design.method == "Grid":
        sides = [_grid_levels(p) for p in design.parameters]
        nearer = [_nearer(p, side) for p, side in zip(design.parameters, sides, strict=True)]
        for at in itertools.product(*sides):
            off = [k for k, level in enumerate(at) if level in nearer[k]]
            if off:
                k = off[-1]
                before = _at(design, (*at[:k], nearer[k][at[k]], *at[k + 1 :]))
                found[place[_at(design, at)]] = place[before]
    elif design.method == "One at a Time":
        for p in design.parameters:
            levels = p.levels if _AS_IT_IS.get(p.how) in p.levels else (*p.levels, None)
            for level, before_it in _nearer(p, levels).items():
                if level is not None and before_it is not None:
                    found[place[Point(((p, level),))]] = place[Point(((p, before_it),))]
    return found


def _at(design: Design, levels: Sequence[Value | None]) -> Point:
    """Return the point at which parameters have some levels; None leaves a number as it is."""
    return Point(tuple((p, v) for p, v in zip(design.parameters, levels, strict=True) if v is not None))


def _nearer(p: Parameter, levels: Sequence[Value | None]) -> dict[Value | None, Value | None]:
    """Return for each level but the middle one the next towards it: where a number is as it is, or half way. Words have none."""
    as_it_is = _AS_IT_IS.get(p.how)
    numbers: dict[Value | None, float] = {}
    for level in levels:
        number = as_it_is if level is None else level
        if isinstance(number, str) or number is None:
            return {}
        numbers[level] = number
    ranked = sorted(numbers, key=lambda level: numbers[level])
    middle = next((k for k, v in enumerate(ranked) if numbers[v] == as_it_is), len(ranked) // 2)
    return {v: ranked[k + 1 if k < middle else k - 1] for k, v in enumerate(ranked) if k != middle}


def _grid_levels(p: Parameter) -> tuple[Value | None, ...]:
    """Return the levels of one side of a grid: the values, or the ends with the number as it is (None) between them."""
    if p.values or (p.steps and p.steps > 2):
        return p.levels
    low, high = p.levels
    as_it_is = _AS_IT_IS.get(p.how)
    return (low, high) if as_it_is in (low, high) else (low, None, high)


def draw(design: Design) -> npt.NDArray[np.float64]:
    """Return draws of the design's parameters, shape (draws, parameters).

    Latin hypercube and scrambled Sobol numbers are scipy's (`scipy.stats.qmc`), turned into the distributions by their
    inverse distribution functions.
    """
    from scipy.stats import qmc

    count, size = design.draws, len(design.parameters)
    if design.method == "Sobol":
        # Sobol numbers are balanced in powers of two; the first ones of a longer draw are those of a shorter one.
        shares = qmc.Sobol(size, rng=design.seed).random_base2(max(int(np.ceil(np.log2(count))), 0))[:count]
    else:
        shares = qmc.LatinHypercube(size, rng=design.seed).random(count)
    return np.column_stack([_quantiles(p, shares[:, k]) for k, p in enumerate(design.parameters)])


def _quantiles(p: Parameter, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    from scipy import stats

    if p.low is None or p.high is None:
        raise ValueError(f"{p.name} needs a low and a high to be drawn")
    low, high = p.low, p.high
    if low == high:
        return np.full(len(shares), low)
    centre = (low + high) / 2 if p.most_likely is None else p.most_likely
    deviation = (high - low) / 4 if not p.deviation else p.deviation
    width = high - low
    found = {
        "Uniform": lambda: stats.uniform(low, width),
        "Triangular": lambda: stats.triang((centre - low) / width, low, width),
        "Normal": lambda: stats.truncnorm((low - centre) / deviation, (high - centre) / deviation, centre, deviation),
        "Log-uniform": lambda: stats.loguniform(low, high),
    }[p.distribution]()
    return np.asarray(found.ppf(shares), dtype=float)


# ---- from table Sweeps -----------------------------------------------------------------------------------------------


def designs_of(case: Case, seed: int = 0) -> list[Design]:
    """Return the sweeps that a case declares, in the order in which they are first named."""
    return [_design(case, name, rows, seed) for name, rows in rows_by_sweep(case).items()]


def rows_by_sweep(case: Case) -> dict[str, list[Row]]:
    """Return the rows of table Sweeps by sweep, in the order in which they are first named."""
    named: dict[str, list[Row]] = {}
    for row in case.rows("Sweeps"):
        named.setdefault(row.sweep, []).append(row)
    return named


def _design(case: Case, name: str, rows: Sequence[Row], seed: int) -> Design:
    method = method_of(rows)
    draws = next((int(r.points) for r in rows if not is_blank(r.points)), DRAWS)
    drawn = method in METHODS[2:]
    return Design(name, tuple(_parameter(case, r, drawn) for r in rows), method, draws, seed)


def method_of(rows: Sequence[Row]) -> str:
    """Return the method of the rows of one sweep: the first that is given, else One at a Time."""
    return next((str(r.method) for r in rows if not is_blank(r.method)), METHODS[0])


def _parameter(case: Case, row: Row, drawn: bool) -> Parameter:
    target = Target(row.table, row.row, row.field, _text(row.from_period), _text(row.to_period))
    values = tuple(float(v) for k in range(1, 6) if not is_blank(v := getattr(row, f"value_{k}")))
    low, high = _number(row.low), _number(row.high)
    how = str(row.change)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    elif drawn:
        how, low, high = own_range(case, target)
    return Parameter(
        target,
        how,
        low,
        high,
        values,
        str(row.distribution),
        _number(row.most_likely),
        _number(row.deviation),
        None if drawn or is_blank(row.points) else int(row.points),
    )


def own_range(case: Case, target: Target) -> tuple[str, float | None, float | None]:
    """Return (how, low, high) from the Low and High of the one row that a target means; no ends where there are several.

    Of a number over time they are the ends of its first figure, so that the change is by a factor.
    """
    table, field, rows, _ = resolve(case, target)
    row = next(r for r in case.rows(table.name) if r.row_id == rows[0])
    if len(rows) != 1 or is_blank(row.low) or is_blank(row.high):
        return "=", None, None
    cell = None if isinstance(field, PeriodColumns) else getattr(row, field.name)
    if not (isinstance(field, PeriodColumns) or isinstance(cell, str)):
        return "=", float(row.low), float(row.high)
    numbers = case.across(table.name, row) if isinstance(field, PeriodColumns) else case.by_period(cell)
    first = next((float(n) for n in numbers if n and not np.isnan(n)), None)
    return ("×", float(row.low) / first, float(row.high) / first) if first else ("=", None, None)


def _number(value: object) -> float | None:
    return None if is_blank(value) else float(str(value))


def _text(value: object) -> str | None:
    return None if is_blank(value) else str(value)


__all__ = ["BASE", "DISTRIBUTIONS", "METHODS", "Design", "Parameter", "Point", "designs_of", "draw", "points_of"]
