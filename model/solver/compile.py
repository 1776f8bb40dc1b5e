"""From the Pyomo model to a matrix with names: the form in which HiGHS takes it and a session changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.expr import LinearExpression
from pyomo.repn import generate_standard_repn

from model.rules.family import Model
from model.solver.build import Costs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Name = tuple[str, tuple[Any, ...]]  # (variable or family, index)


@dataclass(frozen=True)
class Matrix:
    """A linear model: row_lower ≤ A x ≤ row_upper, col_lower ≤ x ≤ col_upper.

    Attributes
    ----------
    starts, columns, values
        A in compressed rows: row r holds entries starts[r] to starts[r + 1].
    integral : array of bool, shape (n,)
        Columns that must be whole.
    costs : mapping of (kind, period) to (columns, MUSD per unit)
        Undiscounted cost vectors, one for each kind and period.
    constants : mapping of (kind, period) to MUSD
        What is due whatever is decided.
    row_names, column_names : list of (name, index)
        Maps back to families and variables.
    """

    starts: Ints
    columns: Ints
    values: Floats
    row_lower: Floats
    row_upper: Floats
    col_lower: Floats
    col_upper: Floats
    integral: npt.NDArray[np.bool_]
    costs: Mapping[tuple[str, int], tuple[Ints, Floats]]
    constants: Mapping[tuple[str, int], float]
    row_names: list[Name]
    column_names: list[Name]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.row_lower), len(self.col_lower)

    @property
    def nonzeros(self) -> int:
        """Number of entries."""
        return len(self.values)

    @cached_property
    def row_of(self) -> Mapping[Name, int]:
        """(family, index) → row."""
        return {name: i for i, name in enumerate(self.row_names)}

    @cached_property
    def column_of(self) -> Mapping[Name, int]:
        """(variable, index) → column."""
        return {name: i for i, name in enumerate(self.column_names)}

    def columns_named(self, variable: str) -> list[tuple[int, tuple[Any, ...]]]:
        """Return (column, index) of every member of a variable."""
        return [(i, index) for i, (name, index) in enumerate(self.column_names) if name == variable]


def compile_model(m: Model, costs: Costs) -> Matrix:
    """Return the matrix of a Pyomo model whose constraints are linear.

    Raises
    ------
    ValueError
        If a constraint is not linear: a fault of a family.
    """
    column_names: list[Name] = []
    number: dict[int, int] = {}
    lower, upper, integral = [], [], []
    for variable in m.component_objects(pyo.Var, descend_into=False):
        name = variable.local_name
        for index, data in variable.items():
            number[id(data)] = len(column_names)
            column_names.append((name, _tuple(index)))
            lower.append(-np.inf if data.lb is None else data.lb)
            upper.append(np.inf if data.ub is None else data.ub)
            integral.append(data.is_integer() or data.is_binary())
    starts: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    row_lower, row_upper, row_names = [], [], []
    for constraint in m.component_objects(pyo.Constraint, descend_into=False):
        name = constraint.local_name
        for index, data in constraint.items():
            cells, low, high = _bounded(data, number)
            columns.extend(cells)
            values.extend(cells.values())
            starts.append(len(columns))
            row_lower.append(low)
            row_upper.append(high)
            row_names.append((name, _tuple(index)))
    return Matrix(
        np.array(starts, dtype=np.int32),
        np.array(columns, dtype=np.int32),
        np.array(values, dtype=np.float64),
        np.array(row_lower, dtype=float),
        np.array(row_upper, dtype=float),
        np.array(lower, dtype=float),
        np.array(upper, dtype=float),
        np.array(integral, dtype=bool),
        {key: _vector(terms, number) for key, terms in costs.terms.items()},
        dict(costs.constants),
        row_names,
        column_names,
    )


def compile_relation(relation: Any, number: Mapping[int, int]) -> tuple[dict[int, float], float, float]:
    """Return (column → coefficient, lower, upper) of one linear relation that stands in no model.

    Parameters
    ----------
    number : mapping of int to int
        `id` of a variable's data → its column.
    """
    return _bounded(ConstraintData(expr=relation, component=None), number)


def _bounded(data: Any, number: Mapping[int, int]) -> tuple[dict[int, float], float, float]:
    low, body, high = data.to_bounded_expression(evaluate_bounds=True)
    cells, constant = _row(body, number)
    return cells, -np.inf if low is None else low - constant, np.inf if high is None else high - constant


def _tuple(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else () if index is None else (index,)


def _row(body: Any, number: Mapping[int, int]) -> tuple[dict[int, float], float]:
    cells: dict[int, float] = {}
    if type(body) is LinearExpression:
        for c, v in zip(body.linear_coefs, body.linear_vars, strict=True):
            j = number[id(v)]
            cells[j] = cells.get(j, 0.0) + c
        return {j: c for j, c in cells.items() if c != 0.0}, float(body.constant)
    repn = generate_standard_repn(body)
    if not repn.is_linear():
        raise ValueError(f"a constraint is not linear: {body}")
    for c, v in zip(repn.linear_coefs, repn.linear_vars, strict=True):
        cells[number[id(v)]] = cells.get(number[id(v)], 0.0) + float(c)
    return cells, float(repn.constant)


def _vector(terms: list[tuple[float, Any]], number: Mapping[int, int]) -> tuple[Ints, Floats]:
    sums: dict[int, float] = {}
    for amount, variable in terms:
        j = number[id(variable)]
        sums[j] = sums.get(j, 0.0) + amount
    return np.array(list(sums), dtype=np.int32), np.array(list(sums.values()), dtype=float)
