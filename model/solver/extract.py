"""From solved values to plan tables: names instead of numbers, rounding errors cleaned, nothing else changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from model.network.network import Network
from model.plan import COST_KINDS, PLAN_TABLES, Plan, plan_frame
from model.rules import attribution, signing, substitution
from model.rules.ledger_attribution import uniform
from model.solver.compile import Floats, Matrix

# Below this a quantity is a solver's rounding error: a tenth of a gram, HiGHS's own feasibility tolerance and a tenth of the
# tolerance of the audit.
TINY = 1e-7


def extract(net: Network, matrix: Matrix, values: Floats, summary: dict[str, Any]) -> Plan:
    """Return the plan of a solution vector of shape (n,)."""
    by_variable: dict[str, list[tuple[tuple[Any, ...], float]]] = {}
    # Costs are those of the quantities shown: at the price of a stopped engine even a tenth of a gram is money.
    values = np.where(np.abs(values) > TINY, values, 0.0)
    for (name, index), value in zip(matrix.column_names, values, strict=True):
        if value != 0.0:
            by_variable.setdefault(name, []).append((index, float(value)))
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in PLAN_TABLES}
    for table, variable, make in _MAKERS:
        rows[table] = [make(net, index, value) for index, value in by_variable.get(variable, [])]
    rows["labels"] = list(_labels(net))
    rows["attributed"] = list(_attributed(net, by_variable))
    for table in _YES_OR_NO:
        rows[table] = [r[:-1] for r in rows[table] if r[-1] > 0.5]
    rows["shortages"] = list(_shortages(net, by_variable.get("short", [])))
    rows["qualifications"] = list(_first(by_variable.get("qualified", []), net))
    rows["adoptions"] = [
        (*substitution.name_of(net, k), period) for k, period in _first(by_variable.get("adopted", []), net)
    ]
    rows["permits"] = list(_first(by_variable.get("permit", []), net))
    rows["builds"] = _builds(by_variable, net)
    rows["costs"] = list(_costs(net, matrix, values))
    return Plan({name: plan_frame(name, r) for name, r in rows.items()}, summary, net.scope.as_is)


# Tables of binaries: a row stands for a yes.
_YES_OR_NO = (
    "orders",
    "contracts",
    "renewals",
    "notices",
    "departures",
    "lane_uses",
    "set_ups",
    "line_uses",
    "open_sites",
    "assignments",
    "counted_sources",
)


def _label(net: Network, t: int) -> str:
    return net.timeline.periods[t].label


_Maker = Callable[[Network, tuple[Any, ...], float], tuple[Any, ...]]


def _quota_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    q, what, place, item, t = index
    offer = net.offers[item].row if what == "offer" else None
    named = ("", place, item) if offer is None else (offer.offer, place, offer.material)
    return _name(net, "Tariffs", q, "tariff"), *named, _label(net, t), value


def _arc_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    a, x, y, t = index
    arc = net.arcs[a]
    return arc.origin, arc.destination, arc.material, x, y, _label(net, t), value


def _vintage(net: Network, operation: int) -> str:
    """Return the young plant by which an operation is run, in words; blank for the plain one."""
    vintage = net.operations[operation].vintage
    if vintage is None:
        return ""
    return f"{vintage[0]}, {_label(net, vintage[1]) if vintage[1] >= 0 else 'under way'}"


def _run_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    o, n, t = index
    return net.operations[o].recipe.recipe, net.operations[o].site, _vintage(net, o), n, _label(net, t), value


def _input_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    o, g, x, y, t = index
    return net.operations[o].recipe.recipe, net.operations[o].site, g, x, y, _label(net, t), value


def _node_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    i, g, n, t = index
    return i, g, n, _label(net, t), value


def _cover_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    r, item, i, g, n, route, t = index
    return _name(net, "Cover Targets", r, "target"), item, i, g, n, route, _label(net, t), value


def _demand_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    d, n, t = index
    return net.demand[d].segment, net.demand[d].material, n, _label(net, t), value


def _shortages(net: Network, items: list[tuple[tuple[Any, ...], float]]) -> Iterator[tuple[Any, ...]]:
    """Yield each shortage by material: that of a product is one number for all its materials."""
    for (lead, k, t), value in items:
        tiers = net.tiers[lead]
        for d in net.together[lead]:
            need = net.demand[d]
            yield need.segment, need.material, tiers[k].tier if tiers else 1, _label(net, t), net.portion[d] * value


def _slack_row(net: Network, index: tuple[Any, ...], value: float) -> tuple[Any, ...]:
    table, row_id, item, window = index
    key = {"De-risking Rules": "rule", "Cover Targets": "target"}.get(table, "limit")
    return table, _name(net, table, row_id, key), item, window, value


def _name(net: Network, table: str, row_id: int, key: str) -> str:
    return next(str(getattr(r, key)) for r in net.case.rows(table) if r.row_id == row_id)


_MAKERS: tuple[tuple[str, str, _Maker], ...] = (
    ("purchases", "purchase", lambda net, i, v: (net.offers[i[0]].row.offer, i[1], _label(net, i[2]), v)),
    ("contracts", "signed", lambda net, i, v: (i[0], _label(net, i[1]), v)),
    ("untaken", "untaken", lambda net, i, v: (*i, v)),
    ("renewals", "renewed", lambda net, i, v: (i[0], _label(net, signing.renewed_in(net, *i)), v)),
    ("notices", "noticed", lambda net, i, v: (i[0], _label(net, i[2]), v)),
    ("reservations", "reserved", lambda net, i, v: (i[0], _label(net, i[1]), v)),
    ("credits", "credit", lambda net, i, v: (net.offers[i[0]].row.offer, _label(net, i[1]), v)),
    ("price_steps", "stepped", lambda net, i, v: (net.offers[i[0]].row.offer, i[1], _label(net, i[2]), v)),
    ("orders", "ordered", lambda net, i, v: (net.offers[i[0]].row.offer, _label(net, i[1]), v)),
    ("committed", "committed", lambda net, i, v: (net.commitments[i[0]].row.commitment, i[1], _label(net, i[2]), v)),
    ("departures", "left", lambda net, i, v: (net.commitments[i[0]].row.commitment, _label(net, i[1]), v)),
    ("in_quota", "within", _quota_row),
    ("recycled", "recycled", lambda net, i, v: (net.recycling[i[0]].row.recycling, i[1], _label(net, i[2]), v)),
    ("flows", "flow", _arc_row),
    ("lane_uses", "lane_used", lambda net, i, v: (i[0], _label(net, i[1]), v)),
    ("modules", "modules", lambda net, i, v: (i[0], _label(net, i[1]), v)),
    ("subsidies", "granted", lambda net, i, v: (_name(net, "Subsidies", i[0], "subsidy"), i[1], _label(net, i[2]), v)),
    ("set_ups", "recipe_on", lambda net, i, v: (*i[:2], _label(net, i[2]), v)),
    ("line_uses", "line_on", lambda net, i, v: (*i[:2], _label(net, i[2]), v)),
    ("open_sites", "open", lambda net, i, v: (i[0], _label(net, i[1]), v)),
    ("assignments", "assigned", lambda net, i, v: (*i, v)),
    ("runs", "run", _run_row),
    ("inputs", "use", _input_row),
    ("stocks", "stock", _node_row),
    ("cover", "cover", _cover_row),
    ("deliveries", "deliver", _demand_row),
    ("downgraded", "downgrade", lambda net, i, v: (*i[:-1], _label(net, i[-1]), v)),
    ("substitutions", "replaced", lambda net, i, v: (*substitution.name_of(net, i[0]), _label(net, i[1]), v)),
    ("sales", "sale", lambda net, i, v: (*i[:4], _label(net, i[4]), v)),
    ("disposals", "disposal", _node_row),
    ("counted_sources", "counted", lambda net, i, v: (_name(net, "De-risking Rules", i[0], "rule"), *i[1:], v)),
    ("missed", "slack", _slack_row),
)


def _labels(net: Network) -> Iterator[tuple[int, str, str]]:
    for number, label in enumerate(net.labels):
        right = "Any" if label.right is None else "|".join(f"{use}@{country}" for use, country in sorted(label.right))
        yield number, right, "|".join(sorted(label.flags))


def _attributed(net: Network, by_variable: dict[str, list[tuple[tuple[Any, ...], float]]]) -> Iterator[tuple[Any, ...]]:
    """Yield how every ledger splits every row: the row itself where nothing splits it."""
    parts: dict[tuple[Any, ...], float] = dict(by_variable.get("attributed", []))
    makers = {variable: (table, make) for table, variable, make in _MAKERS if variable in attribution.LABELLED}
    for s, book in enumerate(net.ledgers):
        for name, (table, make) in makers.items():
            at = attribution.LABELLED[name]
            for index, value in by_variable.get(name, []):
                fine = attribution.refinements(net, s)[name][index[:-1]]
                row = make(net, index, value)
                for part in fine:
                    amount = value if len(fine) == 1 else parts.get((s, name, *part, index[-1]), 0.0)
                    if amount != 0.0:
                        marks = [book.marks(part[place]) for place in at]
                        yield uniform(book.name, table, (*row[:-1], amount), marks[0], marks[-1])


def _first(items: list[tuple[tuple[Any, ...], float]], net: Network) -> Iterator[tuple[Any, str]]:
    """Yield (project or the like, first period) of a cumulative decision."""
    started: dict[Any, int] = {}
    for (p, t), value in items:
        if value > 0.5:
            started[p] = min(t, started.get(p, t))
    for p, t in started.items():
        yield p, _label(net, t)


def _builds(by_variable: dict[str, list[tuple[tuple[Any, ...], float]]], net: Network) -> list[tuple[str, str, float]]:
    sizes = dict(by_variable.get("size", []))
    modules = [i for i, count in by_variable.get("modules", []) if count > 0.5]
    periods = {p.label: p.index for p in net.timeline.periods}
    repeated = {p for p, _ in modules}
    firsts = [(p, periods[label]) for p, label in _first(by_variable.get("build", []), net) if p not in repeated]
    return [(p, _label(net, t), sizes.get((p, t), 0.0)) for p, t in (*firsts, *modules)]


def _costs(net: Network, matrix: Matrix, values: Floats) -> Iterator[tuple[str, str, float, float]]:
    """Yield every cost by kind and period: the cost vectors times the solution, never a second calculation."""
    for kind in COST_KINDS:
        for t in net.periods:
            columns, amounts = matrix.costs.get((kind, t), (np.array([], dtype=np.int32), np.array([])))
            amount = float(values[columns] @ amounts) + matrix.constants.get((kind, t), 0.0)
            if amount != 0.0:
                yield kind, _label(net, t), amount, amount * float(net.timeline.discount[t])
