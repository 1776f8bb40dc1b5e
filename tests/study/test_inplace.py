"""Every number that is declared to change in place gives the matrix of the overlaid case built anew, entry by entry."""

from __future__ import annotations

from functools import cache

import pytest

from model.case.case import Case
from model.schema.tables import TABLES
from model.study.inplace import IN_PLACE, Built
from model.study.overlay import Change, Target, overlaid
from tests.audit.rich_case import rich_case
from tests.rules.test_by_period import CASES
from tests.rules.test_cover import consigned
from tests.study.same import differences, not_as_remembered

SHARES = (
    ("Lines", "availability"),
    ("Projects", "capital_share"),
    ("Projects", "output_share"),
    ("De-risking Rules", "limit"),
    ("Export Controls", "approval_rate"),
    ("Shortage Costs", "share_of_demand"),
)
# A factor that every row of the rich case can bear.
_FACTORS = {("Offers", "minimum_order"): 1.01, **dict.fromkeys(SHARES, 0.93)}

# Blank in the rich case.
_INSTEAD = {("Cover Targets", "safety_stock"): ("=", 0.4), ("Sites", "fixed_cost"): ("=", 0.5)}


@cache
def base() -> Built:
    return Built(case())


@cache
def case() -> Case:
    return rich_case()


def changed(*changes: Change):
    """Return the matrix changed in place, None where it is to be built anew, and the overlaid case."""
    new, touched = overlaid(case(), changes)
    found = base().changed(new, touched)
    return (None if found is None else found[1]), new


@pytest.mark.parametrize("key", IN_PLACE, ids=lambda k: f"{k[0]}-{k[1]}")
def test_in_place_is_built_anew(key: tuple[str, str]):
    """Each declaration against a build; and the change must be seen in the matrix: a number that changes nothing is a fault.

    What is remembered of the base must be what is found anew, too, even where the matrix does not show it.
    """
    how, value = _INSTEAD.get(key, ("×", _FACTORS.get(key, 1.07)))
    new, touched = overlaid(case(), (Change(Target(key[0], "Any", key[1]), how, value),))
    found = base().changed(new, touched)
    assert found is not None
    net, matrix = found
    built = Built(new)
    assert differences(matrix, built.matrix) == []
    assert differences(base().matrix, built.matrix) != []
    assert not_as_remembered(net, built.net) == []


def test_what_may_be_drawn_changes_what_goods_on_consignment_cover():
    """0.5 t or 0.4 t may be drawn of 0.6 t that lie there: the matrix is that of the case built anew."""
    c = consigned(available_to_us=0.5)
    first = Built(c)
    new, touched = overlaid(c, [Change(Target("Offers", "K", "available_to_us"), "=", 0.4)])
    found = first.changed(new, touched)
    assert found is not None
    assert differences(found[1], Built(new).matrix) == []
    assert differences(first.matrix, found[1]) != []


@pytest.mark.parametrize(
    "name",
    [
        "fixed cost of a lane",
        "fixed cost of a lane paid once",
        "fixed cost of a site that may close",
        "fixed cost of a project",
        "cost of going short",
        "cost of a product not made",
    ],
)
def test_a_cost_that_follows_a_series_changes_in_place(name: str):
    """The series itself is swept, in one of its years."""
    c = CASES[name][0]()
    first = Built(c)
    new, touched = overlaid(c, [Change(Target("Series", "Any", "value", "2027", "2027"), "×", 1.1)])
    found = first.changed(new, touched)
    assert found is not None
    assert differences(found[1], Built(new).matrix) == []
    assert differences(first.matrix, found[1]) != []


def test_a_series_goes_where_it_is_used():
    """Every series of the rich case at once: prices, availabilities, values for duties."""
    matrix, new = changed(Change(Target("Series", "Any", "value", "2027-H1", "2028"), "×", 1.1))
    assert matrix is not None
    assert differences(matrix, Built(new).matrix) == []
    assert differences(matrix, base().matrix) != []


def test_a_number_over_part_of_the_time():
    """A price that is one number becomes a series; demand in years is split into the half-years that are meant."""
    for target in (Target("Offers", "Any", "price", "2027-H2", "2028"), Target("Demand", "Any", "quantity", "2027-H2")):
        matrix, new = changed(Change(target, "×", 1.3))
        assert matrix is not None
        assert differences(matrix, Built(new).matrix) == []


def test_several_changes_at_once():
    matrix, new = changed(
        Change(Target("Demand", "Any", "quantity"), "×", 1.1),
        Change(Target("Stockpiles", "Any", "opening_stock"), "×", 1.2),
        Change(Target("Offers", "Any", "price"), "+", 1.0),
        Change(Target("Demand", "Any", "quantity", "2028"), "×", 0.8),
    )
    assert matrix is not None
    assert differences(matrix, Built(new).matrix) == []


@pytest.mark.parametrize(
    "change",
    [
        Change(Target("Lanes", "Any", "lead_time"), "+", 1.0),  # not declared
        Change(Target("Settings", "Discount Rate", "value"), "×", 1.1),
        Change(Target("Offers", "A-1", "available_to_us"), "=", 0.0),  # nothing can be bought: columns go
        Change(Target("Offers", "A-1", "cost_per_order"), "=", 0.0),
        Change(Target("Offers", "A-1", "available_to_us", "2028", "2028"), "=", 0.0),
        Change(Target("Stockpiles", "Any", "opening_stock"), "=", 0.0),
        Change(Target("Demand", "Any", "quantity", "2030"), "=", 0.0),
        Change(Target("Export Controls", "Any", "volume"), "=", 0.0),  # closes ways from stock to need
        Change(Target("Lines", "Any", "capacity"), "=", 0.0),
    ],
    ids=lambda c: f"{c.target.name} {c.how} {c.value:g}",
)
def test_more_than_numbers_is_built_anew_or_the_same(change: Change):
    """Where rows or columns come or go nothing is put in place; where it is, it is right."""
    matrix, new = changed(change)
    if matrix is not None:
        assert differences(matrix, Built(new).matrix) == []


def test_what_is_declared_exists():
    for table, field in IN_PLACE:
        declared = TABLES[table]
        names = {c.name for c in declared.columns} | ({declared.periods.name} if declared.periods else set())
        assert field in names, (table, field)
