"""Offers, commitments and where their material comes from."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks.finder import Finder, plain
from model.case.prices import price_of
from model.case.timeline import Vector, month_number
from model.schema.tables import TABLES
from model.schema.tables.common import ANY, STAGES

_DONE = {"Mined": "mined", "Separated": "separated", "Metal": "reduced to metal", "Magnet": "made into magnets"}
_UNLIKE = 100.0
_LOOK_AT_ORIGIN = ("De-risking Rules", "Export Controls", "Tariffs")
_LONG_MONTHS = 36.0


def find(finder: Finder) -> None:
    """Check offers, commitments, and the provenance of everything that enters."""
    for table in ("Offers", "Commitments", "Stockpiles"):
        for row in finder.rows(table):
            _provenance(finder, table, row)
            _who_takes_it(finder, table, row)
    _suppliers_without_country(finder)
    for row in finder.rows("Offers"):
        _offer(finder, row)
    _prices(finder)
    for row in finder.rows("Commitments"):
        _commitment(finder, row)
    _committed_under_controls(finder)
    for table in ("Demand", "Commitments", "Export Controls", "Budgets"):
        for row in finder.rows(table):
            _half_years(finder, table, row)


def _what(table: str, row: Row) -> str:
    if table == "Stockpiles":
        return f"the opening stock of {row.material} at {row.site}"
    return f"{'offer' if table == 'Offers' else 'commitment'} {getattr(row, TABLES[table].key[0])}"


def _enters(table: str, row: Row) -> bool:
    """Return whether a row brings material in."""
    if table == "Stockpiles":
        return bool(row.material and row.opening_stock and row.opening_stock > 0)
    return bool(row.material and row.kind != "Running Build")


def _provenance(finder: Finder, table: str, row: Row) -> None:
    stage = finder.stages.get(row.material)
    if not _enters(table, row) or stage is None:
        return
    performed = STAGES[: STAGES.index(stage) + 1] if stage in STAGES else STAGES
    given = [s for s in STAGES if not finder.blank(table, row, f"{s.lower()}_in")]
    for s in (s for s in given if s not in performed):
        finder.say("provenance-before-stage", table, row, f"{s.lower()}_in", column=f"{s} In", material=row.material)
    blank = [s for s in performed if s not in given]
    # With no stage declared the supplier's country counts; a stock has no supplier, which matters where a rule looks.
    looked_at = table == "Stockpiles" and any(finder.rows(t) for t in _LOOK_AT_ORIGIN)
    if blank and (len(blank) < len(performed) or looked_at):
        finder.say(
            "provenance-unknown",
            table,
            row,
            f"{blank[0].lower()}_in",
            what=_what(table, row),
            stages=" or ".join(_DONE[s] for s in blank),
        )


def _suppliers_without_country(finder: Finder) -> None:
    if not any(finder.rows(t) for t in _LOOK_AT_ORIGIN):
        return
    said: set[str] = set()
    for table in ("Offers", "Commitments"):
        for row in finder.rows(table):
            declared = any(not finder.blank(table, row, f"{s.lower()}_in") for s in STAGES)
            known = row.supplier is None or row.supplier in finder.home or finder.case.has("Suppliers")
            if _enters(table, row) and not declared and not known and row.supplier not in said:
                said.add(row.supplier)
                finder.say("supplier-without-country", table, row, "supplier", supplier=row.supplier)


def _who_takes_it(finder: Finder, table: str, row: Row) -> None:
    if not _enters(table, row):
        return
    taken = finder.demanded | finder.consumed
    if table != "Stockpiles" and finder.demanded and row.material not in taken:
        finder.say("material-unused", table, row, "material", what=_what(table, row), material=row.material)
    if finder.end_uses and row.end_uses_allowed not in (ANY, *finder.end_uses):
        finder.say(
            "end-use-unused", table, row, "end_uses_allowed", what=_what(table, row), end_use=row.end_uses_allowed
        )


def _offer(finder: Finder, row: Row) -> None:
    timeline = finder.timeline
    if finder.dates("Offers", row, "valid_from", "valid_until"):
        opens = max(timeline.start, timeline.plan, month_number(row.valid_from) if row.valid_from else -np.inf)
        closes = month_number(row.valid_until) if row.valid_until else np.inf
        if timeline.plan < timeline.end and (opens >= timeline.end or closes < opens):
            column = "valid_until" if closes < opens else "valid_from"
            finder.say("offer-outside-horizon", "Offers", row, column, offer=row.offer)
    _lead_time(finder, "Offers", row)
    if not row.minimum_order or row.minimum_order <= 0:
        return
    available = finder.case.rate_amounts(row.available_to_us)
    if np.all(available < row.minimum_order):
        finder.say(
            "order-minimum-above-available",
            "Offers",
            row,
            "minimum_order",
            offer=row.offer,
            minimum=plain(row.minimum_order),
        )
        return
    need = float(finder.need(row.material).max())
    if row.material in finder.demanded and row.material not in finder.consumed and 0 < need < row.minimum_order:
        finder.say(
            "order-minimum-above-demand",
            "Offers",
            row,
            "minimum_order",
            offer=row.offer,
            minimum=plain(row.minimum_order),
            need=plain(need),
            material=row.material,
        )


def _lead_time(finder: Finder, table: str, row: Row) -> None:
    months = row.lead_time or 0.0
    if months >= finder.timeline.end - finder.timeline.start:
        finder.say("lead-time-beyond-horizon", table, row, "lead_time", months=plain(months))
    elif months > _LONG_MONTHS:
        finder.say("lead-time-long", table, row, "lead_time", months=plain(months))


def _prices(finder: Finder) -> None:
    for table, key in (("Offers", "offer"), ("Sales", "material")):
        for row in finder.rows(table):
            prices = price_of(finder.case, row) if table == "Offers" else finder.case.by_period(row.price)
            t = finder.first(prices, prices < 0)
            if t >= 0:
                what = f"offer {row.offer}" if table == "Offers" else f"the sale of {getattr(row, key)} at {row.site}"
                finder.say("price-negative", table, row, "price", what=what, period=finder.label(t))
    for material, rows in finder.offers_of.items():
        means = {r: float(np.mean(p)) for r in rows if (p := price_of(finder.case, r)).min() > 0}
        # Of two prices the dearer one is the suspect: USD/t typed as USD/kg makes a price larger.
        usual = float(np.median([*means.values()])) if len(means) > 2 else min(means.values(), default=0.0)
        for row, price in means.items():
            if not usual / _UNLIKE <= price <= _UNLIKE * usual:
                times = f"{price / usual:.0f} times" if price > usual else f"1/{usual / price:.0f} of"
                finder.say(
                    "price-unlike-others",
                    "Offers",
                    row,
                    "price",
                    what=f"offer {row.offer}",
                    price=plain(price),
                    times=times,
                    usual=plain(usual),
                    material=material,
                )


def _commitment(finder: Finder, row: Row) -> None:
    build = row.kind == "Running Build"
    for column in ("project", "build_start", "build_size") if build else ("supplier", "material"):
        if row.kind and finder.blank("Commitments", row, column):
            title = TABLES["Commitments"].column(column).title
            finder.say("commitment-incomplete", "Commitments", row, column, kind=row.kind, column=title)
    if build:
        project = next((p for p in finder.rows("Projects") if p.project == row.project), None)
        if project is not None and row.build_size is not None and project.max_size is not None:
            low, high = project.min_size or 0.0, project.max_size
            if not low - 1e-9 <= row.build_size <= high + 1e-9:
                finder.say(
                    "build-size-outside",
                    "Commitments",
                    row,
                    "build_size",
                    size=plain(row.build_size),
                    low=plain(low),
                    high=plain(high),
                )
        return
    unread = any(row_id == row.row_id for row_id, _ in finder.case.data["Commitments"].unread)
    if row.kind and not unread and not finder.case.across("Commitments", row).any():
        finder.say("commitment-without-tonnes", "Commitments", row, None, commitment=row.commitment)


def _committed_under_controls(finder: Finder) -> None:
    """Compare signed tonnes with controls that see every destination and end use; others depend on the plan."""
    markets = {finder.site_country.get(d.site) for d in finder.rows("Demand")}
    for control in finder.rows("Export Controls"):
        country = control.jurisdiction
        sees_all = (
            control.destination == ANY and control.end_use == ANY and control.kind in ("Quota", "Licensed Volume")
        )
        if not sees_all or country is None or country in markets:
            continue
        signed = [
            r
            for r in finder.rows("Commitments")
            if r.kind in ("Contract", "Open Order")
            and r.material
            and finder.contents.of(control.material, r.material) > 0
            and _leaves(finder, r, country)
        ]
        if not signed:
            continue
        counted = [(finder.contents.of(control.material, r.material), r) for r in signed]
        committed = np.sum([weight * finder.case.amounts("Commitments", r) for weight, r in counted], axis=0)
        volume = finder.case.amounts("Export Controls", control)
        for name, ts in finder.timeline.windows(control.window or "Calendar Year"):
            _compare(finder, control, signed, committed, volume, name, ts)


def _compare(
    finder: Finder, control: Row, signed: list[Row], committed: Vector, volume: Vector, name: str, ts: tuple[int, ...]
) -> None:
    applied = [t for t in ts if _in_force(finder, control, t)]
    tonnes, limit = float(committed[applied].sum()), float(volume[applied].sum())
    if applied and tonnes > limit * (1 + 1e-9) + 1e-9:
        finder.say(
            "commitment-above-control",
            "Commitments",
            signed[0],
            None,
            finder.label(applied[0]),
            period=name,
            committed=plain(tonnes),
            volume=plain(limit),
            control=control.control,
        )


def _in_force(finder: Finder, control: Row, t: int) -> bool:
    start = month_number(control.effective) if control.effective else None
    end = month_number(control.suspended) if control.suspended else None
    return finder.timeline.applies(t, start, end)


def _leaves(finder: Finder, row: Row, country: str) -> bool:
    """Return whether a commitment is handed over in the country after its last stage was performed there."""
    if finder.handed_over_in(row) != country:
        return False
    declared = [c for s in STAGES if (c := getattr(row, f"{s.lower()}_in"))]
    return (declared[-1] if declared else finder.home.get(row.supplier)) == country


def _half_years(finder: Finder, table: str, row: Row) -> None:
    """Say where each part of a year holds about its share of the first full year: amounts typed as rates."""
    timeline = finder.timeline
    wide = finder.case.data[table].wide
    parts = [p for p in timeline.periods if p.months < 12 and p.label in wide.columns and p.label != str(p.year)]
    full = [p for p in timeline.periods if p.months == 12]
    if timeline.per_period or not parts or not full:
        return
    values = finder.case.across(table, row)
    usual = float(values[full[0].index])
    shares = [float(values[p.index]) / usual / p.years for p in parts] if usual > 0 else []
    if shares and all(0.9 <= s <= 1.1 for s in shares):
        first = parts[0]
        finder.say(
            "half-year-amount",
            table,
            row,
            None,
            first.label,
            period=first.label,
            found=plain(values[first.index]),
            share=f"{100 * first.years:.0f} per cent",
            year=plain(usual),
            next=full[0].label,
        )
