"""The losses of lectures L4 against mpmath with 400 digits, their gradients, and their stability."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import DomainError, Value, jit
from nn import (
    accuracy,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    hinge,
    l2,
    mse,
    perceptron_loss,
    softmax_cross_entropy,
    squared_error,
)

NUMBERS = st.floats(-50, 50, allow_nan=False)
LOGITS = st.floats(-800, 800, allow_nan=False)
SIGNS = st.sampled_from([-1, 1])
UNIT = st.floats(0, 1)
mp = mpmath.mp.clone()
mp.dps = 400  # the smallest probability here is e^-1600, and 1 - p must not round to 1


def batch(numbers: st.SearchStrategy[float], targets: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(numbers, targets), min_size=1, max_size=6)


def split(pairs: list[tuple[float, Any]]) -> tuple[list[Value], list[Any]]:
    return [Value(p) for p, _ in pairs], [y for _, y in pairs]


def mean(terms: list[Any]) -> float:
    return float(mp.fsum(terms) / len(terms))


def sigmoid(z: float) -> Any:
    return 1 / (1 + mp.exp(-mp.mpf(z)))


def check(
    loss: Callable[[Any, Any], Value],
    pairs: list[tuple[float, Any]],
    term: Callable[[Any, Any], Any],
    slope: Callable[[Any, Any], Any],
) -> None:
    """`loss` is the mean of `term` over the pairs, and its gradient the mean of `slope`."""
    predictions, targets = split(pairs)
    value = loss(predictions, targets)
    assert value.data == pytest.approx(mean([term(mp.mpf(p), y) for p, y in pairs]), rel=1e-13, abs=1e-300)
    value.backward()
    for (p, y), prediction in zip(pairs, predictions, strict=True):
        expected = float(slope(mp.mpf(p), y) / len(pairs))
        assert prediction.grad == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert loss(predictions[0], targets[0]).data == loss(predictions[:1], targets[:1]).data


@given(batch(NUMBERS, NUMBERS))
def test_mse_is_the_mean_of_the_squares(pairs: list[tuple[float, float]]) -> None:
    check(mse, pairs, lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y))


@given(batch(LOGITS, st.one_of(UNIT, st.sampled_from([0, 1]))))
def test_cross_entropy_from_logits_is_exact_for_logits_of_any_size(pairs: list[tuple[float, float]]) -> None:
    def term(z: Any, y: float) -> Any:
        return y * mp.log1p(mp.exp(-z)) + (1 - mp.mpf(y)) * mp.log1p(mp.exp(z))

    predictions, targets = split(pairs)
    value = binary_cross_entropy_with_logits(predictions, targets)
    assert value.data == pytest.approx(mean([term(mp.mpf(z), y) for z, y in pairs]), rel=1e-13, abs=1e-300)
    value.backward()
    for (z, y), prediction in zip(pairs, predictions, strict=True):
        # sigmoid(z) - y; with a y of 0 or 1 also where that difference would cancel
        expected = float((sigmoid(z) - mp.mpf(y)) / len(pairs))
        tolerance = 1e-300 if y in (0, 1) else 1e-15
        assert prediction.grad == pytest.approx(expected, rel=1e-12, abs=tolerance)


@given(batch(st.floats(1e-6, 1 - 1e-6), UNIT))
def test_cross_entropy_from_probabilities_is_the_formula_of_the_lectures(
    pairs: list[tuple[float, float]],
) -> None:
    def slope(p: Any, y: float) -> Any:
        return (1 - mp.mpf(y)) / (1 - p) - y / p

    def term(p: Any, y: float) -> Any:
        return -(y * mp.log(p) + (1 - mp.mpf(y)) * mp.log(1 - p))

    predictions, targets = split(pairs)
    value = binary_cross_entropy(predictions, targets)
    assert value.data == pytest.approx(mean([term(mp.mpf(p), y) for p, y in pairs]), rel=1e-12)
    value.backward()
    for (p, y), prediction in zip(pairs, predictions, strict=True):
        expected = float(slope(mp.mpf(p), y) / len(pairs))
        assert prediction.grad == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(z=st.floats(-30, 30), y=st.sampled_from([0, 1]))
def test_cross_entropy_from_logits_equals_that_of_the_sigmoid(z: float, y: int) -> None:
    from_probability = binary_cross_entropy(Value(z).sigmoid(), y).data
    assert binary_cross_entropy_with_logits(Value(z), y).data == pytest.approx(from_probability, rel=1e-3, abs=1e-12)


def test_losses_of_one_prediction_add_no_nodes() -> None:
    p = Value(0.5)
    assert [binary_cross_entropy(p, y).op for y in (0, 1, 0.5)] == ["neg", "neg", "sum"]
    assert [binary_cross_entropy_with_logits(p, y).op for y in (0, 1, 0.5)] == ["softplus", "softplus", "add"]
    assert squared_error(p, 1.0).op == mse(p, 1.0).op == "pow"
    assert squared_error([p], [1.0]).op == "pow"


def test_a_certain_and_right_probability_costs_nothing_and_a_wrong_one_has_no_loss() -> None:
    assert binary_cross_entropy(Value(1.0), 1).data == 0.0
    assert binary_cross_entropy(Value(0.0), 0).data == 0.0
    with pytest.raises(DomainError):
        binary_cross_entropy(Value(0.0), 1)


@given(
    st.integers(2, 4).flatmap(
        lambda k: st.lists(
            st.tuples(st.lists(LOGITS, min_size=k, max_size=k), st.integers(0, k - 1)), min_size=1, max_size=4
        )
    )
)
def test_softmax_cross_entropy_is_minus_the_log_of_the_probability(
    pairs: list[tuple[list[float], int]],
) -> None:
    logits = [[Value(z) for z in row] for row, _ in pairs]
    labels = [label for _, label in pairs]
    value = softmax_cross_entropy(logits, labels)

    def probabilities(row: list[float]) -> list[Any]:
        powers = [mp.exp(mp.mpf(z)) for z in row]
        return [power / mp.fsum(powers) for power in powers]

    expected = mean([-mp.log(probabilities(row)[label]) for row, label in pairs])
    largest = max(abs(z) for row, _ in pairs for z in row)
    assert value.data == pytest.approx(expected, rel=1e-13, abs=1e-15 * (1 + largest))
    value.backward()
    for (row, label), values in zip(pairs, logits, strict=True):
        for j, (p, z) in enumerate(zip(probabilities(row), values, strict=True)):
            assert z.grad == pytest.approx(float((p - (j == label)) / len(pairs)), rel=1e-11, abs=1e-14)


def test_one_prediction_has_the_loss_of_a_batch_of_one() -> None:
    row = [Value(1.0), Value(2.0), Value(-1.0)]
    assert softmax_cross_entropy(row, 2).data == softmax_cross_entropy([row], [2]).data


@given(batch(NUMBERS, SIGNS))
def test_hinge_is_the_mean_of_the_missing_margins(pairs: list[tuple[float, int]]) -> None:
    check(hinge, pairs, lambda s, y: max(mp.mpf(0), 1 - y * s), lambda s, y: -y if 1 - float(s) * y > 0 else 0)


@given(batch(NUMBERS, SIGNS))
def test_perceptron_loss_sums_over_the_misclassified_only(pairs: list[tuple[float, int]]) -> None:
    scores, labels = split(pairs)
    loss = perceptron_loss(scores, labels)
    wrong = [(s, y) for s, y in pairs if y * s <= 0]
    assert loss.data == pytest.approx(float(mp.fsum(-y * mp.mpf(s) for s, y in wrong)), rel=1e-14)
    loss.backward()
    assert [s.grad for s in scores] == [-y if y * s <= 0 else 0.0 for s, y in pairs]
    assert loss.data >= 0


def test_the_perceptron_learns_from_zero_weights() -> None:
    w, b = [Value(0.0), Value(0.0)], Value(0.0)
    points = [([2.0, 1.0], 1), ([-1.0, -2.0], -1), ([1.0, 3.0], 1), ([-2.0, 0.5], -1)]
    for _ in range(10):
        scores = [w[0] * x[0] + w[1] * x[1] + b for x, _ in points]
        perceptron_loss(scores, [y for _, y in points]).backward()
        for p in (*w, b):
            p.data -= p.grad
            p.zero_grad()
    assert all(y * (w[0].data * x[0] + w[1].data * x[1] + b.data) > 0 for x, y in points)


@given(st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=2), min_size=1, max_size=4))
def test_squared_error_sums_over_a_vector_and_averages_over_a_batch(
    rows: list[list[tuple[float, float]]],
) -> None:
    predictions = [[Value(p) for p, _ in row] for row in rows]
    targets = np.array([[y for _, y in row] for row in rows])
    expected = mean([mp.fsum((mp.mpf(p) - y) ** 2 for p, y in row) for row in rows])
    assert squared_error(predictions, targets).data == pytest.approx(expected, rel=1e-14)
    assert half_squared_error(predictions, targets).data == pytest.approx(expected / 2, rel=1e-14)
    assert mse(predictions, targets).data == pytest.approx(expected / 2, rel=1e-14), "two numbers a row"
    first = squared_error(predictions[0], targets[0])
    assert first.data == squared_error(predictions[:1], targets[:1]).data


def test_half_squared_error_has_the_gradient_h_minus_y() -> None:
    h = [Value(3.0), Value(-1.0)]
    half_squared_error(h, [1.0, 1.0]).backward()
    assert [v.grad for v in h] == [2.0, -2.0]


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.floats(0, 10))
def test_l2_is_half_the_strength_times_the_squares(numbers: list[float], strength: float) -> None:
    weights = [Value(number) for number in numbers]
    penalty = l2(weights, strength)
    assert penalty.data == pytest.approx(strength / 2 * math.fsum(n * n for n in numbers), rel=1e-14, abs=1e-300)
    penalty.backward()
    assert [w.grad for w in weights] == pytest.approx([strength * n for n in numbers], rel=1e-14, abs=1e-300)


@given(batch(NUMBERS, SIGNS))
def test_every_loss_is_never_negative_and_zero_for_perfect_predictions(
    pairs: list[tuple[float, int]],
) -> None:
    predictions, labels = split(pairs)
    zero_one = [(y + 1) // 2 for y in labels]
    assert mse(predictions, labels).data >= 0
    assert hinge(predictions, labels).data >= 0
    assert binary_cross_entropy_with_logits(predictions, zero_one).data >= 0
    right = [1000.0 * y for y in labels]
    assert mse(labels, labels).data == 0
    assert hinge(right, labels).data == 0
    assert binary_cross_entropy_with_logits(right, zero_one).data == 0
    assert binary_cross_entropy(zero_one, zero_one).data == 0
    assert softmax_cross_entropy([[-z, z] for z in right], zero_one).data == 0


@pytest.mark.parametrize("loss", [mse, hinge, binary_cross_entropy_with_logits])
def test_arrays_of_values_and_of_numbers_are_welcome(loss: Callable[[Any, Any], Value]) -> None:
    predictions = [Value(0.5), Value(-2.0), Value(3.0)]
    labels = [1, 1, 1]
    expected = loss(predictions, labels).data
    assert loss(np.array(predictions, dtype=object), np.array(labels)).data == expected
    assert loss((0.5, -2.0, 3.0), tuple(labels)).data == expected
    assert loss(np.array([0.5, -2.0, 3.0]), np.array(labels, dtype=np.int8)).data == expected


def test_softmax_cross_entropy_takes_arrays() -> None:
    rows = np.array([[0.5, 1.0], [2.0, -1.0]])
    assert softmax_cross_entropy(rows, np.array([0, 1])).data == softmax_cross_entropy(rows.tolist(), [0, 1]).data
    assert softmax_cross_entropy(list(rows), [0, 1]).data == softmax_cross_entropy(rows.tolist(), [0, 1]).data
    assert softmax_cross_entropy(rows[0], np.int64(1)).data == softmax_cross_entropy(rows.tolist()[0], 1).data


def test_a_label_may_be_a_value_which_jit_makes_an_input() -> None:
    rows = [[0.5, 1.0, -1.0], [2.0, -1.0, 0.0]]
    expected = softmax_cross_entropy(rows, [2, 0]).data
    assert softmax_cross_entropy(rows, [Value(2.0), Value(0.0)]).data == pytest.approx(expected, rel=1e-15)
    with pytest.raises(ValueError, match=r"label 1 is 3, but there are only 0 to 2"):
        softmax_cross_entropy(rows, [Value(2.0), Value(3.0)])
    with pytest.raises(TypeError, match=r"label 0 must be a whole number"):
        softmax_cross_entropy(rows, [Value(0.5), Value(0.0)])
    with pytest.raises(TypeError, match=r"target 0 must be a number, got Value"):  # elsewhere it is a mistake
        mse(rows[0], [Value(0.5), Value(0.0), Value(1.0)])
    f = jit(softmax_cross_entropy, native=False)
    for labels in ([1, 1], [2, 0], [0, 2]):
        assert f(rows, labels) == pytest.approx(softmax_cross_entropy(rows, labels).data, rel=1e-14)
    assert f.statistics == (1, 2, 0)
    g = jit(mse, native=False)
    assert [g([1.0, 2.0], [y, 0.0]) for y in (1.0, 3.0)] == [2.0, 4.0]


@given(st.lists(st.tuples(st.lists(NUMBERS, min_size=3, max_size=3), st.integers(0, 2)), min_size=1, max_size=8))
def test_accuracy_is_the_share_of_right_largest_scores(pairs: list[tuple[list[float], int]]) -> None:
    rows, labels = np.array([row for row, _ in pairs]), np.array([label for _, label in pairs])
    expected = float((rows.argmax(axis=1) == labels).mean())
    assert accuracy(rows, labels) == expected
    assert accuracy([[Value(s) for s in row] for row in rows.tolist()], labels.tolist()) == expected


def test_accuracy_of_single_scores_compares_with_the_threshold() -> None:
    scores = [Value(0.6), Value(0.4), Value(-0.1), Value(0.0)]
    assert accuracy(scores, [1, 1, -1, -1]) == 1.0
    assert accuracy(scores, [1, 1, 0, 0]) == 1.0
    assert accuracy(scores, [1, 1, 0, 0], threshold=0.5) == 0.75
