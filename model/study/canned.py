"""Canned cases: ready overlays of any case, and the claims of public debate as questions. One that does not apply says why.

A case is made from the base and, where it asks for the largest country, from the base's figures. Some questions need a second
overlay beside them, such as the same without the stock that is asked about.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.case.build import raise_on_errors
from model.case.case import Case, Row
from model.checking import check
from model.errors import CaseError
from model.problems import problem
from model.schema.tables import TABLES
from model.schema.tables.common import STAGES
from model.schema.values import as_text, fold, is_blank, nearest
from model.study.figures import Figures
from model.study.overlay import EVERY_PERIOD, Added, Change, Left, Overlay, Target, Value
from model.study.session import Options
from model.study.store import Store
from model.study.sweeps import GAP_SHARE, OnSweepProgress, Run

COVERED = "Covered"
FLOOR = 110.0  # USD/kg of NdPr
STOCK_DAYS = 42.0
CHAIN = {"Mined": "Australia", "Separated": "Japan", "Metal": "South Korea", "Magnet": "South Korea"}
_ORIGINS = ("mined_in", "separated_in", "metal_in", "magnet_in")

Made = Overlay | str
"""An overlay, or the sentence why there is none."""


@dataclass(frozen=True)
class Canned:
    """One canned case.

    Attributes
    ----------
    name, question : str
        In words.
    make : callable
        (case, figures of the base) → the overlay, or why it does not apply.
    beside : callable or None
        The same for the point that the answer compares with, in place of the base.
    """

    name: str
    question: str
    make: Callable[[Case, Figures], Made]
    beside: Callable[[Case, Figures], Made] | None = None


@dataclass(frozen=True)
class Asked:
    """A canned case as it was solved: its figures and those that it is compared with; a sentence where it does not apply."""

    canned: Canned
    figures: Figures
    beside: Figures
    refused: str = ""


@dataclass(frozen=True)
class Cases:
    """Result of `run_cases`: the base, and every case in the order asked for."""

    base: Figures
    asked: tuple[Asked, ...]
    solved: int
    cached: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Point:
    changes: Overlay


def run_cases(
    case: Case,
    names: Sequence[str] = (),
    *,
    store: str | Path | None = None,
    workers: int = 1,
    cluster: str | None = None,
    lp: bool = False,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    on_progress: OnSweepProgress | None = None,
) -> Cases:
    """Solve canned cases of a case, all of them unless some are named; options as in `model.sweep`.

    Raises
    ------
    CaseError
        If the case has errors, or there is no canned case of a name.
    StoreError
        If the store can not be used.
    """
    wanted = [canned_named(n) for n in names] or list(CANNED)
    raise_on_errors(check(case))
    share = GAP_SHARE * float(case.settings["optimality_gap"]) if gap is None else gap
    limit = float(case.settings["time_limit"]) if time_limit is None else time_limit
    options = Options(lp, 0.0 if lp else share, limit, seed, detail=True)
    with Store(None if store is None else Path(store)) as kept:
        first = Run(case, [_Point(())], options, kept, None)
        first.solve(1, None)
        base = first.rows[first.keys[0]]
        made = [(c, c.make(case, base), c.beside(case, base) if c.beside else ()) for c in wanted]
        points = [_Point(())]
        for _, own, beside in made:
            points += [_Point(x) for x in (own, beside) if not isinstance(x, str) and x]
        run = Run(case, points, options, kept, on_progress)
        run.solve(workers, cluster)
        rows = {p.changes: run.rows[k] for p, k in zip(points, run.keys, strict=True)}
        asked = tuple(_asked(c, own, beside, rows) for c, own, beside in made)
        return Cases(base, asked, run.solved + first.solved, run.cached - first.solved, tuple(run.notes))


def _asked(canned: Canned, own: Made, beside: Made, rows: dict[Overlay, Figures]) -> Asked:
    if isinstance(own, str):
        return Asked(canned, {"status": "does not apply", "message": own}, {}, own)
    return Asked(canned, rows[own], rows[() if isinstance(beside, str) else beside])


def canned_named(name: str) -> Canned:
    """Return the canned case of a name.

    Raises
    ------
    CaseError
        If there is none.
    """
    for c in CANNED:
        if fold(c.name) == fold(name):
            return c
    raise CaseError([problem("canned-unknown", found=name, hint=nearest(name, [c.name for c in CANNED]))])


# ---- the overlays -------------------------------------------------------------------------------------------------------


def _least_cost(case: Case, base: Figures) -> Made:
    tables = [t for t in ("De-risking Rules", "Cover Targets") if case.rows(t)]
    if not tables:
        return "The case has no de-risking rules and no cover targets: its plan is the least cost already."
    return tuple(Left(t, ("Any",)) for t in tables)


def _incumbents(case: Case, base: Figures) -> Made:
    new = [str(r.offer) for r in case.rows("Offers") if r.kind not in ("Renewal", "Consignment")]
    if len(new) == len(case.rows("Offers")) and not case.rows("Commitments"):
        return "No offer is of kind Renewal and nothing is committed: there are no incumbents."
    under_way = {r.project for r in case.rows("Commitments") if not is_blank(r.project)}
    projects = [str(p.project) for p in case.rows("Projects") if p.project not in under_way]
    return tuple(Left(t, tuple(rows)) for t, rows in (("Offers", new), ("Projects", projects)) if rows)


def _no_covered(effective: str | None = None) -> Callable[[Case, Figures], Made]:
    def make(case: Case, base: Figures) -> Made:
        if COVERED not in {r.group for r in case.rows("Country Groups")}:
            return f"The case has no country group {COVERED}."
        return (_banned("No covered country", COVERED, "Any Stage", effective),)

    return make


def _banned(rule: str, who: str, stage: str, effective: str | None = None) -> Added:
    row: dict[str, Value] = {
        "rule": rule,
        "metric": "Country Share",
        "who": who,
        "stage": stage,
        "limit_type": "Max",
        "hardness": "Hard",
        EVERY_PERIOD: 0.0,
    }
    return Added("De-risking Rules", (tuple({**row, **({"effective": effective} if effective else {})}.items()),))


def _largest_lost(case: Case, base: Figures) -> Made:
    country = largest_country(case, base)
    if country is None:
        return "Nothing is bought from abroad: no country can be lost."
    offers = [str(o.offer) for o in case.rows("Offers") if country in touched_by(case, o)]
    homes = {d.site for d in case.rows("Demand")} | {s.site for s in case.rows("Stockpiles")}
    sites = [str(s.site) for s in case.rows("Sites") if s.country == country and s.site not in homes]
    return tuple(Left(t, tuple(rows)) for t, rows in (("Offers", offers), ("Sites", sites)) if rows)


def largest_country(case: Case, base: Figures) -> str | None:
    """Return the foreign country whose goods, at whatever stage, are most of what the base buys; None without one."""
    at_home = {s.country for s in case.rows("Sites") if s.site in {d.site for d in case.rows("Demand")}}
    bought = parts_of(base, "bought_by_offer")
    tonnes: dict[str, float] = defaultdict(float)
    for offer in case.rows("Offers"):
        for country in touched_by(case, offer) - at_home:
            tonnes[country] += bought.get(str(offer.offer), 0.0)
    found = max(tonnes.items(), key=lambda x: (x[1], x[0]), default=(None, 0.0))
    return found[0] if found[1] > 0 else None


def touched_by(case: Case, offer: Row) -> set[str]:
    """Return the countries that an offer's goods come from or went through, where they are declared."""
    at = {s.site: s.country for s in case.rows("Sites")}
    of = {s.supplier: s.country for s in case.rows("Suppliers")}
    named = {at.get(offer.site), of.get(offer.supplier), *(getattr(offer, c) for c in _ORIGINS)}
    known = {r.country for r in case.rows("Countries")}
    return {str(c) for c in named if not is_blank(c) and (not known or c in known)}


def _halved(case: Case, base: Figures) -> Made:
    rows = [str(r.control) for r in case.rows("Export Controls") if r.kind in ("Quota", "Licensed Volume")]
    if not rows:
        return "The case has no export control with a volume."
    return tuple(Change(Target("Export Controls", r, "Volume"), "×", 0.5) for r in dict.fromkeys(rows))


def _chain(case: Case, base: Figures) -> Made:
    known = {str(r.country) for r in case.rows("Countries")}
    asked = chain_of(case)
    missing = sorted(set(asked.values()) - known)
    if missing or not asked:
        return f"The case knows no {' and no '.join(missing) or 'stages'}: the chain can not be asked for."
    groups = tuple(
        (("group", f"Not {home}"), ("country", other))
        for home in dict.fromkeys(asked.values())
        for other in sorted(known - {home})
    )
    rules = [_banned(f"{s} in {home} only", f"Not {home}", s) for s, home in asked.items()]
    return (Added("Country Groups", groups), Added("De-risking Rules", tuple(r for rule in rules for r in rule.rows)))


def chain_of(case: Case) -> dict[str, str]:
    """Return the country asked for at each stage that the case has, in order: up to the last stage of any of its materials."""
    stages = {str(m.stage) for m in case.rows("Materials") if not is_blank(m.stage)}
    last = max((n for n, s in enumerate(STAGES) if s in stages), default=-1)
    return {s: CHAIN[s] for s in STAGES[: last + 1]}


def _as_it_is(case: Case, base: Figures) -> Made:
    return ()


def _stock(days: float) -> Callable[[Case, Figures], Made]:
    def make(case: Case, base: Figures) -> Made:
        found = defence_stock(case)
        if not found:
            return "The case holds no opening stock in the form that a military need uses."
        return tuple(
            Change(Target("Stockpiles", _key("Stockpiles", row), "Opening Stock"), "=", days / 365.0 * rate)
            for row, rate in found
        )

    return make


def defence_stock(case: Case) -> list[tuple[Row, float]]:
    """Return the stockpiles that a military need may draw on in the form that it uses, with its first year's rate (t/y)."""
    first = case.timeline.periods[0].years
    rates: dict[str, float] = defaultdict(float)
    for d in case.rows("Demand"):
        if d.end_use == "Military":
            rates[str(d.material)] += float(case.amounts("Demand", d)[0]) / first
    open_to = [r for r in case.rows("Stockpiles") if r.opening_stock > 0 and rates.get(str(r.material), 0.0) > 0]
    open_to = [r for r in open_to if is_blank(r.end_uses_allowed) or as_text(r.end_uses_allowed) != "Civil"]
    return [(r, rates[str(r.material)]) for r in open_to]


def _floor(case: Case, base: Figures) -> Made:
    rows = [r for r in case.rows("Sales") if "ndpr" in str(r.material).lower()]
    if not rows:
        return "The case sells no NdPr, so that a floor under its price reaches nobody."
    low = [r for r in rows if (case.by_period(r.price) < FLOOR).any()]
    if not low:
        return f"All NdPr is sold at {FLOOR:.0f} USD/kg or more already."
    return tuple(Change(Target("Sales", _key("Sales", r), "Price"), "=", FLOOR) for r in low)


def _key(table: str, row: Row) -> str:
    """Return what names one row of a table in an overlay."""
    return " / ".join(as_text(v) for k in TABLES[table].key if not is_blank(v := getattr(row, k)))


CANNED = (
    Canned("Least Cost", "What would the plan be without any de-risking rule or cover target?", _least_cost),
    Canned("Incumbents Only", "How far do today's contracts and incumbents carry, with nothing new?", _incumbents),
    Canned(
        "No Covered Country",
        "What if nothing touched by a covered country at any stage may be used at once?",
        _no_covered(),
    ),
    Canned("N-1 Largest Country", "What if the largest foreign source country is lost from the start?", _largest_lost),
    Canned("Quota Halved", "What if every export volume is halved?", _halved),
    Canned(
        "Allied Chain Only",
        "Mined in Australia, separated in Japan, made up in South Korea, used at home: how many tonnes short, from when is it "
        "possible, at what cost per kg?",
        _chain,
    ),
    Canned("180 Days", "What can change within 180 days of the plan date?", _as_it_is, _incumbents),
    Canned(
        "No Covered Country by 2027",
        "What if nothing touched by a covered country may be used from 2027?",
        _no_covered("2027-01-01"),
    ),
    Canned(
        "What 42 Days Buy",
        "What does a stock of 42 days of the military need buy, against none?",
        _stock(STOCK_DAYS),
        _stock(0.0),
    ),
    Canned("Floor of 110", "What is built if NdPr can be sold at 110 USD/kg?", _floor),
)


# ---- figures ------------------------------------------------------------------------------------------------------------


def parts_of(figures: Figures, part: str) -> dict[str, Any]:
    """Return a part of a point's details; empty where it has none."""
    return dict(json.loads(figures.get(part) or "{}"))


def total_short(figures: Figures, periods: Iterable[str] | None = None) -> float:
    """Return tonnes short, in some periods or in all."""
    wanted = None if periods is None else set(periods)
    return sum(
        float(tonnes)
        for by_period in parts_of(figures, "short_by_segment").values()
        for period, tonnes in by_period.items()
        if wanted is None or period in wanted
    )


def total_need(figures: Figures, periods: Iterable[str] | None = None) -> float:
    """Return tonnes needed, in some periods or in all."""
    wanted = None if periods is None else set(periods)
    return sum(
        float(tonnes)
        for by_period in parts_of(figures, "need_by_segment").values()
        for period, tonnes in by_period.items()
        if wanted is None or period in wanted
    )
