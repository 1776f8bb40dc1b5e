"""Where the audit and the model once read the design differently: one micro case each, to keep them of one mind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.auditor import audit
from model.case.case import Case, Row
from model.network import buildout
from model.network.network import Network
from model.plan import Plan, load_plan
from model.rules.ledger_projects import recovered
from model.solver.build import build
from model.solver.compile import compile_model
from model.solver.extract import extract
from model.solver.passes import run_passes
from model.solver.planning import solve
from tests.audit.rich_case import frame, kept_plan, rich_case

MARKET = {"Site": "Plant", "Country": "United States"}
SHORT = frame({"Segment": "Users", "Tier": 1, "Cost": 500})


def case(**tables: pd.DataFrame) -> Case:
    """Return a case of one year, one oxide and one market in the United States; underscores stand for blanks."""
    given = {
        "Settings": frame({"Setting": "Optimality Gap", "Value": "0"}),
        "Periods": frame({"Period": "2027", "Start": "2027-01-01", "Months": 12}),
        "Materials": frame({"Material": "Oxide", "Stage": "Separated"}),
        "Suppliers": frame({"Supplier": "A", "Country": "Japan"}, {"Supplier": "B", "Country": "Japan"}),
        "Sites": frame(MARKET),
        "Offers": frame({"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 10, "Available to Us": 0}),
        "Demand": frame({"Segment": "Users", "Material": "Oxide", "Site": "Plant", "2027": 10}),
        "Shortage Costs": SHORT,
    }
    return Case.from_tables(
        {**given, **{k.replace("_", " ").replace("De risking", "De-risking"): v for k, v in tables.items()}}
    )


def plan_of(c: Case) -> Plan:
    outcome = solve(c, as_is=False)
    assert outcome.plan is not None, outcome.explanation
    return outcome.plan


def served(plan: Plan) -> float:
    return float(plan.tables["deliveries"]["tonnes"].sum())


STOCK = {"Site": "Plant", "Material": "Oxide", "Opening Stock": 4, "Closing Rule": "None"}


def test_stock_of_unknown_origin_is_no_domestic_stock() -> None:
    rule = frame({"Rule": "No Chinese", "Metric": "Country Share", "Who": "China", "Limit Type": "Max", "2027": 0})
    countries = frame(*({"Country": c} for c in ("China", "Japan", "United States")))
    known = {**STOCK, "Mined In": "Japan", "Separated In": "Japan"}
    assert served(plan_of(case(Stockpiles=frame(STOCK), Countries=countries, De_risking_Rules=rule))) == pytest.approx(
        0.0
    )
    assert served(plan_of(case(Stockpiles=frame(known), Countries=countries, De_risking_Rules=rule))) == pytest.approx(
        4.0
    )


def test_stock_was_not_bought_from_whom_a_least_share_names() -> None:
    rule = frame(
        {
            "Rule": "Half from A",
            "Metric": "Supplier Share",
            "Who": "A",
            "Limit Type": "Min",
            "Hardness": "Soft",
            "Penalty": 1,
            "2027": 0.5,
        }
    )
    plan = plan_of(case(Stockpiles=frame(STOCK), De_risking_Rules=rule))
    assert plan.tables["missed"]["amount"].tolist() == pytest.approx([5.0])


def test_every_supplier_by_itself_means_those_under_contract_too() -> None:
    signed = frame({"Commitment": "B-0", "Kind": "Contract", "Supplier": "B", "Material": "Oxide", "2027": 8})
    rule = frame(
        {
            "Rule": "Spread",
            "Metric": "Supplier Share",
            "Limit Type": "Max",
            "Hardness": "Soft",
            "Penalty": 1,
            "2027": 0.5,
        }
    )
    plan = plan_of(case(Commitments=signed, De_risking_Rules=rule))
    assert plan.tables["missed"][["item", "amount"]].to_numpy().tolist() == [["Oxide / B", pytest.approx(3.0)]]


def test_what_nobody_knows_the_last_stage_of_counts_under_a_control() -> None:
    """Mined somewhere, separated nobody says where, offered in Japan: the Chinese quota sees it, as the worst case."""
    offer = frame({"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 10, "Mined In": "Japan"})
    quota = frame({"Control": "Q", "Jurisdiction": "China", "Material": "Oxide", "Kind": "Quota", "2027": 3})
    countries = frame(*({"Country": c} for c in ("China", "Japan", "United States")))
    assert served(plan_of(case(Offers=offer, Countries=countries, Export_Controls=quota))) == pytest.approx(3.0)


def test_an_offer_is_valid_to_the_evening_of_its_last_day() -> None:
    halves = frame(
        {"Period": "2027-H1", "Start": "2027-01-01", "Months": 6},
        {"Period": "2027-H2", "Start": "2027-07-01", "Months": 6},
    )
    offer = frame(
        {
            "Offer": "A-1",
            "Supplier": "A",
            "Material": "Oxide",
            "Price": 10,
            "Available to Us": 8,
            "Valid Until": "2027-06-30",
        }
    )
    plan = plan_of(case(Periods=halves, Offers=offer))
    assert plan.tables["purchases"]["tonnes"].tolist() == pytest.approx([4.0], abs=1e-9)


def test_a_closing_stock_that_nothing_can_fill_is_no_plan() -> None:
    """Nothing reaches the store: without lanes from it, the rule on its closing stock can not be kept."""
    store = {"Site": "Store", "Country": "United States"}
    pile = frame({"Site": "Store", "Material": "Oxide", "Closing Rule": "Min", "Closing Stock": 3})
    lanes = frame({"From Place": "A", "To Place": "Plant"})
    assert solve(case(Sites=frame(MARKET, store), Stockpiles=pile, Lanes=lanes), as_is=False).plan is None


@pytest.mark.parametrize(("price", "bought", "missed"), [(600, 0.0, 6.0), (10, 10.0, 4.0)])
def test_a_soft_fixed_limit_costs_in_both_directions(price: float, bought: float, missed: float) -> None:
    """Six tonnes are asked for: at 600 USD/kg nothing is bought, at 10 USD/kg all ten that are needed."""
    offer = frame({"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": price})
    limit = frame(
        {"Limit": "Six", "Measure": "Volume", "Limit Type": "Fixed", "Hardness": "Soft", "Penalty": 2, "2027": 6}
    )
    plan = plan_of(case(Offers=offer, Limits=limit))
    assert float(plan.tables["purchases"]["tonnes"].sum()) == pytest.approx(bought)
    assert plan.tables["missed"]["amount"].tolist() == pytest.approx([missed])


def test_a_soft_fixed_share_may_be_missed() -> None:
    offers = frame(
        {"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 400},
        {"Offer": "B-1", "Supplier": "B", "Material": "Oxide", "Price": 10},
    )
    rule = frame(
        {
            "Rule": "Half",
            "Metric": "Supplier Share",
            "Who": "A",
            "Limit Type": "Fixed",
            "Hardness": "Soft",
            "Penalty": 1,
            "2027": 0.5,
        }
    )
    plan = plan_of(case(Offers=offers, De_risking_Rules=rule))
    assert plan.tables["missed"]["amount"].tolist() == pytest.approx([5.0])


def test_an_offer_is_used_when_something_is_bought() -> None:
    offers = frame(
        {"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 40, "Minimum Order": 2},
        {"Offer": "B-1", "Supplier": "B", "Material": "Oxide", "Price": 10},
        {"Offer": "B-2", "Supplier": "B", "Material": "Oxide", "Price": 50},
    )
    limit = frame({"Limit": "Two", "Measure": "Number Used", "Limit Type": "Min", "2027": 2})
    plan = plan_of(case(Offers=offers, Limits=limit))
    assert len(set(plan.tables["purchases"]["offer"])) == 2


def test_storage_holds_its_capacity_at_any_time() -> None:
    hall = frame({"Site": "Plant", "Line": "Hall", "Kind": "Storage", "Capacity": 4, "Availability": 0.5})
    pile = frame({**STOCK, "Closing Rule": "Min", "Closing Stock": 4})
    assert solve(case(Lines=hall, Stockpiles=pile), as_is=False).plan is not None


def test_numbers_of_labels_do_not_hang_on_the_process() -> None:
    code = "from tests.audit.test_readings import labels; print(labels())"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def labels() -> list[tuple[list[str], list[tuple[str, str]]]]:
    return [(sorted(x.flags), sorted(x.right or ())) for x in Network(rich_case()).labels]


def test_a_plan_read_back_is_the_plan(tmp_path: Path) -> None:
    plan = kept_plan()
    plan.save(tmp_path)
    again = load_plan(tmp_path)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)


def test_costs_are_those_of_the_quantities_shown() -> None:
    """A twentieth of a gram of an engine's metal is rounding and not shown, though worth 50 kUSD; nor is its cost."""
    engine = {
        "Segment": "Users",
        "Material": "Oxide",
        "Site": "Plant",
        "Product": "engine",
        "Content": 0.001,
        "2027": 10,
    }
    c = case(
        Demand=frame(engine),
        Shortage_Costs=frame({"Segment": "Users", "Tier": 1, "Cost per Product": 1000}),
        Offers=frame({"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 10}),
    )
    net = Network(c)
    matrix = compile_model(*build(net))
    values = run_passes(net, matrix, gap=0, time_limit=10, threads=1, seed=0).values
    assert values is not None
    plan = extract(net, matrix, np.where(values == 0, 5e-8, values), {})
    assert plan.cost(discounted=False) == pytest.approx(0.1)
    assert audit(c, plan) == []


ORE = frame({"Material": "Ore", "Stage": "Mined"}, {"Material": "Oxide", "Stage": "Separated"})
SPLIT = {
    "Recipes": frame({"Recipe": "Split", "Line": "SX", "Stage": "Separated"}),
    "Recipe Items": frame(
        {"Recipe": "Split", "Role": "Input", "Material": "Ore", "Per Unit": 1},
        {"Recipe": "Split", "Role": "Output", "Material": "Oxide", "Per Unit": 1},
    ),
}
YOUNG = {"Project": "New", "Site": "Plant", "Line": "SX", "Max Size": 100, "Construction Time": 3}


@pytest.mark.parametrize("life", [0.5, 1.5, 2.5, 3, 8])
def test_a_plant_recovers_nothing_after_its_life(life: float) -> None:
    """The mean is over the months in which the plant stands: of a life of 2.5 years, half of its third year."""
    years = {f"Recovery Year {y}": r for y, r in enumerate((0.4, 0.6, 0.8, 0.9), 1)}
    periods = frame(
        {"Period": "2027", "Start": "2027-01-01", "Months": 12},
        {"Period": "2028", "Start": "2028-01-01", "Months": 36},
        {"Period": "2031", "Start": "2031-01-01", "Months": 24},
    )
    c = case(Periods=periods, Projects=frame({**YOUNG, **years, "Life": life}))
    (project,) = c.rows("Projects")
    for period in c.timeline.periods:
        ours = recovered(c.timeline, project, period.start)
        assert buildout.recovery(c.timeline, project, period.start) == pytest.approx(ours)
    if life == 2.5:  # from 2027-04 on: 9 months in 2027, then 3 at 0.4, 12 at 0.6, 6 at 0.8
        assert ours_of(c, project) == pytest.approx([0.4, (3 * 0.4 + 12 * 0.6 + 6 * 0.8) / 21, 1.0])


def ours_of(c: Case, project: Row) -> list[float]:
    return list(recovered(c.timeline, project, c.timeline.periods[0].start))


def test_a_young_plant_takes_more_ore_than_its_yield_says() -> None:
    """At a quarter of the yield, 10 t of oxide take 40 t of ore; what one order may bring is no tighter than that."""
    c = case(
        Materials=ORE,
        Offers=frame({"Offer": "A-1", "Supplier": "A", "Material": "Ore", "Price": 1, "Cost per Order": 1}),
        Projects=frame({**YOUNG, **{f"Recovery Year {y}": 0.25 for y in (1, 2, 3, 4)}}),
        Commitments=frame(
            {
                "Commitment": "C",
                "Kind": "Running Build",
                "Project": "New",
                "Build Start": "2026-01-01",
                "Build Size": 100,
            }
        ),
        **SPLIT,
    )
    plan = plan_of(c)
    assert served(plan) == pytest.approx(10.0)
    assert plan.tables["purchases"]["tonnes"].sum() == pytest.approx(40.0)


def test_cover_for_the_time_after_the_horizon_can_be_bought() -> None:
    """A year of 10 t, and a year of cover: one order brings 20 t."""
    c = case(
        Offers=frame({"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 1, "Cost per Order": 1}),
        Stockpiles=frame({"Site": "Plant", "Material": "Oxide"}),
        Cover_Targets=frame({"Target": "Year", "Material": "Oxide", "2027": 365.25}),
    )
    assert plan_of(c).tables["purchases"]["tonnes"].sum() == pytest.approx(20.0)


def test_as_delivered_a_form_covers_those_who_need_it() -> None:
    """Civil oxide is of no use to the civil segment, which needs metal, nor to the military one, which may not have it.

    Where a plant makes metal of it, in a day if need be, 0.5 t of yttrium in metal a tonne, it covers in any form.
    """
    needs = frame(
        {"Segment": "Users", "Material": "Metal", "Site": "Plant", "2027": 10},
        {"Segment": "Arms", "Material": "Oxide", "Site": "Plant", "End Use": "Military", "2027": 10},
    )
    target = {"Target": "T", "Material": "Yttrium", "Hardness": "Soft", "Penalty": 100, "2027": 36.525}
    tables = {
        "Materials": frame({"Material": "Oxide", "Stage": "Separated"}, {"Material": "Metal", "Stage": "Metal"}),
        "Contents": frame(
            {"Element": "Yttrium", "Material": "Oxide", "Content": 1},
            {"Element": "Yttrium", "Material": "Metal", "Content": 0.5},
        ),
        "Offers": frame(
            {"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 1, "End Uses Allowed": "Civil"}
        ),
        "Demand": needs,
        "Shortage Costs": frame(
            {"Segment": "Users", "Tier": 1, "Cost": 500}, {"Segment": "Arms", "Tier": 1, "Cost": 500}
        ),
        "Stockpiles": frame({"Site": "Plant", "Material": "Oxide"}),
    }
    plan = plan_of(case(**tables, Cover_Targets=frame(target)))
    assert plan.tables["missed"]["amount"].tolist() == pytest.approx([(10 * 0.5 + 10) / 10])
    loose = frame({**target, "Forms": "Any Form"})
    assert plan_of(case(**tables, Cover_Targets=loose)).tables["missed"]["amount"].tolist() == pytest.approx([1.5])
    plant = {
        "Lines": frame({"Site": "Plant", "Line": "Furnace", "Capacity": 1e5}),
        "Recipes": frame({"Recipe": "Reduce", "Line": "Furnace", "Stage": "Metal"}),
        "Recipe_Items": frame(
            {"Recipe": "Reduce", "Role": "Input", "Material": "Oxide", "Per Unit": 1},
            {"Recipe": "Reduce", "Role": "Output", "Material": "Metal", "Per Unit": 1},
        ),
    }
    assert plan_of(case(**tables, **plant, Cover_Targets=loose)).tables["missed"].empty


@pytest.mark.parametrize(("jurisdiction", "delivered"), [("United States", 10.0), ("China", 0.0)])
def test_what_is_delivered_at_home_is_no_export(jurisdiction: str, delivered: float) -> None:
    """Mined there, separated in Japan: a ban that reaches derived content lets its own country have it."""
    offer = {"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 10, "Separated In": "Japan"}
    ban = {"Control": "B", "Jurisdiction": jurisdiction, "Material": "Any", "Kind": "Ban", "Reach": "Derived Content"}
    c = case(
        Offers=frame({**offer, "Mined In": jurisdiction}),
        Countries=frame(*({"Country": c} for c in ("China", "Japan", "United States"))),
        Export_Controls=frame(ban),
    )
    assert served(plan_of(c)) == pytest.approx(delivered)


def test_a_source_may_be_counted_of_an_element() -> None:
    """5 t of the element are needed in 10 t of oxide: the dearer supplier counts from 30 % of them, which are in 3 t."""
    offers = frame(
        {"Offer": "A-1", "Supplier": "A", "Material": "Oxide", "Price": 10, "Available to Us": 9},
        {"Offer": "B-1", "Supplier": "B", "Material": "Oxide", "Price": 90},
    )
    rule = {
        "Rule": "Two",
        "Metric": "Sources",
        "Material": "Yttrium",
        "Limit Type": "Min",
        "Counts From": 0.3,
        "2027": 2,
    }
    contents = frame({"Element": "Yttrium", "Material": "Oxide", "Content": 0.5})
    plan = plan_of(case(Offers=offers, Contents=contents, De_risking_Rules=frame(rule)))
    bought = plan.tables["purchases"].set_index("offer")["tonnes"]
    assert bought["B-1"] == pytest.approx(3.0)


def test_young_plants_under_way_of_one_project_are_run_as_one() -> None:
    """Half of 8 t/y recovers all and half of it a half: 8 t of ore give 6 t of oxide."""
    builds = (("Old", "2024-10-01"), ("Young", "2026-10-01"))
    c = case(
        Materials=ORE,
        Offers=frame({"Offer": "A-1", "Supplier": "A", "Material": "Ore", "Price": 1}),
        Projects=frame({**YOUNG, "Recovery Year 1": 0.5}),
        Commitments=frame(
            *(
                {"Commitment": n, "Kind": "Running Build", "Project": "New", "Build Start": s, "Build Size": 4}
                for n, s in builds
            )
        ),
        **SPLIT,
    )
    plan = plan_of(c)
    assert plan.tables["runs"][["vintage", "units"]].to_numpy().tolist() == [["New, under way", pytest.approx(8.0)]]
    assert served(plan) == pytest.approx(6.0)
