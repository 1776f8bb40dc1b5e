"""Plans whose plants run on feed that nobody can have sold."""

from __future__ import annotations

import pytest

from model.auditor import audit
from tests.audit.corrupt import change, more
from tests.rules.micro import plan_of
from tests.rules.test_tightness import fed


def test_runs_take_no_more_feed_than_could_be_bought():
    """30 t of feed a year may be bought, 90 t by 2028, and 1 t is taken per unit run. Runs of 100 t more by then are beyond it.

    If less could be bought, the plan as it is takes too much.
    """
    c = fed()
    plan = plan_of(c)
    assert audit(c, plan) == []
    run = float(plan.tables["runs"]["units"].sum())
    assert 0 < run <= 90
    spoilt = change("runs", "units", more(100.0), period="2028")(plan)
    found = {v.sentence.split(":")[0]: v.amount for v in audit(c, spoilt) if v.family == "feed_limit"}
    assert found == {"Feed taken by runs up to 2028": pytest.approx(run + 100 - 90)}
    scarce = c.set("Offers", {"offer": "Mine"}, "available_to_us", run / 6)
    short = [v.amount for v in audit(scarce, plan) if v.family == "feed_limit" and "2028" in v.sentence]
    assert short == pytest.approx([run / 2])
