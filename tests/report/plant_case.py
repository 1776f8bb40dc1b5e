"""A small case with a plant that separates by basket, a licence, a duty, a cover target and a rule on an element.

Every number of its plan follows by hand. Two years; 8 t/y of metal are needed, 1.25 t of dysprosium oxide each:

* China grants half of 8 t/y applied for: 4 t of oxide, 3.2 t of metal, cheaper than one's own plant, so that all of it is
  bought in both years.
* 36.525 days of 10 t/y, 1 t of oxide or 0.8 t of metal, are held at the end of each year.
* At most 30 % of the dysprosium delivered in 2026 may come from China, 3 t or 2.4 t of metal: the other 0.8 t are the
  stock. In 2027 it is 40 %, 4 t or 3.2 t of metal, which comes in, and the stock stays Chinese.
* The plant makes the rest: 5.6 t and 4.8 t of metal, 7 t and 6 t of oxide. A t of feed holds 2 % dysprosium of which it
  recovers 90 %, in its first year 80 % of that: 7 / 0.0144 = 486.1 t and 6 / 0.018 = 333.3 t of feed.
"""

from __future__ import annotations

import datetime as dt

from model.case.case import Case
from tests.report.small_case import frame

FEED = {"2026": 7 / 0.0144, "2027": 6 / 0.018}
OWN, CHINESE = {"2026": 5.6, "2027": 4.8}, {"2026": 2.4, "2027": 3.2}


def plant_case() -> Case:
    sites = {"Port": "China", "Mine": "Australia", "Plant": "Malaysia", "Smelter": "Japan", "Town": "United States"}
    settings = {
        "Base Date": dt.date(2026, 1, 1),
        "Discount Rate": 0.0,
        "Optimality Gap": 0.0,
        "Fiscal Year Start": 10,
    }
    lanes = (("Port", "Smelter", 1.0), ("Mine", "Plant", 0.5), ("Plant", "Smelter", 1.0), ("Smelter", "Town", 2.0))
    return Case.from_tables(
        {
            "Settings": frame(*({"Setting": k, "Value": v} for k, v in settings.items())),
            "Periods": frame(*({"Period": y, "Start": f"{y}-01-01", "Months": 12} for y in ("2026", "2027"))),
            "Sites": frame(*({"Site": s, "Country": c} for s, c in sites.items())),
            "Suppliers": frame(
                {"Supplier": "Miner", "Country": "Australia"}, {"Supplier": "Exporter", "Country": "China"}
            ),
            "Materials": frame(
                {"Material": "Feed", "Stage": "Mined"},
                {"Material": "Dy oxide", "Stage": "Separated", "Reference Value": 250},
                {"Material": "Ce oxide", "Stage": "Separated", "Reference Value": 1, "Disposal Cost": 1},
                {"Material": "Dy metal", "Stage": "Metal", "Reference Value": 200},
            ),
            "Contents": frame(
                {"Element": "Dy", "Material": "Dy oxide", "Content": 1.0},
                {"Element": "Dy", "Material": "Dy metal", "Content": 1.25},
            ),
            "Baskets": frame({"Feed": "Feed", "Basis": "Measured", "Dy": 0.02, "Ce": 0.98}),
            "Recoveries": frame(
                {"Site": "Plant", "Product": "Dy oxide", "Dy": 0.9}, {"Site": "Plant", "Product": "Ce oxide", "Ce": 0.5}
            ),
            "Plant Feeds": frame({"Site": "Plant", "Feed": "Feed", "Line": "SX", "Conversion Cost": 4}),
            "Offers": frame(
                {
                    "Offer": "Ore",
                    "Supplier": "Miner",
                    "Site": "Mine",
                    "Material": "Feed",
                    "Price": 2,
                    "Available to Us": 1000,
                },
                {
                    "Offer": "Exported",
                    "Supplier": "Exporter",
                    "Site": "Port",
                    "Material": "Dy oxide",
                    "Price": 100,
                    "Available to Us": 50,
                    "Confidence": "C",
                },
            ),
            "Lanes": frame(*({"From Place": a, "To Place": b, "Cost": c} for a, b, c in lanes)),
            "Lines": frame({"Site": "Smelter", "Line": "Furnace", "Capacity": 100}),
            "Recipes": frame({"Recipe": "Reduce", "Line": "Furnace", "Stage": "Metal", "Conversion Cost": 20}),
            "Recipe Items": frame(
                {"Recipe": "Reduce", "Role": "Input", "Material": "Dy oxide", "Per Unit": 1.25},
                {"Recipe": "Reduce", "Role": "Output", "Material": "Dy metal", "Per Unit": 1},
            ),
            "Projects": frame(
                {
                    "Project": "SX plant",
                    "Site": "Plant",
                    "Line": "SX",
                    "Max Size": 1000,
                    "Capex Fixed": 10,
                    "Fixed Cost": 1,
                    "Construction Time": 12,
                    "Ramp Year 1": 1,
                    "Ramp Year 2": 1,
                    "Recovery Year 1": 0.8,
                    "Capital Share": 0.4,
                    "Output Share": 0.5,
                    "Life": 10,
                }
            ),
            "Commitments": frame(
                {
                    "Commitment": "Under way",
                    "Kind": "Running Build",
                    "Project": "SX plant",
                    "Build Size": 1000,
                    "Build Start": dt.date(2025, 1, 1),
                }
            ),
            "Stockpiles": frame({"Site": "Town", "Material": "Dy metal"}),
            "Demand": frame({"Segment": "Motors", "Material": "Dy metal", "Site": "Town", "2026": 8, "2027": 8}),
            "Shortage Costs": frame({"Segment": "Motors", "Tier": 1, "Cost": 5000}),
            "Cover Targets": frame({"Target": "Reserve", "Material": "Dy", "2026": 36.525, "2027": 36.525}),
            "Budgets": frame({"Budget": "Capital", "2026": 5, "2027": 5}),
            "Tariffs": frame(
                {
                    "Tariff": "On China",
                    "Importer": "United States",
                    "Origin": "China",
                    "Stage": "Separated",
                    "Material": "Dy",
                    "2026": 0.1,
                    "2027": 0.1,
                }
            ),
            "Export Controls": frame(
                {
                    "Control": "Licences",
                    "Jurisdiction": "China",
                    "Material": "Dy",
                    "Kind": "Licence",
                    "Base": 8,
                    "Approval Rate": 0.5,
                    "Fee": 3,
                },
                {
                    "Control": "Made of it",
                    "Jurisdiction": "China",
                    "Material": "Dy",
                    "Kind": "Quota",
                    "Reach": "Derived Content",
                    "2026": 6,
                    "2027": 6,
                },
            ),
            "De-risking Rules": frame(
                {
                    "Rule": "Little from China",
                    "Metric": "Country Share",
                    "Who": "China",
                    "Material": "Dy",
                    "Limit Type": "Max",
                    "2026": 0.3,
                    "2027": 0.4,
                }
            ),
        },
        "plant",
    )
