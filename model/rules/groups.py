"""Index sets that several families share: what may be ordered, what counts as one lane, which sources count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from model.case.case import Row
from model.case.places import market_place, supplier_place
from model.case.timeline import month_number
from model.network.network import Network
from model.network.parts import Arc, looks_at, once_per_network
from model.network.predicates import UNKNOWN, exemptions
from model.network.sources import StageSources
from model.rules import need
from model.rules.family import Model, impossible, total

# ---- offers -------------------------------------------------------------------------------------------------------

OF_OFFERS = ("Offers", "Suppliers")  # what a limit on numbers may count by orders


@once_per_network
@looks_at("Offers", "Limits")
def ordered(net: Network) -> list[tuple[int, int]]:
    """Return (offer, period) in which ordering at all is a decision of its own."""
    counted = any(r.measure == "Number Used" and r.counts in OF_OFFERS for r in net.case.rows("Limits"))
    return [
        (k, t)
        for k, o in enumerate(net.offers)
        if o.row.cost_per_order > 0 or o.row.minimum_order > 0 or counted
        for t in net.periods
        if not net.available(o.row)[t] <= 0
    ]


def most(net: Network, offer: Row, t: int) -> float:
    """Return the most that a plan could want to buy of an offer in a period (t): what is available, or all need ahead.

    Where nothing waits, see `need.at_once`, need is that of the period.
    """
    needs = need.ahead(net) if offer.lead_time > 0 else need.at_once(net)
    limit, wanted = net.available(offer)[t], float(needs[offer.material][t])
    # Whoever pays less for all units from some quantity on may order more than is needed.
    rebates = [r for r in net.case.rows("Price Tiers") if r.offer == offer.offer and r.units == "All Units"]
    years = net.timeline.periods[t].whole_years
    wanted = max([wanted, *(float(r.from_quantity) * (years if r.basis == "Year" else 1) for r in rebates)])
    for c in (r for r in net.case.rows("Contracts") if r.contract == offer.contract):
        wanted = max(wanted, float(np.sum(net.case.rate_amounts(c.least))))  # what a contract forces on us
    there = np.inf if offer.consigned is None else float(offer.consigned)
    return max(min(float(np.fmin(limit, wanted)), there), float(offer.minimum_order))


# ---- lanes --------------------------------------------------------------------------------------------------------


@once_per_network
@looks_at("Lanes")
def lane_groups(net: Network) -> Mapping[str, list[Arc]]:
    """Return arcs by what is used as one: the name in Shared As, or each pair of places of a row by itself."""
    out: dict[str, list[Arc]] = defaultdict(list)
    for a in net.arcs:
        if a.row is not None:
            out[a.row.shared_as or f"{a.origin} → {a.destination} (row {a.row.row_id})"].append(a)
    return out


@once_per_network
@looks_at("Lanes", "Limits")
def lane_uses(net: Network) -> list[tuple[str, int]]:
    """Return (lane, period) of the use decisions."""
    from model.rules import number_used

    out: list[tuple[str, int]] = []
    counting = number_used.limits_that_count(net, "Lanes")
    for key, arcs in lane_groups(net).items():
        row = arcs[0].row
        assert row is not None
        paid = bool((net.case.by_period(row.fixed_cost) > 0).any())
        if paid or row.minimum_if_used > 0 or any(number_used.counts_lane(net, r, key) for r in counting):
            out += [(key, t) for t in net.periods]
    return out


# ---- rules --------------------------------------------------------------------------------------------------------


def in_force(net: Network, rule: Row, ts: tuple[int, ...]) -> tuple[int, ...]:
    """Return those of the periods in which a rule or control applies: it is in force for more than half of them."""
    start = month_number(rule.effective) if rule.effective else None
    end = month_number(rule.suspended) if rule.suspended else None
    return tuple(t for t in ts if net.timeline.applies(t, start, end))


@once_per_network
@looks_at("De-risking Rules", "Limits", "Export Controls", "Budgets")
def rule_windows(net: Network, table: str, rule: Row) -> list[tuple[str, tuple[int, ...]]]:
    """Return (window, periods) in which a rule is in force and has a number."""
    values = net.case.across(table, rule)
    dated = "effective" in {c.name for c in net.case.data[table].table.columns}
    out = []
    for name, ts in net.timeline.windows(rule.window):
        active = tuple(t for t in (in_force(net, rule, ts) if dated else ts) if not np.isnan(values[t]))
        if active:
            out.append((name, active))
    return out


def own_rules(net: Network, table: str) -> list[Row]:
    """Return the rows of Limits or De-risking Rules; As Is has none, since they bind what is planned."""
    return [] if net.scope.as_is else net.case.rows(table)


def derisking_rules(net: Network) -> list[Row]:
    """Return the de-risking rules that take part: those on the sources of a stage only where the network tells them apart."""
    return [
        r
        for r in own_rules(net, "De-risking Rules")
        if r.metric != "Sources" or r.stage == "Any Stage" or r.row_id in net.scope.sources
    ]


def sources_of(net: Network, rule: Row, name: str) -> StageSources:
    """Return who can be a source of a material or element by a rule on a stage."""
    return next(s for s in net.stage_sources if s.rule.row_id == rule.row_id and s.material == name)


@once_per_network
@looks_at("De-risking Rules", "Demand")
def source_windows(net: Network, rule: Row) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return (material or element, window, periods) of a rule on sources; of a stage, where something is needed."""
    return [
        (g, window, ts)
        for g in rule_materials(net, rule)
        for window, ts in rule_windows(net, "De-risking Rules", rule)
        if rule.stage == "Any Stage"
        or sum(w * net.case.amounts("Demand", net.demand[d])[t] for d, t, w in rule_needs(net, rule, g, ts)) > 0
    ]


@once_per_network
@looks_at()
def rule_demand(net: Network, rule: Row, name: str) -> list[tuple[int, float]]:
    """Return (position, weight) of the demand rows that a rule looks at, for one material or element."""
    return [
        (k, weight)
        for k, d in enumerate(net.demand)
        if (weight := net.contents.of(name, d.material)) > 0
        and rule.segment in (None, d.segment)
        and rule.end_use in ("Any", d.end_use)
    ]


@once_per_network
@looks_at()
def rule_needs(net: Network, rule: Row, name: str, ts: tuple[int, ...]) -> list[tuple[int, int, float]]:
    """Return (position, period, weight) of the demand that a de-risking rule counts: neither exempt then nor too poor."""
    exempt = {t: exemptions(net.case, rule, t) for t in ts}
    return [
        (d, t, weight)
        for d, weight in rule_demand(net, rule, name)
        if weight >= rule.de_minimis
        for t in ts
        if not any(net.demand[d].material == e.material or net.demand[d].segment == e.segment for e in exempt[t])
    ]


@once_per_network
@looks_at()
def rule_materials(net: Network, rule: Row) -> list[str]:
    """Return what a rule is about: the material or element that it names, or each that is in demand by itself."""
    if rule.material:
        return [rule.material]
    return sorted({name for d in net.demand if not d.stands_in for name in net.contents.names_in(d.material)})


def source_name(net: Network, rule: Row, row: Row) -> str:
    """Return the source that a purchase counts for, as the rule sees sources."""
    if rule.source_is == "Supplier":
        return str(row.supplier)
    place = supplier_place(row)
    return place if rule.source_is == "Site" else net.places.country[place]


@once_per_network
@looks_at("De-risking Rules", "Demand")
def counted_sources(net: Network) -> list[tuple[int, str, str, str]]:
    """Return (rule, material, window, source) of the sources that may count."""
    out: list[tuple[int, str, str, str]] = []
    for rule in derisking_rules(net):
        if rule.metric != "Sources":
            continue
        if rule.stage != "Any Stage":
            out += [
                (rule.row_id, g, w, name)
                for g, w, _ in source_windows(net, rule)
                for name in sources_of(net, rule, g).names
                if name != UNKNOWN or rule.limit_type != "Min"
            ]
            continue
        for material in rule_materials(net, rule):
            names = sorted(
                {
                    source_name(net, rule, s.row)
                    for s in (*net.offers, *net.commitments)
                    if net.contents.of(material, s.node[1]) > 0
                }
            )
            for window, _ in rule_windows(net, "De-risking Rules", rule):
                out += [(rule.row_id, material, window, name) for name in names]
    return out


@once_per_network
@looks_at()
def limit_offers(net: Network, limit: Row) -> list[int]:
    """Return positions of the offers that a limit looks at."""
    return [
        k
        for k, o in enumerate(net.offers)
        if limit.supplier in (None, o.row.supplier)
        and limit.offer in (None, o.row.offer)
        and limit.material in (None, o.row.material)
        and limit.site in (None, supplier_place(o.row))
    ]


@once_per_network
@looks_at("De-risking Rules", "Cover Targets", "Limits")
def slacks(net: Network) -> list[tuple[str, int, str, str]]:
    """Return (table, rule, item, window) by which a soft rule may be missed; the item is a material or a limited thing."""
    from model.rules.days_of_cover import items as cover_items
    from model.rules.limits import limit_windows, limited_items

    out: list[tuple[str, int, str, str]] = []
    for r in derisking_rules(net):
        if r.hardness == "Soft":
            out += [
                ("De-risking Rules", r.row_id, item, w)
                for item in rule_items(net, r)
                for w, _ in rule_windows(net, "De-risking Rules", r)
            ]
    for r in own_rules(net, "Cover Targets"):
        if r.hardness == "Soft":
            days = net.case.across("Cover Targets", r)
            labels = [net.timeline.periods[t].label for t in net.periods if not np.isnan(days[t])]
            out += [("Cover Targets", r.row_id, item, label) for item, _ in cover_items(net, r) for label in labels]
    for r in own_rules(net, "Limits"):
        if r.hardness == "Soft":
            out += [("Limits", r.row_id, item, w) for item in limited_items(net, r) for w, _ in limit_windows(net, r)]
    return out


@once_per_network
@looks_at()
def rule_items(net: Network, rule: Row) -> list[str]:
    """Return the names of a de-risking rule's rows within one window: material, and who is counted where each is."""
    if rule.metric == "Sources":
        return rule_materials(net, rule)
    return [f"{g} / {c.who}" for g in rule_materials(net, rule) for c in net.counts[rule.row_id]]


@once_per_network
def delivered(net: Network, m: Model) -> dict[tuple[int, int], list[tuple[int, Any]]]:
    """Return (demand row, period) → (label, variable) of every delivery to it."""
    out: dict[tuple[int, int], list[tuple[int, Any]]] = defaultdict(list)
    for d, n, t in m.deliver:
        out[d, t].append((n, m.deliver[d, n, t]))
    return out


def market_use(net: Network, d: int) -> tuple[str, str]:
    """Return (end use, country) of a demand row."""
    row = net.demand[d]
    return row.end_use, net.places.country[market_place(row)]


def at_least(m: Any, terms: list[tuple[float, Any]], amount: float) -> Any:
    """Return terms ≥ amount; impossible if there is nothing to reach it with, nothing if nothing is asked."""
    if amount <= 0:
        return None
    return total(terms) >= amount if terms else impossible(m)
