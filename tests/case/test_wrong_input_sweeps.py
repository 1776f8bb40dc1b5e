"""What planners get wrong with sweeps: what is varied, when, how, and between which ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from model.checking import check as check_all
from tests.case.base import Change, add, both, put, read
from tests.case.wrong import Wrong, assert_said, listed, names

FIRST, DRAWS = "Prices/Offers", "Draws"
OWN = both(put("Sweeps", FIRST, "Low", ""), put("Sweeps", FIRST, "High", ""))

ALL = [
    Wrong(
        put("Sweeps", FIRST, "Table", "Offer"),
        "table-unknown",
        "sweeps.csv:2 (Table)",
        "'Offer' is not a table of a case; did you mean 'Offers'?",
    ),
    Wrong(
        both(put("Sweeps", FIRST, "Row", "O9")),
        "row-unknown",
        "sweeps.csv:2 (Row)",
        "no row matches what is named 'O9'",
    ),
    Wrong(
        both(
            put("Sweeps", FIRST, "Row", "Q9"),
            add("Offers", Offer="Q9", Supplier="Iluka", Material="NdPr Oxide", Price="9", Status="Exclude"),
        ),
        "sweep-row-off",
        "sweeps.csv:2 (Row)",
        "what is named 'Q9' in Offers has Status Exclude: sweep Prices can not be run as long as it is not part of the case",
    ),
    Wrong(
        both(
            put("Sweeps", FIRST, "Row", "Nobody"),
            add("Suppliers", Supplier="Nobody", Country="Australia"),
            add(
                "Offers",
                Offer="Q9",
                Supplier="Nobody",
                Material="NdPr Oxide",
                Price="9",
                Status="Exclude",
            ),
        ),
        "sweep-row-off",
        "sweeps.csv:2 (Row)",
        "what is named 'Nobody' in Offers has Status Exclude: sweep Prices can not be run as long as it is not part of the case",
    ),
    Wrong(
        put("Sweeps", FIRST, "Field", "Prise"),
        "field-unknown",
        "sweeps.csv:2 (Field)",
        "table Offers has no column 'Prise'; did you mean 'Price'?",
    ),
    Wrong(
        put("Sweeps", FIRST, "Field", "Offer"),
        "field-unknown",
        "sweeps.csv:2 (Field)",
        "table Offers has no column 'Offer'",
    ),
    Wrong(
        put("Sweeps", FIRST, "From", "2035"),
        "change-periods",
        "sweeps.csv:2 (From Period)",
        "2035 are not periods of the case in this order",
    ),
    Wrong(
        put("Sweeps", FIRST, "To", "2026-H1"),
        "change-periods",
        "sweeps.csv:2 (From Period)",
        "2027 to 2026-H1 are not periods of the case in this order",
    ),
    Wrong(
        put("Sweeps", FIRST, "Field", "Minimum Order"),
        "change-in-time",
        "sweeps.csv:2 (From Period)",
        "Minimum Order is one number for all periods; leave From and To blank",
    ),
    Wrong(
        both(put("Sweeps", FIRST, "Field", "Valid From"), put("Sweeps", FIRST, "From", "")),
        "change-not-number",
        "sweeps.csv:2 (Change)",
        "Valid From is no number and can only be replaced (=), not changed by ×",
    ),
    Wrong(
        put("Sweeps", FIRST, "Low", ""),
        "sweep-range-incomplete",
        "sweeps.csv:2 (Low)",
        "give both Low and High, or neither to take those of the rows themselves",
    ),
    Wrong(
        OWN,
        "sweep-no-own-range",
        "sweeps.csv:2 (Low)",
        "Offers.O1.Price has no Low and High of its own; give the ends in Sweeps",
    ),
    Wrong(
        both(
            put("Sweeps", DRAWS, "Row", "Any"),
            put("Sweeps", DRAWS, "Low", ""),
            put("Sweeps", DRAWS, "High", ""),
            *(put("Export Controls", c, end, "5") for c in ("C1", "C2", "C3") for end in ("Low", "High")),
        ),
        "sweep-no-distribution",
        "sweeps.csv:4 (Low)",
        "method Sobol needs Low and High here: several rows can not draw from ranges of their own",
    ),
    Wrong(
        both(put("Sweeps", FIRST, "Method", "Grid"), put("Sweeps", "Prices/Demand", "Method", "Sobol")),
        "sweep-methods-differ",
        "sweeps.csv:3 (Method)",
        "sweep Prices has method Sobol here, but Grid above",
    ),
    Wrong(
        put("Sweeps", DRAWS, "Most Likely", "40"),
        "sweep-peak-outside",
        "sweeps.csv:4 (Most Likely)",
        "the Most Likely of 40 lies outside -50 to 20",
    ),
    Wrong(
        put("Sweeps", DRAWS, "Distribution", "Log-uniform"),
        "sweep-low-not-positive",
        "sweeps.csv:4 (Low)",
        "a Log-uniform needs a Low above 0, found -50",
    ),
    Wrong(
        both(put("Sweeps", "Prices/Demand", "Low", "0.7"), put("Sweeps", "Prices/Demand", "High", "1.3")),
        "sweep-values-and-range",
        "sweeps.csv:3 (Low)",
        "the values are tried; Low and High are not used",
    ),
    Wrong(
        put("Sweeps", DRAWS, "Points", "20000"),
        "sweep-many-points",
        "sweeps.csv:4 (Points)",
        "sweep Draws has 20000 points",
    ),
]

FINE = {
    "a range of its own": both(
        OWN,
        put("Sweeps", FIRST, "Field", "Available to Us"),
        put("Offers", "O1", "Low", "200"),
        put("Offers", "O1", "High", "400"),
    ),
    "a setting": add(
        "Sweeps",
        Sweep="Rate",
        Table="Settings",
        Row="Discount Rate",
        Field="Value",
        Change="+",
        Low="-0.02",
        High="0.02",
    ),
    "a group": add("Sweeps", Sweep="Group", Table="Suppliers", Row="Covered", Field="Country", Change="=", Value_1="1"),
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)


def ends(table: str, field: str, low: str, high: str, how: str = "×", row: str = "Any") -> Change:
    return add("Sweeps", Sweep="Ends", Table=table, Row=row, Field=field, Change=how, Low=low, High=high)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ends("Lines", "Availability", "0.5", "1.7"),
            "error sweeps.csv:5 (High): with Lines.Any.Availability × 1.7 this is no case: Availability: 1.53 is above 1; "
            "5 per cent is 0.05 or 5%",
        ),
        (
            ends("Projects", "Min Size", "1000", "1"),
            "error sweeps.csv:5 (Low): with Projects.Any.Min Size × 1000 this is no case: commitments.csv:3 (Build Size): "
            "the size 100 of the running build is outside 50000 to 300",
        ),
        (
            ends("Settings", "Value", "-2", "0.02", "+", "Discount Rate"),
            "error sweeps.csv:5 (Low): with Settings.Discount Rate.Value + -2 this is no case: settings.csv:5 (Value): "
            "setting Discount Rate: -1.92 is outside 0 to 1",
        ),
        (
            ends("Offers", "Price", "-0.5", "2", row="O1"),
            "warning sweeps.csv:5 (Low): with Offers.O1.Price × -0.5: offers.csv:2 (Price): offer O1 has a negative price "
            "in 2026-H1",
        ),
        (
            both(
                OWN,
                put("Sweeps", FIRST, "Field", "Available to Us"),
                put("Offers", "O1", "Low", "-7"),
                put("Offers", "O1", "High", "3"),
            ),
            "error offers.csv:2 (Low): with Offers.O1.Available to Us (2027) × Low this is no case: Available to Us: -7 is "
            "below 0",
        ),
        (
            put("Sweeps", "Prices/Demand", "Value 2", "-1"),
            "error sweeps.csv:3 (Value 2): with Demand.Any.Quantity × -1 this is no case: Quantity: -200 is below 0",
        ),
    ],
)
def test_an_end_that_is_no_case_is_said_with_its_cell(change: Change, said: str, tmp_path: Path) -> None:
    """Before anything is solved: below zero, above 1, against another number of the case, by ends of its own or a value."""
    found = check_all(read(tmp_path / "case", change))
    assert [f"{p.level} {p}" for p in found if p.code.startswith("sweep-end")] == [said]
