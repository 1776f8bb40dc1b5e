"""Tables of a sweep: tornado, spider, two-way, percentiles, which plan is best where. A point that failed is a status."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.report.shape import Show, frame_of, mark, musd, part, text
from model.schema.values import as_text
from model.study.sweeps import Design, Parameter, Sweep, parameter_names

SOLVED = "optimal"
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
_BINS = 20
_SIDES = ("low", "high")

TORNADO = (
    text("parameter", 44),
    *(
        show
        for side in _SIDES
        for show in (
            mark(f"{side}_at", 10),
            mark(f"{side}_status", 17),
            musd(f"{side}_least"),
            musd(f"{side}_most"),
        )
    ),
    musd("swing"),
    mark("shown", 9),
)
KEPT = (
    text("parameter", 44),
    *(
        show
        for side in _SIDES
        for show in (
            mark(f"{side}_at", 10),
            mark(f"{side}_kept_status", 17),
            musd(f"{side}_kept"),
            text(f"{side}_kept_breaks", 30),
            musd(f"{side}_adapting"),
        )
    ),
    musd("kept_swing"),
)
SPIDER = (
    text("parameter", 44),
    mark("value", 10),
    Show("position", "price", "−1 to 1", 10),
    mark("status", 17),
    musd("objective"),
    musd("bound"),
    musd("change"),
)
PERCENTILE = (
    text("figure", 30),
    mark("unit", 8),
    mark("draws", 8),
    mark("failed", 8),
    *(Show(f"p{p}", "by unit", width=11) for p in PERCENTILES),
    Show("mean", "by unit", width=11),
    Show("deviation", "by unit", width=11),
)
HISTOGRAM = (musd("from_objective"), musd("to_objective"), Show("draws", "number"), part("share_below"))
INFLUENCE = (text("parameter", 44), Show("rank_correlation", "price", "", 12))
PLANS = (
    mark("plan", 7),
    text("builds", 60),
    Show("points", "number"),
    part("share_of_points"),
    musd("objective_from"),
    musd("objective_to"),
    text("where", 70),
)
STATUSES = (text("status", 26), Show("points", "number"), text("first_message", 70))


def names_of(design: Design) -> dict[Parameter, str]:
    """Return the column of each parameter in the table of points."""
    return parameter_names(design.parameters)


def statuses_table(found: Sweep) -> pd.DataFrame:
    """Return how many points ended how, with the first message of each."""
    rows = []
    for status, points in found.points.groupby("status", sort=False):
        said = [m for m in points["message"] if isinstance(m, str)]
        rows.append((status, len(points), said[0] if said else ""))
    return frame_of(STATUSES, rows)


# ---- one at a time ---------------------------------------------------------------------------------------------------


def tornado_table(found: Sweep, kept: Sweep | None = None) -> pd.DataFrame:
    """Return one row per parameter by falling swing (MUSD); what has no plan at an end stands first.

    Parameters
    ----------
    found : Sweep
        One at a time, re-optimised at every point. The change against the base lies between `least` and `most`.
    kept : Sweep, optional
        The same with the base's plan kept. `adapting` is what it costs more than a plan of the point's own: the least that can be
        said of it, 0 where the intervals of both leave that open.
    """
    rows = [r for p, points in _by_parameter(found) if (r := _tornado_row(p, points, found, kept)) is not None]
    rows.sort(key=lambda r: (not r["failed"], -r["swing"], r["parameter"]))
    return pd.DataFrame.from_records(rows, columns=list(dict.fromkeys(s.name for s in (*TORNADO, *KEPT))))


def kept_table(both: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a tornado by falling swing with the plan kept; where it can not be kept at an end stands first."""
    broken = (both["low_kept_status"] != SOLVED) | (both["high_kept_status"] != SOLVED)
    order = both.assign(whole=~broken).sort_values(["whole", "kept_swing"], ascending=[True, False], kind="stable")
    return order[[s.name for s in KEPT]].reset_index(drop=True)


def _by_parameter(found: Sweep) -> Iterator[tuple[Parameter, pd.DataFrame]]:
    for p, name in names_of(found.design).items():
        points = found.points.iloc[1:]
        points = points[points[name].notna()]
        if len(points):
            yield p, points.assign(at=points[name])


def _tornado_row(p: Parameter, points: pd.DataFrame, found: Sweep, kept: Sweep | None) -> dict[str, Any] | None:
    low, high = _ends(points)
    row: dict[str, Any] = {"parameter": f"{p.how} {p.name}", "failed": False, "shown": "No"}
    changes, frozen_changes = [0.0], [0.0]
    for side, at in zip(_SIDES, (low, high), strict=True):
        point = points.loc[at]
        row |= {f"{side}_at": _value(point["at"]), f"{side}_status": point["status"]}
        solved = _is_number(point["objective"])
        row["failed"] |= not solved
        if solved:
            row |= {f"{side}_least": point["change_least"], f"{side}_most": point["change_most"]}
            changes.append(float(point["objective"] - found.base["objective"]))
            if point["change_least"] > 0 or point["change_most"] < 0:
                row["shown"] = "Yes"
        if kept is not None:
            row |= _kept_end(side, point, kept.points.loc[at], kept.base, frozen_changes)
    row["swing"] = max(changes) - min(changes)
    if kept is not None:
        row["kept_swing"] = max(frozen_changes) - min(frozen_changes)
    return row


def _kept_end(side: str, point: Any, frozen: Any, base: Any, changes: list[float]) -> dict[str, Any]:
    out: dict[str, Any] = {f"{side}_kept_status": frozen["status"]}
    if not _is_number(frozen["objective"]):
        return out | {f"{side}_kept_breaks": frozen["message"] if isinstance(frozen["message"], str) else ""}
    change = float(frozen["objective"] - base["objective"])
    changes.append(change)
    out[f"{side}_kept"] = change
    if _is_number(point["objective"]):
        # Its own plan costs no more than its objective, the kept one no less than its bound.
        least = frozen["bound"] if _is_number(frozen["bound"]) else frozen["objective"]
        out[f"{side}_adapting"] = max(float(least - point["objective"]), 0.0)
    return out


def _ends(points: pd.DataFrame) -> tuple[Any, Any]:
    """Return the rows of the least and the largest value; of words the first and the last."""
    numbers = pd.to_numeric(points["at"], errors="coerce")
    if numbers.isna().any():
        return points.index[0], points.index[-1]
    return numbers.idxmin(), numbers.idxmax()


def spider_table(found: Sweep) -> pd.DataFrame:
    """Return every level of every parameter, the base at position 0, the ends of its range at −1 and 1."""
    base = float(found.base["objective"]) if _is_number(found.base["objective"]) else np.nan
    rows: list[tuple[Any, ...]] = []
    for p, points in _by_parameter(found):
        rows += _spokes(f"{p.how} {p.name}", points, base, _as_it_is(p))
    return frame_of(SPIDER, rows)


def _spokes(name: str, points: pd.DataFrame, base: float, as_it_is: float | None) -> list[tuple[Any, ...]]:
    numbers = pd.to_numeric(points["at"], errors="coerce")
    if numbers.isna().any():
        numbers = pd.Series(np.linspace(-1, 1, len(points)) if len(points) > 1 else [1.0], index=points.index)
        as_it_is = 0.0
    centre = as_it_is if as_it_is is not None else float((numbers.min() + numbers.max()) / 2)
    left, right = max(centre - numbers.min(), 0.0), max(numbers.max() - centre, 0.0)
    rows: list[tuple[Any, ...]] = [(name, "as it is", 0.0, SOLVED, base, base, 0.0)]
    for (_, point), number in zip(points.iterrows(), numbers, strict=True):
        away = float(number - centre)
        span = left if away < 0 else right
        position = 0.0 if span == 0 else away / span
        solved = _is_number(point["objective"])
        figures = (point["objective"], point["bound"], point["objective"] - base) if solved else (None, None, None)
        rows.append((name, _value(point["at"]), position, point["status"], *figures))
    return sorted(rows, key=lambda r: r[2])


def _as_it_is(p: Parameter) -> float | None:
    return {"×": 1.0, "+": 0.0}.get(p.how)


# ---- grids -----------------------------------------------------------------------------------------------------------


def two_way_table(found: Sweep, figure: str = "objective") -> tuple[list[Show], pd.DataFrame]:
    """Return a grid of two parameters: a row per value of the first, a column per value of the second.

    A cell holds the figure where the point was solved, else its status. Values as they are stand as "as it is".
    """
    names = list(names_of(found.design).values())
    if len(names) != 2:
        raise ValueError("a two-way table needs two parameters")
    points = found.points if found.design.method == "Grid" and _has_base(found) else found.points.iloc[1:]
    cells: dict[tuple[Any, Any], Any] = {}
    for _, point in points.iterrows():
        key = _value(point[names[0]]), _value(point[names[1]])
        cells.setdefault(key, point[figure] if _is_number(point["objective"]) else point["status"])
    down = _ordered(k[0] for k in cells)
    across = _ordered(k[1] for k in cells)
    first = Show("down", "text", width=30, title=names[0])
    # A cell of a failed point is a word among numbers, and looks like one.
    kind, width = ("mark", 18) if figure in ("status", "plan") else ("money", 14)
    shows = [first, *(Show(a, kind, width=width, title=str(a)) for a in across)]
    return shows, frame_of(shows, [(d, *(cells.get((d, a), "not a point") for a in across)) for d in down])


def _has_base(found: Sweep) -> bool:
    """Return whether the grid has the numbers as they are on both sides."""
    rest = found.points.iloc[1:]
    return all(rest[n].isna().any() for n in names_of(found.design).values())


def _ordered(values: Any) -> list[str]:
    seen = list(dict.fromkeys(values))
    numbers = {v: _float(v) for v in seen}
    if any(n is None for v, n in numbers.items() if v != "as it is"):
        return seen
    plain = sorted((v for v in seen if v != "as it is"), key=lambda v: numbers[v] or 0.0)
    if "as it is" in seen:
        plain.insert(len(plain) // 2, "as it is")
    return plain


def _float(value: str) -> float | None:
    try:
        return float(value.replace(",", ""))
    except ValueError:
        return None


# ---- draws -----------------------------------------------------------------------------------------------------------


def figures_of(found: Sweep) -> dict[str, str]:
    """Return the figures of points of which percentiles are shown, with their units."""
    known = {"objective": "MUSD", "cash": "MUSD", "shortage": "MUSD", "penalties": "MUSD"}
    more = {str(c): "t" for c in found.points if str(c).startswith("short_") or c == "bought_t"}
    return {name: unit for name, unit in (known | more).items() if name in found.points}


def percentiles_table(found: Sweep) -> pd.DataFrame:
    """Return percentiles over the draws that have a plan; how many have none stands beside them."""
    draws = found.points.iloc[1:]
    rows = []
    for figure, unit in figures_of(found).items():
        numbers = pd.to_numeric(draws[figure], errors="coerce").dropna().to_numpy(dtype=float)
        spread = [float(x) for x in np.percentile(numbers, PERCENTILES)] if len(numbers) else [None] * len(PERCENTILES)
        mean = float(numbers.mean()) if len(numbers) else None
        deviation = float(numbers.std(ddof=1)) if len(numbers) > 1 else None
        name = "Valued shortage" if figure == "shortage" else figure.removesuffix("_t").replace("_", " ").capitalize()
        rows.append((name, unit, len(numbers), len(draws) - len(numbers), *spread, mean, deviation))
    return frame_of(PERCENTILE, rows)


def histogram_table(found: Sweep) -> pd.DataFrame:
    """Return how many draws fall into each of some equal classes of the objective."""
    numbers = pd.to_numeric(found.points.iloc[1:]["objective"], errors="coerce").dropna().to_numpy(dtype=float)
    if not len(numbers):
        return frame_of(HISTOGRAM, [])
    counts, ends = np.histogram(numbers, bins=_round_classes(numbers))
    below = np.cumsum(counts) / len(numbers)
    return frame_of(HISTOGRAM, zip(ends[:-1], ends[1:], counts, below, strict=True))


def _round_classes(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    """Return ends of equal classes at round figures, such as 120, 140, 160, which hold all of some numbers."""
    low, high = float(numbers.min()), float(numbers.max())
    wide = max((high - low) / min(_BINS, max(len(numbers) // 3, 1)), 0.01)
    scale = 10.0 ** math.floor(math.log10(wide))
    step = scale * next((x for x in (1.0, 2.0, 5.0) if x * scale >= wide * (1 - 1e-9)), 10.0)
    first = math.floor(low / step)
    return [round(n * step, 9) for n in range(first, math.floor(high / step) + 2)]


def influence_table(found: Sweep) -> pd.DataFrame:
    """Return the rank correlation (Spearman) of each parameter with the objective, the strongest first."""
    draws = found.points.iloc[1:]
    objective = pd.to_numeric(draws["objective"], errors="coerce").rank()
    rows = []
    for p, name in names_of(found.design).items():
        numbers = pd.to_numeric(draws[name], errors="coerce").rank()
        both = objective.notna() & numbers.notna()
        varied = both.sum() > 2 and numbers[both].nunique() > 1 and objective[both].nunique() > 1
        rows.append((f"{p.how} {p.name}", float(np.corrcoef(numbers[both], objective[both])[0, 1]) if varied else None))
    return frame_of(INFLUENCE, sorted(rows, key=lambda r: -abs(r[1] or 0.0)))


# ---- which plan is best where -----------------------------------------------------------------------------------------


def plan_letters(found: Sweep) -> dict[str, str]:
    """Return a letter for every set of builds that is best somewhere, the commonest first; none for relaxed whole numbers."""
    if "builds" not in found.points:
        return {}
    sets = found.points["builds"].dropna().map(_built)
    return {built: _letter(n) for n, built in enumerate(sets.value_counts(sort=True).index)}


def plans_table(found: Sweep) -> pd.DataFrame:
    """Return one row per set of projects built, with where it is the best: the span of every parameter."""
    letters = plan_letters(found)
    if not letters:
        return frame_of(PLANS, [])
    built = found.points["builds"].map(lambda x: _built(x) if isinstance(x, str) else None)
    solved = built.notna()
    rows = []
    for words, letter in letters.items():
        points = found.points[built == words]
        cost = pd.to_numeric(points["objective"])
        share = len(points) / int(solved.sum())
        rows.append((letter, words, len(points), share, cost.min(), cost.max(), _where(found, points)))
    return frame_of(PLANS, rows)


def with_letters(found: Sweep) -> Sweep:
    """Return the sweep with the letter of each point's plan as a figure, for a two-way table."""
    letters = plan_letters(found)
    column = found.points["builds"].map(lambda x: letters[_built(x)] if isinstance(x, str) else None)
    return Sweep(found.design, found.points.assign(plan=column), found.solved, found.cached, found.notes)


def _built(text: str) -> str:
    projects = sorted(json.loads(text))
    return ", ".join(projects) if projects else "nothing"


def _letter(n: int) -> str:
    return chr(65 + n) if n < 26 else f"{chr(64 + n // 26)}{chr(65 + n % 26)}"


def _where(found: Sweep, points: pd.DataFrame) -> str:
    spans: dict[str, str] = {}
    for name in names_of(found.design).values():
        values = points[name].dropna()
        numbers = pd.to_numeric(values, errors="coerce")
        if len(values) and numbers.notna().all():
            low, high = _value(float(numbers.min())), _value(float(numbers.max()))
            spans[name] = low if low == high else f"{low} to {high}"
        elif len(values):
            spans[name] = ", ".join(dict.fromkeys(_value(v) for v in values))
        if len(values) < len(points) and len(values) and found.design.method == "Grid":
            spans[name] += ", as it is"
    words = [f"{name}: {span}" for name, span in spans.items()]
    as_it_is = 0 in points.index
    return "; ".join((["as it is"] if as_it_is else []) + words)


# ---- values -----------------------------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.floating) and bool(np.isfinite(value))


def _value(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "as it is"
    return f"{value:.6g}" if isinstance(value, float) else as_text(value)


def by_parameter(frame: pd.DataFrame) -> dict[str, list[int]]:
    """Return the positions of the rows of each parameter."""
    out: dict[str, list[int]] = defaultdict(list)
    for n, name in enumerate(frame["parameter"]):
        out[str(name)].append(n)
    return dict(out)
