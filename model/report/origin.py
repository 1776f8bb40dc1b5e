"""Where supply comes from, stage by stage, as the case declares it: what the headline on dependence rests on."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.network.predicates import provenance
from model.report.shape import amount, frame_of, mark, part
from model.report.sourcing import stages_of
from model.report.view import View
from model.schema.tables.common import STAGES

COVERED = "Covered"
SHARES = (mark("stage", 14), mark("period", 12), amount("performed"), amount("in_covered_countries"), part("share"))


def covered_table(view: View) -> pd.DataFrame:
    """Return one row per stage and period: t on which the stage was performed, and in covered countries.

    Counted are purchases, commitments and what is recycled, by the stages that they declare, and what own recipes make
    at the stage. Opening stock is not counted. Empty where the case has no country group Covered.
    """
    group = view.net.places.groups.get(COVERED)
    if group is None:
        return frame_of(SHARES, [])
    whole: dict[tuple[str, int], float] = defaultdict(float)
    inside: dict[tuple[str, int], float] = defaultdict(float)
    for stage, country, t, got in _performed(view):
        whole[stage, t] += got
        inside[stage, t] += got if country in group else 0.0
    return frame_of(
        SHARES,
        [
            (s, view.period(t), whole[s, t], inside[s, t], inside[s, t] / whole[s, t])
            for s in STAGES
            for t in view.net.periods
            if whole.get((s, t), 0.0) > 0
        ],
    )


def _performed(view: View) -> list[tuple[str, str, int, float]]:
    out = []
    for table, name, rows in (("purchases", "offer", view.offers), ("committed", "commitment", view.commitments)):
        for (key, t), got in view.sums(table, name, "period").items():
            out += [(stage, country, t, got) for stage, country in stages_of(view, rows[key]).items()]
    recycling = {r.recycling: r for r in view.case.rows("Recycling")}
    for (key, t), got in view.sums("recycled", "recycling", "period").items():
        row = recycling[key]
        done = provenance(row, view.net.material[row.material].stage, "")
        out += [(stage, country, t, got) for stage, country in done.items()]
    for o, _, t, units in view.run():
        if o.recipe.stage:
            made = units * sum(o.per(per, t) for _, per in o.outputs)
            out.append((o.recipe.stage, view.country_of(o.site), t, made))
    return out
