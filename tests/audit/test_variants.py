"""Plans of the rich case, of variants of it and of As Is stand up to the audit, and each variant is what it says."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pandas as pd
import pytest

from model.auditor import audit
from model.case.case import Case
from model.case.checks import check
from model.plan import Plan, plan_frame
from tests.audit.corrupt import Change, add, both, change
from tests.audit.rich_case import across, frame, planned, rich_case, rich_tables


def _lighter(**tables: pd.DataFrame | None) -> Case:
    """Return the rich case without what makes it slow to solve, and with other tables."""
    light = rich_tables()
    light["Limits"] = light["Limits"][~light["Limits"]["Measure"].isin(["Number Used"])]
    rules = light["De-risking Rules"]
    light["De-risking Rules"] = rules[~rules["Rule"].isin(["Exactly", "Spread", "Beta lasers", "NdPr sources"])]
    changed = {**light, **{k.replace("_", " "): v for k, v in tables.items()}}
    return Case.from_tables({k: v for k, v in changed.items() if v is not None}, "light")


def _other_time() -> Case:
    """Amounts per period, money at the start of a period, no decision before 2027, stock kept by the setting."""
    settings = rich_tables()["Settings"]
    more = frame(
        *(
            {"Setting": k, "Value": v}
            for k, v in {
                "Quantities Are": "Per Period",
                "Discount Timing": "Start",
                "Terminal Rule": "Keep Opening Stock",
                "Plan Date": "2027-01-01",
            }.items()
        )
    )
    piles = rich_tables()["Stockpiles"].drop(columns=["Closing Rule", "Closing Stock"])
    return _lighter(Settings=pd.concat([settings, more], ignore_index=True), Stockpiles=piles)


def _per_rule() -> Case:
    """Every share above zero attributes by itself."""
    settings = rich_tables()["Settings"]
    return _lighter(Settings=settings.assign(Value=settings["Value"].replace("Joint", "Per Rule")))


def _no_lanes() -> Case:
    """Everything reaches everybody at once; nothing is known of the sites but where they are."""
    return _lighter(Lanes=None, Projects=None, Budgets=None, Commitments=None)


def _unknown() -> Case:
    """Nobody says where the trader's dysprosium and the stock come from; every supplier is counted by itself."""
    tables = rich_tables()
    offers, piles = tables["Offers"], tables["Stockpiles"].drop(columns=["Mined In", "Separated In"])
    offers.loc[offers["Offer"] == "T-1", "Separated In"] = None
    spread = frame(
        {
            "Rule": "Spread",
            "Metric": "Supplier Share",
            "Material": "NdPr",
            "Limit Type": "Max",
            "Hardness": "Soft",
            "Penalty": 2,
            **across(0.3),
        },
        {
            "Rule": "Beta",
            "Metric": "Supplier Share",
            "Who": "Beta",
            "Material": "NdPr",
            "Limit Type": "Min",
            "Hardness": "Soft",
            "Penalty": 2,
            **across(0.2),
        },
    )
    signed = tables["Commitments"][tables["Commitments"]["Kind"] != "Running Build"]
    return _lighter(
        Offers=offers,
        Stockpiles=piles,
        Commitments=signed,
        Projects=None,
        Budgets=None,
        Limits=None,
        **{"De-risking Rules": spread},
    )


VARIANTS: dict[str, Callable[[], Case]] = {
    "rich": rich_case,
    "other time": _other_time,
    "no lanes": _no_lanes,
    "unknown": _unknown,
    "per rule": _per_rule,
}


@pytest.fixture(scope="module")
def solved() -> Callable[[str, bool], tuple[Case, Plan]]:
    """Solve each variant once."""
    known: dict[tuple[str, bool], tuple[Case, Plan]] = {}

    def solve(name: str, as_is: bool = False) -> tuple[Case, Plan]:
        if (name, as_is) not in known:
            case = VARIANTS[name]()
            if as_is:  # nothing is separated, so that no cerium can be sold
                case = case.set("Sales", {"material": "Ce"}, "least", None)
            known[name, as_is] = case, planned(case, as_is=as_is, gap=5e-3)
        return known[name, as_is]

    return solve


Solved = Callable[[str, bool], tuple[Case, Plan]]


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("as_is", [False, True])
def test_a_plan_of_the_program_is_sound(solved: Solved, name: str, as_is: bool) -> None:
    case, plan = solved(name, as_is)
    assert [str(p) for p in check(case) if p.level == "error"] == []
    assert audit(case, plan) == []
    assert plan.as_is is as_is


def test_ledgers_of_the_rich_case_add_up_to_something(solved: Solved) -> None:
    _, plan = solved("per rule", False)
    assert plan.tables["attributed"]["ledger"].nunique() >= 2
    assert set(plan.tables["attributed"]["table"]) >= {"flows", "runs", "inputs", "stocks", "deliveries", "purchases"}


def test_as_is_goes_short_where_nobody_may_and_is_bound_by_nothing_of_the_buyers_own(solved: Solved) -> None:
    case, plan = solved("rich", True)
    assert set(plan.tables["purchases"]["offer"]) <= {"S-1", "S-2"}
    named = Plan(plan.tables, plan.summary, as_is=False)
    assert {"limits", "share_cap"} <= {v.family for v in audit(case, named)}
    without_tiers = case.replace("Shortage Costs", rich_tables()["Shortage Costs"].iloc[:2])
    assert not [v for v in audit(without_tiers, plan) if v.family == "shortage_tiers" and "Missiles" in v.sentence]
    assert [v for v in audit(without_tiers, named) if v.family == "shortage_tiers" and "Missiles" in v.sentence]


AS_IS: dict[str, tuple[Change, str]] = {
    "a bid is bought": (both(add("purchases", "A-1", 0, "2028", 30.0), add("orders", "A-1", "2028")), "offer_limits"),
    "a bid is ordered": (add("orders", "A-1", "2028"), "order_cost"),
    "something is built": (add("builds", "Texas wing", "2028", 60.0), "project_size"),
    "a permit is started": (add("permits", "Texas wing", "2027-H1"), "permit_before_build"),
    "a rule is missed": (add("missed", "Limits", "Reserve", "all", "2028", 1.0), "limits"),
    "a share is missed": (
        add("missed", "De-risking Rules", "Home", "Magnet / United States", "2029", 1.0),
        "share_cap",
    ),
    "a target is missed": (add("missed", "Cover Targets", "Cars", "Magnet", "2029", 1.0), "days_of_cover"),
    "stock covers": (add("cover", "Cars", "Magnet", "Works", "Magnet", 0, "", "2029", 1.0), "days_of_cover"),
    "sources are counted": (add("counted_sources", "Dy sources", "Dy", "2028", "Sino"), "source_count"),
}


@pytest.mark.parametrize("name", AS_IS)
def test_as_is_decides_nothing(solved: Solved, name: str) -> None:
    case, plan = solved("rich", True)
    spoil, family = AS_IS[name]
    found = [v for v in audit(case, spoil(plan)) if v.family == family]
    assert found
    assert name != "a bid is bought" or "A-1 is bought in As Is, but is no renewal" in {v.sentence for v in found}


def test_nothing_is_bought_before_the_plan_date(solved: Solved) -> None:
    case, plan = solved("other time", False)
    offer = plan.tables["purchases"]["offer"].iloc[0]
    early = change("purchases", "period", "2026-H2", offer=offer)(plan)
    assert "offer_limits" in {v.family for v in audit(case, early)}
    permit = add("permits", "Texas wing", "2026-H2")(plan)
    assert "permit_before_build" in {v.family for v in audit(case, permit)}


def test_opening_stock_is_kept_by_the_setting(solved: Solved) -> None:
    case, plan = solved("other time", False)
    held = plan.tables["stocks"]
    last = held[(held["period"] == "2030") & (held["site"] == "Store") & (held["material"] == "NdPr")]
    assert last["tonnes"].sum() == pytest.approx(12.0)
    short = Plan({**plan.tables, "stocks": held.drop(last.index)}, plan.summary)
    assert [v.amount for v in audit(case, short) if v.family == "stock_terminal"] == pytest.approx([12.0])


def test_without_lanes_goods_go_only_to_those_who_take_them(solved: Solved) -> None:
    case, plan = solved("no lanes", False)
    away = change("flows", "to_place", "Kalgoorlie")(plan)
    assert "lane_capacity" in {v.family for v in audit(case, away)}


def test_the_auditor_knows_no_model() -> None:
    code = (
        "import sys; import model.auditor; print([m for m in ('pyomo', 'highspy', 'model.solver') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_large_plan_is_audited_in_two_seconds(solved: Solved) -> None:
    """Thirty thousand rows, made by dividing every quantity; the sums, and so the verdict, stay what they were."""
    case, plan = solved("rich", False)
    times = 30_000 // len(plan.tables["flows"]) // 3
    divided = {}
    for name, table in plan.tables.items():
        if "tonnes" in table or "units" in table:
            column = "tonnes" if "tonnes" in table else "units"
            parts = table.assign(**{column: table[column] / times})
            divided[name] = plan_frame(name, list(pd.concat([parts] * times).itertuples(index=False, name=None)))
    large = Plan({**plan.tables, **divided}, plan.summary)
    assert sum(len(f) for f in large.tables.values()) > 25_000
    began = time.perf_counter()
    assert audit(case, large) == []
    assert time.perf_counter() - began < 2.0
