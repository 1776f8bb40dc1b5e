"""What planners get wrong with licences and tariffs; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, both, drop, put, read
from tests.case.wrong import Wrong, assert_said, listed, names

YEARS = ("2026", "2027", "2028", "2029")

LICENCES = [
    Wrong(
        put("Export Controls", "C3", "Approval Rate", ""),
        "licence-without-rate",
        "export_controls.csv:4 (Approval Rate)",
        "a Licence needs an Approval Rate",
    ),
    Wrong(
        put("Export Controls", "C3", "2027", "50"),
        "licence-with-volume",
        "export_controls.csv:4 (2027)",
        "a Licence grants a share of its Base; what its volumes say is granted besides",
    ),
    Wrong(
        put("Export Controls", "C1", "Approval Rate", "0.5"),
        "licence-column-unused",
        "export_controls.csv:2 (Approval Rate)",
        "a Quota has no use for Approval Rate; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C2", "Base", "100"),
        "licence-column-unused",
        "export_controls.csv:3 (Base)",
        "a Ban has no use for Base; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C1", "Delay", "2"),
        "licence-column-unused",
        "export_controls.csv:2 (Delay)",
        "a Quota has no use for Delay; only a Licence has",
    ),
    Wrong(
        put("Export Controls", "C3", "Reach", "Derived Content"),
        "licence-derived",
        "export_controls.csv:4 (Reach)",
        "a Licence can not reach Derived Content; take a Ban, a Quota or a Licensed Volume",
    ),
    Wrong(
        put("Export Controls", "C3", "Delay", "48"),
        "licence-delay-beyond-horizon",
        "export_controls.csv:4 (Delay)",
        "with a delay of 48 months nothing is granted before the plan ends: the control forbids everything",
    ),
    Wrong(
        put("Export Controls", "C3", "Material", "NdPr Oxide"),
        "licence-base-zero",
        "export_controls.csv:4 (Base)",
        "no demand that the control matches has NdPr Oxide in it, so that nothing is granted; fill Base, or name an "
        "element",
    ),
    Wrong(
        put("Export Controls", "C2", "Reach", "Derived Content"),
        "derived-matches-nothing",
        "export_controls.csv:3 (Material)",
        "no demand that the control matches has NdPr Oxide in it, so that no derived content is seen; name an element",
    ),
]

TARIFFS = [
    Wrong(
        put("Materials", "NdPr Metal", "Reference Value", ""),
        "tariff-without-value",
        "materials.csv:3 (Reference Value)",
        "tariff D1 is taken on NdPr Metal, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price",
    ),
    Wrong(
        both(
            drop("Lanes"),
            put("Tariffs", "D1", "Material", "Any"),
            put("Materials", "NdPr Metal", "Reference Value", ""),
        ),
        "tariff-without-value",
        "materials.csv:3 (Reference Value)",
        "tariff D1 is taken on NdPr Metal, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price",
    ),
    Wrong(
        both(*(put("Tariffs", "D1", y, "") for y in YEARS)),
        "tariff-without-rate",
        "tariffs.csv:2 (Tariff)",
        "tariff D1 has no rate in any period and charges nothing",
    ),
    Wrong(
        put("Tariffs", "D1", "2027", "25"),
        "tariff-rate-high",
        "tariffs.csv:2 (2027)",
        "a rate of 25 is 2500 per cent; 5 per cent is 0.05 or 5%",
    ),
    Wrong(
        put("Tariffs", "D1", "Origin", "Allies"),
        "tariff-own-origin",
        "tariffs.csv:2 (Origin)",
        "USA takes the duty and is of origin Allies too: what it made itself is charged when it comes back",
    ),
    Wrong(
        put("Tariffs", "D1", "Material", "Ce Oxide"),
        "tariff-charges-nothing",
        "tariffs.csv:2 (Importer)",
        "nothing of Ce Oxide comes to USA: the tariff charges nothing",
    ),
    Wrong(
        both(put("Tariffs", "D1", "Importer", "Australia"), put("Tariffs", "D1", "Material", "Any"), drop("Lanes")),
        "tariff-charges-nothing",
        "tariffs.csv:2 (Importer)",
        "no material comes to Australia: the tariff charges nothing",
    ),
]

ALL = [*LICENCES, *TARIFFS]

FINE: dict[str, Change] = {
    "a fee that nothing pays": put("Export Controls", "C2", "Fee", "5"),
    "a base instead of a need": both(
        put("Export Controls", "C3", "Material", "NdPr Oxide"), put("Export Controls", "C3", "Base", "100")
    ),
    "derived content by element": both(
        put("Export Controls", "C2", "Material", "NdPr"), put("Export Controls", "C2", "Reach", "Derived Content")
    ),
    "no value where no duty is taken": both(drop("Lanes"), put("Materials", "NdPr Oxide", "Reference Value", "")),
    "a high duty": put("Tariffs", "D1", "2026", "1.45"),
}


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)
