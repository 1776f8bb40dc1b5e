"""A sound plan passes; every way of spoiling it is found, in the family where it belongs, by what it is off."""

from __future__ import annotations

import dataclasses

import pytest

from model.auditor import audit, require_sound
from model.case.case import Case
from model.errors import AuditError
from model.plan import Plan
from tests.audit.corrupt import Change, add, both, change, drop, more, rows_of
from tests.audit.rich_case import kept_plan, rich_case

PLACE = "Kalgoorlie → Texas (row 0)"
CLAY, MONAZITE = "Separation of Clay at Texas", "Separation of Monazite at Texas"
WING, PRESS = "Texas wing, 2028", "Works press, under way"


def summary(key: str, value: float) -> Change:
    return lambda plan: dataclasses.replace(plan, summary={**plan.summary, key: value})


@pytest.fixture(scope="module")
def case() -> Case:
    return rich_case()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return kept_plan()


def test_the_plan_is_sound_and_has_something_of_everything(case: Case, plan: Plan) -> None:
    assert audit(case, plan) == []
    require_sound(case, plan)
    empty = {name for name, frame in plan.tables.items() if frame.empty}
    assert empty == {
        "open_sites",
        "assignments",
        "set_ups",
        "line_uses",
        "modules",
        "subsidies",
        "override_costs",
        "downgraded",
        "attributed",
        "qualifications",
        "contracts",
        "untaken",
        "reservations",
        "departures",
        "in_quota",
        "renewals",
        "notices",
        "credits",
        "price_steps",
        "substitutions",
        "recycled",
        "adoptions",
    }  # these have their own cases, see test_plants, test_corruptions_need and tests/rules


def _loss(plan: Plan) -> float:
    held = rows_of(plan, "stocks", site="Store", material="NdPr", period="2026-H2")["tonnes"].sum()
    return float(held * (1 - 0.98**0.5))


def _hide(plan: Plan) -> Plan:
    """Let no label say that the last stage was performed in China, so that no control would count it."""
    tables = dict(plan.tables)
    tables["labels"] = tables["labels"].assign(flags=[f.replace("last:China", "") for f in tables["labels"]["flags"]])
    return dataclasses.replace(plan, tables=tables)


def _fill_hall(plan: Plan) -> Plan:
    """Hold 58.5 t in the store at the end of 2029, whatever the plan holds there."""
    held = rows_of(plan, "stocks", site="Store", period="2029")["tonnes"].sum()
    return change("stocks", "tonnes", more(58.5 - float(held)), site="Store", period="2029")(plan)


# Family, what is spoilt, amount by which the row is off (None where any amount above rounding will do), change.
CORRUPTIONS: tuple[tuple[str, str, float | None, Change], ...] = (
    (
        "material_balance",
        "a tonne leaves from nowhere",
        1.0,
        change("flows", "tonnes", more(1), from_place="Guangzhou", material="NdPr", period="2028"),
    ),
    (
        "material_balance",
        "a tonne is bought and gone",
        None,
        change("purchases", "tonnes", more(1), offer="S-1", period="2026-H2"),
    ),
    (
        "material_balance",
        "a stock appears",
        5.0,
        change("stocks", "tonnes", more(5), site="Store", material="NdPr", period="2028"),
    ),
    (
        "material_balance",
        "opening stock is counted twice",
        1.2,
        change("stocks", "tonnes", more(1.2), site="Store", material="NdPr", period="2026-H2"),
    ),
    (
        "material_balance",
        "loss is ignored",
        None,
        lambda plan: change("stocks", "tonnes", more(_loss(plan)), site="Store", material="NdPr", period="2027-H1")(
            plan
        ),
    ),
    (
        "material_balance",
        "a lag is forgotten",
        None,
        change("flows", "period", "2027-H1", from_place="Guangzhou", material="NdPr", period="2027-H2"),
    ),
    (
        "material_balance",
        "goods arrive at once",
        2.0,
        change("committed", "period", "2028", commitment="C-1", period="2027-H2"),
    ),
    ("material_balance", "the by-product vanishes", None, drop("disposals", period="2029")),
    (
        "material_balance",
        "a delivery is relabelled as clean",
        None,
        change("deliveries", "label", 0, segment="Motors", label=9, period="2028"),
    ),
    (
        "joint_output",
        "a recipe takes too little",
        0.5,
        change("inputs", "tonnes", more(-0.5), recipe="Sinter", material="NdPr", period="2028"),
    ),
    (
        "joint_output",
        "a recipe needs one input only",
        None,
        drop("inputs", recipe="Sinter", material="Dy", period="2029"),
    ),
    (
        "joint_output",
        "an input is counted as better than it is",
        None,
        change("inputs", "label_after", 0, recipe="Sinter", material="NdPr", label=15, period="2028"),
    ),
    (
        "joint_output",
        "a recipe runs at a foreign site",
        None,
        change("runs", "site", "Texas", recipe="Sinter", period="2028"),
    ),
    ("offer_limits", "the last stage is hidden", None, _hide),
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
        "offer_limits",
        "more is bought than available",
        10.0,
        change("purchases", "tonnes", 60.0, offer="S-1", period="2028"),
    ),
    ("offer_limits", "bought outside validity", 5.0, add("purchases", "B-1", 1, "2026-H2", 5.0)),
    (
        "offer_limits",
        "bought as what it is not",
        23.6712764,
        change("purchases", "label", 1, offer="S-1", period="2028"),
    ),
    (
        "offer_limits",
        "a civil offer bought without its right",
        None,
        change("purchases", "label", 6, offer="S-2", period="2029"),
    ),
    ("order_cost", "bought without an order", None, drop("orders", offer="A-1", period="2029")),
    ("order_cost", "an order of what is not offered", 1.0, add("orders", "B-1", "2026-H2")),
    ("minimum_order", "an order of nothing counts as one", 1e-3, add("orders", "T-1", "2029")),
    (
        "minimum_order",
        "an order below the minimum",
        8.0,
        change("purchases", "tonnes", 12.0, offer="A-1", period="2029"),
    ),
    ("commitments", "a commitment is not taken", 2.0, drop("committed", commitment="C-1", period="2027-H1")),
    ("commitments", "a commitment is taken as something else", 2.0, change("committed", "label", 0, commitment="C-1")),
    (
        "lane_capacity",
        "a lane carries too much",
        None,
        change("flows", "tonnes", 150.0, from_place="Hub", to_place="Works", material="NdPr", period="2030"),
    ),
    (
        "lane_capacity",
        "goods leave where no lane is",
        None,
        change("flows", "to_place", "Market", from_place="Kalgoorlie", period="2029"),
    ),
    ("lane_fixed", "a lane is not paid for", None, drop("lane_uses", lane=PLACE, period="2029")),
    ("lane_fixed", "a lane is never paid for", None, drop("lane_uses", lane="Atlantic")),
    (
        "lane_fixed",
        "a lane is used for a handful",
        10.0,
        change("flows", "tonnes", 5.0, from_place="Kalgoorlie", period="2029"),
    ),
    ("lane_fixed", "a lane that is none", 1.0, add("lane_uses", "Store → Guangzhou (row 3)", "2028")),
    (
        "stock_limits",
        "a stock fills too fast",
        None,
        change("stocks", "tonnes", more(14), site="Store", material="NdPr", period="2027-H1"),
    ),
    (
        "stock_limits",
        "a stock empties too fast",
        None,
        both(
            change("stocks", "tonnes", 39.0, site="Store", material="NdPr", period="2029"),
            drop("stocks", site="Store", material="NdPr", period="2030"),
        ),
    ),
    (
        "stock_limits",
        "a stock is too large",
        None,
        change("stocks", "tonnes", 50.0, site="Works", material="Magnet", period="2028"),
    ),
    ("stock_limits", "a stock where none may be", 3.0, add("stocks", "Works", "NdPr", 4, "2028", 3.0)),
    (
        "stock_terminal",
        "the closing stock is used up",
        8.0,
        drop("stocks", site="Store", material="NdPr", period="2030"),
    ),
    (
        "stock_terminal",
        "the closing stock is not what was fixed",
        0.25,
        change("stocks", "tonnes", more(0.25), site="Store", material="Dy", period="2030"),
    ),
    ("demand", "a need is forgotten", 8.0, drop("shortages", segment="Motors", period="2028")),
    (
        "demand",
        "military needs are served with civil goods",
        6.1523936,
        change("deliveries", "label", 9, segment="Missiles", label=3, period="2028"),
    ),
    ("demand", "somebody is served who needs nothing", 2.0, add("deliveries", "Lamps", "NdPr", 0, "2028", 2.0)),
    (
        "shortage_tiers",
        "a tier takes too much",
        4.0,
        change("shortages", "tonnes", 12.0, segment="Motors", tier=1, period="2028"),
    ),
    ("shortage_tiers", "a tier that is none", 8.0, change("shortages", "tier", 3, segment="Motors", period="2028")),
    ("sales", "a market takes too much", 5.0, change("sales", "tonnes", 20.0, material="Ce", period="2029")),
    ("sales", "a market gets too little", 1.5, drop("sales", material="Ce", period="2029")),
    ("sales", "a sale without a market", 2.0, add("sales", "Texas", "NdPr", 1, 0, "2028", 2.0)),
    ("sales", "disposal of what can not be disposed of", 2.0, add("disposals", "Texas", "NdPr", 0, "2028", 2.0)),
    ("limits", "a budget is broken", None, change("purchases", "tonnes", more(300), offer="A-1", period="2029")),
    ("limits", "a volume is exceeded", 10.0, change("purchases", "tonnes", 310.0, offer="A-1", period="2029")),
    (
        "limits",
        "more is built than allowed",
        40.0,
        both(
            change("builds", "size", 140.0, project="Texas wing"),
            change("builds", "size", 50.0, project="Second furnace"),
        ),
    ),
    (
        "limits",
        "a pile is too large",
        None,
        change("stocks", "tonnes", 39.5, site="Works", material="Magnet", period="2027-H1"),
    ),
    (
        "limits",
        "too many offers are used",
        2.0,
        both(*(add("orders", k, "2030") for k in ("A-1", "B-1", "B-2", "T-1", "S-1", "S-2"))),
    ),
    ("limits", "too few offers are used", 2.0, drop("orders", period="2029")),
    ("limits", "a soft limit is missed for nothing", None, drop("missed", rule="Reserve", window="2029")),
    (
        "limits",
        "a soft limit is missed by less",
        None,
        change("missed", "amount", 0.5, rule="Reserve", window="2030"),
    ),
    ("limits", "a hard limit is missed", 1.0, add("missed", "Limits", "Budget", "all", "2029", 1.0)),
    ("share_cap", "a share is missed for nothing", None, drop("missed", rule="Spread", window="2028")),
    (
        "share_cap",
        "a hard share is missed",
        1.0,
        add("missed", "De-risking Rules", "Origin", "Magnet / Covered", "2029", 1.0),
    ),
    (
        "share_cap",
        "a rule that is none is missed",
        1.0,
        add("missed", "De-risking Rules", "Mood", "Magnet / Covered", "2029", 1.0),
    ),
    (
        "share_cap",
        "a least share is not reached",
        None,
        change("deliveries", "label", 7, segment="Motors", label=0, period="2030"),
    ),
    (
        "share_cap",
        "a fixed share is not met",
        0.4893487,
        change("deliveries", "label", 0, segment="Lasers", label=1, period="2029"),
    ),
    (
        "share_cap",
        "a law is broken",
        6.1523936 * 0.25,
        change("deliveries", "label", 6, segment="Missiles", label=3, period="2028"),
    ),
    (
        "source_count",
        "a source is forgotten",
        1.0,
        drop("counted_sources", rule="Dy sources", source="Beta", window="2028"),
    ),
    (
        "source_count",
        "a source counts without a tonne",
        None,
        add("counted_sources", "Exactly", "NdPr", "2029", "Beta"),
    ),
    (
        "source_count",
        "a source too many is counted",
        1.0,
        add("counted_sources", "NdPr sources", "NdPr", "2028", "Australia"),
    ),
    (
        "source_count",
        "a source is hidden",
        None,
        drop("counted_sources", rule="NdPr sources", source="China", window="2028"),
    ),
    ("source_count", "sources are counted for no rule", 1.0, add("counted_sources", "Mood", "NdPr", "2029", "Beta")),
    ("source_count", "too few sources are missed", 1.0, change("missed", "amount", 1.0, rule="Exactly", window="2029")),
    (
        "source_count",
        "a hard number of sources is missed",
        1.0,
        add("missed", "De-risking Rules", "Dy sources", "Dy", "2028", 1.0),
    ),
    (
        "export_quota",
        "a quota is exceeded",
        4.0,
        change("flows", "tonnes", 30.0, from_place="Guangzhou", material="NdPr", period="2028"),
    ),
    (
        "export_quota",
        "a third-country purchase is over the licence",
        None,
        add("purchases", "T-1", 4, "2029", 3.2),
    ),
    ("export_quota", "a ban is broken", 0.5, change("committed", "label", 6, commitment="C-3", period="2027-H1")),
    (
        "export_quota",
        "a label changes on a lane at home",
        None,
        change("flows", "label_after", 0, from_place="Hub", to_place="Works", material="NdPr", period="2028"),
    ),
    (
        "export_quota",
        "a right grows at a crossing",
        None,
        change("flows", "label_after", 6, from_place="Guangzhou", material="Dy", period="2029"),
    ),
    # ---- separation by basket -------------------------------------------------------------------------------------
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
    # ---- young plants ---------------------------------------------------------------------------------------------
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
    # ---- budgets --------------------------------------------------------------------------------------------------
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
    # ---- licences, derived content, duties, elements --------------------------------------------------------------
    (
        "licence_grant",
        "more leaves than is granted of what is needed",
        # 95 % of 3 t; four months of the applications of 2028 and eight of those of 2029 are granted in 2029.
        3 * 0.95 - (80 * 0.018 + 0.76) * 0.85 * 4 / 12 - (110 * 0.018 + 0.76) * 0.7 * 8 / 12,
        change("flows", "tonnes", 3.0, from_place="Guangzhou", material="Dy", period="2029"),
    ),
    (
        "licence_grant",
        "more leaves than is granted of what is applied for",
        0.8,
        change("flows", "tonnes", 26.0, from_place="Guangzhou", material="NdPr", period="2028"),
    ),
    (
        "licence_grant",
        "more is bought abroad than is granted",
        None,
        add("purchases", "T-1", 4, "2029", 2.0),
    ),
    (
        "derived_content",
        "what others made of it is delivered to arms",
        3.0,
        change("deliveries", "label", 17, segment="Missiles", period="2026-H2"),
    ),
    (
        "derived_content",
        "more of it is delivered than its volume",
        0.8 * 0.95 - 0.5,
        change("deliveries", "label", 9, segment="Lamps", period="2028"),
    ),
    (
        "costs",
        "a duty is not paid, for want of an origin",
        1.4057809 * 0.02 * 90e-3,
        both(
            *(
                change("flows", column, 1, from_place="Beta", to_place="Works", material="NdPr", period="2028")
                for column in ("label", "label_after")
            )
        ),
    ),
    (
        "costs",
        "a fee is not paid",
        1.0 * 0.2e-3,
        change("flows", "tonnes", more(1), from_place="Guangzhou", material="NdPr", period="2028"),
    ),
    (
        "costs",
        "a plant is paid for in full",
        None,
        change("costs", "amount", lambda paid: paid / 0.6, kind="Permits"),
    ),
    (
        "share_cap",
        "a share of an element is missed for nothing",
        0.7035569,
        drop("missed", rule="Dysprosium", window="2028"),
    ),
    (
        "share_cap",
        "an element comes from where it may not",
        0.018 * 44.0,
        change("deliveries", "label", 9, segment="Motors", label=0, period="2029"),
    ),
    (
        "source_count",
        "a source of an element in ore is hidden",
        96.48 * 0.01,
        drop("counted_sources", rule="Dysprosium sources", source="Australia", window="2029"),
    ),
    (
        "names",
        "a source of an unknown element",
        1.0,
        add("counted_sources", "Dysprosium sources", "Kryptonite", "2029", "Japan"),
    ),
    # ---------------------------------------------------------------------------------------------------------------
    ("quantities", "a negative quantity", 2.0, change("sales", "tonnes", -2.0, material="Ce", period="2029")),
    ("quantities", "a missing quantity", 1.0, change("runs", "units", float("nan"), recipe="Sinter", period="2029")),
    ("names", "an unknown label", 0.8, change("deliveries", "label", 99, segment="Lamps", period="2029")),
    ("names", "an unknown period", None, change("stocks", "period", "2035", site="Works", period="2028")),
    ("names", "an unknown offer", 23.6712764, change("purchases", "offer", "Z-9", offer="S-1", period="2028")),
    ("names", "an unknown place", None, change("flows", "to_place", "Atlantis", from_place="Beta")),
    ("names", "an unknown project", None, change("builds", "project", "Castle", project="Texas wing")),
    ("names", "an unreadable label", 1.0, change("labels", "right", "Civil@Atlantis", label=4)),
    ("offer_limits", "a label made clean", None, change("labels", "flags", "", label=7)),
    (
        "names",
        "a table is missing",
        1.0,
        lambda plan: dataclasses.replace(plan, tables={k: v for k, v in plan.tables.items() if k != "sales"}),
    ),
    (
        "costs",
        "a discounted cost is wrong",
        0.01,
        change("costs", "discounted", more(0.01), kind="Capital", period="2029"),
    ),
    ("costs", "a cost is in the wrong period", None, change("costs", "period", "2028", kind="Sales", period="2029")),
    ("costs", "a cost of an unknown kind", 1.0, add("costs", "Bribes", "2028", 1.0, 0.9)),
    ("costs", "an order is not paid", 0.03, drop("orders", offer="A-1", period="2029")),
    ("summary", "the objective is wrong", 1.0, lambda plan: summary("objective", plan.summary["objective"] - 1)(plan)),
    ("summary", "the cash cost is wrong", 0.5, lambda plan: summary("cash", plan.summary["cash"] + 0.5)(plan)),
    ("summary", "the shortage is wrong", None, summary("shortage", 0.0)),
    (
        "summary",
        "the bound is above the objective",
        2.0,
        lambda plan: summary("bound", plan.summary["objective"] + 2)(plan),
    ),
    (
        "summary",
        "defence goes short unsaid",
        1.0,
        both(add("shortages", "Missiles", "Magnet", 1, "2028", 1.0), summary("priority_shortage", 0.0)),
    ),
)


# Where several checks of one family find something, the words of the one that is meant.
WORDS = {
    "an input is counted as better than it is": "which is better",
    "a recipe runs at a foreign site": "belongs to Works",
    "a stock fills too fast": "NdPr put in at Store in 2027-H1",
    "a stock empties too fast": "NdPr put in at Store in 2030",
    "a least share is not reached": "rule Home",
    "a source too many is counted": "rule NdPr sources",
    "a cost of an unknown kind": "unknown or stands twice",
    "a feed is separated elsewhere": "belongs to Texas",
    "a young plant runs before it stands": "Texas wing, 2028 in 2027-H2",
    "a permit is started for which no capital is left": "budget Capital in 2029",
    "a project costs more than its budget": "budget Wing in 2028",
    "more leaves than is granted of what is needed": "licence Dy licence in 2029",
    "more is bought abroad than is granted": "licence Dy licence in 2029",
    "what others made of it is delivered to arms": "Arms reach",
    "more of it is delivered than its volume": "Civil reach in 2028",
    "a law is broken": "rule Law on Neodymium",
    "a duty is not paid, for want of an origin": "Duties in 2028",
    "a fee is not paid": "Licences in 2028",
    "a plant is paid for in full": "Permits in",
    "a share of an element is missed for nothing": "rule Dysprosium on Dysprosium / Covered in 2028",
    "an element comes from where it may not": "rule Dysprosium on Dysprosium / Covered in 2029",
}


@pytest.mark.parametrize(("family", "name", "amount", "spoil"), CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(
    case: Case, plan: Plan, family: str, name: str, amount: float | None, spoil: Change
) -> None:
    found = audit(case, spoil(plan))
    ours = [v for v in found if v.family == family]
    assert ours, f"{family} is silent; found {[str(v) for v in found[:5]]}"
    assert all(v.amount > 1e-7 and v.sentence for v in ours)
    assert any(WORDS.get(name, "") in v.sentence for v in ours), [str(v) for v in ours]
    if amount is not None:
        assert any(v.amount == pytest.approx(amount, rel=1e-4) for v in ours), [str(v) for v in ours]


def test_a_recipe_can_not_hide_where_it_is_done(case: Case, plan: Plan) -> None:
    moved = case.set("Sites", {"site": "Works"}, "country", "China")
    assert any("hides" in v.sentence for v in audit(moved, plan) if v.family == "joint_output")


def test_a_separation_can_not_hide_where_it_is_done(case: Case, plan: Plan) -> None:
    moved = case.set("Sites", {"site": "Texas"}, "country", "Germany")
    found = [v.sentence for v in audit(moved, plan) if v.family == "joint_output" and "hides" in v.sentence]
    assert any(CLAY in sentence for sentence in found)


def test_derived_content_and_licences_are_no_quotas(case: Case, plan: Plan) -> None:
    """Dysprosium leaves for Germany in 2030, but none is delivered; a volume of a licence only adds to what is granted."""
    tight = case.set("Export Controls", {"control": "Civil reach"}, "", 0.01, period="2030")
    tight = tight.set("Export Controls", {"control": "Dy licence"}, "", 0.01, period="2029")
    assert audit(tight, plan) == []


def test_every_kind_of_cost_is_looked_at(case: Case, plan: Plan) -> None:
    kinds = list(dict.fromkeys(plan.tables["costs"]["kind"]))
    assert len(kinds) == 17
    for kind in kinds:
        row = rows_of(plan, "costs", kind=kind).iloc[0]
        found = audit(case, drop("costs", kind=kind, period=row["period"])(plan))
        assert [v.amount for v in found if v.family == "costs" and v.sentence.startswith(kind)] == pytest.approx(
            [abs(row["amount"]), abs(row["discounted"])]
        ), kind


def test_a_spoilt_plan_is_refused(case: Case, plan: Plan) -> None:
    with pytest.raises(AuditError) as refused:
        require_sound(case, drop("permits", project="Texas wing")(plan))
    assert {v.family for v in refused.value.violations} == {"permit_before_build", "costs"}
