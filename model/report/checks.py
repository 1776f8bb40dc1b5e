"""Sheet Checks: the numbers of the other sheets against each other, as live formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from model.excel.page import Book
from model.plan import CASH_KINDS
from model.report.provenance import KINDS
from model.report.shape import Formula, Show, frame_of, mark, text
from model.report.sheet import Placed, Sheet
from model.report.view import View

CHECKS = (
    text("check", 46),
    text("item", 26),
    text("detail", 26),
    Show("left", "money", width=15),
    Show("right", "money", width=15),
    Show("difference", "price", width=13),
    mark("verdict", 11),
)
# Quantities are cleaned of the solver's rounding at a milligram, and so is money: what differs by more is a fault.
TOLERANCE = 1e-6
_Check = tuple[str, str, str, Formula, Formula]


class _Writer:
    """Formulas over the tables that have been written, with the values that their frames give."""

    def __init__(self, placed: Mapping[str, Placed], frames: Mapping[str, pd.DataFrame]) -> None:
        self.placed, self.frames = placed, frames

    def total(self, table: str, *names: str) -> tuple[str, float]:
        """Return the sum of some columns of a table."""
        cells = [f"SUM({self.placed[table].cells(n)})" for n in names]
        return "+".join(cells), sum(float(self.frames[table][n].sum()) for n in names)

    def where(self, table: str, keys: Mapping[str, tuple[str, str]], *names: str) -> tuple[str, float]:
        """Return the sum of columns over the rows whose keys are as in given cells: column → (cell, value).

        SUMPRODUCT and not SUMIFS, which would take a name such as =1+1 or <5 for a condition.
        """
        frame, at = self.frames[table], self.placed[table]
        chosen = frame
        for column, (_, value) in keys.items():
            chosen = chosen[chosen[column] == value]
        marks = "*".join(f"({at.cells(column)}={cell})" for column, (cell, _) in keys.items())
        parts = [f"SUMPRODUCT({marks}*{at.cells(n)})" for n in names]
        return "+".join(parts), sum(float(chosen[n].sum()) for n in names)

    def kind(self, kind: str, name: str) -> tuple[str, float]:
        """Return one cell of the cost tables; a kind that does not occur is zero."""
        for table in ("Costs", "Valued"):
            kinds = list(self.frames[table]["kind"])
            if kind in kinds:
                row = kinds.index(kind)
                return self.placed[table].cells(name, row, row), float(self.frames[table][name].iloc[row])
        return "0", 0.0


def _live(*parts: tuple[str, float], minus: tuple[tuple[str, float], ...] = ()) -> Formula:
    words = "=" + "+".join(p for p, _ in parts) + "".join(f"-({p})" for p, _ in minus)
    return Formula(words, sum(v for _, v in parts) - sum(v for _, v in minus))


def _checks(view: View, w: _Writer, first: int) -> Iterator[_Check]:
    seen = 0
    for d in (d for d in view.net.demand if not d.stands_in):
        keys = {
            "segment": (xl_rowcol_to_cell(first + seen, 1), d.segment),
            "material": (xl_rowcol_to_cell(first + seen, 2), d.material),
        }
        yield (
            "Demand = served + substituted + short (t)",
            d.segment,
            d.material,
            _live(w.where("Demand", keys, "demand")),
            _live(*(w.where("Demand", keys, column) for column in ("served", "substituted", "short"))),
        )
        seen += 1
    for kind in CASH_KINDS:
        if w.kind(kind, "total")[0] != "0" or kind in set(w.frames["CostRows"]["kind"]):
            keys = {"kind": (xl_rowcol_to_cell(first + seen, 1), kind)}
            yield (
                "Cost of the kind = sum of what causes it (MUSD)",
                kind,
                "",
                _live(w.kind(kind, "total")),
                _live(w.where("CostRows", keys, "amount")),
            )
            seen += 1
    yield from _sums(view, w)


def _sums(view: View, w: _Writer) -> Iterator[_Check]:
    """Yield sums that stand in two sheets, or twice in one."""
    yield from _bought(w)
    yield from _tonnes(w)
    yield (
        "Valued shortage = shortage (MUSD, valued)",
        "Demand",
        "Costs",
        _live(w.total("Demand", "valued_shortage")),
        _live(w.kind("Shortage", "total")),
    )
    yield from _traced(w)
    cash = w.total("Costs", "discounted")
    yield "Cash cost, discounted, by kind = by period (MUSD)", "Costs", "", _live(cash), _live(_discounted(w, view))
    objective = view.plan.summary.get("objective")
    if objective is not None:
        yield (
            "Cash + penalties + shortage = what was minimised (MUSD)",
            "Costs",
            "solver",
            _live(cash, w.kind("Penalties", "discounted"), w.kind("Shortage", "discounted")),
            Formula(f"={float(objective)!r}", float(objective)),
        )


def _bought(w: _Writer) -> Iterator[_Check]:
    bought, price = (w.placed["Sourcing"].cells(n) for n in ("bought", "price"))
    paid = float((w.frames["Sourcing"]["bought"] * w.frames["Sourcing"]["price"]).sum()) / 1000
    yield (
        "Bought × price = purchases + commitments (MUSD)",
        "Sourcing",
        "Costs",
        Formula(f"=SUMPRODUCT({bought},{price})/1000", paid),
        _live(w.kind("Purchases", "total"), w.kind("Commitments", "total")),
    )
    yield (
        "Bought by period = bought by source (t)",
        "Sourcing",
        "",
        _live(w.total("Sourcing", "bought")),
        _live(w.total("SourcingByPeriod", "total")),
    )
    yield (
        "Freight on lanes = freight (MUSD)",
        "Flows",
        "Costs",
        _live(w.total("Flows", "freight")),
        _live(w.kind("Freight", "total")),
    )


def _tonnes(w: _Writer) -> Iterator[_Check]:
    if "Stockpiles" in w.placed:
        yield (
            "Opening + in − out − loss = end (t)",
            "Stockpiles",
            "",
            _live(w.total("Stockpiles", "opening", "in"), minus=(w.total("Stockpiles", "out", "loss"),)),
            _live(w.total("Stockpiles", "end")),
        )
    if "ExportControls" in w.placed:
        yield (
            "Used + left = volume (t)",
            "Export Controls",
            "",
            _live(w.total("ExportControls", "used", "left")),
            _live(w.total("ExportControls", "volume")),
        )
    yield (
        "Short by tier = short (t)",
        "Demand",
        "",
        _live(w.total("Shortages", "short")),
        _live(w.total("Demand", "short")),
    )


def _traced(w: _Writer) -> Iterator[_Check]:
    """Yield what the attribution, the cash plan and the cover have to agree with."""
    drawn = [w.total("Substitutes", "drawn")] if "Substitutes" in w.placed else []
    yield (
        "Delivered by chain = served, and drawn as a substitute (t)",
        "Provenance Records",
        "Demand",
        _live(w.total("ProvenanceRecords", "delivered")),
        _live(w.total("Demand", "served"), *drawn),
    )
    for row, (cost, kinds) in enumerate(KINDS.items()):
        at = w.placed["LandedSums"].cells("total", row, row)
        yield (
            "Cost that goes with lots = cost of the kind (MUSD)",
            "Landed Cost",
            cost.replace("_", " ").capitalize(),
            _live((at, float(w.frames["LandedSums"]["total"].iloc[row]))),
            _live(*(w.kind(k, "total") for k in kinds)),
        )
    yield (
        "By segment and source = delivered (MUSD)",
        "Landed Cost",
        "",
        _live(w.total("LandedCost", "cost")),
        _live(w.total("LandedSums", "delivered")),
    )
    yield (
        "By segment = by segment and source (MUSD)",
        "Landed Cost",
        "",
        _live(w.total("LandedBySegment", "cost")),
        _live(w.total("LandedCost", "cost")),
    )
    yield (
        "Cash by fiscal year = cash by period (MUSD)",
        "Cash Plan",
        "Costs",
        _live(w.total("CashPlan", "total")),
        _live(w.total("Costs", "total")),
    )
    if "CoverTargets" in w.placed:
        yield (
            "Cover by form = cover by target (t)",
            "Stockpiles",
            "",
            _live(w.total("CoverForms", "content")),
            _live(w.total("CoverTargets", "counted")),
        )


def _discounted(w: _Writer, view: View) -> tuple[str, float]:
    at = w.placed["CostTotals"]
    per_period = w.frames["Costs"].iloc[:, 1 : len(view.periods) + 1].sum().to_numpy(dtype=float)
    return at.cells("total", 4, 4), float(per_period @ view.line.discount)


def checks_table(
    view: View, placed: Mapping[str, Placed], frames: Mapping[str, pd.DataFrame], first: int
) -> pd.DataFrame:
    """Return one row per check, its cells being formulas; `first` is the row of the first one on the sheet."""
    rows = []
    for n, (check, item, detail, left, right) in enumerate(_checks(view, _Writer(placed, frames), first)):
        a, b, c = (xl_rowcol_to_cell(first + n, at) for at in (3, 4, 5))
        off = float(left.value) - float(right.value)
        allowed = TOLERANCE * max(1.0, abs(float(left.value)), abs(float(right.value)))
        rows.append(
            (
                check,
                item,
                detail,
                left,
                right,
                Formula(f"=ROUND({a}-{b},9)", round(off, 9) + 0.0),
                Formula(
                    f'=IF(ABS({c})<={TOLERANCE}*MAX(1,ABS({a}),ABS({b})),"OK","DIFFERS")',
                    "OK" if abs(off) <= allowed else "DIFFERS",
                ),
            )
        )
    return frame_of(CHECKS, rows)


def write_checks(book: Book, view: View, placed: Mapping[str, Placed], frames: Mapping[str, pd.DataFrame]) -> Placed:
    """Write the sheet; the line above the table says whether everything agrees."""
    s = Sheet(
        book,
        "Checks",
        "Checks",
        "The numbers of the other sheets against each other. Every cell is a live formula: change a number "
        "elsewhere and see it here. The plan itself was audited before this file was written.",
    )
    verdict = s.row
    s.row += 2
    frame = checks_table(view, placed, frames, s.row + 1)
    table = s.table("Checks", CHECKS, frame, freeze=2)
    cells = table.cells("verdict")
    agree = all(f.value == "OK" for f in frame["verdict"])
    s.page.formula(
        verdict,
        0,
        f'=IF(COUNTIF({cells},"OK")=ROWS({cells}),"Every check agrees","SOMETHING DIFFERS: see below")',
        "Every check agrees" if agree else "SOMETHING DIFFERS: see below",
        book.format(bold=True, font_size=12),
    )
    s.colour(table, "verdict", "OK", good=True)
    s.colour(table, "verdict", "DIFFERS", good=False)
    s.finish()
    return table
