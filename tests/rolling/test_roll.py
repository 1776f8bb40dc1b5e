"""`roll` from the command line: the form, decisions read back, builds and permits, and everything that can be wrong."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from model.case.load import load
from model.cli import main
from model.rolling.horizon import RollError, pieces_of
from tests.cli.conftest import contents, run, write_case

__all__ = ["run"]
TO = "2027-01-01"
TABLES = {
    "settings": [["Setting", "Value"], ["Base Date", "2026-01-01"], ["Optimality Gap", 0], ["Frozen Until", ""]],
    "periods": [
        ["Period", "Start", "Months"],
        ["2026-H1", "2026-01-01", 6],
        ["2026-H2", "2026-07-01", 6],
        *([str(y), f"{y}-01-01", 12] for y in (2027, 2028, 2029)),
    ],
    "countries": [["Country"], ["China"], ["Estonia"]],
    "suppliers": [["Supplier", "Country"], ["A", "Estonia"], ["B", "China"]],
    "sites": [["Site", "Country"], ["Store", "Estonia"], ["Works", "Estonia"], ["Dock", "China"]],
    "materials": [["Material", "Stage"], ["Oxide", "Separated"], ["Metal", "Metal"]],
    "series": [["Series", "Unit", "2026", "2027"], ["Falling", "USD/kg", 20, 15]],
    "offers": [
        ["Offer", "Supplier", "Site", "Material", "Kind", "Price", "Available to Us", "Lead Time"],
        ["A-1", "A", "Store", "Oxide", "Bid", "Falling", 100, 3],
        ["B-1", "B", "Dock", "Oxide", "Spot", 30, "", ""],
    ],
    "commitments": [
        ["Commitment", "Kind", "Supplier", "Material", "Site", "Price", "2026-H1", "2026-H2", "2027", "2028"],
        ["K", "Contract", "A", "Oxide", "Store", 10, 40, 40, 40, 40],
    ],
    "demand": [
        ["Segment", "Site", "Material", "2026", "2027", "2028", "2029"],
        ["Line", "Works", "Oxide", 100, 120, 120, 120],
        ["Motor", "Works", "Metal", 0, 0, 50, 80],
    ],
    "shortage_costs": [["Segment", "Tier", "Cost"], ["Line", 1, 500], ["Motor", 1, 500]],
    "stockpiles": [["Site", "Material", "Opening Stock", "Carrying Cost"], ["Store", "Oxide", 30, 0.1]],
    "lanes": [["From Place", "To Place", "Cost", "Lead Time"], ["Store", "Works", 0, 0], ["Dock", "Works", 1, 2]],
    "recipes": [["Recipe", "Line", "Site", "Stage"], ["Reduce", "Reduction", "Works", "Metal"]],
    "recipe_items": [
        ["Recipe", "Role", "Material", "Per Unit"],
        ["Reduce", "Input", "Oxide", 1.2],
        ["Reduce", "Output", "Metal", 1],
        ["Reduce", "Line Use", "", 1],
    ],
    "projects": [
        ["Project", "Site", "Line", "Max Size", "Capex Fixed", "Permit Cost", "Permit Time", "Construction Time"],
        ["Furnace", "Works", "Reduction", 100, 1, 0.5, 12, 12],
    ],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, a run of it and the form with what is expected, made once."""
    folder = tmp_path_factory.mktemp("made")
    case = str(write_case(folder / "case", TABLES))
    assert main(["solve", case, "--out", str(folder / "runs"), "--quiet"]) == 0
    words = ["--to", TO, "--plan", str(folder / "runs" / "case"), "--template", str(folder / "actuals.xlsx")]
    assert main(["roll", case, *words, "--quiet"]) == 0
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "case", tmp_path / "case"))


@pytest.fixture
def planned(made: Path, tmp_path: Path) -> Path:
    """The run of the case."""
    return Path(shutil.copytree(made / "runs" / "case", tmp_path / "runs" / "case"))


@pytest.fixture
def form(made: Path, tmp_path: Path) -> Path:
    """The form, with what is expected."""
    return Path(shutil.copy(made / "actuals.xlsx", tmp_path / "actuals.xlsx"))


@pytest.fixture(scope="module")
def blank_once(made: Path) -> Path:
    """The form of a case without a plan; nothing but stock and deliveries are due, which are filled."""
    path = made / "blank.xlsx"
    assert main(["roll", str(made / "case"), "--to", TO, "--template", str(path), "--quiet"]) == 0
    put_all(path, ("Actual Stock", 3, {"Tonnes": 10}), ("Actual Deliveries", 3, {"Tonnes": 40}))
    return path


@pytest.fixture
def blank(blank_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(blank_once, tmp_path / "form.xlsx"))


def put(path: Path, sheet: str, row: int, **cells: object) -> None:
    """Fill cells of a row, by the header's first words with underscores."""
    put_all(path, (sheet, row, cells))


def put_all(path: Path, *changes: tuple[str, int, Mapping[str, object]]) -> None:
    """Fill cells of several rows; a workbook takes a tenth of a second to be read and written."""
    book = openpyxl.load_workbook(path)
    for sheet, row, cells in changes:
        top = 2 if sheet != "Decisions" else header_row(book)
        headers = [(str(c.value).partition(" (")[0], c.column) for c in book[sheet][top] if c.value is not None]
        at = {header.replace(" ", "_"): column for header, column in headers}
        for name, value in cells.items():
            book[sheet].cell(row, at[name]).value = value
    book.save(path)


def header_row(book: openpyxl.Workbook) -> int:
    return next(c.row for row in book["Decisions"].iter_rows(max_row=12) for c in row if c.value == "Decision")


def decide(planned: Path, kind: str, **cells: object) -> list[str]:
    """Fill the decision columns of every row of a kind and return what it decides."""
    path = planned / "results.xlsx"
    book = openpyxl.load_workbook(path)
    top = header_row(book)
    rows = [r for r in range(top + 1, top + 40) if book["Decisions"].cell(r, 1).value == kind]
    put_all(path, *(("Decisions", r, cells) for r in rows))
    return [f"{book['Decisions'].cell(r, 2).value} in {book['Decisions'].cell(r, 4).value}" for r in rows]


def at(path: Path, sheet: str, header: str, row: int) -> str:
    book = openpyxl.load_workbook(path)
    top = 2 if sheet != "Decisions" else header_row(book)
    column = next(c.column for c in book[sheet][top] if str(c.value).partition(" (")[0] == header)
    return f"{sheet}!{get_column_letter(column)}{row}"


def rolled(run, case, form, tmp_path, *more):
    return run("roll", case, "--to", TO, "--actuals", form, "--out", tmp_path / "next", "--json", *more)


def said(ended) -> list[tuple[str, str]]:
    return [(p["id"], p["address"]) for p in ended.facts["problems"]]


def test_the_form_holds_what_is_expected(form):
    book = openpyxl.load_workbook(form)
    stock = [c.value for c in book["Actual Stock"][3]]
    assert stock[:3] == ["Store", "Oxide", None]
    first = [c.value for c in book["Actual Deliveries"][3]]
    # 40 t/y in each half-year of 2026 are 40 t.
    assert (first[0], first[2], first[3]) == ("K", None, 40)


def test_an_empty_form_is_refused_in_every_cell(run, case, form, tmp_path):
    ended = rolled(run, case, form, tmp_path)
    assert ended.code == 2
    assert ("cell-empty", "Actual Stock!C3") in said(ended)
    assert ("cell-empty", "Actual Deliveries!C3") in said(ended)
    assert not (tmp_path / "next").exists()


def test_without_a_plan_commitments_and_stock_go_on(run, case, form, tmp_path):
    before = contents(case)
    put(form, "Actual Stock", 3, Tonnes=12.5)
    put(form, "Actual Deliveries", 3, Tonnes=25)
    ended = rolled(run, case, form, tmp_path)
    assert ended.code == 0, ended.err
    assert contents(case) == before
    new = load(tmp_path / "next")
    assert [(p.label, p.months) for p in new.timeline.periods] == [("2027", 12), ("2028", 12), ("2029", 12)]
    (k,) = new.rows("Commitments")
    # Of 40 t due in 2026, 25 came: the first period brings 40 and the 15 that are late; 2028 its own.
    assert list(new.amounts("Commitments", k)) == pytest.approx([55, 40, 0])
    (pile,) = new.rows("Stockpiles")
    assert (pile.opening_stock, pile.carrying_cost) == (12.5, 0.1)
    assert str(new.settings["plan_date"]) == str(new.settings["base_date"]) == TO
    # The series of 2027 holds on, as it did before.
    assert list(new.by_period("Falling")) == [15, 15, 15]
    assert [list(new.amounts("Demand", d)) for d in new.rows("Demand")] == [[120, 120, 120], [0, 50, 80]]
    book = openpyxl.load_workbook(tmp_path / "next_plan_against_actual.xlsx")
    words = [[c.value for c in row] for row in book["Deliveries"].iter_rows()]
    assert ["K", "A", "Oxide", "Contract", 120, 40, 25, -15, 95, 0, 0, 0] in words


def test_accepted_decisions_become_commitments_builds_and_permits(run, case, planned, form, tmp_path):
    buys = decide(planned, "Buy", Accept="x", Owner="Ann", Date="2026-02-03")
    assert any("A-1" in b for b in buys)
    decide(planned, "Start permit", Accept="yes")
    put(form, "Actual Stock", 3, Tonnes=0)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    plan = {name: rows for name, rows in _purchases(planned).items() if name == "A-1"}["A-1"]
    for row in range(4, 10):
        put(form, "Actual Deliveries", row, Tonnes=None, Source=None, Date=None, Planned=None)
    put(form, "Actual Deliveries", 4, Source="A-1", Date="2026-11-30", Tonnes=5)
    ended = rolled(run, case, form, tmp_path, "--plan", planned)
    assert ended.code == 0, ended.err
    assert "decisions-open" not in dict(said(ended))
    new = load(tmp_path / "next")
    mine = [r for r in new.rows("Commitments") if r.commitment.startswith("A-1")]
    assert mine
    assert {r.kind for r in mine} == {"Contract"}
    assert all("owner Ann" in r.notes and "decided 2026-02-03" in r.notes for r in mine)
    # Ordered in 2026 and 2027, all that came of it is 5 t; what arrives within the plan is still due.
    ordered = sum(q for label, q in plan.items() if label in ("2026-H1", "2026-H2", "2027"))
    assert sum(new.amounts("Commitments", r).sum() for r in mine) == pytest.approx(ordered - 5)
    left = next(r for r in new.rows("Offers") if r.offer == "A-1").available_to_us
    assert float(new.rate_amounts(left)[0]) == pytest.approx(100 - plan.get("2027", 0.0))
    (furnace,) = new.rows("Projects")
    # Twelve months of permitting from the plan's start on: it may be built a year after that start.
    started = openpyxl.load_workbook(tmp_path / "next_plan_against_actual.xlsx")["Decisions"]
    assert any(c.value == "Permit Started" for row in started.iter_rows() for c in row)
    assert (furnace.permit_time, furnace.permit_cost) == (0, 0)
    assert furnace.earliest_start is not None
    assert run("check", tmp_path / "next", "--out", tmp_path).code == 0


def test_what_is_frozen_stays_as_planned(run, case, planned, form, tmp_path):
    settings = (case / "settings.csv").read_text(encoding="utf-8")
    (case / "settings.csv").write_text(settings.replace("Frozen Until,", "Frozen Until,2026-08-01"), encoding="utf-8")
    put(form, "Actual Stock", 3, Tonnes=10)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    for row in range(4, 10):
        put(form, "Actual Deliveries", row, Tonnes=None, Source=None, Date=None, Planned=None)
    assert rolled(run, case, form, tmp_path, "--plan", planned).code == 0
    new = load(tmp_path / "next")
    plan = _purchases(planned)["A-1"]
    frozen = sum(plan.get(label, 0.0) for label in ("2026-H1", "2026-H2"))
    assert frozen > 0
    mine = [r for r in new.rows("Commitments") if r.commitment.startswith("A-1")]
    # What falls due before August 2026 is what is ordered in 2026; nothing of it came, so all of it is still due.
    assert sum(new.amounts("Commitments", r).sum() for r in mine) == pytest.approx(frozen)
    assert all("frozen" in r.notes for r in mine)


def _purchases(planned: Path) -> dict[str, dict[str, float]]:
    from model.plan import load_plan

    out: dict[str, dict[str, float]] = {}
    for offer, _, label, q in load_plan(planned).tables["purchases"].itertuples(index=False):
        out.setdefault(offer, {})[label] = out.get(offer, {}).get(label, 0.0) + q
    return out


def test_what_happened_to_a_project_counts_more_than_what_was_decided(run, case, form, tmp_path):
    put(form, "Actual Stock", 3, Tonnes=0)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    put(form, "Actual Builds", 3, Project="Furnace", Step="Construction Started", Date="2026-10-01", Size=60)
    assert rolled(run, case, form, tmp_path).code == 0
    new = load(tmp_path / "next")
    (build,) = (r for r in new.rows("Commitments") if r.kind == "Running Build")
    assert (build.project, str(build.build_start), build.build_size) == ("Furnace", "2026-10-01", 60)
    assert run("solve", tmp_path / "next", "--out", tmp_path / "runs").code == 0


def test_shipments_and_lots_of_another_right(run, case, form, tmp_path):
    put(form, "Actual Stock", 3, Tonnes=20)
    put(form, "Actual Stock", 4, Site="Store", Material="Oxide", Tonnes=7, Supplier="B", End_Uses_Allowed="Civil")
    put(form, "Actual Deliveries", 3, Tonnes=40)
    shipment = {"Supplier": "B", "Material": "Oxide", "Site": "Works", "Tonnes": 9, "Separated_In": "China"}
    put(form, "Actual In Transit", 3, Shipment="MV Sea", Arrives="2027-02-14", **shipment)
    assert rolled(run, case, form, tmp_path).code == 0
    new = load(tmp_path / "next")
    found = {r.commitment: r for r in new.rows("Commitments")}
    sea, lot = found["MV Sea"], found["lot of Oxide at Store"]
    assert (sea.kind, sea.separated_in, sea.price, list(new.amounts("Commitments", sea))) == (
        "In Transit",
        "China",
        0,
        [9, 0, 0],
    )
    assert (lot.kind, lot.end_uses_allowed, lot.supplier) == ("In Transit", "Civil", "B")
    assert list(new.amounts("Commitments", lot)) == [7, 0, 0]
    assert new.rows("Stockpiles")[0].opening_stock == 20


WRONG = [
    ("Actual Stock", 3, {"Material": "Metal", "Tonnes": 4}, "actual-no-stockpile", "Material"),
    (
        "Actual Stock",
        4,
        {"Site": "Store", "Material": "Oxide", "Tonnes": 2, "Mined_In": "China"},
        "actual-lot-supplier",
        "Supplier",
    ),
    ("Actual Deliveries", 3, {"Date": "2027-03-01"}, "actual-date-outside", "Date"),
    ("Actual Deliveries", 3, {"Tonnes": -1}, "too-small", "Tonnes"),
    ("Actual Deliveries", 3, {"Source": "Kay"}, "not-found", "Source"),
    ("Actual Deliveries", 3, {"Tonnes": 400}, "actual-above-promise", "Tonnes"),
    ("Actual Deliveries", 4, {"Source": "B-1", "Date": "2026-05-01", "Tonnes": 3}, "actual-not-committed", "Source"),
    (
        "Actual Builds",
        3,
        {"Project": "Furnace", "Step": "Permit Granted", "Date": "2027-02-01"},
        "actual-date-late",
        "Date",
    ),
    (
        "Actual Builds",
        3,
        {"Project": "Furnace", "Step": "Construction Started", "Date": "2026-02-01"},
        "actual-build-size",
        "Size",
    ),
    ("Actual Volumes", 3, {"Of_Table": "Export Controls", "Name": "Quota", "Used": 1}, "actual-no-volume", "Name"),
    ("Actual In Transit", 3, {"Arrives": "2026-12-31"}, "actual-arrived", "Arrives"),
    ("Actual In Transit", 3, {"Arrives": "2031-01-01"}, "actual-after-plan", "Arrives"),
]


@pytest.mark.parametrize(("sheet", "row", "cells", "code", "header"), WRONG, ids=[w[3] for w in WRONG])
def test_what_is_wrong_is_said_at_its_cell(run, case, blank, tmp_path, sheet, row, cells, code, header):
    sent = {"Shipment": "S", "Supplier": "B", "Material": "Oxide", "Site": "Works", "Tonnes": 1}
    put(blank, sheet, row, **({**sent, **cells} if sheet == "Actual In Transit" else cells))
    ended = rolled(run, case, blank, tmp_path)
    level = {p["id"]: p["level"] for p in ended.facts["problems"]}
    assert (code, at(blank, sheet, header, row)) in said(ended)
    assert ended.code == (2 if "error" in level.values() else 0)
    assert (tmp_path / "next").exists() == (level[code] == "warning")


@pytest.mark.parametrize(("over", "said_so"), [(0.0008, False), (0.002, True)])
def test_less_than_a_kilogram_too_much_is_what_the_form_rounds(run, case, form, tmp_path, over, said_so):
    """The form states tonnes to three decimals. K owes 40 + 40 + 40 t in all."""
    put(form, "Actual Stock", 3, Tonnes=10)
    put(form, "Actual Deliveries", 3, Tonnes=120 + over)
    ended = rolled(run, case, form, tmp_path)
    assert ended.code == 0
    assert ("actual-above-promise" in dict(said(ended))) == said_so


def test_stock_that_nobody_counted_is_an_error(run, case, tmp_path):
    form = tmp_path / "form.xlsx"
    assert run("roll", case, "--to", TO, "--template", form).code == 0
    put(form, "Actual Deliveries", 3, Tonnes=40)
    put(form, "Actual Stock", 3, Site=None, Material=None, Planned=None, End_Uses_Allowed=None)
    assert said(rolled(run, case, form, tmp_path)) == [("actual-stock-missing", "Actual Stock!A2")]
    put(form, "Actual Stock", 3, Site="Works", Material="Oxide", Tonnes=1)
    assert ("actual-stock-missing", "Actual Stock!A2") in said(rolled(run, case, form, tmp_path))
    book = openpyxl.load_workbook(form)
    del book["Actual Stock"]
    book.save(form)
    assert said(rolled(run, case, form, tmp_path)) == [("actual-sheet-missing", "")]


def test_decisions_are_read_with_their_cells(run, case, planned, form, tmp_path):
    results = planned / "results.xlsx"
    put(form, "Actual Stock", 3, Tonnes=10)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    top = header_row(openpyxl.load_workbook(results))
    put(results, "Decisions", top + 1, Accept="x", Reject="x")
    put(results, "Decisions", top + 2, What="Oxide (Z-9)", Decision="Buy", Accept="x")
    put(results, "Decisions", top + 3, Changed_to="many")
    ended = rolled(run, case, form, tmp_path, "--plan", planned)
    assert ended.code == 2
    codes = said(ended)
    assert ("decision-both", at(results, "Decisions", "Reject", top + 1)) in codes
    assert ("decision-unknown", at(results, "Decisions", "What", top + 2)) in codes
    assert ("not-a-number", at(results, "Decisions", "Changed to", top + 3)) in codes
    assert not (tmp_path / "next").exists()


def test_what_is_not_carried_over_is_said(run, case, planned, form, tmp_path):
    results = planned / "results.xlsx"
    put(form, "Actual Stock", 3, Tonnes=10)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    top = header_row(openpyxl.load_workbook(results))
    put(results, "Decisions", top + 1, Decision="Fill stock", Accept="x")
    ended = rolled(run, case, form, tmp_path, "--plan", planned)
    assert ended.code == 0
    assert ("decisions-open", "Decisions") in said(ended)
    assert ("decision-not-carried", at(results, "Decisions", "Decision", top + 1)) in said(ended)


def test_a_rejected_purchase_can_not_be_planned_again(run, case, planned, form, tmp_path):
    rows = decide(planned, "Buy", Reject="no")
    put(form, "Actual Stock", 3, Tonnes=10)
    put(form, "Actual Deliveries", 3, Tonnes=40)
    for row in range(4, 10):
        put(form, "Actual Deliveries", row, Tonnes=None, Source=None, Date=None, Planned=None)
    assert rolled(run, case, form, tmp_path, "--plan", planned).code == 0
    new = load(tmp_path / "next")
    assert any("A-1" in r and "2027" in r for r in rows)
    left = next(r for r in new.rows("Offers") if r.offer == "A-1").available_to_us
    assert list(new.rate_amounts(left)) == pytest.approx([0, 100, 100])
    assert [r.commitment for r in new.rows("Commitments")] == ["K"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--to", "2027-01-15"], "the first day of a month"),
        (["--to", "2035-01-01"], "not inside the plan"),
        (["--to", "soon"], "expected a day"),
        ([], "roll needs --to"),
    ],
)
def test_a_wrong_command_line_is_64(run, case, tmp_path, words, sentence):
    ended = run("roll", case, *words, "--actuals", tmp_path / "a.xlsx", "--out", tmp_path / "n")
    assert ended.code == 64
    assert sentence in ended.err


def test_the_plan_must_be_one_of_the_case(run, case, planned, form, tmp_path):
    periods = [["Period", "Start", "Months"], *([str(y), f"{y}-01-01", 12] for y in range(2026, 2030))]
    signed = [
        ["Commitment", "Kind", "Supplier", "Material", "Site", "2026"],
        ["K", "Contract", "A", "Oxide", "Store", 40],
    ]
    other = write_case(tmp_path / "other", {**TABLES, "periods": periods, "commitments": signed})
    ended = run("roll", other, "--to", TO, "--plan", planned, "--actuals", form, "--out", tmp_path / "n")
    assert ended.code == 64
    assert "other periods" in ended.err


def test_actuals_may_be_csv_files(run, case, tmp_path):
    folder = tmp_path / "actuals"
    folder.mkdir()
    (folder / "actual_stock.csv").write_text("Site,Material,Tonnes\nStore,Oxide,11\n", encoding="utf-8")
    (folder / "actual_deliveries.csv").write_text("Source,Date,Tonnes\nK,2026-06-30,40\n", encoding="utf-8")
    assert rolled(run, case, folder, tmp_path).code == 0
    assert load(tmp_path / "next").rows("Stockpiles")[0].opening_stock == 11
    (folder / "actual_stock.csv").write_text("Site,Material,Tonnes\nStore,Oxide,eleven\n", encoding="utf-8")
    ended = rolled(run, case, folder, tmp_path, "--force")
    assert ("not-a-number", "actual_stock.csv:2 (Tonnes)") in said(ended)


def test_a_period_that_is_cut_goes_on_with_its_rest(run, case, form, tmp_path):
    with pytest.raises(RollError):
        pieces_of(load(case).timeline, dt.date(2026, 1, 1))
    form2 = tmp_path / "march.xlsx"
    assert run("roll", case, "--to", "2026-03-01", "--template", form2).code == 0
    put(form2, "Actual Stock", 3, Tonnes=10)
    # Two of the six months of H1 bring a third of its 20 t.
    assert openpyxl.load_workbook(form2)["Actual Deliveries"]["D3"].value == pytest.approx(20 / 3, abs=1e-3)
    put(form2, "Actual Deliveries", 3, Tonnes=5)
    ended = run("roll", case, "--to", "2026-03-01", "--actuals", form2, "--out", tmp_path / "march", "--json")
    assert ended.code == 0
    new = load(tmp_path / "march")
    assert [(p.label, p.months) for p in new.timeline.periods][:2] == [("2026-H1", 4), ("2026-H2", 6)]
    (k,) = new.rows("Commitments")
    assert list(new.amounts("Commitments", k)) == pytest.approx([15, 20, 40, 40, 0])
    assert new.amounts("Demand", new.rows("Demand")[0])[0] == pytest.approx(100 * 4 / 12)
