"""Periods, lags, windows and discounting, all by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case.case import Case
from model.case.timeline import Period, Timeline, month_number
from tests.case.base import add, both, drop, put, read, remove

JANUARY_2026 = 2026 * 12


def timeline(
    *months: float, rate: float = 0.0, timing: str = "Mid", base: float = JANUARY_2026, per_period: bool = False
) -> Timeline:
    starts = JANUARY_2026 + np.concatenate([[0], np.cumsum(months)])
    periods = tuple(
        Period(i, f"p{i}", s, m, int(s // 12)) for i, (s, m) in enumerate(zip(starts[:-1], months, strict=True))
    )
    return Timeline(periods, rate, timing, base, JANUARY_2026, per_period)


HALVES = timeline(6, 6, 12, 24)


def test_months_and_lengths() -> None:
    assert month_number(dt.date(2026, 1, 1)) == JANUARY_2026
    assert month_number(dt.date(2026, 7, 16)) == pytest.approx(JANUARY_2026 + 6 + 15 / 31)
    assert HALVES.years.tolist() == [0.5, 0.5, 1, 2]
    assert HALVES.amount_factor.tolist() == [0.5, 0.5, 1, 2]
    assert timeline(6, 6, per_period=True).amount_factor.tolist() == [1, 1]
    assert (HALVES.start, HALVES.end) == (JANUARY_2026, JANUARY_2026 + 48)


@pytest.mark.parametrize(
    ("t", "lag", "shares"),
    [
        (0, 0, [(0, 1)]),
        (0, 4, [(0, 2 / 6), (1, 4 / 6)]),
        (0, 1.5, [(0, 4.5 / 6), (1, 1.5 / 6)]),
        (0, 9, [(1, 3 / 6), (2, 3 / 6)]),
        (0, 6, [(1, 1)]),
        (1, 9, [(2, 3 / 6 + 3 / 6)]),
        (2, 6, [(2, 6 / 12), (3, 6 / 12)]),
        (2, 0.5, [(2, 11.5 / 12), (3, 0.5 / 12)]),
        (3, 6, [(3, 18 / 24)]),
        (0, 60, []),
    ],
)
def test_arrivals(t: int, lag: float, shares: list[tuple[int, float]]) -> None:
    found = HALVES.arrivals(t, lag)
    assert [i for i, _ in found] == [i for i, _ in shares]
    assert [s for _, s in found] == pytest.approx([s for _, s in shares])


@given(st.lists(st.integers(1, 36), min_size=1, max_size=6), st.floats(0, 50), st.data())
def test_arrivals_add_up_to_what_comes_before_the_end(months: list[int], lag: float, data: st.DataObject) -> None:
    line = timeline(*map(float, months))
    t = data.draw(st.integers(0, len(months) - 1))
    p = line.periods[t]
    inside = min(1.0, max(0.0, (line.end - p.start - lag) / p.months))
    assert sum(s for _, s in line.arrivals(t, lag)) == pytest.approx(inside, abs=1e-9)


@pytest.mark.parametrize(
    ("timing", "years"), [("Start", [0, 0.5, 1, 2]), ("Mid", [0.25, 0.75, 1.5, 3]), ("End", [0.5, 1, 2, 4])]
)
def test_discount(timing: str, years: list[float]) -> None:
    line = timeline(6, 6, 12, 24, rate=0.1, timing=timing)
    assert line.discount.tolist() == pytest.approx([1.1**-y for y in years])
    earlier = timeline(6, 6, 12, 24, rate=0.1, timing=timing, base=JANUARY_2026 - 6)
    assert earlier.discount.tolist() == pytest.approx([1.1 ** -(y + 0.5) for y in years])


def test_windows(tmp_path: Path) -> None:
    line = read(tmp_path / "c").timeline
    assert line.windows("Calendar Year") == [("2026", (0, 1)), ("2027", (2,)), ("2028-29", (3,))]
    assert line.windows("Period") == [("2026-H1", (0,)), ("2026-H2", (1,)), ("2027", (2,)), ("2028-29", (3,))]
    assert line.labels([0, 3]) == ["2026-H1", "2028-29"]


@pytest.mark.parametrize(
    ("start", "end", "applied"),
    [
        (None, None, True),
        (dt.date(2027, 7, 2), None, True),  # 183 of 365 days
        (dt.date(2027, 7, 3), None, False),  # 182 of 365 days
        (None, dt.date(2027, 7, 2), False),  # 182 of 365 days
        (None, dt.date(2027, 7, 3), True),
        (dt.date(2028, 1, 1), None, False),
        (dt.date(2026, 1, 1), dt.date(2030, 1, 1), True),
    ],
)
def test_a_rule_applies_on_more_than_half_of_the_days(
    start: dt.date | None, end: dt.date | None, applied: bool
) -> None:
    months = [None if d is None else month_number(d) for d in (start, end)]
    assert HALVES.applies(2, *months) is applied


def test_share_in() -> None:
    assert HALVES.share_in(2, JANUARY_2026 + 15, JANUARY_2026 + 99) == pytest.approx(9 / 12)
    assert HALVES.share_in(0, JANUARY_2026 + 15, JANUARY_2026 + 99) == 0


def test_without_periods_ten_calendar_years(tmp_path: Path) -> None:
    def labels(*changes: object) -> list[str]:
        case: Case = read(tmp_path / "c", drop("Periods"), *changes)  # type: ignore[arg-type]
        (tmp_path / "c" / "periods.csv").unlink(missing_ok=True)
        assert {p.months for p in case.timeline.periods} == {12}
        return [p.label for p in case.timeline.periods]

    assert labels() == [str(y) for y in range(2026, 2036)]
    assert labels(put("Settings", "Base Date", "Value", "2027-03-01")) == [str(y) for y in range(2027, 2037)]
    assert labels(remove("Settings", "Base Date"), remove("Settings", "Plan Date"))[0] == "2026"


def test_periods_are_sorted_by_their_start(tmp_path: Path) -> None:
    case = read(
        tmp_path / "c", remove("Periods", "2026-H1"), add("Periods", Period="2026-H1", Start="2026-01-01", Months="6")
    )
    assert case.timeline.labels(range(4)) == ["2026-H1", "2026-H2", "2027", "2028-29"]


def test_numbers_across(tmp_path: Path) -> None:
    case = read(
        tmp_path / "c",
        put("Demand", "Motors", "2028", ""),
        add("Series", **{"Series": "Late", "2026-H2": "5", "2028-29": "7"}),
        both(put("Limits", "L1", "2026", ""), put("Limits", "L1", "2029", "")),
    )
    motors, jets = case.rows("Demand")
    assert case.across("Demand", motors).tolist() == [
        200,
        200,
        220,
        130,
    ]  # a year's column holds in both halves; blank is zero
    assert case.amounts("Demand", motors).tolist() == [100, 100, 220, 260]
    assert case.across("Demand", jets).tolist() == [10, 10, 10, 10]
    price, late = case.rows("Series")
    assert case.across("Series", price).tolist() == [60, 61, 62, 62]  # as before
    assert np.array_equal(case.across("Series", late), [np.nan, 5, 5, 7], equal_nan=True)
    limit = case.rows("Limits")[0]
    assert np.array_equal(case.across("Limits", limit), [np.nan, np.nan, 400, np.nan], equal_nan=True)  # no limit
    offers = {r.offer: r for r in case.rows("Offers")}
    assert case.by_period(offers["O2"].price).tolist() == [60, 61, 62, 62]
    assert case.rate_amounts(offers["O1"].available_to_us).tolist() == [150, 150, 300, 600]
    assert np.isnan(case.by_period(None)).all()


def test_what_is_asked_for_twice_is_not_changed_by_the_first_who_asks(tmp_path: Path) -> None:
    case = read(tmp_path / "c")
    row = case.rows("Demand")[0]
    case.across("Demand", row)[:] = -1
    assert case.across("Demand", row).tolist() == [200, 200, 220, 250]


def test_a_series_of_years_in_a_longer_period_carries_on(tmp_path: Path) -> None:
    def by_years(tables: dict[str, list[list[str]]]) -> None:
        tables["Series"] = [["Series", "2026", "2027", "2028", "2029"], ["CN Price", "60", "", "70", ""]]

    case = read(tmp_path / "c", by_years)
    assert case.across("Series", case.rows("Series")[0]).tolist() == [60, 60, 60, 70]
