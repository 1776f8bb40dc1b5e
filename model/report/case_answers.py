"""Answers of canned cases in one paragraph each, from their figures and those that they are compared with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from model.case.case import Case, Row
from model.report.words import listed
from model.study.canned import (
    FLOOR,
    STOCK_DAYS,
    Asked,
    chain_of,
    defence_stock,
    largest_country,
    parts_of,
    total_need,
    total_short,
)
from model.study.figures import Figures

_HALF_YEAR = 6.0  # months; 180 days
_NOTICED = 1e-3  # t: a kilogram
_CENT = 0.005  # MUSD: what two digits show
_DONE = {"Mined": "mined", "Separated": "separated", "Metal": "reduced to metal", "Magnet": "made into magnets"}


def answer(case: Case, base: Figures, asked: Asked) -> str:
    """Return the answer to a canned case as one paragraph; what has no plan, or does not apply, says so."""
    if asked.refused:
        return asked.refused
    own = asked.figures
    if "objective" not in own:
        said = str(own.get("message") or "")
        return f"There is no figure: {own['status']}{': ' + said if said else ''}."
    words = _SPECIAL.get(asked.canned.name, _compared)(case, base, asked)
    if own["status"] != "optimal":
        words = f"The run was stopped before the plan was proven ({own['status']}). {words}"
    return words


def _compared(case: Case, base: Figures, asked: Asked) -> str:
    return " ".join([_costs(asked.figures, asked.beside, "the plan"), *_served(case, asked), *_built(asked)])


def _costs(own: Figures, other: Figures, name: str) -> str:
    if "objective" not in other:
        return (
            f"It costs {own['cash']:,.1f} MUSD in cash over all periods (discounted); {name} has no figure to compare."
        )
    more = own["cash"] - other["cash"]
    against = f"as much as {name}" if abs(more) < _CENT else f"{_more(more)} than {name}"
    return (
        f"It costs {own['cash']:,.1f} MUSD in cash over all periods (discounted), {against}; with penalties and valued shortage "
        f"counted, it costs {_interval(*change(own, other))}."
    )


def change(own: Figures, other: Figures) -> tuple[float, float]:
    """Return the interval in which the change of the objective lies (MUSD)."""
    bounds = [x["objective"] if x.get("bound") is None else x["bound"] for x in (own, other)]
    return bounds[0] - other["objective"], own["objective"] - bounds[1]


def _interval(least: float, most: float) -> str:
    if f"{least:.2f}" == f"{most:.2f}":
        return _more(least)
    return f"between {_more(least)} and {_more(most)}"


def _more(amount: float) -> str:
    if abs(amount) < _CENT:
        return "as much"
    return f"{abs(amount):,.2f} MUSD {'more' if amount > 0 else 'less'}"


def _served(case: Case, asked: Asked) -> list[str]:
    own, other = total_short(asked.figures), total_short(asked.beside)
    if own <= _NOTICED:
        return ["Nobody goes short."]
    by_segment = parts_of(asked.figures, "short_by_segment")
    worst = sorted(by_segment, key=lambda s: -sum(by_segment[s].values()))
    named = listed([f"{s} ({sum(by_segment[s].values()):,.1f} t)" for s in worst], 3)
    until = _last_short(case, asked.figures)
    against = ""
    if "objective" in asked.beside:
        more = own - other
        words = f"{abs(more):,.1f} t {'more' if more > 0 else 'less'} than in the plan"
        against = ", as in the plan" if abs(more) < 0.05 else f", {words}"
    return [f"{own:,.1f} t go short{against}: {named}. The last shortage is in {until}."]


def _last_short(case: Case, figures: Figures) -> str:
    short = {p for by in parts_of(figures, "short_by_segment").values() for p, t in by.items() if t > _NOTICED}
    return next((p.label for p in reversed(case.timeline.periods) if p.label in short), "no period")


def _built(asked: Asked) -> list[str]:
    own, other = parts_of(asked.figures, "builds"), parts_of(asked.beside, "builds")
    new, gone = sorted(set(own) - set(other)), sorted(set(other) - set(own))
    if "builds" not in asked.figures:
        return ["Whole numbers are relaxed: what is built can not be said."]
    out = [f"Built in addition to the plan: {listed([f'{p} (from {own[p]})' for p in new], 5)}."] if new else []
    out += [f"In the plan, but not built here: {listed(gone, 5)}."] if gone else []
    return out or ["The same projects are built as in the plan." if own else "Nothing is built, as in the plan."]


# ---- questions with an answer of their own --------------------------------------------------------------------------------


def _largest(case: Case, base: Figures, asked: Asked) -> str:
    return (
        f"Lost is {largest_country(case, base)}: its sites, and all offers that come from it or pass through it. "
        + _compared(case, base, asked)
    )


def _chain(case: Case, base: Figures, asked: Asked) -> str:
    own = asked.figures
    need, short = total_need(own), total_short(own)
    stages = chain_of(case)
    chain = listed([f"{_DONE[stage]} in {country}" for stage, country in stages.items()], 4)
    empty = sorted(set(stages.values()) - {str(s.country) for s in case.rows("Sites")})
    no_site = f" The case has no site in {listed(empty, 3)}." if empty else ""
    if need - short <= _NOTICED:
        return (
            f"With everything {chain}, all {need:,.1f} t go short: no way through these countries alone reaches a need before "
            f"the end of {case.timeline.periods[-1].label}, and no cost per kg can be given.{no_site}"
        )
    first = _first(case, own, lambda need, short: need - short > _NOTICED)
    whole = _first(case, own, lambda need, short: short <= _NOTICED and need > 0)
    per_kg = 1e3 * own["cash"] / (need - short)
    met = f"first in {whole}" if whole else "in no period"
    return (
        f"With everything {chain}, {short:,.1f} of {need:,.1f} t go short ({100 * short / need:.0f} %; in the plan "
        f"{total_short(base):,.1f} t do). First tonnes arrive in {first}; all of the need is met {met}. What is delivered costs "
        f"{per_kg:,.1f} USD/kg in cash, discounted; income from by-products is taken off."
    )


def _first(case: Case, figures: Figures, holds: Callable[[float, float], bool]) -> str:
    for p in case.timeline.periods:
        if holds(total_need(figures, [p.label]), total_short(figures, [p.label])):
            return p.label
    return ""


def _soon(case: Case, base: Figures, asked: Asked) -> str:
    begin = case.timeline.plan
    offers = case.rows("Offers")
    soon_ts = [p.index for p in case.timeline.periods if p.start < begin + _HALF_YEAR - 1e-6 and p.end > begin]
    ready = [o for o in offers if _number(o.lead_time) <= _HALF_YEAR and _any_had(case, o, soon_ts)]
    times = {str(p.project): _number(p.permit_time) + _number(p.construction_time) for p in case.rows("Projects")}
    soon = sorted((months, name) for name, months in times.items())
    words = [
        f"{len(ready)} of {len(offers)} offers have something to sell in the first 180 days, and bring it within 180 days."
    ]
    if soon and soon[0][0] > _HALF_YEAR:
        words.append(
            f"No project can run by then: the quickest, {soon[0][1]}, takes {soon[0][0]:.0f} months to permit and build."
        )
    elif soon:
        words.append(f"Projects that can run by then: {listed([n for m, n in soon if m <= _HALF_YEAR], 4)}.")
    labels = [case.timeline.periods[t].label for t in soon_ts]
    span = listed(labels, 3)
    need, short = total_need(asked.figures, labels), total_short(asked.figures, labels)
    words.append(
        f"In {span} the plan leaves {short:,.1f} of {need:,.1f} t short."
        if short > _NOTICED
        else f"In {span} the plan meets all of the {need:,.1f} t that are needed."
    )
    if "objective" in asked.beside and asked.beside is not asked.figures:
        before = total_short(asked.beside, labels)
        words.append(
            f"With incumbents alone {before:,.1f} t would go short: new decisions make up for {before - short:,.1f} t."
        )
    return " ".join(words)


def _any_had(case: Case, offer: Row, ts: list[int]) -> bool:
    """Return whether an offer has something to sell in some periods; a blank is no limit."""
    tonnes = case.by_period(offer.available_to_us)
    return any(math.isnan(tonnes[t]) or tonnes[t] > 0 for t in ts)


def _number(value: Any) -> float:
    return 0.0 if value is None or (isinstance(value, float) and math.isnan(value)) else float(value)


def _stock(case: Case, base: Figures, asked: Asked) -> str:
    found = defence_stock(case)
    held = sum(rate * STOCK_DAYS / 365.0 for _, rate in found)
    own, none = asked.figures, asked.beside
    places = listed([f"{r.material} at {r.site}" for r, _ in found], 4)
    words = [f"{STOCK_DAYS:.0f} days of the military need of the first year are {held:,.1f} t ({places})."]
    if "objective" not in none:
        return " ".join([*words, f"Without any of it there is no plan ({none['status']}): it buys feasibility."])
    saved = total_short(none) - total_short(own)
    least, most = change(none, own)
    worth = f"{most:,.2f}" if f"{least:.2f}" == f"{most:.2f}" else f"between {least:,.2f} and {most:,.2f}"
    words.append(
        f"With it in store, {saved:,.1f} t less go short than without; it is worth {worth} MUSD, valued shortage counted and its "
        "own purchase not."
    )
    last = [_last_short(case, x) for x in (none, own)]
    words.append(
        f"The last shortage is in {last[1]} with it and in {last[0]} without."
        if last[0] != last[1]
        else f"It does not move the date: the last shortage is in {last[0]} either way."
    )
    return " ".join(words)


def _floor(case: Case, base: Figures, asked: Asked) -> str:
    own, other = parts_of(asked.figures, "builds"), parts_of(base, "builds")
    new = sorted(set(own) - set(other))
    if "builds" not in asked.figures:
        built = "Whole numbers are relaxed: what is built can not be said."
    elif new:
        built = f"With this price, {listed([f'{p} (from {own[p]})' for p in new], 5)} would be built as well."
    else:
        built = "Nothing would be built that the plan does not build without this price."
    return f"NdPr sells at {FLOOR:.0f} USD/kg, as much as each outlet takes. {built} " + _costs(
        asked.figures, base, "the plan"
    )


_SPECIAL: dict[str, Callable[[Case, Figures, Asked], str]] = {
    "N-1 Largest Country": _largest,
    "Allied Chain Only": _chain,
    "180 Days": _soon,
    "What 42 Days Buy": _stock,
    f"Floor of {FLOOR:.0f}": _floor,
}
