"""What planners get wrong about what is sold, held and thrown away, and all that is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.base import add, both, put
from tests.case.wrong import Wrong, assert_said, names

SECOND = add("Sales", Site="Works", Material="NdPr Oxide", Step="2", Price="25")

SALES = [
    Wrong(
        SECOND,
        "sale-step-dearer",
        "sales.csv:3 (Price)",
        "in 2026-H1 step 2 fetches 25 USD/kg, more than the 20 of step 1: it would be sold first; number the steps by "
        "falling price",
    ),
    Wrong(
        both(
            put("Sales", "Works/NdPr Oxide", "Most", ""),
            add("Sales", Site="Works", Material="NdPr Oxide", Step="2", Price="15"),
        ),
        "sale-step-unlimited",
        "sales.csv:2 (Most)",
        "step 1 takes any amount: step 2 is never used; give Most",
    ),
    Wrong(
        add("Sales", Site="Works", Material="NdPr Oxide", Step="1", Price="15"),
        "key-twice",
        "sales.csv:3 (Site)",
        "Works / NdPr Oxide / 1 stands twice, first in row 2",
    ),
]
ALL = [*SALES]


@pytest.mark.parametrize("wrong", ALL, ids=names(ALL))
def test_wrong_input(wrong: Wrong, tmp_path: Path) -> None:
    assert_said(wrong, tmp_path / "case")
