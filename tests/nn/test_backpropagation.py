"""The back-propagation formulas of lectures L5, written out in NumPy, against the engine's gradients."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import autograd
from nn import MLP, Layer, half_squared_error, softmax_cross_entropy

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

erf: Function = np.vectorize(math.erf, otypes=[float])


def sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


def density(z: Array) -> Array:
    result: Array = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return result


def distribution(z: Array) -> Array:
    result: Array = (1 + erf(z / np.sqrt(2))) / 2
    return result


def tanh_argument(z: Array) -> Array:
    result: Array = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)
    return result


# name: f and f' as lectures L3 print them
L3: dict[str, tuple[Function, Function]] = {
    "linear": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    "leaky_relu": (lambda z: np.maximum(0.01 * z, z), lambda z: np.where(z > 0, 1, 0.01)),
    "gelu": (lambda z: z * distribution(z), lambda z: distribution(z) + z * density(z)),
    "gelu_tanh": (
        lambda z: z / 2 * (1 + np.tanh(tanh_argument(z))),
        lambda z: (
            (1 + np.tanh(tanh_argument(z))) / 2
            + z / 2 / np.cosh(tanh_argument(z)) ** 2 * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)
        ),
    ),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "swish": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
    "softplus": (lambda z: np.log(1 + np.exp(z)), sigmoid),
    "elu": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, 1, np.exp(z))),
}

WIDTHS = st.lists(st.integers(1, 4), min_size=2, max_size=4)
SEEDS = st.integers(0, 10**6)


def weights(layer: Layer) -> Array:
    """W with a row for each neuron."""
    return np.array([[w.data for w in neuron.w] for neuron in layer.neurons])


def close(ours: Array, formula: Array) -> None:
    scale = max(1.0, float(np.abs(formula).max()))
    np.testing.assert_allclose(ours, formula, rtol=1e-11, atol=1e-13 * scale)


@pytest.mark.parametrize("name", L3)
@given(widths=WIDTHS, seed=SEEDS)
def test_column_form_delta_equals_the_engine(name: str, widths: list[int], seed: int) -> None:
    """z = W a + b, delta_n = (a - y) f'(z), delta_L = (W^T delta) f'(z), dJ/dW = delta a^T, dJ/db = delta."""
    f, df = L3[name]
    rng = np.random.default_rng(seed)
    model = MLP(widths[0], widths[1:], activation=name, output_activation=name, bias_init="uniform", seed=seed)
    x, y = rng.normal(size=widths[0]), rng.normal(size=widths[-1])

    activations, zs = [x], []
    for layer in model.layers:
        b = np.array([neuron.b.data for neuron in layer.neurons if neuron.b is not None])
        zs.append(weights(layer) @ activations[-1] + b)
        activations.append(f(zs[-1]))
    delta = (activations[-1] - y) * df(zs[-1])
    expected = [delta]
    for layer, z in zip(model.layers[:0:-1], zs[-2::-1], strict=True):
        delta = (weights(layer).T @ delta) * df(z)
        expected.insert(0, delta)

    output = model(x)
    half_squared_error(output if isinstance(output, list) else [output], y).backward()
    for layer, delta, a in zip(model.layers, expected, activations, strict=False):
        close(np.array([[w.grad for w in neuron.w] for neuron in layer.neurons]), np.outer(delta, a))
        close(np.array([neuron.b.grad for neuron in layer.neurons if neuron.b is not None]), delta)


@pytest.mark.parametrize("name", L3)
@given(widths=WIDTHS, seed=SEEDS, samples=st.integers(1, 4))
def test_row_form_gradient_equals_the_engine(name: str, widths: list[int], seed: int, samples: int) -> None:
    """Rows are samples, A = Z_i W_i: G_i = (G_{i+1} f'(A)) W_i^T, dl/dW_i = Z_i^T (G_{i+1} f'(A))."""
    f, df = L3[name]
    rng = np.random.default_rng(seed)
    model = MLP(widths[0], widths[1:], activation=name, output_activation=name, bias=False, seed=seed)
    x, y = rng.normal(size=(samples, widths[0])), rng.normal(size=(samples, widths[-1]))

    matrices = [weights(layer).T for layer in model.layers]  # one column for each neuron
    z = [x]
    for w in matrices:
        z.append(f(z[-1] @ w))
    g = z[-1] - y
    expected: list[Array] = []
    for w, before in zip(matrices[::-1], z[-2::-1], strict=True):
        inner = g * df(before @ w)
        expected.insert(0, before.T @ inner)
        g = inner @ w.T
        assert expected[0].shape == w.shape, "make the dimensions match"

    for row, target in zip(x, y, strict=True):
        output = model(row)
        half_squared_error(output if isinstance(output, list) else [output], target).backward()  # sums up
    for layer, formula in zip(model.layers, expected, strict=True):
        close(np.array([[w.grad for w in neuron.w] for neuron in layer.neurons]).T, formula)


@given(widths=WIDTHS.filter(lambda widths: widths[-1] > 1), seed=SEEDS)
def test_delta_of_softmax_and_cross_entropy_is_the_probabilities_minus_one_hot(widths: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = MLP(widths[0], widths[1:], activation="tanh", seed=seed)
    x, label = rng.normal(size=widths[0]), int(rng.integers(widths[-1]))

    logits = model(x)
    assert isinstance(logits, list)
    softmax_cross_entropy(logits, label).backward()

    z = np.array([logit.data for logit in logits])
    delta = np.exp(z) / np.exp(z).sum()
    delta[label] -= 1
    close(np.array([logit.grad for logit in logits]), delta)
    close(np.array([neuron.b.grad for neuron in model.layers[-1].neurons if neuron.b is not None]), delta)


@pytest.mark.parametrize("name", ["relu", "gelu", "swish"])
@given(seed=SEEDS)
def test_gated_linear_units_have_the_gradients_of_the_lectures(name: str, seed: int) -> None:
    """y = g(a) b with a = x W_a + b_a, b = x W_b + b_b: dy/dW_a = x^T (g'(a) b), dy/dW_b = x^T g(a) (L3)."""
    g, dg = L3[name]
    rng = np.random.default_rng(seed)
    gate, value = (Layer(3, 2, activation=None, bias_init="uniform", seed=seed + k) for k in (0, 1))
    x, upstream = rng.normal(size=3), rng.normal(size=2)

    a, b = (layer(x) for layer in (gate, value))
    assert isinstance(a, list)
    assert isinstance(b, list)
    function = getattr(autograd, name)
    autograd.dot(list(upstream), [function(p) * q for p, q in zip(a, b, strict=True)]).backward()

    a_data, b_data = np.array([p.data for p in a]), np.array([q.data for q in b])
    for layer, delta in ((gate, upstream * dg(a_data) * b_data), (value, upstream * g(a_data))):
        close(np.array([[w.grad for w in neuron.w] for neuron in layer.neurons]).T, np.outer(x, delta))
        close(np.array([neuron.b.grad for neuron in layer.neurons if neuron.b is not None]), delta)


def test_a_dead_relu_gets_no_gradient() -> None:
    model = MLP(1, [1], output_activation="relu", init="zeros")
    model.layers[0].neurons[0].w[0].data = -1.0
    output = model(2.0)
    half_squared_error(output, 1.0).backward()
    assert [p.grad for p in model.parameters()] == [0.0, 0.0]
