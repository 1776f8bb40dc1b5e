"""The shipped carmaker's case: invented and marked so, planned in seconds, and its award is what the plan buys."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from model.auditor import audit
from model.case.case import Case
from model.case.checks import check
from model.case.load import load
from model.plan import Plan
from model.problems import errors_of
from model.report.view import View
from model.report.workbook import result_tables
from model.rolling.actuals import Actuals
from model.rolling.choices import frozen, planned_choices
from model.rolling.next_case import roll
from model.rolling.owed import committed
from model.schema.tables import TABLES
from model.schema.values import is_blank
from model.solver.planning import solve

FOLDER = Path(__file__).parents[2] / "inputs" / "carmaker"
FACT = re.compile(r"(?<![\w-])(?:[DLPRX]\d{3}|A\d\d|BC\d{3})\b")
NUMBERS = ("number", "number_or_series")


@pytest.fixture(scope="module")
def case() -> Case:
    return load(FOLDER)


@pytest.fixture(scope="module")
def plan(case: Case) -> Plan:
    outcome = solve(case, as_is=False)
    assert outcome.plan is not None
    assert outcome.proven
    return outcome.plan


def test_it_is_read_without_a_warning(case: Case) -> None:
    assert [str(p) for p in check(case) if p.level != "note"] == []


def test_whoever_sells_is_invented_and_marked_so(case: Case) -> None:
    for table in ("Suppliers", "Sites", "Offers", "Commitments", "Requests", "Invitations"):
        frame = case.data[table].frame
        assert all(str(note).startswith("Invented.") for note in frame["notes"]), table
        assert set(frame["confidence"]) == {"E"}, table


def test_every_number_is_invented_or_names_a_fact(case: Case) -> None:
    facts = {r.fact for r in case.rows("Facts")}
    named: set[str] = set()
    for name, d in case.data.items():
        if name in ("Settings", "Periods", "Facts"):
            continue
        columns = [c.name for c in d.table.columns if c.kind in NUMBERS]
        for i in d.frame.index:
            told = f"{d.frame.at[i, 'source'] or ''} {d.frame.at[i, 'notes'] or ''}"
            named |= set(FACT.findall(told))
            own = any(not is_blank(d.frame.at[i, c]) and d.frame.at[i, c] != 1 for c in columns)
            if own or d.wide.loc[i].notna().any():
                assert "nvented" in told or FACT.search(told), (name, i)
    assert named <= facts
    assert len(named) > 20


def test_there_are_two_rounds_of_bids(case: Case) -> None:
    bids = case.data["Offers"].frame.dropna(subset=["rfq"])
    assert 15 <= len(bids) <= 25
    assert set(bids["round"]) == {1, 2}
    assert {r.rfq for r in case.rows("Requests")} == set(bids["rfq"])
    # The last word of each supplier counts, the earlier one is kept.
    last = bids[bids["status"] != "Exclude"]
    assert not last.duplicated(["supplier", "rfq", "material"]).any()
    assert len(last) < len(bids)


def test_the_plan_serves_every_car_and_passes_the_audit(case: Case, plan: Plan) -> None:
    assert audit(case, plan) == []
    assert plan.tables["shortages"].empty
    assert plan.tables["attributed"].empty  # one attribution for all rules: what it costs is no lower bound


def test_the_award_is_what_the_plan_buys(case: Case, plan: Plan) -> None:
    tables = result_tables(case, plan)
    award, sums, bought = tables["Award"], tables["AwardSums"], plan.tables["purchases"]
    bids = {r.offer: r for r in case.rows("Offers") if r.rfq}
    mine = bought[bought["offer"].isin(bids)]
    assert len(award) == len(bids)
    assert award["awarded"].sum() == pytest.approx(mine["tonnes"].sum())
    by_material = mine.groupby(mine["offer"].map(lambda o: bids[o].material))["tonnes"].sum()
    assert dict(zip(sums["material"], sums["awarded"], strict=True)) == pytest.approx(dict(by_material))
    money = sum(q * bids[o].price / 1e3 for o, q in zip(mine["offer"], mine["tonnes"], strict=True))
    assert award["cost"].sum() == pytest.approx(money)
    assert sums["cost"].sum() == pytest.approx(money)
    assert all(award["reason"])
    for table in ("Award", "AwardSums"):
        assert {"rfq", "material"} <= set(tables[table].columns)


def test_it_rolls_by_a_quarter(case: Case, plan: Plan) -> None:
    """Everything comes as due and stock is as it was: what is left of each contract is what was left."""
    to = dt.date(2027, 4, 1)
    view = View(case, plan)
    stock = tuple(
        {"site": r.site, "material": r.material, "tonnes": r.opening_stock, "supplier": None}
        | {c: getattr(r, c) for c in ("end_uses_allowed", "mined_in", "separated_in", "metal_in", "magnet_in")}
        for r in case.rows("Stockpiles")
    )
    month = case.timeline.periods[1].start
    came = tuple(
        {"source": p.name, "tonnes": p.due_by(month), "shortfall": "Still Due"}
        for p in committed(case)
        if p.due_by(month)
    )
    choices = frozen(view, planned_choices(view), dt.date(2027, 7, 1))
    new = roll(case, to, Actuals(stock, came, None, ()), view, choices).case
    assert errors_of(check(new)) == []
    left = {r.commitment: float(new.amounts("Commitments", r).sum()) for r in new.rows("Commitments")}
    assert left["C-11 traction"] == pytest.approx(160 * 0.75 + 80)
    assert "Shipment 8841" not in left
    assert any(name.startswith("Ningbo Beispiel - Traction magnet - R2, 2027-Q1") for name in left)


def test_every_table_is_declared() -> None:
    known = {t.file_name for t in TABLES.values()}
    assert {p.name for p in FOLDER.iterdir()} <= known
