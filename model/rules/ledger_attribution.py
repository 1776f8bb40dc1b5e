"""Rules that attribute by themselves, worked out again for the audit: each of their ledgers is read as a plan of its own.

Such a plan has the quantities of the whole plan, split by what the ledger's rules count. It must add up to the whole, balance,
and hide nothing that its rules or the joint labels must remember. Which rules may keep a ledger is decided here anew.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from model.case.case import Row
from model.plan import PLAN_TABLES, Plan, plan_frame
from model.rules.comparison import equal
from model.rules.family import Violation
from model.rules.ledger_exports import ways

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

COLUMNS = PLAN_TABLES["attributed"]
# Table that a ledger splits → its columns, under the names that they have in table `attributed`.
_NAMES = {
    "offer": "name",
    "commitment": "name",
    "recycling": "name",
    "recipe": "name",
    "segment": "name",
    "step": "name",
    "site": "place",
    "from_place": "place",
    "tonnes": "amount",
    "units": "amount",
}
SPLIT = {
    table: tuple(_NAMES.get(c, c) for c in PLAN_TABLES[table])
    for table in (
        "purchases",
        "committed",
        "recycled",
        "flows",
        "runs",
        "inputs",
        "stocks",
        "deliveries",
        "sales",
        "disposals",
    )
}
_BLANK = {"label": 0, "label_after": 0, "amount": 0.0}


def uniform(ledger: str, table: str, row: tuple[Any, ...], marks: str, after: str) -> tuple[Any, ...]:
    """Return a row of a plan table, its joint labels kept, as a row of table `attributed`."""
    values = dict(zip(SPLIT[table], row, strict=True))
    values.setdefault("label_after", values["label"])
    values["name"] = str(values.get("name", ""))
    values |= {"ledger": ledger, "table": table, "marks": marks, "marks_after": after}
    return tuple(values.get(c, _BLANK.get(c, "")) for c in COLUMNS)


def standing_apart(ledger: Ledger) -> dict[str, list[Row]]:
    """Return name → rules of every ledger that may be kept: shares above zero, by what they count."""
    about, case = ledger.about, ledger.case
    if ledger.as_is or case.settings["attribution"] == "Joint":
        return {}
    flags = {r.row_id: {f.text for f in about.flags_of(r)} for r in case.rows("De-risking Rules")}
    apart = [r for r in case.rows("De-risking Rules") if flags[r.row_id] and _above_zero(ledger, r)]
    joint = {f.text for f in (*about.charged_by.values(), *about.derived_from.values())}
    joint |= {t for r in case.rows("De-risking Rules") if r not in apart for t in flags[r.row_id]}
    shared: dict[frozenset[str], list[Row]] = {}
    for r in apart:
        if own := frozenset(flags[r.row_id] - joint):
            shared.setdefault(own, []).append(r)
    return {"|".join(r.rule for r in rules): rules for rules in shared.values()}


def _above_zero(ledger: Ledger, rule: Row) -> bool:
    said = [x for x in ledger.case.across("De-risking Rules", rule) if not np.isnan(x)]
    floor = rule.limit_type != "Min" and min(said, default=0.0) <= 0
    ceiling = rule.limit_type != "Max" and max(said, default=1.0) >= 1
    return bool(said) and not floor and not ceiling


def parts_of(ledger: Ledger) -> Mapping[str, Plan]:
    """Return each ledger of a plan as a plan of its own, its labels numbered anew."""
    frame = ledger.plan.tables.get("attributed")
    if frame is None or tuple(frame.columns) != COLUMNS:
        return {}
    out = {}
    for name, rows in frame.groupby("ledger", sort=False):
        numbers: dict[tuple[int, str], int] = {}
        split: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for record in rows.itertuples(index=False, name=None):
            values = dict(zip(COLUMNS, record, strict=True))
            for column, marks in (("label", "marks"), ("label_after", "marks_after")):
                key = (int(values[column]), str(values[marks]))
                values[column] = numbers.setdefault(key, len(numbers))
            if values["table"] in SPLIT:
                split[values["table"]].append(tuple(values[c] for c in SPLIT[values["table"]]))
        tables = {t: plan_frame(t, split[t]) for t in PLAN_TABLES}
        # Young plants run by themselves, as the builds of the whole plan have them.
        tables |= {"labels": _labels(ledger.plan, numbers), "builds": ledger.plan.tables["builds"]}
        out[str(name)] = Plan(tables, {}, ledger.as_is)
    return out


def _labels(plan: Plan, numbers: Mapping[tuple[int, str], int]) -> Any:
    known = {int(n): (right, flags) for n, right, flags in plan.tables["labels"].itertuples(index=False, name=None)}
    rows = []
    for (joint, marks), number in numbers.items():
        right, flags = known.get(joint, ("Any", ""))
        rows.append((number, right, "|".join(f for f in (flags, marks) if f)))
    return plan_frame("labels", rows)


def broken(ledger: Ledger) -> Iterator[Violation]:
    """Yield everything that is wrong with the ledgers of a plan."""
    from model.rules import joint_output, material_balance

    for name, part in ledger.parts.items():
        if name not in ledger.apart:
            yield Violation("attribution", f"{name} keeps a ledger of its own, which no rule of the case may", 1.0)
        yield from _sums(ledger, name)
        found = [*part.findings, *_sources(part), *material_balance.check(part), *joint_output.check(part)]
        found += [
            Violation("attribution", f"{g} of label {x} leaves {i} for {j} and arrives under label {y}", q)
            for (i, j, g, x, y), _, q, controls in ways(part)
            if controls is None
        ]
        for v in found:
            yield dataclasses.replace(v, family="attribution", sentence=f"in the ledger of {name}: {v.sentence}")


def _sources(part: Ledger) -> Iterator[Violation]:
    from model.rules.offer_limits import as_offered
    from model.rules.recycling import as_declared

    for table, rows in (("purchases", part.offers), ("committed", part.commitments)):
        wrong = {
            key for key in {(k, n) for k, n, _, _ in part.rows[table]} if not as_offered(part, rows[key[0]], key[1])
        }
        for k, n, _, q in part.rows[table]:
            if (k, n) in wrong:
                yield Violation("attribution", f"{k} comes with other marks than it was offered with", q)
    for k, n, _, q in part.rows["recycled"]:
        if not as_declared(part, part.recycling[k], n):
            yield Violation("attribution", f"{k} comes with other marks than are declared of it", q)


def _sums(ledger: Ledger, name: str) -> Iterator[Violation]:
    """Yield every quantity of the plan that a ledger does not split as a whole."""
    keys = [i for i, c in enumerate(COLUMNS) if c not in ("marks", "marks_after", "amount")]
    whole: dict[Any, float] = defaultdict(float)
    split: dict[Any, float] = defaultdict(float)
    for table in SPLIT:
        for row in ledger.rows[table]:
            shape = uniform(name, table, row, "", "")
            whole[tuple(shape[i] for i in keys)] += shape[-1]
    for row in ledger.rows["attributed"]:
        if row[0] == name:
            split[tuple(row[i] for i in keys)] += row[-1]
    for key in sorted(whole.keys() | split.keys(), key=str):
        words = " ".join(str(x) for x in key[1:] if x != "")
        yield from equal(
            "attribution", split.get(key, 0.0), whole.get(key, 0.0), "the ledger of {} splits {}", name, words
        )
