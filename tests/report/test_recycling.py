"""What is shown of recycling: on sheet Sourcing, in the cash by cause, and where what is delivered has come from."""

from __future__ import annotations

import pytest

from model.report.cash import cash_ledger
from model.report.chains import Attribution
from model.report.sourcing import recycling_table
from model.report.view import View
from tests.rules.micro import plan_of
from tests.rules.test_recycling import yard


@pytest.fixture(scope="module")
def view() -> View:
    c = yard((1, 0.5), row={"recovery": 0.8})
    return View(c, plan_of(c))


def test_what_comes_back_and_the_most_by_what_was_sold(view: View) -> None:
    """40 of 100 t, at 2 USD/kg."""
    (row,) = recycling_table(view).to_dict("records")
    assert (row["recycling"], row["period"]) == ("Scrap", "2027")
    assert (row["recycled"], row["most"], row["cost"]) == pytest.approx((40, 40, 0.08))


def test_its_cost_has_its_cause(view: View) -> None:
    found = cash_ledger(view)
    mine = found[found["kind"] == "Recycling"]
    assert (mine["table"].tolist(), mine["row"].tolist()) == (["Recycling"], ["Scrap"])
    assert found["amount"].sum() == pytest.approx(view.plan.cost(discounted=False))


def test_it_is_a_source_of_its_own(view: View) -> None:
    traced = view.once(Attribution)
    of = {traced.chains[k].source for lots in traced.delivered.values() for k in lots.chains.tolist()}
    assert of == {"A", "Recycling: Scrap"}
