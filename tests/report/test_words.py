"""What is said of a plan: the console's lines, and the small words that sentences are made of."""

import datetime as dt

import pytest

from model.network.labels import Label
from model.report import words
from model.report.about import about_rows, varying
from model.report.console import plan_lines
from model.report.story import Story
from tests.report.conftest import Solved
from tests.report.small_case import bare_case, planned


def test_lines_tell_the_plan(solved: Solved) -> None:
    lines = plan_lines(solved.case, solved.plan, solved.as_is)
    assert 10 <= len(lines) <= 22
    assert not [line for line in lines if "\n" in line]
    told = "\n".join(lines)
    for expected in (
        "Proven:",
        "MUSD in cash over 3.5 years",
        "As Is (commitments and renewals only) costs",
        "Supplied by",
        "New circuit (permit from",
        "Motors (civil): ",
        " t of Oxide go short",
        ", from ",
        "Legal rules: all met",
        "Nothing is left of:",
    ):
        assert expected in told


def test_cash_and_shortage_are_never_added(solved: Solved) -> None:
    cash = solved.plan.cost(
        *[k for k in solved.plan.tables["costs"]["kind"].unique() if k not in ("Penalties", "Shortage")]
    )
    assert words.money(cash) in Story(solved.case, solved.plan).cost()[0]
    assert words.money(solved.plan.cost()) not in " ".join(
        line for _, told in Story(solved.case, solved.plan).chapters() for line in told
    )


def test_lines_of_a_bare_case_without_as_is() -> None:
    case = bare_case()
    told = plan_lines(case, planned(case)[0])
    assert "Nobody goes short: every need is served in every period." in told
    assert "As Is (commitments and renewals only): not run, or does not exist." in told
    assert "No stock can be held in this case." in told


def test_a_gram_is_no_shortage(solved: Solved) -> None:
    """The pass that serves defence first may leave a gram open; nobody is told that defence goes short of it."""
    import pandas as pd

    from model.plan import Plan

    gram = pd.DataFrame(
        {"segment": ["Radar"], "material": ["Oxide"], "tier": [1], "period": ["2028"], "tonnes": [1e-6]}
    )
    told = Story(solved.case, Plan({**solved.plan.tables, "shortages": gram}, solved.plan.summary)).shortage()
    assert told == ["Nobody goes short: every need is served in every period."]


def test_who_is_served_first_is_named_first_among_those_who_go_short(solved: Solved) -> None:
    """The console has room for four of them: whoever comes before cost must not be the fifth."""
    import pandas as pd

    from model.plan import Plan

    short = pd.DataFrame(
        [("Motors", "Oxide", 1, "2028", 50.0), ("Radar", "Oxide", 1, "2028", 2.0)],
        columns=["segment", "material", "tier", "period", "tonnes"],
    )
    assert [(r.segment, r.priority) for r in solved.case.rows("Demand")] == [("Motors", 2), ("Radar", 1)]
    told = Story(solved.case, Plan({**solved.plan.tables, "shortages": short}, solved.plan.summary)).shortage()
    assert [line.split(" (")[0] for line in told] == ["Radar", "Motors"]


@pytest.mark.parametrize(
    ("month", "date"),
    [
        (2026 * 12, dt.date(2026, 1, 1)),
        (2027 * 12 + 8.5, dt.date(2027, 9, 16)),
        (2027 * 12 + 11 + 30 / 31, dt.date(2027, 12, 31)),
    ],
)
def test_months_as_dates(month: float, date: dt.date) -> None:
    assert words.date_of(month) == date


def test_origin_in_words() -> None:
    groups = {"Covered": frozenset({"China", "Russia"})}
    label = Label(
        frozenset({("Civil", "Japan")}),
        frozenset(
            {"last:China", "country:Any Stage:China+Russia", "not country:Metal:Japan", "supplier:X", "not supplier:Y"}
        ),
    )
    assert words.origin_words(label, groups) == (
        "some stage in Covered; last worked in China; metal outside Japan; not bought from Y; bought from X"
    )
    assert words.right_words(label, 1) == "Civil only"
    assert words.right_words(label, 2) == "Civil in Japan only"
    assert words.origin_words(Label(), groups) == "no mark"
    assert words.right_words(Label(), 2) == "Any use"


def test_lists_in_sentences() -> None:
    assert [words.listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert words.listed(list("abcdef"), 4) == "a, b, c, d and 2 more"


def test_varying_texts_become_formulas_in_pieces() -> None:
    assert varying('say "no"') == '="say ""no"""'
    assert varying("x" * 300) == f'="{"x" * 240}"&"{"x" * 60}"'
    assert varying("") == '=""'
    assert list(about_rows({"run_id": 1, "versions": {"highspy": "2"}, "none": None, "notes": ["a", "b"]})) == [
        ("Run id", 1),
        ("Versions: highspy", "2"),
        ("Notes", "a; b"),
    ]
