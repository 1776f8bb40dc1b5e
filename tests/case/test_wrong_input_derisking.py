"""What planners get wrong in de-risking rules and their exemptions, and what is right although it looks odd."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, put, read
from tests.case.wrong import Wrong, assert_said, listed, names

_R, _E = "De-risking Rules", "Rule Exemptions"
HOME = {"Rule": "R3", "Metric": "Domestic Share", "Limit_Type": "Min", "2027": "0.1"}
SOLD = {"Rule": "R3", "Metric": "Supplier Share", "Who": "Lynas", "Limit_Type": "Max", "2027": "0.9"}
FROM = {"Rule": "R3", "Metric": "Country Share", "Who": "Japan", "Limit_Type": "Max", "2027": "0.9"}

ALL = [
    Wrong(
        add(_R, **HOME, Who="Japan"),
        "domestic-who",
        "de_risking_rules.csv:4 (Who)",
        "a Domestic Share counts the country of each market; leave Who blank",
    ),
    Wrong(
        both(add(_R, **HOME, Segment="Jets"), put("Demand", "Jets", "Site", "")),
        "domestic-no-country",
        "de_risking_rules.csv:4 (Rule)",
        "Jets has no country: nothing that it gets counts as domestic in rule R3",
    ),
    Wrong(
        put(_R, "R2", "Stage", "Last Exporter"),
        "source-of-no-stage",
        "de_risking_rules.csv:3 (Stage)",
        "a source is who performed a stage; Last Exporter is none",
    ),
    Wrong(
        add(_R, **FROM, Applies="Each"),
        "rule-column-unused",
        "de_risking_rules.csv:4 (Applies)",
        "Applies is not used here: Who names no group",
    ),
    Wrong(
        add(_R, **SOLD, Counted_By="Country of Control"),
        "rule-column-unused",
        "de_risking_rules.csv:4 (Counted By)",
        "Counted By is not used here: a supplier is counted by its name",
    ),
    Wrong(
        add(_R, **FROM, Counted_By="Country of Control", Stage="Last Exporter"),
        "rule-column-unused",
        "de_risking_rules.csv:4 (Counted By)",
        "Counted By is not used here: a lot crosses the border of a place",
    ),
    Wrong(
        put(_R, "R2", "Counted By", "Country of Control"),
        "rule-column-unused",
        "de_risking_rules.csv:3 (Counted By)",
        "Counted By is not used here: a source is a supplier",
    ),
    Wrong(
        both(put(_R, "R2", "Counted By", "Country of Control"), put(_R, "R2", "Source Is", "Country")),
        "rule-column-unused",
        "de_risking_rules.csv:3 (Counted By)",
        "Counted By is not used here: the country of a purchase is where it is handed over",
    ),
    Wrong(
        put(_R, "R1", "Counted By", "Country of Control"),
        "operator-unknown",
        "sites.csv:2 (Operator)",
        "rule R1 counts by control, and its operator is no supplier in table Suppliers: Kuantan counts as controlled from "
        "Malaysia, where it lies",
        ("operator-unknown",),
    ),
    Wrong(
        both(
            put(_R, "R1", "Counted By", "Country of Control"),
            put("Sites", "Kuantan", "Operator", "Lynas"),
            put("Sites", "Works", "Operator", "Someone"),
        ),
        "operator-unknown",
        "sites.csv:3 (Operator)",
        "rule R1 counts by control, and 'Someone' is no supplier in table Suppliers: Works counts as controlled from Japan, "
        "where it lies",
    ),
    Wrong(
        put(_E, "E1", "Supplier", ""),
        "exemption-names-one",
        "rule_exemptions.csv:2 (Supplier)",
        "an exemption names one supplier, site, country, material or segment; found none",
    ),
    Wrong(
        put(_E, "E1", "Country", "China"),
        "exemption-names-one",
        "rule_exemptions.csv:2 (Country)",
        "an exemption names one supplier, site, country, material or segment; found supplier and country",
    ),
    Wrong(
        add(_E, Exemption="E2", Rule="R2", Segment="Motors"),
        "exemption-not-counted",
        "rule_exemptions.csv:3 (Segment)",
        "rule R2 counts by what is bought and can not exempt a segment",
    ),
    Wrong(
        add(_E, Exemption="E2", Rule="R2", Supplier="Lynas"),
        "exemption-not-counted",
        "rule_exemptions.csv:3 (Supplier)",
        "rule R2 counts by sources and can not exempt a supplier",
    ),
    Wrong(
        both(add(_R, **SOLD), add(_E, Exemption="E2", Rule="R3", Country="Japan")),
        "exemption-not-counted",
        "rule_exemptions.csv:3 (Country)",
        "rule R3 counts by supplier and can not exempt a country",
    ),
    Wrong(
        both(add(_R, **FROM, Stage="Last Exporter"), add(_E, Exemption="E2", Rule="R3", Site="Works")),
        "exemption-not-counted",
        "rule_exemptions.csv:3 (Site)",
        "rule R3 counts by last exporter and can not exempt a site",
    ),
    Wrong(
        add(_E, Exemption="E2", Rule="R1", Segment="Jets"),
        "exemption-matches-nothing",
        "rule_exemptions.csv:3 (Segment)",
        "rule R1 does not count Jets: there is nothing to exempt",
    ),
    Wrong(
        put(_E, "E1", "Until", "2025-12-31"),
        "exemption-outside",
        "rule_exemptions.csv:2 (Until)",
        "the exemption has ended before the first period",
    ),
    Wrong(
        put("Export Controls", "C1", "De Minimis", "0.1"),
        "de-minimis-unused",
        "export_controls.csv:2 (De Minimis)",
        "a De Minimis is not used here: the control reaches exports only",
    ),
    Wrong(
        both(put(_R, "R1", "De Minimis", "0.1"), put(_R, "R1", "Material", "NdPr Metal")),
        "de-minimis-unused",
        "de_risking_rules.csv:2 (De Minimis)",
        "a De Minimis is not used here: no element is named",
    ),
    Wrong(
        both(put(_R, "R2", "De Minimis", "0.1"), put(_R, "R2", "Material", "NdPr")),
        "de-minimis-purchases",
        "de_risking_rules.csv:3 (De Minimis)",
        "sources of what is bought are counted whatever it holds; leave De Minimis blank",
    ),
]


FINE: dict[str, Change] = {
    "a rule on an element": put("De-risking Rules", "R1", "Material", "NdPr"),
    "a domestic share": add(_R, **HOME),
    "control where operators are known": both(
        put(_R, "R1", "Counted By", "Country of Control"),
        put("Sites", "Kuantan", "Operator", "Lynas"),
        put("Sites", "Works", "Operator", "Baotou"),
    ),
    "each of a group": put(_R, "R1", "Applies", "Each"),
    "an exempt segment": add(_E, Exemption="E2", Rule="R1", Segment="Motors"),
    "an exempt material": add(_E, Exemption="E2", Rule="R1", Material="NdPr Metal"),
    "a de minimis on an element": both(put(_R, "R1", "De Minimis", "0.001"), put(_R, "R1", "Material", "NdPr")),
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
