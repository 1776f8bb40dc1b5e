"""Rules that attribute by themselves: a lower bound, equal where one rule binds; every optimum is derived in the docstring."""

from __future__ import annotations

import dataclasses

import pytest

from model.auditor import audit
from model.network.network import Network
from model.plan import Plan, load_plan
from model.report.workbook import result_tables
from model.solver.build import build
from model.solver.compile import compile_model
from model.solver.planning import solve
from tests.rules.micro import case, cost_of, need, offer, plan_of

CARS = {"rule": "Cars", "metric": "Country Share", "who": "China", "segment": "Cars", "limit_type": "Max", "2026": 0.1}
RADAR = {"rule": "Radar", "metric": "Supplier Share", "who": "D", "segment": "Radar", "limit_type": "Max", "2026": 0.1}


def world(*rules: dict, attribution: str = "Per Rule", **tables):
    """Return a case in which D's Chinese oxide at 1 and C's Malaysian at 10 USD/kg meet at a hub; two need 10 t each."""
    given = {
        "settings": {"Attribution": attribution},
        "countries": [{"country": c} for c in ("China", "Malaysia", "United States")],
        "suppliers": [{"supplier": "D", "country": "China"}, {"supplier": "C", "country": "Malaysia"}],
        "sites": [
            {"site": "Port D", "country": "China"},
            {"site": "Port C", "country": "Malaysia"},
            *({"site": s, "country": "United States"} for s in ("Hub", "Works", "Base")),
        ],
        "offers": [offer("D", 1.0, site="Port D"), offer("C", 10.0, site="Port C")],
        "lanes": [
            {"from_place": a, "to_place": b}
            for a, b in (("Port D", "Hub"), ("Port C", "Hub"), ("Hub", "Works"), ("Hub", "Base"))
        ],
        "demand": [need("Cars", site="Works", p2026=10), need("Radar", site="Base", p2026=10)],
        "derisking_rules": list(rules),
    }
    return case(**given | tables)


def test_joint_labels_know_that_a_tonne_is_both():
    """At most 1 t of D's to each, so 18 t of C's and 2 t of D's: 180 + 2 = 182."""
    assert cost_of(world(CARS, RADAR, attribution="Joint")) == pytest.approx(182)
    assert cost_of(world(CARS, RADAR, attribution="Automatic")) == pytest.approx(182)


def test_two_ledgers_may_give_one_clean_tonne_to_both():
    """Each rule sees 9 t of C's go to its own segment; 9 t are enough for that: 90 + 11 = 101, a lower bound of 182."""
    assert cost_of(world(CARS, RADAR)) == pytest.approx(101)


@pytest.mark.parametrize("rule", [CARS, RADAR])
def test_where_one_rule_binds_the_ledger_is_exact(rule: dict):
    """9 t of C's for the segment of the rule, 11 t of D's: 101, in either way."""
    assert cost_of(world(rule)) == pytest.approx(101)
    assert cost_of(world(rule, attribution="Joint")) == pytest.approx(101)


def test_a_ban_stays_with_the_joint_label():
    """None of D's for radar, at most 1 t for cars: 19 · 10 + 1 = 191; the ban is exact, and the ledger refines it."""
    ban = RADAR | {"2026": 0.0}
    c = world(CARS, ban)
    assert [book.name for book in Network(c).ledgers] == ["Cars"]
    assert cost_of(c) == pytest.approx(191)
    assert cost_of(world(CARS, ban, attribution="Joint")) == pytest.approx(191)


def test_a_least_share_keeps_a_ledger():
    """At least 60 % of the cars' 10 t from C, 6 t of it: 60 + 14 = 74. A least share of all of it bans all others."""
    least = {"rule": "C", "metric": "Supplier Share", "who": "C", "segment": "Cars", "limit_type": "Min", "2026": 0.6}
    assert cost_of(world(least)) == pytest.approx(74)
    assert [book.name for book in Network(world(least)).ledgers] == ["C"]
    assert Network(world(least | {"2026": 1.0})).ledgers == ()


def test_rules_with_the_same_marks_share_a_ledger():
    """Both count China; at most 1 t of D's to each: 182, exact since one ledger serves both."""
    other = CARS | {"rule": "Base", "segment": "Radar"}
    c = world(CARS, other)
    assert [book.name for book in Network(c).ledgers] == ["Cars|Base"]
    assert cost_of(c) == pytest.approx(182)


def test_without_ledgers_nothing_is_larger():
    def sizes(c):
        m, costs = build(Network(c))
        matrix = compile_model(m, costs)
        return matrix.shape, matrix.nonzeros

    assert sizes(world(attribution="Per Rule")) == sizes(world(attribution="Joint"))
    assert sizes(world(CARS, attribution="Automatic")) == sizes(world(CARS, attribution="Joint"))


def test_the_result_says_that_it_is_a_lower_bound():
    outcome = solve(world(CARS, RADAR), as_is=False)
    assert any("lower bound" in note and "Cars, Radar" in note for note in outcome.notes)
    assert not solve(world(CARS, RADAR, attribution="Joint"), as_is=False).notes


def test_the_sheet_counts_by_the_ledger():
    """Each rule stands at its 10 %, with 1 t counted; the joint label could not tell."""
    c = world(CARS, RADAR)
    table = result_tables(c, plan_of(c))["DeRisking"].set_index("rule")
    assert table.loc["Cars", "counted"] == pytest.approx(1)
    assert table.loc["Radar", "reached"] == pytest.approx(0.1)


# ---- what the audit must see ------------------------------------------------------------------------------------------


def spoilt(plan: Plan, change) -> Plan:
    frame = plan.tables["attributed"].copy()
    return dataclasses.replace(plan, tables={**plan.tables, "attributed": change(frame)})


def more_to_cars(frame):
    row = frame[(frame["table"] == "deliveries") & (frame["name"] == "Cars")].index[0]
    frame.loc[row, "amount"] += 1
    return frame


def washed(frame):
    frame.loc[frame["table"] == "deliveries", "marks"] = ""
    return frame


def washed_at_the_source(frame):
    return frame.assign(marks="", marks_after="")


def exchanged(frame):
    names = {"Cars": "Radar", "Radar": "Cars", "Works": "Base", "Base": "Works"}
    for column in ("name", "place", "to_place"):
        frame[column] = frame[column].replace(names)
    return frame


def foreign(frame):
    return frame.assign(ledger=frame["ledger"].replace("Cars", "Nobody"))


@pytest.mark.parametrize(
    ("change", "family"),
    [
        (more_to_cars, "attribution"),
        (washed, "attribution"),
        (washed_at_the_source, "attribution"),
        (exchanged, "share_cap"),
        (foreign, "attribution"),
        (lambda frame: frame.iloc[:0], "offer_limits"),
    ],
)
def test_a_spoilt_ledger_is_found(change, family: str):
    c = world(CARS, RADAR)
    plan = plan_of(c)
    assert audit(c, plan) == []
    assert family in {v.family for v in audit(c, spoilt(plan, change))}


def test_exchanged_ledgers_break_nothing_but_the_shares():
    """Cars then get 10 t of D's of which 1 may be counted, as does radar: both are off by 9 t."""
    c = world(CARS, RADAR)
    found = audit(c, spoilt(plan_of(c), exchanged))
    assert sorted((v.family, round(v.amount, 6)) for v in found) == [("share_cap", 9.0), ("share_cap", 9.0)]


def test_a_ledger_is_refused_where_the_setting_is_joint():
    plan = plan_of(world(CARS))
    assert "attribution" in {v.family for v in audit(world(CARS, attribution="Joint"), plan)}


def test_sales_in_steps_are_split_like_all_else(tmp_path):
    """3 t more of D's at 1 must be sold at the hub, 2 at 0.5 and 1 at 0.25: 101 + 3 − 1.25 = 102.75."""
    steps = [("1", 0.5, 2), ("2", 0.25, 1)]
    sales = [
        {"site": "Hub", "material": "Oxide", "step": k, "price": p, "most": n, "least": n, "window": "Calendar Year"}
        for k, p, n in steps
    ]
    c = world(CARS, RADAR, sales=sales)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(102.75)
    plan.save(tmp_path)
    assert audit(c, load_plan(tmp_path)) == []
    split = plan.tables["attributed"]
    assert set(split[split["table"] == "sales"]["name"].astype(str)) == {"1", "2"}
