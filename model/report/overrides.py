"""What the planner has settled beforehand, what the plan does of it, and what it costs against the plan without it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.case.overrides import ALL_OVERRIDES, IN_EACH_PERIOD, UNITS, decision, periods_of
from model.report.shape import Show, frame_of, mark, musd, text
from model.report.view import View
from model.rules.ledger import Ledger
from model.rules.ledger_overrides import reached

OVERRIDES = (
    text("override", 26),
    mark("decision", 15),
    Show("row", "wrapped", width=34),
    mark("periods", 20),
    mark("limit_type", 9),
    Show("value", "by unit", width=10),
    Show("plan_does", "by unit", width=11),
    mark("unit", 14),
    Show("cost", "money", "MUSD", 17, "Cost Against the Plan Without It"),
    musd("cost_at_least"),
    musd("cost_at_most"),
    mark("without_it", 22),
    mark("confidence"),
)


def overrides_table(view: View) -> pd.DataFrame:
    """Return one row per override and one for all together; cost is discounted MUSD, penalties and valued shortage included.

    The cost lies between its least and its most, which the two plans' proven bounds leave open.
    """
    ledger = Ledger(view.case, view.plan)
    priced = {name: rest for name, *rest in view.rows("override_costs")}
    rows: list[tuple[Any, ...]] = []
    for r in [] if view.plan.as_is else view.case.rows("Overrides"):
        ts = periods_of(view.line, r) or ()
        each = [reached(ledger, r, {t}) for t in ts]
        # Of what is held or open in each period, the one that is hardest to keep.
        got = (min(each) if r.limit_type == "Min" else max(each)) if decision(r) in IN_EACH_PERIOD else sum(each)
        span = view.period(ts[0]) if len(ts) == 1 else f"{view.period(ts[0])} to {view.period(ts[-1])}"
        unit, what = UNITS.get(decision(r), "t"), decision(r)
        told = (r.override, what, r.row, span, r.limit_type, r.value, got, unit)
        rows.append((*told, *_cost(view, priced.get(r.override)), r.confidence or ""))
    if ALL_OVERRIDES in priced:
        rows.append((ALL_OVERRIDES, "", "", "", "", None, None, "", *_cost(view, priced[ALL_OVERRIDES]), ""))
    return frame_of(OVERRIDES, rows)


def _cost(view: View, found: list[Any] | None) -> tuple[float | None, float | None, float | None, str]:
    """Return the cost, what it is at least and at most, and the status of the plan without the override."""
    if found is None:
        return None, None, None, "not run"
    status, objective, bound = found
    if pd.isna(objective):
        return None, None, None, str(status)
    ours, proven = view.plan.summary.get("objective", view.plan.cost()), view.plan.summary.get("bound")
    least = None if proven is None else max(float(proven) - objective, 0.0)
    most = None if pd.isna(bound) else ours - bound
    # Both plans are proven within a gap: one that is bound to more may come out a hair cheaper, which is no saving.
    return max(ours - objective, 0.0), least, most, str(status)
