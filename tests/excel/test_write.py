"""The workbooks that this program writes: what a planner sees in them, and that they stay what they are."""

import datetime as dt
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from model.case.build import case_from_tables
from model.case.case import Case
from model.case.load import load, load_with_problems
from model.errors import StoreError
from model.excel import replace
from model.excel.write import split_address, write_case_workbook, write_problems_workbook, write_template
from model.problems import problem
from model.schema.raw import column_letter
from model.schema.tables import TABLES
from tests.excel.same import assert_same
from tests.excel.workbooks import sheets, workbook

MINIMAL = Path(__file__).parents[2] / "inputs" / "minimal"
OWN_OF_DEMAND = len(TABLES["Demand"].columns)
FIRST_YEAR = get_column_letter(OWN_OF_DEMAND + 1)


def written(case: Case, folder: Path) -> Any:
    write_case_workbook(case, folder / "out.xlsx")
    return openpyxl.load_workbook(folder / "out.xlsx")


def small(folder: Path) -> Case:
    (folder / "small.xlsx").write_bytes(workbook())
    return load(folder / "small.xlsx")


def test_the_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    write_case_workbook(small(tmp_path), tmp_path / "a.xlsx")
    write_case_workbook(small(tmp_path), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx", "small.xlsx"]


def test_what_is_read_back_is_the_case(tmp_path: Path) -> None:
    case = small(tmp_path)
    write_case_workbook(case, tmp_path / "out.xlsx")
    back = load_with_problems(tmp_path / "out.xlsx")
    assert_same(case, back)
    assert back.problems == ()


def test_sheets_tables_panes_and_groups(tmp_path: Path) -> None:
    book = written(small(tmp_path), tmp_path)
    assert book.sheetnames == ["Start", "Settings", "Materials", "Suppliers", "Offers", "Demand", "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    last = column_letter(len(TABLES["Offers"].all_columns))
    assert book["Offers"].tables["Offers"].ref == f"A2:{last}5"
    assert book["Demand"].freeze_panes == "C3"
    assert [c.value for c in book["Demand"][2]][-10:] == [
        "2026",
        "2027",
        "Status",
        "Control State",
        "Low",
        "High",
        "Source",
        "As Of",
        "Confidence",
        "Notes",
    ]
    status = book["Demand"].column_dimensions[get_column_letter(OWN_OF_DEMAND + 3)]  # behind two years
    assert status.hidden
    assert status.outlineLevel == 1


def test_notes_and_colours_of_headers(tmp_path: Path) -> None:
    sheet = written(small(tmp_path), tmp_path)["Offers"]
    note = sheet["G2"].comment.text
    assert sheet["G2"].value == "Available to Us (t/y)"
    assert note == (
        "Most that this buyer can get, after what others hold; never plant capacity.\n"
        "Unit: t/y (or, in the header: kg/y, kt/y)\nA number, or the name of a row of sheet Series\n"
        "Allowed: at least 0\nBlank: no limit"
    )
    assert "Must be filled" in sheet["F2"].comment.text
    assert sheet["F2"].fill.fgColor.rgb != sheet["G2"].fill.fgColor.rgb


def test_drop_downs_name_ranges_that_hold_the_choices(tmp_path: Path) -> None:
    book = written(small(tmp_path), tmp_path)
    lists = {str(v.sqref).split(":")[0]: v for v in book["Offers"].data_validations.dataValidation if v.type == "list"}
    supplier, kind = lists["B3"], lists["E3"]
    assert not supplier.showErrorMessage  # a new supplier may be typed; check hints at misspelt ones
    assert kind.showErrorMessage
    assert _entries(book, tmp_path / "out.xlsx", supplier.formula1) == ["Alpha", "Beta"]
    assert _entries(book, tmp_path / "out.xlsx", kind.formula1) == ["Bid", "Spot", "Renewal", "Consignment"]


def _entries(book: Any, path: Path, name: str) -> list[Any]:
    target = book.defined_names[name.lstrip("=")].attr_text
    pattern = r"_lists!\$([A-Z]+)\$3:INDEX\(_lists!\$\1\$3:\$\1\$\d+,MAX\(1,_lists!\$\1\$2\)\)"
    match = re.fullmatch(pattern, target)
    assert match, target
    values = openpyxl.load_workbook(path, data_only=True)["_lists"]
    letter = match.group(1)
    return [c.value for c in values[letter]][2:][: values[f"{letter}2"].value]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "=evil()",
        "+A",
        "@sum",
        "-5",
        "http://x.example",
        "{=1}",
        "_x0041_",
        "<r>x</r>",
        "#REF!",
        "TRUE",
        "1e5",
        "007",
        "NA",
        "赣州",
        "a'b\"c<d>&e",
    ],
)
def test_texts_stay_texts(tmp_path: Path, name: str) -> None:
    case = small(tmp_path).data
    frames = {n: d.frame.drop(columns=["as_of"]) for n, d in case.items() if n != "Demand"}
    frames["Demand"] = case["Demand"].frame.join(case["Demand"].wide).drop(columns=["as_of"])
    frames["Suppliers"].loc[0, "supplier"] = frames["Offers"].loc[0, "supplier"] = name
    changed = case_from_tables(frames)
    sheet = written(changed, tmp_path)["Suppliers"]
    assert sheet["A3"].data_type == "s"
    back = load_with_problems(tmp_path / "out.xlsx")
    assert back.tables["Suppliers"].at[0, "supplier"] == name
    assert back.tables["Offers"].at[0, "supplier"] == name


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    case = small(tmp_path)
    changed = case_from_tables(
        {
            n: d.frame.join(d.wide).assign(**({"price": 0.1 + 0.2} if n == "Offers" else {}))
            for n, d in case.data.items()
        }
    )
    write_case_workbook(changed, tmp_path / "out.xlsx")
    assert load(tmp_path / "out.xlsx").tables["Offers"].at[0, "price"] == 0.1 + 0.2


def test_a_setting_keeps_its_type(tmp_path: Path) -> None:
    sheet = written(load(MINIMAL), tmp_path)["Settings"]
    assert sheet["B4"].value == dt.datetime(2026, 1, 1)
    assert sheet["B4"].number_format == "yyyy-mm-dd"
    assert sheet["B5"].value == 0.05
    assert sheet["B5"].number_format == "0.0##%"


def test_what_does_not_fit_in_a_cell_is_refused(tmp_path: Path) -> None:
    case = small(tmp_path)
    case.data["Offers"].frame.loc[0, "notes"] = "x" * 32_768
    (tmp_path / "out.xlsx").write_bytes(b"before")
    last = column_letter(len(TABLES["Offers"].all_columns))  # the notes
    with pytest.raises(StoreError, match=rf"Offers!{last}3: a text of 32,768 characters does not fit in a cell"):
        write_case_workbook(case, tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == b"before"


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "out.xlsx").write_bytes(b"before")
    monkeypatch.setattr(replace.os, "replace", denied)
    with pytest.raises(StoreError, match="if it is open in another program, close it there"):
        replace.write_bytes(tmp_path / "out.xlsx", b"after")
    assert [p.name for p in tmp_path.iterdir()] == ["out.xlsx"]
    assert (tmp_path / "out.xlsx").read_bytes() == b"before"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "new.xlsx"
    write_template(path)
    return path


def test_the_template(template: Path, tmp_path: Path) -> None:
    write_template(tmp_path / "again.xlsx")
    assert template.read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    book = openpyxl.load_workbook(template)
    assert book.sheetnames[:6] == ["Start", "Settings", "Materials", "Offers", "Demand", "Lanes"]
    assert sorted(book.sheetnames[1:-1]) == sorted(TABLES)
    assert [c.value for c in book["Demand"][2]][OWN_OF_DEMAND : OWN_OF_DEMAND + 10] == [
        str(y) for y in range(2026, 2036)
    ]
    read = load_with_problems(template)
    assert read.problems == ()
    assert sorted(read.data) == ["Demand", "Materials", "Offers", "Settings"]


def test_a_filled_template_is_a_case(template: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template)
    book["Materials"]["A3"], book["Materials"]["B3"] = "Dy Oxide", "Separated"
    for cell, value in zip(("A3", "B3", "D3", "F3"), ("A1", "Alpha", "Dy Oxide", 400), strict=True):
        book["Offers"][cell] = value
    for cell, value in zip(("A3", "B3", f"{FIRST_YEAR}3"), ("Motors", "Dy Oxide", 5), strict=True):
        book["Demand"][cell] = value
    book.save(tmp_path / "filled.xlsx")
    case = load(tmp_path / "filled.xlsx")
    assert [p for p in case.problems if p.code != "rows-below-table"] == []
    assert case.rows("Offers")[0].price == 400
    assert not case.has("Lanes")


def test_the_list_of_problems_links_to_the_cells(tmp_path: Path) -> None:
    found = [
        problem("rows-hidden", "供应商!A5", rows="5"),
        problem("cell-empty", "Bob's!C4", column="Price", meaning="must"),
        problem("file-damaged", path="case.xlsx"),
    ]
    write_problems_workbook(found, tmp_path / "case.xlsx", tmp_path / "case_problems.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "case_problems.xlsx")["Problems"]
    assert sheet["A1"].value == "case.xlsx: 2 errors, 1 note"
    assert [[c.value for c in row[:4]] for row in sheet.iter_rows(min_row=3)] == [
        ["error", "Bob's", "C4", "Price is empty; it must"],
        ["error", "", "", "case.xlsx is damaged or only half written; open and save it again in Excel"],
        ["note", "供应商", "A5", "rows 5 are hidden and are included"],
    ]
    assert (sheet["C3"].hyperlink.target, sheet["C3"].hyperlink.location) == ("case.xlsx", "'Bob''s'!C4")
    assert (sheet["C5"].hyperlink.target, sheet["C5"].hyperlink.location) == ("case.xlsx", "'供应商'!A5")


def test_the_list_of_problems_of_a_folder_and_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    write_problems_workbook(
        [problem("cell-empty", "offers.csv:7 (Price)", column="Price", meaning="must")],
        tmp_path / "case",
        tmp_path / "list.xlsx",
    )
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx")["Problems"]
    assert (sheet["B3"].value, sheet["C3"].value) == ("offers.csv", "7 (Price)")
    assert sheet["C3"].hyperlink.target.replace("\\", "/") == "case/offers.csv"
    write_problems_workbook([], tmp_path / "case", tmp_path / "list.xlsx")
    assert openpyxl.load_workbook(tmp_path / "list.xlsx")["Problems"]["D3"].value == "nothing was found"


def test_addresses_fall_apart_into_place_and_cell() -> None:
    assert split_address("A!B!C4") == ("A!B", "C4")
    assert split_address("offers.csv:7 (Price)") == ("offers.csv", "7 (Price)")
    assert split_address("Dashboard") == ("Dashboard", "")


RECALCULATE = """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


def test_libreoffice_computes_the_same_lists_and_keeps_the_case(
    tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    content = sheets()
    content["Country Groups"] = [
        ["Group", "Country"],
        ["Allies", "Australia"],
        ["Allies", "Estonia"],
        ["EU", "Estonia"],
        ["<5*", "Estonia"],
    ]
    content["Countries"] = [["Country"], ["Australia"], ["Estonia"]]
    content["Lanes"] = [
        ["From Place", "To Place", "Material"],
        ["EU", "Motors", "Dy Oxide"],
        ["Alpha", "Motors", "Any"],
    ]
    (tmp_path / "small.xlsx").write_bytes(workbook(content))
    case = load(tmp_path / "small.xlsx")
    write_case_workbook(case, tmp_path / "case.xlsx")
    places = openpyxl.load_workbook(tmp_path / "case.xlsx")
    from_place = next(v for v in places["Lanes"].data_validations.dataValidation if str(v.sqref).startswith("A3"))
    assert _entries(places, tmp_path / "case.xlsx", from_place.formula1) == [
        "Any",
        "Alpha",
        "Beta",
        "Motors",
        "Australia",
        "Estonia",
        "Allies",
        "EU",
        "<5*",
    ]
    subprocess.run(
        [
            require_tool("soffice"),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            tmp_path / "out",
            tmp_path / "case.xlsx",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    ours = openpyxl.load_workbook(tmp_path / "case.xlsx", data_only=True)["_lists"]
    theirs = openpyxl.load_workbook(tmp_path / "out" / "case.xlsx", data_only=True)["_lists"]
    cells = [c for row in ours.iter_rows() for c in row]
    assert len(cells) > 500
    assert [(c.coordinate, c.value) for c in cells] == [(c.coordinate, theirs[c.coordinate].value) for c in cells]
    assert_same(case, load_with_problems(tmp_path / "out" / "case.xlsx"))


def test_no_part_tells_when_or_where_it_was_written(tmp_path: Path) -> None:
    write_case_workbook(small(tmp_path), tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert {p.date_time for p in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        text = b"".join(archive.read(p) for p in archive.namelist())
    assert str(tmp_path).encode() not in text
    assert b"2026-01-01T00:00:00Z" in text
