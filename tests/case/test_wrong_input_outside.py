"""What lies outside of the tables is refused with a sentence, in a sheet and in a folder; what only sounds like it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from model.case.load import load_with_problems
from model.schema.tables import TABLES
from tests.case.base import Change, Tables, base, read, write
from tests.case.wrong import Wrong, assert_said, listed, names
from tests.excel.test_locate import errors, problems, told, with_sheet


def beside(table: str, header: str, first: str) -> Change:
    """Add a column at the right with a value in the first row only."""

    def change(tables: Tables) -> None:
        header_row, *rows = tables[table]
        header_row.append(header)
        for n, row in enumerate(rows):
            row.append("" if n else first)

    return change


LOTS = (
    "{} asks for whole lots, which this program does not plan: tonnes are continuous. Minimum Order of Offers is the least of "
    "an order; round the plan's orders and settle them in table Overrides to see what that costs"
)
BUNDLES = (
    "{} makes a price depend on what else is bought, which this program does not plan: Price Tiers are of one offer. Write "
    "the lower prices as offers of their own under one row of Contracts whose Least is the tonnage that earns them"
)
QUALITY = (
    "{} asks for a blend within a range of quality, which this program does not plan: a material is of one quality. Write "
    "each grade as a material and each blend that is allowed as a recipe; Substitutions lets one grade stand in for another"
)
COMMITMENT = (
    "{} ties starts and stops of a plant together over time (unit commitment), which this program does not plan. Within a "
    "period there are Set Up Cost, Set Up Use and Minimum Run of Recipes and Minimum Load of Lines"
)

ALL = [
    Wrong(beside(table, header, value), code, f"{file}.csv:1 ({header})", sentence.format(f"column {header!r}"))
    for table, header, value, file, code, sentence in (
        ("Offers", "Lot Size (t)", "20", "offers", "outside-lots", LOTS),
        ("Offers", "Lot", "5", "offers", "outside-lots", LOTS),
        ("Contracts", "Whole Lots Only", "Yes", "contracts", "outside-lots", LOTS),
        ("Price Tiers", "Bundle", "Lynas all", "price_tiers", "outside-bundles", BUNDLES),
        ("Offers", "Combined Discount (%)", "0.05", "offers", "outside-bundles", BUNDLES),
        ("Recipe Items", "Min Share", "0.3", "recipe_items", "outside-quality", QUALITY),
        ("Demand", "Max Grade", "0.995", "demand", "outside-quality", QUALITY),
        ("Materials", "purity-min", "99.5", "materials", "outside-quality", QUALITY),
        ("Lines", "Min Up Time (months)", "3", "lines", "outside-unit-commitment", COMMITMENT),
        ("Recipes", "Start-up Cost (kUSD)", "40", "recipes", "outside-unit-commitment", COMMITMENT),
    )
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_a_column_is_refused(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize(
    ("table", "header", "value"),
    [
        ("Offers", "Lot Size", ""),  # nothing is asked for
        ("Offers", "Lot", "L-2026/7"),  # the name of a lot
        ("Commitments", "Lot", "20267"),
        ("Offers", "Purity", "99.5"),  # for the reader
        ("Lines", "Min Up Time", "0"),
        ("Sites", "Start-up Cost", "40"),  # Opening Cost under another name
    ],
)
def test_a_column_for_the_reader_is_only_named(table: str, header: str, value: str, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", beside(table, header, value)))
    assert [p.code for p in found] == ["column-unknown"], listed(found)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Lot Sizes", LOTS),
        ("Bundle Discounts", BUNDLES),
        ("Quality Windows", QUALITY),
        ("Blending", QUALITY),
        ("Unit Commitment", COMMITMENT),
    ],
)
def test_a_sheet_or_file_is_refused(name: str, sentence: str, tmp_path: Path) -> None:
    said = errors(problems(tmp_path, with_sheet(name, [["x"]])))
    assert [(address, words) for _, address, words in said] == [(name, sentence.format(f"sheet {name!r}"))]
    folder = write(tmp_path / "case", base())
    file = f"{name.lower().replace(' ', '_')}.csv"
    (folder / file).write_text("a,b\n")
    found = [p for p in load_with_problems(folder).problems if p.level == "error"]
    assert [(p.address, p.sentence) for p in found] == [(file, sentence.format(file))]


def test_a_cell_address_in_a_workbook(tmp_path: Path) -> None:
    sheet = [["Offer", "Supplier", "Material", "Price", "Lot Size"], ["A1", "A", "Oxide", 1.0, 20]]
    found = told(problems(tmp_path, with_sheet("Offers", sheet)))
    assert ("outside-lots", "Offers!E1", LOTS.format("column 'Lot Size'")) in found


def test_no_declared_column_or_table_counts_as_outside() -> None:
    from model.schema.outside import column_outside, sheet_outside

    assert [t for t in TABLES if sheet_outside(t)] == []
    words = [(t.name, w) for t in TABLES.values() for c in t.all_columns for w in (c.title, *c.aliases)]
    assert [x for x in words if column_outside(*x, ["1"])] == []
