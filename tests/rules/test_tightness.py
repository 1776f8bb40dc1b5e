"""Every family with whole numbers against a naive form of itself: the relaxation is never weaker, and the optimum is the same.

The naive form is the same matrix with the coefficient that links a decision to what it allows twenty times as large, as somebody
would write it who takes a number that is large enough for certain. Where that number is the only bound, it is put beside it as a
row without the decision. Both are solved by scipy, outside of the program's own way to HiGHS.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from model.case.case import Case
from model.network.network import Network
from model.rules import variables
from model.rules.catalogue import FAMILIES
from model.solver.build import build
from model.solver.compile import Matrix, compile_model
from model.solver.passes import cost_weights
from tests.generator import case_of, random_tables
from tests.rules.micro import case, need, offer, years
from tests.rules.test_mixing import hub
from tests.rules.test_qualification import two_years
from tests.rules.test_set_ups import limit, two_products, works
from tests.rules.test_sites import capacitated

LARGE = 20.0


class Linked(NamedTuple):
    """A family, the decision whose links are loosened, a case, and whether the naive form must be weaker there.

    Of several decisions that share a link, such as whether and how a contract ends, all are loosened together.
    """

    family: str
    decision: str | tuple[str, ...]
    make: Callable[[], Case]
    bounded: bool = False  # nothing else bounds what the decision allows
    weaker: bool = True

    @property
    def decisions(self) -> tuple[str, ...]:
        return (self.decision,) if isinstance(self.decision, str) else self.decision


def bids() -> Case:
    """60 t needed; each offer has 40 t and costs something to order."""
    return case(
        offers=[offer(n, p, available_to_us=40, cost_per_order=20, minimum_order=10) for n, p in (("A", 1), ("B", 2))],
        demand=[need(p2026=60)],
    )


def tiers(units: str) -> Case:
    return case(
        materials=[{"material": "Oxide", "stage": "Separated", "disposal_cost": 1.0}],
        offers=[offer("A", 3.0, available_to_us=100), offer("B", 2.5)],
        demand=[need(p2026=40)],
        price_tiers=[{"offer": "A", "step": 1, "from_quantity": 30, "price": 1.0, "units": units}],
    )


def framed(**terms: object) -> Case:
    """Two offers under one contract that costs something, and a dear one without."""
    return case(
        periods=years(2026, 2027),
        offers=[
            offer("A", 1.0, contract="Frame", available_to_us=40),
            offer("B", 2.0, contract="Frame", available_to_us=40),
            offer("C", 4.0),
        ],
        demand=[need(p2026=40, p2027=40)],
        contracts=[{"contract": "Frame", "set_up_cost": 100, **terms}],
    )


def decided(**terms: object) -> Case:
    """A quantity decided at signing for a year of 40 t and one of 10 t: it may go on, or be given back after the first year."""
    return case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, contract="Frame"), offer("C", 4.0)],
        demand=[need(p2026=40, p2027=10)],
        contracts=[
            {
                "contract": "Frame",
                "set_up_cost": 10,
                "duration": 12,
                "committed_most": 60,
                "reservation_fee": 0.5,
                "untaken_price": 1,
                "take_or_pay": 0.5,
                **terms,
            }
        ],
    )


def prepaid() -> Case:
    return case(
        offers=[offer("A", 1.0, contract="Frame"), offer("B", 0.5, available_to_us=20), offer("C", 4.0)],
        demand=[need(p2026=40)],
        contracts=[{"contract": "Frame", "set_up_cost": 30, "prepaid": 0.01}],
    )


def narrow() -> Case:
    """The cheap way brings half of what the market needs, and all must come one way."""
    return case(
        sites=[{"site": s, "country": "Chile"} for s in ("North", "South", "Market")],
        offers=[offer("A", 1.0, site="North"), offer("B", 3.0, site="South")],
        lanes=[
            {"from_place": "North", "to_place": "Market", "capacity": 20},
            {"from_place": "South", "to_place": "Market"},
        ],
        demand=[need(site="Market", served_by="One Source", p2026=40)],
    )


def built(*projects: dict[str, object], **tables: object) -> Case:
    """Projects on the line of a works, against imports at 9 USD/kg."""
    return works(
        **{
            "offers": [
                {"offer": "Mine", "supplier": "Mine", "site": "Works", "material": "Feed", "price": 1.0},
                {**offer("Import", 9.0), "site": "Works"},
            ],
            "lines": [],
            "stockpiles": [],
            "projects": [{"site": "Works", "line": "SX", "construction_time": 0, "life": 2, **p} for p in projects],
            **tables,
        }
    )


def fed() -> Case:
    """A plant of up to 90 t/y whose feed is 30 t a year, a year and a half on its way."""
    feed = {"offer": "Mine", "supplier": "Mine", "site": "Pit", "material": "Feed", "price": 1.0, "available_to_us": 30}
    return built(
        {"project": "Big", "max_size": 90, "capex_fixed": 0.1, "capex_per_capacity": 0.001, "life": 3},
        periods=years(2026, 2027, 2028),
        sites=[{"site": s, "country": "Chile"} for s in ("Pit", "Works")],
        offers=[feed, {**offer("Import", 9.0), "site": "Works"}],
        lanes=[{"from_place": "Pit", "to_place": "Works", "lead_time": 18}],
        demand=[need(site="Works", p2026=30, p2027=30, p2028=40)],
    )


ONE = {"project": "One", "max_size": 40, "min_size": 5, "capex_fixed": 0.1, "capex_per_capacity": 0.001}
TWO = {"project": "Two", "max_size": 40, "capex_fixed": 0.01, "capex_per_capacity": 0.001, "prerequisite": "One"}


def roads(**more: object) -> Case:
    """Two materials share a lane with a fixed cost; the other way is dear."""
    return case(
        periods=years(2026, 2027),
        materials=[{"material": m, "stage": "Separated"} for m in ("Oxide", "Other")],
        sites=[{"site": s, "country": "Chile"} for s in ("Port", "Works")],
        offers=[offer("A", site="Port"), {**offer("B", site="Port"), "material": "Other"}],
        demand=[
            need("Plant", site="Works", p2026=20, p2027=20),
            need("Plant", "Other", site="Works", p2026=30, p2027=30),
        ],
        lanes=[
            {"from_place": "Port", "to_place": "Works", "shared_as": "Road", "fixed_cost": 0.05, **more},
            {"from_place": "Any", "to_place": "Works", "cost": 5.0},
        ],
        suppliers=[{"supplier": s, "country": "Peru"} for s in "AB"],
    )


def three_sellers(**rule: object) -> Case:
    """Three sellers of 30 t each for 60 t; how many of them is limited."""
    tables: dict[str, object] = {}
    if rule:
        tables["de_risking_rules"] = [{"rule": "S", "metric": "Sources", "material": "Oxide", "2026": 2, **rule}]
    else:
        tables["limits"] = [limit("Suppliers", number=2)]
    return case(
        offers=[offer(n, p, available_to_us=q) for n, p, q in (("A", 1, 30), ("B", 2, 30), ("C", 4, 60), ("D", 1, 10))],
        demand=[need(p2026=60)],
        **tables,
    )


def replaced() -> Case:
    return case(
        periods=years(2026, 2027),
        offers=[offer("A", 5.0)],
        demand=[need(p2026=20, p2027=40)],
        substitutions=[
            {
                "segment": "Plant",
                "material": "Oxide",
                "substitute": "Ferrite",
                "ceiling": 0.5,
                "cost": 1.0,
                "adoption_cost": 0.05,
            }
        ],
    )


ALL = {
    "orders": Linked("order_cost", "ordered", bids),
    "contracts": Linked("contract", "signed", framed),
    "renewals": Linked("contract", "renewed", lambda: framed(duration=12, renewal=12)),
    "reserved room": Linked(
        "reservation",
        "signed",
        lambda: framed(committed_most=60, reservation_fee=0.1, untaken_price=1, take_or_pay=0.1),
        bounded=True,
    ),
    "a quantity that may go on": Linked(
        "reservation", ("signed", "renewed"), lambda: decided(renewal=12), bounded=True
    ),
    "a quantity that may be given back": Linked(
        "reservation", ("signed", "noticed"), lambda: decided(duration=None, exit_cost=0.005), bounded=True
    ),
    "prepayments": Linked("prepayment", "signed", prepaid, bounded=True),
    "incremental prices": Linked("price_steps", "step_on", lambda: tiers("Incremental"), bounded=True),
    "prices for all units": Linked("price_steps", "step_on", lambda: tiers("All Units"), bounded=True, weaker=False),
    "sites": Linked("site_status", "open", lambda: capacitated("Any")),
    "one source": Linked("single_source", "assigned", narrow),
    "lanes": Linked("lane_fixed", "lane_used", roads),
    "lanes paid once": Linked("lane_fixed", "lane_used", lambda: roads(fixed_cost_paid="Once")),
    "set-ups": Linked("set_up", "recipe_on", two_products),
    "minimum load": Linked(
        "minimum_load",
        "line_on",
        lambda: works(lines=[{"site": "Works", "line": "SX", "capacity": 100, "minimum_load": 0.6}]),
        weaker=False,
    ),
    "sizes": Linked("project_size", "build", lambda: built(ONE), bounded=True),
    "modules": Linked(
        "project_size", "build", lambda: built({**ONE, "max_size": 15, "max_repeats": 3, "permit_cost": 0.05})
    ),
    "plants beyond their feed": Linked("feed_limit", "build", fed),
    "permits": Linked("permit_before_build", "permit", lambda: built({**ONE, "permit_cost": 0.05})),
    "prerequisites": Linked("prerequisite", "build", lambda: built({**ONE, "capex_fixed": 0.15}, TWO)),
    "expansions": Linked("expansion", "build", lambda: built(ONE, {**TWO, "min_relative": 0.5}), weaker=False),
    "qualifications": Linked("qualification", "qualified", two_years),
    "substitutes": Linked("substitution", "adopted", replaced, bounded=True),
    "numbers used": Linked("limits", "used", three_sellers),
    "sources at most": Linked("source_count", "counted", lambda: three_sellers(limit_type="Max")),
    "mixtures": Linked("taint", "tainted", lambda: hub("Taint All"), weaker=False),
}


def _form(net: Network, matrix: Matrix) -> tuple[csr_array, np.ndarray, np.ndarray, np.ndarray]:
    rows = csr_array((matrix.values.copy(), matrix.columns, matrix.starts), shape=matrix.shape)
    return rows, matrix.row_lower.copy(), matrix.row_upper.copy(), cost_weights(net, matrix)[0]


def _loosened(matrix: Matrix, link: Linked, rows: csr_array, low: np.ndarray, high: np.ndarray) -> int:
    """Make the links larger in place, bounds with them; return how many rows that were."""
    of = np.array([name in link.decisions for name, _ in matrix.column_names])
    changed = 0
    for i, (family, _) in enumerate(matrix.row_names):
        span = slice(matrix.starts[i], matrix.starts[i + 1])
        ours, coefficients = of[matrix.columns[span]], matrix.values[span]
        if family != link.family or not ours.any():
            continue
        if ours.all():  # one decision waits for another of its kind
            ours = ours & (coefficients < 0)
            if not ours.any():
                continue
        if high[i] == 0.0 and low[i] == -np.inf and (coefficients[ours] < 0).any():
            rows.data[span] = np.where(ours, LARGE * coefficients, coefficients)
        elif high[i] > 0.0 and low[i] == -np.inf and (coefficients[ours] > 0).all() and len(coefficients) > ours.sum():
            rows.data[span] = np.where(ours, LARGE * coefficients, coefficients)
            high[i] += (LARGE - 1) * coefficients[ours].max()
        elif low[i] < 0.0 and high[i] == np.inf and (coefficients[ours] < 0).all():
            rows.data[span] = np.where(ours, LARGE * coefficients, coefficients)
            low[i] += (LARGE - 1) * coefficients[ours].min()
        else:
            continue
        changed += 1
    return changed


def _bounds(matrix: Matrix, link: Linked) -> tuple[csr_array, np.ndarray]:
    """Return the rows of the family without the decision: what it allows at most, whatever is decided."""
    rows = csr_array((matrix.values.copy(), matrix.columns, matrix.starts), shape=matrix.shape)
    of = np.array([name in link.decisions for name, _ in matrix.column_names])
    chosen, most = [], []
    for i, (family, _) in enumerate(matrix.row_names):
        span = slice(matrix.starts[i], matrix.starts[i + 1])
        ours = of[matrix.columns[span]]
        if family == link.family and ours.any() and matrix.row_upper[i] == 0.0:
            chosen.append(i)
            allowed = matrix.values[span][ours] * matrix.col_upper[matrix.columns[span][ours]]
            most.append(-float(np.minimum(allowed, 0.0).sum()))
            rows.data[span] = np.where(ours, 0.0, matrix.values[span])
    return csr_array(rows[chosen]), np.array(most)


def _optimum(
    matrix: Matrix, rows: csr_array, low: np.ndarray, high: np.ndarray, cost: np.ndarray, whole: bool
) -> float:
    found = milp(
        1e3 * cost,
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(matrix.col_lower, matrix.col_upper),
        integrality=matrix.integral.astype(int) if whole else None,
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0, found.message
    return float(found.fun)


@pytest.mark.parametrize("link", ALL.values(), ids=list(ALL))
def test_the_relaxation_is_never_weaker_than_with_a_number_that_is_large_enough(link: Linked):
    net = Network(link.make())
    matrix = compile_model(*build(net))
    rows, low, high, cost = _form(net, matrix)
    tight, best = (_optimum(matrix, rows, low, high, cost, whole) for whole in (False, True))
    assert _loosened(matrix, link, rows, low, high) > 0
    if link.bounded:
        beside, most = _bounds(matrix, link)
        rows = csr_array(vstack([rows, beside]))
        low, high = np.append(low, np.full(len(most), -np.inf)), np.append(high, most)
    naive, same = (_optimum(matrix, rows, low, high, cost, whole) for whole in (False, True))
    assert same == pytest.approx(best, rel=1e-6)
    assert tight >= naive - 1e-6 * max(1.0, abs(naive))
    if link.weaker:
        assert tight > naive + 1e-3 * abs(best)


# Decisions that let something through, in random cases; the bounds of the others are numbers of the case itself.
_RANDOM = [
    Linked(family, decision, case)
    for family, decision in (
        ("order_cost", "ordered"),
        ("lane_fixed", "lane_used"),
        ("set_up", "recipe_on"),
        ("site_status", "open"),
        ("feed_limit", "build"),
    )
]


@pytest.mark.parametrize("seed", [44, 100, 103, 107])
def test_no_bound_of_a_random_case_is_too_small(seed: int):
    """With every link twenty times as large nothing better is found: no bound cuts off a plan. In case 44 one did, since part of
    what leaves in the last year arrives after it."""
    tables = random_tables(seed, 1, periods=3)
    for lane in tables["lanes"]:
        lane |= {"fixed_cost": 0.02, "lead_time": lane["lead_time"] if seed % 2 == 0 else 0}
    for site in tables["sites"]:
        if site["site"].startswith("Works"):
            site |= {"facility": "Potential", "opening_cost": 0.3}
    tables["recipes"][0]["set_up_cost"] = 20
    tables["stockpiles"] = []
    tables.pop("derisking_rules")
    net = Network(case_of(tables))
    matrix = compile_model(*build(net))
    rows, low, high, cost = _form(net, matrix)
    best = _optimum(matrix, rows, low, high, cost, whole=True)
    assert sum(_loosened(matrix, link, rows, low, high) for link in _RANDOM) > 0
    assert _optimum(matrix, rows, low, high, cost, whole=True) == pytest.approx(best, rel=1e-6)


def test_every_decision_in_whole_numbers_is_here():
    """What leaves is at most what there is; modules are counted; nothing of that is let through by a number."""
    declared = set(re.findall(r'_binary\(m, "(\w+)"', inspect.getsource(variables)))
    assert declared - {name for link in ALL.values() for name in link.decisions} == {"left"}
    assert {link.family for link in ALL.values()} <= {f.name for f in FAMILIES}
