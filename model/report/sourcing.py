"""Who supplies: every offer in every period in which it can be had, and the commitments beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Row
from model.case.places import supplier_place
from model.network.predicates import provenance
from model.report.paid import price_paid, steps_used
from model.report.shape import Show, amount, frame_of, mark, musd, part, text
from model.report.view import View, ledger_of
from model.rules import recycling
from model.rules.family import kusd_to_musd
from model.schema.tables.common import STAGES

SOURCING = (
    text("source", 26),
    text("supplier", 24),
    text("material", 22),
    mark("kind", 12),
    mark("period", 10),
    amount("bought"),
    amount("available"),
    part("share_of_available"),
    Show("price", "price", "USD/kg", 10),
    mark("price_steps", 11),
    musd("cost"),
    musd("credited"),
    text("handed_over_at", 21),
    text("country", 13),
    text("mined_in", 13),
    text("separated_in", 13),
    text("metal_in", 12),
    text("magnet_in", 12),
    mark("end_uses", 10),
    mark("confidence"),
)


RECYCLING = (
    text("recycling", 22),
    text("segment", 22),
    text("sold_material", 22),
    text("material", 22),
    text("site", 21),
    mark("period", 10),
    amount("recycled"),
    amount("most"),
    part("share_of_most"),
    Show("collection_cost", "price", "USD/kg", 10),
    musd("cost"),
    mark("confidence"),
)


def recycling_table(view: View) -> pd.DataFrame:
    """Return one row per row of Recycling and period in which anything could come back: t recovered, and the most by sales."""
    most = recycling.most_by_plan(view.once(ledger_of))
    got = view.sums("recycled", "recycling", "period")
    rows = []
    for r in view.case.rows("Recycling"):
        price = view.case.by_period(r.collection_cost)
        for t in view.net.periods:
            limit, tonnes = most[r.recycling, t], got.get((r.recycling, t), 0.0)
            if limit > 0 or tonnes > 0:
                told = (r.recycling, r.segment, r.sold_material, r.material, r.site, view.period(t))
                cost = kusd_to_musd(float(price[t])) * tonnes
                share = tonnes / limit if limit > 0 else None
                rows.append((*told, tonnes, limit, share, float(price[t]), cost, r.confidence or ""))
    return frame_of(RECYCLING, rows)


def sourcing_table(view: View) -> pd.DataFrame:
    """Return one row per offer or commitment and period in which something is bought or could be.

    Returns
    -------
    DataFrame
        Columns of `SOURCING`: t of the period, USD/kg, MUSD undiscounted.
    """
    return frame_of(SOURCING, _rows(view))


def _rows(view: View) -> Iterator[tuple[Any, ...]]:
    bought = view.sums("purchases", "offer", "period")
    for row in view.case.rows("Offers"):
        most = view.net.available(row)
        there = np.inf if row.consigned is None else float(row.consigned)
        for t in view.net.periods:
            if most[t] <= 0 and (row.offer, t) not in bought:
                continue
            got = bought.get((row.offer, t), 0.0)
            left = float(np.fmin(most[t], there))
            yield _row(view, row, row.offer, t, got, left if np.isfinite(left) else None)
            there -= got
    committed = view.sums("committed", "commitment", "period")
    for (name, t), got in sorted(committed.items()):
        yield _row(view, view.commitments[name], name, t, got, got)


def _row(view: View, row: Row, name: str, t: int, got: float, limit: float | None) -> tuple[Any, ...]:
    place = supplier_place(row)
    price = price_paid(view, row, t)
    stages = stages_of(view, row)
    return (
        name,
        row.supplier,
        row.material,
        row.kind,
        view.period(t),
        got,
        limit,
        got / limit if limit else None,
        price,
        steps_used(view).get((name, t), "") if hasattr(row, "offer") else "",
        kusd_to_musd(price) * got,
        view.sums("credits", "offer", "period", value="amount").get((name, t)) if hasattr(row, "offer") else None,
        place,
        view.country_of(place),
        *(stages.get(s, "") for s in STAGES),
        row.end_uses_allowed,
        row.confidence or "",
    )


def stages_of(view: View, row: Row) -> dict[str, str]:
    """Return stage → country of an offer or commitment as the case declares it."""
    home = view.net.suppliers[row.supplier].country if row.supplier in view.net.suppliers else ""
    return provenance(row, view.net.material[row.material].stage, home)


def suppliers_columns(view: View) -> tuple[Show, ...]:
    """Return the columns of `suppliers_table`: one per period."""
    return (
        text("source", 26),
        text("supplier", 24),
        text("material", 22),
        mark("kind", 12),
        mark("confidence", 10),
        *(Show(f"t_{p.label}", "tonnes", "", 10, p.label) for p in view.periods),
        amount("total"),
        Show("average_price", "price", "USD/kg", 10),
        musd("cost"),
    )


def suppliers_table(view: View) -> pd.DataFrame:
    """Return one row per offer or commitment that supplies, with its tonnes in each period, total and average price."""
    found = {
        **{("Offers", *k): v for k, v in view.sums("purchases", "offer", "period").items()},
        **{("Commitments", *k): v for k, v in view.sums("committed", "commitment", "period").items()},
    }
    rows = []
    for table, named in (("Offers", view.offers), ("Commitments", view.commitments)):
        for name, row in named.items():
            across = [found.get((table, name, t), 0.0) for t in view.net.periods]
            if not any(across):
                continue
            cost = sum(kusd_to_musd(price_paid(view, row, t)) * x for t, x in enumerate(across))
            rows.append(
                (
                    name,
                    row.supplier,
                    row.material,
                    row.kind,
                    row.confidence or "",
                    *across,
                    sum(across),
                    1e3 * cost / sum(across),
                    cost,
                )
            )
    return frame_of(suppliers_columns(view), sorted(rows, key=lambda r: (-r[-3], r[0])))
