"""What planners get wrong in the terms of purchase; see test_wrong_input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put
from tests.case.wrong import Wrong, assert_said, names

TIERS = [
    Wrong(
        add("Price Tiers", Offer="O1", Step="2", From_Quantity="200", Price="80", Basis="Year"),
        "tier-not-rising",
        "price_tiers.csv:3 (From Quantity)",
        "step 2 starts at 200 t, not above the 200 t of the step before it",
    ),
    Wrong(
        add("Price Tiers", Offer="O1", Step="2", From_Quantity="250", Price="80"),
        "tier-terms-differ",
        "price_tiers.csv:3 (Basis)",
        "Basis is Per Order here and Year in the first step; all steps of an offer have one",
    ),
    Wrong(
        both(put("Price Tiers", "O1", "Units", "All Units"), put("Price Tiers", "O1", "Basis", "Cumulative")),
        "tier-all-units-cumulative",
        "price_tiers.csv:2 (Basis)",
        "a price for All Units can not be Cumulative: it would change what was paid in earlier years",
    ),
    Wrong(
        put("Price Tiers", "O1", "From Quantity", "300"),
        "tier-unreached",
        "price_tiers.csv:2 (From Quantity)",
        "no more than 300 t can be had of offer O1 at once: the step from 300 t is never reached",
    ),
    Wrong(
        both(put("Price Tiers", "O1", "Units", "All Units"), put("Price Tiers", "O1", "Price", "91")),
        "tier-all-units-dearer",
        "price_tiers.csv:2 (Price)",
        "from step 1 on all units of offer O1 are dearer: the plan stays below it",
    ),
]
PRICES = [
    Wrong(
        put("Exchange Rates", "EUR", "2026", ""),
        "exchange-rate-missing",
        "exchange_rates.csv:2 (2026)",
        "currency EUR has no rate above zero in 2026-H1",
    ),
    Wrong(
        put("Exchange Rates", "EUR", "2027", "0"),
        "exchange-rate-missing",
        "exchange_rates.csv:2 (2027)",
        "currency EUR has no rate above zero in 2027",
    ),
    Wrong(
        put("Offers", "O1", "Price Year", "2024"),
        "price-year-unknown",
        "offers.csv:2 (Price Year)",
        "money of 2024 can not be taken to that of the case: Setting Price Year is not given",
    ),
    Wrong(
        both(put("Commitments", "K1", "Price Year", "2023"), add("Settings", Setting="Price Year", Value="2025")),
        "price-year-unknown",
        "commitments.csv:2 (Price Year)",
        "money of 2023 can not be taken to that of the case: table Inflation has no row for 2023 and 2025",
    ),
    Wrong(
        put("Offers", "O3", "Incoterm", "CIF"),
        "incoterm-without-site",
        "offers.csv:4 (Site)",
        "a price CIF needs the Site to which the goods are brought",
    ),
    Wrong(
        put("Offers", "O1", "Premium", "3"),
        "index-missing",
        "offers.csv:2 (Premium)",
        "Premium is filled, but there is no Index: it has no effect",
    ),
    Wrong(
        both(
            put("Offers", "O1", "Index", "CN Price"),
            put("Offers", "O1", "Floor", "90"),
            put("Offers", "O1", "Cap", "80"),
        ),
        "floor-above-cap",
        "offers.csv:2 (Floor)",
        "a Floor of 90 is above the Cap of 80",
    ),
]
CONTRACTS = [
    Wrong(
        both(put("Offers", "O1", "Kind", "Consignment"), put("Offers", "O1", "Site", "")),
        "consignment-without-site",
        "offers.csv:2 (Site)",
        "a Consignment lies at a place of ours: it needs a Site",
    ),
    Wrong(
        put("Offers", "O1", "Consigned", "5"),
        "consigned-not-consignment",
        "offers.csv:2 (Consigned)",
        "Consigned is of an offer of kind Consignment, and this is a Bid",
    ),
    Wrong(
        put("Offers", "O1", "Contract", ""),
        "contract-without-offer",
        "contracts.csv:2 (Contract)",
        "no offer is bought under contract Frame: it is never signed",
    ),
    Wrong(
        put("Contracts", "Frame", "Least", "400"),
        "contract-least-above-most",
        "contracts.csv:2 (Least)",
        "in 2026-H1 Least 400 of the contract is above its Most 300",
    ),
    Wrong(
        put("Contracts", "Frame", "Untaken Price", ""),
        "take-or-pay-without-price",
        "contracts.csv:2 (Untaken Price)",
        "a share for Take or Pay needs an Untaken Price",
    ),
    Wrong(
        put("Contracts", "Frame", "Reservation Fee", "2"),
        "reservation-without-most",
        "contracts.csv:2 (Committed Most)",
        "a Reservation Fee needs a Committed Most: how much can be reserved",
    ),
    Wrong(
        put("Contracts", "Frame", "Committed Most", "80"),
        "committed-above-most",
        "contracts.csv:2 (Committed Most)",
        "100 t/y are Committed at least, above the Committed Most of 80",
    ),
    Wrong(
        put("Contracts", "Frame", "Notice", "3"),
        "notice-without-exit",
        "contracts.csv:2 (Exit Cost)",
        "the contract has a Notice but no Exit Cost: it can not be left; 0 where leaving is free",
    ),
    Wrong(
        both(put("Contracts", "Frame", "Renewal", "12"), put("Contracts", "Frame", "Duration", "")),
        "renewal-without-duration",
        "contracts.csv:2 (Duration)",
        "a Renewal needs a Duration: without one the contract runs to the end of the plan",
    ),
    Wrong(
        put("Contracts", "Frame", "Credited", "3"),
        "credited-without-prepaid",
        "contracts.csv:2 (Credited)",
        "nothing is prepaid under the contract: Credited has no effect",
    ),
]
SUPPORTS = [
    Wrong(
        put("Price Supports", "Floor", "Offer", "O1"),
        "support-with-steps",
        "price_supports.csv:2 (Offer)",
        "the price of offer O1 goes in steps: a support needs an offer with one price",
    ),
    Wrong(
        put("Price Supports", "Floor", "Returned Above", "90"),
        "support-returned-below-strike",
        "price_supports.csv:2 (Returned Above)",
        "in 2026-H1 a share is given back above 90, which is below the Strike of 100",
    ),
    Wrong(
        add("Price Supports", Support="Floor 2", Offer="O3", Strike="105", Paid_By="Australia"),
        "support-twice",
        "price_supports.csv:3 (Offer)",
        "support Floor of offer O3 is paid by Australia as well: they add",
    ),
]
LEAVING = [
    Wrong(
        both(put("Commitments", "K1", "Exit Cost", "1"), put("Commitments", "K1", "Kind", "In Transit")),
        "exit-under-way",
        "commitments.csv:2 (Exit Cost)",
        "a commitment of kind In Transit can not be left: it has no Exit Cost",
    ),
    Wrong(
        put("Commitments", "K1", "Notice", "3"),
        "commitment-not-left",
        "commitments.csv:2 (Notice)",
        "without an Exit Cost, 0 where it is free, it can not be left: Notice has no effect",
    ),
    Wrong(
        put("Commitments", "K1", "End Date", "2025-12-31"),
        "commitment-after-end",
        "commitments.csv:2 (2026)",
        "tonnes are agreed for 2026-H1, after the End Date 2025-12-31",
    ),
]
QUOTAS = [
    Wrong(
        put("Tariffs", "D1", "In Quota", "100"),
        "quota-incomplete",
        "tariffs.csv:2 (In Quota Rate)",
        "a quota needs both In Quota and In Quota Rate",
    ),
    Wrong(
        both(put("Tariffs", "D1", "In Quota", "100"), put("Tariffs", "D1", "In Quota Rate", "0.3")),
        "quota-rate-not-lower",
        "tariffs.csv:2 (In Quota Rate)",
        "in 2026-H1 the In Quota Rate of 30 % is above the 25 % beyond the quota",
    ),
    Wrong(
        both(
            put("Tariffs", "D1", "In Quota", "100"),
            put("Tariffs", "D1", "In Quota Rate", "0"),
            put("Offers", "O1", "Incoterm", "CIF"),
        ),
        "quota-on-steps",
        "tariffs.csv:2 (In Quota)",
        "offer O1 is cleared at a price in steps: a quota needs one price to take the duty on",
    ),
]
ALL = [*QUOTAS, *LEAVING, *SUPPORTS, *CONTRACTS, *TIERS, *PRICES]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
