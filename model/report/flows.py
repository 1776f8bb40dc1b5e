"""What moves: every lane in use, with what the rules can tell of what moves on it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from model.report.charges import Duties, flows
from model.report.shape import Show, amount, frame_of, mark, musd, text
from model.report.view import View
from model.rules.family import kusd_to_musd

FLOWS = (
    text("from", 26),
    text("to", 26),
    text("material", 24),
    text("may_serve", 18),
    text("origin", 44),
    mark("period", 10),
    amount("leaves"),
    musd("freight"),
    musd("duties"),
    Show("dutiable_value", "price", "USD/kg", 10),
    text("value_taken", 18),
    mark("confidence"),
)
SALES = (
    text("site", 26),
    text("material", 24),
    mark("step", 8),
    mark("window", 10),
    amount("least"),
    amount("sold"),
    amount("most"),
    Show("price", "price", "USD/kg", 10),
    musd("income"),
    mark("confidence"),
)


def sales_table(view: View) -> pd.DataFrame:
    """Return one row per step of a market and window: t sold between least and most, its mean price, and what it brings in.

    Without a sale the price is the mean of the window's periods; a blank most is no limit.
    """
    sold = view.sums("sales", "site", "material", "step", "period")
    rows = []
    for r in sorted(view.case.rows("Sales"), key=lambda r: (r.site, r.material, r.step)):
        price, least, most = view.case.by_period(r.price), *(view.case.rate_amounts(v) for v in (r.least, r.most))
        for window, ts in view.line.windows(r.window):
            at = list(ts)
            got = np.array([sold.get((r.site, r.material, r.step, t), 0.0) for t in ts])
            income = float(got @ price[at])
            paid = income / float(got.sum()) if got.sum() > 0 else float(price[at].mean())
            rows.append(
                (
                    r.site,
                    r.material,
                    str(r.step),
                    window,
                    float(np.nansum(least[at])),
                    float(got.sum()),
                    None if np.isnan(most[at]).any() else float(most[at].sum()),
                    paid,
                    kusd_to_musd(income),
                    r.confidence or "",
                )
            )
    return frame_of(SALES, rows)


def flows_table(view: View) -> pd.DataFrame:
    """Return one row per lane, material, right, origin and period: t that leave, freight and duties in MUSD undiscounted.

    Where a tariff charges it, with the value on which the duty is taken, and whether that is the price paid.
    """
    found: dict[tuple[str, str, str, str, str, int], float] = defaultdict(float)
    due: dict[tuple[str, str, str, str, str, int], float] = defaultdict(float)
    taken: dict[tuple[str, str, str, str, str, int], tuple[float | None, str]] = {}
    duties = Duties(view)
    for flow, t, got in flows(view):
        i, j, g, _, after = flow
        key = (i, j, g, view.right(after), view.origin(after), t)
        found[key] += got
        charged = duties.of(flow, t)
        if charged:
            due[key] += sum(duty for _, duty in charged) * got
            taken[key] = duties.taken_on(flow, t)
    rows = []
    for key, got in sorted(found.items()):
        *named, t = key
        lane = view.arc_rows[key[0], key[1], key[2]]
        price = 0.0 if lane is None else float(view.case.by_period(lane.cost)[t])
        confidence = "" if lane is None else lane.confidence or ""
        value, words = taken.get(key, (None, ""))
        freight = kusd_to_musd(price) * got
        rows.append((*named, view.period(t), got, freight, due.get(key, 0.0), value, words, confidence))
    return frame_of(FLOWS, rows)
