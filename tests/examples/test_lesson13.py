"""Lesson 13: gradients vanish at the rate that was computed beforehand, and the two cures do what they promise."""

import math
from random import Random
from typing import Any

import pytest

from examples import lesson13_depth as lesson
from tests.examples.lesson_form import given, solutions

numpy: Any = pytest.importorskip("numpy")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return given(lesson, tmp_path_factory.mktemp("lesson13")).figures


def test_a_plain_network_loses_its_gradient_as_fast_as_a_product_of_random_matrices(figures: dict[str, float]) -> None:
    digamma_of_4 = 1 + 1 / 2 + 1 / 3 - 0.5772156649015329
    predicted = math.exp((digamma_of_4 + math.log(2 * 0.5**2 / 8)) / 2)
    assert predicted == pytest.approx(0.468, abs=1e-3)
    assert figures["factor"] == pytest.approx(predicted, rel=0.1)
    assert figures["plain, g = 0.5: 56"] < 1e-15


def test_shortcuts_and_normalisation_keep_it(figures: dict[str, float]) -> None:
    for name in ("residual, g = 0.5", "layer norm, g = 0.5", "layer norm, g = 2"):
        assert 1e-3 < figures[f"{name}: 20"] < 1e3
        assert 1e-3 < figures[f"{name}: 56"] < 1e3


def test_normalisation_cancels_the_scale_of_the_weights(figures: dict[str, float]) -> None:
    assert figures["layer norm, g = 0.5: 20"] == pytest.approx(figures["layer norm, g = 2: 20"], rel=0.1)


def test_the_deeper_plain_network_trains_worse_and_the_deep_residual_one_learns(figures: dict[str, float]) -> None:
    assert figures["loss of plain, 56"] > figures["loss of plain, 20"]
    assert figures["loss of residual, 56"] < 0.3 < figures["loss of plain, 20"]


def matrices(kind: str, gain: float) -> Any:
    """The Jacobian of `through` by NumPy: the product of the layers' own, diag(1 − a²) W, plus I for a shortcut."""
    x = numpy.array([0.3 * math.cos(k) for k in range(lesson.WIDTH)])
    product = numpy.eye(lesson.WIDTH)
    for block in lesson.blocks(kind, 20, gain, Random(1)):
        layer = block.inner if kind == "residual" else block
        w = numpy.array([[p.data for p in neuron.w] for neuron in layer.neurons])
        a = numpy.tanh(w @ x)
        own = (1 - a * a)[:, None] * w
        if kind == "residual":
            own, a = own + numpy.eye(lesson.WIDTH), a + x
        product, x = own @ product, a
    return product


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_the_jacobian_is_the_product_of_the_layers_own(kind: str) -> None:
    ours = numpy.array(lesson.through(kind, 20, 1.0))
    expected = matrices(kind, 1.0)
    assert numpy.abs(ours - expected).max() <= 1e-12 * numpy.abs(expected).max()


def test_a_plain_stack_is_nearly_of_rank_one_and_the_shortcut_is_not(figures: dict[str, float]) -> None:
    assert figures["plain: second singular value to first"] < 0.1
    assert figures["layer norm: second singular value to first"] < 0.15
    assert figures["residual: second singular value to first"] > 0.2


def test_the_residual_layer_is_the_identity_where_its_weights_are_zero() -> None:
    assert solutions(lesson).solution_1() == 0.0


def test_with_the_right_gain_products_of_random_matrices_keep_their_length() -> None:
    gain = solutions(lesson).solution_2()
    rng = numpy.random.default_rng(0)
    x = numpy.ones(8)
    total, steps = 0.0, 20_000
    for w in rng.normal(0, gain / math.sqrt(8), (steps, 8, 8)):
        x = w @ x
        size = float(numpy.linalg.norm(x))
        total += math.log(size)
        x /= size
    assert math.exp(total / steps) == pytest.approx(1, abs=0.01)
