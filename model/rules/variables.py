"""Variables of the model over sparse index sets. Mass in t of the period, capacity in t/y, binaries as named.

purchase[k,l,t] bought of offer k under label l · flow[a,l_in,l_out,t] leaving on arc a · run[r,l,t] units of operation r ·
use[r,g,l_in,l_out,t] input g of operation r · stock[i,g,l,t] at the end of t · cover[target,item,i,g,l,route,t] of it ·
deliver[d,l,t] to demand row d · downgrade[i,g,l_in,l_out,t] and tainted[unit,…,t] (binary) where mixtures taint ·
short[d,tier,t] of demand row d, or of all materials of a product by the first of them ·
recycled[r,l,t] under label l ·
replaced[substitution,t] of a need by a substitute · adopted[substitution,t] decided by t (binary) ·
signed[c,t] contract signed at the start of t (binary) ·
renewed[c,s] of what was signed in s (binary) · noticed[c,s,u] left by a notice in u (binary) ·
untaken[c,W] paid for, not taken ·
reserved[c,s] t/y committed under contract c signed in s · prolonged[c,s] and vacated[c,s,u] of it by renewal and notice ·
credit[k,t] MUSD of a prepayment credited ·
stepped[k,step,t] bought at a step of the price · step_on[k,step,t] that step is reached (binary) ·
sale[i,g,step,l,t] · disposal[i,g,l,t] · committed[c,l,t] of commitment c under label l ·
left[c,u] commitment c by a notice in u (binary) · within[q,i,t] the quota of tariff q ·
size[p,t] capacity of project p started in t · permit[p,t], build[p,t] started by t (binary) ·
modules[p,t] of a project that repeats, started in t (whole) · granted[subsidy,p,t] MUSD of capital of what is started in t ·
open[i,t] (binary) · assigned[place,g,source] (binary) · ordered[k,t] (binary) · qualified[q,t] started by t (binary) ·
lane_used[key,t] (binary) · lane_opened[key,t] used by then ·
counted[rule,source,window] (binary) · used[limit,window,item] (binary) ·
recipe_on[r,i,t], line_on[i,line,t] (binary) ·
slack[table,rule,item,window] of soft rules · attributed[ledger,variable,…] parts of a variable in a rule's own ledger ·
nothing, which is zero.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.network import buildout
from model.network.network import Network
from model.rules import (
    attribution,
    days_of_cover,
    groups,
    lane_fixed,
    leaving,
    minimum_load,
    number_used,
    prepayment,
    price_steps,
    project_size,
    qualification,
    recycling,
    reservation,
    sales,
    set_up,
    signing,
    single_source,
    site_status,
    subsidy,
    substitution,
    taint,
    take_or_pay,
    tariff_quota,
)
from model.rules.family import Index, Model
from model.schema.values import is_blank


def declare(m: Model, net: Network) -> None:
    """Declare every variable of the network on the model `m`; the order of the columns breaks ties between plans."""
    m.nothing = pyo.Var(within=pyo.NonNegativeReals, bounds=(0.0, 0.0))
    _entering(m, net)
    _moved_and_held(m, net)
    _leaving(m, net)
    _mixtures(m, net)
    _projects(m, net)
    _yes_or_no(m, net)
    _contracts(m, net)
    _prices(m, net)
    _counted(m, net)
    attribution.declare(m, net)


def _entering(m: Model, net: Network) -> None:
    available = [net.available(o.row) for o in net.offers]
    purchased = [
        (k, n, t)
        for k, o in enumerate(net.offers)
        for n, _ in o.labels
        for t in net.periods
        if not available[k][t] <= 0
    ]
    committed = [(k, n, t) for k, c in enumerate(net.commitments) for n, _ in c.labels for t in net.periods]
    _nonnegative(m, "purchase", purchased)
    _nonnegative(m, "committed", committed)
    _binary(m, "left", leaving.departures(net))
    _nonnegative(m, "within", tariff_quota.withins(net))
    _nonnegative(m, "recycled", recycling.recovered(net))


def _moved_and_held(m: Model, net: Network) -> None:
    ts = net.periods
    _nonnegative(m, "flow", [(a.index, x, y, t) for a in net.arcs for x, y, _ in a.moves for t in ts])
    _nonnegative(m, "run", [(o.index, n, t) for o in net.operations for n in o.outs for t in ts])
    _nonnegative(m, "use", [(o.index, g, x, y, t) for o in net.operations for g, x, y in o.uses for t in ts])
    _nonnegative(m, "stock", [(i, g, n, t) for i, g, n in net.nodes() if (i, g) in net.stock_rows for t in ts])
    _nonnegative(m, "cover", days_of_cover.covers(net))


def _leaving(m: Model, net: Network) -> None:
    ts = net.periods
    short = [(d, k, t) for d in net.together for k in shortage_tiers(net, len(net.tiers[d])) for t in ts]
    steps = sales.steps(net)
    sold = [(i, g, k, n, t) for i, g, n in net.nodes() for k in steps.get((i, g), ()) for t in ts]
    disposable = {g for g, r in net.material.items() if not is_blank(r.disposal_cost)}
    _nonnegative(m, "deliver", [(d, n, t) for d, n in net.demand_labels for t in ts])
    _nonnegative(m, "short", short)
    _nonnegative(m, "replaced", substitution.replacements(net))
    _binary(m, "adopted", substitution.adoptions(net))
    _nonnegative(m, "sale", sold)
    _nonnegative(m, "disposal", [(i, g, n, t) for i, g, n in net.nodes() if g in disposable for t in ts])


def _mixtures(m: Model, net: Network) -> None:
    _nonnegative(m, "downgrade", taint.downgrades(net))
    _binary(m, "tainted", taint.units(net))


def _projects(m: Model, net: Network) -> None:
    starts = buildout.build_starts(net)
    _nonnegative(m, "size", [(p, t) for p, ts in buildout.new_starts(net).items() for t in ts])
    _binary(m, "build", [(p, t) for p, ts in starts.items() for t in ts])
    _binary(m, "permit", buildout.permits(net))
    m.modules = pyo.Var(project_size.repeated(net), within=pyo.NonNegativeIntegers)
    _nonnegative(m, "granted", subsidy.grants(net))


def _yes_or_no(m: Model, net: Network) -> None:
    _binary(m, "recipe_on", set_up.decisions(net))
    _binary(m, "line_on", minimum_load.decisions(net))
    _binary(m, "open", site_status.opens(net))
    _binary(m, "assigned", single_source.assignments(net))
    _binary(m, "qualified", qualification.variables(net))
    _binary(m, "ordered", groups.ordered(net))


def _contracts(m: Model, net: Network) -> None:
    _binary(m, "signed", signing.signings(net))
    _binary(m, "renewed", signing.renewals(net))
    _binary(m, "noticed", signing.notices(net))
    _nonnegative(m, "untaken", take_or_pay.index(net))
    _nonnegative(m, "reserved", reservation.reservable(net))
    _nonnegative(m, "prolonged", reservation.prolonged(net))
    _nonnegative(m, "vacated", reservation.vacated(net))
    _nonnegative(m, "credit", prepayment.credits(net))


def _prices(m: Model, net: Network) -> None:
    _nonnegative(m, "stepped", price_steps.stepped(net))
    _binary(m, "step_on", price_steps.decisions(net))


def _counted(m: Model, net: Network) -> None:
    _binary(m, "lane_used", groups.lane_uses(net))
    m.lane_opened = pyo.Var(lane_fixed.openings(net), within=pyo.NonNegativeReals, bounds=(0.0, 1.0))
    _binary(m, "counted", groups.counted_sources(net))
    _binary(m, "used", number_used.used(net))
    _nonnegative(m, "slack", groups.slacks(net))


def shortage_tiers(net: Network, declared: int) -> range:
    """Return the numbers of a demand row's shortage variables: its tiers, or one in As Is, which must show what is missing."""
    return range(max(declared, 1)) if net.scope.as_is else range(declared)


def _nonnegative(m: Model, name: str, index: Iterable[Index]) -> None:
    setattr(m, name, pyo.Var(list(index), within=pyo.NonNegativeReals))


def _binary(m: Model, name: str, index: Iterable[Index]) -> None:
    setattr(m, name, pyo.Var(list(index), within=pyo.Binary))
