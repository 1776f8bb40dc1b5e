"""Limits, rules on origin, controls, duties: every way of getting round them is found where it belongs."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan
from tests.audit.corrupt import Corruption, add, assert_found_out, both, change, drop, more

CORRUPTIONS: tuple[Corruption, ...] = (
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
)
# Where several checks of one family find something, the words of the one that is meant.
WORDS = {
    "a least share is not reached": "rule Home",
    "a law is broken": "rule Law on Neodymium",
    "a source too many is counted": "rule NdPr sources",
    "more leaves than is granted of what is needed": "licence Dy licence in 2029",
    "more is bought abroad than is granted": "licence Dy licence in 2029",
    "what others made of it is delivered to arms": "Arms reach",
    "more of it is delivered than its volume": "Civil reach in 2028",
    "a duty is not paid, for want of an origin": "Duties in 2028",
    "a fee is not paid": "Licences in 2028",
    "a plant is paid for in full": "Permits in",
    "a share of an element is missed for nothing": "rule Dysprosium on Dysprosium / Covered in 2028",
    "an element comes from where it may not": "rule Dysprosium on Dysprosium / Covered in 2029",
}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_a_spoilt_plan_is_found_out(case: Case, plan: Plan, corruption: Corruption) -> None:
    assert_found_out(case, plan, corruption, WORDS)


def test_derived_content_and_licences_are_no_quotas(case: Case, plan: Plan) -> None:
    """Dysprosium leaves for Germany in 2030, but none is delivered; a volume of a licence only adds to what is granted."""
    tight = case.set("Export Controls", {"control": "Civil reach"}, "", 0.01, period="2030")
    tight = tight.set("Export Controls", {"control": "Dy licence"}, "", 0.01, period="2029")
    assert audit(tight, plan) == []
