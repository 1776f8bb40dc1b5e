"""Settings, periods and what every table has: over which time is planned, and at which rate."""

from __future__ import annotations

import datetime as dt

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.timeline import month_number

_HIGH_RATE = 0.3
_LARGE_GAP = 0.1
_FAR_BASE_YEARS = 10


def find(finder: Finder) -> None:
    """Check tables without rows, settings, periods and the Low and High of every row."""
    _empty_tables(finder)
    _periods(finder)
    if not finder.case.has("Periods"):
        _implied_periods(finder)
    _dates(finder)
    _money(finder)
    for name, data in finder.case.data.items():
        if not data.frame["low"].notna().any():
            continue
        for row in finder.rows(name):
            if row.low is not None and row.high is not None and row.low > row.high:
                finder.say("low-above-high", name, row, "low", low=plain(row.low), high=plain(row.high))


def _empty_tables(finder: Finder) -> None:
    needed = ["Materials", "Demand", "Periods"]
    if not (finder.rows("Commitments") or finder.rows("Stockpiles") or finder.rows("Recipes")):
        needed.append("Offers")
    for name in needed:
        if finder.case.has(name) and not finder.rows(name):
            finder.say("table-empty", name, name=name)


def _periods(finder: Finder) -> None:
    rows = [r for r in finder.rows("Periods") if r.period and r.start and r.months]
    before: Row | None = None
    for row in sorted(rows, key=lambda r: r.start):
        if row.start.day != 1:
            finder.say("period-not-first", "Periods", row, "start", period=row.period, start=row.start.isoformat())
        whole = row.start.month == 1 and row.months % 12 == 0
        if row.start.month + row.months > 13 and not whole:
            finder.say("period-crosses-year", "Periods", row, "months", period=row.period)
        if before is not None:
            end = _end(before)
            if row.start < end:
                finder.say("period-overlap", "Periods", row, "start", period=row.period, previous=before.period)
            elif row.start > end:
                finder.say(
                    "period-gap",
                    "Periods",
                    row,
                    "start",
                    period=row.period,
                    start=row.start.isoformat(),
                    previous=before.period,
                    end=(end - dt.timedelta(days=1)).isoformat(),
                )
        before = row


def _end(period: Row) -> dt.date:
    years, month = divmod(period.start.month - 1 + period.months, 12)
    return dt.date(period.start.year + years, month + 1, 1)


def _implied_periods(finder: Finder) -> None:
    labels = [p.label for p in finder.timeline.periods]
    first, last = labels[0], labels[-1]
    for name, data in finder.case.data.items():
        declared = data.table.periods
        if declared is None or not finder.rows(name):
            continue
        for header in data.wide.columns:
            if header not in labels and data.wide[header].notna().any():
                finder.say("year-outside-horizon", name, None, header, column=header, first=first, last=last)
        missing = [p for p in labels if p not in data.wide.columns]
        optional = (
            declared.blank == "as before"
            or name == "Commitments"
            or (name == "Export Controls" and len(missing) == len(labels))
        )
        if missing and not optional:
            finder.say("horizon-columns-missing", name, first=first, last=last, missing=_span(missing))


def _span(years: list[str]) -> str:
    together = int(years[-1]) - int(years[0]) == len(years) - 1
    return f"{years[0]} to {years[-1]}" if together and len(years) > 2 else ", ".join(years)


def _dates(finder: Finder) -> None:
    settings, timeline = finder.case.settings, finder.timeline
    plan, base, known = settings["plan_date"], settings["base_date"], settings["data_as_of"]
    if plan and month_number(plan) >= timeline.end:
        finder.say(
            "plan-date-after-horizon",
            "Settings",
            finder.setting_row("Plan Date"),
            "value",
            date=plan.isoformat(),
            period=timeline.periods[-1].label,
        )
    if base and finder.case.has("Periods"):
        before, after = timeline.start - month_number(base), month_number(base) - timeline.end
        if before > 12 * _FAR_BASE_YEARS or after >= 0:
            side = "before" if before > 0 else "after the end of"
            finder.say(
                "base-date-outside",
                "Settings",
                finder.setting_row("Base Date"),
                "value",
                date=base.isoformat(),
                years=plain(round(max(before, after) / 12, 1)),
                side=side,
            )
    if plan and known and known > plan:
        finder.say(
            "data-after-plan",
            "Settings",
            finder.setting_row("Data As Of"),
            "value",
            date=known.isoformat(),
            plan=plan.isoformat(),
        )


def _money(finder: Finder) -> None:
    settings = finder.case.settings
    rate = finder.setting_row("Discount Rate")
    if rate is None:
        finder.say("no-discount-rate", "Settings")
    elif settings["discount_rate"] > _HIGH_RATE:
        finder.say("discount-rate-high", "Settings", rate, "value", found=plain(100 * settings["discount_rate"]))
    if settings["optimality_gap"] > _LARGE_GAP:
        finder.say(
            "gap-large",
            "Settings",
            finder.setting_row("Optimality Gap"),
            "value",
            found=plain(100 * settings["optimality_gap"]),
        )
    if settings["quantities_are"] == "Per Period":
        finder.say("units-per-period-length", "Settings", finder.setting_row("Quantities Are"), "value")
