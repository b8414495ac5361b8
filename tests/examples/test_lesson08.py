"""Lesson 8: each loss is its formula (mpmath), squared error stalls where cross-entropy learns, logits keep the digits."""

import math

import mpmath
import numpy
import pytest

from autograd import Value
from examples import lesson08_losses as lesson
from examples._lesson import Performance
from nn import binary_cross_entropy_with_logits
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson08"))


FORMULAS = {
    "squared error of σ(z)": lambda z: (1 - 1 / (1 + mpmath.exp(-z))) ** 2,
    "cross-entropy": lambda z: -mpmath.log(1 / (1 + mpmath.exp(-z))),
    "hinge": lambda z: max(0, 1 - z),
    "perceptron": lambda z: max(0, -z),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_value_and_slope_are_those_of_the_formula(name: str) -> None:
    for z in (-7.5, -0.6, 0.4, 3.2):
        with mpmath.workdps(40):
            value, slope = float(FORMULAS[name](mpmath.mpf(z))), float(mpmath.diff(FORMULAS[name], mpmath.mpf(z)))
        assert lesson.value_and_slope(lesson.LOSSES[name], z) == pytest.approx((value, slope), rel=1e-9, abs=1e-15)


def test_squared_error_is_bounded_and_flat_where_cross_entropy_is_steep(done: Performance) -> None:
    assert done.figures["squared error at -8"] < 1 < done.figures["cross-entropy at -8"]
    assert -1e-3 < done.figures["slope of squared error at -8"] < 0
    assert done.figures["slope of cross-entropy at -8"] == pytest.approx(-1, abs=1e-3)
    assert done.figures["smallest loss"] >= 0


def test_from_a_wrong_start_only_cross_entropy_learns(done: Performance) -> None:
    assert done.figures["right with cross-entropy"] == 1.0
    assert done.figures["right with squared error"] == 0.0


@pytest.mark.parametrize("name", lesson.LOSSES_OF_BATCH)
def test_the_training_is_that_of_numpy(name: str) -> None:
    x, y, w = numpy.array(lesson.XS), numpy.array(lesson.YS), -12.0
    for _ in range(100):
        p = 1 / (1 + numpy.exp(-w * x))
        slope = p - y if name == "cross-entropy" else 2 * (p - y) * p * (1 - p)
        w -= 0.2 * float((slope * x).mean())
    assert lesson.train(lesson.LOSSES_OF_BATCH[name], 100)[-1] == pytest.approx(w, rel=1e-9)


@pytest.mark.parametrize("z", [10.0, 30.0, 40.0, 700.0])
def test_from_the_logit_the_loss_is_right_to_the_last_digits(z: float) -> None:
    with mpmath.workdps(400):
        exact = float(mpmath.log(1 + mpmath.exp(z)))
    assert binary_cross_entropy_with_logits(Value(z), 0).data == pytest.approx(exact, rel=4e-16)


def test_from_the_probability_the_digits_are_lost_and_then_the_number(done: Performance) -> None:
    errors = [done.figures[f"error at {z}"] for z in (10, 20, 30, 36, 40)]
    assert errors == sorted(errors)
    assert errors[0] < 1e-12
    assert 1e-5 < errors[2] < 1e-2
    assert errors[4] == 1.0
    assert "DomainError" in done.text


def test_softmax_cross_entropy_is_stable_and_its_gradient_is_p_minus_y(done: Performance) -> None:
    assert done.figures["loss of logits ±1000"] == 2000
    assert done.figures["softmax gradient is p - y"] < 1e-15
    assert done.figures["l2 gradient"] == pytest.approx(0.1 * 3)


def test_cross_entropy_costs_one_where_the_solution_says() -> None:
    assert lesson.value_and_slope(lesson.LOSSES["cross-entropy"], solutions(lesson).solution_1())[0] == pytest.approx(1)


def test_squared_error_is_steepest_where_p_is_a_third() -> None:
    where, slope = solutions(lesson).solution_2()
    slopes = [lesson.value_and_slope(lesson.LOSSES["squared error of σ(z)"], k / 100)[1] for k in range(-300, 300)]
    assert slope == pytest.approx(-8 / 27)
    assert slope <= min(slopes)
    assert where == pytest.approx((slopes.index(min(slopes)) - 300) / 100, abs=0.01)
    assert math.isclose(1 / (1 + math.exp(-where)), 1 / 3)
