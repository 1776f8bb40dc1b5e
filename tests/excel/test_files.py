"""Files that are no workbook, or a dangerous one: one sentence each, and never more than a few seconds."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.excel import preflight
from tests.excel.workbooks import errors, problems, rewritten, sheet_xml, sheets, told, with_part, workbook


def peak_kb() -> int:
    """Give the most memory that this process has used so far; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Nothing takes more than ten seconds or a gigabyte."""
    start, before = time.monotonic(), peak_kb()
    yield
    assert time.monotonic() - start < 10
    assert peak_kb() - before < 1_000_000


def test_a_clean_workbook_has_no_problems(tmp_path: Path) -> None:
    found = problems(tmp_path, workbook())
    assert [t for t in told(found) if t[0] != "text-read-as-date"] == []


def test_excels_lock_file(tmp_path: Path) -> None:
    found = problems(tmp_path, b"\x05owner", "~$case.xlsx")
    assert told(found) == [("file-lock-file", "", "~$case.xlsx is Excel's lock file; give the workbook itself")]


@pytest.mark.parametrize("mark", ["~$case.xlsx", ".~lock.case.xlsx#"])
def test_open_in_another_program(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).write_bytes(b"owner")
    found = problems(tmp_path, workbook())
    assert (
        "file-open-elsewhere",
        "",
        "case.xlsx is open in another program; changes that are not saved are not seen",
    ) in told(found)
    assert not errors(found)


def test_locked_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "~$case.xlsx").write_bytes(b"owner")
    (tmp_path / "case.xlsx").write_bytes(workbook())
    monkeypatch.setattr(Path, "read_bytes", denied)
    monkeypatch.setattr(preflight.shutil, "copy2", denied)
    assert told(preflight.read_bytes(tmp_path / "case.xlsx")[1]) == [
        ("file-locked", "", "case.xlsx is open in Excel and can not be read; save and close it")
    ]


def test_locked_but_can_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, data, read = tmp_path / "case.xlsx", workbook(), Path.read_bytes
    path.write_bytes(data)

    def denied_there(self: Path) -> bytes:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", denied_there)
    assert preflight.read_bytes(path) == (data, [])


def test_no_right_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "case.xlsx").write_bytes(workbook())
    monkeypatch.setattr(preflight, "_bytes_of", denied)
    monkeypatch.setattr(preflight.os, "name", "posix")
    assert told(preflight.read_bytes(tmp_path / "case.xlsx")[1]) == [
        ("file-unreadable", "", "case.xlsx can not be read: this user has no right to read it")
    ]


PLAIN = workbook()
DAMAGED = "case.xlsx is damaged or only half written; open and save it again in Excel"
FILES = {
    "password-protected": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "file-protected",
        "case.xlsx is password-protected or an old .xls; save it as a plain .xlsx",
    ),
    "csv renamed": (
        b"Offer,Supplier\nA1,Alpha\n",
        "file-not-workbook",
        "case.xlsx is not an Excel workbook (a CSV file renamed?)",
    ),
    "empty": (b"", "file-not-workbook", "case.xlsx is not an Excel workbook (a CSV file renamed?)"),
    "truncated": (PLAIN[: len(PLAIN) // 2], "file-damaged", DAMAGED),
    "half overwritten": (PLAIN[:300] + bytes(2000) + PLAIN[2300:], "file-damaged", DAMAGED),
    "broken XML": (sheet_xml(PLAIN, 4, lambda x: x[:-40]), "file-damaged", DAMAGED),
    "sheet missing": (rewritten(PLAIN, lambda n, x: None if n.endswith("sheet4.xml") else x), "file-damaged", DAMAGED),
    "xlsb": (with_part(PLAIN, "xl/workbook.bin", b"x"), "file-xlsb", "case.xlsx is an .xlsb; save it as .xlsx"),
    "ods": (
        with_part(PLAIN, "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        "file-ods",
        "case.xlsx is an OpenDocument file; save it as .xlsx",
    ),
    "word document": (
        rewritten(PLAIN, lambda n, x: None if "workbook" in n else x),
        "file-not-workbook",
        "case.xlsx is not an Excel workbook (a CSV file renamed?)",
    ),
    "strict": (
        rewritten(
            PLAIN,
            lambda n, x: x.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
        ),
        "file-strict",
        "case.xlsx is in the Strict Open XML format; save it as a plain Excel Workbook (.xlsx)",
    ),
    "zip bomb": (
        with_part(PLAIN, "xl/media/image1.bin", bytes(60_000_000)),
        "file-too-large",
        "case.xlsx unpacks to 60 MB; delete the empty formatted rows below the data",
    ),
    "entity bomb": (
        sheet_xml(
            PLAIN,
            4,
            lambda x: (
                b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
                b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + x.replace(b"A1", b"&b;", 1)
            ),
        ),
        "file-entities",
        "case.xlsx declares XML entities in xl/worksheets/sheet4.xml, which no spreadsheet program does; "
        "it is not read",
    ),
    "other workbook": (
        workbook({"Budget": [["x"], [1]]}),
        "file-no-table",
        "case.xlsx holds no sheet of a case, such as Offers",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_refused_with_one_sentence(tmp_path: Path, kind: str) -> None:
    data, code, sentence = FILES[kind]
    assert errors(problems(tmp_path, data)) == [(code, "", sentence)]


def test_too_many_strings_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    many = b"<sst>" + b"".join(b"<si><t>%d</t></si>" % i for i in range(700_000)) + b"</sst>"
    found = problems(tmp_path, with_part(PLAIN, "xl/sharedStrings.xml", many))
    assert [e[0] for e in errors(found)] == ["file-too-large"]


def test_a_file_above_the_limit_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "MAX_BYTES", 1000)
    assert errors(problems(tmp_path, PLAIN))[0][0] == "file-too-large"


def test_a_macro_workbook_is_read(tmp_path: Path) -> None:
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    data = with_part(rewritten(PLAIN, lambda n, x: x.replace(plain, macro)), "xl/vbaProject.bin", b"macro")
    assert not errors(problems(tmp_path, data, "case.xlsm"))


def test_a_cell_in_the_last_corner(tmp_path: Path) -> None:
    def far(book: object) -> None:
        book["Offers"]["XFD1048576"] = "x"  # type: ignore[index]

    assert not errors(problems(tmp_path, workbook(change=far)))


def formatted_rows(xml: bytes, first: int, dimension: bool) -> bytes:
    start, _, end = xml.partition(b"</sheetData>")
    rows = b"".join(
        b'<row r="%d" spans="1:2" ht="15.75" customHeight="1"><c r="A%d" s="0"/><c r="B%d" s="0"/></row>' % (i, i, i)
        for i in range(first, 1_048_577)
    )
    if not dimension:
        start = start[: start.index(b"<dimension")] + start[start.index(b"/>", start.index(b"<dimension")) + 2 :]
    return start + rows + b"</sheetData>" + end


def test_a_million_formatted_empty_rows(tmp_path: Path) -> None:
    data = sheet_xml(PLAIN, 4, lambda x: formatted_rows(x, 5, dimension=True))
    assert not errors(problems(tmp_path, data))


def test_a_million_formatted_empty_rows_of_a_sheet_without_a_size(tmp_path: Path) -> None:
    data = sheet_xml(PLAIN, 4, lambda x: formatted_rows(x, 5, dimension=False))
    assert errors(problems(tmp_path, data)) == [
        ("file-too-large", "", "case.xlsx unpacks to 110 MB; delete the empty formatted rows below the data")
    ]


def test_a_sheet_with_too_many_cells_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.excel.read.MAX_CELLS", 300)
    content = sheets()
    content["Offers"] += [[f"B{i}", "Alpha", "Dy Oxide", 1.5, 1, None] for i in range(200)]
    assert errors(problems(tmp_path, workbook(content))) == [
        (
            "sheet-too-large",
            "Offers!A35",
            "the sheet has more than 300 cells; a case is far smaller: delete what is not part of it",
        )
    ]


def test_too_few_cells_declared(tmp_path: Path) -> None:
    data = sheet_xml(PLAIN, 4, lambda x: x.replace(b'<dimension ref="A1:F4"', b'<dimension ref="A1"'))
    assert data != PLAIN
    assert not errors(problems(tmp_path, data))
