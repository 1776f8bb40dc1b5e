"""Expected rows of the families that look at how origin is kept, written by hand first; see `test_matrices`."""

from __future__ import annotations

from tests.rules.matrix import assert_rows
from tests.rules.matrix_cases import rule, world

CHINA = "country:Any Stage:China"


def test_attribution():
    """At the coast the rule tells two lots where the plan tells one: deliveries are split, what arrives is what it is."""
    c = world(settings={"Attribution": "Per Rule"}, de_risking_rules=[rule(rule="R", segment="Cars")])
    cars, arms = (f"attributed[R,deliver,{segment},Oxide,{CHINA},2026]" for segment in ("Cars", "Arms"))
    assert_rows(
        c,
        "attribution",
        f"""
        {cars} + attributed[R,deliver,Cars,Oxide,free,2026] - deliver[Cars,Oxide,2026] = 0
        {arms} + attributed[R,deliver,Arms,Oxide,free,2026] - deliver[Arms,Oxide,2026] = 0
        flow[Harbour→Coast,Oxide,2026] - {cars} - {arms} = 0
        flow[Bay→Coast,Oxide,2026] - attributed[R,deliver,Cars,Oxide,free,2026] - attributed[R,deliver,Arms,Oxide,free,2026] = 0
        """,
    )
    assert_rows(c, "share_cap", f"{cars} <= 25")


def test_taint():
    """All need is 120 t, more can not pass the store; what arrives from China taints it, what is clean may not leave then."""
    c = world(
        settings={"Mixing": "Taint All"},
        de_risking_rules=[rule()],
        stockpiles=[{"site": "Coast", "material": "Oxide"}],
    )
    assert_rows(
        c,
        "taint",
        f"""
        flow[Harbour→Coast,Oxide,{CHINA},2026] - 120 tainted[Coast,Oxide,{CHINA},2026] <= 0
        deliver[Cars,Oxide,free,2026] + deliver[Arms,Oxide,free,2026] + stock[Coast,Oxide,free,2026]
         + 120 tainted[Coast,Oxide,{CHINA},2026] <= 120
        """.replace("\n         +", " +"),
    )
