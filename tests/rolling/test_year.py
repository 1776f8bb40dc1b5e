"""A year of monthly rolls with made-up actuals: no commitment is lost, no stock is invented."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pandas as pd
import pytest

from model.case.case import Case
from model.case.checks import check
from model.case.timeline import month_number
from model.problems import errors_of
from model.report.view import View
from model.rolling.actuals import Actuals
from model.rolling.choices import frozen, planned_choices
from model.rolling.compare import deliveries_table
from model.rolling.next_case import Rolled, roll
from model.rolling.owed import committed
from model.schema.values import is_blank
from tests.rules.micro import case, need, plan_of

MONTHS = [f"{y}-{m:02d}" for y in (2026, 2027) for m in range(1, 13)][:15]


def monthly() -> Case:
    """Fifteen months; a contract, an order, an offer with a lead time, two stockpiles with different rights."""
    return case(
        periods=[{"period": m, "start": f"{m}-01", "months": 1} for m in MONTHS],
        suppliers=[{"supplier": s, "country": "Estonia"} for s in ("A", "B", "C")],
        sites=[{"site": s, "country": "Estonia"} for s in ("Store", "Plant")],
        offers=[
            {
                "offer": "Spot",
                "supplier": "C",
                "site": "Store",
                "material": "Oxide",
                "kind": "Spot",
                "price": 12,
                "available_to_us": 600,
                "lead_time": 2,
            }
        ],
        commitments=[
            {"commitment": "K", "kind": "Contract", "supplier": "A", "material": "Oxide", "site": "Store", "price": 10}
            | {"2026": 240, "2027": 120},
            {"commitment": "O", "kind": "Open Order", "supplier": "B", "material": "Oxide", "site": "Store", "price": 9}
            | {"2026": 60, "2027": 0},
        ],
        stockpiles=[{"site": "Store", "material": "Oxide", "opening_stock": 40, "carrying_cost": 0.1}],
        demand=[need(site="Plant") | {"2026": 600, "2027": 600}],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 100}],
        settings={"Frozen Until": "2026-02-01"},
    )


def actual(stock: float, delivered: dict[str, float], to: dt.date) -> Actuals:
    at = dict.fromkeys(("source", "tonnes"), "Form!A1")
    lot = {"site": "Store", "material": "Oxide", "tonnes": stock, "supplier": None, "end_uses_allowed": "Any"}
    lot |= dict.fromkeys(("mined_in", "separated_in", "metal_in", "magnet_in"))
    rows = tuple(
        {"source": n, "date": to - dt.timedelta(days=9), "tonnes": q, "shortfall": "Still Due", "address": at, "row": 1}
        | {"table": "Actual Deliveries"}
        for n, q in delivered.items()
    )
    return Actuals((lot,), rows, (), ())


def test_a_year_of_monthly_rolls():
    now, luck = monthly(), random.Random(7)
    owed = {"K": 240.0 + 120 * 3 / 12, "O": 60.0}  # 2026 whole, three months of 2027
    came: dict[str, float] = dict.fromkeys(owed, 0.0)
    gone = 0.0
    for k in range(12):
        to = dt.date.fromisoformat(f"{MONTHS[k + 1]}-01")
        view = View(now, plan_of(now))
        choices = frozen(view, planned_choices(view), to)
        stock = round(luck.uniform(0, 60), 3)
        due = {p.known_as: p.due_by(month_number(to)) for p in committed(now)}
        delivered = {n: round(q * luck.choice([0, 0.5, 0.8, 1, 1.2]), 3) for n, q in due.items() if q > 0}
        rolled = roll(now, to, actual(stock, delivered, to), view, choices)
        _conserved(rolled)
        for s in rolled.settled:
            owed.setdefault(s.promise.name, s.promise.tonnes)
            came[s.promise.name] = came.get(s.promise.name, 0.0) + s.delivered - s.excess
            gone += s.beyond
        now = rolled.case
        assert errors_of(check(now)) == []
        (pile,) = now.rows("Stockpiles")
        assert pile.opening_stock == stock
        assert [p.label for p in now.timeline.periods] == MONTHS[k + 1 :]
        assert now.settings["plan_date"] == to
    left = {r.commitment: float(now.amounts("Commitments", r).sum()) for r in now.rows("Commitments")}
    # Frozen purchases of every month became commitments.
    assert len(owed) >= 8
    assert sum(owed.values()) == pytest.approx(sum(came.values()) + sum(left.values()) + gone, rel=1e-9)
    for name in ("K", "O"):
        assert came[name] + left.get(name, 0.0) == pytest.approx(owed[name])


def _conserved(rolled: Rolled) -> None:
    """Assert of every row that promised is delivered, still due, cancelled and after the plan, and that the case has it."""
    in_case = {
        r.commitment: float(rolled.case.amounts("Commitments", r).sum()) for r in rolled.case.rows("Commitments")
    }
    for row in deliveries_table(rolled).to_dict("records"):
        rest = row["delivered"] + row["still_due"] + row["cancelled"] + row["after_the_plan"] - row["beyond_promise"]
        assert rest == pytest.approx(row["promised"], abs=1e-9)
        assert in_case.pop(row["commitment"], 0.0) == pytest.approx(row["still_due"], abs=1e-9)
    assert in_case == {}


def test_overrides_follow_their_periods():
    """Past, cut and later windows of a sum; a stock that holds in each period goes on in what is left of its window.

    The past one is not in the next case but in the list of what has passed, whoever excluded it; the cut one is excluded.
    """
    rows = [
        {"override": "past", "table": "Offers", "row": "Spot", "to_period": "2026-02", "value": 1},
        {
            "override": "past too",
            "table": "Offers",
            "row": "Spot",
            "to_period": "2026-03",
            "value": 1,
            "status": "Exclude",
        },
        {"override": "cut", "table": "Offers", "row": "Spot", "to_period": "2026-06", "value": 2},
        {
            "override": "later",
            "table": "Offers",
            "row": "Spot",
            "from_period": "2026-05",
            "limit_type": "Max",
            "value": 300,
        },
        {
            "override": "stock",
            "table": "Stockpiles",
            "row": "Store / Oxide",
            "from_period": "2026-01",
            "to_period": "2026-06",
        }
        | {"limit_type": "Min", "value": 5},
    ]
    now = monthly().replace("Overrides", pd.DataFrame(rows))
    assert errors_of(check(now)) == []
    rolled = roll(now, dt.date(2026, 4, 1), actual(10, {}, dt.date(2026, 4, 1)), None, [])
    assert errors_of(check(rolled.case)) == []
    left = {r.override: (r.from_period, r.to_period) for r in rolled.case.rows("Overrides")}
    assert left == {"later": ("2026-05", None), "stock": ("2026-04", "2026-06")}
    assert list(rolled.case.tables["Overrides"]["override"]) == ["cut", "later", "stock"]
    assert [(x.table, x.name) for x in rolled.passed] == [("Overrides", "past"), ("Overrides", "past too")]
    assert rolled.passed[0].what == "table Offers; row Spot; to period 2026-02; value 1"
    assert [p.code for p in rolled.warnings] == ["override-cut"]
    assert "override cut began before" in rolled.warnings[0].sentence


def qualified() -> Case:
    row = {
        "qualification": "Q",
        "supplier": "C",
        "material": "Oxide",
        "state": "Not Qualified",
        "months": 3,
        "cost": 0.1,
    }
    return monthly().replace("Qualifications", pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("verdict", "state", "done", "months"),
    [
        ("Accepted", "In Progress", dt.date(2026, 4, 1), 3),
        ("Rejected", "Not Qualified", None, None),
        ("Open", "Not Qualified", None, 3),
    ],
)
def test_a_qualification_goes_on(verdict, state, done, months):
    """Started with the plan in January 2026, three months long."""
    now = qualified()
    view = View(now, plan_of(now))
    (mine,) = [c for c in planned_choices(view) if c.kind == "Qualify"]
    assert (mine.item, mine.period) == ("Q", "2026-01")
    assert mine.what.endswith("(Q)")
    to = dt.date(2026, 2, 1)
    new = roll(now, to, actual(10, {}, to), view, [replace(mine, verdict=verdict)]).case
    assert errors_of(check(new)) == []
    (row,) = new.rows("Qualifications")
    assert (row.state, row.done_by) == (state, done)
    assert (None if is_blank(row.months) else row.months) == months


@pytest.mark.parametrize(
    ("duration", "verdict", "left"), [(12, "Accepted", (0, 10)), (None, "Accepted", (0, None)), (12, "Open", (50, 12))]
)
def test_a_contract_that_was_signed_goes_on_for_the_rest(duration, verdict, left):
    """Signed with the plan in January 2026 for 50 kUSD, rolled to March."""
    now = monthly().replace("Contracts", pd.DataFrame([{"contract": "F", "set_up_cost": 50, "duration": duration}]))
    now = now.set("Offers", {"offer": "Spot"}, "contract", "F")
    view = View(now, plan_of(now))
    mine = next(c for c in planned_choices(view) if c.kind == "Sign")
    assert (mine.item, mine.what, mine.period) == ("F", "contract F", "2026-01")
    to = dt.date(2026, 3, 1)
    new = roll(now, to, actual(10, {}, to), view, [replace(mine, verdict=verdict)]).case
    assert errors_of(check(new)) == []
    (row,) = new.rows("Contracts")
    assert (row.set_up_cost, None if is_blank(row.duration) else row.duration) == left
    bound = [(r.row, r.field, r.from_period, r.to_period, r.value) for r in new.rows("Overrides")]
    assert bound == ([("F", "Sign", "2026-03", "2026-03", 1)] if verdict == "Accepted" else [])
    # A month later nobody has to accept it again, and a month less is left.
    view = View(new, plan_of(new, price_overrides=False))
    later = dt.date(2026, 4, 1)
    next_one = roll(new, later, actual(10, {}, later), view, planned_choices(view)).case
    (row,) = next_one.rows("Contracts")
    if verdict == "Accepted":
        assert (None if is_blank(row.duration) else row.duration) == (None if duration is None else 9)
        assert [(r.row, r.from_period) for r in next_one.rows("Overrides")] == [("F", "2026-04")]


def test_rows_do_not_pile_up_over_monthly_rolls():
    """A contract signed in January, a limit for each, and an override of every month, rolled on twice.

    Whatever a roll writes takes the place of what the last one wrote: after each there is one override that signs the contract,
    one series for each number that has become one, and one limit for the one offer; of the planner's overrides those of the
    months ahead are left. All that is gone stands in the list of what has passed.
    """
    spot = {"table": "Offers", "row": "Spot", "limit_type": "Max", "value": 500}
    ahead = [{"override": f"own {m}", "from_period": m, "to_period": m, **spot} for m in MONTHS[:4]]
    limit = {"limit": "L", "measure": "Volume", "limit_type": "Max", "applies": "Each", "2026": 550, "2027": 600}
    now = monthly().replace(
        "Contracts", pd.DataFrame([{"contract": "F", "set_up_cost": 50, "duration": 36, "most": 900}])
    )
    now = now.replace("Overrides", pd.DataFrame(ahead)).replace("Limits", pd.DataFrame([limit]))
    now = now.set("Offers", {"offer": "Spot"}, "contract", "F")
    gone: list[str] = []
    sizes: list[dict[str, int]] = []
    for k in range(2):
        to = dt.date.fromisoformat(f"{MONTHS[k + 1]}-01")
        view = View(now, plan_of(now, price_overrides=False))
        choices = frozen(view, planned_choices(view), to)
        rolled = roll(now, to, actual(30, {}, to), view, choices)
        assert errors_of(check(rolled.case)) == []
        now = rolled.case
        gone += [x.name for x in rolled.passed]
        assert len(now.rows("Overrides")) == 1 + 4 - (k + 1) == len(now.tables["Overrides"])
        assert [r.limit for r in now.rows("Limits")] == ["L", "L: Spot, left in 2026"]
        assert list(now.tables["Series"]["series"]) == [f"F, Most, left from {to}"]
        sizes.append({n: len(f) for n, f in now.tables.items() if n not in ("Periods", "Overrides", "Commitments")})
    assert all(size == sizes[0] for size in sizes)
    assert [n for n in gone if n.startswith("own")] == [f"own {m}" for m in MONTHS[:2]]
    assert [n for n in gone if "signed before" in n] == [f"F, signed before {m}-01" for m in MONTHS[1:2]]


@pytest.mark.parametrize(
    ("verdict", "paid", "first"),
    [("Accepted", 0, dt.date(2026, 4, 1)), ("Rejected", None, None), ("Open", 0.01, None)],
)
def test_an_adopted_substitute_is_not_paid_for_twice(verdict, paid, first):
    """Adopted with the plan in January 2026 for 10 kUSD, three months long; and one that costs nothing, from the plan date on."""
    row = {"segment": "Plant", "material": "Oxide", "cost": 1, "ceiling": 0.1, "adoption_time": 3}
    given = [row | {"substitute": "Ferrite", "adoption_cost": 0.01}, row | {"substitute": "Thrift", "cost": 2}]
    now = monthly().replace("Substitutions", pd.DataFrame(given))
    view = View(now, plan_of(now))
    (mine,) = [c for c in planned_choices(view) if c.kind == "Adopt"]
    assert (mine.what, mine.period) == ("Ferrite for Oxide of Plant", "2026-01")
    to = dt.date(2026, 2, 1)
    new = roll(now, to, actual(10, {}, to), view, [replace(mine, verdict=verdict)]).case
    assert errors_of(check(new)) == []
    rows = {r.substitute: r for r in new.rows("Substitutions")}
    assert ("Ferrite" in rows) == (paid is not None)
    if paid is not None:
        assert (rows["Ferrite"].adoption_cost, rows["Ferrite"].first_use) == (paid, first)
    assert (rows["Thrift"].adoption_time, rows["Thrift"].first_use) == (0, dt.date(2026, 4, 1))


@pytest.mark.parametrize(
    ("verdict", "left", "exit_cost"), [("Accepted", 60, None), ("Rejected", 250, None), ("Open", 250, 0.001)]
)
def test_a_commitment_that_is_left_is_owed_no_longer(verdict, left, exit_cost):
    """K is left by notice in January 2026, four months ahead: 240 t a year until May.

    60 t are due from February on; if it is not left, 220 t of 2026 and 30 t of 2027.
    """
    now = monthly()
    for column, value in (("price", 50.0), ("exit_cost", 0.001), ("notice", 4.0)):
        now = now.set("Commitments", {"commitment": "K"}, column, value)
    view = View(now, plan_of(now))
    mine = next(c for c in planned_choices(view) if c.kind == "Leave")
    assert (mine.item, mine.what, mine.period) == ("K", "Oxide (K)", "2026-01")
    to = dt.date(2026, 2, 1)
    new = roll(now, to, actual(10, {"K": 20}, to), view, [replace(mine, verdict=verdict)]).case
    assert errors_of(check(new)) == []
    (row,) = [r for r in new.rows("Commitments") if r.commitment == "K"]
    assert float(new.amounts("Commitments", row).sum()) == pytest.approx(left)
    assert (None if is_blank(row.exit_cost) else row.exit_cost) == exit_cost


@pytest.mark.parametrize("verdict", ["Accepted", "Rejected"])
def test_a_prepaid_contract_that_was_renewed_goes_on(verdict):
    """Signed in January 2026 for two months, 50 kUSD paid and credited at 0.1 USD/kg; renewed in March for six, rolled to April.

    Five months are left, and what was not credited on the purchases of three; without the renewal it has run out as it was.
    """
    terms = {"contract": "F", "duration": 2, "renewal": 6, "prepaid": 0.05, "credited": 0.1}
    now = monthly().replace("Contracts", pd.DataFrame([terms])).set("Offers", {"offer": "Spot"}, "contract", "F")
    view = View(now, plan_of(now))
    mine = [c for c in planned_choices(view) if c.kind in ("Sign", "Renew")]
    assert [(c.kind, c.period) for c in mine] == [("Sign", "2026-01"), ("Renew", "2026-03")]
    to = dt.date(2026, 4, 1)
    taken = [replace(c, verdict="Accepted" if c.kind == "Sign" else verdict) for c in mine]
    new = roll(now, to, actual(10, {}, to), view, taken).case
    assert errors_of(check(new)) == []
    (row,) = new.rows("Contracts")
    bought = sum(q for _, _, label, q in view.rows("purchases") if label < "2026-04")
    assert bought > 0
    went_on = verdict == "Accepted"
    assert (row.duration, None if is_blank(row.renewal) else row.renewal) == ((5, None) if went_on else (2, None))
    assert row.prepaid == (0 if went_on else 0.05)
    assert row.credit_left == pytest.approx(0.05 - 0.1e-3 * bought if went_on else 0.0)
