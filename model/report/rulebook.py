"""How the plan stands to the rules on origin, the limits and the budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.report.building import capital_of
from model.report.paid import purchase_costs
from model.report.shape import Show, amount, frame_of, mark, part, text
from model.report.view import View
from model.rules import emissions, groups, limits, number_used, source_count
from model.rules.ledger import Ledger
from model.rules.share_cap import base
from model.schema.tables.common import LAST_EXPORTER

RULES = (
    text("rule", 30),
    text("item", 36),
    mark("metric", 15),
    text("stage", 14),
    text("counted_by", 20),
    mark("window", 10),
    mark("limit_type", 10),
    Show("limit", "by unit", width=10),
    Show("reached", "by unit", width=10),
    Show("unit", "mark", width=9),
    amount("base"),
    amount("counted"),
    Show("missed_by", "tonnes", "t or sources", 12),
    mark("binding", 9),
    mark("force", 16),
    mark("hardness", 10),
    part("share_of_deliveries"),
    mark("confidence"),
)
LIMITS = (
    text("limit", 30),
    text("item", 36),
    mark("measure", 15),
    text("applies", 14),
    mark("window", 10),
    mark("limit_type", 10),
    Show("amount", "by unit", width=10),
    Show("reached", "by unit", width=10),
    Show("unit", "mark", width=9),
    Show("left", "by unit", width=10),
    Show("missed_by", "by unit", width=10),
    mark("binding", 11),
    mark("hardness", 9),
    mark("confidence", 16),
)
EMISSIONS = (text("substance", 30), text("site", 36), mark("period", 15), amount("emitted"))
_UNITS = {"Spend": "MUSD", "Capacity": "t/y"}
# A rule binds where less than this share of its limit is left: HiGHS keeps rows to 1e-7 of their size.
_CLOSE = 1e-6


def binds(reached: float, limit: float) -> bool:
    """Return whether nothing is left of a limit."""
    return abs(reached - limit) <= _CLOSE * max(1.0, abs(limit))


def rules_table(view: View) -> pd.DataFrame:
    """Return one row per de-risking rule, what it looks at and window.

    Limit and reached are shares of the demand named in the rule (base, t), or numbers of sources; missed_by is in t, or
    sources. Beside it stands the share of what is really delivered, which going short would flatter.
    """
    missed = {(r, i, w): float(x) for table, r, i, w, x in view.rows("missed") if table == "De-risking Rules"}
    rows: list[tuple[Any, ...]] = []
    for r in groups.own_rules(view.net, "De-risking Rules"):
        rows += (_sources if r.metric == "Sources" else _shares)(view, r, missed)
    return frame_of(RULES, rows)


def _shares(view: View, r: Row, missed: dict[tuple[str, str, str], float]) -> Iterator[tuple[Any, ...]]:
    delivered = view.delivered(r)
    counts = [
        (g, c, window, ts)
        for g in groups.rule_materials(view.net, r)
        for c in view.net.counts[r.row_id]
        for window, ts in groups.rule_windows(view.net, "De-risking Rules", r)
    ]
    for g, c, window, ts in counts:
        mine = [
            (c.flag(groups.market_use(view.net, d)[1], t) in marks, weight * x)
            for d, t, weight in groups.rule_needs(view.net, r, g, ts)
            for marks, x in delivered.get((view.net.demand[d].segment, view.net.demand[d].material, t), ())
        ]
        counted = sum(x for flagged, x in mine if flagged != (r.limit_type == "Min"))
        whole, bound = base(view.net, r, g, ts, weighted=False), base(view.net, r, g, ts, weighted=True)
        if whole <= 0:
            continue
        given, item = sum(x for _, x in mine), f"{g} / {c.who}"
        # Nobody breaks a ceiling with a source that the case does not have; such rows would bury the others.
        if not r.who and counted == 0 and r.limit_type == "Max":
            continue
        yield (
            r.rule,
            item,
            r.metric,
            r.stage if r.metric != "Supplier Share" else "",
            "Supplier" if r.metric == "Supplier Share" else "" if r.stage == LAST_EXPORTER else r.counted_by,
            window,
            r.limit_type,
            bound / whole,
            counted / whole,
            "share",
            whole,
            counted,
            missed.get((r.rule, item, window), 0.0),
            "Yes" if binds(counted, bound) else "No",
            r.force,
            r.hardness,
            counted / given if given > 0 else None,
            r.confidence or "",
        )


def _sources(view: View, r: Row, missed: dict[tuple[str, str, str], float]) -> Iterator[tuple[Any, ...]]:
    counted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule, g, window, source in view.rows("counted_sources"):
        if rule == r.rule:
            counted[g, window].add(source)
    for g, window, ts in groups.source_windows(view.net, r):
        number, limit = float(len(counted[g, window])), source_count.limit(view.net, r, ts)
        item = f"{g}: {', '.join(sorted(counted[g, window])) or 'none'}"
        yield (
            r.rule,
            item,
            r.metric,
            "Purchase" if r.stage == "Any Stage" else r.stage,
            r.source_is,
            window,
            r.limit_type,
            limit,
            number,
            "sources",
            base(view.net, r, g, ts, weighted=False),
            None,
            missed.get((r.rule, g, window), 0.0),
            "Yes" if binds(number, limit) else "No",
            r.force,
            r.hardness,
            None,
            r.confidence or "",
        )


def limits_table(view: View) -> pd.DataFrame:
    """Return one row per limit or budget, what it binds and window, in its own unit."""
    missed = {(r, i, w): float(x) for table, r, i, w, x in view.rows("missed") if table == "Limits"}
    reach = _Reach(view)
    rows = []
    for r in groups.own_rules(view.net, "Limits"):
        for item in limits.limited_items(view.net, r):
            for window, ts in limits.limit_windows(view.net, r):
                bound, got = limits.amount(view.net, r, ts), reach.of(r, item, ts)
                left = got - bound if r.limit_type == "Min" else bound - got
                rows.append(
                    (
                        r.limit,
                        "the sum" if item == "all" else item,
                        r.measure,
                        r.applies,
                        window,
                        r.limit_type,
                        bound,
                        got,
                        r.counts.lower() if r.measure == "Number Used" else _UNITS.get(r.measure, "t"),
                        max(left, 0.0),
                        missed.get((r.limit, item, window), 0.0),
                        "Yes" if binds(got, bound) else "No",
                        r.hardness,
                        r.confidence or "",
                    )
                )
    return frame_of(LIMITS, [*rows, *_budgets(view)])


def emissions_table(view: View) -> pd.DataFrame:
    """Return one row per substance, site and period in which it is emitted: t emitted."""
    ledger = Ledger(view.case, view.plan)
    rows = [
        (substance, i, view.period(t), q)
        for substance in dict.fromkeys(r.substance for r in view.case.rows("Emission Factors"))
        for (i, t), q in sorted(emissions.emitted(ledger, substance).items())
        if q > 0
    ]
    return frame_of(EMISSIONS, rows)


def _budgets(view: View) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the budgets: our share of the capital committed in each window."""
    spent: list[tuple[str, int, float]] = []
    for p, t in view.rows("permits"):
        row = view.projects[p]
        spent.append((p, view.at[t], row.capital_share * row.permit_cost))
    for p, t, size in view.rows("builds"):
        row = view.projects[p]
        spent.append((p, view.at[t], capital_of(view, row, t, float(size))))
    for r in groups.own_rules(view.net, "Budgets"):
        for window, ts in groups.rule_windows(view.net, "Budgets", r):
            bound = float(np.sum(view.case.amounts("Budgets", r)[list(ts)]))
            got = sum(x for p, t, x in spent if t in ts and r.project in (None, p))
            yield (
                r.budget,
                r.project or "the sum",
                "Capital",
                "Sum",
                window,
                "Max",
                bound,
                got,
                "MUSD",
                max(bound - got, 0.0),
                0.0,
                "Yes" if binds(got, bound) else "No",
                "Hard",
                r.confidence or "",
            )


class _Reach:
    """What of a limited measure the plan reaches."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.bought = view.sums("purchases", "offer", "period")
        self.ledger = Ledger(view.case, view.plan)
        self.stock = view.sums("stocks", "site", "material", "label", "period")
        self.builds = [(p, view.at[t], float(size)) for p, t, size in view.rows("builds")]

    def of(self, r: Row, item: str, ts: tuple[int, ...]) -> float:
        """Return the amount reached in the periods of one window."""
        view = self.view
        if r.measure == "Stock":
            return sum(
                x
                for (i, g, n, t), x in self.stock.items()
                if t == ts[-1]
                and r.site in (None, i)
                and r.material in (None, g)
                and item in ("all", f"{g} at {i}")
                and limits.usable(view.net, r, g, n)
            )
        if r.measure == "Capacity":
            return sum(
                size * limits.counted_share(r, view.projects[p])
                for p, t, size in self.builds
                if t <= ts[-1]
                and item in ("all", p)
                and r.project in (None, p)
                and r.site in (None, view.projects[p].site)
            )
        if r.measure in ("Number Used", *emissions.MEASURES):
            reached = number_used.reached if r.measure == "Number Used" else emissions.reached
            found = reached(self.ledger, r, ts)
            return sum(found.values()) if item == "all" else found.get(item, 0.0)
        chosen = [view.net.offers[k].row for k in groups.limit_offers(view.net, r)]
        chosen = [o for o in chosen if item in ("all", o.offer)]
        amounts = purchase_costs(view) if r.measure == "Spend" else self.bought
        return sum(amounts.get((o.offer, t), 0.0) for o in chosen for t in ts)
