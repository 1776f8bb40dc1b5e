"""A small case of sites, plants and projects in which every family about them has something to say. Invented throughout.

Two years and a period of two; ore is worked into oxide at two plants and sold to three towns through depots.
"""

from __future__ import annotations

import pandas as pd

from model.case.case import Case
from tests.audit.rich_case import frame

PERIODS = (("2026", "2026-01-01", 12), ("2027", "2027-01-01", 12), ("2028-29", "2028-01-01", 24))


def across(*numbers: float) -> dict[str, float]:
    """Return year columns; the last number given holds to the end."""
    return {str(2026 + i): numbers[min(i, len(numbers) - 1)] for i in range(4)}


def _sites() -> pd.DataFrame:
    return frame(
        {"Site": "Mine", "Country": "Chile"},
        {"Site": "Plant", "Country": "Chile", "Fixed Cost": 0.1},
        {"Site": "Depot A", "Country": "Chile", "Facility": "Potential", "Opening Cost": 0.15, "Fixed Cost": 0.02},
        {"Site": "Depot B", "Country": "Chile", "Facility": "Potential", "Opening Cost": 0.05, "Fixed Cost": 0.3},
        {"Site": "Old Depot", "Country": "Chile", "Facility": "May Close", "Fixed Cost": 0.25, "Closing Cost": 0.03},
        *({"Site": town, "Country": "Chile"} for town in ("Town", "Village", "Harbour")),
    )


def _lanes() -> pd.DataFrame:
    depots = {"Depot A": (1.0, 1.5, 2.0), "Depot B": (2.0, 1.0, 1.0), "Old Depot": (1.5, 2.5, 3.0)}
    rows = [
        {"From Place": depot, "To Place": town, "Material": "Oxide", "Cost": cost}
        for depot, costs in depots.items()
        for town, cost in zip(("Town", "Village", "Harbour"), costs, strict=True)
    ]
    rows += [{"From Place": "Plant", "To Place": d, "Material": "Oxide", "Cost": 0.5, "Lead Time": 1} for d in depots]
    return frame({"From Place": "Mine", "To Place": "Plant", "Material": "Ore", "Cost": 0.2}, *rows)


def plants_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the case."""
    settings = {"Base Date": "2026-01-01", "Discount Rate": "0.05", "Optimality Gap": "0", "Capex Mode": "Cash"}
    settings["Salvage"] = "Remaining Annuities"
    return {
        "Settings": frame(*({"Setting": k, "Value": v} for k, v in settings.items())),
        "Periods": frame(*({"Period": p, "Start": s, "Months": m} for p, s, m in PERIODS)),
        "Materials": frame({"Material": "Ore", "Stage": "Mined"}, {"Material": "Oxide", "Stage": "Separated"}),
        "Sites": _sites(),
        "Offers": frame({"Offer": "Pit", "Supplier": "Pit", "Site": "Mine", "Material": "Ore", "Price": 3}),
        "Lanes": _lanes(),
        "Lines": frame(
            {"Site": "Plant", "Line": "Kiln", "Capacity": 100, "Minimum Load": 0.2},
            {"Site": "Depot A", "Line": "Gate", "Kind": "Throughput", "Capacity": 140},
            {"Site": "Depot B", "Line": "Gate", "Kind": "Throughput", "Capacity": 60},
        ),
        "Recipes": frame(
            {
                "Recipe": "Roast",
                "Line": "Kiln",
                "Stage": "Separated",
                "Conversion Cost": 2,
                "Set Up Cost": 40,
                "Set Up Use": 3,
                "Minimum Run": 10,
            }
        ),
        "Recipe Items": frame(
            {"Recipe": "Roast", "Role": "Input", "Material": "Ore", "Per Unit": 1.25},
            {"Recipe": "Roast", "Role": "Output", "Material": "Oxide", "Per Unit": 1.0},
        ),
        "Demand": frame(
            {"Segment": "Town", "Material": "Oxide", "Site": "Town", "Served By": "One Source", **across(30, 40)},
            {"Segment": "Village", "Material": "Oxide", "Site": "Village", **across(10, 45)},
            {"Segment": "Harbour", "Material": "Oxide", "Site": "Harbour", "Served By": "One Source", **across(5, 40)},
        ),
        "Shortage Costs": frame(
            *({"Segment": s, "Tier": 1, "Cost": c} for s, c in {"Town": 60, "Village": 40, "Harbour": 50}.items())
        ),
        "Projects": frame(
            {
                "Project": "Kilns",
                "Site": "Plant",
                "Line": "Kiln",
                "Min Size": 15,
                "Max Size": 25,
                "Max Repeats": 3,
                "Capex Fixed": 0.2,
                "Capex per Capacity": 0.01,
                "Capex Year 1": 0.7,
                "Capex Year 2": 0.3,
                "Fixed Cost": 0.01,
                "Construction Time": 14,
                "Life": 12,
                "Participation": "Co-fund",
                "Capital Share": 0.6,
                "Output Share": 0.8,
            },
            {
                "Project": "Annex",
                "Site": "Plant",
                "Line": "Kiln",
                "Max Size": 60,
                "Capex per Capacity": 0.004,
                "Construction Time": 6,
                "Prerequisite": "Kilns",
                "Min Relative": 0.2,
                "Max Relative": 0.4,
                "Earliest Start": "2027-01-01",
            },
        ),
        "Subsidies": frame(
            {"Subsidy": "Act", "Share": 0.3, "Ceiling per Project": 0.12, "Ceiling": 0.15, "Country": "Chile"}
        ),
        "Overrides": frame(
            {"Override": "Village", "Table": "Lanes", "Row": "Depot A / Village", "Limit Type": "Max", "Value": 142},
            {"Override": "Kilns", "Table": "Projects", "Row": "Kilns", "Field": "Start", "Value": 1, "To": "2029"},
            {"Override": "Pit", "Table": "Offers", "Row": "Pit", "To": "2026", "Limit Type": "Min", "Value": 60},
        ),
        "Limits": frame(
            {"Limit": "Ours", "Measure": "Capacity", "Limit Type": "Max", "Size Is": "Our Share", **across(70)},
            {"Limit": "Depots", "Measure": "Number Used", "Counts": "Sites", "Limit Type": "Max", **across(2)},
            {"Limit": "Lanes", "Measure": "Number Used", "Counts": "Lanes", "Limit Type": "Max", **across(8)},
            {"Limit": "Pits", "Measure": "Number Used", "Counts": "Suppliers", "Limit Type": "Min", **across(1)},
            {"Limit": "Kilns", "Measure": "Number Used", "Counts": "Recipes", "Limit Type": "Min", **across(1)},
        ),
        "Stockpiles": frame(
            {"Site": "Depot A", "Material": "Oxide", "Capacity": 20, "Carrying Cost": 0.5},
            {"Site": "Old Depot", "Material": "Oxide", "Opening Stock": 12, "Capacity": 20, "Carrying Cost": 0.5},
        ),
    }


def plants_case() -> Case:
    """Return the case."""
    return Case.from_tables(plants_tables(), "plants")
