"""The playground's data sets: their shapes, their seeds, and the features that make some of them linear."""

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from nn import datasets

SETS = [datasets.circle, datasets.xor, datasets.gaussian, datasets.spiral, datasets.moons]
Maker = Callable[..., tuple[list[list[float]], list[int]]]


@pytest.mark.parametrize("make", SETS)
def test_a_seed_gives_the_same_points_and_another_seed_gives_others(make: Maker) -> None:
    assert make(50, 0.1, 3) == make(50, 0.1, random.Random(3))
    assert make(50, 0.1, 3) != make(50, 0.1, 4)
    points, classes = make(51, 0.1, 3)
    assert len(points) == len(classes) == 51
    assert classes[:4] == [0, 1, 0, 1]
    assert {len(row) for row in points} == {2}


def test_without_noise_every_point_lies_where_its_class_is() -> None:
    for (x, y), label in zip(*datasets.circle(300), strict=True):
        assert math.hypot(x, y) <= 0.5 if label else 0.7 <= math.hypot(x, y) <= 1.0
    for (x, y), label in zip(*datasets.xor(300), strict=True):
        assert (x * y < 0) == bool(label)
        assert 0.05 <= min(abs(x), abs(y)) <= max(abs(x), abs(y)) <= 1
    for (x, y), label in zip(*datasets.moons(300, noise=0.0), strict=True):
        centre = (1.0, 0.5) if label else (0.0, 0.0)
        assert math.dist((x, y), centre) == pytest.approx(1.0)
        assert y <= 0.5 if label else y >= 0.0
    points, _ = datasets.spiral(300, noise=0.0, turns=2.0)
    for one, two in zip(points[::2], points[1::2], strict=True):
        assert two == pytest.approx([-one[0], -one[1]])  # the arms are each other's rotation by a half turn


def test_the_spiral_winds_as_often_as_was_asked_for() -> None:
    points, _ = datasets.spiral(2000, noise=0.0, turns=1.75)
    angles = [math.atan2(y, x) for x, y in points[::2]]
    steps = [(b - a + math.pi) % math.tau - math.pi for a, b in itertools.pairwise(angles)]
    assert sum(steps) / math.tau == pytest.approx(1.75)


def test_noise_is_the_standard_deviation_of_what_is_added() -> None:
    points, classes = datasets.gaussian(4000, noise=0.3, seed=1)
    for label in (0, 1):
        for axis in (0, 1):
            numbers = [row[axis] for row, own in zip(points, classes, strict=True) if own == label]
            mean = sum(numbers) / len(numbers)
            spread = math.sqrt(sum((x - mean) ** 2 for x in numbers) / len(numbers))
            assert mean == pytest.approx(label - 0.5, abs=0.02)
            assert spread == pytest.approx(0.3, rel=0.05)


def test_the_moons_are_those_of_scikit_learn() -> None:
    sets = pytest.importorskip("sklearn.datasets")
    theirs, labels = sets.make_moons(40, noise=None, shuffle=False)
    ours, classes = datasets.moons(40, noise=0.0)
    expected = sorted([*map(float, row), int(label)] for row, label in zip(theirs, labels, strict=True))
    assert sorted([*row, label] for row, label in zip(ours, classes, strict=True)) == [
        pytest.approx(row, abs=1e-12) for row in expected
    ]


def test_a_feature_can_make_a_line_enough() -> None:
    product = datasets.features(["x1 x2"])
    assert all((product(p)[0] < 0) == bool(label) for p, label in zip(*datasets.xor(200), strict=True))
    squares = datasets.features(["x1^2", "x2^2"])
    assert all((sum(squares(p)) < 0.36) == bool(label) for p, label in zip(*datasets.circle(200), strict=True))


def test_every_feature_is_what_its_name_says() -> None:
    x1, x2 = 0.3, -0.7
    expected = [x1, x2, x1**2, x2**2, x1 * x2, math.sin(math.pi * x1), math.sin(math.pi * x2), 1.0]
    assert datasets.features(datasets.FEATURES)([x1, x2]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: datasets.circle(1), ValueError, "samples must be at least 2"),
        (lambda: datasets.circle(10.0), TypeError, "samples must be a whole number"),  # type: ignore[arg-type]
        (lambda: datasets.xor(10, -0.1), ValueError, "noise must be at least 0"),
        (lambda: datasets.moons(10, seed="a"), TypeError, "seed must be"),  # type: ignore[arg-type]
        (lambda: datasets.spiral(10, turns=-1), ValueError, "turns must be at least 0"),
        (lambda: datasets.features(["x1^3"]), ValueError, "no feature is called 'x1\\^3'; did you mean 'x1\\^2'"),
    ],
)
def test_wrong_arguments_are_named(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
