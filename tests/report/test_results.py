"""The result workbook: names that stay, numbers that agree, texts that stay texts, files that are the same twice."""

import logging
import math
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.errors import StoreError
from model.plan import CASH_KINDS, Plan, plan_frame
from model.report import workbook as workbook_module
from model.report.cash import cash_ledger
from model.report.contents import sheets_of
from model.report.view import View
from model.report.workbook import result_tables, write_results
from tests.report.conftest import ABOUT, Solved
from tests.report.small_case import CHINESE, ODD, bare_case, planned

PINNED = Path(__file__).parents[1] / "interface" / "results_workbook.txt"
FISCAL = re.compile(r"FY\d{4}")
PERIODS = {"2026-H2", "2027-H1", "2027-H2", "2028", "2029"}


def tables_of(path: Path) -> dict[str, pd.DataFrame]:
    """Read every Excel Table of a workbook, values as stored."""
    out = {}
    for ws in openpyxl.load_workbook(path, data_only=True).worksheets:
        for table in ws.tables.values():
            head, *rows = [[c.value for c in row] for row in ws[table.ref]]
            out[table.displayName] = pd.DataFrame(rows, columns=head)
    return out


def formulas_of(path: Path) -> dict[str, str]:
    return {
        f"{ws.title}!{c.coordinate}": c.value
        for ws in openpyxl.load_workbook(path).worksheets
        for row in ws.iter_rows()
        for c in row
        if c.data_type == "f"
    }


def values_of(path: Path) -> dict[str, object]:
    return {
        f"{ws.title}!{c.coordinate}": c.value
        for ws in openpyxl.load_workbook(path, data_only=True).worksheets
        for row in ws.iter_rows()
        for c in row
        if c.value is not None
    }


def different(stored: Path, fresh: Path) -> list[str]:
    """Return the formula cells whose stored value is not what LibreOffice calculates."""
    old, new = values_of(stored), values_of(fresh)
    out = []
    for cell in formulas_of(stored):
        a, b = old.get(cell), new.get(cell)
        same = (
            math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
            if isinstance(a, (int, float)) and isinstance(b, (int, float))
            else (a or "") == (b or "")
        )
        if not same:
            out.append(f"{cell}: {a!r} is stored, {b!r} is calculated")
    return out


def errors_in(path: Path) -> list[str]:
    return [
        f"{ws.title}!{c.coordinate}"
        for ws in openpyxl.load_workbook(path, data_only=True).worksheets
        for row in ws.iter_rows()
        for c in row
        if c.data_type == "e"
    ]


# ---- names --------------------------------------------------------------------------------------------------------


def interface(path: Path) -> list[str]:
    """Return every sheet, table and column name; columns of periods and fiscal years as one."""
    lines = []
    for ws in openpyxl.load_workbook(path).worksheets:
        lines.append(ws.title)
        for table in ws.tables.values():
            names: list[str] = []
            for c in ws[table.ref][0]:
                shown = "<one per period>" if c.value in PERIODS else str(c.value)
                shown = "<one per fiscal year>" if FISCAL.fullmatch(shown) else shown
                if shown not in names:
                    names.append(shown)
            lines.append(f"  {table.displayName}: {' | '.join(names)}")
    return lines


def pinned_lines(path: Path, view: View) -> list[str]:
    """Return the names of a workbook, and of the tables that are written where a case has what they are about."""
    rest = [
        f"  {t.name}: {' | '.join(c.header for c in t.shows)}" for s in sheets_of(view) for t in s.tables if not t.asked
    ]
    return [*interface(path), "Where a case has any", *rest]


def test_names_of_sheets_tables_and_columns_are_pinned(solved: Solved, written: Path) -> None:
    ours = pinned_lines(written, View(solved.case, solved.plan))
    assert ours == PINNED.read_text(encoding="utf-8").splitlines()


def test_no_merged_cells_links_or_macros(written: Path) -> None:
    assert not any(ws.merged_cells.ranges for ws in openpyxl.load_workbook(written).worksheets)
    names = zipfile.ZipFile(written).namelist()
    assert not [n for n in names if "externalLink" in n or "vba" in n.lower()]


def test_page_one_fits_one_page_and_others_one_page_wide(written: Path) -> None:
    for ws in openpyxl.load_workbook(written).worksheets:
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert ws.page_setup.fitToWidth in (1, None)
        assert ws.title != "Summary" or ws.page_setup.fitToHeight in (1, None)


# ---- numbers ------------------------------------------------------------------------------------------------------


def test_ledger_gives_the_costs_of_the_plan(solved: Solved) -> None:
    for plan in filter(None, (solved.plan, solved.as_is)):
        ours = cash_ledger(View(solved.case, plan)).groupby(["kind", "period"])["amount"].sum()
        theirs = plan.tables["costs"].set_index(["kind", "period"])["amount"]
        pd.testing.assert_series_equal(
            ours.sort_index(), theirs.sort_index(), check_names=False, check_index_type=False, atol=1e-9
        )


def test_totals_in_the_file_are_those_recomputed(solved: Solved, written: Path) -> None:
    tables = tables_of(written)
    costs, valued = (tables[n].set_index("Kind") for n in ("Costs", "Valued"))
    bought = solved.plan.tables["purchases"]["tonnes"].sum() + solved.plan.tables["committed"]["tonnes"].sum()
    assert tables["Sourcing"]["Bought (t)"].sum() == pytest.approx(bought)
    assert tables["SourcingByPeriod"]["Total (t)"].sum() == pytest.approx(bought)
    assert costs["Discounted (MUSD)"].sum() == pytest.approx(solved.plan.cost(*CASH_KINDS))
    assert costs["Total (MUSD)"].sum() == pytest.approx(solved.plan.cost(*CASH_KINDS, discounted=False))
    assert valued.loc["Shortage", "Total (MUSD)"] == pytest.approx(tables["Demand"]["Valued Shortage (MUSD)"].sum())
    assert valued.loc["Shortage", "Total (MUSD)"] > 0
    assert costs.loc["Freight", "Total (MUSD)"] == pytest.approx(tables["Flows"]["Freight (MUSD)"].sum())
    demand = tables["Demand"]
    assert (demand["Demand (t)"] - demand["Served (t)"] - demand["Short (t)"]).abs().max() < 1e-6
    assert tables["Summary"].set_index("What").loc["Cash cost, discounted", "Plan"] == pytest.approx(
        solved.plan.cost(*CASH_KINDS)
    )
    assert tables["ExportControls"]["Used (t)"].max() == pytest.approx(46)
    stock = tables["StockGoals"]
    assert (stock["Held (t)"] + stock["Short Of Target (t)"] >= stock["Target (t)"] - 1e-6).all()


def test_every_check_says_ok(written: Path) -> None:
    verdicts = tables_of(written)["Checks"]["Verdict"]
    assert len(verdicts) > 12
    assert set(verdicts) == {"OK"}


def test_units_not_built_are_what_stops_products_over_their_content(solved: Solved) -> None:
    """Motors hold 2 kg; tier 1 is thrift and stops none, tier 2 is priced per motor and does."""
    stopped = 0.0
    for plan in (solved.plan, solved.as_is):
        assert plan is not None
        demand = result_tables(solved.case, plan)["Demand"].set_index(["segment", "period"])
        deep = plan.tables["shortages"].query("segment == 'Motors' and tier == 2")["tonnes"].sum()
        assert demand.loc["Motors"]["units_not_built"].sum() == pytest.approx(deep * 1000 / 2)
        stopped += deep
    assert stopped > 1


def test_missed_rules_are_what_is_short_of_their_limit(solved: Solved) -> None:
    limits = result_tables(solved.case, solved.plan)["Limits"]
    soft = limits[(limits["hardness"] == "Soft") & (limits["limit_type"] == "Min")]
    assert len(soft)
    assert ((soft["amount"] - soft["reached"]).clip(lower=0) - soft["missed_by"]).abs().max() < 1e-5


def test_stock_that_may_not_serve_defence_gives_it_no_days(solved: Solved) -> None:
    """Opening stock is for civil use only: defence has no day of cover from it."""
    from model.report.stocks import days_by_end_use

    view = View(
        solved.case,
        Plan(
            {
                **solved.plan.tables,
                "stocks": plan_frame(
                    "stocks",
                    [
                        ("Store", "Oxide", label, "2029", 85.0)
                        for label in range(len(solved.plan.tables["labels"]))
                        if View(solved.case, solved.plan).right(label) == "Civil only"
                    ][:1],
                ),
            },
            solved.plan.summary,
        ),
    )
    assert days_by_end_use(view, 4) == {"Civil": pytest.approx(365.0), "Military": pytest.approx(0.0)}


# ---- live formulas ------------------------------------------------------------------------------------------------


def test_libreoffice_calculates_what_is_stored(written: Path, recalculated: Callable[[Path], Path]) -> None:
    assert len(formulas_of(written)) > 60
    fresh = recalculated(written)
    assert different(written, fresh) == []
    assert errors_in(fresh) == []


def test_a_wrong_stored_value_is_caught(written: Path, recalculated: Callable[[Path], Path], tmp_path: Path) -> None:
    """One digit of one stored value is changed in the file; the comparison above must name that cell."""
    names = openpyxl.load_workbook(written).sheetnames
    part = f"xl/worksheets/sheet{names.index('Costs') + 1}.xml"
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                at = data.index(b"</f><v>") + len(b"</f><v>")
                data = data[:at] + b"9" + data[at:]
            target.writestr(name, data)
    assert len(different(broken, recalculated(broken))) == 1


# ---- texts --------------------------------------------------------------------------------------------------------


def test_odd_names_stay_texts(written: Path) -> None:
    sourcing = tables_of(written)["Sourcing"]
    assert {ODD, CHINESE} <= set(sourcing["Supplier"])
    assert not [c for c, f in formulas_of(written).items() if f == ODD]
    notes = zipfile.ZipFile(written).read("xl/sharedStrings.xml").decode()
    assert f">{ODD}<" in notes


def test_page_one_says_what_was_not_run(written: Path) -> None:
    ws = openpyxl.load_workbook(written)["Summary"]
    words = " ".join(str(c.value) for c in ws["A"] if c.value)
    for expected in (
        "Cost of waiting: not run",
        "shadow prices): not run",
        "switching values): not run",
        "First line to stop",
        "data as of 2026-05-31",
        "licences for civil use",
        "Legal rules: all met",
        "Military:",
    ):
        assert expected in words


# ---- the same twice -----------------------------------------------------------------------------------------------


def test_two_equal_runs_differ_on_about_only(solved: Solved, written: Path, tmp_path: Path) -> None:
    other = {
        **ABOUT,
        "run_id": "r-2 with a much longer name",
        "seconds": 99.0,
        "new": "words nobody used before",
        "at": ["a", "b"],
    }
    again = write_results(tmp_path / "results.xlsx", solved.case, solved.plan, solved.as_is, other)
    a, b = zipfile.ZipFile(written), zipfile.ZipFile(again)
    assert a.namelist() == b.namelist()
    changed = [n for n in a.namelist() if a.read(n) != b.read(n)]
    about = f"xl/worksheets/sheet{openpyxl.load_workbook(written).sheetnames.index('About') + 1}.xml"
    assert about in changed
    assert [n for n in changed if n != about and not n.startswith("docProps/")] == []


def test_about_shows_what_it_was_told(written: Path) -> None:
    shown = [c.value for row in openpyxl.load_workbook(written, data_only=True)["About"].iter_rows() for c in row]
    assert {"r-1", 1.25, "1.15.1", ABOUT["command"], "Prepared by", "Approved by"} <= set(shown)


# ---- files --------------------------------------------------------------------------------------------------------


def test_a_locked_file_gives_a_numbered_name(
    solved: Solved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The move fails as it does on Windows while the file is open in Excel."""
    import os

    target = tmp_path / "results.xlsx"
    target.write_bytes(b"open elsewhere")
    really = os.replace

    def replace(source: object, place: object) -> None:
        if Path(str(place)) == target:
            raise PermissionError(13, "in use")
        really(str(source), str(place))

    monkeypatch.setattr(os, "replace", replace)
    with caplog.at_level(logging.WARNING, logger="model"):
        place = write_results(target, solved.case, solved.plan)
    assert place == tmp_path / "results (2).xlsx"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results (2).xlsx", "results.xlsx"]
    assert target.read_bytes() == b"open elsewhere"
    assert "results.xlsx is open in another program; the results are in results (2).xlsx" in caplog.text


def test_a_missing_folder_is_said(solved: Solved, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can not be written"):
        workbook_module._put(tmp_path / "none" / "results.xlsx", b"")


def test_a_plan_of_another_case_is_refused(solved: Solved) -> None:
    with pytest.raises(StoreError, match="not one of case"):
        View(bare_case(), solved.plan)


# ---- little to say ------------------------------------------------------------------------------------------------


def _all_sound(path: Path, recalculated: Callable[[Path], Path]) -> dict[str, pd.DataFrame]:
    fresh = recalculated(path)
    assert different(path, fresh) == []
    assert errors_in(fresh) == []
    tables = tables_of(path)
    assert set(tables["Checks"]["Verdict"]) == {"OK"}
    return tables


@pytest.mark.parametrize("price", [3.0, 100.0])
def test_a_bare_case(price: float, recalculated: Callable[[Path], Path], tmp_path: Path) -> None:
    """One offer and one need; at 100 USD/kg going short for 50 is cheaper and nothing is bought."""
    case = bare_case(price)
    plan, _ = planned(case)
    tables = _all_sound(write_results(tmp_path / "bare.xlsx", case, plan), recalculated)
    assert tables["Sourcing"]["Bought (t)"].sum() == pytest.approx(10 if price < 50 else 0)
    assert tables["Demand"]["Short (t)"].sum() == pytest.approx(0 if price < 50 else 10)
    # What the case has nothing of has no table, and a sheet without any is not there.
    assert {"Projects", "ExportControls", "Overrides", "StockGoals"}.isdisjoint(tables)
    sheets = openpyxl.load_workbook(tmp_path / "bare.xlsx").sheetnames
    assert {"Build-out", "Plant Feed Check", "Stockpiles", "Export Controls", "De-risking"}.isdisjoint(sheets)


def test_which_tables_are_written_depends_on_the_case_alone(solved: Solved, written: Path, tmp_path: Path) -> None:
    full = solved.plan
    empty = Plan({name: frame if name == "labels" else plan_frame(name, []) for name, frame in full.tables.items()})
    bare = write_results(tmp_path / "empty.xlsx", solved.case, empty)
    assert set(tables_of(bare)) == set(tables_of(written))
