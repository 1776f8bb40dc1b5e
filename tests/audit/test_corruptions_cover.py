"""Plans that say they hold cover which they do not hold; every one is found by what it is off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.auditor import audit
from model.case.case import Case
from model.plan import Plan
from tests.audit.corrupt import Change, add, both, change, drop, more
from tests.rules.micro import case, need, offer, plan_of, years
from tests.rules.test_cover import NEED, SOFT, TARGET, consigned, kiln

REFINE = "Refine at Works to Oxide"
YOUNG = "Refine at Works (young plant) to Oxide"


def by_ore() -> Case:
    """Ore in two stores, a month apart, beside a kiln that makes 1 t of oxide in ten days; 2 t of ore cover all that is asked."""
    return kiln(
        NEED,
        periods=years(2026, 2027),
        demand=[need(site="Works", p2026=NEED, p2027=NEED)],
        offers=[offer("A", 1.0, material="Ore", site="Works"), offer("C", 1.0, material="Ore", site="Store")],
        lanes=[{"from_place": "Store", "to_place": "Works", "lead_time": 1, "cost": 1}],
        stockpiles=[
            {"site": "Works", "material": "Ore"},
            {"site": "Store", "material": "Ore", "opening_stock": 3, "closing_rule": "None"},
        ],
        cover_targets=[{**TARGET, "2027": None}, {**SOFT, "target": "Soft", "2026": None, "2027": 10}],
    )


def in_transit() -> Case:
    """3 t are under way at the end of 2026, and half of it is there within half a month."""
    return case(
        periods=years(2026, 2027),
        offers=[offer("A", 1.0, site="Mine", available_to_us=36)],
        lanes=[{"from_place": "Mine", "to_place": "Works", "lead_time": 1}],
        demand=[need(site="Works", p2026=33, p2027=36)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50}],
        stockpiles=[{"site": "Works", "material": "Oxide", "capacity": 0}],
        cover_targets=[
            {
                **SOFT,
                "forms": "As Delivered",
                "in_transit": "Yes",
                "convert_within": 15.21875,
                "2026": 10,
                "2027": None,
                "target": "Under way",
            }
        ],
    )


def drawn_later() -> Case:
    """0.6 t lie on consignment, of which 0.5 t may be drawn in a year: 0.5 t cover beside 0.5 t in stock."""
    return consigned(available_to_us=0.5)


CASES: dict[str, Callable[[], Case]] = {"ore": by_ore, "transit": in_transit, "consigned": drawn_later}


def _by_k(tonnes: float) -> Change:
    return change("cover", "tonnes", tonnes, route="on consignment: K")


CORRUPTIONS: tuple[tuple[str, str, float, str, Change], ...] = (
    ("ore", "a target is not reached", 1.0, "target Ten days", drop("cover", target="Ten days")),
    ("ore", "a soft target is missed for nothing", 1.0, "target Soft", drop("cover", target="Soft")),
    (
        "ore",
        "a hard target is missed",
        1.0,
        "no soft rule",
        add("missed", "Cover Targets", "Ten days", "Oxide", "2026", 1.0),
    ),
    ("ore", "more covers than is held", 1.0, "cover by Ore", change("cover", "tonnes", more(1), target="Ten days")),
    (
        "ore",
        "more is held than the kiln can work in time",
        0.5,
        "cover of Oxide by Kiln",
        both(
            change("cover", "tonnes", more(1), target="Ten days"),
            change("stocks", "tonnes", more(1), site="Works", period="2026"),
        ),
    ),
    ("ore", "ore covers as it is", 2.0, "does not count", change("cover", "route", "", target="Ten days")),
    ("ore", "a plant that is not there", 2.0, "does not count", change("cover", "route", YOUNG, target="Ten days")),
    (
        "ore",
        "a step that nobody knows",
        2.0,
        "does not count",
        change("cover", "route", "Smelt at Works", target="Ten days"),
    ),
    (
        "ore",
        "a kiln elsewhere",
        2.0,
        "does not count",
        change("cover", "route", "Refine at Store to Oxide", target="Ten days"),
    ),
    ("ore", "a store too far away", 2.0, "does not count", change("cover", "site", "Store", target="Ten days")),
    (
        "ore",
        "under way, which does not count",
        2.0,
        "does not count",
        change("cover", "route", f"in transit|{REFINE}", target="Ten days"),
    ),
    (
        "ore",
        "something else is covered",
        2.0,
        "does not count",
        change("cover", "item", "Oxide / Civil", target="Ten days"),
    ),
    (
        "ore",
        "cover that nobody asks for",
        0.5,
        "asks for nothing",
        add("cover", "Soft", "Oxide", "Works", "Ore", 0, REFINE, "2026", 1.0),
    ),
    ("consigned", "more covers than may be drawn", 0.05, "may be drawn of K", _by_k(0.55)),
    ("consigned", "more covers than lies there", 0.1, "by K on consignment", _by_k(0.7)),
    (
        "consigned",
        "what was drawn still covers",
        0.4,
        "by K on consignment",
        add("purchases", "K", 0, "2026", 0.5),
    ),
    (
        "consigned",
        "the goods of an offer that is none",
        0.5,
        "does not count",
        change("cover", "route", "on consignment: B", route="on consignment: K"),
    ),
    ("transit", "more is there than comes", 1.0, "in transit", change("cover", "tonnes", 2.5, target="Under way")),
    (
        "transit",
        "it is taken for stock",
        1.0,
        "cover by Oxide",
        both(
            change("cover", "tonnes", 1.0, target="Under way"),
            change("cover", "route", "", target="Under way"),
        ),
    ),
)


@pytest.fixture(scope="module")
def plans() -> dict[str, tuple[Case, Plan]]:
    made = {name: make() for name, make in CASES.items()}
    return {name: (c, plan_of(c)) for name, c in made.items()}


@pytest.mark.parametrize(("which", "name", "amount", "words", "spoil"), CORRUPTIONS, ids=[c[1] for c in CORRUPTIONS])
def test_cover_that_is_none_is_found_out(
    plans: dict[str, tuple[Case, Plan]], which: str, name: str, amount: float, words: str, spoil: Change
) -> None:
    c, plan = plans[which]
    assert audit(c, plan) == []
    found = [v for v in audit(c, spoil(plan)) if v.family == "days_of_cover"]
    ours = [v for v in found if words in v.sentence]
    assert any(v.amount == pytest.approx(amount, rel=1e-4) for v in ours), [str(v) for v in found]


def test_a_rule_made_stricter_is_broken_by_the_plan(plans: dict[str, tuple[Case, Plan]]) -> None:
    """The same plan under other rules: less time, a slower recipe, more beside the days."""
    c, plan = plans["ore"]
    for table, where, field, value in (
        ("Cover Targets", {"target": "Ten days"}, "convert_within", 9),
        ("Recipes", {"recipe": "Refine"}, "conversion_time", 1),
        ("Cover Targets", {"target": "Ten days"}, "safety_stock", 0.1),
        ("Cover Targets", {"target": "Ten days"}, "forms", "As Delivered"),
        ("Cover Targets", {"target": "Ten days"}, "applies", "Each Segment"),
        ("Lines", {"site": "Works"}, "capacity", 36.0),
    ):
        assert any(v.family == "days_of_cover" for v in audit(c.set(table, where, field, value), plan)), (table, field)
