"""What a bid sheet asks: its columns come from the declaration of Offers, so that a new column appears by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.case.case import Case, Row
from model.case.places import market_place
from model.case.timeline import Vector
from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables import TABLES
from model.schema.values import fold

BID = "Bid"
OURS = ("offer", "kind", "available_to_us")
"""Columns of Offers that the buyer's side fills: the id, the kind, and the tonnes, which a bid gives by period."""
FIXED = ("supplier", "rfq", "round")
_PUBLIC = ("Countries", "Country Groups", "Exchange Rates")
"""Tables whose names may be told to every supplier."""


@dataclass(frozen=True)
class Wanted:
    """One material that a request asks for; `tonnes` by period, shape (T,)."""

    material: str
    site: str | None
    end_use: str
    tonnes: Vector


@dataclass(frozen=True)
class Asked:
    """A request in one round: what is wanted, by when, and who is asked."""

    rfq: str
    round: int
    wanted: tuple[Wanted, ...]
    suppliers: tuple[str, ...]
    reply_by: dt.date | None = None


def bid_table() -> Table:
    """Return the declaration of a bid sheet: what a supplier fills of Offers, and tonnes by period."""
    offers = TABLES["Offers"]
    fixed = tuple(replace(offers.column(n), required=True) for n in FIXED)
    line = Column("line", "integer", "Number of the row; give further rows further numbers.", required=True, low=1)
    material = replace(offers.column("material"), help="What is bid for: one of the materials asked for.")
    rest = tuple(_asked(c) for c in offers.columns if c.name not in (*OURS, *FIXED, "material"))
    notes = replace(offers.column("notes"), help="Anything that the buyer should know of this bid.")
    status = replace(offers.column("status"), help="Exclude takes the row out of the bid.")
    return Table(
        BID,
        "one bid of yours; the same material may have several rows, such as one per origin",
        (fixed[0], line, *fixed[1:], material, *rest, notes),
        key=("supplier", "line"),
        group="Supply",
        common=(status,),
        periods=PeriodColumns(
            "offered", "t", "Tonnes that you can hand over in the period.", blank="zero", per_year=False, partial=True
        ),
    )


def _asked(column: Column) -> Column:
    """Return a column of Offers as a supplier sees it: a price is a number, and no row must be filled.

    Other numbers, such as an index, may name a series that the buyer has told of.
    """
    kind = "number" if column.kind == "number_or_series" and column.required else column.kind
    blank = "needed for a bid" if column.required else column.blank
    return replace(column, kind=kind, required=False, blank=blank)


def for_supplier(case: Case, table: Table, asked: Asked, supplier: str) -> Table:
    """Return the declaration with drop-downs that hold what this supplier may see and nothing else."""
    columns = tuple(
        replace(c, refers_to=(), also=tuple(dict.fromkeys((*c.also, *_names(case, c, asked, supplier)))))
        if c.kind == "reference"
        else c
        for c in table.columns
    )
    return replace(table, columns=columns)


def _names(case: Case, column: Column, asked: Asked, supplier: str) -> list[str]:
    own: dict[str, list[str]] = {
        "supplier": [supplier],
        "rfq": [asked.rfq],
        "material": [w.material for w in asked.wanted],
        "site": [w.site for w in asked.wanted if w.site] + _sites_of(case, supplier),
    }
    if column.name in own:
        return own[column.name]
    open_to_all = [t for t in column.refers_to if t in _PUBLIC and t in TABLES]
    return [str(getattr(r, TABLES[t].key[0])) for t in open_to_all for r in case.rows(t)]


def _sites_of(case: Case, supplier: str) -> list[str]:
    """Return the sites at which the supplier hands over already, or that it operates."""
    used = [r.site for t in ("Offers", "Commitments") for r in case.rows(t) if r.supplier == supplier and r.site]
    return used + [r.site for r in case.rows("Sites") if r.operator and fold(r.operator) == fold(supplier)]


# ---- what is asked, and whom


def requests_of(case: Case) -> list[str]:
    """Return the names of the requests of a case."""
    return list(dict.fromkeys(r.rfq for r in case.rows("Requests")))


def asked_of(case: Case, rfq: str, number: int) -> Asked:
    """Return what a request asks for in a round; without table Requests, what table Demand needs."""
    rows = [r for r in case.rows("Requests") if fold(r.rfq) == fold(rfq)]
    name = rows[0].rfq if rows else rfq
    wanted = [Wanted(r.material, r.site, r.end_use, case.amounts("Requests", r)) for r in rows] or _needed(case)
    due = [r.reply_by for r in rows if r.reply_by]
    return Asked(name, number, tuple(wanted), tuple(_suppliers(case, name, number)), min(due, default=None))


def _needed(case: Case) -> list[Wanted]:
    found: dict[tuple[str, str | None, str], Vector] = {}
    sites = {r.site for r in case.rows("Sites")}
    for r in case.rows("Demand"):
        place = market_place(r)
        key = (r.material, place if place in sites else None, r.end_use)
        amounts = case.amounts("Demand", r)
        found[key] = found[key] + amounts if key in found else amounts
    return [Wanted(*key, amounts) for key, amounts in found.items()]


def _suppliers(case: Case, rfq: str, number: int) -> list[str]:
    if case.has("Invitations"):
        mine = [r for r in case.rows("Invitations") if r.rfq == rfq]
        return [r.supplier for r in mine if r.last_round is None or r.last_round >= number]
    listed: list[Row] = case.rows("Suppliers") or case.rows("Offers")
    return list(dict.fromkeys(r.supplier for r in listed))


def prefilled(asked: Asked, supplier: str) -> list[Mapping[str, object]]:
    """Return the rows that a supplier finds in its sheet: one per material and place.

    Where it would hand over is for the supplier to say: what is wanted where stands on the first page.
    """
    return [
        {
            "supplier": supplier,
            "line": n,
            "rfq": asked.rfq,
            "round": asked.round,
            "material": w.material,
        }
        for n, w in enumerate(asked.wanted, 1)
    ]
