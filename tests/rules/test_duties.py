"""Micro cases of what a duty is taken on: the price where one is known, else the reference value; by hand in the docstrings."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.flows import flows_table
from model.report.view import View
from tests.audit.corrupt import change, more
from tests.rules.micro import case, need, offer, plan_of, years

_LANE = {"from_place": "Any", "to_place": "Plant", "cost": 0.0}
_BY_WAY = [
    {"from_place": "A", "to_place": "Port", "cost": 0.0},
    {"from_place": "B", "to_place": "Port", "cost": 0.0},
    {"from_place": "Port", "to_place": "Plant", "cost": 0.0},
]


def _world(*, tariff: dict[str, object] | None = None, **tables: object):
    """Return 10 t a year of oxide worth 4 USD/kg for Japan, from A in China at 2 and then 3, at a duty of 50 %."""
    given = {
        "periods": years(2026, 2027),
        "countries": [{"country": "China"}, {"country": "Japan"}],
        "suppliers": [{"supplier": n, "country": "China"} for n in "AB"],
        "sites": [{"site": "Plant", "country": "Japan"}, {"site": "Port", "country": "China"}],
        "materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 4.0}],
        "series": [{"series": "Rising", "2026": 2.0, "2027": 3.0}],
        "offers": [offer("A", "Rising")],
        "lanes": [_LANE],
        "demand": [need(site="Plant", p2026=10, p2027=10)],
        "tariffs": [
            {"tariff": "D", "importer": "Japan", "origin": "China", "2026": 0.5, "2027": 0.5, **(tariff or {})}
        ],
        **tables,
    }
    return case(**given)


_STORE = {"site": "Port", "material": "Oxide", "carrying_cost": 9}
_AT_PORT = [offer("A", "Rising", site="Port"), offer("B", 3.0, site="Port")]
_MADE = {
    "materials": [
        {"material": "Ore", "stage": "Mined"},
        {"material": "Oxide", "stage": "Separated", "reference_value": 4.0},
    ],
    "offers": [offer("A", "Rising"), {**offer("B", 1.0, site="Port"), "material": "Ore"}],
    "recipes": [{"recipe": "Split", "line": "SX", "stage": "Separated"}],
    "recipe_items": [
        {"recipe": "Split", "role": "Input", "material": "Ore", "per_unit": 5.0},
        {"recipe": "Split", "role": "Output", "material": "Oxide", "per_unit": 1.0},
    ],
    "lines": [{"site": "Port", "line": "SX", "capacity": 1000}],
    "lanes": _BY_WAY,
}


@pytest.mark.parametrize(
    ("tables", "duties"),
    [
        # On the price: 10 + 15. Insurance that is ours is part of what is paid.
        ({}, 25),
        ({"offers": [offer("A", "Rising", insurance=0.1)]}, 27.5),
        ({"tariff": {"charged_on": "Reference Value"}}, 40),
        # By way of a port, where nothing else can be; with another offer at the same price.
        ({"lanes": _BY_WAY}, 25),
        ({"lanes": _BY_WAY, "offers": [offer("A", "Rising"), offer("B", "Rising")]}, 25),
        # What is 3 months under way was partly bought at another price than that of the year, or was ordered before.
        ({"lanes": [{**_BY_WAY[0], "lead_time": 0.001}, *_BY_WAY[1:]]}, 40),
        ({"lanes": [{**_BY_WAY[0], "lead_time": 0.001}, *_BY_WAY[1:]], "offers": [offer("A", 2.0)]}, 20),
        ({"offers": [offer("A", "Rising", lead_time=0.001)]}, 40),
        # It may be held on the way, and sent on in another period.
        ({"lanes": _BY_WAY, "stockpiles": [_STORE]}, 40),
        # Two prices at one place, opening stock there, or a recipe that makes it.
        ({"offers": _AT_PORT, "lanes": _BY_WAY}, 40),
        ({"offers": _AT_PORT[:1], "lanes": _BY_WAY}, 25),
        (
            {
                "offers": _AT_PORT[:1],
                "lanes": _BY_WAY,
                "stockpiles": [{**_STORE, "opening_stock": 1, "mined_in": "China"}],
            },
            40,
        ),
        (_MADE, 40),
        # Each at a place of its own: the dearer is not needed, and says nothing of A.
        ({"offers": [offer("A", "Rising"), offer("B", 9.0)]}, 25),
    ],
)
def test_what_a_duty_is_taken_on(tables: dict[str, object], duties: float):
    """10 t at 2 and 10 t at 3 USD/kg. Half of the price is 10 + 15 = 25, half of the value of 4 is 20 + 20."""
    c = _world(**tables)
    plan = plan_of(c)
    assert 1e3 * plan.cost("Duties") == pytest.approx(duties, rel=1e-3)
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(1e3 * plan.cost())


_SIGNED = {"commitment": "C", "kind": "Contract", "supplier": "A", "material": "Oxide", "2026": 4, "2027": 4}


@pytest.mark.parametrize(
    ("signed", "other", "duties"),
    [
        # 4 t a year at 5 and 6 t of B, at a place of its own, at 3: half of 20 + 18, twice.
        ({"price": 5}, {}, 38),
        # It is paid for already: half of the reference value of 4 on it, 8 + 9 a year.
        ({}, {}, 34),
        ({"price": 5}, {"tariff": {"charged_on": "Reference Value"}}, 40),
        # An offer of the same seller at the same place: at another price what comes from there is charged on 4, at the same on 5.
        ({"price": 5}, {"offers": [offer("A", 9.0), offer("B", 3.0)]}, 34),
        ({"price": 5}, {"offers": [offer("A", 5.0)]}, 50),
        # 5 in the first year and 6 in the second: 10 + 9 and 12 + 9.
        ({"price": "Dear"}, {}, 40),
    ],
)
def test_a_duty_on_what_is_signed(signed: dict[str, object], other: dict[str, object], duties: float):
    """Half of what is paid for 4 t a year that are signed, and for 6 t that are bought."""
    tables = {
        "offers": [offer("B", 3.0)],
        "series": [{"series": "Dear", "2026": 5.0, "2027": 6.0}],
        "commitments": [_SIGNED | signed],
        **other,
    }
    c = _world(**tables)
    plan = plan_of(c)
    assert 1e3 * plan.cost("Duties") == pytest.approx(duties)
    if signed.get("price") == "Dear":
        dear = change("costs", "amount", more(0.010), kind="Duties", period="2026")(plan)
        assert [v.amount for v in audit(c, dear) if v.family == "costs"] == pytest.approx([0.010])
        # The audit finds the price by itself: another one in the case is another duty.
        cheap = audit(c.set("Commitments", {"commitment": "C"}, "price", 4.0), plan)
        found = {v.sentence.split(" in ")[0]: v.amount for v in cheap if v.family == "costs"}
        assert any(name.startswith("Duties") for name in found)


def test_what_is_shown_and_audited():
    """The sheet says on what the duty is taken; a plan that took it on the reference value is told so."""
    c = _world()
    plan = plan_of(c)
    shown = flows_table(View(c, plan))
    assert shown[["duties", "dutiable_value", "value_taken"]].values.tolist() == [
        [pytest.approx(0.010), 2.0, "price paid"],
        [pytest.approx(0.015), 3.0, "price paid"],
    ]
    on_value = _world(tariff={"charged_on": "Reference Value"})
    assert set(flows_table(View(on_value, plan_of(on_value)))["value_taken"]) == {"reference value"}
    dear = change("costs", "amount", more(0.010), kind="Duties", period="2026")(plan)
    assert [v.amount for v in audit(c, dear) if v.family == "costs"] == pytest.approx([0.010])
    spoilt = change("flows", "from_place", "Port", period="2026")(plan)
    assert "costs" in {v.family for v in audit(c, spoilt)}
