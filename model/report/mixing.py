"""What a mixture counts as, and whether it matters, in one sentence."""

from __future__ import annotations

from model.case.case import Case
from model.plan import Plan
from model.report.words import NOTICEABLE, money, tonnes


def mixing_words(case: Case, plan: Plan) -> str:
    """Return how mixtures are counted, with both costs and gaps where both were planned; "" by mass balance alone.

    The two bracket what holds for rules of at-most type. They agree where the better plan that the one may still leave
    would not be dearer than the other.
    """
    asked = case.settings["mixing"]
    if plan.as_is or asked == "Mass Balance":
        return ""
    if asked == "Taint All":
        return "Mixing: all of a mixture counts as restricted where any of it is, the most that at-most rules can come to cost."
    other = plan.summary.get("taint_all")
    if other is None:
        return (
            "Mixing: counted by mass balance; what it costs if any restricted part taints a whole mixture is not known."
        )
    ours = plan.summary
    agree = (other["bound"] if other["bound"] is not None else other["objective"]) <= ours["objective"] + 1e-9
    verdict = (
        "within the gaps they agree, so mixing does not matter"
        if agree
        else "for rules of at-most type the truth lies between"
    )
    mine = _figures(ours["cash"], float(plan.tables["shortages"]["tonnes"].sum()), ours["gap_money"])
    theirs = _figures(other["cash"], other["short"], other["gap_money"])
    return f"Mixing: by mass balance {mine}; if any restricted part taints a whole mixture, {theirs}: {verdict}."


def _figures(cash: float, short: float, gap: float | None) -> str:
    left = f"{tonnes(short)} short" if short >= NOTICEABLE else "nothing short"
    open_by = "gap not known" if gap is None else f"gap {money(gap)}"
    return f"{money(cash)} in cash with {left} ({open_by})"
