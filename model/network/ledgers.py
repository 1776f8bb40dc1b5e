"""Ledgers: a share rule above zero may attribute by itself, beside the joint label, so that size grows with the sum of rules.

Bans, rights, licences, duties, derived content and the place of the last stage always keep one joint label. A ledger is a
network of its own over the same places, whose labels tell the joint label and the marks of its rules; everything that moves
under a joint label is split in each ledger. Two ledgers may split the same tonne differently: that is a relaxation, so the
cost found is a lower bound of the cost of one attribution for all rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.case.case import Case, Row
from model.case.places import Places
from model.network.labels import Label, country_flag
from model.network.predicates import ANY_STAGE, rule_counts

if TYPE_CHECKING:
    from model.network.network import Network

_NAMED = 6  # rules named in a sentence
MOST_LABELS = 40  # at one (place, material); beyond that, Automatic goes per rule


@dataclass(frozen=True)
class RuleLedger:
    """The attribution that some share rules keep for themselves.

    Attributes
    ----------
    name : str
        The names of the rules, joined by "|".
    rules : frozenset of int
        Their row ids.
    own : frozenset of str
        The flags that the ledger tells apart and the joint label does not.
    network : Network
        The same places, lanes and recipes with the ledger's labels.
    joint : tuple of int
        For each label of the ledger, the joint label that it refines.
    """

    name: str
    rules: frozenset[int]
    own: frozenset[str]
    network: Network
    joint: tuple[int, ...]

    def marks(self, label: int) -> str:
        """Return what a label of the ledger says beyond the joint label, as a text."""
        return "|".join(sorted(self.network.labels[label].flags & self.own))


def may_stand_apart(case: Case, rule: Row) -> bool:
    """Return whether a share rule may keep a ledger: at no time does it forbid a source, or all others, altogether."""
    limits = case.across("De-risking Rules", rule)
    limits = limits[~np.isnan(limits)]
    forbids = rule.limit_type in ("Max", "Fixed") and bool((limits <= 0).any())
    forbids |= rule.limit_type in ("Min", "Fixed") and bool((limits >= 1).any())
    return bool(len(limits)) and not forbids


def separable(case: Case, places: Places) -> dict[frozenset[str], list[Row]]:
    """Return flags → share rules that may keep a ledger; rules whose flags coincide share one.

    Rules all of whose flags the joint label tells anyway are left out.
    """
    named = {s: {f.text for c in counts for f in c.flags} for s, counts in rule_counts(case, places).items()}
    rules = [r for r in case.rows("De-risking Rules") if named.get(r.row_id)]
    apart = [r for r in rules if may_stand_apart(case, r)]
    joint = {flag for r in rules if r not in apart for flag in named[r.row_id]}
    joint |= {country_flag(False, t.stage, places.countries_of(t.origin)) for t in case.rows("Tariffs")}
    joint |= {
        country_flag(False, ANY_STAGE, frozenset({c.jurisdiction}))
        for c in case.rows("Export Controls")
        if c.reach == "Derived Content"
    }
    out: dict[frozenset[str], list[Row]] = {}
    for r in apart:
        own = frozenset(named[r.row_id] - joint)
        if own:
            out.setdefault(own, []).append(r)
    return out


def fits_jointly(net: Network) -> bool:
    """Trace joint labels where the setting, or the number of labels, allows it; return whether they have been traced."""
    setting = net.case.settings["attribution"]
    # What taints must be told of every lot at once.
    if setting == "Joint" or net.taints or not separable(net.case, net.places):
        return net.traced()
    return bool(setting == "Automatic" and net.traced(MOST_LABELS))


def apart(net: Network) -> frozenset[str]:
    """Return all flags that ledgers tell apart and the joint label does not."""
    return frozenset().union(*separable(net.case, net.places))


def ledgers_of(net: Network) -> tuple[RuleLedger, ...]:
    """Return the ledgers of a network that does without their flags; As Is has no rules of the buyer's own."""
    if net.scope.as_is or not net.relevance.apart:
        return ()
    return tuple(_ledger(net, own, rules) for own, rules in separable(net.case, net.places).items())


def _ledger(net: Network, own: frozenset[str], rules: list[Row]) -> RuleLedger:
    from model.network.network import Network

    fine = Network(net.case, net.scope, joint=net, apart=net.relevance.apart - own)
    joint = tuple(net.number_of(Label(label.right, label.flags - own)) for label in fine.labels)
    return RuleLedger("|".join(r.rule for r in rules), frozenset(r.row_id for r in rules), own, fine, joint)


def in_words(ledgers: Sequence[RuleLedger]) -> str:
    """Return the sentence that says which rules attribute by themselves and what that means; "" where none does."""
    if not ledgers:
        return ""
    names = [name for book in ledgers for name in book.name.split("|")]
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return (
        f"origin is attributed per rule ({shown}): a tonne may count as of one origin under one rule and of another under "
        "the next, so that cost and shortage are a lower bound of what one attribution for all rules would need"
    )
