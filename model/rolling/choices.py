"""What the meeting made of a plan's decisions: accepted, rejected, changed, or fixed because the plan is frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from model.problems import Problem, problem
from model.report.decisions import adoption_in_words, buys_by_year, decisions_table
from model.report.shape import records
from model.report.view import View
from model.rolling.forms import DECISIONS
from model.schema.parse import parse
from model.schema.typed import TableData
from model.schema.values import fold, is_blank

KINDS = ("Buy", "Build", "Start permit", "Qualify", "Sign", "Give notice", "Renew", "Leave", "Adopt")
Verdict = Literal["Accepted", "Rejected", "Frozen", "Open"]


@dataclass(frozen=True)
class Choice:
    """One decision of the plan and what became of it.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
        Other decisions, such as to fill a stock, are not carried over.
    item : str
        Offer or project.
    amounts : mapping of int to float
        t by period, or the size of a build.
    """

    kind: str
    item: str
    what: str
    period: str
    amounts: dict[int, float]
    verdict: Verdict = "Open"
    changed_to: float | None = None
    owner: str = ""
    date: str = ""

    @property
    def factor(self) -> float:
        """What the planned quantity is multiplied by."""
        planned = sum(self.amounts.values())
        return 1.0 if self.changed_to is None or planned <= 0 else self.changed_to / planned


def planned_choices(view: View) -> list[Choice]:
    """Return every purchase, build, permit, qualification, signature and adoption, in the words of sheet Decisions."""
    out = [
        Choice("Buy", offer, f"{view.offers[offer].material} ({offer})", name, mine)
        for offer, name, mine in buys_by_year(view)
    ]
    for project, label, size in view.rows("builds"):
        row = view.projects[project]
        out.append(Choice("Build", project, f"{project} ({row.line})", label, {view.at[label]: float(size)}))
    for project, label in view.rows("permits"):
        row = view.projects[project]
        out.append(Choice("Start permit", project, f"{project} ({row.line})", label, {view.at[label]: 0.0}))
    for name, label in view.rows("contracts"):
        out.append(Choice("Sign", name, f"contract {name}", label, {view.at[label]: 0.0}))
    for segment, material, substitute, label in view.rows("adoptions"):
        item = f"{segment} / {material} / {substitute}"
        out.append(
            Choice("Adopt", item, adoption_in_words(segment, material, substitute), label, {view.at[label]: 0.0})
        )
    for kind, table in (("Give notice", "notices"), ("Renew", "renewals")):
        for name, label in view.rows(table):
            out.append(Choice(kind, name, f"contract {name}", label, {view.at[label]: 0.0}))
    for name, label in view.rows("departures"):
        what = f"{view.commitments[name].material} ({name})"
        out.append(Choice("Leave", name, what, label, {view.at[label]: 0.0}))
    shown = [(r.what, r.period) for r in records(decisions_table(view)) if r.decision == "Qualify"]
    for name, label in view.rows("qualifications"):
        what = next((w for w, p in shown if p == label and w.endswith(f"({name})")), name)
        out.append(Choice("Qualify", name, what, label, {view.at[label]: 0.0}))
    return out


def frozen(view: View, choices: list[Choice], until: dt.date | None) -> list[Choice]:
    """Return the choices with those that nobody rejected fixed as planned where they fall due before a day."""
    out = []
    for c in choices:
        due = {t: q for t, q in c.amounts.items() if until is not None and view.start(t) < until}
        if c.verdict != "Open" or not due:
            out.append(c)
            continue
        out.append(_with(c, amounts=due, verdict="Frozen"))
        rest = {t: q for t, q in c.amounts.items() if t not in due}
        if rest:
            out.append(_with(c, amounts=rest))
    return out


def _with(choice: Choice, **changes: Any) -> Choice:
    return replace(choice, **changes)


def read_choices(view: View, path: Path) -> tuple[list[Choice], list[Problem]]:
    """Return the plan's decisions with what is typed beside them in a result workbook, and what is wrong with that."""
    from model.excel.read import read_workbook

    planned = planned_choices(view)
    raws, found = read_workbook(path, {DECISIONS.name: DECISIONS})
    told = [p for p in found if p.level == "error"]
    if not raws:
        return planned, told
    # Between the tables of a sheet stand captions, texts in a row of their own.
    data, more = parse([replace(raw, rows=[row for row in raw.rows if len(row[1]) > 1]) for raw in raws])
    told += [p for p in more if p.level == "error"]
    if DECISIONS.name not in data:
        return planned, told
    by_key = {(fold(c.kind), fold(c.what), fold(c.period)): c for c in planned}
    d = data[DECISIONS.name]
    for i in (int(i) for i in d.frame.index):
        key = tuple(fold(d.frame.at[i, k]) for k in ("decision", "what", "period"))
        told += _judged(d, i, key, by_key)
    return list(by_key.values()), told


def _judged(d: TableData, i: int, key: tuple[str, ...], by_key: dict[Any, Choice]) -> Iterator[Problem]:
    """Put what is typed in a row on its choice, and yield what is wrong with it."""
    cells: dict[str, Any] = {c.name: d.frame.at[i, c.name] for c in d.table.columns}
    accept, reject, changed = (not is_blank(cells[c]) for c in ("accept", "reject", "changed_to"))
    if not (accept or reject or changed):
        return

    def say(code: str, column: str, **fields: object) -> Problem:
        return problem(code, d.locator.address(i, column), table=d.table.name, row=d.locator.row(i), **fields)

    choice = by_key.get(key)
    if choice is None:
        kinds = {c.kind for c in by_key.values()} | set(KINDS)
        if cells["decision"] in kinds:
            yield say("decision-unknown", "what", what=cells["what"], period=cells["period"])
        elif accept or changed:
            yield say("decision-not-carried", "decision", decision=cells["decision"], what=cells["what"])
        return
    if reject and (accept or changed):
        yield say("decision-both", "reject", what=cells["what"])
        return
    by_key[key] = _with(
        choice,
        verdict="Rejected" if reject else "Accepted",
        changed_to=float(cells["changed_to"]) if changed else None,
        owner="" if is_blank(cells["owner"]) else str(cells["owner"]),
        date="" if is_blank(cells["date"]) else str(cells["date"]),
    )
