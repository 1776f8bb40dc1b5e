"""Where promises come from: commitments of the case, decisions that were accepted, and what the plan has under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from model.case.case import Case
from model.case.places import supplier_place
from model.case.timeline import month_number
from model.report.shape import records
from model.report.sourcing import sourcing_table
from model.report.view import View
from model.report.words import right_words
from model.rolling.actuals import Entry
from model.rolling.choices import Choice
from model.rolling.promises import Promise, Span
from model.schema.tables import TABLES
from model.schema.tables.common import ANY, STAGES
from model.schema.values import is_blank

_OWN = ("commitment", "kind", "price", "currency", "price_year", "project", "build_start", "build_size")
_PROVENANCE = tuple(f"{s.lower()}_in" for s in STAGES)


def committed(case: Case, left: Mapping[str, float | None] = MappingProxyType({})) -> list[Promise]:
    """Return the promises of table Commitments; tonnes of a period are due evenly over it.

    Of one that is left nothing is due from the given month on, and it can not be left again; None where leaving was rejected.
    """
    out = []
    d = case.data.get("Commitments")
    for r in case.rows("Commitments"):
        if d is None or r.kind == "Running Build":
            continue
        amounts = case.amounts("Commitments", r)
        due = tuple((p.start, p.end, float(amounts[p.index])) for p in case.timeline.periods if amounts[p.index] > 0)
        values = {str(k): d.frame.at[r.row_id, k] for k in d.frame.columns}
        values |= {str(k): d.extra.at[r.row_id, k] for k in d.extra.columns}
        if r.commitment in left:
            due = _until(due, left[r.commitment])
            values |= {"exit_cost": None, "notice": 0.0, "take_or_pay": 0.0}
        out.append(Promise(r.commitment, r.commitment, values, due))
    return out


def _until(due: tuple[Span, ...], month: float | None) -> tuple[Span, ...]:
    """Return what is due before a month."""
    if month is None:
        return due
    return tuple((a, min(b, month), q * (min(b, month) - a) / (b - a)) for a, b, q in due if a < month)


def accepted(view: View, choices: Iterable[Choice], taken: set[str]) -> list[Promise]:
    """Return the promises that accepted purchases become, due a lead time after the order.

    The price is the average that the plan pays; it then falls due at the hand-over, not at the order.
    """
    paid = {(r.source, r.period): r.cost / r.bought for r in records(sourcing_table(view)) if r.bought > 0}
    out = []
    for c in choices:
        if c.kind != "Buy" or c.verdict not in ("Accepted", "Frozen"):
            continue
        row = view.offers[c.item]
        lead, tonnes = float(row.lead_time), {t: q * c.factor for t, q in c.amounts.items()}
        due = tuple((view.periods[t].start + lead, view.periods[t].end + lead, q) for t, q in tonnes.items() if q > 0)
        money = sum(q * paid[c.item, view.period(t)] for t, q in tonnes.items())
        first, last = (view.period(f(tonnes)) for f in (min, max))
        name = _free(f"{c.item}, {first}" + (f" to {last}" if last != first else ""), taken)
        shared = {k.name for k in TABLES["Commitments"].all_columns} - set(_OWN)
        values = {k.name: getattr(row, k.name) for k in TABLES["Offers"].all_columns if k.name in shared}
        values |= {
            "commitment": name,
            "kind": {"Spot": "Open Order", "Consignment": "In Transit"}.get(row.kind, "Contract"),
            "price": float(f"{1e3 * money / sum(tonnes.values()):.12g}") if sum(tonnes.values()) > 0 else 0.0,
            "notes": _signed(c),
        }
        out.append(Promise(name, c.item, values, due))
    return out


def _signed(choice: Choice) -> str:
    words = [f"{choice.verdict.lower()} from the plan"]
    words += [f"changed to {choice.changed_to:g} t"] if choice.changed_to is not None else []
    words += [f"owner {choice.owner}"] if choice.owner else []
    words += [f"decided {choice.date}"] if choice.date else []
    return "; ".join(words)


def _free(name: str, taken: set[str]) -> str:
    n, free = 2, name
    while free.casefold() in taken:
        free = f"{name} ({n})"
        n += 1
    taken.add(free.casefold())
    return free


def shipped(case: Case, entries: Iterable[Entry], taken: set[str]) -> list[Promise]:
    """Return the promises of shipments that the form says are under way, due on their day of arrival."""
    out = []
    for r in entries:
        day = month_number(r["arrives"])
        values = {k: r[k] for k in ("supplier", "material", "site", "end_uses_allowed", *_PROVENANCE)}
        name = _free(str(r["shipment"]), taken)
        values |= {"commitment": name, "kind": "In Transit", "price": 0.0, "notes": f"arrives {r['arrives']}"}
        out.append(Promise(name, name, values, ((day, day, float(r["tonnes"])),)))
    return out


def under_way(view: View, to: float, taken: set[str]) -> list[Promise]:
    """Return the promises of what the plan has on lanes at month `to`, as goods in transit.

    The tonnes of a flow leave evenly over their period. Their origin is that of what is bought at the place they come from
    where that is one, else Unknown, which every rule takes as the worst case.
    """
    found: dict[tuple[str, str, str, str], list[Span]] = defaultdict(list)
    flows = view.sums("flows", "from_place", "to_place", "material", "label_after", "period")
    for (i, j, g, n, t), q in flows.items():
        row = view.arc_rows.get((i, j, g))
        lead = 0.0 if row is None else float(row.lead_time)
        p = view.periods[t]
        first, last = max(p.start, to - lead), min(p.end, to)
        if lead > 0 and last > first + 1e-9:
            found[i, j, g, _uses(view, n)].append((first + lead, last + lead, q * (last - first) / p.months))
    out = []
    for (i, j, g, uses), due in found.items():
        name = _free(f"{g} from {i} to {j}", taken)
        values = {**_origin(view, i, g), "material": g, "site": j, "end_uses_allowed": uses}
        values |= {"commitment": name, "kind": "In Transit", "price": 0.0, "notes": f"under way from {i} as planned"}
        out.append(Promise(name, name, values, tuple(due)))
    return out


def _uses(view: View, label: int) -> str:
    words = right_words(view.label(label), 1)
    return next((w for w in ("Civil", "Military") if words == f"{w} only"), ANY)


def _origin(view: View, place: str, material: str) -> dict[str, Any]:
    """Return supplier and provenance of what leaves a place, as far as there is one answer."""
    sources = [*view.offers.values(), *view.commitments.values()]
    mine = [r for r in sources if r.material == material and r.supplier and supplier_place(r) == place]
    known = {(r.supplier, *(getattr(r, c) for c in _PROVENANCE)) for r in mine}
    if len(known) == 1:
        supplier, *stages = known.pop()
        return {"supplier": supplier, **dict(zip(_PROVENANCE, stages, strict=True))}
    supplier = sorted(r.supplier for r in mine)[0] if mine else _operator(view, place)
    stage = view.net.material[material].stage
    performed = STAGES[: STAGES.index(stage) + 1] if stage in STAGES else STAGES
    return {"supplier": supplier, **{f"{s.lower()}_in": "Unknown" for s in performed}}


def _operator(view: View, place: str) -> str:
    """Return a supplier to stand for a site of our own: its operator where that is one, else any, which tells nothing."""
    named = {r.site: r.operator for r in view.case.rows("Sites")}
    known = [r.supplier for r in view.case.rows("Suppliers")] or [r.supplier for r in view.offers.values()]
    operator = named.get(place)
    if not is_blank(operator) and operator in known:
        return str(operator)
    return str(known[0]) if known else place


def lots(entries: Iterable[Entry], to: float, taken: set[str]) -> Iterator[Promise]:
    """Yield promises for lots that lie in a stockpile beside its largest, whose origin or right is another one.

    A stockpile's row holds one lot; the others come into it on the first day, with nothing to pay.
    """
    for r in entries:
        values = {k: r[k] for k in ("supplier", "material", "site", "end_uses_allowed", *_PROVENANCE)}
        name = _free(f"lot of {r['material']} at {r['site']}", taken)
        values |= {"commitment": name, "kind": "In Transit", "price": 0.0, "notes": "in stock on the first day"}
        yield Promise(name, name, values, ((to, to, float(r["tonnes"])),))
