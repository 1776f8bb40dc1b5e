"""Promises are settled so that nothing is lost: promised = delivered + still due + cancelled + after the plan − excess."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case.timeline import Period, Timeline, month_number
from model.rolling.horizon import RollError, pieces_of
from model.rolling.promises import Promise, settle, share_deliveries

YEAR = 2026 * 12


def line(*spans: tuple[str, int, int]) -> Timeline:
    periods = tuple(Period(i, n, float(a), float(m), int(a // 12)) for i, (n, a, m) in enumerate(spans))
    return Timeline(periods, 0.0, "Mid", float(spans[0][1]), float(spans[0][1]))


HALVES = line(("H1", YEAR, 6), ("H2", YEAR + 6, 6), ("2027", YEAR + 12, 12), ("2028-29", YEAR + 24, 24))


def promise(*due: tuple[float, float, float]) -> Promise:
    return Promise("P", "P", {"kind": "Contract"}, due)


# ---- periods


@pytest.mark.parametrize(
    ("to", "left"),
    [
        ("2026-07-01", [("H2", 6), ("2027", 12), ("2028-29", 24)]),
        ("2026-09-01", [("H2", 4), ("2027", 12), ("2028-29", 24)]),
        ("2027-01-01", [("2027", 12), ("2028-29", 24)]),
        ("2027-12-01", [("2027", 1), ("2028-29", 24)]),
        ("2028-04-01", [("2028", 9), ("2029", 12)]),
        ("2029-01-01", [("2028-29", 12)]),
        ("2029-07-01", [("2028-29", 6)]),
    ],
)
def test_past_periods_drop_and_one_that_is_cut_keeps_its_rest(to, left):
    assert [(p.label, p.months) for p in pieces_of(HALVES, dt.date.fromisoformat(to))] == left


@pytest.mark.parametrize("to", ["2026-01-01", "2030-01-01", "2025-06-01", "2027-01-15"])
def test_other_days_are_refused(to):
    with pytest.raises(RollError):
        pieces_of(HALVES, dt.date.fromisoformat(to))


def test_an_amount_per_period_is_not_cut():
    per_period = Timeline(HALVES.periods, 0.0, "Mid", HALVES.base, HALVES.plan, per_period=True)
    with pytest.raises(RollError, match="roll to its end"):
        pieces_of(per_period, dt.date(2026, 9, 1))
    assert [p.label for p in pieces_of(per_period, dt.date(2026, 7, 1))] == ["H2", "2027", "2028-29"]


# ---- one promise: 60 t in H1, 60 t in H2, rolled to September (two thirds through the year)

DUE = ((YEAR, YEAR + 6, 60.0), (YEAR + 6, YEAR + 12, 60.0))
SEPTEMBER = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("delivered", "cancelled", "remaining", "dropped", "excess"),
    [
        (80, False, [40, 0, 0], 0, 0),  # as due: 60 t, and 20 t of July and August
        (50, False, [70, 0, 0], 0, 0),  # 30 t late
        (50, True, [40, 0, 0], 30, 0),  # 30 t cancelled
        (100, False, [20, 0, 0], 0, 0),  # 20 t early
        (130, False, [0, 0, 0], 0, 10),  # more than all
    ],
)
def test_late_and_early_tonnes(delivered, cancelled, remaining, dropped, excess):
    s = settle(promise(*DUE), delivered, cancelled, month_number(SEPTEMBER), pieces_of(HALVES, SEPTEMBER))
    assert s.remaining == pytest.approx(remaining)
    assert (s.cancelled, s.excess, s.beyond) == pytest.approx((dropped, excess, 0))


def test_what_is_due_on_a_day_and_after_the_plan():
    """10 t on 15 March 2027 (month 2.45 of the year), 5 t after the end of 2029."""
    day = YEAR + 12 + 2 + 14 / 31
    s = settle(promise((day, day, 10), (YEAR + 60, YEAR + 60, 5)), 0, False, YEAR + 8, pieces_of(HALVES, SEPTEMBER))
    assert s.remaining == pytest.approx([0, 10, 0])
    assert s.beyond == pytest.approx(5)


def test_deliveries_under_one_offer_fill_what_is_due_first():
    first = Promise("A, H1", "A", {}, ((YEAR, YEAR + 6, 30.0),))
    second = Promise("A, H2", "A", {}, ((YEAR + 6, YEAR + 12, 30.0),))
    assert share_deliveries([second, first], {"A": 45}, YEAR + 6) == pytest.approx({"A, H1": 30, "A, H2": 15})
    assert share_deliveries([first, second], {"A": 70}, YEAR + 6) == pytest.approx({"A, H1": 30, "A, H2": 40})


@given(
    st.lists(st.tuples(st.integers(-3, 40), st.integers(0, 12), st.floats(0.01, 1e4)), min_size=1, max_size=5),
    st.floats(0, 3e4),
    st.booleans(),
    st.integers(1, 47),
)
def test_nothing_is_lost(spans, delivered, cancelled, month):
    due = tuple((float(YEAR + a), float(YEAR + a + n), q) for a, n, q in spans)
    to = dt.date(2026 + month // 12, month % 12 + 1, 1)
    s = settle(promise(*due), delivered, cancelled, float(YEAR + month), pieces_of(HALVES, to))
    total = s.delivered + s.left + s.cancelled + s.beyond - s.excess
    assert total == pytest.approx(s.promise.tonnes, abs=1e-6)
    assert min(s.remaining) >= 0
