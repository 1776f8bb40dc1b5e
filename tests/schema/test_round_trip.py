"""Reading, writing and reading again loses nothing that the schema declares, nor unknown columns."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from model.case.load import load_with_problems
from model.schema.csv_files import write_folder
from model.schema.values import tidy
from tests.case.base import base, write

ODD = [
    "NA",
    "N/A",
    "nan",
    "None",
    "null",
    "007",
    "1E5",
    "1.50",
    "+5",
    "TRUE",
    "2026-01-01",
    "=1+1",
    "镝钕 公司",
    "a,b",
    'the "best"',
    "line\nbreak",
    "O'Neill; Söhne",
    "  spaced  ",
    "-",
    "0",
    "1,200",
]
NAMES = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
).filter(lambda s: tidy(s) != "")
NUMBERS = st.one_of(
    st.just(""), st.just("0"), st.floats(0, 1e12, allow_nan=False).map(repr), st.integers(0, 10**9).map(str)
)
STATUS = st.sampled_from(["", "Include", "Exclude"])


@st.composite
def folders(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Return a case with odd names, blanks, zeros, excluded rows and unknown columns."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=lambda s: tidy(s).casefold()))
    suppliers = [[n, "Any Land", draw(STATUS), draw(NAMES), draw(st.one_of(st.just(""), NAMES))] for n in names]
    offers = [
        [
            f"O{i}",
            draw(st.sampled_from(names)),
            "Ore",
            draw(NUMBERS) or "1",
            draw(NUMBERS),
            draw(STATUS),
            draw(NUMBERS),
            draw(st.sampled_from(["", "2026-07-31"])),
        ]
        for i in range(draw(st.integers(1, 4)))
    ]
    demand = [["S", "Ore", draw(NUMBERS), draw(NUMBERS), draw(STATUS), draw(st.one_of(st.just(""), NAMES))]]
    return {
        "Settings": [["Setting", "Value"], ["Case Title", draw(NAMES)], ["Base Date", "2026-01-01"]],
        "Materials": [["Material", "Stage", "Storable"], ["Ore", "Mined", draw(st.sampled_from(["", "Yes", "No"]))]],
        "Suppliers": [["Supplier", "Country", "Status", "Notes", "联系人"], *suppliers],
        "Offers": [
            [
                "Offer",
                "Supplier",
                "Material",
                "Price",
                "Available to Us",
                "Status",
                "Minimum Order (kg)",
                "Valid Until",
            ],
            *offers,
        ],
        "Demand": [["Segment", "Material", "2026", "2027", "Status", "ERP No"], *demand],
    }


@given(folders())
def test_round_trip(tables: dict[str, list[list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        first = load_with_problems(write(Path(place) / "first", tables))
        (Path(place) / "second").mkdir()
        write_folder(Path(place) / "second", first.data)
        second = load_with_problems(Path(place) / "second")
        (Path(place) / "third").mkdir()
        write_folder(Path(place) / "third", second.data)
        for path in (Path(place) / "second").iterdir():
            assert path.read_bytes() == (Path(place) / "third" / path.name).read_bytes()
    assert list(first.data["Suppliers"].frame["supplier"]) == [tidy(r[0]) for r in tables["Suppliers"][1:]]
    assert list(first.data["Suppliers"].frame["notes"]) == [tidy(r[3]) for r in tables["Suppliers"][1:]]
    assert not {p.code for p in first.problems} - {
        "spelling",
        "unit-converted",
        "row-left-out",
        "column-unknown",
        "mixed-codes",
    }
    for name, d in first.data.items():
        other = second.data[name]
        pd.testing.assert_frame_equal(d.frame, other.frame, check_exact=True)
        pd.testing.assert_frame_equal(d.wide, other.wide, check_exact=True)
        pd.testing.assert_frame_equal(d.extra, other.extra)
        assert [repr(r) for r in first.rows(name)] == [repr(r) for r in second.rows(name)]


def test_what_is_written(tmp_path: Path) -> None:
    tables = base()
    tables["Suppliers"] += [["007", "Australia"], ["NA", "Japan"], ["镝业", "China"]]
    tables["Demand"][1][-1] = "0.1"
    tables["Demand"][1][-2] = ""
    tables["Demand"][2][-1] = "0"
    case = load_with_problems(write(tmp_path / "c", tables))
    write_folder(tmp_path, case.data)
    raw = (tmp_path / "demand.csv").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows[0] == [
        "Segment",
        "Material",
        "End Use",
        "Site",
        "Priority",
        "Product",
        "Content (kg/unit)",
        "2026",
        "2027",
        "2028",
        "2029",
    ]
    assert rows[1][-2:] == ["", "0.1"]
    assert rows[2][-1] == "0"
    suppliers = (tmp_path / "suppliers.csv").read_text("utf-8").splitlines()
    assert suppliers[-3:] == ["007,Australia", "NA,Japan", "镝业,China"]
