"""What is shown of substitutes: on sheet Demand, in the cash by cause, and in the workbook's own checks."""

from __future__ import annotations

import pytest

from model.report.cash import cash_ledger
from model.report.service import demand_table, service_table, substitutes_table
from model.report.view import View
from tests.rules.micro import need, plan_of, years
from tests.rules.test_substitution import ferrite, lower, plant


def view_of(substitution, **tables) -> View:
    c = plant(substitution, **tables)
    return View(c, plan_of(c))


def test_what_is_drawn_is_no_delivery_for_a_need_of_its_own() -> None:
    """20 t of the lower grade are needed themselves; 50 t of oxide are replaced by 60 t of it."""
    view = view_of(lower(ratio=1.2, ceiling=0.5), demand=[need(p2026=100), need(material="Low", p2026=20)])
    shown = demand_table(view).set_index("material")
    assert shown["served"].to_dict() == pytest.approx({"Oxide": 50.0, "Low": 20.0})
    assert shown["substituted"].to_dict() == pytest.approx({"Oxide": 50.0, "Low": 0.0})
    (row,) = substitutes_table(view).to_dict("records")
    assert (row["substituted"], row["most"], row["drawn"], row["drawn_material"]) == (
        pytest.approx(50),
        pytest.approx(50),
        pytest.approx(60),
        "Low",
    )


def test_what_only_stands_in_has_no_row_of_demand_and_all_are_served() -> None:
    view = view_of(lower())
    assert list(demand_table(view)["material"]) == ["Oxide"]
    assert service_table(view)["served_civil"].tolist() == pytest.approx([100.0])


def test_every_cost_has_its_cause() -> None:
    """Adopted at 300 kUSD, it replaces 50 and 100 t at 4 USD/kg: 0.2 + 0.3 and 0.4 MUSD."""
    view = view_of(
        ferrite(adoption_cost=0.3, adoption_time=6),
        periods=years(2026, 2027),
        demand=[need(p2026=100, p2027=100)],
    )
    found = cash_ledger(view)
    mine = found[found["kind"] == "Substitution"]
    assert set(mine["row"]) == {"Plant / Oxide / Ferrite"}
    assert mine.set_index("period")["amount"].to_dict() == pytest.approx({"2026": 0.5, "2027": 0.4})
    assert found["amount"].sum() == pytest.approx(view.plan.cost(discounted=False))
    assert substitutes_table(view)["adopted"].tolist() == ["2026", "2026"]


def test_the_workbook_has_them(tmp_path) -> None:
    view = view_of(lower())
    view.plan.write_workbook(tmp_path / "out.xlsx", view.case)
    assert (tmp_path / "out.xlsx").stat().st_size > 0
