"""Break-even: the value of one number at which the plan changes its mind, by bisection between two values.

Both ends are solved first: where the question has the same answer at both, no switch is to be found between them. A switch is
given as the two values tried last, on either side of it. It is one switch; where the answer turns more than once, others are not
found. With whole numbers the plans of both answers cost the same within the gap near the switch, so that the gap should be small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.case.build import raise_on_errors
from model.case.case import Case
from model.checking import check
from model.errors import CaseError
from model.problems import problem
from model.schema.values import fold, nearest
from model.solver.highs import Status
from model.study import ends
from model.study.canned import parts_of
from model.study.design import Parameter
from model.study.engines import attempt
from model.study.figures import Figures
from model.study.identity import Identity
from model.study.overlay import Change, Target, overlaid
from model.study.session import Options, PointSolver
from model.study.starts import packed, unpacked
from model.study.store import Store
from model.study.sweeps import GAP_SHARE

STEPS = 7  # halvings: a hundredth of the range
_NOTICED = 1e-3  # t or t/y
FOUND, ALWAYS, NEVER, FAILED = "found", "holds at both ends", "holds at neither end", "a point failed"


@dataclass(frozen=True)
class Question:
    """A yes or no about a plan.

    Attributes
    ----------
    words : str
        As asked, such as "builds Vinton".
    holds : callable
        Figures of a point with details → yes or no.
    """

    words: str
    holds: Callable[[Figures], bool]


@dataclass(frozen=True)
class BreakEven:
    """Result of `break_even`.

    Attributes
    ----------
    target : Target
        The number that moves.
    how : str
        = or ×.
    question : str
        In words.
    outcome : str
        found, holds at both ends, holds at neither end, a point failed.
    low, high : float or None
        Where found, the values tried last on either side of the switch.
    points : DataFrame
        Every point tried, by value: value, status, answer (Yes / No), objective, bound, cash (MUSD), message.
    """

    target: Target
    how: str
    question: str
    outcome: str
    low: float | None
    high: float | None
    points: pd.DataFrame


def break_even(
    case: Case,
    target: Target,
    until: str,
    between: tuple[float, float],
    *,
    how: str = "=",
    within: float | None = None,
    store: str | Path | None = None,
    lp: bool = False,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    on_point: Callable[[float, Figures], None] | None = None,
) -> BreakEven:
    """Find the value of a number at which a yes or no about the plan turns.

    Parameters
    ----------
    case : Case
        It is checked first.
    target : Target
        The number; several move together.
    until : str
        "builds PROJECT", "permits PROJECT", "buys OFFER", "holds SITE / MATERIAL" (more than it starts with), "short SEGMENT".
    between : (float, float)
        Values between which to look.
    how : {"=", "×", "+"}
        Whether the values stand in the number's place, multiply it or are added to it.
    within : float, optional
        How far the last two values may be apart; a hundredth of the range by default.
    store, lp, gap, time_limit, seed
        As in `model.sweep`.
    on_point : callable, optional
        Called with value and figures of every point.

    Raises
    ------
    CaseError
        If the case has errors, does not know what is named, or would have errors at one of the two values.
    """
    raise_on_errors(check(case))
    question = question_of(case, until)
    ends.refuse(case, [Parameter(target, how, *between)])
    share = GAP_SHARE * float(case.settings["optimality_gap"]) if gap is None else gap
    limit = float(case.settings["time_limit"]) if time_limit is None else time_limit
    options = Options(lp, 0.0 if lp else share, limit, seed, detail=True)
    with Store(None if store is None else Path(store)) as kept:
        ask = _Ask(case, target, how, options, kept, on_point)
        return _bisected(ask, target, how, question, between, within)


def question_of(case: Case, until: str) -> Question:
    """Return the question that a text asks.

    Raises
    ------
    CaseError
        If there is no such question, or the case does not know what it names.
    """
    verb, _, name = until.strip().partition(" ")
    opening = {f"{r.site} / {r.material}": float(r.opening_stock) for r in case.rows("Stockpiles")}
    kinds: dict[str, tuple[list[str], Callable[[Figures, str], bool]]] = {
        "builds": (
            [str(p.project) for p in case.rows("Projects")],
            lambda f, n: _amount(f, "size_by_project", n) > _NOTICED,
        ),
        "permits": ([str(p.project) for p in case.rows("Projects")], lambda f, n: n in parts_of(f, "permits")),
        "buys": ([str(o.offer) for o in case.rows("Offers")], lambda f, n: _amount(f, "bought_by_offer", n) > _NOTICED),
        "holds": (list(opening), lambda f, n: _amount(f, "held_most", n) > opening[n] + _NOTICED),
        "short": (
            list(dict.fromkeys(str(d.segment) for d in case.rows("Demand"))),
            lambda f, n: sum(parts_of(f, "short_by_segment").get(n, {}).values()) > _NOTICED,
        ),
    }
    if fold(verb) not in kinds:
        raise CaseError([problem("until-unknown", found=until, known=", ".join(kinds))])
    names, holds = kinds[fold(verb)]
    known = {fold(n): n for n in names}
    if fold(name) not in known:
        raise CaseError([problem("until-name", found=name, verb=fold(verb), hint=nearest(name, names))])
    meant = known[fold(name)]
    return Question(f"{fold(verb)} {meant}", lambda figures: holds(figures, meant))


def _amount(figures: Figures, part: str, name: str) -> float:
    return float(parts_of(figures, part).get(name, 0.0))


class _Ask:
    """Solves a value at a time; the base is built when the first of them is not in the store."""

    def __init__(
        self,
        case: Case,
        target: Target,
        how: str,
        options: Options,
        store: Store,
        on_point: Callable[[float, Figures], None] | None,
    ) -> None:
        self.case, self.target, self.how, self.store, self.options = case, target, how, store, options
        self._identity, self._tell = Identity(options), on_point
        self._solver: PointSolver | None = None
        self.rows: dict[float, Figures] = {}

    def at(self, value: float) -> Figures:
        """Return the figures at a value."""
        changes = (Change(self.target, self.how, value),)
        try:
            key = self._identity.key(overlaid(self.case, changes)[0])
        except CaseError:
            key = self._identity.of_refused(self.case, changes)
        row = self.store.rows([key]).get(key)
        if row is None:
            row = attempt(self._ready(), changes)
            self.store.add(key, row)
        self.rows[value] = row
        if self._tell is not None:
            self._tell(value, row)
        return row

    def _ready(self) -> PointSolver:
        if self._solver is None:
            base = self._identity.key(self.case)
            known = self.store.start(base)
            start = None if known is None else unpacked(known)
            self._solver = PointSolver(self.case, self.options, start.sources if start else frozenset())
            if start is None:
                row, start = self._solver.base()
                self.store.add_start(base, packed(start))
                self.store.add(base, row)
            self._solver.start_from(start)
        return self._solver


def _bisected(
    ask: _Ask, target: Target, how: str, question: Question, between: tuple[float, float], within: float | None
) -> BreakEven:
    low, high = min(between), max(between)
    apart = (high - low) / 2**STEPS if within is None else within
    answers: dict[float, bool] = {}

    def result(outcome: str, ends: tuple[float | None, float | None] = (None, None)) -> BreakEven:
        return BreakEven(target, how, question.words, outcome, *ends, _table(ask.rows, answers))

    def holds(value: float) -> bool | None:
        figures = ask.at(value)
        if figures["status"] != Status.OPTIMAL.value:
            return None
        answers[value] = question.holds(figures)
        return answers[value]

    first, last = holds(low), holds(high)
    if first is None or last is None:
        return result(FAILED)
    if first == last:
        return result(ALWAYS if first else NEVER)
    while high - low > max(apart, 1e-12 * max(abs(high), abs(low))):
        middle = (low + high) / 2
        found = holds(middle)
        if found is None:
            return result(FAILED, (low, high))
        low, high = (middle, high) if found == first else (low, middle)
    return result(FOUND, (low, high))


def _table(rows: dict[float, Figures], answers: dict[float, bool]) -> pd.DataFrame:
    columns = ("status", "objective", "bound", "cash", "message")
    found = [
        {
            "value": value,
            "answer": "" if value not in answers else "Yes" if answers[value] else "No",
            **{c: row.get(c) for c in columns},
        }
        for value, row in sorted(rows.items())
    ]
    return pd.DataFrame.from_records(found, columns=["value", "status", "answer", *columns[1:]])


__all__ = ["BreakEven", "break_even", "question_of"]
