"""What an override binds, as terms of the model: one function for each decision of each table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from model.case.case import Row
from model.case.overrides import decision, lane_parts, meant
from model.case.places import supplier_place
from model.network.network import Network
from model.rules import qualification, signing, substitution
from model.rules.family import Index, Model
from model.rules.site_status import decided

Terms = list[tuple[float, Any]]
_Names = tuple[
    tuple[str | None, ...], tuple[str | None, ...]
]  # the key of what is decided on, and other names that mean it


def terms_of(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    """Return what an override binds over some periods."""
    return _TERMS[row.table, decision(row)](m, net, row, ts)


def _in(variable: Any, names: Callable[[Index], _Names], row: Row, ts: set[int]) -> Terms:
    """Return the members of a variable, whose index ends with a period, that are meant in some periods."""
    return [(1.0, variable[i]) for i in variable if i[-1] in ts and meant(row, *names(i))]


def _started(variable: Any, names: Callable[[Index], _Names], row: Row, ts: set[int]) -> Terms:
    """Return what is newly decided in some periods of a cumulative yes, indexed by a name and a period."""
    known: dict[Any, list[int]] = defaultdict(list)
    for name, t in variable:
        if meant(row, *names((name, t))):
            known[name].append(t)
    out: Terms = []
    for name, periods in known.items():
        for sign, last in ((1.0, max(ts)), (-1.0, min(ts) - 1)):
            at = max((t for t in periods if t <= last), default=None)
            out += [] if at is None else [(sign, variable[name, at])]
    return out


# ---- what is bought and agreed ------------------------------------------------------------------------------------


def _offer(net: Network) -> Callable[[Index], _Names]:
    rows = [o.row for o in net.offers]
    return lambda i: ((rows[i[0]].offer,), (rows[i[0]].supplier, rows[i[0]].material, supplier_place(rows[i[0]])))


def _purchase(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.purchase, _offer(net), row, ts)


def _order(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.ordered, _offer(net), row, ts)


def _contract(net: Network) -> Callable[[Index], _Names]:
    sellers = {
        c: tuple(dict.fromkeys(str(net.offers[k].row.supplier) for k in ks))
        for c, ks in signing.offers_under(net).items()
    }
    return lambda i: ((i[0],), sellers[i[0]])


def _sign(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.signed, _contract(net), row, ts)


def _renew(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    names = _contract(net)
    return [(1.0, m.renewed[i]) for i in m.renewed if signing.renewed_in(net, *i) in ts and meant(row, *names(i))]


def _notice(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.noticed, _contract(net), row, ts)


def _committed(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.reserved, _contract(net), row, ts)


def _leave(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    rows = [c.row for c in net.commitments]
    return _in(m.left, lambda i: ((rows[i[0]].commitment,), (rows[i[0]].supplier, rows[i[0]].material)), row, ts)


def _qualify(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    rows = qualification.rows(net)
    return _started(m.qualified, lambda i: ((i[0],), (rows[i[0]].site, rows[i[0]].supplier)), row, ts)


# ---- what is moved and made ---------------------------------------------------------------------------------------


def _flow(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {a.index for a in net.arcs if meant(row, (a.origin, a.destination, a.material))}
    return [(1.0, m.flow[i]) for i in m.flow if i[0] in chosen and i[-1] in ts]


def _use(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.lane_used, lambda i: (lane_parts(i[0]), ()), row, ts)


def _run(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    chosen = {o.index for o in net.operations if meant(row, (o.recipe.recipe, o.site), (o.site,))}
    return [(1.0, m.run[i]) for i in m.run if i[0] in chosen and i[-1] in ts]


def _project(net: Network) -> Callable[[Index], _Names]:
    rows = net.project_rows
    return lambda i: ((i[0],), (rows[i[0]].site, rows[i[0]].exclusive_group))


def _size(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.size, _project(net), row, ts)


def _start(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _started(m.build, _project(net), row, ts)


def _permit(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _started(m.permit, _project(net), row, ts)


def _open(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return [(1.0, m.open[i, t]) for i in decided(net) for t in ts if meant(row, (i,))]


# ---- what is held, served and got rid of --------------------------------------------------------------------------


def _stock(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.stock, lambda i: (i[:2], i[1:2]), row, ts)


def _need(net: Network) -> Callable[[Index], _Names]:
    return lambda i: ((net.demand[i[0]].segment, net.demand[i[0]].material), (net.demand[i[0]].material,))


def _delivery(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.deliver, _need(net), row, ts)


def _shortage(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    names = _need(net)
    return [
        (net.portion[d], m.short[lead, k, t])
        for lead, k, t in m.short
        if t in ts
        for d in net.together[lead]
        if meant(row, *names((d,)))
    ]


def _substitute(net: Network) -> Callable[[Index], _Names]:
    return lambda i: (substitution.name_of(net, i[0]), substitution.name_of(net, i[0])[1:])


def _substitution(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.replaced, _substitute(net), row, ts)


def _adopt(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _started(m.adopted, _substitute(net), row, ts)


def _recycled(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    rows = [r.row for r in net.recycling]
    return _in(m.recycled, lambda i: ((rows[i[0]].recycling,), (rows[i[0]].site, rows[i[0]].material)), row, ts)


def _sale(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.sale, lambda i: ((i[0], i[1], str(i[2])), (i[1],)), row, ts)


def _disposal(m: Model, net: Network, row: Row, ts: set[int]) -> Terms:
    return _in(m.disposal, lambda i: ((i[1],), (i[0],)), row, ts)


_TERMS: dict[tuple[str, str], Callable[[Model, Network, Row, set[int]], Terms]] = {
    ("Offers", "Purchase"): _purchase,
    ("Offers", "Order"): _order,
    ("Contracts", "Sign"): _sign,
    ("Contracts", "Renew"): _renew,
    ("Contracts", "Leave"): _notice,
    ("Contracts", "Committed"): _committed,
    ("Commitments", "Leave"): _leave,
    ("Qualifications", "Qualify"): _qualify,
    ("Lanes", "Flow"): _flow,
    ("Lanes", "Use"): _use,
    ("Recipes", "Run"): _run,
    ("Projects", "Size"): _size,
    ("Projects", "Start"): _start,
    ("Projects", "Permit"): _permit,
    ("Sites", "Open"): _open,
    ("Stockpiles", "Stock"): _stock,
    ("Demand", "Delivery"): _delivery,
    ("Demand", "Shortage"): _shortage,
    ("Substitutions", "Substitution"): _substitution,
    ("Substitutions", "Adopt"): _adopt,
    ("Recycling", "Recycled"): _recycled,
    ("Sales", "Sale"): _sale,
    ("Materials", "Disposal"): _disposal,
}
