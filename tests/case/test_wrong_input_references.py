"""What planners get wrong in names: references, keys that stand twice, series, spellings; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put
from tests.case.wrong import Wrong, assert_said, names

# Without a lot from China the lanes from there join nothing and its controls limit nothing.
NO_ONE_IN_CHINA = ("lane-matches-nothing",) * 2 + ("control-jurisdiction-unused",) * 2

ALL = [
    Wrong(
        put("Offers", "O1", "Material", "NdPr Oxid"),
        "not-found",
        "offers.csv:2 (Material)",
        "Material: 'NdPr Oxid' is not in Materials; did you mean 'NdPr Oxide'?",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", "Energy Fuels"),
        "not-found",
        "offers.csv:2 (Supplier)",
        "Supplier: 'Energy Fuels' is not in Suppliers",
    ),
    Wrong(
        put("Offers", "O1", "Supplier", "LYNAS "),
        "spelling",
        "offers.csv:2 (Supplier)",
        "Supplier: 'LYNAS' is taken as 'Lynas'",
    ),
    Wrong(
        put("Shortage Costs", "Motors/1", "Segment", "Motor"),
        "not-found",
        "shortage_costs.csv:2 (Segment)",
        "Segment: 'Motor' is not in Demand; did you mean 'Motors'?",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Segment", "Motor"),
        "not-found",
        "de_risking_rules.csv:2 (Segment)",
        "Segment: 'Motor' is not in Demand; did you mean 'Motors'?",
    ),
    Wrong(
        add("Suppliers", Supplier="LYNAS", Country="USA"),
        "key-twice",
        "suppliers.csv:5 (Supplier)",
        "LYNAS stands twice, first in row 2",
    ),
    Wrong(
        add("Demand", Segment="Jets", Material="NdPr Metal"),
        "key-twice",
        "demand.csv:4 (Segment)",
        "Jets / NdPr Metal stands twice, first in row 3",
        ("demand-zero",),
    ),
    Wrong(
        put("Suppliers", "Iluka", "Status", "Exclude"),
        "row-left-out",
        "offers.csv:4 (Supplier)",
        "the row is left out with 'Iluka', which is excluded in Suppliers",
        ("row-left-out", "row-left-out"),
    ),
    Wrong(
        put("Series", "CN Price", "Status", "Exclude"),
        "row-left-out",
        "offers.csv:3 (Price)",
        "the row is left out with 'CN Price', which is excluded in Series",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("Country Groups", "Covered", "Status", "Exclude"),
        "row-left-out",
        "de_risking_rules.csv:2 (Who)",
        "the row is left out with 'Covered', which is excluded in Country Groups",
        ("row-left-out", "row-left-out"),
    ),
    Wrong(
        put("Offers", "O2", "Price", "CN Prices"),
        "series-unknown",
        "offers.csv:3 (Price)",
        "Price: 'CN Prices' is neither a number nor a row of table Series; did you mean 'CN Price'?",
        ("series-unused",),
    ),
    Wrong(
        put("Series", "CN Price", "Unit", "USD/t"),
        "series-unit",
        "offers.csv:3 (Price)",
        "Price: series 'CN Price' is in USD/t, but the column is in USD/kg",
    ),
    Wrong(
        put("Series", "CN Price", "2026-H1", ""),
        "series-start",
        "series.csv:2 (2026-H1)",
        "series 'CN Price' has no value for the first period 2026-H1",
    ),
    Wrong(
        both(
            add("Series", **{"Series": "Up Time", "2026-H1": "0.9", "2027": "1.2"}),
            put("Lines", "Works/Reduction", "Availability", "Up Time"),
        ),
        "series-range",
        "series.csv:3 (2027)",
        "series 'Up Time' has 1.2 in 2027, but Availability at lines.csv:2 (Availability) must be 0 to 1",
    ),
    Wrong(
        add("Series", **{"Series": "Old", "2026-H1": "1"}),
        "series-unused",
        "series.csv:3 (Series)",
        "series 'Old' is not used by any included row",
    ),
    Wrong(
        put("Projects", "Expand", "Exclusive Group", "METAL"),
        "name-spelled-twice",
        "projects.csv:3 (Exclusive Group)",
        "Exclusive Group: 'metal' and 'METAL' at projects.csv:2 (Exclusive Group) differ in capitals only; "
        "write one name in one way",
        ("exclusive-alone",) * 2,
    ),
    Wrong(
        add("Suppliers", Supplier="Lynas.", Country="USA"),
        "names-alike",
        "suppliers.csv:5 (Supplier)",
        "Supplier: 'Lynas.' and 'Lynas' at suppliers.csv:2 (Supplier) look like one name, but are taken as two",
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
