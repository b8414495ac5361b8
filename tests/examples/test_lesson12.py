"""Lesson 12: the network is the broken line through the points, and its error is below what was asked for."""

import math
from typing import Any

import pytest

from examples import lesson12_universal_approximation as lesson
from nn import predict
from tests.examples.lesson_form import given, solutions

numpy: Any = pytest.importorskip("numpy")
pytest.importorskip("matplotlib")

# The same functions, and their second derivatives by hand.
BY_HAND: dict[str, tuple[Any, Any]] = {
    "sin 3x": (lambda x: numpy.sin(3 * x), lambda x: -9 * numpy.sin(3 * x)),
    "exp(-x²)": (lambda x: numpy.exp(-x * x), lambda x: (4 * x * x - 2) * numpy.exp(-x * x)),
    "tanh 4x - x/2": (
        lambda x: numpy.tanh(4 * x) - x / 2,
        lambda x: -32 * numpy.tanh(4 * x) * (1 - numpy.tanh(4 * x) ** 2),
    ),
}
GRID = numpy.linspace(lesson.LOW, lesson.HIGH, 100_001)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return given(lesson, tmp_path_factory.mktemp("lesson12")).figures


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
@pytest.mark.parametrize("epsilon", [0.1, 0.01])
def test_the_error_is_at_most_what_was_asked_for(figures: dict[str, float], name: str, epsilon: float) -> None:
    f, _ = BY_HAND[name]
    corners = numpy.linspace(lesson.LOW, lesson.HIGH, int(figures[f"{name}, {epsilon}: neurons"]))
    everywhere = float(numpy.abs(f(GRID) - numpy.interp(GRID, corners, f(corners))).max())
    assert figures[f"{name}, {epsilon}: error"] <= everywhere * (1 + 1e-9)
    assert 0.2 * epsilon < everywhere <= epsilon  # kept, and not by an extravagant width


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
def test_the_network_is_the_broken_line_through_the_points(name: str) -> None:
    f, _ = BY_HAND[name]
    corners = [-2.0, -1.3, -1.2, 0.1, 0.9, 2.0]
    xs = numpy.linspace(-2, 2, 301)
    expected = numpy.interp(xs, corners, f(numpy.array(corners)))
    model = lesson.network(lesson.FUNCTIONS[name], corners)
    assert predict(model, [[x] for x in xs.tolist()]) == pytest.approx(expected.tolist(), abs=1e-12)
    assert {abs(sign.data) for sign in model.layers[1].neurons[0].w} == {1.0}  # Σ ± max{0, wx + b}
    assert model.layers[1].neurons[0].b.data == 0.0  # type: ignore[union-attr]


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
def test_the_curvature_is_the_largest_second_derivative_rounded_up(name: str) -> None:
    exact = float(numpy.abs(BY_HAND[name][1](GRID)).max())
    assert exact <= lesson.curvature(lesson.FUNCTIONS[name]) <= 1.03 * exact


def test_doubling_the_width_quarters_the_error_and_the_bound_is_sharp(figures: dict[str, float]) -> None:
    assert figures["order"] == pytest.approx(2, abs=0.1)
    assert 0.9 < figures["error_to_bound"] <= 1


def test_fewer_intervals_than_found_are_not_enough() -> None:
    found = int(solutions(lesson).solution_1())

    def worst(n: int) -> float:
        corners = numpy.linspace(lesson.LOW, lesson.HIGH, n + 1)
        return float(numpy.abs(numpy.sin(3 * GRID) - numpy.interp(GRID, corners, numpy.sin(3 * corners))).max())

    assert worst(found) <= 0.0101
    assert worst(found - 1) > 0.0099
    assert abs(found - math.sqrt(9 * 16 / 0.08)) <= 3


def test_corners_where_the_curvature_is_gain_accuracy() -> None:
    assert solutions(lesson).solution_2() > 2
