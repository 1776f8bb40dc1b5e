"""Where the places of a case lie, read from its tables for the checks, without the network's own reading of them."""

from __future__ import annotations

from model.case.case import Case


def countries(case: Case) -> dict[str, str]:
    """Return place → country: sites, and suppliers and segments that have a place of their own."""
    home = {r.supplier: r.country for r in case.rows("Suppliers")}
    out: dict[str, str] = {r.site: r.country for r in case.rows("Sites")}
    for r in (*case.rows("Offers"), *case.rows("Commitments")):
        if r.supplier and r.kind != "Running Build":
            out.setdefault(r.site or r.supplier, home.get(r.supplier, ""))
    for r in case.rows("Demand"):
        out.setdefault(r.site or r.segment, "")
    for table in ("Lines", "Projects", "Stockpiles", "Sales", "Recycling"):
        for r in case.rows(table):
            out.setdefault(r.site, "")
    if not case.has("Sites"):
        taken = {r.group for r in case.rows("Country Groups")} | {r.country for r in case.rows("Countries")}
        taken |= {*home.values(), "Any"}
        for r in case.rows("Lanes"):
            out.update({p: "" for p in (r.from_place, r.to_place) if p not in out and p not in taken})
    return out
