"""A case with errors: exit code 2, what is printed, and the list of problems beside the results."""

from __future__ import annotations

import openpyxl

from tests.cli.conftest import TABLES, contents, write_case


def test_errors_in_the_case_are_2_with_a_list_beside_the_results(run, tmp_path, out):
    offers = [*TABLES["offers"], ["C-3", "Gamma", "Y Oxid", "dear", 5, 0, "China", "China"]]
    case = write_case(tmp_path / "case", {"offers": offers})
    before = contents(case)
    for verb in ("check", "solve"):
        ended = run(verb, case, "--out", out)
        assert ended.code == 2
        assert "offers.csv:4 (Material): Material: 'Y Oxid' is not in Materials; did you mean 'Y Oxide'?" in ended.err
        assert "2 errors" in ended.err
        assert str(out / "case_problems.xlsx") in ended.err
        assert sorted(contents(out)) == ["case_problems.xlsx"]
    assert contents(case) == before


def test_errors_in_a_workbook_are_named_by_cell_and_the_workbook_is_never_touched(run, case, out, tmp_path):
    book = tmp_path / "my book.xlsx"
    assert run("convert", case, book).code == 0
    edited = openpyxl.load_workbook(book)
    cell = next(c for row in edited["Offers"].iter_rows() for c in row if c.value == 35)
    cell.value = "dear"
    edited.save(book)
    before = book.read_bytes()
    ended = run(book, "--out", out, "--json")
    assert ended.code == 2
    assert [p["address"] for p in ended.facts["problems"] if p["level"] == "error"] == [f"Offers!{cell.coordinate}"]
    assert book.read_bytes() == before
    assert sorted(contents(out)) == ["my book_problems.xlsx"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cases", "my book.xlsx", "results here"]


def test_the_list_of_problems_goes_when_they_are_mended(run, tmp_path, out):
    case = write_case(tmp_path / "case", {"demand": None})
    assert run("check", case, "--out", out).code == 2
    assert (out / "case_problems.xlsx").exists()
    write_case(tmp_path / "mended" / "case")
    assert run("check", tmp_path / "mended" / "case", "--out", out).code == 0
    assert not (out / "case_problems.xlsx").exists()


def test_at_most_twenty_problems_are_printed_errors_first(run, tmp_path, out):
    bad = [["", f"S{i}", "Y Oxide", "dear", 5, 0, "China", "China"] for i in range(30)]
    case = write_case(tmp_path / "case", {"offers": [*TABLES["offers"], *bad]})
    ended = run("check", case, "--out", out, "--json")
    assert len(ended.facts["problems"]) == sum(ended.facts["counts"].values()) > 60
    lines = run("check", case, "--out", out).err.splitlines()
    assert [line.split()[0] for line in lines[:21]] == ["error"] * 20 + ["…"]
    assert [int(line.split(":")[1].split()[0]) for line in lines[:20]] == [4 + i // 2 for i in range(20)]


def test_a_missing_file_is_2(run, out, tmp_path):
    ended = run("check", tmp_path / "无 such.xlsx", "--out", out)
    assert ended.code == 2
    assert "there is no file or folder" in ended.err
    assert not out.exists()


def test_a_list_that_can_not_be_written_is_told(run, tmp_path, out):
    out.write_text("a file", encoding="utf-8")
    case = write_case(tmp_path / "case", {"demand": None, "offers": [*TABLES["offers"], ["C", "", "Y Oxide"]]})
    ended = run("check", case, "--out", out)
    assert ended.code == 2
    assert "The list of all problems is not saved" in ended.err
