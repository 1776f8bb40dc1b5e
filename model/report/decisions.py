"""What has to be decided in the first two years: one row per decision, for a meeting to accept or reject."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.case.case import Row
from model.case.places import supplier_place
from model.case.timeline import month_number
from model.network import buildout
from model.report import building, places
from model.report.paid import purchase_costs
from model.report.shape import Show, day, frame_of, mark, musd, records
from model.report.view import View, ledger_of
from model.report.words import NOTICEABLE, date_of, listed
from model.rules import qualification
from model.rules.family import kusd_to_musd

DECISIONS = (
    mark("decision", 13),
    Show("what", "wrapped", width=32),
    Show("with_whom", "wrapped", width=20),
    mark("period", 9),
    Show("quantity", "tonnes", width=10),
    mark("unit", 14),
    musd("money"),
    day("start_by"),
    Show("reversible_until", "wrapped", width=15),
    Show("cost_of_waiting", "mark", width=10),
    Show("answers", "wrapped", width=40),
    mark("confidence", 11),
    mark("accept", 8),
    mark("reject", 8),
    mark("changed_to", 10),
    mark("owner", 10),
    mark("date", 10),
)
_NOT_RUN = "not run"
_BLANKS = ("",) * 5
_YEARS = 2


def decisions_table(view: View) -> pd.DataFrame:
    """Return one row per decision of the first two years, in the order in which they fall due.

    Money is undiscounted; that of a build is our share of its whole capital, of which the plan pays an annuity. What a
    stock is filled with is paid as a purchase, so filling has no money of its own.
    """
    rows = [
        *_signings(view),
        *_endings(view),
        *_departures(view),
        *_buys(view),
        *_qualifications(view),
        *_adoptions(view),
        *_permits(view),
        *_builds(view),
        *_sites(view),
        *_stocks(view),
    ]
    rows.sort(key=lambda r: (r[7], -(r[6] or 0.0), r[0], r[1]))
    return frame_of(DECISIONS, rows)


def _early(view: View, t: int) -> bool:
    return view.periods[t].start < view.line.start + 12 * _YEARS - 1e-9


def _years(view: View, found: dict[int, float]) -> Iterator[tuple[str, dict[int, float]]]:
    """Yield (name, periods with amounts) of the early amounts by calendar year."""
    by_year: dict[int, dict[int, float]] = defaultdict(dict)
    for t, x in found.items():
        if _early(view, t) and x >= NOTICEABLE:
            by_year[view.periods[t].year][t] = x
    for year, mine in sorted(by_year.items()):
        yield view.period(min(mine)) if len(mine) == 1 else str(year), mine


def _bought(view: View) -> dict[str, dict[int, float]]:
    bought: dict[str, dict[int, float]] = defaultdict(dict)
    for (offer, t), got in view.sums("purchases", "offer", "period").items():
        bought[offer][t] = got
    return bought


def buys_by_year(view: View) -> Iterator[tuple[str, str, dict[int, float]]]:
    """Yield (offer, name of the year, t by period) of what is bought in the first years, one for each row to decide."""
    for offer, found in _bought(view).items():
        for name, mine in _years(view, found):
            yield offer, name, mine


def _buys(view: View) -> Iterator[tuple[Any, ...]]:
    bought = _bought(view)
    labels: dict[str, set[int]] = defaultdict(set)
    for offer, n in view.sums("purchases", "offer", "label"):
        labels[offer].add(n)
    orders = {(o, view.at[t]) for o, t in view.rows("orders")}
    for offer, found in bought.items():
        row = view.offers[offer]
        place = supplier_place(row)
        for name, mine in _years(view, found):
            money = sum(purchase_costs(view)[offer, t] for t in mine)
            money += sum(kusd_to_musd(row.cost_per_order) for t in mine if (offer, t) in orders)
            yield (
                "Buy",
                f"{row.material} ({offer})",
                row.supplier,
                name,
                sum(mine.values()),
                "t",
                money,
                view.start(min(mine)),
                "order of each period",
                _NOT_RUN,
                _served(view, {(place, row.material, n) for n in labels[offer]}),
                row.confidence or "",
                *_BLANKS,
            )


def _served(view: View, starts: set[tuple[str, str, int]]) -> str:
    """Return whom lots from some nodes may have served in the plan, and where they may lie in stock at its end."""
    segments = list(dict.fromkeys(view.segments(starts, used_only=True)))
    held = {(i, g, n) for i, g, n in view.sums("stocks", "site", "material", "label")}
    sites = sorted({i for i, _, _ in view.reached(starts, used_only=True) & held})
    words = [f"serves {listed(segments)}"] if segments else []
    words += [f"stock at {listed(sites)}"] if sites else []
    return "; ".join(words) or "no use in the plan"


def _signings(view: View) -> Iterator[tuple[Any, ...]]:
    contracts = {r.contract: r for r in view.case.rows("Contracts")}
    for name, label in view.rows("contracts"):
        row, t = contracts[name], view.at[label]
        if not _early(view, t):
            continue
        under = [o for o in view.offers.values() if o.contract == name]
        least = float(view.case.by_period(row.least)[t])
        least = max(least, sum(q for c, at, q in view.rows("reservations") if (c, at) == (name, label)))
        months = "to the end of the plan" if row.duration is None else f"for {row.duration:g} months"
        yield (
            "Sign",
            f"contract {name}",
            listed(list(dict.fromkeys(str(o.supplier) for o in under))),
            label,
            least,
            "t/y at least" if row.committed_most is None else "t/y committed",
            kusd_to_musd(row.set_up_cost) + row.prepaid,
            view.start(t),
            _leaving(row),
            _NOT_RUN,
            f"offers {listed([str(o.offer) for o in under])}, {months}",
            row.confidence or "",
            *_BLANKS,
        )


def _leaving(contract: Row) -> str:
    """Return until when a contract that is signed or renewed can be got out of, and for what."""
    if contract.exit_cost is None:
        return "can not be left"
    return f"its end; exit costs {contract.exit_cost:g} MUSD"


def _endings(view: View) -> Iterator[tuple[Any, ...]]:
    contracts = {r.contract: r for r in view.case.rows("Contracts")}
    found = [("Give notice", *row) for row in view.rows("notices")] + [("Renew", *row) for row in view.rows("renewals")]
    for what, name, label in found:
        row, t = contracts[name], view.at[label]
        if not _early(view, t):
            continue
        suppliers = dict.fromkeys(str(o.supplier) for o in view.offers.values() if o.contract == name)
        leaves = what == "Give notice"
        end = date_of(view.periods[t].start + row.notice)
        yield (
            what,
            f"contract {name}",
            listed(list(suppliers)),
            label,
            None,
            "",
            row.exit_cost if leaves else 0.0,
            view.start(t),
            _NOT_RUN if leaves else _leaving(row),
            _NOT_RUN,
            f"ends on {end}" if leaves else f"for {row.renewal:g} months more",
            row.confidence or "",
            *_BLANKS,
        )


def _departures(view: View) -> Iterator[tuple[Any, ...]]:
    escaped = view.once(ledger_of).escaped
    for name, label in view.rows("departures"):
        row, t = view.commitments[name], view.at[label]
        if not _early(view, t):
            continue
        yield (
            "Leave",
            f"{row.material} ({name})",
            row.supplier,
            label,
            float(escaped(name).sum()),
            "t",
            row.exit_cost,
            view.start(t),
            _NOT_RUN,
            _NOT_RUN,
            f"ends on {date_of(view.periods[t].start + row.notice)}; take-or-pay {100 * row.take_or_pay:g} %",
            row.confidence or "",
            *_BLANKS,
        )


def _builds(view: View) -> Iterator[tuple[Any, ...]]:
    for project, label, size in view.rows("builds"):
        t = view.at[label]
        if not _early(view, t):
            continue
        row = view.projects[project]
        start = view.periods[t].start
        on = date_of(buildout.commissioning(row, start))
        yield (
            "Build",
            f"{row.project} ({row.line})",
            _operator(view, row.site),
            label,
            size,
            "t/y",
            building.capital_of(view, row, label, size),
            view.start(t),
            _NOT_RUN,
            _NOT_RUN,
            f"runs from {on}; {_made(view, row.site, row.line)}",
            row.confidence or "",
            *_BLANKS,
        )


def _sites(view: View) -> Iterator[tuple[Any, ...]]:
    for row in records(places.sites_table(view)):
        at = next((t for t in view.net.periods if view.start(t) == row.from_date), None)
        if at is None or not _early(view, at):
            continue
        yield (
            f"{row.decision} site",
            row.site,
            _operator(view, row.site),
            view.period(at),
            None,
            "",
            row.opening_or_closing_cost,
            row.from_date,
            "the end of the plan",
            _NOT_RUN,
            f"{row.fixed_cost:g} MUSD a year {'while it is open' if row.decision == 'Open' else 'saved'}",
            row.confidence,
            *_BLANKS,
        )


def _qualifications(view: View) -> Iterator[tuple[Any, ...]]:
    waiting = qualification.rows(view.net)
    for name, label in view.rows("qualifications"):
        t = view.at[label]
        if not _early(view, t):
            continue
        row = waiting[name]
        use = " for ".join(w for w in (row.material, row.segment or ("" if row.end_use == "Any" else row.end_use)) if w)
        yield (
            "Qualify",
            f"{use} ({name})",
            row.site or row.supplier,
            label,
            None,
            "",
            row.cost,
            view.start(t),
            _NOT_RUN,
            _NOT_RUN,
            f"may deliver from {date_of(view.periods[t].start + row.months)}",
            row.confidence or "",
            *_BLANKS,
        )


def adoption_in_words(segment: str, material: str, substitute: str) -> str:
    """Return what is decided where a substitute is adopted."""
    return f"{substitute} for {material} of {segment}"


def _adoptions(view: View) -> Iterator[tuple[Any, ...]]:
    rows = {(r.segment, r.material, r.substitute): r for r in view.case.rows("Substitutions")}
    for *key, label in view.rows("adoptions"):
        t = view.at[label]
        if not _early(view, t):
            continue
        row = rows[tuple(key)]
        on = max(view.periods[t].start + row.adoption_time, month_number(row.first_use) if row.first_use else 0.0)
        yield (
            "Adopt",
            adoption_in_words(*key),
            row.segment,
            label,
            None,
            "",
            row.adoption_cost,
            view.start(t),
            _NOT_RUN,
            _NOT_RUN,
            f"can be used from {date_of(on)}",
            row.confidence or "",
            *_BLANKS,
        )


def _permits(view: View) -> Iterator[tuple[Any, ...]]:
    starts = {p: view.start(view.at[t]) for p, t, _ in view.rows("builds")}
    for project, label in view.rows("permits"):
        t = view.at[label]
        if not _early(view, t):
            continue
        row = view.projects[project]
        begin: dt.date | None = starts.get(project)
        yield (
            "Start permit",
            f"{row.project} ({row.line})",
            _operator(view, row.site),
            label,
            None,
            "",
            row.capital_share * row.permit_cost,
            view.start(t),
            f"construction, {begin}" if begin else "not built on",
            _NOT_RUN,
            f"lets construction start {begin}; {_made(view, row.site, row.line)}"
            if begin
            else "keeps the project open",
            row.confidence or "",
            *_BLANKS,
        )


def _made(view: View, site: str, line: str) -> str:
    made = {
        (site, g, o.lands[g, n])
        for o in view.net.operations
        if o.site == site and o.recipe.line == line
        for g, _ in o.outputs
        for n in o.outs
    }
    return _served(view, made) if made else f"adds {line} at {site}"


def _operator(view: View, site: str) -> str:
    named = {r.site: r.operator for r in view.case.rows("Sites")}
    return named.get(site) or site


def _stocks(view: View) -> Iterator[tuple[Any, ...]]:
    from model.report.cover import forms_of
    from model.report.stocks import stockpiles_table

    moved: dict[tuple[str, str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    table = stockpiles_table(view)
    for i, g, label, put, taken in zip(
        table["site"], table["material"], table["period"], table["in"], table["out"], strict=True
    ):
        moved[i, g, "Fill stock"][view.at[label]] += put
        moved[i, g, "Release stock"][view.at[label]] += taken
    goals = [(r.limit, r.site, {r.material}) for r in view.case.rows("Limits") if r.measure == "Stock"]
    goals += [(r.target, r.site, forms_of(view, r)) for r in view.case.rows("Cover Targets")]
    for (i, g, what), found in moved.items():
        row = view.net.stock_rows[i, g]
        nodes = {(i, g, n) for a, b, n in view.sums("stocks", "site", "material", "label") if (a, b) == (i, g)}
        nodes |= {(*s.node, s.labels[0][0]) for s in view.net.opening if s.node == (i, g)}
        named = [name for name, site, held in goals if site in (None, i) and (g in held or None in held)]
        for name, mine in _years(view, found):
            answers = (
                f"goal {listed(named)}"
                if named and what == "Fill stock"
                else "later need"
                if what == "Fill stock"
                else ""
            )
            served = _served(view, nodes) if what == "Release stock" else ""
            yield (
                what,
                f"{g} at {i}",
                _operator(view, i),
                name,
                sum(mine.values()),
                "t",
                None,
                view.start(min(mine)),
                "each period",
                _NOT_RUN,
                answers or served.split("; stock at")[0],
                row.confidence or "",
                *_BLANKS,
            )
