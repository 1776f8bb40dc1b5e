"""Every cost by kind and period, worked out again from quantities and prices, for the audit. Amounts in MUSD."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from model.case.case import Row
from model.case.timeline import month_number
from model.plan import CASH_KINDS, COST_KINDS
from model.rules.comparison import TOLERANCE
from model.rules.family import Violation
from model.rules.ledger import Ledger
from model.rules.ledger_projects import capital_due, years_of_life
from model.schema.values import is_blank

Due = tuple[str, int, float]  # (kind, period, MUSD)
_MUSD = 1e-3  # USD/kg are kUSD/t: a thousandth of them is MUSD/t, as a thousandth of kUSD is MUSD

VALUED = COST_KINDS[len(CASH_KINDS) :]


def _supply(ledger: Ledger) -> Iterator[Due]:
    """Yield what is paid to suppliers: prices at the order, or at the hand-over of what is committed."""
    for k, t, each, tonnes in ledger.bought_at:
        for due, share in ledger.terms.paid_in(ledger.offers[k], t):
            yield "Purchases", due, each * _MUSD * tonnes * share
    for k, t in ledger.rows["orders"]:
        yield "Orders", t, ledger.offers[k].cost_per_order * _MUSD
    for q, t in ledger.rows["qualifications"]:
        yield "Qualifications", t, ledger.qualifications[q].cost
    for c, row in ledger.commitments.items():
        price = ledger.terms.price(row)
        for p in ledger.timeline.periods:
            amount = float(price[p.index]) * _MUSD * ledger.taken.get((c, p.index), 0.0)
            for due, share in ledger.terms.paid_in(row, p.index) if amount else ():
                yield "Commitments", due, amount * share


def _contracts(ledger: Ledger) -> Iterator[Due]:
    """Yield what contracts cost to sign, to keep room, and not to take; prepayments, and what of them is credited."""
    for c, t in ledger.rows["contracts"]:
        yield "Contracts", t, ledger.contracts[c].set_up_cost * _MUSD + ledger.contracts[c].prepaid
    for c, t in ledger.rows["departures"]:
        row = ledger.commitments[c]
        yield "Contracts", t, row.exit_cost or 0.0
        for p in ledger.timeline.periods:
            untaken = row.take_or_pay * float(ledger.escaped(c)[p.index] * ledger.terms.price(row)[p.index]) * _MUSD
            for due, share in ledger.terms.paid_in(row, p.index) if untaken else ():
                yield "Contracts", due, untaken * share
    for c, t in ledger.rows["notices"]:
        yield "Contracts", t, ledger.contracts[c].exit_cost or 0.0
    for c, row in ledger.contracts.items():
        if row.committed_most is not None:
            fees = ledger.case.by_period(row.reservation_fee) * _MUSD * ledger.committed_under(c)
            yield from (("Contracts", t, float(fee)) for t, fee in enumerate(fees))
    for k, t, credit in ledger.rows["credits"]:
        for due, share in ledger.terms.paid_in(ledger.offers[k], t):
            yield "Contracts", due, -credit * share
    years = dict(ledger.timeline.windows("Calendar Year"))
    for (c, year), tonnes in ledger.total("untaken", 0, 1).items():
        if year in years and not is_blank(ledger.contracts[c].untaken_price):
            price = ledger.case.by_period(ledger.contracts[c].untaken_price)
            yield "Contracts", years[year][-1], float(price[years[year][-1]]) * _MUSD * tonnes


def _transport(ledger: Ledger) -> Iterator[Due]:
    """Yield freight at departure, and what lanes cost to use: in each period, or once in that of first use."""
    sent = ledger.total("flows", 0, 1, 2, 5)
    prices = {r.row_id: ledger.case.by_period(r.cost) for r in ledger.case.rows("Lanes")}
    for (i, j, g, t), tonnes in sent.items():
        lane = ledger.lanes.governing(i, j, g)
        if lane is not None:
            yield "Freight", t, float(prices[lane.row_id][t]) * _MUSD * tonnes
    first: dict[str, int] = {}
    for key, t in ledger.rows["lane_uses"]:
        first[key] = min(t, first.get(key, t))
    for key, t in ledger.rows["lane_uses"]:
        lane = ledger.lanes.row_of(key)
        if lane is not None and (lane.fixed_cost_paid != "Once" or t == first[key]):
            yield "Lane Use", t, float(ledger.case.by_period(lane.fixed_cost)[t])


def _borders(ledger: Ledger) -> Iterator[Due]:
    """Yield duties on what enters an importer with an origin that it charges, and fees on what leaves under a control."""
    entered = ledger.total("flows", 0, 1, 2, 3, 5)
    for tariff in ledger.case.rows("Tariffs"):
        inside, rate = ledger.about.countries(tariff.importer), ledger.case.across("Tariffs", tariff)
        origin = ledger.about.charged_by[tariff.row_id].text
        yield from _within_quota(ledger, tariff)
        for k, t, each, tonnes in ledger.bought_at:
            if _brought_in(ledger, tariff, ledger.offers[k], inside):
                yield "Duties", t, float(rate[t]) * each * _MUSD * tonnes
        for (i, j, g, n, t), tonnes in entered.items():
            enters = ledger.country[j] in inside and ledger.country[i] not in inside
            charged = ledger.about.content(tariff.material, g) > 0 and origin in ledger.lots[n].flags
            if enters and charged:
                yield "Duties", t, float(rate[t] * ledger.customs.value(tariff, i, g)[t]) * _MUSD * tonnes
    for control in ledger.about.controls:
        fee = ledger.case.by_period(control.fee)
        for t in ledger.in_force(control):
            yield "Licences", t, float(fee[t]) * _MUSD * ledger.let_out.get((control.row_id, t), 0.0)


def _within_quota(ledger: Ledger, tariff: Row) -> Iterator[Due]:
    """Yield what a quota saves, on the price of what an offer hands over or the value of what a lane brings."""
    rate, lower = ledger.case.across("Tariffs", tariff), ledger.case.by_period(tariff.in_quota_rate or 0.0)
    for name, offer, i, g, t, tonnes in ledger.rows["in_quota"]:
        if name == tariff.tariff and (not offer or offer in ledger.offers):
            value = ledger.terms.price(ledger.offers[offer]) if offer else ledger.customs.value(tariff, i, g)
            yield "Duties", t, -float(rate[t] - lower[t]) * float(value[t]) * _MUSD * tonnes


def charged_tonnes(ledger: Ledger, tariff: Row) -> dict[tuple[str, str, str, int], float]:
    """Return (offer, from, material, period) → t on which a tariff charges a duty; the offer is blank for what lanes bring in."""
    inside = ledger.about.countries(tariff.importer)
    origin = ledger.about.charged_by[tariff.row_id].text
    out: dict[tuple[str, str, str, int], float] = defaultdict(float)
    for (k, t), tonnes in ledger.bought.items():
        offer = ledger.offers[k]
        if _brought_in(ledger, tariff, offer, inside):
            out[k, ledger.place_of(offer), offer.material, t] += tonnes
    for (i, j, g, n, t), tonnes in ledger.total("flows", 0, 1, 2, 3, 5).items():
        enters = ledger.country[j] in inside and ledger.country[i] not in inside
        if enters and ledger.about.content(tariff.material, g) > 0 and origin in ledger.lots[n].flags:
            out["", i, g, t] += tonnes
    return out


def _brought_in(ledger: Ledger, tariff: Row, offer: Row, inside: frozenset[str]) -> bool:
    """Return whether a seller from outside hands over inside an importer, on terms that leave the duty to the buyer."""
    from_outside = ledger.about.home.get(offer.supplier, "") not in inside
    if offer.incoterm not in ("CFR", "CIF", "DAP") or not from_outside:
        return False
    flag = ledger.about.charged_by[tariff.row_id]
    charged = any(flag.of_stage(stage, country, country) for stage, country in ledger.about.history(offer).items())
    here = ledger.country[ledger.place_of(offer)] in inside
    return here and charged and ledger.about.content(tariff.material, offer.material) > 0


def _plants(ledger: Ledger) -> Iterator[Due]:
    """Yield conversion, lines, permits, and capital and fixed cost of what is built or being built."""
    line = ledger.timeline
    for (r, t), units in ledger.total("runs", 0, 4).items():
        yield "Conversion", t, float(ledger.case.by_period(ledger.recipes[r].conversion_cost)[t]) * _MUSD * units
    for r, _, t in ledger.rows["set_ups"]:
        yield "Set-ups", t, ledger.recipes[r].set_up_cost * _MUSD
    for row in ledger.case.rows("Lines"):
        for p in line.periods:
            yield "Lines", p.index, float(ledger.case.by_period(row.fixed_cost)[p.index]) * p.years
    for name, t in ledger.rows["permits"]:
        yield "Permits", t, ledger.projects[name].capital_share * ledger.projects[name].permit_cost
    settings = ledger.case.settings
    how = settings["capex_mode"], settings["salvage"]
    builds = [(p, line.periods[t].start, size, ledger.modules.get((p, t), 1.0)) for p, t, size in ledger.rows["builds"]]
    builds += [(c.project, month_number(c.build_start), c.build_size, 1.0) for c in ledger.running]
    for name, start, size, modules in builds:
        row = ledger.projects[name]
        capital = row.capital_share * (row.capex_fixed * modules + row.capex_per_capacity * size)
        for t, due in enumerate(capital_due(line, row, start, *how)):
            yield "Capital", t, capital * float(due)
        for t, years in enumerate(years_of_life(line, row, start)):
            a_year = float(ledger.case.by_period(row.fixed_cost)[t])
            yield "Plants", t, row.capital_share * a_year * modules * float(years)
    for _, name, s, got in ledger.rows["subsidies"]:
        for t, due in enumerate(capital_due(line, ledger.projects[name], line.periods[s].start, *how)):
            yield "Subsidies", t, -got * float(due)


def _sites(ledger: Ledger) -> Iterator[Due]:
    """Yield what open sites cost a year, and what opening and closing costs in the period in which it happens."""
    is_open = {(i, t) for i, t in ledger.rows["open_sites"]}
    for row in ledger.case.rows("Sites"):
        was = row.facility != "Potential"
        for p in ledger.timeline.periods:
            now = row.facility == "Existing" or (row.site, p.index) in is_open
            yield "Sites", p.index, float(ledger.case.by_period(row.fixed_cost)[p.index]) * p.years * now
            yield "Sites", p.index, row.opening_cost * (now and not was) + row.closing_cost * (was and not now)
            was = now


def _outlets(ledger: Ledger) -> Iterator[Due]:
    """Yield carrying cost of end-of-period stock, disposal, and what sales bring in."""
    for (i, g, t), tonnes in ledger.held.items():
        if (i, g) in ledger.stockpiles:
            a_year = float(ledger.case.by_period(ledger.stockpiles[i, g].carrying_cost)[t]) * _MUSD
            yield "Storage", t, a_year * ledger.timeline.periods[t].years * tonnes
    for (g, t), tonnes in ledger.total("disposals", 1, 3).items():
        if not is_blank(ledger.materials[g].disposal_cost):
            yield "Disposal", t, float(ledger.case.by_period(ledger.materials[g].disposal_cost)[t]) * _MUSD * tonnes
    for (i, g, step, t), tonnes in ledger.total("sales", 0, 1, 2, 4).items():
        if (i, g, step) in ledger.markets:
            yield "Sales", t, -float(ledger.case.by_period(ledger.markets[i, g, step].price)[t]) * _MUSD * tonnes


def _recycling(ledger: Ledger) -> Iterator[Due]:
    """Yield collection and recovery, by kg recovered."""
    for (k, t), tonnes in ledger.total("recycled", 0, 2).items():
        yield "Recycling", t, float(ledger.case.by_period(ledger.recycling[k].collection_cost)[t]) * _MUSD * tonnes


def _substitution(ledger: Ledger) -> Iterator[Due]:
    """Yield what it costs to do without a material, by kg replaced, and what is paid once for being able to."""
    rows = {(r.segment, r.material, r.substitute): r for r in ledger.case.rows("Substitutions")}
    prices = {key: ledger.case.by_period(r.cost) for key, r in rows.items()}
    for *key, t, tonnes in ledger.rows["substitutions"]:
        if tuple(key) in rows:
            yield "Substitution", t, float(prices[tuple(key)][t]) * _MUSD * tonnes
    for *key, t in ledger.rows["adoptions"]:
        if tuple(key) in rows:
            yield "Substitution", t, rows[tuple(key)].adoption_cost


def _shortage(ledger: Ledger) -> Iterator[Due]:
    """Yield valued shortage; a cost per product is spread over its materials (kUSD/unit over kg/unit is MUSD/t)."""
    tiers = {(r.segment, r.tier): r for r in ledger.case.rows("Shortage Costs")}
    for (segment, g, k, t), tonnes in ledger.total("shortages", 0, 1, 2, 3).items():
        tier, need = tiers.get((segment, k)), ledger.demand.get((segment, g))
        if tier is not None and need is not None:
            per_product = not is_blank(tier.cost_per_product)
            kg = sum(ledger.products[need.product].values()) if need.in_units else need.content
            each = float(ledger.case.by_period(tier.cost_per_product if per_product else tier.cost)[t])
            yield "Shortage", t, (each / kg if per_product else each * _MUSD) * tonnes


def _penalties(ledger: Ledger) -> Iterator[Due]:
    """Yield the penalty of every missed soft rule, due in the last period of its window.

    Per kg and window; per kg and year of what is held, covered or built; a source stands for the tonnage from which it counts.
    """
    rules = {("De-risking Rules", r.rule): r for r in ledger.own_rules("De-risking Rules")}
    rules |= {("Limits", r.limit): r for r in ledger.own_rules("Limits")}
    rules |= {("Cover Targets", r.target): r for r in ledger.own_rules("Cover Targets")}
    for (table, name, item, window), missed in ledger.missed.items():
        rule = rules.get((table, name))
        if rule is None or rule.hardness != "Soft":
            continue
        covers = table == "Cover Targets"
        in_each_period = covers or (table == "Limits" and rule.measure in ("Capacity", "Stock"))
        windows = {} if covers else dict(ledger.windows(table, rule))
        ts = (ledger.periods[window],) if in_each_period and window in ledger.periods else windows.get(window)
        if not ts:
            continue
        weight = ledger.timeline.periods[ts[-1]].years if in_each_period else 1.0
        if covers and rule.missed_at_end == "Goes On" and ts[-1] == len(ledger.timeline) - 1:
            weight += _afterwards(ledger)
        if table == "De-risking Rules" and rule.metric == "Sources":
            weight = rule.counts_from * sum(need for _, _, need in ledger.needed(rule, item, ts))
        yield "Penalties", ts[-1], rule.penalty * _MUSD * weight * missed


def _afterwards(ledger: Ledger) -> float:
    """Return the worth, at the date of the last period's money, of one a year for the twenty years after the plan."""
    line, last = ledger.timeline, ledger.timeline.periods[-1]
    date = {"Start": 0.0, "Mid": 0.5, "End": 1.0}[line.timing]
    first = last.months / 12 * (1 - date) + date
    growth = 1 + line.rate
    twenty = 20.0 if line.rate == 0 else (1 - growth**-20) / (1 - 1 / growth)
    return float(twenty * growth**-first)


_PARTS: tuple[Callable[[Ledger], Iterator[Due]], ...] = (
    _supply,
    _contracts,
    _transport,
    _borders,
    _plants,
    _sites,
    _outlets,
    _recycling,
    _substitution,
    _shortage,
    _penalties,
)


def costs_due(ledger: Ledger) -> dict[tuple[str, int], float]:
    """Return undiscounted cost (MUSD) by (kind, period)."""
    out: dict[tuple[str, int], float] = defaultdict(float)
    for part in _PARTS:
        for kind, t, amount in part(ledger):
            out[kind, t] += amount
    return dict(out)


def check_costs(ledger: Ledger) -> Iterator[Violation]:
    """Yield every cost of the plan that is not what its quantities cost, discounted or not."""
    due = costs_due(ledger)
    said: dict[tuple[str, int], tuple[float, float]] = {}
    for kind, t, amount, discounted in ledger.rows["costs"]:
        if kind not in COST_KINDS or (kind, t) in said:
            label = ledger.period(t)
            yield Violation("costs", f"{kind} in {label} is unknown or stands twice", abs(amount))
        said[kind, t] = (amount, discounted)
    small = TOLERANCE * max(TOLERANCE, TOLERANCE * sum(abs(a) for a in due.values()))
    at = {"Start": 0.0, "Mid": 0.5, "End": 1.0}[ledger.timeline.timing]
    for kind, t in sorted(due.keys() | said.keys()):
        p = ledger.timeline.periods[t]
        factor = (1.0 + ledger.timeline.rate) ** ((ledger.timeline.base - p.start - at * p.months) / 12.0)
        amount, discounted = said.get((kind, t), (0.0, 0.0))
        right = due.get((kind, t), 0.0)
        for words, left, expected in (("", amount, right), (", discounted,", discounted, right * factor)):
            if not abs(left - expected) <= max(small, TOLERANCE * abs(expected)):
                sentence = f"{kind}{words} in {p.label}: {left:.9g} MUSD instead of {expected:.9g}"
                yield Violation("costs", sentence, abs(left - expected))


def check_summary(ledger: Ledger) -> Iterator[Violation]:
    """Yield figures of the plan's summary that are not the sums of its costs, and a bound above the objective."""
    summary = ledger.plan.summary
    if not summary:
        return
    by_kind: dict[str, float] = defaultdict(float)
    for kind, _, _, discounted in ledger.rows["costs"]:
        by_kind[kind] += discounted
    objective = sum(by_kind.values())
    figures = {
        "objective": objective,
        "shortage": by_kind["Shortage"],
        "penalties": by_kind["Penalties"],
        "cash": objective - sum(by_kind[k] for k in VALUED),
    }
    for name, right in figures.items():
        left = summary.get(name)
        if left is None or not abs(left - right) <= TOLERANCE * max(1.0, abs(right)):
            yield Violation("summary", f"{name} is {left} MUSD instead of {right:.9g}", abs((left or 0.0) - right))
    bound = summary.get("bound")
    if bound is not None and not bound <= objective + TOLERANCE * max(1.0, abs(objective)):
        sentence = f"the bound of {bound:.9g} MUSD is above the objective of {objective:.9g}"
        yield Violation("summary", sentence, bound - objective)
    yield from _check_priority(ledger)


def _check_priority(ledger: Ledger) -> Iterator[Violation]:
    """Yield a shortage of priority 1, in As Is also of what has no shortage cost, above the least that was found."""
    said = ledger.plan.summary.get("priority_shortage")
    costed = {r.segment for r in ledger.case.rows("Shortage Costs")}
    first = {
        key for key, need in ledger.demand.items() if need.priority == 1 or (ledger.as_is and key[0] not in costed)
    }
    short = sum(q for key, q in ledger.total("shortages", 0, 1).items() if key in first)
    if said is not None and not short <= said + 2 * TOLERANCE * max(1.0, said):
        sentence = f"priority 1 goes short of {short:.9g} t, but the least is said to be {said:.9g}"
        yield Violation("summary", sentence, short - said)
