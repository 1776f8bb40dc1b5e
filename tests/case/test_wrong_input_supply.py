"""What planners get wrong with offers, provenance, qualifications and commitments; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, drop, lose, put
from tests.case.wrong import Wrong, assert_said, names

# Without a lot from China the lanes from there join nothing and its controls limit nothing.
NO_ONE_IN_CHINA = ("lane-matches-nothing",) * 2 + ("control-jurisdiction-unused",) * 2

ALL = [
    Wrong(
        put("Offers", "O3", "Mined In", ""),
        "provenance-unknown",
        "offers.csv:4 (Mined In)",
        "offer O3 does not say where it was mined; every rule treats that as the worst case",
    ),
    Wrong(
        both(
            put("Stockpiles", "Works/NdPr Metal", "Mined In", ""),
            put("Stockpiles", "Works/NdPr Metal", "Separated In", ""),
            put("Stockpiles", "Works/NdPr Metal", "Metal In", ""),
        ),
        "provenance-unknown",
        "stockpiles.csv:2 (Mined In)",
        "the opening stock of NdPr Metal at Works does not say where it was mined or separated or reduced to metal; "
        "every rule treats that as the worst case",
    ),
    Wrong(
        put("Offers", "O3", "Metal In", "Japan"),
        "provenance-before-stage",
        "offers.csv:4 (Metal In)",
        "Metal In is filled, but NdPr Oxide has not been through that stage",
    ),
    Wrong(
        both(
            drop("Suppliers"),
            put("Offers", "O1", "Mined In", "Australia"),
            put("Offers", "O1", "Separated In", "Malaysia"),
            put("Commitments", "K1", "Mined In", "Australia"),
            put("Commitments", "K1", "Separated In", "Malaysia"),
        ),
        "supplier-without-country",
        "offers.csv:3 (Supplier)",
        "supplier 'Baotou' has no country; its material counts as the worst case",
        NO_ONE_IN_CHINA,
    ),
    Wrong(
        put("Offers", "O1", "Price", "-90"),
        "price-negative",
        "offers.csv:2 (Price)",
        "offer O1 has a negative price in 2026-H1",
        ("sale-above-offer",),
    ),
    Wrong(
        put("Offers", "O1", "Price", "90000"),
        "price-unlike-others",
        "offers.csv:2 (Price)",
        "offer O1: the price of 90000 USD/kg is 947 times the usual 95 USD/kg of other offers of NdPr Oxide; is it "
        "in "
        "another unit, such as USD/t?",
    ),
    Wrong(
        both(
            put("Commitments", "K1", "2026-H1", "25"),
            put("Commitments", "K1", "2026-H2", "25"),
            lose("Commitments", "2026"),
        ),
        "half-year-amount",
        "commitments.csv:2 (2026-H1)",
        "2026-H1 has 25, which is about 50 per cent of the 50 of 2027: numbers are rates per year whatever the "
        "period's length; "
        "is this an amount of the period?",
    ),
    Wrong(
        both(put("Offers", "O1", "Valid From", "2027-01-01"), put("Offers", "O1", "Valid Until", "2026-01-01")),
        "dates-reversed",
        "offers.csv:2 (Valid Until)",
        "Valid From 2027-01-01 is after Valid Until 2026-01-01",
    ),
    Wrong(
        put("Offers", "O1", "Valid Until", "2025-12-31"),
        "offer-outside-horizon",
        "offers.csv:2 (Valid Until)",
        "offer O1 can not be ordered in any period of the plan",
    ),
    Wrong(
        put("Offers", "O1", "Valid From", "2030-01-01"),
        "offer-outside-horizon",
        "offers.csv:2 (Valid From)",
        "offer O1 can not be ordered in any period of the plan",
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "45"),
        "lead-time-long",
        "offers.csv:2 (Lead Time)",
        "a lead time of 45 months is longer than three years; is it in days?",
    ),
    Wrong(
        put("Offers", "O1", "Lead Time", "48"),
        "lead-time-beyond-horizon",
        "offers.csv:2 (Lead Time)",
        "with a lead time of 48 months nothing arrives before the plan ends",
    ),
    Wrong(
        put("Offers", "O1", "Minimum Order", "700"),
        "order-minimum-above-available",
        "offers.csv:2 (Minimum Order)",
        "offer O1: the minimum order of 700 t is above what is available in any period",
    ),
    Wrong(
        both(
            add("Materials", Material="Dy Oxide", Stage="Separated"),
            add("Offers", Offer="O4", Supplier="Lynas", Material="Dy Oxide", Price="400", Minimum_Order="9"),
            add(
                "Demand",
                **{"Segment": "Labs", "Material": "Dy Oxide", "2026": "2", "2027": "2", "2028": "2", "2029": "2"},
            ),
            add("Shortage Costs", Segment="Labs", Tier="1", Cost="900"),
        ),
        "order-minimum-above-demand",
        "offers.csv:5 (Minimum Order)",
        "offer O4: the minimum order of 9 t is above the 4 t that are needed of Dy Oxide in any period, and "
        "nothing else takes it",
    ),
    Wrong(
        add("Offers", Offer="O4", Supplier="Lynas", Material="Ce Oxide", Price="1"),
        "material-unused",
        "offers.csv:5 (Material)",
        "offer O4: nobody needs Ce Oxide, and no recipe, stockpile or sale takes it",
    ),
    Wrong(
        put("Commitments", "K1", "Material", "Ce Oxide"),
        "material-unused",
        "commitments.csv:2 (Material)",
        "commitment K1: nobody needs Ce Oxide, and no recipe, stockpile or sale takes it",
    ),
    Wrong(
        both(
            put("Stockpiles", "Works/NdPr Metal", "End Uses Allowed", "Military"),
            put("Demand", "Jets", "End Use", "Civil"),
        ),
        "end-use-unused",
        "stockpiles.csv:2 (End Uses Allowed)",
        "the opening stock of NdPr Metal at Works is for Military use only, but no demand has that end use",
    ),
    Wrong(
        put("Commitments", "K1", "Supplier", ""),
        "commitment-incomplete",
        "commitments.csv:2 (Supplier)",
        "a Contract needs Supplier",
    ),
    Wrong(
        put("Commitments", "K2", "Build Size", ""),
        "commitment-incomplete",
        "commitments.csv:3 (Build Size)",
        "a Running Build needs Build Size",
    ),
    Wrong(
        both(put("Commitments", "K1", "2026", ""), put("Commitments", "K1", "2027", "")),
        "commitment-without-tonnes",
        "commitments.csv:2 (Commitment)",
        "commitment K1 has no tonnes in any period",
    ),
    Wrong(
        both(
            put("Commitments", "K1", "Supplier", "Baotou"),
            put("Commitments", "K1", "Site", ""),
            put("Commitments", "K1", "2027", "350"),
        ),
        "commitment-above-control",
        "commitments.csv:2 (2027)",
        "in 2027 commitments of 350 t are above the 300 t that control C1 lets leave",
    ),
    Wrong(
        put("Commitments", "K2", "Build Size", "900"),
        "build-size-outside",
        "commitments.csv:3 (Build Size)",
        "the size 900 of the running build is outside 50 to 300",
    ),
]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
