"""Build-out candidates: whether they can be started, cost something and come in time."""

from __future__ import annotations

import datetime as dt

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, grouped, plain
from model.case.timeline import month_number

_SHORT_YEARS = 3.0
# MUSD; the dearest rare-earth plants so far stay far below both.
_LARGEST_CAPEX = {"capex_fixed": (20_000.0, "MUSD", "USD"), "capex_per_capacity": (20.0, "MUSD/(t/y)", "USD/(t/y)")}


def find(finder: Finder) -> None:
    """Check projects one by one, their groups and what they wait for."""
    for row in finder.rows("Projects"):
        _sizes_and_costs(finder, row)
        _shares(finder, row)
        _spending(finder, row)
        _relative(finder, row)
        _rising(finder, row, "ramp", "ramp-falling")
        _rising(finder, row, "recovery", "recovery-falling")
        if finder.dates("Projects", row, "earliest_start", "latest_start"):
            _timing(finder, row)
    _prerequisites(finder)
    _subsidies(finder)
    salvage = finder.setting_row("Salvage")
    if salvage is not None and finder.case.settings["capex_mode"] != "Cash" and salvage.value != "None":
        finder.say("salvage-unused", "Settings", salvage, "value")
    for group, rows in grouped(finder.rows("Projects"), lambda r: r.exclusive_group).items():
        if group and len(rows) == 1:
            finder.say("exclusive-alone", "Projects", rows[0], "exclusive_group", project=rows[0].project, group=group)


def _sizes_and_costs(finder: Finder, row: Row) -> None:
    low, high = row.min_size or 0.0, row.max_size
    if high is not None and low > high:
        finder.say("project-min-above-max", "Projects", row, "min_size", low=plain(low), high=plain(high))
    unread = any(finder.unread("Projects", row, c) for c in _LARGEST_CAPEX)
    if not row.capex_fixed and not row.capex_per_capacity and not row.fixed_cost and not unread:
        finder.say("project-free", "Projects", row, "capex_per_capacity", project=row.project)
    if row.capital_share == 0 and row.output_share > 0 and not finder.unread("Projects", row, "capital_share"):
        share = plain(100 * row.output_share)
        finder.say("project-free-output", "Projects", row, "capital_share", project=row.project, share=share)
    for column, (largest, unit, other) in _LARGEST_CAPEX.items():
        found = getattr(row, column) or 0.0
        if found > largest:
            title = finder.case.data["Projects"].table.column(column).title
            finder.say(
                "capex-unusual", "Projects", row, column, column=title, found=plain(found), unit=unit, other=other
            )


def _shares(finder: Finder, row: Row) -> None:
    """Check our shares of capital and output against the part that we take."""
    capital, output = row.capital_share, row.output_share
    if capital is None or output is None:
        return
    wrong = {
        "Own": ("capital_share", "both shares at 100 %") if (capital, output) != (1, 1) else None,
        "Co-fund": ("capital_share", "a Capital Share between 0 and 100 %") if not 0 < capital < 1 else None,
        "Offtake Only": ("capital_share", "no Capital Share") if capital > 0 else None,
    }.get(row.participation)
    if wrong:
        column = "output_share" if row.participation == "Own" and capital == 1 else wrong[0]
        finder.say("participation-shares", "Projects", row, column, participation=row.participation, expected=wrong[1])


def _spending(finder: Finder, row: Row) -> None:
    """Check the shares of capital by year of construction."""
    shares = {y: s for y in (1, 2, 3, 4) if (s := getattr(row, f"capex_year_{y}"))}
    if not shares or row.construction_time is None:
        return
    if abs(sum(shares.values()) - 1) > 1e-6:
        finder.say("capex-years-sum", "Projects", row, "capex_year_1", sum=plain(100 * sum(shares.values())))
    for y in shares:
        if y > 1 and row.construction_time <= 12 * (y - 1):
            months = plain(row.construction_time)
            finder.say("capex-year-late", "Projects", row, f"capex_year_{y}", year=y, months=months)


def _relative(finder: Finder, row: Row) -> None:
    """Check sizes that follow the prerequisite's."""
    low, high = row.min_relative or 0.0, row.max_relative
    column = "max_relative" if high is not None else "min_relative"
    if (low or high is not None) and finder.blank("Projects", row, "prerequisite"):
        finder.say("relative-without-prerequisite", "Projects", row, column, project=row.project)
    if high is not None and low > high:
        finder.say("relative-reversed", "Projects", row, "min_relative", low=plain(low), high=plain(high))


def _subsidies(finder: Finder) -> None:
    country = {r.site: r.country for r in finder.rows("Sites")}
    taken: dict[str, float] = {}
    for row in finder.rows("Subsidies"):
        found = [
            p.project
            for p in finder.rows("Projects")
            if row.project in (None, p.project)
            and row.site in (None, p.site)
            and row.country in (None, country.get(p.site, row.country))
        ]
        if not found:
            finder.say("subsidy-without-project", "Subsidies", row, None, subsidy=row.subsidy)
        for p in found:
            taken[p] = taken.get(p, 0.0) + (row.share or 0.0)
            if taken[p] > 1 + 1e-9 and taken[p] - (row.share or 0.0) <= 1 + 1e-9:
                finder.say("subsidy-above-whole", "Subsidies", row, "share", project=p, sum=plain(100 * taken[p]))


def _rising(finder: Finder, row: Row, what: str, code: str) -> None:
    """Say where a share by year falls."""
    shares = [getattr(row, f"{what}_year_{y}") for y in (1, 2, 3, 4)]
    for y in (2, 3, 4):
        before, now = shares[y - 2], shares[y - 1]
        if before is not None and now is not None and now < before:
            finder.say(
                code,
                "Projects",
                row,
                f"{what}_year_{y}",
                before=plain(before),
                previous=y - 1,
                found=plain(now),
                year=y,
            )
            return


def _timing(finder: Finder, row: Row) -> None:
    timeline = finder.timeline
    if timeline.plan >= timeline.end or row.construction_time is None:
        return
    opens = max(timeline.plan, month_number(row.earliest_start) if row.earliest_start else -np.inf)
    begins = [p.start for p in timeline.periods if p.start >= opens - 1e-9]
    permit = row.permit_time or 0.0
    starts = [s for s in begins if s >= begins[0] + permit - 1e-9]
    on = starts[0] + row.construction_time if starts else np.inf
    if on >= timeline.end - 1e-9:
        finder.say("project-too-late", "Projects", row, "construction_time", project=row.project)
        return
    if row.latest_start and starts[0] > month_number(row.latest_start) + 1e-9:
        finder.say(
            "project-start-impossible",
            "Projects",
            row,
            "latest_start",
            project=row.project,
            earliest=_date(starts[0]),
            latest=row.latest_start.isoformat(),
        )
        return
    years = (timeline.end - on) / 12
    ramp = max((y for y in (1, 2, 3) if (getattr(row, f"ramp_year_{y}") or 1.0) < 1), default=0)
    if years < min(max(_SHORT_YEARS, ramp + 1), row.life or np.inf) - 1e-9:
        finder.say(
            "project-short-use", "Projects", row, "construction_time", project=row.project, years=plain(round(years, 1))
        )


def _date(month: float) -> str:
    year, rest = divmod(int(month), 12)
    return dt.date(year, rest + 1, 1).isoformat()


def _prerequisites(finder: Finder) -> None:
    rows = {r.project: r for r in finder.rows("Projects") if r.project}
    done: set[str] = set()
    for name, row in rows.items():
        if row.prerequisite == name:
            finder.say("project-own-prerequisite", "Projects", row, "prerequisite", project=name)
            done.add(name)
            continue
        path: list[str] = []
        at: str | None = name
        while at is not None and at in rows and at not in done and at not in path:
            path.append(at)
            at = rows[at].prerequisite
        if at in path:
            circle = path[path.index(at) :]
            finder.say(
                "prerequisite-circle",
                "Projects",
                rows[circle[0]],
                "prerequisite",
                circle=" → ".join([*circle, circle[0]]),
            )
        done.update(path)
