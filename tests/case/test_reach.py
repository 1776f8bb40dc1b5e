"""Needs that nothing can reach are named before anything is solved."""

from __future__ import annotations

import pandas as pd

import model


def problems(**more):
    tables = {
        "Settings": [{"setting": "Discount Rate", "value": 0.05}],
        "Periods": [{"period": "2026", "start": pd.Timestamp("2026-01-01"), "months": 12}],
        "Materials": [{"material": "Oxide", "stage": "Separated"}],
        "Offers": [
            {
                "offer": "A",
                "supplier": "A",
                "site": "Port",
                "material": "Oxide",
                "price": 1.0,
                "end_uses_allowed": "Civil",
            }
        ],
        "Lanes": [{"from_place": "Port", "to_place": "Depot"}],
        "Demand": [{"segment": "Cars", "material": "Oxide", "site": "Depot", "2026": 10.0}],
        **more,
    }
    case = model.Case.from_tables({name: pd.DataFrame(rows) for name, rows in tables.items()})
    return [(p.level, p.code, p.address, p.sentence) for p in model.check(case) if p.level != "note"]


def test_a_case_in_which_everything_can_be_reached():
    assert problems() == []


def test_no_lane_leads_there_and_going_short_is_not_allowed():
    assert problems(Demand=[{"segment": "Cars", "material": "Oxide", "site": "Plant", "2026": 10.0}]) == [
        (
            "error",
            "demand-unreachable-hard",
            "Demand, Cars / Oxide, Segment",
            "nothing that may be put to civil use can reach Cars with Oxide, and it may not go short: "
            "give it Shortage Costs, or a way to be served",
        )
    ]


def test_what_arrives_may_not_be_used_so():
    defence = [{"segment": "Defence", "material": "Oxide", "site": "Depot", "end_use": "Military", "2026": 10.0}]
    found = problems(Demand=defence, **{"Shortage Costs": [{"segment": "Defence", "tier": 1, "cost": 5.0}]})
    assert found[-1:] == [
        (
            "warning",
            "demand-unreachable",
            "Demand, Defence / Oxide, Segment",
            "nothing that may be put to military use can reach Defence with Oxide: it goes short in full",
        )
    ]


def held(**target: object):
    """Return what is said of a store of ore, a kiln that makes oxide of it, and a target of ten days of oxide."""
    return problems(
        Materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Ore", "stage": "Mined"}],
        Stockpiles=[{"site": "Depot", "material": "Ore", "opening_stock": 5.0, "closing_rule": "None"}],
        Lines=[{"site": "Depot", "line": "Kiln", "capacity": 100.0}],
        Recipes=[{"recipe": "Refine", "line": "Kiln", "stage": "Separated", "conversion_time": 12.0}],
        **{
            "Recipe Items": [
                {"recipe": "Refine", "role": "Input", "material": "Ore", "per_unit": 2.0},
                {"recipe": "Refine", "role": "Output", "material": "Oxide", "per_unit": 1.0},
            ],
            "Cover Targets": [{"target": "T", "material": "Oxide", "forms": "Any Form", "2026": 10.0, **target}],
        },
    )


def test_a_target_that_stock_can_reach_in_time():
    assert held(convert_within=20.0) == []


def test_a_hard_target_that_no_stock_can_reach_in_time():
    assert held() == [
        (
            "error",
            "cover-unreachable-hard",
            "Cover Targets, T, 2026",
            "target T can not be met in 2026: nothing that may be held becomes Oxide where it is needed within 10 days",
        )
    ]


def test_a_soft_target_that_no_stock_can_reach_in_time():
    assert [p[:2] for p in held(hardness="Soft", penalty=1.0)] == [("warning", "cover-unreachable")]
