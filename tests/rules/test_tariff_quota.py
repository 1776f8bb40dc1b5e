"""Micro cases of tariff-rate quotas; every optimum is derived in the test's docstring."""

from __future__ import annotations

import pytest

from model.auditor import audit
from model.report.cash import cash_ledger
from model.report.charges import quotas_table
from model.report.view import View
from tests.audit.corrupt import add, change, more
from tests.rules.micro import case, cost_of, halves, need, offer, plan_of, years

_DUTY = {"tariff": "D", "importer": "Japan", "origin": "China", "charged_on": "Reference Value"}


def _taxed(**tables: object):
    """Return 30 t needed in Japan: from China at 2 USD/kg and 50 % duty on a reference value of 4, from Peru at 3.5; 10 t in the
    quota at 10 %."""
    quota = tables.pop("quota", {"in_quota": 10, "in_quota_rate": 0.1})
    given = {
        "countries": [{"country": c} for c in ("China", "Peru", "Japan")],
        "suppliers": [{"supplier": "A", "country": "China"}, {"supplier": "B", "country": "Peru"}],
        "sites": [{"site": "Plant", "country": "Japan"}],
        "materials": [{"material": "Oxide", "stage": "Separated", "reference_value": 4.0}],
        "offers": [offer("A", 2.0), offer("B", 3.5)],
        "lanes": [{"from_place": "Any", "to_place": "Plant", "cost": 0.0}],
        "demand": [need(site="Plant", p2026=30)],
        "tariffs": [{**_DUTY, "2026": 0.5, **quota}],
        **tables,
    }
    return case(**given)


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ({}, 105),
        ({"in_quota": 10, "in_quota_rate": 0.1}, 24 + 70),
        ({"in_quota": 50, "in_quota_rate": 0.1}, 72),
        ({"in_quota": 10, "in_quota_rate": 0.5}, 105),
        ({"in_quota": 0, "in_quota_rate": 0.0}, 105),
    ],
)
def test_a_quota_is_filled_first(quota: dict[str, float], expected: float):
    """Beyond the quota A costs 2 + 2, more than B; within it 2 + 0.4: 10 t of A and 20 t of B. A quota for all: 30 t at 2.4."""
    c = _taxed(quota=quota)
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(expected)
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(expected)


def test_a_quota_is_of_the_year_and_takes_what_saves_most():
    """15 t of oxide and of metal are needed in each half of 2026 from China, worth 4 and 10 USD/kg, bought at 1; at 10 % instead
    of 50 % a tonne of metal saves 4, one of oxide 1.6. Of 40 t in the quota 30 are metal: 60 bought, duties of 60 and 150, 120
    and 16 less.
    """
    c = _taxed(
        periods=halves("2026-H1", "2026-H2"),
        materials=[
            {"material": "Oxide", "stage": "Separated", "reference_value": 4.0},
            {"material": "Metal", "stage": "Metal", "reference_value": 10.0},
        ],
        offers=[offer("A", 1.0), {**offer("A2", 1.0), "supplier": "A", "material": "Metal"}],
        demand=[need(site="Plant", p2026=30), need(site="Plant", material="Metal", p2026=30)],
        quota={"in_quota": 40, "in_quota_rate": 0.1},
    )
    assert cost_of(c) == pytest.approx(60 + 60 + 150 - 120 - 16)


def test_what_a_seller_brings_in_counts_too():
    """A hands over in Japan at 2 USD/kg and leaves the duty to us: 3 beyond and 2.2 within the quota: 22 + 60, less than B."""
    c = _taxed(offers=[offer("A", 2.0, site="Plant", incoterm="CIF"), offer("B", 3.5)])
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(82)
    assert plan.tables["in_quota"].values.tolist() == [["D", "A", "Plant", "Oxide", "2026", pytest.approx(10)]]
    assert 1e3 * cash_ledger(View(c, plan))["amount"].sum() == pytest.approx(82)


def test_what_is_shown_and_audited():
    """10 t of 10 within the quota save 0.4 · 4 · 10 = 16 kUSD."""
    c = _taxed()
    plan = plan_of(c)
    shown = quotas_table(View(c, plan))
    told = shown[["in_quota", "used", "share_used", "entered", "saved"]].values.tolist()
    assert told == [pytest.approx([10, 10, 1, 10, 0.016])]
    assert audit(c, plan) == []

    def amounts(spoilt: object) -> list[float]:
        return [v.amount for v in audit(c, spoilt) if v.family == "tariff_quota"]

    assert amounts(change("in_quota", "tonnes", more(3))(plan)) == pytest.approx([3.0, 3.0])
    assert amounts(add("in_quota", "D", "B", "Plant", "Oxide", "2026", 2.0)(plan)) == pytest.approx([2.0, 2.0])
    assert amounts(change("in_quota", "tariff", "E")(plan)) == pytest.approx([10.0])
    less = change("in_quota", "tonnes", more(-3))(plan)
    assert [v.amount for v in audit(c, less) if v.family == "costs"] == pytest.approx([0.0048, 0.0048])


def test_years_apart():
    """10 t/y in each of two years: what is not used in one is not left for the next; of 5 and 20 t needed 5
    and 10 t cost 2.4, 10 t of B 3.5."""
    c = _taxed(
        periods=years(2026, 2027),
        demand=[need(site="Plant", p2026=5, p2027=20)],
        tariffs=[
            _DUTY | {"2026": 0.5, "2027": 0.5, "in_quota": 10, "in_quota_rate": 0.1},
        ],
    )
    assert cost_of(c) == pytest.approx(15 * 2.4 + 35)


def test_a_quota_is_kept_apart_by_where_it_starts():
    """Of A's place the price is known, 2; at the port A2 at 1 and A3 at 5 mix, so that the value is the 4 of reference. 10 t
    of each are needed; within the quota of 10 t, at 10 % instead of 50 %, a tonne of the port saves 1.6, one of A 0.8. All of the
    port's is within: 10 · (2 + 1) and 10 · (1 + 0.4) is 44. A3 is too dear to be bought."""
    c = _taxed(
        materials=[{"material": g, "stage": "Separated", "reference_value": 4.0} for g in ("Oxide", "Other")],
        sites=[{"site": "Plant", "country": "Japan"}, {"site": "Port", "country": "China"}],
        offers=[
            offer("A", 2.0),
            *(
                {**offer(n, p, site="Port"), "supplier": "A", "material": "Other"}
                for n, p in (("A2", 1.0), ("A3", 5.0))
            ),
        ],
        demand=[need(site="Plant", p2026=10), need(site="Plant", material="Other", p2026=10)],
        tariffs=[_DUTY | {"charged_on": "Price Where Known", "2026": 0.5, "in_quota": 10, "in_quota_rate": 0.1}],
    )
    plan = plan_of(c)
    assert 1e3 * plan.cost() == pytest.approx(44)
    assert plan.tables["in_quota"]["from_place"].tolist() == ["Port"]
    moved = change("in_quota", "from_place", "A")(plan)
    assert {v.family for v in audit(c, moved)} == {"tariff_quota"}
