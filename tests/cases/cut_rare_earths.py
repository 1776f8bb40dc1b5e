"""Cuts a small case from the shipped rare-earth case: fewer periods, segments and candidates, everything else as it is.

    python -m tests.cases.cut_rare_earths

rewrites `tests/cases/rare_earths_small`, which the suite solves to gap 0 in place of the real case; a test checks that it is
current.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import model
from model.case.case import Case

HERE = Path(__file__).parent
SMALL = HERE / "rare_earths_small"
REAL = HERE.parents[1] / "inputs" / "rare_earths"
PERIODS = ("2026-H2", "2027", "2028", "2029", "2030", "2031")
SEGMENTS = (
    "Civil aerospace",
    "Turbine coatings",
    "Defence motors and missiles",
    "Defence aircraft",
    "Defence other SmCo",
    "Defence engines",
)
PROJECTS = (
    "Vinton heavy plant",
    "Alexandria",
    "Euclid samarium metal",
    "US samarium magnets",
)
# The hub for coating waste is no candidate here, substitutes come when the small case ends, and what the whole group needs is
# compared in the real case only.
LEFT_OUT = ("Facts", "Sweeps", "Recycling", "Returns", "Substitutions", "Demand Checks")


def cut(case: Case) -> Case:
    """Return the small case."""
    tables = {name: _columns(case, name, frame) for name, frame in case.tables.items() if name not in LEFT_OUT}
    tables["Periods"] = pd.DataFrame(
        [
            {"period": p, "start": pd.Timestamp(int(p[:4]), 7 if "H2" in p else 1, 1), "months": 6 if "H" in p else 12}
            for p in PERIODS
        ]
    )
    for name in ("Demand", "Shortage Costs"):
        tables[name] = tables[name][tables[name]["segment"].isin(SEGMENTS)]
    tables["Projects"] = tables["Projects"][tables["Projects"]["project"].isin(PROJECTS)]
    tables["Products"] = tables["Products"][tables["Products"]["product"].isin(tables["Demand"]["product"])]
    needed = {m for name in ("Demand", "Products") for m in tables[name]["material"].dropna()}
    wanted = needed | _elements(case, needed)
    tables["De-risking Rules"] = _about(_of_no_stage(tables["De-risking Rules"]), wanted)
    tables["Cover Targets"] = _about(tables["Cover Targets"], wanted)
    tables["Qualifications"] = _about(tables["Qualifications"], wanted)
    settings = tables["Settings"]
    tables["Settings"] = settings.assign(value=settings["value"].where(settings["setting"] != "Optimality Gap", "0"))
    return Case.from_tables(
        {n: f.drop(columns=["source"], errors="ignore") for n, f in tables.items() if len(f)}, "rare_earths_small"
    )


def _elements(case: Case, materials: set[str]) -> set[str]:
    contents = case.tables["Contents"]
    return set(contents[contents["material"].isin(materials)]["element"])


def _of_no_stage(rules: pd.DataFrame) -> pd.DataFrame:
    """Return the rules without those on the sources of a stage: with few plants they bind, and the case grows threefold."""
    return rules[(rules["metric"] != "Sources") | rules["stage"].isna()]


def _about(frame: pd.DataFrame, wanted: set[str]) -> pd.DataFrame:
    return frame[frame["material"].isna() | frame["material"].isin(wanted)]


def _columns(case: Case, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the period columns that the small case has no period for."""
    years = {p[:4] for p in PERIODS}
    wide = case.data[name].wide.columns
    halves = {y: [h for h in wide if h.startswith(f"{y}-")] for y in years if y not in wide and y in PERIODS}
    # A year whose halves stand alone takes their mean; what is held at the end of a period is that of its last half.
    whole = {y: frame[h[-1]] if name == "Cover Targets" else frame[h].mean(axis=1) for y, h in halves.items() if h}
    kept = frame.drop(columns=[h for h in wide if not (h in PERIODS or h in years)])
    return kept.assign(**{y: whole[y] for y in sorted(whole)})


if __name__ == "__main__":
    for old in SMALL.glob("*.csv"):
        old.unlink()
    cut(model.load(REAL)).save(SMALL)
