"""Lesson 9: the check agrees with gradients by hand, to four digits, with and without λ, and fails where it must."""

import numpy
import pytest

from autograd.testing import BUGS
from examples import lesson09_gradient_checking as lesson
from examples._lesson import Performance
from examples.solutions.lesson09 import network
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson09"))


def by_hand(strength: float) -> list[float]:
    """∂J_λ/∂p of the lesson's network in NumPy, in the order of its parameters."""
    tables = [numpy.array([[p.data for p in n.parameters()] for n in layer.neurons]) for layer in network().layers]
    (w0, b0), (w1, b1) = [(table[:, :-1], table[:, -1]) for table in tables]
    x, y = numpy.array(lesson.XS), numpy.array(lesson.YS)[:, None]
    hidden = numpy.tanh(x @ w0.T + b0)
    delta1 = (hidden @ w1.T + b1 - y) / len(x)
    delta0 = (delta1 @ w1) * (1 - hidden**2)
    layers = [
        numpy.column_stack([delta0.T @ x + strength * w0, delta0.sum(0)]),
        numpy.column_stack([delta1.T @ hidden + strength * w1, delta1.sum(0)]),
    ]
    return [float(number) for table in layers for number in table.ravel()]


@pytest.mark.parametrize("strength", [0.0, lesson.LAMBDA])
def test_both_columns_of_the_table_are_the_gradient_by_hand(strength: float) -> None:
    nudged, gradients = zip(*lesson.check(network(), strength), strict=True)
    assert gradients == pytest.approx(by_hand(strength), rel=1e-12)
    assert nudged == pytest.approx(by_hand(strength), rel=1e-4)


def test_right_gradients_agree_to_four_digits(done: Performance) -> None:
    assert done.figures["parameters"] == (2 + 1) * 3 + (3 + 1)
    assert done.figures["without λ"] < 1e-4
    assert done.figures["with λ"] < 1e-4


def test_the_misprinted_step_of_one_is_useless(done: Performance) -> None:
    assert done.figures["ε = 1"] > 0.1


def test_lambda_adds_to_weights_only(done: Performance) -> None:
    assert done.figures["lambda_rule"] < 1e-15


@pytest.mark.parametrize("name", ["tanh square", "mul swapped", "overwrite"])
def test_a_planted_bug_is_found(name: str, done: Performance) -> None:
    assert done.figures[name] > 1e-3


@pytest.mark.parametrize("name", ["wrong order", "stale interior"])
def test_bugs_that_this_check_cannot_see_are_not_claimed(name: str, done: Performance) -> None:
    assert done.figures[name] < 1e-4
    assert lesson.PLANTED[name]


def test_a_second_pass_shows_the_stale_interior() -> None:
    model = network()
    J = lesson.objective(model, 0.0)
    with BUGS["stale interior"]:
        J.backward()
        first = [p.grad for p in model.parameters()]
        J.backward()
    assert [p.grad for p in model.parameters()] != pytest.approx([2 * g for g in first])


def test_the_network_is_as_it_was_after_the_check() -> None:
    model = network()
    before = model.state_dict()
    lesson.check(model, lesson.LAMBDA)
    assert model.state_dict() == before


def test_one_side_gives_fewer_digits_than_two(done: Performance) -> None:
    one_sided = solutions(lesson).solution_1()
    assert 0 < one_sided < 4 < -numpy.log10(done.figures["without λ"])


def test_a_forgotten_half_of_lambda_is_found() -> None:
    assert solutions(lesson).solution_2() > 0.1
