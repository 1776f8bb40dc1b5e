"""Where the money goes: every cost of a plan by the row of the case that causes it, recomputed from quantities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.case.case import Row
from model.case.prices import payments
from model.case.timeline import month_number
from model.network import buildout
from model.plan import COST_KINDS
from model.report.building import capital_of, modules_of
from model.report.charges import Departures, Duties, flows, sources
from model.report.contracts import room_of
from model.report.paid import price_paid, purchase_costs
from model.report.view import View, ledger_of
from model.rules import groups, qualification
from model.rules.family import kusd_to_musd
from model.rules.project_size import paid
from model.rules.share_cap import base
from model.rules.shortage_tiers import unit_cost

COLUMNS = ("kind", "table", "row", "confidence", "period", "amount", "discounted")
_Item = tuple[str, str, Row, int, float]  # kind, table, row of the case, period, MUSD


def cash_ledger(view: View) -> pd.DataFrame:
    """Return every cost of a plan by kind, causing row and period.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: amount in MUSD undiscounted, and discounted. By kind and period it is plan table `costs`.
    """
    found: dict[tuple[str, str, str, str, int], float] = {}
    for make in (_bought, _moved, _charged, _worked, _built, _placed, _held, _replaced, _valued):
        for kind, table, row, t, amount in make(view):
            key = (kind, table, _name(view, table, row), row.confidence or "", t)
            found[key] = found.get(key, 0.0) + amount
    order = {kind: n for n, kind in enumerate(COST_KINDS)}
    rows = [
        (*key[:4], view.period(key[4]), amount, amount * float(view.line.discount[key[4]]))
        for key, amount in sorted(found.items(), key=lambda item: (order[item[0][0]], *item[0][1:3], item[0][4]))
        if amount != 0.0
    ]
    return pd.DataFrame.from_records(rows, columns=list(COLUMNS))


def _name(view: View, table: str, row: Row) -> str:
    # What follows from baskets and recoveries is named as the recipe that is made of them.
    return str(row.recipe) if table == "Plant Feeds" else view.key_of(table, row)


def _price(view: View, value: Any, t: int) -> float:
    """Return a price of a period in MUSD per t."""
    return kusd_to_musd(float(view.case.by_period(value)[t]))


def _bought(view: View) -> Iterator[_Item]:
    for (offer, t), amount in purchase_costs(view).items():
        for due, share in payments(view.line, view.offers[offer], t):
            yield "Purchases", "Offers", view.offers[offer], due, amount * share
    for offer, period in view.rows("orders"):
        row = view.offers[offer]
        yield "Orders", "Offers", row, view.at[period], kusd_to_musd(row.cost_per_order)
    waiting = qualification.rows(view.net)
    for name, period in view.rows("qualifications"):
        yield "Qualifications", "Qualifications", waiting[name], view.at[period], waiting[name].cost
    contracts = {r.contract: r for r in view.case.rows("Contracts")}
    for c, period in view.rows("contracts"):
        row = contracts[c]
        yield "Contracts", "Contracts", row, view.at[period], kusd_to_musd(row.set_up_cost) + row.prepaid
    yield from _reserved_and_credited(view, contracts)
    years = dict(view.line.windows("Calendar Year"))
    for c, year, tonnes in view.rows("untaken"):
        t = years[year][-1]
        yield "Contracts", "Contracts", contracts[c], t, _price(view, contracts[c].untaken_price, t) * tonnes
    for (name, t), amount in view.sums("committed", "commitment", "period").items():
        row = view.commitments[name]
        for due, share in payments(view.line, row, t):
            yield "Commitments", "Commitments", row, due, kusd_to_musd(price_paid(view, row, t)) * amount * share
    for name, period in view.rows("departures"):
        yield from _left(view, view.commitments[name], view.at[period])


def _left(view: View, row: Row, noticed: int) -> Iterator[_Item]:
    """Yield what it costs to leave a commitment: the exit, and what is paid for without being taken."""
    yield "Contracts", "Commitments", row, noticed, row.exit_cost
    for t, escaped in enumerate(view.once(ledger_of).escaped(row.commitment)):
        amount = kusd_to_musd(price_paid(view, row, t)) * row.take_or_pay * float(escaped)
        for due, share in payments(view.line, row, t) if amount else ():
            yield "Contracts", "Commitments", row, due, amount * share


def _reserved_and_credited(view: View, contracts: dict[str, Row]) -> Iterator[_Item]:
    for c, period in view.rows("notices"):
        yield "Contracts", "Contracts", contracts[c], view.at[period], contracts[c].exit_cost
    for c, period, size in view.rows("reservations"):
        row = contracts[c]
        for t, tonnes in enumerate(room_of(view, row, view.at[period], size)):
            yield "Contracts", "Contracts", row, t, _price(view, row.reservation_fee, t) * tonnes
    for offer, period, amount in view.rows("credits"):
        row = view.offers[offer]
        for due, share in payments(view.line, row, view.at[period]):
            yield "Contracts", "Contracts", contracts[row.contract], due, -amount * share


def _moved(view: View) -> Iterator[_Item]:
    for (i, j, g, t), amount in view.sums("flows", "from_place", "to_place", "material", "period").items():
        row = view.arc_rows[i, j, g]
        if row is not None:
            yield "Freight", "Lanes", row, t, _price(view, row.cost, t) * amount
    lanes = groups.lane_groups(view.net)
    first: dict[str, int] = {}
    for lane, period in view.rows("lane_uses"):
        first[lane] = min(view.at[period], first.get(lane, view.at[period]))
    for lane, period in view.rows("lane_uses"):
        row = lanes[lane][0].row
        assert row is not None, lane
        if row.fixed_cost_paid != "Once" or view.at[period] == first[lane]:
            yield "Lane Use", "Lanes", row, view.at[period], float(view.case.by_period(row.fixed_cost)[view.at[period]])


def _charged(view: View) -> Iterator[_Item]:
    duties, leave = Duties(view), Departures(view)
    for flow, t, got in flows(view):
        for row, duty in duties.of(flow, t):
            yield "Duties", "Tariffs", row, t, duty * got
        for row, _, fee in leave.of_flow(flow, t):
            yield "Licences", "Export Controls", row, t, fee * got
    for (offer, t), got in view.sums("purchases", "offer", "period").items():
        for row, duty in duties.at_hand_over(view.offers[offer], t):
            yield "Duties", "Tariffs", row, t, duty * got
    for name, key, n, t, got in sources(view):
        for row, _, fee in leave.of_source(name, key, n, t):
            yield "Licences", "Export Controls", row, t, fee * got


def _worked(view: View) -> Iterator[_Item]:
    for operation, _, t, units in view.run():
        row = operation.recipe
        yield "Conversion", row.table, row, t, _price(view, row.conversion_cost, t) * units
    recipes = {o.recipe.recipe: o.recipe for o in view.net.operations}
    for recipe, _, period in view.rows("set_ups"):
        row = recipes[recipe]
        yield "Set-ups", row.table, row, view.at[period], kusd_to_musd(row.set_up_cost)
    for row in view.case.rows("Lines"):
        for t, years in enumerate(view.line.years):
            yield "Lines", "Lines", row, t, float(view.case.by_period(row.fixed_cost)[t]) * float(years)


def _built(view: View) -> Iterator[_Item]:
    for project, period in view.rows("permits"):
        row = view.projects[project]
        yield "Permits", "Projects", row, view.at[period], row.capital_share * row.permit_cost
    started = [
        (
            view.projects[p],
            view.periods[view.at[t]].start,
            capital_of(view, view.projects[p], t, size),
            modules_of(view, p, t),
        )
        for p, t, size in view.rows("builds")
    ]
    started += [
        (row, month_number(c.build_start), capital_of(view, row, "", c.build_size), 1.0)
        for c in view.net.running_builds
        for row in [view.projects[c.project]]
    ]
    for row, start, ours, modules in started:
        for t, due in enumerate(paid(view.net, row.project, start)):
            yield "Capital", "Projects", row, t, ours * float(due)
        for t, span in enumerate(buildout.years_on(view.line, row, start)):
            a_year = float(view.case.by_period(row.fixed_cost)[t])
            yield "Plants", "Projects", row, t, row.capital_share * a_year * modules * float(span)
    named = {r.subsidy: r for r in view.case.rows("Subsidies")}
    for name, project, period, got in view.rows("subsidies"):
        for t, due in enumerate(paid(view.net, project, view.periods[view.at[period]].start)):
            yield "Subsidies", "Subsidies", named[name], t, -got * float(due)


def _placed(view: View) -> Iterator[_Item]:
    open_in = {(site, view.at[t]) for site, t in view.rows("open_sites")}
    for row in view.case.rows("Sites"):
        before = row.facility != "Potential"
        for t, years in enumerate(view.line.years):
            now = row.facility == "Existing" or (row.site, t) in open_in
            a_year = float(view.case.by_period(row.fixed_cost)[t])
            changed = row.opening_cost if now and not before else row.closing_cost if before and not now else 0.0
            yield "Sites", "Sites", row, t, changed + (a_year * float(years) if now else 0.0)
            before = now


def _held(view: View) -> Iterator[_Item]:
    for (i, g, t), amount in view.sums("stocks", "site", "material", "period").items():
        row = view.net.stock_rows[i, g]
        yield "Storage", "Stockpiles", row, t, _price(view, row.carrying_cost, t) * float(view.line.years[t]) * amount
    sold = {(r.site, r.material, r.step): r for r in view.case.rows("Sales")}
    for (i, g, step, t), amount in view.sums("sales", "site", "material", "step", "period").items():
        row = sold[i, g, step]
        yield "Sales", "Sales", row, t, -_price(view, row.price, t) * amount
    for (g, t), amount in view.sums("disposals", "material", "period").items():
        row = view.net.material[g]
        yield "Disposal", "Materials", row, t, _price(view, row.disposal_cost, t) * amount


def _replaced(view: View) -> Iterator[_Item]:
    rows = {(r.segment, r.material, r.substitute): r for r in view.case.rows("Substitutions")}
    for *key, period, amount in view.rows("substitutions"):
        row, t = rows[tuple(key)], view.at[period]
        yield "Substitution", "Substitutions", row, t, _price(view, row.cost, t) * amount
    returned = {r.recycling: r for r in view.case.rows("Recycling")}
    for (name, t), amount in view.sums("recycled", "recycling", "period").items():
        row = returned[name]
        yield "Recycling", "Recycling", row, t, _price(view, row.collection_cost, t) * amount
    for *key, period in view.rows("adoptions"):
        yield "Substitution", "Substitutions", rows[tuple(key)], view.at[period], rows[tuple(key)].adoption_cost


def _valued(view: View) -> Iterator[_Item]:
    named = {("De-risking Rules", r.rule): r for r in view.case.rows("De-risking Rules")}
    named |= {("Limits", r.limit): r for r in view.case.rows("Limits")}
    named |= {("Cover Targets", r.target): r for r in view.case.rows("Cover Targets")}
    for table, rule, item, window, amount in view.rows("missed"):
        row = named[table, rule]
        t, scale = _penalty(view, table, row, item, window)
        yield "Penalties", table, row, t, kusd_to_musd(row.penalty) * scale * amount
    tiers = {(r.segment, r.tier): r for r in view.case.rows("Shortage Costs")}
    demand = {(d.segment, d.material): d for d in view.net.demand}
    for (segment, g, tier, t), amount in view.sums("shortages", "segment", "material", "tier", "period").items():
        priced = tiers.get((segment, tier))
        if priced is not None:  # As Is shows what is missing also where going short has no price
            yield (
                "Shortage",
                "Shortage Costs",
                priced,
                t,
                float(unit_cost(view.case, priced, demand[segment, g])[t]) * amount,
            )


def _penalty(view: View, table: str, row: Row, item: str, window: str) -> tuple[int, float]:
    """Return the period in which a missed soft rule is valued, and what its penalty is multiplied by."""
    from model.rules import days_of_cover
    from model.rules.limits import limit_windows

    if table == "De-risking Rules":
        ts = dict(groups.rule_windows(view.net, table, row))[window]
        return ts[-1], base(
            view.net, row, item, ts, weighted=False
        ) * row.counts_from if row.metric == "Sources" else 1.0
    if table == "Cover Targets":
        return view.at[window], days_of_cover.penalty_years(view.net, row, view.at[window])
    ts = dict(limit_windows(view.net, row))[window]
    return ts[-1], float(view.line.years[ts[-1]]) if row.measure in ("Capacity", "Stock") else 1.0
