"""What of a volume is left when a case is rolled: of its year or period, what was used before the day is taken off the rest.

Used are, unless the form says otherwise: under an export control, what the plan sent over the border, and what was delivered of
what is bought or committed outside; within the quota of a tariff, of a market and of a limit on waste, what was planned until the
day; under a contract, and a limit on what is bought or spent, all accepted purchases, since they are commitments from now on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from model.case.build import replace_table
from model.case.case import Case, Row
from model.case.rewrite import by_own_periods, frame_of_table, with_rows
from model.case.timeline import Vector, month_number
from model.problems import Problem, problem
from model.report.charges import Departures, flows
from model.report.paid import price_paid
from model.report.view import View, ledger_of
from model.rolling.actuals import Actuals
from model.rolling.choices import Choice
from model.rolling.for_each import Left, name_of, used_by_item, with_items
from model.rolling.forms import KILOGRAM
from model.rolling.horizon import Piece, month_date
from model.rolling.passed import LEFT_IN
from model.rules import derived_content, groups, limits
from model.rules.family import kusd_to_musd
from model.schema.tables import TABLES
from model.schema.values import fold, is_blank

DUST = 1e-9
Used = Callable[[float, float], float]  # months → what was used between them
_BOUGHT = ("Volume", "Spend")


@dataclass(frozen=True)
class Volume:
    """What is left of a volume in one year or period: whole less used, or nothing where more was used.

    Attributes
    ----------
    column : str or None
        Column of the number; None for the one that runs across.
    planned : float or None
        What the plan, or its accepted decisions, would have used; None without a plan.
    rates : mapping of str to float
        What stands in the next case by label of its periods, as a rate where numbers are rates.
    item : str or None
        Of a limit for each: what it is left of.
    fresh : mapping of str to float
        As `rates`, if nothing had been used.
    """

    table: str
    name: str
    row_id: int
    column: str | None
    window: str
    whole: float
    planned: float | None
    used: float
    rates: Mapping[str, float]
    item: str | None = None
    fresh: Mapping[str, float] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """What is left."""
        return max(0.0, self.whole - self.used)

    @property
    def over(self) -> float:
        """What was used beyond the volume."""
        return max(0.0, self.used - self.whole)


@dataclass(frozen=True)
class _Held:
    """A number that holds over a window: a row, its number as written by period, the share of each period in which it holds."""

    table: str
    name: str
    row: Row
    column: str | None
    window: str
    rate: Vector
    on: Vector
    used: Used
    item: str | None = None


def left_of(
    case: Case, at: float, pieces: Sequence[Piece], actuals: Actuals, view: View | None, choices: Sequence[Choice]
) -> list[Volume]:
    """Return every volume that is cut by the day, or of which something is used, in every year or period that is left."""
    said = told_of(actuals)
    had = {fold(r.limit) for r in case.rows("Limits")}
    out: list[Volume] = []
    for held in _held(case, at, actuals, view, choices):
        told = said.get((held.table, fold(held.name)))
        for name, a, b, mine in spans(pieces, held.window):
            if held.item is not None and fold(f"{held.name}{LEFT_IN}{name}") in had:
                continue  # an earlier roll has made a limit of its own of it
            cut = a < at - DUST
            planned = held.used(a, b)
            got = told if told is not None and cut else planned
            amounts = held.rate * held.on * case.timeline.amount_factor
            # A blank of another window is no number of this one.
            shares = [(p.index, part(p.start, p.end, a, b)) for p in case.timeline.periods]
            whole = float(sum(amounts[t] * share for t, share in shares if share > 0))
            if math.isfinite(whole) and whole > 0 and (cut or got > DUST):
                rates = _rates(case, held, mine, max(0.0, whole - got))
                known = None if view is None else planned
                key = (held.table, held.name, held.row.row_id, held.column)
                fresh = _rates(case, held, mine, whole)
                out.append(Volume(*key, name, whole, known, got, rates, held.item, fresh))
    return out


def told_of(actuals: Actuals) -> dict[tuple[str, str], float]:
    """Return (table, name in small letters) → what the form says was used."""
    return {(r["of_table"], fold(r["name"])): float(r["used"]) for r in actuals.volumes if not is_blank(r["used"])}


def spans(pieces: Sequence[Piece], window: str) -> Iterator[tuple[str, float, float, list[Piece]]]:
    """Yield (name, first month, first month after, pieces in it) of the windows that are left, each from its very start."""
    by_window: dict[int, list[Piece]] = defaultdict(list)
    for q in pieces:
        by_window[q.old.index if window == "Period" else int(q.start // 12)].append(q)
    for key, mine in by_window.items():
        if window == "Period":
            yield mine[0].old.label, mine[0].old.start, mine[0].old.end, mine
        else:
            yield str(key), 12.0 * key, max(12.0 * key + 12, mine[-1].end), mine


def part(start: float, end: float, a: float, b: float) -> float:
    """Return the share of the months from start to end that lies between two months."""
    return max(0.0, min(end, b) - max(start, a)) / (end - start)


def _rates(case: Case, held: _Held, mine: Sequence[Piece], left: float) -> dict[str, float]:
    """Return the numbers that leave so much in some pieces: as they were but for a factor, or the same in all if they were 0."""
    years = [1.0 if case.timeline.per_period else q.months / 12 for q in mine]
    was = sum(float(held.rate[q.old.index] * held.on[q.old.index]) * y for q, y in zip(mine, years, strict=True))
    rates = [float(held.rate[q.old.index]) * left / was if was > 0 else left / sum(years) for q in mine]
    return {q.label: float(f"{rate:.15g}") for q, rate in zip(mine, rates, strict=True)}


def volume_doubts(case: Case, volumes: Sequence[Volume]) -> Iterator[Problem]:
    """Yield a warning for each volume of which more was used than there was."""
    for v in volumes:
        row = next(r for r in case.rows(v.table) if r.row_id == v.row_id)
        if v.over > KILOGRAM and v.column not in ("least", "committed") and getattr(row, "limit_type", "Max") != "Min":
            yield problem(
                "volume-exceeded",
                case.address(v.table, row, v.column),
                table=v.table,
                name=v.name,
                window=v.window,
                used=f"{v.used:.4g}",
                whole=f"{v.whole:.4g}",
                over=f"{v.over:.4g}",
            )


def with_left(case: Case, new: Case, pieces: Sequence[Piece], volumes: Sequence[Volume]) -> Case:
    """Return the next case with what is left of every volume; numbers that were one for all periods become a series."""
    series: list[dict[str, Any]] = []
    by_table: dict[str, list[Volume]] = defaultdict(list)
    for v in volumes:
        by_table[v.table].append(v)
    for table, found in by_table.items():
        frame = frame_of_table(new, table)
        if any(v.column is None for v in found):
            own = by_own_periods(case, table)
            across = pd.DataFrame({q.label: own[q.old.label] for q in pieces}, index=frame.index).astype(object)
            frame = pd.concat([frame.drop(columns=list(new.data[table].wide.columns)), across], axis=1)
        each = [Left(v.row_id, v.item, v.window, v.used, v.rates, v.fresh) for v in found if v.item is not None]
        for (row_id, column), mine in _by_number([v for v in found if v.item is None]).items():
            rates = {label: rate for v in mine for label, rate in v.rates.items()}
            if column is None:
                for label, rate in rates.items():
                    frame.at[row_id, label] = rate
                continue
            row = next(r for r in case.rows(table) if r.row_id == row_id)
            name = f"{mine[0].name}, {TABLES[table].column(column).title}, left from {month_date(pieces[0].start)}"
            numbers = case.by_period(getattr(row, column))
            series.append(
                {"series": name, "series_unit": "t/y"} | {q.label: numbers[q.old.index] for q in pieces} | rates
            )
            frame.at[row_id, column] = name
        if each:
            frame = with_items(case, frame, each)
        new = replace_table(new, table, frame)
    return replace_table(new, "Series", with_rows(new, "Series", series)) if series else new


def _by_number(volumes: Sequence[Volume]) -> dict[tuple[int, str | None], list[Volume]]:
    out: dict[tuple[int, str | None], list[Volume]] = defaultdict(list)
    for v in volumes:
        out[v.row_id, v.column].append(v)
    return out


# ---- what is used of what -------------------------------------------------------------------------------------------


def _held(case: Case, at: float, actuals: Actuals, view: View | None, choices: Sequence[Choice]) -> Iterator[_Held]:
    until, always = _until(case, at), np.ones(len(case.timeline))
    sent = exported(view, actuals, at) if view is not None else {}
    for row in case.rows("Export Controls"):
        if row.kind in ("Quota", "Licensed Volume"):
            first, last = (month_number(d) if d else None for d in (row.effective, row.suspended))
            on = np.array([float(case.timeline.applies(t, first, last)) for t in range(len(case.timeline))])
            rate, used = case.across("Export Controls", row), sent.get(row.row_id, lambda a, b: 0.0)
            yield _Held("Export Controls", row.control, row, None, row.window, rate, on, used)
    for row in case.rows("Tariffs"):
        if row.in_quota is not None:
            inside = _planned(case, view, "in_quota", (row.tariff,))
            rate = case.by_period(row.in_quota)
            yield _Held("Tariffs", row.tariff, row, "in_quota", "Calendar Year", rate, always, until(inside))
    for row in case.rows("Sales"):
        sold = _planned(case, view, "sales", (row.site, row.material, row.step))
        for column in ("most", "least"):
            rate, name = case.by_period(getattr(row, column)), f"{row.site} / {row.material} / {row.step}"
            yield _Held("Sales", name, row, column, row.window, rate, always, until(sold))
    if view is not None:
        yield from _limits(case, view, choices, until)
        yield from _contracts(case, view, choices)


def _until(case: Case, at: float) -> Callable[[Vector], Used]:
    """Return how what happens in each period is counted between two months, at the latest until the day."""

    def used(by_period: Vector) -> Used:
        periods = case.timeline.periods
        return lambda a, b: float(sum(by_period[p.index] * part(p.start, p.end, a, min(b, at)) for p in periods))

    return used


def _planned(case: Case, view: View | None, table: str, key: tuple[Any, ...]) -> Vector:
    """Return the tonnes of the rows of a plan table that begin with a key by period, shape (T,); nothing without a plan."""
    out = np.zeros(len(case.timeline))
    if view is not None:
        for row in view.rows(table):
            if row[: len(key)] == key:
                out[view.at[row[-2]]] += row[-1]
    return out


def exported(view: View, actuals: Actuals, at: float) -> dict[int, Used]:
    """Return what each control counts between two months: flows as planned, and what was delivered of what is bought."""
    sent: dict[int, Vector] = defaultdict(lambda: np.zeros(len(view.line)))
    leave = Departures(view)
    for flow, t, q in flows(view):
        for row, content, _ in leave.of_flow(flow, t):
            sent[row.row_id][t] += content * q
    came: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for r in actuals.deliveries:
        for control, content in _counted(view, leave, str(r["source"])).items():
            came[control].append((month_number(r["date"]), content * float(r["tonnes"])))
    _derived(view, sent)
    planned = _until(view.case, at)

    def used(control: int) -> Used:
        moved = planned(sent[control])
        return lambda a, b: moved(a, b) + sum(q for month, q in came[control] if a <= month < min(b, at))

    return {c.row_id: used(c.row_id) for c in view.case.rows("Export Controls")}


def _counted(view: View, leave: Departures, source: str) -> dict[int, float]:
    """Return control → tonnes that it counts in a tonne of an offer or commitment, as the plan takes it."""
    name = "offer" if source in view.offers else "commitment"
    table = "purchases" if name == "offer" else "committed"
    lots = [(n, q) for key, n, _, q in view.rows(table) if key == source]
    if not lots:
        sources = view.net.offers if name == "offer" else view.net.commitments
        lots = [(n, 1.0) for s in sources if getattr(s.row, name) == source for n, _ in s.labels[:1]]
    out: dict[int, float] = defaultdict(float)
    for n, q in lots:
        for row, content, _ in leave.of_source(name, source, n, 0):
            out[row.row_id] += content * q / sum(q for _, q in lots)
    return out


def _derived(view: View, sent: dict[int, Vector]) -> None:
    """Add what is delivered under controls that reach derived content."""
    for row in view.case.rows("Export Controls"):
        if row.reach != "Derived Content":
            continue
        weights = derived_content.weights(view.net, row)
        content = {(view.net.demand[d].segment, view.net.demand[d].material): w for d, w in weights.items()}
        for segment, g, n, label, q in view.rows("deliveries"):
            if derived_content.flag_of(row) in view.label(n).flags:
                sent[row.row_id][view.at[label]] += content.get((segment, g), 0.0) * q


def _limits(case: Case, view: View, choices: Sequence[Choice], until: Callable[[Vector], Used]) -> Iterator[_Held]:
    ledger = view.once(ledger_of)
    for row in groups.own_rules(view.net, "Limits"):
        if row.measure not in limits.SUMMED:
            continue
        rate, always = case.across("Limits", row), np.ones(len(view.line))
        spend = row.measure == "Spend"
        if row.applies != "Sum":
            taken = partial(_accepted, view, choices, spend=spend)
            for item, used in used_by_item(view, row, taken, until):
                name = name_of(row.limit, item)
                yield _Held("Limits", name, row, None, row.window, rate, always, used, item)
            continue
        if row.measure in _BOUGHT:
            chosen = {view.net.offers[k].row.offer for k in groups.limit_offers(view.net, row)}
            used = _accepted(view, choices, chosen, spend=spend)
        else:
            each = [sum(limits.reached_by(ledger, row, (t,)).values()) for t in view.net.periods]
            used = until(np.array(each))
        yield _Held("Limits", row.limit, row, None, row.window, rate, always, used)


def _contracts(case: Case, view: View, choices: Sequence[Choice]) -> Iterator[_Held]:
    """Yield what contracts that were signed ask for and allow, of which accepted purchases are a part."""
    taken = {c.item for c in choices if c.kind == "Sign" and c.verdict in ("Accepted", "Frozen")}
    for row in (r for r in case.rows("Contracts") if r.contract in taken):
        used = _accepted(view, choices, {o.offer for o in view.offers.values() if o.contract == row.contract})
        running = view.once(ledger_of).active(row.contract)
        for column in ("least", "most") if row.committed_most is not None else ("least", "most", "committed"):
            rate = case.by_period(getattr(row, column))
            yield _Held("Contracts", row.contract, row, column, "Calendar Year", rate, running, used)


def _accepted(view: View, choices: Sequence[Choice], offers: set[str], *, spend: bool = False) -> Used:
    """Return what accepted purchases of some offers are in tonnes, or MUSD, between two months."""
    bought = np.zeros(len(view.line))
    for c in choices:
        if c.kind == "Buy" and c.item in offers and c.verdict in ("Accepted", "Frozen"):
            for t, q in c.amounts.items():
                each = kusd_to_musd(price_paid(view, view.offers[c.item], t)) if spend else 1.0
                bought[t] += q * c.factor * each
    return lambda a, b: float(sum(bought[p.index] * part(p.start, p.end, a, b) for p in view.periods))
