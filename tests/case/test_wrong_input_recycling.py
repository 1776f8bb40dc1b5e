"""What planners get wrong with recycling."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, put, read, table
from tests.case.wrong import Wrong, assert_said, listed, names

ROW = {
    "Recycling": "Scrap",
    "Segment": "Motors",
    "Sold Material": "NdPr Metal",
    "Site": "Works",
    "Material": "NdPr Oxide",
    "Content": "1.1",
    "Recovery": "0.8",
    "Collection Cost": "20",
}


def rows(*given: dict[str, str]) -> Change:
    """Return table Recycling."""
    return table("Recycling", "\n".join(",".join(line) for line in (ROW, *(r.values() for r in given))))


def returns(*lines: str) -> Change:
    """Return table Returns."""
    return table("Returns", "\n".join(("Recycling,Age,Returned", *lines)))


def past(*lines: str) -> Change:
    """Return table Past Sales."""
    return table("Past Sales", "\n".join(("Segment,Material,Year,Sold", *lines)))


SCRAP = both(rows(ROW), returns("Scrap,0,0.1", "Scrap,2.5,0.2"), past("Motors,NdPr Metal,2024,150"))

RECYCLING = [
    Wrong(
        both(SCRAP, put("Recycling", "Scrap", "Sold Material", "Ce Oxide")),
        "recycling-never-sold",
        "recycling.csv:2 (Sold Material)",
        "Motors needs no Ce Oxide, and Past Sales has none: nothing can come back",
        ("past-sale-unused",),
    ),
    Wrong(
        both(SCRAP, returns("Scrap,20,0.5")),
        "recycling-nothing-back",
        "recycling.csv:2 (Recycling)",
        "nothing comes back within the plan: no return of table Returns falls into it",
    ),
    Wrong(
        both(SCRAP, put("Returns", "Scrap/0", "Returned", "0.9")),
        "recycling-above-whole",
        "recycling.csv:2 (Recycling)",
        "110 per cent of what was sold come back by Scrap; no more than all can",
    ),
    Wrong(
        both(
            SCRAP,
            rows(ROW, {**ROW, "Recycling": "Other", "Site": "Kuantan"}),
            returns("Scrap,0,0.6", "Other,0,0.5"),
        ),
        "recycling-twice",
        "recycling.csv:3 (Material)",
        "110 per cent of the NdPr Metal that Motors was sold come back for NdPr Oxide, by Scrap and Other together",
    ),
    Wrong(
        both(SCRAP, put("Sites", "Works", "Facility", "May Close"), put("Sites", "Works", "Fixed Cost", "1")),
        "recycling-site-not-there",
        "recycling.csv:2 (Site)",
        "Works is May Close: what comes back needs a site that is always there",
    ),
    Wrong(
        both(SCRAP, past("Motors,NdPr Metal,2026,150")),
        "past-sale-not-past",
        "past_sales.csv:2 (Year)",
        "2026 is not over when the plan starts: what is sold from then on follows from the plan",
    ),
    Wrong(
        both(SCRAP, add("Past Sales", Segment="Jets", Material="NdPr Metal", Year="2024", Sold="5")),
        "past-sale-unused",
        "past_sales.csv:3 (Material)",
        "no row of Recycling takes back NdPr Metal of Jets",
    ),
]
FINE: dict[str, Change] = {"scrap and what is old": SCRAP}
ALL = [*RECYCLING]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)


@pytest.mark.parametrize("spoilt", ["", "nonsense", "-1", "1e9", "NdPr Oxide"])
@pytest.mark.parametrize(
    ("where", "key", "column"),
    [
        *(("Recycling", "Scrap", c) for c in ("Segment", "Sold Material", "Site", "Material", "Content", "First Use")),
        *(("Returns", "Scrap/0", c) for c in ("Recycling", "Age", "Returned")),
        *(("Past Sales", "Motors", c) for c in ("Segment", "Material", "Year", "Sold")),
    ],
)
def test_nothing_raises(where: str, key: str, column: str, spoilt: str, tmp_path: Path) -> None:
    check(read(tmp_path / "case", both(SCRAP, put(where, key, column, spoilt))))
