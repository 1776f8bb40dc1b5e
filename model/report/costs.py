"""Sheet Costs: by kind and period with live sums, discounted, and by the row of the case that causes them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from model.excel.page import Book
from model.plan import CASH_KINDS, COST_KINDS
from model.report.cash import cash_ledger
from model.report.charts import stacked
from model.report.shape import Formula, Show, frame_of, mark, musd, part, text
from model.report.sheet import Placed, Sheet
from model.report.view import View

ROWS = (
    text("row", 38),
    mark("kind", 11),
    mark("table", 11),
    mark("confidence", 11),
    musd("amount"),
    musd("discounted"),
    part("share_of_cash"),
)
_TOTALS = ("Cash cost", "Years", "Cash cost per year", "Discount factor", "Cash cost, discounted")


def costs_columns(view: View) -> tuple[Show, ...]:
    """Return the columns of `costs_table`: one per period."""
    return (
        text("kind", 38),
        *(Show(f"t_{p.label}", "money", "", 11, p.label) for p in view.periods),
        musd("total"),
        musd("discounted"),
    )


def costs_table(view: View) -> pd.DataFrame:
    """Return one row per kind of cost that occurs: MUSD of each period undiscounted, in total and discounted.

    The kinds Penalties and Shortage are valued, not paid; they come last and are in no cash cost.
    """
    amounts = view.sums("costs", "kind", "period", value="amount")
    kinds = [
        k
        for k in COST_KINDS
        if any((k, t) in amounts for t in view.net.periods) or k in ("Purchases", "Penalties", "Shortage")
    ]
    rows = []
    for kind in kinds:
        across = np.array([amounts.get((kind, t), 0.0) for t in view.net.periods])
        rows.append((kind, *(float(x) for x in across), float(across.sum()), float(across @ view.line.discount)))
    return frame_of(costs_columns(view), rows)


def cost_rows_table(view: View) -> pd.DataFrame:
    """Return one row per kind of cost and row of the case that causes it, dearest first: MUSD and share of the cash."""
    ledger = cash_ledger(view)
    cash = view.plan.cost(*CASH_KINDS)
    keys = ["kind", "table", "row", "confidence"]
    summed = ledger.groupby(keys, sort=True, as_index=False)[["amount", "discounted"]].sum()
    rows = [
        (r[2], r[0], r[1], r[3], r[4], r[5], r[5] / cash if r[0] in CASH_KINDS and cash else None)
        for r in summed.itertuples(index=False, name=None)
    ]
    return frame_of(ROWS, sorted(rows, key=lambda r: (r[1] not in CASH_KINDS, -abs(r[5]), *r[:3])))


def _formulas(view: View, frame: pd.DataFrame, top: int, factors: int) -> dict[tuple[int, int], Formula]:
    """Return the live totals of each row; `top` is the first row of cells, `factors` that of the discount factors."""
    size = len(view.periods)
    out = {}
    for r, (total, discounted) in enumerate(zip(frame["total"], frame["discounted"], strict=True)):
        across = xl_range_abs(top + r, 1, top + r, size).replace("$", "")
        out[r, size + 1] = Formula(f"=SUM({across})", total)
        out[r, size + 2] = Formula(f"=SUMPRODUCT({across},{xl_range_abs(factors, 1, factors, size)})", discounted)
    return out


def write_costs(book: Book, view: View) -> dict[str, Placed]:
    """Write the sheet and return where its tables stand; `CostTotals` are the rows of sums below the cash costs."""
    s = Sheet(
        book,
        "Costs",
        "Costs",
        "By kind and period in MUSD of the case's price year, undiscounted unless said. Sums are live formulas. "
        "Penalties and shortage are valued, not paid: they stand apart and are in no cash cost.",
    )
    frame = costs_table(view)
    cash = frame[frame["kind"].isin(CASH_KINDS)].reset_index(drop=True)
    valued = frame[~frame["kind"].isin(CASH_KINDS)].reset_index(drop=True)
    shows = costs_columns(view)
    top = s.row + 2
    factors = top + len(cash) + 3
    placed = {"Costs": s.table("Costs", shows, cash, "Cash cost", formulas=_formulas(view, cash, top, factors))}
    s.row -= 1
    placed["CostTotals"] = _totals(s, view, cash, top)
    s.row += 1
    top = s.row + 2
    placed["Valued"] = s.table(
        "Valued", shows, valued, "Valued, not paid", filtered=False, formulas=_formulas(view, valued, top, factors)
    )
    placed["CostsPerYear"] = _per_year(s, view, cash, placed)
    chart_row = s.row
    s.row += 17
    placed["CostRows"] = s.table("CostRows", ROWS, cost_rows_table(view), "By what causes it, dearest first")
    cost_chart(book, s, placed, (chart_row, 0), (900, 320))
    s.finish()
    return placed


def _totals(s: Sheet, view: View, cash: pd.DataFrame, top: int) -> Placed:
    """Write the rows of sums below the cash costs."""
    size, first = len(view.periods), s.row
    sums = cash.iloc[:, 1 : size + 1].to_numpy(dtype=float).sum(axis=0)
    years, factor = view.line.years, view.line.discount
    look, plain, bold = s.look("money"), s.look("any"), s.look("money", bold=True, top=2)
    for r, name in enumerate(_TOTALS):
        s.page.text(first + r, 0, name, s.look("text", bold=r in (0, 4)))
    for c in range(size):
        at = [xl_rowcol_to_cell(first + r, c + 1) for r in range(5)]
        column = f"{xl_rowcol_to_cell(top, c + 1)}:{xl_rowcol_to_cell(first - 1, c + 1)}"
        s.page.formula(first, c + 1, f"=SUM({column})", float(sums[c]), bold)
        s.page.number(first + 1, c + 1, float(years[c]), plain)
        s.page.formula(first + 2, c + 1, f"={at[0]}/{at[1]}", float(sums[c] / years[c]), look)
        s.page.number(
            first + 3, c + 1, float(factor[c]), s.book.format(num_format="0.0000", border=1, border_color="#D0D0D0")
        )
        s.page.formula(first + 4, c + 1, f"={at[0]}*{at[3]}", float(sums[c] * factor[c]), bold)
    for r, value, style in ((0, sums.sum(), bold), (1, years.sum(), plain), (4, (sums * factor).sum(), bold)):
        across = f"{xl_rowcol_to_cell(first + r, 1)}:{xl_rowcol_to_cell(first + r, size)}"
        s.page.formula(first + r, size + 1, f"=SUM({across})", float(value), style)
    column = f"{xl_rowcol_to_cell(top, size + 2)}:{xl_rowcol_to_cell(first - 1, size + 2)}"
    s.page.formula(first, size + 2, f"=SUM({column})", float(cash["discounted"].sum()), bold)
    s.row = first + 5
    names = {"label": 0, **{sh.name: c + 1 for c, sh in enumerate(costs_columns(view)[1:])}}
    return Placed(s.name, first, first + 4, names)


def _per_year(s: Sheet, view: View, cash: pd.DataFrame, placed: dict[str, Placed]) -> Placed:
    """Write the cash cost as MUSD per year, so that periods of any length compare."""
    size = len(view.periods)
    values = cash.iloc[:, 1 : size + 1].to_numpy(dtype=float) / view.line.years
    shows = costs_columns(view)[: size + 1]
    frame = frame_of(shows, [(kind, *(float(x) for x in row)) for kind, row in zip(cash["kind"], values, strict=True)])
    costs, years = placed["Costs"], placed["CostTotals"].first + 1
    live = {
        (r, c): Formula(
            f"={xl_rowcol_to_cell(costs.first + r, c)}/{xl_rowcol_to_cell(years, c, row_abs=True)}",
            float(values[r, c - 1]),
        )
        for r in range(len(cash))
        for c in range(1, size + 1)
    }
    return s.table("CostsPerYear", shows, frame, "Cash cost per year, in MUSD/y", filtered=False, formulas=live)


def cost_chart(book: Book, s: Sheet, placed: Mapping[str, Placed], at: tuple[int, int], size: tuple[int, int]) -> None:
    """Put the chart of cash cost by kind and period on a sheet."""
    table = placed["CostsPerYear"]
    high = max(table.columns.values())
    head = f"='{table.sheet}'!{xl_range_abs(table.first - 1, 1, table.first - 1, high)}"
    series = []
    for r in range(table.first, table.last + 1):
        name = f"='{table.sheet}'!{xl_rowcol_to_cell(r, 0, row_abs=True, col_abs=True)}"
        series.append((name, f"='{table.sheet}'!{xl_range_abs(r, 1, r, high)}"))
    stacked(book, s, "Cash cost by kind (MUSD per year)", head, series, at, size)
