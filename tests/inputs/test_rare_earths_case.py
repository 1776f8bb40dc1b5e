"""The shipped rare-earth case: it loads clean, every number can be followed to its source, and its chain holds together."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.case.build import case_from_tables
from model.case.case import Case
from model.case.load import load
from model.checking import check
from model.network.network import Network
from model.report.reconciliation import NO_CHECK, parts_table, reconciliation_table
from model.schema.csv_files import write_folder
from model.schema.tables import TABLES
from model.schema.tables.chemistry import OXIDES, REST
from model.schema.values import is_blank
from tests.inputs.tracing import assert_numbers_equal_their_facts, assert_sources_are_facts, fact_value

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "inputs" / "rare_earths"
DOCUMENT = ROOT / "docs" / "rare-earths-case.md"
YEARS = [str(y) for y in range(2026, 2036)]
CHOSEN = {
    "priority",
    "tier",
    "step",
    "low",
    "high",
    "months",
}  # ranks, ranges and the time grid: not measured quantities
FACT_ID = re.compile(r"(?<![\w-])(?:R-[ADF]\d{2,3}|YT\d{3}|[CDHLPRX]\d{3,4}|[AB]\d\d)\b")
SHARES = (*(o.lower() for o in OXIDES), REST)
GRADES = ("NdFeB traction magnet", "NdFeB small-motor magnet", "NdFeB defence magnet", "SmCo magnet")
# Lines of the two articles that a parameter of the case answers to.
CORE = [
    "A01",
    "A05",
    "A09",
    "A13",
    "A14",
    "A15",
    "A16",
    "A19",
    "A20",
    "A22",
    "A23",
    "A24",
    "A25",
    "A26",
    "A27",
    "A28",
    "A29",
    "A30",
    "A31",
    "A32",
    "A33",
    "A34",
    "B02",
    "B07",
    "B08",
    "B10",
    "B11",
    "B12",
    "B13",
    "B14",
    "B15",
    "B16",
    "B17",
    "B18",
    "B19",
    "B20",
    "B21",
    "B22",
    "B23",
    "B24",
    "B25",
    "B26",
    "B27",
    "B28",
    "B29",
    "B30",
    "B31",
    "B33",
    "B34",
    "B35",
    "B36",
    "B37",
    "B38",
    "B39",
    "B41",
    "B42",
    "B43",
    "B46",
    "B47",
    "B51",
    "B52",
    "B53",
    "B54",
    "B55",
    "B56",
    "B57",
    "B58",
    "B59",
    "B61",
]


@cache
def rare_earths() -> Case:
    return load(FOLDER)


@cache
def network() -> Network:
    return Network(rare_earths())


@cache
def facts() -> dict[str, Any]:
    return {r.fact: r for r in rare_earths().rows("Facts")}


def all_rows(table: str) -> list[dict[str, Any]]:
    """Give every row of a table, excluded ones too, with period columns under their headers."""
    frame = rare_earths().tables[table]
    return [dict(zip(frame.columns, values, strict=True)) for values in frame.itertuples(index=False, name=None)]


def numbers(table: str, row: dict[str, Any]) -> dict[str, float]:
    """Give the numeric cells of a row that were typed: column or period header → number."""
    declared = {c.name: c for c in TABLES[table].all_columns}
    found = {}
    for name, value in row.items():
        column = declared.get(name)
        kind = column.kind if column else "number"
        number = isinstance(value, int | float) and not isinstance(value, bool) and not is_blank(value)
        if not number or kind not in ("number", "integer", "number_or_series") or name in CHOSEN:
            continue
        if column is None or value != column.default:
            found[name] = float(value)
    return found


def named(text: str | None) -> set[str]:
    """Give the fact ids that a text names, spans such as ``C0001 to C0120`` in full."""
    found = set(FACT_ID.findall(text or ""))
    for letters, first, last in re.findall(r"\b([A-Z]+)(\d+) to \1(\d+)", text or ""):
        found |= {f"{letters}{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)}
    return found


# What a sweep tries is a question and claims nothing.
_NO_CLAIM = ("Settings", "Periods", "Facts", "Sweeps")
NUMERIC = [t for t in TABLES if (FOLDER / TABLES[t].file_name).exists() and t not in _NO_CLAIM]


def test_it_loads_and_checks_without_errors_or_warnings() -> None:
    assert [str(p) for p in check(rare_earths()) if p.level != "note"] == []


@pytest.mark.parametrize("table", NUMERIC)
def test_every_number_equals_the_fact_that_its_row_names(table: str) -> None:
    assert_numbers_equal_their_facts(facts(), table, all_rows(table), numbers, 1e-5)


@pytest.mark.parametrize("table", [*NUMERIC, "Settings", "Periods"])
def test_sources_name_facts_and_confidence_is_the_worst_of_them(table: str) -> None:
    assert_sources_are_facts(facts(), table, all_rows(table), numbers)


def test_facts_are_complete_and_each_is_used() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    used = named(text)
    for table in rare_earths().data:
        for row in all_rows(table):
            if table != "Facts" or str(row["fact"]).startswith("R-"):
                used |= named(row["source"]) | named(row["notes"])
    assert sorted(used - set(facts())) == []
    assert sorted(set(facts()) - used) == []
    for fact in facts().values():
        assert fact.confidence in "ABCDE"
        assert fact.title
        assert fact.address is None or fact.address.startswith(("http://", "https://")), fact.fact
        if fact.fact.startswith("R-D"):
            assert fact.confidence == "E"
            assert fact.notes.startswith("derived: ")


@pytest.mark.parametrize("line", CORE)
def test_every_core_line_of_the_articles_has_its_place(line: str) -> None:
    assert line in facts()
    assert re.search(rf"^\| {line} \| \S", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


def test_nothing_points_outside_the_repository() -> None:
    for path in (*sorted(FOLDER.glob("*.csv")), DOCUMENT):
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text
        for word in ("planning_case", "this pack", "seed", "offtakes.csv", "baskets_", "/work", "/tmp"):
            assert word not in text, (path.name, word)


def test_the_folder_is_in_the_form_in_which_the_program_writes_it(tmp_path: Path) -> None:
    write_folder(tmp_path, rare_earths().data)
    for path in sorted(FOLDER.glob("*.csv")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    again = case_from_tables({n: f.rename(columns=str) for n, f in rare_earths().tables.items()})
    assert [p for p in again.problems if p.level == "error"] == []


def per_tonne(grade: str) -> dict[str, float]:
    """Give the oxide that a tonne of magnet takes, through metal: element → t."""
    items = [r for r in rare_earths().rows("Recipe Items") if r.role == "Input"]
    oxide = {r.recipe: r.per_unit for r in items if r.material.endswith(" oxide")}
    return {r.material.split()[0]: r.per_unit * oxide[r.material] for r in items if r.recipe == grade + "s"}


def tonnes(segment: str, year: str) -> dict[str, float]:
    """Give what a segment needs in a year as typed: material → t/y, units times the kg of table Products."""
    (row,) = [r for r in all_rows("Demand") if r["segment"] == segment]
    if not is_blank(row["material"]):
        return {row["material"]: row[year]}
    held = [r for r in all_rows("Products") if r["product"] == row["product"]]
    return {r["material"]: 1e-3 * r["content"] * row[year] for r in held}


@pytest.mark.parametrize(
    ("segments", "element", "first", "off"),
    [
        (("Electric cars", "Other cars"), "NdPr", 1, 0.06),
        (("Electric cars", "Other cars"), "Dy", 2, 0.06),
        (("Electric cars", "Other cars"), "Tb", 3, 0.06),
        (("Defence motors and missiles",), "NdPr", 4, 0.03),
        (("Defence aircraft", "Defence other SmCo"), "Sm", 7, 0.03),
        (("Motion systems",), "NdPr", 11, 0.03),
        (("Civil aerospace",), "Sm", 12, 0.03),
    ],
)
def test_magnets_give_back_the_published_oxide_once(
    segments: tuple[str, ...], element: str, first: int, off: float
) -> None:
    """Through the recipes: what the magnets take on their way from oxide is what is published, counted once."""
    for year in YEARS:
        published = float(facts()[f"C{first + 12 * YEARS.index(year):04d}"].value)
        taken = sum(
            t * per_tonne(material).get(element, 0.0)
            for segment in segments
            for material, t in tonnes(segment, year).items()
            if material in GRADES
        )
        assert taken == pytest.approx(published, abs=off), year


def test_units_leave_the_tonnes_of_each_grade_and_use_as_they_were_published() -> None:
    """Cars and aircraft are a part of the need by grade, no addition to it: the wholes are R-D168, R-D169, R-D175, R-D176."""
    wholes = {
        "R-D168": ("NdFeB traction magnet", ("Electric cars",)),
        "R-D169": ("NdFeB small-motor magnet", ("Electric cars", "Other cars")),
        "R-D175": ("SmCo magnet", ("Defence aircraft", "Defence other SmCo")),
        "R-D176": ("Y oxide", ("Defence aircraft", "Defence engines")),
    }
    for fact, (material, segments) in wholes.items():
        for year in YEARS:
            found = sum(tonnes(segment, year).get(material, 0.0) for segment in segments)
            assert found == pytest.approx(fact_value(facts()[fact], year), abs=1e-3), (fact, year)


def test_an_electric_car_stops_for_either_magnet_and_is_valued_once() -> None:
    """1.5 kg and 0.5 kg in one product of 2 kg: both needs share their row, and their last tier is one price per car."""
    needs = [r for r in rare_earths().rows("Demand") if r.segment == "Electric cars"]
    assert {r.material: r.content for r in needs} == {"NdFeB traction magnet": 1.5, "NdFeB small-motor magnet": 0.5}
    assert {(r.row_id, r.in_units, r.product_kg) for r in needs} == {(needs[0].row_id, True, 2.0)}
    aircraft = [r for r in rare_earths().rows("Demand") if r.product == "F-35"]
    assert {r.material: r.content for r in aircraft} == {"SmCo magnet": 23.0, "Y oxide": 0.85}


def test_demand_reconciles_with_the_stated_oxide_in_every_period() -> None:
    """All 120 figures of the published estimate are compared, and only the Dy of motion systems is counted by no check."""
    table = reconciliation_table(rare_earths())
    assert set(table["within"]) == {"Yes"}
    stated = {fact for r in all_rows("Demand Checks") for fact in FACT_ID.findall(r["source"])}
    assert {f"C{k:04d}" for k in range(1, 121)} <= stated
    parts = parts_table(rare_earths())
    left = parts[parts["check"] == NO_CHECK]
    assert set(zip(left["segment"], left["material"], strict=True)) == {("Motion systems", "Dy")}
    assert left["held"].max() < 0.6
    counted = parts[parts["check"] != NO_CHECK].groupby(["segment", "demanded", "material", "period"]).size()
    assert counted.max() == 1


def test_a_need_typed_twice_is_seen() -> None:
    """With the dysprosium of defence in 2026 once more as oxide its check fails there, and no other one."""
    frame = rare_earths().tables["Demand"].copy()
    frame.loc[len(frame)] = {"segment": "Defence oxide", "material": "Dy oxide", "end_use": "Military", "2026": 14.0}
    table = reconciliation_table(rare_earths().replace("Demand", frame))
    off = table[table["within"] == "No"]
    assert list(zip(off["check"], off["period"], strict=True)) == [("Dy of defence", "2026-H2")]


def test_no_oxide_is_asked_for_that_stands_in_magnets_already() -> None:
    assert {r.material for r in rare_earths().rows("Demand")} == {*GRADES, "Y oxide"}
    assert {r.segment for r in rare_earths().rows("Demand") if r.priority == 1} == {
        r.segment for r in rare_earths().rows("Demand") if r.end_use == "Military"
    }


def test_a_finished_magnet_holds_less_than_it_took() -> None:
    content = {(r.element, r.material): r.content for r in rare_earths().rows("Contents")}
    for grade in GRADES:
        for element, taken in per_tonne(grade).items():
            assert 0.6 * taken < content[element, grade] < 0.9 * taken


def test_feeds_close_and_no_plant_makes_more_of_an_oxide_than_it_is_fed() -> None:
    baskets = rare_earths().rows("Baskets")
    assert len(baskets) >= 10
    for b in baskets:
        assert sum(getattr(b, o) for o in SHARES) == pytest.approx(1, abs=2e-3), b.feed
        assert b.basis != "Proxy" or b.proxy_of
    for site in {r.site for r in rare_earths().rows("Recoveries")}:
        for oxide in SHARES:
            assert sum(getattr(r, oxide) for r in rare_earths().rows("Recoveries") if r.site == site) <= 1


def test_the_chain_is_as_long_and_wide_as_the_sources_allow() -> None:
    kinds: dict[str, int] = {}
    for site in rare_earths().rows("Sites"):
        kinds[site.kind] = kinds.get(site.kind, 0) + 1
    assert kinds["Separation Plant"] >= 12
    assert kinds["Magnet Plant"] >= 8
    assert len(rare_earths().rows("Projects")) >= 10
    assert len(rare_earths().rows("Sites")) <= 45
    assert len(rare_earths().rows("Materials")) <= 30


def test_candidates_need_permit_time_or_running_work_and_start_below_full_yield() -> None:
    separating = {f.line for f in rare_earths().rows("Plant Feeds")}
    for p in rare_earths().rows("Projects"):
        assert p.construction_time >= 12
        assert p.ramp_year_1 < 1
        assert 0 < p.capital_share == p.output_share <= 1
        assert p.min_size < p.max_size
        if p.line in separating:
            assert p.recovery_year_1 < p.recovery_year_4 == 1


def test_no_allied_samarium_in_2026_so_that_defence_can_go_short() -> None:
    case = rare_earths()
    for offer in case.rows("Offers"):
        if offer.material == "Sm oxide" and offer.end_uses_allowed == "Any":
            assert case.by_period(offer.available_to_us)[0] == 0, offer.offer
    (stock,) = [r for r in case.rows("Stockpiles") if r.site == "Defence store" and r.material == "SmCo magnet"]
    assert stock.opening_stock == pytest.approx(100 * 42 / 365, abs=0.05)


def test_what_left_china_under_licence_is_closed_to_defence() -> None:
    for offer in rare_earths().rows("Offers"):
        if offer.separated_in == "China":
            assert offer.end_uses_allowed == "Civil", offer.offer
    bans = [r for r in rare_earths().rows("Export Controls") if r.end_use == "Military"]
    assert {(r.material, r.kind, r.reach) for r in bans} == {
        (e, "Ban", "Derived Content") for e in ("Dy", "Tb", "Sm", "Y")
    }


def test_the_october_rules_stand_ready_and_are_tighter() -> None:
    rows = {r["control"]: r for r in all_rows("Export Controls")}
    for element in ("Dy", "Tb", "Sm", "Y"):
        now, then = rows[f"China civil licences, {element}"], rows[f"October rules return, {element}"]
        assert now["status"] in (None, "Include")
        assert all(then[y] <= now[y] for y in YEARS)
    second = {n for n, r in rows.items() if r["control_state"] == "October rules return"}
    assert second == {n for n in rows if n.startswith("October rules return")}
    assert len(second) == 6


def test_the_state_of_the_controls_is_one_setting():
    """As shipped the second set and its prices are out of the plan; one word in Settings brings both in."""
    shipped = load(FOLDER)
    other = shipped.set("Settings", {"setting": "Control State"}, "value", "October rules return")

    def dy(case):
        row = next(r for r in case.rows("Series") if r.series == "Dy oxide outside")
        return float(case.across("Series", row)[-1])

    assert len(other.rows("Export Controls")) == len(shipped.rows("Export Controls")) + 6
    assert len(other.rows("Series")) == len(shipped.rows("Series"))
    assert (dy(shipped), dy(other)) == (344.1, 555.0)
    assert {p.level for p in check(other)} <= {"note"}


def test_the_defence_rule_is_law_by_magnet_material_and_reaches_the_mine_from_2027() -> None:
    law = [r for r in all_rows("De-risking Rules") if r["force"] == "Law"]
    assert {(r["material"], r["stage"]) for r in law} == {
        (g, s) for g in ("NdFeB defence magnet", "SmCo magnet") for s in ("Metal", "Magnet", "Any Stage")
    }
    for row in law:
        assert (row["who"], row["end_use"], row["hardness"]) == ("Covered", "Military", "Hard")
        assert {row[y] for y in YEARS if not is_blank(row[y])} == {0.0}
        assert is_blank(row["2026"]) == (row["stage"] == "Any Stage")


def test_missing_a_stock_goal_is_cheaper_than_any_shortage() -> None:
    lowest = min(r.cost for r in rare_earths().rows("Shortage Costs") if r.cost)
    goals = rare_earths().rows("Cover Targets")
    assert {(r.material, r.end_use) for r in goals} == {
        (e, u) for e in ("NdPr", "Dy", "Tb", "Sm", "Y") for u in ("Civil", "Military")
    }
    for goal in goals:
        assert goal.hardness == "Soft"
        assert goal.penalty < lowest / 2


def test_a_product_that_stops_costs_far_more_per_kilogram_than_thrift() -> None:
    content = {r.segment: r.product_kg for r in rare_earths().rows("Demand")}
    for segment, kilograms in content.items():
        *early, last = sorted(
            (r for r in rare_earths().rows("Shortage Costs") if r.segment == segment), key=lambda r: r.tier
        )
        costs = [*(r.cost for r in early), last.cost_per_product * 1000 / kilograms]
        assert costs == sorted(costs)
        assert costs[-1] > 4 * costs[-2], segment


def test_no_tonne_outside_china_is_a_nameplate() -> None:
    case = rare_earths()
    for offer in case.rows("Offers"):
        assert offer.available_to_us is not None, offer.offer
    most = {o.offer: max(case.by_period(o.available_to_us)) for o in case.rows("Offers")}
    for start, nameplate in (
        ("Lynas Dy", 250),
        ("MP Dy", 200),
        ("SRC Dy", 30),
        ("Caremag Dy", 500),
        ("Lynas NdPr", 12000),
    ):
        assert sum(v for k, v in most.items() if k.startswith(start)) < nameplate / 2


def test_every_source_reaches_a_use_and_the_network_stays_lean() -> None:
    net = network()
    leaving = {(a.origin, a.material) for a in net.arcs} | {(o.site, g) for o in net.operations for g, _ in o.inputs}
    assert [o.row.offer for o in net.offers if o.node not in leaving] == []
    assert len(net.arcs) <= 1500
    assert {k for k, _ in net.demand_labels} == set(range(len(net.demand)))
