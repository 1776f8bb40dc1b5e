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
