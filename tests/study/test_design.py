"""Designs: which points a sweep looks at."""

from __future__ import annotations

import numpy as np
import pytest

from model.study.design import BASE, Design, Parameter, designs_of, draw, neighbours, points_of
from model.study.overlay import Target
from tests.study.cases import five

A, B = (Target("Offers", n, "Price") for n in "AB")


def values(design: Design) -> list[tuple[object, ...]]:
    return [tuple(v for _, v in p.values) for p in points_of(design)]


def test_one_at_a_time_goes_to_each_end():
    found = points_of(Design("d", (Parameter(A, "×", 0.8, 1.2), Parameter(B, "+", -1, 2))))
    assert found[0] == BASE
    assert [[(p.target.row, v) for p, v in point.values] for point in found[1:]] == [
        [("A", 0.8)],
        [("A", 1.2)],
        [("B", -1)],
        [("B", 2)],
    ]


def test_a_grid_has_every_combination_and_the_base_once():
    found = values(Design("d", (Parameter(A, "×", 0.8, 1.2), Parameter(B, "×", values=(0.5, 2.0))), "Grid"))
    assert found == [(), (0.8, 0.5), (0.8, 2.0), (0.5,), (2.0,), (1.2, 0.5), (1.2, 2.0)]
    assert values(Design("d", (Parameter(A, "=", 1.0, 2.0, steps=5),), "Grid"))[1:] == [
        (1.0,),
        (1.25,),
        (1.5,),
        (1.75,),
        (2.0,),
    ]


def test_in_a_grid_every_point_has_a_neighbour_one_step_nearer_to_the_middle():
    """Of 5 × 3 only the middle has none; the number as it is (1.0) is the middle of a side, wherever it stands in it."""
    design = Design(
        "d", (Parameter(A, "×", values=(2.0, 0.5, 1.0, 0.8, 0.9)), Parameter(B, "=", 1, 3, steps=3)), "Grid"
    )
    points = points_of(design)
    where = neighbours(design, points)
    at = [tuple(v for _, v in p.values) for p in points]
    assert {at[n] for n in range(len(at)) if n not in where} == {(), (1.0, 2.0)}
    ranks = ([0.5, 0.8, 0.9, 1.0, 2.0], [1.0, 2.0, 3.0])
    for n, m in where.items():
        steps = [r.index(y) - r.index(x) for r, x, y in zip(ranks, at[n], at[m], strict=True)]
        assert sorted(map(abs, steps)) == [0, 1]
        assert sum(abs(r.index(x) - c) for r, x, c in zip(ranks, at[m], (3, 1), strict=True)) == (
            sum(abs(r.index(x) - c) for r, x, c in zip(ranks, at[n], (3, 1), strict=True)) - 1
        )


def test_steps_of_one_input_follow_each_other_from_the_base():
    """Of 0.5, 0.75, 1, 1.25, 1.5 the ends follow the steps inside; ends alone, words and draws start from the base."""
    design = Design("d", (Parameter(A, "×", 0.5, 1.5, steps=5), Parameter(B, "×", 0.5, 1.5)))
    points = points_of(design)
    at = [p.values[0][1] if p.values else None for p in points]
    steps = {0.5: 0.75, 0.75: 1.0, 1.25: 1.0, 1.5: 1.25}
    assert {at[n]: at[m] for n, m in neighbours(design, points).items()} == steps
    for method in ("One at a Time", "Sobol"):
        other = Design("d", (Parameter(A, "="), Parameter(B, "×", 0.5, 2)), method)
        assert method == "Sobol" or neighbours(other, points_of(other)) == {}
        assert method != "Sobol" or neighbours(other, []) == {}


@pytest.mark.parametrize("method", ["Latin Hypercube", "Sobol"])
def test_draws_are_those_of_their_seed(method: str):
    design = Design("d", (Parameter(A, "×", 0.5, 1.5), Parameter(B, "×", 10, 20)), method, draws=16, seed=7)
    found = draw(design)
    assert found.shape == (16, 2)
    assert np.array_equal(found, draw(design))
    assert not np.array_equal(found, draw(Design("d", design.parameters, method, 16, seed=8)))
    # Both put one draw into each sixteenth of each range.
    assert sorted(((found - [0.5, 10]) / [1.0, 10] * 16).astype(int)[:, 0]) == list(range(16))


def test_more_draws_by_sobol_keep_the_first_ones():
    less, more = (draw(Design("d", (Parameter(A, "×", 0, 1),), "Sobol", n, seed=3)) for n in (10, 40))
    assert np.array_equal(less, more[:10])


@pytest.mark.parametrize(
    ("distribution", "more", "mean"),
    [
        ("Uniform", {}, 3.0),
        ("Triangular", {"most_likely": 2.0}, (1 + 2 + 5) / 3),
        ("Normal", {"most_likely": 3.0, "deviation": 0.5}, 3.0),
        ("Log-uniform", {}, 4 / np.log(5)),
    ],
)
def test_distributions_have_their_mean_and_keep_to_the_range(distribution, more, mean):
    """Means by formula: half the sum, a third of the three corners, the centre, (b − a) / ln(b / a)."""
    found = draw(Design("d", (Parameter(A, "×", 1, 5, distribution=distribution, **more),), "Sobol", 1024))
    assert found.min() >= 1
    assert found.max() <= 5
    assert found.mean() == pytest.approx(mean, rel=2e-3)


def test_sweeps_of_a_table():
    """A row without ends takes the Low and High of what it varies: of one row as numbers, of several each its own."""
    rows = [
        {"sweep": "S", "table": "Offers", "row": "A", "field": "Price", "low": 0.9, "high": 1.1, "points": 3},
        {"sweep": "S", "table": "Offers", "row": "Any", "field": "Available to Us"},
        {"sweep": "T", "table": "Offers", "row": "B", "field": "Available to Us", "method": "Sobol", "points": 4},
    ]
    one, two = designs_of(five(rows), seed=5)
    assert (one.name, one.method, two.method, two.draws, two.seed) == ("S", "One at a Time", "Sobol", 4, 5)
    assert values(one) == [(), (0.9,), (1.0,), (1.1,), ("Low",), ("High",)]
    assert (two.parameters[0].how, two.parameters[0].low, two.parameters[0].high) == ("=", 30.0, 90.0)
