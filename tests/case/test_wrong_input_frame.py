"""What planners get wrong in periods, dates and settings that frame a case; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import both, drop, lose, put, remove, table
from tests.case.wrong import Wrong, assert_said, names

# Tables with numbers by period that the frame's tests take away.
BY_PERIOD = (
    "Exchange Rates",
    "Series",
    "Limits",
    "Export Controls",
    "De-risking Rules",
    "Tariffs",
    "Cover Targets",
    "Budgets",
)

ALL = [
    Wrong(
        put("Periods", "2026-H2", "Start", "2026-06-01"),
        "period-overlap",
        "periods.csv:3 (Start)",
        "period 2026-H2 starts before 2026-H1 ends",
        ("period-gap",),
    ),
    Wrong(
        remove("Periods", "2026-H2"),
        "period-gap",
        "periods.csv:3 (Start)",
        "period 2027 starts 2027-01-01, but 2026-H1 ends 2026-06-30",
        ("period-unknown",),
    ),
    Wrong(
        both(
            put("Periods", "2026-H2", "Months", "18"),
            remove("Periods", "2027"),
            *(lose(name, "2027") for name in ("Demand", "Commitments", *BY_PERIOD)),
        ),
        "period-crosses-year",
        "periods.csv:3 (Months)",
        "period 2026-H2 lies in two calendar years; it must lie in one, or consist of whole years",
        ("rule-partly-in-force",),
    ),
    Wrong(
        put("Periods", "2026-H1", "Start", "2026-01-02"),
        "period-not-first",
        "periods.csv:2 (Start)",
        "period 2026-H1 starts on 2026-01-02; periods start on the first day of a month",
    ),
    Wrong(
        both(
            drop("Periods", *BY_PERIOD, "Rule Exemptions"),
            put("Offers", "O2", "Price", "60"),
        ),
        "horizon-columns-missing",
        "demand.csv:1",
        "without table Periods the case runs from 2026 to 2035, but there is no column for 2030 to 2035; add them, "
        "or a table "
        "Periods",
        ("table-absent",),
    ),
    Wrong(
        both(
            drop("Periods", *BY_PERIOD, "Rule Exemptions"),
            put("Offers", "O2", "Price", "60"),
            table(
                "Demand",
                "Segment,Material,2025,"
                + ",".join(map(str, range(2026, 2036)))
                + "\nMotors,NdPr Metal,100,100,100,100,100,100,100,100,100,100,100"
                + "\nJets,NdPr Metal,,1,1,1,1,1,1,1,1,1,1",
            ),
        ),
        "year-outside-horizon",
        "demand.csv:1 (2025)",
        "column 2025 lies outside the years 2026 to 2035 of the case and is not used",
        ("table-absent",),
    ),
    Wrong(
        put("Settings", "Plan Date", "Value", "2030-01-01"),
        "plan-date-after-horizon",
        "settings.csv:3 (Value)",
        "Plan Date 2030-01-01 is not before the end of the last period 2028-29: nothing could be decided",
    ),
    Wrong(
        put("Settings", "Base Date", "Value", "2010-01-01"),
        "base-date-outside",
        "settings.csv:2 (Value)",
        "Base Date 2010-01-01 lies 16 years before the plan: all money is discounted over that time",
    ),
    Wrong(
        put("Settings", "Data As Of", "Value", "2026-02-01"),
        "data-after-plan",
        "settings.csv:4 (Value)",
        "Data As Of 2026-02-01 is after Plan Date 2026-01-01",
    ),
    Wrong(
        remove("Settings", "Discount Rate"),
        "no-discount-rate",
        "settings.csv:1",
        "no discount rate is given: later money counts in full",
    ),
    Wrong(
        put("Settings", "Discount Rate", "Value", "0.8"),
        "discount-rate-high",
        "settings.csv:5 (Value)",
        "a discount rate of 80 per cent per year is unusual",
    ),
    Wrong(
        put("Settings", "Optimality Gap", "Value", "0.5"),
        "gap-large",
        "settings.csv:6 (Value)",
        "a gap of 50 per cent of the cash cost lets the plan be that much dearer than the best",
    ),
    Wrong(
        put("Settings", "Quantities Are", "Value", "Per Period"),
        "units-per-period-length",
        "settings.csv:7 (Value)",
        "quantities are per period: the length of a period matters for discounting only",
    ),
    Wrong(
        both(put("Offers", "O1", "Low", "99"), put("Offers", "O1", "High", "80")),
        "low-above-high",
        "offers.csv:2 (Low)",
        "Low 99 is above High 80",
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
