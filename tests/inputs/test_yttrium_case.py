"""The shipped yttrium case: it loads clean, and every number in it can be followed to its source."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.case.build import case_from_tables
from model.case.case import Case
from model.case.checks import check
from model.case.load import load
from model.schema.csv_files import write_folder
from model.schema.tables import TABLES
from model.schema.values import is_blank
from tests.inputs.tracing import (
    assert_numbers_equal_their_facts,
    assert_sources_are_facts,
    fact_value,
    source_parts,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "inputs" / "yttrium"
DOCUMENT = ROOT / "docs" / "yttrium-case.md"
YEARS = [str(y) for y in range(2026, 2036)]
CHOSEN = {"priority", "tier", "low", "high", "months"}  # ranks, ranges and the time grid: not measured quantities
FACT_ID = re.compile(r"(?<![\w-])(?:Y-[ADF]\d\d|YT\d{3}|[BCDLPRX]\d{3,4}|B\d\d)\b")


@cache
def yttrium() -> Case:
    return load(FOLDER)


@cache
def facts() -> dict[str, Any]:
    return {r.fact: r for r in yttrium().rows("Facts")}


def all_rows(table: str) -> list[dict[str, Any]]:
    """Give every row of a table, excluded ones too, with period columns under their headers."""
    frame = yttrium().tables[table]
    return [dict(zip(frame.columns, values, strict=True)) for values in frame.itertuples(index=False, name=None)]


def numbers(table: str, row: dict[str, Any]) -> dict[str, float]:
    """Give the numeric cells of a row: column or period header → number."""
    declared = {c.name: c for c in TABLES[table].all_columns}
    found = {}
    for name, value in row.items():
        kind = declared[name].kind if name in declared else "number"
        number = isinstance(value, int | float) and not isinstance(value, bool) and not is_blank(value)
        if number and kind in ("number", "integer", "number_or_series") and name not in CHOSEN:
            found[name] = float(value)
    return found


NUMERIC = [t for t in TABLES if (FOLDER / TABLES[t].file_name).exists() and t not in ("Settings", "Periods", "Facts")]


def test_it_loads_and_checks_without_errors_or_warnings() -> None:
    assert [str(p) for p in check(yttrium()) if p.level != "note"] == []


@pytest.mark.parametrize("table", NUMERIC)
def test_every_number_equals_the_fact_that_its_row_names(table: str) -> None:
    assert_numbers_equal_their_facts(facts(), table, all_rows(table), numbers, 1e-9)


@pytest.mark.parametrize("table", [*NUMERIC, "Settings", "Periods"])
def test_sources_name_facts_and_confidence_is_the_worst_of_them(table: str) -> None:
    assert_sources_are_facts(facts(), table, all_rows(table), numbers)


def test_settings_that_are_figures_equal_their_facts() -> None:
    rows = {r.setting: r for r in yttrium().rows("Settings")}
    for name in ("Discount Rate", "Optimality Gap"):
        (fact,) = source_parts(rows[name].source)["value"]
        assert float(rows[name].value) == pytest.approx(fact_value(facts()[fact], name))


def test_facts_are_complete() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [r for t in yttrium().data for r in all_rows(t)]
    named = {i for r in rows for i in FACT_ID.findall(f"{r['source'] or ''} {r['notes'] or ''}")}
    spans = re.findall(r"([A-Z]+)(\d+) to \1(\d+)", text)
    in_spans = {f"{a}{n:0{len(b)}d}" for a, b, c in spans for n in range(int(b), int(c) + 1)}
    in_text = set(FACT_ID.findall(text)) | in_spans
    for fact in facts().values():
        assert fact.confidence in "ABCDE"
        assert fact.title
        assert fact.address is None or fact.address.startswith(("http://", "https://")), fact.fact
        assert fact.fact in named | in_text, f"{fact.fact} is used nowhere"
        if fact.fact.startswith("Y-D"):
            assert fact.confidence == "E"
            assert fact.notes.startswith("derived: ")
    assert [i for i in in_text | named if i not in facts()] == []


def test_nothing_points_outside_the_repository() -> None:
    for path in (*sorted(FOLDER.glob("*.csv")), DOCUMENT, ROOT / "inputs" / "README.md"):
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text
        for word in ("planning_case", "this pack", "seed", "baskets", "offtakes.csv", "/work", "/tmp"):
            assert word not in text.replace("baskets and plant", ""), word


def test_the_folder_is_in_the_form_in_which_the_program_writes_it(tmp_path: Path) -> None:
    write_folder(tmp_path, yttrium().data)
    for path in sorted(FOLDER.glob("*.csv")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    again = case_from_tables({n: f.rename(columns=str) for n, f in yttrium().tables.items()})
    assert [p for p in again.problems if p.level == "error"] == []


def test_demand_is_the_planning_estimate_year_by_year() -> None:
    for row in all_rows("Demand"):
        parts = source_parts(row["source"])
        for year in YEARS:
            (fact,) = parts[year]
            assert facts()[fact].year == year
            assert row[year] == float(facts()[fact].value)
    assert {(r.segment, r.end_use, r.priority) for r in yttrium().rows("Demand")} == {
        ("Defence", "Military", 1),
        ("Turbine coatings", "Civil", 2),
        ("Chip equipment", "Civil", 2),
    }


def test_no_licence_for_military_use_and_a_falling_back_of_civil_ones() -> None:
    controls = {r["end_use"]: r for r in all_rows("Export Controls")}
    assert [controls["Military"][y] for y in YEARS] == [0.0] * len(YEARS)
    share = 180 / 492
    for year in YEARS:
        civil = sum(r[year] for r in all_rows("Demand") if r["end_use"] == "Civil")
        quota = float(facts()[f"C{161 + YEARS.index(year):04d}"].value) / 100
        assert controls["Civil"][year] == pytest.approx(quota * civil + 90 * share, abs=0.11)
    for offer in yttrium().rows("Offers"):
        if offer.separated_in == "China":
            assert offer.end_uses_allowed == "Civil", offer.offer


def test_chinese_material_outside_counts_as_chinese_and_old_lots_do_not() -> None:
    country = {s.site: s.country for s in yttrium().rows("Sites")}
    offers = {o.offer: o for o in yttrium().rows("Offers")}
    routes = [o for o in offers.values() if o.separated_in == "China" and country[o.site] != "China"]
    assert {country[o.site] for o in routes} == {"Germany", "Austria", "South Korea", "Japan"}
    assert sum(o.available_to_us for o in routes) == pytest.approx(90 * 180 / 492, abs=0.05)
    old = {o.offer for o in offers.values() if o.separated_in == "China before April 2025"}
    assert old == {"US stock lots", "Rotterdam spot"}
    members = {r.country for r in yttrium().rows("Country Groups") if r.group == "Chinese Origin"}
    assert members == {"China", "China before April 2025"}


def test_every_candidate_is_tied_to_feed_and_not_to_its_nameplate() -> None:
    case = yttrium()
    inputs = {r.recipe: r for r in case.rows("Recipe Items") if r.role == "Input"}
    offers = {o.material: o for o in case.rows("Offers")}
    projects = case.rows("Projects")
    assert len(projects) == 7
    for project in projects:
        (recipe,) = [r for r in case.rows("Recipes") if r.site == project.site and r.line == project.line]
        assert recipe.stage == "Separated"
        item = inputs[recipe.recipe]
        feed = case.by_period(offers[item.material].available_to_us)
        assert item.per_unit > 1, "recovery below one"
        assert max(feed) / item.per_unit <= project.max_size * 1.001, f"{project.project}: more feed than it can take"
        assert feed[0] == 0, "no feed before its plant"
        assert project.permit_time > 0
        assert project.construction_time >= 12
        assert project.ramp_year_1 < 1


def test_capital_splits_add_up_to_the_quoted_sum() -> None:
    quoted_sum = {
        "Lynas finishing line": 45,
        "Indiana prepaid line": 40,
        "White Mesa yttrium circuit": 50,
        "Serra Verde separation in the US": 0.2 * 250,
        "Vinton yttrium circuit": 50 * 1.25**0.79,
        "Eneabba yttrium circuit": 90,
        "Coating-waste hub": 12,
    }
    for p in yttrium().rows("Projects"):
        assert p.capex_fixed + p.capex_per_capacity * p.max_size == pytest.approx(quoted_sum[p.project], rel=2e-3)


def test_stock_goals_are_days_of_demand_and_cheaper_to_miss_than_any_shortage() -> None:
    days = {"2027": 60, "2028": 100, "2029": 100, **{str(y): 180 for y in range(2030, 2036)}}
    lowest = min(r.cost for r in yttrium().rows("Shortage Costs") if r.cost)
    for row in all_rows("Limits"):
        use = "Civil" if row["site"] == "Civil store" else "Military"
        for year, number in days.items():
            need = sum(r[year] for r in all_rows("Demand") if r["end_use"] == use)
            assert row[year] == pytest.approx(number / 365 * need, abs=0.06)
        assert is_blank(row["2026"])
        assert row["penalty"] < lowest / 20
    for stock in yttrium().rows("Stockpiles"):
        assert (stock.closing_rule, stock.closing_stock) == ("Min", stock.opening_stock)


def test_line_stops_cost_per_product_and_far_more_per_kilogram_than_oxide() -> None:
    content = {r.segment: r.content for r in yttrium().rows("Demand")}
    prices = [r for r in yttrium().rows("Series") if r.series_unit == "USD/kg"]
    dearest = max(float(max(yttrium().across("Series", r))) for r in prices)
    for segment, kilograms in content.items():
        tiers = sorted((r for r in yttrium().rows("Shortage Costs") if r.segment == segment), key=lambda r: r.tier)
        *early, last = tiers
        assert last.cost is None or is_blank(last.cost)
        assert min(r.cost for r in early) > 3 * dearest
        assert last.cost_per_product * 1000 / kilograms > 30 * early[0].cost
        assert sum(r.share_of_demand for r in early) == pytest.approx(1 - 60 / 210, abs=1e-3)


def test_every_source_reaches_a_market() -> None:
    from model.network.network import Network

    net = Network(yttrium())
    leaving = {(a.origin, a.material) for a in net.arcs} | {(o.site, g) for o in net.operations for g, _ in o.inputs}
    assert [o.row.offer for o in net.offers if o.node not in leaving] == []
    assert len(net.operations) == len(yttrium().rows("Recipes"))
    assert {k for k, _ in net.demand_labels} == {0, 1, 2}
    assert len(net.arcs) >= len(yttrium().rows("Lanes"))
