"""Whatever the case, the plan that the model makes stands up to the auditor, and so does As Is: `solve` raises otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.solver.planning import solve
from tests.generator import case_of, random_tables, with_chemistry


def audited(seed: int, *, chemistry: bool) -> None:
    """Solve a random case, plan and As Is, to half a per cent; fail if there is no plan or the audit refuses it."""
    tables = random_tables(seed, periods=3)
    outcome = solve(case_of(with_chemistry(tables, seed) if chemistry else tables), gap=0.005, time_limit=20)
    assert outcome.plan is not None, outcome.explanation
    assert outcome.as_is is not None, outcome.notes


@given(seed=st.integers(0, 100_000))
def test_plans_of_simple_cases_are_sound(seed: int):
    audited(seed, chemistry=False)


@given(seed=st.integers(0, 100_000))
def test_plans_of_cases_that_look_through_are_sound(seed: int):
    audited(seed, chemistry=True)


def test_the_generator_uses_what_it_is_for():
    """Otherwise the tests above would prove little: over a few seeds every plan table but two has rows."""
    used: set[str] = set()
    for seed in range(8):
        plan = solve(case_of(with_chemistry(random_tables(seed, periods=3), seed)), gap=0.005, as_is=False).plan
        assert plan is not None
        used |= {name for name, frame in plan.tables.items() if len(frame)}
        kinds = set(plan.tables["costs"]["kind"])
        used |= {k for k in ("Duties", "Licences", "Penalties") if k in kinds}
    wanted = {
        "cover",
        "missed",
        "builds",
        "permits",
        "inputs",
        "runs",
        "stocks",
        "disposals",
        "counted_sources",
        "Duties",
        "Licences",
    }
    assert wanted <= used, pytest.approx(sorted(wanted - used))
