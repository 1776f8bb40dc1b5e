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
from model.case.case import Case
from model.network.network import Network
from model.plan import Plan, load_plan
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
