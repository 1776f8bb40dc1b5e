"""A small case with something for every sheet: two segments, Chinese and other supply, a project, stock, odd names."""

import datetime as dt

import pandas as pd

from model.case.case import Case
from model.plan import PLAN_TABLES, Plan
from model.solver.planning import solve

YEARS = ("2026", "2027", "2028", "2029")
ODD, CHINESE = "=1+1", "五矿稀土"


def across(*numbers: float | None) -> dict[str, float | None]:
    return dict(zip(YEARS, numbers, strict=True))


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows)).astype(object)


def _supply() -> dict[str, pd.DataFrame]:
    chinese = {"Mined In": "China", "Separated In": "China"}
    return {
        "Suppliers": frame(
            {"Supplier": CHINESE, "Country": "China"},
            {"Supplier": ODD, "Country": "Estonia"},
            {"Supplier": "Miner", "Country": "Australia"},
        ),
        "Offers": frame(
            {
                "Offer": "CN",
                "Supplier": CHINESE,
                "Site": "Port",
                "Material": "Oxide",
                "Kind": "Renewal",
                "Price": 10,
                "Available to Us": 80,
                "Confidence": "C",
                **chinese,
            },
            {
                "Offer": "EE",
                "Supplier": ODD,
                "Material": "Oxide",
                "Kind": "Spot",
                "Price": "Outside",
                "Available to Us": 30,
                "Cost per Order": 20,
                "Minimum Order": 2,
                "Lead Time": 1,
                "Mined In": "Australia",
                "Separated In": "Estonia",
                "Confidence": "E",
                "Source": "price: F1",
            },
            {
                "Offer": "Ore",
                "Supplier": "Miner",
                "Material": "Concentrate",
                "Price": 5,
                "Available to Us": 200,
                "Mined In": "Australia",
                "Confidence": "B",
            },
        ),
        "Series": frame({"Series": "Outside", "Unit": "USD/kg", **across(120, 100, 90, None)}),
        "Commitments": frame(
            {
                "Commitment": "Afloat",
                "Kind": "In Transit",
                "Supplier": ODD,
                "Material": "Oxide",
                "Site": "Store",
                "Mined In": "Australia",
                "Separated In": "Estonia",
                **across(2, 0, 0, 0),
            }
        ),
    }


def _network() -> dict[str, pd.DataFrame]:
    return {
        "Lanes": frame(
            *(
                {"From Place": a, "To Place": b, "Cost": c, "Lead Time": lag, "Confidence": "D"}
                for a, b, c, lag in (
                    ("Port", "Store", 0.5, 1),
                    (ODD, "Store", 0.3, 0),
                    ("Miner", "Plant", 0.2, 0),
                    ("Plant", "Store", 0.1, 0),
                    ("Store", "Town", 0.1, 0),
                    ("Store", "Arsenal", 0.1, 0),
                )
            )
        ),
        "Recipes": frame(
            {"Recipe": "Separate", "Line": "Circuit", "Site": "Plant", "Stage": "Separated", "Conversion Cost": 8}
        ),
        "Recipe Items": frame(
            {"Recipe": "Separate", "Role": "Input", "Material": "Concentrate", "Per Unit": 1.25},
            {"Recipe": "Separate", "Role": "Output", "Material": "Oxide", "Per Unit": 1.0},
        ),
        "Projects": frame(
            {
                "Project": "New circuit",
                "Site": "Plant",
                "Line": "Circuit",
                "Min Size": 20,
                "Max Size": 100,
                "Capex Fixed": 1,
                "Capex per Capacity": 0.02,
                "Fixed Cost": 0.1,
                "Permit Cost": 0.2,
                "Permit Time": 6,
                "Construction Time": 9,
                "Ramp Year 1": 0.5,
                "Life": 10,
                "Confidence": "D",
            },
            {
                "Project": "Too late",
                "Site": "Plant",
                "Line": "Circuit",
                "Max Size": 100,
                "Capex per Capacity": 0.01,
                "Construction Time": 60,
            },
        ),
        "Stockpiles": frame(
            {
                "Site": "Store",
                "Material": "Oxide",
                "Opening Stock": 6,
                "Carrying Cost": 0.5,
                "Loss": 0.01,
                "End Uses Allowed": "Civil",
                "Mined In": "China",
                "Separated In": "China",
            }
        ),
    }


def _demand() -> dict[str, pd.DataFrame]:
    return {
        "Demand": frame(
            {
                "Segment": "Motors",
                "Material": "Oxide",
                "Site": "Town",
                "Product": "motor",
                "Content": 2,
                **across(70, 75, 80, 85),
            },
            {
                "Segment": "Radar",
                "Material": "Oxide",
                "Site": "Arsenal",
                "End Use": "Military",
                "Priority": 1,
                "Product": "radar",
                "Content": 5,
                **across(10, 12, 14, 16),
            },
        ),
        "Shortage Costs": frame(
            {"Segment": "Motors", "Tier": 1, "Meaning": "thrift", "Share Of Demand": 0.2, "Cost": 500},
            {"Segment": "Motors", "Tier": 2, "Meaning": "line stop", "Cost per Product": 4},
            {"Segment": "Radar", "Tier": 1, "Cost": 5000},
        ),
        "Limits": frame(
            {
                "Limit": "Reserve",
                "Measure": "Stock",
                "Limit Type": "Min",
                "Site": "Store",
                "Hardness": "Soft",
                "Penalty": 30,
                **across(None, 10, 15, 20),
            },
            {"Limit": "Budget", "Measure": "Spend", "Limit Type": "Max", **across(8, 8, 8, 8)},
        ),
        "Export Controls": frame(
            {
                "Control": "Civil licences",
                "Jurisdiction": "China",
                "Material": "Oxide",
                "End Use": "Civil",
                "Kind": "Licensed Volume",
                **across(40, 42, 44, 46),
            },
            {
                "Control": "No military",
                "Jurisdiction": "China",
                "Material": "Oxide",
                "End Use": "Military",
                "Kind": "Ban",
            },
        ),
        "De-risking Rules": frame(
            {
                "Rule": "Half at most",
                "Metric": "Country Share",
                "Who": "Covered",
                "Limit Type": "Max",
                **across(None, None, 0.5, 0.4),
            },
            {
                "Rule": "Clean defence",
                "Metric": "Country Share",
                "Who": "Covered",
                "End Use": "Military",
                "Limit Type": "Max",
                "Force": "Law",
                "Effective": "2027-01-01",
                **across(0, 0, 0, 0),
            },
            {
                "Rule": "Two sources",
                "Metric": "Sources",
                "Material": "Oxide",
                "Limit Type": "Min",
                "Hardness": "Soft",
                "Penalty": 20,
                **across(None, 2, 2, 2),
            },
        ),
    }


def small_case() -> Case:
    sites = {
        "Port": "China",
        "Store": "United States",
        "Plant": "United States",
        "Town": "United States",
        "Arsenal": "United States",
    }
    settings = {
        "Case Title": "A small case",
        "Data As Of": dt.date(2026, 5, 31),
        "Control State": "licences for civil use",
        "Price Year": 2026,
        "Discount Rate": 0.07,
        "Optimality Gap": 0.0,
        "Base Date": dt.date(2026, 7, 1),
    }
    return Case.from_tables(
        {
            "Settings": frame(*({"Setting": k, "Value": v} for k, v in settings.items())),
            "Periods": frame(
                *(
                    {"Period": p, "Start": s, "Months": m}
                    for p, s, m in (
                        ("2026-H2", "2026-07-01", 6),
                        ("2027-H1", "2027-01-01", 6),
                        ("2027-H2", "2027-07-01", 6),
                        ("2028", "2028-01-01", 12),
                        ("2029", "2029-01-01", 12),
                    )
                )
            ),
            "Country Groups": frame({"Group": "Covered", "Country": "China"}),
            "Materials": frame(
                {"Material": "Oxide", "Stage": "Separated"}, {"Material": "Concentrate", "Stage": "Mined"}
            ),
            "Sites": frame(*({"Site": s, "Country": c} for s, c in sites.items())),
            **_supply(),
            **_network(),
            **_demand(),
        },
        "small",
    )


def bare_case(price: float = 3.0) -> Case:
    """Return the smallest case: one offer, one need, nothing else; at a price of 3 USD/kg it is bought."""
    return Case.from_tables(
        {
            "Settings": frame({"Setting": "Base Date", "Value": dt.date(2026, 1, 1)}),
            "Periods": frame({"Period": "2026", "Start": "2026-01-01", "Months": 12}),
            "Materials": frame({"Material": "Oxide", "Stage": "Separated"}),
            "Offers": frame({"Offer": "A", "Supplier": "S", "Material": "Oxide", "Price": price}),
            "Demand": frame({"Segment": "D", "Material": "Oxide", "2026": 10}),
            "Shortage Costs": frame({"Segment": "D", "Tier": 1, "Cost": 50}),
        },
        "bare",
    )


def planned(case: Case) -> tuple[Plan, Plan | None]:
    outcome = solve(case, time_limit=30)
    assert outcome.plan is not None, outcome.explanation
    assert set(outcome.plan.tables) == set(PLAN_TABLES)
    return outcome.plan, outcome.as_is
