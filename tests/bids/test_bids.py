"""Bid sheets: what a supplier may see, what comes back, and everything that can be wrong with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from model.bids.form import OURS, bid_table
from model.case.load import load
from model.schema.tables import TABLES as SCHEMA
from tests.bids.conftest import CHINESE, OTHER, cell, fill
from tests.cli.conftest import contents

GOOD = {"Price": 30, "2026-H1": 10, "2026-H2": 10, "2027": 20}


@pytest.fixture
def sheets(run, case, tmp_path) -> list[Path]:
    """The bid sheets of Alpha & Sons and of the Chinese-named supplier."""
    assert run("bids", "new", case, "--rfq", "y-26", "--out", tmp_path / "sheets").code == 0
    found = sorted((tmp_path / "sheets").iterdir())
    assert [p.name for p in found] == [
        "bid_Y-26_R1_Alpha-Sons.xlsx",
        "bid_Y-26_R1_Gamma.xlsx",
        "bid_Y-26_R1_贝塔-Ltd.xlsx",
    ]
    return [found[0], found[2]]


def read(run, case, out, *files, **options):
    words = [w for k, v in options.items() for w in (f"--{k}", v)]
    return run("bids", "read", case, *files, "--out", out, "--json", *words)


def said(ended, level: str = "error") -> list[tuple[str, str]]:
    return [(p["id"], p["address"]) for p in ended.facts["problems"] if p["level"] == level]


# ---- what goes out


def test_no_sheet_holds_anything_of_another_supplier(sheets):
    for path, others in ((sheets[0], ("贝塔", "Gamma")), (sheets[1], ("Alpha", "Gamma"))):
        with zipfile.ZipFile(path) as archive:
            told = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
        for name, text in told.items():
            for word in (*others, "35.125", "A-1", "B-2", "secret", "21.5"):
                assert word not in text, (name, word)
        # The search would find them: the supplier's own name is there.
        own = "Alpha &amp; Sons" if path is sheets[0] else CHINESE
        assert any(own in text for text in told.values())


def test_columns_come_from_the_declaration_of_offers(sheets):
    headers = [str(c.value) for c in load_workbook(sheets[0])["Bid"][2]]
    declared = [c.header for c in SCHEMA["Offers"].columns if c.name not in OURS]
    assert set(declared) <= set(headers)
    assert headers[:2] == ["Supplier", "Line"]
    assert [h for h in headers if h.startswith("20")] == ["2026-H1", "2026-H2", "2027"]
    assert "Incoterm" in headers or "incoterm" not in {c.name for c in SCHEMA["Offers"].columns}


def test_the_first_page_says_what_is_wanted_in_t_of_each_period(sheets):
    rows = [[c.value for c in r if c.value is not None] for r in load_workbook(sheets[0])["Read Me"].iter_rows()]
    assert ["Supplier", OTHER] in rows
    assert ["Reply by", "2026-02-01"] in rows
    # 50 t/y are 25 t of a half-year.
    assert ["Y Oxide", "Civil", 25, 25, 60] in [[v for v in r if v != ""] for r in rows]


def test_the_next_round_asks_those_who_are_still_in(run, case, tmp_path):
    assert run("bids", "new", case, "--rfq", "Y-26", "--round", 2, "--out", tmp_path / "two").code == 0
    assert [p.name[:13] for p in sorted((tmp_path / "two").iterdir())] == ["bid_Y-26_R2_A", "bid_Y-26_R2_贝"]


def test_sheets_that_may_be_filled_are_not_overwritten(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    before = contents(tmp_path / "sheets")
    again = run("bids", "new", case, "--rfq", "Y-26", "--out", tmp_path / "sheets")
    assert again.code == 64
    assert "exists already" in again.err
    assert contents(tmp_path / "sheets") == before


def test_without_table_requests_the_need_is_asked_for(run, case, tmp_path):
    (case / "requests.csv").unlink()
    (case / "invitations.csv").unlink()
    assert run("bids", "new", case, "--rfq", "any name", "--out", tmp_path / "s").code == 0
    assert len(list((tmp_path / "s").iterdir())) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["new", "CASE", "--rfq", "Y-27"], "no request 'Y-27'; did you mean 'Y-26'?"),
        (["new", "CASE"], "--rfq"),
        (["now", "CASE"], "'now' is neither 'new' nor 'read'; did you mean 'new'?"),
        (["read", "CASE"], "needs CASE and the filled sheets"),
    ],
)
def test_a_wrong_command_line_is_64(run, case, tmp_path, words, sentence):
    ended = run("bids", *[case if w == "CASE" else w for w in words], "--out", tmp_path / "x")
    assert ended.code == 64
    assert sentence in ended.err
    assert not (tmp_path / "x").exists()


# ---- what comes back


def test_bids_become_offers_of_a_new_case(run, case, sheets, tmp_path):
    before = contents(case)
    fill(sheets[0], {**GOOD, "Mined In": "china", "Minimum Order": 5, "Notes": "ex works"})
    fill(sheets[1], {"Price": 31.5, "2026-H2": 12.5, "2027": 40}, {"Line": 2, "Material": "Y Oxide", "Price": 33})
    again = fill(
        sheets[1], {}, {"Supplier": CHINESE, "RFQ": "Y-26", "Round": 1, "2027": 5, "End Uses Allowed": "Civil"}
    )
    ended = read(run, case, tmp_path / "next", sheets[0], again, round=1)
    assert ended.code == 0, ended.facts
    assert contents(case) == before
    new = load(tmp_path / "next")
    offers = {r.offer: r for r in new.rows("Offers")}
    first, second, third = (offers[n] for n in ended.facts["offers"])
    assert first.offer == f"{OTHER} - Y Oxide - R1"
    assert (first.price, first.available_to_us, first.minimum_order, first.mined_in) == (30, 20, 5, "China")
    assert (first.rfq, first.round, first.kind, first.notes) == ("Y-26", 1, "Bid", "ex works")
    # 12.5 t of a half-year are 25 t/y; the tonnes come back as they were typed.
    assert list(new.rate_amounts(second.available_to_us)) == pytest.approx([0, 12.5, 40])
    assert (third.offer, third.end_uses_allowed) == (f"{CHINESE} - Y Oxide - R1 (2)", "Civil")
    assert list(new.rate_amounts(third.available_to_us)) == pytest.approx([0, 0, 5])
    # The planner's series had years across; it says what it said, now by period.
    assert list(new.by_period(offers["A-1"].price)) == [20, 20, 21.5]


def test_a_later_round_takes_the_place_of_an_earlier_one(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    fill(sheets[1], GOOD)
    assert read(run, case, tmp_path / "one", *sheets).code == 0
    assert run("bids", "new", tmp_path / "one", "--rfq", "Y-26", "--round", 2, "--out", tmp_path / "s2").code == 0
    better = fill(next((tmp_path / "s2").glob("*Alpha*")), {**GOOD, "Price": 28})
    ended = read(run, tmp_path / "one", tmp_path / "two", better, round=2)
    assert ended.code == 0
    assert ended.facts["set_aside"] == [f"{OTHER} - Y Oxide - R1"]
    prices = {r.offer: r.price for r in load(tmp_path / "two").rows("Offers")}
    assert prices == {
        "A-1": "Alpha secret price",
        "B-2": 35.125,
        f"{CHINESE} - Y Oxide - R1": 30,
        f"{OTHER} - Y Oxide - R2": 28,
    }


def test_all_errors_of_all_files_are_said_at_once_and_nothing_is_written(run, case, sheets, tmp_path):
    fill(sheets[0], {**GOOD, "Price": "1.234,5", "Separated In": "Chyna", "2027": -3})
    fill(sheets[1], {**GOOD, "Price": None, "Round": 2, "Valid From": "2027-01-01", "Material": "Dy Oxide"})
    stranger = tmp_path / "letter.xlsx"
    stranger.write_bytes((case / "demand.csv").read_bytes())
    ended = read(run, case, tmp_path / "next", *sheets, stranger, tmp_path / "none.xlsx", round=1)
    assert ended.code == 2
    assert not (tmp_path / "next").exists()
    assert set(said(ended)) == {
        ("ambiguous-number", cell(sheets[0], "Price")),
        ("not-found", cell(sheets[0], "Separated In")),
        ("too-small", cell(sheets[0], "2027")),
        ("bid-incomplete", cell(sheets[1], "Price")),
        ("bid-other-round", cell(sheets[1], "Round")),
        ("bid-not-asked", cell(sheets[1], "Material")),
        ("file-not-workbook", "letter.xlsx"),
        ("file-missing", "none.xlsx"),
    }


WRONG = [
    ({"Price": 30}, "bid-without-tonnes", "2026-H1", "a bid needs the tonnes that are offered in at least one period"),
    ({"2027": 5}, "bid-incomplete", "Price", "a bid needs Price"),
    ({**GOOD, "Round": 2}, "bid-other-round", "Round", "the sheet is of round 2, but round 1 is read"),
    ({**GOOD, "Material": "Dy Oxide"}, "bid-not-asked", "Material", "Dy Oxide is not asked for under Y-26"),
    (
        {**GOOD, "Valid From": "2027-05-01", "Valid Until": "2027-01-01"},
        "dates-reversed",
        "Valid Until",
        "Valid From 2027-05-01 is after Valid Until 2027-01-01",
    ),
]


@pytest.mark.parametrize(("row", "code", "header", "sentence"), WRONG, ids=[w[1] for w in WRONG])
def test_what_is_wrong_is_said_at_its_cell(run, case, sheets, tmp_path, row, code, header, sentence):
    fill(sheets[0], row)
    ended = read(run, case, tmp_path / "next", sheets[0], round=1)
    assert ended.code == 2
    assert [(p["id"], p["address"], p["sentence"]) for p in ended.facts["problems"] if p["level"] == "error"] == [
        (code, cell(sheets[0], header), sentence)
    ]
    assert not (tmp_path / "next").exists()


def test_a_sheet_is_of_one_supplier(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD, {**GOOD, "Line": 2, "Supplier": CHINESE, "RFQ": "Y-26", "Round": 1, "Material": "Y Oxide"})
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert said(ended) == [("bid-two-suppliers", cell(sheets[0], "Supplier", 4))]


def test_a_bid_is_read_once(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(sheets[0].read_bytes())
    twice = read(run, case, tmp_path / "next", sheets[0], copy)
    assert said(twice) == [("bid-twice", cell(copy, "Supplier"))]
    assert read(run, case, tmp_path / "next", copy).code == 0
    again = read(run, tmp_path / "next", tmp_path / "more", sheets[0])
    assert said(again) == [("bid-read-before", cell(sheets[0], "Round"))]


def test_a_file_without_a_bid_sheet_is_refused(run, case, sheets, tmp_path):
    book = load_workbook(sheets[0])
    del book["Bid"]
    book.save(sheets[0])
    assert said(read(run, case, tmp_path / "n", sheets[0])) == [("bid-no-sheet", sheets[0].name)]


def test_an_unfilled_sheet_is_no_bid(run, case, sheets, tmp_path):
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert ended.code == 2
    assert said(ended, "note") == [("bid-none", cell(sheets[0], "Material"))]
    assert "hold no bid" in ended.err
    fill(sheets[1], GOOD)
    assert read(run, case, tmp_path / "next", *sheets).code == 0


def test_the_planners_case_is_never_written_over(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    for options in ((), ("--force",)):
        ended = run("bids", "read", case, sheets[0], "--out", case, *options)
        assert ended.code == 64
        assert "never changed" in ended.err


def test_the_declaration_leaves_our_columns_out():
    names = {c.name for c in bid_table().columns}
    assert not names & set(OURS)
    assert {"price", "lead_time", "minimum_order", "valid_until", "mined_in", "magnet_in", "end_uses_allowed"} <= names


# ---- what a supplier adds


def add_column(path: Path, header: str, at: int = 3, **cells) -> str:
    """Write a column beside the form and return its letter; `r3=5` puts 5 in row 3."""
    book = load_workbook(path)
    sheet = book["Bid"]
    column = max(c.column for c in sheet[2] if c.value is not None) + at
    sheet.cell(2, column, header or None)
    for row, value in cells.items():
        sheet.cell(int(row[1:]), column, value)
    book.save(path)
    return sheet.cell(2, column).column_letter


@pytest.mark.parametrize(
    ("header", "value", "code", "words"),
    [
        ("Lot Size (t)", 5, "outside-lots", "column 'Lot Size (t)' asks for whole lots"),
        ("Bundle With", "Dy Oxide", "outside-bundles", "a price depend on what else is bought"),
        ("Lot Size", "no", "bid-own-column", "column 'Lot Size' is not of the bid sheet, is not read, and holds 'no'"),
        ("Port", "Santos", "bid-own-column", "holds 'Santos' and 1 more; take it out, or move it to Notes"),
        ("2031", 12, "period-unknown", "column '2031' is not a period or a year"),
        ("2026", 12, "period-doubled", "year 2026 stands beside its own periods 2026-H1, 2026-H2"),
        ("", "only with the Dy", "bid-no-header", "the cell stands under no header and is not read"),
    ],
)
def test_no_column_of_a_supplier_is_passed_over(run, case, sheets, tmp_path, header, value, code, words):
    fill(sheets[0], GOOD)
    more = {"r5": value} if "more" in words else {}
    letter = add_column(sheets[0], header, at=1 if header else 30, r3=value, **more)
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert ended.code == 2
    row = 2 if code == "period-unknown" else 3
    found = [p for p in ended.facts["problems"] if p["level"] == "error"]
    assert (code, f"[{sheets[0].name}]Bid!{letter}{row}") in said(ended)
    assert words in " ".join(p["sentence"] for p in found)
    assert not (tmp_path / "next").exists()


def test_a_column_left_blank_asks_for_nothing(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    add_column(sheets[0], "Lot Size")
    assert read(run, case, tmp_path / "next", sheets[0]).code == 0


def test_rows_are_read_wherever_they_stand(run, case, sheets, tmp_path):
    """A row far below blank ones and one in a hidden row are bids; one that is taken out or only speaks is said."""
    fill(sheets[0], GOOD, *[{}] * 3)
    book = load_workbook(sheets[0])
    sheet, at = book["Bid"], {str(c.value).partition(" (")[0]: c.column for c in load_workbook(sheets[0])["Bid"][2]}
    ours = {"Supplier": OTHER, "RFQ": "Y-26", "Round": 1, "Material": "Y Oxide"}
    rows = {
        5: {**ours, "Line": 5, **GOOD, "Status": "Exclude"},
        6: {**ours, "Line": 6, "Notes": "not before 2029"},
        400: {**ours, "Line": 7, **GOOD, "Price": 31},
    }
    for number, row in rows.items():
        for header, value in row.items():
            sheet.cell(number, at[header], value)
    sheet.row_dimensions[3].hidden = True
    book.save(sheets[0])
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert ended.code == 0
    assert len(ended.facts["offers"]) == 2
    told = {(p["id"], p["sentence"]) for p in ended.facts["problems"]}
    assert ("bid-excluded", "the supplier excludes the row, and it is not read") in told
    assert ("bid-only-notes", "the row is no bid, but its Notes say: not before 2029") in told
    assert ("rows-hidden", "rows 3 are hidden and are included") in told


def test_other_sheets_are_said_and_a_copy_of_the_form_is_refused(run, case, sheets, tmp_path):
    fill(sheets[0], GOOD)
    book = load_workbook(sheets[0])
    book.create_sheet("Our terms")["A1"] = "valid for 30 days"
    book.save(sheets[0])
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert (ended.code, said(ended, "warning")) == (0, [("bid-sheet-unread", f"[{sheets[0].name}]Our terms")])
    copied = book.copy_worksheet(book["Bid"])
    book.save(sheets[0])
    again = read(run, case, tmp_path / "more", sheets[0])
    assert said(again) == [("bid-sheet-copied", f"[{sheets[0].name}]{copied.title}")]


def test_what_is_written_around_the_form_is_said(run, case, sheets, tmp_path):
    """A comment of a cell, words above the form, a condition on the first page; who signs, and our own words, are not said."""
    fill(sheets[0], GOOD)
    book = load_workbook(sheets[0])
    book["Bid"]["F3"].comment = Comment("only until June", "Li")
    book["Bid"]["H1"] = "all prices before tax"
    page = book["Read Me"]
    page["E4"] = "we need an answer by Friday"
    page[f"B{next(r for r in range(1, 40) if page.cell(r, 1).value == 'Bid made by')}"] = "Li Wei"
    book.save(sheets[0])
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert ended.code == 0
    name = f"[{sheets[0].name}]"
    assert set(said(ended, "warning")) == {
        ("bid-comment", f"{name}Bid!F3"),
        ("bid-words", f"{name}Bid!H1"),
        ("bid-words", f"{name}Read Me!E4"),
    }
    words = " ".join(p["sentence"] for p in ended.facts["problems"])
    for text in ("only until June", "all prices before tax", "we need an answer by Friday"):
        assert text in words


@pytest.mark.parametrize(
    ("row", "code", "header"),
    [
        ({**GOOD, "Currency": "EUR"}, "not-found", "Currency"),
        ({**GOOD, "Incoterm": "FOBB"}, "not-a-choice", "Incoterm"),
        ({**GOOD, "Price": "30 EUR"}, "not-a-number", "Price"),
        ({**GOOD, "Material": "  "}, "cell-empty", "Material"),
    ],
)
def test_terms_that_are_not_known_are_said_at_their_cells(run, case, sheets, tmp_path, row, code, header):
    fill(sheets[0], row)
    ended = read(run, case, tmp_path / "next", sheets[0])
    assert (ended.code, said(ended)) == (2, [(code, cell(sheets[0], header))])
