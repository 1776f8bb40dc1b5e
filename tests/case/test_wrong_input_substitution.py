"""What planners get wrong with substitutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.checks import check
from tests.case.base import Change, add, both, put, read, table
from tests.case.wrong import Wrong, assert_said, listed, names


def ferrite(**cells: str) -> Change:
    """Return a substitute from outside the network for what motors need."""
    given = {"Segment": "Motors", "Material": "NdPr Metal", "Substitute": "Ferrite", "Cost": "30", **cells}
    return table("Substitutions", ",".join(given) + "\n" + ",".join(given.values()))


def drawn(**cells: str) -> Change:
    """Return a lower grade of the network in its place."""
    return ferrite(**{"Drawn Material": "NdPr Oxide", "Cost": "0", **cells})


ROBOTS = both(
    add("Demand", Segment="Robots", Product="robot", Site="Dock", **dict.fromkeys(("2026", "2027"), "1000")),
    table("Products", "Product,Material,Content\nrobot,NdPr Metal,1"),
    add("Shortage Costs", Segment="Robots", Tier="1", Cost_per_Product="1"),
)
OXIDE = add("Demand", Segment="Motors", Material="NdPr Oxide", Site="Dock", Content="1", **{"2026": "1"})


SUBSTITUTIONS = [
    Wrong(
        ferrite(Material="Ce Oxide"),
        "substitute-need-unknown",
        "substitutions.csv:2 (Material)",
        "Motors has no need of Ce Oxide that something could replace",
    ),
    Wrong(
        both(ROBOTS, ferrite(Segment="Robots")),
        "substitute-of-product",
        "substitutions.csv:2 (Material)",
        "Robots asks for robot as a whole: NdPr Metal of it can not be replaced by itself; name materials in Demand",
    ),
    Wrong(
        both(OXIDE, put("Demand", "Motors/NdPr Oxide", "Site", "Works"), drawn()),
        "substitute-elsewhere",
        "substitutions.csv:2 (Drawn Material)",
        "Motors needs NdPr Oxide itself, but at another site or for another end use than NdPr Metal",
    ),
    Wrong(
        both(OXIDE, put("Demand", "Motors/NdPr Oxide", "Served By", "One Source"), drawn()),
        "substitute-one-source",
        "substitutions.csv:2 (Drawn Material)",
        "NdPr Oxide is served by one source: it can not stand in for something else as well",
    ),
    Wrong(
        drawn(**{"Drawn Material": "NdPr Metal"}),
        "substitute-itself",
        "substitutions.csv:2 (Drawn Material)",
        "NdPr Metal can not replace itself",
    ),
    Wrong(
        drawn(Ratio="0"),
        "substitute-ratio-zero",
        "substitutions.csv:2 (Ratio)",
        "a Ratio of 0 would replace material by no NdPr Oxide at all",
    ),
    Wrong(
        ferrite(Substitute="NdPr Oxide"),
        "substitute-not-drawn",
        "substitutions.csv:2 (Drawn Material)",
        "NdPr Oxide is a material, but Drawn Material is blank: it comes from outside the network, without limit or origin",
    ),
    Wrong(
        ferrite(Cost="0"),
        "substitute-free",
        "substitutions.csv:2 (Cost)",
        "Ferrite costs nothing at all: the plan replaces whatever it may",
    ),
    Wrong(
        ferrite(**{"First Use": "2031-01-01"}),
        "substitute-too-late",
        "substitutions.csv:2 (Substitute)",
        "Ferrite can not be used before the plan ends",
    ),
    Wrong(
        both(
            OXIDE,
            table(
                "Substitutions",
                "Segment,Material,Substitute,Drawn Material\nMotors,NdPr Metal,Oxide,NdPr Oxide\n"
                "Motors,NdPr Oxide,Metal,NdPr Metal",
            ),
        ),
        "substitute-circle",
        "substitutions.csv:2 (Drawn Material)",
        "what stands in for NdPr Metal of Motors is replaced by NdPr Metal in turn, by way of NdPr Oxide",
        ("substitute-circle",),
    ),
]
FINE: dict[str, Change] = {
    "from outside": ferrite(Ceiling="0.2", **{"Adoption Time": "36", "Adoption Cost": "5", "First Use": "2027-01-01"}),
    "of the network": drawn(Ratio="1.2"),
}
ALL = [*SUBSTITUTIONS]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")


@pytest.mark.parametrize("change", FINE.values(), ids=list(FINE))
def test_nothing_is_said_of_what_is_right(change: Change, tmp_path: Path) -> None:
    found = check(read(tmp_path / "case", change))
    assert found == [], listed(found)


@pytest.mark.parametrize("spoilt", ["", "nonsense", "-1", "1e9", "NdPr Oxide"])
@pytest.mark.parametrize("column", ["Segment", "Material", "Drawn Material", "Ratio", "Ceiling", "Cost", "First Use"])
def test_nothing_raises(column: str, spoilt: str, tmp_path: Path) -> None:
    check(read(tmp_path / "case", both(drawn(), put("Substitutions", "Motors", column, spoilt))))
