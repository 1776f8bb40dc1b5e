"""The plan told in sentences, once: page one of the workbook and the console say the same.

Cash and shortage are never added. What was not run is said to be not run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from model.case.case import Case
from model.plan import CASH_KINDS, Plan
from model.report.building import capital_of
from model.report.cash import cash_ledger
from model.report.controls import controls_table
from model.report.cover import cover_table
from model.report.decisions import decisions_table
from model.report.mixing import mixing_words
from model.report.origin import COVERED, covered_table
from model.report.rulebook import limits_table, rules_table
from model.report.service import short_rows, units_of
from model.report.shape import records
from model.report.sourcing import suppliers_table
from model.report.stocks import days_by_end_use, goals_table
from model.report.view import UNSURE, View
from model.report.words import NOTICEABLE, date_of, listed, money, share, tonnes, units

TURNING_YEAR = (
    2027  # from then on the US defence rules reach every stage, so page one shows this year beside first and last
)
NOT_RUN = "not run"
_MOST_MISSED = 3  # soft rules with a sentence of their own


def state_in_words(case: Case) -> str:
    """Return the state of the export controls that the case assumes, with its meaning where table Control States gives one."""
    state = str(case.settings["control_state"])
    meaning = next((r.meaning for r in case.rows("Control States") if r.state == state and r.meaning), "")
    return f"{state}: {meaning}" if meaning else state


@dataclass(frozen=True)
class Story:
    """A plan, beside As Is where that exists."""

    case: Case
    plan: Plan
    as_is: Plan | None = None

    @cached_property
    def view(self) -> View:
        """The plan looked up."""
        return View(self.case, self.plan)

    @cached_property
    def beside(self) -> View | None:
        """As Is looked up."""
        return View(self.case, self.as_is) if self.as_is is not None else None

    @cached_property
    def milestones(self) -> list[int]:
        """The first period, the last of 2027 and the last of all, each once."""
        last = len(self.view.periods) - 1
        turning = [p.index for p in self.view.periods if p.year == TURNING_YEAR]
        return sorted({0, *turning[-1:], last})

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Cash of the plan by what causes it."""
        ledger = cash_ledger(self.view)
        return ledger[ledger["kind"].isin(CASH_KINDS)]

    @cached_property
    def rules(self) -> pd.DataFrame:
        """How the plan stands to the rules on origin."""
        return rules_table(self.view)

    @cached_property
    def limits(self) -> pd.DataFrame:
        """How the plan stands to the limits."""
        return limits_table(self.view)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """How the plan stands to the targets of days of cover."""
        return cover_table(self.view)

    # ---- 1 cost ---------------------------------------------------------------------------------------------------

    def cost(self) -> list[str]:
        """Return what the plan costs, against As Is, and what is committed by when."""
        s, line = self.case.settings, self.view.line
        years = (line.end - line.start) / 12
        of = f"{s['price_year']} " if s["price_year"] else ""
        data = f"With data as of {s['data_as_of']}" if s["data_as_of"] else "With data of no stated date"
        state = f" and export controls as follows ({state_in_words(self.case)})" if s["control_state"] else ""
        cash, plain = self.plan.cost(*CASH_KINDS), self.plan.cost(*CASH_KINDS, discounted=False)
        out = [
            f"{data}{state}, the plan costs {money(cash)} in cash over {years:g} years, discounted at "
            f"{share(s['discount_rate'])} to {date_of(line.base)}; undiscounted {money(plain)} in {of}{s['currency']}.",
            self._against_as_is(),
            self._committed(),
        ]
        penalties = self.plan.cost("Penalties")
        if penalties > 0:
            out.append(f"Missing soft rules is valued at {money(penalties)} discounted; that is not cash.")
        return out

    def _against_as_is(self) -> str:
        if self.beside is None:
            return "As Is (commitments and renewals only): not run, or does not exist."
        assert self.as_is is not None
        cash = self.as_is.cost(*CASH_KINDS)
        more = self.plan.cost(*CASH_KINDS) - cash
        ours, theirs = (float(p.tables["shortages"]["tonnes"].sum()) for p in (self.plan, self.as_is))
        return (
            f"As Is (commitments and renewals only) costs {money(cash)} and leaves {tonnes(theirs)} short; the plan "
            f"costs {money(abs(more))} {'more' if more >= 0 else 'less'} and leaves "
            f"{tonnes(ours) if ours >= NOTICEABLE else 'nothing'} short."
        )

    def _committed(self) -> str:
        view = self.view
        first = self.ledger[
            (self.ledger["period"] == view.period(0)) & self.ledger["kind"].isin(("Purchases", "Orders", "Permits"))
        ]
        bought = float(first[first["kind"] != "Permits"]["amount"].sum())
        permits = float(first[first["kind"] == "Permits"]["amount"].sum())
        built = sum(
            capital_of(view, view.projects[p], label, float(size))
            for p, label, size in view.rows("builds")
            if label == view.period(0)
        )
        return (
            f"Committed by the end of {view.period(0)}: {money(bought + permits + built)} – purchases {money(bought)}, "
            f"permits {money(permits)}, capital of builds started {money(built)}."
        )

    # ---- 2 shortage -----------------------------------------------------------------------------------------------

    def shortage(self) -> list[str]:
        """Return who goes short, by how much, from when to when, and when that ends."""
        found = short_rows(self.view)
        if not found:
            return ["Nobody goes short: every need is served in every period."]
        out = []
        for d, missing, stops, first, last in found:
            number = units_of(d, stops)
            made = ""
            if number is not None and d.product:
                made = (
                    f" ({units(number, d.product)} not built or served)"
                    if number >= 1
                    else f" (no {d.product} stops for it)"
                )
            end = (
                "not before the plan ends"
                if last == len(self.view.periods) - 1
                else f"{self.view.start(last + 1)} at the earliest"
            )
            span = self.view.period(first) + (f" to {self.view.period(last)}" if last > first else "")
            what = d.material
            if d.in_units:
                what = listed([e.material for e in self.view.net.demand if e.row_id == d.row_id])
            out.append(
                f"{d.segment} ({d.end_use.lower()}): {tonnes(missing)} of {what} go short{made}, {span}; "
                f"the shortage ends {end}."
            )
        return out

    # ---- 3 decisions ----------------------------------------------------------------------------------------------

    def decisions(self, most: int = 5) -> list[str]:
        """Return the first decisions, the dearest first, with the day by which they have to be taken."""
        table = decisions_table(self.view)
        if table.empty:
            return ["Nothing has to be decided in the first two years."]
        first = table[table["start_by"] == table["start_by"].min()].reset_index(drop=True)
        first = first[first["money"].notna()].sort_values("money", ascending=False, kind="stable").head(most)
        out = [
            f"{_taken(r)}: {money(r.money)}, by {r.start_by}; {r.answers.split('; stock at')[0]}."
            for r in records(first)
        ]
        rest = len(table) - len(out)
        return [
            *out,
            f"{rest} further decision{' of the first two years stands' if rest == 1 else 's of the first two years stand'} on "
            f"Decisions. Cost of waiting: {NOT_RUN}.",
        ]

    # ---- 4 origin and rules ---------------------------------------------------------------------------------------

    def origin(self) -> list[str]:
        """Return the covered-country share by stage, and whether the rules are met."""
        table = covered_table(self.view)
        out = []
        if COVERED not in self.view.net.places.groups:
            out.append(f"Share of covered countries: the case has no country group {COVERED}.")
        elif table.empty:
            out.append("Share of covered countries: nothing is bought or made.")
        for stage, rows in table.groupby("stage", sort=False):
            by_period = dict(zip(rows["period"], rows["share"], strict=True))
            parts = [
                f"{share(by_period[label]) if label in by_period else 'none made'} in {label}"
                for label in (self.view.period(t) for t in self.milestones)
            ]
            out.append(f"{stage} in covered countries, by what is bought or made: {', '.join(parts)}.")
        return out + self._rules_met()

    def _rules_met(self) -> list[str]:
        rules, limits = self.rules, self.limits
        law = rules[rules["force"] == "Law"]
        out = []
        if len(law):
            missed = law[law["missed_by"] > NOTICEABLE]["rule"].unique()
            out.append(
                "Legal rules: " + (f"missed: {listed(list(missed))}." if len(missed) else "all met in every period.")
            )
        else:
            out.append("Legal rules: none is in force in the case.")
        broken: dict[str, list[str]] = defaultdict(list)
        for name, table in (("rule", rules), ("limit", limits), ("target", self.targets)):
            windows = table["period" if name == "target" else "window"]
            for rule, window, by in zip(table[name], windows, table["missed_by"], strict=True):
                if by > NOTICEABLE:
                    broken[rule].append(window)
        spans = {rule: w[0] if len(w) == 1 else f"{w[0]} to {w[-1]}" for rule, w in broken.items()}
        if len(spans) > _MOST_MISSED:
            named = [f"{rule} ({span})" for rule, span in spans.items()]
            return [*out, f"Missed at a penalty: {listed(named, 2 * _MOST_MISSED)}."]
        out += [f"Missed at a penalty: {rule}, {span}." for rule, span in spans.items()]
        return out if broken else [*out, "No soft rule is missed."]

    # ---- 5 cover --------------------------------------------------------------------------------------------------

    def cover(self) -> list[str]:
        """Return days of cover by end use, and how the stock goals are met."""
        if not self.view.net.stock_rows:
            return ["No stock can be held in this case."]
        out = self._targets_met()
        found = {t: days_by_end_use(self.view, t) for t in self.milestones}
        for use in found[self.milestones[0]]:
            parts = [
                f"{days:.0f} days" if (days := found[t][use]) is not None else "no demand" for t in self.milestones
            ]
            when = [self.view.period(t) for t in self.milestones]
            out.append(f"{use}: " + ", ".join(f"{p} at the end of {w}" for p, w in zip(parts, when, strict=True)) + ".")
        goals = goals_table(self.view)
        for goal, rows in goals.groupby("goal", sort=False):
            useless = rows[rows["held"] - rows["usable"] > NOTICEABLE]
            if len(useless):
                r = useless.iloc[-1]
                out.append(
                    f"{goal}: of {tonnes(r['held'])} held at the end of {r['period']}, only {tonnes(r['usable'])} can "
                    "be used by whom the stock can reach."
                )
        return [*out, f"First line to stop if supply is cut off, and when: {NOT_RUN}."]

    def _targets_met(self, most: int = 4) -> list[str]:
        """Return days of cover against targets, those that are missed first: at milestones, and where most is missing."""
        out = []
        missed = self.targets.groupby(["target", "covers"], sort=False)["missed_by"].max() > NOTICEABLE
        order = sorted(missed.index, key=lambda name: not missed[name])
        for target, covers in order[:most]:
            rows = self.targets[(self.targets["target"] == target) & (self.targets["covers"] == covers)]
            shown = rows[rows["period"].isin([self.view.period(t) for t in self.milestones])]
            shown = shown if len(shown) else rows.tail(1)
            parts = [
                f"{'no need follows' if pd.isna(r.days_held) else f'{r.days_held:.0f}'} of {r.days_target:.0f} days at "
                f"the end of {r.period}"
                for r in records(shown)
            ]
            worst = max(records(rows), key=lambda r: float(r.missed_by))
            short = (
                f"; most is missing at the end of {worst.period}, {tonnes(worst.missed_by)}"
                if worst.missed_by > NOTICEABLE
                else ""
            )
            out.append(f"{target} ({covers}): {', '.join(parts)}{short}.")
        if order[most:]:
            also = sum(bool(missed[name]) for name in order[most:])
            out.append(
                f"{len(order) - most} further cover targets stand on Stockpiles; {also} of them are missed at times."
            )
        return out

    # ---- 6 what binds ---------------------------------------------------------------------------------------------

    def binding(self, most: int = 6) -> list[str]:
        """Return the rules of which nothing is left."""
        found: dict[str, list[str]] = defaultdict(list)
        controls = controls_table(self.view)
        tables = (("control", controls), ("rule", self.rules), ("limit", self.limits), ("target", self.targets))
        for name, table in tables:
            bound = table[table["binding"] == "Yes"]
            for rule, window in zip(bound[name], bound["period" if name == "target" else "window"], strict=True):
                found[rule].append(window)
        if not found:
            return [f"No rule binds. Shadow prices: {NOT_RUN}."]
        words = [
            f"{rule} ({w[0] if len(set(w)) == 1 else f'{len(set(w))} periods, {w[0]} to {w[-1]}'})"
            for rule, w in found.items()
        ]
        return [f"Nothing is left of: {listed(words, most)}.", f"What each rule costs (shadow prices): {NOT_RUN}."]

    # ---- 7 and 8 confidence ----------------------------------------------------------------------------------------

    def assumptions(self, most: int = 3) -> list[str]:
        """Return the rows of lowest confidence that carry most cash."""
        by_row = self.ledger.groupby(["confidence", "table", "row"], as_index=False)["discounted"].sum()
        unsure = (
            by_row[by_row["confidence"].isin(UNSURE)]
            .sort_values("discounted", ascending=False, kind="stable")
            .head(most)
        )
        if unsure.empty:
            return [f"No cash rests on confidence D or E. Switching values: {NOT_RUN}."]
        words = [f"{r.row} ({r.table}, confidence {r.confidence}, {money(r.discounted)})" for r in records(unsure)]
        return [
            f"Of lowest confidence and carrying most cash: {listed(words)}.",
            f"At which values the decisions would change (switching values): {NOT_RUN}.",
        ]

    def certainty(self) -> list[str]:
        """Return how much of the cash rests on low confidence, the gap in money, and what identifies the plan."""
        gross = self.ledger[self.ledger["discounted"] > 0]
        whole = float(gross["discounted"].sum())
        out = []
        if whole > 0:
            unsure, silent = (
                float(gross[gross["confidence"].isin(c)]["discounted"].sum()) / whole for c in (UNSURE, ("",))
            )
            out.append(
                f"{share(unsure)} of the cash spent rests on confidence D or E, {share(silent)} on rows without a "
                "confidence."
            )
        out += [said] if (said := mixing_words(self.case, self.plan)) else []
        return [*out, self.gap(), f"Plan fingerprint {self.view.fingerprint}; the run's own id stands on sheet About."]

    def gap(self) -> str:
        """Return how good the plan is proven to be, in money."""
        s = self.plan.summary
        gap = s.get("gap_money")
        if gap is None:
            return "How much a better plan could save is not known."
        most = (
            f"a better plan could save {money(gap)} at most, valued shortage included"
            if gap > 5e-5
            else "no plan is better"
        )
        return f"Proven: {most}." if s.get("proven", True) else f"NOT PROVEN, the run was stopped: {most}."

    # ---- all ------------------------------------------------------------------------------------------------------

    def chapters(self) -> list[tuple[str, list[str]]]:
        """Return (heading, sentences) in the order of page one."""
        return [
            ("What it costs", self.cost()),
            ("Who goes short", self.shortage()),
            ("What to decide first", self.decisions()),
            ("Where it comes from, and the rules", self.origin()),
            ("How long stock lasts", self.cover()),
            ("What stands in the way", self.binding()),
            ("What it rests on", self.assumptions()),
            ("How sure it is", self.certainty()),
        ]

    def suppliers(self, most: int = 5) -> str:
        """Return who supplies most, in one sentence."""
        table = suppliers_table(self.view)
        if table.empty:
            return "Nothing is bought."
        total = float(table["total"].sum())
        by = table.groupby("supplier", sort=False)["total"].sum().sort_values(ascending=False, kind="stable")
        return (
            "Supplied by "
            + listed([f"{name} {tonnes(float(x))} ({share(float(x) / total)})" for name, x in by.items()], most)
            + "."
        )


def _taken(decision: Any) -> str:
    """Return what is decided, how much of it, and with whom, in words."""
    d = decision
    size = "" if pd.isna(d.quantity) else f"{d.quantity:,.1f}".removesuffix(".0") + f" {d.unit}"
    if d.decision == "Buy":
        return f"Buy {size} of {d.what} in {d.period}, from {d.with_whom}"
    if size:
        return f"{d.decision} {d.what}, {size}, with {d.with_whom}"
    return f"{d.decision} {d.what}, {d.with_whom}" if d.with_whom else f"{d.decision} {d.what}"
