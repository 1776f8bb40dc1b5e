"""Rows that hold in one state of the export controls only: one setting chooses, nothing is typed twice."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.case.build import case_from_tables
from model.case.case import Case
from model.case.checks import check
from tests.rules.micro import cost_of, years


def case(state: str, **more: Any) -> Case:
    """Return a case whose price is 1 in one state and 3 in the other, whichever Setting Control State chooses."""
    tables: dict[str, list[dict[str, Any]]] = {
        "settings": [{"setting": "Optimality Gap", "value": 0}, {"setting": "Control State", "value": state}],
        "periods": years(2026),
        "materials": [{"material": "Oxide", "stage": "Separated"}],
        "control_states": [{"state": "Extended"}, {"state": "Rules return", "meaning": "dearer"}],
        "offers": [{"offer": "A", "supplier": "A", "material": "Oxide", "price": "Market"}],
        "series": [
            {"series": "Market", "2026": 1.0, "control_state": "Extended"},
            {"series": "Market", "2026": 3.0, "control_state": "rules return"},
        ],
        "demand": [{"segment": "Plant", "material": "Oxide", "2026": 10}],
    }
    return case_from_tables({n: pd.DataFrame(rows) for n, rows in {**tables, **more}.items()})


@pytest.mark.parametrize(("state", "cost"), [("Extended", 10), ("Rules return", 30), ("RULES RETURN", 30)])
def test_the_setting_chooses_the_rows(state: str, cost: float) -> None:
    """10 t at 1, or at 3 USD/kg; the two rows of one name do not stand twice."""
    chosen = case(state)
    assert {p.level for p in check(chosen)} <= {"note"}
    assert cost_of(chosen) == pytest.approx(cost)


def test_a_row_of_another_state_is_kept_in_the_file_and_out_of_the_plan() -> None:
    chosen = case("Extended")
    assert len(chosen.tables["Series"]) == 2
    assert len(chosen.rows("Series")) == 1


def test_two_rows_of_one_state_stand_twice() -> None:
    rows = [{"series": "Market", "2026": p, "control_state": "Extended"} for p in (1.0, 2.0)]
    assert [p.code for p in check(case("Extended", series=rows)) if p.level == "error"] == ["key-twice"]


def test_without_the_table_the_setting_is_a_text_for_the_reader() -> None:
    series = [{"series": "Market", "2026": 1.0}]
    free = case("licences for civil use", series=series, control_states=[])
    assert [p.code for p in check(free) if p.level == "error"] == []
    assert free.settings["control_state"] == "licences for civil use"
