"""Small cases for sweeps: five suppliers with fixed order costs, whose optimum brute force finds; one with a defence need."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from model.case.case import Case
from model.study.design import Design, Parameter
from model.study.overlay import Target
from tests.rules import micro

NEED = 100.0
# Price (USD/kg, that is kUSD/t), tonnes, cost of an order (kUSD).
OFFERS = {"A": (1.08, 30, 8), "B": (1.07, 60, 10), "C": (1.39, 40, 4), "D": (1.29, 60, 10), "E": (1.36, 30, 10)}
PRICE_OF_A = Target("Offers", "A", "Price")


def five(sweeps: list[dict[str, object]] | None = None) -> Case:
    """Return a case with whole numbers: whoever is ordered from has an order cost."""
    rows = [
        micro.offer(n, price, available_to_us=t, cost_per_order=order, low=0.5 * t, high=1.5 * t)
        for n, (price, t, order) in OFFERS.items()
    ]
    more = {"sweeps": sweeps} if sweeps else {}
    return micro.case(settings={"Optimality Gap": 0.01}, offers=rows, demand=[micro.need(p2026=NEED)], **more)


def cheapest(factors: Mapping[str, float]) -> float:
    """Return the least cost (kUSD) with some prices multiplied: all sets of suppliers, each filled from its cheapest."""
    best = float("inf")
    for size in range(1, len(OFFERS) + 1):
        for chosen in itertools.combinations(OFFERS, size):
            left, cost = NEED, sum(OFFERS[n][2] for n in chosen)
            for price, most in sorted((OFFERS[n][0] * factors.get(n, 1.0), OFFERS[n][1]) for n in chosen):
                cost += price * min(left, most)
                left -= min(left, most)
            best = min(best, cost) if left <= 0 else best
    return best


def design(*values: float) -> Design:
    """Return factors on the price of A, then of B, one at a time."""
    other = Target("Offers", "B", "Price")
    return Design("Prices", tuple(Parameter(t, "×", values=values) for t in (PRICE_OF_A, other)))
