"""Overlays: which numbers become what."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.errors import CaseError
from model.study.overlay import Change, Target, overlaid
from tests.rules import micro


def small() -> Case:
    return micro.case(
        periods=[*micro.halves("2026-H1", "2026-H2"), *micro.years(2027)],
        countries=[{"country": c} for c in ("China", "Japan", "Peru")],
        country_groups=[{"group": "Near", "country": "Japan"}, {"group": "Near", "country": "China"}],
        suppliers=[{"supplier": s, "country": c} for s, c in (("A", "China"), ("B", "Japan"), ("C", "Peru"))],
        offers=[
            micro.offer("A", 2.0, available_to_us=100, low=50, high=150, mined_in="China", separated_in="China"),
            micro.offer("B", "Index", available_to_us=40, mined_in="Japan", separated_in="Japan"),
            micro.offer("C", 3.0, mined_in="Peru", separated_in="Peru"),
        ],
        series=[{"series": "Index", "2026": 4.0, "2027": 5.0, "low": 2.0, "high": 8.0}],
        demand=[{**micro.need(p2026=10, p2027=20), "low": 5.0, "high": 30.0}],
    )


def over(table: str, row: str, field: str, how: str, value, first=None, last=None) -> Case:
    return overlaid(small(), [Change(Target(table, row, field, first, last), how, value)])[0]


def prices(case: Case) -> list[list[float]]:
    return [case.by_period(r.price).tolist() for r in case.rows("Offers")]


def test_times_plus_and_instead():
    assert prices(over("Offers", "A", "Price", "×", 1.5))[0] == [3, 3, 3]
    assert prices(over("Offers", "A", "Price", "+", 0.5))[0] == [2.5, 2.5, 2.5]
    assert prices(over("Offers", "A", "Price", "=", 9.0))[0] == [9, 9, 9]


def test_a_number_that_follows_a_series_gets_one_of_its_own():
    case = over("Offers", "Any", "Price", "×", 2.0)
    assert prices(case) == [[4, 4, 4], [8, 8, 10], [6, 6, 6]]
    assert case.by_period("Index").tolist() == [4, 4, 5]


def test_the_kg_in_a_product_have_a_low_and_a_high():
    """10 units of 3 kg in place of 2 kg: 0.03 t of Oxide, and what else the product holds stays."""
    products = [
        {"product": "car", "material": "Oxide", "content": 2.0, "low": 1.0, "high": 3.0},
        {"product": "car", "material": "Metal", "content": 5.0},
    ]
    case = micro.case(
        materials=[{"material": "Oxide", "stage": "Separated"}, {"material": "Metal", "stage": "Metal"}],
        products=products,
        offers=[micro.offer()],
        demand=[{"segment": "Plant", "product": "car", "2026": 10}],
    )
    high = overlaid(case, [Change(Target("Products", "car / Oxide", "Content"), "=", "High")])[0]
    needs = {r.material: high.across("Demand", r).tolist() for r in high.rows("Demand")}
    assert needs == {"Oxide": pytest.approx([0.03]), "Metal": pytest.approx([0.05])}


def test_from_and_to_cut_a_year_in_two():
    need = small().across("Demand", small().rows("Demand")[0]).tolist()
    assert need == [10, 10, 20]
    for first, last, expected in (
        ("2026-H2", "2026-H2", [10, 30, 20]),
        ("2026", "2026", [30, 30, 20]),
        ("2027", None, [10, 10, 60]),
    ):
        case = over("Demand", "Plant", "Quantity", "×", 3.0, first, last)
        assert case.across("Demand", case.rows("Demand")[0]).tolist() == expected
    assert prices(over("Offers", "A", "Price", "×", 2.0, "2027"))[0] == [2, 2, 4]


def test_rows_are_named_by_key_by_what_they_name_or_by_group():
    assert [p[0] for p in prices(over("Offers", "Near", "Price", "×", 2.0))] == [4, 8, 3]
    assert [p[0] for p in prices(over("Offers", "Peru", "Price", "×", 2.0))] == [2, 4, 6]
    assert over("Demand", "Plant / Oxide", "Quantity", "=", 1.0).rows("Demand")
    assert over("De Mand", "Oxide", "quantity", "=", 1.0).across("Demand", small().rows("Demand")[0]).tolist() == [
        1,
        1,
        1,
    ]


def test_a_blank_limit_stays_no_limit_unless_one_is_put_there():
    case = over("Offers", "Any", "Available to Us", "×", 2.0)
    assert case.by_period(case.rows("Offers")[0].available_to_us).tolist() == [200, 200, 200]
    assert np.isnan(case.by_period(case.rows("Offers")[2].available_to_us)).all()
    case = over("Offers", "C", "Available to Us", "=", 7.0)
    assert case.by_period(case.rows("Offers")[2].available_to_us).tolist() == [7, 7, 7]


def test_a_rows_own_low_and_high():
    """Of a single number they are the ends; of one over time those of its first figure, the others in proportion."""
    case = over("Offers", "A", "Available to Us", "=", "Low")
    assert case.rows("Offers")[0].available_to_us == 50
    case = over("Demand", "Any", "Quantity", "=", "High")
    assert case.across("Demand", case.rows("Demand")[0]).tolist() == [30, 30, 60]
    assert over("Series", "Index", "Value", "=", "Low").by_period("Index").tolist() == [2, 2, 2.5]


def test_words_dates_and_settings():
    assert over("Offers", "A", "End Uses Allowed", "=", "Civil").rows("Offers")[0].end_uses_allowed == "Civil"
    assert over("Settings", "Optimality Gap", "Value", "+", 0.1).settings["optimality_gap"] == pytest.approx(0.1)
    assert len(over("Offers", "B", "Status", "=", "Exclude").rows("Offers")) == 2


def test_a_word_may_follow_a_number_that_runs_across():
    """The columns of years have become columns of periods; the word is read with them."""
    need = Change(Target("Demand", "Any", "Quantity"), "×", 2.0)
    word = Change(Target("Offers", "A", "End Uses Allowed"), "=", "Civil")
    case, _ = overlaid(small(), [need, word])
    assert case.across("Demand", case.rows("Demand")[0]).tolist() == [20, 20, 40]
    assert case.rows("Offers")[0].end_uses_allowed == "Civil"


def test_rows_are_those_that_reading_the_table_again_would_give():
    """Also where a blank stays blank: the limit of C, and the low end of B, which has none."""
    for field, value in (("Price", 2.0), ("Available to Us", 0.5), ("Minimum Order", 1.0)):
        case = over("Offers", "Any", field, "×", value, "2026" if field == "Price" else None, None)
        again = case._rows_of({}, case.data)
        assert [r.values for r in case.rows("Offers")] == [r.values for r in again["Offers"]]
        assert [r.values for r in case.rows("Series")] == [r.values for r in again["Series"]]


def test_the_base_is_left_alone():
    case = small()
    for value in (2.0, 3.0):
        new, touched = overlaid(case, [Change(Target("Offers", "Any", "Price"), "×", value)])
        assert new.rows("Offers")[0].price == 2.0 * value
        assert (touched[0].table, touched[0].field, touched[0].rows) == ("Offers", "price", (0, 1, 2))
    assert prices(case) == [[2, 2, 2], [4, 4, 5], [3, 3, 3]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("Offer", "A", "Price", "×", 1.0), "'Offer' is not a table"),
        (("Sales", "A", "Price", "×", 1.0), "the case has no table Sales"),
        (("Offers", "Z", "Price", "×", 1.0), "no row matches what is named 'Z'"),
        (("Offers", "A", "Cost", "×", 1.0), "no column 'Cost'"),
        (("Offers", "A", "Offer", "=", "B"), "no column 'Offer'"),
        (("Offers", "A", "Price", "×", 1.0, "2030"), "2030 are not periods"),
        (("Offers", "A", "Cost per Order", "×", 1.0, "2027"), "one number for all periods"),
        (("Offers", "A", "Kind", "×", 2.0), "Kind is no number"),
        (("Offers", "A", "Kind", "=", "Gift"), "'Gift' is not one of"),
        (("Offers", "C", "Available to Us", "=", "Low"), "has no Low and High of its own"),
        (("Offers", "A", "Price", "=", "Low"), "has no Low and High of its own"),
        (("Offers", "A", "Available to Us", "+", -200.0), "-100 is below 0"),
        (("Offers", "A", "Price", "×", "dear"), "expected a number"),
    ],
)
def test_what_can_not_be_is_said(change, words):
    with pytest.raises(CaseError, match=words):
        over(*change)
