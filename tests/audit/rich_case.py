"""A small case in which every constraint family has something to say: two chains to magnets, one of them Chinese.

One plant separates a carbonate by a typed recipe and two more feeds by their baskets; young plants recover less.

Invented throughout. Half-years, then years, then a period of two years, so that no length can be mistaken for another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.network.parts import Scope
from model.plan import Plan, load_plan
from model.solver.single import Search, searched, summed

PERIODS = [
    ("2026-H2", "2026-07-01", 6),
    ("2027-H1", "2027-01-01", 6),
    ("2027-H2", "2027-07-01", 6),
    ("2028", "2028-01-01", 12),
    ("2029", "2029-01-01", 12),
    ("2030", "2030-01-01", 24),
]
KEPT = Path(__file__).with_name("rich_plan")
YEARS = [2026, 2027, 2028, 2029, 2030]


def across(first: float | None, *more: float | None) -> dict[str, float | None]:
    """Return year columns; the last number given holds to the end, in the last period for both of its years."""
    numbers = [first, *more]
    return {str(y): numbers[min(i, len(numbers) - 1)] for i, y in enumerate(YEARS)}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows)).astype(object)


def _places() -> dict[str, pd.DataFrame]:
    sites = {
        "Kalgoorlie": "Australia",
        "Guangzhou": "China",
        "Hub": "Singapore",
        "Texas": "United States",
        "Store": "United States",
        "Works": "United States",
        "Market": "United States",
        "Arsenal": "United States",
        "Berlin": "Germany",
    }
    countries = sorted({*sites.values(), "Estonia", "Japan", "Brazil"})
    return {
        "Settings": frame(
            *(
                {"Setting": k, "Value": v}
                for k, v in {
                    "Base Date": "2026-07-01",
                    "Discount Rate": "0.06",
                    "Optimality Gap": "0.001",
                    "Attribution": "Joint",
                }.items()
            )
        ),
        "Periods": frame(*({"Period": p, "Start": s, "Months": m} for p, s, m in PERIODS)),
        "Countries": frame(*({"Country": c} for c in countries)),
        "Country Groups": frame(
            {"Group": "Covered", "Country": "China"},
            {"Group": "Allies", "Country": "Australia"},
            {"Group": "Allies", "Country": "Estonia"},
        ),
        "Materials": frame(
            {"Material": "Carbonate", "Stage": "Mined", "Reference Value": 11},
            {"Material": "Monazite", "Stage": "Mined", "Reference Value": 9},
            {"Material": "Clay", "Stage": "Mined", "Reference Value": 20},
            {"Material": "NdPr", "Stage": "Separated", "Reference Value": "NdPr value"},
            {"Material": "Dy", "Stage": "Separated", "Reference Value": 300},
            {"Material": "Ce", "Stage": "Separated", "Disposal Cost": 0.5, "Reference Value": 2},
            {"Material": "Magnet", "Stage": "Magnet", "Reference Value": 80},
        ),
        "Contents": frame(
            {"Element": "Dysprosium", "Material": "Carbonate", "Content": 0.01},
            {"Element": "Dysprosium", "Material": "Clay", "Content": 0.05},
            {"Element": "Dysprosium", "Material": "Dy", "Content": 0.95},
            {"Element": "Dysprosium", "Material": "Magnet", "Content": 0.018},
            {"Element": "Neodymium", "Material": "NdPr", "Content": 0.75},
            {"Element": "Neodymium", "Material": "Magnet", "Content": 0.25},
        ),
        "Suppliers": frame(
            {"Supplier": "Alpha", "Country": "Australia"},
            {"Supplier": "Beta", "Country": "Estonia"},
            {"Supplier": "Trader", "Country": "Japan"},
            {"Supplier": "Sino", "Country": "China"},
        ),
        "Sites": frame(*({"Site": s, "Country": c} for s, c in sites.items())),
    }


def _supply() -> dict[str, pd.DataFrame]:
    chinese = {"Mined In": "China", "Separated In": "China"}
    return {
        "Offers": frame(
            {
                "Offer": "A-1",
                "Supplier": "Alpha",
                "Site": "Kalgoorlie",
                "Material": "Carbonate",
                "Price": 12,
                "Available to Us": 400,
                "Cost per Order": 30,
                "Minimum Order": 20,
                "Lead Time": 2,
                "Mined In": "Australia",
            },
            {
                "Offer": "A-2",
                "Supplier": "Alpha",
                "Site": "Kalgoorlie",
                "Material": "Monazite",
                "Price": 7,
                "Available to Us": 12,
                "Mined In": "Australia",
            },
            {
                "Offer": "B-3",
                "Supplier": "Beta",
                "Material": "Clay",
                "Price": 16,
                "Available to Us": 5,
                "Mined In": "Brazil",
            },
            {
                "Offer": "B-1",
                "Supplier": "Beta",
                "Material": "NdPr",
                "Price": "Beta price",
                "Available to Us": 16,
                "Cost per Order": 15,
                "Minimum Order": 3,
                "Lead Time": 1,
                "Valid From": "2027-01-01",
                "Mined In": "United States",
                "Separated In": "Estonia",
            },
            {
                "Offer": "B-2",
                "Supplier": "Beta",
                "Material": "Dy",
                "Price": 420,
                "Available to Us": 4,
                "Mined In": "Brazil",
                "Separated In": "Estonia",
                "Valid Until": "2030-12-31",
            },
            {"Offer": "T-1", "Supplier": "Trader", "Material": "Dy", "Price": 310, "Available to Us": 6, **chinese},
            {
                "Offer": "S-1",
                "Supplier": "Sino",
                "Site": "Guangzhou",
                "Material": "NdPr",
                "Kind": "Renewal",
                "Price": 70,
                "Available to Us": 50,
                **chinese,
            },
            {
                "Offer": "S-2",
                "Supplier": "Sino",
                "Site": "Guangzhou",
                "Material": "Dy",
                "Kind": "Renewal",
                "Price": 250,
                "Available to Us": 5,
                "End Uses Allowed": "Civil",
            },
        ),
        "Series": frame(
            {"Series": "Beta price", "Unit": "USD/kg", "2026": 125, "2027": 118, "2028": 112},
            {"Series": "NdPr value", "Unit": "USD/kg", "2026": 80, "2028": 90},
            {"Series": "Approval", "Unit": "%", "2026": 0.85, "2029": 0.7},
            {"Series": "Ce floor", "Unit": "t/y", "2026": 0, "2029": 1.5},
            {"Series": "Ce market", "Unit": "t/y", "2026": 20, "2029": 15},
        ),
        "Commitments": frame(
            {
                "Commitment": "C-1",
                "Kind": "Contract",
                "Supplier": "Beta",
                "Material": "NdPr",
                "Price": 100,
                "Mined In": "United States",
                "Separated In": "Estonia",
                **across(0, 4, 4, 0),
            },
            {
                "Commitment": "C-2",
                "Kind": "In Transit",
                "Supplier": "Sino",
                "Material": "Dy",
                "Site": "Store",
                "End Uses Allowed": "Civil",
                **chinese,
                **across(1, 0),
            },
            {
                "Commitment": "C-3",
                "Kind": "Open Order",
                "Supplier": "Trader",
                "Material": "Dy",
                "Price": 290,
                **chinese,
                **across(1, 1, 0),
            },
            {
                "Commitment": "C-4",
                "Kind": "Running Build",
                "Project": "Store extension",
                "Build Start": "2026-04-01",
                "Build Size": 20,
            },
            {
                "Commitment": "C-5",
                "Kind": "Running Build",
                "Project": "Works press",
                "Build Start": "2026-02-01",
                "Build Size": 12,
            },
        ),
    }


def _network() -> dict[str, pd.DataFrame]:
    atlantic = {
        "Cost": 1.2,
        "Lead Time": 1,
        "Capacity": 40,
        "Shared As": "Atlantic",
        "Fixed Cost": 0.4,
        "Fixed Cost Paid": "Once",
    }
    return {
        "Lanes": frame(
            {
                "From Place": "Kalgoorlie",
                "To Place": "Texas",
                "Material": "Carbonate",
                "Cost": 0.9,
                "Lead Time": 2,
                "Capacity": 320,
                "Fixed Cost": 0.15,
                "Minimum If Used": 15,
            },
            {"From Place": "Kalgoorlie", "To Place": "Texas", "Material": "Monazite", "Cost": 0.7, "Lead Time": 2},
            {"From Place": "Guangzhou", "To Place": "Hub", "Cost": 0.4, "Lead Time": 1},
            {"From Place": "Hub", "To Place": "United States", "Cost": 0.6, "Lead Time": 1, "Capacity": 45},
            {"From Place": "Beta", "To Place": "United States", **atlantic},
            {"From Place": "Trader", "To Place": "United States", **atlantic},
            {"From Place": "United States", "To Place": "United States", "Cost": 0.1},
            {"From Place": "Works", "To Place": "Market", "Material": "Magnet", "Cost": 0.3},
            {"From Place": "Store", "To Place": "Berlin", "Material": "Dy", "Cost": 0.2},
        ),
        "Lines": frame(
            {"Site": "Texas", "Line": "Separation", "Capacity": 80, "Availability": 0.9, "Fixed Cost": 0.5},
            {"Site": "Texas", "Line": "Gate", "Kind": "Throughput", "Capacity": 90},
            {"Site": "Works", "Line": "Sintering", "Capacity": 76, "Fixed Cost": 1.0},
            {"Site": "Store", "Line": "Hall", "Kind": "Storage", "Capacity": 40},
        ),
        "Recipes": frame(
            {"Recipe": "Separate", "Line": "Separation", "Stage": "Separated", "Conversion Cost": 6},
            {"Recipe": "Sinter", "Line": "Sintering", "Site": "Works", "Stage": "Magnet", "Conversion Cost": 25},
        ),
        "Recipe Items": frame(
            {"Recipe": "Separate", "Role": "Input", "Material": "Carbonate", "Per Unit": 1.0},
            {"Recipe": "Separate", "Role": "Output", "Material": "NdPr", "Per Unit": 0.2},
            {"Recipe": "Separate", "Role": "Output", "Material": "Dy", "Per Unit": 0.01},
            {"Recipe": "Separate", "Role": "Output", "Material": "Ce", "Per Unit": 0.3},
            {"Recipe": "Sinter", "Role": "Input", "Material": "NdPr", "Per Unit": 0.35},
            {"Recipe": "Sinter", "Role": "Input", "Material": "Dy", "Per Unit": 0.02},
            {"Recipe": "Sinter", "Role": "Output", "Material": "Magnet", "Per Unit": 1.0},
            {"Recipe": "Sinter", "Role": "Line Use", "Per Unit": 1.1},
        ),
        "Baskets": frame(
            {
                "Feed": "Monazite",
                "Basis": "Measured",
                "La": 0.22,
                "Ce": 0.46,
                "Pr": 0.05,
                "Nd": 0.18,
                "Other REO": 0.09,
            },
            {
                "Feed": "Clay",
                "Basis": "Proxy",
                "Proxy Of": "Serra",
                "La": 0.4,
                "Ce": 0.05,
                "Pr": 0.07,
                "Nd": 0.26,
                "Tb": 0.01,
                "Dy": 0.05,
                "Y": 0.16,
            },
        ),
        "Recoveries": frame(
            {"Site": "Texas", "Product": "NdPr", "Pr": 0.9, "Nd": 0.92},
            {"Site": "Texas", "Product": "Dy", "Dy": 0.8, "Tb": 0.1},
            {"Site": "Texas", "Product": "Ce", "Ce": 0.7, "La": 0.2},
        ),
        "Plant Feeds": frame(
            {"Site": "Texas", "Feed": "Monazite", "Line": "Separation", "Line Use": 1.2, "Conversion Cost": 5},
            {"Site": "Texas", "Feed": "Clay", "Line": "Separation", "Conversion Cost": 4},
        ),
        "Projects": frame(
            {
                "Project": "Texas wing",
                "Site": "Texas",
                "Line": "Separation",
                "Min Size": 50,
                "Max Size": 150,
                "Capex Fixed": 1.5,
                "Capex per Capacity": 0.02,
                "Fixed Cost": 0.1,
                "Permit Cost": 0.2,
                "Permit Time": 6,
                "Construction Time": 9,
                "Ramp Year 1": 0.5,
                "Ramp Year 2": 0.8,
                "Recovery Year 1": 0.7,
                "Recovery Year 2": 0.9,
                "Capital Share": 0.6,
                "Output Share": 0.8,
                "Life": 8,
                "Finance Rate": 0.1,
                "Exclusive Group": "Texas",
            },
            {
                "Project": "Texas tower",
                "Site": "Texas",
                "Line": "Separation",
                "Min Size": 100,
                "Max Size": 400,
                "Capex Fixed": 9,
                "Capex per Capacity": 0.03,
                "Construction Time": 26,
                "Exclusive Group": "Texas",
            },
            {
                "Project": "Second furnace",
                "Site": "Works",
                "Line": "Sintering",
                "Min Size": 10,
                "Max Size": 60,
                "Capex Fixed": 1,
                "Capex per Capacity": 0.05,
                "Construction Time": 9,
                "Prerequisite": "Texas wing",
                "Life": 3,
                "Latest Start": "2029-06-30",
            },
            {
                "Project": "Store extension",
                "Site": "Store",
                "Line": "Hall",
                "Kind": "Storage",
                "Max Size": 30,
                "Capex per Capacity": 0.01,
                "Fixed Cost": 0.02,
                "Construction Time": 7,
                "Capital Share": 0.75,
                "Output Share": 0.9,
            },
            {
                "Project": "Works press",
                "Site": "Works",
                "Line": "Sintering",
                "Max Size": 12,
                "Capex per Capacity": 0.04,
                "Fixed Cost": 0.03,
                "Construction Time": 10,
                "Recovery Year 1": 0.85,
                "Recovery Year 2": 0.95,
                "Output Share": 0.5,
            },
        ),
        "Stockpiles": frame(
            {
                "Site": "Store",
                "Material": "NdPr",
                "Opening Stock": 12,
                "Capacity": 40,
                "Carrying Cost": 1.0,
                "Loss": 0.02,
                "Fill Rate": 14,
                "Release Rate": 18,
                "Closing Rule": "Min",
                "Closing Stock": 8,
                "Mined In": "United States",
                "Separated In": "Estonia",
            },
            {
                "Site": "Store",
                "Material": "Dy",
                "Opening Stock": 3,
                "End Uses Allowed": "Civil",
                "Capacity": 10,
                "Carrying Cost": 2.0,
                "Closing Rule": "Fixed",
                "Closing Stock": 1.5,
                **{"Mined In": "China", "Separated In": "China"},
            },
            {"Site": "Works", "Material": "Magnet", "Capacity": 30, "Carrying Cost": 3.0},
        ),
    }


def _demand() -> dict[str, pd.DataFrame]:
    return {
        "Demand": frame(
            {"Segment": "Motors", "Material": "Magnet", "Site": "Market", **across(55, 60, 80, 110, 125)},
            {
                "Segment": "Missiles",
                "Material": "Magnet",
                "End Use": "Military",
                "Site": "Arsenal",
                "Priority": 1,
                **across(6, 8, 9, 10),
            },
            {
                "Segment": "Lasers",
                "Material": "NdPr",
                "Site": "Market",
                "Product": "laser",
                "Content": 2,
                **across(6, 7, 8),
            },
            {"Segment": "Lamps", "Material": "Dy", "Site": "Berlin", **across(0.8)},
        ),
        "Shortage Costs": frame(
            {"Segment": "Motors", "Tier": 1, "Share Of Demand": 0.1, "Cost": 60},
            {"Segment": "Motors", "Tier": 2, "Cost": 900},
            {"Segment": "Missiles", "Tier": 1, "Cost": 3000},
            {"Segment": "Lasers", "Tier": 1, "Share Of Demand": 0.15, "Cost per Product": 0.15},
            {"Segment": "Lasers", "Tier": 2, "Cost per Product": 2.5},
            {"Segment": "Lamps", "Tier": 1, "Cost": 1500},
        ),
        "Sales": frame({"Site": "Texas", "Material": "Ce", "Price": 2.0, "Most": "Ce market", "Least": "Ce floor"}),
    }


def _rules() -> dict[str, pd.DataFrame]:
    return {
        "Limits": frame(
            {"Limit": "Budget", "Measure": "Spend", "Limit Type": "Max", **across(4.2)},
            {"Limit": "Ore", "Measure": "Volume", "Limit Type": "Max", "Supplier": "Alpha", **across(None, 300)},
            {"Limit": "Offers at once", "Measure": "Number Used", "Limit Type": "Max", "Window": "Period", **across(5)},
            {"Limit": "Keep two", "Measure": "Number Used", "Limit Type": "Min", **across(None, 2)},
            {"Limit": "Growth", "Measure": "Capacity", "Limit Type": "Max", **across(150)},
            {
                "Limit": "Reserve",
                "Measure": "Stock",
                "Limit Type": "Min",
                "Site": "Store",
                "Material": "NdPr",
                "Hardness": "Soft",
                "Penalty": 4,
                **across(None, 13, 15),
            },
            {
                "Limit": "Beta's share",
                "Measure": "Volume",
                "Limit Type": "Min",
                "Applies": "Each",
                "Supplier": "Beta",
                "Material": "Dy",
                "Hardness": "Soft",
                "Penalty": 90,
                **across(None, None, 1),
            },
            {"Limit": "Each pile", "Measure": "Stock", "Limit Type": "Max", "Applies": "Each", **across(38)},
        ),
        "Cover Targets": frame(
            {
                "Target": "Arms",
                "End Use": "Military",
                "Material": "Dysprosium",
                "Forms": "Any Form",
                **across(None, 60),
            },
            {
                "Target": "Cars",
                "Segment": "Motors",
                "Material": "Magnet",
                "Site": "Works",
                "Hardness": "Soft",
                "Penalty": 15,
                **across(None, 20, 30, 45),
            },
            {
                "Target": "Neodymium",
                "Material": "Neodymium",
                "Forms": "Any Form",
                "Hardness": "Soft",
                "Penalty": 3,
                **across(None, None, 60),
            },
        ),
        "Budgets": frame(
            {"Budget": "Capital", **across(None, 4)},
            {"Budget": "Wing", "Project": "Texas wing", "Window": "Period", **across(2.5)},
        ),
        "Tariffs": frame(
            {
                "Tariff": "Section",
                "Charged On": "Reference Value",
                "Importer": "United States",
                "Origin": "Covered",
                **across(0.1, 0.2, 0.25),
            },
            {
                "Tariff": "Dy ore",
                "Charged On": "Reference Value",
                "Importer": "United States",
                "Origin": "China",
                "Stage": "Mined",
                "Material": "Dysprosium",
                **across(0.05),
            },
            {
                "Tariff": "Solidarity",
                "Charged On": "Reference Value",
                "Importer": "United States",
                "Origin": "Allies",
                "Stage": "Separated",
                "Material": "NdPr",
                **across(0.02),
            },
        ),
        "Export Controls": frame(
            {
                "Control": "Dy licence",
                "Jurisdiction": "China",
                "Material": "Dysprosium",
                "End Use": "Civil",
                "Kind": "Licence",
                "Approval Rate": "Approval",
                "Delay": 4,
                "Fee": 1.5,
                "Effective": "2027-01-01",
            },
            {
                "Control": "NdPr licence",
                "Jurisdiction": "China",
                "Material": "NdPr",
                "Kind": "Licence",
                "Base": 36,
                "Approval Rate": 0.7,
                "Delay": 1,
                "Fee": 0.2,
                "Window": "Period",
                "Effective": "2028-01-01",
            },
            {
                "Control": "Arms reach",
                "Jurisdiction": "China",
                "Material": "Any",
                "End Use": "Military",
                "Kind": "Ban",
                "Reach": "Derived Content",
            },
            {
                "Control": "Civil reach",
                "Jurisdiction": "China",
                "Material": "Dysprosium",
                "End Use": "Civil",
                "Destination": "Germany",
                "Kind": "Licensed Volume",
                "Reach": "Derived Content",
                **across(0.5),
            },
            {
                "Control": "Dy civil",
                "Jurisdiction": "China",
                "Material": "Dy",
                "End Use": "Civil",
                "Kind": "Licensed Volume",
                **across(3.2),
            },
            {"Control": "Dy military", "Jurisdiction": "China", "Material": "Dy", "End Use": "Military", "Kind": "Ban"},
            {
                "Control": "NdPr",
                "Jurisdiction": "China",
                "Material": "NdPr",
                "Kind": "Quota",
                "Effective": "2027-01-01",
                "Window": "Period",
                **across(None, 30, 26),
            },
        ),
        "De-risking Rules": frame(
            {
                "Rule": "Origin",
                "Metric": "Country Share",
                "Who": "Covered",
                "Material": "Magnet",
                "Limit Type": "Max",
                **across(None, None, 0.85, 0.75),
            },
            {
                "Rule": "Law",
                "Metric": "Country Share",
                "Who": "Covered",
                "End Use": "Military",
                "Limit Type": "Max",
                "Force": "Law",
                "Effective": "2027-01-01",
                **across(0),
            },
            {
                "Rule": "Home",
                "Metric": "Country Share",
                "Who": "United States",
                "Stage": "Separated",
                "Segment": "Motors",
                "Limit Type": "Min",
                "Hardness": "Soft",
                "Penalty": 30,
                **across(None, None, None, 0.4),
            },
            {
                "Rule": "Spread",
                "Metric": "Supplier Share",
                "Who": "Sino",
                "Material": "NdPr",
                "Limit Type": "Max",
                "Hardness": "Soft",
                "Penalty": 1,
                **across(0.15),
            },
            {
                "Rule": "Beta lasers",
                "Metric": "Supplier Share",
                "Who": "Beta",
                "Segment": "Lasers",
                "Material": "NdPr",
                "Limit Type": "Fixed",
                **across(None, None, None, 0.25),
            },
            {
                "Rule": "Dysprosium",
                "Metric": "Country Share",
                "Who": "Covered",
                "Stage": "Separated",
                "Material": "Dysprosium",
                "Limit Type": "Max",
                "Hardness": "Soft",
                "Penalty": 40,
                **across(None, None, 0.2),
            },
            {
                "Rule": "Dysprosium sources",
                "Metric": "Sources",
                "Material": "Dysprosium",
                "Source Is": "Country",
                "Limit Type": "Max",
                **across(None, 4),
            },
            {"Rule": "Dy sources", "Metric": "Sources", "Material": "Dy", "Limit Type": "Min", **across(None, 2)},
            {
                "Rule": "NdPr sources",
                "Metric": "Sources",
                "Material": "NdPr",
                "Source Is": "Country",
                "Limit Type": "Max",
                **across(None, 2),
            },
            {
                "Rule": "Exactly",
                "Metric": "Sources",
                "Material": "NdPr",
                "Limit Type": "Fixed",
                "Counts From": 0.2,
                "Hardness": "Soft",
                "Penalty": 1,
                "Window": "Period",
                **across(None, None, 2, 3),
            },
        ),
    }


def rich_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the case."""
    return {**_places(), **_supply(), **_network(), **_demand(), **_rules()}


def rich_case() -> Case:
    """Return the case."""
    return Case.from_tables(rich_tables(), "rich")


def kept_plan() -> Plan:
    """Return a plan of the case as it was once solved, so that spoiling it does not hang on the solver's ties."""
    return load_plan(KEPT)


def planned(case: Case, *, as_is: bool = False, gap: float = 1e-3) -> Plan:
    """Return a plan of a case as the program makes it, but not yet audited."""
    found = searched(case, Scope(as_is=as_is), Search(gap, 30))
    assert found.plan is not None, found.passes.status
    return summed(found)


if __name__ == "__main__":  # writes the kept plan anew, after a change of the case or of the plan tables
    planned(rich_case()).save(KEPT)
