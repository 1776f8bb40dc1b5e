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


def test_the_workbook_agrees_with_itself() -> None:
    """What is drawn is delivered, but serves no need of its own: the attribution by chain has both."""
    from model.report.chains import Attribution

    view = view_of(lower(ratio=1.2, ceiling=0.5))
    traced = sum(float(lots.totals[0]) for lots in view.once(Attribution).delivered.values())
    served, drawn = demand_table(view)["served"].sum(), substitutes_table(view)["drawn"].sum()
    assert (served, drawn, traced) == (pytest.approx(50.0), pytest.approx(60.0), pytest.approx(110.0))


def test_the_checks_of_the_workbook_hold(tmp_path) -> None:
    import openpyxl

    view = view_of(lower(ratio=1.2, ceiling=0.5))
    view.plan.write_workbook(tmp_path / "out.xlsx", view.case)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)
    cells = [[c.value for c in row] for ws in book.worksheets for row in ws.iter_rows()]
    said = [row for row in cells if any(isinstance(v, str) and v.startswith("Delivered by chain") for v in row)]
    (row,) = said
    numbers = [v for v in row if isinstance(v, int | float)]
    assert numbers[:2] == pytest.approx([110.0, 110.0])
