"""Random cases by seed and size; the one generator for properties, comparisons, fuzzing and benchmarks."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd

from model.case.build import case_from_tables
from model.case.case import Case

Rows = list[dict[str, Any]]
COUNTRIES = ("China", "Japan", "United States", "Malaysia", "Brazil", "Estonia")


def random_tables(seed: int, size: int = 1, *, periods: int = 4, binaries: bool = True) -> dict[str, Rows]:
    """Return the tables of a random case that always has a plan, since going short is allowed everywhere.

    Parameters
    ----------
    seed : int
        Same seed and size, same case.
    size : int
        Number of offers, plants, markets and projects grows with it.
    binaries : bool
        Whether there are minimum orders, order costs and projects.
    """
    r = random.Random(f"{seed}/{size}/{periods}")
    labels = [str(2026 + k) for k in range(periods)]
    markets = [f"Market {k}" for k in range(1 + size)]
    works = [f"Works {k}" for k in range(1 + size // 2)]
    tables: dict[str, Rows] = {
        "settings": [
            {"setting": "Optimality Gap", "value": 0},
            {"setting": "Discount Rate", "value": round(r.choice([0.0, 0.05, 0.1]), 3)},
        ],
        "periods": [{"period": p, "start": f"{p}-01-01", "months": 12} for p in labels],
        "countries": [{"country": c} for c in COUNTRIES],
        "materials": [
            {"material": "Feed", "stage": "Mined"},
            {"material": "Oxide", "stage": "Separated"},
            {"material": "Cerium", "stage": "Separated", "disposal_cost": round(r.uniform(0.1, 2), 2)},
        ],
        "suppliers": [],
        "offers": [],
        "sites": [{"site": m, "country": "United States", "kind": "Market"} for m in markets]
        + [{"site": w, "country": r.choice(COUNTRIES), "kind": "Separation Plant"} for w in works]
        + [{"site": f"Port {c}", "country": c, "kind": "Port"} for c in COUNTRIES],
    }
    for k in range(2 + 2 * size):
        country = r.choice(COUNTRIES)
        tables["suppliers"].append({"supplier": f"Supplier {k}", "country": country})
        tables["offers"].append(_offer(r, k, country, binaries))
    tables["demand"] = [_demand(r, m, labels) for m in markets]
    tables["shortage_costs"] = [
        t
        for m in markets
        for t in (
            {"segment": f"Users of {m}", "tier": 1, "share_of_demand": 0.2, "cost": round(r.uniform(30, 60), 1)},
            {"segment": f"Users of {m}", "tier": 2, "cost": round(r.uniform(100, 500), 1)},
        )
    ]
    tables["lanes"] = [
        {"from_place": a, "to_place": b, "cost": round(r.uniform(0.05, 2), 2), "lead_time": r.choice([0, 0, 3, 6])}
        for a, b in [(f"Port {c}", w) for c in COUNTRIES for w in works]
        + [(f"Port {c}", m) for c in COUNTRIES for m in markets]
        + [(w, m) for w in works for m in markets]
    ]
    tables["recipes"] = [
        {"recipe": "Separation", "line": "SX", "stage": "Separated", "conversion_cost": round(r.uniform(1, 6), 2)}
    ]
    tables["recipe_items"] = [
        {"recipe": "Separation", "role": "Input", "material": "Feed", "per_unit": 1.0},
        {"recipe": "Separation", "role": "Output", "material": "Oxide", "per_unit": 0.55},
        {"recipe": "Separation", "role": "Output", "material": "Cerium", "per_unit": 0.3},
    ]
    tables["lines"] = [
        {"site": w, "line": "SX", "capacity": round(r.uniform(5, 60), 1), "availability": 0.9} for w in works
    ]
    tables["sales"] = [
        {"site": w, "material": "Cerium", "price": round(r.uniform(0.2, 2), 2), "most": 20} for w in works
    ]
    tables["stockpiles"] = [
        {
            "site": m,
            "material": "Oxide",
            "opening_stock": round(r.uniform(0, 10), 1),
            "carrying_cost": 0.3,
            "capacity": 80,
            "loss": 0.01,
        }
        for m in markets
    ]
    tables["export_controls"] = [
        {
            "control": "Civil",
            "jurisdiction": "China",
            "material": "Oxide",
            "end_use": "Civil",
            "kind": "Licensed Volume",
            **{p: round(r.uniform(10, 60), 1) for p in labels},
        },
        {"control": "No arms", "jurisdiction": "China", "material": "Oxide", "end_use": "Military", "kind": "Ban"},
    ]
    tables["derisking_rules"] = [
        {
            "rule": "Cap",
            "metric": "Country Share",
            "who": "China",
            "limit_type": "Max",
            **{p: round(r.uniform(0.2, 0.8), 2) for p in labels},
        }
    ]
    if binaries:
        tables["projects"] = [_project(r, k, r.choice(works)) for k in range(1 + size)]
    return tables


def _offer(r: random.Random, k: int, country: str, binaries: bool) -> dict[str, Any]:
    # The first offer is always feed, so that the plants have something to do.
    feed = k == 0 or r.random() < 0.4
    row: dict[str, Any] = {
        "offer": f"Offer {k}",
        "supplier": f"Supplier {k}",
        "site": f"Port {country}",
        "material": "Feed" if feed else "Oxide",
        "price": round(r.uniform(1, 5) if feed else r.uniform(5, 60), 2),
        "available_to_us": round(r.uniform(60, 250) if feed else r.uniform(5, 60), 1),
    }
    if binaries and r.random() < 0.5:
        row |= {"minimum_order": round(r.uniform(1, 10), 1), "cost_per_order": round(r.uniform(1, 40), 1)}
    return row


def _demand(r: random.Random, market: str, labels: list[str]) -> dict[str, Any]:
    return {
        "segment": f"Users of {market}",
        "material": "Oxide",
        "site": market,
        "end_use": r.choice(["Civil", "Civil", "Military"]),
        "priority": 2,
        **{p: round(r.uniform(10, 90), 1) for p in labels},
    }


def _project(r: random.Random, k: int, works: str) -> dict[str, Any]:
    return {
        "project": f"Project {k}",
        "site": works,
        "line": "SX",
        "min_size": 10,
        "max_size": round(r.uniform(30, 150), 1),
        "capex_fixed": round(r.uniform(0.5, 5), 2),
        "capex_per_capacity": round(r.uniform(0.005, 0.06), 4),
        "permit_cost": 0.2,
        "permit_time": r.choice([0, 6, 12]),
        "construction_time": r.choice([6, 12]),
        "ramp_year_1": 0.5,
        "life": 10,
    }


def case_of(tables: dict[str, Rows]) -> Case:
    """Return the Case of generated tables."""
    return case_from_tables({name: pd.DataFrame(rows) for name, rows in tables.items() if rows})


def random_case(seed: int, size: int = 1, **options: Any) -> Case:
    """Return a random Case; see `random_tables`."""
    return case_of(random_tables(seed, size, **options))


def with_chemistry(tables: dict[str, Rows], seed: int) -> dict[str, Rows]:
    """Return the tables of a random case with what looks through: baskets, elements, licences, duties, cover, young plants."""
    r = random.Random(f"chemistry {seed}")
    labels = [p["period"] for p in tables["periods"]]
    works = sorted({line["site"] for line in tables["lines"]})
    out = dict(tables)
    _baskets(r, tables, out, works)
    _magnets(r, tables, out, labels, works)
    _borders(r, tables, out, labels)
    _targets(r, tables, out, labels)
    _young_plants(r, tables, out, labels)
    return out


def _baskets(r: random.Random, tables: dict[str, Rows], out: dict[str, Rows], works: list[str]) -> None:
    out["materials"] = [
        *({**m, "reference_value": round(r.uniform(5, 40), 1)} for m in tables["materials"]),
        {"material": "Clay", "stage": "Mined", "reference_value": 4.0},
        {"material": "Magnet", "stage": "Magnet", "reference_value": 60.0},
    ]
    out["contents"] = [
        {"element": "Heavy", "material": "Oxide", "content": round(r.uniform(0.05, 0.3), 3)},
        {"element": "Heavy", "material": "Magnet", "content": round(r.uniform(0.01, 0.1), 3)},
    ]
    out["baskets"] = [{"feed": "Clay", "basis": "Measured", "nd": 0.3, "dy": 0.1, "ce": 0.4, "other_reo": 0.2}]
    out["recoveries"] = [
        row
        for w in works
        for row in (
            {"site": w, "product": "Oxide", "nd": round(r.uniform(0.6, 0.95), 2), "dy": round(r.uniform(0.5, 0.9), 2)},
            {"site": w, "product": "Cerium", "ce": 0.9, "other_reo": 0.5},
        )
    ]
    out["plant_feeds"] = [
        {"site": w, "feed": "Clay", "line": "SX", "conversion_cost": round(r.uniform(1, 5), 1)} for w in works
    ]


def _magnets(
    r: random.Random, tables: dict[str, Rows], out: dict[str, Rows], labels: list[str], works: list[str]
) -> None:
    supplier = tables["offers"][0]["supplier"]
    country = r.choice(COUNTRIES)
    out["offers"] = [
        *tables["offers"],
        {
            "offer": "Clay",
            "supplier": supplier,
            "site": f"Port {country}",
            "material": "Clay",
            "price": 2.0,
            "available_to_us": 150.0,
        },
        {
            "offer": "Magnets",
            "supplier": supplier,
            "site": f"Port {r.choice(COUNTRIES)}",
            "material": "Magnet",
            "price": 90.0,
            "available_to_us": 20.0,
            "mined_in": country,
            "separated_in": r.choice(COUNTRIES),
            "metal_in": r.choice(COUNTRIES),
        },
    ]
    out["recipes"] = [
        *tables["recipes"],
        {"recipe": "Sintering", "line": "Press", "stage": "Magnet", "conversion_cost": 20.0},
    ]
    out["recipe_items"] = [
        *tables["recipe_items"],
        {"recipe": "Sintering", "role": "Input", "material": "Oxide", "per_unit": 0.4},
        {"recipe": "Sintering", "role": "Output", "material": "Magnet", "per_unit": 1.0},
    ]
    out["lines"] = [*tables["lines"], *({"site": w, "line": "Press", "capacity": 40.0} for w in works)]
    market = tables["demand"][0]["site"]
    out["demand"] = [
        *tables["demand"],
        {
            "segment": "Motors",
            "material": "Magnet",
            "site": market,
            "end_use": r.choice(["Civil", "Military"]),
            "priority": 1,
            **{p: round(r.uniform(5, 30), 1) for p in labels},
        },
    ]
    out["shortage_costs"] = [*tables["shortage_costs"], {"segment": "Motors", "tier": 1, "cost": 900.0}]
    out["stockpiles"] = [
        *tables["stockpiles"],
        {"site": market, "material": "Magnet", "opening_stock": 2.0, "carrying_cost": 1.0},
    ]


def _borders(r: random.Random, tables: dict[str, Rows], out: dict[str, Rows], labels: list[str]) -> None:
    out["export_controls"] = [
        *tables["export_controls"],
        {
            "control": "Licence",
            "jurisdiction": r.choice(COUNTRIES[:2]),
            "material": "Heavy",
            "kind": "Licence",
            "end_use": "Civil",
            "approval_rate": round(r.uniform(0.1, 0.9), 2),
            "delay": r.choice([0, 2, 5]),
            "fee": 0.5,
        },
        {
            "control": "Reach",
            "jurisdiction": "China",
            "material": "Magnet",
            "kind": "Ban",
            "end_use": "Military",
            "reach": "Derived Content",
        },
    ]
    out["tariffs"] = [
        {
            "tariff": f"Duty {k}",
            "importer": "United States",
            "origin": r.choice(COUNTRIES[:2]),
            "material": g,
            "stage": stage,
            **{p: round(r.uniform(0, 0.5), 2) for p in labels},
        }
        for k, (g, stage) in enumerate((("Oxide", "Any Stage"), ("Magnet", "Separated"), ("Heavy", "Mined")))
    ]


def _targets(r: random.Random, tables: dict[str, Rows], out: dict[str, Rows], labels: list[str]) -> None:
    out["cover_targets"] = [
        {
            "target": "Motors",
            "segment": "Motors",
            "material": "Magnet",
            "hardness": "Soft",
            "penalty": 5.0,
            **{p: r.choice([30, 60, 90]) for p in labels},
        },
        {
            "target": "Heavy",
            "material": "Heavy",
            "forms": "Any Form",
            "hardness": "Soft",
            "penalty": 20.0,
            **dict.fromkeys(labels, 45),
        },
    ]
    out["derisking_rules"] = [
        *tables["derisking_rules"],
        {
            "rule": "Element",
            "metric": "Country Share",
            "who": r.choice(COUNTRIES[:4]),
            "stage": r.choice(["Separated", "Any Stage"]),
            "material": "Heavy",
            "limit_type": r.choice(["Max", "Min"]),
            "hardness": "Soft",
            "penalty": 30.0,
            **{p: round(r.uniform(0.1, 0.9), 2) for p in labels},
        },
        {
            "rule": "Sources",
            "metric": "Sources",
            "material": "Heavy",
            "limit_type": "Min",
            "hardness": "Soft",
            "penalty": 10.0,
            **dict.fromkeys(labels, 2),
        },
    ]


def _young_plants(r: random.Random, tables: dict[str, Rows], out: dict[str, Rows], labels: list[str]) -> None:
    if "projects" in tables:
        out["projects"] = [
            {
                **p,
                "recovery_year_1": r.choice([0.6, 1.0]),
                "capital_share": r.choice([0.5, 1.0]),
                "output_share": r.choice([0.7, 1.0]),
            }
            for p in tables["projects"]
        ]
        out["budgets"] = [{"budget": "All", **dict.fromkeys(labels, round(r.uniform(1, 8), 1))}]
