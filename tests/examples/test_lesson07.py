"""Lesson 7: engine and matrices agree to rounding, for each activation, in both conventions, and PyTorch agrees too."""

import numpy
import pytest

from examples import lesson07_matrix_backpropagation as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson07"))


def test_a_network_is_layers_of_neurons(done: Performance) -> None:
    assert done.figures["neuron"] < 1e-15
    assert done.figures["layer"] == done.figures["network"] == 0
    assert done.figures["parameters"] == (3 + 1) * 2 + (2 + 1) * 1


def test_without_a_nonlinearity_the_network_is_one_matrix(done: Performance) -> None:
    assert done.figures["linear collapse"] < 1e-14


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
@pytest.mark.parametrize("convention", ["W x", "x W"])
def test_the_matrices_give_the_engines_gradients(name: str, convention: str, done: Performance) -> None:
    assert done.figures[f"{convention} {name}"] < 2e-14


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
def test_the_derivatives_by_hand_are_those_of_the_functions(name: str) -> None:
    f, slope = lesson.FUNCTIONS[name]
    z = numpy.array([-2.1, -0.7, 0.3, 1.9])
    assert slope(z) == pytest.approx((f(z + 1e-6) - f(z - 1e-6)) / 2e-6, abs=1e-8)


def test_a_wrong_delta_would_be_seen() -> None:
    model, x, y = lesson.problem("tanh")
    engine, hand = lesson.by_engine(model, x, y), lesson.by_columns(model, x, y, "sigmoid")
    assert lesson.largest_difference(engine, hand) > 0.1


def test_pytorch_has_the_same_gradients() -> None:
    torch = pytest.importorskip("torch")
    model, x, y = lesson.problem("tanh")
    parameters = [torch.tensor(part, requires_grad=True) for layer in lesson.weights(model) for part in layer]
    a = torch.tensor(x)
    for w, b in zip(parameters[::2], parameters[1::2], strict=True):
        a = torch.tanh(torch.nn.functional.linear(a, w, b))
    (((a - torch.tensor(y)) ** 2).sum() / 2).backward()
    engine = lesson.by_engine(model, x, y)
    for index in range(len(lesson.WIDTHS)):
        assert engine["W"][index] == pytest.approx(parameters[2 * index].grad.numpy(), abs=1e-13)
        assert engine["b"][index] == pytest.approx(parameters[2 * index + 1].grad.numpy(), abs=1e-13)


def test_one_step_further_gives_the_gradient_of_the_inputs() -> None:
    assert solutions(lesson).solution_1() < 1e-15


def test_softmax_with_cross_entropy_has_the_delta_p_minus_y() -> None:
    assert solutions(lesson).solution_2() < 1e-15
