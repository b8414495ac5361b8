"""Lesson 6: the engine's slopes are the printed ones (held to mpmath), gates follow their rule, a dead unit stays dead."""

import mpmath
import numpy
import pytest

from examples import lesson06_activations as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions

SLOPES = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "ReLU": lambda z: max(z, 0),
    "leaky ReLU, slope 0.01": lambda z: max(z, 0.01 * z),
    "GELU": lambda z: z * mpmath.ncdf(z),
    "GELU, tanh form": lambda z: z / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (z + 0.044715 * z**3))),
    "SiLU": lambda z: z / (1 + mpmath.exp(-z)),
    "swish, β = 3": lambda z: z / (1 + mpmath.exp(-3 * z)),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson06"))


@pytest.mark.parametrize("name", lesson.ACTIVATIONS)
def test_the_printed_derivative_is_that_of_the_definition(name: str) -> None:
    for z in (-4.3, -1.25, -0.1, 0.1, 0.75, 3.7):
        with mpmath.workdps(30):
            expected = float(mpmath.diff(SLOPES[name], mpmath.mpf(z)))
        assert lesson.ACTIVATIONS[name][1](z) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", lesson.ACTIVATIONS)
def test_the_engine_has_the_printed_derivative(name: str, done: Performance) -> None:
    assert done.figures[f"difference {name}"] < 1e-14


def test_softmax_and_the_gates_follow_their_rules(done: Performance) -> None:
    assert done.figures["difference softmax"] < 1e-15
    assert done.figures["difference gates"] < 1e-15
    for name, g in lesson.GATES.items():
        y = lesson.gated(g)
        key = {"ReGLU": "ReLU", "GEGLU": "GELU", "SwiGLU": "SiLU"}[name]
        assert y(0.7, -1.3) == pytest.approx(float(SLOPES[key](mpmath.mpf(0.7)) * -1.3), rel=1e-14)


def test_a_flat_span_is_where_the_slope_is_small() -> None:
    zs = [float(z) for z in numpy.linspace(-6, 6, 193)]
    slopes = [lesson.ACTIVATIONS["sigmoid"][1](z) for z in zs]
    (low, left), (right, high) = lesson.spans(zs, slopes)
    edge = float(mpmath.log((1 + mpmath.sqrt(1 - 4 * lesson.FLAT)) / (1 - mpmath.sqrt(1 - 4 * lesson.FLAT))))
    assert (low, high) == (-6, 6)
    assert edge <= right < edge + 1 / 16
    assert left == -right


def test_a_dead_unit_never_moves_and_a_leaky_one_does(done: Performance) -> None:
    assert done.figures["dead_moved"] == 0.0
    assert done.figures["leaky_moved"] > 0.1
    assert "dead: the unit passes no gradient on" in done.text


def test_sigmoid_is_steepest_at_zero(done: Performance) -> None:
    assert done.figures["largest sigmoid′"] == 0.25
    steepest, nearly_flat = solutions(lesson).solution_1()
    assert float(mpmath.diff(SLOPES["sigmoid"], steepest)) == pytest.approx(0.25)
    assert float(mpmath.diff(SLOPES["sigmoid"], nearly_flat)) == pytest.approx(0.0025)


def test_ten_sigmoids_pass_on_less_than_a_millionth() -> None:
    slope, bound = solutions(lesson).solution_2()

    def ten(z: mpmath.mpf) -> mpmath.mpf:
        for _ in range(10):
            z = SLOPES["sigmoid"](z)
        return z

    with mpmath.workdps(40):
        assert slope == pytest.approx(float(mpmath.diff(ten, 0)), rel=1e-9)
    assert 0 < slope < bound < 1e-6
