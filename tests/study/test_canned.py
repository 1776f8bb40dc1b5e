"""Canned cases against paper: what each overlay does, what the answers say, and what does not apply says why."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from model.errors import CaseError
from model.report.case_answers import answer
from model.report.case_book import answers_table, cases_content, compared_table
from model.study.canned import CANNED, Cases, run_cases
from tests.rules import micro

ALL = [c.name for c in CANNED]


def case(**more):
    """Return a case of 100 t: China at 1, Australia (incumbent) at 1.6, an allied chain at 3; short is 50; China at most 90 %."""
    tables = {
        "countries": [{"country": c} for c in ("China", "Australia", "Japan", "South Korea", "United States")],
        "country_groups": [{"group": "Covered", "country": "China"}],
        "suppliers": [
            {"supplier": "CN", "country": "China"},
            {"supplier": "AU", "country": "Australia"},
            {"supplier": "JP", "country": "Japan"},
        ],
        "sites": [{"site": "Plant", "country": "United States"}],
        "offers": [
            micro.offer("A", 1.0, supplier="CN", available_to_us=100, kind="Bid"),
            micro.offer("B", 1.6, supplier="AU", available_to_us=50, kind="Renewal"),
            micro.offer(
                "C",
                3.0,
                supplier="JP",
                available_to_us=40,
                kind="Bid",
                lead_time=0,
                mined_in="Australia",
                separated_in="Japan",
            ),
        ],
        "demand": [micro.need("Cars", site="Plant", p2026=100)],
        "shortage_costs": [{"segment": "Cars", "tier": 1, "cost": 50}],
        "de_risking_rules": [
            {
                "rule": "China",
                "metric": "Country Share",
                "who": "Covered",
                "stage": "Any Stage",
                "limit_type": "Max",
                "2026": 0.9,
            }
        ],
    }
    return micro.case(settings={"Optimality Gap": 1e-6}, **(tables | more))


@pytest.fixture(scope="module")
def found() -> Cases:
    return run_cases(case())


def figures(found: Cases, name: str) -> dict:
    return next(a.figures for a in found.asked if a.canned.name == name)


@pytest.mark.parametrize(
    ("name", "cash", "short"),
    [
        ("Least Cost", 100.0, 0.0),  # all from China
        ("Incumbents Only", 50 * 1.6, 50.0),
        ("No Covered Country", 50 * 1.6 + 40 * 3.0, 10.0),
        ("N-1 Largest Country", 50 * 1.6 + 40 * 3.0, 10.0),
        ("Allied Chain Only", 40 * 3.0, 60.0),
        ("180 Days", 90 + 10 * 1.6, 0.0),  # the plan itself
        ("No Covered Country by 2027", 90 + 10 * 1.6, 0.0),  # the plan ends before
    ],
)
def test_an_overlay_costs_what_paper_says(name: str, cash: float, short: float, found: Cases):
    own = figures(found, name)
    assert own["status"] == "optimal"
    assert 1e3 * own["cash"] == pytest.approx(cash)
    assert sum(sum(by.values()) for by in json.loads(own["short_by_segment"]).values()) == pytest.approx(short)
    assert own["short_civil_t"] == pytest.approx(short)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Quota Halved", "The case has no export control with a volume."),
        ("What 42 Days Buy", "The case holds no opening stock in the form that a military need uses."),
        ("Floor of 110", "The case sells no NdPr, so that a floor under its price reaches nobody."),
    ],
)
def test_what_does_not_apply_says_why(name: str, sentence: str, found: Cases):
    answers = answers_table(case(), found).set_index("case")
    assert answers.loc[name, "status"] == "does not apply"
    assert answers.loc[name, "answer"] == sentence


def test_a_case_without_countries_has_few_cases_that_apply():
    plain = micro.case(offers=[micro.offer(available_to_us=100)], demand=[micro.need(p2026=10)])
    answers = answers_table(plain, run_cases(plain)).set_index("case")["answer"]
    assert answers["No Covered Country"] == "The case has no country group Covered."
    assert (
        answers["Least Cost"]
        == "The case has no de-risking rules and no cover targets: its plan is the least cost already."
    )
    assert answers["Allied Chain Only"].startswith("The case knows no Australia and no Japan:")
    assert answers["N-1 Largest Country"] == "Nothing is bought from abroad: no country can be lost."
    assert (
        answers["Incumbents Only"] == "No offer is of kind Renewal and nothing is committed: there are no incumbents."
    )


def test_answers_in_words(found: Cases):
    """40 t are delivered for 120 kUSD: 3 USD/kg. 60 of 100 t are short, against none in the plan."""
    said = answers_table(case(), found).set_index("case")["answer"]
    assert "60.0 of 100.0 t go short (60 %; in the plan 0.0 t do)" in said["Allied Chain Only"]
    assert "First tonnes arrive in 2026; all of the need is met in no period" in said["Allied Chain Only"]
    assert "costs 3.0 USD/kg" in said["Allied Chain Only"]
    assert "mined in Australia and separated in Japan" in said["Allied Chain Only"]
    assert said["N-1 Largest Country"].startswith("Lost is China:")
    assert "3 of 3 offers have something to sell in the first 180 days" in said["180 Days"]
    assert "With incumbents alone 50.0 t would go short: new decisions make up for 50.0 t." in said["180 Days"]
    assert (
        "50.0 t go short, 50.0 t more than in the plan: Cars (50.0 t). The last shortage is in 2026."
        in said["Incumbents Only"]
    )


def test_a_stock_of_42_days_against_none():
    """Defence needs 73 t a year and nothing else can serve it before 2027: 42 days are 8.4 t, each worth its shortage of 50."""
    c = case(
        demand=[
            micro.need("Cars", site="Plant", p2026=100),
            micro.need("Jets", site="Plant", end_use="Military", p2026=73),
        ],
        offers=[micro.offer("A", 1.0, supplier="CN", available_to_us=100, end_uses_allowed="Civil")],
        stockpiles=[{"site": "Plant", "material": "Oxide", "opening_stock": 1.0, "end_uses_allowed": "Any"}],
        shortage_costs=[{"segment": s, "tier": 1, "cost": 50} for s in ("Cars", "Jets")],
        de_risking_rules=[],
    )
    found = run_cases(c, ["What 42 Days Buy"])
    said = answer(c, found.base, found.asked[0])
    assert "42 days of the military need of the first year are 8.4 t" in said
    assert "With it in store, 8.4 t less go short than without" in said
    worth = 1e-3 * 8.4 * 50
    assert f"is worth {worth:,.2f} MUSD" in said


@pytest.mark.parametrize("steps", [1, 2])
def test_a_floor_under_ndpr(steps: int):
    """Need 10 t at 2; up to 50 t more are bought to be sold at 110 instead of 1: 60 · 2 − 50 · 110 = −5380. Nothing is built."""
    sales = [
        {"site": "Plant", "material": "NdPr oxide", "price": 1.0 / n, "most": 50.0 / steps, "step": n} for n in (1, 2)
    ][:steps]
    c = case(
        materials=[{"material": "NdPr oxide", "stage": "Separated"}],
        offers=[micro.offer("A", 2.0, supplier="AU", material="NdPr oxide", available_to_us=60)],
        demand=[micro.need("Cars", "NdPr oxide", site="Plant", p2026=10)],
        sales=sales,
        de_risking_rules=[],
    )
    found = run_cases(c, ["Floor of 110"])
    assert 1e3 * found.asked[0].figures["cash"] == pytest.approx(-5380)
    said = answer(c, found.base, found.asked[0])
    assert "Nothing would be built that the plan does not build without this price." in said


def test_a_floor_that_is_met_already():
    c = case(
        materials=[{"material": "NdPr oxide", "stage": "Separated"}],
        offers=[micro.offer("A", 120.0, supplier="AU", material="NdPr oxide", available_to_us=60)],
        demand=[micro.need("Cars", "NdPr oxide", site="Plant", p2026=10)],
        sales=[{"site": "Plant", "material": "NdPr oxide", "price": 111.0, "most": 5}],
        shortage_costs=[{"segment": "Cars", "tier": 1, "cost": 500}],
        de_risking_rules=[],
    )
    found = run_cases(c, ["Floor of 110"])
    assert answer(c, found.base, found.asked[0]) == "All NdPr is sold at 110 USD/kg or more already."


def test_a_case_without_a_plan_has_a_status_and_no_figure():
    """Without a price of going short China's ban leaves no plan."""
    c = case(shortage_costs=[])
    found = run_cases(c, ["no covered country"])
    assert answer(c, found.base, found.asked[0]) == "There is no figure: no plan exists."
    cells = compared_table(found).set_index("what")["No Covered Country"]
    assert cells["Status"] == "no plan exists"
    assert cells.iloc[1:].isna().all()


def test_there_is_no_such_case():
    with pytest.raises(CaseError, match="there is no canned case 'Leest Cost'; did you mean 'Least Cost'"):
        run_cases(case(), ["Leest Cost"])


def test_a_stored_case_is_not_solved_again(tmp_path):
    store = tmp_path / "s.sqlite"
    names = ["Least Cost", "180 Days"]
    first, again = (run_cases(case(), names, store=store) for _ in range(2))
    assert (first.solved, first.cached) == (3, 0)
    assert (again.solved, again.cached) == (0, 3)
    assert again.base == first.base


def test_the_workbook_stands_side_by_side(found: Cases):
    c = case()
    compared = compared_table(found)
    assert list(compared.columns[:4]) == ["what", "unit", "Plan", "Least Cost"]
    cash = compared.set_index("what").loc["Cash cost"]
    assert 1e3 * cash["Least Cost"] == pytest.approx(100)
    least, most = (compared.set_index("what").loc[f"   change against the plan, at {end}"] for end in ("least", "most"))
    assert 1e3 * least["Least Cost"] == pytest.approx(-6.0, abs=1e-3)
    assert least["Least Cost"] <= most["Least Cost"]
    book = openpyxl.load_workbook(io.BytesIO(cases_content(c, found, answers_table(c, found), compared)))
    assert book.sheetnames == ["Answers", "Cases", "Cash and Shortage"]
    assert len(book["Cash and Shortage"]._charts) == 2
    assert max(len(str(row[0].value or "")) for row in book["Answers"]) <= 92  # fits a page
    statuses = [cell.value for cell in next(r for r in book["Cases"].iter_rows() if r[0].value == "Status")]
    assert statuses.count("does not apply") == 3
