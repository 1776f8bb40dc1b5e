"""The compiled matrix is the Pyomo model: the same rows, columns and entries as Pyomo's own standard form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_matrix

from model.case.load import load
from model.network.network import Network
from model.rules.catalogue import FAMILIES
from model.solver.build import Costs, build
from model.solver.compile import Matrix, compile_model

PUBLISHED = Path(__file__).parent.parent / "published"
CASES = [PUBLISHED / "distribution", PUBLISHED / "lot_sizing", Path(__file__).parents[2] / "inputs" / "yttrium"]


def dense(matrix: Matrix) -> np.ndarray:
    """Return the matrix with its bounds as extra columns."""
    rows, columns = matrix.shape
    a = csr_matrix((matrix.values, matrix.columns, matrix.starts), shape=(rows, columns)).toarray()
    return np.column_stack([a, matrix.row_lower, matrix.row_upper])


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_compiled_equals_pyomos_own_standard_form(path: Path):
    m, costs = build(Network(load(path)))
    ours = compile_model(m, costs)
    m.objective = pyo.Objective(expr=0.0)
    theirs = LinearStandardFormCompiler().write(m, mixed_form=True)
    column = {id(v): j for j, v in enumerate(theirs.columns)}
    order = [
        column.get(id(getattr(m, name)[index if len(index) != 1 else index[0]] if index else getattr(m, name)))
        for name, index in ours.column_names
    ]
    a = theirs.A.toarray()
    wide = np.column_stack([a, np.zeros(len(a))])
    in_our_order = wide[:, [len(theirs.columns) if j is None else j for j in order]]
    assert theirs.A.nnz == ours.nonzeros
    mine = {(name, index): row for (name, index), row in zip(ours.row_names, dense(ours), strict=True)}
    seen = set()
    for (constraint, kind), row, rhs in zip(theirs.rows, in_our_order, theirs.rhs, strict=True):
        index = constraint.index()
        key = (constraint.parent_component().local_name, index if isinstance(index, tuple) else (index,))
        seen.add(key)
        assert row == pytest.approx(mine[key][:-2])
        bound = {1: mine[key][-1], -1: mine[key][-2], 0: mine[key][-1]}[kind]
        assert rhs == pytest.approx(bound)
    assert seen == set(mine)


def test_maps_lead_back_to_families_and_variables():
    m, costs = build(Network(load(CASES[0])))
    matrix = compile_model(m, costs)
    assert {name for name, _ in matrix.row_names} <= {f.name for f in FAMILIES}
    for name, row in matrix.row_of.items():
        assert matrix.row_names[row] == name
    for name, column in matrix.column_of.items():
        assert matrix.column_names[column] == name


def test_a_constraint_that_is_not_linear_is_a_fault():
    m = pyo.ConcreteModel()
    m.x = pyo.Var()
    m.square = pyo.Constraint(expr=m.x**2 <= 1)
    with pytest.raises(ValueError, match="not linear"):
        compile_model(m, Costs())


def test_ordinary_pyomo_expressions_compile_as_well():
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(within=pyo.NonNegativeReals), pyo.Var(within=pyo.Binary)
    m.row = pyo.Constraint(expr=2 * m.x + 3 * (m.y + 1) <= 10 - m.x)
    matrix = compile_model(m, Costs())
    assert dense(matrix).tolist() == [[3.0, 3.0, -np.inf, 7.0]]
    assert matrix.integral.tolist() == [False, True]


def test_every_family_says_what_it_is():
    """A newcomer reads the equation in the module's docstring, which begins with the family's name."""
    import importlib

    names = [f.name for f in FAMILIES]
    assert len(names) == len(set(names))
    for family in FAMILIES:
        module = importlib.import_module(f"model.rules.{family.name}")
        assert (module.__doc__ or "").startswith(f"{family.name}: ")
        assert module.FAMILY is family
