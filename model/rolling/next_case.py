"""The next case: stock as counted, promises settled, builds and permits as far as they are, periods moved on."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.build import replace_table
from model.case.case import Case
from model.case.rewrite import frame_of_table, with_rows
from model.case.timeline import month_number
from model.problems import Problem
from model.report.contracts import ends_on
from model.report.view import View
from model.report.words import date_of
from model.rolling import owed
from model.rolling.actuals import Actuals, Entry
from model.rolling.choices import Choice
from model.rolling.horizon import Piece, month_date, moved_on, periods_frame, pieces_of
from model.rolling.licences import licences_left
from model.rolling.passed import Passed, without_passed
from model.rolling.past import past_sales
from model.rolling.promises import Settled, settle, share_deliveries
from model.rolling.settled import bound, going_on, overrides_left
from model.rolling.volumes import Volume, left_of, volume_doubts, with_left
from model.schema.tables import TABLES
from model.schema.tables.settings import SETTINGS
from model.schema.values import fold, is_blank

_LOT = ("end_uses_allowed", "mined_in", "separated_in", "metal_in", "magnet_in")


@dataclass(frozen=True)
class Step:
    """One thing that was done about a project: what, since when, how large."""

    project: str
    step: str
    date: dt.date
    size: float | None
    why: str


@dataclass(frozen=True)
class Rolled:
    """The next case and how it came about."""

    case: Case
    to: dt.date
    settled: tuple[Settled, ...]
    choices: tuple[Choice, ...]
    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...] = ()
    volumes: tuple[Volume, ...] = ()
    passed: tuple[Passed, ...] = ()


def roll(case: Case, to: dt.date, actuals: Actuals, view: View | None, choices: Sequence[Choice]) -> Rolled:
    """Return the case that starts on a day, with actuals in place of what was planned until then.

    Parameters
    ----------
    view : View or None
        The case beside the plan whose decisions were taken; None if there is no plan.
    choices : sequence of Choice
        The plan's decisions as the meeting left them.

    Raises
    ------
    RollError
        If the case can not be rolled to that day.
    """
    pieces, at = pieces_of(case.timeline, to), month_number(to)
    choices = bound(case, choices)
    taken = {r.commitment.casefold() for r in case.rows("Commitments")}
    promises = [*owed.committed(case, _left(view, choices))]
    if view is not None:
        promises += owed.accepted(view, choices, taken)
        promises += owed.under_way(view, at, taken) if actuals.transit is None else []
    shipped = owed.shipped(case, actuals.transit or (), taken)
    booked = share_deliveries(promises, actuals.delivered, at)
    settled = [settle(p, booked[p.name], p.known_as in actuals.cancelled, at, pieces) for p in promises]
    first, others = _lots(actuals.stock)
    settled += [settle(p, 0.0, False, at, pieces) for p in (*shipped, *owed.lots(others, at, taken))]
    steps = _steps(case, actuals, view, choices)
    new = _frame(case, pieces, to)
    new = replace_table(new, "Commitments", _commitments(case, settled, steps, pieces))
    if case.has("Stockpiles"):
        new = replace_table(new, "Stockpiles", _stockpiles(case, first))
    if case.has("Projects"):
        new = replace_table(new, "Projects", _projects(case, steps, choices, to))
    if case.has("Qualifications") and view is not None:
        new = replace_table(new, "Qualifications", _qualifications(case, view, choices))
    if case.has("Substitutions"):
        new = replace_table(new, "Substitutions", _substitutions(case, view, choices))
    warnings: list[Problem] = []
    if case.has("Overrides"):
        left, warnings = overrides_left(case, pieces)
        new = replace_table(new, "Overrides", left)
    if case.has("Contracts") and view is not None:
        contracts, signed = _contracts(case, view, choices, at)
        new = replace_table(new, "Contracts", contracts)
        if signed:
            new = replace_table(new, "Overrides", with_rows(new, "Overrides", going_on(signed, pieces)))
    if view is not None:
        new = _availability(new, view, choices, pieces)
        if case.has("Recycling"):
            new = replace_table(new, "Past Sales", past_sales(case, view, at))
    volumes = [
        *left_of(case, at, pieces, actuals, view, choices),
        *licences_left(case, at, pieces, actuals, view),
    ]
    new = with_left(case, new, pieces, volumes)
    warnings += volume_doubts(case, volumes)
    new, passed = without_passed(case, new, pieces)
    return Rolled(new, to, tuple(settled), tuple(choices), tuple(steps), tuple(warnings), tuple(volumes), tuple(passed))


def _left(view: View | None, choices: Sequence[Choice]) -> dict[str, float | None]:
    """Return commitment → month from which it is left; None where leaving it was rejected."""
    out: dict[str, float | None] = {}
    for c in (c for c in choices if c.kind == "Leave" and view is not None):
        assert view is not None
        if c.verdict == "Rejected":
            out[c.item] = None
        elif c.verdict in ("Accepted", "Frozen"):
            out[c.item] = view.periods[min(c.amounts)].start + float(view.commitments[c.item].notice)
    return out


# ---- frame: settings, periods, numbers across ----------------------------------------------------------------------


def _frame(case: Case, pieces: Sequence[Piece], to: dt.date) -> Case:
    new = replace_table(case, "Periods", periods_frame(list(pieces)))
    for name in case.data:
        if TABLES[name].periods is not None and name != "Commitments":
            new = replace_table(new, name, moved_on(case, name, list(pieces)))
    return replace_table(new, "Settings", _settings(case, to))


def _settings(case: Case, to: dt.date) -> pd.DataFrame:
    """Return Settings with plan date and data of the day; money is discounted to it where a Base Date was given."""
    titles = {c.name: c.title for c in SETTINGS}
    moved = {titles["plan_date"]: to, titles["data_as_of"]: to}
    if case.settings["base_date"]:
        moved[titles["base_date"]] = max(to, case.settings["base_date"])
    frame = frame_of_table(case, "Settings")
    for i in frame.index:
        name = next((m for m in moved if fold(m) == fold(frame.at[i, "setting"])), None)
        if name is not None:
            frame.at[i, "value"] = moved.pop(name).isoformat()
    return pd.concat(
        [frame, pd.DataFrame([{"setting": k, "value": v.isoformat()} for k, v in moved.items()])], ignore_index=True
    )


# ---- what is owed ---------------------------------------------------------------------------------------------------


def _commitments(
    case: Case, settled: Sequence[Settled], steps: Sequence[Step], pieces: Sequence[Piece]
) -> pd.DataFrame:
    factor = np.ones(len(pieces)) if case.timeline.per_period else np.array([q.months / 12 for q in pieces])
    rows: list[dict[str, Any]] = []
    for s in settled:
        if s.left > 0:
            rates = {q.label: float(f"{x / f:.15g}") for q, x, f in zip(pieces, s.remaining, factor, strict=True)}
            rows.append({**s.promise.values, **rates})
    rows += _builds(case, steps)
    d = case.data.get("Commitments")
    columns = [c.name for c in TABLES["Commitments"].columns]
    common = [c.name for c in TABLES["Commitments"].common] + ([str(h) for h in d.extra.columns] if d else [])
    return pd.DataFrame(rows, columns=[*columns, *(q.label for q in pieces), *common], dtype=object)


def _builds(case: Case, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return the rows of running builds: those of the case, and those that were started since."""
    started = {s.project: s for s in steps if s.step == "Construction Started"}
    frame = frame_of_table(case, "Commitments")
    running = {r.row_id: r for r in case.rows("Commitments") if r.kind == "Running Build"}
    rows = []
    for i, r in running.items():
        row = {str(k): frame.at[i, k] for k in frame.columns if k not in case.data["Commitments"].wide.columns}
        step = started.pop(r.project, None)
        if step is not None:
            row |= {"build_start": step.date, "build_size": r.build_size if step.size is None else step.size}
        rows.append(row)
    for project, step in started.items():
        name = f"{project}, under construction"
        rows.append(
            {
                "commitment": name,
                "kind": "Running Build",
                "project": project,
                "build_start": step.date,
                "build_size": step.size,
                "notes": step.why,
            }
        )
    return rows


def _lots(stock: Sequence[Entry]) -> tuple[dict[tuple[str, str], Entry], list[Entry]]:
    """Return the largest lot of each stockpile, and the others."""
    by_pile: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for r in stock:
        by_pile[r["site"], r["material"]].append(r)
    first: dict[tuple[str, str], Entry] = {}
    others: list[Entry] = []
    for key, mine in by_pile.items():
        ranked = sorted(mine, key=lambda r: -r["tonnes"])
        first[key] = ranked[0]
        others += [r for r in ranked[1:] if r["tonnes"] > 0]
    return first, others


def _stockpiles(case: Case, first: dict[tuple[str, str], Entry]) -> pd.DataFrame:
    frame = frame_of_table(case, "Stockpiles")
    for i in frame.index:
        lot = first.get((str(frame.at[i, "site"]), str(frame.at[i, "material"])))
        if lot is not None:
            frame.at[i, "opening_stock"] = float(lot["tonnes"])
            for column in _LOT:
                frame.at[i, column] = lot[column]
    return frame


# ---- projects --------------------------------------------------------------------------------------------------------


def _steps(case: Case, actuals: Actuals, view: View | None, choices: Sequence[Choice]) -> list[Step]:
    """Return what was done about projects: as decided, and as it happened, which counts where both are known."""
    found: dict[tuple[str, str], Step] = {}
    names = {"Build": "Construction Started", "Start permit": "Permit Started"}
    for c in choices:
        if c.kind not in names or c.verdict not in ("Accepted", "Frozen") or view is None:
            continue
        t = min(c.amounts)
        size: Any = c.amounts[t] if c.changed_to is None else c.changed_to
        why = f"{c.verdict.lower()} from the plan"
        step = Step(c.item, names[c.kind], view.start(t), size if c.kind == "Build" else None, why)
        found[c.item, step.step] = step
    for r in actuals.builds:
        key = (r["project"], r["step"])
        size = r["size"] if not is_blank(r["size"]) else found[key].size if key in found else None
        found[key] = Step(r["project"], r["step"], r["date"], size, "as it happened")
    return list(found.values())


def _projects(case: Case, steps: Sequence[Step], choices: Sequence[Choice], to: dt.date) -> pd.DataFrame:
    """Return Projects: what was rejected is out; a permit under way is paid, and construction waits until it is due."""
    frame = frame_of_table(case, "Projects")
    rows = {r.project: r for r in case.rows("Projects")}
    rejected = {c.item for c in choices if c.kind in ("Build", "Start permit") and c.verdict == "Rejected"}
    for i in frame.index:
        project = str(frame.at[i, "project"])
        if project in rejected:
            frame.at[i, "status"] = "Exclude"
        # A permit that starts later is decided again: nothing of it has been paid or done.
        mine = [s for s in steps if s.project == project and s.date < to and s.step.startswith("Permit")]
        if not mine or project not in rows:
            continue
        frame.at[i, "permit_time"], frame.at[i, "permit_cost"] = 0.0, 0.0
        if not any(s.step == "Permit Granted" for s in mine):
            due = date_of(month_number(mine[0].date) + float(rows[project].permit_time))
            frame.at[i, "earliest_start"] = max(due, rows[project].earliest_start or due)
    return frame


def _qualifications(case: Case, view: View, choices: Sequence[Choice]) -> pd.DataFrame:
    """Return Qualifications: what was accepted is in progress, what was rejected can not be started."""
    frame = frame_of_table(case, "Qualifications")
    rows = {r.qualification: r for r in case.rows("Qualifications")}
    for c in (c for c in choices if c.kind == "Qualify" and c.item in rows):
        row = rows[c.item]
        if c.verdict in ("Accepted", "Frozen"):
            start = view.periods[min(c.amounts)].start
            frame.at[row.row_id, "state"] = "In Progress"
            frame.at[row.row_id, "done_by"] = date_of(start + float(row.months))
        elif c.verdict == "Rejected":
            frame.at[row.row_id, "months"] = None
    return frame


def _substitutions(case: Case, view: View | None, choices: Sequence[Choice]) -> pd.DataFrame:
    """Return Substitutions: what was adopted is paid for and can be used in its time, what was rejected is not offered again.

    Where nothing has to be paid the time has run from the plan date, whatever the meeting said.
    """
    frame = frame_of_table(case, "Substitutions")
    rows = {f"{r.segment} / {r.material} / {r.substitute}": r for r in case.rows("Substitutions")}
    started = {r.row_id: case.timeline.plan for r in rows.values() if r.adoption_time > 0 and not r.adoption_cost > 0}
    for c in (c for c in choices if view is not None and c.kind == "Adopt" and c.item in rows):
        if c.verdict in ("Accepted", "Frozen") and view is not None:
            started[rows[c.item].row_id] = view.periods[min(c.amounts)].start
        elif c.verdict == "Rejected":
            frame.at[rows[c.item].row_id, "status"] = "Exclude"
    for row in (r for r in rows.values() if r.row_id in started):
        ready = date_of(started[row.row_id] + float(row.adoption_time))
        frame.at[row.row_id, "first_use"] = max(ready, row.first_use) if row.first_use else ready
        frame.at[row.row_id, "adoption_time"], frame.at[row.row_id, "adoption_cost"] = 0.0, 0.0
    return frame


def _contracts(case: Case, view: View, choices: Sequence[Choice], at: float) -> tuple[pd.DataFrame, list[str]]:
    """Return Contracts, and those that go on: one that was signed before the day costs no set-up and runs for what is left of it.

    What was bought under it is a commitment of its own.
    """
    signed = []
    frame = frame_of_table(case, "Contracts")
    rows = {r.contract: r for r in case.rows("Contracts")}
    done = [c for c in choices if c.verdict in ("Accepted", "Frozen") and view.periods[min(c.amounts)].start < at]
    noticed = {c.item: view.periods[min(c.amounts)].start for c in done if c.kind == "Give notice"}
    renewed = {c.item for c in done if c.kind == "Renew"}
    for kind, column in (("Give notice", "exit_cost"), ("Renew", "renewal")):
        for c in (c for c in choices if c.kind == kind and c.verdict == "Rejected" and c.item in rows):
            frame.at[rows[c.item].row_id, column] = None
    for c in (c for c in choices if c.kind == "Sign" and c.item in rows):
        row, start = rows[c.item], view.periods[min(c.amounts)].start
        if c.verdict == "Rejected":
            frame.at[row.row_id, "status"] = "Exclude"
        ends = ends_on(row, start, noticed.get(c.item), c.item in renewed)
        left = None if ends is None else ends - at
        if c.verdict in ("Accepted", "Frozen") and start < at and (left is None or left >= 1):
            signed.append(c.item)
            frame.at[row.row_id, "set_up_cost"] = 0.0
            size = next((q for name, _, q in view.rows("reservations") if name == c.item), None)
            if size is not None:
                frame.at[row.row_id, "committed"] = frame.at[row.row_id, "committed_most"] = size
            if row.prepaid + row.credit_left > 0:
                frame.at[row.row_id, "prepaid"] = 0.0
                frame.at[row.row_id, "credit_left"] = row.prepaid + row.credit_left - _credited(view, c.item, at)
            frame.at[row.row_id, "duration"] = left
            if c.item in renewed:
                frame.at[row.row_id, "renewal"] = None
    return frame, signed


def _credited(view: View, contract: str, at: float) -> float:
    """Return what the plan credits of a prepayment (MUSD) before a month."""
    return sum(
        float(amount) * view.line.share_in(view.at[label], -math.inf, at)
        for offer, label, amount in view.rows("credits")
        if view.offers[offer].contract == contract
    )


# ---- offers ----------------------------------------------------------------------------------------------------------


def _availability(case: Case, view: View, choices: Sequence[Choice], pieces: Sequence[Piece]) -> Case:
    """Return the case in which an offer has no longer what was taken of it, and nothing where it was rejected."""
    taken: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    barred: dict[str, set[int]] = defaultdict(set)
    for c in (c for c in choices if c.kind == "Buy"):
        for t, q in c.amounts.items():
            if c.verdict in ("Accepted", "Frozen"):
                taken[c.item][t] += q * c.factor
            elif c.verdict == "Rejected":
                barred[c.item].add(t)
    offers, series = frame_of_table(case, "Offers"), []
    names = {fold(v): i for i, v in offers["offer"].items() if not is_blank(v)}
    drawn = {name for name in taken if view.offers[name].consigned is not None}
    for name in drawn:
        left = max(0.0, float(view.offers[name].consigned) - sum(taken[name].values()))
        offers.at[names[fold(name)], "consigned"] = float(f"{left:.12g}")
    for name in dict.fromkeys((*taken, *barred)):
        rates = _rates_left(view, name, taken[name], barred[name], pieces)
        if rates is None:
            continue
        key = f"{name}, left from {month_date(pieces[0].start)}"
        across = {q.label: float(f"{x:.12g}") for q, x in zip(pieces, rates, strict=True)}
        series.append({"series": key, "series_unit": "t/y", **across})
        offers.at[names[fold(name)], "available_to_us"] = key
    if not series and not drawn:
        return case
    if series:
        case = replace_table(case, "Series", _own_labels(case, series, pieces))
    return replace_table(case, "Offers", offers)


def _own_labels(case: Case, series: list[dict[str, Any]], pieces: Sequence[Piece]) -> pd.DataFrame:
    frame = with_rows(case, "Series", series)
    # Rolled numbers that hold "as before" have a column for each period already.
    assert not case.has("Series") or set(case.data["Series"].wide.columns) == {q.label for q in pieces}
    return frame


def _rates_left(
    view: View, offer: str, taken: dict[int, float], barred: set[int], pieces: Sequence[Piece]
) -> list[float] | None:
    """Return what is left of an offer in each period of the next case (t/y); None where nothing of it changes."""
    limits = view.case.rate_amounts(view.offers[offer].available_to_us)
    need = float(sum(np.nansum(view.case.amounts("Demand", d)) for d in view.case.rows("Demand")))
    ahead = {q.old.index for q in pieces}
    if not ahead & ({t for t, q in taken.items() if q > 0 and np.isfinite(limits[t])} | barred):
        return None
    out = []
    for q in pieces:
        t, factor = q.old.index, float(view.line.amount_factor[q.old.index])
        # An offer without a limit gets one that nobody can reach, so that the rest of it stays open.
        limit = float(limits[t]) if np.isfinite(limits[t]) else max(1.0, 1e3 * need) + taken.get(t, 0.0)
        out.append(0.0 if t in barred else max(0.0, limit - taken.get(t, 0.0)) / factor)
    return out
