"""What is held: every stockpile by whom it may serve, the stock goals, and days of cover."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.case.places import market_place
from model.report.shape import Show, amount, frame_of, mark, text
from model.report.view import View
from model.rules import rotation
from model.rules.ledger import Ledger
from model.rules.limits import amount as limit_amount
from model.rules.limits import limit_windows, limited_items, usable
from model.rules.material_balance import kept
from model.rules.stock_limits import closed
from model.schema.values import is_blank

STOCKPILES = (
    text("site", 22),
    text("material", 22),
    text("may_serve", 16),
    mark("period", 10),
    amount("opening"),
    amount("in"),
    amount("out"),
    amount("loss"),
    amount("end"),
    Show("days_of_cover", "number", "days", 10),
    mark("confidence"),
)
GOALS = (
    text("goal", 22),
    text("what", 22),
    mark("limit_type", 16),
    mark("period", 10),
    amount("held"),
    amount("target"),
    amount("short_of_target"),
    amount("usable"),
    Show("days_usable", "number", "days", 10),
    Show("days_target", "number", "days", 10),
    mark("hardness"),
    mark("confidence"),
)
SHELF_LIFE = (
    text("site", 22),
    text("material", 22),
    mark("period", 10),
    Show("shelf_life", "number", "months", 10),
    amount("came_in"),
    amount("held"),
    amount("young_enough"),
    mark("binding", 9),
    mark("confidence"),
)
RESERVES = (
    text("site", 22),
    text("material", 22),
    mark("drawable", 11),
    mark("period", 10),
    mark("released", 10),
    amount("loss"),
    amount("drawn"),
    amount("end"),
    mark("binding", 9),
    mark("confidence"),
)
_Node = tuple[str, str, int]


def _users(view: View, nodes: set[_Node], material: str) -> list[int]:
    """Return the demand rows of a material that lots at some nodes can reach and may serve."""
    reach = view.reached(nodes, used_only=False)
    return sorted(
        {
            d
            for d, n in view.net.demand_labels
            if view.net.demand[d].material == material and (market_place(view.net.demand[d]), material, n) in reach
        }
    )


def _rate(view: View, users: list[int], t: int) -> float:
    return sum(view.demand_rate(d, t) for d in users)


def _days(held: float, rate: float) -> float | None:
    return 365.0 * held / rate if rate > 0 else None


def stockpiles_table(view: View) -> pd.DataFrame:
    """Return one row per stockpile, whom it may serve and period: t at the start, in, out, lost and at the end.

    Days of cover are the stock at the end over the demand that it can reach and may serve, at the period's rate.
    """
    held = view.sums("stocks", "site", "material", "label", "period")
    opening = {(*s.node, s.labels[0][0]): float(s.row.opening_stock) for s in view.net.opening}
    by_right: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for i, g, n in [*opening, *(key[:3] for key in held)]:
        if (i, g) in view.net.stock_rows:
            by_right[i, g, view.right(n)].add(n)
    rows = []
    for (i, g, right), labels in sorted(by_right.items()):
        before = sum(opening.get((i, g, n), 0.0) for n in labels)
        users = _users(view, {(i, g, n) for n in labels}, g)
        for t in view.net.periods:
            end = sum(held.get((i, g, n, t), 0.0) for n in labels)
            lost = before * (1 - kept(view.net, i, g, t))
            change = end - (before - lost)
            rows.append(
                (
                    i,
                    g,
                    right,
                    view.period(t),
                    before,
                    max(change, 0.0),
                    max(-change, 0.0),
                    lost,
                    end,
                    _days(end, _rate(view, users, t)),
                    view.net.stock_rows[i, g].confidence or "",
                )
            )
            before = end
    return frame_of(STOCKPILES, rows)


def shelf_life_table(view: View) -> pd.DataFrame:
    """Return one row per stockpile that spoils and period: t that came in, are held, and came within the shelf life."""
    ledger = Ledger(view.case, view.plan)
    came = rotation.came_in(ledger)
    rows = []
    for (i, g), r in sorted(ledger.stockpiles.items()):
        for t in view.net.periods if not is_blank(r.shelf_life) else ():
            held, most = ledger.held.get((i, g, t), 0.0), rotation.young_enough(ledger, r, came[i, g], t)
            binding = "Yes" if held > 0 and held >= most - 1e-6 * max(1.0, most) else "No"
            got = came[i, g][t]
            rows.append((i, g, view.period(t), r.shelf_life, got, held, most, binding, r.confidence or ""))
    return frame_of(SHELF_LIFE, rows)


def reserves_table(view: View) -> pd.DataFrame:
    """Return one row per reserve and period: whether it may be drawn, t lost, drawn and at the end; binding if it held back."""
    held = view.sums("stocks", "site", "material", "period")
    rows = []
    for (i, g), r in sorted(view.net.stock_rows.items()):
        before, shut = float(r.opening_stock), closed(view.case, r)
        for t in view.net.periods if r.drawable != "Always" else ():
            end, left = held.get((i, g, t), 0.0), before * kept(view.net, i, g, t)
            binding = "Yes" if shut[t] and left > 0 and end <= left + 1e-6 * max(1.0, left) else "No"
            released = "No" if shut[t] else "Yes"
            known = r.confidence or ""
            drawn = max(left - end, 0.0)
            rows.append((i, g, r.drawable, view.period(t), released, before - left, drawn, end, binding, known))
            before = end
    return frame_of(RESERVES, rows)


def goals_table(view: View) -> pd.DataFrame:
    """Return one row per least or fixed stock that the limits ask for and period: t held against the target.

    The limit counts what its end use may use. Usable is what some segment can get and may use; days are of their demand.
    """
    held = view.sums("stocks", "site", "material", "label", "period")
    rows = []
    for r in (r for r in view.case.rows("Limits") if r.measure == "Stock" and r.limit_type != "Max"):
        matched = [k for k in sorted(view.net.stock_rows) if r.site in (None, k[0]) and r.material in (None, k[1])]
        for item in limited_items(view.net, r):
            chosen = [(i, g) for i, g in matched if item in ("all", f"{g} at {i}")]
            what = item if item != "all" else ", ".join(f"{g} at {i}" for i, g in chosen)
            users = {
                (i, g, n): _users(view, {(i, g, n)}, g) for i, g in chosen for n in view.net.node_labels.get((i, g), ())
            }
            served = sorted({d for found in users.values() for d in found})
            for label, ts in limit_windows(view.net, r):
                stock = {node: held.get((*node, ts[-1]), 0.0) for node in users}
                total = sum(x for node, x in stock.items() if usable(view.net, r, node[1], node[2]))
                reachable = sum(x for node, x in stock.items() if users[node] and usable(view.net, r, node[1], node[2]))
                target, rate = limit_amount(view.net, r, ts), _rate(view, served, ts[-1])
                rows.append(
                    (
                        r.limit,
                        what,
                        r.limit_type,
                        label,
                        total,
                        target,
                        max(target - total, 0.0),
                        reachable,
                        _days(reachable, rate),
                        _days(target, rate),
                        r.hardness,
                        r.confidence or "",
                    )
                )
    return frame_of(GOALS, rows)


def days_by_end_use(view: View, t: int) -> dict[str, float | None]:
    """Return days of cover by end use at the end of a period: stock that it can get and may use, over its demand.

    Stock that may serve several end uses counts for each. None where the end use has no demand in the period.
    """
    held = view.sums("stocks", "site", "material", "label", "period")
    out: dict[str, float | None] = {}
    for use in sorted({d.end_use for d in view.net.demand}):
        stock = sum(
            x
            for (i, g, n, at), x in held.items()
            if at == t and any(view.net.demand[d].end_use == use for d in _users(view, {(i, g, n)}, g))
        )
        out[use] = _days(
            stock, sum(view.demand_rate(d, t) for d, row in enumerate(view.net.demand) if row.end_use == use)
        )
    return out
