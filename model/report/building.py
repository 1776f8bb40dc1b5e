"""What is permitted and built: dates, sizes, money, the reason where nothing is built, and what the lines can do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.case.timeline import Vector, month_number
from model.network import buildout
from model.report.shape import Show, amount, day, frame_of, mark, musd, part, text
from model.report.view import View
from model.report.words import date_of
from model.rules.capital import annuity
from model.rules.line_capacity import existing, factor

PROJECTS = (
    text("project", 28),
    text("site", 24),
    text("country", 14),
    text("line", 16),
    mark("decision", 13),
    day("permit_start"),
    day("permit_in_hand"),
    day("construction_start"),
    day("commissioning"),
    amount("size", "t/y"),
    Show("modules", "number", width=9),
    part("ramp_year_1"),
    part("recovery_year_1"),
    mark("participation", 12),
    part("capital_share"),
    part("output_share"),
    musd("capital"),
    musd("subsidies"),
    Show("capital_per_year", "money", "MUSD/y", 11),
    musd("permit_cost"),
    Show("fixed_cost", "money", "MUSD/y", 11),
    Show("reason", "text", width=44),
    mark("confidence"),
)
CAPACITY = (
    text("site", 28),
    text("line", 24),
    mark("kind", 14),
    mark("period", 16),
    amount("existing", "t/y"),
    amount("built", "t/y"),
    amount("can_do"),
    amount("used"),
    part("share_used"),
)


def modules_of(view: View, project: str, period: str) -> float:
    """Return the modules of a project that are started in a period; 1 of a project that does not repeat."""
    found = {(p, t): n for p, t, n in view.rows("modules")}
    return float(found.get((project, period), 1.0))


def capital_of(view: View, row: Row, period: str, size: float) -> float:
    """Return our share of the capital (MUSD) of what is started of a project in a period."""
    modules = modules_of(view, row.project, period)
    return float(row.capital_share * (row.capex_fixed * modules + row.capex_per_capacity * size))


def _starts(view: View) -> dict[str, tuple[float, float]]:
    """Return project → (month in which construction starts, size in t/y) of what is, or is being, built."""
    out: dict[str, tuple[float, float]] = {}
    for p, t, size in view.rows("builds"):  # the modules of a project that repeats may start one after another
        start, sum_of_sizes = view.periods[view.at[t]].start, float(size)
        if p in out:
            start, sum_of_sizes = min(start, out[p][0]), sum_of_sizes + out[p][1]
        out[str(p)] = (start, sum_of_sizes)
    return out | {c.project: (month_number(c.build_start), float(c.build_size)) for c in view.net.running_builds}


def participation(row: Row) -> str:
    """Return what part we take in a project, from its shares where it does not say."""
    if row.participation:
        return str(row.participation)
    if row.capital_share == 0:
        return "Offtake Only"
    return "Own" if row.capital_share == 1 and row.output_share == 1 else "Co-fund"


def projects_table(view: View) -> pd.DataFrame:
    """Return one row per project: what is decided and when, or the reason why nothing is.

    The size is that of the whole plant. Capital is in full, not as annuities; all money is our share of it.
    """
    starts = _starts(view)
    permits = {p: view.periods[view.at[t]].start for p, t in view.rows("permits")}
    running = {c.project for c in view.net.running_builds}
    rows = [
        _project(view, row, permits.get(row.project), starts.get(row.project), row.project in running)
        for row in view.case.rows("Projects")
    ]
    order = {"Build": 0, "Being built": 1, "Permit only": 2, "Not built": 3}
    return frame_of(PROJECTS, sorted(rows, key=lambda r: order[r[4]]))


def _project(
    view: View, row: Row, permit: float | None, start: tuple[float, float] | None, running: bool
) -> tuple[Any, ...]:
    size = start[1] if start else None
    parts = [(t, float(x)) for p, t, x in view.rows("builds") if p == row.project]
    if running and size is not None:
        parts = [("", size)]
    capital = sum(capital_of(view, row, t, x) for t, x in parts) if parts else None
    modules = sum(modules_of(view, row.project, t) for t, _ in parts)
    back = sum(got for _, p, _, got in view.rows("subsidies") if p == row.project)
    decision = "Being built" if running else "Build" if start else "Permit only" if permit is not None else "Not built"
    return (
        row.project,
        row.site,
        view.country_of(row.site),
        row.line,
        decision,
        None if permit is None else date_of(permit),
        None if permit is None else date_of(permit + float(row.permit_time)),
        None if start is None else date_of(start[0]),
        None if start is None else date_of(buildout.commissioning(row, start[0])),
        size,
        modules if parts else None,
        row.ramp_year_1,
        row.recovery_year_1,
        participation(row),
        row.capital_share,
        row.output_share,
        capital,
        back if parts else None,
        None
        if capital is None or view.case.settings["capex_mode"] == "Cash"
        else annuity(row, view.line.rate) * capital,
        row.capital_share * row.permit_cost if permit is not None else None,
        row.capital_share * view.a_year(row.fixed_cost),
        _reason(view, row, decision),
        row.confidence or "",
    )


def _reason(view: View, row: Row, decision: str) -> str:
    if decision == "Being built":
        return "committed: no decision"
    if decision == "Build":
        return "chosen"
    if decision == "Permit only":
        return "the permit is taken, nothing is built on it"
    if view.plan.as_is:
        return "As Is builds nothing new"
    if not buildout.build_starts(view.net).get(row.project):
        return "can not start up before the horizon ends"
    rival = next(
        (p for p in _starts(view) if row.exclusive_group and view.projects[p].exclusive_group == row.exclusive_group),
        "",
    )
    return f"not chosen: {rival} is built, and group {row.exclusive_group} allows one" if rival else "not chosen"


def schedule_columns(view: View) -> tuple[Show, ...]:
    """Return the columns of `schedule_table`: one per period."""
    return (
        text("project", 28),
        text("site", 24),
        *(Show(f"t_{p.label}", "step", width=11, title=p.label) for p in view.periods),
    )


def schedule_table(view: View) -> pd.DataFrame:
    """Return one row per project that is permitted or built, with what it does in most of each period."""
    starts = _starts(view)
    permits = {p: view.periods[view.at[t]].start for p, t in view.rows("permits")}
    rows = []
    for row in view.case.rows("Projects"):
        if row.project in starts or row.project in permits:
            spans = _spans(row, permits.get(row.project), starts.get(row.project))
            rows.append((row.project, row.site, *(_step(view, spans, t) for t in view.net.periods)))
    return frame_of(schedule_columns(view), rows)


def _spans(row: Row, permit: float | None, start: tuple[float, float] | None) -> list[tuple[str, float, float]]:
    spans = []
    if permit is not None:
        spans.append(("Permit", permit, permit + float(row.permit_time)))
        spans.append(("Permit held", permit + float(row.permit_time), start[0] if start else float("inf")))
    if start:
        on = buildout.commissioning(row, start[0])
        ends = [on + 12.0 * y for y in range(5)]
        spans.append(("Building", start[0], on))
        shares = (row.ramp_year_1, row.ramp_year_2, row.ramp_year_3, row.ramp_year_4)
        spans += [
            (f"Runs {100 * s:.0f} %", ends[y], ends[y + 1] if y < 3 else on + float(row.life) * 12)
            for y, s in enumerate(shares)
        ]
    return spans


def _step(view: View, spans: list[tuple[str, float, float]], t: int) -> str:
    covered: dict[str, float] = {}
    for name, low, high in spans:
        covered[name] = covered.get(name, 0.0) + view.line.share_in(t, low, high)
    name = max(covered, key=lambda n: covered[n], default="")
    return name if covered.get(name, 0.0) > 0 else ""


def installed(view: View, site: str, line: str) -> tuple[Vector, Vector]:
    """Return our share of what exists or is being built, and of what the plan builds, in t/y, shapes (T,)."""
    net = view.net

    def ours(row: Row, start: float, size: float) -> Vector:
        here = (row.site, row.line) == (site, line)
        usable: Vector = here * row.output_share * size * buildout.ramp(view.line, row, start)
        return usable

    old, new = existing(net, site, line).copy(), np.zeros(len(view.periods))
    for c in net.running_builds:
        if buildout.learns(net.project_rows[c.project]):  # bounded by themselves, and so not among what exists
            old += ours(net.project_rows[c.project], month_number(c.build_start), float(c.build_size))
    for project, label, size in view.rows("builds"):
        new += ours(view.projects[project], view.periods[view.at[label]].start, float(size))
    return old, new


def capacity_table(view: View) -> pd.DataFrame:
    """Return one row per line that exists or is built and period: t/y installed, t that it can do and t used."""
    used = loads(view)
    rows = []
    for (site, line), kind in sorted(view.net.line_keys.items()):
        old, new = installed(view, site, line)
        allowed = factor(view.net, site, line)
        for t in view.net.periods:
            can = float((old[t] + new[t]) * allowed[t])
            load = used.get((site, line if kind == "Process" else kind, t), 0.0)
            if can <= 0 and load <= 0:
                continue
            share = load / can if can > 0 else None
            rows.append((site, line, kind, view.period(t), float(old[t]), float(new[t]), can, load, share))
    return frame_of(CAPACITY, rows)


def loads(view: View) -> dict[tuple[str, str, int], float]:
    """Return (site, line or kind, period) → t of capacity used."""
    out: dict[tuple[str, str, int], float] = {}

    def add(site: str, what: str, t: int, load: float) -> None:
        out[site, what, t] = out.get((site, what, t), 0.0) + load

    for o, _, t, units in view.run():
        add(o.site, o.recipe.line, t, o.line_use * units)
    for table, where in (("flows", "from_place"), ("sales", "site")):
        for (site, t), got in view.sums(table, where, "period").items():
            add(site, "Throughput", t, got)
    markets = {(d.segment, d.material): d.site or d.segment for d in view.net.demand}
    for (segment, g, t), got in view.sums("deliveries", "segment", "material", "period").items():
        add(markets[segment, g], "Throughput", t, got)
    for (site, t), got in view.sums("stocks", "site", "period").items():
        add(site, "Storage", t, got)
    return out
