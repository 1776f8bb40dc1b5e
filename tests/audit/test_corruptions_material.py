"""What moves, is held, is bought and is delivered: every way of spoiling it is found where it belongs."""

from __future__ import annotations

import dataclasses

import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan
from tests.audit.corrupt import Corruption, add, assert_found_out, both, change, drop, more, rows_of

PLACE = "Kalgoorlie → Texas (row 0)"


def _loss(plan: Plan) -> float:
    held = rows_of(plan, "stocks", site="Store", material="NdPr", period="2026-H2")["tonnes"].sum()
    return float(held * (1 - 0.98**0.5))


def _hide(plan: Plan) -> Plan:
    """Let no label say that the last stage was performed in China, so that no control would count it."""
    tables = dict(plan.tables)
    tables["labels"] = tables["labels"].assign(flags=[f.replace("last:China", "") for f in tables["labels"]["flags"]])
    return dataclasses.replace(plan, tables=tables)


CORRUPTIONS: tuple[Corruption, ...] = (
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
)
# Where several checks of one family find something, the words of the one that is meant.
WORDS = {
    "an input is counted as better than it is": "which is better",
    "a recipe runs at a foreign site": "belongs to Works",
    "a stock fills too fast": "NdPr put in at Store in 2027-H1",
    "a stock empties too fast": "NdPr put in at Store in 2030",
}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(case: Case, plan: Plan, corruption: Corruption) -> None:
    assert_found_out(case, plan, corruption, WORDS)


def test_a_recipe_can_not_hide_where_it_is_done(case: Case, plan: Plan) -> None:
    moved = case.set("Sites", {"site": "Works"}, "country", "China")
    assert any("hides" in v.sentence for v in audit(moved, plan) if v.family == "joint_output")
