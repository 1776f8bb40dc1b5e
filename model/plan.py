"""`Plan`: what is decided, as tidy tables. No solver object, no workbook; reports, audit and comparison start here.

Quantities are tonnes of the period, capacity is t/y, money is MUSD of the case's price year, undiscounted unless said.
Periods appear by their labels. Rows with a zero quantity are left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import StoreError
from model.schema.frames import NUMBER, TEXT, WHOLE, typed_frame

# Table → its columns. A change here is a change of the documented interface.
PLAN_TABLES: dict[str, tuple[str, ...]] = {
    "labels": ("label", "right", "flags"),
    "purchases": ("offer", "label", "period", "tonnes"),
    "orders": ("offer", "period"),
    "contracts": ("contract", "period"),
    "untaken": ("contract", "window", "tonnes"),
    "renewals": ("contract", "period"),
    "notices": ("contract", "period"),
    "reservations": ("contract", "period", "size"),
    "credits": ("offer", "period", "amount"),
    "price_steps": ("offer", "step", "period", "tonnes"),
    "committed": ("commitment", "label", "period", "tonnes"),
    "departures": ("commitment", "period"),
    "in_quota": ("tariff", "by_offer", "from_place", "material", "period", "tonnes"),
    "recycled": ("recycling", "label", "period", "tonnes"),
    "flows": ("from_place", "to_place", "material", "label", "label_after", "period", "tonnes"),
    "lane_uses": ("lane", "period"),
    "runs": ("recipe", "site", "vintage", "label", "period", "units"),
    "set_ups": ("recipe", "site", "period"),
    "line_uses": ("site", "line", "period"),
    "inputs": ("recipe", "site", "material", "label", "label_after", "period", "tonnes"),
    "stocks": ("site", "material", "label", "period", "tonnes"),
    "cover": ("target", "item", "site", "material", "label", "route", "period", "tonnes"),
    "deliveries": ("segment", "material", "label", "period", "tonnes"),
    "shortages": ("segment", "material", "tier", "period", "tonnes"),
    "substitutions": ("segment", "material", "substitute", "period", "tonnes"),
    "adoptions": ("segment", "material", "substitute", "period"),
    "sales": ("site", "material", "step", "label", "period", "tonnes"),
    "disposals": ("site", "material", "label", "period", "tonnes"),
    "open_sites": ("site", "period"),
    "assignments": ("site", "material", "from_place"),
    "qualifications": ("qualification", "period"),
    "permits": ("project", "period"),
    "builds": ("project", "period", "size"),
    "modules": ("project", "period", "modules"),
    "subsidies": ("subsidy", "project", "period", "amount"),
    "downgraded": ("site", "material", "label", "label_after", "period", "tonnes"),
    "attributed": (
        "ledger",
        "table",
        "name",
        "place",
        "to_place",
        "material",
        "vintage",
        "label",
        "marks",
        "label_after",
        "marks_after",
        "period",
        "amount",
    ),
    "counted_sources": ("rule", "material", "window", "source"),
    "override_costs": ("override", "status", "objective", "bound"),
    "missed": ("table", "rule", "item", "window", "amount"),
    "costs": ("kind", "period", "amount", "discounted"),
}
# Kinds of cost in the order in which reports show them; the last two are valued, not paid.
COST_KINDS = (
    "Purchases",
    "Orders",
    "Contracts",
    "Commitments",
    "Qualifications",
    "Freight",
    "Duties",
    "Licences",
    "Lane Use",
    "Conversion",
    "Set-ups",
    "Lines",
    "Permits",
    "Capital",
    "Subsidies",
    "Plants",
    "Sites",
    "Storage",
    "Disposal",
    "Recycling",
    "Substitution",
    "Sales",
    "Penalties",
    "Shortage",
)
CASH_KINDS = COST_KINDS[:-2]

_NUMBERS = {"objective", "bound", "modules", "tonnes", "units", "size", "amount", "discounted"}
_WHOLE = {"label", "label_after", "tier", "step"}


@dataclass(frozen=True)
class Plan:
    """A plan as tables.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        The tables of `PLAN_TABLES`. `labels` gives the meaning of a label: `right` is "Any" or the uses allowed, as
        ``Civil@United States|…``; `flags` are those of `model.network.labels`, joined by "|". `tier` and `step` count from 1.
        `runs.vintage` is blank, or "project, start" where a young plant that recovers less is run by itself. `modules` counts
        the modules of `builds` of a project that repeats; `subsidies` is capital paid back (MUSD), by the period in which
        construction starts. `open_sites` lists sites that may open or close; `assignments` the one source of a market that
        has one. `missed` holds what soft rules are missed by.
        `substitutions` are in t of the material replaced; `adoptions` has the period in which a substitute is decided.
        `override_costs` has the plan without each override, and without all of them: its objective and bound (MUSD).
        `renewals` have the period in which a contract goes on, `notices` that in which notice is given to leave it.
        `in_quota` is what pays the lower rate of a tariff; `by_offer` is blank for what lanes bring in, and `from_place`
        is where they start, or where the offer is handed over.
        `departures` have the period in which notice is given to leave a commitment.
        `reservations` has the quantity committed (t/y) by the period of signing, `credits` what of a prepayment is credited.
        `cover.item` is what a target covers together; `cover.route` how the stock gets to the need, steps joined by "|".
        `downgraded` is empty unless mixtures taint: what a stockpile counts as worse than it is.
        `attributed` is empty unless share rules keep ledgers of their own: then it splits the rows of each other `table` by the
        flags, `marks`, that the ledger of some rules tells beyond those of the label; a ledger is named by its rules, joined by
        "|", `name` is an offer, commitment, recipe or segment, `place` a site or where a flow starts.
    summary : mapping
        Objective, cash cost, valued shortage, penalties (all discounted MUSD), gap, bound, status, versions, sizes, seconds.
    as_is : bool
        Whether this is As Is: commitments and Renewal offers only, no projects, no rules of the buyer's own.
    """

    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any] = field(default_factory=dict)
    as_is: bool = False

    def cost(self, *kinds: str, discounted: bool = True) -> float:
        """Return the total of some kinds of cost (MUSD); of all if none is named."""
        costs = self.tables["costs"]
        chosen = costs if not kinds else costs[costs["kind"].isin(kinds)]
        return float(chosen["discounted" if discounted else "amount"].sum())

    def save(self, folder: str | Path) -> None:
        """Write the tables as CSV and the summary as plan.json into a new or existing folder.

        Raises
        ------
        StoreError
            If the folder can not be written.
        """
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, frame in self.tables.items():
                frame.to_csv(place / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
            text = json.dumps(
                {"as_is": self.as_is, "summary": dict(self.summary)}, indent=1, sort_keys=True, ensure_ascii=False
            )
            (place / "plan.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        except OSError as error:
            raise StoreError(f"the plan could not be written to {place}: {error.strerror}") from error

    def write_workbook(
        self, path: str | Path, case: Any, as_is: Plan | None = None, about: Mapping[str, Any] | None = None
    ) -> None:
        """Write the result workbook of this plan; see `model.report.workbook.write_results`."""
        from model.report.workbook import write_results

        write_results(Path(path), case, self, as_is, about)


def load_plan(folder: str | Path) -> Plan:
    """Return the plan saved in a folder, or in the `plan` folder of a run.

    Raises
    ------
    StoreError
        If the folder holds no complete plan.
    """
    place = Path(folder)
    place = place / "plan" if (place / "plan" / "plan.json").exists() else place
    try:
        about = json.loads((place / "plan.json").read_text(encoding="utf-8"))
        tables = {name: _read(place / f"{name}.csv", columns) for name, columns in PLAN_TABLES.items()}
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{place} holds no complete plan: {error}") from error
    return Plan(tables, about["summary"], about["as_is"])


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[], encoding="utf-8")
    if tuple(frame.columns) != columns:
        raise ValueError(f"{path.name} has columns {', '.join(frame.columns)}")
    # Python's own float reads back exactly what was written; readers of tables need not.
    numbers = {c: [float(v) if v else math.nan for v in frame[c]] for c in columns if c in _NUMBERS}
    whole = {c: [int(v) for v in frame[c]] for c in columns if c in _WHOLE}
    return frame.assign(**numbers, **whole).astype(
        {**dict.fromkeys(numbers, "float64"), **dict.fromkeys(whole, "int64")}
    )


def plan_frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows of a plan table as a frame with the declared columns and types."""
    columns = PLAN_TABLES[name]
    kinds = [NUMBER if c in _NUMBERS else WHOLE if c in _WHOLE else TEXT for c in columns]
    return typed_frame(columns, kinds, rows, pd.RangeIndex(len(rows)))
