"""The attribution: it adds up to what is delivered and to what is paid, whatever the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.plan import PLAN_TABLES, Plan, plan_frame
from model.report import provenance
from model.report.chains import Attribution
from model.report.provenance import KINDS, landed_sums, landed_table, provenance_table
from model.report.view import View
from tests.generator import random_case
from tests.report.conftest import Solved
from tests.report.small_case import bare_case, frame, planned

DELIVERED = ["segment", "material", "period"]


def _sound(case: Case, plan: Plan) -> None:
    view = View(case, plan)
    traced = Attribution(view)
    ours = provenance_table(view, traced).groupby(DELIVERED)["delivered"].sum()
    theirs = plan.tables["deliveries"].groupby(DELIVERED)["tonnes"].sum()
    assert set(ours.index) == set(theirs.index)
    assert np.allclose(ours, theirs[ours.index], rtol=1e-12, atol=0)
    sums = landed_sums(traced).set_index("cost")["total"]
    for cost, kinds in KINDS.items():
        paid = plan.cost(*kinds, discounted=False)
        assert sums[cost.replace("_", " ").capitalize()] == pytest.approx(paid, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_chains_add_up(seed: int) -> None:
    case = random_case(seed, 2 + seed % 3)
    plan, as_is = planned(case)
    _sound(case, plan)
    if as_is is not None:
        _sound(case, as_is)


def test_chains_of_the_small_case_add_up(solved: Solved) -> None:
    _sound(solved.case, solved.plan)
    assert solved.as_is is not None
    _sound(solved.case, solved.as_is)


def _plan(**tables: list[tuple[object, ...]]) -> Plan:
    rows = {"labels": [(0, "Any", "")], **tables}
    return Plan({name: plan_frame(name, rows.get(name, [])) for name in PLAN_TABLES})


def test_a_circle_within_a_period() -> None:
    """6 t of X come to A and 4 t of Y to B; 11 t go from A to B, 5 t back: what is delivered at B is 6 t X and 4 t Y."""
    case = Case.from_tables(
        {
            "Settings": frame({"Setting": "Base Date", "Value": "2026-01-01"}),
            "Periods": frame({"Period": "2026", "Start": "2026-01-01", "Months": 12}),
            "Materials": frame({"Material": "Oxide", "Stage": "Separated"}),
            "Sites": frame({"Site": "A", "Country": ""}, {"Site": "B", "Country": ""}),
            "Offers": frame(
                *(
                    {"Offer": o, "Supplier": o, "Site": s, "Material": "Oxide", "Price": p}
                    for o, s, p in (("X", "A", 1), ("Y", "B", 2))
                )
            ),
            "Lanes": frame({"From Place": "A", "To Place": "B", "Cost": 1}, {"From Place": "B", "To Place": "A"}),
            "Demand": frame({"Segment": "D", "Material": "Oxide", "Site": "B", "2026": 10}),
            "Shortage Costs": frame({"Segment": "D", "Tier": 1, "Cost": 50}),
        },
        "circle",
    )
    plan = _plan(
        purchases=[("X", 0, "2026", 6.0), ("Y", 0, "2026", 4.0)],
        flows=[("A", "B", "Oxide", 0, 0, "2026", 11.0), ("B", "A", "Oxide", 0, 0, "2026", 5.0)],
        deliveries=[("D", "Oxide", 0, "2026", 10.0)],
    )
    traced = Attribution(View(case, plan))
    table = landed_table(View(case, plan), traced).set_index("source")
    assert table.loc["X", "delivered"] == pytest.approx(6, rel=1e-9)
    assert table.loc["Y", "delivered"] == pytest.approx(4, rel=1e-9)
    assert table["freight"] @ table["delivered"] == pytest.approx(11, rel=1e-9)
    assert table.loc["X", "price"] == pytest.approx(1, rel=1e-9)


def test_what_comes_late_keeps_its_price() -> None:
    """10 t a year, six months under way, for 1 and then 3 USD/kg: 2027 gets 5 t of either; 5 t come after the end."""
    tables = bare_case().tables
    case = Case.from_tables(
        {
            **{n: tables[n] for n in ("Settings", "Materials", "Shortage Costs")},
            "Periods": frame(*({"Period": y, "Start": f"{y}-01-01", "Months": 12} for y in ("2026", "2027"))),
            "Series": frame({"Series": "P", "2026": 1, "2027": 3}),
            "Offers": frame({"Offer": "A", "Supplier": "S", "Material": "Oxide", "Price": "P", "Lead Time": 6}),
            "Demand": frame({"Segment": "D", "Material": "Oxide", "2026": 5, "2027": 10}),
        },
        "late",
    )
    plan = _plan(
        purchases=[("A", 0, "2026", 10.0), ("A", 0, "2027", 10.0)],
        flows=[("S", "D", "Oxide", 0, 0, "2026", 5.0), ("S", "D", "Oxide", 0, 0, "2027", 10.0)],
        deliveries=[("D", "Oxide", 0, "2026", 5.0), ("D", "Oxide", 0, "2027", 10.0)],
    )
    traced = Attribution(View(case, plan))
    assert traced.delivered["D", "Oxide", 0].totals[1] == pytest.approx(5e-3)
    assert traced.delivered["D", "Oxide", 1].totals[1] == pytest.approx((5 * 1 + 5 * 3) / 1e3)
    sums = landed_sums(traced).set_index("cost").loc["Price"]
    assert sums["held_or_under_way"] == pytest.approx(5 * 3 / 1e3)
    assert sums["total"] == pytest.approx((10 * 1 + 10 * 3) / 1e3)


def test_small_rows_are_added_up_only_beyond_the_most(solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(solved.case, solved.plan)
    traced = Attribution(view)
    whole = provenance_table(view, traced)
    assert provenance.MANY not in set(whole["source"])
    monkeypatch.setattr(provenance, "_MOST", 6)
    short = provenance_table(view, traced)
    assert (short["source"] != provenance.MANY).sum() == 6
    sums: list[pd.Series] = [t.groupby(DELIVERED)["delivered"].sum() for t in (whole, short)]
    pd.testing.assert_series_equal(*sums)
