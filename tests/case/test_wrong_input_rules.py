"""What planners get wrong with rules, limits and export controls; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, drop, put
from tests.case.wrong import Wrong, assert_said, names

# Without a lot from China the lanes from there join nothing and its controls limit nothing.
NO_ONE_IN_CHINA = ("lane-matches-nothing",) * 2 + ("control-jurisdiction-unused",) * 2

ALL = [
    Wrong(
        put("De-risking Rules", "R2", "Penalty", ""),
        "soft-without-penalty",
        "de_risking_rules.csv:3 (Penalty)",
        "a soft rule needs a Penalty",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Penalty", "5"),
        "penalty-unused",
        "de_risking_rules.csv:2 (Penalty)",
        "a hard rule has no use for a Penalty",
    ),
    Wrong(
        put("De-risking Rules", "R2", "Penalty", "200"),
        "penalty-above-shortage",
        "de_risking_rules.csv:3 (Penalty)",
        "the penalty of 200 USD/kg reaches the lowest shortage cost of 200 USD/kg: the plan may rather stop a line "
        "than miss the "
        "rule",
    ),
    Wrong(
        put("Limits", "L1", "Project", "Expand"),
        "limit-filter",
        "limits.csv:2 (Project)",
        "measure Volume can not be limited by Project",
    ),
    Wrong(
        add("Limits", **{"Limit": "L3", "Measure": "Volume", "Limit_Type": "Min", "Supplier": "Baotou", "2027": "500"}),
        "limits-contradict",
        "limits.csv:4 (2027)",
        "in 2027 at least 500 is asked for here, but at most 400 is allowed at limits.csv:2 (2027)",
    ),
    Wrong(
        add(
            "De-risking Rules",
            **{
                "Rule": "R3",
                "Metric": "Country Share",
                "Who": "Covered",
                "Stage": "Separated",
                "Segment": "Motors",
                "Limit_Type": "Min",
                "2028": "0.7",
                "2029": "0.7",
            },
        ),
        "limits-contradict",
        "de_risking_rules.csv:4 (2028)",
        "in 2028-29 at least 0.7 is asked for here, but at most 0.575 is allowed at de_risking_rules.csv:2 (2028)",
    ),
    Wrong(
        add("Limits", Limit="L3", Measure="Spend", Limit_Type="Max"),
        "rule-without-limit",
        "limits.csv:4 (Limit)",
        "limit L3 has no limit in any period and limits nothing",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Who", "Lynas"),
        "rule-who-kind",
        "de_risking_rules.csv:2 (Who)",
        "metric Country Share counts a country or country group, but 'Lynas' is none",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Metric", "Supplier Share"),
        "rule-who-kind",
        "de_risking_rules.csv:2 (Who)",
        "metric Supplier Share counts a supplier, but 'Covered' is none",
    ),
    Wrong(
        both(
            drop("Suppliers"),
            *(put("Offers", o, c, "Japan") for o in ("O1", "O2") for c in ("Mined In", "Separated In")),
            *(put("Commitments", "K1", c, "Japan") for c in ("Mined In", "Separated In")),
            put("De-risking Rules", "R1", "Stage", "Magnet"),
        ),
        "rule-stage-needs-countries",
        "de_risking_rules.csv:2 (Stage)",
        "no offer declares where its material was made into magnets",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("De-risking Rules", "R1", "Material", "Ce Oxide"),
        "rule-matches-no-demand",
        "de_risking_rules.csv:2 (Material)",
        "rule R1 limits nothing: no demand is of Motors / Ce Oxide",
    ),
    Wrong(
        put("De-risking Rules", "R1", "2027", "65"),
        "rule-share-above-one",
        "de_risking_rules.csv:2 (2027)",
        "a share of 65 is above 1; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("De-risking Rules", "R2", "2027", "0.5"),
        "rule-number-not-whole",
        "de_risking_rules.csv:3 (2027)",
        "a number of sources must be whole, found 0.5",
    ),
    Wrong(
        put("Limits", "L2", "2027", "2.5"),
        "rule-number-not-whole",
        "limits.csv:3 (2027)",
        "a number of offers must be whole, found 2.5",
    ),
    Wrong(
        put("De-risking Rules", "R2", "End Use", "Civil"),
        "rule-sources-segment",
        "de_risking_rules.csv:3 (End Use)",
        "metric Sources counts what is bought and can not be limited to a segment or end use",
    ),
    Wrong(
        put("De-risking Rules", "R2", "2027", "5"),
        "sources-above-suppliers",
        "de_risking_rules.csv:3 (2027)",
        "rule R2 asks for 5 sources, but only 3 suppliers offer NdPr Oxide",
    ),
    Wrong(
        put("De-risking Rules", "R1", "Effective", "2027-07-02"),
        "rule-partly-in-force",
        "de_risking_rules.csv:2 (Effective)",
        "rule R1 is in force for part of 2027 only and is applied there",
    ),
    Wrong(
        put("Export Controls", "C1", "Suspended", "2027-07-01"),
        "rule-partly-in-force",
        "export_controls.csv:2 (Suspended)",
        "control C1 is in force for part of 2027 only and is not applied there",
    ),
    Wrong(
        put("Export Controls", "C1", "Effective", "2031-01-01"),
        "rule-outside-horizon",
        "export_controls.csv:2 (Effective)",
        "control C1 is not in force in any period of the plan",
    ),
    Wrong(
        put("Export Controls", "C2", "2028", "30"),
        "ban-with-volume",
        "export_controls.csv:3 (2028)",
        "a Ban forbids everything; its volumes are not used",
    ),
    Wrong(
        put("Export Controls", "C2", "Kind", "Licensed Volume"),
        "control-without-volume",
        "export_controls.csv:3 (Control)",
        "the control has no volume in any period and limits nothing",
    ),
    Wrong(
        put("Export Controls", "C1", "Jurisdiction", "USA"),
        "control-jurisdiction-unused",
        "export_controls.csv:2 (Jurisdiction)",
        "nothing is offered or made in USA: the control limits nothing",
    ),
    Wrong(
        put("Export Controls", "C1", "Material", "Ce Oxide"),
        "control-material-unused",
        "export_controls.csv:2 (Material)",
        "nobody offers or makes Ce Oxide: the control limits nothing",
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
