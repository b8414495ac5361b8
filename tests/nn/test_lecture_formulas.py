"""Formulas of the lectures that concern whole networks, against NumPy: smallest models, depth, batches, approximation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd import sum as total
from nn import (
    MLP,
    SGD,
    Layer,
    LayerNorm,
    Neuron,
    Residual,
    Sequential,
    binary_cross_entropy_with_logits,
    fit,
    half_squared_error,
    l2,
    mse,
    predict,
    squared_error,
)

SEEDS = st.integers(0, 50)


@given(seed=SEEDS)
def test_the_logistic_classifier_has_the_gradient_g_minus_y_times_x(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(7, 3)), rng.integers(0, 2, size=7)
    neuron = Neuron(3, activation=None, seed=seed)
    binary_cross_entropy_with_logits([neuron(row) for row in x], y).backward()
    g = 1 / (1 + np.exp(-(x @ [w.data for w in neuron.w])))
    np.testing.assert_allclose([w.grad for w in neuron.w], (g - y) @ x / 7, atol=1e-12)
    assert neuron.b is not None
    assert neuron.b.grad == pytest.approx(float(np.mean(g - y)), abs=1e-12)


def test_the_linear_regressor_ends_at_the_normal_equations() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 2))
    y = x @ [1.5, -0.5] + 0.3 + rng.normal(scale=0.2, size=20)
    neuron = Neuron(2, activation=None, seed=0)
    fit(neuron, x, y, loss=mse, optimizer=SGD(neuron.parameters(), lr=0.3), epochs=300, progress=False)
    expected, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(20)]), y, rcond=None)
    np.testing.assert_allclose([p.data for p in neuron.parameters()], expected, atol=1e-9)


@given(seed=SEEDS)
def test_both_conventions_give_one_layer_w_x_for_columns_and_x_w_for_rows(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(5, 3))
    layer = Layer(3, 4, activation="tanh", seed=seed, bias_init="uniform")
    W = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
    b = np.array([neuron.b.data for neuron in layer.neurons if neuron.b is not None])
    ours = np.array(predict(layer, x))
    np.testing.assert_allclose(ours, np.tanh(x @ W.T + b), atol=1e-12)
    np.testing.assert_allclose(ours.T, np.tanh(W @ x.T + b[:, None]), atol=1e-12)


@given(seed=SEEDS)
def test_a_network_is_its_layers_one_after_another(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(4, 3))
    model = MLP(3, [5, 4, 2], activation="tanh", bias_init="uniform", seed=seed)
    a = x.T
    for layer in model.layers:
        W = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
        z = W @ a + np.array([[neuron.b.data] for neuron in layer.neurons if neuron.b is not None])
        a = z if layer is model.layers[-1] else np.tanh(z)
    np.testing.assert_allclose(np.array(predict(model, x)).T, a, atol=1e-12)
    steps = Sequential(*model.layers)
    assert predict(steps, x) == predict(model, x)


@given(seed=SEEDS, strength=st.floats(0, 2))
def test_the_regularised_objective_adds_lambda_w_to_weights_and_nothing_to_biases(seed: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    model = MLP(2, [3, 1], activation="tanh", seed=seed)
    half_squared_error([[model(row)] for row in x], y).backward()
    plain = {name: p.grad for name, p in model.named_parameters()}
    model.zero_grad()
    loss = half_squared_error([[model(row)] for row in x], y) + l2(model.weights(), strength)
    loss.backward()
    weights = {id(w) for w in model.weights()}
    for name, p in model.named_parameters():
        added = strength * p.data if id(p) in weights else 0.0
        assert p.grad == pytest.approx(plain[name] + added, abs=1e-12)
    assert len(weights) == 2 * 3 + 3


@pytest.mark.parametrize("points", [5, 17, 65])
def test_a_constructed_relu_network_is_the_line_through_the_points_and_near_the_function(points: int) -> None:
    knots = np.linspace(0, math.pi, points)
    f = np.sin(knots)
    slopes = np.diff(f) / np.diff(knots)
    model = MLP(1, [points - 1, 1], activation="relu", seed=0)
    hidden, output = model.layers
    for neuron, knot in zip(hidden.neurons, knots, strict=False):
        assert neuron.b is not None
        neuron.w[0].data, neuron.b.data = 1.0, -knot
    for weight, bend in zip(output.neurons[0].w, np.diff(slopes, prepend=0), strict=True):
        weight.data = float(bend)
    x = np.linspace(0, math.pi, 400)
    ours = np.array(predict(model, x[:, None]))
    np.testing.assert_allclose(ours, np.interp(x, knots, f), atol=1e-12)
    # The error of a chord is at most h²/8 times the largest second derivative, here 1.
    assert np.abs(ours - np.sin(x)).max() <= (math.pi / (points - 1)) ** 2 / 8 + 1e-12


@given(seed=SEEDS)
def test_the_gradient_of_a_deep_plain_network_is_the_product_of_its_jacobians(seed: int) -> None:
    model = MLP(4, [4] * 12, activation="sigmoid", output_activation="sigmoid", seed=seed)
    x = np.random.default_rng(seed).normal(size=4)
    inputs = [Value(float(number)) for number in x]
    total(model(inputs)).backward()
    jacobian, a = np.eye(4), x
    for layer in model.layers:
        W = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
        a = 1 / (1 + np.exp(-(W @ a)))
        jacobian = np.diag(a * (1 - a)) @ W @ jacobian
    ours = np.array([v.grad for v in inputs])
    np.testing.assert_allclose(ours, np.ones(4) @ jacobian, rtol=1e-9, atol=1e-300)
    assert np.linalg.norm(ours) < 1e-3  # σ′ is at most ¼: each layer passes on a fraction


def gradient_at_the_first_layer(kind: str, depth: int) -> float:
    layers = [Layer(8, 8, activation="tanh", init="normal", seed=k) for k in range(depth)]
    for layer in layers:
        for w in layer.weights():
            w.data *= 0.15 / max(0.01, np.std([v.data for v in layer.weights()]))
    parts = {
        "plain": layers,
        "residual": [Residual(layer) for layer in layers],
        "normalised": [part for layer in layers for part in (layer, LayerNorm(8))],
    }[kind]
    squared_error(Sequential(*parts)([0.5, -0.3, 0.8, 0.1, -0.9, 0.4, -0.2, 0.6]), [1.0] * 8).backward()
    return math.hypot(*(p.grad for p in layers[0].parameters()))


def test_depth_starves_the_first_layer_of_a_plain_network_but_not_with_residuals_or_norms() -> None:
    shallow, deep = (gradient_at_the_first_layer("plain", depth) for depth in (5, 40))
    assert deep < 1e-6 * shallow
    assert gradient_at_the_first_layer("residual", 40) > 1e4 * deep
    assert gradient_at_the_first_layer("normalised", 40) > 1e4 * deep


@given(seed=SEEDS)
def test_a_batch_is_the_same_graph_many_rows_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    model = MLP(3, [4, 2], activation="tanh", seed=seed)
    apart = np.zeros(len(model.parameters()))
    for row, target in zip(x, y, strict=True):
        model.zero_grad()
        half_squared_error(model(row), target).backward()
        apart += [p.grad for p in model.parameters()]
    model.zero_grad()
    half_squared_error([model(row) for row in x], y).backward()
    np.testing.assert_allclose([p.grad for p in model.parameters()], apart / 6, atol=1e-12)


def test_an_array_of_any_rank_is_mapped_along_its_last_axis() -> None:
    images = np.random.default_rng(0).normal(size=(2, 3, 4, 5))  # batch, width, height, channel
    layer = Layer(5, 2, activation="tanh", seed=0)
    W = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
    expected = np.tanh(np.einsum("bwhc,kc->bwhk", images, W))
    rows = predict(layer, images.reshape(-1, 5))
    np.testing.assert_allclose(np.reshape(rows, (2, 3, 4, 2)), expected, atol=1e-12)
