"""Lines, projects, separation, young plants and budgets: every way of spoiling a plan of them is found where it belongs."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan
from tests.audit.corrupt import Corruption, add, assert_found_out, change, drop, more, rows_of

CLAY, MONAZITE = "Separation of Clay at Texas", "Separation of Monazite at Texas"
WING, PRESS = "Texas wing, 2028", "Works press, under way"


def _fill_hall(plan: Plan) -> Plan:
    """Hold 58.5 t in the store at the end of 2029, whatever the plan holds there."""
    held = rows_of(plan, "stocks", site="Store", period="2029")["tonnes"].sum()
    return change("stocks", "tonnes", more(58.5 - float(held)), site="Store", period="2029")(plan)


CORRUPTIONS: tuple[Corruption, ...] = (
    (
        "line_capacity",
        "a line does more than it can",
        None,
        change("runs", "units", more(100), recipe="Separate", period="2029"),
    ),
    (
        "line_capacity",
        "a plant stands where none is",
        None,
        change("runs", "site", "Store", recipe="Separate", period="2029"),
    ),
    (
        "line_capacity",
        "the gate lets too much through",
        None,
        change("flows", "tonnes", more(90), from_place="Texas", material="NdPr", period="2029"),
    ),
    (
        "line_capacity",
        "the hall holds too much",
        None,
        change("stocks", "tonnes", more(80), site="Store", material="Dy", period="2026-H2"),
    ),
    (
        "permit_before_build",
        "a build comes a period early",
        6.0,
        change("builds", "period", "2027-H2", project="Texas wing"),
    ),
    ("permit_before_build", "a permit is missing", None, drop("permits", project="Texas wing")),
    ("permit_before_build", "a permit of what needs none", 1.0, add("permits", "Second furnace", "2027-H1")),
    ("monotone", "a project is built twice", 1.0, add("builds", "Texas wing", "2029", 60.0)),
    ("monotone", "a permit is given twice", 1.0, add("permits", "Texas wing", "2028")),
    ("project_size", "a project is too large", 250.0, change("builds", "size", 400.0, project="Texas wing")),
    ("project_size", "a project is too small", 30.0, change("builds", "size", 20.0, project="Texas wing")),
    (
        "project_size",
        "a build after the latest start",
        None,
        change("builds", "period", "2030", project="Second furnace"),
    ),
    ("project_size", "a build that starts up after the horizon", 100.0, add("builds", "Texas tower", "2030", 100.0)),
    ("project_size", "what is being built is built again", 10.0, add("builds", "Store extension", "2027-H1", 10.0)),
    ("exclusive", "two of an exclusive group", 1.0, add("builds", "Texas tower", "2028", 100.0)),
    ("prerequisite", "a prerequisite is missing", 1.0, drop("builds", project="Texas wing")),
    ("prerequisite", "a prerequisite comes later", 1.0, change("builds", "period", "2030", project="Texas wing")),
    (
        "material_balance",
        "a feed gives more than its basket holds",
        0.05 * 0.8 + 0.01 * 0.1,  # Dy and Tb of a tonne of clay that end in Dy
        change("runs", "units", more(1), recipe=CLAY, period="2028"),
    ),
    (
        "material_balance",
        "a feed is separated as another",
        None,
        change("runs", "recipe", MONAZITE, recipe=CLAY, period="2028"),
    ),
    ("joint_output", "a feed is separated that is not taken", 0.5, change("inputs", "tonnes", more(-0.5), recipe=CLAY)),
    ("joint_output", "a feed is separated elsewhere", None, change("runs", "site", "Works", recipe=CLAY)),
    (
        "line_capacity",
        "a feed finds no room on the line",
        12.0,
        add("runs", MONAZITE, "Texas", "", 0, "2029", 10.0),
    ),
    (
        "names",
        "a feed that the plant does not take",
        5.0,
        change("runs", "recipe", "Separation of Dust", recipe=CLAY, period="2028"),
    ),
    (
        "vintage_recovery",
        "a young plant does more than it can",
        1.1,
        change("runs", "units", more(1), vintage=PRESS, period="2029"),
    ),
    (
        "vintage_recovery",
        "a young plant runs before it stands",
        18.0,
        add("runs", "Separate", "Texas", WING, 0, "2027-H2", 18.0),
    ),
    (
        "vintage_recovery",
        "a young plant that is not built",
        66.6,
        change("runs", "vintage", "Texas wing, 2029", vintage=WING, period="2030"),
    ),
    (
        "vintage_recovery",
        "a young plant of another site",
        66.6,
        change("runs", "vintage", PRESS, vintage=WING, period="2030"),
    ),
    (
        "vintage_recovery",
        "a plant that is not young",
        113.2014286,
        change("runs", "vintage", "Second furnace, 2029", recipe="Sinter", label=0, period="2030"),
    ),
    (
        "material_balance",
        "a young plant recovers all",
        2.727273 * 0.15,  # 1 to 7 months after commissioning
        change("runs", "vintage", "", vintage=PRESS, period="2027-H1"),
    ),
    (
        "material_balance",
        "a young plant is thought to be older",
        66.6 * 0.2 * (0.1 * 9 / 24),  # nine of 24 months at 0.9, and not at 1
        change("runs", "vintage", "", vintage=WING, recipe="Separate", period="2030"),
    ),
    (
        "line_capacity",
        "a young plant adds to the old line",
        3.0,
        change("runs", "vintage", "", vintage=PRESS, period="2027-H1"),
    ),
    (
        "line_capacity",
        "all of a hall is ours",
        0.5,  # 40 t, and nine tenths of 20 t
        _fill_hall,
    ),
    ("names", "an unknown target", 1.0, add("cover", "Calm", "Magnet", "Works", "Magnet", 0, "", "2028", 1.0)),
    ("names", "an unknown table of rules", 1.0, add("missed", "Wishes", "Arms", "Dysprosium", "2029", 1.0)),
    (
        "budget",
        "a project costs more than its budget",
        0.6 * (1.5 + 0.02 * 140) - 2.5,
        change("builds", "size", 140.0, project="Texas wing"),
    ),
    (
        "budget",
        "a permit is started for which no capital is left",
        0.6 * 0.2,
        change("permits", "period", "2029", project="Texas wing"),
    ),
)
# Where several checks of one family find something, the words of the one that is meant.
WORDS = {
    "a feed is separated elsewhere": "belongs to Texas",
    "a young plant runs before it stands": "Texas wing, 2028 in 2027-H2",
    "a project costs more than its budget": "budget Wing in 2028",
    "a permit is started for which no capital is left": "budget Capital in 2029",
}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(case: Case, plan: Plan, corruption: Corruption) -> None:
    assert_found_out(case, plan, corruption, WORDS)


def test_a_separation_can_not_hide_where_it_is_done(case: Case, plan: Plan) -> None:
    moved = case.set("Sites", {"site": "Texas"}, "country", "Germany")
    found = [v.sentence for v in audit(moved, plan) if v.family == "joint_output" and "hides" in v.sentence]
    assert any(CLAY in sentence for sentence in found)
