"""Sites, plants and projects: a sound plan passes, and every way of spoiling it is found in the family where it belongs."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan
from model.solver.planning import solve
from tests.audit.corrupt import Change, add, both, change, drop
from tests.audit.plants_case import plants_case


def _lane(row: int) -> Change:
    ends = [(d, town) for d in ("Depot A", "Depot B", "Old Depot") for town in ("Town", "Village", "Harbour")][row - 1]
    return add("lane_uses", f"{ends[0]} → {ends[1]} (row {row})", "2027")


# Family, what is spoilt, words that the finding must have, change.
CORRUPTIONS: tuple[tuple[str, str, str, Change], ...] = (
    (
        "site_status",
        "a site is used before it opens",
        "not open in 2026",
        drop("open_sites", site="Depot A", period="2026"),
    ),
    ("site_status", "a site is not open at all", "arrives", drop("open_sites", site="Depot A")),
    (
        "site_status",
        "stock lies at a closed site",
        "Oxide is held",
        add("stocks", "Old Depot", "Oxide", 0, "2028-29", 1.0),
    ),
    (
        "site_status",
        "a site opens again",
        "Old Depot may not open in 2027",
        drop("open_sites", site="Old Depot", period="2026"),
    ),
    (
        "site_status",
        "a site closes that can not",
        "may not close",
        drop("open_sites", site="Depot A", period="2028-29"),
    ),
    ("site_status", "an existing site is opened", "Plant is no site that", add("open_sites", "Plant", "2026")),
    ("costs", "a closing is not paid", "Sites in 2028-29", add("open_sites", "Old Depot", "2028-29")),
    ("set_up", "a recipe runs without a set-up", "without a set-up", drop("set_ups", period="2027")),
    ("set_up", "too little is run", "run of Roast at Plant in 2026", change("runs", "units", 9.0, period="2026")),
    ("costs", "a set-up is not paid", "Set-ups in 2027", drop("set_ups", period="2027")),
    (
        "line_capacity",
        "the set-up takes no capacity",
        "Kiln at Plant in 2027",
        change("runs", "units", 98.0, period="2027"),
    ),
    ("minimum_load", "a line does too little", "at least 20", change("runs", "units", 16.0, period="2026")),
    ("minimum_load", "a line runs unsaid", "not said to", drop("line_uses", period="2027")),
    ("minimum_load", "a line without a least load", "has no minimum load", add("line_uses", "Depot A", "Gate", "2027")),
    (
        "limits",
        "too many depots",
        "limit Depots on all in 2027",
        both(*(add("open_sites", s, "2027") for s in ("Depot B", "Old Depot"))),
    ),
    ("limits", "too many lanes", "limit Lanes on all in 2027", both(*(_lane(n) for n in range(1, 10)))),
    ("limits", "no supplier", "limit Pits on all in 2027", drop("orders", period="2027")),
    ("limits", "no recipe", "limit Kilns on all in 2027", drop("set_ups", period="2027")),
    ("minimum_order", "an order of nothing", "order of Pit in 2027", drop("purchases", period="2027")),
    ("order_cost", "bought without an order", "Pit is bought without", drop("orders", period="2027")),
    ("lane_fixed", "a counted lane is used unsaid", "without being paid for", drop("lane_uses", period="2027")),
    ("project_size", "a module is too small", "size of Kilns", change("builds", "size", 20.0, project="Kilns")),
    ("project_size", "half a module", "1.5 modules of Kilns", change("modules", "modules", 1.5)),
    ("project_size", "more modules than may be", "modules of Kilns: 4", change("modules", "modules", 4.0)),
    ("project_size", "a module of what does not repeat", "modules of Annex", add("modules", "Annex", "2028-29", 1.0)),
    ("monotone", "one module is built twice", "stands 2 times", add("builds", "Annex", "2027", 1.0)),
    ("costs", "a module is not paid", "Capital in 2028-29", change("modules", "modules", 1.0)),
    ("expansion", "an annex is too large", "size of Annex", change("builds", "size", 30.0, project="Annex")),
    ("expansion", "an annex is too small", "size of Annex", change("builds", "size", 5.0, project="Annex")),
    ("limits", "more than our share may be", "limit Ours", change("builds", "size", 90.0, project="Kilns")),
    ("subsidy", "more than a project may get", "Act for Kilns", change("subsidies", "amount", 0.13, project="Kilns")),
    ("subsidy", "more than all may get", "Act in all", change("subsidies", "amount", 0.05, project="Annex")),
    ("subsidy", "more than the share", "Act for Annex in", change("subsidies", "amount", 0.05, project="Annex")),
    ("subsidy", "another programme", "Deal does not pay", change("subsidies", "subsidy", "Deal", project="Annex")),
    ("costs", "a subsidy is not paid", "Subsidies in 2028-29", drop("subsidies", project="Annex")),
    ("override", "more goes on a lane", "override Village", change("flows", "tonnes", 200.0, to_place="Village")),
    ("override", "what was to start is not", "override Kilns", drop("builds", project="Kilns")),
    ("override", "too little is bought", "override Pit", change("purchases", "tonnes", 5.0, period="2026")),
    (
        "single_source",
        "a town has two sources",
        "sources of Oxide at Town",
        add("assignments", "Town", "Oxide", "Depot B"),
    ),
    (
        "single_source",
        "a town is served by another place",
        "comes to Town from Depot A",
        change("assignments", "from_place", "Depot B", site="Town"),
    ),
    (
        "single_source",
        "a source of a market that needs none",
        "no need of one source",
        add("assignments", "Village", "Oxide", "Depot A"),
    ),
)


@pytest.fixture(scope="module")
def case() -> Case:
    return plants_case()


@pytest.fixture(scope="module")
def plan(case: Case) -> Plan:
    found = solve(case, as_is=False).plan
    assert found is not None
    return found


def test_the_plan_is_sound_and_uses_what_the_case_is_about(case: Case, plan: Plan) -> None:
    assert audit(case, plan) == []
    assert not plan.tables["open_sites"].empty
    for name in ("assignments", "set_ups", "line_uses", "modules", "subsidies", "builds", "override_costs"):
        assert not plan.tables[name].empty, name


@pytest.mark.parametrize(("family", "name", "words", "spoil"), CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(case: Case, plan: Plan, family: str, name: str, words: str, spoil: Change) -> None:
    found = [v for v in audit(case, spoil(plan)) if v.family == family]
    assert any(words in v.sentence for v in found), [str(v) for v in found]
    assert all(v.amount > 1e-7 for v in found)


def test_the_result_workbook_shows_it(case: Case, plan: Plan) -> None:
    from model.report.places import sites_table, sources_table
    from model.report.view import View

    view = View(case, plan)
    decisions = sites_table(view).set_index("site")["decision"].to_dict()
    assert decisions == {"Depot A": "Open", "Depot B": "Not opened", "Old Depot": "Close"}
    assert set(sources_table(view)["market"]) == {"Town", "Harbour"}
