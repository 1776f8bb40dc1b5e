"""Result workbooks of small cases with instruments: the sheets agree with each other, and the tables are there."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.case.case import Case
from tests.rules.micro import case, need, offer, plan_of, years

FRAME = {"contract": "Frame", "most": 10}
TWO = years(2026, 2027)
JAPAN = [{"country": "Japan"}, {"country": "China"}]


def _framed(**terms: object) -> Case:
    """Return 10 t and then 5 t needed; A at 2 USD/kg under a contract, B at 5."""
    return case(
        periods=TWO,
        offers=[offer("A", 2.0, contract="Frame"), offer("B", 5.0)],
        demand=[need(p2026=10, p2027=5)],
        contracts=[FRAME | terms],
    )


def _left() -> Case:
    """Return a commitment at 5 USD/kg that is left for an offer at 2."""
    signed = {"commitment": "K", "kind": "Contract", "supplier": "A", "material": "Oxide", "price": 5.0}
    return case(
        periods=TWO,
        countries=JAPAN,
        sites=[{"site": "A", "country": "Japan"}],
        offers=[offer("B", 2.0)],
        commitments=[signed | {"2026": 10, "2027": 10, "exit_cost": 0.01, "notice": 6, "take_or_pay": 0.1}],
        demand=[need(site="A", p2026=10, p2027=10)],
    )


def _taxed() -> Case:
    """Return 30 t from China to Japan, of which 10 pay 10 % on 4 USD/kg instead of 50 %."""
    return case(
        countries=JAPAN,
        suppliers=[{"supplier": "A", "country": "China", "largest_exposure": 0.1}],
        sites=[{"site": "Plant", "country": "Japan"}],
        materials=[{"material": "Oxide", "stage": "Separated", "reference_value": 4.0}],
        offers=[offer("A", 2.0)],
        price_supports=[{"support": "Floor", "offer": "A", "strike": 3.0}],
        lanes=[{"from_place": "Any", "to_place": "Plant", "cost": 0.0}],
        demand=[need(site="Plant", p2026=30)],
        tariffs=[
            {"tariff": "D", "importer": "Japan", "origin": "China", "2026": 0.5, "in_quota": 10, "in_quota_rate": 0.1}
        ],
    )


@pytest.mark.parametrize(
    ("c", "tables", "plan_table"),
    [
        (_framed(prepaid=0.01, credited=1.0), {"Contracts"}, "credits"),
        (_framed(committed_most=50, reservation_fee=0.5), {"Contracts"}, "reservations"),
        (_framed(duration=12, renewal=12), {"Contracts"}, "renewals"),
        (_framed(committed=10, take_or_pay=1.0, untaken_price=5.0, exit_cost=0.001), {"Contracts"}, "notices"),
        (_left(), set(), "departures"),
        (_taxed(), {"Exposure", "PriceSupports", "TariffQuotas"}, "in_quota"),
    ],
    ids=["prepaid", "reserved", "renewed", "noticed", "left", "taxed"],
)
def test_sheets_agree(c: Case, tables: set[str], plan_table: str, tmp_path: Path) -> None:
    plan = plan_of(c)
    assert not plan.tables[plan_table].empty
    plan.write_workbook(tmp_path / "results.xlsx", c)
    book = openpyxl.load_workbook(tmp_path / "results.xlsx", data_only=True)
    shown = {name for sheet in book for name in sheet.tables}
    of_its_own = set(book["Contracts"].tables) if "Contracts" in book.sheetnames else set()
    assert of_its_own == tables - {"TariffQuotas"}
    assert shown & {"Contracts", "Exposure", "PriceSupports", "TariffQuotas"} == tables
    verdicts = [row for row in book["Checks"].iter_rows(values_only=True) if "OK" in row or "DIFFERS" in row]
    assert len(verdicts) > 10
    assert [row for row in verdicts if "DIFFERS" in row] == []
