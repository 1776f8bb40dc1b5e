"""Sheet Cash Plan: the cash cost by fiscal year, as live formulas over sheet Costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from model.excel.page import Book
from model.plan import CASH_KINDS
from model.report.costs import costs_table
from model.report.shape import Formula, Show, day, frame_of, musd, text
from model.report.sheet import Placed, Sheet
from model.report.view import View
from model.report.words import date_of


def fiscal_years(view: View) -> list[tuple[str, float, float]]:
    """Return (name, first month, first month after) of the fiscal years that the plan touches, each named by its last year.

    The first month is Setting Fiscal Year Start.
    """
    first = int(view.case.settings["fiscal_year_start"])
    start = 12 * ((view.line.start - (first - 1)) // 12) + first - 1
    out = []
    while start < view.line.end - 1e-9:
        year = int(start // 12) + (1 if first > 1 else 0)
        out.append((f"FY{year}", start, start + 12))
        start += 12
    return out


def shares_columns(view: View) -> tuple[Show, ...]:
    """Return the columns of `shares_table`: one per period."""
    return (
        text("fiscal_year", 38),
        *(Show(f"t_{p.label}", "share", "", 11, p.label) for p in view.periods),
        day("from"),
        day("to"),
    )


def shares_table(view: View) -> pd.DataFrame:
    """Return one row per fiscal year: the share of each period that falls into it."""
    rows = [
        (name, *(view.line.share_in(t, low, high) for t in view.net.periods), date_of(low), date_of(high - 1 / 31))
        for name, low, high in fiscal_years(view)
    ]
    return frame_of(shares_columns(view), rows)


def cash_plan_columns(view: View) -> tuple[Show, ...]:
    """Return the columns of `cash_plan_table`: one per fiscal year."""
    years = (Show(f"fy_{name}", "money", "", 11, name) for name, _, _ in fiscal_years(view))
    return (text("kind", 38), *years, musd("total"), musd("per_costs"), musd("difference"))


def cash_plan_table(view: View) -> pd.DataFrame:
    """Return one row per kind of cash cost: MUSD of each fiscal year, in total, per sheet Costs, and the difference.

    Undiscounted, in money of the case's price year. What is paid in a period is taken as paid evenly over it.
    """
    costs = costs_table(view)
    costs = costs[costs["kind"].isin(CASH_KINDS)]
    shares = shares_table(view).iloc[:, 1 : len(view.periods) + 1].to_numpy(dtype=float)
    rows = []
    for kind, *numbers in costs.itertuples(index=False, name=None):
        by_year = shares @ np.array(numbers[: len(view.periods)], dtype=float)
        whole, per_costs = float(by_year.sum()), float(numbers[len(view.periods)])
        rows.append((kind, *(float(x) for x in by_year), whole, per_costs, round(whole - per_costs, 9) + 0.0))
    return frame_of(cash_plan_columns(view), rows)


def write_cash_plan(book: Book, view: View, placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """Write the sheet and return where its tables stand."""
    s = Sheet(
        book,
        "Cash Plan",
        "Cash by fiscal year",
        "The cash cost of sheet Costs by fiscal year (Setting Fiscal Year Start), in MUSD of the case's price year, "
        "undiscounted. What is paid in a period is taken as paid evenly over it; capital is paid as annuities. All "
        "figures are live formulas over Costs and the shares below.",
    )
    frame, shares = cash_plan_table(view), shares_table(view)
    top, years = s.row + 2, len(shares)
    below = top + max(len(frame), 1) + 5  # past the sum, a gap, the caption and the header
    shows = cash_plan_columns(view)
    table = s.table("CashPlan", shows, frame, "Cash cost", formulas=_formulas(view, frame, top, below, placed["Costs"]))
    s.row -= 1
    _sums(s, frame, table, years)
    s.row += 2
    under = s.table("FiscalShares", shares_columns(view), shares, "Share of each period in each fiscal year")
    assert (table.first, under.first) == (top, below), (table, under, top, below)
    s.finish()
    return {"CashPlan": table, "FiscalShares": under}


def _formulas(view: View, frame: pd.DataFrame, top: int, below: int, costs: Placed) -> dict[tuple[int, int], Formula]:
    size = len(view.periods)
    out: dict[tuple[int, int], Formula] = {}
    numbers = frame.iloc[:, 1:].to_numpy(dtype=float)
    years = len(frame.columns) - 4
    for r in range(len(frame)):
        paid = f"'{costs.sheet}'!{xl_range_abs(costs.first + r, 1, costs.first + r, size)}"
        for y in range(years):
            share = xl_range_abs(below + y, 1, below + y, size)
            out[r, y + 1] = Formula(f"=SUMPRODUCT({paid},{share})", float(numbers[r, y]))
        across = f"{xl_rowcol_to_cell(top + r, 1)}:{xl_rowcol_to_cell(top + r, years)}"
        out[r, years + 1] = Formula(f"=SUM({across})", float(frame["total"].iloc[r]))
        whole = xl_rowcol_to_cell(costs.first + r, costs.columns["total"], row_abs=True, col_abs=True)
        out[r, years + 2] = Formula(f"='{costs.sheet}'!{whole}", float(frame["per_costs"].iloc[r]))
        a, b = (xl_rowcol_to_cell(top + r, years + 1 + k) for k in (0, 1))
        out[r, years + 3] = Formula(f"=ROUND({a}-{b},9)", float(frame["difference"].iloc[r]))
    return out


def _sums(s: Sheet, frame: pd.DataFrame, table: Placed, years: int) -> None:
    """Write the row of sums below the kinds."""
    bold = s.look("money", bold=True, top=2)
    s.page.text(s.row, 0, "Cash cost", s.look("text", bold=True))
    for c in range(1, years + 4):
        cells = f"{xl_rowcol_to_cell(table.first, c)}:{xl_rowcol_to_cell(table.last, c)}"
        s.page.formula(s.row, c, f"=SUM({cells})", float(frame.iloc[:, c].sum()), bold)
    s.row += 1
