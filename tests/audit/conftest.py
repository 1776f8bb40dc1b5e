"""The case that has something of everything, and a plan of it, for tests that spoil copies of the plan."""

from __future__ import annotations

import pytest

from model.case.case import Case
from model.plan import Plan
from tests.audit.rich_case import kept_plan, rich_case


@pytest.fixture(scope="session")
def case() -> Case:
    return rich_case()


@pytest.fixture(scope="session")
def plan() -> Plan:
    return kept_plan()
