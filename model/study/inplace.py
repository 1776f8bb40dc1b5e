"""Which numbers change the model in place, and how; whatever is not declared here is built anew.

A declaration names the families whose rows, and those whose costs, a field enters. At a point just these are worked out again,
by the families' own rules over the network of the base with the rows of the overlaid case, and put into a copy of the base's
matrix. Where that shows that more than numbers differs (a row comes or goes, something becomes a decision), the point is built
anew as well. `tests/study/test_inplace.py` proves for every declaration that the matrix is that of the overlaid case built anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case
from model.network import buildout
from model.network.network import Network
from model.network.parts import Scope
from model.network.renumbered import renumbered
from model.rules import (
    days_of_cover,
    groups,
    leaving,
    minimum_load,
    number_used,
    price_steps,
    project_size,
    set_up,
    single_source,
    site_status,
    subsidy,
)
from model.rules.catalogue import FAMILIES
from model.rules.family import Family, Index, Model
from model.schema.tables import TABLES
from model.schema.values import is_blank
from model.solver.build import build, without_garbage_collection
from model.solver.compile import Floats, Ints, Matrix, compile_model, compile_relation
from model.study.overlay import Touched

_FAMILY = {f.name: f for f in FAMILIES}
_OF_WAYS = tuple(inspect.unwrap(f) for f in (days_of_cover.ways, days_of_cover.shared, days_of_cover.shared_rows))
# What decides which stock may cover by which way: of the first only whether there is anything, of the second every number. The
# ways are the dearest thing that is gathered of a network, and no other number that changes in place enters them.
_WAYS_BY_SIGN = (
    ("Export Controls", "volume"),
    ("Export Controls", "approval_rate"),
    ("Lanes", "capacity"),
    ("Lines", "capacity"),
    ("Lines", "availability"),
    ("Projects", "output_share"),
)
_WAYS_BY_NUMBER = (("Cover Targets", "days"),)
# Families with a bound on what could ever be wanted or done, which follows from needs, stock, targets, lanes and lines.
_BOUNDS = (
    "order_cost",
    "price_steps",
    "contract",
    "source_count",
    "lane_fixed",
    "single_source",
    "site_status",
    "set_up",
    "minimum_load",
    "feed_limit",
)


@dataclass(frozen=True)
class InPlace:
    """What one field enters.

    Attributes
    ----------
    rows, costs : tuple of str
        Families whose rows, and whose costs, it enters.
    only : mapping of str to callable
        Family → which of its index tuples, where that saves most of the work.
    """

    rows: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    only: Mapping[str, Callable[[Index], bool]] = field(default_factory=dict)


def _first(index: Index) -> bool:
    """Return whether a balance is that of the first period, in which the opening stock stands."""
    return bool(index[-1] == 0)


def _target(index: Index) -> bool:
    """Return whether a row is a target itself, not the sharing of a stock among targets."""
    return bool(index[0] == "target")


def _drawn(index: Index) -> bool:
    """Return whether a row is what goods on consignment may cover."""
    return bool(index[0] == "consigned")


def _line(index: Index) -> bool:
    """Return whether a row shares what a line can do among targets."""
    return bool(index[0] == "line")


IN_PLACE: dict[tuple[str, str], InPlace] = {
    ("Offers", "price"): InPlace(
        ("limits", "price_steps", "prepayment", "exposure"), ("price_steps", "tariff", "tariff_quota")
    ),
    ("Offers", "available_to_us"): InPlace(("offer_limits", "days_of_cover", *_BOUNDS), only={"days_of_cover": _drawn}),
    ("Offers", "cost_per_order"): InPlace((), ("order_cost",)),
    ("Offers", "minimum_order"): InPlace(("minimum_order", *_BOUNDS)),
    ("Demand", "quantity"): InPlace(
        (
            "demand",
            "shortage_tiers",
            "substitution",
            "qualification",
            "share_cap",
            "licence_grant",
            "days_of_cover",
            *_BOUNDS,
        ),
        ("share_cap",),
        {"days_of_cover": _target},
    ),
    ("Shortage Costs", "share_of_demand"): InPlace(("shortage_tiers",)),
    ("Shortage Costs", "cost"): InPlace((), ("shortage_tiers",)),
    ("Shortage Costs", "cost_per_product"): InPlace((), ("shortage_tiers",)),
    ("Commitments", "tonnes"): InPlace(("commitments", *_BOUNDS), ("leaving",)),
    ("Commitments", "price"): InPlace((), ("commitments", "leaving", "tariff", "tariff_quota")),
    ("Sales", "price"): InPlace((), ("sales",)),
    ("Sales", "most"): InPlace(("sales", *_BOUNDS)),
    ("Sales", "least"): InPlace(("sales",)),
    ("Lanes", "cost"): InPlace((), ("lane_capacity",)),
    ("Lanes", "capacity"): InPlace(("lane_capacity", *_BOUNDS)),
    ("Lanes", "fixed_cost"): InPlace((), ("lane_fixed",)),
    ("Lanes", "minimum_if_used"): InPlace(("lane_fixed",)),
    ("Lines", "capacity"): InPlace(("line_capacity", "days_of_cover", *_BOUNDS), only={"days_of_cover": _line}),
    ("Lines", "availability"): InPlace(
        ("line_capacity", "vintage_recovery", "days_of_cover", *_BOUNDS), only={"days_of_cover": _line}
    ),
    ("Lines", "fixed_cost"): InPlace((), ("line_capacity",)),
    ("Recipes", "conversion_cost"): InPlace((), ("joint_output",)),
    ("Plant Feeds", "conversion_cost"): InPlace((), ("joint_output",)),
    ("Projects", "capex_fixed"): InPlace(("budget", "subsidy"), ("project_size",)),
    ("Projects", "capex_per_capacity"): InPlace(("budget", "subsidy"), ("project_size",)),
    ("Sites", "fixed_cost"): InPlace((), ("site_status",)),
    ("Projects", "fixed_cost"): InPlace((), ("project_size",)),
    ("Projects", "permit_cost"): InPlace(("budget",), ("permit_before_build",)),
    ("Projects", "finance_rate"): InPlace((), ("project_size", "subsidy")),
    ("Projects", "min_size"): InPlace(("project_size",)),
    ("Projects", "max_size"): InPlace(("project_size", "expansion", *_BOUNDS)),
    ("Projects", "capital_share"): InPlace(("budget", "subsidy"), ("project_size", "permit_before_build", "subsidy")),
    ("Projects", "output_share"): InPlace(
        ("line_capacity", "vintage_recovery", "days_of_cover", "limits", *_BOUNDS), only={"days_of_cover": _line}
    ),
    ("Budgets", "capital"): InPlace(("budget",)),
    ("Stockpiles", "opening_stock"): InPlace(
        ("material_balance", "stock_limits", "stock_terminal", "rotation", *_BOUNDS),
        ("tariff", "tariff_quota"),
        only={"material_balance": _first},
    ),
    ("Stockpiles", "capacity"): InPlace(("stock_limits", "site_status")),
    ("Stockpiles", "fill_rate"): InPlace(("stock_limits",)),
    ("Stockpiles", "release_rate"): InPlace(("stock_limits",)),
    ("Stockpiles", "carrying_cost"): InPlace((), ("stock_limits",)),
    ("Stockpiles", "closing_stock"): InPlace(("stock_terminal", *_BOUNDS)),
    ("Materials", "disposal_cost"): InPlace((), ("sales",)),
    ("Materials", "reference_value"): InPlace((), ("tariff", "tariff_quota")),
    ("Limits", "amount"): InPlace(("limits", *_BOUNDS)),
    ("Limits", "penalty"): InPlace((), ("limits",)),
    ("Export Controls", "volume"): InPlace(("export_quota", "derived_content", "licence_grant")),
    ("Export Controls", "base"): InPlace(("licence_grant",)),
    ("Export Controls", "approval_rate"): InPlace(("licence_grant",)),
    ("Export Controls", "delay"): InPlace(("licence_grant",)),
    ("Export Controls", "fee"): InPlace((), ("export_quota",)),
    ("De-risking Rules", "limit"): InPlace(("share_cap", "source_count")),
    ("De-risking Rules", "counts_from"): InPlace(("source_count",), ("share_cap",)),
    ("De-risking Rules", "penalty"): InPlace((), ("share_cap",)),
    ("Cover Targets", "days"): InPlace(("days_of_cover", *_BOUNDS)),
    ("Cover Targets", "safety_stock"): InPlace(("days_of_cover", *_BOUNDS), only={"days_of_cover": _target}),
    ("Cover Targets", "penalty"): InPlace((), ("days_of_cover",)),
    ("Tariffs", "rate"): InPlace((), ("tariff", "tariff_quota")),
}


def _any_of(filters: tuple[Callable[[Index], bool], ...]) -> Callable[[Index], bool]:
    return lambda index: any(f(index) for f in filters)


def fields_of(case: Case, touched: Iterable[Touched]) -> list[tuple[str, str]] | None:
    """Return (table, field) of all that is touched, of a series those that follow it; None where one is not declared."""
    found: dict[tuple[str, str], None] = {}
    for t in touched:
        keys = [(t.table, t.field)] if t.table != "Series" else sorted(_users(case, t.rows))
        if (t.table == "Series" and t.field != "value") or any(key not in IN_PLACE for key in keys):
            return None
        found |= dict.fromkeys(keys)
    return list(found)


def entered(fields: Iterable[tuple[str, str]]) -> InPlace:
    """Return what some fields enter together."""
    found = [IN_PLACE[key] for key in fields]
    only: dict[str, Callable[[Index], bool]] = {}
    rows = dict.fromkeys(name for f in found for name in f.rows)
    for name in rows:
        filters = [f.only.get(name) for f in found if name in f.rows]
        given = tuple(f for f in filters if f is not None)
        if len(given) == len(filters):
            only[name] = _any_of(given)
    return InPlace(tuple(rows), tuple(dict.fromkeys(name for f in found for name in f.costs)), only)


def _users(case: Case, series: tuple[int, ...]) -> set[tuple[str, str]]:
    """Return (table, field) of the numbers that follow some series."""
    names = {r.series for r in case.rows("Series") if r.row_id in series}
    return {
        (table, c.name)
        for table in case.data
        for c in TABLES[table].columns
        if c.kind == "number_or_series"
        for r in case.rows(table)
        if getattr(r, c.name) in names
    }


CostTerms = dict[tuple[str, int], tuple[list[int], list[float]]]  # (kind, period) → columns, MUSD per unit


class Built:
    """A case that was built: network, model and matrix, and what is needed to change numbers of it.

    Attributes
    ----------
    net : Network
        Of the case.
    matrix : Matrix
        Of the case.
    """

    def __init__(self, case: Case, scope: Scope | None = None) -> None:
        self.net = Network(case, scope)
        self.m: Model
        self.m, costs = build(self.net)
        self.matrix = compile_model(self.m, costs)
        self._number = {
            id(data): j for j, data in enumerate(d for v in self.m.component_objects(pyo.Var) for d in v.values())
        }
        self._starts, self._columns = self.matrix.starts.tolist(), self.matrix.columns.tolist()
        self._shape = _shape(self.net)
        self._covers = days_of_cover.covers(self.net)
        self._indices: dict[str, list[Index]] = {}
        self._costs: dict[str, tuple[CostTerms, dict[tuple[str, int], float]]] = {}

    def changed(self, case: Case, touched: Iterable[Touched]) -> tuple[Network, Matrix] | None:
        """Return network and matrix of an overlaid case; None where it has to be built anew."""
        with without_garbage_collection():
            return self._changed(case, tuple(touched))

    def _changed(self, case: Case, touched: tuple[Touched, ...]) -> tuple[Network, Matrix] | None:
        # Ledgers of single rules, and mixtures that taint, have networks and bounds of their own: such cases are built anew.
        fields = None if self.net.ledgers or self.net.taints else fields_of(case, touched)
        if fields is None:
            return None
        what = entered(fields)
        same_ways = self._same_ways(case, fields)
        tables = {table for table, _ in fields}
        net = renumbered(self.net, case, self.m, tables, _OF_WAYS if same_ways else ())
        if net is None or _shape(net) != self._shape:
            return None
        if not same_ways and days_of_cover.covers(net) != self._covers:
            return None
        values = self.matrix.values.copy()
        lower, upper = self.matrix.row_lower.copy(), self.matrix.row_upper.copy()
        for name in what.rows:
            if not self._rows(_FAMILY[name], net, what.only.get(name), (values, lower, upper)):
                return None
        matrix = replace(self.matrix, values=values, row_lower=lower, row_upper=upper)
        if what.costs:
            costs, constants = self._all_costs(net, what.costs)
            matrix = replace(matrix, costs=costs, constants=constants)
        _share_maps(self.matrix, matrix)
        return net, matrix

    def _same_ways(self, case: Case, fields: list[tuple[str, str]]) -> bool:
        """Return whether the base's ways from stock to need are those of an overlaid case."""
        return not any(f in _WAYS_BY_NUMBER for f in fields) and all(
            _signs(case, *f) == _signs(self.net.case, *f) for f in fields if f in _WAYS_BY_SIGN
        )

    def _rows(
        self,
        family: Family,
        net: Network,
        only: Callable[[Index], bool] | None,
        into: tuple[Floats, Floats, Floats],
    ) -> bool:
        """Work a family's rows out again, write them into (values, lower, upper), and return whether they are the same rows."""
        if family.name not in self._indices:
            self._indices[family.name] = list(family.index(self.net))
        indices = list(family.index(net))
        if indices != self._indices[family.name]:
            return False
        values, lower, upper = into
        starts, columns = self._starts, self._columns
        for index in indices if only is None else filter(only, indices):
            relation = family.rule(self.m, net, *index)
            row = self.matrix.row_of.get((family.name, index))
            if (relation is None) != (row is None):
                return False
            if relation is None or row is None:
                continue
            cells, lower[row], upper[row] = compile_relation(relation, self._number)
            span = slice(starts[row], starts[row + 1])
            entries = columns[span]
            if not cells.keys() <= set(entries):
                return False
            values[span] = [cells.get(j, 0.0) for j in entries]
        return True

    def _all_costs(
        self, net: Network, fresh: tuple[str, ...]
    ) -> tuple[dict[tuple[str, int], tuple[Ints, Floats]], dict[tuple[str, int], float]]:
        """Return all cost vectors and constants with those of the families `fresh` worked out again."""
        new = {name: self._terms(_FAMILY[name], net) for name in fresh}
        kinds = {key for name in fresh for part in (*new[name], *self._base_terms(name)) for key in part}
        costs, constants = dict(self.matrix.costs), dict(self.matrix.constants)
        for key in sorted(kinds):
            parts = [new[family.name] if family.name in new else self._base_terms(family.name) for family in FAMILIES]
            vectors = [terms[key] for terms, _ in parts if key in terms]
            # A column may stand in it more than once, as it may where several families have something to say of it.
            costs[key] = (
                np.array([j for columns, _ in vectors for j in columns], dtype=np.int32),
                np.array([a for _, amounts in vectors for a in amounts], dtype=float),
            )
            constants[key] = sum(fixed.get(key, 0.0) for _, fixed in parts)
        return costs, constants

    def _base_terms(self, name: str) -> tuple[CostTerms, dict[tuple[str, int], float]]:
        if name not in self._costs:
            self._costs[name] = self._terms(_FAMILY[name], self.net)
        return self._costs[name]

    def _terms(self, family: Family, net: Network) -> tuple[CostTerms, dict[tuple[str, int], float]]:
        terms: CostTerms = {}
        number = self._number
        constants: dict[tuple[str, int], float] = {}
        for kind, period, amount, variable in family.costs(self.m, net):
            key = (kind, period)
            if variable is None:
                constants[key] = constants.get(key, 0.0) + amount
            elif amount != 0.0:
                if key not in terms:
                    terms[key] = [], []
                columns, amounts = terms[key]
                columns.append(number[id(variable)])
                amounts.append(amount)
        return terms, constants


def _signs(case: Case, table: str, name: str) -> list[bytes]:
    """Return for each row of a table in which periods a field is more than nothing, and in which it is blank."""
    periods = TABLES[table].periods
    across = periods is not None and periods.name == name
    numbers = [case.across(table, r) if across else case.by_period(getattr(r, name)) for r in case.rows(table)]
    return [np.where(np.isnan(v), 2, v > 0).astype(np.int8).tobytes() for v in numbers]


def _share_maps(base: Matrix, changed: Matrix) -> None:
    """Let a changed matrix have the maps of names that the base has worked out already."""
    for name in ("row_of", "column_of"):
        if name in base.__dict__:
            changed.__dict__[name] = base.__dict__[name]


def _shape(net: Network) -> tuple[Any, ...]:
    """Return which variables there are, as far as numbers decide it."""
    return (
        [(net.available(o.row) <= 0).tolist() for o in net.offers],
        groups.ordered(net),
        price_steps.stepped(net),
        price_steps.decisions(net),
        groups.lane_uses(net),
        leaving.departures(net),
        groups.counted_sources(net),
        number_used.used(net),
        set_up.decisions(net),
        minimum_load.decisions(net),
        site_status.opens(net),
        single_source.assignments(net),
        project_size.repeated(net),
        subsidy.grants(net),
        groups.slacks(net),
        buildout.permits(net),
        [name for name, r in net.material.items() if is_blank(r.disposal_cost)],
        [(net.case.amounts("Demand", d) > 0).tolist() for d in net.demand],
    )
