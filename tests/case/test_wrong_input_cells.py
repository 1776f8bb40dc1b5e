"""What planners get wrong in a cell: numbers, shares, dates, choices, settings; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put
from tests.case.wrong import Wrong, assert_said, names

ALL = [
    Wrong(
        put("Offers", "O1", "Lead Time", "soon"),
        "not-a-number",
        "offers.csv:2 (Lead Time)",
        "Lead Time: expected a number, found 'soon'",
    ),
    Wrong(
        put("Offers", "O1", "Available to Us", "1,200"),
        "text-read-as-number",
        "offers.csv:2 (Available to Us)",
        "Available to Us: text '1,200' read as 1200",
    ),
    Wrong(
        put("Offers", "O1", "Available to Us", "1.200,5"),
        "ambiguous-number",
        "offers.csv:2 (Available to Us)",
        "Available to Us: '1.200,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    Wrong(
        put("Demand", "Motors", "2027", "1.200,5"),
        "ambiguous-number",
        "demand.csv:2 (2027)",
        "Quantity 2027: '1.200,5' can be read in two ways; write it with a decimal point and no separators",
    ),
    Wrong(put("Demand", "Motors", "2027", "-5"), "too-small", "demand.csv:2 (2027)", "Quantity 2027: -5 is below 0"),
    Wrong(
        put("Lines", "Works/Reduction", "Availability", "90"),
        "share-above-one",
        "lines.csv:2 (Availability)",
        "Availability: 90 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Lines", "Works/Reduction", "Availability", "90%"),
        "text-read-as-number",
        "lines.csv:2 (Availability)",
        "Availability: text '90%' read as 0.9",
    ),
    Wrong(
        put("Periods", "2027", "Months", "12.5"),
        "not-whole",
        "periods.csv:4 (Months)",
        "Months: expected a whole number, found 12.5",
        ("period-gap", "change-periods"),
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "500"),
        "out-of-range",
        "offers.csv:2 (Lead Time)",
        "Lead Time: 500 is outside 0 to 240",
    ),
    Wrong(
        put("Offers", "O3", "Valid Until", "31.12.2028"),
        "not-a-date",
        "offers.csv:4 (Valid Until)",
        "Valid Until: expected a date such as 2026-07-01, found '31.12.2028'",
    ),
    Wrong(
        put("Offers", "O3", "Valid Until", "2028-02-30"),
        "not-a-date",
        "offers.csv:4 (Valid Until)",
        "Valid Until: expected a date such as 2026-07-01, found '2028-02-30'",
    ),
    Wrong(
        put("Materials", "Ce Oxide", "Stage", "Seperated"),
        "not-a-choice",
        "materials.csv:4 (Stage)",
        "Stage: 'Seperated' is not one of Mined, Separated, Metal, Magnet, Part, Other; did you mean 'Separated'?",
    ),
    Wrong(
        put("Materials", "Ce Oxide", "Storable", "perhaps"),
        "not-yes-or-no",
        "materials.csv:4 (Storable)",
        "Storable: expected Yes or No, found 'perhaps'",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", ""),
        "cell-empty",
        "offers.csv:2 (Supplier)",
        "Supplier is empty; it must be filled",
    ),
    Wrong(
        put("Settings", "Discount Rate", "Value", "8"),
        "setting-bad",
        "settings.csv:5 (Value)",
        "setting Discount Rate: 8 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Settings", "Control State", "Value", "Extendet"),
        "control-state",
        "settings.csv:10 (Value)",
        "setting Control State names 'Extendet'; expected one of table Control States (Extended, Rules return)",
    ),
    Wrong(
        put("Settings", "Control State", "Value", ""),
        "control-state",
        "settings.csv:10 (Value)",
        "setting Control State names nothing; expected one of table Control States (Extended, Rules return)",
    ),
    Wrong(
        put("Settings", "Plan Date", "Value", "in July"),
        "setting-bad",
        "settings.csv:3 (Value)",
        "setting Plan Date: expected a date such as 2026-07-01, found 'in July'",
    ),
    Wrong(
        put("Settings", "Schema Version", "Value", "7"),
        "newer-schema",
        "settings.csv:9 (Value)",
        "the case has layout version 7, but this program knows 1; update the program",
    ),
    Wrong(
        both(
            add("Facts", Fact="007", What="a", Value="1", Title="t"),
            add("Facts", Fact="7", What="b", Value="1", Title="t"),
        ),
        "mixed-codes",
        "facts.csv:4 (Fact)",
        "Fact: '7' and '007' look alike but differ; write codes as text throughout",
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
