"""Micro cases: a few rows typed in a test, a plan back. Money in kUSD, so that 1 t at 1 USD/kg is 1."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.case.build import case_from_tables
from model.case.case import Case
from model.plan import Plan
from model.solver.planning import solve

Rows = list[dict[str, Any]]


def years(*labels: int) -> Rows:
    """Return yearly periods."""
    return [{"period": str(y), "start": f"{y}-01-01", "months": 12} for y in labels]


def halves(*labels: str) -> Rows:
    """Return half-year periods such as 2026-H1."""
    return [{"period": h, "start": f"{h[:4]}-{'01' if h.endswith('1') else '07'}-01", "months": 6} for h in labels]


def case(**tables: Any) -> Case:
    """Return a Case of rows by table; Settings are given as a mapping, gap 0 and one material `Oxide` unless said otherwise."""
    settings = {"Optimality Gap": 0, **tables.pop("settings", {})}
    given = {
        "settings": [{"setting": k, "value": v} for k, v in settings.items()],
        "periods": years(2026),
        "materials": [{"material": "Oxide", "stage": "Separated"}],
        **tables,
    }
    return case_from_tables({name: pd.DataFrame(rows) for name, rows in given.items()})


def plan_of(c: Case, **options: Any) -> Plan:
    """Return the audited plan of a case; fail if there is none."""
    outcome = solve(c, as_is=False, **options)
    assert outcome.plan is not None, outcome.explanation
    return outcome.plan


def cost_of(c: Case) -> float:
    """Return the discounted cost of the case's plan in kUSD, valued shortage and penalties included."""
    return 1e3 * plan_of(c).cost()


def tonnes(plan: Plan, table: str, **where: object) -> float:
    """Return the tonnes of a plan table's rows that match."""
    frame = plan.tables[table]
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return float(frame["tonnes"].sum())


def offer(name: str = "A", price: Any = 1.0, **more: Any) -> dict[str, Any]:
    """Return an offer of oxide by a supplier of the same name."""
    return {"offer": name, "supplier": name, "material": "Oxide", "price": price, **more}


def need(segment: str = "Plant", material: str = "Oxide", **by_period: Any) -> dict[str, Any]:
    """Return a demand row; periods as keywords with a leading `p`, dashes as underscores."""
    row = {k: v for k, v in by_period.items() if not k.startswith("p2")}
    return {
        "segment": segment,
        "material": material,
        **row,
        **{k[1:].replace("_", "-"): v for k, v in by_period.items() if k.startswith("p2")},
    }
