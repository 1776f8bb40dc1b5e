"""Past Sales of the next case: what the plan sold until the day can come back like all that was sold before."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.rewrite import with_rows
from model.report.view import View


def past_sales(case: Case, view: View, at: float) -> pd.DataFrame:
    """Return table Past Sales with a row for each year, or month, of the plan before the day in which something was sold.

    Only of what some row of Recycling takes back. A period goes evenly; whole calendar years stay years.
    """
    taken = {(r.segment, r.sold_material) for r in case.rows("Recycling")}
    months: dict[tuple[str, str, int], float] = defaultdict(float)
    for (segment, g, t), q in view.sums("deliveries", "segment", "material", "period").items():
        p = view.periods[t]
        if (segment, g) in taken:
            for month in range(round(p.start), min(round(p.end), round(at))):
                months[segment, g, month] += q / p.months
    rows: list[dict[str, Any]] = []
    for (segment, g, month), q in sorted(months.items()):
        year = month // 12
        mine = [months.get((segment, g, 12 * year + k), 0.0) for k in range(12)]
        told = {"segment": segment, "material": g, "year": year}
        if max(mine) - min(mine) > 1e-9 * max(mine):
            rows.append({**told, "month": month % 12 + 1, "sold": _tidy(q)})
        elif month % 12 == 0:
            rows.append({**told, "sold": _tidy(sum(mine))})
    return with_rows(case, "Past Sales", rows)


def _tidy(tonnes: float) -> float:
    return float(f"{tonnes:.12g}")
