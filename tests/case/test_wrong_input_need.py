"""What planners get wrong with products, demand checks and qualifications."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, put, read, remove, rename, table
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")
ROBOTS = both(
    add("Demand", Segment="Robots", Product="robot", Site="Dock", **dict.fromkeys(YEARS, "1000")),
    table("Products", "Product,Material,Content\nrobot,NdPr Metal,1"),
    add("Shortage Costs", Segment="Robots", Tier="1", Cost_per_Product="1"),
)

PRODUCTS = [
    Wrong(
        both(ROBOTS, put("Demand", "Robots", "Product", "")),
        "demand-without-material",
        "demand.csv:4 (Material)",
        "Robots names neither a Material nor a Product; one of them must be given",
        ("product-undemanded",),
    ),
    Wrong(
        both(ROBOTS, table("Products", "Product,Material,Content\nrobt,NdPr Metal,1")),
        "product-unknown",
        "demand.csv:4 (Product)",
        "table Products does not say what a unit of robot holds, and the row names no Material",
        ("product-undemanded",),
    ),
    Wrong(
        both(ROBOTS, add("Products", Product="robot", Material="Ce Oxide", Content="0")),
        "product-content-zero",
        "products.csv:3 (Content)",
        "a unit of robot holds no Ce Oxide; delete the row, or give its kg",
    ),
    Wrong(
        both(ROBOTS, add("Products", Product="motor", Material="NdPr Metal", Content="2")),
        "product-undemanded",
        "products.csv:3 (Product)",
        "no row of Demand counts motor (Material blank): the row changes nothing",
    ),
    Wrong(
        both(ROBOTS, put("Demand", "Robots", "Segment", "Motors"), remove("Shortage Costs", "Robots")),
        "product-material-clash",
        "demand.csv:4 (Product)",
        "Motors asks for NdPr Metal by the product robot and once more at demand.csv:2 (Segment); give the other row a "
        "segment of its own",
    ),
    Wrong(
        both(ROBOTS, *(put("Demand", "Robots", y, "0") for y in YEARS)),
        "demand-zero",
        "demand.csv:4 (Segment)",
        "Robots asks for no robot in any period",
    ),
    Wrong(
        both(ROBOTS, add("Products", Product="Robot", Material="Ce Oxide", Content="1")),
        "name-spelled-twice",
        "products.csv:3 (Product)",
        "Product: 'Robot' and 'robot' at demand.csv:4 (Product) differ in capitals only; write one name in one way",
        ("product-undemanded",),
    ),
]

C1 = {
    "Check": "C1",
    "Material": "NdPr",
    "Overall Yield": "0.9",
    "2026": "273",
    "2027": "299",
    "2028": "325",
    "2029": "351",
}


def compare(*rows: dict[str, str]) -> Change:
    """Add table Demand Checks with some rows, each C1 with other cells.

    C1 is what all demand comes to: 210, 230, 250 and 270 t of metal a year hold 1.17 t each, over 0.9: 1.3 times as much.
    """
    header = ("Check", "Segment", "Site", "End Use", "Material", "Overall Yield", "Tolerance", *YEARS)
    lines = [",".join({**C1, **r}.get(h, "") for h in header) for r in rows]
    return table("Demand Checks", "\n".join([",".join(header), *lines]))


CHECKS = [
    Wrong(
        compare({"2027": "280"}),
        "demand-check-differs",
        "demand_checks.csv:2 (2027)",
        "C1: the rows of Demand come to 299 of NdPr in 2027, but 280 is stated; they differ by 6.79 %, and 1 % is allowed",
    ),
    Wrong(
        compare({"2026": "210", "Tolerance": "0.05"}),
        "demand-check-differs",
        "demand_checks.csv:2 (2026)",
        "C1: the rows of Demand come to 273 of NdPr in 2026-H1, but 210 is stated; they differ by 30 %, and 5 % is "
        "allowed, as in 1 more period",
    ),
    Wrong(
        compare({"2027": "0"}),
        "demand-check-differs",
        "demand_checks.csv:2 (2027)",
        "C1: the rows of Demand come to 299 of NdPr in 2027, but 0 is stated; they differ by more than 100 %, and 1 % is "
        "allowed",
    ),
    Wrong(
        compare({"Segment": "Jets", "Site": "Dock", "End Use": "Civil"}),
        "demand-check-unmatched",
        "demand_checks.csv:2 (Material)",
        "C1: no row of Demand asks for NdPr in Jets at Dock for Civil use: nothing is compared",
    ),
    Wrong(
        compare(dict.fromkeys(YEARS, "")),
        "demand-check-empty",
        "demand_checks.csv:2 (Check)",
        "C1 states no tonnes in any period and compares nothing",
    ),
]
Q1 = {"Qualification": "Q1", "Supplier": "Lynas", "Material": "NdPr Metal", "Months": "12"}


def qualify(*rows: dict[str, str]) -> Change:
    """Add table Qualifications with some rows, each Q1 with other cells."""
    header = ("Qualification", "Site", "Supplier", "Material", "End Use", "State", "Done By", "Months")
    lines = [",".join({**Q1, **r}.get(h, "") for h in header) for r in rows]
    return table("Qualifications", "\n".join([",".join(header), *lines]))


QUALIFICATIONS = [
    Wrong(
        qualify({"Site": "Works"}),
        "qualification-of-whom",
        "qualifications.csv:2 (Site)",
        "qualification Q1 must name a Site or a Supplier, and not both",
    ),
    Wrong(
        qualify({"Supplier": ""}),
        "qualification-of-whom",
        "qualifications.csv:2 (Site)",
        "qualification Q1 must name a Site or a Supplier, and not both",
    ),
    Wrong(
        qualify({"State": "In Progress"}),
        "qualification-without-date",
        "qualifications.csv:2 (Done By)",
        "qualification Q1 is In Progress and needs the day from which it is done",
    ),
    Wrong(
        qualify({"State": "Qualified", "Done By": "2026-07-01"}),
        "qualification-date-unused",
        "qualifications.csv:2 (Done By)",
        "qualification Q1 is Qualified: its date is not looked at",
    ),
    Wrong(
        qualify({"Months": ""}),
        "qualification-never",
        "qualifications.csv:2 (Months)",
        "qualification Q1 can not be had within the plan: Months is blank",
    ),
    Wrong(
        qualify({"Months": "48"}),
        "qualification-never",
        "qualifications.csv:2 (Months)",
        "qualification Q1 can not be had within the plan: 48 months from the start of the plan are its end or later",
    ),
    Wrong(
        qualify({"Material": "Ce Oxide"}),
        "qualification-unasked",
        "qualifications.csv:2 (Material)",
        "no demand is of what qualification Q1 is about: it limits nothing",
    ),
    Wrong(
        qualify({}, {"Qualification": "Q2", "Material": "NdPr", "End Use": "Military", "State": "Qualified"}),
        "qualification-contradicted",
        "qualifications.csv:3 (State)",
        "Q2 is Qualified, but Q1 at qualifications.csv:2 (State) keeps the same deliveries back; every row binds by itself",
    ),
]
FINE: dict[str, Change] = {
    "a product": ROBOTS,
    "what demand comes to": compare({}, {"Check": "C2", "2026": "", "2028": ""}),
    "one segment": compare({"Segment": "Jets", **dict.fromkeys(YEARS, "13")}),
    "one market and use": compare({"Site": "Dock", "End Use": "Military", **dict.fromkeys(YEARS, "13.1")}),
    "units, too": both(ROBOTS, compare({"Segment": "Robots", **dict.fromkeys(YEARS, "1.3")})),
    "the material itself": compare(
        {"Material": "NdPr Metal", "Overall Yield": "", "2026": "210", "2027": "230", "2028": "", "2029": ""}
    ),
    "a qualification": qualify({}),
    "one in progress": qualify({"State": "In Progress", "Done By": "2026-07-01", "Months": ""}),
    "another use": qualify({"End Use": "Civil"}, {"Qualification": "Q2", "End Use": "Military", "State": "Qualified"}),
}
PERIODS = [
    Wrong(
        both(put("Periods", "2027", "Period", "Low"), rename("Demand", "2027", "Low")),
        "period-named-as-column",
        "demand.csv:1 (Low)",
        "column 'Low' is no period here, but what every such table has under that name; give period Low another name",
    ),
]
ALL = [*PRODUCTS, *CHECKS, *QUALIFICATIONS, *PERIODS]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)


@pytest.mark.parametrize("spoilt", ["", "nonsense", "-1", "1e9", "NdPr Oxide"])
@pytest.mark.parametrize("column", ["Product", "Material", "Content"])
def test_no_product_raises(column: str, spoilt: str, tmp_path: Path) -> None:
    check(read(tmp_path / "case", both(ROBOTS, put("Products", "robot", column, spoilt))))


@pytest.mark.parametrize("spoilt", ["", "nonsense", "1e9"])
@pytest.mark.parametrize("column", ["Check", "Segment", "Material", "2026"])
def test_no_demand_check_raises(column: str, spoilt: str, tmp_path: Path) -> None:
    check(read(tmp_path / "case", compare({column: spoilt})))


@pytest.mark.parametrize("spoilt", ["", "nonsense", "-1", "1e9", "NdPr Oxide"])
@pytest.mark.parametrize("column", ["Qualification", "Site", "Supplier", "Material", "State", "Done By", "Months"])
def test_no_qualification_raises(column: str, spoilt: str, tmp_path: Path) -> None:
    check(read(tmp_path / "case", qualify({column: spoilt}, {"Qualification": "Q2", "State": "Qualified"})))
