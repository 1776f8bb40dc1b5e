"""What of a volume is left after a roll: a year of monthly rolls uses no more than there was, and loses nothing of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from model.case.case import Case
from model.case.checks import check
from model.network.network import Network
from model.problems import errors_of
from model.report.view import View
from model.rolling.actuals import Actuals, volumes_of
from model.rolling.choices import planned_choices
from model.rolling.compare import volumes_table
from model.rolling.next_case import roll
from model.rolling.template import expected
from model.rules.licence_grant import granted
from tests.rules.micro import case, need, offer, plan_of, years

MONTHS = [f"2026-{m:02d}" for m in range(1, 13)]
CHINA = {"jurisdiction": "China", "material": "Oxide", "end_use": "Any"}


def world(**tables: object) -> Case:
    """Return a plant in Japan that needs 480 t in 2026: of A in China at 1, as far as it may leave, or of B at 10."""
    given = {
        "periods": [{"period": m, "start": f"{m}-01", "months": 1} for m in MONTHS],
        "countries": [{"country": c} for c in ("China", "Peru", "Japan")],
        "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Peru"}],
        "sites": [{"site": "Plant", "country": "Japan"}],
        "materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 4.0}],
        "offers": [offer("A", 1.0), offer("B", 10.0)],
        "lanes": [{"from_place": "Any", "to_place": "Plant", "cost": 0.0}],
        "demand": [need(site="Plant") | {"2026": 480}],
        **tables,
    }
    return case(**given)


TWO = {"periods": years(2026, 2027), "demand": [need(site="Plant", p2026=480, p2027=480)]}


def rolled_on(now: Case, to: str, *, used: dict[tuple[str, str], float] | None = None, **verdicts: str):
    view = View(now, plan_of(now))
    choices = [replace(c, verdict=verdicts.get(c.item, "Open")) for c in planned_choices(view)]
    said = tuple({"of_table": t, "name": n, "used": q} for (t, n), q in (used or {}).items())
    done = roll(now, dt.date.fromisoformat(to), Actuals((), (), (), (), said), view, choices)
    assert errors_of(check(done.case)) == []
    return view, done


def test_a_year_of_monthly_rolls_uses_no_more_than_there_was():
    """240 t a year may leave, a plan takes 40 t in each of six months at most; what customs say differs from it month by month.

    Within the quota of a tariff 120 t of a year pay nothing. Whatever was used, the next case has the rest, to the gram.
    """
    now = world(
        export_controls=[{"control": "Q", **CHINA, "kind": "Quota", "2026": 240}],
        tariffs=[
            {"tariff": "D", "importer": "Japan", "origin": "China", "2026": 0.5, "in_quota": 120, "in_quota_rate": 0}
        ],
    )
    left = {"Q": 240.0, "D": 120.0}
    for k in range(11):
        gone = min(left["Q"], [40.0, 13.0, 0.0, 55.5][k % 4])
        told = {("Export Controls", "Q"): gone} if k % 2 else {}
        view, done = rolled_on(now, f"{MONTHS[k + 1]}-01", used=told)
        sent = sum(q for *_, label, q in view.rows("flows") if label == MONTHS[k] and _[0] == "A")
        left["Q"] -= gone if told else sent
        left["D"] -= sum(q for *_, label, q in view.rows("in_quota") if label == MONTHS[k])
        now = done.case
        (control,), (duty,) = now.rows("Export Controls"), now.rows("Tariffs")
        assert float(now.amounts("Export Controls", control).sum()) == pytest.approx(left["Q"], abs=1e-6)
        assert float(now.rate_amounts(duty.in_quota).sum()) == pytest.approx(left["D"], abs=1e-6)
        planned = View(now, plan_of(now))
        assert sum(q for i, *_, q in planned.rows("flows") if i == "A") <= left["Q"] + 1e-6


def control(**more: object) -> dict[str, object]:
    return {"control": "Q", **CHINA, "kind": "Licensed Volume", "2026": 240, "2027": 100, **more}


@pytest.mark.parametrize(
    ("used", "left"),
    [
        # Of 240 t of 2026 60 t are used by April as planned: 180 are left for nine months. 2027 is as it was.
        (None, 180),
        ({("Export Controls", "Q"): 0}, 240),
        ({("Export Controls", "Q"): 100}, 140),
        ({("Export Controls", "q"): 300}, 0),
    ],
)
def test_a_period_that_is_cut_keeps_what_is_left_of_it(used, left):
    for window in ("Period", "Calendar Year"):
        now = world(**TWO, export_controls=[control(window=window)])
        _, done = rolled_on(now, "2026-04-01", used=used)
        (row,) = done.case.rows("Export Controls")
        assert done.case.amounts("Export Controls", row).tolist() == pytest.approx([left, 100])
        assert [p.code for p in done.warnings] == (["volume-exceeded"] if left == 0 else [])
        shown = volumes_table(done).iloc[0]
        assert shown[["table", "name", "window", "whole", "left"]].tolist() == [
            "Export Controls",
            "Q",
            "2026",
            240,
            left,
        ]


def test_what_is_still_due_counts_when_it_comes():
    """A hands over in Japan, so that what is bought of it counts at purchase: 240 t in 2026, accepted. 30 t came by April, which
    count, and 210 t are due, which will count when they come: 210 t are left, for them."""
    now = world(**TWO, offers=[offer("A", 1.0, site="Plant"), offer("B", 10.0)], export_controls=[control()])
    view = View(now, plan_of(now))
    taken = [replace(c, verdict="Accepted") for c in planned_choices(view) if c.item == "A" and c.period == "2026"]
    at = dict.fromkeys(("source", "tonnes"), "Form!A1")
    came = {
        "source": "A",
        "date": dt.date(2026, 3, 1),
        "tonnes": 30.0,
        "shortfall": "Still Due",
        "address": at,
        "row": 1,
    }
    new = roll(now, dt.date(2026, 4, 1), Actuals((), (came,), (), ()), view, taken).case
    (row,), (due,) = new.rows("Export Controls"), new.rows("Commitments")
    assert new.amounts("Export Controls", row).tolist() == pytest.approx([210, 100])
    assert new.amounts("Commitments", due).tolist() == pytest.approx([210, 0])
    assert plan_of(new).tables["committed"]["tonnes"].sum() == pytest.approx(210)


def test_limits_and_contracts_are_of_the_year():
    """At most 300 t of A in 2026, 200 to 400 under its contract; 260 of the planned 300 are accepted: 40 may still be bought,
    at a rate of 53.3 for nine months, under the contract up to 140, and nothing need be. In 2027 all is as before. Of B, which is
    limited for each offer, nothing is accepted: it may still have all of its 300 t, in nine months."""
    limit = {"measure": "Volume", "limit_type": "Max", "2026": 300, "2027": 300}
    limits = [{"limit": "All", "supplier": "A", **limit}, {"limit": "One", "supplier": "B", "applies": "Each", **limit}]
    now = world(
        **TWO,
        offers=[offer("A", 1.0, contract="F"), offer("B", 10.0)],
        limits=limits,
        contracts=[{"contract": "F", "least": 200, "most": 400}],
    )
    view = View(now, plan_of(now))
    taken = [
        replace(c, verdict="Accepted", changed_to=260.0 if c.kind == "Buy" else None)
        for c in planned_choices(view)
        if c.kind == "Sign" or (c.item == "A" and c.period == "2026")
    ]
    done = roll(now, dt.date(2026, 4, 1), Actuals((), (), (), ()), view, taken)
    new = done.case
    assert errors_of(check(new)) == []
    by_name = {r.limit: new.across("Limits", r).tolist() for r in new.rows("Limits")}
    assert by_name["All"] == pytest.approx([40 / 0.75, 300])
    assert by_name["One"] == pytest.approx([300 / 0.75, 300])
    assert set(by_name) == {"All", "One"}
    (row,) = new.rows("Contracts")
    assert new.rate_amounts(row.least).tolist() == pytest.approx([0, 200])
    assert new.rate_amounts(row.most).tolist() == pytest.approx([140, 400])
    assert done.warnings == ()


@pytest.mark.parametrize(("kind", "fixed"), [("Max", False), ("Fixed", True)])
def test_a_limit_for_each_leaves_each_what_it_has_not_used(kind, fixed):
    """200 t of either offer a year, 960 needed. In April 150 of A's 200 are accepted: 50 are left of A, 200 of B, in nine months.

    A Max stays for each as a whole, for offers that come anew; a Fixed is of each alone for the rest of the year. Rolled on in
    July after 20 t more of A, 30 are left; in 2027 the rows of 2026 are gone and the limit is what it was.
    """
    limit = {"limit": "L", "measure": "Volume", "limit_type": kind, "applies": "Each", "2026": 200, "2027": 200}
    wanted = {"periods": years(2026, 2027), "demand": [need(site="Plant", p2026=960, p2027=960)]}
    now = world(**wanted, limits=[limit], shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 100}])

    def on(now: Case, to: str, tonnes: float):
        view = View(now, plan_of(now))
        taken = [
            replace(c, verdict="Accepted", changed_to=tonnes)
            for c in planned_choices(view)
            if (c.kind, c.item, c.period) == ("Buy", "A", "2026")
        ]
        done = roll(now, dt.date.fromisoformat(to), Actuals((), (), (), ()), view, taken)
        assert errors_of(check(done.case)) == []
        return done, {r.limit: done.case.amounts("Limits", r) for r in done.case.rows("Limits")}

    def tonnes(case: Case, name: str) -> float:
        (row,) = [r for r in case.rows("Limits") if r.limit == name]
        return float(case.across("Limits", row)[0] * case.timeline.amount_factor[0])

    first, found = on(now, "2026-04-01", 150)
    assert set(found) == ({"L", "L: A, left in 2026", "L: B, left in 2026"} if fixed else {"L", "L: A, left in 2026"})
    assert tonnes(first.case, "L: A, left in 2026") == pytest.approx(50)
    if fixed:
        assert tonnes(first.case, "L: B, left in 2026") == pytest.approx(200)
        assert np.isnan(found["L"][0])
    else:
        assert tonnes(first.case, "L") == pytest.approx(200)
    planned = plan_of(first.case).tables["purchases"]
    bought = planned[planned["period"] == "2026"].groupby("offer")["tonnes"].sum().to_dict()
    assert bought == pytest.approx({"A": 50, "B": 200})
    second, again = on(first.case, "2026-07-01", 20)
    assert set(again) == set(found)
    assert tonnes(second.case, "L: A, left in 2026") == pytest.approx(30)
    third, last = on(second.case, "2027-01-01", 0)
    assert {name: list(v) for name, v in last.items()} == {"L": [200]}
    assert {(x.table, x.name) for x in third.passed} == {("Limits", name) for name in found if name != "L"}


def test_the_form_takes_what_was_used_of_each():
    """120 t of A's 200 are counted as used in the form, none was accepted in the plan: 80 are left for nine months."""
    limit = {"limit": "T", "measure": "Volume", "limit_type": "Max", "applies": "Each", "2026": 200, "2027": 200}
    now = world(**TWO, limits=[limit], shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 100}])
    assert volumes_of(now)["Limits"] == ["T: A", "T: B"]
    _, done = rolled_on(now, "2026-04-01", used={("Limits", "T: A"): 120})
    (row,) = [r for r in done.case.rows("Limits") if r.limit == "T: A, left in 2026"]
    assert float(done.case.across("Limits", row)[0]) == pytest.approx(80 / 0.75)


def test_a_licence_keeps_what_is_granted_and_what_was_applied_for():
    """Half of the 40 t that are needed in a month is granted two months later: 200 t from March to December 2026.

    Rolled on month by month, with 12 t used of the 20 of March, what left and what may still leave are 200 t together after each
    roll; what was granted and did not leave may leave from the first day on.
    """
    row = {"control": "Q", **CHINA, "kind": "Licence", "approval_rate": 0.5, "delay": 2}
    now, gone = world(export_controls=[row]), 0.0
    for k, (used, first) in enumerate([(0.0, 0.0), (0.0, 20.0), (12.0, 28.0), (28.0, 20.0)]):
        _, done = rolled_on(now, f"{MONTHS[k + 1]}-01", used={("Export Controls", "Q"): used})
        now, gone = done.case, gone + used
        (control,) = now.rows("Export Controls")
        allowed = granted(Network(now), control)
        assert float(allowed.sum()) + gone == pytest.approx(200)
        assert allowed[0] == pytest.approx(first)
        assert done.warnings == ()
    (beyond,) = rolled_on(now, "2026-06-01", used={("Export Controls", "Q"): 25})[1].warnings
    assert beyond.code == "volume-exceeded"


def test_the_form_asks_for_what_is_used():
    """A quarter of what the plan sends in 2026, and of what it sells of the 40 t that are taken at the plant."""
    market = {"site": "Plant", "material": "Oxide", "step": 1, "price": 20.0, "most": 40, "window": "Calendar Year"}
    now = world(**TWO, export_controls=[control()], sales=[market])
    view = View(now, plan_of(now))
    rows = expected(now, dt.date(2026, 4, 1), view, [])["Actual Volumes"]
    assert rows == [
        {"of_table": "Export Controls", "name": "Q", "planned": 60},
        {"of_table": "Sales", "name": "Plant / Oxide / 1", "planned": 10},
    ]
    new = roll(now, dt.date(2026, 4, 1), Actuals((), (), (), ()), view, []).case
    (sold,) = new.rows("Sales")
    assert new.rate_amounts(sold.most).tolist() == pytest.approx([30, 40])


def test_what_was_sold_comes_back_after_the_roll():
    """40 t a month are sold, half of which come back half a year later. Rolled month by month, what can come back from July on is
    what could from the start: 20 t in each month; whole years that were sold evenly become one row."""
    scrap = {"recycling": "S", "segment": "Plant", "sold_material": "Oxide", "site": "Plant", "material": "Oxide"}
    tables = {"recycling": [scrap], "returns": [{"recycling": "S", "age": 0.5, "returned": 0.5}]}
    now = world(**tables)
    for k in range(1, 8):
        _, done = rolled_on(now, f"{MONTHS[k]}-01")
        now = done.case
    assert {(r.year, r.month, r.sold) for r in now.rows("Past Sales")} == {(2026, k, 40.0) for k in range(1, 8)}
    back = plan_of(now).tables["recycled"].groupby("period")["tonnes"].sum()
    assert back.tolist() == pytest.approx([20] * 5)
    assert back.index.tolist() == MONTHS[7:]
    _, done = rolled_on(world(**TWO, **tables), "2027-01-01")
    assert [(r.year, r.month, r.sold) for r in done.case.rows("Past Sales")] == [(2026, None, 480.0)]
