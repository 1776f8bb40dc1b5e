"""What may stand against cost on a frontier: dependence by a rule on shares, days of cover, or shortage; less is better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.case.case import Case
from model.errors import CaseError
from model.network.network import Network
from model.plan import CASH_KINDS, COST_KINDS
from model.problems import problem
from model.rules import days_of_cover, groups, share_cap
from model.schema.tables.common import STAGES
from model.schema.values import fold, nearest
from model.solver.compile import Floats, Matrix
from model.study.overlay import EVERY_PERIOD, Added, Change, Overlay, Target, Value

_OWN_RULE = "Frontier"
_SHORTAGE, _COVER, _COVERED = "shortage", "cover", "covered"

Weights = Callable[[Network, Matrix], Floats]


@dataclass(frozen=True)
class Measure:
    """What stands against cost; less is better.

    Attributes
    ----------
    name, unit : str
        In words.
    overlay : Overlay
        How the case is changed so that the measure is free to move: the rule is soft, at no penalty.
    weights : callable
        (network, matrix) → weights of shape (n,) whose product with a solution is the measure.
    kinds : tuple of str
        Kinds of cost that stand against it.
    most : callable or None
        Network → what is reached where nothing is missing, for measures that count what is missing.
    fine : float
        How exactly its least is found where there are whole numbers.
    """

    name: str
    unit: str
    overlay: Overlay
    weights: Weights
    kinds: tuple[str, ...] = COST_KINDS
    most: Callable[[Network], float] | None = None
    fine: float = 1e-4


def measure_of(case: Case, against: str) -> Measure:
    """Return the measure that a text means.

    Raises
    ------
    CaseError
        If the case has nothing of that name.
    """
    words = fold(against)
    rules = {fold(r.rule): r for r in case.rows("De-risking Rules")}
    targets = {fold(r.target): r.target for r in case.rows("Cover Targets")}
    if words == _SHORTAGE:
        return Measure("Shortage", "t", (), short, (*CASH_KINDS, "Penalties"), fine=1e-2)
    if words in rules and rules[words].metric != "Sources" and rules[words].limit_type != "Min":
        return _of_rule(str(rules[words].rule), ())
    if words in targets or (words == _COVER and targets):
        return _of_cover(case, None if words == _COVER else targets[words])
    first, _, stage = against.strip().partition(" ")
    known = {fold(s): s for s in (*STAGES, "Any Stage")}
    if fold(first) == _COVERED and fold(stage) in known:
        row: dict[str, Value] = {
            "rule": _OWN_RULE,
            "metric": "Country Share",
            "who": "Covered",
            "stage": known[fold(stage)],
            "limit_type": "Max",
            EVERY_PERIOD: 0.0,
        }
        return _of_rule(
            _OWN_RULE, (Added("De-risking Rules", (tuple(row.items()),)),), f"Covered, {known[fold(stage)]}"
        )
    choices = [_SHORTAGE, *(str(r.rule) for r in rules.values()), *targets.values()]
    raise CaseError([problem("frontier-unknown", found=against, hint=nearest(against, choices))])


def short(net: Network, matrix: Matrix) -> Floats:
    """Return the weights of tonnes short, shape (n,)."""
    weights = np.zeros(matrix.shape[1])
    for j, (lead, _, _) in matrix.columns_named("short"):
        weights[j] = sum(float(net.portion[d]) for d in net.together[lead])
    return weights


def _free(table: str, row: str) -> Overlay:
    """Return what makes a rule soft at no penalty."""
    return (Change(Target(table, row, "Hardness"), "=", "Soft"), Change(Target(table, row, "Penalty"), "=", 0.0))


def _of_rule(rule: str, added: Overlay, name: str = "") -> Measure:
    def weights(net: Network, matrix: Matrix) -> Floats:
        row = next(r for r in share_cap.rules(net) if r.rule == rule)
        needed = sum(
            share_cap.base(net, row, g, ts, weighted=False)
            for g in groups.rule_materials(net, row)
            for _, ts in groups.rule_windows(net, "De-risking Rules", row)
        )
        out = np.zeros(matrix.shape[1])
        for j, (table, s, _, _) in matrix.columns_named("slack"):
            if (table, s) == ("De-risking Rules", row.row_id):
                out[j] = 1.0 / needed if needed > 0 else 0.0
        return out

    none = Change(Target("De-risking Rules", rule, "Limit"), "×", 0.0)
    return Measure(name or rule, "share", (*added, *_free("De-risking Rules", rule), none), weights)


def _of_cover(case: Case, target: str | None) -> Measure:
    names = [str(r.target) for r in case.rows("Cover Targets") if target in (None, r.target)]

    def asked(net: Network) -> dict[tuple[int, str, str], tuple[float, float]]:
        """Return (target, item, period) → days and tonnes asked for."""
        out = {}
        for r in days_of_cover.targets(net):
            days = net.case.across("Cover Targets", r)
            for item, _ in days_of_cover.items(net, r) if r.target in names else ():
                need = days_of_cover.required(net, r, item)
                for t in days_of_cover.periods(net, r):
                    if need[t] > 0:
                        out[r.row_id, item, net.timeline.periods[t].label] = float(days[t]), float(need[t])
        return out

    def weights(net: Network, matrix: Matrix) -> Floats:
        wanted = asked(net)
        out = np.zeros(matrix.shape[1])
        for j, (table, s, item, period) in matrix.columns_named("slack"):
            if table == "Cover Targets" and (s, item, period) in wanted:
                days, tonnes = wanted[s, item, period]
                out[j] = days / tonnes / len(wanted)
        return out

    def most(net: Network) -> float:
        wanted = asked(net)
        return sum(days for days, _ in wanted.values()) / len(wanted) if wanted else 0.0

    overlay = tuple(c for name in names for c in _free("Cover Targets", name))
    return Measure(target or "Days of cover", "days missed", overlay, weights, COST_KINDS, most, 1e-2)


__all__ = ["Measure", "Weights", "measure_of", "short"]
