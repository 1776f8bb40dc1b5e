"""Folders of CSV files as they come from people and programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.case import Case
from model.case.checks import check
from model.case.load import load, load_with_problems
from model.errors import CaseError, StoreError
from tests.case.base import base, put, read, write


def said(case: Case) -> list[tuple[str, str, str, str]]:
    return [(p.level, p.code, p.address, p.sentence) for p in check(case)]


def changed(folder: Path, name: str, old: bytes, new: bytes) -> Case:
    path = write(folder, base()) / name
    content = path.read_bytes()
    assert content.count(old) == 1, (old, content)
    path.write_bytes(content.replace(old, new))
    return load_with_problems(folder)


def test_row_with_more_cells_than_headers(tmp_path: Path) -> None:
    case = changed(tmp_path / "c", "countries.csv", b"Japan\n", b"Japan,Nippon\n")
    assert said(case) == [("error", "csv-ragged", "countries.csv:5", "the row has 2 cells, but there are 1 headers")]


def test_semicolons_are_read_with_a_note(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", base(), delimiter=";")
    found = said(load_with_problems(folder))
    assert len(found) == len(base()) - 1  # Countries has one column and so no separator
    assert ("note", "csv-semicolon", "offers.csv", "offers.csv is separated by semicolons and was read so") in found
    assert {level for level, *_ in found} == {"note"}


def test_decimal_commas_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", base())
    path = folder / "lines.csv"
    path.write_text(path.read_text().replace(",", ";").replace("0.9", "0,9"))
    found = said(load_with_problems(folder))
    assert (
        "error",
        "csv-decimal-comma",
        "lines.csv",
        "lines.csv writes numbers with a decimal comma; save it with a decimal point",
    ) in found


def test_windows_text_is_read_with_a_note(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", base())
    (folder / "facts.csv").write_bytes("Fact,What,Value,Title\nF1,Größe,1,Müller & Söhne – Bericht\n".encode("cp1252"))
    case = load_with_problems(folder)
    assert said(case) == [
        ("note", "csv-encoding", "facts.csv", "facts.csv is not in UTF-8 and was read as Windows text (cp1252)")
    ]
    assert case.rows("Facts")[0].title == "Müller & Söhne – Bericht"


@pytest.mark.parametrize("how", ["bom", "crlf", "blank lines first", "blank line between", "capitals"])
def test_harmless_differences_are_read_without_a_word(tmp_path: Path, how: str) -> None:
    folder = write(tmp_path / "c", base())
    path = folder / "offers.csv"
    content = path.read_bytes()
    changes = {
        "bom": b"\xef\xbb\xbf" + content,
        "crlf": content.replace(b"\n", b"\r\n"),
        "blank lines first": b"\n,,\n" + content,
        "blank line between": content.replace(b"\nO2", b"\n\n,,,\nO2"),
        "capitals": content.replace(b"Available to Us", b"AVAILABLE  TO US"),
    }
    path.write_bytes(changes[how])
    case = load_with_problems(folder)
    assert said(case) == []
    assert [r.offer for r in case.rows("Offers")] == ["O1", "O2", "O3"]


def test_row_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    case = changed(
        tmp_path / "c", "offers.csv", b"\nO2", b'\n"O9\nwith a line break",Lynas,,NdPr Oxide,100,,,,,,,,,\n\nO2'
    )
    assert [case.address("Offers", r, "price") for r in case.rows("Offers")] == [
        "offers.csv:2 (Price)",
        "offers.csv:3 (Price)",
        "offers.csv:6 (Price)",
        "offers.csv:7 (Price)",
    ]


def test_unknown_file_and_empty_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", base())
    (folder / "supplierz.csv").write_text("a,b\n")
    (folder / "sales.csv").write_text("\n\n")
    assert said(load_with_problems(folder)) == [
        ("error", "no-header", "sales.csv", "no header row was found: none of the first 30 rows holds site, material"),
        ("note", "unknown-file", "supplierz.csv", "supplierz.csv is not part of a case and is not read"),
    ]


def test_nothing_there_raises(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no file or folder"):
        load(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError, match="holds none of the tables of a case"):
        load(tmp_path / "empty")


def test_load_raises_with_every_error(tmp_path: Path) -> None:
    read(tmp_path / "c", put("Offers", "O1", "Price", ""), put("Lines", "Works/Yard", "Capacity", "-1"))
    with pytest.raises(CaseError) as caught:
        load(tmp_path / "c")
    assert [p.code for p in caught.value.problems] == ["too-small", "cell-empty"]


def test_save_and_load_again(tmp_path: Path) -> None:
    case = load(write(tmp_path / "c", base()))
    case.save(tmp_path / "new" / "copy")
    again = load(tmp_path / "new" / "copy")
    assert said(again) == []
    for name, d in case.data.items():
        assert d.frame.equals(again.data[name].frame), name
    again.set("Offers", {"offer": "O1"}, "price", 91.5).save(tmp_path / "new" / "copy")
    assert load(tmp_path / "new" / "copy").where("Offers", offer="O1")["price"].tolist() == [91.5]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["copy"]


def test_save_refuses_to_lose_anything(tmp_path: Path) -> None:
    wrong = read(tmp_path / "c", put("Offers", "O1", "Price", ""))
    with pytest.raises(CaseError):
        wrong.save(tmp_path / "d")
    assert not (tmp_path / "d").exists()
    case = load(write(tmp_path / "c", base()))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("x")
    with pytest.raises(StoreError, match=r"thesis\.docx"):
        case.save(tmp_path / "mine")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        case.save(tmp_path / "file")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.docx"]
