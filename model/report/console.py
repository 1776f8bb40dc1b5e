"""The plan in some fifteen plain lines, for the end of a run."""

from __future__ import annotations

import pandas as pd

from model.case.case import Case
from model.plan import Plan
from model.report.building import projects_table
from model.report.shape import records
from model.report.story import Story, state_in_words
from model.report.words import listed, tonnes


def plan_lines(case: Case, plan: Plan, as_is: Plan | None = None) -> list[str]:
    """Return the plan in plain lines: how good it is, its cost, who supplies, who goes short, what binds.

    Parameters
    ----------
    case : Case
        The case that was planned.
    plan : Plan
        Its plan.
    as_is : Plan, optional
        Commitments and incumbents only, to compare with.

    Returns
    -------
    list of str
        Some fifteen lines, without line breaks.
    """
    story = Story(case, plan, as_is)
    cost = story.cost()
    lines = [story.gap(), _short_cost(story, cost[0]), *cost[1:3], story.suppliers(), *_projects(story)]
    lines += story.shortage()[:4]
    lines += story.decisions(most=3)[:3]
    lines += [line for line in story.cover() if "not run" not in line][:4]
    lines += [line for line in story.origin() if line.startswith(("Legal", "Missed"))][:3]
    lines += story.binding(most=4)[:1]
    return lines


def _short_cost(story: Story, sentence: str) -> str:
    """Return the first sentence on cost without the state of the controls, which may fill several lines."""
    state, words = story.case.settings["control_state"], state_in_words(story.case)
    short = f" and export controls in state {state}" if words != state else ""
    return sentence.replace(f" and export controls as follows ({words})", short)


def _projects(story: Story) -> list[str]:
    table = projects_table(story.view)
    if table.empty:
        return []
    words = []
    for r in records(table[table["decision"] != "Not built"]):
        permit = "" if pd.isna(r.permit_start) else f"permit from {r.permit_start}"
        build = (
            ""
            if pd.isna(r.size)
            else f"{tonnes(float(r.size))}/y, construction from {r.construction_start}, runs from {r.commissioning}"
        )
        words.append(f"{r.project} ({', '.join(x for x in (permit, build) if x)})")
    return [f"Built: {listed(words, 3)}." if words else "Nothing is built, and no permit is taken."]
