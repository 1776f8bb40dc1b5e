"""Named variants of the shipped rare-earth case: seconds, sizes and what the plan comes to.

    python -m benchmarks.variants [NAME …]

Every variant is checked, planned to the case's own gap, audited and compared with As Is, as by `run.py`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import model
from model.case.case import Case

CASE = Path(__file__).parents[1] / "inputs" / "rare_earths"


def scaled(case: Case, table: str, rows: Callable[[pd.DataFrame], pd.Series], factor: float) -> Case:
    """Return the case with the period columns of some rows multiplied."""
    frame = case.tables[table].copy()
    wide = list(case.data[table].wide.columns)
    frame.loc[rows(frame), wide] *= factor
    return case.replace(table, frame)


def volumes(factor: float) -> Callable[[Case], Case]:
    """Return a change of every licensed volume for civil use."""
    return lambda case: scaled(case, "Export Controls", lambda f: f["end_use"] == "Civil", factor)


def access(factor: float) -> Callable[[Case], Case]:
    """Return a change of everything that outside sources leave to us."""
    return lambda case: scaled(case, "Series", lambda f: f["series_unit"] == "t/y", factor)


def no_permits(case: Case) -> Case:
    """Return the case in which nothing new is permitted or built."""
    return case.replace("Projects", case.tables["Projects"].assign(status="Exclude"))


def october(case: Case) -> Case:
    """Return the case in which the suspended rules of October 2025 return."""
    return case.set("Settings", {"setting": "Control State"}, "value", "October rules return")


def half_years(case: Case) -> Case:
    """Return the case in half-years throughout."""
    halves = [(y, h) for y in range(2026, 2036) for h in (1, 2) if (y, h) > (2026, 1)]
    rows = [{"period": f"{y}-H{h}", "start": pd.Timestamp(y, 6 * h - 5, 1), "months": 6} for y, h in halves]
    return case.replace("Periods", pd.DataFrame(rows))


def told(**values: str) -> Callable[[Case], Case]:
    """Return a change of Settings, by their names with underscores."""

    def change(case: Case) -> Case:
        rows = pd.DataFrame([{"setting": k.replace("_", " "), "value": v} for k, v in values.items()])
        kept = case.tables["Settings"]
        kept = kept[~kept["setting"].isin(rows["setting"])]
        return case.replace("Settings", pd.concat([kept, rows], ignore_index=True))

    return change


def every_rule(case: Case) -> Case:
    """Return the case with every rule of its table in force, those that are switched off too, told apart by one joint label."""
    rules = case.tables["De-risking Rules"]
    return case.replace("De-risking Rules", rules.assign(status=None))


def every_country(case: Case) -> Case:
    """Return the case with a share of at most 90 % for every single country and stage, each told apart from all others."""
    from model.schema.tables.common import STAGES

    frame = case.tables["De-risking Rules"]
    one = frame[frame["rule"].str.startswith("Covered countries")].assign(who=None)
    rows = [one.assign(rule=f"Any one country, {stage}", stage=stage) for stage in STAGES]
    wide = list(case.data["De-risking Rules"].wide.columns)
    added = pd.concat(rows, ignore_index=True)
    added[wide] = added[wide].where(added[wide].isna(), 0.9)
    return case.replace("De-risking Rules", pd.concat([frame, added], ignore_index=True))


VARIANTS: dict[str, Callable[[Case], Case]] = {
    "as shipped": lambda case: case,
    "no permits": no_permits,
    "eased (volumes x 3)": volumes(3.0),
    "tight (volumes halved)": volumes(0.5),
    "embargo (no volume)": volumes(0.0),
    "October rules return": october,
    "access halved": access(0.5),
    "half-years throughout": half_years,
    "all predicates": every_rule,
    "nothing forgotten": told(Provenance_Detail="All Predicates", Attribution="Joint"),
    "per rule": told(Attribution="Per Rule"),
    "every country, automatic": every_country,
}


def main(names: list[str]) -> None:
    """Print one line for each variant."""
    case = model.load(CASE)
    print("variant, seconds, rows, nonzeros, cash MUSD, short t, gap MUSD, gap asked, builds")
    for name, change in VARIANTS.items():
        if names and name not in names:
            continue
        began = time.perf_counter()
        outcome = model.solve(change(case), time_limit=120)
        took = time.perf_counter() - began
        if outcome.plan is None:
            print(f"{name:<24} {took:>8.1f} {outcome.explanation}")
            continue
        t, s = outcome.plan.tables, outcome.sizes
        print(
            f"{name:<24} {took:>8.1f} {s['rows']:>7} {s['nonzeros']:>9} {outcome.plan.summary['cash']:>10.1f} "
            f"{t['shortages']['tonnes'].sum():>9.1f} {outcome.gap_money or 0:>9.2f} {outcome.gap_asked:>7.2f}  "
            + "; ".join(t["builds"]["project"]),
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
