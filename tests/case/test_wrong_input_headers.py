"""What planners get wrong in headers, units and periods of columns, and in whole tables; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import both, drop, lose, put, rename, table
from tests.case.wrong import Wrong, assert_said, names

ALL = [
    Wrong(
        rename("Offers", "Price", "Prise"),
        "column-missing",
        "offers.csv:1 (Price)",
        "column 'Price (USD/kg)' is missing; did you mean 'Prise'?",
        ("column-unknown", "series-unused"),
    ),
    Wrong(
        rename("Offers", "Lead Time", "Leadtime"),
        "column-unknown",
        "offers.csv:1 (Leadtime)",
        "column 'Leadtime' is not known and is not used; did you mean 'Lead Time'?",
    ),
    Wrong(
        rename("Offers", "Lead Time", "Price"),
        "column-twice",
        "offers.csv:1 (Price)",
        "column 'Price' stands twice, in column 5 and column 8",
    ),
    Wrong(
        rename("Offers", "Minimum Order", "Minimum Order (lb)"),
        "unit-unknown",
        "offers.csv:1 (Minimum Order)",
        "column 'Minimum Order' has unit 'lb'; expected t or kg or kt",
    ),
    Wrong(
        rename("Offers", "Minimum Order", "Minimum Order (kg)"),
        "unit-converted",
        "offers.csv:1 (Minimum Order)",
        "column 'Minimum Order' is given in kg and was converted to t",
    ),
    Wrong(
        rename("Demand", "2027", "2037"),
        "period-unknown",
        "demand.csv:1 (2037)",
        "column '2037' is not a period or a year of table Periods; did you mean '2027'?",
        ("period-without-column",),
    ),
    Wrong(
        lose("Demand", "2027"),
        "period-without-column",
        "demand.csv:1 (2027)",
        "period 2027 has no column, and neither has its year",
    ),
    Wrong(
        lose("Demand", "2029"),
        "period-years-missing",
        "demand.csv:1 (2028-29)",
        "period 2028-29 has columns for some of its years; 2029 are missing",
    ),
    Wrong(
        both(put("Demand", "Motors", "2026-H1", "200"), put("Demand", "Motors", "2026-H2", "200")),
        "period-doubled",
        "demand.csv:1 (2026)",
        "year 2026 stands beside its own periods 2026-H1, 2026-H2; keep one or the other",
    ),
    Wrong(
        put("Demand", "Motors", "2028-29", "250"),
        "period-doubled",
        "demand.csv:1 (2028)",
        "year 2028 stands beside its own periods 2028-29; keep one or the other",
        ("period-doubled",),
    ),
    Wrong(
        table("Limits", "Limit,Measure,Limit Type\nL1,Volume,Max"),
        "no-period-columns",
        "limits.csv:1 (header)",
        "table Limits has no column for any period or year",
        ("rule-without-limit",),
    ),
    Wrong(
        drop("Materials"),
        "table-missing",
        "",
        "table Materials is missing; a case needs Settings, Materials, Offers, Demand",
    ),
    Wrong(
        table("Demand", "Segment,Material,2026,2027,2028,2029"),
        "table-empty",
        "demand.csv:1",
        "table Demand has no rows that are included",
        ("not-found", "not-found", "not-found", "not-found", "row-unknown"),
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
