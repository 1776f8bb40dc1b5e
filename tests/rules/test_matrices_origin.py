"""Expected rows of controls and rules on origin, written by hand first; see test_matrices."""

from __future__ import annotations

from tests.rules.matrix import assert_rows
from tests.rules.matrix_cases import CONTROL, rule, world


def test_export_quota():
    """What leaves China, for either use, is 30 t at most; what comes from Chile does not count."""
    c = world(export_controls=[{**CONTROL, "kind": "Quota", "2026": 30}])
    assert_rows(c, "export_quota", "flow[Harbour→Coast,Oxide,last:China→free,2026] <= 30")


def test_a_ban_is_a_quota_of_nothing():
    """The flow is split by what the ban sees: only what leaves for arms is banned."""
    c = world(export_controls=[{**CONTROL, "kind": "Ban", "end_use": "Military"}])
    assert_rows(c, "export_quota", "flow[Harbour→Coast,Oxide,last:China→for Military,2026] <= 0")


def test_licence_grant():
    """A licence for civil use is granted 40 % of the 100 t that cars need, and 7 t were granted before the plan."""
    row = {**CONTROL, "kind": "Licence", "end_use": "Civil", "approval_rate": 0.4}
    assert_rows(
        world(export_controls=[row]), "licence_grant", "flow[Harbour→Coast,Oxide,last:China→for Civil,2026] <= 40"
    )
    more = world(export_controls=[row | {"2026": 7}])
    assert_rows(more, "licence_grant", "flow[Harbour→Coast,Oxide,last:China→for Civil,2026] <= 47")


def test_derived_content():
    """Whatever was worked in China counts where arms are delivered, 0.5 t of Dy in each t of oxide, and Chile's does not. The
    control names military use, so what leaves China leaves for it or for other uses."""
    c = world(
        contents=[{"element": "Dy", "material": "Oxide", "content": 0.5}],
        export_controls=[
            {**CONTROL, "material": "Dy", "kind": "Quota", "reach": "Derived Content", "end_use": "Military", "2026": 3}
        ],
    )
    assert_rows(c, "derived_content", "0.5 deliver[Arms,Oxide,country:Any Stage:China&for Military,2026] <= 3")


def test_share_cap():
    """A quarter of 120 t of need, delivered or not: 30 t."""
    assert_rows(
        world(de_risking_rules=[rule()]),
        "share_cap",
        "deliver[Cars,Oxide,country:Any Stage:China,2026] + deliver[Arms,Oxide,country:Any Stage:China,2026] <= 30",
    )


def test_share_cap_of_least_counts_what_is_from_there():
    """At least a quarter for cars from Chile, else the slack is paid: what is not from elsewhere counts."""
    soft = rule(who="Chile", limit_type="Min", segment="Cars", hardness="Soft", penalty=1.0)
    assert_rows(
        world(de_risking_rules=[soft]),
        "share_cap",
        "deliver[Cars,Oxide,free,2026] + slack[Oxide / Chile,2026] >= 25",
    )


def test_source_count():
    """A source counts from a tenth of 120 t."""
    c = world(de_risking_rules=[{"rule": "R", "metric": "Sources", "limit_type": "Min", "2026": 2}])
    assert_rows(
        c,
        "source_count",
        """
        purchase[North,2026] - 12 counted[Oxide,North,2026] >= 0
        purchase[South,2026] - 12 counted[Oxide,South,2026] >= 0
        counted[Oxide,North,2026] + counted[Oxide,South,2026] >= 2
        """,
    )
