"""What the result tables say of a plan whose every number follows by hand; see `tests.report.plant_case`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from model.case.case import Case
from model.plan import CASH_KINDS, Plan
from model.report.cash import cash_ledger
from model.report.console import plan_lines
from model.report.story import Story
from model.report.view import View
from model.report.workbook import result_tables, write_results
from tests.report.plant_case import CHINESE, FEED, OWN, plant_case
from tests.report.small_case import planned
from tests.report.test_results import different, errors_in, tables_of

YEARS = ("2026", "2027")


@pytest.fixture(scope="module")
def planted() -> tuple[Case, Plan, dict[str, pd.DataFrame]]:
    case = plant_case()
    plan, _ = planned(case)
    return case, plan, result_tables(case, plan)


Planted = tuple[Case, Plan, dict[str, pd.DataFrame]]


def test_ledger_gives_the_costs_of_the_plan(planted: Planted) -> None:
    case, plan, _ = planted
    ours = cash_ledger(View(case, plan)).groupby(["kind", "period"])["amount"].sum()
    theirs = plan.tables["costs"].set_index(["kind", "period"])["amount"]
    assert (ours - theirs).abs().max() < 1e-9
    assert set(ours.index) == set(theirs.index)


def test_every_cost_stands_at_the_row_that_causes_it(planted: Planted) -> None:
    ledger = cash_ledger(View(*planted[:2])).set_index(["kind", "table", "row", "period"])["amount"]
    for year in YEARS:
        # 10 % of 200 USD/kg on all Chinese metal that comes in, stocked or delivered; 3 USD/kg on 4 t of oxide.
        assert ledger["Duties", "Tariffs", "On China", year] == pytest.approx(3.2 * 20 / 1e3)
        assert ledger["Licences", "Export Controls", "Licences", year] == pytest.approx(4 * 3 / 1e3)
        separated = ledger["Conversion", "Plant Feeds", "Separation of Feed at Plant", year]
        assert separated == pytest.approx(FEED[year] * 4 / 1e3)
        # 40 % of an annuity of a tenth of 10 MUSD, and of 1 MUSD a year.
        assert ledger["Capital", "Projects", "SX plant", year] == pytest.approx(0.4)
        assert ledger["Plants", "Projects", "SX plant", year] == pytest.approx(0.4)


def test_controls_show_what_is_granted_and_what_others_make_of_it(planted: Planted) -> None:
    table = planted[2]["ExportControls"].set_index(["control", "window"])
    for year in YEARS:
        licence, derived = table.loc[("Licences", year)], table.loc[("Made of it", year)]
        assert tuple(licence[["applied", "granted", "volume", "used", "left"]]) == pytest.approx((8, 4, 4, 4, 0))
        assert (licence["reach"], licence["binding"]) == ("Exports", "Yes")
        assert tuple(derived[["volume", "used"]]) == pytest.approx((6, 1.25 * CHINESE[year]))
        assert (derived["reach"], derived["binding"]) == ("Derived Content", "No")


def test_what_is_granted_may_have_been_applied_for_a_year_before(planted: Planted) -> None:
    """With six months from application to grant, half of a year's grant falls into the next."""
    case = planted[0].set("Export Controls", {"control": "Licences"}, "delay", 6)
    plan, _ = planned(case)
    table = result_tables(case, plan)["ExportControls"].set_index(["control", "window"])
    assert list(table.loc["Licences", "applied"]) == pytest.approx([8, 8])
    assert list(table.loc["Licences", "granted"]) == pytest.approx([2, 4])


def test_a_rule_on_an_element_counts_content(planted: Planted) -> None:
    table = planted[2]["DeRisking"].set_index("window")
    for year, limit in zip(YEARS, (0.3, 0.4), strict=True):
        row = table.loc[year]
        assert row["item"] == "Dy / China"
        assert tuple(row[["limit", "reached", "base", "counted"]]) == pytest.approx((limit, limit, 10, 10 * limit))
        assert row["share_of_deliveries"] == pytest.approx(limit)
        assert row["binding"] == "Yes"


def test_days_of_cover_by_target_and_by_form(planted: Planted) -> None:
    targets, forms = planted[2]["CoverTargets"].set_index("period"), planted[2]["CoverForms"].set_index("period")
    for year in YEARS:
        row, form = targets.loc[year], forms.loc[year]
        assert tuple(row[["days_held", "days_target"]]) == pytest.approx((36.525, 36.525))
        assert tuple(row[["held", "counted", "target_amount", "missed_by"]]) == pytest.approx((1, 1, 1, 0))
        assert (form["form"], form["site"], form["may_serve"]) == ("Dy metal", "Town", "Any use")
        assert tuple(form[["stock", "counted", "content", "days"]]) == pytest.approx((0.8, 0.8, 1, 36.525))


def test_a_missed_target_is_shown_valued_and_told(planted: Planted) -> None:
    """Missing a kg for a year costs 1 USD, so nothing is held at the end of 2027; in 2026 it costs nothing to buy early."""
    case = planted[0].set("Cover Targets", {"target": "Reserve"}, "hardness", "Soft")
    case = case.set("Cover Targets", {"target": "Reserve"}, "penalty", 1)
    plan, _ = planned(case)
    row = result_tables(case, plan)["CoverTargets"].set_index("period").loc["2027"]
    assert tuple(row[["days_held", "counted", "missed_by"]]) == pytest.approx((0, 0, 1))
    penalties = cash_ledger(View(case, plan)).query("kind == 'Penalties'")
    assert set(penalties["table"]) == {"Cover Targets"}
    assert list(penalties["amount"]) == pytest.approx([1e-3])
    told = Story(case, plan)
    assert any(
        "0 of 37 days at the end of 2027; most is missing at the end of 2027, 1" in line for line in told.cover()
    )
    assert "Missed at a penalty: Reserve, 2027." in told.origin()


def test_days_held_are_counted_over_the_need_that_follows(planted: Planted) -> None:
    """10 t a year and then 20: what lasts half a year at the end of 2026 is 5 t where 2027 needs 10."""
    from model.report.cover import lasting

    case = planted[0].set("Demand", {"segment": "Motors"}, "quantity", 4, period=2027)
    view = View(case, planted[1])
    (target,) = case.rows("Cover Targets")
    assert lasting(view, target, target.material, 0, 2.5) == pytest.approx(365.25 / 2)
    assert lasting(view, target, target.material, 0, 10) == pytest.approx(2 * 365.25)
    assert lasting(view, target, target.material, 0, 0) == 0
    none = case.set("Demand", {"segment": "Motors"}, "quantity", 0, period=2027)
    assert lasting(View(none, planted[1]), target, target.material, 0, 1) is None


def test_plant_feed_check(planted: Planted) -> None:
    lines, feeds = planted[2]["PlantFeedCheck"].set_index("period"), planted[2]["PlantFeeds"].set_index("period")
    products = planted[2]["PlantProducts"].set_index(["product", "period"])
    for year, young in zip(YEARS, (0.8, 1.0), strict=True):
        line = lines.loc[year]
        # Half of 1,000 t/y is ours; the offer lets 1,000 t come.
        assert tuple(line[["existing", "built", "can_do", "feed_limited", "could_run", "run"]]) == pytest.approx(
            (500, 0, 500, 1000, 500, FEED[year])
        )
        assert line["binds"] == "neither line nor feed"
        made = FEED[year] * young * (0.02 * 0.9 + 0.98 * 0.5)
        assert tuple(feeds.loc[year][["could_get", "fed", "made_of_it"]]) == pytest.approx((1000, FEED[year], made))
        oxide, cerium = products.loc[("Dy oxide", year)], products.loc[("Ce oxide", year)]
        assert tuple(oxide[["made", "yield", "recovery"]]) == pytest.approx(
            (1.25 * OWN[year] if year == "2027" else 7, 0.018 * young, 0.9 * young)
        )
        assert oxide["leaves"] == pytest.approx(oxide["made"])
        assert cerium["disposed_of"] == cerium["made"] == pytest.approx(FEED[year] * young * 0.49)
        assert cerium["sold"] == 0


def test_the_feed_or_the_line_that_binds_is_named(planted: Planted) -> None:
    for change, value, words in (
        (("Offers", {"offer": "Ore"}, "available_to_us"), 300, "feed: Ore used up"),
        (("Projects", {"project": "SX plant"}, "output_share"), 0.25, "the line"),
    ):
        case = planted[0].set(*change, value)
        plan, _ = planned(case)
        line = result_tables(case, plan)["PlantFeedCheck"].set_index("period").loc["2026"]
        assert line["binds"] == words
        assert line["run"] == pytest.approx(line["could_run"])
        assert line["run"] == pytest.approx(300 if value == 300 else 250)


def test_chains_from_mine_to_metal(planted: Planted) -> None:
    rows = {
        (r.period, r.mined_in, r.separated_in, r.metal_in, r.magnet_in, r.source): r.delivered
        for r in planted[2]["ProvenanceRecords"].itertuples()
    }
    assert rows == pytest.approx(
        {
            **{(y, "Australia", "Plant, Malaysia", "Smelter, Japan", "", "Ore"): OWN[y] for y in YEARS},
            **{(y, "China", "China", "Smelter, Japan", "", "Exported"): CHINESE[y] for y in YEARS},
        }
    )


def test_landed_cost_by_source(planted: Planted) -> None:
    """A kg of metal takes 1.25 kg of oxide. Of what a plant's feed costs, oxides bear their share of value."""
    table = planted[2]["LandedCost"].set_index("source")
    assert tuple(table.loc["Exported", ["delivered", "price", "freight", "duties", "licence_fees", "conversion"]]) == (
        pytest.approx((5.6, 125, 1.25 * 1 + 2, 20, 3.75, 20))
    )
    borne = 0.018 * 250 / (0.018 * 250 + 0.49 * 1)
    feed = (7 / 0.0144 + 6 / 0.018) / 10.4  # kg of feed per kg of metal delivered
    assert tuple(table.loc["Ore", ["delivered", "price", "freight", "duties", "licence_fees", "conversion"]]) == (
        pytest.approx((10.4, feed * 2 * borne, feed * 0.5 * borne + 1.25 + 2, 0, 0, feed * 4 * borne + 20))
    )
    assert (table["landed"] * table["delivered"] / 1e3 - table["cost"]).abs().max() < 1e-12


def test_costs_that_go_with_lots_end_somewhere(planted: Planted) -> None:
    sums = planted[2]["LandedSums"].set_index("cost")
    _, plan, _ = planted
    assert sums.loc["Price", "total"] == pytest.approx(plan.cost("Purchases", discounted=False))
    assert sums.loc["Duties", "held_or_under_way"] == pytest.approx(0.8 * 20 / 1e3)
    assert sums.loc["Conversion", "total"] == pytest.approx(plan.cost("Conversion", discounted=False))


def test_cash_by_fiscal_year(planted: Planted) -> None:
    """From October: nine months of 2026 are FY2026, three of it and nine of 2027 FY2027."""
    table = planted[2]["CashPlan"].set_index("kind")
    first, second = (FEED[y] * 2 / 1e3 + 0.4 for y in YEARS)
    assert tuple(table.loc["Purchases", ["fy_FY2026", "fy_FY2027", "fy_FY2028"]]) == pytest.approx(
        (0.75 * first, 0.25 * first + 0.75 * second, 0.25 * second)
    )
    assert table["total"].sum() == pytest.approx(planted[1].cost(*CASH_KINDS, discounted=False))
    assert not table["difference"].any()


def test_our_share_of_a_project_and_the_budget(planted: Planted) -> None:
    project, budget = planted[2]["Projects"].iloc[0], planted[2]["Limits"].iloc[0]
    assert tuple(project[["size", "recovery_year_1", "capital_share", "output_share", "capital"]]) == pytest.approx(
        (1000, 0.8, 0.4, 0.5, 4)
    )
    assert tuple(budget[["limit", "measure", "unit"]]) == ("Capital", "Capital", "MUSD")
    assert tuple(budget[["amount", "reached", "left"]]) == pytest.approx((5, 0, 5))


def test_a_build_counts_against_the_budget_by_our_share(planted: Planted) -> None:
    """The same plant as a decision: 40 % of 10 MUSD is committed when construction starts."""
    case = planted[0].replace("Commitments", planted[0].tables["Commitments"].iloc[:0])
    case = case.set("Projects", {"project": "SX plant"}, "construction_time", 1)
    plan, _ = planned(case)
    assert len(plan.tables["builds"]) == 1
    tables = result_tables(case, plan)
    assert tables["Limits"]["reached"].sum() == pytest.approx(4)
    assert tables["LineCapacity"].query("site == 'Plant'")["built"].max() == pytest.approx(
        plan.tables["builds"]["size"].iloc[0] / 2
    )
    assert tables["Decisions"].query("decision == 'Build'")["money"].iloc[0] == pytest.approx(4)


def test_lines_tell_cover(planted: Planted) -> None:
    told = "\n".join(plan_lines(planted[0], planted[1]))
    assert "Reserve (Dy): 37 of 37 days at the end of 2026" in told
    assert "Licences (2 periods, 2026 to 2027)" in told


def test_the_workbook_agrees_with_itself(
    planted: Planted, recalculated: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = write_results(tmp_path / "plant.xlsx", planted[0], planted[1])
    fresh = recalculated(path)
    assert different(path, fresh) == []
    assert errors_in(fresh) == []
    tables = tables_of(path)
    assert set(tables["Checks"]["Verdict"]) == {"OK"}
    assert not math.isclose(tables["LandedSums"]["Delivered (MUSD)"].sum(), 0)
